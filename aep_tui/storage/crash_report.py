"""What is kept of a fault of this program's own: where it happened and of what kind, and not one value."""

from __future__ import annotations

import platform
import sys
import traceback
from collections.abc import Iterable, Iterator, Sequence
from contextlib import suppress
from datetime import datetime
from importlib import metadata
from pathlib import Path
from typing import Final

from aep_tui import __version__
from aep_tui.errors import AepTuiError
from aep_tui.secret import MASK
from aep_tui.storage.files import make_private_directory, reason_of, write_atomically
from aep_tui.text import plain

MOST_FRAMES: Final = 60
"""Of one error; of a longer walk the first and the last are kept."""
MOST_ERRORS: Final = 20
"""Of a chain or a group."""
KEPT_REPORTS: Final = 20
SHORTEST_HIDDEN: Final = 4
"""A shorter text is no secret that can be looked for; it would be found in every word."""
LIBRARIES: Final = ("textual", "rich", "httpx", "pydantic", "jsonschema-rs", "click", "keyring", "starlette", "uvicorn")
HEAD: Final = """\
aep-tui stopped because of a fault of its own. This report says where; it holds no local variable, no text of an error
that is not this program's own, no part of a request, and no secret. Please look through it before you pass it on.
"""


class CrashReports:
    """The reports of faults, as files in one directory."""

    def __init__(self, directory: Path, hidden: Iterable[str] = ()) -> None:
        """Make nothing yet.

        Args:
            directory: Where reports lie; it is made when the first is written.
            hidden: Texts that no report may hold, should they ever come to stand in one.
        """
        self._directory = directory
        self._hidden = tuple(sorted((text for text in hidden if len(text) >= SHORTEST_HIDDEN), key=len, reverse=True))

    def write(self, error: BaseException | None, said: str, at: datetime) -> Path:
        """Write a report for its owner alone.

        Args:
            error: What happened; ``None`` if that is not known.
            said: What the person is told of it.
            at: When.

        Returns:
            Where it is.

        Raises:
            OSError: It cannot be written.
        """
        make_private_directory(self._directory)
        path = self._free_path(at)
        write_atomically(path, self.text(error, said, at).encode("utf-8", "replace"))
        self._forget_old()
        return path

    def text(self, error: BaseException | None, said: str, at: datetime) -> str:
        """Return a report as text."""
        lines = [HEAD, *_facts(at), "", said, ""]
        for place, one in enumerate(_errors_of(error)):
            lines += [*([""] if place else []), *_told(one)]
        return self._masked("\n".join(lines)) + "\n"

    def shown_path(self, path: Path) -> str:
        """Return a path fit to be shown, the home directory as ``~``."""
        return plain(_without_home(str(path)), 400)

    def _masked(self, text: str) -> str:
        for hidden in self._hidden:
            text = text.replace(hidden, MASK)
        return _without_home(text)

    def _free_path(self, at: datetime) -> Path:
        stem, number = f"crash-{at:%Y%m%d-%H%M%S}", 1
        path = self._directory / f"{stem}.txt"
        while path.exists():
            number += 1
            path = self._directory / f"{stem}-{number}.txt"
        return path

    def _forget_old(self) -> None:
        """Keep the newest reports only: a fault that comes again and again must not fill a disk."""
        with suppress(OSError):
            for path in sorted(self._directory.glob("crash-*.txt"), key=lambda one: one.stat().st_mtime)[:-KEPT_REPORTS]:
                path.unlink(missing_ok=True)


def why_unwritten(error: OSError) -> str:
    """Return why no report could be written, as the end of a sentence."""
    return reason_of(error)


def _facts(at: datetime) -> list[str]:
    versions = []
    for name in LIBRARIES:
        with suppress(metadata.PackageNotFoundError):
            versions.append(f"{name} {metadata.version(name)}")
    return [
        f"time      {at.isoformat(timespec='seconds')}",
        f"aep-tui   {__version__}",
        f"Python    {platform.python_implementation()} {platform.python_version()}",
        f"system    {platform.system()} {platform.release()} {platform.machine()}",
        f"libraries {', '.join(versions)}",
    ]


def _errors_of(error: BaseException | None) -> list[BaseException]:
    """Return an error, what led to it, and what it is made of, each once."""
    found: list[BaseException] = []
    waiting = [error]
    while waiting and len(found) < MOST_ERRORS:
        one = waiting.pop(0)
        if one is None or any(one is other for other in found):
            continue
        found.append(one)
        waiting += one.exceptions if isinstance(one, BaseExceptionGroup) else ()
        waiting.append(one.__cause__ or (None if one.__suppress_context__ else one.__context__))
    return found


def _told(error: BaseException) -> Iterator[str]:
    kind = type(error)
    # The text of any other error may hold what was typed, or what the service said.
    own = f": {plain(error.title)}" if isinstance(error, AepTuiError) else ""
    yield f"{plain(kind.__module__, 100)}.{plain(kind.__qualname__, 100)}{own}"
    # Rows of a summary are read without the values that a frame holds, and without the lines of its source.
    frames = traceback.StackSummary.extract(traceback.walk_tb(error.__traceback__), lookup_lines=False, capture_locals=False)
    shown: Sequence[traceback.FrameSummary | None] = frames
    if len(frames) > MOST_FRAMES:
        shown = [*frames[: MOST_FRAMES // 2], None, *frames[-MOST_FRAMES // 2 :]]
    for frame in shown:
        if frame is None:
            yield f"  … {len(frames) - MOST_FRAMES} more …"
        else:
            yield f"  {plain(_short(frame.filename), 200)}:{frame.lineno} in {plain(frame.name, 100)}"


def _short(path: str) -> str:
    """Return a file as its package names it: where a program is installed is nobody's business."""
    for root in sorted({entry for entry in sys.path if entry}, key=len, reverse=True):
        if path.startswith(root.rstrip("/\\") + ("\\" if "\\" in root else "/")):
            return path[len(root.rstrip("/\\")) + 1 :]
    return path


def _without_home(text: str) -> str:
    home = ""
    with suppress(RuntimeError, OSError):
        home = str(Path.home()).rstrip("/\\")
    return text.replace(home, "~") if len(home) > 1 else text
