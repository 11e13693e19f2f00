"""Settling an unknown outcome: whose connection is it, and when has the service had time enough."""

from __future__ import annotations

import asyncio
import random
from collections.abc import Sequence
from pathlib import Path

import pytest
from settling import ATTEMPT, COLLEAGUE, ME, Asker, Service, state, there, unknown

from aep_tui.errors import AepTuiError
from aep_tui.flow_service.models import Connection
from aep_tui.flow_service.outcome import ServiceError
from aep_tui.outcome import Problem
from aep_tui.storage.history import History
from aep_tui.wizard.settle import (
    LIMIT_SECONDS,
    PAUSES,
    RIVALS,
    SENT_NOW,
    Asking,
    Verdict,
    client_mark,
    settle,
    settle_all,
)


@pytest.fixture
def history(tmp_path: Path) -> History:
    return History(tmp_path / "history.sqlite3")


@pytest.fixture
def asker(history: History) -> Asker:
    return Asker(history)


# One


async def test_the_one_that_is_new_and_ours_is_what_was_made(history: History, asker: Asker) -> None:
    row_id = unknown(history, known_ids=("old",))
    service = Service([[there("old"), there("new"), there("theirs", COLLEAGUE)]])
    settled = await asker.ask(service, row_id)
    assert (settled.verdict, [one.id for one in settled.found]) == (Verdict.CREATED, ["new"])
    assert settled.row.etag == '"new"'
    assert state(history, row_id) == ("created", "new", "found")
    assert service.asked == [("mine", "spec-1")]
    assert (asker.waited, asker.told) == ([], [Asking(1, len(PAUSES) + 1)])


async def test_one_that_the_service_makes_late_is_found(history: History, asker: Asker) -> None:
    row_id = unknown(history)
    settled = await asker.ask(Service([[], [], [], [there("new")]]), row_id)
    assert settled.verdict is Verdict.CREATED
    assert asker.waited == list(PAUSES[:3])


@pytest.mark.parametrize("created_at", [0, 1, 4_102_444_800_000, -5])
async def test_the_clocks_do_not_count(history: History, asker: Asker, created_at: int) -> None:
    row_id = unknown(history, known_ids=("old",))
    service = Service([[there("old", created_at=4_102_444_800_000), there("new", created_at=created_at)]])
    assert (await asker.ask(service, row_id)).verdict is Verdict.CREATED
    assert state(history, row_id)[1] == "new"


# None


async def test_none_is_said_only_after_the_service_had_time(history: History, asker: Asker) -> None:
    row_id = unknown(history, known_ids=("old",))
    settled = await asker.ask(Service([[there("old")]]), row_id)
    assert settled.verdict is Verdict.NONE
    assert asker.waited == list(PAUSES)
    assert 25 <= sum(PAUSES) <= 35
    assert state(history, row_id) == ("unknown", "", "none")
    assert settled.row.settled == "none"


async def test_a_colleagues_is_never_taken(history: History, asker: Asker) -> None:
    row_id = unknown(history)
    assert (await asker.ask(Service([[there("theirs", COLLEAGUE)]]), row_id)).verdict is Verdict.NONE
    assert state(history, row_id) == ("unknown", "", "none")


async def test_what_another_attempt_has_made_is_not_taken_again(history: History, asker: Asker) -> None:
    row_id = unknown(history)
    history.finish(history.begin(ATTEMPT), "created", connection_id="new")
    assert (await asker.ask(Service([[there("new")]]), row_id)).verdict is Verdict.NONE


async def test_after_none_it_can_be_asked_again_and_found(history: History, asker: Asker) -> None:
    row_id = unknown(history)
    await asker.ask(Service([[]]), row_id)
    assert (await asker.ask(Service([[there("late")]]), row_id)).verdict is Verdict.CREATED


# Several, and what cannot be told apart


async def test_several_are_shown_and_none_is_taken(history: History, asker: Asker) -> None:
    row_id = unknown(history, known_ids=("old",))
    settled = await asker.ask(Service([[there("old"), there("a"), there("b"), there("theirs", COLLEAGUE)]]), row_id)
    assert (settled.verdict, [one.id for one in settled.found]) == (Verdict.SEVERAL, ["a", "b"])
    assert state(history, row_id) == ("unknown", "", "several")
    assert asker.waited == []


@pytest.mark.parametrize(
    ("values", "client"),
    [({"known_ids": None}, ME), ({"client_mark": ""}, ME), ({}, ""), ({"known_ids": None, "client_mark": ""}, COLLEAGUE)],
)
async def test_without_the_ids_or_the_client_a_person_decides(
    history: History, asker: Asker, values: dict[str, object], client: str
) -> None:
    row_id = unknown(history, **values)
    settled = await asker.ask(Service([[there("a", client)]]), row_id)
    assert (settled.verdict, [one.id for one in settled.found]) == (Verdict.UNSURE, ["a"])
    assert settled.why.endswith(".")
    assert state(history, row_id) == ("unknown", "", "unsure")
    assert asker.waited == list(PAUSES), "another may still come"


