"""The connections that a source has in this sandbox already, to be used again in place of a new one."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, ClassVar

from rich.cells import cell_len
from textual import events, on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.content import Content
from textual.screen import ModalScreen
from textual.widgets import Static

from aep_tui.text import plain
from aep_tui.tui.keymap import with_keys
from aep_tui.tui.screens.base import HERE
from aep_tui.tui.screens.list_keys import ListKeys
from aep_tui.tui.widgets.virtual_list import ListRow, VirtualList
from aep_tui.wizard.existing import Existing

if TYPE_CHECKING:
    from aep_tui.tui.app import AepTuiApp


class ExistingScreen(ModalScreen[Existing | None], ListKeys):
    """One line for each; answers with the one to use, or ``None``."""

    CSS_PATH: ClassVar = [HERE / "base.tcss", HERE / "form.tcss", HERE / "dialogs.tcss"]
    AUTO_FOCUS = "#existing"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "leave", "Leave", id="existing-leave"),
        Binding("enter", "take", "Use it", show=False),
        Binding("c", "copy_id", "Copy id", id="existing-copy"),
        Binding("up", "move(-1)", "Up", show=False),
        Binding("down", "move(1)", "Down", show=False),
        Binding("pageup", "page(-1)", "Page up", show=False),
        Binding("pagedown", "page(1)", "Page down", show=False),
        Binding("home", "end(False)", "First", show=False),
        Binding("end", "end(True)", "Last", show=False),
    ]
    if TYPE_CHECKING:
        app: AepTuiApp

    def __init__(self, source: str, found: Sequence[Existing]) -> None:
        """Make the page.

        Args:
            source: Name of the source.
            found: Its connections.
        """
        super().__init__()
        self._source, self._found = source, found

    def compose(self) -> ComposeResult:
        """Lay out list, the facts of the highlighted one, and the keys."""
        with Vertical(classes="dialog") as frame:
            frame.border_title = Content(f"{plain(self._source, 60)} in {plain(self.app.session.place.sandbox, 40)}")
            yield Static("One connection for an account is enough: take it, and nothing new is made.", classes="hint")
            yield VirtualList(self._draw_row, id="existing", can_focus=True)
            yield Static(id="facts")
            keys = "enter uses this one · {existing-copy} copies its id · {existing-leave} goes back to the form"
            yield Static(Content(with_keys(self.app, keys)), classes="hint")

    def on_mount(self) -> None:
        """Show them, newest first."""
        self._list.set_rows([ListRow(str(place), connection) for place, connection in enumerate(self._found)])

    @property
    def _list(self) -> VirtualList:
        return self.query_one("#existing", VirtualList)

    def _draw_row(self, row: ListRow, width: int) -> Content:
        connection = row.value
        if not isinstance(connection, Existing):
            return Content("")
        right = " · ".join(part for part in (plain(connection.state, 20), self._when(connection)) if part)
        name = Content(plain(connection.name, 200) or "(no name)").truncate(max(8, width - cell_len(right) - 2), ellipsis=True)
        gap = max(1, width - cell_len(name.plain) - cell_len(right) - 1)
        return name + Content(" " * gap) + Content.styled(right, "dim")

    def _when(self, connection: Existing) -> str:
        at = connection.created_at_ms
        return self.app.clock.local(at / 1000).strftime("%Y-%m-%d %H:%M") if at is not None and 0 <= at < 10**14 else ""

    @on(VirtualList.Highlighted)
    def _show(self, event: VirtualList.Highlighted) -> None:
        connection = event.row.value if event.row else None
        if isinstance(connection, Existing):
            auth = f" · {plain(connection.auth_spec_name, 60)}" if connection.auth_spec_name else ""
            self.query_one("#facts", Static).update(Content(f"{plain(connection.id, 100)} · {connection.maker.value}{auth}"))

    @on(VirtualList.Picked)
    def action_take(self) -> None:
        """Use the highlighted one."""
        row = self._list.highlighted
        if row is not None and isinstance(row.value, Existing):
            self.dismiss(row.value)

    def action_copy_id(self) -> None:
        """Copy the id of the highlighted one."""
        row = self._list.highlighted
        if row is not None and isinstance(row.value, Existing):
            self.app.copy("connection id", row.value.id)

    def action_leave(self) -> None:
        """Go on with the new one."""
        self.dismiss(None)

    def on_click(self, event: events.Click) -> None:
        """Leave at a click beside the page."""
        if self.get_widget_at(*event.screen_offset)[0] is self:
            self.dismiss(None)
