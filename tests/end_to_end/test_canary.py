"""Secrets planted in every place one can be entered are found in the request, and nowhere else, however the run ends."""

from __future__ import annotations

import base64
import json
import os
import signal
import sys
import time
import uuid
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import raw_service as raw
from canaries import CLIPBOARD, OF_ACCOUNTS, PLANTED, Hit, Scenario, Searcher, World, canary_for, forms_of, hostile, quoted

CRASH, INTERRUPTED, UNKNOWN, INVALID_PARAMS = 70, 130, 6, 4
CONNECTION_STRING = "Server=db.example.com;User Id=me;Password=secret"
SECRET = {"type": "string", "format": "password"}
SCHEMA = {
    "type": "object",
    "properties": {
        "user": {"type": "string", "title": "User"},
        "password": {**SECRET, "title": "Password"},
        "key": {**SECRET, "title": "Key"},
        # No schema is fetched, so that this is typed as JSON.
        "settings": {"title": "Settings", "format": "password", "allOf": [{"$ref": "https://example.com/schema.json"}]},
        "connectionString": {**SECRET, "title": "Connection string", "examples": [CONNECTION_STRING]},
        "pem": {**SECRET, "title": "Pem"},
        "certificate": {**SECRET, "title": "Certificate", "contentEncoding": "base64"},
    },
    "required": ["password"],
}
SPEC = {
    "id": "spec-canary",
    "name": "canary",
    "version": "1.0",
    "authSpec": [{"name": "All", "spec": SCHEMA}],
    "attributes": {"connectorName": "Canary source"},
}
ENTERED = ("password", "pasted key", "JSON member", "connection string part", "text file", "binary file")
"""What :func:`fill_in` enters."""
F4, F6, F7, F8 = "\x1bOS", "\x1b[17~", "\x1b[18~", "\x1b[19~"
COPY, CUT, SELECT_ALL_LEFT, SELECT_WORD = "\x03", "\x18", "\x1b[1;2H", "\x1b[1;2D"


class CanaryService(raw.RawService):
    """Lists one source, and answers what a test wants, with what it was sent at hand."""

    def _read_call(self, path: str) -> bytes:
        return raw.as_json(200, "OK", {"items": [SPEC]}) if "connectionSpecs" in path else super()._read_call(path)

    def echo(self, make: Callable[[raw.Post], bytes]) -> raw.Answer:
        """Answer with something made of the last POST."""
        return lambda connection: connection.sendall(make(self.posts[-1]))


@pytest.fixture
def world(isolated: Path, environment: dict[str, str], terminals: Any, tmp_path_factory: Any) -> Iterator[World]:
    service = CanaryService()
    temporary = isolated / "tmp"
    temporary.mkdir()
    seed = uuid.uuid4().hex
    variables = {
        "TMPDIR": str(temporary),
        "AEP_PLATFORM_URL": service.origin,
        "AEP_ACCESS_TOKEN": f"Bearer {canary_for('environment token', seed)}",
        "AEP_API_KEY": "an-api-key",
        "AEP_IMS_ORG": "ACME@AdobeOrg",
        "AEP_SANDBOX_NAME": "dev",
        "PYTHONPATH": str(Path(__file__).parents[2]),
    }
    environment = {**environment, **hostile(isolated), **variables}
    yield World(seed, isolated, tmp_path_factory.mktemp("planted"), environment, service, terminals)
    service.stop()


# Ways through the program


def paste(terminal: Any, text: str) -> None:
    terminal.type(f"\x1b[200~{text}\x1b[201~")


def wait_for_row(terminal: Any, label: str, shown: str) -> None:
    def is_there(screen: str) -> bool:
        return any(line.split("│")[0].strip().startswith(label) and shown in line for line in screen.splitlines())

    terminal.wait_until(is_there, f"{shown} in the row {label}")


def to_step(terminal: Any, label: str) -> None:
    """Wait until the help beside the form is that of a field."""
    terminal.wait_until(lambda screen: f"─ {label} ─" in screen, f"the help of {label}")


def load(world: World, terminal: Any, place: str, name: str, content: str) -> None:
    path = world.plant(place, name, content)
    terminal.type(F4)
    terminal.wait_for("Load from a file")
    paste(terminal, str(path))
    terminal.wait_for("1 name")
    terminal.press("enter")
    terminal.wait_for("Loaded")


