"""pyte's terminal, with short cuts through what a program draws most: runs of one-cell signs, colours, and places."""

from __future__ import annotations

import re
from typing import Any

import pyte
from pyte import modes

ONE_CELL = re.compile(r"[ -~\xb7•…→←↑↓✓✗─-╿▀-▟]*")
COLOURS_OR_PLACE = re.compile(r"\x1b\[([0-9;]*)([mH])")
FRAMES = " │┃▌▐║|"


class QuickScreen(pyte.Screen):
    """Draws what pyte's own screen draws."""

    def __init__(self, columns: int, rows: int) -> None:
        self._cells: dict[Any, dict[str, Any]] = {}
        super().__init__(columns, rows)

    def draw(self, data: str) -> None:
        cursor = self.cursor
        end = cursor.x + len(data)
        if end > self.columns or modes.IRM in self.mode or self.charset or not ONE_CELL.fullmatch(data):
            super().draw(data)
            return
        attributes, line = cursor.attrs, self.buffer[cursor.y]
        cells = self._cells.setdefault(attributes, {})
        for column, sign in enumerate(data.translate(self.g0_charset), start=cursor.x):
            cell = cells.get(sign)
            if cell is None:
                cell = cells[sign] = attributes._replace(data=sign)
            line[column] = cell
        cursor.x = end
        self.dirty.add(cursor.y)


class QuickStream(pyte.ByteStream):
    """Understands what pyte's own stream understands."""

    def feed(self, data: bytes) -> None:
        text = self.utf8_decoder.decode(data)
        match_text, draw, send = self._text_pattern.match, self.listener.draw, self._send_to_parser
        plain, offset = self._taking_plain_text, 0
        while offset < len(text):
            if not plain:
                plain = send(text[offset])
                offset += 1
            elif found := match_text(text, offset):
                draw(found[0])
                offset = found.end()
            elif found := COLOURS_OR_PLACE.match(text, offset):
                numbers = [min(int(number or 0), 9999) for number in found[1].split(";")]
                act = self.listener.select_graphic_rendition if found[2] == "m" else self.listener.cursor_position
                act(*numbers)
                offset = found.end()
            else:
                plain = False
        self._taking_plain_text = plain


class Pictures:
    """What a terminal shows, and, if it is to be kept, all that it ever showed.

    Attributes:
        screen: What is shown, by cells.
        kept: Every text that was there after some bytes, without frames and line ends: a long text goes on in the next line.
    """

    def __init__(self, columns: int, rows: int, *, keeps: bool) -> None:
        self.screen = QuickScreen(columns, rows)
        self.kept: set[str] = set()
        self._stream = QuickStream(self.screen)
        self._lines = [""] * rows
        self._keeps = keeps

    def feed(self, data: bytes) -> None:
        """Draw."""
        self._stream.feed(data)
        if self._keeps:
            self.kept.add("".join(line.strip(FRAMES) for line in self.lines()))

    def lines(self) -> list[str]:
        """Return what is to be seen now."""
        for row in self.screen.dirty:
            cells = self.screen.buffer[row]
            self._lines[row] = "".join(cells[column].data for column in range(self.screen.columns))
        self.screen.dirty.clear()
        return self._lines
