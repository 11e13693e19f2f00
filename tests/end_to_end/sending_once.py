"""A run of the submit path without a screen: shared by tests, and a program.

As a program it takes a JSON list of jobs on standard input. For each it starts a child that sends one connection and kills
itself with SIGKILL where the job says; nothing of the program knows that.
"""

from __future__ import annotations

import asyncio
import functools
import importlib
import json
import os
import signal
import sys
import threading
import time
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from types import FrameType
from typing import Any

from aep_tui.flow_service.account import Account
from aep_tui.flow_service.client import FlowServiceClient
from aep_tui.flow_service.wire import _Watch
from aep_tui.secret import Secret
from aep_tui.storage.database import Database
from aep_tui.storage.history import History
from aep_tui.storage.spec_cache import SpecCache
from aep_tui.wizard.draft import Draft
from aep_tui.wizard.place import Place
from aep_tui.wizard.session import Clock, Session
from aep_tui.wizard.source import Source

ORG, SANDBOX, CLIENT = "ACME@AdobeOrg", "dev", "an-api-key"
SPEC_ID = "26f526f2-58f4-4712-961d-e41bf1ccc0e8"
SOURCE = Source(SPEC_ID, "1.0", "Data Landing Zone", "p", ())
"""Takes no credentials."""
PARALLEL = 4


def new_session(root: Path, origin: str, *, client: str = CLIENT, timeout: float = 5.0) -> Session:
    account = Account(origin, ORG, client, SANDBOX, Secret("a-token"))
    return Session(
        Place(account.platform_origin, account.base_url, account.org_id, account.sandbox),
        lambda: FlowServiceClient(account, answer_timeout_seconds=timeout, connect_timeout_seconds=timeout),
        lambda: History(root / "history.sqlite3"),
        lambda: SpecCache(root / "cache", account.platform_origin, account.org_id, account.sandbox),
        Clock(time.time, time.monotonic, lambda at: datetime.fromtimestamp(at, UTC)),
        client_id=client,
    )


def new_draft(name: str) -> Draft:
    return Draft.begin(SOURCE, name)


async def settled_all(session: Session) -> None:
    """Ask about everything that earlier runs left, as the next start does."""
    await session.settle_rows(await session.unsettled(), lambda _: None)


# Named points


def _die() -> None:
    os.kill(os.getpid(), signal.SIGKILL)


def _around(owner: Any, name: str, *, before: bool) -> None:
    """Die as soon as a function is called, or as soon as it has done its work."""
    original = getattr(owner, name)
    if asyncio.iscoroutinefunction(original):

        @functools.wraps(original)
        async def coroutine(*args: Any, **options: Any) -> Any:
            if before:
                _die()
            result = await original(*args, **options)
            _die()
            return result

        setattr(owner, name, coroutine)
        return

    @functools.wraps(original)
    def function(*args: Any, **options: Any) -> Any:
        if before:
            _die()
        result = original(*args, **options)
        _die()
        return result

    setattr(owner, name, function)


def _at_event(end: str) -> None:
    """Die at a moment of the HTTP library, within the POST."""
    original = _Watch.__call__

    async def watch(self: _Watch, event: str, details: Any) -> None:
        await original(self, event, details)
        if event.endswith(end) and self.sending is _post_of.get("sending"):
            _die()

    _Watch.__call__ = watch  # type: ignore[method-assign]


def _within_write(number: int) -> None:
    """Die within the n-th transaction that writes, before it is committed."""
    original, count = Database.writing, 0

    def writing(self: Database) -> Any:
        nonlocal count
        count += 1
        manager = original(self)
        return _Dying(manager) if count == number else manager

    Database.writing = writing  # type: ignore[method-assign, assignment]


class _Dying:
    def __init__(self, manager: Any) -> None:
        self._manager = manager

    def __enter__(self) -> Any:
        return self._manager.__enter__()

    def __exit__(self, *_: object) -> None:
        _die()


_post_of: dict[str, Any] = {}


def _note_sending() -> None:
    original = FlowServiceClient.create_connection

    async def create(self: Any, body: Any, sending: Any = None) -> Any:
        _post_of["sending"] = sending
        return await original(self, body, sending)

    FlowServiceClient.create_connection = create  # type: ignore[method-assign, assignment]


POINTS: dict[str, Callable[[], None]] = {
    "before it is asked what is there": lambda: _around(FlowServiceClient, "connections", before=True),
    "after it was asked what is there": lambda: _around(FlowServiceClient, "connections", before=False),
    "before the row": lambda: _around(History, "begin", before=True),
    "within the row": lambda: _within_write(1),
    "after the row": lambda: _around(History, "begin", before=False),
    "before the request": lambda: _around(FlowServiceClient, "create_connection", before=True),
    "connected": lambda: _at_event("connect_tcp.complete"),
    "at the first byte": lambda: _at_event("send_request_headers.started"),
    "after the head": lambda: _at_event("send_request_headers.complete"),
    "after the request": lambda: _at_event("send_request_body.complete"),
    "waiting for the answer": lambda: _at_event("receive_response_headers.started"),
    "after the answer's head": lambda: _at_event("receive_response_headers.complete"),
    "after the answer": lambda: _around(FlowServiceClient, "create_connection", before=False),
    "before the end is written": lambda: _around(History, "finish", before=True),
    "within writing the end": lambda: _within_write(2),
    "after the end is written": lambda: _around(History, "finish", before=False),
}
MADE_FROM = "after the request"
"""From this point on the service has the whole request."""


def _count_calls(die_at: int) -> list[int]:
    """Count every call and return of a function, Python's and C's, and die at one of them."""
    count = [0]

    def watch(frame: FrameType, event: str, argument: object) -> None:
        count[0] += 1
        if count[0] == die_at:
            _die()

    threading.setprofile(watch)
    sys.setprofile(watch)
    return count


# The program


def _child(job: dict[str, Any]) -> None:
    """Send one connection; the point at which to die may be a name, a number of calls, or none."""
    _note_sending()
    session = new_session(Path(job["root"]), job["origin"])
    point = job.get("point")
    if isinstance(point, str):
        POINTS[point]()

    async def send() -> int:
        client, count = await session.client(), [0]
        if "share" in job or "calls" in job:
            # Loaded before, as in a program that has listed the sources: what is counted is the way of the request.
            importlib.import_module("aep_tui.wizard.submit")
            await client.connections("nothing")
            count = _count_calls(int(job.get("calls", 0)))
        await session.send(new_draft(job["name"]))
        sys.setprofile(None)
        await session.close()
        return count[0]

    count = asyncio.run(send())
    if "share" in job:
        Path(job["share"]).write_text(str(count))


def _run(jobs: list[dict[str, Any]]) -> list[int]:
    """Run each job in a child, some at once; return how each ended."""
    waiting, running, ended = list(enumerate(jobs)), dict[int, int](), dict[int, int]()
    while waiting or running:
        while waiting and len(running) < PARALLEL:
            index, job = waiting.pop(0)
            child = os.fork()
            if child == 0:
                try:
                    _child(job)
                finally:
                    sys.stderr.flush()
                    os._exit(0 if sys.exc_info()[0] is None else 1)
            running[child] = index
        child, status = os.wait()
        ended[running.pop(child)] = os.waitstatus_to_exitcode(status)
    return [ended[index] for index in range(len(jobs))]


if __name__ == "__main__":
    sys.stdout.write(json.dumps(_run(json.load(sys.stdin))))
