"""A page with a form: walking through it, taking what is answered, and saying what is wrong."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import ClassVar

from rich.cells import cell_len
from textual import events, on
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, Vertical, VerticalScroll
from textual.content import Content
from textual.widget import Widget
from textual.widgets import Input, Static

from aep_tui.forms.check import check_field
from aep_tui.json_text import JsonLine
from aep_tui.text import plain
from aep_tui.tui.controls import control_of
from aep_tui.tui.form_rows import Row, RowKind, folded, section_of
from aep_tui.tui.keymap import with_keys
from aep_tui.tui.screens.base import HERE
from aep_tui.tui.screens.form_dialogs import FormDialogs
from aep_tui.tui.widgets.error_summary import ErrorSummary
from aep_tui.tui.widgets.fields.const_field import ConstField
from aep_tui.tui.widgets.fields.control import FieldControl
from aep_tui.tui.widgets.form_lines import LABEL_WIDTH, FormLines
from aep_tui.tui.widgets.main_button import MainButton

PREVIEW_LINES = 80
"""So many lines of what follows from the answers are drawn, those around the current field."""


class FormPage(FormDialogs):
    """Rows to the left; help for the one that has the focus, and what follows from the answers, to the right.

    A subclass says what is asked, keeps the answers, and does what the main action does.
    """

    CSS_PATH: ClassVar = [HERE / "base.tcss", HERE / "form.tcss", HERE / "form_page.tcss"]
    AUTO_FOCUS = ""
    MAIN: ClassVar[str] = ""
    """The label of the main action."""
    BESIDE_TITLE: ClassVar[str] = ""
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("f8", "reveal", "Reveal", id="reveal", tooltip="Show the secret in this field until you leave it"),
        Binding("ctrl+o", "fold", "Fold", id="fold", tooltip="Fold the optional fields away, or show them again"),
        Binding("enter", "go_on", "Next field", show=False, priority=True),
        Binding("tab", "step(1)", "Next field", show=False),
        Binding("shift+tab", "step(-1)", "Field before", show=False),
    ]

    def __init__(self) -> None:
        """Make a page that shows every field."""
        super().__init__()
        self._folded = False
        self._required: list[Row] = []
        self._told_help: object = ()

    # What a subclass gives

    def preview(self, pointer: str) -> tuple[str, Sequence[JsonLine], str]:
        """Return what follows from the answers: a title, lines of JSON, and the pointer there of the field one is in.

        Args:
            pointer: Of that field, into the params; empty if there is none.
        """
        raise NotImplementedError

    # Layout

    def body(self) -> Iterable[Widget]:
        """The form to the left, help and preview to the right."""
        with Horizontal(id="columns"):
            form = VerticalScroll(id="form")
            form.can_focus = False
            with form:
                yield FormLines(self._shown_rows(), control_of)
                yield ErrorSummary()
                yield MainButton(
                    Content(with_keys(self.app, f"{self.MAIN}  {{^main}}")), id="go", variant="primary", compact=True
                )
                yield Static(id="count")
            with Vertical(id="beside"):
                yield Static(id="help")
                preview = VerticalScroll(Static(id="preview"), id="preview-frame")
                preview.can_focus = False
                preview.border_title = self.BESIDE_TITLE
                yield preview
        yield Static(id="help-line")

    async def on_mount(self) -> None:
        """Start on the first stop, or on the first field with an error."""
        self.hear_errors()
        self.show_rows()
        await self._start()

    async def _start(self) -> None:
        stops = self.lines.stops
        asked = (row.row_id for row in self.lines.rows if row.is_stop and row.is_asked)
        first = next((stop for stop in stops if stop in self._errors), None) or next(asked, next(iter(stops), None))
        if first is None:
            self.query_one("#go").focus()
        else:
            await self.go_to(first)
        self.draw_beside()

    # Drawing

    def _shown_rows(self) -> list[Row]:
        rows = self.all_rows()
        if not self._folded:
            return rows
        current = self.lines.current_id if self.is_mounted else ""
        fresh = (row.row_id for row in rows if row.row_id.startswith(tuple(f"{entry}/" for entry in self.fresh)))
        return folded(rows, frozenset({*self._errors, *fresh, current}))

    def show_rows(self, *, tell_editor: bool = True) -> None:
        """Draw the rows as they stand now; what changed elsewhere is shown in the editor too, unless another one comes."""
        before = self.lines.current
        rows = self._shown_rows()
        shown = {row.row_id for row in rows}
        # What went away, with a variant or an entry, is not to be corrected any more; folding keeps what is.
        self._errors = {row_id: error for row_id, error in self._errors.items() if row_id in shown}
        self.lines.show(rows, {row_id: error.message for row_id, error in self._errors.items()})
        now, editor = self.lines.current, self.lines.editor
        elsewhere = tell_editor and before is not None and now is not None and now.answer != before.answer
        if elsewhere and now is not None and editor is not None and editor.holds_answer and editor.answer() != now.answer:
            editor.show(now.answer)
        self._required = [row for row in rows if row.required and row.is_stop and row.is_asked]
        self._draw_errors([row for row in rows if row.row_id in self._errors])
        self._draw_count()

    def _draw_errors(self, rows: Sequence[Row]) -> None:
        listed = [
            (row.row_id, section_of(self.lines.rows, row.row_id) or row.label, self._errors[row.row_id].message) for row in rows
        ]
        listed += [("", "", error.message) for error in self._page_errors]
        self.query_one(ErrorSummary).show(listed if len(listed) > 1 or self._page_errors else [])
        self.refresh_bindings()

    def _draw_count(self) -> None:
        current = self.lines.current_id if self.lines.editor is not None else ""
        count = len(self._required)
        filled = sum(row.filled for row in self._required if row.row_id != current) + self._current_is_filled()
        wrong = sum(bool(self.lines.error(row_id)) for row_id in self._errors) + len(self._page_errors)
        trouble = (
            f" · {wrong} to correct" + (with_keys(self.app, " · {errors} lists them") if wrong > 1 else "") if wrong else ""
        )
        away = len(self.all_rows()) - len(self.lines.rows) if self._folded else 0
        fold = with_keys(self.app, f" · {away} optional folded away, {{^fold}} shows them") if away else ""
        words = f"{filled} of {count} required fields filled" if count else "No field is required"
        line, content = self.query_one("#count", Static), Content(words + trouble + fold)
        needed = content.get_height({}, max(1, line.content_size.width))
        line.update(content, layout=needed != line.content_size.height)

    def _current_is_filled(self) -> bool:
        """Whether the row one is in is a required one that has something in it now."""
        row, editor = self.lines.current, self.lines.editor
        if row is None or editor is None or not row.required:
            return False
        return row.filled if not editor.holds_answer or isinstance(editor, ConstField) else editor.answer() is not None

    @on(Input.Changed)
    def _typed(self) -> None:
        self._forget_mended()
        self._draw_count()

    def _forget_mended(self) -> None:
        """Take an error away as soon as what is typed is right; a new one waits until the field is left."""
        row, editor = self.lines.current, self.lines.editor
        if row is None or row.field is None or editor is None or row.row_id not in self._errors or not editor.holds_answer:
            return
        if row.kind is RowKind.FIELD and not row.row_id.startswith("#") and check_field(row.field, editor.answer()) is None:
            del self._errors[row.row_id]
            self.show_rows(tell_editor=False)

    @on(events.DescendantFocus)
    def _focused(self) -> None:
        self._draw_help()

    def _draw_help(self) -> None:
        """Draw the help where it is another: every drawing lays the page out."""
        row = self._focused_row
        keys = self.keys_here(row) if row is not None else ""
        told = (row.label, row.indent, row.facts(), row.help_text, keys) if row is not None else None
        if told == self._told_help:
            return
        self._told_help = told
        panel, line = self.query_one("#help", Static), self.query_one("#help-line", Static)
        if row is None:
            panel.border_title = Content(self.MAIN)
            line.update(Content(self.main_help()), layout=False)
            panel.update(Content(self.main_help()))
            return
        panel.border_title = Content(row.label)
        lines = [Content.styled(row.facts(), "dim")]
        lines += [Content(row.help_text)] if row.help_text else []
        lines += [Content.styled(keys, "dim")] if keys else []
        panel.update(Content("\n").join(lines))
        # Beside the form a label may be cut; here it is whole.
        label = f"{row.label}: " if cell_len(row.label) > LABEL_WIDTH - 3 - 2 * row.indent else ""
        lead = " · " if keys or row.help_text else ""
        about = Content.styled(row.facts() + lead + keys + (" " if keys else ""), "dim")
        line.update(Content(label) + about + Content(plain(row.help_text, 400)), layout=False)

    def main_help(self) -> str:
        """Return what the main action does."""
        return ""

    @property
    def _focused_row(self) -> Row | None:
        return self.lines.current if isinstance(self.focused, FieldControl) else None

    def focused_help(self) -> str:
        """Return label and help of the focused field."""
        row = self._focused_row
        return f"{row.label}: {row.facts()}. {row.help_text}" if row else ""

    def draw_beside(self) -> None:
        """Draw the help of the current row and what follows from the answers."""
        self._draw_help()
        row = self._focused_row
        title, lines, wanted = self.preview(row.field.pointer if row is not None and row.field is not None else "")
        places = (place for place, line in enumerate(lines) if line.pointer == wanted)
        marked = next(reversed([*places]), None) if wanted else None
        first = max(0, (marked or 0) - PREVIEW_LINES // 2)
        shown = [_preview_line(line, marked=bool(wanted) and line.pointer == wanted) for line in lines[first:][:PREVIEW_LINES]]
        if first:
            shown[0] = Content.styled("…", "dim")
        if first + PREVIEW_LINES < len(lines):
            shown[-1] = Content.styled("…", "dim")
        head = [Content.styled(title, "bold")] if title else []
        self.query_one("#preview", Static).update(Content("\n").join([*head, *shown]))
        if marked is not None:
            frame = self.query_one("#preview-frame", VerticalScroll)
            middle = max(0, marked - first - frame.size.height // 2)
            self.call_after_refresh(frame.scroll_to, y=middle, animate=False)

    # Keys

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Leave Enter to a button and to a field of several lines; offer a key only where it does something."""
        editor = self.focused if isinstance(self.focused, FieldControl) else None
        if action == "go_on":
            return editor is not None and not editor.takes_enter
        if action == "reveal":
            return editor is not None and editor.secret and editor.can_reveal
        return super().check_action(action, parameters)

    def action_reveal(self) -> None:
        """Show the focused secret until it is left."""
        if isinstance(self.focused, FieldControl):
            self.focused.reveal()

    async def action_fold(self) -> None:
        """Fold the optional fields away, or show them again; the field one is in is not left by that."""
        self.take_current()
        self._folded = not self._folded
        await self.follow()
        self.lines.scroll_to_row(self.lines.current_id)


def _preview_line(line: JsonLine, *, marked: bool) -> Content:
    """Return a line fit to be shown with its indentation."""
    text = line.text[:600]
    content = Content(" " * (len(text) - len(text.lstrip(" "))) + plain(text, 200))
    return content.stylize("bold $primary") if marked else content
