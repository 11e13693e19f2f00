"""Sending with a disk, a client or a service that cannot be used."""

from __future__ import annotations

import asyncio
import sqlite3
from dataclasses import replace
from pathlib import Path

import pytest
from made_up import PLACE
from submitting import DRAFT, WHY, Client, failing, made, rows_in, submission

from aep_tui.errors import AepTuiError
from aep_tui.flow_service.outcome import Created, SendFailed, Sending
from aep_tui.outcome import Outcome, Problem
from aep_tui.storage.history import History
from aep_tui.wizard.submit import Submission


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


async def test_a_fault_of_ours_after_the_request_left_is_an_unknown_outcome(history: History, tmp_path: Path) -> None:
    async def fail(sending: Sending) -> Created:
        sending.started = True
        raise OverflowError("canary")

    client = Client(history.path, fail)
    result = await submission(history, client).run(DRAFT)
    assert result.outcome is Outcome.UNKNOWN
    assert "canary" not in str(result)
    assert rows_in(history.path) == [("unknown",)]


async def test_sending_again_begins_a_new_history_where_the_one_before_is_damaged(history: History) -> None:
    lost = await submission(history, Client(history.path, failing(Outcome.UNKNOWN))).run(DRAFT)
    again = replace(DRAFT, uncertain=lost, sent_as=DRAFT.content)
    history.path.write_bytes(b"no database at all" * 100)
    result = await submission(history, Client(history.path, made)).run(again)
    assert (result.outcome, result.connection_id) == (Outcome.CREATED, "an-id")
    assert "damaged" in history.remark
    assert rows_in(history.path) == [("created",)]


async def test_sending_again_sends_nothing_where_the_history_cannot_be_read(history: History) -> None:
    lost = await submission(history, Client(history.path, failing(Outcome.UNKNOWN))).run(DRAFT)
    again = replace(DRAFT, uncertain=lost, sent_as=DRAFT.content)
    history.path.unlink()
    history.path.mkdir()
    client = Client(history.path, made)
    assert (await submission(history, client).run(again)).outcome is Outcome.NOT_SENT
    assert client.bodies == []
