"""``aep-tui doctor`` on what lies on this machine: settings, history, keyring."""

from __future__ import annotations

import os
import sqlite3
import subprocess
import time
from pathlib import Path

import pytest
from doctor_kit import LIVE, PROGRAM, Examination

from aep_tui.errors import ExitCode


class TestFiles:
    def test_settings_that_others_can_read_or_change(self, run, account, root):
        root.mkdir(0o700)
        settings = root / "settings.toml"
        settings.write_text("")
        settings.chmod(0o644)
        found = run(account)
        assert (found.code, found.verdicts("permissions")) == (0, ["warning"])
        assert "chmod 600 ~/aep-tui/settings.toml" in found.words("permissions")
        settings.chmod(0o666)
        assert run(account).failed == ["permissions"]

    def test_settings_with_a_fault_stop_nothing_else(self, run, account, root):
        root.mkdir(0o700)
        settings = root / "settings.toml"
        settings.write_text('profile = "acme"\n[profiles.acme]\norgid = "A@AdobeOrg"\n')
        settings.chmod(0o600)
        found = run(account, "--profile", "acme")
        assert (found.code, found.failed) == (ExitCode.UNEXPECTED, ["settings"])
        assert "line 3" in found.words("settings")
        assert "did you mean org_id?" in found.words("settings")
        assert found.verdicts("profile", *LIVE) == ["skipped", *["ok"] * 5], "the environment stands alone"
        assert run({**account, "AEP_SANDBOX_NAME": ""}).verdicts("org_id", "token") == ["skipped"] * 2

    def test_a_directory_that_is_a_file(self, run, account, root):
        root.write_text("")
        found = run(account)
        assert {"directory", "settings", "history"} <= set(found.failed)
        assert found.verdicts(*LIVE) == ["ok"] * 5

    def test_a_read_only_directory(self, run, account, root, monkeypatch):
        root.mkdir(0o700)
        really = os.access
        # The rights of a directory count for nothing where tests run as root.
        monkeypatch.setattr(os, "access", lambda path, mode: not mode & os.W_OK and really(path, mode))
        found = run(account)
        assert found.failed == ["directory", "history", "cache", "reports"]
        assert "cannot be written" in found.words("directory")

    def test_a_history_that_is_damaged_or_newer(self, run, account, root):
        root.mkdir(0o700)
        path = root / "history.sqlite3"
        path.write_bytes(b"SQLite format 3\0" + b"\xff" * 4_096)
        path.chmod(0o600)
        found = run(account)
        assert found.failed == ["history"]
        assert "damaged" in found.words("history")
        assert path.exists(), "looking changes nothing"
        path.unlink()
        with sqlite3.connect(path) as connection:
            connection.execute("PRAGMA user_version = 99")
        connection.close()
        path.chmod(0o600)
        assert "newer aep-tui" in run(account).words("history")


@pytest.mark.parametrize("way", ["hangs", "locked"])
def test_a_keyring_that_cannot_be_used_holds_up_nothing(root: Path, account: dict[str, str], tmp_path: Path, way: str) -> None:
    body = {"hangs": "import time; time.sleep(60)", "locked": "raise errors.KeyringLocked('canary')"}[way]
    (tmp_path / "odd.py").write_text(
        "from keyring import errors\n"
        "from keyring.backend import KeyringBackend\n"
        "class Odd(KeyringBackend):\n"
        "    priority = 1\n"
        f"    def get_password(self, *arguments): {body}\n"
        "    def set_password(self, *arguments): pass\n"
        "    def delete_password(self, *arguments): pass\n"
    )
    paths = os.pathsep.join([str(tmp_path), str(Path(__file__).parents[2])])
    environment = {**os.environ, **account, "PYTHON_KEYRING_BACKEND": "odd.Odd", "PYTHONPATH": paths}
    started = time.monotonic()
    ended = subprocess.run(
        [*PROGRAM, "doctor", "--json"], env=environment, capture_output=True, text=True, timeout=60, check=False
    )
    assert time.monotonic() - started < 40
    found = Examination(ended.returncode, ended.stdout, ended.stderr)
    assert (found.code, found.err) == (0, "")
    assert found.verdicts("keyring", *LIVE) == ["warning", *["ok"] * 5]
    assert {"hangs": "did not answer", "locked": "is locked"}[way] in found.words("keyring")
    assert "canary" not in ended.stdout
