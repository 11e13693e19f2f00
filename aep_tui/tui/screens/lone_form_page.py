"""A page whose form stands by itself: it keeps the answers, and checks them at the end."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence

from textual import on
from textual.widgets import Button

from aep_tui.forms.check import FieldError, prepare
from aep_tui.forms.fields import Answer, Form
from aep_tui.json_text import JsonLine, json_lines
from aep_tui.tui.form_rows import Row, heading, rows_of
from aep_tui.tui.screens.form_page import FormPage
from aep_tui.wizard.lone_form import LoneForm


class LoneFormPage(FormPage):
    """The rows of one form; beside them the params as they stand, secrets as placeholders."""

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

    def preview(self, pointer: str) -> tuple[str, Sequence[JsonLine], str]:
        """Return the params as they stand."""
        return "", json_lines(self.filling.shown_params()), pointer

    def finished(self, params: dict[str, object]) -> None:
        """Go on with params that hold.

        Args:
            params: Each secret in them is wrapped.
        """
        raise NotImplementedError

    @on(Button.Pressed, "#go")
    async def action_finish(self) -> None:
        """Go on with the params, or to the first thing that has to be mended."""
        if self._prepared is not None:
            await self._prepared
        self.take_current()
        self._found = self.filling.errors()
        if self._found:
            await self.show_errors()
        else:
            self.finished(self.filling.params())
