"""The token call."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import httpx
import pytest

from aep_tui.emulator.behaviour import Behaviour

V3 = "http://emulator.test/ims/token/v3"
V2 = "http://emulator.test/ims/token/v2"
FORM = {"grant_type": "client_credentials", "client_id": "a-client", "client_secret": "a-secret", "scope": "openid,AdobeID"}


@pytest.fixture
async def anybody(start: Callable[..., Any]) -> httpx.AsyncClient:
    client: httpx.AsyncClient = await start()
    client.headers.clear()
    return client


@pytest.mark.parametrize(("url", "way"), [(V3, "data"), (V2, "data"), (V2, "params")])
async def test_a_client_gets_a_token_that_is_let_in(anybody: httpx.AsyncClient, clock: Any, url: str, way: Any) -> None:
    given: dict[str, Any] = {way: FORM}
    answer = (await anybody.post(url, **given)).json()
    assert (answer["token_type"], answer["expires_in"]) == ("bearer", 86_399)
    headers = {
        "authorization": f"Bearer {answer['access_token']}",
        "x-api-key": "a-client",
        "x-gw-ims-org-id": "A@AdobeOrg",
        "x-sandbox-name": "dev",
    }
    assert (await anybody.get("/connections", headers=headers)).status_code == 200
    clock.seconds += 86_400
    assert (await anybody.get("/connections", headers=headers)).status_code == 401


@pytest.mark.parametrize(
    ("change", "error", "description"),
    [
        ({"client_secret": "wrong"}, "invalid_client", "invalid client_secret parameter"),
        ({"client_secret": ""}, "invalid_client", "invalid client_secret parameter"),
        ({"client_id": ""}, "invalid_client", "invalid client_id parameter"),
        ({"scope": ""}, "invalid_scope", "invalid scope parameter"),
        ({"grant_type": "password"}, "unsupported_grant_type", "unsupported grant_type parameter"),
    ],
)
async def test_a_refusal_is_400(anybody: httpx.AsyncClient, change: dict[str, str], error: str, description: str) -> None:
    response = await anybody.post(V3, data={**FORM, **change})
    assert (response.status_code, response.json()) == (400, {"error": error, "error_description": description})


async def test_v3_takes_no_secret_from_the_query(anybody: httpx.AsyncClient) -> None:
    assert (await anybody.post(V3, params=FORM)).status_code == 400


async def test_what_is_set_decides(start: Callable[..., Any]) -> None:
    client = await start(behaviour=Behaviour(token="fixed", client_secret="right", api_key="a-client"))
    assert (await client.post(V3, data={**FORM, "client_secret": "right"})).json()["access_token"] == "fixed"
    assert (await client.post(V3, data=FORM)).status_code == 400
    assert (await client.post(V3, data={**FORM, "client_secret": "right", "client_id": "other"})).status_code == 400


@pytest.mark.parametrize("content", [b"\xff\xfe&=", b"a" * 100_000, b"=&=&=&", b""])
async def test_a_form_that_cannot_be_read_is_refused(anybody: httpx.AsyncClient, content: bytes) -> None:
    response = await anybody.post(V3, content=content, headers={"content-type": "application/x-www-form-urlencoded"})
    assert response.status_code == 400


@pytest.mark.parametrize("count", [101, 5000])
async def test_too_many_fields_are_an_invalid_request(anybody: httpx.AsyncClient, count: int) -> None:
    form = "&".join(f"field{number}=1" for number in range(count))
    response = await anybody.post(V3, content=form, headers={"content-type": "application/x-www-form-urlencoded"})
    assert (response.status_code, response.json()["error"]) == (400, "invalid_request")
