"""One of very many values, found by typing a part of it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, ClassVar, Final

from rich.cells import cell_len
from textual import events, on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.content import Content
from textual.screen import ModalScreen
from textual.widgets import Input, Static

from aep_tui.text import plain
from aep_tui.tui.faces import Option
from aep_tui.tui.keymap import with_keys
from aep_tui.tui.screens.base import HERE
from aep_tui.tui.screens.list_keys import ListKeys
from aep_tui.tui.widgets.search_box import SearchBox
from aep_tui.tui.widgets.virtual_list import ListRow, VirtualList

if TYPE_CHECKING:
    from aep_tui.tui.app import AepTuiApp

UNTOLD: Final = -2
"""Stands for what is chosen where that is a secret: no value is marked."""
NOT_SET: Final = -1
"""What the page answers when the choice is to be taken back."""
EXACT, PREFIX, IN_LABEL, ELSEWHERE = range(4)
NARROWEST_REMARK = 16


class ClickList(VirtualList):
    """A list in which one click takes a row: the dialog around it was opened for nothing else."""

    def on_click(self, event: events.Click) -> None:
        """Highlight the clicked row first, so that the list's own answer to the click is to pick it."""
        index = event.y + round(self.scroll_y)
        if 0 <= index < len(self.rows) and self.rows[index].key is not None:
            self._highlight(index)


class OptionIndex:
    """Options searchable by every word of what is typed; each keystroke only looks through what the last one left."""

    def __init__(self, options: Sequence[Option]) -> None:
        """Fold the texts once."""
        self._labels = [option.label.casefold() for option in options]
        self._texts = [f"{option.label}\n{option.remark}".casefold() for option in options]
        self._last: tuple[str, list[int]] = ("", list(range(len(options))))

    def search(self, query: str) -> list[int]:
        """Return the indices of options in which every word occurs: whole labels, then beginnings, labels, and remarks.

        Within each they stand in their own order.
        """
        folded = " ".join(query.casefold().split())
        words = folded.split()
        last, candidates = self._last
        if not folded.startswith(last):
            candidates = list(range(len(self._texts)))
        found = [index for index in candidates if all(word in self._texts[index] for word in words)]
        self._last = (folded, found)
        return sorted(found, key=lambda index: self._rank(index, folded, words)) if folded else found

    def _rank(self, index: int, folded: str, words: Sequence[str]) -> int:
        label = self._labels[index]
        if label == folded:
            return EXACT
        if label.startswith(folded):
            return PREFIX
        return IN_LABEL if all(word in label for word in words) else ELSEWHERE


