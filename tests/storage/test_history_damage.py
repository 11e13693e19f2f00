"""A history that is damaged is kept under another name, a new one is begun, and both are said."""

from __future__ import annotations

import os
import random
import sqlite3
import threading
from pathlib import Path

import pytest

from aep_tui.storage.history import Attempt, History, HistoryUnusable

ATTEMPT = Attempt("Shop", "IBM DB2", "spec-1", "ACME@AdobeOrg", "dev", "https://platform.adobe.io", "{}")
NOON = 1_795_262_400.0
ALL_BUT_BEGINNING = {
    "rows": lambda history: history.rows(),
    "row": lambda history: history.row(1),
    "unsettled": lambda history: history.unsettled("p", "o", "s"),
    "recent_spec_ids": lambda history: history.recent_spec_ids(3),
    "finish": lambda history: history.finish(1, "created", connection_id="c"),
    "claim": lambda history: history.claim(1, "c", "e"),
    "set_settled": lambda history: history.set_settled(1, "none"),
    "set_inlet_url": lambda history: history.set_inlet_url(1, "u"),
}


def notes(path: Path) -> None:
    path.write_bytes(b"these are my notes\n" * 100)


def of_another_program(path: Path) -> None:
    connection = sqlite3.connect(path)
    connection.execute("CREATE TABLE notes (text)")
    connection.close()


def without_its_table(path: Path) -> None:
    connection = sqlite3.connect(path)
    connection.execute("PRAGMA user_version = 2")
    connection.close()


def with_broken_pages(path: Path) -> None:
    history = History(path)
    for _ in range(50):
        history.begin(ATTEMPT._replace(request_json="x" * 500))
    content = bytearray(path.read_bytes())
    content[4096:] = random.Random(1).randbytes(len(content) - 4096)
    path.write_bytes(content)


def with_a_cut_off_end(path: Path) -> None:
    history = History(path)
    for _ in range(50):
        history.begin(ATTEMPT._replace(request_json="x" * 2_000))
    os.truncate(path, 4096 * 5)


DAMAGES = [notes, of_another_program, without_its_table, with_broken_pages, with_a_cut_off_end]


@pytest.fixture
def directory(path: Path) -> Path:
    path.parent.mkdir()
    return path.parent


def kept_aside(path: Path) -> list[Path]:
    return sorted(other for other in path.parent.iterdir() if ".damaged-" in other.name)


@pytest.mark.parametrize("damage", DAMAGES)
def test_a_new_history_is_begun_and_nothing_is_lost(directory, path, damage):
    damage(path)
    content = path.read_bytes()
    history = History(path, lambda: NOON)
    history.begin(ATTEMPT)
    (aside,) = kept_aside(path)
    assert aside.name == "history.sqlite3.damaged-20261121-120000"
    assert aside.read_bytes() == content
    assert str(aside) in history.remark
    assert "damaged" in history.remark
    assert [row.name for row in history.rows()] == ["Shop"]
    again = History(path)
    assert [row.name for row in again.rows()] == ["Shop"]
    assert again.remark == "", "it is said once"
    assert kept_aside(path) == [aside]


@pytest.mark.parametrize("call", ALL_BUT_BEGINNING)
def test_what_begins_nothing_changes_nothing_and_says_what_will(directory, path, call):
    notes(path)
    history = History(path)
    with pytest.raises(HistoryUnusable) as caught:
        ALL_BUT_BEGINNING[call](history)
    assert "damaged" in caught.value.title
    assert "history.sqlite3" in caught.value.detail
    assert "begins a new one" in caught.value.remedy
    assert path.read_bytes().startswith(b"these are my notes")
    assert (kept_aside(path), history.remark) == ([], "")


@pytest.mark.parametrize("damage", DAMAGES)
def test_it_can_be_asked_for_at_the_start(directory, path, damage):
    damage(path)
    history = History(path)
    assert "damaged" in history.mend()
    assert len(kept_aside(path)) == 1
    assert history.rows() == []


def test_a_history_that_is_whole_or_not_there_needs_no_mending(history, path):
    assert history.mend() == ""
    assert not path.exists()
    history.begin(ATTEMPT)
    assert history.mend() == ""
    assert kept_aside(path) == []