def fill_in(world: World, terminal: Any) -> None:
    """Enter a secret in every kind of field; try to copy and to cut each."""
    terminal.wait_for("Step 2 of 4: Credentials", "Password *")
    terminal.type("mine\t\tme\t")
    to_step(terminal, "Password")
    terminal.type(world.canary("password"))
    wait_for_row(terminal, "Password", "•" * 20)
    terminal.type(f"{SELECT_ALL_LEFT}{COPY}{CUT}")
    terminal.wait_for("A secret is not copied")
    terminal.press("tab")
    to_step(terminal, "Key")
    paste(terminal, world.canary("pasted key"))
    terminal.press("tab")
    to_step(terminal, "Settings")
    paste(terminal, json.dumps({"deep": [{"member": world.canary("JSON member")}]}))
    terminal.type(f"{SELECT_WORD * 3}{COPY}{CUT}")
    terminal.press("tab")
    to_step(terminal, "Connection string")
    terminal.type(F7)
    terminal.wait_for("part by part")
    terminal.type(f"db\rme\r{world.canary('connection string part')}")
    terminal.wait_for("As it will be written", "Server=db")
    terminal.type(f"{SELECT_ALL_LEFT}{COPY}{CUT}")
    terminal.press("ctrl+n")
    wait_for_row(terminal, "Connection string", "•" * 20)
    terminal.press("tab")
    to_step(terminal, "Pem")
    load(world, terminal, "text file", "key.pem", "-----BEGIN-----\n{}\n-----END-----\n")
    terminal.press("tab")
    to_step(terminal, "Certificate")
    load(world, terminal, "binary file", "client.p12", "\x01{}\x02")
    terminal.press("tab")


def to_review(world: World, terminal: Any) -> None:
    fill_in(world, terminal)
    terminal.press("f5")
    terminal.wait_for("The request so far", "{CONNECTION_STRING}")
    terminal.type("ctc")
    terminal.press("escape")
    terminal.wait_until(lambda shown: "The request so far" not in shown, "the form again")
    terminal.press("f1")
    terminal.wait_for("Help · ")
    terminal.press("escape")
    terminal.wait_until(lambda shown: "Help · " not in shown, "the form again")
    terminal.press("ctrl+n")
    terminal.wait_for("Step 3 of 4: Review", "{PASSWORD}")
    terminal.type("ct")
    terminal.wait_for("curl -")
    terminal.type("c")


def send(terminal: Any) -> None:
    terminal.pause_for_the_guard()
    terminal.press("ctrl+n")


def leave(terminal: Any) -> None:
    terminal.press("ctrl+q")
    terminal.wait_until(
        lambda shown: terminal.process.poll() is not None or "Not yet" in shown, "the end, or what would be lost"
    )
    if terminal.process.poll() is None:
        terminal.press("ctrl+q")


def look_at_the_history(terminal: Any) -> None:
    terminal.press("f2")
    terminal.wait_for("History", "mine", "{PASSWORD}")
    terminal.type(F6)
    terminal.wait_until(lambda _: len(CLIPBOARD.findall(terminal.raw)) > 0, "a copy")


def sending(answers: Callable[[CanaryService], list[raw.Answer]], said: str, code: int) -> Callable[[World], None]:
    """Return the way to an answer of the service, which is shown and kept."""

    def drive(world: World) -> None:
        world.service.answers = answers(world.service)

        def walk(terminal: Any) -> None:
            to_review(world, terminal)
            send(terminal)
            terminal.wait_for(said)
            look_at_the_history(terminal)
            leave(terminal)

        assert world.run(["canary"], walk)[0] == code
        listed(world)

    return drive


def listed(world: World) -> None:
    """Read the history as scripts do."""
    _, out = world.run(["history", "list", "--json"], lambda _: None)
    assert "mine" in out
    assert "{PASSWORD}" in out


def everything_of(post: raw.Post) -> str:
    return json.dumps(post.body) + post.headers["authorization"]


def refusal(text: str) -> bytes:
    return raw.as_json(400, "Bad Request", {"errorMessage": f"cannot sign in: {text}", "error_code": "FLOW-1308-400"})


