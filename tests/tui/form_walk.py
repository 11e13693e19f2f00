"""Filling in a made-up form by keyboard alone, and what a person sees meanwhile."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from made_form import focused_label
from still_app import StillClock, settled
from textual import events
from textual.widgets import Static

from aep_tui.forms.build import build
from aep_tui.secret import reveal_all
from aep_tui.tui.form_app import FormApp
from aep_tui.tui.form_rows import Row, RowKind
from aep_tui.tui.widgets.form_lines import LABEL_WIDTH
from aep_tui.wizard.lone_form import LoneForm

TITLE = "Made up"


class Walk:
    """A form on the screen. A label names the first row called so; ``"Host#2"`` the second one."""

    def __init__(self, app: FormApp, pilot: Any) -> None:
        self.app: Any = app
        self.pilot = pilot

    # What a person does

    async def press(self, *words: str) -> None:
        """Press keys: a word in angle brackets is a key's name, any other is typed letter by letter."""
        for word in words:
            named = len(word) > 2 and word.startswith("<") and word.endswith(">")
            await self.pilot.press(*([word[1:-1]] if named else word))
        await self.pilot.pause()

    async def paste(self, text: str) -> None:
        """Paste a text."""
        self.app.post_message(events.Paste(text))
        await self.pilot.pause()

    async def go(self, label: str) -> None:
        """Press Tab, or shift+Tab where that is the shorter way, until the row with this label has the focus."""
        lines, wanted = self.app.screen.lines, self.row(label).row_id
        stops = [*lines.stops, "BUTTON"]
        ahead = (stops.index(wanted) - stops.index("BUTTON" if self.at == "BUTTON" else lines.current_id)) % len(stops)
        back = len(stops) - ahead
        for _ in range(min(ahead, back) + 2):
            if lines.current_id == wanted and self.at != "BUTTON":
                return
            await self.press("<tab>" if ahead <= back else "<shift+tab>")
        raise AssertionError(f"Tab never came to {label}, but to {self.at}: {self.labels}")

    async def fill(self, label: str, *words: str) -> None:
        """Go to a row and press keys there."""
        await self.go(label)
        await self.press(*words)

    async def done(self) -> Any:
        """Press the main key; return what is printed, or ``None`` if the form stays."""
        await self.press("<ctrl+n>")
        return None if self.app.params is None else reveal_all(self.app.params)

    # What a person sees

    def row(self, label: str) -> Row:
        name, _, number = label.partition("#")
        found = [row for row in self.app.screen.lines.rows if row.label == name]
        assert len(found) >= int(number or 1), f"{label} is not on the page: {self.labels}"
        row = found[int(number or 1) - 1]
        assert isinstance(row, Row)
        return row

    @property
    def at(self) -> str:
        """The label of the row one is in."""
        return focused_label(self.app)

    @property
    def labels(self) -> list[str]:
        """Every row's label in order; headings in capitals."""
        return [row.label.upper() if row.kind is RowKind.HEADING else row.label for row in self.app.screen.lines.rows]

    @property
    def errors(self) -> dict[str, str]:
        """What stands beneath the rows, by their labels."""
        lines = self.app.screen.lines
        return {row.label: lines.error(row.row_id) for row in lines.rows if lines.error(row.row_id)}

    def shown(self, label: str) -> str:
        """What is drawn where the answer stands, lines joined."""
        return "\n".join(line[LABEL_WIDTH:].strip() for line in self._lines(label))

    def drawn_label(self, label: str) -> str:
        """What is drawn where the label stands."""
        return self._lines(label)[0][:LABEL_WIDTH].rstrip()

    def _lines(self, label: str) -> list[str]:
        lines = self.app.screen.lines
        top, height = lines.top_of(self.row(label).row_id)
        strips = self.app.screen._compositor.render_strips()
        first = lines.region.y + top
        seen = [strips[y] for y in range(first, first + height) if 0 <= y < len(strips)]
        return [strip.crop(lines.region.x, lines.region.right).text for strip in seen]

    def text(self, selector: str) -> str:
        return str(self.app.screen.query_one(selector, Static).content)

    @property
    def help(self) -> str:
        return self.text("#help")

    @property
    def preview(self) -> str:
        return self.text("#preview")

    @property
    def count(self) -> str:
        return self.text("#count")

    @property
    def screen_text(self) -> str:
        """All that is on the screen."""
        return "\n".join(strip.text.rstrip() for strip in self.app.screen._compositor.render_strips())

    @property
    def page(self) -> str:
        """The class of the page or the dialog that is on top."""
        return type(self.app.screen).__name__


@asynccontextmanager
async def filling(schema: dict[str, Any], *, size: tuple[int, int] = (120, 40), no_color: bool = False) -> AsyncIterator[Walk]:
    """Show the form of a schema."""
    app = FormApp(LoneForm(TITLE, build(schema)), StillClock().clock(), no_color=no_color)
    async with app.run_test(size=size, notifications=True) as pilot:
        await settled(pilot)
        yield Walk(app, pilot)


def properties(*required: str, **of: Any) -> dict[str, Any]:
    """Return the schema of an object."""
    return {"type": "object", "properties": of, "required": list(required)}
