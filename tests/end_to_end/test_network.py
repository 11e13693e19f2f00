"""What a bad network and a bad answer do to a request that creates something: one POST, the right outcome, and what to do."""

from __future__ import annotations

import re
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import raw_service as raw

Environment = dict[str, str]
Terminals = Callable[..., Any]

QUICK = (sys.executable, str(Path(__file__).with_name("quick_program.py")))
"""The program, which asks a service on this machine for a moment and not for half a minute."""

HTML = b"<!doctype html><html><head><title>Maintenance</title></head><body>Back soon</body></html>"
GATEWAY_401 = {"error_code": "401013", "message": "Oauth token is not valid"}
SOURCE_400 = {
    "type": "https://ns.adobe.com/aep/errors/FLOW-1100-400",
    "title": "Bad Request",
    "report": {"detailed-message": "The server [red]said[/red] no", "request-id": "request-77"},
}
CUT = b'HTTP/1.1 201 Created\r\nContent-Type: application/json\r\nContent-Length: 60\r\n\r\n{"id": "connec'
LOOK_FIRST = "Look for its name in Experience Platform"
REFUSED, STILL_UNKNOWN = "Refused: nothing was created", "Unknown: it may have been created"


@dataclass(frozen=True)
class Case:
    """An answer, and what the page has to say about it."""

    answer: raw.Answer
    parts: tuple[str, ...]


REFUSALS = {
    "400 of the source": Case(
        raw.saying(raw.as_json(400, "Bad Request", SOURCE_400)),
        ("The server [red]said[/red] no", "FLOW-1100-400", "request id request-77", "Correct the credentials"),
    ),
    "401 of the gateway": Case(
        raw.saying(raw.as_json(401, "Unauthorized", GATEWAY_401, x_request_id="request-78")),
        ("access token is not valid", "401013", "request id request-78", "Generate a new access token"),
    ),
    "429 with Retry-After": Case(
        raw.saying(raw.http(429, "Too Many Requests", Retry_After="7")), ("Too many requests", "Wait 7 seconds")
    ),
    "302 to another place": Case(
        raw.saying(raw.http(302, "Found", Location="http://127.0.0.1:9/elsewhere?token=x")),
        ("redirect, which is not followed", "http://127.0.0.1:9/elsewhere", "AEP_PLATFORM_URL"),
    ),
}
UNKNOWNS = {
    "dropped before the answer": Case(raw.dropping(), ("broke off before the answer",)),
    "cut in the middle of the answer": Case(raw.dropping(CUT), ("cannot be read", "broke off within the answer")),
    "HTML 503": Case(
        raw.saying(raw.http(503, "Service Unavailable", HTML, Content_Type="text/html")),
        ("not available", "HTTP 503, with a web page called “Maintenance”"),
    ),
    "empty 503": Case(
        raw.saying(raw.http(503, "Service Unavailable", x_request_id="request-79")),
        ("HTTP 503, with nothing in the answer", "request id request-79"),
    ),
    "201 without an id": Case(raw.saying(raw.as_json(201, "Created", {"etag": '"e"'})), ("The answer names no id",)),
}


def words(shown: str) -> str:
    """Return a screen's words in one line, without frames."""
    return re.sub(r"[\s│╭╮╰╯─▌▏▎▊]+", " ", shown)


def wait_for_words(terminal: Any, *parts: str) -> str:
    return words(terminal.wait_until(lambda shown: all(part in words(shown) for part in parts), f"the words {parts}"))


def send(terminals: Terminals, account: Environment) -> Any:
    """Describe a connection of the open source, and send it."""
    terminal = terminals(["open"], account, 100, 30, program=QUICK)
    terminal.wait_for("Step 2 of 4: Credentials", "This source takes no credentials.")
    terminal.type("mine\rDescribed once\x0e")
    terminal.wait_for("Step 3 of 4: Review", "Described once", "Create connection in dev")
    terminal.pause_for_the_guard()
    terminal.press("ctrl+n")
    return terminal


def send_from_the_form(terminal: Any, offered: str = "^n Create") -> None:
    """Go back to the form, find the answers as they were, and press the main action again where Review offers something."""
    terminal.press("escape")
    terminal.wait_for("Step 2 of 4: Credentials", "mine", "Described once")
    terminal.press("ctrl+n")
    terminal.wait_for("Step 3 of 4: Review", "makes mine", offered)
    terminal.pause_for_the_guard()
    terminal.press("ctrl+n")


@pytest.mark.parametrize("name", REFUSALS)
def test_a_refusal_says_why_and_the_main_action_sends_again(
    name: str, terminals: Terminals, raw_account: Environment, raw_service: Any, history: Any
) -> None:
    case = REFUSALS[name]
    raw_service.answers = [case.answer, raw.saying(raw.created())]
    terminal = send(terminals, raw_account)
    wait_for_words(terminal, REFUSED, *case.parts)
    assert len(raw_service.posts) == 1
    send_from_the_form(terminal)
    terminal.wait_for("Step 4 of 4: Done", "connection-1")
    terminal.press("ctrl+q")
    assert terminal.end() == (0, "connection-1\n")
    assert [post.body for post in raw_service.posts] == [raw_service.posts[0].body] * 2
    assert [row["outcome"] for row in history()] == ["created", "refused"]


