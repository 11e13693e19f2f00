"""HTTP on a port: the protocol of uvicorn, which can also be told to hang up and answers a caller who has closed its side."""

from __future__ import annotations

import asyncio
import json
import uuid
from typing import Any

import h11
from starlette.types import ASGIApp, Message, Receive, Scope, Send
from uvicorn.protocols.http.h11_impl import H11Protocol

from aep_tui.emulator.faults import ABORT, CLOSE, WRITE


class EmulatorProtocol(H11Protocol):
    """One connection of the emulator."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        """Make a connection, as uvicorn asks for."""
        super().__init__(*args, **kwargs)
        self._ended = False
        self.app: Any = self._with_extensions(self.app)

    def _with_extensions(self, inner: ASGIApp) -> ASGIApp:
        async def app(scope: Scope, receive: Receive, send: Send) -> None:
            async def receive_or_end() -> Message:
                event = await receive()
                if self._ended and event.get("more_body"):
                    return {"type": "http.disconnect"}
                return event

            scope["extensions"] = {ABORT: self.transport.abort, CLOSE: self.transport.close, WRITE: self.transport.write}
            try:
                await inner(scope, receive_or_end, send)
            except asyncio.CancelledError:
                # The server stops and has waited long enough. Left to uvicorn, this would be logged as a failure.
                self.transport.abort()
                while (await receive())["type"] != "http.disconnect":
                    pass

        return app

    def eof_received(self) -> bool:  # type: ignore[override]
        """Keep the connection of a caller who has closed its own side only, until the answer is out."""
        self._ended = True
        if self.cycle is None or self.cycle.response_complete:
            return False
        self.cycle.message_event.set()
        return True

    def on_response_complete(self) -> None:
        """Go on with what the caller has sent already; a caller who will send nothing more is done."""
        super().on_response_complete()
        if self._ended and self.cycle.response_complete and not self.transport.is_closing():
            self.transport.close()

    def send_400_response(self, msg: str) -> None:
        """Answer what is no HTTP, with an id as every answer has one."""
        if self.conn.our_state in (h11.IDLE, h11.SEND_RESPONSE):
            body = json.dumps(
                {"type": "/placeholder/type/uri", "status": 400, "title": "BadRequestError", "detail": msg}
            ).encode()
            headers = [
                ("content-type", "application/json"),
                ("content-length", str(len(body))),
                ("x-request-id", uuid.uuid4().hex),
                ("connection", "close"),
            ]
            for event in (
                h11.Response(status_code=400, headers=headers, reason=b"Bad Request"),
                h11.Data(data=body),
                h11.EndOfMessage(),
            ):
                self.transport.write(self.conn.send(event) or b"")
        self.transport.close()
