"""What was sent from this machine: every attempt to create a connection and how it ended, in SQLite.

A row is durable as "sending" before its request leaves. Every call opens a connection of its own and closes it again, so
that any thread may call; SQLite's rollback journal makes a killed process and two processes at once harmless.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence, Set
from dataclasses import dataclass, fields, replace
from pathlib import Path
from typing import Final

from aep_tui.storage.database import Database, DatabaseUnusable

SENDING: Final = "sending"
UNKNOWN: Final = "unknown"
OUTCOMES: Final = frozenset({"created", "refused", "not sent", UNKNOWN, SENDING})
BUSY_TIMEOUT_SECONDS: Final = 5.0
ROWS_LIMIT: Final = 1_000
LAST_MOMENT_MS: Final = 253_402_128_000_000
"""The 30th of December 9999: a calendar ends a day later, and time zones differ by less than that."""

_MIGRATIONS: Final = (
    """
    CREATE TABLE attempts (
        id INTEGER PRIMARY KEY AUTOINCREMENT,
        time_ms INTEGER NOT NULL,
        outcome TEXT NOT NULL,
        name TEXT NOT NULL,
        source TEXT NOT NULL,
        connection_spec_id TEXT NOT NULL,
        org TEXT NOT NULL,
        sandbox TEXT NOT NULL,
        platform TEXT NOT NULL,
        method TEXT NOT NULL,
        path TEXT NOT NULL,
        request_json TEXT NOT NULL,
        connection_id TEXT NOT NULL DEFAULT '',
        etag TEXT NOT NULL DEFAULT '',
        inlet_url TEXT NOT NULL DEFAULT '',
        problem_text TEXT NOT NULL DEFAULT '',
        code TEXT NOT NULL DEFAULT '',
        request_id TEXT NOT NULL DEFAULT ''
    )
    """,
)
"""The statement at index n makes schema version n + 1 of version n."""


class HistoryUnusable(DatabaseUnusable):
    """The history cannot be read or written; it is left as it is."""


@dataclass(frozen=True, slots=True)
class Attempt:
    """What is about to be sent.

    Attributes:
        name: Name of the connection.
        source: Shown name of the source.
        connection_spec_id: Of the source.
        org: Org id.
        sandbox: Sandbox name.
        platform: Origin of the service.
        request_json: The request's body as JSON, secrets as placeholders.
        method: HTTP method.
        path: Below the base URL.
    """

    name: str
    source: str
    connection_spec_id: str
    org: str
    sandbox: str
    platform: str
    request_json: str
    method: str = "POST"
    path: str = "/connections"


@dataclass(frozen=True, slots=True)
class HistoryRow:
    """An attempt and how it ended.

    Attributes:
        id: Number of the row.
        time_ms: When it began, in epoch milliseconds (UTC).
        outcome: ``created``, ``refused``, ``not sent``, ``unknown`` or, while it is being sent, ``sending``.
        name: As in :class:`Attempt`, like all up to ``request_json``.
        connection_id: Of the connection that was made; may be empty.
        etag: Of that connection, with its quotes; may be empty.
        inlet_url: Of a streaming connection; may be empty.
        problem_text: What went wrong; may be empty.
        code: The service's code; may be empty.
        request_id: The service's request id; may be empty.
    """

    id: int
    time_ms: int
    outcome: str
    name: str
    source: str
    connection_spec_id: str
    org: str
    sandbox: str
    platform: str
    method: str
    path: str
    request_json: str
    connection_id: str
    etag: str
    inlet_url: str
    problem_text: str
    code: str
    request_id: str

    def matches(self, words: list[str]) -> bool:
        """Tell whether every word, in lower case, occurs in what people search for."""
        texts = (
            self.name,
            self.source,
            self.outcome,
            self.org,
            self.sandbox,
            self.connection_id,
            self.connection_spec_id,
            self.code,
        )
        haystack = "\n".join(texts).casefold()
        return all(word in haystack for word in words)


_COLUMNS: Final = ", ".join(field.name for field in fields(HistoryRow))


class History:
    """The history file. It is made by the first attempt; until then there is nothing to read."""

    def __init__(
        self, path: Path, now: Callable[[], float] = time.time, busy_timeout_seconds: float = BUSY_TIMEOUT_SECONDS
    ) -> None:
        """Remember where it is; nothing is opened.

        Args:
            path: The file.
            now: Unix time in seconds.
            busy_timeout_seconds: How long to wait for another process that is writing.
        """
        self._database = Database(path, "The history", _MIGRATIONS, HistoryUnusable, busy_timeout_seconds)
        self._now = now

    @property
    def path(self) -> Path:
        """The file."""
        return self._database.path

    def begin(self, attempt: Attempt) -> int:
        """Write "sending" and return the row's number; the row survives a power cut once this has returned.

        Raises:
            HistoryUnusable: It cannot be written; nothing may be sent then.
        """
        columns = [field.name for field in fields(Attempt)]
        values = [round(self._now() * 1000), SENDING, *(_storable(getattr(attempt, column)) for column in columns)]
        places = ", ".join("?" * len(values))
        statement = f"INSERT INTO attempts (time_ms, outcome, {', '.join(columns)}) VALUES ({places})"  # noqa: S608
        with self._database.writing() as connection:
            return int(connection.execute(statement, values).lastrowid or 0)

    def finish(
        self,
        row_id: int,
        outcome: str,
        *,
        connection_id: str = "",
        etag: str = "",
        problem_text: str = "",
        code: str = "",
        request_id: str = "",
    ) -> None:
        """Write how an attempt ended; a later, better knowledge is written over an earlier one.

        Raises:
            HistoryUnusable: It cannot be written, or has no such row.
            ValueError: The outcome is none.
        """
        if outcome not in OUTCOMES:
            raise ValueError(f"{outcome!r} is no outcome")
        columns = "outcome = ?, connection_id = ?, etag = ?, problem_text = ?, code = ?, request_id = ?"
        self._update(row_id, columns, (outcome, connection_id, etag, problem_text, code, request_id))

    def set_inlet_url(self, row_id: int, inlet_url: str) -> None:
        """Write the inlet URL that the service has made for a row's connection.

        Raises:
            HistoryUnusable: It cannot be written, or has no such row.
        """
        self._update(row_id, "inlet_url = ?", (inlet_url,))

    def _update(self, row_id: int, columns: str, texts: tuple[str, ...]) -> None:
        with self._database.writing() as connection:
            values = (*map(_storable, texts), row_id)
            if connection.execute(f"UPDATE attempts SET {columns} WHERE id = ?", values).rowcount != 1:  # noqa: S608
                raise HistoryUnusable(
                    "The history has lost a row.",
                    f"Row {row_id} is not in {self.path} any more.",
                    "Look in Experience Platform what became of the connection.",
                )

    def rows(self, search: str = "", limit: int | None = ROWS_LIMIT, in_flight: Set[int] = frozenset()) -> list[HistoryRow]:
        """Return attempts, newest first.

        Args:
            search: Words that must all occur in name, source, outcome, organisation, sandbox, ids or code.
            limit: The most rows to return; ``None`` for all.
            in_flight: Rows that this process is sending right now. Every other row at "sending" was left by a process
                that is gone, and reads as ``unknown``.

        Raises:
            HistoryUnusable: It cannot be read.
        """
        words = search.casefold().split()
        found: list[HistoryRow] = []
        with self._database.reading() as connection:
            cursor = connection.execute(f"SELECT {_COLUMNS} FROM attempts ORDER BY id DESC") if connection else ()  # noqa: S608
            for values in cursor:
                if limit is not None and len(found) >= limit:
                    break
                row = _row(values, in_flight)
                if row.matches(words):
                    found.append(row)
        return found

    def recent_spec_ids(self, limit: int) -> list[str]:
        """Return the connection specs used last, newest first, each once.

        Raises:
            HistoryUnusable: It cannot be read.
        """
        statement = (
            "SELECT connection_spec_id FROM attempts WHERE connection_spec_id != '' "
            "GROUP BY connection_spec_id ORDER BY MAX(id) DESC LIMIT ?"
        )
        with self._database.reading() as connection:
            return [str(values[0]) for values in connection.execute(statement, (limit,))] if connection else []


def _storable(text: str) -> str:
    """Return a text that SQLite can take: lone surrogates, which a terminal may hand over, become question marks."""
    return str(text).encode("utf-8", "replace").decode()


def _row(values: Sequence[object], in_flight: Set[int]) -> HistoryRow:
    """Return a row, whatever a hand that edited the file has put in it."""
    row_id, time_ms, *texts = values
    outcome, *rest = ("" if text is None else str(text) for text in texts)
    row = HistoryRow(_whole(row_id), _moment(time_ms), outcome if outcome in OUTCOMES else UNKNOWN, *rest)
    return replace(row, outcome=UNKNOWN) if row.outcome == SENDING and row.id not in in_flight else row


def _moment(value: object) -> int:
    """Return epoch milliseconds that every calendar and time zone can write."""
    return value if isinstance(value, int) and 0 <= value <= LAST_MOMENT_MS else 0


def _whole(value: object) -> int:
    return value if isinstance(value, int) else 0
