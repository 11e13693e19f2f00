"""A row at "sending" is believed as long as the program that sends it lives, and no longer."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from aep_tui.storage import row_numbers, sending_marks
from aep_tui.storage.history import Attempt, History, HistoryUnusable

VALUES = ("mine", "IBM DB2", "spec-1", "ACME@AdobeOrg", "dev", "https://platform.example.com", "{}")
ATTEMPT = Attempt(*VALUES)
PLACE = (ATTEMPT.platform, ATTEMPT.org, ATTEMPT.sandbox)
SENDER = """
import sys
from pathlib import Path
from aep_tui.storage.history import Attempt, History
history = History(Path(sys.argv[1]))
print(history.begin(Attempt(*sys.argv[2:])), flush=True)
if sys.stdin.readline().strip() == "finish":
    history.finish(1, "created", connection_id="c")
"""


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "aep-tui" / "history.sqlite3"


@pytest.fixture
def sender(path: Path) -> Iterator[Callable[[], subprocess.Popen[str]]]:
    """Return a function that starts a program which has begun to send."""
    started: list[subprocess.Popen[str]] = []

    def start() -> subprocess.Popen[str]:
        command = [sys.executable, "-c", SENDER, str(path), *VALUES]
        process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        started.append(process)
        assert process.stdout is not None
        assert process.stdout.readline().strip().isdigit()
        return process

    yield start
    for process in started:
        process.kill()
        process.communicate(timeout=30)


def marks(path: Path) -> list[Path]:
    return [found for found in path.parent.iterdir() if ".sending-" in found.name]


def test_what_another_program_sends_reads_as_sending_and_is_not_settled(
    path: Path, sender: Callable[[], subprocess.Popen[str]]
) -> None:
    sender()
    history = History(path)
    assert [row.outcome for row in history.rows()] == ["sending"]
    assert history.unsettled(*PLACE) == []
    assert len(marks(path)) == 1


def test_a_program_that_was_killed_leaves_an_unknown_outcome(path: Path, sender: Callable[[], subprocess.Popen[str]]) -> None:
    process = sender()
    process.send_signal(signal.SIGKILL)
    process.wait(timeout=30)
    history = History(path)
    assert [row.outcome for row in history.rows()] == ["unknown"]
    assert [row.id for row in history.unsettled(*PLACE)] == [1]
    assert marks(path) == [], "what it left is taken away"


def test_a_program_that_comes_to_its_end_leaves_no_mark(path: Path, sender: Callable[[], subprocess.Popen[str]]) -> None:
    process = sender()
    process.communicate("finish\n", timeout=30)
    assert [row.outcome for row in History(path).rows()] == ["created"]
    assert marks(path) == []


def test_each_of_two_programs_holds_its_own(path: Path, sender: Callable[[], subprocess.Popen[str]]) -> None:
    first, _ = sender(), sender()
    first.kill()
    first.wait(timeout=30)
    assert {row.id: row.outcome for row in History(path).rows()} == {1: "unknown", 2: "sending"}


def test_two_that_look_at_once_do_not_take_each_other_for_a_sender(path: Path) -> None:
    history = History(path)
    row_id = history.begin(ATTEMPT)
    name = history.rows()[0].sender
    history.release(row_id)
    left = path.with_name(f"{path.name}.sending-{name}")
    left.touch()
    with left.open("r+b") as other:
        import fcntl

        fcntl.flock(other, fcntl.LOCK_SH)
        assert [row.outcome for row in History(path).rows()] == ["unknown"]


def test_where_no_mark_can_be_made_it_is_sent_all_the_same(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(_: Path) -> int:
        raise OSError(13, "no")

    monkeypatch.setattr(sending_marks, "take_lock", refuse)
    history = History(path)
    row_id = history.begin(ATTEMPT)
    assert [row.outcome for row in history.rows()] == ["sending"], "this program knows what it sends"
    history.finish(row_id, "created", connection_id="c")
    assert [row.outcome for row in history.rows()] == ["created"]


def test_where_nothing_can_be_locked_a_program_still_knows_what_it_sends(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("aep_tui.storage.file_lock._tried", lambda *_, **__: None)
    history = History(path)
    row_id = history.begin(ATTEMPT)
    assert [row.outcome for row in History(path).rows()] == ["sending"]
    history.release(row_id)
    assert [row.outcome for row in History(path).rows()] == ["unknown"]


def test_where_nothing_can_be_locked_a_mark_is_believed_for_an_hour(
    path: Path, sender: Callable[[], subprocess.Popen[str]], monkeypatch: pytest.MonkeyPatch
) -> None:
    sender()
    monkeypatch.setattr("aep_tui.storage.file_lock._tried", lambda *_, **__: None)
    assert [row.outcome for row in History(path).rows()] == ["sending"]
    (mark,) = marks(path)
    os.utime(mark, (0, 0))
    assert [row.outcome for row in History(path).rows()] == ["unknown"]


def test_a_mark_without_a_row_is_swept_away_after_an_hour(path: Path) -> None:
    history = History(path)
    history.finish(history.begin(ATTEMPT), "refused")
    young, old = (path.with_name(f"{path.name}.sending-{name}") for name in ("aa", "bb"))
    young.touch()
    old.touch()
    os.utime(old, (0, 0))
    history.release(history.begin(ATTEMPT))
    assert marks(path) == [young]


def test_the_file_of_a_mark_is_closed_before_it_is_taken_away(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Windows takes no file away that is open."""
    done: list[str] = []
    close, unlink = os.close, Path.unlink
    monkeypatch.setattr(sending_marks.os, "close", lambda descriptor: (done.append("close"), close(descriptor)))
    monkeypatch.setattr(Path, "unlink", lambda self, **options: (done.append("unlink"), unlink(self, **options)))
    held = sending_marks.SendingMarks(path)
    held.release(held.hold())
    assert done[-2:] == ["close", "unlink"]


def test_a_row_of_a_file_that_was_begun_anew_is_not_taken_for_ones_own(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    mine, others = History(path), History(path)
    row_id = mine.begin(ATTEMPT)
    path.write_bytes(b"garbage" * 2000)
    # Another program knows nothing of the numbers that this one has given.
    monkeypatch.setattr(row_numbers, "_HIGHEST", {})
    others.mend()
    assert others.begin(ATTEMPT._replace(name="another")) == row_id
    assert mine.row(row_id) is None
    with pytest.raises(HistoryUnusable, match="lost a row"):
        mine.finish(row_id, "created", connection_id="c")
    with pytest.raises(HistoryUnusable, match="lost a row"):
        mine.claim(row_id, "c", "")
    assert [(row.name, row.outcome) for row in others.rows()] == [("another", "sending")]


@pytest.mark.parametrize("name", ["", "../x", "a/b", "a\0b", "no such"])
def test_a_mark_that_a_hand_has_written_is_nobodys(path: Path, name: str) -> None:
    path.parent.mkdir()
    assert not sending_marks.SendingMarks(path).is_held(name)
