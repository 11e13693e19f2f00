"""An emulator in process whose every answer is held against the official OpenAPI, and one served on a port."""

from __future__ import annotations

import asyncio
import contextlib
import json
import os
import re
import select
import signal
import socket
import subprocess
import sys
from collections.abc import AsyncIterator, Callable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx
import jsonschema_rs
import pytest
import yaml

from aep_tui.emulator.app import create_app
from aep_tui.emulator.behaviour import Behaviour, Switch

SHARED = Path(__file__).parents[2].parent / "shared"
BASE = "/data/foundation/flowservice"
HEADERS = {
    "authorization": "Bearer token-of-a-test",
    "x-api-key": "client-of-a-test",
    "x-gw-ims-org-id": "TEST@AdobeOrg",
    "x-sandbox-name": "dev",
}
GREENPLUM = "37b6bf40-d318-4655-90be-5cd6f65d334b"
HTTP_API = "bc7b00d6-623a-4dfc-9fdb-f1240aeadaeb"
STARTING_SECONDS = 20.0

EXCEPTIONS = {
    # method, path and where in the answer: why the answer is right all the same
    (
        "GET",
        "/connectionSpecs",
        "/items/*/sourceSpec/attributes/uiAttributes/*",
    ): "the documents Adobe prints have {key} or {text}",
    ("GET", "/connectionSpecs/{CONNECTION_SPEC_ID}", "/items/*/sourceSpec/attributes/uiAttributes/*"): "as in the list",
    (
        "POST",
        "/connectionSpecs",
        "/sourceSpec/attributes/uiAttributes/*",
    ): "what was sent comes back, and the SDK pages send {text}",
    (
        "GET",
        "/connections/{BASE_CONNECTION_ID}/explore",
        "",
    ): "of a file or a table, explore pages print format, schema and data",
    ("GET", "/connections/{BASE_CONNECTION_ID}/configs", ""): "the OpenAPI's own example is in the list wrapper",
    ("GET", "/connectionSpecs/{CONNECTION_SPEC_ID}/configs", ""): "as of a connection; the destinations API adds pageInfo",
    ("GET", "/sandbox-management/", "/sandboxes/*/*Date"): "the times that the sandbox guide prints are no date-times",
    ("GET", "/sandbox-management/sandboxes", "/sandboxes/*/*Date"): "as in the other list",
    ("GET", "/sandbox-management/sandboxes/{sandboxName}", "/*Date"): "as in the lists",
}


