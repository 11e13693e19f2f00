"""The inlet of a streaming connection."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import httpx
import pytest

from aep_tui.emulator.behaviour import Switch
from aep_tui.emulator.violations import violations

HTTP_API = "bc7b00d6-623a-4dfc-9fdb-f1240aeadaeb"
SCHEMA = {"id": "https://ns.adobe.com/acme/schemas/1", "contentType": "application/vnd.adobe.xed-full+json;version=1"}
MESSAGE: dict[str, Any] = {
    "header": {"schemaRef": SCHEMA, "imsOrgId": "TEST@AdobeOrg", "datasetId": "d", "source": {"name": "shop"}},
    "body": {"xdmMeta": {"schemaRef": SCHEMA}, "xdmEntity": {"_id": "1"}},
}


@pytest.fixture
def opened(make: Any, clock: Any) -> Callable[..., Any]:
    """Return a function that makes a streaming connection and returns the URL of its inlet."""

    async def opening(client: httpx.AsyncClient, **params: Any) -> str:
        auth = {"specName": "Streaming Connection", "params": {"dataType": "xdm", **params}}
        made = await make(client, "stream", spec_id=HTTP_API, auth=auth)
        clock.seconds += 2
        params = (await client.get(f"/connections/{made['id']}")).json()["items"][0]["auth"]["params"]
        assert params["name"] == params["sourceId"] == "stream"
        return str(params["inletUrl"])

    return opening


async def test_a_message_is_received_whether_it_is_valid_or_not(
    flow: httpx.AsyncClient, opened: Callable[..., Any], clock: Any
) -> None:
    url = await opened(flow)
    assert url.startswith("http://emulator.test/collection/")
    flow.headers.clear()
    for message in (MESSAGE, {}, {"any": "thing"}):
        answer = (await flow.post(url, json=message)).json()
        assert answer["inletId"] == url.rpartition("/")[2]
        assert answer["receivedTimeMs"] == int(clock.seconds * 1000)
        assert answer["xactionId"].startswith(f"{answer['receivedTimeMs']}:")


async def test_a_check_tells_what_is_wrong(flow: httpx.AsyncClient, opened: Callable[..., Any]) -> None:
    url = await opened(flow)
    assert "syncValidation" not in (await flow.post(url + "?syncValidation=true", json=MESSAGE)).json()
    broken = {"header": {"schemaRef": {"id": 5}, "imsOrgId": "OTHER@AdobeOrg"}, "body": {}}
    for name in ("syncValidation", "synchronousValidation"):
        response = await flow.post(url, params={name: "true"}, json=broken)
        problem = response.json()
        assert (response.status_code, problem["status"]) == (400, 400)
        assert problem["type"] == "http://ns.adobe.com/adobecloud/problem/data-collection-service/inlet"
        assert problem["title"] == "Invalid XDM Message Format"
        whole = problem["report"]["cause"]["_streamingValidation"][0]
        assert whole["message"] == "5 schema violations found"
        assert [(cause["pointerToViolation"], cause["message"]) for cause in whole["causingExceptions"]] == [
            ("#/header/schemaRef/id", "expected type: String, found: Number"),
            ("#/header/schemaRef", "required key [contentType] not found"),
            ("#/header", "required key [datasetId] not found"),
            ("#/body", "required key [xdmMeta] not found"),
            ("#/body", "required key [xdmEntity] not found"),
        ]


def test_violations_of_odd_messages() -> None:
    assert violations(MESSAGE, "TEST@AdobeOrg") == []
    assert [found["message"] for found in violations([], "")] == ["Message has unknown xdm format"]
    wrong = {**MESSAGE, "header": {**MESSAGE["header"], "imsOrgId": "OTHER@AdobeOrg"}}
    assert [found["message"] for found in violations(wrong, "TEST@AdobeOrg")] == [
        "Message has an absent or wrong ims org in the header"
    ]
    assert [found["message"] for found in violations({"header": [], "body": None}, "")] == [
        "expected type: JSONObject, found: JSONArray",
        "expected type: JSONObject, found: Null",
    ]


async def test_raw_data_needs_a_dataflow_and_is_not_checked(flow: httpx.AsyncClient, opened: Callable[..., Any]) -> None:
    url = await opened(flow, dataType="raw")
    assert (await flow.post(url, json={"a": 1})).status_code == 400
    by_header = await flow.post(url + "?syncValidation=true", json=[1, 2], headers={"X-Adobe-Flow-Id": "f"})
    assert by_header.json()["syncValidation"] == {"skipped": True}
    assert (await flow.post(url + "?x-adobe-flow-id=f", json="text")).status_code == 200


@pytest.mark.parametrize(
    ("headers", "reason"),
    [
        ({}, "Ims service token is empty"),
        ({"authorization": "Bearer expired"}, "Ims service token is not valid"),
        ({"authorization": "x"}, "Ims service token is not valid"),
    ],
)
async def test_an_inlet_that_asks_for_a_token_refuses_without_one(
    flow: httpx.AsyncClient, opened: Callable[..., Any], headers: dict[str, str], reason: str
) -> None:
    url = await opened(flow, authenticationRequired=True)
    token = flow.headers["authorization"]
    flow.headers.clear()
    for path in (url, url.replace("/collection/", "/collection/batch/")):
        response = await flow.post(path, json=MESSAGE, headers=headers)
        assert response.status_code == 401
        assert response.json() == {
            "type": "https://ns.adobe.com/adobecloud/problem/data-collection-service-authorization",
            "status": "401",
            "title": "Authorization",
            "report": {"message": f"[{url.rpartition('/')[2]}] {reason}"},
        }
    assert (await flow.post(url, json=MESSAGE, headers={"authorization": token})).status_code == 200


async def test_a_batch_gets_an_answer_for_each_message(flow: httpx.AsyncClient, opened: Callable[..., Any]) -> None:
    url = (await opened(flow)).replace("/collection/", "/collection/batch/")
    response = await flow.post(url, json={"messages": [MESSAGE, "no message", MESSAGE]})
    assert response.status_code == 207
    first, second, third = response.json()["responses"]
    assert set(first) == set(third) == {"xactionId"}
    assert (second["statusCode"], second["message"].endswith("unknown xdm format")) == (400, True)
    for body in ({"messages": []}, {"messages": 5}, {}, []):
        assert (await flow.post(url, json=body)).status_code == 400
    assert (await flow.post(url + "?syncValidation=true", json={"messages": [MESSAGE]})).status_code == 400


@pytest.mark.parametrize(
    ("content", "content_type", "status"),
    [
        (b"{", "application/json", 400),
        (b"\xff", "application/json", 400),
        (b"", "application/json", 400),
        (b"{}", "text/plain", 400),
        (b"{}", "", 400),
        (b":)\n\x00\xf8", "application/x-jackson-smile", 200),
        (b"[" + b" " * 1_100_000 + b"]", "application/json", 413),
    ],
)
async def test_what_is_no_message_is_refused(
    flow: httpx.AsyncClient, opened: Callable[..., Any], content: bytes, content_type: str, status: int
) -> None:
    url = await opened(flow)
    response = await flow.post(url, content=content, headers={"content-type": content_type})
    assert response.status_code == status


async def test_an_inlet_is_there_once_the_connection_is_ready(
    flow: httpx.AsyncClient, make: Any, opened: Callable[..., Any]
) -> None:
    assert (await flow.post("http://emulator.test/collection/" + "0" * 64, json=MESSAGE)).status_code == 404
    url = await opened(flow)
    assert (await flow.post(url, json=MESSAGE)).status_code == 200
    await flow.delete("http://emulator.test/_emulator/state")
    assert (await flow.post(url, json=MESSAGE)).status_code == 404


async def test_sixty_checks_a_minute(flow: httpx.AsyncClient, opened: Callable[..., Any], clock: Any) -> None:
    url = await opened(flow)
    for _ in range(60):
        assert (await flow.post(url + "?syncValidation=true", json=MESSAGE)).status_code == 200
    response = await flow.post(url + "?syncValidation=true", json=MESSAGE)
    assert (response.status_code, response.headers["retry-after"]) == (429, "60")
    assert (await flow.post(url, json=MESSAGE)).status_code == 200
    clock.seconds += 60
    assert (await flow.post(url + "?syncValidation=true", json=MESSAGE)).status_code == 200


async def test_a_region_without_checks(start: Callable[..., Any], opened: Callable[..., Any]) -> None:
    client = await start(Switch.NO_SYNC_VALIDATION)
    url = await opened(client)
    assert (
        await client.post(
            url + "?syncValidation=true", content=json.dumps(MESSAGE), headers={"content-type": "application/json"}
        )
    ).status_code == 501
