"""Trouble on demand: answers that never come, come late, come broken, or come from somebody else."""

from __future__ import annotations

import asyncio
import json
import threading
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any, Final

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from aep_tui.emulator.calls import CONTROL_PREFIX, REQUEST_ID, parse_json, refusal_answer
from aep_tui.emulator.errors import EmulatorError
from aep_tui.emulator.problems import Refusal, bad_request, flow, gateway

HEADER: Final = "x-emulator-fault"
_HEADER_BYTES: Final = HEADER.encode()
FAULT: Final = "emulator.fault"
"""Where the name of the fault that hit a request is kept in its scope."""

ABORT: Final = "emulator.abort"
"""The extension of the scope that cuts the connection at once; only a server on a port has it."""

CLOSE: Final = "emulator.close"
"""The extension that closes the connection after what was written."""

WRITE: Final = "emulator.write"
"""The extension that writes bytes to the connection as they are."""

_MEGABYTE: Final = 1_000_000
_MOST: Final = 1_000_000


@dataclass(frozen=True, slots=True)
class Fault:
    """A fault that waits for requests.

    Attributes:
        name: One of :data:`NAMES`.
        count: How many requests it will still hit.
        method: Only requests of this method; empty for all.
        path: Only requests whose path contains this; empty for all.
        seconds: How long ``slow`` waits (5 if nothing is said), and for how long ``429`` asks to wait (1).
        megabytes: The size of ``huge``.
    """

    name: str
    count: int = 1
    method: str = ""
    path: str = ""
    seconds: float | None = None
    megabytes: int = 80

    def hits(self, method: str, path: str) -> bool:
        """Tell whether a request is one that the fault waits for."""
        return (not self.method or self.method == method) and self.path in path

    def described(self) -> dict[str, object]:
        """Return the fault as ``GET /_emulator/faults`` shows it."""
        return {name: getattr(self, name) for name in self.__dataclass_fields__}


def read_fault(text: str) -> Fault:
    """Read ``NAME[:COUNT]``.

    Raises:
        EmulatorError: There is no such fault, or the count is no whole number above zero.
    """
    name, colon, count = text.strip().partition(":")
    if name not in NAMES:
        raise EmulatorError(f"There is no fault {name[:50]!r}. The faults are {', '.join(NAMES)}.")
    if colon and not (count.isascii() and count.isdigit() and 0 < int(count[:10]) <= _MOST):
        raise EmulatorError(f"The count of the fault {name} is {count[:20]!r}. It has to be a whole number from 1 to {_MOST}.")
    return Fault(name, int(count) if colon else 1)


def faults_from_body(body: bytes) -> list[Fault]:
    """Read the body of ``POST /_emulator/faults``: one fault or a list of them, as JSON; or ``NAME[:COUNT]`` as it stands.

    Raises:
        Refusal: It cannot be used.
    """
    plain = body.decode("latin-1").strip()
    if plain.partition(":")[0] in NAMES:
        return [fault_from_json(plain)]
    value = parse_json(body)
    return [fault_from_json(item) for item in (value if isinstance(value, list) else [value])]


def fault_from_json(value: object) -> Fault:
    """Read a fault from the body of ``POST /_emulator/faults``: ``{"name": …, "count": …}``, or ``NAME[:COUNT]`` as a text.

    Raises:
        Refusal: It cannot be used.
    """
    try:
        if isinstance(value, str):
            return read_fault(value)
        if not isinstance(value, dict) or not isinstance(value.get("name"), str):
            raise bad_request(f"A fault has to be an object with a name. The names are {', '.join(NAMES)}.")
        members: dict[str, Any] = dict(value)
        fault = read_fault(members.pop("name"))
    except EmulatorError as error:
        raise bad_request(error.sentence) from None
    for name, member in members.items():
        if name not in _MEMBERS or isinstance(member, bool) or not isinstance(member, _MEMBERS[name]):
            raise bad_request(f"A fault cannot have {name[:50]!r} with that value.")
    if (
        not 0 < members.get("count", 1) <= _MOST
        or not 0 <= members.get("seconds", 0) <= 3600
        or not 0 < members.get("megabytes", 1) <= 1000
    ):
        raise bad_request("The count, the seconds or the megabytes of a fault are out of range.")
    if "method" in members:
        members["method"] = members["method"].upper()
    return replace(fault, **members)


