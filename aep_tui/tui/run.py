"""Running the interactive program from its first frame to a clean terminal."""

from __future__ import annotations

import asyncio
import os
import signal
import sys
import threading
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING

from aep_tui.errors import SIGNAL_BASE, ExitCode
from aep_tui.output import write_lines
from aep_tui.text import plain
from aep_tui.tui.app import AepTuiApp
from aep_tui.tui.terminal import terminal_is_gone
from aep_tui.wizard.session import Clock, Session

if TYPE_CHECKING:
    from textual.screen import Screen

    from aep_tui.tui.screens.welcome import Setting

ENDING_SIGNALS = ("SIGTERM", "SIGHUP", "SIGINT")
TERMINAL_CHECK_SECONDS = 1.0
LEAVING_SECONDS = 2.0


class SignalledApp(AepTuiApp):
    """The app of a real terminal: a signal ends it with the terminal clean, and the exit code says which."""

    def on_load(self) -> None:
        """Listen for the signals that end a program, before anything of the terminal is changed."""
        loop = asyncio.get_running_loop()
        loop.set_default_executor(LeavingExecutor())
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
    code = _print_made(app) or app.return_code or int(ExitCode.DONE)
    if any(
        thread.is_alive() and not thread.daemon for thread in threading.enumerate() if thread is not threading.main_thread()
    ):
        # A look-up of a host name cannot be cancelled, and Python would wait for it.
        os._exit(code)
    return code


def _print_made(app: AepTuiApp) -> int:
    """Print the ids on stdout, or on stderr if that cannot be written; return the exit code that this calls for, or 0."""
    made = [plain(connection_id) for connection_id in app.made]
    trouble = write_lines(sys.stdout, made)
    if trouble:
        write_lines(sys.stderr, [f"aep-tui: the ids could not be written to standard output ({trouble}); they are:", *made])
    write_lines(sys.stderr, [app.crash] if app.crash else [])
    return int(ExitCode.UNEXPECTED) if trouble else 0


class LeavingExecutor(ThreadPoolExecutor):
    """Threads that the end of the program waits for, but not for long."""

    def shutdown(self, wait: bool = True, *, cancel_futures: bool = False) -> None:
        """Let what is being written to disk end; what hangs is left behind."""
        super().shutdown(wait=False, cancel_futures=cancel_futures)
        deadline = time.monotonic() + LEAVING_SECONDS
        for thread in list(self._threads) if wait else ():
            thread.join(max(0.0, deadline - time.monotonic()))
