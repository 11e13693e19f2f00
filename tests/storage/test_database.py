"""A file of an older version is read as it is, and brought to the current one by whoever writes first."""

from __future__ import annotations

import threading

from aep_tui.storage.database import Database, DatabaseUnusable

FIRST = "CREATE TABLE things (name TEXT NOT NULL)"
SECOND = "ALTER TABLE things ADD COLUMN size INTEGER NOT NULL DEFAULT 7"


def database(path, *migrations: str) -> Database:
    return Database(path, "The file", migrations, DatabaseUnusable, 10.0)


def old_file(tmp_path):
    path = tmp_path / "things.sqlite3"
    with database(path, FIRST).writing() as connection:
        connection.execute("INSERT INTO things VALUES ('a')")
    return path


def test_reading_an_older_file_gives_it_as_it_would_be_now_and_leaves_it(tmp_path):
    path = old_file(tmp_path)
    content = path.read_bytes()
    path.chmod(0o400)
    with database(path, FIRST, SECOND).reading() as connection:
        assert connection.execute("SELECT * FROM things").fetchall() == [("a", 7)]
        assert connection.execute("PRAGMA user_version").fetchone() == (2,)
    assert path.read_bytes() == content


def test_writing_an_older_file_brings_it_up(tmp_path):
    path = old_file(tmp_path)
    with database(path, FIRST, SECOND).writing() as connection:
        connection.execute("INSERT INTO things VALUES ('b', 8)")
    with database(path, FIRST, SECOND).reading() as connection:
        assert connection.execute("SELECT * FROM things").fetchall() == [("a", 7), ("b", 8)]


def test_many_bring_it_up_at_once(tmp_path):
    path = old_file(tmp_path)
    barrier = threading.Barrier(6)

    def work() -> None:
        barrier.wait()
        with database(path, FIRST, SECOND).writing() as connection:
            connection.execute("INSERT INTO things VALUES ('b', 8)")

    threads = [threading.Thread(target=work) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    with database(path, FIRST, SECOND).reading() as connection:
        assert connection.execute("SELECT COUNT(*) FROM things").fetchone() == (7,)


def test_a_piece_of_work_that_fails_leaves_nothing(tmp_path):
    path = old_file(tmp_path)
    try:
        with database(path, FIRST).writing() as connection:
            connection.execute("INSERT INTO things VALUES ('b')")
            raise KeyboardInterrupt
    except KeyboardInterrupt:
        pass
    with database(path, FIRST).reading() as connection:
        assert connection.execute("SELECT name FROM things").fetchall() == [("a",)]
