"""What every field widget can do, whatever it looks like."""

from __future__ import annotations

from dataclasses import dataclass, field

from textual.message import Message
from textual.selection import Selection
from textual.widget import Widget

from aep_tui.forms.fields import Answer
from aep_tui.tui.widgets.quiet_input import NOT_COPIED


class FieldControl(Widget):
    """A focusable widget that edits one answer.

    The widget owns what is being typed; the wizard gets it with :class:`Left`, and with :class:`Chosen` after a choice.
    """

    DEFAULT_CSS = "FieldControl { text-wrap: nowrap; text-overflow: ellipsis; }"

    pointer: str = ""
    """JSON Pointer of the param, or the wizard's own name for name, description and auth spec."""

    secret: bool = False
    """Whether what it holds is masked until somebody asks for it."""

    revealed: bool = False
    """Whether a secret can be read now."""

    can_reveal: bool = True
    """Whether a secret can be shown at all."""

    acts_on_first_click: bool = True
    """Whether the click that leads here does what a click does; else it only leads here."""

    holds_answer: bool = True
    """Whether it edits an answer of its own; else it is a handle, such as that of one entry of a list."""

    takes_enter: bool = False
    """Whether Enter is for the widget itself, as in a text of several lines; else it goes on to the next field."""

    @dataclass
    class Left(Message):
        """The field lost the focus.

        Attributes:
            field_control: The field.
            for_good: False when only the terminal window lost the focus.
        """

        field_control: FieldControl
        for_good: bool = True

    @dataclass
    class Chosen(Message):
        """A choice was made, which counts at once."""

        field_control: FieldControl

    @dataclass
    class Replaced(Message):
        """The text is another one now, which calls for another widget: it has many lines, or is very long, or is so no more.

        Attributes:
            field_control: The field.
            text: What the field is to hold.
        """

        field_control: FieldControl
        text: str = field(repr=False)

    @dataclass
    class HeightWanted(Message):
        """The field wants another number of lines."""

        field_control: FieldControl

    @property
    def lines_wanted(self) -> int:
        """How many lines it takes on the page."""
        return 1

    def clicked(self, x: int, y: int) -> None:
        """Do what a click means here.

        Args:
            x: Cells from its left.
            y: Lines from its top.
        """

    @property
    def masked(self) -> bool:
        """Whether what it holds must not be shown now."""
        return self.secret and not self.revealed

    def reveal(self) -> None:
        """Show a secret, or hide it again."""
        if self.secret:
            self.revealed = not self.revealed
            self.refresh()

    def refuses_copy(self) -> bool:
        """Return whether what it holds must not be copied, and say so."""
        if self.secret:
            self.notify(NOT_COPIED, markup=False)
        return self.secret

    @property
    def allow_select(self) -> bool:
        """Whether the mouse may select what is drawn here, to be copied; a secret is not, shown or masked."""
        return not self.secret and super().allow_select

    def get_selection(self, selection: Selection) -> tuple[str, str] | None:
        """Return what a selection of the page takes from here: nothing of a secret."""
        return None if self.secret else super().get_selection(selection)

    def answer(self) -> Answer | None:
        """Return what the field holds now; ``None`` if it is not set."""
        raise NotImplementedError

    def show(self, answer: Answer | None) -> None:
        """Show another answer without telling anybody."""
        raise NotImplementedError

    def on_focus(self) -> None:
        """Draw what can be done here."""
        self.refresh()

    def on_blur(self) -> None:
        """Mask what was shown, and tell that the field was left."""
        if self.revealed:
            self.reveal()
        self.refresh()
        self.post_message(self.Left(self, for_good=self.app.app_focus))