_MEMBERS: Final[Mapping[str, tuple[type, ...]]] = {
    "count": (int,),
    "method": (str,),
    "path": (str,),
    "seconds": (int, float),
    "megabytes": (int,),
}


class Faults:
    """The faults that wait; the oldest one that fits a request hits it."""

    def __init__(self) -> None:
        """Begin with none."""
        self._waiting: list[Fault] = []
        self._lock = threading.Lock()

    def add(self, fault: Fault) -> None:
        """Let a fault wait."""
        with self._lock:
            self._waiting.append(fault)

    def waiting(self) -> list[Fault]:
        """Return the faults that wait, oldest first."""
        with self._lock:
            return list(self._waiting)

    def clear(self) -> None:
        """Call off every fault."""
        with self._lock:
            self._waiting.clear()

    def take(self, method: str, path: str) -> Fault | None:
        """Return the fault that hits a request, and count it."""
        with self._lock:
            for index, fault in enumerate(self._waiting):
                if fault.hits(method, path):
                    if fault.count > 1:
                        self._waiting[index] = replace(fault, count=fault.count - 1)
                    else:
                        del self._waiting[index]
                    return fault
        return None


class FaultInjection:
    """Lets faults hit requests, all but those to the emulator itself."""

    def __init__(self, app: ASGIApp, faults: Faults) -> None:
        """Take what comes after, and the faults."""
        self._app = app
        self._faults = faults

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Handle one request."""
        if scope["type"] != "http" or scope["path"].startswith(CONTROL_PREFIX):
            await self._app(scope, receive, send)
            return
        try:
            fault = self._fault_of(scope)
        except EmulatorError as error:
            await refusal_answer(bad_request(error.sentence), scope[REQUEST_ID])(scope, receive, send)
            return
        if fault is None:
            await self._app(scope, receive, send)
            return
        scope[FAULT] = fault.name
        await _EFFECTS[fault.name](_Hit(self._app, fault, scope, receive, send))

    def _fault_of(self, scope: Scope) -> Fault | None:
        asked = next((value.decode("latin-1").strip() for name, value in scope["headers"] if name.lower() == _HEADER_BYTES), "")
        if not asked:
            return self._faults.take(scope["method"], scope["path"])
        fault = read_fault(asked)
        if fault.count > 1:
            self._faults.add(replace(fault, count=fault.count - 1))
        return fault


@dataclass(slots=True)
class _Hit:
    """One request that a fault hits."""

    app: ASGIApp
    fault: Fault
    scope: Scope
    receive: Receive
    send: Send

    async def handled(self) -> tuple[int, list[tuple[bytes, bytes]], bytes]:
        """Let the call do its work, and return its answer instead of sending it."""
        status, headers, chunks = 500, list[tuple[bytes, bytes]](), list[bytes]()

        async def keep(event: Message) -> None:
            nonlocal status, headers
            if event["type"] == "http.response.start":
                status, headers = event["status"], list(event.get("headers", ()))
            else:
                chunks.append(event.get("body", b""))

        await self.app(self.scope, self.receive, keep)
        return status, headers, b"".join(chunks)

    async def answer(self, status: int, headers: list[tuple[bytes, bytes]], *chunks: bytes, content_type: str = "") -> None:
        """Send an answer; its length is that of the chunks."""
        kept = [(name, value) for name, value in headers if name not in (b"content-length", content_type and b"content-type")]
        if content_type:
            kept.append((b"content-type", content_type.encode()))
        kept.append((b"content-length", str(sum(map(len, chunks))).encode()))
        await self.send({"type": "http.response.start", "status": status, "headers": kept})
        for chunk in chunks:
            await self.send({"type": "http.response.body", "body": chunk, "more_body": True})
        await self.send({"type": "http.response.body", "body": b"", "more_body": False})

    async def refuse(self, refusal: Refusal) -> None:
        """Send a refusal."""
        await refusal_answer(refusal, self.scope[REQUEST_ID])(self.scope, self.receive, self.send)

    async def drop(self, way: str = ABORT) -> None:
        """Cut the connection and wait until it is gone; without a connection, as in process, fail as one that was reset."""
        cut: Callable[[], None] | None = self.scope.get("extensions", {}).get(way)
        if cut is None:
            raise ConnectionResetError("The emulator dropped the connection, as it was told to.")
        cut()
        while (await self.receive())["type"] != "http.disconnect":
            pass


async def _drop_before(hit: _Hit) -> None:
    await hit.drop()


async def _drop_after(hit: _Hit) -> None:
    await hit.handled()
    await hit.drop()


async def _cut_answer(hit: _Hit) -> None:
    status, headers, body = await hit.handled()
    if not body or hit.scope["method"] == "HEAD":
        # An answer without a body is complete with its head, so the head is what can be cut.
        write: Callable[[bytes], None] | None = hit.scope.get("extensions", {}).get(WRITE)
        if write is not None:
            write(f"HTTP/1.1 {status} ".encode())
        await hit.drop(CLOSE)
        return
    await hit.send({"type": "http.response.start", "status": status, "headers": headers})
    await hit.send({"type": "http.response.body", "body": body[: len(body) // 2], "more_body": True})
    await hit.drop(CLOSE)


async def _slow(hit: _Hit) -> None:
    await asyncio.sleep(5 if hit.fault.seconds is None else hit.fault.seconds)
    await hit.app(hit.scope, hit.receive, hit.send)


async def _empty_503(hit: _Hit) -> None:
    await hit.answer(503, [])


async def _html_503(hit: _Hit) -> None:
    page = b"<html><head><title>503 Service Unavailable</title></head><body><h1>Service Unavailable</h1></body></html>\n"
    await hit.answer(503, [], page, content_type="text/html; charset=utf-8")


async def _late_504(hit: _Hit) -> None:
    await hit.handled()
    await hit.refuse(flow("FLOW-1104-504", "A gateway timeout has occurred. Try again."))


async def _too_many(hit: _Hit) -> None:
    refusal = gateway("429050", "Too many requests. Wait and try again.")
    refusal.headers["retry-after"] = str(max(1, int(hit.fault.seconds or 1)))
    await hit.refuse(refusal)


async def _expired_token(hit: _Hit) -> None:
    await hit.refuse(gateway("401013", "Oauth token is not valid"))


async def _not_json(hit: _Hit) -> None:
    status, headers, _ = await hit.handled()
    await hit.answer(_with_body(status), headers, b"upstream said: OK\n", content_type="application/json")


async def _huge(hit: _Hit) -> None:
    status, headers, _ = await hit.handled()
    padding = [b"x" * _MEGABYTE] * hit.fault.megabytes
    await hit.answer(
        _with_body(status), headers, b'{"items": [], "padding": "', *padding, b'"}', content_type="application/json"
    )


async def _wrong_charset(hit: _Hit) -> None:
    status, headers, body = await hit.handled()
    try:
        value = json.loads(body or b"{}")
    except ValueError:
        value = {}
    value = {"note": "über", **value} if isinstance(value, dict) else ["über", value]
    content = json.dumps(value, ensure_ascii=False).encode("latin-1", "replace")
    await hit.answer(_with_body(status), headers, content, content_type="application/json; charset=utf-8")


def _with_body(status: int) -> int:
    """Return a status that may have a body."""
    return 200 if status in (204, 304) else status


_EFFECTS: Final[Mapping[str, Callable[[_Hit], Awaitable[None]]]] = {
    "drop-before": _drop_before,
    "drop-after": _drop_after,
    "cut-answer": _cut_answer,
    "slow": _slow,
    "empty-503": _empty_503,
    "html-503": _html_503,
    "504-after": _late_504,
    "429": _too_many,
    "expired-token": _expired_token,
    "not-json": _not_json,
    "huge": _huge,
    "wrong-charset": _wrong_charset,
}

NAMES: Final = tuple(_EFFECTS)
"""The names of all faults."""
