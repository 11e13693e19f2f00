"""The history keeps every attempt, whoever reads or writes at the same time and however a process ends."""

from __future__ import annotations

import json
import os
import stat
from pathlib import Path

import pytest

from aep_tui.storage.history import Attempt, History, HistoryUnusable

ATTEMPT = Attempt(
    name="Shop",
    source="IBM DB2",
    connection_spec_id="spec-1",
    org="ACME@AdobeOrg",
    sandbox="dev",
    platform="https://platform.adobe.io",
    request_json='{"name": "Shop", "auth": {"params": {"password": "{PASSWORD}"}}}',
)


def mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


def test_nothing_is_made_before_the_first_attempt(history, path):
    assert history.rows() == []
    assert history.recent_spec_ids(5) == []
    assert not path.parent.exists()


def test_an_attempt_and_its_end(history):
    row_id = history.begin(ATTEMPT)
    (row,) = history.rows()
    assert (row.id, row.outcome, row.time_ms) == (row_id, "sending", 1_700_000_000_123)
    assert (row.name, row.source, row.connection_spec_id) == ("Shop", "IBM DB2", "spec-1")
    assert (row.org, row.sandbox, row.platform) == ("ACME@AdobeOrg", "dev", "https://platform.adobe.io")
    assert (row.method, row.path) == ("POST", "/connections")
    assert json.loads(row.request_json)["auth"]["params"] == {"password": "{PASSWORD}"}
    assert (row.connection_id, row.etag, row.inlet_url, row.problem_text, row.code, row.request_id) == ("",) * 6

    history.finish(row_id, "created", connection_id="c-1", etag='"e"')
    history.set_inlet_url(row_id, "https://dcs.example/1")
    (row,) = history.rows()
    assert (row.outcome, row.connection_id, row.etag, row.inlet_url) == ("created", "c-1", '"e"', "https://dcs.example/1")


def test_a_refusal_keeps_its_reason_and_may_be_known_better_later(history):
    row_id = history.begin(ATTEMPT)
    history.finish(row_id, "unknown", problem_text="no answer", code="FLOW-1104-504", request_id="r-1")
    (row,) = history.rows()
    assert (row.outcome, row.problem_text, row.code, row.request_id) == ("unknown", "no answer", "FLOW-1104-504", "r-1")
    history.finish(row_id, "created", connection_id="c-1")
    (row,) = history.rows()
    assert (row.outcome, row.connection_id, row.problem_text) == ("created", "c-1", "")


@pytest.mark.parametrize("outcome", ["", "made", "Created"])
def test_an_outcome_that_is_none(history, outcome):
    row_id = history.begin(ATTEMPT)
    with pytest.raises(ValueError, match="no outcome"):
        history.finish(row_id, outcome)


def test_an_outcome_of_the_program_is_one(history):
    from aep_tui.outcome import Outcome

    for outcome in Outcome:
        history.finish(history.begin(ATTEMPT), outcome)
    assert {row.outcome for row in history.rows()} == {outcome.value for outcome in Outcome}


def test_a_row_that_is_gone(history, path):
    history.begin(ATTEMPT)
    with pytest.raises(HistoryUnusable) as caught:
        history.finish(99, "created")
    assert "99" in caught.value.detail


def test_what_a_gone_process_was_sending_is_unknown(history):
    left, mine = history.begin(ATTEMPT), history.begin(ATTEMPT)
    history.release(left)
    assert {row.id: row.outcome for row in history.rows()} == {left: "unknown", mine: "sending"}


def test_newest_first_and_limited(history):
    ids = [history.begin(ATTEMPT._replace(name=f"n{number}")) for number in range(5)]
    assert [row.id for row in history.rows()] == ids[::-1]
    assert [row.name for row in history.rows(limit=2)] == ["n4", "n3"]
    assert history.rows(limit=0) == []
    assert len(history.rows(limit=None)) == 5


