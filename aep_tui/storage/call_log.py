"""The log of calls that ``--log FILE`` asks for: one line a call, and nothing that was in it."""

from __future__ import annotations

import contextlib
import os
import queue
import stat
import threading
from datetime import UTC, datetime
from pathlib import Path
from typing import Final, Protocol

from aep_tui.errors import AepTuiError, UsageError
from aep_tui.storage.files import PRIVATE_FILE, reason_of
from aep_tui.text import plain

_NOTHING: Final = "-"
_CLOSING_SECONDS: Final = 3.0
_REMEDY: Final = "Give --log a file that you may write, or leave it out."


class LoggedCall(Protocol):
    """What the log takes of a call."""

    @property
    def started_at(self) -> float:
        """Unix seconds."""

    @property
    def method(self) -> str:
        """HTTP method."""

    @property
    def path(self) -> str:
        """Path without the query."""

    @property
    def status(self) -> int | None:
        """HTTP status; ``None`` without an answer."""

    @property
    def duration_seconds(self) -> float:
        """How long it took."""

    @property
    def request_id(self) -> str:
        """The service's request id; may be empty."""


class CallLog:
    """Appends lines to a file of its owner's alone.

    A thread of its own writes them, since a disk may be slow, or a network share gone; the program's end waits for it no
    longer than three seconds. A disk that is full ends the log, and never a call.
    """

    def __init__(self, path: Path) -> None:
        """Open the file, made if need be.

        Raises:
            AepTuiError: It cannot be written.
        """
        self.path = path
        self._descriptor: int | None = _opened(path)
        self._lines: queue.SimpleQueue[str | None] = queue.SimpleQueue()
        self._trouble = ""
        self._thread = threading.Thread(target=self._write_lines, name="call-log", daemon=True)
        self._thread.start()

    @property
    def trouble(self) -> str:
        """Why the log ended early, as a sentence; empty if it did not."""
        return self._trouble

    def write(self, call: LoggedCall) -> None:
        """Append the line of a call; returns at once."""
        self._lines.put(line_of(call))

    def close(self) -> None:
        """Write what is left, and close the file."""
        self._lines.put(None)
        self._thread.join(_CLOSING_SECONDS)

    def _write_lines(self) -> None:
        descriptor = self._descriptor
        assert descriptor is not None
        try:
            while (line := self._lines.get()) is not None:
                if not self._trouble:
                    self._append(descriptor, line.encode("utf-8", "replace"))
        finally:
            with contextlib.suppress(OSError):
                os.close(descriptor)

    def _append(self, descriptor: int, line: bytes) -> None:
        try:
            # One write a line, so that lines of two programs do not mix.
            written = os.write(descriptor, line)
            while written < len(line):
                written += os.write(descriptor, line[written:])
        except OSError as error:
            self._trouble = f"The log {plain(self.path, 200)} ends early: {reason_of(error)}."


def line_of(call: LoggedCall) -> str:
    """Return the line of a call: time (UTC), method, path, status, duration, request id."""
    try:
        at = datetime.fromtimestamp(call.started_at, UTC).strftime("%Y-%m-%dT%H:%M:%S.%f")[:-3] + "Z"
    except (ValueError, OverflowError, OSError):
        at = _NOTHING
    status = _NOTHING if call.status is None else str(call.status)
    words = (at, call.method, call.path, status, f"{call.duration_seconds:.3f}s", call.request_id)
    return " ".join(plain(word, 300).replace(" ", "_") or _NOTHING for word in words) + "\n"


def _opened(path: Path) -> int:
    """Return a descriptor that appends.

    Raises:
        AepTuiError: The file cannot be written.
        UsageError: It is no file.
    """
    # Without waiting for a reader, should it be a pipe.
    flags = os.O_WRONLY | os.O_CREAT | os.O_APPEND | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_CLOEXEC", 0)
    try:
        descriptor = os.open(path, flags, PRIVATE_FILE)
    except (OSError, ValueError) as error:
        reason = reason_of(error) if isinstance(error, OSError) else "that is no path"
        raise AepTuiError("The log cannot be written.", f"{plain(path, 300)}: {reason}.", _REMEDY) from None
    try:
        found = os.fstat(descriptor)
        if not stat.S_ISREG(found.st_mode):
            raise UsageError("The log cannot be written.", f"{plain(path, 300)} is no file.", _REMEDY)
        if os.name != "nt" and found.st_mode & 0o077 and found.st_uid == os.getuid():
            os.fchmod(descriptor, PRIVATE_FILE)
    except BaseException:
        os.close(descriptor)
        raise
    return descriptor
