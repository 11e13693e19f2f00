"""Private directories, and files that are written whole or not at all."""

from __future__ import annotations

import errno
import os
import stat
import threading
import time
from pathlib import Path

import pytest

from aep_tui.errors import ExitCode, UsageError
from aep_tui.storage import files
from aep_tui.storage.files import make_private_directory, reason_of, remove_leftovers, write_atomically
from aep_tui.storage.paths import Directories, config_directory


def mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


class TestPaths:
    def test_the_demo_is_apart(self, tmp_path):
        directories = Directories(tmp_path / "aep-tui")
        real = {directories.history(demo=False), directories.cache(demo=False)}
        demo = {directories.history(demo=True), directories.cache(demo=True), directories.demo_service}
        assert directories.history(demo=False) == tmp_path / "aep-tui" / "history.sqlite3"
        assert directories.history(demo=True) == tmp_path / "aep-tui" / "demo" / "history.sqlite3"
        assert len(real | demo) == 5
        assert all(path.is_relative_to(tmp_path / "aep-tui" / "demo") for path in demo)
        assert not any(path.is_relative_to(tmp_path / "aep-tui" / "demo") for path in real)
        assert list(tmp_path.iterdir()) == [], "asking makes nothing"

    @pytest.mark.parametrize("nothing", [None, "", "  "])
    def test_the_systems_place(self, nothing, tmp_path, monkeypatch):
        monkeypatch.setenv("HOME", str(tmp_path))
        monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "xdg"))
        directory = config_directory(nothing)
        assert directory.name == "aep-tui"
        assert directory.is_absolute()
        assert directory.is_relative_to(tmp_path)
        assert list(tmp_path.iterdir()) == []

    def test_a_place_of_ones_own(self, tmp_path, monkeypatch):
        monkeypatch.setenv("HOME", str(tmp_path))
        monkeypatch.chdir(tmp_path)
        assert config_directory(str(tmp_path / "x")) == tmp_path / "x"
        assert config_directory("~/x") == tmp_path / "x"
        assert config_directory("x/y") == tmp_path / "x" / "y"

    @pytest.mark.parametrize("wrong", ["a\0b", "~no-such-user-here/x"])
    def test_a_place_that_is_none(self, wrong):
        with pytest.raises(UsageError) as caught:
            config_directory(wrong)
        assert "AEP_TUI_CONFIG_DIR" in caught.value.title
        assert caught.value.remedy
        assert caught.value.exit_code is ExitCode.USAGE


