"""The state file: its tables and version, and how it is opened."""

from __future__ import annotations

import sqlite3
from pathlib import Path

from aep_tui.emulator.errors import EmulatorError

STATE_VERSION = 1
"""Kept in the file's ``user_version``."""

BUSY_SECONDS = 5.0
"""How long a statement waits for another process to let go of the file."""

_TABLES = """
CREATE TABLE connections (
    seq         INTEGER PRIMARY KEY,
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
    secrets     TEXT NOT NULL
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


def _prepare(database: sqlite3.Connection, path: Path) -> None:
    version = int(database.execute("PRAGMA user_version").fetchone()[0])
    if version > STATE_VERSION:
        raise EmulatorError(
            f"The state file {path} was written by a newer aep-tui (format {version}; this one knows {STATE_VERSION}). "
            "Update aep-tui, or name another file with --state."
        )
    database.execute("PRAGMA journal_mode = WAL")
    database.execute("PRAGMA synchronous = NORMAL")
    database.execute("BEGIN IMMEDIATE")
    if int(database.execute("PRAGMA user_version").fetchone()[0]) == 0:
        if database.execute("SELECT count(*) FROM sqlite_master").fetchone()[0]:
            raise EmulatorError(f"The file {path} is an SQLite file of another program. Name another file with --state.")
        for statement in _TABLES.split(";"):
            database.execute(statement)
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
        return f"The file {path} is no state file of the emulator. Name another file with --state."
    return f"The state file {path} cannot be used: {text}. Name another file with --state."


def _reason(error: Exception) -> str:
    return getattr(error, "strerror", None) or str(error)
