"""What a run does about attempts of unknown outcome: its own, those of earlier runs, and those of other places."""

from __future__ import annotations

import asyncio
import threading
import time
from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from made_up import PLACE, basic_source, draft_of

from aep_tui.errors import AepTuiError
from aep_tui.flow_service.models import Connection
from aep_tui.flow_service.outcome import Created, SendFailed, Sending, ServiceError
from aep_tui.outcome import Outcome, Problem
from aep_tui.storage.history import History
from aep_tui.wizard import attempts
from aep_tui.wizard.draft import Draft
from aep_tui.wizard.place import Place
from aep_tui.wizard.result import Result
from aep_tui.wizard.session import Clock, Session
from aep_tui.wizard.settle import Verdict

DRAFT = draft_of(basic_source(), {"/user": "me"})


class Client:
    """Makes connections, and says nothing about it."""

    def __init__(self) -> None:
        self.there: list[Connection] = []
        self.makes = True
        self.answers = False
        self.refuses: Problem | None = None
        self.closed = 0

    async def connections(self, *_: str, **__: bool) -> list[Connection]:
        if self.refuses is not None:
            raise ServiceError(self.refuses)
        return list(self.there)

    async def create_connection(self, _: Mapping[str, object], sending: Sending) -> Created:
        sending.started = True
        made = Connection.model_validate({"id": f"c{len(self.there)}", "name": "mine", "createdClient": "me"})
        if self.makes:
            self.there.append(made)
        if self.answers:
            return Created(made.id, "")
        raise SendFailed(Problem("It was dropped."), Outcome.UNKNOWN)

    async def aclose(self) -> None:
        """Count it."""
        self.closed += 1


async def at_once(_: float) -> None:
    """Do not wait."""


@pytest.fixture
def client() -> Client:
    return Client()


@pytest.fixture
def new_session(tmp_path: Path, client: Client) -> Any:
    def make(place: Place = PLACE, client_id: str = "me") -> Session:
        made: Any = client
        clock = Clock(time.time, time.monotonic, lambda at: datetime.fromtimestamp(at, UTC))
        return Session(
            place,
            lambda: made,
            lambda: History(tmp_path / "history.sqlite3"),
            lambda: made,
            clock,
            client_id=client_id,
            sleep=at_once,
        )

    return make


async def test_what_is_found_counts_as_made_in_this_run(new_session: Any) -> None:
    session = new_session()
    result = await session.send(DRAFT)
    assert session.deeds.left_unknown
    settled = await session.settle(result.row_id, lambda _: None)
    assert settled.verdict is Verdict.CREATED
    assert (session.deeds.made, session.deeds.left_unknown) == (["c0"], False)
    await session.settle(result.row_id, lambda _: None)
    assert session.deeds.made == ["c0"]


async def test_what_is_found_after_a_change_of_session_counts_too(new_session: Any, client: Client) -> None:
    first, second = new_session(), new_session(PLACE._replace(sandbox="prod"))
    second.deeds = first.deeds
    result = await first.send(DRAFT)
    client.makes = False
    await second.send(DRAFT)
    later = new_session()
    later.deeds = first.deeds
    await later.settle(result.row_id, lambda _: None)
    assert (later.deeds.made, later.deeds.left_unknown) == (["c0"], True)


def again(draft: Draft, first: Result) -> Draft:
    """Return the draft as the wizard has it after an unknown outcome."""
    return replace(draft, uncertain=first, sent_as=draft.content)


async def test_what_came_late_is_found_instead_of_sending_again(new_session: Any, client: Client) -> None:
    session, client.makes = new_session(), False
    first = await session.send(DRAFT)
    assert (await session.settle(first.row_id, lambda _: None)).verdict is Verdict.NONE
    client.there.append(Connection.model_validate({"id": "late", "name": "mine", "createdClient": "me"}))
    client.makes = True
    result = await session.send(again(DRAFT, first))
    assert (result.outcome, result.connection_id, result.row_id, result.settled) == (
        Outcome.CREATED,
        "late",
        first.row_id,
        "found",
    )
    assert [made.id for made in client.there] == ["late"], "nothing was sent"
    assert (session.deeds.made, session.deeds.left_unknown) == (["late"], False)


async def test_what_may_be_a_colleagues_does_not_keep_one_from_sending_again(new_session: Any, client: Client) -> None:
    session, client.makes = new_session(), False
    first = await session.send(DRAFT)
    client.there.append(Connection.model_validate({"id": "theirs", "name": "mine", "createdClient": "them"}))
    client.makes = client.answers = True
    result = await session.send(again(DRAFT, first))
    assert (result.outcome, result.connection_id, result.settled) == (Outcome.CREATED, "c1", "")
    assert not session.deeds.left_unknown, "what was wanted is there"


