"""Before it is sent, it is asked what there is already, so that an unknown outcome can be settled later."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable

import pytest
from made_up import PLACE
from submitting import DRAFT, Client, Rows, made, rows_in, submission

from aep_tui.flow_service.models import Connection
from aep_tui.flow_service.outcome import Created, Sending, ServiceError
from aep_tui.outcome import Outcome, Problem
from aep_tui.storage.history import History
from aep_tui.wizard.submit import Submission


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
    assert "the request that makes one was not sent" in result.problem.detail
    ((outcome, code, text),) = rows_in(history.path, "outcome, code, problem_text")
    assert (outcome, code) == ("not sent", problem.code)
    assert problem.title in str(text)


async def test_what_the_service_says_without_a_full_stop_ends_before_the_next_sentence(history: History) -> None:
    said = Problem("The access token is not valid.", "Oauth token is not valid", status=401)
    result = await submission(history, Client(history.path, made, there=refusing(said))).run(DRAFT)
    assert result.problem is not None
    assert "Oauth token is not valid. The service was asked" in result.problem.detail


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
