"""What came in: the last requests, for tests of a client to look at. No secret gets into it."""

from __future__ import annotations

import json
import time
from collections import deque
from collections.abc import Iterable, Mapping
from typing import Any, Final
from urllib.parse import parse_qsl

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from aep_tui.emulator.calls import CONTROL_PREFIX, JSON_BODY, REQUEST_ID, World
from aep_tui.emulator.faults import FAULT
from aep_tui.emulator.ims import TOKEN_PATHS
from aep_tui.emulator.params import MASK, masked, secret_pointers
from aep_tui.emulator.records import INLET_PATH, auth_schema

MOST_REQUESTS: Final = 1000
MOST_BODY_BYTES: Final = 16_384
"""A longer body is counted, not kept."""

_SECRET_HEADERS: Final = frozenset({"authorization", "proxy-authorization", "cookie", "x-user-token"})
_SECRET_FIELDS: Final = frozenset({"client_secret", "access_token", "refresh_token", "jwt_token", "code"})


class Journal:
    """Keeps the last requests and hands every other one on."""

    def __init__(self, world: World) -> None:
        """Begin with none."""
        self._world = world
        self._entries: deque[dict[str, object]] = deque(maxlen=MOST_REQUESTS)

    def entries(self) -> list[dict[str, object]]:
        """Return what is kept, oldest first."""
        return list(self._entries)

    def clear(self) -> None:
        """Forget everything."""
        self._entries.clear()

    def write(self, scope: Scope, body: bytes, size: int, status: int | None, seconds: float) -> None:
        """Keep a request that was handled.

        Args:
            scope: The request.
            body: What was read of its body, or nothing if that was too long to keep.
            size: How many bytes were read.
            status: The status of the answer; nothing if there was none.
            seconds: How long it took.
        """
        self._entries.append(
            {
                "time": self._world.now_ms(),
                "method": scope["method"],
                "path": scope["path"],
                "query": _pairs(parse_qsl(scope["query_string"].decode("latin-1"), keep_blank_values=True), _SECRET_FIELDS),
                "headers": _pairs(
                    ((name.decode("latin-1"), value.decode("latin-1")) for name, value in scope["headers"]), _SECRET_HEADERS
                ),
                "body": self._shown(scope, body) if body else None,
                "bodyBytes": size,
                "status": status,
                "requestId": scope.get(REQUEST_ID, ""),
                "fault": scope.get(FAULT),
                "durationMs": round(seconds * 1000, 3),
            }
        )

    def _shown(self, scope: Scope, body: bytes) -> object:
        path = scope["path"]
        if path in TOKEN_PATHS:
            fields = parse_qsl(body.decode("utf-8", "replace"), keep_blank_values=True)
            return {name: value for name, value in _pairs(fields, _SECRET_FIELDS)}
        value = scope[JSON_BODY] if JSON_BODY in scope else _parsed(body)
        if path.startswith(INLET_PATH):
            return value
        if isinstance(value, list):
            return [_starred_operation(item) for item in value]
        return self._starred(value) if isinstance(value, dict) else None

    def _starred(self, body: Mapping[str, Any]) -> object:
        shown = dict(body)
        if "op" in shown and "path" in shown:
            return _starred_operation(shown)
        auth = shown.get("auth")
        if auth is not None:
            shown["auth"] = self._starred_auth(shown, auth) if isinstance(auth, dict) else MASK
        return shown

    def _starred_auth(self, body: Mapping[str, Any], auth: Mapping[str, Any]) -> dict[str, Any]:
        """Star what the auth spec marks as secret; all of it if the spec is not one of the catalogue."""
        named = body.get("connectionSpec")
        spec_id = named.get("id") if isinstance(named, dict) else None
        spec = self._world.catalogue.get(spec_id) if isinstance(spec_id, str) else None
        params = auth.get("params")
        schema = auth_schema(spec, str(auth.get("specName"))) if spec is not None else None
        shown = masked(params, secret_pointers(schema, params)) if isinstance(params, dict) else MASK
        return {"specName": auth.get("specName"), "params": shown}


def _pairs(pairs: Iterable[tuple[str, str]], secret: frozenset[str]) -> list[list[str]]:
    return [[name, MASK if name.lower() in secret else value] for name, value in pairs]


def _parsed(body: bytes) -> object:
    try:
        return json.loads(body)
    except (ValueError, RecursionError):
        return None


def _starred_operation(item: object) -> object:
    """Star the whole value of an operation that is not on the name or the description."""
    if not isinstance(item, dict):
        return MASK
    if item.get("path") in ("/name", "/description") or "value" not in item:
        return item
    value = item["value"]
    return {**item, "value": dict.fromkeys(value, MASK) if isinstance(value, dict) else MASK}


class Recording:
    """Writes every request into the journal, all but those to the emulator itself."""

    def __init__(self, app: ASGIApp, journal: Journal) -> None:
        """Take what comes after, and the journal."""
        self._app = app
        self._journal = journal

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Handle one request."""
        if scope["type"] != "http" or scope["path"].startswith(CONTROL_PREFIX):
            await self._app(scope, receive, send)
            return
        chunks, size, status, began = list[bytes](), 0, None, time.perf_counter()

        async def watched_receive() -> Message:
            nonlocal size
            event = await receive()
            chunk = event.get("body", b"")
            size += len(chunk)
            if chunk and size <= MOST_BODY_BYTES:
                chunks.append(chunk)
            return event

        async def watched_send(event: Message) -> None:
            nonlocal status
            if event["type"] == "http.response.start":
                status = event["status"]
            await send(event)

        try:
            await self._app(scope, watched_receive, watched_send)
        finally:
            kept = b"".join(chunks) if size <= MOST_BODY_BYTES else b""
            self._journal.write(scope, kept, size, status, time.perf_counter() - began)