@pytest.mark.parametrize("values", [{"known_ids": None}, {"client_mark": ""}])
async def test_without_them_and_without_any_connection_there_is_none(
    history: History, asker: Asker, values: dict[str, object]
) -> None:
    row_id = unknown(history, **values)
    assert (await asker.ask(Service([[]]), row_id)).verdict is Verdict.NONE


# Several attempts


async def test_what_was_there_before_a_newer_attempt_belongs_to_the_older_one(history: History, asker: Asker) -> None:
    older, newer = unknown(history), unknown(history, known_ids=("a",))
    rows = history.unsettled(ATTEMPT.platform, ATTEMPT.org, ATTEMPT.sandbox)
    settled = await settle_all(Service([[there("a"), there("b")]]), history, rows[::-1], asker.told.append, sleep=asker.sleep)
    assert [one.row.id for one in settled] == [older, newer]
    assert state(history, older) == ("created", "a", "found")
    assert state(history, newer) == ("created", "b", "found")


async def test_one_connection_that_two_attempts_may_have_made_is_left_to_a_person(history: History, asker: Asker) -> None:
    rows = [unknown(history), unknown(history)]
    settled = [await asker.ask(Service([[there("a")]]), row_id) for row_id in rows]
    assert [(one.verdict, [found.id for found in one.found], one.why) for one in settled] == [
        (Verdict.UNSURE, ["a"], RIVALS),
        (Verdict.UNSURE, ["a"], RIVALS),
    ]
    assert history.claim(rows[1], "a", "", "taken")
    assert (await asker.ask(Service([[there("a")]]), rows[0])).verdict is Verdict.NONE


async def test_two_connections_of_two_attempts_at_once_are_left_to_a_person(history: History, asker: Asker) -> None:
    rows = [unknown(history), unknown(history)]
    settled = await asker.ask(Service([[there("a"), there("b")]]), rows[0])
    assert (settled.verdict, len(settled.found), settled.why) == (Verdict.SEVERAL, 2, RIVALS)


async def test_an_attempt_that_the_service_had_time_for_is_no_rival(history: History, asker: Asker) -> None:
    first = unknown(history)
    assert (await asker.ask(Service([[]]), first)).verdict is Verdict.NONE
    second = unknown(history)
    assert (await asker.ask(Service([[there("a")]]), second)).verdict is Verdict.CREATED


@pytest.mark.parametrize("values", [{"name": "another"}, {"sandbox": "prod"}, {"connection_spec_id": "spec-2"}, {"org": "B"}])
async def test_an_attempt_at_something_else_is_no_rival(history: History, asker: Asker, values: dict[str, object]) -> None:
    unknown(history, **values)
    unknown(history, client_mark=client_mark(COLLEAGUE))
    assert (await asker.ask(Service([[there("a")]]), unknown(history))).verdict is Verdict.CREATED


async def test_what_another_program_is_sending_is_waited_for(history: History, asker: Asker) -> None:
    """Its connection is there before its answer: it may not be taken for that of an older attempt."""
    mine, theirs = unknown(history), history.begin(ATTEMPT)
    settled = await asker.ask(Service([[there("a")]]), mine)
    assert (settled.verdict, settled.why, asker.waited) == (Verdict.UNSURE, SENT_NOW, list(PAUSES))
    history.finish(theirs, "created", connection_id="a")
    assert (await asker.ask(Service([[there("a")]]), mine)).verdict is Verdict.NONE


async def test_a_row_that_another_program_sends_is_not_asked_about(history: History, asker: Asker) -> None:
    row_id = history.begin(ATTEMPT)
    assert history.unsettled(ATTEMPT.platform, ATTEMPT.org, ATTEMPT.sandbox) == []
    service = Service([[there("a")]])
    assert (await asker.ask(service, row_id)).row.outcome == "sending"
    assert (service.looks, state(history, row_id)) == (0, ("sending", "", ""))


async def test_an_attempt_whose_end_became_known_meanwhile_is_left_alone(history: History, asker: Asker) -> None:
    for outcome in ("created", "refused", "not sent"):
        row_id = unknown(history)
        row = history.row(row_id)
        assert row is not None
        history.finish(row_id, outcome, connection_id="c" if outcome == "created" else "")
        settled = await settle(Service([[there("new")]]), history, row, asker.told.append, sleep=asker.sleep)
        assert settled.row.outcome == outcome
        assert state(history, row_id)[0] == outcome


# A service that cannot be asked


def failing(status: int | None = None) -> ServiceError:
    return ServiceError(Problem("It cannot be reached.", "No route.", status=status, remedy="Check the cable."))


