"""Everything that is to be corrected, in one place; a click goes there."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from textual import events
from textual.content import Content
from textual.message import Message
from textual.widgets import Static

from aep_tui.tui.keymap import with_keys

MOST = 8


class ErrorSummary(Static):
    """One line for each error, with the label of its field; nothing at all while there is none."""

    DEFAULT_CSS = """
    ErrorSummary { display: none; height: auto; padding: 0 1; margin: 1 0 0 0; color: $text-error; }
    ErrorSummary.-any { display: block; }
    """

    @dataclass
    class Picked(Message):
        """An error was clicked.

        Attributes:
            row_id: The row it belongs to.
        """

        row_id: str

    def __init__(self) -> None:
        """Make an empty one."""
        super().__init__()
        self._row_ids: list[str] = []
        self._shown: list[Content] = []

    def show(self, errors: Sequence[tuple[str, str, str]]) -> None:
        """Show these errors.

        Args:
            errors: Row id, label and message of each; the row id of one that concerns the page is empty.
        """
        shown = errors[:MOST]
        self._row_ids = [row_id for row_id, _, _ in shown]
        self._shown = [self._line(label, message) for _, label, message in shown]
        lines = list(self._shown)
        if len(shown) < len(errors):
            more = with_keys(self.app, f"… and {len(errors) - len(shown)} more; {{errors}} lists them")
            lines.append(Content.styled(more, "dim"))
        self.set_class(bool(errors), "-any")
        self.update(Content("\n").join(lines))

    def _line(self, label: str, message: str) -> Content:
        return Content(f"✗ {message}") if not label or message.startswith(label) else Content(f"✗ {label}: {message}")

    def on_click(self, event: events.Click) -> None:
        """Go to the clicked error."""
        width, bottom = max(1, self.content_size.width), 0
        for row_id, line in zip(self._row_ids, self._shown, strict=True):
            # A long error takes several lines.
            bottom += line.get_height({}, width)
            if event.y < bottom:
                if row_id:
                    self.post_message(self.Picked(row_id))
                return
