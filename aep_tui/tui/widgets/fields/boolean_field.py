"""Yes, no, or not set."""

from __future__ import annotations

from typing import ClassVar

from textual import events
from textual.binding import Binding, BindingType
from textual.content import Content

from aep_tui.forms.fields import Answer
from aep_tui.tui.faces import boolean_face
from aep_tui.tui.keymap import with_keys
from aep_tui.tui.widgets.fields.control import FieldControl


class BooleanField(FieldControl, can_focus=True):
    """A truth value: Space goes through yes, no and, where it is optional, not set; Enter goes on."""

    DEFAULT_CSS = """
    BooleanField {
        width: 1fr; height: 1; padding: 0 1; background: $surface;
        &:focus { background: $panel; }
        &:nocolor { text-style: underline; }
        &:nocolor:focus { text-style: reverse; }
    }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("space", "turn", "Yes, no", id="field-turn", show=False, tooltip="Go on to the next of yes, no and not set"),
        Binding("backspace,delete", "clear", "Not set", id="field-clear", show=False),
    ]

    def __init__(self, pointer: str, answer: Answer | None, *, required: bool, default: str = "", secret: bool = False) -> None:
        """Make the field.

        Args:
            pointer: Whose answer it is.
            answer: What it shows first.
            required: Whether "not set" is left out of the round.
            default: What the service uses while it is not set, in words.
            secret: Mask what is set, until it is changed or asked for.
        """
        super().__init__()
        self.pointer = pointer
        self._required = required
        self._default = default
        self.secret = secret
        self._value: bool | None = answer if isinstance(answer, bool) else None

    def answer(self) -> Answer | None:
        """Return the truth value; ``None`` if it is not set."""
        return self._value

    def show(self, answer: Answer | None) -> None:
        """Show another value."""
        self._value = answer if isinstance(answer, bool) else None
        self.refresh()

    def render(self) -> Content:
        """Draw the value."""
        face = boolean_face(self._value, self._default, masked=self.masked)
        return face + Content.styled(with_keys(self.app, "  {field-turn} changes it"), "dim") if self.has_focus else face

    def action_turn(self) -> None:
        """Go to the next of yes, no and not set, starting with yes."""
        following: dict[bool | None, bool | None] = {None: True, True: False, False: True if self._required else None}
        self._set(following[self._value])

    def action_clear(self) -> None:
        """Set nothing, where that is allowed."""
        if not self._required:
            self._set(None)

    def _set(self, value: bool | None) -> None:
        if value is not self._value:
            self._value = value
            self.revealed = self.secret
            self.refresh()
            self.post_message(self.Chosen(self))

    def on_key(self, event: events.Key) -> None:
        """Take y for yes and n for no."""
        if event.character in ("y", "n"):
            event.stop()
            self._set(event.character == "y")

    def on_click(self) -> None:
        """Go to the next value."""
        self.action_turn()

    def clicked(self, x: int, y: int) -> None:  # noqa: ARG002 - the whole field is one thing
        """Go to the next value."""
        self.action_turn()
