"""The whole way by mouse, with the keyboard for nothing but the name."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any


def test_every_step_can_be_clicked_whatever_was_typed_before(
    terminals: Callable[..., Any], raw_account: dict[str, str], raw_service: Any
) -> None:
    terminal = terminals([], raw_account, 100, 30)
    terminal.wait_for("Step 1 of 4: Source", "3 sources · fresh", "Open source")
    terminal.click("Open source")
    terminal.wait_until(lambda shown: "▌ Open source" in shown, "the clicked row highlighted")
    terminal.click("▌ Open source")
    terminal.wait_for("Step 2 of 4: Credentials", "Review  ^n")
    terminal.type("clicked")
    terminal.wait_for("clicked")
    terminal.click("Review  ^n")
    terminal.wait_for("Step 3 of 4: Review", "Create connection in dev")
    terminal.pause_for_the_guard()
    terminal.click("Create connection in dev")
    terminal.wait_for("Step 4 of 4: Done", "Connect another source")
    terminal.click("Connect another source")
    terminal.wait_until(lambda shown: "▌ Connect another source" in shown, "the clicked row highlighted")
    terminal.click("▌ Connect another source")
    terminal.wait_for("Step 1 of 4: Source")
    terminal.press("ctrl+q")
    assert terminal.end() == (0, "connection-1\n")
    assert [post.body["name"] for post in raw_service.posts] == ["clicked"]
