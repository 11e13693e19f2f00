"""A program in a real terminal: what a signal, a vanished terminal and a thread that hangs mean for it."""

from __future__ import annotations

import asyncio
import os
import signal
import sys
import threading
import time
from concurrent.futures import ThreadPoolExecutor

from aep_tui.errors import SIGNAL_BASE
from aep_tui.tui.base_app import BaseApp
from aep_tui.tui.terminal import terminal_is_gone

ENDING_SIGNALS = ("SIGTERM", "SIGHUP", "SIGINT")
TERMINAL_CHECK_SECONDS = 1.0
LEAVING_SECONDS = 2.0


class Signalled(BaseApp):
    """A program in a real terminal: a signal ends it with the terminal clean, and the exit code says which."""

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


def end_threads(code: int) -> None:
    """End the process at once if a thread would hold it up: a look-up of a host name cannot be cancelled.

    Args:
        code: The exit code.
    """
    main = threading.main_thread()
    if any(thread.is_alive() and not thread.daemon for thread in threading.enumerate() if thread is not main):
        os._exit(code)


class LeavingExecutor(ThreadPoolExecutor):
    """Threads that the end of the program waits for, but not for long."""

    def shutdown(self, wait: bool = True, *, cancel_futures: bool = False) -> None:
        """Let what is being written to disk end; what hangs is left behind."""
        super().shutdown(wait=False, cancel_futures=cancel_futures)
        deadline = time.monotonic() + LEAVING_SECONDS
        for thread in list(self._threads) if wait else ():
            thread.join(max(0.0, deadline - time.monotonic()))
