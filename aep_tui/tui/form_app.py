"""``aep-tui form FILE``: one form in the terminal, its params when it is done."""

from __future__ import annotations

import sys
from collections.abc import Mapping

from textual.screen import Screen

from aep_tui.errors import ExitCode
from aep_tui.output import write_lines
from aep_tui.tui.base_app import BaseApp
from aep_tui.tui.faults import Faults
from aep_tui.tui.keymap import NO_KEYS
from aep_tui.tui.screens.base import HERE
from aep_tui.tui.screens.lone_form import LoneFormScreen
from aep_tui.tui.signalled import Signalled, end_threads
from aep_tui.wizard.lone_form import LoneForm
from aep_tui.wizard.session import Clock


class FormApp(BaseApp):
    """A program of one page."""

    def __init__(self, filling: LoneForm, clock: Clock, *, no_color: bool = False, keys: Mapping[str, str] = NO_KEYS) -> None:
        """Make the program.

        Args:
            filling: The form.
            clock: Where time comes from.
            no_color: The terminal is to get no colours.
            keys: Other keys than those from the start, by binding id.
        """
        sheets = [HERE / "base.tcss", HERE / "form.tcss", HERE / "form_page.tcss"]
        super().__init__(clock, sheets, no_color=no_color, quiet_seconds=0.0, keys=keys)
        self._page = LoneFormScreen(filling)
        self.params: dict[str, object] | None = None

    def get_default_screen(self) -> Screen[None]:
        """Return the form."""
        return self._page

    def loss(self) -> str:
        """Return that what was typed would be lost, if anything was."""
        typed = any(answer is not None for answer in self._page.filling.touched.values())
        return "What you typed is kept nowhere, and nothing is printed." if typed else ""

    def finish(self, params: dict[str, object]) -> None:
        """Leave with these params.

        Args:
            params: Each secret in them is wrapped.
        """
        self.params = params
        self.exit(return_code=int(ExitCode.DONE))


class SignalledFormApp(Signalled, FormApp):
    """The form in a real terminal."""


def run_form(
    filling: LoneForm, clock: Clock, *, no_color: bool, faults: Faults, keys: Mapping[str, str] = NO_KEYS
) -> tuple[int, dict[str, object] | None]:
    """Show a form until it is done or left.

    Args:
        filling: The form.
        clock: Where time comes from.
        no_color: The terminal is to get no colours.
        faults: How a fault of the program's own is reported.
        keys: Other keys than those from the start, by binding id.

    Returns:
        The exit code, and the params: ``None`` if the form was left. Each secret in them is wrapped.
    """
    app = SignalledFormApp(filling, clock, no_color=no_color, keys=keys)
    app.faults = faults
    app.run()
    write_lines(sys.stderr, [app.crash] if app.crash else [])
    code = app.return_code or int(ExitCode.DONE)
    if app.params is None:
        end_threads(code)
    return code, app.params
