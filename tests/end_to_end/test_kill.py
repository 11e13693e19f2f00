"""Kill -9 at any moment leaves a history that can be read, and a program that starts again."""

from __future__ import annotations

import random
import time
from collections.abc import Callable
from typing import Any

import pytest

Environment = dict[str, str]
Terminals = Callable[..., Any]


def to_review(terminals: Terminals, account: Environment) -> Any:
    """Start on the source without credentials, and go to its Review."""
    terminal = terminals(["open"], account)
    terminal.wait_for("Step 2 of 4: Credentials", "This source takes no credentials.")
    terminal.press("ctrl+n")
    terminal.wait_for("Step 3 of 4: Review", "Create connection in dev")
    terminal.pause_for_the_guard()
    return terminal


def killed(terminal: Any) -> None:
    terminal.process.kill()
    assert terminal.end() == (-9, "")


def test_killed_before_during_and_after_the_answer_the_history_says_what_is_known(
    terminals: Terminals, raw_account: Environment, raw_service: Any, raw: Any, history: Any
) -> None:
    raw_service.answers = [raw_service.hold(raw.created(1)), raw.saying(raw.created(2))]
    killed(to_review(terminals, raw_account))
    assert history() == []
    assert raw_service.posts == []

    terminal = to_review(terminals, raw_account)
    terminal.press("ctrl+n")
    raw_service.wait_for_post()
    killed(terminal)
    raw_service.let_go.set()
    assert [(row["outcome"], row["id"], row["etag"]) for row in history()] == [("unknown", None, None)]

    terminal = to_review(terminals, raw_account)
    terminal.press("ctrl+n")
    terminal.wait_for("Step 4 of 4: Done", "connection-2")
    killed(terminal)
    assert [(row["outcome"], row["id"]) for row in history()] == [("created", "connection-2"), ("unknown", None)]
    assert len(raw_service.posts) == 2

    terminal = terminals([], raw_account)
    terminal.wait_for("Step 1 of 4: Source", "Used last", "3 sources · fresh")
    terminal.press("f2")
    shown = terminal.wait_until(lambda text: "History" in text and "?" in text and "unknown  " in text, "both rows")
    assert "created  " in shown
    terminal.press("ctrl+q")
    assert terminal.end() == (0, "")


@pytest.mark.parametrize("seed", [1, 2])
def test_killed_at_any_moment_of_the_submit_every_post_has_its_row(
    seed: int, terminals: Terminals, raw_account: Environment, raw_service: Any, raw: Any, history: Any
) -> None:
    raw_service.answers = [raw.pausing(0.15, raw.created(number)) for number in range(1, 5)]
    dice = random.Random(seed)
    before = 0
    for quarter in range(4):
        terminal = to_review(terminals, raw_account)
        terminal.press("ctrl+n")
        time.sleep(0.15 * (quarter + dice.random()))
        killed(terminal)
        rows = history()
        # "sending" is on the disk before the first byte leaves: a POST without a row would be a connection nobody knows of.
        assert before + 1 >= len(rows) >= len(raw_service.posts)
        assert {row["outcome"] for row in rows} <= {"created", "unknown"}
        assert [row["id"] is not None for row in rows] == [row["outcome"] == "created" for row in rows]
        before = len(rows)
