"""What opens over a form: a search among many values, a file, the parts of a connection string, everything to correct."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import replace
from typing import ClassVar, TypeVar

from textual import on
from textual.binding import Binding, BindingType
from textual.screen import Screen

from aep_tui.forms.connection_string import builder_of, has_builder
from aep_tui.forms.fields import FieldKind, FieldSpec
from aep_tui.tui.faces import is_area, is_long, text_of
from aep_tui.tui.form_rows import Row, RowKind, section_of
from aep_tui.tui.keymap import with_keys
from aep_tui.tui.screens.form_filling import FormFilling
from aep_tui.tui.widgets.fields.choice_field import ChoiceField
from aep_tui.tui.widgets.fields.control import FieldControl

Result = TypeVar("Result")
LOADABLE = frozenset({FieldKind.TEXT, FieldKind.LINES, FieldKind.JSON})
NOT_SET = -1
"""What the search among values answers for none of them."""


class FormDialogs(FormFilling):
    """A form whose fields have more to offer than a line to type in."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("f4", "load", "Load a file", id="load", tooltip="Fill this field with the contents of a file"),
        Binding("f6", "list_errors", "Errors", id="errors", tooltip="List everything to correct, and go to one of it"),
        Binding("f7", "parts", "Parts", id="parts", tooltip="Fill in this connection string part by part"),
    ]

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Offer a key only where it does something."""
        match action:
            case "load":
                return self._loadable() is not None
            case "parts":
                field = self._loadable()
                return field is not None and has_builder(field)
            case "list_errors":
                return bool(self._errors or self._page_errors)
        return super().check_action(action, parameters)

    def _loadable(self) -> FieldSpec | None:
        """Return the field one is in if it holds a text."""
        row = self.lines.current if self.is_mounted and isinstance(self.focused, FieldControl) else None
        if row is None or row.field is None or row.kind is not RowKind.FIELD or row.row_id.startswith("#"):
            return None
        return row.field if row.field.kind in LOADABLE else None

    def keys_here(self, row: Row) -> str:
        """Return the keys that only some fields have, in sentences."""
        if row.field is None or row.kind is not RowKind.FIELD or row.row_id.startswith("#"):
            return ""
        keys = ["{reveal} shows it while you are here."] if row.secret and not is_long(row.answer) else []
        if row.field.kind in LOADABLE:
            keys += ["{parts} fills it in part by part."] if has_builder(row.field) else []
            encoded = ", encoded as base64" if row.field.content_encoding == "base64" else ""
            keys += (
                [f"{{load}} loads it from a file{encoded}."] if encoded or row.secret or is_area(row.field, row.answer) else []
            )
        return with_keys(self.app, " ".join(keys))

    def action_load(self) -> None:
        """Choose a file for the field one is in."""
        from aep_tui.tui.screens.load_file import LoadFileScreen

        row, field = self.lines.current, self._loadable()
        if row is None or field is None:
            return
        dialog = LoadFileScreen(row.label, base64=field.content_encoding == "base64", start=self.app.last_directory)

        async def loaded(text: str | None) -> None:
            self.app.last_directory = dialog.directory
            if text is not None:
                lines = text.count("\n") + 1
                self.notify(f"{dialog.loaded}: {len(text):,} characters, {lines:,} lines", title="Loaded", markup=False)
                await self.set_text(row.row_id, text)
                self._check(row.row_id)
                self.show_rows()

        self._open(dialog, loaded)

    def action_parts(self) -> None:
        """Fill in a connection string part by part."""
        from aep_tui.tui.screens.connection_string import ConnectionStringScreen

        self.take_current()
        self.show_rows()
        row, field = self.lines.current, self._loadable()
        builder = builder_of(field) if field is not None else None
        if row is None or field is None or builder is None:
            return

        async def written(text: str | None) -> None:
            if text is not None:
                await self.set_text(row.row_id, text)
                self._check(row.row_id)
                self.show_rows()

        self._open(ConnectionStringScreen(row.label, builder, text_of(row.answer), secret=field.secret), written)

    @on(ChoiceField.SearchAsked)
    def _search(self, event: ChoiceField.SearchAsked) -> None:
        from aep_tui.tui.screens.pick import UNTOLD, PickScreen

        field = event.choice_field
        row = self.lines.row(field.pointer)
        if row is None or field is not self.lines.editor:
            return

        async def picked(index: int | None) -> None:
            if index is not None and field.is_attached:
                field.choose(None if index == NOT_SET else index)

        chosen = UNTOLD if field.masked else field.index
        dialog = PickScreen(row.label, field.options, chosen, typed=event.typed, clearable=not field.required)
        self._open(dialog, picked)

    async def action_list_errors(self) -> None:
        """List everything to correct, and go to what is chosen; go there at once if it is one thing."""
        from aep_tui.tui.screens.error_list import ErrorListScreen

        await self.leave()
        order = {row_id: place for place, row_id in enumerate(self.lines.stops)}
        known = sorted(self._errors.items(), key=lambda item: order.get(item[0], len(order)))
        rows = self.lines.rows
        errors = [replace(error, field_id=row_id, label=section_of(rows, row_id) or error.label) for row_id, error in known]

        async def chosen(row_id: str | None) -> None:
            if row_id is not None and row_id in order:
                await self.go_to(row_id)
                self.draw_beside()

        if not errors and not self._page_errors:
            return
        if len(errors) == 1 and not self._page_errors:
            await chosen(errors[0].field_id)
            return
        self._open(ErrorListScreen([*errors, *self._page_errors]), chosen)

    def _open(self, dialog: Screen[Result], told: Callable[[Result | None], Awaitable[None]]) -> None:
        """Open a dialog; keys that come meanwhile are for it."""
        self.app.keys.hold()
        self.app.push_screen(dialog, told)
        self.app.screen.call_after_refresh(self.app.keys.release)
