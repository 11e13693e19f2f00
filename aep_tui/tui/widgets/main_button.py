"""The button of a page whose lines may move while it is being pressed."""

from __future__ import annotations

from textual import events
from textual.widgets import Button


class MainButton(Button):
    """A button that acts when the mouse goes down on it.

    Then the field one was in is left, its error may go, and the button move up: the mouse would be let go beside it, and
    that would be no click.
    """

    def on_mouse_down(self) -> None:
        """Press it."""
        self.press()

    def _on_click(self, event: events.Click) -> None:  # type: ignore[override]
        event.stop()
        event.prevent_default()
