"""The state: in a file that outlives the process, and with many connections in it."""

from __future__ import annotations

import os
import signal
import sqlite3
import stat
import tracemalloc
from collections.abc import Callable
from pathlib import Path
from typing import Any

import httpx
import pytest

from aep_tui.emulator.behaviour import SANDBOXES, Behaviour
from aep_tui.emulator.errors import EmulatorError
from aep_tui.emulator.queries import Listing, read_order, read_token
from aep_tui.emulator.records import Draft, kept_sql, new_row
from aep_tui.emulator.specs import Catalogue
from aep_tui.emulator.store import Row, add, page
from aep_tui.emulator.tables import STATE_VERSION, open_state

GREENPLUM = "37b6bf40-d318-4655-90be-5cd6f65d334b"
MANY = 100_000


async def test_connections_and_specs_are_there_after_a_restart(start: Callable[..., Any], make: Any, tmp_path: Path) -> None:
    path = tmp_path / "deep" / "state.sqlite3"
    first = await start(state_path=path)
    made = await make(first, "kept")
    spec = (await first.post("/connectionSpecs", json={"name": "own", "providerId": "p"})).json()
    second = await start(state_path=path)
    assert (await second.get(f"/connections/{made['id']}")).json()["items"][0]["etag"] == made["etag"]
    assert (await second.get(f"/connectionSpecs/{spec['id']}")).json() == {"items": [spec]}


async def test_the_file_is_private_and_holds_no_secret(start: Callable[..., Any], make: Any, tmp_path: Path) -> None:
    path = tmp_path / "state.sqlite3"
    client = await start(state_path=path)
    await make(client, auth={"specName": "Basic Authentication", "params": {"connectionString": "PWD=top-secret"}})
    mode, contents = looked_at(path)
    assert mode == 0o600
    assert b"client-of-a-test" in contents
    assert b"top-secret" not in contents


def looked_at(path: Path) -> tuple[int, bytes]:
    """Return the mode of the state file, and all that it and its companions hold."""
    return stat.S_IMODE(path.stat().st_mode), b"".join(file.read_bytes() for file in path.parent.iterdir())


async def test_secrets_are_kept_only_to_be_echoed_and_follow_the_mode_of_the_run(
    start: Callable[..., Any], make: Any, tmp_path: Path
) -> None:
    path = tmp_path / "state.sqlite3"
    auth = {"specName": "Basic Authentication", "params": {"connectionString": "PWD=s"}}
    await make(await start(state_path=path, behaviour=Behaviour(secrets="echo")), auth=auth)
    shown = {"echo": {"connectionString": "PWD=s"}, "mask": {"connectionString": "********"}, "drop": {}}
    for mode, expected in shown.items():
        client = await start(state_path=path, behaviour=Behaviour(secrets=mode))
        assert (await client.get("/connections")).json()["items"][0]["auth"]["params"] == expected


def test_nothing_that_was_answered_is_lost_when_the_process_is_killed(
    serve: Any, body: Callable[..., dict[str, Any]], tmp_path: Path
) -> None:
    path, ids = tmp_path / "state.sqlite3", list[str]()
    for _ in range(3):
        emulator = serve(state=str(path))
        with emulator.client() as client:
            ids += [client.post("/connections", json=body()).json()["id"] for _ in range(20)]
            os.kill(emulator.process.pid, signal.SIGKILL)
            emulator.process.wait()
    with serve(state=str(path)).client() as client:
        found = client.get("/connections?limit=100").json()["items"]
    assert {item["id"] for item in found} == set(ids)
    assert len(ids) == 60


@pytest.mark.parametrize("signal_number", [signal.SIGINT, signal.SIGTERM])
def test_a_signal_ends_it_cleanly_with_its_state(
    serve: Any, body: Callable[..., dict[str, Any]], tmp_path: Path, signal_number: int
) -> None:
    path = tmp_path / "state.sqlite3"
    emulator = serve(state=str(path))
    with emulator.client() as client:
        made = client.post("/connections", json=body()).json()
        assert emulator.stop(signal_number) == (0, "")
    assert sorted(file.name for file in tmp_path.iterdir()) == ["state.sqlite3"]
    with serve(state=str(path)).client() as client:
        assert client.get(f"/connections/{made['id']}").status_code == 200


def test_two_emulators_may_share_a_file(serve: Any, body: Callable[..., dict[str, Any]], tmp_path: Path) -> None:
    path = str(tmp_path / "state.sqlite3")
    with serve(state=path).client() as one, serve(state=path).client() as other:
        made = one.post("/connections", json=body()).json()
        assert other.get(f"/connections/{made['id']}").status_code == 200
        other.delete(f"/connections/{made['id']}")
        assert one.get(f"/connections/{made['id']}").status_code == 404


