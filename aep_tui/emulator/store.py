"""The state of the emulator: connections and an organisation's own specs, in memory or in a file that survives kill -9."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, Concatenate, NamedTuple, ParamSpec, TypeVar

from aep_tui.emulator.errors import EmulatorError
from aep_tui.emulator.work_thread import WorkThread

if TYPE_CHECKING:
    import sqlite3

Result = TypeVar("Result")
Arguments = ParamSpec("Arguments")


class Row(NamedTuple):
    """One connection as it is kept.

    Attributes:
        seq: Its place in the order of making; 0 until it is kept.
        id: Its UUID.
        org: The organisation it belongs to.
        sandbox: The name of its sandbox.
        name: What the caller named it; names need not be unique.
        description: What the caller said about it, or the empty string.
        spec_id: The id of its connection spec.
        state: ``enabled`` or ``disabled``, once it is ready.
        ready_at: When it is ready, in milliseconds since the epoch; until then its state is ``initializing``.
        created_at: When it was made, in milliseconds since the epoch.
        updated_at: When it was last changed, in milliseconds since the epoch.
        etag: Its revision, with the double quotes that belong to it.
        inlet_id: The 64 hexadecimal digits of its inlet, if it has one.
        reachable: 1 if its source can be reached, else 0.
        document: The item as the service answers it, once ready, with its secrets starred, as JSON.
        secrets: The starred params: their pointers, and in ``echo`` mode their values, as JSON.
        mode: How secrets read back in the next two, or the empty string if nothing is known of it.
        waiting: The item as it is answered until it is ready, as JSON; nothing if it was ready from the start.
        ready: The item as it is answered from then on, as JSON; nothing if that is the document.
    """

    seq: int
    id: str
    org: str
    sandbox: str
    name: str
    description: str
    spec_id: str
    state: str
    ready_at: int
    created_at: int
    updated_at: int
    etag: str
    inlet_id: str | None
    reachable: int
    document: str
    secrets: str
    mode: str = ""
    waiting: str | None = None
    ready: str | None = None

    def shown(self) -> Shown:
        """Return what an answer is made of."""
        return Shown(self.seq, self.state, self.ready_at, self.inlet_id, self.document, self.secrets)


class Shown(NamedTuple):
    """The part of a :class:`Row` that an answer is made of, where its text is not kept.

    Attributes:
        seq: As in the row.
        state: As in the row.
        ready_at: As in the row.
        inlet_id: As in the row.
        document: As in the row.
        secrets: As in the row.
    """

    seq: int
    state: str
    ready_at: int
    inlet_id: str | None
    document: str
    secrets: str


_WORTH_COUNTING = 0.05
_COLUMNS = Row._fields
_SELECT_SHOWN = f"SELECT {', '.join(Shown._fields)} FROM connections WHERE "  # noqa: S608 -- names of ours
_INSERT = f"INSERT INTO connections ({', '.join(_COLUMNS[1:])}) VALUES ({', '.join('?' * (len(_COLUMNS) - 1))})"  # noqa: S608 -- names of ours
_UPDATE = f"UPDATE connections SET {', '.join(f'{name} = ?' for name in _COLUMNS[1:])} WHERE seq = ? AND etag = ?"  # noqa: S608 -- names of ours


_SELECT = f"SELECT {', '.join(_COLUMNS)} FROM connections WHERE "  # noqa: S608 -- names of ours


class Store:
    """Reads and writes the state.

    The file is opened when it is first needed. A file is used on one thread of its own, so that no call waits for the disk
    on the event loop; a state in memory is used where the call runs.
    """

    def __init__(self, path: Path | None = None) -> None:
        """Take the path of the file; nothing for a state in memory."""
        self._path = path
        self._database: sqlite3.Connection | None = None
        self._opening = threading.Lock()
        self._thread = None if path is None else WorkThread("emulator-state")

    def open(self) -> sqlite3.Connection:
        """Return the open database.

        Raises:
            EmulatorError: The file cannot be used.
        """
        with self._opening:
            if self._database is None:
                from aep_tui.emulator.tables import open_state

                self._database = open_state(self._path)
            return self._database

    def close(self) -> None:
        """Finish what was begun and close the file."""
        if self._thread is not None:
            self._thread.close()
        if self._database is not None:
            self._database.close()
            self._database = None

    async def run(
        self,
        work: Callable[Concatenate[sqlite3.Connection, Arguments], Result],
        *args: Arguments.args,
        **kwargs: Arguments.kwargs,
    ) -> Result:
        """Do some work with the database, off the event loop if it is a file.

        Raises:
            EmulatorError: The file cannot be used, or is locked for too long.
        """
        if self._thread is None:
            return self._do(lambda database: work(database, *args, **kwargs), 0.0)
        arrived = time.monotonic()
        return await self._thread.run(
            lambda: self._do(lambda database: work(database, *args, **kwargs), time.monotonic() - arrived)
        )

    def _do(self, work: Callable[[sqlite3.Connection], Result], waited: float) -> Result:
        """Do some work for a caller who has waited already; the patience with a locked file counts from its arrival."""
        database = self.open()
        import sqlite3

        from aep_tui.emulator.tables import BUSY_SECONDS

        is_late = waited > _WORTH_COUNTING
        try:
            if is_late:
                database.execute(f"PRAGMA busy_timeout = {max(0, int(1000 * (BUSY_SECONDS - waited)))}")
            return work(database)
        except sqlite3.Error as error:
            raise EmulatorError(f"The state file {self._path} cannot be used: {error}.") from error
        finally:
            if is_late:
                database.execute(f"PRAGMA busy_timeout = {int(1000 * BUSY_SECONDS)}")


def add(database: sqlite3.Connection, row: Row) -> None:
    """Keep a new connection."""
    database.execute(_INSERT, row[1:])


def replace(database: sqlite3.Connection, row: Row, etag: str) -> bool:
    """Replace a connection if its revision is still the given one, and tell whether it was."""
    return database.execute(_UPDATE, (*row[1:], row.seq, etag)).rowcount == 1


def remove(database: sqlite3.Connection, row: Row) -> bool:
    """Forget a connection if its revision is still that of the row, and tell whether it was."""
    statement = "DELETE FROM connections WHERE id = ? AND org = ? AND sandbox = ? AND etag = ?"
    return database.execute(statement, (row.id, row.org, row.sandbox, row.etag)).rowcount == 1


def find(database: sqlite3.Connection, org: str, sandbox: str, connection_id: str) -> Row | None:
    """Return a connection of an organisation's sandbox, or nothing if there is none."""
    found = database.execute(f"{_SELECT} id = ? AND org = ? AND sandbox = ?", (connection_id, org, sandbox)).fetchone()
    return None if found is None else Row._make(found)


