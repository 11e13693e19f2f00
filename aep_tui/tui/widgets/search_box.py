"""A search box above a list."""

from __future__ import annotations

from textual.widgets import Input


class SearchBox(Input):
    """One line to search in; its cursor stands still, so that an idle page repaints nothing."""

    def __init__(self, placeholder: str) -> None:
        """Make the box.

        Args:
            placeholder: What can be searched for.
        """
        super().__init__(placeholder=placeholder, id="search", select_on_focus=False, validate_on=())
        self.cursor_blink = False
        self.border_title = "Search"
