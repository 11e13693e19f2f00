"""The settings file on a real disk: private, shared by processes, read-only, full, odd."""

from __future__ import annotations

import os
import stat
import tempfile
import threading
from pathlib import Path

import pytest

from aep_tui.errors import AepTuiError, ExitCode
from aep_tui.storage import private_files
from aep_tui.storage.file_lock import locked
from aep_tui.storage.private_files import fault_of
from aep_tui.storage.settings import MAX_BYTES, Profile, Settings, SettingsFile, SettingsUnusable

ACME = Profile("acme", "A@AdobeOrg")


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "config" / "settings.toml"


@pytest.fixture
def file(path: Path) -> SettingsFile:
    return SettingsFile(path, lock_seconds=0.3)


def mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


def refused(work) -> SettingsUnusable:
    with pytest.raises(SettingsUnusable) as caught:
        work()
    error = caught.value
    assert isinstance(error, AepTuiError)
    assert error.title.endswith(".")
    assert error.remedy.endswith((".", "?"))
    return error


class TestPrivate:
    def test_what_is_made_is_its_owners_alone(self, file, path):
        old = os.umask(0)
        try:
            file.save(ACME)
        finally:
            os.umask(old)
        assert (mode(path), mode(path.parent)) == (0o600, 0o700)
        assert all(mode(other) == 0o600 for other in path.parent.iterdir())
        assert file.faults() == []

    @pytest.mark.parametrize(("bits", "word"), [(0o644, "read"), (0o640, "read"), (0o666, "change"), (0o620, "change")])
    def test_a_file_that_others_get_at_is_said_and_made_private(self, file, path, bits, word):
        file.save(ACME)
        path.chmod(bits)
        (fault,) = file.faults()
        assert (fault.path, fault.fixable) == (path, True)
        assert f"Others can {word} the file." == fault.what
        assert "chmod 600" in fault.remedy
        assert file.read().profiles == {"acme": ACME}, "it is said, not refused"
        assert file.make_private() == []
        assert mode(path) == 0o600

    @pytest.mark.parametrize(("bits", "word"), [(0o755, "look into"), (0o777, "put files into")])
    def test_a_directory_too(self, file, path, bits, word):
        file.save(ACME)
        path.parent.chmod(bits)
        (fault,) = file.faults()
        assert word in fault.what
        assert file.make_private() == []
        assert mode(path.parent) == 0o700

    def test_saving_makes_the_file_private_again(self, file, path):
        file.save(ACME)
        path.chmod(0o644)
        file.save(Profile("other"))
        assert mode(path) == 0o600

    def test_somebodys_home_is_not_touched(self, isolated):
        isolated.chmod(0o755)
        file = SettingsFile(isolated / "settings.toml")
        file.save(ACME)
        (fault,) = file.faults()
        assert not fault.fixable
        assert "AEP_TUI_CONFIG_DIR" in fault.remedy
        assert file.make_private() != []
        assert mode(isolated) == 0o755

    def test_a_file_of_somebody_else(self, file, monkeypatch):
        file.save(ACME)
        monkeypatch.setattr(private_files.os, "geteuid", lambda: os.getuid() + 1)
        faults = file.faults()
        assert [fault.fixable for fault in faults] == [False, False]
        assert all("belongs to somebody else" in fault.what for fault in faults)
        assert len(file.make_private()) == 2

    def test_a_disk_that_keeps_no_permissions(self, file, path, monkeypatch):
        file.save(ACME)
        path.chmod(0o644)
        monkeypatch.setattr(Path, "chmod", lambda self, mode: None)
        (reason,) = file.make_private()
        assert "keeps no permissions" in reason

    def test_what_is_not_there_has_no_fault(self, file, path):
        assert file.faults() == []
        assert file.make_private() == []
        assert fault_of(path) is None

    def test_a_link_stays_a_link(self, file, path, tmp_path):
        target = tmp_path / "dotfiles.toml"
        target.write_text("# mine\n")
        path.parent.mkdir()
        path.symlink_to(target)
        file.save(ACME)
        assert path.is_symlink()
        assert target.read_text().startswith("# mine\n")
        assert file.read().profiles == {"acme": ACME}


