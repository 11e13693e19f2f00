"""A list that draws only the rows one sees, so that ten thousand cost what a hundred cost."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import ClassVar, NamedTuple

from rich.segment import Segment
from textual import events
from textual.content import Content
from textual.geometry import Region, Size
from textual.message import Message
from textual.scroll_view import ScrollView
from textual.strip import Strip
from textual.style import Style as VisualStyle
from textual.visual import RenderOptions


class ListRow(NamedTuple):
    """One line of a list.

    Attributes:
        key: What the row stands for; ``None`` for a heading, which cannot be highlighted.
        value: What the drawing function gets.
    """

    key: str | None
    value: object = None


Draw = Callable[[ListRow, int], Content]


class VirtualList(ScrollView):
    """A list of one-line rows with one highlighted; it draws lines, not widgets.

    Whoever owns it gives the rows and a function that draws one of them for a width in cells. Component class:
    ``virtual-list--highlight``.
    """

    DEFAULT_CSS = """
    VirtualList { height: 1fr; overflow-x: hidden; overflow-y: auto; scrollbar-size-vertical: 1; }
    """
    COMPONENT_CLASSES: ClassVar[set[str]] = {"virtual-list--highlight"}

    class Highlighted(Message):
        """Another row is highlighted; ``row`` is ``None`` in a list without rows."""

        def __init__(self, virtual_list: VirtualList, row: ListRow | None) -> None:
            """Keep which list and which row."""
            super().__init__()
            self.virtual_list = virtual_list
            self.row = row

        @property
        def control(self) -> VirtualList:
            """The list that sent it."""
            return self.virtual_list

    class Picked(Message):
        """A row was chosen by a click on the highlighted row."""

        def __init__(self, virtual_list: VirtualList, row: ListRow) -> None:
            """Keep which list and which row."""
            super().__init__()
            self.virtual_list = virtual_list
            self.row = row

        @property
        def control(self) -> VirtualList:
            """The list that sent it."""
            return self.virtual_list

    def __init__(self, draw: Draw, *, id: str | None = None, can_focus: bool = False) -> None:  # noqa: A002
        """Make an empty list.

        Args:
            draw: Draws one row for a width in cells.
            id: Widget id.
            can_focus: Whether the list is a Tab stop; a search box often drives it instead.
        """
        super().__init__(id=id)
        self.can_focus = can_focus
        self._draw = draw
        self._rows: Sequence[ListRow] = ()
        self._index: int | None = None
        self._strips: dict[tuple[int, int, bool], Strip] = {}

    @property
    def rows(self) -> Sequence[ListRow]:
        """All rows, headings among them."""
        return self._rows

    @property
    def highlighted(self) -> ListRow | None:
        """The highlighted row, or ``None``."""
        return None if self._index is None else self._rows[self._index]

    def set_rows(self, rows: Sequence[ListRow], *, highlight: str | None = None, steady: bool = False) -> None:
        """Show other rows.

        Args:
            rows: The new rows.
            highlight: Key to highlight; the first row if it is not there or not given.
            steady: Keep the highlighted row on the screen line where it is now.
        """
        line = None if self._index is None else self._index - round(self.scroll_y)
        self._rows = rows
        self._strips.clear()
        self._index = self._find(highlight)
        self.virtual_size = Size(max(self.size.width, 1), len(rows))
        if steady and line is not None and self._index is not None:
            self.scroll_to(y=max(0, self._index - line), animate=False, force=True)
        elif self._index is None or self._index <= 1:
            self.scroll_to(y=0, animate=False, force=True)
        else:
            self._show_index()
        self.refresh()
        self.post_message(self.Highlighted(self, self.highlighted))

    def _find(self, key: str | None) -> int | None:
        first: int | None = None
        for index, row in enumerate(self._rows):
            if row.key is None:
                continue
            if row.key == key:
                return index
            if first is None:
                first = index
                if key is None:
                    break
        return first

    def redraw(self) -> None:
        """Draw every visible row again, as after a change of what is marked in them."""
        self._strips.clear()
        self.refresh()

    def highlight(self, key: str) -> None:
        """Highlight a row by its key; one that is not there changes nothing."""
        index = next((index for index, row in enumerate(self._rows) if row.key == key), None)
        self._highlight(index)

    def move(self, by: int) -> None:
        """Move the highlight by some rows, over headings, and stop at the ends."""
        index, step = self._index, 1 if by > 0 else -1
        for _ in range(abs(by)):
            following = None if index is None else self._selectable(index + step, step)
            if following is None:
                break
            index = following
        self._highlight(index)

    def move_page(self, pages: int) -> None:
        """Move the highlight by pages."""
        self.move(pages * max(1, self.size.height - 1))

    def move_to_end(self, last: bool) -> None:
        """Move the highlight to the first or the last row."""
        self._highlight(self._selectable(len(self._rows) - 1, -1) if last else self._selectable(0, 1))

    def _selectable(self, index: int, step: int) -> int | None:
        while 0 <= index < len(self._rows):
            if self._rows[index].key is not None:
                return index
            index += step
        return None

    def _highlight(self, index: int | None) -> None:
        if index is None or index == self._index:
            return
        self._index = index
        self._show_index()
        self.refresh()
        self.post_message(self.Highlighted(self, self.highlighted))

    def _show_index(self) -> None:
        if self._index is None:
            return
        top = self._index - 1 if self._index == 1 and self._rows[0].key is None else self._index
        self.scroll_to_region(Region(0, top, 1, self._index - top + 1), animate=False, force=True)

    def on_resize(self) -> None:
        """Draw for the new width."""
        if not self._rows:
            return
        self._strips.clear()
        self.virtual_size = Size(max(self.size.width, 1), len(self._rows))
        self._show_index()

    def notify_style_update(self) -> None:
        """Draw again after a change of theme."""
        self._strips.clear()
        super().notify_style_update()

    def on_click(self, event: events.Click) -> None:
        """Highlight the clicked row; a click on the highlighted row picks it."""
        index = event.y + round(self.scroll_y)
        if not 0 <= index < len(self._rows) or self._rows[index].key is None:
            return
        if index == self._index:
            self.post_message(self.Picked(self, self._rows[index]))
        else:
            self._highlight(index)

    def render_line(self, y: int) -> Strip:
        """Draw one visible line."""
        width = self.scrollable_content_region.width
        index = y + round(self.scroll_y)
        if not 0 <= index < len(self._rows):
            return Strip.blank(width, self.rich_style)
        key = (index, width, index == self._index)
        strip = self._strips.get(key)
        if strip is None:
            strip = self._strips[key] = self._render_row(self._rows[index], width, highlighted=key[2])
        return strip

    def _render_row(self, row: ListRow, width: int, *, highlighted: bool) -> Strip:
        style: VisualStyle = self.get_visual_style("virtual-list--highlight") if highlighted else self.visual_style
        if highlighted and self.get_component_styles("virtual-list--highlight").text_style.reverse:
            # Textual 8.2 leaves reverse out of a visual style.
            style += VisualStyle(reverse=True)
        bar = "▌ " if highlighted else "  "
        content = Content(bar) + self._draw(row, max(1, width - 2))
        if row.key is None:
            content = content.stylize("italic dim")
        strips = content.truncate(width).render_strips(width, 1, style, RenderOptions(self._get_style, {}))
        strip = strips[0] if strips else Strip([Segment("")])
        return strip.adjust_cell_length(width, style.rich_style).simplify()
