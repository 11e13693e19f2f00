"""The terminal that the program draws on: stderr, so that stdout stays free for the ids."""

from __future__ import annotations

import codecs
import os
import select
import sys
from collections.abc import Callable
from contextlib import suppress
from functools import partial
from typing import IO, TYPE_CHECKING, Any, cast

if TYPE_CHECKING:
    from io import TextIOWrapper

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


class Vanishing:
    """A terminal's stream; what is written once the terminal is gone is gone, too, and no fault of the program."""

    def __init__(self, stream: IO[str]) -> None:
        """Take the stream that is written to."""
        self._stream = stream

    def write(self, text: str) -> int:
        """Write as far as there is a terminal."""
        with suppress(OSError):
            return self._stream.write(text)
        return len(text)

    def flush(self) -> None:
        """Flush as far as there is a terminal."""
        with suppress(OSError):
            self._stream.flush()

    def __getattr__(self, name: str) -> Any:
        """Leave all else to the stream."""
        return getattr(self._stream, name)


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
        """Textual measures stdout, which is a pipe in ``id=$(aep-tui)``, and its writing thread ends with the terminal."""

        def __init__(self, *args: Any, **options: Any) -> None:
            super().__init__(*args, **options)
            if self._file is not None:
                self._file = cast("TextIOWrapper", Vanishing(self._file))

        def _get_terminal_size(self) -> tuple[int, int]:
            return terminal_size()

    return StderrDriver
