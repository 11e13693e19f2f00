"""The stock one-line input, without what costs: a blinking cursor, and a new layout of the page at every key."""

from __future__ import annotations

from textual.geometry import Size
from textual.widgets import Input


class QuietInput(Input):
    """An input whose typing redraws itself alone; an idle page repaints nothing, which matters over ssh."""

    DEFAULT_CSS = """
    QuietInput:nocolor {
        & > .input--cursor { text-style: reverse; }
        & > .input--selection { text-style: reverse; }
        & > .input--placeholder { text-style: dim; }
    }
    """

    def on_mount(self) -> None:
        """Let the cursor stand still."""
        self.cursor_blink = False

    def _watch_value(self, value: str) -> None:
        # The stock input sets its virtual size at every key, and a new virtual size lays the whole page out again.
        self.set_reactive(Input.virtual_size, Size(self.content_width, 1))
        super()._watch_value(value)