def every_value(post: raw.Post) -> list[str]:
    """Return what an error of a service may repeat: every value by itself, and the token."""
    params = post.body["auth"]["params"]  # type: ignore[index]
    values = [value if isinstance(value, str) else json.dumps(value) for value in params.values()]
    return [*values, params["settings"]["deep"][0]["member"], post.headers["authorization"].partition(" ")[2]]


def in_base64(text: str) -> str:
    return " ".join(base64.b64encode(f"{'me:'[:length]}{text}".encode()).decode() for length in range(4))


def of_the_gateway(service: CanaryService) -> list[raw.Answer]:
    def answer(post: raw.Post) -> bytes:
        token = post.headers["authorization"].partition(" ")[2]
        document = {"error_code": "401013", "message": f"Oauth token {token} is not valid"}
        return raw.as_json(401, "Unauthorized", document, x_request_id="request-1")

    return [service.echo(answer)]


def html_with_everything(post: raw.Post) -> bytes:
    page = f"<html><head><title>{' '.join(every_value(post))}</title></head><body>{everything_of(post)}</body></html>"
    return raw.http(503, "Unavailable", page.encode(), Content_Type="text/html")


def made_with_everything(post: raw.Post) -> bytes:
    """Return a 201 that repeats what was sent."""
    return raw.as_json(201, "Created", {"id": "connection-1", "etag": '"etag-1"', **post.body})


def not_sent(world: World) -> None:
    def walk(terminal: Any) -> None:
        to_review(world, terminal)
        world.service.stop_listening()
        send(terminal)
        terminal.wait_for("Not sent: nothing left this machine")
        look_at_the_history(terminal)
        leave(terminal)

    world.run(["canary"], walk)
    world.service.listen()
    listed(world)


def signalled(world: World) -> None:
    world.service.answers = [world.service.hold(raw.created())]

    def walk(terminal: Any) -> None:
        to_review(world, terminal)
        send(terminal)
        world.service.wait_for_post()
        terminal.signal(signal.SIGTERM)

    assert world.run(["canary"], walk)[0] == 128 + signal.SIGTERM
    listed(world)


CRASHING = """
import json, os, sys
for name in ("TEXTUAL", "TEXTUAL_DEBUG", "TEXTUAL_LOG", "TEXTUAL_SCREENSHOT"):
    del os.environ[name]  # as the program does it before it loads Textual, which this script has to load first
from aep_tui.secret import reveal_all
from aep_tui.tui.app import AepTuiApp
from aep_tui.wizard.request import connection_body

def boom(app):
    everything = json.dumps(reveal_all(connection_body(app.wizard.draft)))
    token = app.session.__dict__
    try:
        raise ValueError(everything)
    except ValueError as error:
        error.add_note(everything)
        raise RuntimeError(everything, token, error)

AepTuiApp.action_history = boom
from aep_tui.launch import main
main()
"""


def crashed(world: World) -> None:
    def walk(terminal: Any) -> None:
        to_review(world, terminal)
        terminal.press("f2")

    code, _ = world.run(["canary"], walk, program=(sys.executable, "-c", CRASHING))
    assert code == CRASH
    (report,) = (world.home / "aep-tui" / "reports").iterdir()
    assert "RuntimeError" in report.read_text(encoding="utf-8")


def crashed_while_sending(world: World) -> None:
    """A fault in the client itself, with the whole request in its frames."""
    failing = """
import httpx
async def boom(self, request):
    raise RuntimeError(repr(request.headers), request.headers.raw, request.content)
real = httpx.AsyncHTTPTransport.handle_async_request
async def handle(self, request):
    return await (boom if request.method == "POST" else real)(self, request)
httpx.AsyncHTTPTransport.handle_async_request = handle
from aep_tui.launch import main
main()
"""

    def walk(terminal: Any) -> None:
        to_review(world, terminal)
        send(terminal)
        terminal.wait_until(
            lambda shown: terminal.process.poll() is not None or "Unknown:" in shown or "Not sent:" in shown, "an end"
        )
        if terminal.process.poll() is None:
            leave(terminal)

    world.run(["canary"], walk, program=(sys.executable, "-c", failing))


