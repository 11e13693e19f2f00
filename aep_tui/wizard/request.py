"""A draft as the request that creates its connection.

The body is the one of Adobe's tutorials (``POST /connections``): name, description, providerId for streaming sources, auth,
connectionSpec. What is empty is left out.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from aep_tui.forms.params import params
from aep_tui.forms.placeholders import placeholder_params
from aep_tui.wizard.draft import Draft
from aep_tui.wizard.place import Place
from aep_tui.wizard.suggest import STREAMING_PROVIDER

CREATE_PATH: Final = "/connections"


@dataclass(frozen=True, slots=True)
class ShownRequest:
    """A request fit to be shown, copied and kept: every secret is a placeholder.

    Attributes:
        method: HTTP method.
        url: Where it goes.
        headers: In the order they are sent; the account's own values are placeholders too where they are secret.
        body: JSON value, or ``None`` for a call without a body.
    """

    method: str
    url: str
    headers: tuple[tuple[str, str], ...]
    body: object = None


def connection_body(draft: Draft) -> dict[str, object]:
    """Return the body as it goes out; the leaves of secret params are :class:`aep_tui.secret.Secret`."""
    option = draft.option
    return _body(draft, params(option.form, draft.answers()) if option else None)


def shown_body(draft: Draft) -> dict[str, object]:
    """Return the body with placeholders such as ``{PASSWORD}`` in place of secrets."""
    option = draft.option
    return _body(draft, placeholder_params(option.form, draft.answers()) if option else None)


def _body(draft: Draft, auth_params: object) -> dict[str, object]:
    body: dict[str, object] = {"name": draft.name.strip()}
    if draft.description.strip():
        body["description"] = draft.description.strip()
    if draft.source.provider_id == STREAMING_PROVIDER:
        body["providerId"] = draft.source.provider_id
    if draft.option is not None:
        body["auth"] = {"specName": draft.option.name, "params": auth_params}
    body["connectionSpec"] = {"id": draft.source.id, "version": draft.source.version}
    return body


def shown_headers(place: Place) -> tuple[tuple[str, str], ...]:
    """Return the headers of a create call, what belongs to the credential as placeholders."""
    return (
        ("Authorization", "Bearer {ACCESS_TOKEN}"),
        ("x-api-key", "{API_KEY}"),
        ("x-gw-ims-org-id", place.org),
        ("x-sandbox-name", place.sandbox),
        ("Content-Type", "application/json"),
    )


def shown_request(draft: Draft, place: Place) -> ShownRequest:
    """Return the whole create call as it will go out, secrets as placeholders."""
    return ShownRequest("POST", place.base_url + CREATE_PATH, shown_headers(place), shown_body(draft))
