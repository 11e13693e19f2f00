"""The two lines on top of every screen: where one is, and at which step."""

from __future__ import annotations

from rich.cells import cell_len
from textual.content import Content
from textual.widget import Widget

from aep_tui.text import plain
from aep_tui.wizard.place import Place
from aep_tui.wizard.step import Step

NARROW = 100


class Masthead(Widget):
    """Product and place in the first line, the step and the way through in the second."""

    DEFAULT_CSS = """
    Masthead {
        dock: top; height: 2; width: 1fr; background: $panel; color: $foreground; padding: 0 1;
        &:ansi { background: ansi_default; color: ansi_default; }
    }
    """

    def __init__(
        self, place: Place | None, title: str, *, step: Step | None = None, source: str = "", nowhere: str = "not connected"
    ) -> None:
        """Make the two lines.

        Args:
            place: Where the program works; ``None`` before that is known.
            title: The second line, such as ``Step 2 of 4: Credentials``.
            step: The wizard's step, for the way through on the right.
            source: The picked source's name, which takes the first place of the way.
            nowhere: What is said where there is no place.
        """
        super().__init__()
        self._place = place
        self._title = title
        self._nowhere = nowhere
        self._step = step
        self._source = plain(source, 40)

    def set_place(self, place: Place | None) -> None:
        """Show another place."""
        self._place = place
        self.refresh()

    def render(self) -> Content:
        """Draw both lines for the present width."""
        width = self.content_size.width
        narrow = width < NARROW
        place = self._place.label(short=narrow) if self._place else self._nowhere
        first = _two_ends(Content.styled("aep-tui", "bold $primary"), Content(place), width)
        title = Content.styled(self._title, "bold")
        return Content("\n").join([first, _two_ends(title, self._way(narrow=narrow), width)])

    def _way(self, *, narrow: bool) -> Content:
        if self._step is None:
            return Content("")
        if narrow:
            return Content.styled(self._source, "dim")
        names = [step.title for step in Step]
        if self._source:
            names[0] = self._source
        parts = [Content.styled(name, "bold" if number == self._step else "dim") for number, name in enumerate(names, start=1)]
        return Content.styled(" ─── ", "dim").join(parts)


def _two_ends(left: Content, right: Content, width: int) -> Content:
    """Return one line with one text at each end; the right one is cut if both do not fit."""
    room = width - cell_len(left.plain) - 1
    right = right.truncate(max(0, room), ellipsis=True)
    gap = max(1, width - cell_len(left.plain) - cell_len(right.plain))
    return left + Content(" " * gap) + right
