"""Changing a connection, removing it, and finishing an operation."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import httpx
import pytest

from aep_tui.emulator.behaviour import Behaviour, Switch

SALESFORCE = "cfc0fee1-7dc0-40ef-b73e-d8b134c436f5"
Code = Callable[[httpx.Response], str]


def op(path: str, value: object = None, kind: str = "replace") -> dict[str, object]:
    return {"op": kind, "path": path, **({} if value is None else {"value": value})}


@pytest.fixture
async def salesforce(flow: httpx.AsyncClient, make: Any) -> dict[str, str]:
    """Return a connection whose params are worth replacing."""
    params = {"environmentUrl": "https://a.my.salesforce.com", "clientId": "c", "clientSecret": "s", "apiVersion": "60.0"}
    made: dict[str, str] = await make(
        flow, "crm", spec_id=SALESFORCE, auth={"specName": "OAuth2 Client Credential", "params": params}, description="old"
    )
    return made


async def item(client: httpx.AsyncClient, connection_id: str) -> dict[str, Any]:
    found: dict[str, Any] = (await client.get(f"/connections/{connection_id}")).json()["items"][0]
    return found


@pytest.mark.parametrize("slash", ["", "/"])
async def test_a_patch_changes_name_description_and_revision(
    flow: httpx.AsyncClient, salesforce: dict[str, str], clock: Any, slash: str
) -> None:
    before = await item(flow, salesforce["id"])
    clock.seconds += 10
    operations = [op("/name", "new"), op("/description", kind="remove")]
    response = await flow.patch(
        f"/connections/{salesforce['id']}{slash}", json=operations, headers={"if-match": salesforce["etag"]}
    )
    assert response.status_code == 200
    assert response.json()["id"] == salesforce["id"]
    after = await item(flow, salesforce["id"])
    assert after["etag"] == after["version"] == response.json()["etag"] != salesforce["etag"]
    assert (after["name"], "description" in after) == ("new", False)
    assert after["updatedAt"] == before["updatedAt"] + 10_000
    assert after["createdAt"] == before["createdAt"]
    assert after["auth"] == before["auth"]
    assert [key for key in before if key != "description"] == list(after)
    assert (await flow.get("/connections?property=name==new&count=true")).json() == {"count": 1}


@pytest.mark.parametrize("kind", ["add", "replace", "Add", "REPLACE"])
async def test_params_are_replaced_as_a_whole(flow: httpx.AsyncClient, salesforce: dict[str, str], kind: str) -> None:
    params = {"environmentUrl": "https://b.my.salesforce.com", "clientId": "d", "clientSecret": "t", "apiVersion": "61.0"}
    response = await flow.patch(
        f"/connections/{salesforce['id']}", json=[op("/auth/params", params, kind)], headers={"if-match": salesforce["etag"]}
    )
    assert response.status_code == 200
    after = await item(flow, salesforce["id"])
    assert after["auth"] == {"specName": "OAuth2 Client Credential", "params": {**params, "clientSecret": "********"}}


@pytest.mark.parametrize(
    ("operations", "expected"),
    [
        ([], "FLOW-1455-400"),
        ({"op": "add", "path": "/name", "value": "x"}, "FLOW-1455-400"),
        ("text", "FLOW-1455-400"),
        ([5], "FLOW-1455-400"),
        ([{"path": "/name", "value": "x"}], "FLOW-1455-400"),
        ([{"op": "move", "path": "/name", "value": "x"}], "FLOW-1455-400"),
        ([{"op": "add", "value": "x"}], "FLOW-1455-400"),
        ([{"op": "add", "path": "/name"}], "FLOW-1455-400"),
        ([op("/name", "  ")], "FLOW-1455-400"),
        ([op("/name", kind="remove")], "FLOW-1455-400"),
        ([op("/name", 5)], "FLOW-1455-400"),
        ([op("/id", "x")], "FLOW-1455-400"),
        ([op("/auth/params/clientSecret", "x")], "FLOW-1455-400"),
        ([op("/auth/params", {"clientSecret": "only this"})], "1304-400"),
        ([op("/auth/params", kind="remove")], "1304-400"),
        ([op("/auth/params", [])], "BadRequestError"),
        (
            [op("/auth/params", {"environmentUrl": "e", "clientId": "c", "clientSecret": "wrong", "apiVersion": "1"})],
            "FLOW-1100-400",
        ),
        ([op("/name", "first"), op("/id", "x")], "FLOW-1455-400"),
    ],
)
async def test_a_patch_that_cannot_be_done_changes_nothing(
    flow: httpx.AsyncClient, salesforce: dict[str, str], code: Code, operations: object, expected: str
) -> None:
    before = await item(flow, salesforce["id"])
    response = await flow.patch(f"/connections/{salesforce['id']}", json=operations, headers={"if-match": salesforce["etag"]})
    assert (response.status_code, code(response)) == (400, expected)
    assert await item(flow, salesforce["id"]) == before


async def test_a_patch_needs_the_present_revision_with_its_quotes(
    flow: httpx.AsyncClient, salesforce: dict[str, str], code: Code
) -> None:
    path, etag = f"/connections/{salesforce['id']}", salesforce["etag"]
    operations = [op("/name", "new")]
    without = await flow.patch(path, json=operations)
    assert (without.status_code, code(without)) == (400, "FLOW-1403-400")
    for given in (etag.strip('"'), '"00000000-0000-0200-0000-000000000000"', "*", "W/" + etag):
        stale = await flow.patch(path, json=operations, headers={"if-match": given})
        assert (stale.status_code, code(stale)) == (412, "FLOW-1404-412")
    in_query = await flow.patch(path + "/", params={"if-match": etag}, json=operations)
    assert in_query.status_code == 200
    again = await flow.patch(path, json=operations, headers={"if-match": etag})
    assert again.status_code == 412


async def test_switches_of_a_patch(start: Callable[..., Any], make: Any) -> None:
    client = await start(Switch.ACCEPT_UNQUOTED_ETAG, Switch.PATCH_OBJECT, Switch.OLD_ERRORS)
    made = await make(client)
    path = f"/connections/{made['id']}"
    one = await client.patch(path, json=op("/name", "new"), headers={"if-match": made["etag"].strip('"')})
    assert one.status_code == 200
    stale = await client.patch(path, json=op("/name", "newer"), headers={"if-match": made["etag"]})
    text = f"Supplied version=[{made['etag']}] does not match the current version on entity=[{one.json()['etag']}]"
    assert (stale.status_code, stale.json()) == (412, {"errorMessage": text, "errorDetails": text})
    gone = await client.get("/connections/nobody")
    text = "connections not found with id = [nobody]"
    assert (gone.status_code, gone.json()) == (404, {"errorMessage": text, "errorDetails": text})


@pytest.mark.parametrize(("switches", "status"), [((), 204), ((Switch.DELETE_202,), 202)])
async def test_a_connection_is_removed_for_good(start: Callable[..., Any], make: Any, switches: Any, status: int) -> None:
    client = await start(*switches)
    made = await make(client)
    response = await client.delete(f"/connections/{made['id']}/")
    assert (response.status_code, response.content) == (status, b"")
    for call in (client.get, client.delete):
        assert (await call(f"/connections/{made['id']}")).status_code == 404


async def test_a_connection_in_use_stays(flow: httpx.AsyncClient, make: Any, code: Code) -> None:
    made = await make(flow, "Orders (in use)")
    response = await flow.delete(f"/connections/{made['id']}")
    assert (response.status_code, code(response)) == (400, "FLOW-1418-400")
    assert (await flow.get(f"/connections/{made['id']}")).status_code == 200


async def test_an_action_gives_a_new_revision(flow: httpx.AsyncClient, make: Any) -> None:
    made = await make(flow)
    response = await flow.post(f"/connections/{made['id']}/action?op=FINALIZE_UPDATE&subOp=APPLY")
    assert response.status_code == 200
    assert response.json() == {"id": made["id"], "etag": (await item(flow, made["id"]))["etag"]}
    assert response.json()["etag"] != made["etag"]
    for query in ("", "?op=DANCE", "?op=PUBLISH&subOp=MAYBE"):
        assert (await flow.post(f"/connections/{made['id']}/action{query}")).status_code == 400


async def test_a_patched_secret_follows_the_mode(start: Callable[..., Any], make: Any) -> None:
    client = await start(behaviour=Behaviour(secrets="echo"))
    made = await make(client)
    new = {"connectionString": "HOST=unreachable.example.com"}
    await client.patch(f"/connections/{made['id']}", json=[op("/auth/params", new)], headers={"if-match": made["etag"]})
    assert (await item(client, made["id"]))["auth"]["params"] == new
    assert (await client.get(f"/connections/{made['id']}/test")).json() == {"result": False}