async def test_a_network_that_comes_back_is_waited_for_and_told(history: History, asker: Asker) -> None:
    row_id = unknown(history)
    settled = await asker.ask(Service([failing(), failing(503), [there("new")]]), row_id)
    assert settled.verdict is Verdict.CREATED
    assert ["cannot be reached" in told.trouble for told in asker.told] == [True, True, False]
    assert not any("Check the cable." in told.trouble for told in asker.told), "the next look comes by itself"


@pytest.mark.parametrize("last", [failing(), failing(503)])
async def test_a_service_that_cannot_be_asked_in_the_end_leaves_the_row(
    history: History, asker: Asker, last: ServiceError
) -> None:
    row_id = unknown(history)
    looks: list[Sequence[Connection] | ServiceError] = [[] for _ in PAUSES]
    with pytest.raises(ServiceError):
        await asker.ask(Service([*looks, last]), row_id)
    assert asker.waited == list(PAUSES)
    assert state(history, row_id) == ("unknown", "", ""), "the next start asks again"


def busy(seconds: float) -> ServiceError:
    return ServiceError(Problem("Too many requests.", status=429), seconds)


async def test_the_wait_that_the_service_asks_for_takes_the_place_of_pauses(history: History, asker: Asker) -> None:
    row_id = unknown(history)
    assert (await asker.ask(Service([busy(7.0), [there("new")]]), row_id)).verdict is Verdict.CREATED
    (waited,) = asker.waited
    assert 7 <= waited <= 12


async def test_a_wait_that_is_too_long_is_left_to_a_person(history: History, asker: Asker) -> None:
    row_id = unknown(history)
    with pytest.raises(ServiceError, match="Too many requests"):
        await asker.ask(Service([[], busy(60.0)]), row_id)
    assert sum(asker.waited) < 1
    assert state(history, row_id) == ("unknown", "", "")


async def test_a_service_that_never_answers_is_asked_for_a_minute_at_most(
    history: History, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert LIMIT_SECONDS == 60
    monkeypatch.setattr("aep_tui.wizard.settle.LIMIT_SECONDS", 0.05)

    class Silent:
        async def connections(self, *_: str, **__: bool) -> list[Connection]:
            await asyncio.Event().wait()
            raise AssertionError

    row = history.row(unknown(history))
    assert row is not None
    with pytest.raises(ServiceError, match="in time"):
        await settle(Silent(), history, row, lambda _: None)
    assert state(history, row.id) == ("unknown", "", "")


@pytest.mark.parametrize("status", [401, 403])
async def test_who_is_not_let_in_is_told_at_once(history: History, asker: Asker, status: int) -> None:
    row_id = unknown(history)
    with pytest.raises(ServiceError):
        await asker.ask(Service([failing(status)]), row_id)
    assert asker.waited == []


async def test_a_history_that_is_gone_is_an_error_and_no_verdict(history: History, asker: Asker) -> None:
    row_id = unknown(history)
    row = history.row(row_id)
    assert row is not None
    history.path.unlink()
    with pytest.raises(AepTuiError):
        await settle(Service([[there("new")]]), history, row, asker.told.append, sleep=asker.sleep)


# Many worlds


@pytest.mark.parametrize("seed", range(60))
async def test_whatever_there_is_no_attempt_gets_what_it_cannot_have_made(history: History, asker: Asker, seed: int) -> None:
    """Attempts whose requests arrived or not, late or at once, among those of others: no connection has two attempts."""
    dice = random.Random(seed)
    world: list[Connection] = []
    made_by: dict[str, int] = {}
    late: list[Connection] = []
    for number in range(dice.randint(1, 4)):
        if dice.random() < 0.4:
            world.append(there(f"theirs-{number}", COLLEAGUE))
        row_id = unknown(history, known_ids=tuple(one.id for one in world))
        if dice.random() < 0.6:
            connection = there(f"ours-{number}")
            made_by[connection.id] = row_id
            (world if dice.random() < 0.7 else late).append(connection)
    looks = [list(world), [*world, *late]]
    rows = history.unsettled(ATTEMPT.platform, ATTEMPT.org, ATTEMPT.sandbox)
    dice.shuffle(rows)
    await settle_all(Service(looks), history, rows, asker.told.append, sleep=asker.sleep)
    after = {row.id: row for row in history.rows()}
    claimed = [row.connection_id for row in after.values() if row.connection_id]
    assert len(claimed) == len(set(claimed))
    assert set(claimed) <= set(made_by)
    assert all(row.outcome == ("created" if row.connection_id else "unknown") for row in after.values())
    for row in after.values():
        assert row.connection_id not in (row.known_ids or ())
        assert not row.connection_id or made_by[row.connection_id] == row.id
    if all(row.settled not in ("several", "unsure") for row in after.values()):
        assert len(claimed) == len(made_by)


def test_the_mark_tells_clients_apart_and_names_none() -> None:
    assert client_mark(ME) != client_mark(COLLEAGUE)
    assert ME not in client_mark(ME)
    assert client_mark("") == ""
