"""A history that is damaged, locked, newer, out of rights or space, shared, or whose writer is killed."""

from __future__ import annotations

import random
import shutil
import sqlite3
import tempfile
import threading
from pathlib import Path

import pytest

from aep_tui.errors import AepTuiError
from aep_tui.storage.history import Attempt, History, HistoryUnusable

ATTEMPT = Attempt("Shop", "IBM DB2", "spec-1", "ACME@AdobeOrg", "dev", "https://platform.adobe.io", "{}")


def refused(work) -> HistoryUnusable:
    with pytest.raises(HistoryUnusable) as caught:
        work()
    error = caught.value
    assert isinstance(error, AepTuiError)
    assert error.title.endswith(".")
    assert error.detail.endswith(".")
    assert error.remedy.endswith(".")
    assert "history.sqlite3" in error.detail
    return error


def all_calls(path: Path, busy_timeout_seconds: float = 0.05) -> list:
    history = History(path, busy_timeout_seconds=busy_timeout_seconds)
    return [
        lambda: history.begin(ATTEMPT),
        lambda: history.finish(1, "created"),
        history.rows,
        lambda: history.recent_spec_ids(3),
    ]


class TestUnusable:
    def test_a_newer_version(self, history, path):
        history.begin(ATTEMPT)
        connection = sqlite3.connect(path)
        connection.execute("PRAGMA user_version = 7")
        connection.close()
        content = path.read_bytes()
        for call in all_calls(path):
            error = refused(call)
            assert "newer" in error.title
            assert "version 7" in error.detail
            assert "Update" in error.remedy
        assert path.read_bytes() == content

    def test_a_locked_file(self, history, path):
        history.begin(ATTEMPT)
        other = sqlite3.connect(path, isolation_level=None)
        other.execute("BEGIN EXCLUSIVE")
        for call in all_calls(path):
            assert "in use" in refused(call).title
        other.execute("COMMIT")
        other.close()
        assert len(history.rows()) == 1
        history.begin(ATTEMPT)

    def test_a_lock_that_is_let_go_is_waited_for(self, history, path):
        history.begin(ATTEMPT)
        other = sqlite3.connect(path, isolation_level=None, check_same_thread=False)
        other.execute("BEGIN EXCLUSIVE")
        letting_go = threading.Timer(0.1, lambda: other.execute("COMMIT"))
        letting_go.start()
        assert History(path, busy_timeout_seconds=30).begin(ATTEMPT) == 2
        letting_go.join()
        other.close()

    def test_a_directory_in_its_place(self, path):
        path.mkdir(parents=True)
        for call in all_calls(path):
            refused(call)

    def test_a_file_in_the_place_of_its_directory(self, tmp_path):
        (tmp_path / "config").write_text("mine")
        path = tmp_path / "config" / "history.sqlite3"
        assert "directory is needed" in refused(lambda: History(path).begin(ATTEMPT)).detail
        assert (tmp_path / "config").read_text() == "mine"
        assert History(path).rows() == []

    def test_rows_that_a_hand_has_edited(self, history, path):
        history.begin(ATTEMPT)
        connection = sqlite3.connect(path)
        connection.execute("UPDATE attempts SET time_ms = 'noon', outcome = 'eaten', name = x'ff00', source = 7")
        connection.commit()
        connection.close()
        (row,) = history.rows()
        assert (row.time_ms, row.outcome, row.source) == (0, "unknown", "7")
        assert isinstance(row.name, str)

    def test_without_rights(self, run_process):
        directory = Path(tempfile.mkdtemp())
        try:
            path = directory / "history.sqlite3"
            History(path).begin(ATTEMPT)
            path.chmod(0o444)
            directory.chmod(0o555)
            script = "without_rights(); h = History(path); tell(error_of(lambda: h.begin(attempt()))); tell(len(h.rows()))"
            begun, rows = run_process(script, path)
            assert "read-only" in begun[1]
            assert rows == 1, "what can be read is read"
            directory.chmod(0)
            script = "without_rights(); h = History(path); tell(error_of(h.rows)); tell(error_of(lambda: h.begin(attempt())))"
            for error in run_process(script, path):
                assert "denied" in error[1]
        finally:
            directory.chmod(0o700)
            shutil.rmtree(directory)

    def test_without_space(self, run_process, history, path):
        for number in range(20):
            history.begin(ATTEMPT._replace(name=f"n{number}", request_json="x" * 2_000))
        script = """
h = History(path)
without_space(path.stat().st_size // 1024 + 1)
error = None
for number in range(100):
    error = error or error_of(lambda: h.begin(attempt("x" * 2000)))
tell(error)
"""
        (error,) = run_process(script, path)
        assert error
        assert "history.sqlite3" in error[1]
        assert {f"n{number}" for number in range(20)} <= {row.name for row in history.rows()}