def test_noting_what_was_not_sent_begins_a_new_one_too(directory, path):
    notes(path)
    history = History(path)
    history.note(ATTEMPT, "not sent")
    assert history.remark


@pytest.mark.parametrize("lose", [notes, Path.unlink])
@pytest.mark.parametrize("by", [History.begin, History.note])
def test_in_a_new_file_no_number_of_this_run_comes_again(history, path, lose, by):
    more = () if by is History.begin else ("refused",)
    first, second = by(history, ATTEMPT, *more), by(history, ATTEMPT, *more)
    lose(path)
    third = by(history, ATTEMPT._replace(name="other"), *more)
    assert third > second > first
    assert [history.row(row_id) is None for row_id in (first, second, third)] == [True, True, False]
    # A session that follows has a history of its own of the same file.
    lose(path)
    assert by(History(path), ATTEMPT, *more) > third


def test_a_number_that_was_only_read_does_not_come_again_either(history, path, run_process):
    assert run_process("h = History(path); [h.begin(attempt()) for _ in range(7)]; tell(len(h.rows()))", path) == [7]
    assert len(history.rows()) == 7
    notes(path)
    assert history.begin(ATTEMPT) == 8


def test_a_number_beyond_belief_leaves_room_for_more(history, path):
    history.begin(ATTEMPT)
    connection = sqlite3.connect(path)
    connection.execute("UPDATE attempts SET id = 9223372036854775807")
    connection.commit()
    connection.close()
    history.rows()
    notes(path)
    assert history.begin(ATTEMPT) == 2


def test_a_second_damage_in_the_same_second_has_a_name_of_its_own(directory, path):
    for number in (1, 2, 3):
        path.write_bytes(b"notes %d\n" % number * 100)
        History(path, lambda: NOON).begin(ATTEMPT)
    assert [aside.read_bytes()[:7] for aside in kept_aside(path)] == [b"notes 1", b"notes 2", b"notes 3"]


def test_its_journal_goes_with_it_and_never_into_the_new_one(directory, path):
    notes(path)
    journal = path.with_name("history.sqlite3-journal")
    journal.write_bytes(b"\xd9\xd5\x05\xf9\x20\xa1\x63\xd7" + bytes(1016))
    error = HistoryUnusable("The history is damaged.")
    error.damaged = (path.stat().st_dev, path.stat().st_ino)
    aside = History(path)._database.set_aside(error, "now")
    assert {other.name for other in directory.iterdir()} == {
        "history.sqlite3.damaged-now",
        "history.sqlite3.damaged-now-journal",
        "history.sqlite3.lock",
    }
    assert aside == path.with_name("history.sqlite3.damaged-now")
    assert History(path)._database.set_aside(error, "now") is None, "another program has done it"


def test_many_that_find_it_out_at_once_keep_one_file_aside_and_lose_no_row(directory, path):
    notes(path)
    barrier = threading.Barrier(6)

    def work() -> None:
        history = History(path, busy_timeout_seconds=30)
        barrier.wait()
        history.begin(ATTEMPT)

    threads = [threading.Thread(target=work) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(kept_aside(path)) == 1
    assert len(History(path).rows()) == 6


def test_where_it_cannot_be_renamed_it_is_left_as_it_is_and_that_is_said(directory, path, monkeypatch):
    notes(path)
    content = path.read_bytes()

    def refuse(self: Path, target: object) -> None:
        raise PermissionError(13, "no")

    monkeypatch.setattr(Path, "rename", refuse)
    with pytest.raises(HistoryUnusable) as caught:
        History(path).begin(ATTEMPT)
    assert "damaged" in caught.value.title
    assert "left as it is" in caught.value.detail
    assert caught.value.remedy
    assert path.read_bytes() == content


def test_a_fault_of_this_program_moves_no_history(history, path):
    history.begin(ATTEMPT)
    with pytest.raises(HistoryUnusable), history._database.writing() as connection:
        connection.execute("SELEKT 1")
    with pytest.raises(HistoryUnusable):
        history._mended(lambda: list(history._select("WHERE (", ())))
    assert kept_aside(path) == []
    assert history.remark == ""
    assert len(history.rows()) == 1
