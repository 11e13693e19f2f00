"""The state file: its tables and version, and how it is opened."""

from __future__ import annotations

import sqlite3
from pathlib import Path
from typing import Final

from aep_tui.emulator.errors import EmulatorError

STATE_VERSION = 2
"""Kept in the file's ``user_version``."""

APPLICATION_ID: Final = 0x41455045
"""Kept in the file's ``application_id`` from version 2 on; SQLite leaves that number to programs to know their files by."""

BUSY_SECONDS = 5.0
"""How long a statement waits for another process to let go of the file."""

_TABLES = """
CREATE TABLE connections (
    seq         INTEGER PRIMARY KEY AUTOINCREMENT,
    id          TEXT NOT NULL,
    org         TEXT NOT NULL,
    sandbox     TEXT NOT NULL,
    name        TEXT NOT NULL,
    description TEXT NOT NULL,
    spec_id     TEXT NOT NULL,
    state       TEXT NOT NULL,
    ready_at    INTEGER NOT NULL,
    created_at  INTEGER NOT NULL,
    updated_at  INTEGER NOT NULL,
    etag        TEXT NOT NULL,
    inlet_id    TEXT,
    reachable   INTEGER NOT NULL,
    document    TEXT NOT NULL,
    secrets     TEXT NOT NULL,
    mode        TEXT NOT NULL,
    waiting     TEXT,
    ready       TEXT
);
CREATE UNIQUE INDEX connections_by_id ON connections (org, sandbox, id);
CREATE INDEX connections_made ON connections (org, sandbox, seq);
CREATE INDEX connections_by_name ON connections (org, sandbox, name, seq);
CREATE INDEX connections_by_created ON connections (org, sandbox, created_at, seq);
CREATE INDEX connections_by_updated ON connections (org, sandbox, updated_at, seq);
CREATE UNIQUE INDEX connections_by_inlet ON connections (inlet_id) WHERE inlet_id IS NOT NULL;
CREATE TABLE specs (
    id       TEXT PRIMARY KEY,
    org      TEXT NOT NULL,
    document TEXT NOT NULL
);
CREATE INDEX specs_by_org ON specs (org);
"""

_FIRST_COLUMNS: Final = (
    "seq, id, org, sandbox, name, description, spec_id, state, ready_at, created_at, updated_at, etag, inlet_id, reachable, "
    "document, secrets"
)
"""What a connection had in version 1."""

# An inlet's answer was put together from its document each time; of the others the document is the answer.
_FROM_1_TO_2 = f"""
ALTER TABLE connections RENAME TO connections_1;
DROP INDEX connections_by_id;
DROP INDEX connections_made;
DROP INDEX connections_by_name;
DROP INDEX connections_by_created;
DROP INDEX connections_by_updated;
DROP INDEX connections_by_inlet;
{_TABLES.partition("CREATE TABLE specs")[0]}
INSERT INTO connections ({_FIRST_COLUMNS}, mode)
    SELECT {_FIRST_COLUMNS}, CASE WHEN inlet_id IS NULL THEN 'mask' ELSE '' END FROM connections_1;
DROP TABLE connections_1;
"""  # noqa: S608 -- names of ours
_MAGIC: Final = b"SQLite format 3\0"
_WAL: Final = 2


def open_state(path: Path | None) -> sqlite3.Connection:
    """Open the state, and make its tables if there are none.

    A file is kept in WAL mode: what was answered survives a killed process. It is not forced to the disk at every call,
    so a power cut may take the last moments.

    Args:
        path: The file; nothing for a state in memory.

    Raises:
        EmulatorError: The file cannot be opened, is locked, is read-only, is no state file, or is of a newer version.
    """
    if path is None:
        database = _connect(":memory:")
        database.executescript(_TABLES)
        return database
    try:
        # One by one: with parents=True only the last would get the mode.
        for directory in reversed([parent for parent in path.parents if not parent.is_dir()]):
            directory.mkdir(mode=0o700, exist_ok=True)
        path.touch(mode=0o600, exist_ok=True)
        _look_at(path)
        database = _connect(str(path))
    except (OSError, sqlite3.Error) as error:
        raise EmulatorError(
            f"The state file {path} cannot be opened: {_reason(error)}. Name another file with --state."
        ) from error
    try:
        _prepare(database, path)
    except sqlite3.Error as error:
        database.close()
        raise EmulatorError(_sentence(path, error)) from error
    except EmulatorError:
        database.close()
        raise
    return database


