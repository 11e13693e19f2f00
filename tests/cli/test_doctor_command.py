"""``aep-tui doctor``: against the emulator on a port, and against everything that can be wrong."""

from __future__ import annotations

import base64
import json
import os
import re
import shutil
import socket
import sqlite3
import ssl
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from email.utils import formatdate
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from aep_tui.cli import doctor as doctor_module
from aep_tui.cli.main import command
from aep_tui.errors import ExitCode
from aep_tui.launch import Launcher
from aep_tui.storage.secret_store import SecretKind, SecretStore, StoreStatus
from aep_tui.wizard.doctor_check import TITLES

SECRET, TOKEN, CLIENT_ID = "p8e-canary-secret", "eyJ-canary-token", "canary-client-0123456789"
PROGRAM = [sys.executable, "-m", "aep_tui"]
LIVE = ("token", "organisation", "sandboxes", "chosen_sandbox", "specs")


class Store(SecretStore):
    """A keyring in memory that is there."""

    def __init__(self) -> None:
        super().__init__()
        self.kept: dict[tuple[str, str], object] = {}

    def get(self, profile, kind, _detail=""):
        return self.kept.get((profile, str(kind)))

    def status(self) -> StoreStatus:
        return StoreStatus(usable=True, name="The tests' keyring", reason="")


class Examination:
    """How one run ended."""

    def __init__(self, code: int, out: str, err: str) -> None:
        self.code, self.out, self.err = code, out, err
        self.checks = {check["check"]: check for check in json.loads(out)}

    def verdicts(self, *keys: str) -> list[str]:
        return [self.checks[key]["verdict"] for key in keys]

    @property
    def failed(self) -> list[str]:
        return [key for key, check in self.checks.items() if check["verdict"] == "failed"]

    def words(self, key: str) -> str:
        return f"{self.checks[key]['words']} {self.checks[key]['remedy'] or ''}"


@pytest.fixture(scope="module")
def origin() -> Iterator[str]:
    """The emulator on a port of its own."""
    process = subprocess.Popen([*PROGRAM, "emulator", "--port", "0"], stdout=subprocess.PIPE, text=True)
    assert process.stdout is not None
    yield process.stdout.readline().strip()
    process.terminate()
    process.communicate(timeout=30)


@pytest.fixture
def account(origin: str) -> dict[str, str]:
    return {
        "AEP_PLATFORM_URL": origin,
        "AEP_IMS_URL": origin,
        "AEP_IMS_ORG": "ACME@AdobeOrg",
        "AEP_API_KEY": CLIENT_ID,
        "AEP_SANDBOX_NAME": "dev",
        "AEP_CLIENT_SECRET": SECRET,
    }


@pytest.fixture
def root(isolated: Path) -> Path:
    return isolated / "aep-tui"


@pytest.fixture
def store() -> Store:
    return Store()


@pytest.fixture
def run(root: Path, store: Store, capfd, monkeypatch) -> Callable[..., Examination]:
    """Return a function that runs the command in this process; what it says is looked through for what was planted."""

    def examine(environment: Mapping[str, str], *options: str) -> Examination:
        for name, text in environment.items():
            monkeypatch.setenv(name, text)
        launcher = Launcher({"AEP_TUI_CONFIG_DIR": str(root), **environment})
        monkeypatch.setattr(launcher, "secret_store", lambda: store)
        code = command(launcher, [*options, "doctor", "--json"])
        sys.stdout.flush()
        out, err = capfd.readouterr()
        assert "canary" not in out + err.replace(str(root), "")
        return Examination(code, out, err)

    return examine


def closed_port() -> str:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        return f"http://127.0.0.1:{listener.getsockname()[1]}"


def pasted(ended_seconds_ago: float) -> str:
    """A token as Adobe gives them."""
    claims = {"created_at": str(round((time.time() - 3_600 - ended_seconds_ago) * 1000)), "expires_in": "3600000"}
    parts = [base64.urlsafe_b64encode(json.dumps(part).encode()).decode().rstrip("=") for part in ({"alg": "none"}, claims)]
    return ".".join([*parts, "canary"])


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
        assert "belongs to the profile's client id" in other.words("client_secret")
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
        assert lines[at + 1].strip().startswith("Pick one from the list")
        assert all(line[margin - 2 : margin] == "  " and line[margin] != " " for line in lines), "all in two columns"
        assert "canary" not in out

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
        assert (found.code, found.failed) == (ExitCode.NOT_PERMITTED, ["token"])
        beside_a_secret = run({**account, "AEP_ACCESS_TOKEN": pasted(7_200)})
        assert beside_a_secret.code == 0
        assert "the client secret is used in its place" in beside_a_secret.words("access_token")

    def test_a_pasted_token(self, run, account):
        found = run({**account, "AEP_CLIENT_SECRET": "", "AEP_ACCESS_TOKEN": pasted(-1_800)})
        assert found.code == 0
        assert "it ends in 30 minutes" in found.words("access_token")
        assert "pasted" in found.words("token")

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