UNDECLARED = {
    # method, path and status that the OpenAPI says nothing of: where it is documented instead
    ("DELETE", "/connections/{BASE_CONNECTION_ID}/", 202): "destinations API, which answers so (switch delete-202)",
    ("DELETE", "/connections/{BASE_CONNECTION_ID}/", 400): "error catalogue, 1418: flows use the connection",
    ("DELETE", "/connections/{BASE_CONNECTION_ID}/", 404): 'error catalogue, 1439; destinations API, "a GET then answers 404"',
    ("GET", "/connectionSpecs", 400): "error catalogue, 1434 and 1440: operators of a filter",
    ("GET", "/connectionSpecs/{CONNECTION_SPEC_ID}", 404): "error catalogue, 1439",
    ("GET", "/connectionSpecs/{CONNECTION_SPEC_ID}/configs", 400): "error catalogue, 1413; sources errors, 1372",
    (
        "GET",
        "/connectionSpecs/{CONNECTION_SPEC_ID}/explore",
        400,
    ): "error catalogue, 1413; sources errors, 1336, 1337, 1358, 1359 and 1372",
    ("GET", "/connections", 400): "error catalogue, 1401, 1432, 1434, 1440, 1443 and 1448 to 1454; gateway, 400003",
    ("GET", "/connections", 401): "troubleshooting page: the gateway, 401013",
    ("GET", "/connections/{BASE_CONNECTION_ID}", 404): "error catalogue, 1439",
    (
        "GET",
        "/connections/{BASE_CONNECTION_ID}/explore",
        400,
    ): "error catalogue, 1100; sources errors, 1336 to 1359",
    ("GET", "/sandbox-management/sandboxes/{sandboxName}", 404): "RFC 9110; of one sandbox not published",
    ("PATCH", "/connections/{BASE_CONNECTION_ID}/", 400): "error catalogue, 1403, 1405 and 1455; sources errors, 1304",
    ("PATCH", "/connections/{BASE_CONNECTION_ID}/", 404): "error catalogue, 1439",
    ("PATCH", "/connections/{BASE_CONNECTION_ID}/", 412): "error catalogue, 1404; destinations API",
    ("PATCH", "/connections/{BASE_CONNECTION_ID}/", 413): "RFC 9110; of this call not published",
    ("POST", "/collection/{CONNECTION_ID}", 404): "RFC 9110; of an unknown inlet not published",
    ("POST", "/collection/{CONNECTION_ID}", 501): "streaming validation guide: outside the region VA7",
    ("POST", "/connectionSpecs", 400): "error catalogue, 1405; troubleshooting page, BadRequestError",
    ("POST", "/connectionSpecs", 413): "RFC 9110; of this call not published",
    ("POST", "/connections", 400): "error catalogue, 1100, 1405, 1413 and 1415; sources errors, 1304 and 1312",
    ("POST", "/connections", 401): "troubleshooting page: the gateway, 401013",
    ("POST", "/connections", 404): "error catalogue, 2100: no such sandbox",
    ("POST", "/connections", 413): "RFC 9110; of this call not published",
    ("POST", "/connections", 422): "destinations API: the version of the spec is missing",
    ("POST", "/connections/search", 400): "as of the list",
    ("POST", "/connections/search", 413): "RFC 9110; of this call not published",
    (
        "POST",
        "/connections/{BASE_CONNECTION_ID}/action",
        400,
    ): "troubleshooting page, BadRequestError",
    ("POST", "/connections/{BASE_CONNECTION_ID}/action", 404): "error catalogue, 1439",
    ("PUT", "/connectionSpecs/{CONNECTION_SPEC_ID}", 404): "error catalogue, 1439",
}


class Contract:
    """The official OpenAPI documents, as far as they say what an answer looks like."""

    def __init__(self, folder: Path) -> None:
        loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
        self._operations: list[tuple[re.Pattern[str], str, dict[str, Any], dict[str, Any]]] = []
        for base, name in ((BASE, "flow-service"), ("/data/foundation", "sandbox"), ("", "streaming-ingestion")):
            document = self._load(folder / f"{name}.yaml", loader)
            for template, methods in document["paths"].items():
                pattern = re.sub(r"\\{[^}]+\\}", "[^/]+", re.escape(base + template.rstrip("/")))
                self._operations.append((re.compile(pattern + "/?"), template, document, methods))
        self._validators: dict[str, Any] = {}
        self.checked: set[tuple[str, str, int]] = set()
        self.excused: set[tuple[str, str, str]] = set()
        self.exceptions = EXCEPTIONS

    @staticmethod
    def _load(path: Path, loader: Any) -> dict[str, Any]:
        return yaml.load(path.read_text(), Loader=loader)

    def check(self, method: str, path: str, status: int, content: object) -> None:
        found = self._operation(method, path)
        if found is None:
            return
        template, document, operation = found
        answers = {str(code): answer for code, answer in operation["responses"].items()}
        if str(status) not in answers:
            assert (method, template, status) in UNDECLARED, f"{method} {template} answers {status}, which no document names"
            return
        schema = answers[str(status)].get("content", {}).get("application/json", {}).get("schema")
        if schema is None:
            return
        self.checked.add((method, template, status))
        for error in self._validator(schema, document).iter_errors(content):
            pointer = "".join(f"/{part}" for part in error.instance_path)
            assert self._is_excused(method, template, pointer), f"{method} {template} {status} at {pointer}: {error.message}"

    def _operation(self, method: str, path: str) -> tuple[str, dict[str, Any], dict[str, Any]] | None:
        for pattern, template, document, methods in self._operations:
            if method.lower() in methods and pattern.fullmatch(path):
                return template, document, methods[method.lower()]
        return None

    def _validator(self, schema: dict[str, Any], document: dict[str, Any]) -> Any:
        key = json.dumps(schema, sort_keys=True, default=str)
        if key not in self._validators:
            whole = json.loads(
                json.dumps({**schema, "components": {"schemas": document["components"]["schemas"]}}, default=str)
            )
            self._validators[key] = jsonschema_rs.Draft7Validator(whole, offline=True, validate_formats=True)
        return self._validators[key]

    def _is_excused(self, method: str, template: str, pointer: str) -> bool:
        for known in EXCEPTIONS:
            if known[:2] == (method, template) and re.fullmatch(
                re.escape(known[2]).replace(r"\*", "[^/]*") + "(/.*)?", pointer
            ):
                self.excused.add(known)
                return True
        return False


