"""Connection specs that an organisation makes itself."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import httpx
import pytest

from aep_tui.emulator.behaviour import Switch

OWN = {
    "name": "own-source",
    "providerId": "0ed90a81-07f4-4586-8190-b40eccef1c5a",
    "version": "1.0",
    "type": "generic-rest",
    "authSpec": [
        {
            "name": "Key",
            "type": "KeyBased",
            "spec": {"type": "object", "properties": {"key": {"type": "string", "format": "password"}}, "required": ["key"]},
        }
    ],
    "sourceSpec": {"attributes": {"uiAttributes": {"isSource": True, "label": {"text": "Own"}}}},
    "anything": {"else": ["passes", "through"]},
}
Code = Callable[[httpx.Response], str]


@pytest.fixture
async def own(flow: httpx.AsyncClient) -> dict[str, Any]:
    response = await flow.post("/connectionSpecs", json=OWN)
    assert response.status_code == 201, response.text
    assert response.headers["location"].endswith("/connectionSpecs/" + response.json()["id"])
    found: dict[str, Any] = response.json()
    return found


async def test_an_own_spec_joins_the_list_and_can_be_connected(flow: httpx.AsyncClient, own: dict[str, Any]) -> None:
    assert list(own)[:2] == ["id", "createdAt"]
    assert {name: own[name] for name in OWN} == OWN
    assert (own["imsOrgId"], own["sandboxName"], own["createdBy"]) == ("TEST@AdobeOrg", "dev", "client-of-a-test")
    assert (await flow.get(f"/connectionSpecs/{own['id']}")).json() == {"items": [own]}
    assert own in (await flow.get("/connectionSpecs")).json()["items"]
    assert (await flow.get("/connectionSpecs?property=name==own-source")).json() == {"items": [own]}
    request = {
        "name": "n",
        "connectionSpec": {"id": own["id"], "version": "1.0"},
        "auth": {"specName": "Key", "params": {"key": "s"}},
    }
    made = await flow.post("/connections", json=request)
    assert made.status_code == 201
    item = (await flow.get(f"/connections/{made.json()['id']}")).json()["items"][0]
    assert item["auth"]["params"] == {"key": "********"}


async def test_an_own_spec_is_nobody_elses(flow: httpx.AsyncClient, own: dict[str, Any]) -> None:
    flow.headers["x-gw-ims-org-id"] = "OTHER@AdobeOrg"
    assert (await flow.get(f"/connectionSpecs/{own['id']}")).status_code == 404
    assert len((await flow.get("/connectionSpecs")).json()["items"]) == 65
    assert (await flow.put(f"/connectionSpecs/{own['id']}", json=OWN)).status_code == 404


async def test_an_own_spec_can_be_replaced_and_the_others_cannot(
    flow: httpx.AsyncClient, own: dict[str, Any], clock: Any, code: Code
) -> None:
    clock.seconds += 5
    response = await flow.put(f"/connectionSpecs/{own['id']}", json={"name": "renamed", "providerId": "p", "id": "ignored"})
    changed = response.json()
    assert response.status_code == 200
    assert changed == {
        **{name: value for name, value in own.items() if name not in OWN},
        "updatedAt": own["createdAt"] + 5000,
        "name": "renamed",
        "providerId": "p",
        "version": "1.0",
    }
    refused = await flow.put("/connectionSpecs/b2e08744-4f1a-40ce-af30-7abac3e23cf3", json=OWN)
    assert (refused.status_code, code(refused)) == (400, "FLOW-1414-400")


async def test_an_empty_auth_spec_is_dropped(flow: httpx.AsyncClient) -> None:
    response = await flow.post("/connectionSpecs", json={**OWN, "authSpec": []})
    assert "authSpec" not in response.json()
    made = await flow.post(
        "/connections", json={"name": "n", "connectionSpec": {"id": response.json()["id"], "version": "1.0"}}
    )
    assert made.status_code == 201


@pytest.mark.parametrize("change", [{"name": None}, {"name": " "}, {"providerId": 5}, {"authSpec": {}}, {"version": 1}])
async def test_a_spec_that_lacks_what_it_needs_is_refused(flow: httpx.AsyncClient, change: dict[str, Any]) -> None:
    assert (await flow.post("/connectionSpecs", json={**OWN, **change})).status_code == 400


async def test_a_switch_puts_it_into_the_list_wrapper(start: Callable[..., Any]) -> None:
    client = await start(Switch.SPEC_CREATED_AS_ITEMS)
    assert (await client.post("/connectionSpecs", json=OWN)).json()["items"][0]["name"] == "own-source"


async def test_a_streaming_spec_without_auth_makes_connections_without_an_inlet(flow: httpx.AsyncClient, clock: Any) -> None:
    streaming = {
        "name": "own-stream",
        "providerId": "521eee4d-8cbe-4906-bb48-fb6bd4450033",
        "exploreSpec": {"type": "StreamingConnection"},
    }
    spec_id = (await flow.post("/connectionSpecs", json=streaming)).json()["id"]
    made = (await flow.post("/connections", json={"name": "n", "connectionSpec": {"id": spec_id, "version": "1.0"}})).json()
    assert (await flow.get(f"/connections/{made['id']}")).json()["items"][0]["state"] == "initializing"
    clock.seconds += 2
    item = (await flow.get(f"/connections/{made['id']}")).json()["items"][0]
    assert (item["state"], "auth" in item) == ("enabled", False)
