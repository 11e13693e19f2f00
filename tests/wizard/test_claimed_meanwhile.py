"""A connection that is claimed in the moment in which nobody waits for that any more: it is known and counted all the same."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Awaitable, Iterator
from pathlib import Path

import pytest
from settling import Asker, Service, state, there, unknown

from aep_tui.flow_service.outcome import ServiceError
from aep_tui.outcome import Problem
from aep_tui.storage.history import History
from aep_tui.wizard import settle as settling
from aep_tui.wizard.settle import Settled, Verdict, settle_all
from aep_tui.wizard.to_the_end import to_the_end


class SlowHistory(History):
    """A history whose claims take as long as a test wants."""

    def __init__(self, path: Path) -> None:
        super().__init__(path)
        self.claiming, self.go_on = threading.Event(), threading.Event()

    def claim(self, row_id: int, connection_id: str, etag: str, how: str = "found") -> bool:
        self.claiming.set()
        assert self.go_on.wait(30)
        return super().claim(row_id, connection_id, etag, how)


@pytest.fixture
def history(tmp_path: Path) -> Iterator[SlowHistory]:
    history = SlowHistory(tmp_path / "history.sqlite3")
    yield history
    history.go_on.set()


def asking(history: SlowHistory, noted: list[Settled]) -> Awaitable[list[Settled]]:
    asker, rows = Asker(history), [history.row(unknown(history))]
    return settle_all(Service([[there("new")]]), history, rows, asker.told.append, sleep=asker.sleep, note=noted.append)


async def test_what_is_claimed_while_the_asking_is_cancelled_is_noted(history: SlowHistory) -> None:
    noted: list[Settled] = []
    asked = asyncio.ensure_future(asking(history, noted))
    assert await asyncio.to_thread(history.claiming.wait, 30)
    asked.cancel()
    history.go_on.set()
    with pytest.raises(asyncio.CancelledError):
        await asked
    assert [(one.row.outcome, one.row.connection_id) for one in noted] == [("created", "new")]


async def test_what_is_claimed_when_the_time_is_over_is_found(history: SlowHistory, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(settling, "LIMIT_SECONDS", 0.2)
    asyncio.get_running_loop().call_later(0.4, history.go_on.set)
    (settled,) = await asking(history, [])
    assert (settled.verdict, settled.row.connection_id) == (Verdict.CREATED, "new")
    assert state(history, settled.row.id) == ("created", "new", "found")


async def test_what_is_cancelled_twice_is_noted_too() -> None:
    began, go_on, noted, is_noted = threading.Event(), threading.Event(), [], asyncio.Event()

    def work() -> str:
        began.set()
        assert go_on.wait(30)
        return "done"

    def note(told: str) -> None:
        noted.append(told)
        is_noted.set()

    working = asyncio.ensure_future(to_the_end(work, note))
    assert await asyncio.to_thread(began.wait, 30)
    for _ in range(2):
        working.cancel()
        await asyncio.sleep(0)
    with pytest.raises(asyncio.CancelledError):
        await working
    assert noted == []
    go_on.set()
    await asyncio.wait_for(is_noted.wait(), 30)
    assert noted == ["done"]


async def test_what_fails_is_raised_and_not_noted() -> None:
    noted: list[object] = []

    def fail() -> None:
        raise ServiceError(Problem("no"))

    with pytest.raises(ServiceError):
        await to_the_end(fail, noted.append)
    assert noted == []
