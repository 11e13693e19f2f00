"""Sending once: the history knows of it before the client is called, and how it ended afterwards."""

from __future__ import annotations

import asyncio
import json
import sqlite3
import stat
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from made_up import PLACE, basic_source, draft_of, option, source

from aep_tui.errors import AepTuiError
from aep_tui.flow_service.models import Connection
from aep_tui.flow_service.outcome import Created, SendFailed, Sending, ServiceError
from aep_tui.outcome import Outcome, Problem
from aep_tui.secret import Secret, reveal_all
from aep_tui.storage.history import History
from aep_tui.wizard.draft import Draft
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


@pytest.fixture
def history(tmp_path: Path) -> History:
    return History(tmp_path / "aep-tui" / "history.sqlite3", lambda: NOW_SECONDS)


def submission(history: History, client: Client, seconds: tuple[float, ...] = (5.0, 7.5)) -> Submission:
    clock = iter(seconds)

    async def ready() -> Client:
        return client

    return Submission(ready, history, PLACE, lambda: next(clock))


# Before and after


async def test_sending_is_on_the_disk_before_the_client_is_called(history: History) -> None:
    client = Client(history.path, made)
    await submission(history, client).run(DRAFT)
    assert client.rows_at_the_call == [("sending",)]


async def test_a_created_connection_is_told_and_kept(history: History) -> None:
    client = Client(history.path, made)
    result = await submission(history, client).run(DRAFT)
    assert (result.outcome, result.connection_id, result.etag) == (Outcome.CREATED, "an-id", '"an-etag"')
    assert (result.seconds, result.problem) == (2.5, None)
    assert rows_in(history.path, "id, outcome, connection_id, etag, problem_text") == [
        (result.row_id, "created", "an-id", '"an-etag"', "")
    ]


async def test_what_is_sent_is_the_draft_and_what_is_kept_has_no_secret(history: History) -> None:
    client = Client(history.path, made)
    await submission(history, client).run(DRAFT)
    body = {
        "name": "mine",
        "description": "why",
        "auth": {"specName": "Basic", "params": {"user": "me", "password": "canary-pw"}},
        "connectionSpec": {"id": "spec-1", "version": "1.0"},
    }
    assert client.bodies == [body]
    ((kept,),) = rows_in(history.path, "request_json")
    assert isinstance(kept, str)
    assert json.loads(kept) == {**body, "auth": {"specName": "Basic", "params": {"user": "me", "password": "{PASSWORD}"}}}
    assert b"canary-pw" not in b"".join(path.read_bytes() for path in history.path.parent.iterdir())


async def test_the_row_says_what_was_tried_where_and_when(history: History) -> None:
    await submission(history, Client(history.path, made)).run(DRAFT)
    columns = "time_ms, name, source, connection_spec_id, org, sandbox, platform, method, path"
    assert rows_in(history.path, columns) == [
        (
            round(NOW_SECONDS * 1000),
            "mine",
            "IBM DB2",
            "spec-1",
            "ACME@AdobeOrg",
            "dev",
            "https://platform.example.com",
            "POST",
            "/connections",
        )
    ]
    assert stat.S_IMODE(history.path.stat().st_mode) == 0o600


@pytest.mark.parametrize("outcome", [Outcome.REFUSED, Outcome.NOT_SENT, Outcome.UNKNOWN])
async def test_a_failure_is_told_and_kept_with_its_code_and_request_id(history: History, outcome: Outcome) -> None:
    client = Client(history.path, failing(outcome))
    result = await submission(history, client).run(DRAFT)
    assert (result.outcome, result.problem, result.connection_id) == (outcome, WHY, "")
    assert rows_in(history.path, "outcome, problem_text, code, request_id") == [
        (outcome.value, "It did not work. no such user", "1304", "request-7")
    ]
    assert len(client.bodies) == 1


async def test_every_attempt_calls_the_client_once_and_has_a_row_of_its_own(history: History) -> None:
    answers = [failing(Outcome.REFUSED), failing(Outcome.UNKNOWN), failing(Outcome.NOT_SENT), made]
    for number, answer in enumerate(answers, start=1):
        client = Client(history.path, answer)
        await submission(history, client).run(DRAFT)
        assert len(client.bodies) == 1
        assert len(rows_in(history.path)) == number
    assert rows_in(history.path) == [("refused",), ("unknown",), ("not sent",), ("created",)]


# What there was before


def having(*ids: str) -> Callable[[], Awaitable[list[Connection]]]:
    async def there() -> list[Connection]:
        return [Connection(id=connection_id, name="mine") for connection_id in ids]

    return there


def refusing(problem: Problem) -> Callable[[], Awaitable[list[Connection]]]:
    async def there() -> list[Connection]:
        raise ServiceError(problem)

    return there


