"""Filling in a form: walking from row to row, taking what is answered, and knowing what is wrong."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from textual import on
from textual.widgets import Button

from aep_tui.forms.check import FieldError, check, check_field
from aep_tui.forms.entries import fresh_row, renamed, with_row, with_row_moved, without_row
from aep_tui.forms.fields import Answer, Entries, FieldKind, Form
from aep_tui.secret import Secret
from aep_tui.tui.form_rows import Row, RowKind
from aep_tui.tui.screens.base import BaseScreen
from aep_tui.tui.widgets.error_summary import ErrorSummary
from aep_tui.tui.widgets.fields.control import FieldControl
from aep_tui.tui.widgets.fields.entries_field import EntriesField, EntryField
from aep_tui.tui.widgets.fields.text_field import TextField
from aep_tui.tui.widgets.form_lines import FormLines


class FormFilling(BaseScreen):
    """What a page with a form does; how it looks is told by :class:`~aep_tui.tui.screens.form_page.FormPage`.

    A subclass says what is asked, keeps the answers, and draws.
    """

    def __init__(self) -> None:
        """Begin with nothing wrong."""
        super().__init__()
        self._errors: dict[str, FieldError] = {}
        self._page_errors: list[FieldError] = []
        self._told: Sequence[FieldError] = ()
        self._made_of: object = None
        self._made: list[Row] = []
        self.fresh: list[str] = []
        """Ids of the entries added on this page; what is in them is not folded away."""

    # What a subclass gives

    def make_rows(self) -> list[Row]:
        """Return every row as it stands now."""
        raise NotImplementedError

    def state_now(self) -> object:
        """Return what the rows are made from: another object as soon as anything in it is another."""
        raise NotImplementedError

    def give(self, row: Row, answer: Answer | None) -> None:
        """Keep what was answered in a row."""
        raise NotImplementedError

    def form_now(self) -> Form | None:
        """Return the form that is filled in."""
        raise NotImplementedError

    def answers_now(self) -> Mapping[str, Answer]:
        """Return the answers in force."""
        raise NotImplementedError

    def touched_now(self) -> Mapping[str, Answer | None]:
        """Return what somebody ever answered, removed entries too."""
        raise NotImplementedError

    def errors_now(self) -> Sequence[FieldError]:
        """Return what the last main action found."""
        return ()

    def error_of_own(self, row: Row) -> FieldError | None:  # noqa: ARG002 - for a page that has such rows
        """Return what is wrong with a row that is no param."""
        return None

    def show_rows(self, *, tell_editor: bool = True) -> None:
        """Draw the rows as they stand now; what changed elsewhere is shown in the editor too, unless another one comes."""
        raise NotImplementedError

    def draw_beside(self) -> None:
        """Draw the help of the current row and what follows from the answers."""
        raise NotImplementedError

    def all_rows(self) -> list[Row]:
        """Return every row as it stands now, made once for each state."""
        state = self.state_now()
        if state is not self._made_of:
            self._made_of, self._made = state, self.make_rows()
        return self._made

    @property
    def lines(self) -> FormLines:
        """The form."""
        return self.query_one(FormLines)

    # Walking

    async def go_to(self, row_id: str) -> None:
        """Edit a row."""
        self.app.keys.hold()
        try:
            await self.lines.edit(row_id)
        finally:
            self.app.keys.release()

    async def action_step(self, by: int) -> None:
        """Go to the next stop or the one before; the button is the last."""
        await self.leave()
        stops = self.lines.stops
        at = len(stops) if isinstance(self.focused, Button) else self._place(stops)
        to = (at + by) % (len(stops) + 1)
        if to == len(stops):
            self.query_one("#go", Button).focus()
        else:
            await self.go_to(stops[to])
        self.draw_beside()

    def _place(self, stops: Sequence[str]) -> int:
        return stops.index(self.lines.current_id) if self.lines.current_id in stops else 0

    async def action_go_on(self) -> None:
        """Go to the next field."""
        await self.action_step(1)

    # Taking answers

    async def leave(self) -> None:
        """Take what the current field holds, check it, and show what follows from it."""
        row, editor = self.lines.current, self.lines.editor
        if row is not None and editor is not None:
            self._take(row, editor)
            self._check(row.row_id)
            await self.follow()

    def take_typed(self) -> None:
        """Take what is being typed, before it is told what leaving would lose."""
        if self.is_mounted and self.query(FormLines):
            self.take_current()

    def take_current(self) -> None:
        """Take what the current field holds."""
        row, editor = self.lines.current, self.lines.editor
        if row is not None and editor is not None:
            self._take(row, editor)

    def _take(self, row: Row, editor: FieldControl) -> None:
        answer = editor.answer()
        if row.kind is RowKind.KEY and isinstance(editor, TextField):
            self._rename(row, editor.value)
        elif row.kind is RowKind.FIELD and editor.holds_answer and answer != row.answer:
            # What was said of the page as a whole may hold no longer; the main action tells it again.
            self._page_errors.clear()
            self.give(row, answer)

    def _rename(self, row: Row, key: str) -> None:
        entries = self.answers_now().get(row.owner_id)
        if isinstance(entries, Entries) and row.entry in entries.rows and key != row.answer:
            self._give_entries(row.owner_id, renamed(entries, row.entry, key))

    async def follow(self) -> None:
        """Show the fields that the answers call for now; if the current one is gone, go to the one in its place."""
        stops = self.lines.stops
        at = self._place(stops)
        self.show_rows()
        if self.lines.current is None and self.lines.editor is not None:
            left = self.lines.stops
            before = [stop for stop in stops[:at] if stop in left]
            if left:
                await self.go_to(before[-1] if before else left[0])
            else:
                self.lines.close()
                self.query_one("#go", Button).focus()

    @on(FieldControl.Left)
    async def _left(self, event: FieldControl.Left) -> None:
        # A page that was left may hear of it after its draft is gone.
        is_open = self.is_attached and self in self.app.screen_stack
        if is_open and event.field_control is self.lines.editor:
            if event.for_good:
                await self.leave()
            else:
                self.take_current()
                self.show_rows()
            self.draw_beside()

    @on(FieldControl.Chosen)
    async def _chosen(self, event: FieldControl.Chosen) -> None:
        if event.field_control is self.lines.editor:
            await self.leave()
            self.draw_beside()

    @on(FieldControl.Replaced)
    async def _replaced(self, event: FieldControl.Replaced) -> None:
        if event.field_control is self.lines.editor:
            await self.set_text(self.lines.current_id, event.text)

    async def set_text(self, row_id: str, text: str) -> None:
        """Let a field hold a text that was not typed in it letter by letter."""
        row = self.lines.row(row_id)
        if row is None or row.field is None or row_id != self.lines.current_id:
            return
        answer: Answer | None = (Secret(text) if row.field.secret else text) if text else None
        if row.kind is RowKind.KEY:
            self._rename(row, text)
        else:
            self.give(row, answer)
        await self.renew_editor()
        self.draw_beside()

    async def renew_editor(self) -> None:
        """Edit the current row anew, since its answer came from elsewhere."""
        self.show_rows(tell_editor=False)
        row = self.lines.current
        if row is not None:
            self.app.keys.hold()
            try:
                await self.lines.renew(row)
            finally:
                self.app.keys.release()

    @on(FieldControl.HeightWanted)
    def _height_wanted(self, event: FieldControl.HeightWanted) -> None:
        if event.field_control is self.lines.editor:
            self.lines.editor_changed_height()

    @on(FormLines.Clicked)
    async def _clicked(self, event: FormLines.Clicked) -> None:
        if not event.row.is_stop:
            return
        await self.leave()
        await self.go_to(event.row.row_id)
        editor = self.lines.editor
        if editor is not None and editor.pointer == event.row.row_id and event.x >= 0 and editor.acts_on_first_click:
            editor.clicked(event.x, event.y)
        self.draw_beside()

    # Entries of lists and maps

    @on(EntriesField.AddAsked)
    async def _add_entry(self, event: EntriesField.AddAsked) -> None:
        row = self.lines.row(event.entries_field.pointer)
        if row is None or row.field is None:
            return
        answer = self.answers_now().get(row.row_id)
        entry = fresh_row(row.field, answer, self.touched_now())
        key = "" if row.field.kind is FieldKind.MAP else None
        self._give_entries(row.row_id, with_row(answer, entry, key))
        entry_id = f"{row.row_id}/~r{entry}"
        added = next((one for one in self.all_rows() if one.row_id == entry_id), None)
        if added is not None and added.field is not None and added.field.optional_part:
            # Whoever adds an entry of a list that holds its own kind wants what is in it.
            self.give(added, True)
        self.fresh.append(f"{entry_id}")
        self.show_rows()
        mine = [one for one in self.lines.rows if one.row_id.startswith(entry_id) and one.is_stop]
        inside = next((one for one in mine if one.kind is not RowKind.ENTRY), mine[0] if mine else row)
        await self.go_to(inside.row_id)
        self.draw_beside()

    @on(EntryField.RemoveAsked)
    async def _remove_entry(self, event: EntryField.RemoveAsked) -> None:
        owner = event.entry_field.owner_id
        entries = self.answers_now().get(owner)
        inside = f"{event.entry_field.pointer.removesuffix('#entry')}/"
        filled = any(row.answer is not None for row in self.lines.rows if f"{row.row_id}/".startswith(inside))
        if filled and not event.entry_field.warned:
            event.entry_field.warn()
        elif isinstance(entries, Entries):
            self._give_entries(owner, without_row(entries, event.entry_field.row))
            self.show_rows()
            await self.go_to(owner)
            self.draw_beside()

    @on(EntryField.MoveAsked)
    async def _move_entry(self, event: EntryField.MoveAsked) -> None:
        entries = self.answers_now().get(event.entry_field.owner_id)
        if isinstance(entries, Entries):
            moved = with_row_moved(entries, event.entry_field.row, event.by)
            self._give_entries(event.entry_field.owner_id, moved)
            self.show_rows()
            self.lines.scroll_to_row(event.entry_field.pointer)
            self.draw_beside()

    def _give_entries(self, owner_id: str, entries: Entries) -> None:
        owner = self.lines.row(owner_id)
        if owner is not None:
            self.give(owner, entries)
            if owner_id in self._errors:
                self._check(owner_id)

    # What is wrong

    def hear_errors(self) -> bool:
        """Take over what the main action or the service found, once; return whether there was anything new."""
        found, told = self.errors_now(), self._told
        self._told = found
        if all(error in told for error in found):
            return False
        self._errors.clear()
        self._page_errors.clear()
        rows = {row.row_id: row for row in self.all_rows()}
        for error in found:
            row_id = _row_for(error, rows)
            if row_id is None:
                self._page_errors.append(error)
            else:
                self._errors.setdefault(row_id, error)
        return True

    async def on_screen_resume(self) -> None:
        """Go to what the service refused, when one comes back from a refusal."""
        if self.hear_errors() and self.is_mounted:
            self.show_rows()
            await self.go_to(next(iter(self._errors), self.lines.current_id))

    def on_screen_suspend(self) -> None:
        """Mask a shown secret before another page comes: one may come back to it with somebody else looking."""
        editor = self.lines.editor
        if editor is not None and editor.revealed:
            editor.reveal()

    def _check(self, row_id: str) -> None:
        """Find what is wrong with a row that was left."""
        row = next((one for one in self.all_rows() if one.row_id == row_id), None)
        if row is not None and row.kind is RowKind.KEY:
            self._check_keys(row.owner_id)
            return
        error: FieldError | None = None
        if row is not None and row.kind is RowKind.FIELD and row.field is not None:
            own = row_id.startswith("#")
            error = self.error_of_own(row) if own else check_field(row.field, row.answer)
        self._errors.pop(row_id, None)
        if error is not None:
            self._errors[row_id] = error

    def _check_keys(self, owner_id: str) -> None:
        """Find what is wrong with the keys of a map: which of two that are the same is told depends on all of them."""
        form, rows = self.form_now(), {row.row_id: row for row in self.all_rows()}
        keys = {row_id for row_id, row in rows.items() if row.kind is RowKind.KEY and row.owner_id == owner_id}
        for row_id in keys:
            self._errors.pop(row_id, None)
        for error in check(form, self.answers_now()) if form is not None else ():
            found = _row_for(error, rows)
            if found in keys:
                self._errors[found] = error

    def forget_errors(self) -> None:
        """Take every error away: the main action found none."""
        self._told = ()
        self._errors.clear()
        self._page_errors.clear()
        self.show_rows()

    async def show_errors(self) -> bool:
        """Show what the main action found and go to the first of it; return whether there is anything."""
        self._told = ()
        self._errors.clear()
        self._page_errors.clear()
        found = self.hear_errors()
        self.show_rows()
        if found:
            order = [row_id for row_id in self.lines.stops if row_id in self._errors]
            await self.go_to(order[0] if order else self.lines.current_id)
        return found

    @on(ErrorSummary.Picked)
    async def _error_picked(self, event: ErrorSummary.Picked) -> None:
        await self.leave()
        await self.go_to(event.row_id)
        self.draw_beside()


def _row_for(error: FieldError, rows: Mapping[str, Row]) -> str | None:
    """Return the row where an error is shown: that of its field, of the entry, or of what it stands in."""
    place = error.field_id
    if error.keyword in {"propertyNames", "additionalProperties"} and f"{place}#key" in rows:
        return f"{place}#key"
    while place:
        for row_id in (place, f"{place}#entry"):
            if row_id in rows and rows[row_id].is_stop:
                return row_id
        place = place.rpartition("/")[0]
    return "" if "" in rows and rows[""].is_stop else None
