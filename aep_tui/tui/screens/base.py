"""What every screen of the program has: the masthead, the footer, and a word when the terminal is too small."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING, ClassVar, NamedTuple

from textual import events
from textual.app import ComposeResult
from textual.content import Content
from textual.screen import Screen
from textual.widget import Widget
from textual.widgets import Static

from aep_tui.tui.keymap import with_keys
from aep_tui.tui.widgets.key_bar import KeyBar
from aep_tui.tui.widgets.masthead import NARROW, Masthead
from aep_tui.wizard.step import Step

if TYPE_CHECKING:
    from aep_tui.outcome import Problem
    from aep_tui.tui.app import AepTuiApp
    from aep_tui.tui.base_app import BaseApp
    from aep_tui.wizard.place import Place

SMALLEST_COLUMNS = 60
SMALLEST_ROWS = 16
HERE = Path(__file__).parent


class BaseScreen(Screen[None]):
    """A screen with masthead and footer.

    Subclasses give :meth:`body`, :attr:`HELP_TEXT` and, for a step of the wizard, :attr:`STEP`.
    """

    CSS_PATH: ClassVar = [HERE / "base.tcss"]
    HORIZONTAL_BREAKPOINTS = [(0, "-narrow"), (NARROW, "-wide")]  # noqa: RUF012 - as the base class declares it
    STEP: ClassVar[Step | None] = None
    TITLE_TEXT: ClassVar[str] = ""
    HELP_TEXT: ClassVar[str] = ""
    NOWHERE: ClassVar[str] = "not connected"

    if TYPE_CHECKING:
        app: BaseApp

    def compose(self) -> ComposeResult:
        """Lay out masthead, body and footer."""
        yield Masthead(self.title_line(), step=self.STEP, source=self.source_name(), nowhere=self.NOWHERE)
        yield from self.body()
        yield KeyBar()

    def body(self) -> Iterable[Widget]:
        """Return what stands between masthead and footer."""
        return ()

    def title_line(self) -> str:
        """Return the line above the content, as plain text."""
        return f"Step {self.STEP.value} of {len(Step)}: {self.STEP.title}" if self.STEP else self.TITLE_TEXT

    def take_typed(self) -> None:
        """Take what is being typed in a field, where there are any."""

    def loss(self) -> str:
        """Return what would be lost with this page, as a sentence; empty if nothing would."""
        return ""

    def source_name(self) -> str:
        """Return the picked source's name, if there is one."""
        return ""

    def on_resize(self, event: events.Resize) -> None:
        """Show one sentence instead of a broken page when there is no room."""
        self.refresh_bindings()
        too_small = event.size.width < SMALLEST_COLUMNS or event.size.height < SMALLEST_ROWS
        if too_small and not self.query("#too-small"):
            quits = with_keys(self.app, "{quit} quits.")
            words = f"Please enlarge this window to at least {SMALLEST_COLUMNS}x{SMALLEST_ROWS}.\n{quits}"
            self.mount(Static(Content(words), id="too-small"))
        self.set_class(too_small, "-too-small")

    @property
    def is_readable(self) -> bool:
        """Whether there is room to show the page; without it no key may do what nobody can see."""
        return not self.has_class("-too-small")

    def focused_help(self) -> str:
        """Return help for what has the focus; the help page puts it first."""
        return ""


class Trouble(NamedTuple):
    """What a page says went wrong.

    Attributes:
        problem: What the service, or this machine, said.
        at: When it happened, in Unix seconds.
        place: Where.
    """

    problem: Problem
    at: float
    place: Place


class WizardScreen(BaseScreen):
    """A page of the wizard."""

    if TYPE_CHECKING:
        app: AepTuiApp

    def source_name(self) -> str:
        """Return the picked source's name, from the second step on."""
        draft = self.app.wizard.draft if self.STEP and self.STEP is not Step.SOURCE else None
        return draft.source.name if draft else ""

    def trouble_now(self) -> Trouble | None:
        """Return what the page says went wrong; ``None`` if nothing did."""
        return None
