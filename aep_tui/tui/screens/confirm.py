"""A question before something that cannot be taken back."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, Vertical
from textual.content import Content
from textual.screen import ModalScreen
from textual.widgets import Button, Static

from aep_tui.tui.keymap import with_keys
from aep_tui.tui.screens.base import HERE

if TYPE_CHECKING:
    from aep_tui.tui.base_app import BaseApp


class ConfirmScreen(ModalScreen[bool]):
    """Two buttons, the careful one first; Escape is the careful answer too."""

    CSS_PATH: ClassVar = [HERE / "form.tcss", HERE / "dialogs.tcss"]
    AUTO_FOCUS = "#no"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "answer(False)", "No", id="confirm-no"),
        Binding("left,right,up,down", "other", "Other button", show=False),
    ]

    if TYPE_CHECKING:
        app: BaseApp

    def __init__(self, question: str, detail: str, yes: str, no: str) -> None:
        """Make the question.

        Args:
            question: What is asked.
            detail: What it means.
            yes: Label of the button that does it.
            no: Label of the button that does not.
        """
        super().__init__()
        self._question, self._detail, self._yes, self._no = question, detail, yes, no

    def compose(self) -> ComposeResult:
        """Lay out question and buttons."""
        with Vertical():
            yield Static(Content.styled(self._question, "bold"))
            yield Static(Content(self._detail))
            with Horizontal(id="buttons"):
                yield Button(Content(self._no + with_keys(self.app, "  {^confirm-no}")), id="no", compact=True)
                yield Button(Content(self._yes), id="yes", variant="warning", compact=True)
            yield Static(Content.styled("tab goes to the other · enter takes it", "dim"), classes="keys")

    @on(Button.Pressed)
    def _pressed(self, event: Button.Pressed) -> None:
        self.dismiss(event.button.id == "yes")

    def action_answer(self, yes: bool) -> None:
        """Answer."""
        self.dismiss(yes)

    def action_other(self) -> None:
        """Go to the other button."""
        self.focus_next()