class TestManyAtOnce:
    def test_threads(self, path):
        history = History(path)

        def work() -> None:
            for _ in range(10):
                history.finish(history.begin(ATTEMPT), "created")

        threads = [threading.Thread(target=work) for _ in range(4)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert len({row.id for row in history.rows("created")}) == 40

    def test_processes_that_both_begin_the_file(self, start_process, path, history):
        script = """
h = History(path, busy_timeout_seconds=30)
for number in range(25):
    h.finish(h.begin(attempt(f"{os.getpid()} {number}")), "created")
"""
        processes = [start_process(script, path) for _ in range(2)]
        for process in processes:
            assert process.communicate(timeout=60) == ("", "")
        rows = history.rows()
        assert len(rows) == len({row.name for row in rows}) == 50
        assert {row.outcome for row in rows} == {"created"}


KILLED_AT_EACH_STEP = """
STEPS = ("execute", "connect", "close", "open", "mkdir", "fsync")

def kill_at(step):
    passed = 0
    def watch(frame, event, function):
        nonlocal passed
        if event in ("c_call", "c_return") and function.__name__ in STEPS:
            passed += 1
            if passed == step:
                os.kill(os.getpid(), signal.SIGKILL)
    sys.setprofile(watch)

def one(step):
    child = os.fork()
    if child == 0:
        kill_at(step)
        h = History(path)
        h.finish(h.begin(attempt(f"step {step}")), "created")
        sys.setprofile(None)
        os._exit(0)
    return os.waitpid(child, 0)[1]

for fresh in (True, False):
    step, killed = 0, True
    while killed:
        step += 1
        if fresh:
            shutil.rmtree(path.parent, ignore_errors=True)
        killed = one(step) != 0
        tell([step, killed, [row.outcome for row in History(path).rows(f"step {step}")]])
        History(path).begin(attempt("the next process"))
    History(path).begin(attempt())
"""


class TestKilled:
    def test_at_each_step_of_writing(self, run_process, path):
        """From making the directory to closing after the last commit, with a file that is new and with one that is there."""
        told = run_process(KILLED_AT_EACH_STEP, path)
        outcomes = [outcomes for _, killed, outcomes in told if killed]
        assert len(outcomes) > 40
        for end in ([], ["unknown"], ["created"]):
            assert outcomes.count(end) >= 4, "kills fell before, between and after the two commits"
        assert all(end in ([], ["unknown"], ["created"]) for end in outcomes)
        assert [outcomes for _, killed, outcomes in told if not killed] == [["created"], ["created"]]

    @pytest.mark.parametrize("seed", range(4))
    def test_at_any_moment(self, start_process, path, history, seed):
        """What was acknowledged is there, and the next process writes on."""
        script = """
h = History(path)
while True:
    row = h.begin(attempt())
    print("begun", row, flush=True)
    h.finish(row, "created")
    print("made", row, flush=True)
"""
        process = start_process(script, path)
        seen = [process.stdout.readline().split() for _ in range(random.Random(seed).randint(1, 60))]
        process.kill()
        seen += [line.split() for line in process.communicate()[0].splitlines() if line.count(" ") == 1]
        outcomes = {str(row.id): row.outcome for row in history.rows()}
        assert all(row_id in outcomes for _, row_id in seen)
        assert all(outcomes[row_id] == "created" for word, row_id in seen if word == "made")
        assert set(outcomes.values()) <= {"created", "unknown"}
        assert list(outcomes.values()).count("unknown") <= 1
        connection = sqlite3.connect(path)
        assert connection.execute("PRAGMA integrity_check").fetchone() == ("ok",)
        connection.close()
        history.finish(history.begin(ATTEMPT), "created")