def test_search(history):
    first = history.begin(ATTEMPT._replace(name="Zürich warehouse", source="Amazon S3", sandbox="prod"))
    second = history.begin(ATTEMPT._replace(name="Shop", connection_spec_id="b3ba5556-48be"))
    history.finish(first, "created", connection_id="69f188b6-af07")
    history.finish(second, "refused", code="FLOW-1100-400")

    def found(search: str) -> list[int]:
        return [row.id for row in history.rows(search)]

    assert found("ZÜRICH s3") == [first]
    assert found("shop") == [second]
    assert found("b3ba") == [second]
    assert found("69F188") == [first]
    assert found("refused acme") == [second]
    assert found("flow-1100") == [second]
    assert found("prod created") == [first]
    assert found("prod refused") == []
    assert found("100% _") == []
    assert found("  ") == [second, first]
    assert found("adobe") == [second, first]
    assert [row.id for row in history.rows("adobe", limit=1)] == [second]


def test_what_is_left_unknown_is_found_as_such(history):
    row_id = history.begin(ATTEMPT)
    history.release(row_id)
    assert [row.id for row in history.rows("unknown")] == [row_id]
    assert history.rows("sending") == []


def test_recent_sources(history):
    for spec_id in ["a", "b", "a", "", "c", "b"]:
        history.begin(ATTEMPT._replace(connection_spec_id=spec_id))
    assert history.recent_spec_ids(10) == ["b", "c", "a"]
    assert history.recent_spec_ids(2) == ["b", "c"]
    assert history.recent_spec_ids(0) == []


def test_hostile_texts_come_back_as_they_were(history):
    texts = ["[@click=x]", "\x1b]0;t\x07\x00end", "'; DROP TABLE attempts; --", "日本 \u202e", "x" * 100_000]
    for text in texts:
        history.begin(ATTEMPT._replace(name=text, request_json=text))
    assert [row.name for row in history.rows()] == texts[::-1]
    assert [row.request_json for row in history.rows()] == texts[::-1]


def test_a_lone_surrogate_does_not_stop_a_request(history):
    history.begin(ATTEMPT._replace(name="a\ud800b"))
    assert history.rows()[0].name == "a?b"


class TestFile:
    def test_it_is_private(self, history, path):
        history.release(history.begin(ATTEMPT))
        assert mode(path) == 0o600
        assert mode(path.parent) == 0o700
        assert [file.name for file in path.parent.iterdir()] == ["history.sqlite3"], "no journal stays behind"

    def test_it_is_private_whatever_the_umask(self, history, path):
        before = os.umask(0)
        try:
            history.begin(ATTEMPT)
        finally:
            os.umask(before)
        assert mode(path) == 0o600
        assert mode(path.parent) == 0o700

    def test_its_journal_is_private_too(self, history, path):
        history.begin(ATTEMPT)
        with history._database.writing() as connection:
            connection.execute("UPDATE attempts SET name = 'x'")
            journal = path.with_name("history.sqlite3-journal")
            assert mode(journal) == 0o600
        assert not journal.exists()

    def test_a_directory_that_is_there_is_left_as_it_is(self, path):
        path.parent.mkdir(0o755)
        path.parent.chmod(0o755)
        History(path).begin(ATTEMPT)
        assert mode(path.parent) == 0o755

    def test_writes_are_as_durable_as_sqlite_can(self, history):
        history.begin(ATTEMPT)
        with history._database.writing() as connection:
            assert connection.execute("PRAGMA synchronous").fetchone()[0] == 3
            assert connection.execute("PRAGMA journal_mode").fetchone()[0] == "delete"

    @pytest.mark.parametrize("name", ["with ? and # and %41", "ünïcode", "quote'"])
    def test_any_directory_name_will_do(self, tmp_path, name):
        path = tmp_path / name / "history.sqlite3"
        History(path).begin(ATTEMPT)
        assert path.is_file()
        assert len(History(path).rows()) == 1

    def test_a_relative_path_will_do(self, tmp_path, monkeypatch):
        monkeypatch.chdir(tmp_path)
        History(Path("history.sqlite3")).begin(ATTEMPT)
        assert (tmp_path / "history.sqlite3").is_file()

    def test_an_empty_file_is_a_beginning(self, history, path):
        path.parent.mkdir()
        path.touch()
        assert history.rows() == []
        history.begin(ATTEMPT)
        assert len(history.rows()) == 1