async def test_the_ids_that_are_there_are_on_the_disk_before_the_client_is_called(history: History) -> None:
    at_the_call: Rows = []

    async def make(sending: Sending) -> Created:
        at_the_call.extend(rows_in(history.path, "outcome, known_ids, client_mark"))
        return await made(sending)

    client = Client(history.path, make, there=having("a", "b"))

    async def ready() -> Client:
        return client

    await Submission(ready, history, PLACE, lambda: 0.0, "a-mark").run(DRAFT)
    assert at_the_call == [("sending", '["a", "b"]', "a-mark")]
    assert client.looks == [("mine", "spec-1")]


@pytest.mark.parametrize(
    "problem",
    [
        Problem("The connection was refused.", "Nothing listens."),
        Problem("Not available.", status=503),
        Problem("The access token is not valid.", code="401013", status=401),
        Problem("The token is missing.", code="403010", status=403),
        Problem("Not found.", code="FLOW-2100-404", status=404),
    ],
)
async def test_nothing_is_sent_when_it_cannot_be_asked_what_is_there(history: History, problem: Problem) -> None:
    client = Client(history.path, made, there=refusing(problem))
    result = await submission(history, client).run(DRAFT)
    assert (result.outcome, client.bodies) == (Outcome.NOT_SENT, [])
    assert result.problem is not None
    assert result.problem.title == problem.title
    assert "nothing was sent" in result.problem.detail
    ((outcome, code, text),) = rows_in(history.path, "outcome, code, problem_text")
    assert (outcome, code) == ("not sent", problem.code)
    assert problem.title in str(text)


async def test_who_may_not_list_may_send_and_the_row_knows_no_ids(history: History) -> None:
    forbidden = Problem("Not permitted.", code="FLOW-2120-403", status=403)
    client = Client(history.path, made, there=refusing(forbidden))
    assert (await submission(history, client).run(DRAFT)).outcome is Outcome.CREATED
    assert rows_in(history.path, "outcome, known_ids") == [("created", None)]


async def test_stopping_while_it_is_asked_what_is_there_sends_nothing(history: History) -> None:
    asked = asyncio.Event()

    async def forever() -> list[Connection]:
        asked.set()
        await asyncio.Event().wait()
        raise AssertionError

    client = Client(history.path, made, there=forever)
    sending = submission(history, client)
    run = asyncio.create_task(sending.run(DRAFT))
    await asked.wait()
    sending.stop()
    result = await run
    assert (result.outcome, client.bodies) == (Outcome.NOT_SENT, [])
    assert rows_in(history.path) == [("not sent",)]


async def test_the_end_of_the_program_while_it_is_asked_what_is_there_leaves_nothing(history: History) -> None:
    asked = asyncio.Event()

    async def forever() -> list[Connection]:
        asked.set()
        await asyncio.Event().wait()
        raise AssertionError

    client = Client(history.path, made, there=forever)
    run = asyncio.create_task(submission(history, client).run(DRAFT))
    await asked.wait()
    run.cancel()
    with pytest.raises(asyncio.CancelledError):
        await run
    assert client.bodies == []
    assert not history.path.exists()


# Stopping


async def test_stopping_before_the_first_byte_leaves_nothing_sent(history: History) -> None:
    client = Client(history.path, never(started=False))
    sending = submission(history, client)
    run = asyncio.create_task(sending.run(DRAFT))
    await client.called.wait()
    sending.stop()
    result = await run
    assert result.outcome is Outcome.NOT_SENT
    assert result.problem is not None
    assert "Nothing was sent" in result.problem.detail
    assert client.was_cancelled
    assert rows_in(history.path) == [("not sent",)]


async def test_stopping_after_the_first_byte_leaves_it_unknown(history: History) -> None:
    client = Client(history.path, never(started=True))
    sending = submission(history, client)
    run = asyncio.create_task(sending.run(DRAFT))
    await client.called.wait()
    sending.stop()
    result = await run
    assert result.outcome is Outcome.UNKNOWN
    assert result.problem is not None
    assert "may still be made" in result.problem.detail
    assert client.was_cancelled
    assert rows_in(history.path) == [("unknown",)]


async def test_stopping_before_the_client_is_called_calls_it_never(history: History) -> None:
    client = Client(history.path, made)
    sending = submission(history, client)
    sending.stop()
    result = await sending.run(DRAFT)
    assert result.outcome is Outcome.NOT_SENT
    assert client.bodies == []
    assert rows_in(history.path) == [("not sent",)]


async def test_stopping_twice_and_after_the_end_changes_nothing(history: History) -> None:
    client = Client(history.path, never(started=True))
    sending = submission(history, client)
    run = asyncio.create_task(sending.run(DRAFT))
    await client.called.wait()
    sending.stop()
    sending.stop()
    assert (await run).outcome is Outcome.UNKNOWN
    sending.stop()
    assert rows_in(history.path) == [("unknown",)]