def find_by_inlet(database: sqlite3.Connection, inlet_id: str) -> Row | None:
    """Return the connection with an inlet, or nothing if there is none."""
    found = database.execute(f"{_SELECT} inlet_id = ?", (inlet_id,)).fetchone()
    return None if found is None else Row._make(found)


def page(
    database: sqlite3.Connection, ranges: Iterable[tuple[str, Sequence[object]]], order: str, limit: int, kept: str
) -> tuple[list[str | Shown], Row | None]:
    """Return at most ``limit`` connections, and the last one of them if there are more.

    Args:
        database: The state.
        ranges: Which connections, one range after the other, as :mod:`aep_tui.emulator.queries` makes them.
        order: In which order within a range.
        limit: How many.
        kept: The text that is kept of an answer, as SQL; of a connection that it is null for comes what its answer is made of.
    """
    # One picture of the file for all that is read: somebody else who uses it may remove what was just found.
    database.execute("BEGIN")
    try:
        return _page(database, ranges, order, limit, kept)
    finally:
        database.execute("COMMIT")


def _page(
    database: sqlite3.Connection, ranges: Iterable[tuple[str, Sequence[object]]], order: str, limit: int, kept: str
) -> tuple[list[str | Shown], Row | None]:
    found: list[tuple[int, str | None]] = []
    for where, values in ranges:
        statement = f"SELECT seq, {kept} FROM connections WHERE {where} ORDER BY {order} LIMIT ?"  # noqa: S608 -- clauses of ours
        found += database.execute(statement, (*values, limit + 1 - len(found)))
        if len(found) > limit:
            break
    listed = found[:limit]
    others = _shown(database, [seq for seq, text in listed if text is None])
    items = [others[seq] if text is None else text for seq, text in listed]
    if len(found) <= limit:
        return items, None
    return items, Row._make(database.execute(f"{_SELECT} seq = ?", (listed[-1][0],)).fetchone())


def _shown(database: sqlite3.Connection, seqs: Sequence[int]) -> dict[int, Shown]:
    if not seqs:
        return {}
    statement = f"{_SELECT_SHOWN} seq IN ({', '.join('?' * len(seqs))})"
    return {found[0]: Shown._make(found) for found in database.execute(statement, tuple(seqs))}


def count(database: sqlite3.Connection, where: str, values: Sequence[object]) -> int:
    """Return how many connections there are."""
    found = database.execute(f"SELECT count(*) FROM connections WHERE {where}", tuple(values)).fetchone()  # noqa: S608 -- clauses of ours
    return int(found[0])


def own_specs(database: sqlite3.Connection, org: str) -> list[dict[str, Any]]:
    """Return the connection specs that an organisation made itself, in the order of making."""
    found = database.execute("SELECT document FROM specs WHERE org = ? ORDER BY rowid", (org,))
    return [json.loads(document) for (document,) in found]


def own_spec(database: sqlite3.Connection, org: str, spec_id: str) -> dict[str, Any] | None:
    """Return one of an organisation's own connection specs, or nothing if there is none."""
    found = database.execute("SELECT document FROM specs WHERE id = ? AND org = ?", (spec_id, org)).fetchone()
    return None if found is None else dict(json.loads(found[0]))


def keep_spec(database: sqlite3.Connection, org: str, document: Mapping[str, Any]) -> None:
    """Keep an organisation's own connection spec, in place of an earlier one of its id."""
    text = json.dumps(document)
    database.execute(
        "INSERT INTO specs (id, org, document) VALUES (?, ?, ?) ON CONFLICT (id) DO UPDATE SET document = excluded.document",
        (document["id"], org, text),
    )


def forget_everything(database: sqlite3.Connection) -> None:
    """Empty the state."""
    database.execute("DELETE FROM connections")
    database.execute("DELETE FROM specs")
