"""One of several values, in one line or as a short list."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

from textual import events
from textual.binding import Binding, BindingType
from textual.content import Content
from textual.message import Message

from aep_tui.forms.fields import Answer, Chosen
from aep_tui.tui.faces import Option, choice_face, option_face
from aep_tui.tui.widgets.fields.control import FieldControl
from aep_tui.tui.widgets.fields.type_ahead import TypeAhead

SHORT_ENOUGH = 15
"""More options than this are searched in a list of their own."""


class ChoiceField(FieldControl, can_focus=True):
    """A choice that up and down change and typing jumps in.

    ``not set`` is a value of its own where the field is optional. As a list it shows every option with its remark.
    """

    DEFAULT_CSS = """
    ChoiceField {
        width: 1fr; height: 1; padding: 0 1; background: $surface;
        &:focus { background: $panel; }
        &:nocolor { text-style: underline; }
        &:nocolor:focus { text-style: reverse; }
    }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("down", "change(1)", "Next value", show=False),
        Binding("up", "change(-1)", "Value before", show=False),
        Binding("backspace,delete", "clear", "Not set", id="field-clear", show=False),
        Binding("space", "search", "Search", id="field-search", show=False),
    ]

    @dataclass
    class SearchAsked(Message):
        """The options are to be searched; ``typed`` is what was typed already."""

        choice_field: ChoiceField
        typed: str = ""

    def __init__(
        self,
        pointer: str,
        options: Sequence[Option],
        answer: Answer | None,
        *,
        required: bool,
        as_list: bool = False,
        secret: bool = False,
    ) -> None:
        """Make the field.

        Args:
            pointer: Whose answer it is.
            options: In order.
            answer: What it shows first.
            required: Whether "not set" is no choice.
            as_list: Show all options, one a line.
            secret: Mask the choice, until it is changed or asked for.
        """
        super().__init__()
        self.pointer = pointer
        self._options = options
        self._required = required
        self._as_list = as_list
        self.acts_on_first_click = as_list
        self.secret = secret
        self._index = _index_of(answer)
        self._ahead = TypeAhead()

    @property
    def options(self) -> Sequence[Option]:
        """What there is to choose."""
        return self._options

    @property
    def index(self) -> int | None:
        """Which one is chosen."""
        return self._index

    @property
    def required(self) -> bool:
        """Whether "not set" is no choice."""
        return self._required

    @property
    def lines_wanted(self) -> int:
        """As many as there are options, if all are shown."""
        return max(1, len(self._options)) if self._as_list else 1

    def answer(self) -> Answer | None:
        """Return the chosen index; ``None`` if nothing is chosen."""
        return None if self._index is None else Chosen(self._index)

    def show(self, answer: Answer | None) -> None:
        """Show another choice."""
        self._index = _index_of(answer)
        self.refresh()

    def render(self) -> Content:
        """Draw the choice."""
        if self._as_list:
            width = max(1, self.content_size.width)
            faces = (option_face(option, index == self._index) for index, option in enumerate(self._options))
            return Content("\n").join(face.truncate(width, ellipsis=True) for face in faces)
        face = choice_face(self._options, self._index, required=self._required, masked=self.masked)
        return face + self._arrows() if self.has_focus else face

    def _arrows(self) -> Content:
        words = "changes it" if self.masked else f"{0 if self._index is None else self._index + 1} of {len(self._options)}"
        search = "type to search · " if self._is_long else ""
        return Content.styled("  ↑↓", "$primary") + Content.styled(f" {search}{words}", "dim")

    @property
    def _is_long(self) -> bool:
        return len(self._options) > SHORT_ENOUGH and not self._as_list

    def action_change(self, by: int) -> None:
        """Go to the value before or after; an optional field has "not set" before the first."""
        first = 0 if self._required else -1
        last = len(self._options) - 1
        if last < 0:
            return
        now = -1 if self._index is None else self._index
        target = min(max(now + by, first), last)
        self._choose(None if target < 0 else target)

    def action_clear(self) -> None:
        """Choose nothing, where that is allowed."""
        if not self._required:
            self._choose(None)

    def action_search(self) -> None:
        """Ask for the list to search in, where there is much to choose."""
        if self._is_long:
            self.post_message(self.SearchAsked(self))

    def choose(self, index: int | None) -> None:
        """Choose, as somebody did elsewhere.

        Args:
            index: Which option; ``None`` for none of them.
        """
        self._choose(index)

    def _choose(self, index: int | None) -> None:
        if index == self._index:
            return
        self._index = index
        self.revealed = self.secret
        self.refresh()
        self.post_message(self.Chosen(self))

    def on_key(self, event: events.Key) -> None:
        """Jump to the first option that begins with what is typed without a pause, else to one that contains it."""
        if not event.is_printable or not event.character:
            return
        event.stop()
        if self._is_long:
            self.post_message(self.SearchAsked(self, event.character))
            return
        found = self._ahead.find(event.character, event.time, (option.label for option in self._options))
        if found is not None:
            self._choose(found)

    def on_click(self, event: events.Click) -> None:
        """Choose the clicked option of a list, or the next value."""
        self.clicked(event.x, event.y)

    def clicked(self, x: int, y: int) -> None:  # noqa: ARG002 - a whole line stands for an option
        """Choose the clicked option of a list, or the next value; much to choose from is searched."""
        if self._is_long:
            self.action_search()
        elif self._as_list and 0 <= y < len(self._options):
            self._choose(y)
        elif not self._as_list and self._options:
            after = 0 if self._index is None else self._index + 1
            wrapped = 0 if self._required else None
            self._choose(after if after < len(self._options) else wrapped)


def _index_of(answer: Answer | None) -> int | None:
    return answer.index if isinstance(answer, Chosen) else None
