"""Step 2: the form that the source itself described."""

from __future__ import annotations

from collections.abc import Iterable
from typing import ClassVar

from textual import events, on
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, Vertical, VerticalScroll
from textual.content import Content
from textual.widget import Widget
from textual.widgets import Button, Input, Static

from aep_tui.exchange.json_view import body_lines
from aep_tui.forms.check import FieldError, check_field
from aep_tui.forms.entries import fresh_row, renamed, with_row, with_row_moved, without_row
from aep_tui.forms.fields import Chosen, Entries, FieldKind, FieldSpec
from aep_tui.text import plain
from aep_tui.tui.form_rows import general_rows, param_parts
from aep_tui.tui.screens.base import HERE, BaseScreen
from aep_tui.tui.widgets.field_row import FieldRow
from aep_tui.tui.widgets.fields.control import FieldControl
from aep_tui.tui.widgets.fields.entries_field import EntriesField, EntryField
from aep_tui.tui.widgets.fields.text_field import KeyField
from aep_tui.tui.widgets.form_body import FormBody
from aep_tui.wizard.draft import AUTH, DESCRIPTION, NAME, Draft, name_error
from aep_tui.wizard.state import Answered, AuthPicked, DescriptionGiven, NameGiven, ReviewAsked
from aep_tui.wizard.step import Step

BODY_POINTERS = {NAME: "/name", DESCRIPTION: "/description", AUTH: "/auth/specName"}
PARAMS_POINTER = "/auth/params"


