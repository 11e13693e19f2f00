"""``aep-tui profile remove`` and ``use``: no secret goes without a word, or before it is known that the profile can go."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from profile_kit import KeyringLauncher, Store

from aep_tui.cli import profile as profile_module
from aep_tui.cli.main import command
from aep_tui.errors import ExitCode
from aep_tui.storage.keyring_access import Trouble

SECRET = "p8e-hunter2"
Ran = tuple[int, str]


@pytest.fixture
def run(root: Path, store: Store, capfd: pytest.CaptureFixture[str]) -> Callable[..., Ran]:
    """Return a function that runs ``aep-tui profile``; it gives exit code and stderr."""

    def in_process(*arguments: str) -> Ran:
        code = command(KeyringLauncher({"AEP_TUI_CONFIG_DIR": str(root)}, store), ["profile", *arguments])
        return code, capfd.readouterr().err

    return in_process


@pytest.fixture
def store() -> Store:
    return Store()


def test_a_full_disk_costs_no_secret(run, store, root, monkeypatch):
    run("add", "acme", "--no-secret")
    store.kept["acme", "client-secret"] = SECRET
    before = (root / "settings.toml").read_bytes()

    def full(_path: object, _content: bytes) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("aep_tui.storage.files._write_new", full)
    code, said = run("remove", "acme", "--yes")
    assert (code, "Nothing was changed." in said) == (ExitCode.UNEXPECTED, True)
    assert store.kept == {("acme", "client-secret"): SECRET}
    assert (root / "settings.toml").read_bytes() == before


def test_settings_that_cannot_be_changed_cost_no_secret(run, store, monkeypatch):
    run("add", "acme", "--no-secret")
    store.kept["acme", "client-secret"] = SECRET
    monkeypatch.setattr("aep_tui.storage.settings_edit.without_profile", lambda text, _name: text)
    code, said = run("remove", "acme", "--yes")
    assert (code, "would damage" in said) == (ExitCode.USAGE, True)
    assert store.kept == {("acme", "client-secret"): SECRET}


class TestSecretsThatOutlivedTheirProfile:
    def test_they_do_not_go_without_a_yes(self, run, store):
        store.kept["gone", "client-secret"] = SECRET
        code, said = run("remove", "gone")
        assert code == ExitCode.NEEDS_TERMINAL
        assert "There is no profile gone. Remove the secrets that are in the keyring under that name?" in said
        assert store.kept == {("gone", "client-secret"): SECRET}

    def test_a_person_is_asked(self, run, store, monkeypatch):
        store.kept["gone", "client-secret"] = SECRET
        monkeypatch.setattr(profile_module, "_has_terminal", lambda: True)
        monkeypatch.setattr(profile_module.click, "confirm", lambda *_given, **_options: None)
        assert run("remove", "gone")[0] == ExitCode.DONE
        assert store.kept == {}

    @pytest.mark.parametrize("trouble", [None, Trouble.MISSING])
    def test_where_there_is_nothing_nothing_is_asked(self, run, store, trouble):
        store.trouble = trouble
        code, said = run("remove", "gone")
        assert (code, "There is no profile gone" in said, "?" in said) == (ExitCode.USAGE, True, False)

    def test_a_keyring_that_does_not_tell(self, run, store):
        store.trouble = Trouble.LOCKED
        code, said = run("remove", "gone")
        assert (code, "--keep-secrets" in said) == (ExitCode.UNEXPECTED, True)


@pytest.mark.parametrize("name", ["", " "])
def test_an_empty_name_does_not_take_the_profile_out_of_use(run, root, name):
    run("add", "acme", "--no-secret")
    before = (root / "settings.toml").read_bytes()
    code, said = run("use", name)
    assert (code, "empty" in said) == (ExitCode.USAGE, True)
    assert (root / "settings.toml").read_bytes() == before
