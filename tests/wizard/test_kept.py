"""What the history kept, as a script and a person read it."""

from __future__ import annotations

import json
import sqlite3
from decimal import Decimal
from pathlib import Path

import pytest
from made_up import PLACE, basic_source, draft_of, option, source

from aep_tui.json_text import dump_json, parse_json
from aep_tui.secret import Secret
from aep_tui.storage.history import Attempt, History, HistoryRow
from aep_tui.wizard.kept import body_of, request_of, row_as_dict
from aep_tui.wizard.request import shown_body, shown_request

ROW = HistoryRow(
    id=7,
    time_ms=1_795_253_400_123,
    outcome="created",
    name="mine",
    source="IBM DB2",
    connection_spec_id="spec-1",
    org="ACME@AdobeOrg",
    sandbox="dev",
    platform="https://platform.example.com",
    method="POST",
    path="/connections",
    request_json='{"name": "mine", "auth": {"params": {"password": "{PASSWORD}"}}}',
    connection_id="an-id",
    etag='"an-etag"',
    inlet_url="",
    problem_text="",
    code="",
    request_id="",
)


def test_a_row_has_the_documented_members_in_their_order() -> None:
    assert list(row_as_dict(ROW).items()) == [
        ("time", "2026-11-21T09:30:00.123Z"),
        ("outcome", "created"),
        ("id", "an-id"),
        ("etag", '"an-etag"'),
        ("name", "mine"),
        ("source", "IBM DB2"),
        ("connectionSpecId", "spec-1"),
        ("org", "ACME@AdobeOrg"),
        ("sandbox", "dev"),
        ("request", {"name": "mine", "auth": {"params": {"password": "{PASSWORD}"}}}),
    ]


def test_an_attempt_that_made_nothing_has_no_id() -> None:
    row = row_as_dict(ROW._replace(outcome="refused", connection_id="", etag=""))
    assert (row["outcome"], row["id"], row["etag"]) == ("refused", None, None)


@pytest.mark.parametrize(
    ("time_ms", "expected"),
    [(0, "1970-01-01T00:00:00.000Z"), (1_795_253_400_000, "2026-11-21T09:30:00.000Z"), (999, "1970-01-01T00:00:00.999Z")],
)
def test_the_time_is_utc_to_the_millisecond(time_ms: int, expected: str) -> None:
    assert row_as_dict(ROW._replace(time_ms=time_ms))["time"] == expected


@pytest.mark.parametrize("time_ms", [-1, -(2**63), 2**63 - 1, 253_402_300_800_000])
def test_a_row_whose_time_a_hand_has_spoilt_is_still_a_row(tmp_path: Path, time_ms: int) -> None:
    history = History(tmp_path / "history.sqlite3")
    history.begin(Attempt("mine", "IBM DB2", "spec-1", "ACME@AdobeOrg", "dev", "https://platform.example.com", "{}"))
    with sqlite3.connect(history.path) as connection:
        connection.execute("UPDATE attempts SET time_ms = ?", (time_ms,))
    (row,) = map(row_as_dict, history.rows())
    assert (row["name"], row["time"]) == ("mine", "1970-01-01T00:00:00.000Z")


def test_a_kept_request_is_the_call_that_was_shown_before_it_was_sent() -> None:
    draft = draft_of(basic_source(), {"/user": "me", "/password": Secret("pw")}, description="why")
    row = ROW._replace(request_json=dump_json(shown_body(draft)))
    assert request_of(row) == shown_request(draft, PLACE)


def test_a_kept_body_keeps_every_digit() -> None:
    made = source(option("Basic", {"n": {"type": "number"}, "big": {"type": "number"}}))
    draft = draft_of(made, {"/n": "1.50", "/big": "1e400"})
    row = ROW._replace(request_json=dump_json(shown_body(draft)))
    body = body_of(row)
    assert isinstance(body, dict)
    assert body["auth"]["params"] == {"n": Decimal("1.50"), "big": Decimal("1e400")}
    assert '"n":1.50' in dump_json(body)
    assert parse_json(dump_json(row_as_dict(row)))["request"] == body  # type: ignore[index]


def repr_of(text: str) -> str:
    return repr(text[:20])


@pytest.mark.parametrize(
    "damaged", ["", "{", "no JSON", "[" * 5_000, "NaN", '{"a": Infinity}', "\x1b[2J", "9" * 5_000], ids=repr_of
)
def test_a_damaged_body_is_its_text(damaged: str) -> None:
    row = ROW._replace(request_json=damaged)
    assert body_of(row) == damaged
    assert json.loads(dump_json(row_as_dict(row)))["request"] == damaged
    assert request_of(row).body == damaged