async def test_a_draft_that_was_changed_since_is_not_taken_for_what_came_late(new_session: Any, client: Client) -> None:
    session, client.makes = new_session(), False
    first = await session.send(DRAFT)
    client.there.append(Connection.model_validate({"id": "late", "name": "mine", "createdClient": "me"}))
    changed = replace(again(DRAFT, first), description="another")
    result = await session.send(changed)
    assert (result.outcome, result.connection_id, result.settled) == (Outcome.NOT_SENT, "late", "found")
    assert result.problem is not None
    assert "late, as it was sent" in result.problem.detail
    assert (session.deeds.made, session.deeds.left_unknown) == (["late"], False)


async def test_a_draft_with_another_name_takes_nothing_of_that_name(new_session: Any, client: Client) -> None:
    session, client.makes = new_session(), False
    first = await session.send(DRAFT)
    client.there.append(Connection.model_validate({"id": "of a script", "name": "crm", "createdClient": "me"}))
    client.makes = client.answers = True
    result = await session.send(replace(again(DRAFT, first), name="crm"))
    assert (result.outcome, result.connection_id, result.settled) == (Outcome.CREATED, "c1", "")
    assert [row.connection_id for row in session.history.rows()] == ["c1", ""]


async def test_the_third_attempt_that_is_answered_leaves_nothing_of_the_lost_ones_unknown(
    new_session: Any, client: Client
) -> None:
    session, client.makes = new_session(), False
    first = await session.send(DRAFT)
    second = await session.send(again(DRAFT, first))
    assert session.deeds.left_unknown
    client.makes = client.answers = True
    third = await session.send(again(DRAFT, second))
    assert third.outcome is Outcome.CREATED
    assert not session.deeds.left_unknown, "what was wanted is there"
    assert session.sent_before(third.row_id) == [second.row_id, first.row_id]
    assert session.sent_before(first.row_id) == []


async def test_the_second_attempt_that_is_found_leaves_nothing_of_the_first_unknown(new_session: Any, client: Client) -> None:
    session, client.makes = new_session(), False
    first = await session.send(DRAFT)
    await session.settle(first.row_id, lambda _: None)
    client.makes = True
    second = await session.send(again(DRAFT, first))
    assert (second.outcome, session.deeds.left_unknown) == (Outcome.UNKNOWN, True)
    await session.settle(second.row_id, lambda _: None)
    assert (session.deeds.made, session.deeds.left_unknown) == (["c0"], False)


async def test_a_later_attempt_that_is_not_sent_hides_no_unknown_outcome(new_session: Any, client: Client) -> None:
    session = new_session()
    first = await session.send(DRAFT)
    client.refuses = Problem("The connection was refused.")
    assert (await session.send(again(DRAFT, first))).outcome is Outcome.NOT_SENT
    assert session.deeds.left_unknown


