"""The two lines on top of every screen: where one is, and at which step."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rich.cells import cell_len
from textual.content import Content
from textual.widget import Widget

from aep_tui.text import plain
from aep_tui.wizard.step import Step

if TYPE_CHECKING:
    from aep_tui.tui.base_app import BaseApp

NARROW = 100


class Masthead(Widget):
    """Product and place in the first line, the step and the way through in the second.

    In production the lines have another colour, and the place other words.
    """

    DEFAULT_CSS = """
    Masthead {
        dock: top; height: 2; width: 1fr; background: $panel; color: $foreground; padding: 0 1;
        &:ansi { background: ansi_default; color: ansi_default; }
        &.-production { background: $error 35%; }
        &.-production:ansi { background: ansi_default; }
    }
    """
    if TYPE_CHECKING:
        app: BaseApp

    def __init__(self, title: str, *, step: Step | None = None, source: str = "", nowhere: str = "not connected") -> None:
        """Make the two lines.

        Args:
            title: The second line, such as ``Step 2 of 4: Credentials``.
            step: The wizard's step, for the way through on the right.
            source: The picked source's name, which takes the first place of the way.
            nowhere: What is said where there is no place.
        """
        super().__init__()
        self._title = title
        self._nowhere = nowhere
        self._step = step
        self._source = plain(source, 40)

    def on_mount(self) -> None:
        """Take the colour of the place."""
        self.follow()

    def follow(self) -> None:
        """Draw the place as it is now."""
        place = self.app.place
        self.set_class(place is not None and place.is_production, "-production")
        self.refresh()

    def render(self) -> Content:
        """Draw both lines for the present width."""
        width = self.content_size.width
        narrow = width < NARROW
        title = Content.styled(self._title, "bold")
        waiting = self.app.waiting_words()
        way = Content.styled(waiting, "$text-warning") if waiting else self._way(narrow=narrow)
        first = _two_ends(Content.styled("aep-tui", "bold $primary"), self._where(short=narrow), width)
        return Content("\n").join([first, _two_ends(title, way, width)])

    def _where(self, *, short: bool) -> Content:
        place, token = self.app.place, self.app.token_words()
        if place is None:
            return Content(self._nowhere)
        words = Content(place.label(short=short))
        if place.is_production:
            start = words.plain.rindex(place.sandbox_label())
            words = words.stylize("bold reverse", start)
        # In front: where there is no room, it goes before the place does.
        return Content.styled(f"{token} · ", "$text-warning") + words if token else words

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
    """Return one line with one text at each end; where both do not fit the right one loses its beginning.

    What stands last there, the sandbox, is what must not be lost.
    """
    room = max(1, width - cell_len(left.plain) - 1)
    if cell_len(right.plain) > room:
        cut = next(at for at in range(len(right.plain) + 1) if cell_len(right.plain[at:]) < room)
        right = Content("…") + right[cut:]
    gap = max(1, width - cell_len(left.plain) - cell_len(right.plain))
    return left + Content(" " * gap) + right
