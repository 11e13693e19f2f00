"""A made-up source with a field of every flat kind, and its rows on the page."""

from __future__ import annotations

from typing import Any

import httpx
from textual.widgets import Button

from aep_tui.tui.widgets.form_lines import LABEL_WIDTH

EVERY_KIND = {
    "type": "object",
    "properties": {
        "host": {"type": "string", "description": "Where it lives.", "examples": ["db.example.com"]},
        "port": {"type": "integer", "default": 22, "maximum": 65535},
        "ratio": {"type": "number"},
        "mode": {"type": "string", "enum": ["fast", "safe", "slow"]},
        "only": {"type": "string", "enum": ["this"]},
        "tls": {"type": "boolean"},
        "sure": {"type": "boolean"},
        "fixed": {"const": "v1"},
        "password": {"type": "string", "format": "password"},
        "tags": {"type": "array", "items": {"type": "string"}},
        "started": {"type": "string", "default": "now"},
    },
    "required": ["host", "only", "sure", "password", "started"],
}


def serving(schema: dict[str, Any], *more: dict[str, Any]) -> httpx.MockTransport:
    auths = [{"name": "First way", "spec": schema}, *({"name": f"Way {n}", "spec": s} for n, s in enumerate(more, start=2))]
    item = {
        "id": "made-up",
        "name": "made-up",
        "version": "1.0",
        "providerId": "p",
        "authSpec": auths,
        "attributes": {"connectorName": "Made up"},
    }
    return httpx.MockTransport(lambda request: httpx.Response(200, json={"items": [item]}))


class ShownRow:
    """One row of the form on the screen, as it stands when it is looked at."""

    def __init__(self, app: Any, row_id: str) -> None:
        self._app, self.row_id = app, row_id

    @property
    def _row(self) -> Any:
        found = self._app.screen.lines.row(self.row_id)
        assert found is not None, f"{self.row_id} is not on the page"
        return found

    @property
    def is_current(self) -> bool:
        return self._app.screen.lines.current_id == self.row_id and self._app.focused is self._app.screen.lines.editor

    @property
    def label(self) -> str:
        return str(self._row.label)

    @property
    def error(self) -> str:
        return str(self._app.screen.lines.error(self.row_id))

    def answer(self) -> Any:
        """What the page holds: of the row that is edited what the editor holds."""
        editor = self._app.screen.lines.editor
        return editor.answer() if self.is_current and editor.holds_answer else self._row.answer

    def shown(self) -> str:
        """What is drawn where the answer stands, lines joined."""
        strips = self._app.screen._compositor.render_strips()
        lines = self._app.screen.lines
        top, height = lines.top_of(self.row_id)
        left, first = lines.region.x + LABEL_WIDTH, lines.region.y + top
        texts = [strips[y].crop(left, lines.region.right).text for y in range(first, first + height) if 0 <= y < len(strips)]
        return "\n".join(text.strip() for text in texts)


def rows(app: Any) -> list[ShownRow]:
    return [ShownRow(app, row.row_id) for row in app.screen.lines.rows if row.is_stop]


def row(app: Any, label: str) -> ShownRow:
    return next(row for row in rows(app) if row.label == label)


async def focus(pilot: Any, label: str) -> Any:
    """Go to a row by its label, as a click beside its answer does; return what edits it."""
    screen = pilot.app.screen
    await screen.leave()
    await screen.go_to(row(pilot.app, label).row_id)
    await pilot.pause()
    return screen.lines.editor


def focused_label(app: Any) -> str:
    return "BUTTON" if isinstance(app.focused, Button) else str(app.screen.lines.current.label)