class CredentialsScreen(BaseScreen):
    """A row for every answer; help for the focused one and the request behind it stand beside them."""

    CSS_PATH: ClassVar = [HERE / "base.tcss", HERE / "form.tcss", HERE / "credentials.tcss"]
    STEP = Step.CREDENTIALS
    AUTO_FOCUS = ""
    HELP_TEXT = (
        "The service described this form itself. A star marks what the source cannot do without. Tab and shift+Tab go "
        "from field to field, Enter goes on. Space turns a yes or no; up and down, or typing, change a choice.\n\n"
        "Secrets are masked, are sent once with this request, and are kept nowhere. F8 shows the one you are in until you "
        "leave it. What you leave empty is not sent: the service then uses its own default."
    )
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("ctrl+n", "review", "Review", id="main", priority=True, tooltip="Look at what will be sent"),
        Binding("escape", "back", "Back", id="back", tooltip="Back to the sources; your answers stay"),
        Binding("f5", "request", "Request", id="beside", tooltip="Show the request so far"),
        Binding("f8", "reveal", "Reveal", id="reveal", tooltip="Show the secret in this field until you leave it"),
        Binding("enter", "go_on", "Next field", show=False, priority=True),
    ]

    def body(self) -> Iterable[Widget]:
        """The form to the left, help and request to the right."""
        draft = self.draft
        with Horizontal(id="columns"):
            form = VerticalScroll(id="form")
            form.can_focus = False
            with form:
                yield from general_rows(draft)
                yield Static(Content(self._section(draft)), classes="section")
                yield FormBody(*(part.make() for part in param_parts(draft)), id="params")
                yield Static(id="page-error")
                yield Button("Review  ^n", id="go", variant="primary", compact=True)
                yield Static(id="count")
            with Vertical(id="beside"):
                yield Static(id="help")
                preview = VerticalScroll(Static(id="preview"), id="preview-frame")
                preview.can_focus = False
                preview.border_title = "Behind this step"
                yield preview
        yield Static(id="help-line")

    def _section(self, draft: Draft) -> str:
        return plain(draft.auth_name, 80) if draft.option is not None else "This source takes no credentials."

    @property
    def draft(self) -> Draft:
        """The draft on this page."""
        draft = self.app.wizard.draft
        if draft is None:
            raise RuntimeError("the Credentials step has no draft")
        return draft

    @property
    def rows(self) -> list[FieldRow]:
        """The rows in the order of the page: the general ones, then one for every param."""
        general = self.query_one("#form", VerticalScroll).children
        return [*(row for row in general if isinstance(row, FieldRow)), *self.query_one(FormBody).rows]

    def on_mount(self) -> None:
        """Start on the first stop, or on the first field with an error."""
        self._draw_errors()
        self._draw_preview()
        errors = self.app.wizard.errors
        self._focus_pointer(errors[0].field_id if errors else None)

    def _focus_pointer(self, pointer: str | None) -> None:
        """Go to the field of a pointer, or to the first one: the empty pointer may be that of a field for all params."""
        rows = self.rows
        row = next((row for row in rows if row.control.pointer == pointer), rows[0])
        row.control.focus()

    def _row_of(self, widget: Widget | None) -> FieldRow | None:
        return next((node for node in widget.ancestors_with_self if isinstance(node, FieldRow)), None) if widget else None

    # What the fields tell

    @on(FieldControl.Left)
    async def _left(self, event: FieldControl.Left) -> None:
        self._take(event.field_control)
        if event.for_good:
            await self._follow()
            self._check(event.field_control)
        self._draw_preview()

    @on(FieldControl.Chosen)
    async def _chosen(self, event: FieldControl.Chosen) -> None:
        self._take(event.field_control)
        await self._follow()
        if event.field_control.pointer != AUTH:
            self._check(event.field_control)
        self._draw_preview()
        self._draw_help()

    def _take(self, control: FieldControl) -> None:
        """Give a field's answer to the wizard."""
        answer, before = control.answer(), self.draft
        if not control.holds_answer:
            self._take_key(control)
            return
        match control.pointer:
            case pointer if pointer == NAME:
                self.app.dispatch(NameGiven(answer if isinstance(answer, str) else ""))
            case pointer if pointer == DESCRIPTION:
                self.app.dispatch(DescriptionGiven(answer if isinstance(answer, str) else ""))
            case pointer if pointer == AUTH:
                index = answer.index if isinstance(answer, Chosen) else 0
                self.app.dispatch(AuthPicked(before.source.auth_options[index].name))
            case pointer:
                if before.answers().get(pointer) != answer:
                    self.app.dispatch(Answered(pointer, answer))
        if control.pointer == NAME and self.draft is not before:
            self._show_suggestions(before)

    def _take_key(self, control: FieldControl) -> None:
        """Give the key of a row of a map to the wizard."""
        if isinstance(control, KeyField):
            entries = self.draft.answers().get(control.owner_id)
            if isinstance(entries, Entries) and control.row in entries.rows:
                self.app.dispatch(Answered(control.owner_id, renamed(entries, control.row, control.value)))

    def _show_suggestions(self, before: Draft) -> None:
        """Show the answers that follow from the name in the fields they belong to."""
        old, new = before.answers(), self.draft.answers()
        for row in self.rows:
            pointer = row.control.pointer
            if old.get(pointer) != new.get(pointer):
                row.control.show(new.get(pointer))

    def _check(self, control: FieldControl) -> None:
        """Show what is wrong with a field that was left."""
        row = next((row for row in self.rows if row.control is control), None)
        if row is None:
            return
        if control.pointer in BODY_POINTERS:
            error = name_error(self.draft.name) if control.pointer == NAME else None
            row.set_error(error.message if error else "")
            self._draw_count()
            return
        field = self._field(control.pointer)
        if field is not None:
            error = check_field(field, self.draft.answers().get(field.id))
            row.set_error(error.message if error else "")
        self._draw_count()

    async def _follow(self) -> None:
        """Show the fields that the answers call for now; what was typed into others is kept."""
        self.app.keys.hold()
        try:
            focused = self._row_of(self.focused)
            self.query_one(".section", Static).update(Content(self._section(self.draft)))
            await self.query_one(FormBody).follow(list(param_parts(self.draft)))
            if focused is not None and not focused.is_attached:
                self._focus_pointer(None)
        finally:
            self.app.keys.release()
        self._draw_count()

    @on(EntriesField.AddAsked)
    async def _add_entry(self, event: EntriesField.AddAsked) -> None:
        owner = self._field(event.entries_field.pointer)
        if owner is None:
            return
        answers = self.draft.answers()
        row = fresh_row(owner, answers.get(owner.id), self.draft.touched.get(self.draft.auth_name, {}))
        key = "" if owner.kind is FieldKind.MAP else None
        await self._set_entries(owner.id, with_row(answers.get(owner.id), row, key))
        mine = [one for one in self.query_one(FormBody).rows if one.part_id.startswith(f"{owner.id}/~r{row}")]
        target = next((one for one in mine if not isinstance(one.control, EntryField)), mine[0] if mine else None)
        if target is not None:
            target.control.focus()

    @on(EntryField.RemoveAsked)
    async def _remove_entry(self, event: EntryField.RemoveAsked) -> None:
        entries = self.draft.answers().get(event.entry_field.owner_id)
        if isinstance(entries, Entries):
            await self._set_entries(event.entry_field.owner_id, without_row(entries, event.entry_field.row))
            self._focus_pointer(event.entry_field.owner_id)

    @on(EntryField.MoveAsked)
    async def _move_entry(self, event: EntryField.MoveAsked) -> None:
        entries = self.draft.answers().get(event.entry_field.owner_id)
        if isinstance(entries, Entries):
            await self._set_entries(event.entry_field.owner_id, with_row_moved(entries, event.entry_field.row, event.by))
            event.entry_field.focus()

    async def _set_entries(self, owner_id: str, entries: Entries) -> None:
        self.app.dispatch(Answered(owner_id, entries))
        for row in self.query_one(FormBody).rows:
            if row.control.pointer == owner_id:
                row.control.show(entries)
        await self._follow()
        self._draw_preview()

    def _field(self, field_id: str) -> FieldSpec | None:
        form = self.draft.form
        return form.field(field_id, self.draft.answers()) if form is not None else None

    # What the page shows

    def state_changed(self) -> None:
        """Draw the errors that the wizard found."""
        self._draw_errors()

    def _draw_errors(self) -> None:
        errors = {error.field_id: error for error in reversed(self.app.wizard.errors)}
        shown = set()
        for row in self.rows:
            error = errors.get(row.control.pointer)
            if error is not None:
                row.set_error(error.message)
                shown.add(row.control.pointer)
        rest = [error for error in self.app.wizard.errors if error.field_id not in shown]
        self._draw_page_errors(rest)
        self._draw_count()

    def on_screen_suspend(self) -> None:
        """Mask a shown secret before another page comes: one may come back to it with somebody else looking."""
        if isinstance(self.focused, FieldControl) and self.focused.revealed:
            self.focused.reveal()

    def _draw_page_errors(self, errors: list[FieldError]) -> None:
        self.set_class(bool(errors), "-page-error")
        self.query_one("#page-error", Static).update(Content("\n".join(f"✗ {error.message}" for error in errors)))

    def _draw_count(self) -> None:
        required = [row for row in self.rows if row.required]
        filled = sum(row.control.answer() is not None for row in required)
        wrong = sum(bool(row.error) for row in self.rows)
        words = f"{filled} of {len(required)} required fields filled"
        trouble = f" · {wrong} to correct" if wrong else ""
        self.query_one("#count", Static).update(Content(words + trouble), layout=False)

    @on(Input.Changed)
    def _typed(self) -> None:
        self._draw_count()

    @on(events.DescendantFocus)
    def _focused(self) -> None:
        self._draw_help()
        self._draw_preview()

    def _draw_help(self) -> None:
        row = self._row_of(self.focused)
        panel = self.query_one("#help", Static)
        if row is None:
            panel.border_title = Content("Review")
            text = Content("Look at the request before anything is sent.")
            self.query_one("#help-line", Static).update(text, layout=False)
        else:
            panel.border_title = Content(row.label)
            facts = Content.styled(row.facts(), "dim")
            text = Content("\n").join([facts, Content(row.help_text)] if row.help_text else [facts])
            if row.secret:
                text = Content("\n").join(
                    [text, Content.styled("Kept nowhere; sent once. F8 shows it while you are here.", "dim")]
                )
            self.query_one("#help-line", Static).update(_in_line(row), layout=False)
        panel.update(text)

    def _draw_preview(self) -> None:
        request = self.app.session.request(self.draft)
        row = self._row_of(self.focused)
        pointer = "" if row is None else BODY_POINTERS.get(row.control.pointer) or PARAMS_POINTER + row.control.pointer
        lines = [Content.styled(f"{request.method} /connections", "bold")]
        marked = None
        for number, line in enumerate(body_lines(request), start=1):
            content = Content(plain_indented(line.text))
            if pointer and line.pointer == pointer:
                content, marked = content.stylize("bold $primary"), number
            lines.append(content)
        self.query_one("#preview", Static).update(Content("\n").join(lines))
        if marked is not None:
            frame = self.query_one("#preview-frame", VerticalScroll)
            self.call_after_refresh(frame.scroll_to, y=max(0, marked - frame.size.height // 2), animate=False)

    def focused_help(self) -> str:
        """Return label and help of the focused field."""
        row = self._row_of(self.focused)
        return f"{row.label}: {row.facts()}. {row.help_text}" if row else ""

    # What the keys do

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Leave Enter to a button and to a field of several lines; offer F8 in a secret field only."""
        if action == "go_on":
            return isinstance(self.focused, FieldControl) and not self.focused.takes_enter
        if action == "reveal":
            return isinstance(self.focused, FieldControl) and self.focused.secret
        return super().check_action(action, parameters)

    def action_go_on(self) -> None:
        """Go to the next field."""
        self.focus_next()

    def _commit(self) -> None:
        """Give every answer to the wizard, that of the field one is in too."""
        for row in self.rows:
            self._take(row.control)
        focused = self._row_of(self.focused)
        if focused is not None:
            focused.set_error("")

    @on(Button.Pressed, "#go")
    def action_review(self) -> None:
        """Go on, or to the first thing that has to be mended."""
        self._commit()
        for row in self.rows:
            row.set_error("")
        self.app.dispatch(ReviewAsked())
        errors = self.app.wizard.errors
        if errors and self.is_current:
            self._draw_errors()
            self._focus_pointer(errors[0].pointer)

    def action_back(self) -> None:
        """Go back to the sources with every answer kept."""
        self._commit()
        self.app.go_back()

    def action_request(self) -> None:
        """Show the request so far over the whole screen."""
        self._commit()
        self.app.show_request(self.app.session.request(self.draft))

    def action_reveal(self) -> None:
        """Show the focused secret until it is left."""
        if isinstance(self.focused, FieldControl):
            self.focused.reveal()


def _in_line(row: FieldRow) -> Content:
    """Return facts and help for the three lines there are on a small terminal."""
    parts = [plain(row.help_text, 400)] if row.help_text else []
    parts += ["F8 shows it."] if row.secret else []
    lead = " · " if parts else ""
    return Content.styled(row.facts() + lead, "dim") + Content(" ".join(parts))


def plain_indented(line: str) -> str:
    """Return a line fit to be shown with its indentation."""
    return " " * (len(line) - len(line.lstrip(" "))) + plain(line, 400)
