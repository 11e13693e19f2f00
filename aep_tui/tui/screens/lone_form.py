"""A form by itself, as whoever maintains a connector tries it out."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, ClassVar

from textual import on
from textual.binding import Binding, BindingType
from textual.widgets import Button

from aep_tui.forms.check import FieldError, prepare
from aep_tui.forms.fields import Answer, Form
from aep_tui.json_text import JsonLine, json_lines
from aep_tui.text import plain
from aep_tui.tui.form_rows import Row, heading, rows_of
from aep_tui.tui.screens.form_page import FormPage
from aep_tui.wizard.lone_form import LoneForm

if TYPE_CHECKING:
    from aep_tui.tui.form_app import FormApp


class LoneFormScreen(FormPage):
    """The rows of one form; beside them the params as they stand, secrets as placeholders."""

    MAIN = "Done  ^n"
    BESIDE_TITLE = "Params so far"
    NOWHERE = "nothing is sent from here"
    HELP_TEXT = (
        "This is the form that a connector's schema makes. A star marks what is required. Tab and shift+Tab go from field to "
        "field, Enter goes on. Space turns a yes or no; up and down, or typing, change a choice. ctrl+o folds what is optional "
        "away.\n\n"
        "ctrl+n checks everything and prints the params on standard output: with the real values, secrets too."
    )
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("ctrl+n", "finish", "Done", id="main", priority=True, tooltip="Check everything and print the params"),
        Binding("escape", "leave_form", "Leave", id="back", tooltip="Leave without printing anything"),
    ]
    if TYPE_CHECKING:
        app: FormApp

    def __init__(self, filling: LoneForm) -> None:
        """Make the page.

        Args:
            filling: The form, with what is answered already.
        """
        super().__init__()
        self.filling = filling
        self._found: Sequence[FieldError] = ()
        self._prepared: asyncio.Task[None] | None = None

    async def on_mount(self) -> None:
        """Compile the schema meanwhile, so that the first check is quick."""
        self._prepared = asyncio.create_task(asyncio.to_thread(prepare, self.filling.form))

    def title_line(self) -> str:
        """Return what is filled in."""
        return f"Form: {title}" if (title := plain(self.filling.title, 80)) else "A form"

    def state_now(self) -> object:
        """Return the form as far as it is filled in."""
        return self.filling

    def make_rows(self) -> list[Row]:
        """Return a row for every field, or a word where the form asks for nothing."""
        answers = self.filling.answers()
        rows = list(rows_of(self.filling.form.tree(answers), answers))
        return rows or [heading("#nothing", "This form asks for nothing.")]

    def give(self, row: Row, answer: Answer | None) -> None:
        """Keep an answer."""
        self.filling = self.filling.answered(row.row_id, answer)

    def form_now(self) -> Form | None:
        """Return the form."""
        return self.filling.form

    def answers_now(self) -> Mapping[str, Answer]:
        """Return the answers in force."""
        return self.filling.answers()

    def touched_now(self) -> Mapping[str, Answer | None]:
        """Return what somebody ever answered."""
        return self.filling.touched

    def errors_now(self) -> Sequence[FieldError]:
        """Return what the last try to finish found."""
        return self._found

    def main_help(self) -> str:
        """Return what finishing does."""
        return "Check everything, leave, and print the params on standard output: real values, secrets too."

    def preview(self, pointer: str) -> tuple[str, Sequence[JsonLine], str]:
        """Return the params as they stand."""
        return "", json_lines(self.filling.shown_params()), pointer

    def action_leave_form(self) -> None:
        """Leave without printing anything; at the second press where something would be lost."""
        self.app.leaving.request_quit("esc")

    @on(Button.Pressed, "#go")
    async def action_finish(self) -> None:
        """Leave with the params, or go to the first thing that has to be mended."""
        if self._prepared is not None:
            await self._prepared
        self.take_current()
        self._found = self.filling.errors()
        if self._found:
            await self.show_errors()
        else:
            self.app.finish(self.filling.params())
