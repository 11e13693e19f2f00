"""What ``aep-tui profile`` refuses to write down, and an import where no secret can be kept."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from aep_tui.cli.main import command
from aep_tui.errors import ExitCode
from aep_tui.launch import Launcher
from aep_tui.storage.keyring_access import Trouble
from aep_tui.storage.profiles import Profile
from aep_tui.storage.secret_store import SecretStore, SecretStoreUnusable
from aep_tui.storage.settings import SettingsFile
from aep_tui.wizard.profile_form import profile_form

SECRET = "p8e-hunter2"
CREDENTIAL = {"ORG_ID": "A@AdobeOrg", "CLIENT_ID": "c-1", "CLIENT_SECRETS": [SECRET], "SCOPES": ["openid"]}


@pytest.fixture
def settings(isolated: Path) -> SettingsFile:
    return SettingsFile(isolated / "aep-tui" / "settings.toml")


def run(settings: SettingsFile, *arguments: str) -> int:
    return command(Launcher({"AEP_TUI_CONFIG_DIR": str(settings.path.parent)}), ["profile", *arguments])


@pytest.mark.parametrize("org_id", ["ABC", "ABC@adobeorg", "A B@AdobeOrg", "@AdobeOrg"])
@pytest.mark.parametrize("how", ["add", "import"])
def test_an_organisation_id_that_can_be_none_is_refused_in_the_words_of_the_form(
    settings: SettingsFile, tmp_path: Path, capfd: pytest.CaptureFixture[str], org_id: str, how: str
) -> None:
    file = tmp_path / "credential.json"
    file.write_text(json.dumps({**CREDENTIAL, "ORG_ID": org_id}))
    given = ("acme", "--org-id", org_id, "--no-secret") if how == "add" else (str(file), "--name", "acme")
    assert run(settings, how, *given) == ExitCode.USAGE
    said = capfd.readouterr().err
    form = profile_form().answered("/org_id", org_id)
    (words,) = [error.message for error in form.errors() if error.field_id == "/org_id"]
    assert words in said
    assert SECRET not in said
    assert not settings.path.exists()


@pytest.mark.parametrize(
    ("values", "words"),
    [
        (("--sandbox", "A b/c"), "Sandbox"),
        (("--sandbox", "Prod"), "Sandbox"),
        (("--scopes", 'x"y'), "Scopes"),
        (("--scopes", "x\\y"), "Scopes"),
    ],
)
def test_what_the_form_refuses_is_not_made(
    settings: SettingsFile, capfd: pytest.CaptureFixture[str], values: tuple[str, ...], words: str
) -> None:
    assert run(settings, "add", "acme", "--no-secret", *values) == ExitCode.USAGE
    assert words in capfd.readouterr().err
    assert not settings.path.exists()


@pytest.mark.parametrize(
    ("values", "words"),
    [
        ({"CLIENT_ID": "cl\u00fcent"}, "Client ID"),
        ({"sandbox-name": "Prod \u00fc"}, "Sandbox"),
        ({"CLIENT_SECRETS": ["p8e-\u00fc-canary"]}, "Client secret"),
    ],
)
def test_what_the_form_refuses_is_not_imported(
    settings: SettingsFile, tmp_path: Path, capfd: pytest.CaptureFixture[str], values: dict[str, object], words: str
) -> None:
    file = tmp_path / "acme.json"
    file.write_text(json.dumps({**CREDENTIAL, **values}))
    assert run(settings, "import", str(file)) == ExitCode.USAGE
    said = capfd.readouterr().err
    assert words in said
    assert "canary" not in said
    assert "AEP_" not in said, "nobody set a variable"
    assert not settings.path.exists()


GUARDED = Profile("acme", "A@AdobeOrg", "c-1", sandbox="stage", production_sandboxes=("stage", "eu"), keys={"quit": "f10"})


@pytest.mark.parametrize("how", ["add", "import"])
def test_what_guards_production_outlives_a_replacement(
    settings: SettingsFile, tmp_path: Path, capfd: pytest.CaptureFixture[str], how: str
) -> None:
    settings.save(GUARDED)
    file = tmp_path / "acme.json"
    file.write_text(json.dumps(CREDENTIAL))
    given = ("acme", "--org-id", "A@AdobeOrg", "--client-id", "c-1") if how == "add" else (str(file),)
    assert run(settings, how, *given, "--no-secret", "--replace") == ExitCode.DONE
    made = settings.read().profiles["acme"]
    assert (made.production_sandboxes, made.keys, made.sandbox) == (("stage", "eu"), {"quit": "f10"}, "")
    said = capfd.readouterr().err
    assert "Still counted as production: stage, eu." in said
    assert "No sandbox is set now; it was stage." in said


@pytest.mark.parametrize(("named", "left"), [("live", ("live",)), ("", ())])
def test_what_guards_production_can_be_replaced(settings: SettingsFile, named: str, left: tuple[str, ...]) -> None:
    settings.save(GUARDED)
    assert run(settings, "add", "acme", "--no-secret", "--replace", "--production", named) == ExitCode.DONE
    assert settings.read().profiles["acme"].production_sandboxes == left


def test_without_an_organisation_id_a_profile_can_be_begun(settings: SettingsFile) -> None:
    assert run(settings, "add", "acme", "--no-secret") == ExitCode.DONE


def test_the_help_says_how_an_import_without_a_keyring_ends(settings: SettingsFile, capfd: pytest.CaptureFixture[str]) -> None:
    assert run(settings, "--help") == ExitCode.DONE
    said = " ".join(capfd.readouterr().out.split())
    assert "0 done, also by an import where there is no keyring at all" in said


@pytest.mark.parametrize(
    ("trouble", "code"), [(Trouble.MISSING, ExitCode.DONE), (Trouble.LOCKED, ExitCode.UNEXPECTED)], ids=["none", "locked"]
)
def test_an_import_without_a_keyring_is_done_and_leaves_the_secret_where_it_is(
    settings: SettingsFile,
    tmp_path: Path,
    capfd: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
    trouble: Trouble,
    code: ExitCode,
) -> None:
    def refuse(*_given: object) -> None:
        raise SecretStoreUnusable(trouble, "It cannot be used.", "Do something.")

    monkeypatch.setattr(SecretStore, "set", refuse)
    file = tmp_path / "credential.json"
    file.write_text(json.dumps(CREDENTIAL))
    assert run(settings, "import", str(file)) == code
    said = capfd.readouterr().err
    assert "The profile credential is saved, but not its secret. It cannot be used. Do something." in said
    assert "delete it" not in said, "the file is the only place that has it"
    assert SECRET not in said
    assert list(settings.read().profiles) == ["credential"]


def test_a_name_that_is_taken_or_not_there_and_the_last_one_removed(
    settings: SettingsFile, tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "acme.json"
    file.write_text(json.dumps(CREDENTIAL))

    def said(*arguments: str) -> str:
        run(settings, *arguments)
        return capfd.readouterr().err

    said("add", "acme", "--no-secret")
    assert "Give it another name, or put it in the place of the one there with --replace." in said("add", "acme")
    assert "Give it another name." in said("add", "ACME"), "nothing of that name can be replaced"
    taken = said("import", str(file), "--name", "acme", "--no-secret")
    assert "another name with --name NAME, or put it in the place of the one there with --replace." in taken
    assert said("show", "zzz").split(": ", 1)[1].startswith("There is no profile zzz. The only one is acme.")
    assert "The only one is acme." in said("use", "zzz")
    assert "aep-tui profile add makes one" in said("remove", "acme", "--yes", "--keep-secrets")