@pytest.fixture(scope="session")
def contract() -> Contract | None:
    """Return the official contracts, or nothing where they are not beside the project."""
    folder = SHARED / "reference" / "openapi"
    return Contract(folder) if folder.is_dir() else None


class Clock:
    """A clock that stands still until it is moved."""

    def __init__(self) -> None:
        self.seconds = 1_770_000_000.0

    def __call__(self) -> float:
        return self.seconds


@pytest.fixture
def clock() -> Clock:
    return Clock()


Start = Callable[..., Any]


@pytest.fixture
async def start(contract: Contract | None, clock: Clock) -> AsyncIterator[Start]:
    """Return a function that starts an emulator in process and returns a client of it.

    The client's answers are held against the OpenAPI, unless the fault of a request spoils them on purpose.
    """
    async with contextlib.AsyncExitStack() as stack:

        async def check(response: httpx.Response) -> None:
            assert response.headers["x-request-id"]
            content = await response.aread()
            request = response.request
            if contract is not None and content and "x-emulator-fault" not in request.headers:
                contract.check(request.method, request.url.path, response.status_code, json.loads(content))

        async def begin(*switches: Switch, check_answers: bool = True, **options: Any) -> httpx.AsyncClient:
            behaviour = options.pop("behaviour", Behaviour(switches=frozenset(switches)))
            app = create_app(behaviour=behaviour, now=clock, **options)
            stack.callback(app.state.world.store.close)
            client = httpx.AsyncClient(
                transport=httpx.ASGITransport(app),
                base_url="http://emulator.test" + BASE,
                headers=HEADERS,
                event_hooks={"response": [check]} if check_answers else {},
            )
            return await stack.enter_async_context(client)

        yield begin


@pytest.fixture
async def flow(start: Start) -> httpx.AsyncClient:
    """Return a client of a strict emulator."""
    client: httpx.AsyncClient = await start()
    return client


def connection(name: str = "a connection", spec_id: str = GREENPLUM, **changes: Any) -> dict[str, Any]:
    """Return the body of a POST that is accepted."""
    auth = {"specName": "Basic Authentication", "params": {"connectionString": "HOST=db.example.com;PORT=5432"}}
    if spec_id == HTTP_API:
        auth = {"specName": "Streaming Connection", "params": {"sourceId": name, "dataType": "xdm", "name": name}}
    return {"name": name, "connectionSpec": {"id": spec_id, "version": "1.0"}, "auth": auth, **changes}


@pytest.fixture
def body() -> Callable[..., dict[str, Any]]:
    return connection


@pytest.fixture
def make(body: Callable[..., dict[str, Any]]) -> Callable[..., Any]:
    """Return a function that makes a connection and returns the answer's id and etag."""

    async def made(client: httpx.AsyncClient, name: str = "a connection", **changes: Any) -> dict[str, str]:
        response = await client.post("/connections", json=body(name, **changes))
        assert response.status_code == 201, response.text
        answer: dict[str, str] = response.json()
        return answer

    return made


