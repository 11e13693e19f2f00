"""The quick terminal of these tests draws what pyte draws."""

from __future__ import annotations

from typing import Any

import pyte
from hypothesis import given, settings
from hypothesis import strategies as st
from quick_screen import Pictures, QuickScreen, QuickStream

COLUMNS, ROWS = 12, 5
NUMBERS = st.lists(st.sampled_from(["", "0", "1", "2", "5", "7", "22", "31", "38", "48", "255", "99999"]), max_size=5)
PIECES = st.one_of(
    st.text(" abXY1•│─▌é漢\u0301\xa0", max_size=15),
    st.builds(lambda numbers, act: f"\x1b[{';'.join(numbers)}{act}", NUMBERS, st.sampled_from("mHABCDLMP@")),
    st.sampled_from(
        ["\r", "\n", "\b", "\t", "\x1b[?7l", "\x1b[?7h", "\x1b[4h", "\x1b[4l", "\x0e", "\x0f", "\x1b(0", "\x1b(B", "\x1b[?25l"]
    ),
    st.sampled_from(
        [
            "\x1b[K",
            "\x1b[1K",
            "\x1b[2J",
            "\x1b[2;4r",
            "\x1b7",
            "\x1b8",
            "\x1bD",
            "\x1bM",
            "\x1b[",
            "\x1b]0;title\x07",
            "\x1b[38;2;1;2;3m",
        ]
    ),
)


def drawn(screen: Any) -> Any:
    cells = [[screen.buffer[row][column] for column in range(COLUMNS)] for row in range(ROWS)]
    return cells, screen.cursor.x, screen.cursor.y, screen.cursor.attrs, screen.cursor.hidden


@settings(max_examples=300, deadline=None)
@given(st.lists(PIECES, max_size=40), st.integers(1, 50))
def test_it_draws_what_pyte_draws(pieces: list[str], size: int) -> None:
    data = "".join(pieces).encode()
    screens = [pyte.Screen(COLUMNS, ROWS), QuickScreen(COLUMNS, ROWS)]
    streams = [pyte.ByteStream(screens[0]), QuickStream(screens[1])]
    for start in range(0, len(data), size):
        failures = [failure_of(stream, data[start : start + size]) for stream in streams]
        assert failures[0] == failures[1]
        assert drawn(screens[0]) == drawn(screens[1])


def failure_of(stream: Any, data: bytes) -> str:
    try:
        stream.feed(data)
    except (IndexError, TypeError, KeyError) as error:  # pyte's own, at sequences that are none
        return type(error).__name__
    return ""


def test_every_picture_is_kept_only_if_asked_for() -> None:
    for keeps in (True, False):
        pictures = Pictures(COLUMNS, ROWS, keeps=keeps)
        pictures.feed(b"one")
        pictures.feed(b"\x1b[2J\x1b[Htwo")
        assert [line.strip() for line in pictures.lines()] == ["two", "", "", "", ""]
        assert pictures.kept == ({"one", "two"} if keeps else set())
