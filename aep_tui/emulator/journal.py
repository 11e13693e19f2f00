"""What came in: the last requests, for tests of a client to look at. No secret gets into it."""

from __future__ import annotations

import json
import time
from collections import deque
from typing import Final, NamedTuple
from urllib.parse import parse_qsl

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from aep_tui.emulator.calls import CONTROL_PREFIX, JSON_BODY, REQUEST_ID, World
from aep_tui.emulator.faults import FAULT
from aep_tui.emulator.ims import TOKEN_PATHS
from aep_tui.emulator.records import INLET_PATH
from aep_tui.emulator.starring import starred_form, starred_headers, starred_json, starred_message, starred_query

MOST_REQUESTS: Final = 1000
MOST_BODY_BYTES: Final = 16_384
"""A longer body is counted, not kept."""


class Entry(NamedTuple):
    """One request, kept small: nothing in it but texts, bytes and numbers, decoded when somebody looks.

    Attributes:
        time: When it was answered, in milliseconds since the epoch.
        method: Its method.
        path: Its path.
        query: Its query string.
        headers: Its headers, secret ones starred.
        body: Its body as JSON, secrets starred; empty if it was not read, too long or not JSON.
        size: How many bytes of its body were read.
        status: The status of the answer; nothing if there was none.
        request_id: The id that the answer carried.
        fault: The name of the fault that hit it, if one did.
        seconds: How long it took.
    """

    time: int
    method: str
    path: str
    query: bytes
    headers: tuple[tuple[bytes, bytes], ...]
    body: str
    size: int
    status: int | None
    request_id: str
    fault: str | None
    seconds: float

    def described(self) -> dict[str, object]:
        """Return the request as ``GET /_emulator/requests`` shows it."""
        query = parse_qsl(self.query.decode("latin-1"), keep_blank_values=True)
        return {
            "time": self.time,
            "method": self.method,
            "path": self.path,
            "query": [[name, value] for name, value in query],
            "headers": [[name.decode("latin-1"), value.decode("latin-1")] for name, value in self.headers],
            "body": json.loads(self.body) if self.body else None,
            "bodyBytes": self.size,
            "status": self.status,
            "requestId": self.request_id,
            "fault": self.fault,
            "durationMs": round(self.seconds * 1000, 3),
        }


class Journal:
    """Keeps the last requests."""

    def __init__(self, world: World) -> None:
        """Begin with none."""
        self._world = world
        self._entries: deque[Entry] = deque(maxlen=MOST_REQUESTS)

    def entries(self) -> list[dict[str, object]]:
        """Return what is kept, oldest first."""
        return [entry.described() for entry in self._entries]

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
            Entry(
                self._world.now_ms(),
                scope["method"],
                scope["path"],
                starred_query(scope["query_string"]),
                starred_headers(scope["headers"]),
                _shown(scope, body) if body else "",
                size,
                status,
                scope.get(REQUEST_ID, ""),
                scope.get(FAULT),
                seconds,
            )
        )


def _shown(scope: Scope, body: bytes) -> str:
    """Return what is shown of a body, as JSON; the empty string if that is nothing."""
    path = scope["path"]
    if path in TOKEN_PATHS and (form := starred_form(body, _content_type(scope))):
        return form
    value = scope[JSON_BODY] if JSON_BODY in scope else _parsed(body)
    shown = starred_message(value) if path.startswith(INLET_PATH) else starred_json(value)
    return "" if shown is None else json.dumps(shown)


def _content_type(scope: Scope) -> str:
    return next((value.decode("latin-1") for name, value in scope["headers"] if name.lower() == b"content-type"), "")


def _parsed(body: bytes) -> object:
    try:
        return json.loads(body)
    except (ValueError, RecursionError):
        return None


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
