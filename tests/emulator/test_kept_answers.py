"""The texts of answers that are kept: they say, in every mode and at every moment, what is put together for one connection."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import httpx
import pytest

from aep_tui.emulator.behaviour import SECRETS_MODES, Behaviour
from aep_tui.emulator.records import ORIGIN

HTTP_API = "bc7b00d6-623a-4dfc-9fdb-f1240aeadaeb"
EVENT_HUBS = "bf9f5905-92b7-48bf-bf20-455bc6b60a4e"
SECRET = {"specName": "Basic Authentication", "params": {"connectionString": "PWD=s"}}
HUB = {
    "specName": "Azure EventHub authentication credentials",
    "params": {"sasKeyName": "n", "sasKey": "k", "namespace": "ns", "eventHubName": "e"},
}


async def fill(client: httpx.AsyncClient, make: Any) -> list[str]:
    return [
        (await make(client, "plain", auth=SECRET))["id"],
        (await make(client, "inlet", spec_id=HTTP_API))["id"],
        (await make(client, "hub", spec_id=EVENT_HUBS, auth=HUB))["id"],
    ]


async def both(client: httpx.AsyncClient, ids: list[str]) -> tuple[list[Any], list[Any]]:
    """Return the connections as the list has them, and one by one."""
    listed = {item["id"]: item for item in (await client.get("/connections?limit=100")).json()["items"]}
    return [listed[one] for one in ids], [(await client.get(f"/connections/{one}")).json()["items"][0] for one in ids]


@pytest.fixture
def nothing_is_put_together(monkeypatch: pytest.MonkeyPatch) -> Callable[[], None]:
    """Return a function after whose call a list that puts an answer together fails."""

    def refuse(*_: object) -> str:
        raise AssertionError("an answer was put together, although its text is kept")

    return lambda: monkeypatch.setattr("aep_tui.emulator.lists.rendered", refuse)


@pytest.mark.parametrize("mode", SECRETS_MODES)
async def test_a_list_is_made_of_kept_texts_and_says_what_one_connection_says(
    start: Callable[..., Any], make: Any, clock: Any, mode: str, nothing_is_put_together: Callable[[], None]
) -> None:
    client = await start(behaviour=Behaviour(secrets=mode))
    ids = await fill(client, make)
    nothing_is_put_together()
    for seconds, states in ((0, ["enabled", "initializing", "enabled"]), (2, ["enabled"] * 3)):
        clock.seconds += seconds
        listed, single = await both(client, ids)
        assert listed == single
        assert [item["state"] for item in listed] == states
    shown = {"mask": "********", "echo": "PWD=s", "drop": None}[mode]
    assert listed[0]["auth"]["params"].get("connectionString") == shown
    assert listed[1]["auth"]["params"]["inletUrl"].startswith("http://emulator.test/collection/")
    for one in ids:
        await client.post(f"/connections/{one}/action?op=FINALIZE")
        etag = (await client.get(f"/connections/{one}")).json()["items"][0]["etag"]
        operations = [{"op": "add", "path": "/description", "value": "new"}]
        assert (await client.patch(f"/connections/{one}", json=operations, headers={"if-match": etag})).status_code == 200
    listed, single = await both(client, ids)
    assert listed == single
    assert [item["description"] for item in listed] == ["new"] * 3


@pytest.mark.parametrize("written", SECRETS_MODES)
@pytest.mark.parametrize("read", SECRETS_MODES)
async def test_texts_of_another_mode_are_not_answered(
    start: Callable[..., Any], make: Any, clock: Any, tmp_path: Path, written: str, read: str
) -> None:
    path = tmp_path / "state.sqlite3"
    ids = await fill(await start(state_path=path, behaviour=Behaviour(secrets=written)), make)
    client = await start(state_path=path, behaviour=Behaviour(secrets=read))
    for seconds in (0, 2):
        clock.seconds += seconds
        listed, single = await both(client, ids)
        assert listed == single
        text = json.dumps(listed)
        assert ("PWD=s" in text) is (read == written == "echo")
        assert ("********" in text) is (read == "mask" or (read == "echo" and written != "echo"))


@pytest.mark.parametrize("text", [ORIGIN, "\\u0001", '"\\u0001"', "\\x01", "http://emulator.test", "{}%s{0}"])
async def test_no_text_of_a_caller_is_taken_for_the_place_of_the_origin(
    start: Callable[..., Any], make: Any, clock: Any, text: str
) -> None:
    client = await start(behaviour=Behaviour(secrets="echo", inlet_origin="https://inlets.test"))
    params = {"sourceId": text, "dataType": "xdm", "name": text}
    made = await make(client, text + ".", spec_id=HTTP_API, auth={"specName": "Streaming Connection", "params": params})
    clock.seconds += 2
    (item,) = (await client.get("/connections")).json()["items"]
    assert item["id"] == made["id"]
    assert (item["name"], item["auth"]["params"]["name"], item["auth"]["params"]["sourceId"]) == (text + ".", text, text)
    assert item["auth"]["params"]["inletUrl"].startswith("https://inlets.test/collection/")


async def test_an_odd_host_stays_within_its_text(start: Callable[..., Any], make: Any, clock: Any) -> None:
    client = await start(behaviour=Behaviour(inlet_origin='https://a"b\\c'))
    await make(client, spec_id=HTTP_API)
    clock.seconds += 2
    (item,) = (await client.get("/connections")).json()["items"]
    assert item["auth"]["params"]["inletUrl"].startswith('https://a"b\\c/collection/')
