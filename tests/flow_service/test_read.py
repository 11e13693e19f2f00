"""Reading connection specs and connections."""

from __future__ import annotations

import json

import pytest

from aep_tui.errors import ExitCode
from aep_tui.flow_service.outcome import ServiceError

BASE = "/data/foundation/flowservice"


async def refused(call) -> ServiceError:
    with pytest.raises(ServiceError) as caught:
        await call
    error = caught.value
    assert error.title
    assert error.remedy, error.title
    assert error.__cause__ is None
    assert error.__context__ is None
    assert "canary" not in repr(error) + error.sentence() + repr(error.problem)
    return error


async def test_the_list_comes_as_it_is(service, respond, client_of):
    documents = [{"id": "1", "name": "[b]x"}, None, {"id": 2}, "text"]
    service.does(respond(200, json.dumps({"items": documents})))
    assert await client_of(service).connection_specs() == documents
    (request,) = service.requests
    assert (request.method, request.target, request.body) == ("GET", f"{BASE}/connectionSpecs", b"")
    assert request.headers["x-sandbox-name"] == "dev"
    assert request.headers["authorization"].startswith("Bearer ")
    assert "content-type" not in request.headers


async def test_a_bare_list_is_a_list_too(service, respond, client_of):
    service.does(respond(200, '[{"id": "1"}]'))
    assert await client_of(service).connection_specs() == [{"id": "1"}]


