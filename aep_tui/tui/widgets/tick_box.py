"""A line that is ticked or not, told by its sign and not by a colour alone."""

from __future__ import annotations

from typing import ClassVar

from textual.binding import Binding, BindingType
from textual.content import Content
from textual.reactive import reactive
from textual.widget import Widget


class TickBox(Widget, can_focus=True):
    """Space or a click turns it."""

    DEFAULT_CSS = """
    TickBox { height: 1; width: auto; padding: 0 1; }
    TickBox:focus { background: $primary 22%; text-style: bold; }
    TickBox:nocolor:focus { text-style: bold reverse; }
    """
    BINDINGS: ClassVar[list[BindingType]] = [Binding("space", "turn", "Turn", id="field-turn", show=False)]
    value: reactive[bool] = reactive(False)

    def __init__(self, label: str, *, id: str | None = None) -> None:  # noqa: A002
        """Make it without a tick.

        Args:
            label: What is ticked, as plain text.
            id: Widget id.
        """
        super().__init__(id=id)
        self._label = label

    def render(self) -> Content:
        """Draw sign and label."""
        return Content(f"{'▣' if self.value else '▢'} {self._label}")

    def action_turn(self) -> None:
        """Tick it, or take the tick away."""
        self.value = not self.value

    def on_click(self) -> None:
        """Turn it."""
        self.action_turn()