class PickScreen(ModalScreen[int | None], ListKeys):
    """A search box above the values; answers with the index of one, ``NOT_SET``, or ``None`` if all stays as it was."""

    CSS_PATH: ClassVar = [HERE / "form.tcss", HERE / "dialogs.tcss"]
    AUTO_FOCUS = "#search"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "leave", "Leave", id="pick-leave"),
        Binding("up", "move(-1)", "Up", show=False),
        Binding("down", "move(1)", "Down", show=False),
        Binding("pageup", "page(-1)", "Page up", show=False),
        Binding("pagedown", "page(1)", "Page down", show=False),
        Binding("home,ctrl+home", "end(False)", "First", show=False, priority=True),
        Binding("end,ctrl+end", "end(True)", "Last", show=False, priority=True),
        Binding("delete", "unset", "Not set", id="pick-unset", show=False, priority=True),
        Binding("tab,shift+tab", "stay", "Stay", show=False),
    ]

    if TYPE_CHECKING:
        app: AepTuiApp

    def __init__(
        self, title: str, options: Sequence[Option], chosen: int | None, *, typed: str = "", clearable: bool = False
    ) -> None:
        """Make the page.

        Args:
            title: Label of the field.
            options: In order.
            chosen: Index of what is chosen now.
            typed: What the search begins with.
            clearable: Whether "not set" is a choice.
        """
        super().__init__()
        self._title, self._options, self._chosen = title, options, chosen
        self._typed, self._clearable = typed, clearable
        self._index = OptionIndex(options)

    def compose(self) -> ComposeResult:
        """Lay out search box, list, count and keys."""
        with Vertical(classes="dialog") as frame:
            frame.border_title = Content(plain(self._title, 100))
            yield SearchBox("Type a part of it")
            yield ClickList(self._draw_row, id="options")
            yield Static(id="none")
            yield Static(id="count", classes="hint")
            yield Static(Content(self._keys_line()), classes="hint")

    def _keys_line(self) -> str:
        unset = " · {pick-unset} unsets it" if self._clearable else ""
        return with_keys(self.app, f"enter takes it{unset} · {{pick-leave}} leaves")

    def on_mount(self) -> None:
        """Start on what is chosen, or on what fits the typed text best."""
        box = self.query_one("#search", Input)
        with box.prevent(Input.Changed):
            box.value = self._typed
        box.cursor_position = len(self._typed)
        self._refill()
        self.call_after_refresh(self._centre)

    def _centre(self) -> None:
        """Show what is chosen among its neighbours."""
        found = next((place for place, row in enumerate(self._list.rows) if row is self._list.highlighted), 0)
        self._list.scroll_to(y=max(0, found - self._list.size.height // 2), animate=False, force=True)

    @on(Input.Changed, "#search")
    def _refill(self) -> None:
        query = self.query_one("#search", Input).value
        found = self._index.search(query)
        rows = [ListRow(str(index), self._options[index]) for index in found]
        if self._clearable and not query.strip():
            rows.insert(0, ListRow(str(NOT_SET), None))
        chosen = NOT_SET if self._chosen is None else self._chosen
        self._list.set_rows(rows, highlight=None if query.strip() else str(chosen))
        self.set_class(not rows, "-no-match")
        if not rows:
            words = (
                f"Nothing matches {plain(query, 60)}. Fewer letters find more." if query.strip() else "There is nothing here."
            )
            self.query_one("#none", Static).update(Content(words))
        count = f"{len(found):,} of {len(self._options):,}" if query.strip() else f"{len(found):,} values"
        self.query_one("#count", Static).update(Content(count), layout=False)

    @property
    def _list(self) -> VirtualList:
        return self.query_one("#options", VirtualList)

    def _draw_row(self, row: ListRow, width: int) -> Content:
        from aep_tui.wizard.search import matched_spans

        is_chosen = row.key == str(NOT_SET if self._chosen is None else self._chosen)
        mark = Content.styled("● ", "$primary") if is_chosen else Content("  ")
        if not isinstance(row.value, Option):
            return mark + Content.styled("not set", "italic")
        label, query = plain(row.value.label, 300), self.query_one("#search", Input).value
        name = Content(label) if label else Content.styled("(no text)", "italic dim")
        for start, end in matched_spans(label, query):
            name = name.stylize("bold underline $primary", start, end)
        room = width - 2
        remark = plain(row.value.remark, 300)
        left = room - cell_len(label) - 3
        if not remark or left < min(NARROWEST_REMARK, cell_len(remark)):
            return mark + name.truncate(room, ellipsis=True)
        quiet = Content(remark)
        for start, end in matched_spans(remark, query):
            quiet = quiet.stylize("underline", start, end)
        quiet = quiet.truncate(left, ellipsis=True).stylize("dim")
        return mark + name + Content(" " * (room - cell_len(label) - cell_len(quiet.plain) - 1)) + quiet

    @on(Input.Submitted, "#search")
    @on(VirtualList.Picked)
    def action_take(self) -> None:
        """Answer with the highlighted value."""
        row = self._list.highlighted
        if row is not None and row.key is not None:
            self.dismiss(int(row.key))

    def action_leave(self) -> None:
        """Leave everything as it was."""
        self.dismiss(None)

    def action_unset(self) -> None:
        """Answer that nothing is chosen."""
        self.dismiss(NOT_SET)

    def action_stay(self) -> None:
        """Do nothing: there is one stop."""

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Leave Delete to the search box while there is something in it."""
        if action == "unset":
            box = self.query_one_optional("#search", Input)
            return self._clearable and box is not None and not box.value
        return super().check_action(action, parameters)

    def on_key(self, event: events.Key) -> None:
        """Type into the search box wherever the focus is."""
        search = self.query_one("#search", Input)
        if event.is_printable and event.character and not search.has_focus:
            event.stop()
            search.focus()
            search.insert_text_at_cursor(event.character)

    def on_click(self, event: events.Click) -> None:
        """Leave at a click beside the page."""
        if self.get_widget_at(*event.screen_offset)[0] is self:
            self.dismiss(None)