def test_a_refused_connection_sends_nothing_and_the_main_action_tries_again(
    terminals: Terminals, raw_account: Environment, raw_service: Any, history: Any
) -> None:
    terminal = terminals(["open"], raw_account, 100, 30)
    terminal.wait_for("Step 2 of 4: Credentials", "This source takes no credentials.")
    raw_service.stop_listening()
    terminal.type("mine\rDescribed once\x0e")
    terminal.wait_for("Step 3 of 4: Review", "makes mine", "Create connection in dev")
    terminal.pause_for_the_guard()
    terminal.press("ctrl+n")
    parts = ("Not sent: no request that creates it left", "The connection was refused", "AEP_PLATFORM_URL", "tries again")
    wait_for_words(terminal, raw_service.origin, *parts)
    assert [row["outcome"] for row in history()] == ["not sent"]
    raw_service.listen()
    send_from_the_form(terminal)
    terminal.wait_for("Step 4 of 4: Done", "connection-1")
    terminal.press("ctrl+q")
    assert terminal.end() == (0, "connection-1\n")
    assert [post.body["description"] for post in raw_service.posts] == ["Described once"]
    assert [row["outcome"] for row in history()] == ["created", "not sent"]


@pytest.mark.parametrize("name", UNKNOWNS)
def test_after_an_unknown_outcome_the_main_action_does_not_send_and_the_page_points_to_the_history(
    name: str, terminals: Terminals, raw_account: Environment, raw_service: Any, history: Any
) -> None:
    case = UNKNOWNS[name]
    raw_service.answers, raw_service.lists_what_was_made = [case.answer], False
    terminal = send(terminals, raw_account)
    wait_for_words(terminal, STILL_UNKNOWN, LOOK_FIRST, "F2 shows it in the history", *case.parts)
    send_from_the_form(terminal, "a Send again…")
    terminal.press("f2")
    wait_for_words(terminal, "History", "Outcome unknown", "Name mine")
    terminal.press("ctrl+q")
    assert terminal.end()[0] == 6
    assert len(raw_service.posts) == 1
    assert [(row["outcome"], row["name"], row["id"]) for row in history()] == [("unknown", "mine", None)]


def test_an_answer_that_does_not_come_in_time_is_unknown_and_sending_again_is_a_confirmed_action(
    terminals: Terminals, raw_account: Environment, raw_service: Any, history: Any
) -> None:
    raw_service.answers = [raw_service.hold(raw.created(1)), raw.saying(raw.created(2))]
    raw_service.lists_what_was_made = False
    terminal = send(terminals, raw_account | {"AEP_TIMEOUT_SECONDS": "1"})
    wait_for_words(terminal, STILL_UNKNOWN, "did not answer within 1 second", LOOK_FIRST, "Send again…")
    raw_service.let_go.set()
    terminal.click("Send again…")
    terminal.wait_for("Send it a second time?", "Do not send")
    terminal.press("enter")
    terminal.wait_until(lambda shown: "a second time?" not in shown and "Send again…" in shown, "Review again")
    assert len(raw_service.posts) == 1, "the careful answer sent it"
    # Textual takes no click in the first moments after a dialog was closed; no hand is so fast.
    terminal.pause_for_the_guard()
    terminal.click("Send again…")
    terminal.wait_for("Send it a second time?", "Do not send")
    terminal.press("tab", "enter")
    terminal.wait_for("Step 4 of 4: Done", "connection-2")
    terminal.press("ctrl+q")
    assert terminal.end() == (0, "connection-2\n")
    assert len(raw_service.posts) == 2
    assert [row["outcome"] for row in history()] == ["created", "unknown"]


def test_a_refused_secret_stays_typed_and_is_neither_shown_nor_kept(
    terminals: Terminals, raw_account: Environment, raw_service: Any, history: Any
) -> None:
    echo = {"errorMessage": "cannot sign in with s3cr3t-canary", "error_code": "FLOW-1308-400"}
    raw_service.answers = [raw.saying(raw.as_json(400, "Bad Request", echo)), raw.saying(raw.created())]
    terminal = terminals(["guarded"], raw_account, 100, 30)
    terminal.wait_for("Step 2 of 4: Credentials", "Secret")
    terminal.type("mine\r\rdb\r\rs3cr3t-canary\x0e")
    terminal.wait_for("Step 3 of 4: Review", "{SECRET}")
    terminal.pause_for_the_guard()
    terminal.press("ctrl+n")
    wait_for_words(terminal, REFUSED, "cannot sign in with", "FLOW-1308-400")
    terminal.pause_for_the_guard()
    terminal.press("ctrl+n")
    terminal.wait_for("Step 4 of 4: Done")
    terminal.press("ctrl+q")
    assert terminal.end()[0] == 0
    secrets = [post.body["auth"]["params"]["secret"] for post in raw_service.posts]
    assert secrets == ["s3cr3t-canary"] * 2
    assert b"s3cr3t-canary" not in terminal.raw
    assert "s3cr3t-canary" not in str(history())
