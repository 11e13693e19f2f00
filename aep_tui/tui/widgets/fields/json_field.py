"""A value of a shape that has no form of its own, written as JSON."""

from __future__ import annotations

import re

from rich.text import Text
from textual.content import Content
from textual.widgets import TextArea

from aep_tui.forms.fields import Answer
from aep_tui.tui.widgets.fields.control import FieldControl
from aep_tui.tui.widgets.quiet_input import plain_in_place

_UNSEEN = re.compile("[\x7f-\x9f\u061c\u200b\u200e\u200f\u2028-\u202e\u2060\u2066-\u2069\ufeff]")


class JsonField(TextArea, FieldControl):
    """A few lines of JSON. Tab goes on; Enter makes a new line."""

    takes_enter = True
    DEFAULT_CSS = """
    JsonField { width: 1fr; height: 5; border: none; padding: 0 1; background: $surface; }
    JsonField:focus { border: none; background: $panel; }
    """

    def __init__(self, pointer: str, answer: Answer | None, *, placeholder: str = "") -> None:
        """Make the field.

        Args:
            pointer: Whose answer it is.
            answer: What it shows first.
            placeholder: An example, shown while it is empty.
        """
        super().__init__(_text_of(answer), tab_behavior="focus", compact=True, placeholder=Content(placeholder))
        self.cursor_blink = False
        self.pointer = pointer

    def answer(self) -> Answer | None:
        """Return the text; an empty one is not set."""
        return self.text if self.text.strip() else None

    def show(self, answer: Answer | None) -> None:
        """Show another text."""
        with self.prevent(TextArea.Changed):
            self.text = _text_of(answer)

    def get_line(self, line_index: int) -> Text:
        """Return a line as it is shown: what was pasted may hold control characters."""
        return Text(plain_in_place(self.document.get_line(line_index)), end="", no_wrap=True)

    def on_blur(self) -> None:
        """Tell that the field was left."""
        self.post_message(self.Left(self, for_good=self.app.app_focus))


def _text_of(answer: Answer | None) -> str:
    """Return a JSON text with what cannot be seen in its escaped form: a text area would also break lines at some of it."""
    return _UNSEEN.sub(lambda sign: f"\\u{ord(sign[0]):04x}", answer) if isinstance(answer, str) else ""
