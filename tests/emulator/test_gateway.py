"""What stands before the service: headers, in the order in which they are looked at."""

from __future__ import annotations

import asyncio
import base64
import json
from collections.abc import Callable
from typing import Any

import httpx
import pytest

from aep_tui.emulator.behaviour import Behaviour, Switch

ALL = {
    "authorization": "Bearer t",
    "x-api-key": "k",
    "x-gw-ims-org-id": "A@AdobeOrg",
    "content-type": "application/json",
    "x-sandbox-name": "dev",
}
MISSING = [
    ("authorization", 403, {"error_code": "403010", "message": "Oauth token is missing."}),
    ("x-api-key", 403, {"error_code": "403000", "message": "Api Key is required"}),
    ("x-gw-ims-org-id", 400, {"error_code": "400003", "message": "Missing header"}),
    (
        "content-type",
        400,
        {
            "type": "/placeholder/type/uri",
            "status": 400,
            "title": "BadRequestError",
            "detail": "A valid content-type must be specified",
        },
    ),
]


def jwt(claims: dict[str, Any]) -> str:
    return ".".join(["e30", base64.urlsafe_b64encode(json.dumps(claims).encode()).decode().rstrip("="), "signature"])


@pytest.fixture
def send(start: Callable[..., Any]) -> Callable[..., Any]:
    async def post(headers: dict[str, str], **options: Any) -> httpx.Response:
        client: httpx.AsyncClient = await start(**options)
        client.headers.clear()
        response: httpx.Response = await client.post("/connections", content=b"{}", headers=headers)
        return response

    return post


@pytest.mark.parametrize(("index", "missing"), [(index, entry) for index, entry in enumerate(MISSING)])
async def test_a_missing_header_is_named_before_those_after_it(
    send: Callable[..., Any], index: int, missing: tuple[str, int, dict[str, Any]]
) -> None:
    """Every header from the missing one on is left out, so that the order shows."""
    _, status, expected = missing
    response = await send(dict(list(ALL.items())[:index]))
    assert (response.status_code, response.json()) == (status, expected)


@pytest.mark.parametrize(
    ("changes", "status", "expected"),
    [
        ({"authorization": "Bearer expired-token"}, 401, "401013"),
        ({"authorization": "Basic abc"}, 401, "401013"),
        ({"authorization": "Bearer"}, 401, "401013"),
        ({"authorization": "Bearer " + jwt({"exp": 1})}, 401, "401013"),
        ({"authorization": "Bearer " + jwt({"created_at": "1000", "expires_in": "1000"})}, 401, "401013"),
        ({"x-gw-ims-org-id": "ACME"}, 403, "403027"),
        ({"x-gw-ims-org-id": "@AdobeOrg"}, 403, "403027"),
        ({"content-type": "text/plain"}, 400, "BadRequestError"),
        ({"content-type": "application/x-www-form-urlencoded"}, 400, "BadRequestError"),
        ({"x-sandbox-name": ""}, 400, "FLOW-2105-400"),
        ({"x-sandbox-name": "no-such-sandbox"}, 404, "FLOW-2100-404"),
        ({"x-sandbox-name": "*"}, 403, "FLOW-2111-403"),
        ({"x-sandbox-id": "1"}, 400, "FLOW-2110-400"),
        # these pass, and the empty body is what is refused
        ({"authorization": "bearer   t"}, 400, "FLOW-1413-400"),
        ({"authorization": "Bearer " + jwt({"created_at": "1770000000000", "expires_in": "86399000"})}, 400, "FLOW-1413-400"),
        ({"authorization": "Bearer a.b.c"}, 400, "FLOW-1413-400"),
        ({"content-type": "Application/JSON; charset=utf-8"}, 400, "FLOW-1413-400"),
    ],
)
async def test_a_header_that_does_not_fit_is_refused(
    send: Callable[..., Any], code: Callable[[httpx.Response], str], changes: dict[str, str], status: int, expected: str
) -> None:
    response = await send({**ALL, **changes})
    assert (response.status_code, code(response)) == (status, expected)


@pytest.mark.parametrize(
    ("behaviour", "status", "expected"),
    [
        (Behaviour(token="other"), 401, "401013"),
        (Behaviour(token="t"), 400, "FLOW-1413-400"),
        (Behaviour(api_key="other"), 403, "403003"),
        (Behaviour(org_id="OTHER@AdobeOrg"), 403, "403025"),
        (Behaviour(org_id="OTHER@AdobeOrg", switches=frozenset({Switch.PROFILE_403023})), 403, "403023"),
        (Behaviour(switches=frozenset({Switch.OLD_SPEC_ERROR})), 400, ""),
    ],
)
async def test_what_is_set_decides(
    send: Callable[..., Any], code: Callable[[httpx.Response], str], behaviour: Behaviour, status: int, expected: str
) -> None:
    response = await send(ALL, behaviour=behaviour)
    assert (response.status_code, code(response)) == (status, expected)


async def test_switches_turn_to_the_other_documented_behaviour(start: Callable[..., Any]) -> None:
    client = await start(Switch.NUMERIC_GATEWAY_CODES, Switch.DEFAULT_SANDBOX, Switch.OLD_SPEC_ERROR)
    assert (await client.get("/connections", headers={"x-api-key": ""})).json() == {
        "error_code": 403000,
        "message": "Api Key is required",
    }
    assert (await client.get("/connections", headers={"x-sandbox-name": ""})).json() == {"items": [], "_links": {}}
    assert (await client.post("/connections", json={})).json() == {"message": "Please provide a valid spec id"}
    client = await start(Switch.ACCEPT_ANY_SANDBOX)
    assert (await client.get("/connections", headers={"x-sandbox-name": "brand-new"})).status_code == 200


async def test_header_names_may_be_written_in_any_case(start: Callable[..., Any]) -> None:
    client = await start()
    client.headers.clear()
    headers = {"AUTHORIZATION": "BEARER t", "X-Api-Key": "k", "X-GW-IMS-ORG-ID": "A@AdobeOrg", "X-Sandbox-Name": "prod"}
    assert (await client.get("/connections", headers=headers)).status_code == 200


@pytest.mark.parametrize(
    ("method", "path", "status", "allow"),
    [
        ("GET", "/no/such/call", 404, None),
        ("PUT", "/connections", 405, "GET, HEAD, POST"),
        ("POST", "/connections/some-id", 405, "DELETE, GET, HEAD, PATCH"),
        ("DELETE", "/connectionSpecs", 405, "GET, HEAD, POST"),
        ("BREW", "/connections", 405, "GET, HEAD, POST"),
    ],
)
async def test_what_is_no_call_is_answered_as_a_problem(
    flow: httpx.AsyncClient, method: str, path: str, status: int, allow: str | None
) -> None:
    response = await flow.request(method, path)
    assert response.status_code == status
    assert response.headers.get("allow") == allow
    assert response.json()["status"] == status
    assert f"{method} /data/foundation/flowservice{path}" in response.json()["detail"]


async def test_every_call_waits_as_long_as_it_is_told_to(start: Callable[..., Any]) -> None:
    client = await start(behaviour=Behaviour(latency_ms=60_000))
    with pytest.raises(TimeoutError):
        await asyncio.wait_for(client.get("/connections"), 0.05)
    own = await client.get("http://emulator.test/_emulator/faults")
    assert own.status_code == 200
