"""A profile that is made on the command line begins with none of the secrets that the keyring has under its name."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from profile_kit import KeyringLauncher, Store

from aep_tui.cli.main import command
from aep_tui.errors import ExitCode
from aep_tui.storage.keyring_access import Trouble

Ended = tuple[int, str]
OTHER = ("--platform-url", "https://other.example", "--ims-url", "https://ims.other.example")
IMPORTED = {"CLIENT_ID": "new", "ORG_ID": "B1@AdobeOrg", "CLIENT_SECRETS": ["new-secret"], "SCOPES": ["openid"]}
LEFT = {("acme", "client-secret"): "old-secret", ("acme", "access-token"): "old-token"}


@pytest.fixture
def store() -> Store:
    return Store()


@pytest.fixture
def run(root: Path, store: Store, capfd: pytest.CaptureFixture[str]) -> Callable[..., Ended]:
    """Return a function that runs ``aep-tui profile`` in this process; it gives exit code and stderr."""

    def in_process(*arguments: str, **environment: str) -> Ended:
        launcher = KeyringLauncher({"AEP_TUI_CONFIG_DIR": str(root), **environment}, store)
        code = command(launcher, ["profile", *arguments])
        return code, capfd.readouterr().err

    return in_process


def test_a_new_profile_takes_over_none_that_were_left(run: Callable[..., Ended], store: Store) -> None:
    run("add", "acme", "--client-id", "old", "--no-secret")
    store.kept.update(LEFT)
    run("remove", "acme", "--yes", "--keep-secrets")
    code, err = run("add", "acme", "--client-id", "new", *OTHER, "--no-secret")
    assert (code, store.kept) == (0, {})
    assert "2 secrets that were left by an earlier profile of the name acme were taken out of the keyring." in err


def test_an_import_keeps_its_own_secret_alone(run: Callable[..., Ended], store: Store, tmp_path: Path) -> None:
    store.kept.update(LEFT)
    file = tmp_path / "acme.json"
    file.write_text(json.dumps({**IMPORTED, "platform_gateway": "https://other.example"}))
    assert run("import", str(file))[0] == 0
    assert {key: text for key, text in store.kept.items() if text} == {("acme", "client-secret"): "new-secret"}


@pytest.mark.parametrize("trouble", [Trouble.LOCKED, Trouble.HANGS, Trouble.FAILED])
def test_what_may_still_be_there_stops_a_profile_with_other_addresses(
    run: Callable[..., Ended], store: Store, root: Path, trouble: Trouble
) -> None:
    store.trouble = trouble
    code, err = run("add", "acme", *OTHER, "--no-secret")
    assert code == ExitCode.UNEXPECTED
    assert "The profile was not saved." in err
    assert not (root / "settings.toml").exists()
    code, err = run("add", "acme", "--no-secret")
    assert code == 0, "Adobe's own addresses are those of nobody else"
    assert "may still be in the keyring" in err


def test_a_name_that_is_taken_costs_no_secret(run: Callable[..., Ended], store: Store, tmp_path: Path) -> None:
    run("add", "acme", "--client-id", "old", "--no-secret")
    store.kept.update(LEFT)
    file = tmp_path / "acme.json"
    file.write_text(json.dumps(IMPORTED))
    assert run("import", str(file))[0] == ExitCode.EXISTS
    assert store.kept == LEFT


def test_what_a_replacement_takes_out_is_said(run: Callable[..., Ended], store: Store) -> None:
    run("add", "acme", "--client-id", "old", "--no-secret")
    store.kept.update(LEFT)
    code, err = run(
        "add", "acme", "--client-id", "old", "--platform-url", "https://PLATFORM.adobe.io/", "--replace", "--no-secret"
    )
    assert (code, err, store.kept) == (0, "", LEFT)
    code, err = run("add", "acme", "--client-id", "new", "--replace", "--no-secret")
    assert (code, store.kept) == (0, {})
    assert "2 secrets that were meant for another client id were taken out of the keyring." in err


def test_a_kept_secret_that_is_not_used_is_said_with_what_stands_in_the_way(run: Callable[..., Ended], store: Store) -> None:
    run("add", "acme", "--client-id", "old", "--no-secret")
    store.kept.update(LEFT)
    _, err = run("show", AEP_IMS_URL="https://ims.other.example")
    assert "What the keyring keeps is not used: AEP_IMS_URL gives another IMS origin than the profile acme." in err
