"""All that is to be put right on a form."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar, Final

from textual import events, on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.content import Content
from textual.screen import ModalScreen
from textual.widgets import OptionList, Static
from textual.widgets.option_list import Option

from aep_tui.forms.check import FieldError
from aep_tui.text import plain
from aep_tui.tui.keymap import with_keys
from aep_tui.tui.screens.base import HERE

WHOLE_PAGE: Final = "The page as a whole"
MANY: Final = 40
"""More errors fill the dialog anyway, and need not be measured for its height."""


class ErrorListScreen(ModalScreen[str | None]):
    """Every error with the label of its field; answers with the id of the field to go to."""

    CSS_PATH: ClassVar = [HERE / "form.tcss", HERE / "dialogs.tcss"]
    AUTO_FOCUS = "OptionList"
    BINDINGS: ClassVar[list[BindingType]] = [Binding("escape,q", "leave", "Leave", id="errors-leave")]

    def __init__(self, errors: Sequence[FieldError]) -> None:
        """Make the page.

        Args:
            errors: In the order of the form; those without a field id belong to the page.
        """
        super().__init__()
        self._errors = errors
        self.set_class(len(errors) > MANY, "-many")

    def compose(self) -> ComposeResult:
        """Lay out the errors."""
        with Vertical(classes="dialog") as frame:
            frame.border_title = "1 thing to correct" if len(self._errors) == 1 else f"{len(self._errors):,} things to correct"
            yield OptionList(*(Option(_row_of(error)) for error in self._errors), markup=False, compact=True)
            yield Static(Content(with_keys(self.app, "enter or a click goes there · {errors-leave} leaves")), classes="hint")

    def on_resize(self, event: events.Resize) -> None:
        """Let the list take what room there is, and no more than it needs."""
        if self.has_class("-many"):
            return
        self.query_one(OptionList).styles.max_height = max(3, event.size.height * 9 // 10 - 3)

    @on(OptionList.OptionSelected)
    def _jump(self, event: OptionList.OptionSelected) -> None:
        self.dismiss(self._errors[event.option_index].field_id)

    def action_leave(self) -> None:
        """Leave without going anywhere."""
        self.dismiss(None)

    def on_click(self, event: events.Click) -> None:
        """Leave at a click beside the page."""
        if self.get_widget_at(*event.screen_offset)[0] is self:
            self.dismiss(None)


def _row_of(error: FieldError) -> Content:
    """Return label and message; a message mostly begins with the label, which is not said twice."""
    label, message = plain(error.label, 80) if error.field_id else WHOLE_PAGE, plain(error.message, 300)
    label = label or WHOLE_PAGE
    mark = Content.styled("✗ ", "$text-error")
    if message.startswith(label):
        return mark + Content(message).stylize("bold", 0, len(label))
    return mark + Content.styled(f"{label}: ", "bold") + Content(message)
