"""The doctor's parts: what a verdict comes to, what is bounded, what a proxy's address gives away, how steps are told."""

from __future__ import annotations

import asyncio
import os
import re
import threading
import time
from pathlib import Path

import pytest

from aep_tui.errors import AepTuiError, ExitCode
from aep_tui.flow_service.outcome import ServiceError
from aep_tui.flow_service.sandboxes import SandboxInfo
from aep_tui.flow_service.sign_in import SignedIn
from aep_tui.outcome import Problem
from aep_tui.storage.paths import Directories
from aep_tui.storage.profiles import Settings
from aep_tui.storage.settings import SettingsFile
from aep_tui.wizard import doctor_machine, live_check
from aep_tui.wizard.credential import Credential
from aep_tui.wizard.doctor_account import values
from aep_tui.wizard.doctor_check import TITLES, VALUES, Verdict, bounded, checked, exit_code_of, failed, passed, skipped, warned
from aep_tui.wizard.doctor_machine import LIBRARIES, directory, permissions, settings, versions
from aep_tui.wizard.doctor_network import clock, in_words, proxy, proxy_for
from aep_tui.wizard.doctor_service import STEPS, ask
from aep_tui.wizard.effective import effective

PLATFORM = "https://platform.adobe.io"
BAD = "http://user:canary@[::1"


class TestChecks:
    @pytest.mark.parametrize(
        ("codes", "wanted"),
        [
            ([], 0),
            ([ExitCode.UNEXPECTED], 1),
            ([ExitCode.UNEXPECTED, ExitCode.REFUSED], 5),
            ([ExitCode.REFUSED, ExitCode.NOT_PERMITTED, ExitCode.UNEXPECTED], 7),
        ],
    )
    def test_the_exit_code_is_that_of_what_matters_most(self, codes, wanted):
        others = [passed("tls", ""), warned("clock", "", ""), skipped("token", "")]
        assert exit_code_of([*others, *(failed("specs", "", "", code) for code in codes)]) == wanted

    async def test_what_hangs_is_left_behind(self):
        let_go = threading.Event()
        started = time.monotonic()
        found = await checked(("history", "cache"), bounded(lambda: let_go.wait(30), 0.1), 5)  # type: ignore[arg-type]
        assert time.monotonic() - started < 5
        let_go.set()
        assert [check.verdict for check in found] == [Verdict.FAILED, Verdict.SKIPPED]
        assert "History" in found[1].words

    async def test_what_goes_wrong_is_one_checks_failure_and_its_text_is_not_told(self):
        async def fault():
            raise RuntimeError("canary")

        async def error():
            raise AepTuiError("It is gone.", "There.", "Look.", exit_code=ExitCode.NOT_PERMITTED)

        (found,) = await checked(("tls",), fault(), 5)
        assert "RuntimeError" in found.words
        assert "canary" not in found.words
        (told,) = await checked(("tls",), error(), 5)
        assert (told.words, told.remedy, told.exit_code) == ("It is gone. There.", "Look.", ExitCode.NOT_PERMITTED)

    def test_the_titles_of_values_are_those_of_the_profile_page(self):
        assert {key: value.label for key, value in effective({}, {}, Settings()).values.items()} == VALUES
        assert len(set(TITLES.values())) == len(TITLES)
        assert [*live_check.TITLES.values()][1:] == [TITLES[key] for key in STEPS], "as the check of a profile calls them"


