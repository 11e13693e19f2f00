"""What the emulator shows of requests that were not as they should be: never a secret."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from aep_tui.emulator.starring import starred_form, starred_json, starred_message, starred_query

REQUESTS = "http://emulator.test/_emulator/requests"
TOKEN = "http://emulator.test/ims/token/v3"
SECRET = "SUPER-SECRET"
FORM = "application/x-www-form-urlencoded"
MULTIPART = f'--b\r\nContent-Disposition: form-data; name="client_secret"\r\n\r\n{SECRET}\r\n--b--\r\n'
AUTH = {"specName": "Basic Authentication", "params": {"connectionString": SECRET}}
SPEC = {"id": "37b6bf40-d318-4655-90be-5cd6f65d334b", "version": "1.0"}
WHOLE = {"name": "n", "connectionSpec": SPEC, "auth": AUTH}
BODIES: list[Any] = [
    [WHOLE],
    [[WHOLE]],
    {"connection": WHOLE},
    {"items": [{"connection": [WHOLE]}]},
    {"name": "n", "connectionSpec": SPEC, "Auth": AUTH},
    {"name": "n", "AUTH": SECRET},
    {"name": "n", "params": AUTH["params"]},
    {"name": "n", "Params": [SECRET, {"deep": [SECRET]}]},
    {**WHOLE, "auth": [AUTH]},
    {**WHOLE, "auth": {**AUTH, "specName": {"deep": SECRET}}},
    {**WHOLE, "auth": {**AUTH, "other": SECRET}},
    {**WHOLE, "auth": {**AUTH, "params": {"connectionString": {"deep": SECRET}}}},
    {"s3SecretKey": SECRET, "access_token": SECRET, "Password": SECRET, "credentials": {"any": SECRET}},
    {"name": "n", "connectionString": SECRET},
    [SECRET],
    SECRET,
]
PATCHES: list[Any] = [
    [{"op": "replace", "path": "/auth/params", "Value": {"any": SECRET}}],
    [{"OP": "replace", "PATH": "/auth/params", "VALUE": SECRET}],
    [{"op": "replace", "path": "/auth/params/any", "value": [SECRET]}],
    [{"op": "replace", "path": "/name", "value": {"any": SECRET}}],
    {"op": "add", "path": "/auth", "value": SECRET},
    {"auth": {"params": {"any": SECRET}}},
    {"value": {"any": SECRET}},
]


@pytest.fixture
async def client(start: Callable[..., Any]) -> httpx.AsyncClient:
    found: httpx.AsyncClient = await start(check_answers=False)
    return found


async def shown(client: httpx.AsyncClient) -> tuple[str, dict[str, Any]]:
    """Return all that is shown, and the last request of it."""
    answer = await client.get(REQUESTS)
    last: dict[str, Any] = answer.json()["requests"][-1]
    return answer.text, last


@pytest.mark.parametrize("body", BODIES, ids=range(len(BODIES)))
@pytest.mark.parametrize("path", ["/connections", "/connections/", "/connections/search", "/nothing", TOKEN])
async def test_a_misshapen_body_shows_no_secret(client: httpx.AsyncClient, path: str, body: Any) -> None:
    await client.post(path, json=body)
    assert SECRET not in (await shown(client))[0]


@pytest.mark.parametrize("operations", PATCHES, ids=range(len(PATCHES)))
async def test_a_misshapen_patch_shows_no_secret(client: httpx.AsyncClient, make: Any, operations: Any) -> None:
    made = await make(client)
    await client.patch(f"/connections/{made['id']}", json=operations, headers={"if-match": made["etag"]})
    assert (await shown(client))[1]["bodyBytes"] > 0
    assert SECRET not in (await shown(client))[0]


@pytest.mark.parametrize(
    ("content", "content_type"),
    [
        (json.dumps({"client_secret": SECRET}), "application/json"),
        (json.dumps({"client_secret": SECRET}), FORM),
        (json.dumps({"client_secret": SECRET}), ""),
        (MULTIPART, "multipart/form-data; boundary=b"),
        (MULTIPART, FORM),
        (f"client_secret={SECRET}", "text/plain"),
        (f"client_secret={SECRET}", ""),
        (f"client_secret={SECRET}&client_id=c", FORM),
        (f"CLIENT_SECRET={SECRET}&client_id=c", FORM + "; charset=utf-8"),
        (f"client_id=c;client_secret={SECRET}", FORM),
        (f"client%5fsecret={SECRET}", FORM),
        (f"assertion={SECRET}&code={SECRET}&password={SECRET}", FORM),
        (SECRET, FORM),
    ],
    ids=range(13),
)
@pytest.mark.parametrize("path", [TOKEN, "http://emulator.test/ims/token/v2", "http://emulator.test/ims/exchange/jwt"])
async def test_a_token_call_shows_no_secret_whatever_its_body(
    client: httpx.AsyncClient, path: str, content: str, content_type: str
) -> None:
    await client.post(path, content=content.encode(), headers={"content-type": content_type} if content_type else {})
    assert SECRET not in (await shown(client))[0]


async def test_a_form_is_shown_as_one(client: httpx.AsyncClient) -> None:
    await client.post(TOKEN, data={"grant_type": "client_credentials", "client_id": "c", "client_secret": SECRET, "scope": "s"})
    _, last = await shown(client)
    assert last["body"] == {"grant_type": "client_credentials", "client_id": "c", "client_secret": "********", "scope": "s"}


@pytest.mark.parametrize(
    "name", ["token", "password", "access_token", "Client_Secret", "api-key", "pass%77ord", "credential", "jwt", "code"]
)
async def test_a_secret_in_the_query_is_not_shown(client: httpx.AsyncClient, name: str) -> None:
    await client.get(f"/connections?limit=5&{name}={SECRET}&continuationToken=abc=")
    text, last = await shown(client)
    assert SECRET not in text
    assert ["limit", "5"] in last["query"]
    assert ["continuationToken", "abc="] in last["query"]


@pytest.mark.parametrize("name", ["X-Auth-Token", "x-ims-token", "Cookie", "X-User-Token", "x-client-secret", "X-Password"])
async def test_a_secret_in_a_header_is_not_shown(client: httpx.AsyncClient, name: str) -> None:
    await client.get("/connections", headers={name: SECRET})
    text, last = await shown(client)
    assert SECRET not in text
    assert ["x-api-key", "client-of-a-test"] in last["headers"]
    assert ["x-gw-ims-org-id", "TEST@AdobeOrg"] in last["headers"]


async def test_what_is_no_secret_is_shown(client: httpx.AsyncClient, body: Callable[..., dict[str, Any]]) -> None:
    await client.post("/connections", json=body("mine", description="d"))
    _, last = await shown(client)
    assert last["body"] == {
        "name": "mine",
        "description": "d",
        "connectionSpec": SPEC,
        "auth": {"specName": "Basic Authentication", "params": {"connectionString": "********"}},
    }
    operations = [{"op": "replace", "path": "/name", "value": "new"}, {"op": "remove", "path": "/description"}]
    (made,) = (await client.get("/connections")).json()["items"]
    await client.patch(f"/connections/{made['id']}", json=operations, headers={"if-match": made["etag"]})
    assert (await shown(client))[1]["body"] == operations
    await client.post("/connections/search", json={"queryString": "name==a", "limit": 5})
    assert (await shown(client))[1]["body"] == {"queryString": "name==a", "limit": 5}
    message = {"header": {"msgId": 1}, "body": {"value": [1, "two"], "password": SECRET}}
    assert starred_message(message) == {"header": {"msgId": 1}, "body": {"value": [1, "two"], "password": "********"}}


PLACES = st.sampled_from(["auth", "Auth", "params", "PARAMS", "value", "clientSecret", "password", "apiKey"])
NESTS = st.recursive(
    st.just(SECRET),
    lambda inner: st.one_of(st.lists(inner, min_size=1, max_size=3), st.dictionaries(st.text(max_size=5), inner, min_size=1)),
    max_leaves=6,
)
AROUND = st.lists(st.sampled_from(["a", "items", "connection", 0]), max_size=4)


@given(PLACES, NESTS, AROUND)
def test_what_is_below_a_secret_name_is_starred_wherever_it_stands(place: str, inner: Any, around: list[Any]) -> None:
    value: Any = {place: inner}
    for step in around:
        value = [value] if step == 0 else {step: value}
    assert SECRET not in json.dumps(starred_json(value))


@given(st.binary(max_size=80))
def test_any_bytes_can_be_shown(content: bytes) -> None:
    json.loads(starred_form(content, FORM) or "{}")
    starred_query(content.replace(b"\n", b""))
