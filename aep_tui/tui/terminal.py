"""The terminal that the program draws on: stderr, so that stdout stays free for the ids."""

from __future__ import annotations

import codecs
import os
import select
import sys
from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from textual.driver import Driver

FALLBACK = (80, 24)


def terminal_size() -> tuple[int, int]:
    """Return columns and rows of the terminal on stderr, or on stdin; stdout may be a pipe."""
    for stream in (sys.__stderr__, sys.__stdin__):
        try:
            if stream is not None:
                size = os.get_terminal_size(stream.fileno())
                if size.columns and size.lines:
                    return size.columns, size.lines
        except (OSError, ValueError):
            continue
    return FALLBACK


def terminal_is_gone() -> bool:
    """Tell whether the terminal on stdin was closed; without a signal, Textual would read from it again and again."""
    if not hasattr(select, "poll"):
        return False
    poll = select.poll()
    try:
        poll.register(0, 0)
        return any(event & select.POLLHUP for _, event in poll.poll(0))
    except (OSError, ValueError):
        return False


def _lenient_decoder(encoding: str) -> Callable[[], codecs.IncrementalDecoder]:
    """Return a decoder that shows what it cannot read as replacement characters."""
    return partial(codecs.getincrementaldecoder(encoding), "replace")


def driver_class() -> type[Driver] | None:
    """Return Textual's driver for this system, measuring the terminal it draws on; ``None`` leaves the choice to Textual."""
    if sys.platform == "win32":
        return None
    from textual.drivers import linux_driver
    from textual.drivers.linux_driver import LinuxDriver

    # Textual reads the terminal strictly, and a paste in another encoding would end the program.
    linux_driver.__dict__["getincrementaldecoder"] = _lenient_decoder

    class StderrDriver(LinuxDriver):
        """Textual measures stdout, which is a pipe in ``id=$(aep-tui)``."""

        def _get_terminal_size(self) -> tuple[int, int]:
            return terminal_size()

    return StderrDriver