class TestMachine:
    def test_every_library_that_is_required_is_told(self):
        required = Path(__file__).parents[2].joinpath("pyproject.toml").read_text().partition("dependencies = [")[2]
        assert sorted(re.findall(r'^    "([a-z-]+)', required.partition("]")[0], re.MULTILINE)) == sorted(LIBRARIES)
        assert versions().verdict is Verdict.OK
        assert all(name in versions().words for name in LIBRARIES)

    def test_a_library_that_is_missing(self, monkeypatch):
        monkeypatch.setattr(doctor_machine, "LIBRARIES", ("httpx", "no-such-library"))
        assert versions().verdict is Verdict.FAILED
        assert "missing: no-such-library" in versions().words

    def test_a_full_disk(self, tmp_path, monkeypatch):
        class Usage:
            free = 0

        monkeypatch.setattr(doctor_machine.shutil, "disk_usage", lambda path: Usage)
        found = directory(Directories(tmp_path / "not" / "yet"))
        assert found.verdict is Verdict.FAILED
        assert "full" in found.words

    def test_a_directory_of_somebody_else(self, tmp_path, monkeypatch):
        tmp_path.chmod(0o700)
        assert permissions(Directories(tmp_path)).verdict is Verdict.OK
        monkeypatch.setattr(os, "geteuid", lambda: os.getuid() + 1)
        found = permissions(Directories(tmp_path))
        assert found.verdict is Verdict.FAILED
        assert "belongs to somebody else" in found.words

    def test_a_directory_that_others_look_into(self, tmp_path):
        tmp_path.chmod(0o755)
        directories = Directories(tmp_path)
        directories.settings.write_text("")
        directories.settings.chmod(0o644)
        found = permissions(directories)
        assert found.verdict is Verdict.WARNING
        assert f"chmod 700 {tmp_path}; make it private: chmod 600 {directories.settings}" in found.remedy

    def test_lines_for_keys_are_not_said_to_count(self, tmp_path):
        file = SettingsFile(Directories(tmp_path).settings)
        file.path.write_text('[keys]\nmain = "f14"\nquit = "nothing"\n')
        assert settings(file).words.endswith("0 profiles, 2 lines for keys")

    def test_a_line_of_scopes_can_end_between_two(self):
        known = effective({}, {"AEP_IMS_ORG": "A@AdobeOrg", "AEP_SCOPES": "openid,session"}, Settings())
        (scopes,) = [one for one in values(known, Credential(), lambda _: None) if one.key == "scopes"]
        assert scopes.words == "openid, session (AEP_SCOPES)"


class TestProxy:
    @pytest.mark.parametrize(
        ("text", "host"),
        [
            ("http://proxy.example:3128", "http://proxy.example:3128"),
            ("proxy.example:3128", "http://proxy.example:3128"),
            ("https://user:canary@proxy.example", "https://proxy.example (with credentials)"),
            ("http://[::1]:8080/", "http://[::1]:8080"),
        ],
    )
    def test_the_host_alone_is_told(self, text, host):
        found = proxy({"https_proxy": text}, PLATFORM)
        assert found.words == f"HTTPS_PROXY={host}; {PLATFORM} is asked through {host}"

    @pytest.mark.parametrize(
        "text", [BAD, "http://", "ftp://proxy.example", "http://a b", "http://h:99999", "http://u:canary@h:x"]
    )
    def test_what_is_no_address_is_not_repeated(self, text):
        found = proxy({"HTTPS_PROXY": text}, PLATFORM)
        assert found.verdict is Verdict.FAILED
        assert "canary" not in found.words + found.remedy

    def test_a_socks_proxy_needs_its_library(self, monkeypatch):
        from aep_tui.wizard import doctor_network

        monkeypatch.setattr(doctor_network, "_has_socks", lambda: False)
        assert "httpx[socks]" in proxy({"ALL_PROXY": "socks5://h:1"}, PLATFORM).remedy

    def test_which_is_used(self):
        environment = {"HTTPS_PROXY": "http://a:1", "ALL_PROXY": "http://b:2", "NO_PROXY": "example.com"}
        assert proxy_for(environment, PLATFORM) == "http://a:1"
        assert proxy_for({"ALL_PROXY": "http://b:2"}, PLATFORM) == "http://b:2"
        assert proxy_for({**environment, "NO_PROXY": "adobe.io"}, PLATFORM) == ""
        assert proxy_for({**environment, "NO_PROXY": "*"}, PLATFORM) == ""
        assert proxy_for(environment, "http://127.0.0.1:8641") == ""
        assert "not known" in proxy(environment, "").words
        assert proxy({}, PLATFORM).words == "no variable sets one"


