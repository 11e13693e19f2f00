"""Whose a file is that ``--state`` names: another program's stays as it is, and an older one of ours is taken along."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from aep_tui.emulator.behaviour import Behaviour
from aep_tui.emulator.errors import EmulatorError
from aep_tui.emulator.tables import APPLICATION_ID, STATE_VERSION, open_state

FIRST_VERSION = """
CREATE TABLE connections (seq INTEGER PRIMARY KEY, id TEXT NOT NULL, org TEXT NOT NULL, sandbox TEXT NOT NULL,
    name TEXT NOT NULL, description TEXT NOT NULL, spec_id TEXT NOT NULL, state TEXT NOT NULL, ready_at INTEGER NOT NULL,
    created_at INTEGER NOT NULL, updated_at INTEGER NOT NULL, etag TEXT NOT NULL, inlet_id TEXT, reachable INTEGER NOT NULL,
    document TEXT NOT NULL, secrets TEXT NOT NULL);
CREATE UNIQUE INDEX connections_by_id ON connections (org, sandbox, id);
CREATE INDEX connections_made ON connections (org, sandbox, seq);
CREATE INDEX connections_by_name ON connections (org, sandbox, name, seq);
CREATE INDEX connections_by_created ON connections (org, sandbox, created_at, seq);
CREATE INDEX connections_by_updated ON connections (org, sandbox, updated_at, seq);
CREATE UNIQUE INDEX connections_by_inlet ON connections (inlet_id) WHERE inlet_id IS NOT NULL;
CREATE TABLE specs (id TEXT PRIMARY KEY, org TEXT NOT NULL, document TEXT NOT NULL);
CREATE INDEX specs_by_org ON specs (org);
"""
COLUMNS = (
    "seq, id, org, sandbox, name, description, spec_id, state, ready_at, created_at, updated_at, etag, inlet_id, reachable, "
    "document, secrets"
)


def contents(folder: Path) -> dict[str, bytes]:
    return {file.name: file.read_bytes() for file in folder.iterdir()}


def refusal_of(path: Path) -> str:
    with pytest.raises(EmulatorError) as caught:
        open_state(path)
    assert caught.value.exit_code == 2
    assert str(path) in caught.value.sentence
    return caught.value.sentence


@pytest.mark.parametrize("mode", ["DELETE", "WAL"])
@pytest.mark.parametrize(
    "script",
    [
        "CREATE TABLE theirs (a); INSERT INTO theirs VALUES (1);",
        "CREATE TABLE attempts (id INTEGER PRIMARY KEY AUTOINCREMENT); PRAGMA user_version = 1;",
        "CREATE TABLE connections (id TEXT, name TEXT); CREATE TABLE specs (id TEXT); PRAGMA user_version = 1;",
        FIRST_VERSION + "PRAGMA user_version = 1; PRAGMA application_id = 7;",
        FIRST_VERSION,
        "CREATE TABLE theirs (a); PRAGMA user_version = 99;",
        "PRAGMA user_version = 5; CREATE TABLE a (b); DROP TABLE a;",
        "PRAGMA application_id = 7; CREATE TABLE a (b); DROP TABLE a;",
    ],
    ids=range(8),
)
def test_a_file_of_another_program_stays_as_it_is_to_the_byte(tmp_path: Path, mode: str, script: str) -> None:
    path = tmp_path / "theirs?.sqlite3"
    database = sqlite3.connect(path)
    database.execute(f"PRAGMA journal_mode = {mode}")
    database.executescript(script)
    database.close()
    before = contents(tmp_path)
    assert "another program" in refusal_of(path)
    assert contents(tmp_path) == before


def test_a_file_that_another_program_uses_stays_as_it_is(tmp_path: Path) -> None:
    path = tmp_path / "theirs.sqlite3"
    database = sqlite3.connect(path, isolation_level=None)
    database.execute("PRAGMA journal_mode = WAL")
    database.execute("CREATE TABLE theirs (a)")
    before = path.read_bytes(), path.with_name("theirs.sqlite3-wal").read_bytes()
    assert "another program" in refusal_of(path)
    assert (path.read_bytes(), path.with_name("theirs.sqlite3-wal").read_bytes()) == before
    database.execute("INSERT INTO theirs VALUES (1)")
    database.close()


@pytest.mark.parametrize("content", [b"x", b"short text\n", b"SQLite format 2\0" * 40, b"\0" * 5000])
def test_a_file_that_is_no_database_stays_as_it_is(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "notes"
    path.write_bytes(content)
    assert "no state file" in refusal_of(path)
    assert contents(tmp_path) == {"notes": content}


def test_a_state_file_is_known_by_its_application_id(tmp_path: Path) -> None:
    path = tmp_path / "state.sqlite3"
    open_state(path).close()
    database = open_state(path)
    assert database.execute("PRAGMA application_id").fetchone()[0] == APPLICATION_ID
    assert database.execute("PRAGMA user_version").fetchone()[0] == STATE_VERSION
    database.execute(f"PRAGMA user_version = {STATE_VERSION + 1}")
    database.close()
    before = contents(tmp_path)
    assert "newer" in refusal_of(path)
    assert contents(tmp_path) == before


async def test_a_state_file_of_the_first_version_is_taken_along(
    start: Callable[..., Any], make: Any, clock: Any, tmp_path: Path
) -> None:
    path, older = tmp_path / "state.sqlite3", tmp_path / "older.sqlite3"
    echo = Behaviour(secrets="echo")
    first = await start(state_path=path, behaviour=echo)
    await make(first, "plain")
    made = await make(first, "inlet", spec_id="bc7b00d6-623a-4dfc-9fdb-f1240aeadaeb")
    await first.post("/connectionSpecs", json={"name": "own", "providerId": "p"})
    first._transport.app.state.world.store.close()
    database = sqlite3.connect(older)
    database.executescript(FIRST_VERSION + "PRAGMA user_version = 1;")
    database.execute("ATTACH ? AS now", (str(path),))
    database.execute(f"INSERT INTO connections SELECT {COLUMNS} FROM now.connections")
    database.execute("INSERT INTO specs SELECT id, org, document FROM now.specs")
    database.commit()
    database.close()
    for mode in ("echo", "mask", "drop"):
        now = await start(state_path=path, behaviour=Behaviour(secrets=mode))
        then = await start(state_path=older, behaviour=Behaviour(secrets=mode))
        for seconds in (0, 2):
            clock.seconds += seconds
            assert (await then.get("/connections")).json() == (await now.get("/connections")).json()
        assert (await then.get(f"/connections/{made['id']}")).json() == (await now.get(f"/connections/{made['id']}")).json()
        assert len((await then.get("/connectionSpecs")).json()["items"]) == 66
    assert (await then.delete(f"/connections/{made['id']}")).status_code == 204
    assert (await make(then, "new"))["id"]
