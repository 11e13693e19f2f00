"""A secret goes into the one request and nowhere else: not on the screen, the clipboard, stdout, a file or a command line."""

from __future__ import annotations

import base64
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

Environment = dict[str, str]
Terminals = Callable[..., Any]

CANARY = "c4n4ry-Yellow"
MARK = b"c4n4ry"
CLIPBOARD = re.compile(rb"\x1b\]52;[a-z]*;([A-Za-z0-9+/=]*)(?:\x07|\x1b\\\\)")
WINDOW_LEFT, WINDOW_ENTERED = "\x1b[O", "\x1b[I"


def copied(raw: bytes) -> list[bytes]:
    """Return what went to the terminal's clipboard (OSC 52)."""
    return [base64.b64decode(text) for text in CLIPBOARD.findall(raw)]


def files_that_hold(mark: bytes, root: Path) -> list[Path]:
    """Return the files below a directory in which some bytes occur, plain or in base64."""
    shifted = [base64.b64encode(b"\0" * shift + mark)[4 if shift else 0 : -4] for shift in range(3)]
    return [
        path
        for path in root.rglob("*")
        if path.is_file() and any(part in path.read_bytes() for part in (mark, mark.hex().encode(), *shifted))
    ]


def test_a_secret_leaves_no_trace_on_the_way_through_all_pages(
    terminals: Terminals, account: Environment, service: Any, isolated: Path, history: Any
) -> None:
    terminal = terminals(["ibm-db2"], account, 100, 40)
    terminal.wait_for("Step 2 of 4: Credentials", "Password")
    terminal.type("mine\r\rdb2.example.com\rSHOP\rBasic\rreader\r")
    terminal.type(f"\x1b[200~{CANARY}\x1b[201~")
    terminal.wait_for("•" * len(CANARY))
    terminal.press("f5")
    terminal.wait_for("{PASSWORD}")
    terminal.press("escape")
    terminal.wait_for("•" * len(CANARY))
    assert MARK not in Path(f"/proc/{terminal.process.pid}/cmdline").read_bytes()
    terminal.press("ctrl+n")
    terminal.wait_for("Step 3 of 4: Review", "{PASSWORD}")
    terminal.type("ctc")
    terminal.wait_until(lambda _: len(copied(terminal.raw)) == 2, "two copies")
    terminal.pause_for_the_guard()
    terminal.press("ctrl+n")
    terminal.wait_for("Step 4 of 4: Done", "Connection id")
    terminal.type("r")
    terminal.wait_until(lambda _: len(copied(terminal.raw)) == 3, "a third copy")
    terminal.press("f2")
    terminal.wait_for("History", "{PASSWORD}")
    terminal.press("ctrl+q")
    code, out = terminal.end()
    assert code == 0
    assert service.bodies[0]["auth"]["params"]["password"] == CANARY
    assert MARK not in terminal.raw
    assert all(b"{PASSWORD}" in text and MARK not in text for text in copied(terminal.raw))
    assert MARK.decode() not in out + str(history())
    assert files_that_hold(b"db2.example.com", isolated), "the search finds nothing at all"
    assert files_that_hold(MARK, isolated) == []


def test_the_demo_keeps_no_secret_either(terminals: Terminals, environment: Environment, isolated: Path) -> None:
    terminal = terminals(["demo", "ibm-db2"], environment)
    terminal.wait_for("Step 2 of 4: Credentials", "Password")
    terminal.type(f"mine\r\rdb2.example.com\rSHOP\rBasic\rreader\r{CANARY}\x0e")
    terminal.wait_for("Step 3 of 4: Review", "Create connection in dev")
    terminal.pause_for_the_guard()
    terminal.press("ctrl+n")
    terminal.wait_for("Step 4 of 4: Done", "Connection id")
    terminal.press("ctrl+q")
    assert terminal.end()[0] == 0
    assert MARK not in terminal.raw
    assert files_that_hold(b"db2.example.com", isolated), "the search finds nothing at all"
    assert files_that_hold(MARK, isolated) == []


def test_f8_shows_a_secret_until_the_field_or_the_window_is_left(terminals: Terminals, raw_account: Environment) -> None:
    terminal = terminals(["guarded"], raw_account)
    terminal.wait_for("Step 2 of 4: Credentials", "Secret")
    terminal.type(f"mine\r\rdb\r\r{CANARY}")
    masked = "•" * len(CANARY)
    terminal.wait_for(masked)
    assert MARK not in terminal.raw
    for leaving, returning in (("\t", "\x1b[Z"), (WINDOW_LEFT, WINDOW_ENTERED)):
        terminal.press("f8")
        terminal.wait_until(lambda shown: CANARY in shown and masked not in shown, "the secret in the clear")
        terminal.type(leaving)
        terminal.wait_until(lambda shown: CANARY not in shown and masked in shown, "the secret masked again")
        terminal.type(returning)
    seen = len(terminal.raw)
    terminal.type("\x7f")
    terminal.wait_until(lambda shown: masked not in shown and masked[1:] in shown, "a shorter secret, still masked")
    assert MARK not in terminal.raw[seen:]
    terminal.press("f8")
    terminal.wait_for(CANARY[:-1])
    terminal.press("f8")
    terminal.wait_for(masked[1:])
