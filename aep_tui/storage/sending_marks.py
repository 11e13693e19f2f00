"""Which attempts a living program is sending: told by locks, which the system frees when a process ends, however it ends."""

from __future__ import annotations

import os
import threading
import time
from contextlib import suppress
from pathlib import Path
from typing import Final

from aep_tui.storage.file_lock import is_locked, take_lock
from aep_tui.storage.files import make_private_directory

_OWN: Final[set[Path]] = set()
"""What this process holds: some network shares cannot lock, and there at least this is known."""

_OWN_LOCK: Final = threading.Lock()

LONGEST_SENDING_SECONDS: Final = 3600.0
"""Where nothing can be locked, a mark is believed for so long; older ones that nobody holds are taken away."""


class SendingMarks:
    """Marks beside a history, each an empty file that is locked as long as its attempt is being sent."""

    def __init__(self, history: Path) -> None:
        """Remember beside which file they are."""
        self._history = history
        self._held: dict[str, int] = {}

    def hold(self) -> str:
        """Make a mark and hold it, as far as the disk can do that; return its name."""
        name = os.urandom(8).hex()
        path = self._path(name)
        with _OWN_LOCK:
            _OWN.add(path)
        with suppress(OSError):
            make_private_directory(path.parent)
            self._sweep()
            descriptor = take_lock(path)
            if descriptor is not None:
                self._held[name] = descriptor
        return name

    def release(self, name: str) -> None:
        """Let a mark go and take its file away; nothing happens to one that is not held."""
        path = self._path(name)
        with _OWN_LOCK:
            if path not in _OWN:
                return
            _OWN.discard(path)
            descriptor = self._held.pop(name, None)
        if descriptor is not None:
            # First, since Windows takes no file away that is open.
            os.close(descriptor)
        with suppress(OSError):
            path.unlink(missing_ok=True)

    def is_held(self, name: str) -> bool:
        """Tell whether a program that lives holds a mark; the file of one that is gone is taken away."""
        if not name.isalnum():
            return False
        path = self._path(name)
        if path in _OWN:
            return True
        try:
            held = is_locked(path)
            if held is None:
                held = _age_seconds(path) < LONGEST_SENDING_SECONDS
        except OSError:
            return False
        if not held:
            with suppress(OSError):
                path.unlink(missing_ok=True)
        return held

    def _sweep(self) -> None:
        """Take away what programs left that ended between making a mark and writing a row."""
        for path in self._history.parent.glob(f"{self._history.name}.sending-*"):
            with suppress(OSError):
                if path not in _OWN and _age_seconds(path) > LONGEST_SENDING_SECONDS and not is_locked(path):
                    path.unlink()

    def _path(self, name: str) -> Path:
        return self._history.with_name(f"{self._history.name}.sending-{name}")


def _age_seconds(path: Path) -> float:
    return time.time() - path.stat().st_mtime