class TestUnreadable:
    def test_a_directory_in_its_place(self, file, path):
        path.mkdir(parents=True)
        assert "no regular file" in refused(file.read).detail
        refused(lambda: file.save(ACME))

    def test_a_pipe_in_its_place_is_not_waited_for(self, file, path):
        path.parent.mkdir()
        os.mkfifo(path)
        assert "no regular file" in refused(file.read).detail

    def test_a_file_where_the_directory_should_be(self, file, path):
        path.parent.write_text("x")
        assert "a part of its path is a file" in refused(file.read).detail
        assert refused(lambda: file.save(ACME)).exit_code == ExitCode.UNEXPECTED

    def test_one_that_is_too_large(self, file, path):
        path.parent.mkdir()
        path.write_text("# " + "x" * MAX_BYTES)
        assert "128 KB" in refused(file.read).detail

    def test_one_that_is_no_utf_8(self, file, path):
        path.parent.mkdir()
        path.write_bytes(b"# a\n# b\xff\n")
        error = refused(file.read)
        assert error.line == 2
        assert "UTF-8" in error.detail

    def test_one_that_is_empty(self, file, path):
        path.parent.mkdir()
        path.touch()
        assert file.read() == Settings()

    def test_one_that_is_wrong_is_not_written_over(self, file, path):
        path.parent.mkdir()
        path.write_text("profile = 3\n")
        for work in (lambda: file.save(ACME), lambda: file.use("acme"), lambda: file.remove("acme")):
            assert refused(work).exit_code == ExitCode.USAGE
        assert path.read_text() == "profile = 3\n"

    def test_without_the_right_to_read(self, run_process):
        with tempfile.TemporaryDirectory() as name:
            Path(name).chmod(0o755)
            path = Path(name) / "settings.toml"
            path.write_text('profile = "acme"\n')
            path.chmod(0)
            ((title, detail, _),) = run_process(f"{SAVE}without_rights()\ntell(error_of(file.read))\n", path)
        assert title == "The settings cannot be read."
        assert "denied" in detail


class TestNames:
    def test_of_another_profile(self, file):
        file.save(ACME)
        file.save(Profile("other"))
        for name in ("other", "OTHER"):
            error = refused(lambda name=name: file.save(Profile(name), replaced="acme"))
            assert error.exit_code == ExitCode.EXISTS
        assert refused(lambda: file.save(ACME, new=True)).exit_code == ExitCode.EXISTS
        assert refused(lambda: file.check(ACME, new=True)).exit_code == ExitCode.EXISTS
        file.check(ACME)
        file.check(Profile("third"), new=True)

    def test_of_itself_in_another_case(self, file):
        file.save(ACME)
        file.save(Profile("ACME"), replaced="acme")
        assert list(file.read().profiles) == ["ACME"]

    @pytest.mark.parametrize("name", ["", " ", " a", "a  b", "a\tb", "-a", "x" * 65, "a\x1b[31m", "a\u202eb"])
    def test_that_are_none(self, file, path, name):
        refused(lambda: file.save(Profile(name)))
        refused(lambda: file.check(Profile(name)))
        assert not path.parent.exists()

    @pytest.mark.parametrize("key", ["platform_url", "ims_url"])
    def test_an_address_that_may_hold_a_secret_is_not_saved(self, file, path, key):
        error = refused(lambda: file.save(Profile("a", **{key: "https://me:hunter2@a.example"})))
        assert key in error.detail
        assert "hunter2" not in error.sentence()
        assert not path.exists()

    def test_values_that_are_no_text(self, file, path):
        for profile in (Profile("a", org_id="\udcff"), Profile("a", scopes=("\ud800",)), Profile("a", keys={"\udcff": "q"})):
            assert "no valid text" in refused(lambda profile=profile: file.save(profile)).detail
        assert not path.parent.exists()

    def test_that_are_not_there(self, file):
        file.save(ACME)
        assert "Did you mean acme?" in refused(lambda: file.use("amce")).remedy
        assert "The only one is acme." in refused(lambda: file.remove("zzz")).remedy

    def test_none_in_use(self, file):
        file.save(ACME)
        file.use("acme")
        file.use("")
        assert file.read().used == ""