@pytest.fixture
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let nobody wait for a locked file."""
    monkeypatch.setattr("aep_tui.emulator.tables.BUSY_SECONDS", 0.05)


def sentence_about(path: Path) -> str:
    with pytest.raises(EmulatorError) as caught:
        open_state(path)
    assert caught.value.exit_code == 2
    assert str(path) in caught.value.sentence
    return caught.value.sentence


@pytest.mark.usefixtures("impatient")
def test_a_locked_file_is_named(tmp_path: Path) -> None:
    path = tmp_path / "state.sqlite3"
    open_state(path).close()
    other = sqlite3.connect(path, isolation_level=None)
    other.execute("BEGIN EXCLUSIVE")
    assert "locked" in sentence_about(path)
    other.close()


@pytest.mark.usefixtures("impatient")
async def test_a_file_that_is_locked_while_it_is_used_is_a_503_and_nothing_is_lost(
    start: Callable[..., Any], make: Any, body: Callable[..., dict[str, Any]], tmp_path: Path
) -> None:
    path = tmp_path / "state.sqlite3"
    client = await start(state_path=path)
    made = await make(client)
    other = sqlite3.connect(path, isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    response = await client.post("/connections", json=body())
    assert response.status_code == 503
    assert response.json()["type"].endswith("FLOW-1103-503")
    assert "locked" in response.json()["errorMessage"]
    other.execute("ROLLBACK")
    other.close()
    assert (await client.post("/connections", json=body())).status_code == 201
    assert (await client.get(f"/connections/{made['id']}")).status_code == 200


def test_a_file_of_a_newer_version_is_named(tmp_path: Path) -> None:
    path = tmp_path / "state.sqlite3"
    open_state(path).close()
    database = sqlite3.connect(path)
    database.execute(f"PRAGMA user_version = {STATE_VERSION + 1}")
    database.close()
    before = path.read_bytes()
    assert "newer" in sentence_about(path)
    assert path.read_bytes() == before


def test_a_file_of_another_program_is_named_and_left_alone(tmp_path: Path) -> None:
    text = tmp_path / "notes.txt"
    text.write_text("no database, and long enough not to be taken for an empty one " * 50)
    assert "no state file" in sentence_about(text)
    other = tmp_path / "other.sqlite3"
    with sqlite3.connect(other) as database:
        database.execute("CREATE TABLE theirs (a)")
    database.close()
    assert "another program" in sentence_about(other)
    folder = tmp_path / "folder"
    folder.mkdir()
    assert "cannot be opened" in sentence_about(folder)


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write read-only files")
def test_a_read_only_file_is_named(tmp_path: Path) -> None:
    path = tmp_path / "state.sqlite3"
    open_state(path).close()
    path.chmod(0o400)
    assert "read-only" in sentence_about(path)


def test_a_read_only_file_is_named_to_somebody_with_all_rights_too(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "state.sqlite3"
    open_state(path).close()

    def read_only(name: str) -> sqlite3.Connection:
        return sqlite3.connect(f"file:{name}?mode=ro", uri=True, isolation_level=None)

    monkeypatch.setattr("aep_tui.emulator.tables._connect", read_only)
    assert "read-only" in sentence_about(path)


def rows(count: int) -> list[Row]:
    spec = Catalogue().get(GREENPLUM)
    assert spec is not None
    draft = Draft("n", "", spec, "Basic Authentication", {"connectionString": "HOST=a"})
    made = new_row(draft, "TEST@AdobeOrg", SANDBOXES[2], "client", 1_000, Behaviour())
    return [
        made._replace(id=f"{index:08d}", name=f"c{index % 3}", created_at=index, updated_at=index // 50_000)
        for index in range(count)
    ]


@pytest.mark.parametrize("orderby", ["", "name", "-id", "updatedAt"])
def test_a_page_among_100000_costs_what_the_first_one_costs(orderby: str, filled: Any) -> None:
    """Walk through the whole list: the last pages take no more steps of SQLite, and no more memory, than those before them."""
    order, listing = read_order(orderby).sql(), Listing((), orderby, 100)
    steps, peaks, seen = list[int](), dict[int, int](), 0
    pages = MANY // 100
    for number in range(pages):
        measured = number % (pages // 8) == 1
        ranges = listing.ranges("TEST@AdobeOrg", "dev", 0)
        steps.append(0)
        filled.set_progress_handler(lambda: steps.append(steps.pop() + 1), 100)
        if measured:
            tracemalloc.start()
        found, last = page(filled, ranges, order, 100, kept_sql(0, Behaviour()))
        if measured:
            peaks[number] = tracemalloc.get_traced_memory()[1]
            tracemalloc.stop()
        seen += len(found)
        if last is not None:
            listing = read_token(listing.next_token(last))
    filled.set_progress_handler(None, 0)
    assert seen == MANY
    following = steps[1:-1]
    assert max(following) <= 1.5 * min(following) + 2
    assert max(peaks.values()) <= 1.2 * min(peaks.values())


@pytest.fixture(scope="module")
def filled() -> Any:
    database = open_state(None)
    database.execute("BEGIN")
    for row in rows(MANY):
        add(database, row)
    database.execute("COMMIT")
    yield database
    database.close()


async def test_many_connections_are_listed_page_by_page(start: Callable[..., Any], clock: Any) -> None:
    client: httpx.AsyncClient = await start(check_answers=False)
    store = client._transport.app.state.world.store  # type: ignore[attr-defined]
    for row in rows(1500):
        await store.run(add, row)
    path, seen = "/connections?limit=100", 0
    for _ in range(15):
        content = (await client.get(path)).json()
        seen += len(content["items"])
        path = content["_links"].get("next", {}).get("href", "")
    assert (seen, path) == (1500, "")