class TestDirectory:
    @pytest.mark.parametrize("umask", [0, 0o022, 0o077])
    def test_all_that_is_made_is_private(self, tmp_path, umask):
        before = os.umask(umask)
        try:
            make_private_directory(tmp_path / "a" / "b" / "c")
        finally:
            os.umask(before)
        assert [mode(tmp_path / name) for name in ("a", "a/b", "a/b/c")] == [0o700] * 3

    def test_what_is_there_stays_as_it_is(self, tmp_path):
        (tmp_path / "a").mkdir()
        (tmp_path / "a").chmod(0o755)
        make_private_directory(tmp_path / "a")
        make_private_directory(tmp_path / "a" / "b")
        assert mode(tmp_path / "a") == 0o755

    def test_a_link_to_a_directory_will_do(self, tmp_path):
        (tmp_path / "real").mkdir()
        (tmp_path / "link").symlink_to("real")
        make_private_directory(tmp_path / "link" / "b")
        assert (tmp_path / "real" / "b").is_dir()

    def test_a_file_in_its_place(self, tmp_path):
        (tmp_path / "a").touch()
        with pytest.raises(OSError, match="a"):
            make_private_directory(tmp_path / "a")
        with pytest.raises(OSError, match="a"):
            make_private_directory(tmp_path / "a" / "b")

    def test_many_make_it_at_once(self, tmp_path):
        faults: list[BaseException] = []
        barrier = threading.Barrier(8)

        def work() -> None:
            barrier.wait()
            try:
                make_private_directory(tmp_path / "a" / "b" / "c" / "d")
            except OSError as error:
                faults.append(error)

        threads = [threading.Thread(target=work) for _ in range(8)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert faults == []


class TestWriting:
    @pytest.mark.parametrize("umask", [0, 0o022, 0o077])
    def test_a_new_file_is_private(self, tmp_path, umask):
        before = os.umask(umask)
        try:
            write_atomically(tmp_path / "f", b"one")
        finally:
            os.umask(before)
        assert (tmp_path / "f").read_bytes() == b"one"
        assert mode(tmp_path / "f") == 0o600

    def test_an_old_file_is_replaced_and_made_private(self, tmp_path):
        (tmp_path / "f").write_text("old")
        (tmp_path / "f").chmod(0o644)
        write_atomically(tmp_path / "f", b"new")
        assert (tmp_path / "f").read_bytes() == b"new"
        assert mode(tmp_path / "f") == 0o600
        assert [path.name for path in tmp_path.iterdir()] == ["f"]

    def test_a_link_stays_a_link(self, tmp_path):
        (tmp_path / "dotfiles").mkdir()
        (tmp_path / "link").symlink_to("dotfiles/f")
        write_atomically(tmp_path / "link", b"new")
        assert (tmp_path / "link").is_symlink()
        assert (tmp_path / "dotfiles" / "f").read_bytes() == b"new"

    @pytest.mark.parametrize("step", ["fsync", "replace"])
    def test_a_failure_leaves_the_old_file_and_nothing_else(self, tmp_path, monkeypatch, step):
        (tmp_path / "f").write_text("old")

        def fails(*args: object, **options: object) -> None:
            raise OSError(errno.ENOSPC, "No space left on device")

        monkeypatch.setattr(*((files.os, "fsync") if step == "fsync" else (Path, "replace")), fails)
        with pytest.raises(OSError, match="space"):
            write_atomically(tmp_path / "f", b"new")
        assert (tmp_path / "f").read_text() == "old"
        assert [path.name for path in tmp_path.iterdir()] == ["f"]

    def test_file_and_name_are_on_the_disk(self, tmp_path, monkeypatch):
        synced: list[bool] = []
        fsync = os.fsync

        def noted(descriptor: int) -> None:
            synced.append(stat.S_ISDIR(os.fstat(descriptor).st_mode))
            fsync(descriptor)

        monkeypatch.setattr(files.os, "fsync", noted)
        write_atomically(tmp_path / "f", b"new")
        assert synced == [False, True]

    def test_a_file_system_that_cannot_sync_a_directory(self, tmp_path, monkeypatch):
        fsync = os.fsync

        def files_only(descriptor: int) -> None:
            if stat.S_ISDIR(os.fstat(descriptor).st_mode):
                raise OSError(errno.EINVAL, "Invalid argument")
            fsync(descriptor)

        monkeypatch.setattr(files.os, "fsync", files_only)
        write_atomically(tmp_path / "f", b"new")
        assert (tmp_path / "f").read_bytes() == b"new"

    def test_without_a_directory(self, tmp_path):
        with pytest.raises(FileNotFoundError):
            write_atomically(tmp_path / "no" / "f", b"new")

    def test_killed_while_writing(self, run_process, tmp_path):
        """At each step of writing the file is whole: the old or the new."""
        script = """
def kill_at(step):
    passed = 0
    def watch(frame, event, function):
        nonlocal passed
        if event in ("c_call", "c_return") and function.__name__ in ("open", "write", "flush", "fsync", "close", "replace"):
            passed += 1
            if passed == step:
                os.kill(os.getpid(), signal.SIGKILL)
    sys.setprofile(watch)

step, killed = 0, True
while killed:
    step += 1
    path.write_text("old")
    child = os.fork()
    if child == 0:
        kill_at(step)
        write_atomically(path, b"new" * 50_000)
        sys.setprofile(None)
        os._exit(0)
    killed = os.waitpid(child, 0)[1] != 0
    tell([killed, {b"old": "old", b"new" * 50_000: "new"}.get(path.read_bytes(), "broken")])
"""
        told = run_process(script, tmp_path / "f")
        assert {content for killed, content in told if killed} == {"old", "new"}
        assert told[-1] == [False, "new"]
        assert any(path.name.endswith(".tmp") for path in tmp_path.iterdir())
        hour_ago = time.time() - 3_700
        for path in tmp_path.glob(".*.tmp"):
            os.utime(path, (hour_ago, hour_ago))
        young = ".f.1.0123456789ab.tmp"
        (tmp_path / young).touch()
        remove_leftovers(tmp_path / "f")
        assert sorted(path.name for path in tmp_path.iterdir()) == [young, "f"], "what is young may be in use"

    def test_a_leftover_that_cannot_be_removed_is_left(self, tmp_path):
        leftover = tmp_path / ".f.1.0123456789ab.tmp"
        leftover.mkdir()
        os.utime(leftover, (1, 1))
        remove_leftovers(tmp_path / "f")
        assert leftover.is_dir()

    @pytest.mark.parametrize(
        "name",
        [".editor.tmp", ".f.tmp", ".f.1.ab.tmp", ".g.1.0123456789ab.tmp", ".f.x.0123456789ab.tmp", ".f.1.0123456789AB.tmp"],
    )
    def test_what_others_left_is_theirs(self, tmp_path, name):
        (tmp_path / name).write_text("precious")
        os.utime(tmp_path / name, (1, 1))
        remove_leftovers(tmp_path / "f")
        assert (tmp_path / name).read_text() == "precious"

    def test_leftovers_of_a_file_that_a_link_leads_to(self, tmp_path):
        (tmp_path / "dotfiles").mkdir()
        (tmp_path / "link").symlink_to("dotfiles/f")
        leftover = tmp_path / "dotfiles" / ".f.1.0123456789ab.tmp"
        leftover.touch()
        os.utime(leftover, (1, 1))
        remove_leftovers(tmp_path / "link")
        assert not leftover.exists()


def test_reasons_in_words():
    assert reason_of(OSError(errno.ENOSPC, "x")) == "the disk is full"
    assert reason_of(OSError(errno.EROFS, "x")) == "the disk is read-only"
    assert reason_of(PermissionError(errno.EACCES, "x")) == "access is denied"
    assert reason_of(OSError(errno.EXDEV, "Cross-device\x1b link")) == "Cross-device link"
    assert reason_of(OSError("odd")) == "the system refused"
