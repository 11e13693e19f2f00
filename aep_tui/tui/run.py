"""Running the interactive program from its first frame to a clean terminal."""

from __future__ import annotations

import asyncio
import errno
import os
import signal
import sys
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, TextIO

from aep_tui.errors import SIGNAL_BASE
from aep_tui.text import plain
from aep_tui.tui.app import AepTuiApp
from aep_tui.tui.terminal import terminal_is_gone
from aep_tui.wizard.session import Clock, Session

if TYPE_CHECKING:
    from textual.screen import Screen

    from aep_tui.tui.screens.welcome import Setting

ENDING_SIGNALS = ("SIGTERM", "SIGHUP", "SIGINT")
TERMINAL_CHECK_SECONDS = 1.0


class SignalledApp(AepTuiApp):
    """The app of a real terminal: a signal ends it with the terminal clean, and the exit code says which."""

    def on_load(self) -> None:
        """Listen for the signals that end a program, before anything of the terminal is changed."""
        loop = asyncio.get_running_loop()
        for name in ENDING_SIGNALS:
            number = getattr(signal, name, None)
            if number is not None and sys.platform != "win32":
                loop.add_signal_handler(number, self._end, int(number))

    def on_mount(self) -> None:
        """Look now and then whether there is a terminal still: one that is not this program's own sends no signal."""
        self.set_interval(TERMINAL_CHECK_SECONDS, self._end_without_terminal)

    def _end_without_terminal(self) -> None:
        if terminal_is_gone():
            self._end(int(signal.SIGHUP))

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
    _write(sys.stdout, [plain(connection_id) for connection_id in app.made])
    _write(sys.stderr, [app.crash] if app.crash else [])
    return app.return_code or 0


def _write(stream: TextIO | None, lines: Sequence[str]) -> None:
    """Write lines to a stream that may be closed, or whose terminal may be: then there is nobody to read them."""
    if stream is None:
        return
    try:
        stream.writelines(f"{line}\n" for line in lines)
        stream.flush()
    except OSError as error:
        if error.errno != errno.EIO:
            raise
        # Python flushes once more at its end, and a failure there would take the place of the exit code.
        os.dup2(os.open(os.devnull, os.O_WRONLY), stream.fileno())
