"""The requests that Adobe's tutorials print, sent as they stand with their placeholders filled in."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import httpx
import pytest

from aep_tui.emulator.behaviour import Behaviour

FILLED = {
    "{ACCESS_TOKEN}": "a-token",
    "{API_KEY}": "a-client",
    "{IMS_ORG}": "ACME@AdobeOrg",
    "{SANDBOX_NAME}": "prod",
    "{CONNECTION_ID}": "77a05521-91d6-451c-a055-2191d6851c34",
}
PRINTED = [
    # tutorial, which of its requests: method, path, status, code
    ("adls-gen2.md", 0, "POST", "/connections", 400, "FLOW-1413-400"),  # its spec id is the provider's
    ("dataset-base-connection.md", 0, "GET", "/connectionSpecs", 200, ""),
    ("dataset-base-connection.md", 1, "POST", "/connections", 201, ""),
    ("generic-odata.md", 0, "POST", "/connections", 201, ""),
    ("greenplum.md", 0, "POST", "/connections", 201, ""),  # a correct request of IBM DB2
    ("streaming-connection.md", 0, "POST", "/connections", 201, ""),
    ("streaming-connection.md", 1, "POST", "/connections", 201, ""),
    (
        "streaming-connection.md",
        2,
        "GET",
        "/flowservice/connections/77a05521-91d6-451c-a055-2191d6851c34",
        404,
        "FLOW-1439-404",
    ),
]


def requests_of(text: str) -> list[dict[str, Any]]:
    """Return the requests of the curl commands in a page."""
    for placeholder, value in FILLED.items():
        text = text.replace(placeholder, value)
    found = []
    for command in re.findall(r"```shell\n(.*?)```", text, re.DOTALL):
        address = re.search(r"'?(https?://[^\s']+(?:\"[^\"]*\")?)'?", command)
        assert address is not None
        body = re.search(r"-d '(.*)'", command, re.DOTALL) or re.search(r"-d '(.*)\Z", command, re.DOTALL)
        method = re.search(r"-X (\w+)", command)
        found.append(
            {
                "method": method.group(1) if method else "GET",
                "url": address.group(1).replace("platform.adobe.io", "emulator.test").replace("https://", "http://"),
                "headers": dict(re.findall(r"-H '([^:']+): ([^']+)'", command)),
                "content": body.group(1).strip().rstrip("`").encode() if body else b"",
            }
        )
    return found


@pytest.mark.parametrize("printed", PRINTED)
async def test_a_printed_request_is_answered_as_documented(
    start: Callable[..., Any],
    shared: Path,
    code: Callable[[httpx.Response], str],
    printed: tuple[str, int, str, str, int, str],
) -> None:
    page, index, method, path, status, expected = printed
    client: httpx.AsyncClient = await start()
    for name in ("authorization", "x-api-key", "x-gw-ims-org-id", "x-sandbox-name"):
        del client.headers[name]
    request = requests_of((shared / "tutorials" / page).read_text())[index]
    assert request["method"] == method
    assert request["url"].split("?")[0].endswith(path)
    response = await client.request(**request)
    assert response.status_code == status, response.text
    if status >= 400:
        assert code(response) == expected
    if status == 201:
        answer = response.json()
        assert set(answer) == {"id", "etag"}
        assert re.fullmatch(r'"[0-9a-f]{8}-0000-0200-0000-[0-9a-f]{8}0000"', answer["etag"])
        assert response.headers["location"].endswith("/connections/" + answer["id"])


def corrected(name: str, spec_id: str, spec_name: str, params: dict[str, Any]) -> dict[str, Any]:
    return {
        "name": name,
        "connectionSpec": {"id": spec_id, "version": "1.0"},
        "auth": {"specName": spec_name, "params": params},
    }


@pytest.mark.parametrize(
    "request_body",
    [
        corrected(
            "ADLS Gen2",
            "b3ba5556-48be-44b7-8b85-ff2b69b46dc4",
            "Basic Authentication for adls-gen2",
            {"url": "{URL}", "servicePrincipalId": "{ID}", "servicePrincipalKey": "{KEY}", "tenant": "{TENANT}"},
        ),
        corrected(
            "GreenPlum",
            "37b6bf40-d318-4655-90be-5cd6f65d334b",
            "Basic Authentication",
            {"connectionString": "HOST={SERVER};PORT={PORT};DB={DATABASE};UID={USERNAME};PWD={PASSWORD}"},
        ),
        corrected("bare", "bc7b00d6-623a-4dfc-9fdb-f1240aeadaeb", "Streaming Connection", {"dataType": "raw"}),
    ],
)
async def test_the_corrected_requests_are_accepted(flow: httpx.AsyncClient, request_body: dict[str, Any]) -> None:
    response = await flow.post("/connections", json=request_body)
    assert response.status_code == 201, response.text


async def test_a_streaming_connection_gets_its_inlet_after_a_moment(
    start: Callable[..., Any], body: Callable[..., dict[str, Any]], clock: Any
) -> None:
    client = await start(behaviour=Behaviour(provisioning_seconds=2, inlet_origin="https://dcs.adobedc.net"))
    request = body("Sample", "bc7b00d6-623a-4dfc-9fdb-f1240aeadaeb", providerId="521eee4d-8cbe-4906-bb48-fb6bd4450033")
    request["auth"]["params"]["authenticationRequired"] = True
    made = (await client.post("/connections", content=json.dumps(request), headers={"content-type": "application/json"})).json()

    async def item() -> dict[str, Any]:
        return dict((await client.get(f"/connections/{made['id']}")).json()["items"][0])

    before = await item()
    assert before["state"] == "initializing"
    assert "inletUrl" not in before["auth"]["params"]
    clock.seconds += 2
    after = await item()
    params = after["auth"]["params"]
    assert after["state"] == "enabled"
    assert list(params) == ["sourceId", "inletUrl", "authenticationRequired", "inletId", "dataType", "name"]
    assert re.fullmatch(r"[0-9a-f]{64}", params["inletId"])
    assert params["inletUrl"] == f"https://dcs.adobedc.net/collection/{params['inletId']}"
    assert len(params["inletUrl"]) == 99
    assert params["authenticationRequired"] is True
