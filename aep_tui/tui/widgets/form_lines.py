"""A form drawn as lines, with one widget: the editor of the row one is in. What it costs depends on what one sees of it."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import ClassVar

from textual import events
from textual.content import Content
from textual.geometry import Region
from textual.message import Message
from textual.strip import Strip
from textual.style import Style as VisualStyle
from textual.visual import RenderOptions
from textual.widget import Widget

from aep_tui.tui.faces import face_of, height_of
from aep_tui.tui.form_rows import Row, RowKind
from aep_tui.tui.widgets.fields.control import FieldControl

LABEL_WIDTH = 30
INDENT = "  "

Make = Callable[[Row], FieldControl]


class FormLines(Widget):
    """The rows of a form: label, answer, and beneath them what is wrong.

    Component classes: ``form-lines--label``, ``--current``, ``--wrong``, ``--answer``, ``--error``, ``--heading``.
    """

    DEFAULT_CSS = """
    FormLines {
        width: 1fr; height: 1;
        & > .form-lines--label { color: $foreground; }
        & > .form-lines--current { color: $primary; text-style: bold; }
        & > .form-lines--wrong { color: $text-error; }
        & > .form-lines--answer { background: $surface; }
        & > .form-lines--error { color: $text-error; }
        & > .form-lines--heading { color: $secondary; text-style: bold; }
        &:nocolor > .form-lines--current { text-style: bold reverse; }
        &:nocolor > .form-lines--answer { text-style: underline; }
    }
    """
    COMPONENT_CLASSES: ClassVar[set[str]] = {
        f"form-lines--{name}" for name in ("label", "current", "wrong", "answer", "error", "heading")
    }

    @dataclass
    class Clicked(Message):
        """A row was clicked that nobody edits.

        Attributes:
            row: The row.
            x: Cells from the left of its answer; negative on the label.
            y: Lines from the top of the row.
        """

        row: Row
        x: int
        y: int

    def __init__(self, rows: Sequence[Row], make: Make) -> None:
        """Make the form.

        Args:
            rows: In order.
            make: Makes the widget that edits a row.
        """
        super().__init__()
        self._make = make
        self._rows: Sequence[Row] = rows
        self._errors: Mapping[str, str] = {}
        self._index: dict[str, int] = {}
        self._tops: list[int] = []
        self._strips: dict[int, list[Strip]] = {}
        self._laid_out_for = 0
        self.editor: FieldControl | None = None
        self.current_id = ""

    # What there is

    @property
    def rows(self) -> Sequence[Row]:
        """Every row shown, headings among them."""
        return self._rows

    @property
    def stops(self) -> list[str]:
        """Ids of the rows where Tab stops, in order."""
        return [row.row_id for row in self._rows if row.is_stop]

    @property
    def current(self) -> Row | None:
        """The row that is edited."""
        return self.row(self.current_id) if self.editor is not None else None

    def row(self, row_id: str) -> Row | None:
        """Return a row by its id; ``None`` if it is not shown."""
        place = self._index.get(row_id)
        return None if place is None else self._rows[place]

    def error(self, row_id: str) -> str:
        """Return what is wrong with a row; empty if nothing is known to be."""
        return self._errors.get(row_id, "")

    # What is shown

    def on_mount(self) -> None:
        """Work out where everything stands."""
        self._lay_out()

    def on_resize(self) -> None:
        """Break the errors anew at another width."""
        if self.size.width != self._laid_out_for:
            self._lay_out()

    def show(self, rows: Sequence[Row], errors: Mapping[str, str]) -> None:
        """Show other rows; the one that is edited stays so if it is still there.

        Args:
            rows: In order.
            errors: By the id of a row what is wrong with it.
        """
        self._rows, self._errors = rows, errors
        self._lay_out()

    def _lay_out(self) -> None:
        self._index = {row.row_id: place for place, row in enumerate(self._rows)}
        self._laid_out_for = self.size.width
        self._strips.clear()
        tops, top = [], 0
        for place, row in enumerate(self._rows):
            tops.append(top)
            top += self._gap(place) + self._answer_height(row) + len(self._error_strips(row))
        self._tops = tops
        if self.styles.height is None or self.styles.height.value != max(1, top):
            self.styles.height = max(1, top)
        self._place_editor()
        self.refresh()

    def _gap(self, place: int) -> int:
        """Return how many lines stay empty above a row: one above a title of the whole form."""
        row = self._rows[place]
        return 1 if place and row.kind is RowKind.HEADING and row.indent == 0 and not self.screen.has_class("-narrow") else 0

    def _answer_height(self, row: Row) -> int:
        if self.editor is not None and row.row_id == self.current_id:
            return max(1, self.editor.lines_wanted)
        return height_of(row)

    def _error_strips(self, row: Row) -> list[Strip]:
        message = self._errors.get(row.row_id)
        width = self.size.width - LABEL_WIDTH - 1
        if not message or width < 1:
            return []
        style = self.get_visual_style("form-lines--error")
        strips = Content(f"✗ {message}").render_strips(width, None, style, RenderOptions(self._get_style, {}))
        blank = Strip.blank(LABEL_WIDTH, self.rich_style)
        return [Strip.join([blank, strip.adjust_cell_length(width + 1, style.rich_style)]) for strip in strips]

    def top_of(self, row_id: str) -> tuple[int, int]:
        """Return the first line of a row and the number of its lines, errors too."""
        place = self._index[row_id]
        end = (
            self._tops[place + 1] if place + 1 < len(self._tops) else int(self.styles.height.value if self.styles.height else 1)
        )
        top = self._tops[place] + self._gap(place)
        return top, end - top

    # Editing

    async def edit(self, row_id: str) -> None:
        """Let a row be edited; what was edited before is left as it is."""
        row = self.row(row_id)
        if row is None or not row.is_stop:
            return
        before, self.current_id = self.editor, row_id
        if before is not None and before.pointer == row_id and before.is_attached:
            before.focus(scroll_visible=False)
            self.scroll_to_row(row_id)
            return
        await self._put(row, before)

    async def renew(self, row: Row) -> None:
        """Edit the current row with a new widget, since what it holds calls for another one."""
        if self.editor is not None:
            await self._put(row, self.editor)

    async def _put(self, row: Row, before: FieldControl | None) -> None:
        self.editor = editor = self._make(row)
        self._lay_out()
        await self.mount(editor)
        editor.focus(scroll_visible=False)
        self.scroll_to_row(row.row_id)
        if before is not None:
            # Textual 8.2 may draw a removed widget once more, whose styles are gone then: it is hidden first.
            before.display = False
            self.call_after_refresh(before.remove)

    def close(self) -> None:
        """Edit nothing."""
        before, self.editor, self.current_id = self.editor, None, ""
        self._lay_out()
        if before is not None:
            before.display = False
            self.call_after_refresh(before.remove)

    def editor_changed_height(self) -> None:
        """Give the editor as many lines as it wants now."""
        self._lay_out()
        self.scroll_to_row(self.current_id)

    def _place_editor(self) -> None:
        place = self._index.get(self.current_id)
        if self.editor is None or place is None:
            return
        self.editor.styles.margin = (self._tops[place] + self._gap(place), 0, 0, LABEL_WIDTH)
        self.editor.styles.height = self._answer_height(self._rows[place])

    def scroll_to_row(self, row_id: str) -> None:
        """Bring a row onto the screen once it has its place, and a title above it too."""
        self.call_after_refresh(self._scroll_to_row, row_id)

    def _scroll_to_row(self, row_id: str) -> None:
        frame = self.parent
        if not isinstance(frame, Widget) or row_id not in self._index:
            return
        top, height = self.top_of(row_id)
        place = self._index[row_id]
        while place and self._rows[place - 1].kind is RowKind.HEADING:
            place -= 1
        above = self._tops[place]
        region = Region(0, self.virtual_region.y + above, 1, top - above + height)
        frame.scroll_to_region(region, animate=False, force=True, immediate=True)

    # Drawing

    def render_line(self, y: int) -> Strip:
        """Draw one line."""
        place = bisect_right(self._tops, y) - 1
        if not 0 <= place < len(self._rows):
            return Strip.blank(self.size.width, self.rich_style)
        strips = self._strips.get(place)
        if strips is None:
            strips = self._strips[place] = self._draw(place)
        line = y - self._tops[place]
        return strips[line] if line < len(strips) else Strip.blank(self.size.width, self.rich_style)

    def _draw(self, place: int) -> list[Strip]:
        row = self._rows[place]
        blank = [Strip.blank(self.size.width, self.rich_style)] * self._gap(place)
        if row.kind is RowKind.HEADING:
            title = Content(INDENT * row.indent + row.label)
            return [*blank, self._strip(title, self.size.width, "form-lines--heading")]
        width = max(1, self.size.width - LABEL_WIDTH)
        height = self._answer_height(row)
        edited = self.editor is not None and row.row_id == self.current_id
        faces = [Content("")] * height if edited else face_of(row)[:height]
        answers = [self._strip(Content(" ") + face, width, "form-lines--answer") for face in faces]
        answers += [self._strip(Content(""), width, "form-lines--answer")] * (height - len(answers))
        labels = [self._label(row), *[Strip.blank(LABEL_WIDTH, self.rich_style)] * (height - 1)]
        lines = [Strip.join([label, answer]) for label, answer in zip(labels, answers, strict=True)]
        return [*blank, *lines, *self._error_strips(row)]

    def _label(self, row: Row) -> Strip:
        name = "wrong" if self.error(row.row_id) else "label"
        if self.editor is not None and row.row_id == self.current_id and self.editor.has_focus:
            name = "current"
        mark = Content.styled(" *", "$text-error") if row.required else Content("")
        label = Content(INDENT * row.indent + row.label).truncate(LABEL_WIDTH - 3, ellipsis=True) + mark
        return self._strip(label, LABEL_WIDTH, f"form-lines--{name}")

    def _strip(self, content: Content, width: int, name: str) -> Strip:
        style: VisualStyle = self.get_visual_style(name)
        if self.get_component_styles(name).text_style.reverse:
            # Textual 8.2 leaves reverse out of a visual style.
            style += VisualStyle(reverse=True)
        cut = content.truncate(width, ellipsis=True)
        strips = cut.render_strips(width, 1, style, RenderOptions(self._get_style, {}))
        strip = strips[0] if strips else Strip([])
        return strip.adjust_cell_length(width, style.rich_style).simplify()

    def notify_style_update(self) -> None:
        """Draw again after a change of theme."""
        self._strips.clear()
        super().notify_style_update()

    def on_descendant_focus(self) -> None:
        """Mark the label of the row one is in; ``:focus-within`` does not reach what is drawn here."""
        self._redraw_current()

    def on_descendant_blur(self) -> None:
        """Take the mark away."""
        self._redraw_current()

    def _redraw_current(self) -> None:
        place = self._index.get(self.current_id)
        if place is not None:
            self._strips.pop(place, None)
        self.refresh()

    def on_click(self, event: events.Click) -> None:
        """Tell which row was clicked."""
        if self.editor is not None and self.editor.region.contains_point(event.screen_offset):
            return
        at = event.screen_offset - self.region.offset
        place = bisect_right(self._tops, at.y) - 1
        if 0 <= place < len(self._rows):
            line = at.y - self._tops[place] - self._gap(place)
            self.post_message(self.Clicked(self._rows[place], at.x - LABEL_WIDTH, line))
