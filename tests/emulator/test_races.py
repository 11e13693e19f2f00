"""Several callers at once, and a process that is killed while they call: what was answered holds."""

from __future__ import annotations

import asyncio
import sqlite3
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import httpx
import pytest

from aep_tui.emulator import changes
from aep_tui.emulator.store import Store, find, remove

ORG = "TEST@AdobeOrg"
BUSY_SECONDS = 0.5


@pytest.fixture(params=["memory", "file"])
async def shared(request: pytest.FixtureRequest, start: Callable[..., Any], tmp_path: Path) -> httpx.AsyncClient:
    client: httpx.AsyncClient = await start(state_path=tmp_path / "state.sqlite3" if request.param == "file" else None)
    return client


async def ids_of(client: httpx.AsyncClient) -> set[str]:
    return {item["id"] for item in (await client.get("/connections?limit=100")).json()["items"]}


async def test_two_deletes_of_one_connection_leave_the_one_made_in_between(
    shared: httpx.AsyncClient, make: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Let a whole delete and a post come between another delete's look and its work."""
    victim, kept = await make(shared, "victim"), dict[str, str]()
    looked = changes.existing

    async def look_and_be_overtaken(world: Any, request: Any) -> Any:
        row = await looked(world, request)
        if not kept:
            await world.store.run(remove, row)
            kept.update(await make(shared, "kept"))
        return row

    monkeypatch.setattr(changes, "existing", look_and_be_overtaken)
    assert (await shared.delete(f"/connections/{victim['id']}")).status_code == 404
    assert await ids_of(shared) == {kept["id"]}


async def test_many_deletes_and_posts_at_once(shared: httpx.AsyncClient, make: Any) -> None:
    kept = set[str]()
    for number in range(15):
        victim = await make(shared, "victim")
        statuses = await asyncio.gather(
            *(shared.delete(f"/connections/{victim['id']}") for _ in range(3)), make(shared, f"kept {number}")
        )
        assert sorted(answer.status_code for answer in statuses[:3]) == [204, 404, 404]
        kept.add(statuses[3]["id"])
    assert await ids_of(shared) == kept


async def test_a_place_in_the_list_is_never_given_twice(shared: httpx.AsyncClient, make: Any) -> None:
    store: Store = shared._transport.app.state.world.store  # type: ignore[attr-defined]
    places = []
    for _ in range(3):
        made = await make(shared)
        row = await store.run(find, ORG, "dev", made["id"])
        assert row is not None
        places.append(row.seq)
        await shared.delete(f"/connections/{made['id']}")
    assert places == sorted(set(places))


async def test_actions_at_once_all_find_the_connection(
    shared: httpx.AsyncClient, make: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    made, looked, overtaken = await make(shared), changes.existing, list[str]()

    async def look_and_be_overtaken(world: Any, request: Any) -> Any:
        row = await looked(world, request)
        if len(overtaken) < 4:
            overtaken.append(row.etag)
            await world.store.run(changes.replace, row._replace(etag=f'"{len(overtaken)}"'), row.etag)
        return row

    monkeypatch.setattr(changes, "existing", look_and_be_overtaken)
    answer = await shared.post(f"/connections/{made['id']}/action?op=FINALIZE")
    assert answer.status_code == 200
    assert len(overtaken) == 4
    monkeypatch.undo()
    answers = await asyncio.gather(*(shared.post(f"/connections/{made['id']}/action?op=FINALIZE") for _ in range(20)))
    assert {answer.status_code for answer in answers} == {200}
    etags = {answer.json()["etag"] for answer in answers}
    assert (await shared.get(f"/connections/{made['id']}")).json()["items"][0]["etag"] in etags
    await shared.delete(f"/connections/{made['id']}")
    assert (await shared.post(f"/connections/{made['id']}/action?op=FINALIZE")).status_code == 404


async def test_a_patch_that_is_overtaken_names_the_present_revision_or_finds_nothing(
    shared: httpx.AsyncClient, make: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    operations = [{"op": "replace", "path": "/name", "value": "new"}]
    for overtake, expected in (("change", 412), ("remove", 404)):
        made, looked, overtaken = await make(shared), changes.existing, list[str]()

        async def look(world: Any, request: Any) -> Any:
            row = await looked(world, request)  # noqa: B023 -- used within this round only
            if not overtaken:  # noqa: B023
                overtaken.append(row.etag)  # noqa: B023
                change = changes.replace if overtake == "change" else None  # noqa: B023
                if change is not None:
                    await world.store.run(change, row._replace(etag='"newer"'), row.etag)
                else:
                    await world.store.run(remove, row)
            return row

        monkeypatch.setattr(changes, "existing", look)
        answer = await shared.patch(f"/connections/{made['id']}", json=operations, headers={"if-match": made["etag"]})
        monkeypatch.undo()
        assert answer.status_code == expected
        assert ('"newer"' in answer.json()["errorMessage"]) is (expected == 412)


def test_deletes_posts_and_actions_of_several_clients_on_a_port(
    serve: Any, body: Callable[..., dict[str, Any]], tmp_path: Path
) -> None:
    emulator = serve(state=str(tmp_path / "state.sqlite3"))
    with ThreadPoolExecutor(4) as pool, emulator.client() as one, emulator.client() as two, emulator.client() as three:
        kept, acted = set[str](), one.post("/connections", json=body("acted on")).json()["id"]
        for _ in range(25):
            victim = one.post("/connections", json=body("victim")).json()["id"]
            gate = threading.Barrier(3)

            def send(
                client: httpx.Client, method: str, path: str, content: Any, gate: threading.Barrier = gate
            ) -> httpx.Response:
                gate.wait(10)
                return client.request(method, path, json=content)

            calls = [
                pool.submit(send, client, method, path, content)
                for client, method, path, content in (
                    (one, "DELETE", f"/connections/{victim}", None),
                    (two, "DELETE", f"/connections/{victim}", None),
                    (three, "POST", "/connections", body("kept")),
                )
            ]
            first, second, made = (call.result() for call in calls)
            assert {first.status_code, second.status_code} == {204, 404}
            kept.add(made.json()["id"])
            actions = [pool.submit(client.post, f"/connections/{acted}/action?op=FINALIZE") for client in (one, two, three)]
            assert {call.result().status_code for call in actions} == {200}
        found = {item["id"] for item in one.get("/connections?limit=100").json()["items"]}
    assert found == kept | {acted}


def test_posts_of_several_clients_that_were_answered_survive_a_kill(
    serve: Any, body: Callable[..., dict[str, Any]], tmp_path: Path
) -> None:
    path = str(tmp_path / "state.sqlite3")
    emulator, answered = serve(state=path), list[str]()

    def work(_: int) -> None:
        with emulator.client() as client:
            try:
                while True:
                    made = client.post("/connections", json=body())
                    assert made.status_code == 201
                    answered.append(made.json()["id"])
            except httpx.HTTPError:
                return

    with ThreadPoolExecutor(6) as pool:
        workers = [pool.submit(work, number) for number in range(6)]
        while len(answered) < 100 and not any(worker.done() for worker in workers):
            time.sleep(0.01)
        emulator.process.kill()
        for worker in workers:
            worker.result(20)
    assert len(answered) >= 100
    with serve(state=path).client() as client:
        missing = [made for made in answered if client.get(f"/connections/{made}").status_code != 200]
    assert missing == []


@pytest.fixture
def locked(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """Return a state file that another program holds, and that is waited for half a second."""
    monkeypatch.setattr("aep_tui.emulator.tables.BUSY_SECONDS", BUSY_SECONDS)
    path = tmp_path / "state.sqlite3"
    Store(path).open().close()
    holder = sqlite3.connect(path, isolation_level=None)
    holder.execute("BEGIN IMMEDIATE")
    yield path
    holder.close()


async def test_nobody_waits_for_a_locked_file_longer_than_the_one_before(
    locked: Path, start: Callable[..., Any], body: Callable[..., dict[str, Any]]
) -> None:
    client = await start(state_path=locked)
    client._transport.app.state.world.store._database = sqlite3.connect(
        locked, timeout=BUSY_SECONDS, isolation_level=None, check_same_thread=False
    )
    began = time.monotonic()
    answers = await asyncio.gather(*(client.post("/connections", json=body()) for _ in range(5)))
    assert {answer.status_code for answer in answers} == {503}
    assert time.monotonic() - began < 2 * BUSY_SECONDS


async def test_patience_is_back_after_a_call_that_came_late(locked: Path) -> None:
    store = Store(locked)
    store._database = sqlite3.connect(locked, timeout=BUSY_SECONDS, isolation_level=None, check_same_thread=False)
    gate = threading.Event()
    slow = asyncio.create_task(store.run(lambda _: gate.wait(5)))
    late = asyncio.create_task(store.run(lambda database: database.execute("PRAGMA busy_timeout").fetchone()[0]))
    await asyncio.sleep(0.2)
    gate.set()
    await slow
    assert 0 < await late < 1000 * (BUSY_SECONDS - 0.1)
    assert await store.run(lambda database: database.execute("PRAGMA busy_timeout").fetchone()[0]) == 1000 * BUSY_SECONDS
    store.close()
