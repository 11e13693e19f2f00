"""The catalogue, held against the facts it was made from."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import httpx
import jsonschema_rs
import pytest

from aep_tui.emulator.specs import Catalogue

DATA_LAKE = "c604ff05-7f1a-43c0-8e18-33bf874cb11c"
SNOWFLAKE = "b2e08744-4f1a-40ce-af30-7abac3e23cf3"
KEY_ORDER = (
    "id",
    "name",
    "providerId",
    "version",
    "authSpec",
    "targetSpec",
    "sourceSpec",
    "exploreSpec",
    "attributes",
    "permissionsInfo",
)
SHARED_NAMES = {"sap-hybris": "sap-commerce", "sugarcrm-events": "sugarcrm-accounts-contacts"}


@pytest.fixture(scope="module")
def documents() -> dict[str, dict[str, Any]]:
    return {key: dict(value) for key, value in Catalogue().documents().items()}


@pytest.fixture
def sources(shared: Path) -> list[dict[str, Any]]:
    found = json.loads((shared / "reference" / "sources.json").read_text())
    return [source for source in found if source.get("createVia") != "POST /sourceConnections"]


def every_property(documents: dict[str, dict[str, Any]]) -> list[tuple[str, str, dict[str, Any]]]:
    return [
        (document["name"], name, described)
        for document in documents.values()
        for auth in document.get("authSpec", [])
        for name, described in auth["spec"]["properties"].items()
    ]


def test_there_are_65_and_each_lies_in_a_file_named_after_it(documents: dict[str, dict[str, Any]]) -> None:
    import aep_tui.emulator

    folder = Path(aep_tui.emulator.__path__[0]) / "catalogue"
    assert len(documents) == 65
    assert sorted(path.stem for path in folder.iterdir()) == sorted(document["name"] for document in documents.values())


def test_documents_have_the_shape_that_adobe_prints(documents: dict[str, dict[str, Any]]) -> None:
    for document in documents.values():
        keys = list(document)
        assert keys == [key for key in KEY_ORDER if key in keys], document["name"]
        assert re.fullmatch(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", document["id"])
        assert set(document["permissionsInfo"]) == {"view", "manage"}
        for auth in document.get("authSpec", []):
            assert list(auth) in (["name", "spec"], ["name", "type", "spec"])
            assert list(auth["spec"]) == ["$schema", "type", "description", "properties", "required"]
            assert set(auth["spec"]["required"]) <= set(auth["spec"]["properties"])


def test_every_source_has_its_ids_names_and_params_to_the_letter(
    documents: dict[str, dict[str, Any]], sources: list[dict[str, Any]]
) -> None:
    assert {source["connectionSpecId"] for source in sources} | {DATA_LAKE} == set(documents)
    for source in sources:
        document = documents[source["connectionSpecId"]]
        names = {document["attributes"]["connectorName"], *document["attributes"].get("aliases", [])}
        assert source["name"] in names
        assert document["version"] == source["version"]
        assert document["providerId"] == (source["providerId"] or "0ed90a81-07f4-4586-8190-b40eccef1c5a")
        for auth in source["auth"]:
            if auth["specName"] is None:
                assert document["id"] == SNOWFLAKE  # the one whose name the sources leave open
                continue
            found = [item for item in document["authSpec"] if item["name"] == auth["specName"]]
            assert len(found) == 1, (source["slug"], auth["specName"])
            check_params(found[0]["spec"], auth["params"], source)


def check_params(schema: dict[str, Any], params: list[dict[str, Any]], source: dict[str, Any]) -> None:
    doubled = source["slug"] == "azure-event-hubs"  # two auth specs of one name are one here, with the extra param optional
    for param in params:
        described = schema["properties"][param["name"]]
        assert (param["name"] in schema["required"]) is (
            param["required"] and param["name"] != "eventHubName" if doubled else param["required"]
        )
        assert (described.get("format") == "password") is param["secret"], (source["slug"], param["name"])
        assert param["type"] is None or described["type"] == param["type"]
        assert described.get("enum") == param["enum"]
        if source["slug"] != "http-api":  # xdm is what the tutorial sends
            assert described.get("default") == param["default"]
    if not doubled:
        assert set(schema["properties"]) == {param["name"] for param in params}


def test_no_source_has_an_auth_spec_that_the_facts_do_not_name(
    documents: dict[str, dict[str, Any]], sources: list[dict[str, Any]]
) -> None:
    known: dict[str, set[str]] = {}
    for source in sources:
        known.setdefault(source["connectionSpecId"], set()).update(
            auth["specName"] for auth in source["auth"] if auth["specName"]
        )
    known[SNOWFLAKE].add("KeyPair Authentication")
    for spec_id, names in known.items():
        assert {auth["name"] for auth in documents[spec_id]["authSpec"]} == names


def test_what_the_facts_leave_open_is_settled(documents: dict[str, dict[str, Any]]) -> None:
    by_name = {document["name"]: document for document in documents.values()}
    key_pair = by_name["snowflake"]["authSpec"][1]
    assert list(key_pair["spec"]["properties"]) == [
        "account",
        "username",
        "database",
        "warehouse",
        "privateKey",
        "privateKeyPassphrase",
    ]
    assert key_pair["spec"]["required"] == ["account", "username", "database", "warehouse", "privateKey"]
    lake = documents[DATA_LAKE]
    assert lake["attributes"]["connectorName"] == "Dataset base connection"
    assert "targetSpec" in lake
    assert "authSpec" not in lake
    assert "isSource" not in json.dumps(lake)
    assert by_name["greenplum"]["sourceSpec"]["attributes"]["uiAttributes"]["isBeta"] is True
    assert by_name["data-landing-zone"]["authSpec"] == []
    streaming = by_name["http-api"]["authSpec"][0]["spec"]
    assert streaming["properties"]["dataType"] == {
        **streaming["properties"]["dataType"],
        "enum": ["xdm", "raw"],
        "default": "xdm",
    }
    assert streaming["required"] == ["dataType"]
    links = {document["name"] for document in documents.values() if "documentationLink" in json.dumps(document)}
    assert links == {"azure-file-storage"}


def test_every_example_and_default_is_one_that_the_schema_accepts(documents: dict[str, dict[str, Any]]) -> None:
    for source, name, described in every_property(documents):
        validator = jsonschema_rs.Draft7Validator(described, offline=True)
        given = [*described.get("examples", []), *([described["default"]] if "default" in described else [])]
        for value in given:
            assert validator.is_valid(value), (source, name, value)


def test_every_text_is_there_and_our_own(documents: dict[str, dict[str, Any]], shared: Path) -> None:
    printed = "\n".join(
        path.read_text() for path in [*(shared / "tutorials").glob("*.md"), *(shared / "reference").rglob("*.json")]
    )
    printed = re.sub(r"\s+", " ", printed)
    texts = [described["description"] for _, _, described in every_property(documents)]
    texts += [
        document["sourceSpec"]["attributes"]["uiAttributes"]["description"]["text"]
        for document in documents.values()
        if "sourceSpec" in document
    ]
    for text in texts:
        assert text.strip() == text
        assert text.endswith(".")
        assert len(text) > 12
        assert "`" not in text
        assert text not in printed, text


async def test_every_source_can_be_connected_with_its_own_examples(
    flow: httpx.AsyncClient, documents: dict[str, dict[str, Any]]
) -> None:
    for document in documents.values():
        request: dict[str, Any] = {"name": document["name"], "connectionSpec": {"id": document["id"], "version": "1.0"}}
        for auth in document.get("authSpec") or [None]:
            if auth is not None:
                params = {name: example_of(described) for name, described in auth["spec"]["properties"].items()}
                request["auth"] = {"specName": auth["name"], "params": params}
            response = await flow.post("/connections", json=request)
            assert response.status_code == 201, (document["name"], response.text)


def example_of(described: dict[str, Any]) -> Any:
    kinds: dict[str, Any] = {
        "string": "2030-01-31" if described.get("format") == "date" else "text",
        "integer": 5,
        "boolean": True,
        "object": {},
    }
    first = [*described.get("examples", []), *described.get("enum", [])][:1]
    return described.get("default", first[0] if first else kinds[described["type"]])


@pytest.mark.parametrize(
    ("query", "names"),
    [
        ('property=name=="amazon-s3"', ["amazon-s3"]),
        ("property=name==amazon-s3", ["amazon-s3"]),
        ("property=name==%22amazon-s3%22", ["amazon-s3"]),
        (f'property=id=="{DATA_LAKE}"', ["dataset-base-connection"]),
        (f"property=id=={DATA_LAKE},{SNOWFLAKE}", ["dataset-base-connection", "snowflake"]),
        ("property=providerId==521eee4d-8cbe-4906-bb48-fb6bd4450033", ["amazon-kinesis", "http-api"]),
        ("property=attributes.category==Payments&property=sourceSpec.attributes.uiAttributes.isBeta==true", ["stripe"]),
        ("property=attributes.isSource!=true", ["dataset-base-connection"]),
        ("property=authSpec.name==Project Based Authentication", ["google-pubsub"]),
        ("property=authSpec[].name==Project Based Authentication", ["google-pubsub"]),
        ("property=name==no-such-source", []),
        ("property=name>=teradata-vantage", ["teradata-vantage", "veeva", "zendesk", "zoho"]),
    ],
)
async def test_specs_are_filtered(flow: httpx.AsyncClient, query: str, names: list[str]) -> None:
    response = await flow.get(f"/connectionSpecs?{query}")
    assert [item["name"] for item in response.json()["items"]] == names


async def test_a_projection_is_tolerated(flow: httpx.AsyncClient) -> None:
    response = await flow.get("/connectionSpecs?property=id,name")
    assert len(response.json()["items"]) == 65


@pytest.mark.parametrize(("query", "expected"), [("name~amazon", "FLOW-1440-400"), ("==amazon-s3", "FLOW-1443-400")])
async def test_a_filter_that_cannot_be_read_is_refused(
    flow: httpx.AsyncClient, code: Callable[[httpx.Response], str], query: str, expected: str
) -> None:
    response = await flow.get("/connectionSpecs", params={"property": query})
    assert (response.status_code, code(response)) == (400, expected)


async def test_one_spec_comes_in_the_list_wrapper(flow: httpx.AsyncClient, code: Callable[[httpx.Response], str]) -> None:
    assert [item["name"] for item in (await flow.get(f"/connectionSpecs/{SNOWFLAKE}")).json()["items"]] == ["snowflake"]
    response = await flow.get("/connectionSpecs/no-such-spec")
    assert (response.status_code, code(response)) == (404, "FLOW-1439-404")
    assert response.json()["report"]["request-id"] == response.headers["x-request-id"]


async def test_further_documents_join_the_catalogue_and_replace_what_has_their_id(start: Callable[..., Any]) -> None:
    client = await start(
        check_answers=False, specs=[{"id": "own", "name": "own", "authSpec": None}, {"id": SNOWFLAKE, "name": "replaced"}]
    )
    names = [item["name"] for item in (await client.get("/connectionSpecs")).json()["items"]]
    assert len(names) == 66
    assert {"own", "replaced"} <= set(names)
    assert "snowflake" not in names


@pytest.mark.parametrize("operator", ["=", "!", "===", "<>"])
async def test_an_operator_that_there_is_not_is_refused(flow: httpx.AsyncClient, operator: str) -> None:
    response = await flow.get("/connectionSpecs", params={"property": f"name{operator}amazon-s3"})
    assert response.status_code == 400
    assert response.json()["type"].endswith("/FLOW-1434-400")
