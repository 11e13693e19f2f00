"""Settling many attempts at a slow service, with one that stops in the middle, and what is asked about anew."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from pathlib import Path

import pytest
from settling import ATTEMPT, Asker, Service, state, there, unknown

from aep_tui.flow_service.models import Connection
from aep_tui.flow_service.outcome import ServiceError
from aep_tui.outcome import Problem
from aep_tui.storage.history import History
from aep_tui.wizard import settle as settling
from aep_tui.wizard.settle import ENOUGH_SECONDS, PAUSES, SettlingStopped, Verdict, settle_all

PLACE = (ATTEMPT.platform, ATTEMPT.org, ATTEMPT.sandbox)


@pytest.fixture
def history(tmp_path: Path) -> History:
    return History(tmp_path / "history.sqlite3")


class Ending(Service):
    """Never answers from a look on."""

    def __init__(self, last: int) -> None:
        super().__init__([[]])
        self.last = last

    async def connections(self, name: str = "", spec_id: str = "", *, once: bool = False) -> list[Connection]:
        if self.looks == self.last:
            await asyncio.Event().wait()
        return await super().connections(name, spec_id, once=once)


async def ask(service: Service, history: History) -> Sequence[settling.Settled]:
    asker = Asker(history)
    return await settle_all(service, history, history.unsettled(*PLACE), asker.told.append, sleep=asker.sleep)


@pytest.mark.parametrize(("looks", "verdict"), [(2, None), (len(PAUSES), "none")])
async def test_a_slow_service_that_had_time_counts(
    history: History, monkeypatch: pytest.MonkeyPatch, looks: int, verdict: str | None
) -> None:
    assert sum(PAUSES[:1]) < ENOUGH_SECONDS < sum(PAUSES[:-1])
    monkeypatch.setattr(settling, "LIMIT_SECONDS", 0.5)
    row_id = unknown(history)
    if verdict is None:
        with pytest.raises(ServiceError, match="in time"):
            await ask(Ending(looks), history)
    else:
        assert [one.verdict for one in await ask(Ending(looks), history)] == [Verdict.NONE]
    assert state(history, row_id) == ("unknown", "", verdict or "")


async def test_attempts_of_one_name_are_asked_about_in_one_call(history: History) -> None:
    for _ in range(5):
        unknown(history)
    unknown(history, name="another")
    service = Service([[]])
    await ask(service, history)
    assert service.asked[:2] == [("another", "spec-1"), ("mine", "spec-1")]
    assert service.looks == 2 * (len(PAUSES) + 1)


async def test_what_was_found_before_the_service_refused_is_told(history: History) -> None:
    other, found = unknown(history, name="another"), unknown(history)
    refused = ServiceError(Problem("The token has expired.", status=401))
    with pytest.raises(SettlingStopped, match="expired") as caught:
        await ask(Service([[there("new")], refused]), history)
    assert [(one.row.id, one.row.connection_id) for one in caught.value.settled] == [(found, "new")]
    assert state(history, found)[0] == "created"
    assert state(history, other) == ("unknown", "", "")


async def test_what_somebody_is_sending_makes_nothing_unsure_for_good(history: History) -> None:
    mine, theirs = unknown(history), history.begin(ATTEMPT)
    assert [one.verdict for one in await ask(Service([[there("a")]]), history)] == [Verdict.UNSURE]
    assert [row.id for row in history.unsettled(*PLACE)] == [mine]
    history.finish(theirs, "refused")
    assert [one.verdict for one in await ask(Service([[there("a")]]), history)] == [Verdict.CREATED]


@pytest.mark.parametrize("how", ["taken", "refused"])
async def test_what_became_of_one_attempt_makes_another_worth_asking_about(history: History, how: str) -> None:
    first, second = unknown(history), unknown(history)
    assert {one.verdict for one in await ask(Service([[there("a")]]), history)} == {Verdict.UNSURE}
    assert history.unsettled(*PLACE) == []
    if how == "taken":
        assert history.claim(first, "a", "", "taken")
    else:
        history.finish(first, "refused")
    assert [row.id for row in history.unsettled(*PLACE)] == [second]
    expected = Verdict.NONE if how == "taken" else Verdict.CREATED
    assert [one.verdict for one in await ask(Service([[there("a")]]), history)] == [expected]
