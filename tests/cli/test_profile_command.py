"""``aep-tui profile``: profiles made, imported, shown and removed, with their secrets in the keyring and nowhere else."""

from __future__ import annotations

import io
import json
import sys
from collections.abc import Callable, Mapping
from pathlib import Path

import pytest
from profile_kit import KeyringLauncher, Store

from aep_tui.cli import profile as profile_module
from aep_tui.cli.main import command
from aep_tui.errors import ExitCode
from aep_tui.storage.keyring_access import Trouble

Ended = tuple[int, str, str]
SECRET = "p8e-hunter2"
CREDENTIAL = {"ORG_ID": "A@AdobeOrg", "CLIENT_ID": "c-1", "CLIENT_SECRETS": [SECRET], "SCOPES": ["openid"]}
DETAILS = ("--org-id", "A@AdobeOrg", "--client-id", "c-1", "--sandbox", "dev")


@pytest.fixture
def store() -> Store:
    return Store()


@pytest.fixture
def run(root: Path, store: Store, capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Callable[..., Ended]:
    """Return a function that runs ``aep-tui profile`` in this process; it gives exit code, stdout and stderr."""

    def in_process(*arguments: str, typed: bytes = b"", environment: Mapping[str, str] | None = None) -> Ended:
        monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(typed)))
        launcher = KeyringLauncher({"AEP_TUI_CONFIG_DIR": str(root), **(environment or {})}, store)
        code = command(launcher, ["profile", *arguments])
        sys.stdout.flush()
        out, err = capfd.readouterr()
        return code, out, err

    return in_process


@pytest.fixture
def terminal(monkeypatch: pytest.MonkeyPatch) -> Callable[..., list[str]]:
    """Return a function that puts a person at a terminal; it returns what they are asked."""

    def seat(*, secret: str = "", yes: bool = True) -> list[str]:
        asked: list[str] = []
        monkeypatch.setattr(profile_module, "_has_terminal", lambda: True)

        def prompt(text: str, **options: object) -> str:
            assert options["hide_input"]
            assert options["err"]
            asked.append(text)
            return secret

        def confirm(text: str, **options: object) -> None:
            import click

            asked.append(text)
            if not yes:
                raise click.Abort

        monkeypatch.setattr(profile_module.click, "prompt", prompt)
        monkeypatch.setattr(profile_module.click, "confirm", confirm)
        return asked

    return seat


def test_without_a_profile_nothing_is_printed_and_nothing_is_made(run, root):
    code, out, err = run("list")
    assert (code, out) == (0, "")
    assert err.startswith("aep-tui: There are no profiles yet: ")
    assert run("list", "--json") == (0, "[]\n", "")
    assert not root.exists()


def test_the_first_profile_is_the_one_in_use(run, root):
    code, out, err = run("add", "acme", *DETAILS)
    assert (code, out) == (0, "")
    assert "acme is the profile in use" in err
    assert run("add", "other", "--production", "live", "--production", "eu", "--scopes", "openid, AdobeID") == (0, "", "")
    assert run("list")[1] == "*\tacme\tA@AdobeOrg\tdev\n-\tother\t(none)\t(none)\n"
    acme, other = json.loads(run("list", "--json")[1])
    assert (acme["used"], acme["clientId"], acme["imsUrl"]) == (True, "c-1", None)
    assert (other["used"], other["productionSandboxes"], other["scopes"]) == (False, ["live", "eu"], ["openid", "AdobeID"])
    assert (root / "settings.toml").stat().st_mode & 0o777 == 0o600
    assert root.stat().st_mode & 0o777 == 0o700


