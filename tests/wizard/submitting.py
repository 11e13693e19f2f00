"""A submission with a client that answers as a test wants, and what the history has of it."""

from __future__ import annotations

import asyncio
import sqlite3
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from made_up import PLACE, basic_source, draft_of

from aep_tui.flow_service.models import Connection
from aep_tui.flow_service.outcome import Created, SendFailed, Sending
from aep_tui.outcome import Outcome, Problem
from aep_tui.secret import Secret, reveal_all
from aep_tui.storage.history import History
from aep_tui.wizard.submit import Submission

NOW_SECONDS = 1_795_253_400.0
DRAFT = draft_of(basic_source(), {"/user": "me", "/password": Secret("canary-pw")}, description="why")
MADE = Created("an-id", '"an-etag"')
WHY = Problem("It did not work.", "no such user", "1304", "request-7", 400, "user", "Correct it.")

Rows = list[tuple[object, ...]]


def rows_in(path: Path, columns: str = "outcome") -> Rows:
    """Return the history as another program reads it."""
    with sqlite3.connect(path) as connection:
        return connection.execute(f"SELECT {columns} FROM attempts ORDER BY id").fetchall()


@dataclass
class Client:
    """Stands in for the API client: notes every call, and answers as it is told."""

    path: Path
    answer: Callable[[Sending], Awaitable[Created]]
    bodies: list[object] = field(default_factory=list)
    rows_at_the_call: Rows = field(default_factory=list)
    called: asyncio.Event = field(default_factory=asyncio.Event)
    was_cancelled: bool = False
    there: Callable[[], Awaitable[list[Connection]]] | None = None
    looks: list[tuple[str, str]] = field(default_factory=list)

    async def connections(self, name: str = "", spec_id: str = "") -> list[Connection]:
        self.looks.append((name, spec_id))
        return await self.there() if self.there else []

    async def create_connection(self, body: Mapping[str, object], sending: Sending) -> Created:
        self.bodies.append(reveal_all(body))
        self.rows_at_the_call = rows_in(self.path)
        self.called.set()
        try:
            return await self.answer(sending)
        except asyncio.CancelledError:
            self.was_cancelled = True
            raise


async def made(sending: Sending) -> Created:
    sending.started = True
    return MADE


def failing(outcome: Outcome) -> Callable[[Sending], Awaitable[Created]]:
    async def fail(sending: Sending) -> Created:
        sending.started = outcome is not Outcome.NOT_SENT
        raise SendFailed(WHY, outcome)

    return fail


def never(*, started: bool) -> Callable[[Sending], Awaitable[Created]]:
    async def wait(sending: Sending) -> Created:
        sending.started = started
        await asyncio.Event().wait()
        raise AssertionError

    return wait


def submission(history: History, client: Client, seconds: tuple[float, ...] = (5.0, 7.5)) -> Submission:
    clock = iter(seconds)

    async def ready() -> Client:
        return client

    return Submission(ready, history, PLACE, lambda: next(clock))
