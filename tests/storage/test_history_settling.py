"""What the history keeps for the day on which the service is asked what became of an attempt."""

from __future__ import annotations

import sqlite3
import threading

import pytest

from aep_tui.storage.history import _MIGRATIONS, Attempt, History, HistoryUnusable

ATTEMPT = Attempt("Shop", "IBM DB2", "spec-1", "ACME@AdobeOrg", "dev", "https://platform.adobe.io", "{}")
PLACE = ("https://platform.adobe.io", "ACME@AdobeOrg", "dev")


def unknown(history: History, attempt: Attempt = ATTEMPT) -> int:
    row_id = history.begin(attempt)
    history.finish(row_id, "unknown")
    return row_id


def test_the_ids_known_before_and_the_client_come_back(history):
    for known in (None, (), ("a", 'b"c', "é")):
        row_id = history.begin(ATTEMPT._replace(known_ids=known, client_mark="m"))
        row = history.row(row_id)
        assert (row.known_ids, row.client_mark, row.settled) == (known, "m", "")
    assert history.row(99) is None


@pytest.mark.parametrize("text", ["[", "{}", '"a"', "[1]", "7", "[" * 100_000])
def test_ids_that_a_hand_has_edited_are_not_known(history, path, text):
    row_id = unknown(history, ATTEMPT._replace(known_ids=("a",)))
    with history._database.writing() as connection:
        connection.execute("UPDATE attempts SET known_ids = ?, settled = 'eaten'", (text,))
    assert (history.row(row_id).known_ids, history.row(row_id).settled) == (None, "")


def test_a_history_of_the_first_version_is_brought_up_with_nothing_lost(path, history):
    path.parent.mkdir()
    connection = sqlite3.connect(path)
    connection.execute(_MIGRATIONS[0])
    connection.execute("PRAGMA user_version = 1")
    columns = "time_ms, outcome, name, source, connection_spec_id, org, sandbox, platform, method, path, request_json"
    for number, outcome in enumerate(("created", "unknown", "sending")):
        values = (number, outcome, f"n{number}", "s", "i", *reversed(PLACE[1:]), PLACE[0], "POST", "/connections", "{}")
        connection.execute(f"INSERT INTO attempts ({columns}) VALUES ({', '.join('?' * len(values))})", values)
    connection.commit()
    connection.close()
    rows = history.rows()
    assert [(row.name, row.outcome, row.time_ms) for row in rows] == [
        ("n2", "unknown", 2),
        ("n1", "unknown", 1),
        ("n0", "created", 0),
    ]
    assert {(row.known_ids, row.settled, row.client_mark) for row in rows} == {(None, "", "")}
    assert history.remark == ""
    assert history.begin(ATTEMPT._replace(known_ids=("a",))) == 4


def test_what_ended_before_it_began_is_one_row(history):
    row_id = history.note(ATTEMPT, "not sent", problem_text="why", code="C", request_id="R")
    row = history.row(row_id)
    assert (row.outcome, row.problem_text, row.code, row.request_id) == ("not sent", "why", "C", "R")


class TestUnsettled:
    def test_of_this_place_and_not_asked_about_newest_first(self, history):
        first, second, third = (unknown(history) for _ in range(3))
        left = history.begin(ATTEMPT)
        history.release(left)
        history.begin(ATTEMPT)
        history.set_settled(second, "none")
        for change in ({"org": "o"}, {"sandbox": "prod"}, {"platform": "p"}):
            unknown(history, ATTEMPT._replace(**change))
        history.finish(history.begin(ATTEMPT), "refused")
        assert [row.id for row in history.unsettled(*PLACE)] == [left, third, first]
        assert {row.outcome for row in history.unsettled(*PLACE)} == {"unknown"}

    def test_without_a_file_there_is_none(self, history, path):
        assert history.unsettled(*PLACE) == []
        assert not path.exists()