def _connect(name: str) -> sqlite3.Connection:
    return sqlite3.connect(name, timeout=BUSY_SECONDS, isolation_level=None, check_same_thread=False)


def _look_at(path: Path) -> None:
    """Find out whose file it is before anything is written: a file of somebody else stays as it is, to the byte.

    Raises:
        EmulatorError: It is no state file, or one of a newer version.
    """
    with path.open("rb") as file:
        header = file.read(100)
    if not header:
        return
    if not header.startswith(_MAGIC):
        raise _no_state_file(path)
    # To look into a file in WAL mode, SQLite puts two more files beside it. While nobody uses the file, it can do without.
    is_alone = header[18:19] == bytes([_WAL]) and not path.with_name(path.name + "-wal").exists()
    uri = f"{path.absolute().as_uri()}?mode=ro{'&immutable=1' if is_alone else ''}"
    database = sqlite3.connect(uri, uri=True, timeout=BUSY_SECONDS, isolation_level=None)
    try:
        _version_of(database, path)
    except sqlite3.Error as error:
        raise EmulatorError(_sentence(path, error)) from error
    finally:
        database.close()


def _version_of(database: sqlite3.Connection, path: Path) -> int:
    """Return the version of a state file, 0 for an empty file; this only reads."""
    numbers = [database.execute(f"PRAGMA {name}").fetchone()[0] for name in ("user_version", "application_id")]
    version, application = map(int, numbers)
    is_empty = not database.execute("SELECT count(*) FROM sqlite_master").fetchone()[0]
    if is_empty and version == application == 0:
        return 0
    is_ours = application == APPLICATION_ID or (application == 0 and _has_our_tables(database))
    if not is_ours or version < 1:
        raise EmulatorError(f"The file {path} is an SQLite file of another program. Name another file with --state.")
    if version > STATE_VERSION:
        raise EmulatorError(
            f"The state file {path} was written by a newer aep-tui (format {version}; this one knows {STATE_VERSION}). "
            "Update aep-tui, or name another file with --state."
        )
    return version


def _has_our_tables(database: sqlite3.Connection) -> bool:
    """Tell whether a file without an ``application_id`` is a state file of version 1, which had none."""
    for table, columns in (("connections", _FIRST_COLUMNS.split(", ")), ("specs", ["id", "org", "document"])):
        found = {row[1] for row in database.execute(f"PRAGMA table_info({table})")}
        if not found >= set(columns):
            return False
    return True


def _prepare(database: sqlite3.Connection, path: Path) -> None:
    database.execute("PRAGMA journal_mode = WAL")
    database.execute("PRAGMA synchronous = NORMAL")
    database.execute("BEGIN IMMEDIATE")
    # Looked at once more: until now somebody else might have made the file theirs, or ours.
    version = _version_of(database, path)
    for statement in {0: _TABLES, 1: _FROM_1_TO_2}.get(version, "").split(";"):
        database.execute(statement)
    database.execute(f"PRAGMA application_id = {APPLICATION_ID}")
    # Written every time: only a write tells whether the file is read-only.
    database.execute(f"PRAGMA user_version = {STATE_VERSION}")
    database.execute("COMMIT")


def _sentence(path: Path, error: sqlite3.Error) -> str:
    text = str(error)
    if "readonly" in text or "read-only" in text:
        return f"The state file {path} is read-only. Make it writable, or name another file with --state."
    if "locked" in text or "busy" in text:
        return f"The state file {path} is locked by another program. Stop that program, or name another file with --state."
    if "not a database" in text or "malformed" in text:
        return _no_state_file(path).sentence
    return f"The state file {path} cannot be used: {text}. Name another file with --state."


def _no_state_file(path: Path) -> EmulatorError:
    return EmulatorError(f"The file {path} is no state file of the emulator. Name another file with --state.")


def _reason(error: Exception) -> str:
    return getattr(error, "strerror", None) or str(error)