SAVE = """
from aep_tui.storage.settings import Profile, SettingsFile
file = SettingsFile(path)
"""


class TestSharing:
    def test_processes_that_save_at_once_lose_nothing(self, start_process, path, file):
        file.save(ACME)
        script = SAVE + (
            "import os\n"
            "for number in range(12):\n    file.save(Profile(f'{os.getpid()}-{number}', str(number)))\n"
            "    file.use(f'{os.getpid()}-{number}')\n"
        )
        started = [start_process(script, path) for _ in range(4)]
        for process in started:
            _, errors = process.communicate(timeout=60)
            assert errors == ""
        profiles = SettingsFile(path).read().profiles
        assert len(profiles) == 1 + 4 * 12
        assert {path.name, f".{path.name}.lock"} == {other.name for other in path.parent.iterdir()}

    def test_threads_too(self, path):
        def save(name: str) -> None:
            for number in range(5):
                SettingsFile(path).save(Profile(f"{name}-{number}"))

        threads = [threading.Thread(target=save, args=(f"t{number}",)) for number in range(4)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert len(SettingsFile(path).read().profiles) == 20

    def test_a_process_that_is_killed_while_it_saves_leaves_a_whole_file_and_no_lock(self, start_process, path):
        script = SAVE + "number = 0\nwhile True:\n    number += 1\n    file.save(Profile('p', str(number)))\n    tell(number)\n"
        for _ in range(3):
            process = start_process(script, path)
            for _ in range(20):
                process.stdout.readline()
            process.kill()
            process.wait()
            assert list(SettingsFile(path).read().profiles) == ["p"]
            SettingsFile(path, lock_seconds=1).save(Profile("p", "0"))

    def test_another_one_that_does_not_end_is_said(self, file, path):
        file.save(ACME)
        with locked(path.with_name(f".{path.name}.lock"), 1.0):
            error = refused(lambda: file.save(Profile("other")))
        assert "another aep-tui" in error.detail
        assert error.exit_code == ExitCode.UNEXPECTED
        file.save(Profile("other"))

    def test_a_network_share_that_cannot_lock_is_written_all_the_same(self, file, monkeypatch):
        import errno
        import fcntl

        def cannot(descriptor: int, operation: int) -> None:
            raise OSError(errno.ENOLCK, "No locks available")

        monkeypatch.setattr(fcntl, "flock", cannot)
        file.save(ACME)
        assert file.read().profiles == {"acme": ACME}


class TestDisk:
    def check(self, run_process, path: Path, prelude: str, words: str) -> None:
        script = f"{SAVE}{prelude}\ntell(error_of(lambda: file.save(Profile('other', 'x' * 9000))))\n"
        ((title, detail, remedy),) = run_process(script, path)
        assert title == "The settings cannot be saved."
        assert words in detail
        assert "Nothing was changed." in detail
        assert "AEP_TUI_CONFIG_DIR" in remedy

    def test_a_full_one(self, run_process, file, path):
        file.save(ACME)
        before = path.read_bytes()
        self.check(run_process, path, "without_space(4)", "")
        assert path.read_bytes() == before
        assert {path.name, f".{path.name}.lock"} == {other.name for other in path.parent.iterdir()}

    def test_a_read_only_one(self, run_process):
        with tempfile.TemporaryDirectory(dir="/tmp") as name:
            directory = Path(name)
            directory.chmod(0o755)
            path = directory / "settings.toml"
            SettingsFile(path).save(ACME)
            path.chmod(0o644)
            before = path.read_bytes()
            self.check(run_process, path, "without_rights()", "denied")
            assert path.read_bytes() == before

    def test_one_that_fails_when_the_file_takes_its_place(self, file, path, monkeypatch):
        import errno

        file.save(ACME)
        before = path.read_bytes()

        def full(self: Path, target: Path) -> None:
            raise OSError(errno.ENOSPC, "No space left on device")

        monkeypatch.setattr(Path, "replace", full)
        assert "the disk is full" in refused(lambda: file.save(Profile("other"))).detail
        assert path.read_bytes() == before
