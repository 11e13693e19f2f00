"""Whether an optional section is there."""

from __future__ import annotations

from textual.content import Content

from aep_tui.forms.fields import Answer
from aep_tui.tui.faces import include_face
from aep_tui.tui.widgets.fields.boolean_field import BooleanField


class IncludeField(BooleanField):
    """The first line of a section that can be left out as a whole; Space adds it and takes it away again."""

    DEFAULT_CSS = "IncludeField { width: 1fr; height: 1; padding: 0 1; background: $surface; &:focus { background: $panel; } }"

    def __init__(self, pointer: str, answer: Answer | None) -> None:
        """Make the line.

        Args:
            pointer: Whose answer it is.
            answer: Whether the section is there.
        """
        super().__init__(pointer, answer is True, required=True)

    def render(self) -> Content:
        """Draw whether it is there, and how to change that."""
        words = "  space leaves it out" if self.answer() is True else "  space adds it"
        return include_face(self.answer()) + (Content.styled(words, "dim") if self.has_focus else Content(""))
