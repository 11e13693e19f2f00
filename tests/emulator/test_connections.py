"""Making a connection and reading it."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import httpx
import pytest

from aep_tui.emulator.behaviour import Behaviour, Switch

SFTP = "b7bf2577-4520-42c9-bae9-cad01560f7bc"
PHOENIX = "102706fb-a5cd-42ee-afe0-bc42f017ff43"
LAKE = "c604ff05-7f1a-43c0-8e18-33bf874cb11c"
GREENPLUM = "37b6bf40-d318-4655-90be-5cd6f65d334b"
ITEM_ORDER = [
    *(
        "id",
        "createdAt",
        "updatedAt",
        "createdBy",
        "updatedBy",
        "createdClient",
        "updatedClient",
        "sandboxId",
        "sandboxName",
        "imsOrgId",
    ),
    *("name", "description", "connectionSpec", "state", "auth", "version", "etag"),
]

Body = Callable[..., dict[str, Any]]
Code = Callable[[httpx.Response], str]


def auth(spec_name: object = "Basic Authentication", params: object = None) -> dict[str, Any]:
    return {"specName": spec_name, "params": {"connectionString": "HOST=a"} if params is None else params}


async def test_an_item_has_what_adobe_prints_in_its_order(flow: httpx.AsyncClient, body: Body, clock: Any) -> None:
    made = await flow.post("/connections", json=body("Warehouse", description="The shop's"))
    found = (await flow.get(f"/connections/{made.json()['id']}")).json()
    item = found["items"][0]
    assert list(found) == ["items"]
    assert list(item) == ITEM_ORDER
    assert item["createdAt"] == item["updatedAt"] == int(clock.seconds * 1000)
    assert item["createdBy"] == item["createdClient"] == "client-of-a-test"
    assert (item["sandboxName"], item["imsOrgId"]) == ("dev", "TEST@AdobeOrg")
    assert (item["name"], item["description"], item["state"]) == ("Warehouse", "The shop's", "enabled")
    assert item["connectionSpec"] == {"id": GREENPLUM, "version": "1.0"}
    assert item["auth"] == {"specName": "Basic Authentication", "params": {"connectionString": "********"}}
    assert item["version"] == item["etag"] == made.json()["etag"]


async def test_a_source_without_auth_has_none_in_its_item(flow: httpx.AsyncClient) -> None:
    request = {"name": "Lake", "connectionSpec": {"id": LAKE, "version": "1.0"}}
    made = await flow.post("/connections", json=request)
    item = (await flow.get(f"/connections/{made.json()['id']}/")).json()["items"][0]
    assert list(item) == [key for key in ITEM_ORDER if key not in ("auth", "description")]


async def test_a_connection_is_there_for_its_organisation_and_sandbox_only(
    flow: httpx.AsyncClient, make: Any, code: Code
) -> None:
    made = await make(flow)
    for header, value in (("x-sandbox-name", "prod"), ("x-gw-ims-org-id", "OTHER@AdobeOrg")):
        response = await flow.get(f"/connections/{made['id']}", headers={header: value})
        assert (response.status_code, code(response)) == (404, "FLOW-1439-404")


@pytest.mark.parametrize(
    ("change", "status", "expected"),
    [
        ({"connectionSpec": {"id": "0ed90a81-07f4-4586-8190-b40eccef1c5a", "version": "1.0"}}, 400, "FLOW-1413-400"),
        ({"connectionSpec": None}, 400, "FLOW-1413-400"),
        ({"connectionSpec": {"id": 5, "version": "1.0"}}, 400, "FLOW-1413-400"),
        ({"connectionSpec": {"id": GREENPLUM, "version": "9.9"}}, 400, "FLOW-1413-400"),
        ({"connectionSpec": {"id": GREENPLUM}}, 422, "UnprocessableEntityError"),
        ({"name": ""}, 400, "BadRequestError"),
        ({"name": 7}, 400, "BadRequestError"),
        ({"description": []}, 400, "BadRequestError"),
        ({"auth": None}, 400, "FLOW-1415-400"),
        ({"auth": "none"}, 400, "BadRequestError"),
        ({"auth": auth("basic authentication")}, 400, "FLOW-1415-400"),
        ({"auth": auth(None)}, 400, "FLOW-1415-400"),
        ({"auth": auth(params=[])}, 400, "BadRequestError"),
        ({"auth": auth(params={})}, 400, "1304-400"),
        ({"auth": auth(params={"connectionString": ""})}, 400, "1304-400"),
        ({"auth": auth(params={"connectionString": "a", "host": "b"})}, 400, "1312-400"),
        ({"auth": auth(params={"connectionString": 5})}, 400, "1312-400"),
        ({"auth": auth(params={"connectionString": "PWD=WRONG"})}, 400, "FLOW-1100-400"),
    ],
)
async def test_what_is_missing_or_cannot_be_used_is_refused(
    flow: httpx.AsyncClient, body: Body, code: Code, change: dict[str, Any], status: int, expected: str
) -> None:
    response = await flow.post("/connections", json={**body(), **change})
    assert (response.status_code, code(response)) == (status, expected)
    assert (await flow.get("/connections?count=true")).json() == {"count": 0}


async def test_a_problem_carries_its_code_its_request_and_its_text_three_times(flow: httpx.AsyncClient, body: Body) -> None:
    response = await flow.post("/connections", json=body(auth=auth("Basic")))
    problem = response.json()
    text = problem["report"]["detailed-message"]
    assert problem["type"] == "https://ns.adobe.com/aep/errors/FLOW-1415-400"
    assert problem["errorMessage"] == problem["errorDetails"] == text
    assert "'Basic Authentication'" in text
    assert problem["report"]["request-id"] == response.headers["x-request-id"]
    assert problem["status"] == response.status_code


async def test_a_source_that_refuses_says_so_in_words_of_its_own(flow: httpx.AsyncClient, body: Body) -> None:
    response = await flow.post("/connections", json=body(auth=auth(params={"connectionString": "PWD=wrong"})))
    assert "Error from flow provider: Rest call failed" in response.json()["errorMessage"]
    assert "PWD" not in response.text


@pytest.mark.parametrize(
    ("spec_id", "spec_name", "params", "faulty"),
    [
        (SFTP, "Basic Authentication for sftp", {"host": "h", "userName": "u", "password": "p", "port": "22"}, "port"),
        (SFTP, "Basic Authentication for sftp", {"host": "h", "userName": "u", "password": "p", "port": 70000}, "port"),
        (
            PHOENIX,
            "Basic Authentication",
            {"host": "h", "username": "u", "password": "p", "port": 443, "httpPath": "/", "enableSsl": "true"},
            "enableSsl",
        ),
        ("bc7b00d6-623a-4dfc-9fdb-f1240aeadaeb", "Streaming Connection", {"dataType": "csv"}, "dataType"),
        (
            "3000eb99-cd47-43f3-827c-43caf170f015",
            "Connection String Based Authentication",
            {"connectionString": "x"},
            "connectionString",
        ),
        (
            "4e98f16f-87d6-4ef0-bdc6-7a2b0fe76e62",
            "oAuth2RefreshCode",
            {"host": "h", "accessToken": "a", "requestParameterOverride": {"authenticationMethod": "PUT"}},
            "requestParameterOverride.authenticationMethod",
        ),
    ],
)
async def test_params_keep_the_types_and_bounds_of_the_schema(
    flow: httpx.AsyncClient, code: Code, spec_id: str, spec_name: str, params: dict[str, Any], faulty: str
) -> None:
    request = {
        "name": "n",
        "connectionSpec": {"id": spec_id, "version": "1.0"},
        "auth": {"specName": spec_name, "params": params},
    }
    response = await flow.post("/connections", json=request)
    assert (response.status_code, code(response)) == (400, "1312-400")
    assert f"parameter {faulty} is" in response.json()["errorMessage"]


async def test_the_lenient_switches_accept_what_other_pages_allow(start: Callable[..., Any]) -> None:
    client = await start(Switch.ACCEPT_MISSING_VERSION, Switch.ACCEPT_MISSING_NAME)
    made = await client.post("/connections", json={"connectionSpec": {"id": GREENPLUM}})
    assert made.status_code == 201
    item = (await client.get(f"/connections/{made.json()['id']}")).json()["items"][0]
    assert (item["name"], item["connectionSpec"]["version"]) == ("greenplum", "1.0")


@pytest.mark.parametrize(
    ("mode", "expected"),
    [
        ("mask", {"host": "h", "userName": "u", "password": "********", "port": 22}),
        ("drop", {"host": "h", "userName": "u", "port": 22}),
        ("echo", {"host": "h", "userName": "u", "password": "s3cret", "port": 22}),
    ],
)
async def test_secrets_read_back_as_they_are_told_to(start: Callable[..., Any], mode: Any, expected: dict[str, Any]) -> None:
    client = await start(behaviour=Behaviour(secrets=mode))
    params = {"host": "h", "userName": "u", "password": "s3cret", "port": 22}
    request = {
        "name": "n",
        "connectionSpec": {"id": SFTP, "version": "1.0"},
        "auth": {"specName": "Basic Authentication for sftp", "params": params},
    }
    made = (await client.post("/connections", json=request)).json()
    for path in (f"/connections/{made['id']}", "/connections"):
        assert (await client.get(path)).json()["items"][0]["auth"]["params"] == expected


async def test_names_need_not_be_unique_and_any_character_survives(flow: httpx.AsyncClient, body: Body) -> None:
    name = "Schöne Grüße 📦 \x00\x1b[31m <b>\u202e"
    ids = {(await flow.post("/connections", json=body(name))).json()["id"] for _ in range(2)}
    assert len(ids) == 2
    assert [item["name"] for item in (await flow.get("/connections")).json()["items"]] == [name, name]


HOSTILE = [
    {"properties": {"a": {"$ref": "#/definitions/x"}}, "definitions": {"x": {"$ref": "#/definitions/x"}}},
    {"properties": {"a": {"pattern": "^(a+)+$"}}},
    {"properties": {"a": {"pattern": "(?<!x)("}}},
    {"properties": {"a": {"$ref": "http://nowhere.invalid/schema"}}},
    {"properties": {"a": 5}, "required": ["no such property"]},
    {"properties": {"a": {}}, "required": "a"},
]


@pytest.mark.parametrize("schema", HOSTILE)
async def test_a_schema_that_is_none_keeps_no_connection_from_being_made(
    start: Callable[..., Any], schema: dict[str, Any]
) -> None:
    document = {"id": "odd", "name": "odd", "version": "1.0", "authSpec": [{"name": "Odd", "spec": schema}]}
    client = await start(specs=[document], check_answers=False)
    request = {
        "name": "n",
        "connectionSpec": {"id": "odd", "version": "1.0"},
        "auth": {"specName": "Odd", "params": {"a": "a" * 50 + "!"}},
    }
    response = await client.post("/connections", json=request)
    assert response.status_code in (201, 400)
    assert "Traceback" not in response.text


async def test_unknown_params_of_an_open_schema_count_as_secret(start: Callable[..., Any]) -> None:
    nested = {"type": "object", "properties": {"inner": {"type": "string"}}}
    document = {
        "id": "odd",
        "authSpec": [{"name": "Odd", "spec": {"properties": {"outer": nested, "open": {"type": "string"}}}}],
    }
    client = await start(specs=[document], check_answers=False)
    params = {"outer": {"inner": "shown", "other": "hidden"}, "open": "shown"}
    request = {"name": "n", "connectionSpec": {"id": "odd", "version": "1.0"}, "auth": {"specName": "Odd", "params": params}}
    made = (await client.post("/connections", json=request)).json()
    shown = (await client.get(f"/connections/{made['id']}")).json()["items"][0]["auth"]["params"]
    assert shown == {"outer": {"inner": "shown", "other": "********"}, "open": "shown"}
    assert "hidden" not in json.dumps(shown)


@pytest.mark.parametrize(
    ("schema", "params", "status"),
    [
        ({"properties": {"a": {}}, "additionalProperties": True}, {"b": 1}, 201),
        ({"properties": {"a": {}}, "additionalProperties": False}, {"b": 1}, 400),
        ({"properties": {"a": {}}}, {"b": 1}, 400),
        ({"properties": {}, "oneOf": [{"properties": {"b": {}}}]}, {"b": 1}, 201),
        ({"type": "object"}, {"b": 1}, 201),
        ({"properties": {"a": {"enum": ["", "x"]}}, "required": ["a"]}, {"a": ""}, 201),
        ({"properties": {"a": {"const": ""}}, "required": ["a"]}, {"a": ""}, 201),
        ({"properties": {"a": {"type": "string"}}, "required": ["a"]}, {"a": ""}, 400),
        ({"properties": {"a": {"type": "boolean"}}, "required": ["a"]}, {"a": False}, 201),
        ({"properties": {"a": {"type": "integer"}}, "required": ["a"]}, {"a": 0}, 201),
    ],
)
async def test_a_param_is_unknown_or_missing_only_where_the_schema_says_so(
    start: Callable[..., Any], schema: dict[str, Any], params: dict[str, Any], status: int
) -> None:
    document = {"id": "odd", "authSpec": [{"name": "Odd", "spec": schema}]}
    client = await start(specs=[document], check_answers=False)
    request = {"name": "n", "connectionSpec": {"id": "odd", "version": "1.0"}, "auth": {"specName": "Odd", "params": params}}
    assert (await client.post("/connections", json=request)).status_code == status


S3 = "ecadc60c-7455-4d87-84dc-2a0e293d997b"
S3_PARAMS = {"s3AccessKey": "AKIAIOSFODNN7EXAMPLE", "s3SecretKey": "wJalrXUtnFEMIK7MDENG"}
SFTP_PARAMS = {"host": "h.example.com", "userName": "u", "password": "p"}
SNOWFLAKE = "b2e08744-4f1a-40ce-af30-7abac3e23cf3"
KEY_PAIR = {"account": "a", "username": "u", "database": "d", "warehouse": "w", "privateKey": "aw=="}
REST = "4e98f16f-87d6-4ef0-bdc6-7a2b0fe76e62"
BASIC_REST = {"host": "h", "username": "u", "password": "p"}
SFTP_AUTH, SNOWFLAKE_AUTH = "Basic Authentication for sftp", "KeyPair Authentication"


@pytest.mark.parametrize(
    ("spec_id", "spec_name", "params", "change", "refused"),
    [
        (S3, "Access Key", S3_PARAMS, {"s3SecretKey": "isWRONGkey"}, True),
        (S3, "Access Key", S3_PARAMS, {"s3AccessKey": "wrong"}, True),
        (S3, "Access Key", S3_PARAMS, {"folderPath": "/wrongdoing"}, False),
        (S3, "Access Key", S3_PARAMS, {"bucketName": "wrong", "serviceUrl": "https://wrong.example.com"}, False),
        (SFTP, SFTP_AUTH, SFTP_PARAMS, {"password": "wrong"}, True),
        (SFTP, SFTP_AUTH, SFTP_PARAMS, {"userName": "wrong"}, True),
        (SFTP, SFTP_AUTH, SFTP_PARAMS, {"host": "wrong.example.com", "folderPath": "wrong"}, False),
        (SNOWFLAKE, "ConnectionString", {"connectionString": "a"}, {"connectionString": "jdbc:x?pwd=wrong"}, True),
        (SNOWFLAKE, SNOWFLAKE_AUTH, KEY_PAIR, {"privateKeyPassphrase": "wrong"}, True),
        (SNOWFLAKE, SNOWFLAKE_AUTH, KEY_PAIR, {"database": "wrong", "warehouse": "wrong"}, False),
        (REST, "Basic Authentication", BASIC_REST, {"username": "wrong"}, True),
    ],
)
async def test_only_a_credential_is_refused_for_saying_wrong(
    flow: httpx.AsyncClient,
    body: Body,
    code: Code,
    spec_id: str,
    spec_name: str,
    params: dict[str, str],
    change: dict[str, str],
    refused: bool,
) -> None:
    sent = {"specName": spec_name, "params": {**params, **change}}
    response = await flow.post("/connections", json=body(spec_id=spec_id, auth=sent))
    assert (response.status_code, code(response) if refused else "") == ((400, "FLOW-1100-400") if refused else (201, ""))


@pytest.mark.parametrize(
    ("spec_id", "spec_name", "params", "change", "reached"),
    [
        (S3, "Access Key", S3_PARAMS, {"serviceUrl": "https://UNREACHABLE.example.com"}, False),
        (S3, "Access Key", S3_PARAMS, {"folderPath": "/unreachable", "bucketName": "unreachable"}, True),
        (S3, "Access Key", S3_PARAMS, {"s3SecretKey": "unreachable"}, True),
        (SFTP, SFTP_AUTH, SFTP_PARAMS, {"host": "unreachable.example.com"}, False),
        (SFTP, SFTP_AUTH, SFTP_PARAMS, {"userName": "unreachable", "password": "unreachable"}, True),
        (SNOWFLAKE, "ConnectionString", {"connectionString": "a"}, {"connectionString": "jdbc:unreachable"}, False),
        (SNOWFLAKE, SNOWFLAKE_AUTH, KEY_PAIR, {"account": "unreachable"}, False),
        (SNOWFLAKE, SNOWFLAKE_AUTH, KEY_PAIR, {"database": "unreachable"}, True),
    ],
)
async def test_only_an_address_is_unreachable(
    flow: httpx.AsyncClient,
    make: Any,
    spec_id: str,
    spec_name: str,
    params: dict[str, str],
    change: dict[str, str],
    reached: bool,
) -> None:
    made = await make(flow, spec_id=spec_id, auth={"specName": spec_name, "params": {**params, **change}})
    assert (await flow.get(f"/connections/{made['id']}/test")).json() == {"result": reached}


async def test_of_a_schema_what_it_marks_is_a_credential_and_its_format_an_address(flow: httpx.AsyncClient, body: Body) -> None:
    properties = {
        "hidden": {"type": "string", "format": "password"},
        "place": {"type": "string", "format": "hostname"},
        "shown": {"type": "object", "properties": {"inner": {"type": "string"}, "pin": {"type": "string", "writeOnly": True}}},
        "undescribed": {},
    }
    auth_spec = {"name": "A", "spec": {"type": "object", "properties": properties}}
    own = await flow.post("/connectionSpecs", json={"name": "own", "providerId": "p", "authSpec": [auth_spec]})
    for params, status, reached in (
        ({"hidden": "wrong"}, 400, True),
        ({"shown": {"pin": "wrong"}}, 400, True),
        ({"shown": {"inner": "wrong"}, "place": "wrong", "undescribed": "wrong"}, 201, True),
        ({"place": "unreachable"}, 201, False),
        ({"hidden": "unreachable", "shown": {"inner": "unreachable"}}, 201, True),
    ):
        response = await flow.post(
            "/connections", json=body(spec_id=own.json()["id"], auth={"specName": "A", "params": params})
        )
        assert response.status_code == status, params
        if status == 201:
            assert (await flow.get(f"/connections/{response.json()['id']}/test")).json() == {"result": reached}
