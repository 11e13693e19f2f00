"""The stock one-line input, without what costs: a blinking cursor, and a new layout of the page at every key."""

from __future__ import annotations

from rich.text import Text
from textual.geometry import Size
from textual.widgets import Input

from aep_tui.text import plain

LINE_BREAK = "⏎"
NOT_COPIED = "A secret is not copied. ctrl+u empties its line."


class QuietInput(Input):
    """An input whose typing redraws itself alone; an idle page repaints nothing, which matters over ssh.

    What is in it may be foreign, from a paste or a default: control characters show as signs, and stay in the value.
    """

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

    @property
    def _value(self) -> Text:
        shown = "•" * len(self.value) if self.password else plain_in_place(self.value)
        return Text(shown, no_wrap=True, overflow="ignore", end="")

    @property
    def keeps_its_text(self) -> bool:
        """Whether nothing of it may be copied."""
        return self.password

    def refuses_copy(self) -> bool:
        """Return whether what it holds must not be copied, and say so."""
        if self.keeps_its_text:
            self.notify(NOT_COPIED, markup=False)
        return self.keeps_its_text

    def action_copy(self) -> None:
        """Copy the selection, unless it is a secret."""
        if not self.refuses_copy():
            super().action_copy()

    def action_cut(self) -> None:
        """Cut the selection, unless it is a secret."""
        if not self.refuses_copy():
            super().action_cut()

    def _watch_value(self, value: str) -> None:
        # The stock input sets its virtual size at every key, and a new virtual size lays the whole page out again.
        self.set_reactive(Input.virtual_size, Size(self.content_width, 1))
        super()._watch_value(value)


def plain_in_place(text: str) -> str:
    """Return a text of the same length with every control character as a visible sign, so that a cursor fits it."""
    if text.isprintable():
        return text
    return "".join(LINE_BREAK if sign == "\n" else sign if plain(sign) or sign == " " else "·" for sign in text)
