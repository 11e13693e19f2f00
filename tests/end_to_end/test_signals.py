"""However the program is ended, the terminal is clean, the exit code says how, and the history can be read."""

from __future__ import annotations

import random
import signal
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

Environment = dict[str, str]
Terminals = Callable[..., Any]
ENDING = pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGHUP], ids=["SIGTERM", "SIGHUP"])


def to_review(terminal: Any) -> None:
    """Go from the form of the open source to Review."""
    terminal.wait_for("Step 2 of 4: Credentials", "This source takes no credentials.")
    terminal.press("ctrl+n")
    terminal.wait_for("Step 3 of 4: Review", "Create connection in dev")
    terminal.pause_for_the_guard()


def assert_ended_by(terminal: Any, number: int, *ids: str) -> None:
    assert terminal.end() == (128 + number, "".join(f"{connection_id}\n" for connection_id in ids))
    assert terminal.is_clean()
    assert b"Traceback" not in terminal.raw
    assert b"fault of its own" not in terminal.raw


@ENDING
def test_a_signal_on_the_first_two_steps_leaves_the_terminal_clean(
    number: int, terminals: Terminals, raw_account: Environment
) -> None:
    terminal = terminals([], raw_account)
    terminal.wait_for("Step 1 of 4: Source", "3 sources")
    terminal.signal(number)
    assert_ended_by(terminal, number)
    terminal = terminals(["guarded"], raw_account)
    terminal.wait_for("Step 2 of 4: Credentials")
    terminal.type("half a na")
    terminal.signal(number)
    assert_ended_by(terminal, number)


@pytest.mark.parametrize("controls", [True, False], ids=["own terminal", "another program's terminal"])
def test_a_terminal_that_is_closed_ends_the_program(
    controls: bool, terminals: Terminals, raw_account: Environment, isolated: Path
) -> None:
    terminal = terminals([], raw_account, controls=controls)
    terminal.wait_for("Step 1 of 4: Source", "3 sources")
    terminal.hang_up()
    assert terminal.end() == (128 + signal.SIGHUP, "")
    assert list((isolated / "aep-tui").glob("reports/*")) == [], "a window that is closed is no fault"


@ENDING
def test_a_signal_on_review_sends_nothing(
    number: int, terminals: Terminals, raw_account: Environment, raw_service: Any, history: Any
) -> None:
    terminal = terminals(["open"], raw_account)
    to_review(terminal)
    terminal.signal(number)
    assert_ended_by(terminal, number)
    assert raw_service.posts == []
    assert history() == []


@ENDING
def test_a_signal_on_done_still_prints_the_id(
    number: int, terminals: Terminals, raw_account: Environment, history: Any
) -> None:
    terminal = terminals(["open"], raw_account)
    to_review(terminal)
    terminal.press("ctrl+n")
    terminal.wait_for("Step 4 of 4: Done", "connection-1")
    terminal.signal(number)
    assert_ended_by(terminal, number, "connection-1")
    assert [(row["outcome"], row["id"]) for row in history()] == [("created", "connection-1")]


@ENDING
def test_a_signal_while_sending_leaves_a_row_that_reads_as_unknown(
    number: int, terminals: Terminals, raw_account: Environment, raw_service: Any, raw: Any, history: Any
) -> None:
    raw_service.answers = [raw_service.hold(raw.created())]
    terminal = terminals(["open"], raw_account)
    to_review(terminal)
    terminal.press("ctrl+n")
    raw_service.wait_for_post()
    terminal.wait_for("Sending to")
    terminal.signal(number)
    assert_ended_by(terminal, number)
    raw_service.let_go.set()
    assert len(raw_service.posts) == 1
    assert [(row["outcome"], row["id"]) for row in history()] == [("unknown", None)]


def test_closing_the_terminal_ends_the_program_at_once(
    terminals: Terminals, raw_account: Environment, raw_service: Any, raw: Any, history: Any
) -> None:
    raw_service.answers = [raw_service.hold(raw.created())]
    terminal = terminals(["open"], raw_account)
    to_review(terminal)
    terminal.press("ctrl+n")
    raw_service.wait_for_post()
    terminal.hang_up()
    assert terminal.end() == (128 + signal.SIGHUP, "")
    assert [row["outcome"] for row in history()] == ["unknown"]


def test_ctrl_q_asks_before_something_is_lost_and_then_leaves_with_what_is_known(
    terminals: Terminals, raw_account: Environment, raw_service: Any, raw: Any, history: Any
) -> None:
    raw_service.answers = [raw_service.hold(raw.created())]
    terminal = terminals(["open"], raw_account)
    to_review(terminal)
    terminal.press("ctrl+n")
    raw_service.wait_for_post()
    terminal.wait_for("Sending to")
    terminal.press("ctrl+q")
    terminal.wait_for("Not yet", "A request is on its way")
    assert terminal.process.poll() is None
    terminal.press("ctrl+q")
    code, out = terminal.end()
    assert (code, out) == (6, "")
    assert terminal.is_clean()
    assert [row["outcome"] for row in history()] == ["unknown"]


def test_a_signal_at_any_moment_of_the_start_leaves_the_terminal_clean(terminals: Terminals, raw_account: Environment) -> None:
    dice = random.Random(20)
    for _ in range(6):
        drawn, pause_seconds = dice.choice((1, 200, 2_000)), dice.uniform(0, 0.15)
        terminal = terminals([], raw_account)
        deadline = time.monotonic() + 30
        while len(terminal.raw) < drawn and time.monotonic() < deadline:
            time.sleep(0.001)
        time.sleep(pause_seconds)
        terminal.signal(signal.SIGTERM)
        assert_ended_by(terminal, signal.SIGTERM)
