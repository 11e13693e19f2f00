"""With NO_COLOR set to anything but nothing (no-color.org), the terminal gets no colour, and one still sees where one is."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest

Environment = dict[str, str]
Terminals = Callable[..., Any]

SGR = re.compile(rb"\x1b\[([0-9;:]*)m")
COLOURS = {*range(30, 39), *range(40, 49), 58, *range(90, 98), *range(100, 108)}


def colours_in(sent: bytes) -> set[bytes]:
    """Return the sequences that choose a colour; 39 and 49 only go back to the terminal's own."""
    return {
        match.group(0)
        for match in SGR.finditer(sent)
        if COLOURS & {int(number) for number in re.split(rb"[;:]", match.group(1)) if number}
    }


def wait_for_look(terminal: Any, text: str, *, stands_out: bool) -> None:
    """Wait until a text is, or is not, drawn in reverse."""

    def looks_so(_: str) -> bool:
        looks = terminal.looks(text)
        return bool(looks) and all(look.reverse for look in looks) is stands_out

    terminal.wait_until(looks_so, f"{text!r} {'in' if stands_out else 'not in'} reverse")


@pytest.mark.parametrize(("value", "is_coloured"), [(None, True), ("", True), ("1", False)], ids=["unset", "empty", "set"])
def test_the_first_page_has_colours_unless_no_color_is_set(
    value: str | None, is_coloured: bool, terminals: Terminals, environment: Environment
) -> None:
    terminal = terminals([], environment if value is None else environment | {"NO_COLOR": value})
    terminal.wait_for("Welcome", "AEP_SANDBOX_NAME", "Open the demo")
    terminal.press("ctrl+q")
    assert terminal.end()[0] == 0
    assert bool(colours_in(terminal.raw)) is is_coloured


def test_without_colour_every_step_shows_what_has_the_focus(
    terminals: Terminals, raw_account: Environment, raw_service: Any
) -> None:
    terminal = terminals([], raw_account | {"NO_COLOR": "0"})
    terminal.wait_for("Step 1 of 4: Source", "3 sources · fresh")
    wait_for_look(terminal, "Double source", stands_out=True)
    wait_for_look(terminal, "Open source", stands_out=False)
    terminal.press("down", "down")
    wait_for_look(terminal, "Open source", stands_out=True)
    wait_for_look(terminal, "Double source", stands_out=False)

    terminal.type("guarded\r")
    terminal.wait_for("Step 2 of 4: Credentials", "Description", "Server")
    wait_for_look(terminal, "Name", stands_out=True)
    wait_for_look(terminal, "Description", stands_out=False)
    terminal.press("tab")
    wait_for_look(terminal, "Description", stands_out=True)
    terminal.type("\rdb\r\rpw\r\r")
    wait_for_look(terminal, "Encrypted", stands_out=True)
    terminal.press("enter", "enter")
    wait_for_look(terminal, "Review  ^n", stands_out=True)
    wait_for_look(terminal, "Encrypted", stands_out=False)

    terminal.press("enter")
    terminal.wait_for("Step 3 of 4: Review", "Create connection in dev")
    wait_for_look(terminal, "Create connection in dev", stands_out=True)
    terminal.pause_for_the_guard()
    terminal.press("enter")
    terminal.wait_for("Step 4 of 4: Done", "connection-1")
    wait_for_look(terminal, "Copy the connection id", stands_out=True)
    terminal.press("down")
    wait_for_look(terminal, "Copy the connection id", stands_out=False)
    terminal.press("ctrl+q")
    assert terminal.end()[0] == 0
    assert colours_in(terminal.raw) == set()