class TestClaim:
    def test_an_unknown_attempt_is_created(self, history):
        row_id = unknown(history)
        assert history.claim(row_id, "c1", '"e"')
        row = history.row(row_id)
        assert (row.outcome, row.connection_id, row.etag, row.settled) == ("created", "c1", '"e"', "found")
        assert history.claim(row_id, "c1", '"e"'), "twice says the same"
        assert not history.claim(row_id, "c2", "")
        assert history.row(row_id).connection_id == "c1"

    def test_what_a_killed_program_was_sending_is_created(self, history):
        row_id = history.begin(ATTEMPT)
        assert history.claim(row_id, "c1", "", "taken")
        assert history.row(row_id).settled == "taken"

    def test_one_connection_belongs_to_one_attempt_of_a_place(self, history):
        first, second, elsewhere = unknown(history), unknown(history), unknown(history, ATTEMPT._replace(sandbox="prod"))
        assert history.claim(first, "c1", "")
        assert not history.claim(second, "c1", "")
        assert history.row(second).outcome == "unknown"
        assert history.claim(elsewhere, "c1", "")
        assert history.claimed_ids(history.row(second)) == {"c1"}
        assert history.claimed_ids(history.row(first)) == set()

    def test_many_at_once_give_it_to_one(self, history):
        rows = [unknown(history) for _ in range(6)]
        barrier, got = threading.Barrier(6), []

        def work(row_id: int) -> None:
            barrier.wait()
            if history.claim(row_id, "c1", ""):
                got.append(row_id)

        threads = [threading.Thread(target=work, args=(row_id,)) for row_id in rows]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert len(got) == 1
        assert [row.id for row in history.rows("created")] == got

    @pytest.mark.parametrize("outcome", ["refused", "not sent", "created"])
    def test_what_is_known_is_not_written_over(self, history, outcome):
        row_id = history.begin(ATTEMPT)
        history.finish(row_id, outcome, connection_id="c9" if outcome == "created" else "")
        assert not history.claim(row_id, "c1", "")
        history.set_settled(row_id, "none")
        assert (history.row(row_id).outcome, history.row(row_id).settled) == (outcome, "")

    def test_a_row_that_is_gone(self, history):
        unknown(history)
        for call in (lambda: history.claim(9, "c", ""), lambda: history.set_settled(9, "none")):
            with pytest.raises(HistoryUnusable, match="lost a row"):
                call()


class TestTwoPrograms:
    """One asks about what another one is still sending."""

    def test_not_knowing_does_not_write_over_what_was_found(self, history):
        row_id = history.begin(ATTEMPT)
        assert history.claim(row_id, "c1", '"e"')
        history.finish(row_id, "unknown", problem_text="dropped")
        row = history.row(row_id)
        assert (row.outcome, row.connection_id, row.problem_text) == ("created", "c1", "")

    def test_an_answer_writes_over_what_was_found(self, history):
        row_id = history.begin(ATTEMPT)
        assert history.claim(row_id, "c1", '"e"')
        history.finish(row_id, "created", connection_id="c1", etag='"e2"')
        assert (history.row(row_id).etag, history.row(row_id).settled) == ('"e2"', "")

    def test_an_answer_takes_the_connection_from_an_attempt_that_it_was_inferred_for(self, history):
        older, newer = unknown(history), history.begin(ATTEMPT)
        assert history.claim(older, "c1", '"e"')
        history.finish(newer, "created", connection_id="c1", etag='"e"')
        assert (history.row(newer).outcome, history.row(newer).connection_id) == ("created", "c1")
        row = history.row(older)
        assert (row.outcome, row.connection_id, row.settled) == ("unknown", "", "")

    def test_it_takes_nothing_from_a_person_or_from_another_place(self, history):
        taken, elsewhere = unknown(history), unknown(history, ATTEMPT._replace(sandbox="prod"))
        assert history.claim(taken, "c1", "", "taken")
        assert history.claim(elsewhere, "c1", "")
        history.finish(history.begin(ATTEMPT), "created", connection_id="c1")
        assert history.row(taken).outcome == history.row(elsewhere).outcome == "created"


def test_a_word_that_asking_never_comes_to(history):
    row_id = unknown(history)
    with pytest.raises(ValueError, match="eaten"):
        history.set_settled(row_id, "eaten")