async def test_an_answer_that_comes_while_one_stops_counts(history: History) -> None:
    async def answer_all_the_same(sending: Sending) -> Created:
        sending.started = True
        try:
            await asyncio.Event().wait()
        except asyncio.CancelledError:
            return MADE
        raise AssertionError

    client = Client(history.path, answer_all_the_same)
    sending = submission(history, client)
    run = asyncio.create_task(sending.run(DRAFT))
    await client.called.wait()
    sending.stop()
    result = await run
    assert (result.outcome, result.connection_id) == (Outcome.CREATED, "an-id")
    assert rows_in(history.path) == [("created",)]


# The end of the program


async def test_when_the_program_ends_meanwhile_the_row_stays_and_reads_as_unknown(history: History) -> None:
    client = Client(history.path, never(started=True))
    sending = submission(history, client)
    run = asyncio.create_task(sending.run(DRAFT))
    await client.called.wait()
    (here,) = History(history.path).rows()
    assert here.outcome == "sending"
    run.cancel()
    with pytest.raises(asyncio.CancelledError):
        await run
    assert client.was_cancelled
    assert rows_in(history.path) == [("sending",)]
    (later,) = History(history.path).rows()
    assert later.outcome == "unknown"


# A disk and a service that cannot be used


async def test_nothing_is_sent_when_the_history_cannot_be_written(history: History) -> None:
    history.path.parent.write_text("a file where the directory should be")
    client = Client(history.path, made)
    result = await submission(history, client).run(DRAFT)
    assert result.outcome is Outcome.NOT_SENT
    assert result.row_id is None
    assert client.bodies == []
    assert result.problem is not None
    assert "history" in result.problem.title.lower()
    assert result.problem.remedy


@pytest.mark.parametrize("damage", ["gone", "a directory", "no database"])
async def test_a_connection_stays_created_when_the_history_cannot_be_written_afterwards(history: History, damage: str) -> None:
    async def make_and_damage(sending: Sending) -> Created:
        history.path.unlink()
        if damage == "a directory":
            history.path.mkdir()
        elif damage == "no database":
            history.path.write_bytes(b"no database at all" * 100)
        return await made(sending)

    result = await submission(history, Client(history.path, make_and_damage)).run(DRAFT)
    assert (result.outcome, result.connection_id, result.etag) == (Outcome.CREATED, "an-id", '"an-etag"')
    assert result.problem is not None
    assert "history" in result.problem.title.lower()


async def test_why_the_service_refused_matters_more_than_a_history_that_is_gone(history: History) -> None:
    async def refuse_and_damage(sending: Sending) -> Created:
        history.path.unlink()
        raise SendFailed(WHY, Outcome.REFUSED)

    result = await submission(history, Client(history.path, refuse_and_damage)).run(DRAFT)
    assert (result.outcome, result.problem) == (Outcome.REFUSED, WHY)


async def test_a_client_that_cannot_be_built_sends_and_keeps_nothing(history: History) -> None:
    async def refuse() -> Client:
        raise AepTuiError("The proxy cannot be used.", "It has no host.", "Correct it.")

    result = await Submission(refuse, history, PLACE, lambda: 0.0).run(DRAFT)
    assert result.outcome is Outcome.NOT_SENT
    assert result.problem == Problem("The proxy cannot be used.", "It has no host.", remedy="Correct it.")
    assert not history.path.exists()


async def test_the_event_loop_goes_on_while_the_history_waits_for_another_program(history: History) -> None:
    await submission(history, Client(history.path, made)).run(DRAFT)
    other = sqlite3.connect(history.path, isolation_level=None, check_same_thread=False)
    other.execute("BEGIN EXCLUSIVE")
    client = Client(history.path, made)
    run = asyncio.create_task(submission(history, client).run(DRAFT))
    for _ in range(50):
        await asyncio.sleep(0)
    assert not run.done()
    assert client.bodies == []
    other.execute("COMMIT")
    other.close()
    assert (await run).outcome is Outcome.CREATED


def deep_draft(levels: int) -> Draft:
    made_source = source(option("Basic", {"tree": {"type": "array"}}))
    return draft_of(made_source, {"/tree": "[" * levels + "]" * levels})


async def test_the_deepest_value_that_a_form_takes_can_be_sent_and_kept(history: History) -> None:
    draft = deep_draft(100)
    assert draft.errors() == []
    client = Client(history.path, made)
    assert (await submission(history, client).run(draft)).outcome is Outcome.CREATED
    assert "[" * 100 in json.dumps(client.bodies)


async def test_a_fault_of_ours_after_the_request_left_is_an_unknown_outcome(history: History, tmp_path: Path) -> None:
    async def fail(sending: Sending) -> Created:
        sending.started = True
        raise OverflowError("canary")

    client = Client(history.path, fail)
    result = await submission(history, client).run(DRAFT)
    assert result.outcome is Outcome.UNKNOWN
    assert "canary" not in str(result)
    assert rows_in(history.path) == [("unknown",)]
