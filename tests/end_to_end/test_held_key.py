"""A key that is held down, or lies on the keyboard, creates nothing; one that is pressed on Review creates one connection."""

from __future__ import annotations

import re
import time
from collections.abc import Callable
from typing import Any

import pytest

Environment = dict[str, str]
Terminals = Callable[..., Any]

REPEAT_SECONDS = 0.03
LONGEST_GAP_SECONDS = 0.2
"""A pause of 300 ms would make the next key one that was pressed; a machine that is that slow has to try again."""
LIMIT_SECONDS = 30.0
BOTH_KEYS = pytest.mark.parametrize("key", ["\r", "\x0e"], ids=["enter", "ctrl+n"])


def held(terminal: Any, key: str, seen: Callable[[str], bool], extra: int) -> bool:
    """Hold a key until something is on the screen, and for some repeats more.

    Returns:
        Whether the repeats came as evenly as a keyboard sends them.
    """
    deadline, last, even = time.monotonic() + LIMIT_SECONDS, time.monotonic(), True
    while extra > 0 and time.monotonic() < deadline:
        now = time.monotonic()
        even, last = even and now - last < LONGEST_GAP_SECONDS, now
        terminal.type(key)
        extra -= seen(terminal.text)
        time.sleep(REPEAT_SECONDS)
    return even


def on_source(terminals: Terminals, account: Environment) -> Any:
    """Start, and leave the one source in the list that has no required field."""
    terminal = terminals([], account)
    terminal.wait_for("Step 1 of 4: Source", "3 sources")
    terminal.type("open")
    terminal.wait_for("1 of 3 match")
    return terminal


def create_on_purpose(terminal: Any) -> None:
    terminal.wait_for("Step 3 of 4: Review", "Create connection in dev")
    terminal.pause_for_the_guard()
    terminal.press("ctrl+n")
    terminal.wait_for("Step 4 of 4: Done", "connection-1")


@BOTH_KEYS
def test_a_burst_of_one_key_goes_to_review_and_creates_nothing(
    key: str, terminals: Terminals, raw_account: Environment, raw_service: Any, history: Any
) -> None:
    terminal = on_source(terminals, raw_account)
    # The last key shows that Review is where all those before it have led.
    terminal.type(key * 40 + "t")
    terminal.wait_for("Step 3 of 4: Review", "curl -X POST", "Create connection in dev")
    assert raw_service.posts == []
    create_on_purpose(terminal)
    assert len(raw_service.posts) == 1
    assert len(history()) == 1


@BOTH_KEYS
def test_a_key_held_from_the_first_step_creates_nothing(
    key: str, terminals: Terminals, raw_account: Environment, raw_service: Any
) -> None:
    for _ in range(3):
        terminal = on_source(terminals, raw_account)
        if held(terminal, key, lambda shown: "Step 3 of 4: Review" in shown, 30):
            break
        terminal.process.kill()
        terminal.end()
        raw_service.posts.clear()
    else:
        pytest.fail("this machine could not hold a key evenly")
    assert raw_service.posts == []
    create_on_purpose(terminal)
    assert len(raw_service.posts) == 1


def test_a_key_held_on_review_creates_one_connection_and_none_of_the_next(
    terminals: Terminals, raw_account: Environment, raw_service: Any
) -> None:
    for _ in range(3):
        terminal = on_source(terminals, raw_account)
        terminal.press("ctrl+n", "ctrl+n")
        terminal.wait_for("Step 3 of 4: Review", "Create connection in dev")
        terminal.pause_for_the_guard()
        next_review = re.compile(r"makes Open source \S+ [2-9],")
        if held(terminal, "\x0e", lambda shown, mark=next_review: mark.search(shown) is not None, 20):
            break
        terminal.process.kill()
        terminal.end()
        raw_service.posts.clear()
    else:
        pytest.fail("this machine could not hold a key evenly")
    terminal.wait_for("Step 3 of 4: Review")
    assert len(raw_service.posts) == 1
    terminal.press("ctrl+q")
    assert terminal.end() == (0, "connection-1\n")


def test_an_action_picked_by_its_name_counts_however_fast_the_name_was_typed(
    terminals: Terminals, raw_account: Environment, raw_service: Any
) -> None:
    terminal = on_source(terminals, raw_account)
    terminal.press("ctrl+n", "ctrl+n")
    terminal.wait_for("Step 3 of 4: Review", "Create connection in dev")
    terminal.press("ctrl+p")
    terminal.wait_for("Search for commands")
    terminal.type("creat")
    terminal.wait_for("Send this request once")
    terminal.type("e\r")
    terminal.wait_for("Step 4 of 4: Done", "connection-1")
    assert len(raw_service.posts) == 1
