"""A Flow Service on this machine: it costs nothing, answers like the real one as far as is published, and breaks on demand.

It shares no code with the client, so that a mistake in one cannot hide in the other. ``app.create_app`` makes it an ASGI
application, ``server.run`` serves it on a port.

What is emulated: connection specs and an organisation's own ones; connections from making to removal, with lists, search,
``/test``, ``/explore``, ``/configs`` and ``/action``, the second and third also of a spec without connections; the sandboxes;
the token call; the inlets of streaming connections. ``/_emulator/requests``, ``/_emulator/faults`` and ``/_emulator/state``
are its own.

Words that mean something, since nothing behind it is real. In a credential, ``wrong`` is refused as the source would refuse
it. Credentials are the params that the auth spec's schema marks as secret or does not know, and by their names user names, ids
of clients and keys, and connection strings. In an address, ``unreachable`` makes ``/test`` false. Addresses are, by name or
format, hosts, URLs, endpoints and connection strings, and the account or namespace that is the first part of a host. In a
name: ``in use`` cannot be deleted. In a token: ``expired`` has expired. In a client secret: ``wrong`` is refused.

Where published documents disagree, the stricter one is followed; a switch (``behaviour.Switch``) turns to the other:

=====================================================  ==========================================  ==========================
what                                                   here                                        the other
=====================================================  ==========================================  ==========================
``connectionSpec.version`` left out                    422 (destinations API)                      ``accept-missing-version``
``name`` or ``auth`` left out                          refused (OpenAPI prose)                     ``accept-missing-name``
unknown connection spec id                             FLOW-1413-400 (error catalogue)             ``old-spec-error``
404 and 412                                            problem document (current pages)            ``old-errors``
``If-Match`` without its double quotes                 412 (destinations API)                      ``accept-unquoted-etag``
PATCH with one operation                               a list is needed (every example)            ``patch-object``
DELETE                                                 204 (OpenAPI)                               ``delete-202``
no ``x-sandbox-name``                                  FLOW-2105-400 (error catalogue)             ``default-sandbox``
``error_code`` of the gateway                          a text (troubleshooting page)               ``numeric-gateway-codes``
organisation that does not fit the token               403025 (one page)                           ``profile-403023``
``limit`` over 100                                     400 (maximum of the destinations API)       ``clamp-limit``
POST of an own connection spec                         the bare spec (OpenAPI)                     ``spec-created-as-items``
exploring a file or a table                            format, schema and data (current pages)     ``old-file-schema``
``syncValidation`` outside the region VA7              everything is in VA7                        ``no-sync-validation``
secrets in an answer                                   starred; what happens is not published      ``secrets``: drop, echo
sandbox that is not listed                             FLOW-2100-404 (error catalogue)             ``accept-any-sandbox``
=====================================================  ==========================================  ==========================

Accepted in both forms, since both are published and neither harms the other: a path with and without a slash at its end,
``op`` in any case, ``objectType`` in any case, values of ``property`` with and without quotes, ``If-Match`` as a header or in
the query string (as Adobe's Postman collection sends it), and a ``continuationToken`` whose ``=`` at the end were cut off (as
a public client does). A ``property`` of nothing but names is a projection and is taken no notice of.

Chosen where nothing is published: provider codes (1304, 1312, 1336 and so on) stand in ``type`` without a prefix; a param that
the auth spec does not know is 1312; a body that cannot be read is a 400 in the gateway's shape, one over 1 MB a 413; a list
begins with the newest connection; names need not be unique, and neither does a ``sourceId``; ``=`` and what else is no
operator of a filter is FLOW-1434-400.

A signal is how it is ended: after SIGINT and SIGTERM its exit code is 0.
"""
