"""Which attempts a living program is sending: told by locks, which the system frees when a process ends, however it ends."""

from __future__ import annotations

import os
import threading
from contextlib import suppress
from pathlib import Path
from typing import Final

from aep_tui.storage.file_lock import is_locked, take_lock
from aep_tui.storage.files import make_private_directory

_OWN: Final[set[Path]] = set()
"""What this process holds: some network shares cannot lock, and there at least this is known."""

_OWN_LOCK: Final = threading.Lock()


class SendingMarks:
    """Marks beside a history, each an empty file that is locked as long as its attempt is being sent."""

    def __init__(self, history: Path) -> None:
        """Remember beside which file they are."""
        self._history = history
        self._held: dict[str, int] = {}

    def hold(self) -> str:
        """Make a mark and hold it; return its name, empty where none can be made."""
        name = os.urandom(8).hex()
        path = self._path(name)
        try:
            make_private_directory(path.parent)
            descriptor = take_lock(path)
        except OSError:
            return ""
        if descriptor is None:
            return ""
        with _OWN_LOCK:
            self._held[name] = descriptor
            _OWN.add(path)
        return name

    def release(self, name: str) -> None:
        """Let a mark go and take its file away; nothing happens to one that is not held."""
        with _OWN_LOCK:
            descriptor = self._held.pop(name, None)
            _OWN.discard(self._path(name))
        if descriptor is not None:
            with suppress(OSError):
                self._path(name).unlink(missing_ok=True)
            os.close(descriptor)

    def is_held(self, name: str) -> bool:
        """Tell whether a program that lives holds a mark; the file of one that is gone is taken away."""
        if not name.isalnum():
            return False
        path = self._path(name)
        if path in _OWN:
            return True
        try:
            held = is_locked(path)
        except OSError:
            return False
        if not held:
            with suppress(OSError):
                path.unlink(missing_ok=True)
        return held

    def _path(self, name: str) -> Path:
        return self._history.with_name(f"{self._history.name}.sending-{name}")