class TestSecrets:
    def everything_written(self, root: Path) -> str:
        return "".join(path.read_text() for path in root.rglob("*") if path.is_file())

    def test_from_standard_input(self, run, store, root):
        code, out, err = run("add", "acme", *DETAILS, "--secret-stdin", typed=f"{SECRET}\n".encode())
        assert code == 0
        assert store.kept == {("acme", "client-secret"): SECRET}
        assert SECRET not in out + err + self.everything_written(root)

    def test_typed_on_a_terminal(self, run, store, terminal):
        asked = terminal(secret=f" {SECRET} ")
        assert run("add", "acme", *DETAILS)[0] == 0
        assert len(asked) == 1
        assert store.kept == {("acme", "client-secret"): SECRET}

    def test_left_out_on_a_terminal(self, run, store, terminal):
        terminal(secret="")
        assert run("add", "acme", *DETAILS)[0] == 0
        assert store.kept == {}

    def test_not_asked_for(self, run, store, terminal):
        asked = terminal(secret=SECRET)
        assert run("add", "acme", *DETAILS, "--no-secret")[0] == 0
        assert (asked, store.kept) == ([], {})

    @pytest.mark.parametrize("typed", [b"", b"  \n", b"a\nb", b"\xff\xfe", b"x" * 20_000, "schlüssel".encode()])
    def test_what_is_none_is_refused_before_anything_is_saved(self, run, root, typed):
        code, _, err = run("add", "acme", *DETAILS, "--secret-stdin", typed=typed)
        assert code == ExitCode.USAGE
        assert "secret" in err
        assert not root.exists()

    def test_without_a_keyring_the_profile_is_saved_and_that_is_said(self, run, store):
        store.trouble = Trouble.MISSING
        code, _, err = run("add", "acme", *DETAILS, "--secret-stdin", typed=SECRET.encode())
        assert code == ExitCode.UNEXPECTED
        assert "is saved, but not its secret" in err
        assert SECRET not in err
        assert "acme" in run("list")[1]

    def test_there_is_no_option_for_a_secret(self, run):
        assert run("add", "acme", "--client-secret", SECRET)[0] == ExitCode.USAGE

    @pytest.mark.parametrize(
        ("values", "left"),
        [
            (("--client-id", "c-1"), SECRET),
            (("--client-id", "c-1", "--ims-url", "https://ims-na1.adobelogin.com"), SECRET),
            (("--client-id", "c-2"), None),
            (("--client-id", "c-1", "--ims-url", "https://ims.example.com"), None),
            (("--client-id", "c-1", "--platform-url", "https://platform.example.com"), None),
        ],
    )
    def test_a_secret_does_not_outlive_what_it_is_meant_for(self, run, store, values, left):
        run("add", "acme", "--client-id", "c-1", "--secret-stdin", typed=SECRET.encode())
        assert run("add", "acme", *values, "--replace")[0] == 0
        assert store.kept.get(("acme", "client-secret")) == left

    @pytest.mark.parametrize("trouble", Trouble)
    def test_secrets_that_may_still_be_there_keep_the_profile_as_it_is(self, run, store, root, trouble):
        run("add", "acme", "--client-id", "c-1")
        store.trouble = trouble
        before = (root / "settings.toml").read_bytes()
        code, _, err = run("add", "acme", "--client-id", "c-2", "--replace")
        is_none = trouble in (Trouble.MISSING, Trouble.PLAIN_FILE)
        assert (code == 0) is is_none
        assert ("The profile was not saved." in err) is not is_none
        assert ((root / "settings.toml").read_bytes() == before) is not is_none

    def test_a_new_secret_takes_the_place_of_a_token(self, run, store):
        run("add", "acme", *DETAILS)
        store.kept["acme", "access-token"] = "eyJ-old"
        run("add", "acme", *DETAILS, "--replace", "--secret-stdin", typed=SECRET.encode())
        assert store.kept["acme", "access-token"] == ""


