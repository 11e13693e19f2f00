"""The keys that move in a list which a box above it drives."""

from __future__ import annotations

from aep_tui.tui.widgets.virtual_list import VirtualList


class ListKeys:
    """Moves the highlight of a dialog's list; the dialog binds the keys."""

    @property
    def _list(self) -> VirtualList:
        """The list."""
        raise NotImplementedError

    def action_move(self, by: int) -> None:
        """Move the highlight."""
        self._list.move(by)

    def action_page(self, pages: int) -> None:
        """Move the highlight by pages."""
        self._list.move_page(pages)

    def action_end(self, last: bool) -> None:
        """Move the highlight to the first or the last row."""
        self._list.move_to_end(last)
