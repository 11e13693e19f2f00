"""The two lines on top of every screen: where one is, and at which step."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from rich.cells import cell_len
from textual.content import Content
from textual.widget import Widget

from aep_tui.text import plain
from aep_tui.tui.words import shortened
from aep_tui.wizard.place import USUAL_PLATFORM
from aep_tui.wizard.step import Step

if TYPE_CHECKING:
    from aep_tui.tui.base_app import BaseApp
    from aep_tui.wizard.place import Place

NARROW = 100
LEAST_CELLS: Final = {"org": 10, "host": 8, "profile": 8, "sandbox": 8}
"""So many cells each part of the place keeps, in the order in which they give way."""
FEWER_CELLS: Final = dict.fromkeys(LEAST_CELLS, 5)
"""The same in the smallest windows."""


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
        # A page that counts the wait itself is not to have two counts.
        is_told = getattr(self.screen, "tells_wait", False)
        waiting = "" if is_told else self.app.waiting_words(width - cell_len(self._title) - 1)
        way = Content.styled(waiting, "$text-warning") if waiting else self._way(narrow=narrow)
        product = Content.styled("aep-tui", "bold $primary")
        first = _two_ends(product, self._where(max(1, width - cell_len(product.plain) - 1)), width)
        return Content("\n").join([first, _two_ends(title, way, width)])

    def _where(self, room: int) -> Content:
        """Return the place in so many cells."""
        place, token = self.app.place, self.app.token_words()
        if place is None:
            return Content(self._nowhere)
        # The token's time goes before anything of the place goes altogether.
        for said in (token, "") if token else ("",):
            *parts, sandbox = _place_parts(place, room - cell_len(f"{said} · " if said else ""))
            words = Content(" · ".join([*parts, ""])) + Content.styled(sandbox, "bold reverse" if place.is_production else "")
            whole = Content.styled(f"{said} · ", "$text-warning") + words if said else words
            if cell_len(whole.plain) <= room:
                break
        return whole

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


def _place_parts(place: Place, room: int) -> list[str]:
    """Return profile, organisation, host and sandbox so that they fit into a room, each with its beginning.

    The organisation gives way first, then the host, the profile and the sandbox's name; none below its least. Words that only
    explain go last of all.
    """
    if place.is_demo:
        return ["demo · nothing leaves this machine", place.sandbox_label()]
    host = plain(place.platform.split("://", 1)[-1], 40) if place.platform != USUAL_PLATFORM else ""
    sandbox = plain(place.sandbox, 40)
    label = place.sandbox_label().removesuffix(sandbox)
    parts = {"profile": plain(place.profile, 24), "org": plain(place.org, 60), "host": host, "sandbox": sandbox}
    parts = {name: text for name, text in parts.items() if text}

    def over() -> int:
        return cell_len(" · ".join(parts.values())) + cell_len(label) - room

    if over() > 0 and "org" in parts:
        parts["org"] = parts["org"].partition("@")[0]
    for least in (LEAST_CELLS, FEWER_CELLS):
        for name in (name for name in least if name in parts):
            if over() > 0:
                parts[name] = shortened(parts[name], max(least[name], cell_len(parts[name]) - over()))
        if over() > 0:
            label = "PRODUCTION " if place.is_production else ""
    named = f"{label}{parts.pop('sandbox', '')}"
    return [*parts.values(), named]


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
