"""The sign-in: an access token for a client's id and secret (OAuth server-to-server)."""

from __future__ import annotations

import base64
import json
import secrets
from collections.abc import Mapping
from typing import Final
from urllib.parse import parse_qs

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route

from aep_tui.emulator.calls import World, answer, read_body
from aep_tui.emulator.problems import Refusal

TOKEN_PATHS: Final = ("/ims/token/v3", "/ims/token/v2")
LIFETIME_SECONDS: Final = 86_399
_MOST_FIELDS: Final = 100


class SignIn:
    """``POST /ims/token/v3``, and the older ``v2``, which Adobe's Postman collection calls with everything in the query."""

    def __init__(self, world: World) -> None:
        """Take what the calls work on."""
        self._world = world

    def routes(self) -> list[BaseRoute]:
        """Return the routes of these calls."""
        return [Route(path, self.token, methods=["POST"]) for path in TOKEN_PATHS]

    async def token(self, request: Request) -> Response:
        """Return an access token; a refusal is 400, never 401."""
        given = dict(request.query_params.items()) if request.url.path.endswith("v2") else {}
        body = await read_body(request)
        try:
            form = parse_qs(body.decode("utf-8", "replace"), keep_blank_values=True, max_num_fields=_MOST_FIELDS)
        except ValueError:
            raise _refused("invalid_request", f"more than {_MOST_FIELDS} parameters") from None
        given |= {name: values[-1] for name, values in form.items()}
        self._check(given)
        token = self._world.behaviour.token or new_token(given["client_id"], self._world.now_ms())
        return answer({"access_token": token, "token_type": "bearer", "expires_in": LIFETIME_SECONDS})

    def _check(self, given: Mapping[str, str]) -> None:
        behaviour, secret = self._world.behaviour, given.get("client_secret", "")
        if given.get("grant_type") != "client_credentials":
            raise _refused("unsupported_grant_type", "unsupported grant_type parameter")
        if not given.get("client_id") or (behaviour.api_key and given["client_id"] != behaviour.api_key):
            raise _refused("invalid_client", "invalid client_id parameter")
        fits = secret == behaviour.client_secret if behaviour.client_secret else secret and "wrong" not in secret.lower()
        if not fits:
            raise _refused("invalid_client", "invalid client_secret parameter")
        if not given.get("scope", "").strip(", "):
            raise _refused("invalid_scope", "invalid scope parameter")


def _refused(error: str, description: str) -> Refusal:
    return Refusal(400, {"error": error, "error_description": description})


def new_token(client_id: str, now_ms: int) -> str:
    """Return an access token in the form of Adobe's own: a JSON Web Token with its times in milliseconds, as texts."""
    claims = {
        "id": secrets.token_hex(8),
        "type": "access_token",
        "client_id": client_id,
        "created_at": str(now_ms),
        "expires_in": str(LIFETIME_SECONDS * 1000),
    }
    parts = [json.dumps(part, separators=(",", ":")).encode() for part in ({"alg": "none", "typ": "JWT"}, claims)]
    return ".".join([*(base64.urlsafe_b64encode(part).decode().rstrip("=") for part in parts), secrets.token_urlsafe(16)])
