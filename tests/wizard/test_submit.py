"""Sending once: the history knows of it before the client is called, and how it ended afterwards."""

from __future__ import annotations

import json
import stat

import pytest
from made_up import draft_of, option, source
from submitting import DRAFT, NOW_SECONDS, WHY, Client, failing, made, rows_in, submission

from aep_tui.outcome import Outcome
from aep_tui.storage.history import History
from aep_tui.wizard.draft import Draft


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


def deep_draft(levels: int) -> Draft:
    made_source = source(option("Basic", {"tree": {"type": "array"}}))
    return draft_of(made_source, {"/tree": "[" * levels + "]" * levels})


async def test_the_deepest_value_that_a_form_takes_can_be_sent_and_kept(history: History) -> None:
    draft = deep_draft(100)
    assert draft.errors() == []
    client = Client(history.path, made)
    assert (await submission(history, client).run(draft)).outcome is Outcome.CREATED
    assert "[" * 100 in json.dumps(client.bodies)