def lone_form(world: World) -> None:
    path = world.planted / "schema.json"
    path.write_text(json.dumps({**SCHEMA, "title": "Canary"}), encoding="utf-8")

    def walk(terminal: Any) -> None:
        terminal.wait_for("User")
        terminal.type("me\t")
        to_step(terminal, "Password")
        terminal.type(world.canary("password"))
        terminal.press("tab")
        to_step(terminal, "Key")
        paste(terminal, world.canary("pasted key"))
        terminal.press("tab")
        to_step(terminal, "Settings")
        paste(terminal, json.dumps([world.canary("JSON member")]))
        terminal.press("ctrl+n")

    code, out = world.run(["form", str(path)], walk)
    assert code == 0
    assert json.loads(out)["password"] == world.canary("password")


def left_form(world: World) -> None:
    path = world.planted / "schema.json"
    path.write_text(json.dumps(SCHEMA), encoding="utf-8")

    def walk(terminal: Any) -> None:
        terminal.wait_for("User")
        terminal.type(f"me\t{world.canary('password')}")
        wait_for_row(terminal, "Password", "•" * 20)
        leave(terminal)

    assert world.run(["form", str(path)], walk) == (INTERRUPTED, "")


def validated(world: World) -> None:
    """Params that are wrong in every way: no message may repeat one, be it a value or a part of it."""
    import subprocess

    rules = {"password": {"maxLength": 3, "pattern": "^x"}, "key": {"enum": ["a"]}, "pem": {"const": "b"}}
    properties = {name: {**rule, **rules.get(name, {})} for name, rule in SCHEMA["properties"].items()}
    schema = world.planted / "schema.json"
    schema.write_text(json.dumps({**SCHEMA, "properties": properties, "additionalProperties": False}), encoding="utf-8")
    for place, from_stdin in (("params file", False), ("params on stdin", True)):
        canary = world.canary(place)
        wrong = json.dumps(dict.fromkeys((*properties, "undeclared"), canary) | {"user": [canary]})
        for content in (wrong, f'{{"password": "{canary}"', f'["{canary}"]', f'"{canary}'):
            path = world.planted / "params.json"
            path.write_text(content, encoding="utf-8")
            ended = subprocess.run(
                [sys.executable, "-m", "aep_tui", "form", str(schema), "--validate", "-" if from_stdin else str(path)],
                check=False,
                env=world.environment,
                input=content.encode() if from_stdin else None,
                capture_output=True,
                timeout=60,
            )
            assert ended.returncode in {INVALID_PARAMS, 2}
            world.note({"stdout": ended.stdout, "stderr": ended.stderr})


def end_or_leave(terminal: Any) -> None:
    """Wait for the end; leave where a page is shown instead."""
    terminal.wait_until(lambda shown: terminal.process.poll() is not None or "Quit" in shown, "an end or a page")
    if terminal.process.poll() is None:
        terminal.pause_for_the_guard()
        leave(terminal)


def refused_surroundings(world: World) -> None:
    """A token that cannot be one, and an address with a password in it."""
    canary = world.canary("environment token")
    for variable, text in (
        ("AEP_ACCESS_TOKEN", f"{canary}\nX-Evil: 1"),
        ("AEP_ACCESS_TOKEN", f"é{canary}"),
        ("AEP_PLATFORM_URL", f"https://me:{canary}@platform.adobe.io"),
        ("AEP_PLATFORM_URL", f"http://platform.adobe.io/?token={canary}"),
        ("AEP_PLATFORM_URL", f"https://platform.adobe.io/#{canary}"),
        ("AEP_PLATFORM_URL", f"https://platform.adobe.io?{canary}"),
        ("AEP_PLATFORM_URL", f"eyJhbGciOiJSUzI1NiJ9.eyJpZCI6IjEyMzQ1Njc4OTAifQ.{canary}"),
        ("AEP_API_KEY", f"{canary}\r\nX-Evil: 1"),
    ):
        before = dict(world.environment)
        world.environment[variable] = text
        code, _ = world.run([], end_or_leave)
        assert code in {0, 2}
        world.environment.update(before)


