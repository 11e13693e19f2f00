"""What is missing before a real organisation can be reached, where one finds it, and the demo as the way in."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import ClassVar

from textual import on
from textual.binding import Binding, BindingType
from textual.containers import VerticalScroll
from textual.content import Content
from textual.widget import Widget
from textual.widgets import Button, Static

from aep_tui.tui.screens.base import HERE, WizardScreen


@dataclass(frozen=True, slots=True)
class Setting:
    """One value that a real organisation needs.

    Attributes:
        variable: Environment variable.
        meaning: What it is, in a few words.
        where: Where one finds it.
        is_set: Whether it is there.
    """

    variable: str
    meaning: str
    where: str
    is_set: bool


class WelcomeScreen(WizardScreen):
    """The first page of somebody who has set up nothing yet."""

    CSS_PATH: ClassVar = [HERE / "base.tcss", HERE / "form.tcss", HERE / "welcome.tcss"]
    TITLE_TEXT = "Welcome"
    AUTO_FOCUS = "#demo"
    HELP_TEXT = (
        "aep-tui needs four values to talk to your organisation; they are read from the environment, and kept nowhere. "
        "The demo needs none: a stand-in of the service runs inside this program, and nothing leaves this machine."
    )
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("ctrl+n", "demo", "Open the demo", id="main", priority=True, tooltip="Try everything without an account"),
    ]

    def __init__(self, settings: Sequence[Setting]) -> None:
        """Show which of the settings are missing."""
        super().__init__()
        self._settings = settings

    def body(self) -> Iterable[Widget]:
        """The demo first, then what is missing."""
        with VerticalScroll(id="page") as page:
            page.can_focus = False
            yield Static(
                Content.styled("Connect a data source to Adobe Experience Platform, step by step.", "bold")
                + Content(
                    "\nPick a source by its name, fill in its form, look at the request, send it, and have the connection id."
                )
            )
            yield Button("Open the demo  ^n", id="demo", variant="primary", compact=True)
            yield Static(Content.styled("The demo needs no account, and nothing leaves this machine.\n", "dim"))
            yield from self._missing()

    def _missing(self) -> Iterable[Widget]:
        """Return one line for every value, and beneath a missing one where it is found."""
        missing = [setting for setting in self._settings if not setting.is_set]
        count = "one value is" if len(missing) == 1 else f"{len(missing)} values are"
        yield Static(Content.styled(f"For your own organisation, {count} missing in the environment:", "bold"))
        for setting in self._settings:
            sign = Content.styled(" ✓ ", "$text-success") if setting.is_set else Content.styled(" ✗ ", "$text-error")
            state = Content("") if setting.is_set else Content.styled("  missing", "$text-error")
            yield Static(sign + Content.styled(setting.variable, "bold") + state)
            if not setting.is_set:
                yield Static(Content(f"{setting.meaning} {setting.where}"), classes="where")
        them = "it" if len(missing) == 1 else "them"
        yield Static(Content.styled(f"\nSet {them} in your shell and start aep-tui again.", "dim"))

    @on(Button.Pressed, "#demo")
    def action_demo(self) -> None:
        """Open the demo."""
        self.app.open_demo()
