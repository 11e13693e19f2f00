"""Any number of several values."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

from textual import events
from textual.binding import Binding, BindingType
from textual.content import Content

from aep_tui.forms.fields import Answer, Picked
from aep_tui.secret import MASK
from aep_tui.tui.faces import MOST_LINES, Option, tick_face
from aep_tui.tui.widgets.fields.control import FieldControl
from aep_tui.tui.widgets.fields.type_ahead import TypeAhead


class MultiField(FieldControl, can_focus=True):
    """A list of options to tick: up and down move, Space ticks, typing jumps; Enter goes on."""

    DEFAULT_CSS = """
    MultiField {
        width: 1fr; padding: 0 1; background: $surface;
        &:focus { background: $panel; }
        & > .multi--cursor { color: $primary; text-style: bold; }
        &:nocolor { text-style: underline; }
        &:nocolor > .multi--cursor { text-style: reverse; }
    }
    """
    COMPONENT_CLASSES: ClassVar[set[str]] = {"multi--cursor"}
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("down", "move(1)", "Next", show=False),
        Binding("up", "move(-1)", "Before", show=False),
        Binding("space", "tick", "Tick", id="field-tick", show=False),
        Binding("backspace,delete", "clear", "None", id="field-clear", show=False),
    ]

    def __init__(self, pointer: str, options: Sequence[Option], answer: Answer | None, *, secret: bool = False) -> None:
        """Make the field.

        Args:
            pointer: Whose answer it is.
            options: In order.
            answer: What it shows first.
            secret: Mask what is ticked, until it is changed or asked for.
        """
        super().__init__()
        self.pointer = pointer
        self.secret = secret
        self._options = options
        self._ticked = _indices_of(answer)
        self._cursor = 0
        self._ahead = TypeAhead()

    @property
    def lines_wanted(self) -> int:
        """As many as there are options, within bounds."""
        return max(1, min(len(self._options), MOST_LINES))

    def answer(self) -> Answer | None:
        """Return what is ticked, in the order of the options; ``None`` if nothing was ever ticked."""
        return None if self._ticked is None else Picked(tuple(sorted(self._ticked)))

    def show(self, answer: Answer | None) -> None:
        """Show other ticks."""
        self._ticked = _indices_of(answer)
        self.refresh()

    def render(self) -> Content:
        """Draw the options around the cursor."""
        if self.masked and self._ticked:
            return Content.styled(MASK, "bold")
        top, height = self._top, self.lines_wanted
        return Content("\n").join(self._line(index) for index in range(top, min(top + height, len(self._options))))

    @property
    def _top(self) -> int:
        """The first option that is seen."""
        height = self.lines_wanted
        return min(max(0, self._cursor - height // 2), max(0, len(self._options) - height))

    def _line(self, index: int) -> Content:
        line = tick_face(self._options[index], index in (self._ticked or ()))
        if self.has_focus and index == self._cursor:
            hint = "  space ticks it" + (" · type to find" if len(self._options) > MOST_LINES else "")
            line = Content.styled(line.plain, ".multi--cursor") + Content.styled(hint, "dim")
        return line.truncate(max(1, self.content_size.width), ellipsis=True)

    def action_move(self, by: int) -> None:
        """Move the cursor."""
        self._cursor = min(max(0, self._cursor + by), max(0, len(self._options) - 1))
        self.refresh()

    def action_tick(self) -> None:
        """Tick the option at the cursor, or take the tick away."""
        if self._options:
            self._set({self._cursor} ^ (self._ticked or frozenset()))

    def action_clear(self) -> None:
        """Take every tick away."""
        self._set(None)

    def _set(self, ticked: frozenset[int] | set[int] | None) -> None:
        self._ticked = frozenset(ticked) if ticked is not None else None
        self.revealed = self.secret
        self.refresh()
        self.post_message(self.Chosen(self))

    def on_key(self, event: events.Key) -> None:
        """Jump to the first option that begins with what is typed without a pause, else to one that contains it."""
        if not event.is_printable or not event.character or event.character == " ":
            return
        event.stop()
        found = self._ahead.find(event.character, event.time, (option.label for option in self._options))
        if found is not None:
            self._cursor = found
            self.refresh()

    def clicked(self, x: int, y: int) -> None:  # noqa: ARG002 - a whole line stands for an option
        """Tick the clicked option."""
        if 0 <= self._top + y < len(self._options):
            self._cursor = self._top + y
            self.action_tick()

    def on_click(self, event: events.Click) -> None:
        """Tick the clicked option."""
        self.clicked(event.x, event.y)


def _indices_of(answer: Answer | None) -> frozenset[int] | None:
    return frozenset(answer.indices) if isinstance(answer, Picked) else None
