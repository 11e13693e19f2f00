"""Numbers of the history's rows: within one run of the program none stands for two attempts.

A file that is begun anew, because the one before was damaged or taken away, would count from 1 again, while the program still
knows attempts of the one before by their numbers.
"""

from __future__ import annotations

import threading
from pathlib import Path
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from sqlite3 import Connection

LARGEST_BELIEVED: Final = 2**53
"""A hand, or damage, can put any number into a file; SQLite has none left after the largest ones."""

_HIGHEST: Final[dict[Path, int]] = {}
"""The highest number that this process has met, by file: histories of the same file follow each other in a run."""

_LOCK: Final = threading.Lock()

_NEWEST: Final = (
    "SELECT MAX(COALESCE((SELECT MAX(id) FROM attempts), 0), "
    "COALESCE((SELECT seq FROM sqlite_sequence WHERE name = 'attempts'), 0))"
)


def met(path: Path, number: object) -> None:
    """Take note of a number that a file of this path has given to a row."""
    if isinstance(number, int) and _HIGHEST.get(path, 0) < number <= LARGEST_BELIEVED:
        with _LOCK:
            _HIGHEST[path] = max(number, _HIGHEST.get(path, 0))


def next_number(path: Path, connection: Connection) -> int | None:
    """Return the number for a new row; ``None`` if SQLite's own is higher than all that this process has met.

    Args:
        path: The history.
        connection: To it, within the transaction that writes the row.
    """
    highest, (newest,) = _HIGHEST.get(path, 0), connection.execute(_NEWEST).fetchone()
    return None if isinstance(newest, int) and newest >= highest else highest + 1
