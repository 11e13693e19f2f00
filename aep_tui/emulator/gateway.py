"""What stands before the service: the id of the request, the headers in the order the gateway checks them, and the sandbox."""

from __future__ import annotations

import asyncio
import base64
import binascii
import json
import re
import uuid
from collections.abc import Mapping
from typing import Any

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from aep_tui.emulator.behaviour import Behaviour, Sandbox, Switch
from aep_tui.emulator.calls import (
    CALLER,
    CONTROL_PREFIX,
    FLOW_SERVICE,
    REQUEST_ID,
    Caller,
    World,
    missing_sandbox,
    refusal_answer,
)
from aep_tui.emulator.problems import Refusal, bad_request, flow, gateway

_ORG_ID = re.compile(r"[^@\s]+@AdobeOrg")
_METHODS_WITH_BODY = frozenset({"POST", "PUT", "PATCH"})


class Front:
    """Gives every request an id and every path one form, and lets calls wait as long as they are to."""

    def __init__(self, app: ASGIApp, world: World) -> None:
        """Take what comes after, and what it works on."""
        self._app = app
        self._latency_seconds = world.behaviour.latency_ms / 1000

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Handle one request."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        request_id = uuid.uuid4().hex
        scope[REQUEST_ID] = request_id
        scope.update(in_origin_form(scope))
        path: str = scope["path"]
        if len(path) > 1 and path.endswith("/"):
            scope["path"] = path.rstrip("/") or "/"

        async def send_with_id(event: Message) -> None:
            if event["type"] == "http.response.start":
                event["headers"] = [*event.get("headers", ()), (b"x-request-id", request_id.encode())]
            await send(event)

        if self._latency_seconds and not path.startswith(CONTROL_PREFIX):
            await asyncio.sleep(self._latency_seconds)
        await self._app(scope, receive, send_with_id)


_ABSOLUTE = re.compile(r"https?://([^/]*)(/.*)?", re.IGNORECASE | re.DOTALL)


def in_origin_form(scope: Scope) -> dict[str, Any]:
    """Return what changes in a request whose line names the whole address, as clients behind a proxy write it.

    A server has to take such a line, and the host in it instead of the header's (RFC 9112, 3.2.2).
    """
    found = _ABSOLUTE.fullmatch(scope["path"])
    if found is None:
        return {}
    headers = [(name, value) for name, value in scope["headers"] if name.lower() != b"host"]
    headers.append((b"host", found[1].rpartition("@")[2].encode("latin-1", "replace")))
    return {"path": found[2] or "/", "headers": headers}


class Gateway:
    """Checks the headers of the platform's calls; the sign-in, the inlet and the emulator's own calls pass."""

    def __init__(self, app: ASGIApp, world: World) -> None:
        """Take what comes after, and what it works on."""
        self._app = app
        self._world = world

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Handle one request."""
        if scope["type"] != "http" or not scope["path"].startswith("/data/foundation/"):
            await self._app(scope, receive, send)
            return
        try:
            scope[CALLER] = self._checked(scope)
        except Refusal as refusal:
            if "error_code" in (refusal.body or {}) and self._world.behaviour.has(Switch.NUMERIC_GATEWAY_CODES):
                refusal.body = {**(refusal.body or {}), "error_code": int(str((refusal.body or {})["error_code"]))}
            await refusal_answer(refusal, scope[REQUEST_ID])(scope, receive, send)
            return
        await self._app(scope, receive, send)

    def _checked(self, scope: Scope) -> Caller:
        headers = {name.decode("latin-1").lower(): value.decode("latin-1") for name, value in scope["headers"]}
        behaviour = self._world.behaviour
        check_token(headers, behaviour, self._world.now())
        api_key = headers.get("x-api-key", "").strip()
        if not api_key:
            raise gateway("403000", "Api Key is required")
        if behaviour.api_key and api_key != behaviour.api_key:
            raise gateway("403003", "Api Key is invalid")
        org = _checked_org(headers, behaviour)
        _check_content_type(scope["method"], headers)
        needs_sandbox = str(scope["path"]).startswith(FLOW_SERVICE)
        return Caller(org, _checked_sandbox(headers, behaviour) if needs_sandbox else None, api_key)


def check_token(headers: Mapping[str, str], behaviour: Behaviour, now: float) -> None:
    """Let an access token pass.

    Raises:
        Refusal: 403010 without one, 401013 for one that has expired, is not a bearer token, or is not the only one let in.
    """
    value = headers.get("authorization", "").strip()
    if not value:
        raise gateway("403010", "Oauth token is missing.")
    scheme, _, token = value.partition(" ")
    token = token.strip()
    fits = token == behaviour.token if behaviour.token else bool(token) and not has_expired(token, now)
    if scheme.lower() != "bearer" or not fits:
        raise gateway("401013", "Oauth token is not valid")


def has_expired(token: str, now: float) -> bool:
    """Tell whether an access token has expired.

    That is one that contains ``expired``, and a JSON Web Token whose time is over: ``exp`` in seconds, or
    ``created_at`` plus ``expires_in`` in milliseconds, as Adobe's own tokens have it.
    """
    claims = _claims(token)
    try:
        if "exp" in claims:
            return float(claims["exp"]) <= now
        if "created_at" in claims and "expires_in" in claims:
            return (float(claims["created_at"]) + float(claims["expires_in"])) / 1000 <= now
    except (TypeError, ValueError):
        return False
    return "expired" in token.lower()


def _claims(token: str) -> dict[str, Any]:
    parts = token.split(".")
    if len(parts) != 3:
        return {}
    try:
        claims = json.loads(base64.urlsafe_b64decode(parts[1] + "=" * (-len(parts[1]) % 4)))
    except (binascii.Error, ValueError, RecursionError):
        return {}
    return claims if isinstance(claims, dict) else {}


def _checked_org(headers: Mapping[str, str], behaviour: Behaviour) -> str:
    org = headers.get("x-gw-ims-org-id", "").strip()
    if not org:
        raise gateway("400003", "Missing header")
    if behaviour.org_id and org != behaviour.org_id:
        raise gateway("403023" if behaviour.has(Switch.PROFILE_403023) else "403025", "Profile is not valid")
    if not _ORG_ID.fullmatch(org):
        raise gateway("403027", "User region is missing")
    return org


def _check_content_type(method: str, headers: Mapping[str, str]) -> None:
    has_body = headers.get("content-length", "0").strip() not in ("", "0") or "transfer-encoding" in headers
    if method not in _METHODS_WITH_BODY or not has_body:
        return
    media_type = headers.get("content-type", "").partition(";")[0].strip().lower()
    if media_type != "application/json" and not (media_type.startswith("application/") and media_type.endswith("+json")):
        raise bad_request("A valid content-type must be specified")


def _checked_sandbox(headers: Mapping[str, str], behaviour: Behaviour) -> Sandbox:
    if "x-sandbox-id" in headers:
        raise flow(
            "FLOW-2110-400", "The header x-sandbox-id is not allowed with this token. Name the sandbox in x-sandbox-name."
        )
    name = headers.get("x-sandbox-name", "").strip()
    if not name:
        if behaviour.has(Switch.DEFAULT_SANDBOX):
            return behaviour.sandboxes[0]
        raise missing_sandbox()
    if name == "*":
        raise flow("FLOW-2111-403", "Access to all sandboxes at once is restricted. Name one sandbox in x-sandbox-name.")
    sandbox = behaviour.sandbox(name)
    if sandbox is None:
        raise flow("FLOW-2100-404", f"The sandbox {name[:100]!r} is not found. Check x-sandbox-name and try again.")
    return sandbox
