"""What was sent from this machine: every attempt to create a connection and how it ended, in SQLite.

A row is durable as "sending" before its request leaves. Every call opens a connection of its own and closes it again, so
that any thread may call; SQLite's rollback journal makes a killed process and two processes at once harmless. Reading changes
nothing; where something is to be sent, a damaged file is kept under another name and a new one begun.
"""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Final, TypeVar

from aep_tui.storage import row_numbers
from aep_tui.storage.database import Database, DatabaseUnusable
from aep_tui.storage.history_row import (
    COLUMNS,
    CREATED,
    FOUND,
    OUTCOMES,
    SENDING,
    SETTLINGS,
    UNKNOWN,
    Attempt,
    HistoryRow,
    row_of,
    storable,
)
from aep_tui.storage.sending_marks import SendingMarks

if TYPE_CHECKING:
    from sqlite3 import Connection

__all__ = ["ROWS_LIMIT", "Attempt", "History", "HistoryRow", "HistoryUnusable"]

_Told = TypeVar("_Told")

BUSY_TIMEOUT_SECONDS: Final = 5.0
ROWS_LIMIT: Final = 1_000

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
    """
    ALTER TABLE attempts ADD COLUMN known_ids TEXT;
    ALTER TABLE attempts ADD COLUMN settled TEXT NOT NULL DEFAULT '';
    ALTER TABLE attempts ADD COLUMN client_mark TEXT NOT NULL DEFAULT '';
    ALTER TABLE attempts ADD COLUMN sender TEXT NOT NULL DEFAULT ''
    """,
)
"""The statements at index n make schema version n + 1 of version n."""


class HistoryUnusable(DatabaseUnusable):
    """The history cannot be read or written; it is left as it is."""


_OPEN: Final = f"AND outcome IN ('{UNKNOWN}', '{SENDING}')"
_RIVALS: Final = (
    "WHERE connection_id = ? AND id != ? "
    "AND (platform, org, sandbox) = (SELECT platform, org, sandbox FROM attempts WHERE id = ?)"
)
"""Another row at the same place that has a connection."""

