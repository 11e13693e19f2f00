"""A form by itself, as whoever maintains a connector tries it out."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from textual.binding import Binding, BindingType

from aep_tui.text import plain
from aep_tui.tui.screens.lone_form_page import LoneFormPage

if TYPE_CHECKING:
    from aep_tui.tui.form_app import FormApp


class LoneFormScreen(LoneFormPage):
    """The form of ``aep-tui form``; its params are printed when it is done."""

    MAIN = "Done"
    BESIDE_TITLE = "Params so far"
    NOWHERE = "nothing is sent from here"
    HELP_TEXT = (
        "This is the form that a connector's schema makes. A star marks what is required. Tab and shift+Tab go from field to "
        "field, Enter goes on. Space turns a yes or no; up and down, or typing, change a choice. {fold} folds what is optional "
        "away.\n\n"
        "{main} checks everything and prints the params on standard output: with the real values, secrets too."
    )
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("ctrl+n", "finish", "Done", id="main", priority=True, tooltip="Check everything and print the params"),
        Binding("escape", "leave_form", "Leave", id="back", tooltip="Leave without printing anything"),
    ]
    if TYPE_CHECKING:
        app: FormApp

    def title_line(self) -> str:
        """Return what is filled in."""
        return f"Form: {title}" if (title := plain(self.filling.title, 80)) else "A form"

    def main_help(self) -> str:
        """Return what finishing does."""
        return "Check everything, leave, and print the params on standard output: real values, secrets too."

    def finished(self, params: dict[str, object]) -> None:
        """Leave with the params."""
        self.app.finish(params)

    def action_leave_form(self) -> None:
        """Leave without printing anything; at the second press where something would be lost."""
        self.app.leaving.request_quit("{back}")
