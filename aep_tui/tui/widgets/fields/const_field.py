"""A value that the schema fixes: shown and sent as it is."""

from __future__ import annotations

from textual.content import Content

from aep_tui.forms.fields import Answer
from aep_tui.tui.faces import const_face
from aep_tui.tui.widgets.fields.control import FieldControl


class ConstField(FieldControl, can_focus=True):
    """A fixed value; a Tab stop like any field, so that its help can be read."""

    DEFAULT_CSS = """
    ConstField {
        width: 1fr; height: 1; padding: 0 1; text-style: dim;
        &:focus { background: $panel; }
        &:nocolor:focus { text-style: reverse; }
    }
    """

    def __init__(self, pointer: str, shown: str, *, secret: bool = False) -> None:
        """Make the field.

        Args:
            pointer: Whose value it is.
            shown: The value in words.
            secret: Mask it until it is asked for.
        """
        super().__init__()
        self.pointer = pointer
        self._shown = shown
        self.secret = secret

    def answer(self) -> Answer | None:
        """Return nothing: the value is sent without being answered."""
        return None

    def show(self, answer: Answer | None) -> None:
        """Show what it always shows."""

    def render(self) -> Content:
        """Draw the value."""
        return const_face(self._shown, masked=self.masked)