@pytest.fixture
def code() -> Callable[[httpx.Response], str]:
    """Return a function that reads the code of a refusal, wherever its shape has it."""

    def read(response: httpx.Response) -> str:
        content = response.json()
        kind = str(content.get("type", ""))
        return str(
            content.get("error_code") or (kind.rpartition("/")[2] if kind.startswith("https:") else content.get("title", ""))
        )

    return read


SERVE = """
import json, sys
from pathlib import Path
from aep_tui.emulator.errors import EmulatorError
from aep_tui.emulator.server import Options, run

options = json.loads(sys.argv[1])
options["state"] = Path(options["state"]) if options.get("state") else None
options["specs"] = [Path(path) for path in options.get("specs", [])]
try:
    run(Options(**options))
except EmulatorError as error:
    print(error.sentence, file=sys.stderr)
    sys.exit(error.exit_code)
"""


@dataclass
class Served:
    """An emulator in a process of its own."""

    process: subprocess.Popen[str]
    origin: str
    port: int
    headers: Mapping[str, str] = field(default_factory=lambda: dict(HEADERS))

    def client(self, **options: Any) -> httpx.Client:
        return httpx.Client(base_url=self.origin + BASE, headers={**self.headers}, trust_env=False, timeout=20, **options)

    def connect(self) -> socket.socket:
        return socket.create_connection(("127.0.0.1", self.port), timeout=20)

    def stop(self, signal_number: int = signal.SIGTERM) -> tuple[int, str]:
        """Send a signal and return the exit code and what the process wrote to stderr."""
        self.process.send_signal(signal_number)
        _, errors = self.process.communicate(timeout=20)
        return self.process.returncode, errors


Serve = Callable[..., Served]


def served(options: Mapping[str, Any]) -> Served:
    """Start an emulator on a free port and return once it has said where it is."""
    environment = {name: value for name, value in os.environ.items() if not name.startswith("AEP_")}
    process = subprocess.Popen(
        [sys.executable, "-c", SERVE, json.dumps({"port": 0, **options})],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env=environment,
    )
    assert process.stdout is not None
    readable, _, _ = select.select([process.stdout], [], [], STARTING_SECONDS)
    line = process.stdout.readline().strip() if readable else ""
    if not line.startswith("http://"):
        process.kill()
        _, errors = process.communicate()
        raise AssertionError(f"the emulator said {line!r} instead of its origin: {errors}")
    return Served(process, line, int(line.rpartition(":")[2]))


def ended(emulator: Served) -> None:
    if emulator.process.poll() is None:
        emulator.process.kill()
    emulator.process.communicate()


@pytest.fixture
def serve() -> Iterator[Serve]:
    """Return a function that starts an emulator on a free port with the given options."""
    started: list[Served] = []

    def begin(**options: Any) -> Served:
        started.append(served(options))
        return started[-1]

    yield begin
    for emulator in started:
        ended(emulator)


@pytest.fixture(scope="session")
def on_a_port() -> Iterator[Served]:
    """Return an emulator on a port that several tests share."""
    emulator = served({"provisioning_seconds": 0})
    yield emulator
    ended(emulator)


@pytest.fixture
def refused_options(tmp_path: Path) -> Callable[..., tuple[int, str]]:
    """Return a function that starts an emulator with options that cannot be used, and returns its exit code and sentence."""

    def begin(**options: Any) -> tuple[int, str]:
        process = subprocess.run(
            [sys.executable, "-c", SERVE, json.dumps({"port": 0, **options})],
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=STARTING_SECONDS,
            check=False,
        )
        assert process.stdout == ""
        assert "Traceback" not in process.stderr
        return process.returncode, process.stderr.strip()

    return begin


@pytest.fixture
def until() -> Callable[..., Any]:
    """Return a function that waits until something holds."""

    async def wait(holds: Callable[[], bool], seconds: float = 10.0) -> None:
        for _ in range(int(seconds / 0.01)):
            if holds():
                return
            await asyncio.sleep(0.01)
        raise AssertionError("it never held")

    return wait
