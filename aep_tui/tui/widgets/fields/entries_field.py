"""The rows of a list or a map: how many there are, and one line for each that removes and moves it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from textual.binding import Binding, BindingType
from textual.content import Content
from textual.message import Message

from aep_tui.forms.fields import Answer, Entries
from aep_tui.text import plain
from aep_tui.tui.faces import entries_face
from aep_tui.tui.keymap import key_caption, with_keys
from aep_tui.tui.widgets.fields.control import FieldControl


class EntriesField(FieldControl, can_focus=True):
    """Says how many entries a list or a map has, and adds one at Space or ``+``."""

    DEFAULT_CSS = """
    EntriesField {
        width: 1fr; height: 1; padding: 0 1; background: $surface;
        &:focus { background: $panel; }
        &:nocolor { text-style: underline; }
        &:nocolor:focus { text-style: reverse; }
    }
    """
    acts_on_first_click = False
    BINDINGS: ClassVar[list[BindingType]] = [Binding("space,plus", "add", "Add an entry", id="entry-add", show=False)]

    @dataclass
    class AddAsked(Message):
        """One more entry is wanted."""

        entries_field: EntriesField

    def __init__(self, pointer: str, answer: Answer | None, entry_label: str) -> None:
        """Make the field.

        Args:
            pointer: Whose answer it is.
            answer: The entries there are.
            entry_label: What one of them is called.
        """
        super().__init__()
        self.pointer = pointer
        self._entry_label = plain(entry_label, 60) or "entry"
        self._answer = answer if isinstance(answer, Entries) else None

    def answer(self) -> Answer | None:
        """Return the entries there are."""
        return self._answer

    def show(self, answer: Answer | None) -> None:
        """Show how many there are now."""
        self._answer = answer if isinstance(answer, Entries) else None
        self.refresh()

    def render(self) -> Content:
        """Draw the number."""
        hint = (
            Content.styled(f"  {key_caption(self.app, 'entry-add')} adds: {self._entry_label}", "dim")
            if self.has_focus
            else Content("")
        )
        return entries_face(self._answer) + hint

    def action_add(self) -> None:
        """Ask for one more."""
        self.post_message(self.AddAsked(self))

    def on_click(self) -> None:
        """Ask for one more."""
        self.action_add()

    def clicked(self, x: int, y: int) -> None:  # noqa: ARG002 - the whole field is one thing
        """Ask for one more."""
        self.action_add()


class EntryField(FieldControl, can_focus=True):
    """The line above one entry: Delete removes the entry, alt and the arrows move it."""

    holds_answer = False
    DEFAULT_CSS = """
    EntryField {
        width: 1fr; height: 1; padding: 0 1;
        &:focus { background: $panel; }
        &:nocolor:focus { text-style: reverse; }
    }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("delete,backspace,minus", "remove", "Remove this entry", id="entry-remove", show=False),
        Binding("alt+up,ctrl+up", "move(-1)", "Move it up", id="entry-up", show=False),
        Binding("alt+down,ctrl+down", "move(1)", "Move it down", id="entry-down", show=False),
    ]

    @dataclass
    class RemoveAsked(Message):
        """The entry is to go."""

        entry_field: EntryField

    @dataclass
    class MoveAsked(Message):
        """The entry is to move by so many places."""

        entry_field: EntryField
        by: int

    def __init__(self, pointer: str, owner_id: str, row: int) -> None:
        """Make the line.

        Args:
            pointer: Its own name among the rows of the page.
            owner_id: Id of the list or the map.
            row: Id of the row.
        """
        super().__init__()
        self.pointer, self.owner_id, self.row = pointer, owner_id, row
        self._warned = False

    @property
    def warned(self) -> bool:
        """Whether it was said that what is in the entry goes with it."""
        return self._warned

    def warn(self) -> None:
        """Say that what is in the entry goes with it, until the line is left."""
        self._warned = True
        self.refresh()

    def on_blur(self) -> None:
        """Forget the warning."""
        self._warned = False

    def answer(self) -> Answer | None:
        """Return nothing: the list holds the answer."""
        return None

    def show(self, answer: Answer | None) -> None:
        """Show what it always shows."""

    def render(self) -> Content:
        """Draw what can be done, where one is."""
        if self.has_focus and self._warned:
            return Content.styled(
                f"{key_caption(self.app, 'entry-remove', 'delete')} again removes all in it", "bold $text-warning"
            )
        if not self.has_focus:
            return Content("")
        up = key_caption(self.app, "entry-up")
        moves = "alt+↑↓" if up == "alt+up" else with_keys(self.app, "{entry-up}, {entry-down}")
        return Content.styled(f"{key_caption(self.app, 'entry-remove', 'delete')} removes · {moves} moves", "dim")

    def action_remove(self) -> None:
        """Ask for its removal."""
        self.post_message(self.RemoveAsked(self))

    def action_move(self, by: int) -> None:
        """Ask for another place."""
        self._warned = False
        self.refresh()
        self.post_message(self.MoveAsked(self, by))