class TestImport:
    def test_a_file(self, run, store, tmp_path):
        path = tmp_path / "my credential.json"
        path.write_text(json.dumps(CREDENTIAL))
        code, out, err = run("import", str(path))
        assert (code, out) == (0, "")
        assert "Developer Console credential" in err
        assert "still holds the secret" in err
        assert SECRET not in err
        assert store.kept == {("my credential", "client-secret"): SECRET}
        (made,) = json.loads(run("list", "--json")[1])
        assert (made["name"], made["orgId"], made["scopes"]) == ("my credential", "A@AdobeOrg", ["openid"])

    def test_standard_input_under_a_name(self, run, store):
        assert run("import", "-", "--name", "acme", typed=json.dumps(CREDENTIAL).encode())[0] == 0
        assert store.kept == {("acme", "client-secret"): SECRET}

    def test_without_its_secret(self, run, store):
        store.trouble = Trouble.MISSING
        assert run("import", "-", "--name", "acme", "--no-secret", typed=json.dumps(CREDENTIAL).encode())[0] == 0

    def test_a_token_alone_is_kept_and_one_beside_a_secret_is_not(self, run, store):
        values = {"API_KEY": "c-1", "IMS_ORG": "A@AdobeOrg", "ACCESS_TOKEN": "eyJ-1"}
        environment = {"values": [{"key": key, "value": value} for key, value in values.items()], "name": "pm"}
        run("import", "-", typed=json.dumps(environment).encode())
        assert store.kept == {("pm", "access-token"): "eyJ-1"}
        environment["values"].append({"key": "CLIENT_SECRET", "value": SECRET})
        run("import", "-", "--name", "pm2", typed=json.dumps(environment).encode())
        assert store.kept[("pm2", "client-secret")] == SECRET
        assert ("pm2", "access-token") not in store.kept

    @pytest.mark.parametrize(
        ("content", "words"),
        [
            (b"{", "not JSON"),
            (b"[]", "no profile in this file"),
            (b'{"API_KEY": "a", "PRIVATE_KEY": "b", "ORG_ID": "c"}', "JWT"),
        ],
    )
    def test_what_cannot_be_imported(self, run, content, words):
        code, _, err = run("import", "-", typed=content)
        assert code == ExitCode.USAGE
        assert words in err

    def test_a_file_that_is_not_there(self, run):
        assert run("import", "/no/such/file")[0] == ExitCode.USAGE


def test_a_name_that_is_taken(run, terminal):
    run("add", "acme", "--no-secret")
    asked = terminal(secret=SECRET)
    for name in ("acme", "ACME"):
        code, _, err = run("add", name)
        assert code == ExitCode.EXISTS
        assert "acme" in err
    assert asked == [], "nobody is asked for a secret in vain"
    assert run("import", "-", "--name", "acme", typed=json.dumps(CREDENTIAL).encode())[0] == ExitCode.EXISTS
    assert run("import", "-", "--name", "acme", "--replace", typed=json.dumps(CREDENTIAL).encode())[0] == 0


@pytest.mark.parametrize(
    "arguments",
    [
        ("add", "--", "-x"),
        ("add", ""),
        ("add", "a\nb"),
        ("add", "x" * 65),
        ("add", "a", "--platform-url", "http://example.com"),
        ("add", "a", "--ims-url", "https://user:pw@example.com"),
        ("add", "a", "--org-id", "a\nb"),
        ("add", "a", "--client-id", "schlüssel"),
        ("add", "a", "--production", "\udcff"),
        ("add", "\udcff"),
        ("add", "a", "--secret-stdin", "--no-secret"),
        ("use", "nobody"),
        ("remove", "nobody", "--yes"),
        ("show", "nobody"),
        ("add",),
    ],
)
def test_what_cannot_be_done(run, root, arguments):
    code, out, err = run(*arguments)
    assert (code, out) == (ExitCode.USAGE, "")
    assert err
    assert "Traceback" not in err
    assert "pw" not in err
    assert not (root / "settings.toml").exists()


def test_use(run):
    run("add", "acme")
    run("add", "other")
    assert run("use", "other") == (0, "", "")
    assert run("list")[1].splitlines()[1].startswith("*\tother")
    code, _, err = run("use", "othr")
    assert code == ExitCode.USAGE
    assert "Did you mean other?" in err


