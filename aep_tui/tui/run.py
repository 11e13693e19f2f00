"""Running the interactive program from its first frame to a clean terminal."""

from __future__ import annotations

import asyncio
import signal
import sys
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from aep_tui.errors import SIGNAL_BASE
from aep_tui.tui.app import AepTuiApp
from aep_tui.wizard.session import Clock, Session

if TYPE_CHECKING:
    from textual.screen import Screen

    from aep_tui.tui.screens.welcome import Setting

ENDING_SIGNALS = ("SIGTERM", "SIGHUP", "SIGINT")


class SignalledApp(AepTuiApp):
    """The app of a real terminal: a signal ends it with the terminal clean, and the exit code says which."""

    def on_mount(self) -> None:
        """Listen for the signals that end a program."""
        loop = asyncio.get_running_loop()
        for name in ENDING_SIGNALS:
            number = getattr(signal, name, None)
            if number is not None and sys.platform != "win32":
                loop.add_signal_handler(number, self._end, int(number))

    def _end(self, number: int) -> None:
        self.exit(return_code=SIGNAL_BASE + number)


def run(
    session: Session | None,
    clock: Clock,
    *,
    settings: Callable[[], Sequence[Setting]],
    demo: Callable[[], Session],
    wanted: str,
    no_color: bool,
) -> int:
    """Show the program until it is left, then print the ids made on stdout, one a line.

    Args:
        session: What to work with, or ``None`` for the welcome page.
        clock: Where time comes from.
        settings: What a real organisation needs, for that page.
        demo: Makes the demo's session, for that page.
        wanted: A source to start on.
        no_color: The terminal is to get no colours.

    Returns:
        The exit code.
    """

    def welcome() -> Screen[None]:
        from aep_tui.tui.screens.welcome import WelcomeScreen

        return WelcomeScreen(settings())

    app = SignalledApp(session, clock, welcome=welcome, demo=demo, wanted=wanted, no_color=no_color)
    app.run()
    for connection_id in app.made:
        print(connection_id)  # noqa: T201 - stdout carries the result
    if app.crash:
        print(app.crash, file=sys.stderr)  # noqa: T201 - the terminal is clean again
    return app.return_code or 0