def revealed(world: World) -> None:
    def walk(terminal: Any) -> None:
        terminal.wait_for("Step 2 of 4: Credentials", "Password *")
        terminal.type("mine\t\tme\t")
        to_step(terminal, "Password")
        terminal.type(world.canary("password") + F8)
        terminal.wait_for(world.canary("password"))
        terminal.type(f"{SELECT_ALL_LEFT}{COPY}{CUT}")
        terminal.wait_for("A secret is not copied")
        leave(terminal)

    world.run(["canary"], walk)


SCENARIOS = (
    Scenario("success", sending(lambda service: [service.echo(made_with_everything)], "Step 4 of 4: Done", 0), sent=ENTERED),
    Scenario(
        "refused, each value repeated",
        sending(lambda service: [service.echo(lambda post: refusal(" and ".join(every_value(post))))], "Refused:", 0),
        sent=ENTERED,
    ),
    Scenario(
        "refused, each value repeated URL-encoded",
        sending(lambda service: [service.echo(lambda post: refusal(" ".join(map(quoted, every_value(post)))))], "Refused:", 0),
        sent=ENTERED,
    ),
    Scenario(
        "refused, each value repeated in base64",
        sending(
            lambda service: [service.echo(lambda post: refusal(" ".join(map(in_base64, every_value(post)))))], "Refused:", 0
        ),
        sent=ENTERED,
    ),
    Scenario(
        "refused, the request repeated",
        sending(lambda service: [service.echo(lambda post: refusal(everything_of(post)))], "Refused:", 0),
        sent=ENTERED,
    ),
    Scenario("refused by the gateway", sending(of_the_gateway, "Refused:", 0), sent=ENTERED),
    Scenario(
        "unknown, a page that repeats the request",
        sending(lambda service: [service.echo(html_with_everything)], "Unknown:", UNKNOWN),
        sent=ENTERED,
    ),
    Scenario("unknown, dropped", sending(lambda _: [raw.dropping()], "Unknown:", UNKNOWN), sent=ENTERED),
    Scenario("not sent", not_sent),
    Scenario("ended by a signal while sending", signalled, sent=ENTERED),
    Scenario("a crash on a page", crashed),
    Scenario("a crash in the client", crashed_while_sending),
    Scenario(
        "a form by itself",
        lone_form,
        allowed=dict.fromkeys(("password", "pasted key", "JSON member"), ("stdout", "terminal: nothing")),
    ),
    Scenario("a form that is left", left_form),
    Scenario("params that are checked", validated),
    Scenario("surroundings that are refused", refused_surroundings),
    Scenario("a secret shown on purpose", revealed, allowed={"password": ("terminal: ",)}),
)