class TestShow:
    def test_each_value_with_its_origin(self, run):
        run("add", "acme", *DETAILS, "--secret-stdin", typed=SECRET.encode())
        environment = {"AEP_SANDBOX_NAME": "qa", "AEP_ACCESS_TOKEN": ""}
        code, out, err = run("show", environment=environment)
        assert (code, err) == (0, "")
        lines = [line.split("\t") for line in out.splitlines()]
        assert lines[0] == ["Profile", "acme", "settings.toml"]
        assert ["Organisation ID", "A@AdobeOrg", "profile acme"] in lines
        assert ["Sandbox", "qa", "AEP_SANDBOX_NAME"] in lines
        assert ["Client secret", "there", "keyring, profile acme"] in lines
        assert ["Access token", "-", "missing"] in lines
        assert SECRET not in out

    def test_as_json(self, run):
        run("add", "acme", *DETAILS)
        run("add", "other")
        told = json.loads(run("show", "other", "--json", environment={"AEP_CLIENT_SECRET": SECRET})[1])
        assert (told["profile"], told["profileSource"]) == ("other", "asked for")
        by_key = {value["key"]: value for value in told["values"]}
        assert by_key["client_secret"] == {**by_key["client_secret"], "value": None, "origin": "environment"}
        assert by_key["org_id"]["origin"] == "missing"
        assert SECRET not in json.dumps(told)

    def test_without_any_profile(self, run):
        code, out, _ = run("show")
        assert code == 0
        assert out.startswith("Profile\t-\t-\n")

    def test_a_keyring_that_is_locked_is_said(self, run, store):
        run("add", "acme", *DETAILS)
        store.trouble = Trouble.LOCKED
        code, _, err = run("show")
        assert code == 0
        assert "keyring cannot be used" in err

    def test_a_file_that_others_can_read_is_said(self, run, root):
        run("add", "acme", *DETAILS)
        (root / "settings.toml").chmod(0o644)
        for arguments in (("show",), ("list",)):
            code, _, err = run(*arguments)
            assert code == 0
            assert "Others can read the file. Make it private: chmod 600" in err


class TestRemove:
    def test_its_secrets_go_too(self, run, store):
        run("add", "acme", *DETAILS, "--secret-stdin", typed=SECRET.encode())
        store.kept["acme", "connection-params:c"] = "{}"
        store.kept["other", "client-secret"] = "kept"
        code, out, err = run("remove", "acme", "--yes")
        assert (code, out) == (0, "")
        assert "2 secrets taken out" in err
        assert store.kept == {("other", "client-secret"): "kept"}
        assert run("list")[1] == ""

    def test_it_asks(self, run, terminal):
        run("add", "acme", "--no-secret")
        asked = terminal(yes=False)
        assert run("remove", "acme")[0] == ExitCode.INTERRUPTED
        assert "acme" in asked[0]
        assert "acme" in run("list")[1]
        terminal(yes=True)
        assert run("remove", "acme")[0] == 0
        assert run("list")[1] == ""

    def test_without_a_terminal_it_wants_a_yes(self, run):
        run("add", "acme")
        code, _, err = run("remove", "acme")
        assert code == ExitCode.NEEDS_TERMINAL
        assert "--yes" in err

    @pytest.mark.parametrize("trouble", [Trouble.LOCKED, Trouble.HANGS, Trouble.FAILED])
    def test_a_keyring_that_cannot_be_used_keeps_the_profile(self, run, store, trouble):
        run("add", "acme")
        store.trouble = trouble
        code, _, err = run("remove", "acme", "--yes")
        assert code == ExitCode.UNEXPECTED
        assert "--keep-secrets" in err
        assert "acme" in run("list")[1]
        assert run("remove", "acme", "--yes", "--keep-secrets")[0] == 0
        assert run("list")[1] == ""

    def test_without_any_keyring_there_is_nothing_to_take_out(self, run, store):
        run("add", "acme")
        store.trouble = Trouble.MISSING
        code, out, err = run("remove", "acme", "--yes")
        assert (code, out) == (0, "")
        assert "No profile is in use now" in err
        assert run("list")[1] == ""

    def test_secrets_of_a_profile_that_a_hand_removed(self, run, store):
        store.kept["gone", "client-secret"] = SECRET
        assert run("remove", "gone", "--yes")[0] == 0
        assert store.kept == {}


def test_a_wrong_file_is_said_with_its_line_and_left_alone(run, root):
    root.mkdir()
    (root / "settings.toml").write_text('[profiles.acme]\norgid = "A"\n')
    for arguments in (("list",), ("show",), ("add", "x"), ("use", "acme"), ("remove", "acme", "--yes")):
        code, _, err = run(*arguments)
        assert code == ExitCode.USAGE
        assert "line 2" in err
        assert "org_id" in err
    assert (root / "settings.toml").read_text() == '[profiles.acme]\norgid = "A"\n'
