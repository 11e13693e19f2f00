"""Settling an unknown outcome: whose connection is it, and when has the service had time enough."""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

import pytest

from aep_tui.errors import AepTuiError
from aep_tui.flow_service.models import Connection
from aep_tui.flow_service.outcome import ServiceError
from aep_tui.outcome import Problem
from aep_tui.storage.history import Attempt, History
from aep_tui.wizard.settle import PAUSES, Asking, Settled, Verdict, client_mark, settle, settle_all

ME, COLLEAGUE = "my-client-id", "a-colleagues-client-id"
ATTEMPT = Attempt(
    "mine",
    "IBM DB2",
    "spec-1",
    "ACME@AdobeOrg",
    "dev",
    "https://platform.example.com",
    "{}",
    known_ids=(),
    client_mark=client_mark(ME),
)


def there(connection_id: str, client: str = ME, created_at: int = 1) -> Connection:
    return Connection.model_validate(
        {"id": connection_id, "name": "mine", "etag": f'"{connection_id}"', "createdAt": created_at, "createdClient": client}
    )


@dataclass
class Service:
    """Has connections, from a look on; and may refuse."""

    connections_at: Sequence[Sequence[Connection] | ServiceError]
    looks: int = 0
    asked: list[tuple[str, str]] = field(default_factory=list)

    async def connections(self, name: str = "", spec_id: str = "") -> list[Connection]:
        self.asked.append((name, spec_id))
        now = self.connections_at[min(self.looks, len(self.connections_at) - 1)]
        self.looks += 1
        if isinstance(now, ServiceError):
            raise now
        return list(now)


class Asker:
    """Settles rows, and notes what it is told and how long it would have waited."""

    def __init__(self, history: History) -> None:
        self.history = history
        self.told: list[Asking] = []
        self.waited: list[float] = []

    async def sleep(self, seconds: float) -> None:
        self.waited.append(seconds)

    async def ask(self, service: Service, row_id: int) -> Settled:
        row = self.history.row(row_id)
        assert row is not None
        return await settle(service, self.history, row, self.told.append, sleep=self.sleep)


@pytest.fixture
def history(tmp_path: Path) -> History:
    return History(tmp_path / "history.sqlite3")


@pytest.fixture
def asker(history: History) -> Asker:
    return Asker(history)


def unknown(history: History, **values: object) -> int:
    row_id = history.begin(replace(ATTEMPT, **values))  # type: ignore[arg-type]
    history.finish(row_id, "unknown")
    return row_id


def state(history: History, row_id: int) -> tuple[str, str, str]:
    row = history.row(row_id)
    assert row is not None
    return row.outcome, row.connection_id, row.settled


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


async def test_one_connection_for_two_attempts_is_taken_once(history: History, asker: Asker) -> None:
    rows = [unknown(history), unknown(history)]
    service = Service([[there("a")]])
    verdicts = [(await asker.ask(service, row_id)).verdict for row_id in rows]
    assert sorted(verdicts) == [Verdict.CREATED, Verdict.NONE]
    assert [row.connection_id for row in history.rows("created")] == ["a"]


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
    return ServiceError(Problem("It cannot be reached.", "No route.", status=status))


async def test_a_network_that_comes_back_is_waited_for_and_told(history: History, asker: Asker) -> None:
    row_id = unknown(history)
    settled = await asker.ask(Service([failing(), failing(503), [there("new")]]), row_id)
    assert settled.verdict is Verdict.CREATED
    assert ["cannot be reached" in told.trouble for told in asker.told] == [True, True, False]


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
    if not late:
        assert {connection_id: row.id for row in after.values() if (connection_id := row.connection_id)} == made_by
    if not any(row.settled == "several" for row in after.values()):
        assert len(claimed) == len(made_by)


def test_the_mark_tells_clients_apart_and_names_none() -> None:
    assert client_mark(ME) != client_mark(COLLEAGUE)
    assert ME not in client_mark(ME)
    assert client_mark("") == ""
