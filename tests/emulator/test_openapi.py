"""Every call once, its answer held against the official OpenAPI."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import httpx
import pytest

GREENPLUM = "37b6bf40-d318-4655-90be-5cd6f65d334b"
EVERY_CALL = [
    ("GET", "/connectionSpecs", 200),
    ("POST", "/connectionSpecs", 201),
    ("GET", "/connectionSpecs/{CONNECTION_SPEC_ID}", 200),
    ("PUT", "/connectionSpecs/{CONNECTION_SPEC_ID}", 200),
    ("GET", "/connectionSpecs/{CONNECTION_SPEC_ID}/explore", 200),
    ("GET", "/connectionSpecs/{CONNECTION_SPEC_ID}/configs", 200),
    ("GET", "/connections", 200),
    ("POST", "/connections", 201),
    ("POST", "/connections/search", 200),
    ("GET", "/connections/{BASE_CONNECTION_ID}", 200),
    ("GET", "/connections/{BASE_CONNECTION_ID}/test", 200),
    ("GET", "/connections/{BASE_CONNECTION_ID}/explore", 200),
    ("GET", "/connections/{BASE_CONNECTION_ID}/configs", 200),
    ("POST", "/connections/{BASE_CONNECTION_ID}/action", 200),
    ("GET", "/sandbox-management/", 200),
    ("GET", "/sandbox-management/sandboxes", 200),
    ("GET", "/sandbox-management/sandboxes/{sandboxName}", 200),
    ("POST", "/collection/{CONNECTION_ID}", 200),
    ("POST", "/collection/batch/{CONNECTION_ID}", 207),
]


async def test_the_answer_of_every_call_fits_the_openapi(
    contract: Any, start: Callable[..., Any], make: Any, clock: Any
) -> None:
    """Call everything once; the client of the fixture holds each answer against the contract.

    An exception that excuses nothing any more has to go.
    """
    if contract is None:
        pytest.skip("the official OpenAPI documents (../shared) are not beside the project")
    contract.checked.clear()
    contract.excused.clear()
    client: httpx.AsyncClient = await start()
    made = await make(client)
    stream = await make(client, "stream", spec_id="bc7b00d6-623a-4dfc-9fdb-f1240aeadaeb")
    clock.seconds += 2
    params = (await client.get(f"/connections/{stream['id']}")).json()["items"][0]["auth"]["params"]
    own = {"name": "own", "providerId": "p", "sourceSpec": {"attributes": {"uiAttributes": {"label": {"text": "Own"}}}}}
    own_id = (await client.post("/connectionSpecs", json=own)).json()["id"]
    path = f"/connections/{made['id']}"
    sandboxes = "http://emulator.test/data/foundation/sandbox-management"
    for method, url, body in [
        ("GET", "/connectionSpecs", None),
        ("GET", f"/connectionSpecs/{GREENPLUM}", None),
        ("PUT", f"/connectionSpecs/{own_id}", {"name": "own", "providerId": "p"}),
        ("GET", "/connectionSpecs/26f526f2-58f4-4712-961d-e41bf1ccc0e8/explore?objectType=root", None),
        ("GET", "/connectionSpecs/26f526f2-58f4-4712-961d-e41bf1ccc0e8/configs", None),
        ("GET", "/connections", None),
        ("GET", "/connections?count=true", None),
        ("POST", "/connections/search", {"limit": 5}),
        ("GET", path + "/test", None),
        ("GET", path + "/explore?objectType=root", None),
        ("GET", path + "/explore?objectType=table&object=public.orders&preview=true", None),
        ("GET", path + "/configs", None),
        ("POST", path + "/action?op=FINALIZE&subOp=APPLY", {"status": {}}),
        ("GET", sandboxes + "/", None),
        ("GET", sandboxes + "/sandboxes", None),
        ("GET", sandboxes + "/sandboxes/dev", None),
        ("POST", params["inletUrl"], {}),
        ("POST", params["inletUrl"].replace("collection", "collection/batch"), {"messages": [{}]}),
        ("DELETE", path + "/", None),
    ]:
        response = await client.request(method, url, **({} if body is None else {"json": body}))
        assert response.status_code < 300, (method, url, response.text)
    assert contract.checked == set(EVERY_CALL)
    assert contract.excused == set(contract.exceptions)


def test_a_status_that_no_document_names_is_excused_call_by_call(contract: Any) -> None:
    """A status that one call may have is no excuse for another one."""
    if contract is None:
        pytest.skip("the official OpenAPI documents (../shared) are not beside the project")
    base = "/data/foundation/flowservice/connections"
    contract.check("PATCH", f"{base}/x", 412, {})
    for method, path, status in (("GET", base, 412), ("POST", base, 405), ("GET", f"{base}/x/test", 422)):
        with pytest.raises(AssertionError, match="which no document names"):
            contract.check(method, path, status, {})