class TestClock:
    @pytest.mark.parametrize(
        ("ahead", "verdict", "words"),
        [
            (None, "skipped", "No answer"),
            (-5, "ok", "agrees with the service's"),
            (6, "ok", "6 seconds ahead"),
            (-40, "ok", "40 seconds behind"),
            (300, "ok", "ahead"),
            (301, "warning", "5 minutes ahead of"),
            (-90_000, "warning", "1 day 1 hour behind"),
        ],
    )
    def test_five_minutes_are_borne(self, ahead, verdict, words):
        found = clock(ahead)
        assert found.verdict == verdict
        assert words in found.words

    def test_lengths_of_time(self):
        assert [in_words(seconds) for seconds in (59, 120, 3_600, 5_400, 86_399, 172_800)] == [
            "59 seconds",
            "2 minutes",
            "1 hour",
            "1 hour 30 minutes",
            "1 day",
            "2 days",
        ]


class Client:
    """A service that does what a test asks for."""

    def __init__(self, sign_in=None, sandboxes=None, specs=None) -> None:
        self._steps = {"sign_in": sign_in, "sandboxes": sandboxes, "specs": specs}

    async def _step(self, name, result):
        wanted = self._steps[name]
        if isinstance(wanted, Exception):
            raise wanted
        if wanted == "hangs":
            await asyncio.sleep(60)
        return result

    async def sign_in(self):
        return await self._step("sign_in", SignedIn(None, renewable=True))

    async def sandboxes(self):
        return await self._step("sandboxes", [SandboxInfo("prod", type="production"), SandboxInfo("dev", type="development")])

    async def connection_specs(self):
        return await self._step("specs", [{}])


def refusal(status: int | None, code: str = "", call: str = "GET /x") -> ServiceError:
    return ServiceError(Problem("It said no.", "Because.", code, "r-1", status, remedy="Do it.", call=call))


class TestService:
    async def verdicts(self, client: Client, sandbox: str = "dev", limit: float = 5.0):
        found = await ask(client, "A@AdobeOrg", sandbox, (), limit)
        assert [check.key for check in found] == list(STEPS)
        return [str(check.verdict) for check in found], found

    async def test_all_well(self):
        verdicts, found = await self.verdicts(Client())
        assert verdicts == ["ok"] * 5
        assert exit_code_of(found) == 0

    @pytest.mark.parametrize(
        ("client", "failing", "code"),
        [
            (Client(sign_in=refusal(400, "invalid_client")), 0, 7),
            (Client(sign_in=refusal(None, call="POST /ims/token/v3")), 0, 1),
            (Client(sign_in=AepTuiError("No.")), 0, 7),
            (Client(sandboxes=refusal(None)), 2, 1),
            (Client(sandboxes=refusal(401, "401013")), 0, 7),
            (Client(sandboxes=refusal(403, "403025")), 1, 7),
            (Client(sandboxes=refusal(403)), 2, 7),
            (Client(sandboxes=refusal(429)), 2, 5),
            (Client(specs=refusal(403, "FLOW-2120-403")), 4, 7),
            (Client(specs=refusal(500)), 4, 5),
            (Client(specs=refusal(None)), 4, 1),
        ],
    )
    async def test_one_step_fails_and_its_exit_code_is_told(self, client, failing, code):
        verdicts, found = await self.verdicts(client)
        assert [number for number, verdict in enumerate(verdicts) if verdict == "failed"] == [failing]
        assert set(verdicts[failing + 1 :]) <= {"skipped"}
        assert exit_code_of(found) == code
        assert TITLES[STEPS[failing]].lower() in found[-1].words.lower() or failing == 4

    async def test_the_service_is_not_waited_for_without_end(self):
        for client, failing in (
            (Client(sign_in="hangs"), "token"),
            (Client(sandboxes="hangs"), "sandboxes"),
            (Client(specs="hangs"), "specs"),
        ):
            verdicts, found = await self.verdicts(client, limit=0.05)
            assert [check.key for check in found if check.verdict is Verdict.FAILED] == [failing]
            assert "ok" in verdicts or failing != "specs"

    async def test_a_sandbox_whose_name_begins_like_another(self):
        client = Client()
        client.sandboxes = lambda: client._step(  # type: ignore[method-assign]
            "sandboxes", [SandboxInfo("pro", type="production"), SandboxInfo("pro-dev", type="development")]
        )
        _, found = await self.verdicts(client, "pro-dev")
        assert "not production" in found[3].words
        _, found = await self.verdicts(client, "pro")
        assert "PRODUCTION" in found[3].words
