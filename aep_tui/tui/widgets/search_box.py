"""A search box above a list."""

from __future__ import annotations

from aep_tui.tui.widgets.quiet_input import QuietInput


class SearchBox(QuietInput):
    """One line to search in."""

    def __init__(self, placeholder: str) -> None:
        """Make the box.

        Args:
            placeholder: What can be searched for.
        """
        super().__init__(placeholder=placeholder, id="search", select_on_focus=False, validate_on=())
        self.border_title = "Search"