@pytest.mark.parametrize(
    "form",
    [
        "/connectionSpecs?continuationToken=a=b==",
        "?continuationToken=a=b==",
        f"{BASE}/connectionSpecs?continuationToken=a=b==",
        "absolute",
    ],
)
async def test_further_pages_are_followed(service, client_of, form):
    href = f"{service.origin}{BASE}/connectionSpecs?continuationToken=a=b==" if form == "absolute" else form
    pages = {
        f"{BASE}/connectionSpecs": {"items": [{"id": "1"}], "_links": {"next": {"href": href}}},
        f"{BASE}/connectionSpecs?continuationToken=a=b==": {"items": [{"id": "2"}], "_links": {"next": None}},
    }

    def act(peer) -> None:
        while True:
            body = json.dumps(pages[peer.read().target]).encode()
            peer.send(b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n%s" % (len(body), body))

    service.does(act)
    assert await client_of(service).connection_specs() == [{"id": "1"}, {"id": "2"}]


async def test_pages_in_a_circle_end(service, respond, client_of):
    service.does(respond(200, '{"items": [], "_links": {"next": {"href": "/connectionSpecs?t=1"}}}'))
    error = await refused(client_of(service).connection_specs())
    assert "does not end" in error.title
    assert len(service.requests) == 2


@pytest.mark.parametrize(
    "href",
    [
        "https://evil.example/connectionSpecs",
        "//evil.example/connectionSpecs",
        "/connections",
        "/connectionSpecs/../connections",
        "http://127.0.0.1.evil.example/data/foundation/flowservice/connectionSpecs",
    ],
)
async def test_a_next_page_elsewhere_is_not_asked_for(service, respond, client_of, href):
    service.does(respond(200, json.dumps({"items": [], "_links": {"next": {"href": href}}})))
    await refused(client_of(service).connection_specs())
    assert len(service.requests) == 1


async def test_a_next_page_with_control_characters(service, respond, client_of):
    service.does(respond(200, json.dumps({"items": [], "_links": {"next": {"href": "/connectionSpecs?\x00\r\nHost: x"}}})))
    await refused(client_of(service).connection_specs())
    assert len(service.requests) == 1


@pytest.mark.parametrize(
    ("status", "body"),
    [
        (200, ""),
        (200, "<html><head><title>Sign in</title></head></html>"),
        (200, '{"items": ['),
        (200, "{}"),
        (200, "null"),
        (200, "12"),
        (200, '{"items": {"id": "1"}}'),
        (200, '{"items": NaN}'),
        (200, b"\xff\xfe\x00garbage"),
        (200, "[" * 100_000),
        (204, ""),
        (302, ""),
        (401, '{"error_code":"401013","message":"Oauth token is not valid"}'),
        (403, '{"error_code":"403010","message":"Oauth token is missing."}'),
        (404, ""),
        (429, ""),
        (500, ""),
        (503, ""),
    ],
)
async def test_what_is_no_list_is_said(service, respond, client_of, status, body):
    service.does(respond(status, body))
    error = await refused(client_of(service).connection_specs())
    assert len(service.requests) == 1
    if status in (401, 403):
        assert error.exit_code is ExitCode.NOT_PERMITTED
        assert error.problem.code in error.sentence()


async def test_a_web_page_is_named(service, respond, client_of):
    service.does(respond(200, "<!DOCTYPE html><html><head><title>Sign [b]in</title></head></html>", Content_Type="text/html"))
    error = await refused(client_of(service).connection_specs())
    assert "Sign [b]in" in error.detail


async def test_waiting_is_passed_on(service, respond, client_of):
    service.does(respond(429, "{}", Retry_After="7", X_Request_Id="r-9"))
    error = await refused(client_of(service).connection_specs())
    assert error.retry_after_seconds == 7
    assert "7 seconds" in error.remedy
    assert "r-9" in error.sentence()


async def test_no_redirect_is_followed(service, respond, client_of):
    service.does(respond(302, "", Location=f"{service.origin}/login?token=abc"))
    error = await refused(client_of(service).connection_specs())
    assert "/login" in error.detail
    assert "abc" not in error.detail
    assert len(service.requests) == 1


async def test_nobody_listens(service, client_of):
    client = client_of(service)
    service.stop()
    error = await refused(client.connection_specs())
    assert error.exit_code is ExitCode.UNEXPECTED
    assert service.origin in error.detail


async def test_the_answer_is_cut_or_late_or_too_large(service, respond, client_of):
    service.does(
        lambda peer: (peer.read(), peer.send(b"HTTP/1.1 200 OK\r\nContent-Length: 90\r\n\r\n{")),
        lambda peer: (peer.read(), peer.service.released.wait(30)),
        respond(200, b" " * 200_000),
        respond(200, b" " * 200_000, Content_Length="999999999999"),
    )
    client = client_of(service, answer_timeout_seconds=0.3, max_answer_bytes=100_000)
    assert "broke off" in (await refused(client.connection_specs())).detail
    assert "0.3 seconds" in (await refused(client.connection_specs())).detail
    assert "larger than" in (await refused(client.connection_specs())).detail
    assert "larger than" in (await refused(client.connection_specs())).detail


async def test_proxies_are_never_asked_for_this_machine(service, respond, client_of, monkeypatch):
    for name in ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY"):
        monkeypatch.setenv(name, "http://user:canary@127.0.0.1:1")
    service.does(respond(200, '{"items": []}'))
    assert await client_of(service).connection_specs() == []


async def test_one_spec(service, respond, client_of):
    service.does(respond(200, '{"items": [{"id": "a/b"}]}'))
    assert await client_of(service).connection_spec("a/b ?\ud800") == {"id": "a/b"}
    assert service.requests[0].target == f"{BASE}/connectionSpecs/a%2Fb%20%3F%3F"


async def test_one_spec_without_its_wrapper(service, respond, client_of):
    service.does(respond(200, '{"id": "1", "n": 1.50}'))
    assert json.dumps(await client_of(service).connection_spec("1"), default=str) == '{"id": "1", "n": "1.50"}'


@pytest.mark.parametrize(
    ("status", "body"), [(200, '{"items": []}'), (404, '{"title": "Resource not found"}'), (200, "[]"), (200, "7")]
)
async def test_no_such_spec(service, respond, client_of, status, body):
    service.does(respond(status, body))
    await refused(client_of(service).connection_spec("1"))


async def test_one_connection(service, respond, client_of):
    document = {
        "id": "c-1",
        "name": "Shop",
        "state": "enabled",
        "createdAt": 1654785125699,
        "connectionSpec": {"id": "s", "version": "1.0"},
        "auth": {
            "specName": "Streaming Connection",
            "params": {"inletUrl": "https://dcs.example/collection/1", "password": "canary"},
        },
        "etag": '"e"',
        "unknown": [1],
    }
    service.does(respond(200, json.dumps({"items": [document]})))
    connection = await client_of(service).connection("c-1")
    assert service.requests[0].target == f"{BASE}/connections/c-1"
    assert (connection.id, connection.name, connection.state, connection.etag) == ("c-1", "Shop", "enabled", '"e"')
    assert (connection.connection_spec_id, connection.auth_spec_name) == ("s", "Streaming Connection")
    assert connection.created_at == 1654785125699
    assert connection.inlet_url == "https://dcs.example/collection/1"
    assert "canary" not in repr(connection) + str(connection)


@pytest.mark.parametrize(
    "body", ['{"items": [{}]}', '{"items": ["x"]}', '{"items": [{"id": 7}]}', '{"items": [null]}', '{"id": ""}']
)
async def test_what_is_no_connection_is_said(service, respond, client_of, body):
    service.does(respond(200, body))
    await refused(client_of(service).connection("c-1"))


async def test_a_connection_with_nothing_but_an_id(service, respond, client_of):
    service.does(respond(200, '{"items": [{"id": "c-1", "auth": [], "state": null, "createdAt": "x", "connectionSpec": 3}]}'))
    connection = await client_of(service).connection("c-1")
    assert (connection.inlet_url, connection.state, connection.created_at, connection.params) == ("", "", None, {})


async def test_nothing_leaks_into_logs_or_reprs(service, respond, client_of, caplog):
    service.does(respond(201, '{"id": "c-1"}'))
    client = client_of(service)
    with caplog.at_level("DEBUG"):
        from aep_tui.secret import Secret

        await client.create_connection({"p": Secret("canary-pass-word")})
    assert caplog.records, "the libraries do log"
    written = caplog.text + repr(client)
    assert "canary" not in written
    assert service.origin in repr(client)


@pytest.mark.parametrize("answer", [(503, ""), (200, "<html>"), (200, "{}"), (200, '{"items": "x"}')])
async def test_a_problem_names_its_call(service, respond, client_of, answer):
    service.does(respond(*answer))
    client = client_of(service)
    assert (await refused(client.connection_specs())).problem.call == "GET /connectionSpecs"
    assert (await refused(client.connection("c-1"))).problem.call.startswith("GET /connections/")
    with pytest.raises(ServiceError) as caught:
        await client.create_connection({})
    assert caught.value.problem.call == "POST /connections"
    with pytest.raises(ServiceError) as caught:
        await client.create_connection({"x": object()})
    assert caught.value.problem.call == "POST /connections"
