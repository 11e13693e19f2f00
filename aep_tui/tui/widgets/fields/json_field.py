"""A value of a shape that has no form of its own, written as JSON."""

from __future__ import annotations

from textual.widgets import TextArea

from aep_tui.forms.fields import Answer
from aep_tui.tui.widgets.fields.control import FieldControl


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
        super().__init__(answer if isinstance(answer, str) else "", tab_behavior="focus", compact=True, placeholder=placeholder)
        self.cursor_blink = False
        self.pointer = pointer

    def answer(self) -> Answer | None:
        """Return the text; an empty one is not set."""
        return self.text if self.text.strip() else None

    def show(self, answer: Answer | None) -> None:
        """Show another text."""
        with self.prevent(TextArea.Changed):
            self.text = answer if isinstance(answer, str) else ""

    def on_blur(self) -> None:
        """Tell that the field was left."""
        self.post_message(self.Left(self, for_good=self.app.app_focus))
