"""An unknown outcome in a real terminal: found, not found, several, and after kill -9."""

from __future__ import annotations

import json
import sys
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import bad_network
import pytest

Environment = dict[str, str]
Terminals = Callable[..., Any]
PROGRAM = (sys.executable, str(Path(__file__).with_name("quick_program.py")))


@pytest.fixture
def proxy(service: Any) -> Iterator[bad_network.Proxy]:
    made = bad_network.Proxy(service.origin)
    yield made
    made.stop()


@pytest.fixture
def behind_it(account: Environment, proxy: bad_network.Proxy) -> Environment:
    return account | {"AEP_PLATFORM_URL": proxy.origin, "AEP_TIMEOUT_SECONDS": "5"}


def to_review(terminals: Terminals, environment: Environment) -> Any:
    terminal = terminals(["dataset", "base"], environment, 100, 30, program=PROGRAM)
    terminal.wait_for("Step 2 of 4: Credentials", "This source takes no credentials.")
    terminal.type("mine\r\x0e")
    terminal.wait_for("Step 3 of 4: Review", "makes mine", "Create connection in dev")
    terminal.pause_for_the_guard()
    return terminal


def ids_of(service: Any) -> list[str]:
    url = f"{service.origin}/data/foundation/flowservice/connections?property=name==mine&limit=100"
    headers = {"Authorization": "Bearer a-token", "x-api-key": "k", "x-gw-ims-org-id": "ACME@AdobeOrg", "x-sandbox-name": "dev"}
    with urllib.request.urlopen(urllib.request.Request(url, headers=headers), timeout=10) as answer:
        return [item["id"] for item in json.load(answer)["items"]]


def test_a_dropped_answer_is_found_and_the_wizard_goes_on(
    terminals: Terminals, behind_it: Environment, proxy: bad_network.Proxy, service: Any, history: Any
) -> None:
    proxy.fault = bad_network.before_the_answer
    terminal = to_review(terminals, behind_it)
    terminal.press("ctrl+n")
    terminal.wait_for("Step 4 of 4: Done", "was created in dev")
    (made,) = ids_of(service)
    assert made in terminal.text
    terminal.press("ctrl+q")
    assert terminal.end() == (0, f"{made}\n")
    assert [(row["outcome"], row["id"]) for row in history()] == [("created", made)]
    assert proxy.posts == 1


def test_a_dropped_request_is_not_found_and_is_sent_again_after_a_question(
    terminals: Terminals, behind_it: Environment, proxy: bad_network.Proxy, service: Any, history: Any
) -> None:
    proxy.fault = bad_network.before_the_request
    terminal = to_review(terminals, behind_it)
    terminal.press("ctrl+n")
    terminal.wait_for("the service has no new one of that name", "Send again…")
    assert ids_of(service) == []
    proxy.fault = None
    terminal.type("a")
    terminal.wait_for("Send it a second time?")
    terminal.press("tab", "enter")
    terminal.wait_for("Step 4 of 4: Done")
    terminal.press("ctrl+q")
    code, out = terminal.end()
    assert (code, out.split()) == (0, ids_of(service))
    assert [row["outcome"] for row in history()] == ["created", "unknown"]


def test_killed_while_it_waits_the_next_start_finds_what_was_made(
    terminals: Terminals, behind_it: Environment, proxy: bad_network.Proxy, service: Any, history: Any
) -> None:
    proxy.fault = bad_network.silence
    terminal = to_review(terminals, behind_it)
    terminal.press("ctrl+n")
    terminal.wait_until(lambda _: bool(service.bodies), "the request at the service")
    terminal.process.kill()
    assert terminal.end() == (-9, "")
    assert [(row["outcome"], row["id"]) for row in history()] == [("unknown", None)]
    proxy.fault = None
    terminal = terminals([], behind_it, 100, 30, program=PROGRAM)
    terminal.wait_for("Step 1 of 4: Source", "Sent earlier", "mine was created")
    (made,) = ids_of(service)
    assert [(row["outcome"], row["id"]) for row in history()] == [("created", made)]
    terminal.press("ctrl+q")
    assert terminal.end() == (0, ""), "it was not made in this run"


def test_leaving_while_the_service_is_asked_leaves_a_clean_terminal_and_the_row(
    terminals: Terminals, behind_it: Environment, proxy: bad_network.Proxy, history: Any
) -> None:
    proxy.fault = bad_network.before_the_request
    terminal = to_review(terminals, behind_it | {"TEST_PAUSES": "60"})
    terminal.press("ctrl+n")
    terminal.wait_for("Asking the service whether it was made", "esc goes back")
    terminal.press("ctrl+q")
    terminal.press("ctrl+q")
    assert terminal.end() == (6, "")
    assert terminal.is_clean()
    assert [row["outcome"] for row in history()] == ["unknown"]
