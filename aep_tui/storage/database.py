"""SQLite files that belong to the program: made private, brought to the current schema, and opened for one piece of work."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Final

from aep_tui.errors import AepTuiError
from aep_tui.storage.file_lock import locked
from aep_tui.storage.files import create_private_file, make_private_directory, reason_of
from aep_tui.text import plain

if TYPE_CHECKING:
    import sqlite3

_FULL, _READ_ONLY, _CANNOT_OPEN, _BUSY, _LOCKED, _IO = 13, 8, 14, 5, 6, 10
"""Primary result codes of SQLite (https://www.sqlite.org/rescode.html)."""

_FREE_OR_MOVE: Final = "Make the directory writable or free some space; or set AEP_TUI_CONFIG_DIR to another directory."


_CORRUPT, _NO_DATABASE, _NO_SUCH_THING = 11, 26, 1

Identity = tuple[int, int]
"""Device and number of a file, which stay with it when it is renamed."""


class DatabaseUnusable(AepTuiError):
    """A file of the program cannot be read or written; it is left as it is.

    Attributes:
        damaged: Which file it was about, if that is damaged, or another one stands in its place by now.
    """

    damaged: Identity | None = None


class Database:
    """One SQLite file with its schema.

    Attributes:
        path: The file.
        what: What it holds, as the start of a sentence, such as "The history".
    """

    def __init__(
        self, path: Path, what: str, migrations: tuple[str, ...], error: type[DatabaseUnusable], busy_timeout_seconds: float
    ) -> None:
        """Remember where it is; nothing is opened.

        Args:
            path: The file.
            what: What it holds, as the start of a sentence.
            migrations: The statements at index n, parted by semicolons, make schema version n + 1 of version n.
            error: What to raise.
            busy_timeout_seconds: How long to wait for another process that is writing.
        """
        self.path = path
        self.what = what
        self._migrations = migrations
        self._error = error
        self._busy_timeout_seconds = busy_timeout_seconds

    @contextmanager
    def reading(self) -> Iterator[sqlite3.Connection | None]:
        """Open the file for reading; ``None`` if there is nothing in it yet.

        The file stays as it is, in the version that it has: of an older one a copy in memory is read.

        Raises:
            DatabaseUnusable: It cannot be opened or read.
        """
        with self._explained():
            if not self.path.exists():
                yield None
                return
            with closing(self._opened()) as connection:
                version = self._version_of(connection)
                if version == 0:
                    yield None
                elif version == len(self._migrations):
                    yield connection
                else:
                    with closing(self._copied(connection)) as copy:
                        yield copy

    @contextmanager
    def writing(self) -> Iterator[sqlite3.Connection]:
        """Open the file, made if need be, within a transaction that is committed at the end and on the disk after that.

        Raises:
            DatabaseUnusable: It cannot be made, opened or written.
        """
        with self._explained():
            make_private_directory(self.path.parent)
            create_private_file(self.path)
            with closing(self._current()) as connection:
                connection.execute("BEGIN IMMEDIATE")
                yield connection
                connection.execute("COMMIT")

    def set_aside(self, error: DatabaseUnusable, moment: str) -> Path | None:
        """Give a damaged file another name, so that a new one can be begun; nothing of it is lost.

        Args:
            error: What was found to be wrong with it.
            moment: Becomes a part of its name.

        Returns:
            Where it is now; ``None`` if another process has done that already.

        Raises:
            DatabaseUnusable: The same error: the file is not damaged, or cannot be renamed.
        """
        if error.damaged is None:
            raise error
        try:
            # Another process that has found the same must not give its new file the other name.
            with locked(self.path.with_name(f"{self.path.name}.lock"), self._busy_timeout_seconds):
                return None if _identity(self.path) != error.damaged else self._renamed(moment)
        except OSError:
            raise error from None

    def _renamed(self, moment: str) -> Path:
        aside, number = self.path.with_name(f"{self.path.name}.damaged-{moment}"), 1
        while aside.exists():
            number += 1
            aside = self.path.with_name(f"{self.path.name}.damaged-{moment}-{number}")
        # The journal first: beside a new file it would be played back into that.
        journal = self._journal_of(self.path)
        if journal.exists():
            journal.rename(self._journal_of(aside))
        self.path.rename(aside)
        return aside

    @staticmethod
    def _journal_of(path: Path) -> Path:
        return path.with_name(f"{path.name}-journal")

    def _opened(self) -> sqlite3.Connection:
        import sqlite3

        # mode=rw never makes a file, so that it is always made with its own mode.
        address = f"{self.path.absolute().as_uri()}?mode=rw"
        connection = sqlite3.connect(address, timeout=self._busy_timeout_seconds, isolation_level=None, uri=True)
        connection.text_factory = _tolerant_text
        return connection

    def _copied(self, connection: sqlite3.Connection) -> sqlite3.Connection:
        """Return a copy in memory, in the current version."""
        import sqlite3

        copy = sqlite3.connect(":memory:", isolation_level=None)
        try:
            copy.text_factory = _tolerant_text
            connection.backup(copy)
            self._migrate(copy)
        except BaseException:
            copy.close()
            raise
        return copy

    def _current(self) -> sqlite3.Connection:
        """Return a connection to the file in its current version."""
        connection = self._opened()
        try:
            if self._version_of(connection) < len(self._migrations):
                self._migrate(connection)
                # SQLite keeps the schema it read first, which another process's migration may have outdated.
                connection.close()
                connection = self._opened()
                self._version_of(connection)
            # With EXTRA a committed row also survives a power cut right after the commit: the directory is synced once the
            # journal is gone. FULL leaves that out.
            connection.execute("PRAGMA synchronous = EXTRA")
        except BaseException:
            connection.close()
            raise
        return connection

    def _version_of(self, connection: sqlite3.Connection) -> int:
        # In one transaction, so that another process's migration is seen whole or not at all.
        connection.execute("BEGIN")
        version = int(connection.execute("PRAGMA user_version").fetchone()[0])
        tables = int(connection.execute("SELECT COUNT(*) FROM sqlite_schema").fetchone()[0])
        connection.execute("COMMIT")
        if version > len(self._migrations):
            raise self._error(
                f"{self.what} was written by a newer aep-tui.",
                f"{self._shown_path()} has version {version}; this program knows {len(self._migrations)}. It is left as it is.",
                "Update aep-tui, or set AEP_TUI_CONFIG_DIR to another directory.",
            )
        if version == 0 and tables:
            raise self._damaged("it holds something else", _identity(self.path))
        return version

    def _migrate(self, connection: sqlite3.Connection) -> None:
        connection.execute("BEGIN IMMEDIATE")
        # Read again under the lock: another process may have done it meanwhile.
        version = int(connection.execute("PRAGMA user_version").fetchone()[0])
        for statements in self._migrations[version:]:
            for statement in filter(str.strip, statements.split(";")):
                connection.execute(statement)
        connection.execute(f"PRAGMA user_version = {len(self._migrations)}")
        connection.execute("COMMIT")

    @contextmanager
    def _explained(self) -> Iterator[None]:
        import sqlite3

        before = _identity(self.path)
        try:
            yield
        except sqlite3.Error as error:
            raise self._replaced(self._explanation(error, before or _identity(self.path)), before) from None
        except OSError as error:
            raise self._replaced(self._refused(reason_of(error)), before) from None

    def _replaced(self, error: DatabaseUnusable, before: Identity | None) -> DatabaseUnusable:
        """Return the error, which tells too if the file was put aside by another program while it was worked with."""
        if before is not None and before != _identity(self.path):
            error.damaged = before
        return error

    def _explanation(self, error: sqlite3.Error, file: Identity | None) -> DatabaseUnusable:
        code = getattr(error, "sqlite_errorcode", 0) & 0xFF
        if code in (_BUSY, _LOCKED):
            return self._error(
                f"{self.what} is in use.",
                f"Another program holds {self._shown_path()} for longer than {self._busy_timeout_seconds:g} seconds.",
                "Close the other program, then try again.",
            )
        reasons = {
            _FULL: "the disk is full",
            _READ_ONLY: "the file or its directory is read-only",
            _CANNOT_OPEN: "the file cannot be opened",
            _IO: "the disk does not work",
        }
        if code in reasons:
            return self._refused(reasons[code])
        is_damage = code in (_CORRUPT, _NO_DATABASE) or (code == _NO_SUCH_THING and str(error).startswith("no such "))
        return self._damaged(plain(error, 100), file if is_damage else None)

    def _refused(self, reason: str) -> DatabaseUnusable:
        return self._error(f"{self.what} cannot be used.", f"{self._shown_path()}: {reason}.", _FREE_OR_MOVE)

    def _damaged(self, reason: str, file: Identity | None) -> DatabaseUnusable:
        error = self._error(
            f"{self.what} is damaged.",
            f"{self._shown_path()} cannot be read: {reason}. It is left as it is.",
            "The next start of the interactive program keeps it under another name and begins a new one.",
        )
        error.damaged = file
        return error

    def _shown_path(self) -> str:
        return plain(self.path, 300)


def _tolerant_text(content: bytes) -> str:
    return content.decode("utf-8", "replace")


def _identity(path: Path) -> Identity | None:
    try:
        status = path.stat()
    except OSError:
        return None
    return (status.st_dev, status.st_ino)
