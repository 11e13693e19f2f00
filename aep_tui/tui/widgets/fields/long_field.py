"""A text that cannot be edited in a terminal without harm: held, told of, and sent as it is."""

from __future__ import annotations

from typing import ClassVar

from textual import events
from textual.binding import Binding, BindingType
from textual.content import Content

from aep_tui.forms.fields import Answer
from aep_tui.tui.faces import long_face, pasted_text
from aep_tui.tui.keymap import key_caption
from aep_tui.tui.widgets.fields.control import FieldControl


class LongField(FieldControl, can_focus=True):
    """Says how long the text is; Delete empties the field, and a paste replaces it."""

    can_reveal = False
    DEFAULT_CSS = """
    LongField {
        width: 1fr; height: 1; padding: 0 1; background: $surface;
        &:focus { background: $panel; }
        &:nocolor { text-style: underline; }
        &:nocolor:focus { text-style: reverse; }
    }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("delete,backspace,ctrl+u", "clear", "Empty it", id="field-clear", show=False)
    ]

    def __init__(self, pointer: str, answer: Answer | None, *, secret: bool) -> None:
        """Make the field.

        Args:
            pointer: Whose answer it is.
            answer: The text.
            secret: Whether it must not be shown.
        """
        super().__init__()
        self.pointer, self._answer, self.secret = pointer, answer, secret

    def answer(self) -> Answer | None:
        """Return the text as it is."""
        return self._answer

    def show(self, answer: Answer | None) -> None:
        """Hold another text."""
        self._answer = answer
        self.refresh()

    def reveal(self) -> None:
        """Show nothing: there is no room for it."""

    def render(self) -> Content:
        """Draw how long it is."""
        hint = f"  {key_caption(self.app, 'field-clear', 'delete').replace('del', 'delete')} empties it"
        return long_face(self._answer) + Content.styled(hint if self.has_focus else "", "dim")

    def action_clear(self) -> None:
        """Empty the field."""
        self._answer = None
        self.post_message(self.Replaced(self, ""))

    def _on_paste(self, event: events.Paste) -> None:
        """Hold what is pasted instead."""
        event.stop()
        self.post_message(self.Replaced(self, pasted_text(event.text)))