async def test_who_stops_at_once_is_heard(new_session: Any, client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    session, load = new_session(), attempts._load_submit
    loading, go_on = threading.Event(), threading.Event()

    def slowly() -> Any:
        loading.set()
        assert go_on.wait(30)
        return load()

    monkeypatch.setattr(attempts, "_load_submit", slowly)
    sending = asyncio.create_task(session.send(DRAFT))
    assert await asyncio.to_thread(loading.wait, 30)
    session.stop_sending()
    go_on.set()
    assert (await sending).outcome is Outcome.NOT_SENT
    assert client.there == []
    assert (await session.send(DRAFT)).outcome is Outcome.UNKNOWN, "it was that one alone"


async def test_who_stops_before_the_first_step_is_heard(new_session: Any, client: Client) -> None:
    session = new_session()
    sending = asyncio.create_task(session.send(DRAFT))
    session.stop_sending()
    assert (await sending).outcome is Outcome.NOT_SENT
    assert client.there == []


async def test_what_a_fault_ends_after_it_has_left_may_have_left(new_session: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    session = new_session()

    def fail(*_: object) -> None:
        raise ZeroDivisionError

    monkeypatch.setattr(session, "_note_deed", fail)
    with pytest.raises(ZeroDivisionError):
        await session.send(DRAFT)
    assert session.has_left
    monkeypatch.undo()
    await session.send(DRAFT)
    assert not session.has_left, "that one's outcome is told"


async def test_a_client_that_is_forgotten_while_it_sends_is_closed_after_that(new_session: Any, client: Client) -> None:
    session, make = new_session(), client.create_connection
    sent, answer, others = asyncio.Event(), asyncio.Event(), []

    async def create(body: Mapping[str, object], sending: Sending) -> Created:
        sending.started = True
        sent.set()
        await answer.wait()
        assert client.closed == 0
        return await make(body, sending)

    client.create_connection, client.answers = create, True  # type: ignore[method-assign]
    sending = asyncio.create_task(session.send(DRAFT))
    await sent.wait()
    await session.forget_client()
    assert client.closed == 0, "closing it would cut off the request"
    session.make_client = lambda: others.append(Client()) or others[-1]
    assert await session.client() is others[0], "the next call has a client of its own"
    answer.set()
    assert (await sending).outcome is Outcome.CREATED
    await asyncio.sleep(0)
    assert (client.closed, others[0].closed) == (1, 0)
    await session.forget_client()
    assert others[0].closed == 1, "while nothing is sent it is closed at once"


async def test_a_client_that_was_forgotten_is_closed_with_its_session(new_session: Any, client: Client) -> None:
    session, sent = new_session(), asyncio.Event()

    async def create(_: Mapping[str, object], sending: Sending) -> Created:
        sending.started = True
        sent.set()
        await asyncio.Event().wait()
        raise AssertionError

    client.create_connection = create  # type: ignore[method-assign]
    sending = asyncio.create_task(session.send(DRAFT))
    await sent.wait()
    await session.forget_client()
    sending.cancel()
    with pytest.raises(asyncio.CancelledError):
        await sending
    await session.close()
    assert client.closed == 1


async def test_what_an_earlier_run_made_is_not_of_this_one(new_session: Any) -> None:
    await new_session().send(DRAFT)
    later = new_session()
    (row,) = await later.unsettled()
    assert (await later.settle(row.id, lambda _: None)).row.connection_id == "c0"
    assert later.deeds.made == []
    assert await later.unsettled() == []


async def test_what_a_person_takes_counts_as_made_in_this_run(new_session: Any, client: Client) -> None:
    session = new_session(client_id="")
    result = await session.send(DRAFT)
    settled = await session.settle(result.row_id, lambda _: None)
    assert (settled.verdict, session.deeds.made) == (Verdict.UNSURE, [])
    assert await session.take(result.row_id, settled.found[0])
    assert (session.deeds.made, session.deeds.left_unknown) == (["c0"], False)
    assert not await session.take(result.row_id, Connection(id="other"))


@pytest.mark.parametrize("by", ["asking", "a person"])
async def test_what_is_claimed_while_nobody_waits_any_more_counts_too(new_session: Any, by: str) -> None:
    session = new_session()
    result = await session.send(DRAFT)
    claiming, go_on, claim = threading.Event(), threading.Event(), session.history.claim

    def slowly(*args: Any) -> bool:
        claiming.set()
        assert go_on.wait(30)
        return bool(claim(*args))

    session.history.claim = slowly
    work = session.settle(result.row_id, lambda _: None) if by == "asking" else session.take(result.row_id, Connection(id="c0"))
    left = asyncio.create_task(work)
    assert await asyncio.to_thread(claiming.wait, 30)
    left.cancel()
    go_on.set()
    with pytest.raises(asyncio.CancelledError):
        await left
    assert session.history.row(result.row_id).outcome == "created"
    assert (session.deeds.made, session.deeds.left_unknown) == (["c0"], False)


async def test_an_earlier_attempt_that_is_settled_does_not_hide_that_the_last_is_unknown(
    new_session: Any, client: Client
) -> None:
    session = new_session()
    first = await session.send(DRAFT)
    client.makes = False
    second = await session.send(DRAFT)
    await session.settle(first.row_id, lambda _: None)
    assert (session.deeds.made, session.deeds.left_unknown) == (["c0"], True)
    assert (await session.settle(second.row_id, lambda _: None)).verdict is Verdict.NONE
    assert session.deeds.left_unknown


async def test_another_client_of_the_same_person_settles_it_too(new_session: Any) -> None:
    await new_session().send(DRAFT)
    other = new_session(client_id="another-credential")
    (row,) = await other.unsettled()
    assert (await other.settle(row.id, lambda _: None)).verdict is Verdict.CREATED


@pytest.mark.parametrize("change", [{"sandbox": "prod"}, {"org": "OTHER@AdobeOrg"}, {"platform": "https://other.example.com"}])
async def test_attempts_of_other_places_are_left_alone(new_session: Any, change: dict[str, str]) -> None:
    result = await new_session().send(DRAFT)
    elsewhere = new_session(PLACE._replace(**change))
    assert await elsewhere.unsettled() == []
    with pytest.raises(AepTuiError, match="cannot be asked about"):
        await elsewhere.settle(result.row_id, lambda _: None)


async def test_an_attempt_that_the_history_has_no_longer_is_told_as_such(new_session: Any) -> None:
    session = new_session()
    result = await session.send(DRAFT)
    session.history.path.unlink()
    with pytest.raises(AepTuiError) as caught:
        await session.settle(result.row_id, lambda _: None)
    assert caught.value.title == "The history has this attempt no longer."
    assert "being sent" not in caught.value.sentence()
    assert caught.value.remedy


async def test_what_is_being_sent_is_not_asked_about(new_session: Any, client: Client) -> None:
    session, told = new_session(), []
    original = client.create_connection

    async def ask_meanwhile(body: Mapping[str, object], sending: Sending) -> Created:
        told.append(await session.unsettled())
        with pytest.raises(AepTuiError):
            await session.settle(1, lambda _: None)
        return await original(body, sending)

    client.create_connection = ask_meanwhile  # type: ignore[method-assign]
    await session.send(DRAFT)
    assert told == [[]]


def test_the_client_is_in_no_repr(new_session: Any) -> None:
    assert "canary" not in repr(new_session(client_id="canary"))