@pytest.mark.parametrize("scenario", SCENARIOS, ids=lambda scenario: scenario.name)
def test_no_secret_is_found_where_it_may_not_be(scenario: Scenario, world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(world.home)
    scenario.drive(world)
    world.search_files()
    assert scenario.leaks(world.hits) == []
    sent = json.dumps(world.service.posts[-1].body) if world.service.posts else ""
    sent += "".join(base64.b64decode(value).decode() for value in [_certificate(world)] if value)
    assert [place for place in scenario.sent if world.canary(place) not in sent] == [], "the way was not gone to its end"
    if scenario.allowed:
        assert {hit.canary for hit in world.hits} == set(scenario.allowed), "the search finds nothing at all"
    assert not list(world.home.rglob("*.svg"))


def _certificate(world: World) -> str:
    auth: Any = world.service.posts[-1].body["auth"] if world.service.posts else {}
    return str(auth.get("params", {}).get("certificate", ""))


# The search itself


@pytest.fixture
def searcher() -> Searcher:
    return Searcher({"here": canary_for("here", "x")})


SECRET_TEXT = canary_for("here", "x")
LEAKS = {
    "plain": SECRET_TEXT.encode(),
    "upper case": SECRET_TEXT.upper().encode(),
    "within words": f"password={SECRET_TEXT}&x".encode(),
    "base64 in any place": base64.b64encode(f"a{SECRET_TEXT}bc".encode()),
    "base64, shifted by one": base64.b64encode(f"ab{SECRET_TEXT}c".encode()),
    "base64, shifted by two": base64.b64encode(f"abc{SECRET_TEXT}".encode()),
    "base64 in lines": base64.encodebytes(b"x" * 70 + SECRET_TEXT.encode() + b"y" * 70),
    "basic authentication": b"Basic " + base64.b64encode(f"user:{SECRET_TEXT}".encode()),
    "URL-encoded": quoted(SECRET_TEXT).encode(),
    "URL-encoded in part": (SECRET_TEXT[:3] + quoted(SECRET_TEXT[3:9]).lower() + SECRET_TEXT[9:]).encode(),
    "JSON-escaped": "".join(f"\\u{ord(sign):04x}" for sign in SECRET_TEXT).encode(),
    "hex": SECRET_TEXT.encode().hex().encode(),
    "UTF-16": SECRET_TEXT.encode("utf-16-le"),
    "reversed": SECRET_TEXT[::-1].encode(),
    "a core dump": os.urandom(10_000) + SECRET_TEXT.encode() + os.urandom(10_000),
}


@pytest.mark.parametrize("name", LEAKS)
def test_the_search_finds_a_planted_leak(name: str, searcher: Searcher) -> None:
    assert {hit.canary for hit in searcher.search("x", LEAKS[name])} == {"here"}


def test_the_search_finds_nothing_in_what_is_no_leak(searcher: Searcher) -> None:
    others = canary_for("elsewhere", "x").encode() + os.urandom(100_000)
    assert list(searcher.search("x", others)) == []
    assert list(searcher.search("x", SECRET_TEXT[:-1].encode())) == []


def test_the_search_goes_through_files_their_names_and_the_clipboard(searcher: Searcher, tmp_path: Path) -> None:
    (tmp_path / "deep" / ".hidden").mkdir(parents=True)
    (tmp_path / "deep" / ".hidden" / "file").write_bytes(LEAKS["hex"])
    (tmp_path / f"{SECRET_TEXT}.log").touch()
    places = {hit.place for hit in searcher.search_tree(tmp_path, "file")}
    assert places == {"file: deep/.hidden/file", f"file: name of {SECRET_TEXT}.log"}
    osc = b"\x1b]52;c;" + base64.b64encode(b"abc" + SECRET_TEXT.encode()) + b"\x07"
    assert "clipboard" in {hit.place for hit in searcher.search_terminal(osc, 80, 24)}


def test_the_search_sees_what_is_drawn_sign_by_sign_and_over_two_lines(searcher: Searcher) -> None:
    typed = b"".join(f"\x1b[3;{column}H\x1b[1m{sign}\x1b[0m".encode() for column, sign in enumerate(SECRET_TEXT, start=1))
    assert "terminal: drawn" in {hit.place for hit in searcher.search_terminal(typed, 80, 24)}
    assert "terminal: drawn" in {hit.place for hit in searcher.search_terminal(b"\x1b[1;70H" + SECRET_TEXT.encode(), 80, 24)}
    gone = typed + b"\x1b[?2026l\x1b[2J"
    assert "terminal: drawn" in {hit.place for hit in searcher.search_terminal(gone, 80, 24)}


def test_every_place_has_a_secret_of_its_own_and_some_scenario_for_it() -> None:
    texts = {canary_for(place, "seed") for place in PLANTED}
    assert len(texts) == len(PLANTED)
    assert {*ENTERED, "environment token", "params file", "params on stdin"} == {*PLANTED} - {*OF_ACCOUNTS}
    assert all(form.search(canary_for("a", "b").encode()) for form in [forms_of(canary_for("a", "b"))["plain"]])


def test_a_hit_is_allowed_only_where_a_scenario_says_so() -> None:
    scenario = Scenario("x", lambda _: None, allowed={"password": ("stdout",)})
    hits = {Hit("stdout", "password", "plain"), Hit("stderr", "password", "plain"), Hit("stdout", "text file", "plain")}
    assert {(hit.place, hit.canary) for hit in scenario.leaks(hits)} == {("stderr", "password"), ("stdout", "text file")}


def test_the_child_of_a_process_is_watched(world: World) -> None:
    leaking = "import os, subprocess, sys; subprocess.run(['sleep', '1', ], env={'X': os.environ['AEP_ACCESS_TOKEN']})"
    world.run([], lambda _: time.sleep(0.5), program=(sys.executable, "-c", leaking))
    places = {hit.place for hit in world.hits}
    assert any(place.startswith("child") and place.endswith("environ") for place in places)
