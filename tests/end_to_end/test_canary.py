"""Secrets planted in every place one can be entered are found in the request, and nowhere else, however the run ends."""

from __future__ import annotations

import base64
import json
import signal
import sys
import time
import uuid
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import raw_service as raw
from canaries import OF_ACCOUNTS, PLANTED, Scenario, World, canary_for, forms_of, hostile, quoted
from canary_walk import (
    COPY,
    CRASH,
    CUT,
    ENTERED,
    F8,
    INTERRUPTED,
    INVALID_PARAMS,
    SCHEMA,
    SELECT_ALL_LEFT,
    UNKNOWN,
    CanaryService,
    end_or_leave,
    leave,
    look_at_the_history,
    paste,
    send,
    to_review,
    to_step,
    wait_for_row,
)


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
        terminal.wait_for("Not sent: no request that creates it left")
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


def test_every_place_has_a_secret_of_its_own_and_some_scenario_for_it() -> None:
    texts = {canary_for(place, "seed") for place in PLANTED}
    assert len(texts) == len(PLANTED)
    assert {*ENTERED, "environment token", "params file", "params on stdin"} == {*PLANTED} - {*OF_ACCOUNTS}
    assert all(form.search(canary_for("a", "b").encode()) for form in [forms_of(canary_for("a", "b"))["plain"]])


def test_the_child_of_a_process_is_watched(world: World) -> None:
    leaking = "import os, subprocess, sys; subprocess.run(['sleep', '1', ], env={'X': os.environ['AEP_ACCESS_TOKEN']})"
    world.run([], lambda _: time.sleep(0.5), program=(sys.executable, "-c", leaking))
    places = {hit.place for hit in world.hits}
    assert any(place.startswith("child") and place.endswith("environ") for place in places)
