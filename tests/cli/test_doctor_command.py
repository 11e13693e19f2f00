"""``aep-tui doctor``: against the emulator on a port, and against everything that can be wrong."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest
from doctor_kit import LIVE, PROGRAM, SECRET, closed_port, pasted

from aep_tui.cli import doctor as doctor_module
from aep_tui.cli.main import command
from aep_tui.errors import ExitCode
from aep_tui.launch import Launcher
from aep_tui.storage.history import Attempt
from aep_tui.storage.secret_store import SecretKind
from aep_tui.wizard.doctor_check import TITLES


class TestAllIsWell:
    def test_every_check_is_there_in_its_order(self, run, account, root):
        found = run(account)
        assert (found.code, found.failed, found.err) == (0, [], "")
        assert list(found.checks) == list(TITLES)
        assert all(set(check) == {"check", "verdict", "words", "remedy"} for check in found.checks.values())
        assert found.verdicts(*LIVE, "tls", "clock", "keyring") == ["ok"] * 8
        assert "not production" in found.words("chosen_sandbox")
        assert "prod (production), stage, dev" in found.words("sandboxes")
        assert found.words("client_id") == "cana… (AEP_API_KEY) "
        assert "(AEP_CLIENT_SECRET)" in found.words("client_secret")
        assert "holds for" in found.words("token")
        assert not root.exists(), "looking makes nothing"

    def test_a_profile_with_a_production_sandbox_and_a_secret_in_the_keyring(self, run, account, root, store):
        from aep_tui.secret import Secret

        root.mkdir(0o700)
        settings = root / "settings.toml"
        values = {key: account[name] for key, name in (("org_id", "AEP_IMS_ORG"), ("client_id", "AEP_API_KEY"))}
        values |= {"sandbox": "dev", "platform_url": account["AEP_PLATFORM_URL"], "ims_url": account["AEP_PLATFORM_URL"]}
        lines = ['profile = "acme"', "[profiles.acme]", *(f'{key} = "{text}"' for key, text in values.items())]
        settings.write_text("\n".join([*lines, 'production_sandboxes = ["stage"]']))
        settings.chmod(0o600)
        store.kept["acme", str(SecretKind.CLIENT_SECRET)] = Secret(SECRET)
        found = run({}, "--sandbox", "stage")
        assert (found.code, found.failed) == (0, [])
        assert "acme (settings.toml)" in found.words("profile")
        assert "stage (--sandbox)" in found.words("sandbox")
        assert "keyring, profile acme" in found.words("client_secret")
        assert "PRODUCTION" in found.words("chosen_sandbox")
        other = run({"AEP_API_KEY": "another-client"})
        assert other.code == ExitCode.NOT_PERMITTED
        assert "AEP_API_KEY gives another client id than the profile" in other.words("client_secret")
        assert "Unset AEP_API_KEY, or set" in other.words("client_secret")
        elsewhere = run({"AEP_IMS_URL": "https://ims.elsewhere.example"}).words("client_secret")
        assert "AEP_IMS_URL gives another IMS origin than the profile acme. Unset AEP_IMS_URL, or set" in elsewhere
        assert "keyring, profile acme" in run({"AEP_IMS_URL": f"{account['AEP_PLATFORM_URL']}/"}).words("client_secret")
        unknown = run({"AEP_API_KEY": ""}, "--profile", "acne")
        assert unknown.code == ExitCode.UNEXPECTED
        assert unknown.failed == ["profile"]
        assert "Did you mean acme?" in unknown.words("profile")
        assert unknown.verdicts("org_id", "token", "tls") == ["skipped"] * 3

    def test_the_plain_form(self, root, account, store, capfd, monkeypatch):
        launcher = Launcher({"AEP_TUI_CONFIG_DIR": str(root), **account, "AEP_SANDBOX_NAME": "nope"})
        monkeypatch.setattr(launcher, "secret_store", lambda: store)
        assert command(launcher, ["doctor"]) == ExitCode.NOT_PERMITTED
        out, err = capfd.readouterr()
        lines = out.splitlines()
        assert err == ""
        assert {line[0] for line in lines} == {"✓", "✗", "-", " "}
        margin = 4 + len(max(TITLES.values(), key=len))
        assert lines[0].startswith("✓ Versions ")
        (at,) = [number for number, line in enumerate(lines) if line.startswith("✗ Chosen sandbox")]
        assert "It comes from AEP_SANDBOX_NAME." in lines[at], "who named it is to name another one"
        assert lines[at + 1].strip().startswith("Pick one from the list")
        assert all(line[margin - 2 : margin] == "  " and line[margin] != " " for line in lines), "all in two columns"
        assert "canary" not in out

    def test_an_unknown_outcome_names_the_keys_that_ask_the_service(self, root, account, store, capfd, monkeypatch):
        launcher = Launcher({"AEP_TUI_CONFIG_DIR": str(root), **account})
        monkeypatch.setattr(launcher, "secret_store", lambda: store)
        launcher.settings_file().check_writable()
        launcher.directories().settings.write_text('[keys]\nhistory = "f14"\n')
        kept = launcher.history(demo=False)
        attempt = Attempt("mine", "Made up", "made-up", "ACME@AdobeOrg", "dev", "https://platform.adobe.io", "{}")
        kept.finish(kept.begin(attempt), "unknown")
        command(launcher, ["doctor"])
        assert "Start aep-tui; in the history (F14) F7 asks the service." in " ".join(capfd.readouterr().out.split())

    def test_without_anything_it_says_how_to_begin(self, run):
        found = run({"HTTPS_PROXY": closed_port(), "https_proxy": closed_port()})
        assert "aep-tui profile import" in found.words("profile")
        assert found.verdicts("profile", "org_id", "client_secret", *LIVE) == ["warning", *["skipped"] * 7]
        assert found.failed == ["tls"]

    def test_the_log_of_calls(self, run, account, tmp_path):
        log = tmp_path / "calls.log"
        assert run(account, "--log", str(log)).code == 0
        assert "connectionSpecs 200" in log.read_text()
        assert "canary" not in log.read_text()


class TestTheAccount:
    def test_a_wrong_secret(self, run, account):
        found = run({**account, "AEP_CLIENT_SECRET": "canary-wrong"})
        assert (found.code, found.failed) == (ExitCode.NOT_PERMITTED, ["token"])
        assert "invalid_client" in found.words("token")
        assert found.verdicts(*LIVE[1:]) == ["skipped"] * 4

    def test_a_token_that_has_ended(self, run, account):
        found = run({**account, "AEP_CLIENT_SECRET": "", "AEP_ACCESS_TOKEN": pasted(7_200)})
        assert "it ended 2 hours ago" in found.words("access_token")
        assert "Set AEP_ACCESS_TOKEN to a new one" in found.words("access_token")
        assert found.verdicts("access_token") == ["warning"]
        assert (found.code, found.failed) == (ExitCode.NOT_PERMITTED, ["token"])
        beside_a_secret = run({**account, "AEP_ACCESS_TOKEN": pasted(7_200)})
        assert beside_a_secret.code == 0
        assert "the client secret is used in its place" in beside_a_secret.words("access_token")

    def test_a_pasted_token(self, run, account):
        found = run({**account, "AEP_CLIENT_SECRET": "", "AEP_ACCESS_TOKEN": pasted(-1_800)})
        assert found.code == 0
        assert "it ends in 30 minutes" in found.words("access_token")
        assert "pasted" in found.words("token")

    def test_a_token_with_a_blank_in_it_is_none(self, run, account):
        found = run({**account, "AEP_ACCESS_TOKEN": "Bearer eyJ-canary token"})
        assert (found.code, found.failed) == (ExitCode.NOT_PERMITTED, ["access_token"])
        assert "Copy it again" in found.words("access_token")

    def test_nothing_to_sign_in_with(self, run, account):
        found = run({**account, "AEP_CLIENT_SECRET": ""})
        assert (found.code, found.failed) == (ExitCode.NOT_PERMITTED, ["client_secret"])
        assert "Client secret" in found.words("token")

    def test_no_sandbox_yet(self, run, account):
        found = run({**account, "AEP_SANDBOX_NAME": ""})
        assert (found.code, found.failed) == (ExitCode.UNEXPECTED, ["sandbox"])
        assert found.verdicts("token", "sandboxes", "chosen_sandbox", "specs") == ["ok", "ok", "skipped", "skipped"]

    def test_a_sandbox_that_is_not_listed(self, run, account):
        found = run(account, "--sandbox", "elsewhere")
        assert (found.code, found.failed) == (ExitCode.NOT_PERMITTED, ["chosen_sandbox"])

    @pytest.mark.parametrize(
        ("name", "text", "key"),
        [
            ("AEP_PLATFORM_URL", "https://canary:pw@example.com", "platform_url"),
            ("AEP_IMS_URL", "http://example.com", "ims_url"),
            ("AEP_IMS_ORG", "schlüssel", "org_id"),
            ("AEP_TIMEOUT_SECONDS", "soon", "time_limit"),
        ],
    )
    def test_a_value_that_cannot_be_used(self, run, account, name, text, key):
        found = run({**account, name: text})
        assert (found.code, found.failed) == (ExitCode.UNEXPECTED, [key])
        assert found.verdicts(*LIVE) == ["skipped"] * 5
        assert TITLES[key] in found.words("token")


def test_it_loads_nothing_that_draws(account: dict[str, str]) -> None:
    heavy = ("textual", "rich", "aep_tui.tui", "starlette", "uvicorn", "jsonschema_rs", "tomlkit")
    script = (
        "import sys\n"
        "from aep_tui.launch import main\n"
        "try:\n    main()\n"
        f"finally:\n    print(*[name for name in {heavy!r} if name in sys.modules], file=sys.stderr)\n"
    )
    command_line = [sys.executable, "-c", script, "doctor", "--json"]
    environment = {**os.environ, **account}
    ended = subprocess.run(command_line, env=environment, capture_output=True, text=True, timeout=60, check=False)
    assert (ended.returncode, ended.stderr.strip()) == (0, "")


class TestProgress:
    class Terminal:
        encoding = "utf-8"

        def isatty(self) -> bool:
            return True

    async def test_it_is_said_where_a_terminal_waits_and_taken_back(self, monkeypatch):
        import asyncio

        said: list[str] = []
        monkeypatch.setattr(doctor_module.sys, "stderr", self.Terminal())
        monkeypatch.setattr(doctor_module.click, "echo", lambda text, **_: said.append(text))
        monkeypatch.setattr(doctor_module, "QUIET_SECONDS", 0.01)

        class Slow:
            async def examine(self, tell):
                tell("Keyring")
                await asyncio.sleep(0.2)
                tell("TLS")
                return []

        assert await doctor_module._examined(Slow()) == []
        assert said[0] == "\rChecking: Keyring …"
        assert said[1].strip() == "Checking: TLS …"
        assert said[-2].strip() == ""
        assert len(said[-2]) > len(said[1].rstrip()) - 1, "nothing of it stays"
        assert said[-1] == "\r"

    async def test_a_quick_one_says_nothing(self, monkeypatch):
        said: list[str] = []
        monkeypatch.setattr(doctor_module.sys, "stderr", self.Terminal())
        monkeypatch.setattr(doctor_module.click, "echo", lambda text, **_: said.append(text))

        class Quick:
            async def examine(self, tell):
                tell("Keyring")
                return []

        await doctor_module._examined(Quick())
        assert said == []


def test_a_terminal_gets_lines_that_fit_and_a_program_one_line_for_each_text() -> None:
    wrap = doctor_module._wrapped
    assert wrap("✓ TLS  ", "word " * 30, " " * 7, 0) == ["✓ TLS  " + "word " * 30]
    lines = wrap("✓ TLS  ", "word " * 30, " " * 7, 60)
    assert all(len(line) <= 60 for line in lines)
    assert lines[0].startswith("✓ TLS  word")
    assert all(line.startswith(" " * 7 + "word") for line in lines[1:])
    assert wrap("✓ TLS  ", "", " " * 7, 60) == ["✓ TLS  "]


def test_its_help_tells_its_exit_codes() -> None:
    shown = subprocess.run([*PROGRAM, "doctor", "--help"], capture_output=True, text=True, timeout=60, check=True).stdout
    assert all(f"{code} " in shown.partition("Exit codes")[2] for code in (0, 1, 5, 7))
    assert max(map(len, shown.splitlines())) <= 80
