"""Keys that come faster than pages are drawn, over ssh or from quick fingers, all count, each where it was meant."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

Environment = dict[str, str]
Terminals = Callable[..., Any]

ENTER, MAIN, ERASE_LINE, BACKSPACE, LEFT, DOWN, BACKTAB = "\r", "\x0e", "\x15", "\x7f", "\x1b[D", "\x1b[B", "\x1b[Z"
GUARDED_FORM = "".join([
    "wrong name", ERASE_LINE, "mine", ENTER,
    "Tolt", BACKSPACE, "d by a test", BACKTAB, ENTER, ENTER,
    "db", LEFT, LEFT, "my-", ENTER,
    "12", BACKSPACE, "43", ENTER,
    "pässwört✓", BACKSPACE, ENTER,
    "a b  c", ENTER,
    " ", ENTER,
    "sl", ENTER,
    MAIN,
])  # fmt: skip
GUARDED_BODY = {
    "name": "mine",
    "description": "Told by a test",
    "auth": {
        "specName": "Basic",
        "params": {
            "server": "my-db",
            "port": 143,
            "secret": "pässwört",
            "note": "a b  c",
            "encrypted": True,
            "mode": "slow",
        },
    },
    "connectionSpec": {"id": "spec-guarded", "version": "1.0"},
}
DOUBLE_FORM = "".join([DOWN, ENTER, "mine", ENTER, ENTER, "my-host", ENTER, "a-key", MAIN])
DOUBLE_BODY = {
    "name": "mine",
    "auth": {"specName": "Key", "params": {"host": "my-host", "key": "a-key"}},
    "connectionSpec": {"id": "spec-double", "version": "1.0"},
}


def create(terminal: Any) -> None:
    """Wait for Review, and create."""
    terminal.wait_for("Step 3 of 4: Review", "Create connection in dev")
    terminal.pause_for_the_guard()
    terminal.press("ctrl+n")
    terminal.wait_for("Step 4 of 4: Done", "connection-")


def test_each_page_takes_its_keys_in_one_burst(terminals: Terminals, raw_account: Environment, raw_service: Any) -> None:
    terminal = terminals([], raw_account)
    terminal.wait_for("Step 1 of 4: Source", "3 sources · fresh")
    terminal.type(f"opex{BACKSPACE}{ERASE_LINE}source guarb{BACKSPACE}d{ENTER}")
    terminal.wait_for("Step 2 of 4: Credentials", "Guarded source")
    terminal.type(GUARDED_FORM)
    create(terminal)
    # Done, Source and Credentials of another one: three pages in one burst.
    terminal.type(f"{MAIN}double{ENTER}{DOUBLE_FORM}")
    create(terminal)
    assert [post.body for post in raw_service.posts] == [GUARDED_BODY, DOUBLE_BODY]


def test_pages_that_are_not_there_yet_get_the_keys_that_were_typed_for_them(
    terminals: Terminals, raw_account: Environment, raw_service: Any
) -> None:
    terminal = terminals([], raw_account)
    terminal.wait_for("Step 1 of 4: Source", "3 sources · fresh")
    terminal.type(f"double{DOWN}{ENTER}{DOUBLE_FORM}")
    create(terminal)
    terminal.type(f"{MAIN}guarded{ENTER}{GUARDED_FORM}")
    create(terminal)
    assert [post.body for post in raw_service.posts] == [DOUBLE_BODY, GUARDED_BODY]


def test_going_back_in_a_burst_loses_no_answer(terminals: Terminals, raw_account: Environment, raw_service: Any) -> None:
    terminal = terminals(["guarded"], raw_account)
    terminal.wait_for("Step 2 of 4: Credentials", "Guarded source")
    terminal.type(GUARDED_FORM)
    terminal.wait_for("Step 3 of 4: Review", "Create connection in dev")
    terminal.press("escape")
    terminal.wait_for("Step 2 of 4: Credentials", "my-db")
    terminal.press("escape")
    terminal.wait_for("Step 1 of 4: Source")
    terminal.type(f"guarded{ENTER}{MAIN}")
    create(terminal)
    assert [post.body for post in raw_service.posts] == [GUARDED_BODY]