_DOUBT_ANEW: Final = (
    f"UPDATE attempts SET settled = '' WHERE id != ? AND outcome = '{UNKNOWN}' AND settled IN ('several', 'unsure') "  # noqa: S608
    "AND (platform, org, sandbox, name, connection_spec_id) = "
    "(SELECT platform, org, sandbox, name, connection_spec_id FROM attempts WHERE id = ?)"
)
"""What one attempt came to may tell what another one made: that is asked about again."""


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
        self._marks = SendingMarks(path)
        self._own: dict[int, str] = {}
        """Marks of the rows that were begun by way of this object: another program may begin a new file with their numbers."""
        self._now = now
        self.remark = ""
        """What a person should be told of the file, as sentences; empty if nothing."""

    @property
    def path(self) -> Path:
        """The file."""
        return self._database.path

    def begin(self, attempt: Attempt) -> int:
        """Write "sending" and return the row's number; the row survives a power cut once this has returned.

        Until :meth:`finish` or :meth:`release`, or the end of this process, every program sees that it is being sent.

        Raises:
            HistoryUnusable: It cannot be written; nothing may be sent then.
        """
        mark = self._marks.hold()
        try:
            row_id = self._insert(attempt, {"outcome": SENDING, "sender": mark})
        except BaseException:
            self._marks.release(mark)
            raise
        self._own[row_id] = mark
        return row_id

    def release(self, row_id: int) -> None:
        """Let others see that a row is not being sent any more; what it says stays."""
        self._marks.release(self._own.get(row_id, ""))

    def note(self, attempt: Attempt, outcome: str, *, problem_text: str = "", code: str = "", request_id: str = "") -> int:
        """Write an attempt that ended before it began, and return the row's number.

        Raises:
            HistoryUnusable: It cannot be written.
        """
        return self._insert(attempt, {"outcome": outcome, "problem_text": problem_text, "code": code, "request_id": request_id})

    def _insert(self, attempt: Attempt, more: dict[str, str]) -> int:
        known = None if attempt.known_ids is None else json.dumps(attempt.known_ids)
        columns = [name for name in Attempt._fields if name != "known_ids"]
        texts = {**{column: getattr(attempt, column) for column in columns}, **more}
        values = [round(self._now() * 1000), known, *map(storable, texts.values())]
        places = ", ".join("?" * (len(values) + 1))
        statement = f"INSERT INTO attempts (id, time_ms, known_ids, {', '.join(texts)}) VALUES ({places})"  # noqa: S608

        def insert() -> int:
            with self._database.writing() as connection:
                number = row_numbers.next_number(self.path, connection)
                row_id = int(connection.execute(statement, [number, *values]).lastrowid or 0)
                row_numbers.met(self.path, row_id)
            return row_id

        return self._mended(insert)

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

        That a connection was made is never written over by not knowing. An id that the service gave as the answer to this
        attempt is taken away from another attempt to which it was only inferred to belong.

        Raises:
            HistoryUnusable: It cannot be written, or has no such row.
            ValueError: The outcome is none.
        """
        if outcome not in OUTCOMES:
            raise ValueError(f"{outcome!r} is no outcome")
        columns = "outcome = ?, connection_id = ?, etag = ?, problem_text = ?, code = ?, request_id = ?, settled = ''"
        texts = (outcome, connection_id, etag, problem_text, code, request_id)
        condition = f"AND NOT (outcome = '{CREATED}' AND settled != '')" if outcome in (UNKNOWN, SENDING) else ""
        with_id = f"UPDATE attempts SET outcome = '{UNKNOWN}', connection_id = '', etag = '', settled = '' {_RIVALS}"  # noqa: S608

        with self._database.writing() as connection:
            if connection_id:
                connection.execute(f"{with_id} AND settled = '{FOUND}'", (storable(connection_id), row_id, row_id))
            self._change(connection, row_id, columns, texts, condition)
            connection.execute(_DOUBT_ANEW, (row_id, row_id))
        self.release(row_id)

    def claim(self, row_id: int, connection_id: str, etag: str, how: str = FOUND) -> bool:
        """Write that an attempt of unknown outcome has made a connection, unless another attempt has that connection.

        Args:
            row_id: The attempt.
            connection_id: What it is to have made.
            etag: Of that connection; may be empty.
            how: ``found`` or ``taken``.

        Returns:
            Whether the attempt has that connection now.

        Raises:
            HistoryUnusable: It cannot be written, or has no such row.
        """
        key = storable(connection_id)
        columns = f"outcome = '{CREATED}', connection_id = ?, etag = ?, settled = ?"
        condition = f"{_OPEN} AND NOT EXISTS (SELECT 1 FROM attempts AS other {_RIVALS})"  # noqa: S608
        has = "SELECT 1 FROM attempts WHERE id = ? AND outcome = ? AND connection_id = ?"
        with self._database.writing() as connection:
            self._change(connection, row_id, columns, (connection_id, etag, how), condition, (key, row_id, row_id))
            connection.execute(_DOUBT_ANEW, (row_id, row_id))
            return connection.execute(has, (row_id, CREATED, key)).fetchone() is not None

    def set_settled(self, row_id: int, settled: str) -> None:
        """Write what asking the service came to; the outcome stays, and one that is known is not doubted.

        Raises:
            HistoryUnusable: It cannot be written, or has no such row.
            ValueError: There is no such word.
        """
        if settled not in SETTLINGS:
            raise ValueError(f"{settled!r} is nothing that asking comes to")
        with self._database.writing() as connection:
            self._change(connection, row_id, "settled = ?", (settled,), _OPEN)

    def set_inlet_url(self, row_id: int, inlet_url: str) -> None:
        """Write the inlet URL that the service has made for a row's connection.

        Raises:
            HistoryUnusable: It cannot be written, or has no such row.
        """
        with self._database.writing() as connection:
            self._change(connection, row_id, "inlet_url = ?", (inlet_url,))

    def _change(
        self,
        connection: Connection,
        row_id: int,
        columns: str,
        texts: tuple[str, ...],
        condition: str = "",
        more: tuple[object, ...] = (),
    ) -> None:
        """Change a row if it fulfils a condition.

        Raises:
            HistoryUnusable: There is no such row.
        """
        own = self._own.get(row_id)
        same, mark = ("AND sender = ?", (own,)) if own is not None else ("", ())
        values = (*map(storable, texts), row_id, *mark, *more)
        statement = f"UPDATE attempts SET {columns} WHERE id = ? {same} {condition}"  # noqa: S608
        changed = connection.execute(statement, values).rowcount
        there = f"SELECT 1 FROM attempts WHERE id = ? {same}"  # noqa: S608
        if changed != 1 and connection.execute(there, (row_id, *mark)).fetchone() is None:
            raise HistoryUnusable(
                "The history has lost a row.",
                f"Row {row_id} is not in {self.path} any more.",
                "Look in Experience Platform what became of the connection.",
            )

    def mend(self) -> str:
        """Read all of it once; keep the file aside if it is damaged, so that a new one can be begun.

        Returns:
            What a person should be told, as sentences; empty if there is nothing.

        Raises:
            HistoryUnusable: It cannot be read, and not be renamed either.
        """
        self._mended(lambda: sum(1 for _ in self._select("", ())))
        return self.remark

    def _mended(self, work: Callable[[], _Told]) -> _Told:
        """Do a piece of work; a file that turns out to be damaged is kept aside, and the work done with a new one."""
        try:
            return work()
        except DatabaseUnusable as error:
            moment = time.strftime("%Y%m%d-%H%M%S", time.gmtime(self._now()))
            aside = self._database.set_aside(error, moment)
        if aside is not None:
            self.remark = (
                f"The history was damaged. It is kept as {aside}, and a new one is begun. "
                "What was sent before is in Experience Platform."
            )
        return work()

    def rows(self, search: str = "", limit: int | None = ROWS_LIMIT) -> list[HistoryRow]:
        """Return attempts, newest first.

        Args:
            search: Words that must all occur in name, source, outcome, organisation, sandbox, ids or code.
            limit: The most rows to return; ``None`` for all.

        Returns:
            A row at "sending" is being sent by a program that lives; one that a program left behind reads as ``unknown``.

        Raises:
            HistoryUnusable: It cannot be read.
        """
        words = search.casefold().split()
        found: list[HistoryRow] = []
        for row in self._select("ORDER BY id DESC", ()):
            if limit is not None and len(found) >= limit:
                break
            if row.matches(words):
                found.append(row)
        return found

    def row(self, row_id: int) -> HistoryRow | None:
        """Return one attempt, or ``None`` if there is none of that number, or another in a file that was begun anew.

        Raises:
            HistoryUnusable: It cannot be read.
        """
        row = next(iter(self._select("WHERE id = ?", (row_id,))), None)
        return row if row is not None and self._own.get(row_id, row.sender) == row.sender else None

    def unsettled(self, platform: str, org: str, sandbox: str) -> list[HistoryRow]:
        """Return the attempts at one place whose outcome is unknown and about which the service was not asked, newest first.

        Raises:
            HistoryUnusable: It cannot be read.
        """
        place = "platform = ? AND org = ? AND sandbox = ?"
        wanted = f"WHERE {place} AND outcome IN ('{UNKNOWN}', '{SENDING}') AND settled = '' ORDER BY id DESC"
        values = tuple(map(storable, (platform, org, sandbox)))
        return [row for row in self._select(wanted, values) if row.outcome == UNKNOWN]

    def claimed_ids(self, row: HistoryRow) -> set[str]:
        """Return the ids of the connections that other attempts at the same place have made.

        Raises:
            HistoryUnusable: It cannot be read.
        """
        wanted = "WHERE platform = ? AND org = ? AND sandbox = ? AND id != ? AND connection_id != ''"
        values = (row.platform, row.org, row.sandbox, row.id)
        return {other.connection_id for other in self._select(wanted, values)}

    def rivals(self, row: HistoryRow) -> list[HistoryRow]:
        """Return the other attempts that may have made a connection which one has made.

        Those are the attempts of its name, connection spec and client at its place whose outcome is open, or that are being
        sent. What the service had time for and did not make is open no longer.

        Raises:
            HistoryUnusable: It cannot be read.
        """
        same = "(platform, org, sandbox, name, connection_spec_id) = (?, ?, ?, ?, ?)"
        values = (row.platform, row.org, row.sandbox, row.name, row.connection_spec_id, row.id)
        wanted = f"WHERE {same} AND id != ? {_OPEN} AND settled != 'none'"
        return [other for other in self._select(wanted, values) if other.client_mark in ("", row.client_mark)]

    def _select(self, rest: str, values: tuple[object, ...]) -> Iterator[HistoryRow]:
        with self._database.reading() as connection:
            cursor = connection.execute(f"SELECT {COLUMNS} FROM attempts {rest}", values) if connection else ()  # noqa: S608
            for found in cursor:
                row_numbers.met(self.path, found[0])
                yield row_of(found, self._marks.is_held)

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
