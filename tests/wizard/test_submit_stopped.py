"""Stopping while it is sent, and the end of the program meanwhile."""

from __future__ import annotations

import asyncio
import threading

import pytest
from submitting import DRAFT, MADE, Client, made, never, rows_in, submission

from aep_tui.flow_service.outcome import Created, Sending
from aep_tui.outcome import Outcome
from aep_tui.storage.history import Attempt, History


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


@pytest.mark.parametrize("is_left", [False, True])
async def test_stopping_or_leaving_while_the_row_is_written_leaves_one_that_says_that_nothing_was_sent(
    history: History, monkeypatch: pytest.MonkeyPatch, is_left: bool
) -> None:
    client, begin = Client(history.path, made), history.begin
    begun, go_on, finished = threading.Event(), threading.Event(), threading.Event()

    def begin_slowly(attempt: Attempt) -> int:
        row_id = begin(attempt)
        begun.set()
        assert go_on.wait(30)
        return row_id

    finish = history.finish
    monkeypatch.setattr(history, "begin", begin_slowly)
    monkeypatch.setattr(history, "finish", lambda *args, **values: (finish(*args, **values), finished.set()))
    sending = submission(history, client)
    run = asyncio.create_task(sending.run(DRAFT))
    assert await asyncio.to_thread(begun.wait, 30)
    sending.stop()
    if is_left:
        run.cancel()
    go_on.set()
    await asyncio.wait([run])
    assert await asyncio.to_thread(finished.wait, 30)
    assert client.bodies == []
    assert rows_in(history.path) == [("not sent",)]