class TestTheWay:
    def test_a_host_that_does_not_accept_connections(self, run, account):
        nobody = closed_port()
        found = run({**account, "AEP_PLATFORM_URL": nobody, "AEP_IMS_URL": nobody})
        assert (found.code, found.failed) == (ExitCode.UNEXPECTED, ["tls", "token"])
        alone = run({**account, "AEP_PLATFORM_URL": nobody})
        assert alone.failed == ["tls"], "the same is not said twice"
        assert "cannot be reached" in alone.words("sandboxes")

    def test_a_proxy_that_cannot_be_one(self, run, account):
        found = run({**account, "HTTPS_PROXY": "http://canary:canary@proxy.example:99999"})
        assert (found.code, found.failed) == (ExitCode.UNEXPECTED, ["proxy"])
        assert "HTTPS_PROXY" in found.words("proxy")
        assert found.checks["proxy"]["words"] == "HTTPS_PROXY cannot be read as the address of a proxy."

    def test_a_proxy_that_is_not_asked_for_this_machine(self, run, account):
        found = run({**account, "HTTPS_PROXY": "http://canary:canary@proxy.example:3128", "HTTP_PROXY": closed_port()})
        assert found.code == 0
        assert "HTTPS_PROXY=http://proxy.example:3128 (with credentials)" in found.words("proxy")
        assert "which is this machine" in found.words("proxy")

    def test_a_proxy_that_refuses(self, run, account):
        far = {"AEP_PLATFORM_URL": "https://platform.example", "HTTPS_PROXY": closed_port()}
        found = run({**account, **far})
        assert found.failed == ["tls"]
        assert "is asked through http://127.0.0.1" in found.words("proxy")

    @pytest.mark.parametrize(("ahead", "verdict"), [(3_600, "warning"), (-3_600, "warning"), (-100, "ok")])
    def test_a_clock_that_is_wrong(self, run, account, ahead, verdict):
        class Handler(BaseHTTPRequestHandler):
            def do_GET(self):
                self.send_response_only(200)
                self.send_header("Date", formatdate(time.time() - ahead, usegmt=True))
                self.send_header("Content-Length", "2")
                self.end_headers()
                self.wfile.write(b"{}")

            def log_message(self, *_: object) -> None:
                return

        server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        serving = threading.Thread(target=server.serve_forever, daemon=True)
        serving.start()
        try:
            here = {**account, "AEP_PLATFORM_URL": f"http://127.0.0.1:{server.server_port}"}
            found = run({**here, "AEP_ACCESS_TOKEN": pasted(ahead - 1_800), "AEP_CLIENT_SECRET": ""})
        finally:
            server.shutdown()
            server.server_close()
            serving.join(10)
        assert found.verdicts("clock") == [verdict]
        wanted = {3_600: "1 hour ahead of", -3_600: "1 hour behind", -100: "seconds behind"}[ahead]
        assert wanted in found.words("clock")
        assert re.search(r"it ends in (30|29) minutes", found.words("access_token")), "by the service's clock"
        assert found.failed == ["sandboxes"]
        assert found.code == ExitCode.UNEXPECTED, "a 200 that is no list of sandboxes is no refusal"


@pytest.fixture
def protected(tmp_path: Path) -> Iterator[tuple[str, Path]]:
    """A service behind a certificate that no system trusts."""
    openssl = shutil.which("openssl")
    if openssl is None:
        pytest.skip("no openssl here to make a certificate with")
    key, certificate = tmp_path / "key.pem", tmp_path / "certificate.pem"
    what = "req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 30 -subj /O=Example/CN=127.0.0.1"
    where = ["-addext", "subjectAltName=IP:127.0.0.1", "-keyout", str(key), "-out", str(certificate)]
    subprocess.run([openssl, *what.split(), *where], check=True, capture_output=True)

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self):
            self.send_response(404)
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, *_: object) -> None:
            return

    class Server(ThreadingHTTPServer):
        def handle_error(self, *_: object) -> None:
            return

    server = Server(("127.0.0.1", 0), Handler)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate, key)
    server.socket = context.wrap_socket(server.socket, server_side=True)
    serving = threading.Thread(target=server.serve_forever, daemon=True)
    serving.start()
    yield f"https://127.0.0.1:{server.server_port}", certificate
    server.shutdown()
    server.server_close()
    serving.join(10)


class TestCertificates:
    def test_one_that_is_not_trusted(self, run, account, protected):
        found = run({**account, "AEP_PLATFORM_URL": protected[0]})
        assert found.failed == ["tls"]
        assert "certificate could not be checked" in found.words("tls")

    def test_one_that_is(self, run, account, protected):
        if sys.platform != "linux":
            pytest.skip("only OpenSSL takes its store from the environment")
        found = run({**account, "AEP_PLATFORM_URL": protected[0], "SSL_CERT_FILE": str(protected[1])})
        assert found.verdicts("tls") == ["ok"]
        assert "issued by Example" in found.words("tls")


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
