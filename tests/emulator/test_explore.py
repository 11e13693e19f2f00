"""Looking into a source, and the sandboxes."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import httpx
import pytest

from aep_tui.emulator.behaviour import Switch

SFTP = "b7bf2577-4520-42c9-bae9-cad01560f7bc"
ZENDESK = "0a27232b-2c6e-4396-b8c6-c9fc24e37ba4"
KINESIS = "86043421-563b-46ec-8e6c-e23184711bf6"
LANDING_ZONE = "26f526f2-58f4-4712-961d-e41bf1ccc0e8"
AUTH = {
    SFTP: {"specName": "Basic Authentication for sftp", "params": {"host": "h", "userName": "u", "password": "p"}},
    ZENDESK: {"specName": "OAuth2 Refresh Code", "params": {"subdomain": "https://a.zendesk.com", "accessToken": "t"}},
    KINESIS: {
        "specName": "Aws Kinesis authentication credentials",
        "params": {"accessKeyId": "a", "secretKey": "s", "region": "r"},
    },
}
Code = Callable[[httpx.Response], str]


@pytest.fixture
def explore(flow: httpx.AsyncClient, make: Any) -> Callable[..., Any]:
    """Return a function that makes a connection of a spec and explores it."""

    async def ask(spec_id: str, query: str) -> httpx.Response:
        made = await make(flow, "x", spec_id=spec_id, **({"auth": AUTH[spec_id]} if spec_id in AUTH else {}))
        return await flow.get(f"/connections/{made['id']}/explore?{query}")

    return ask


async def test_a_source_can_be_reached_unless_its_host_says_otherwise(flow: httpx.AsyncClient, make: Any, code: Code) -> None:
    reached = await make(flow)
    auth = {"specName": "Basic Authentication", "params": {"connectionString": "HOST=Unreachable.example.com"}}
    lost = await make(flow, auth=auth)
    for made, result in ((reached, True), (lost, False)):
        response = await flow.get(f"/connections/{made['id']}/test/")
        assert (response.status_code, response.json()) == (200, {"result": result})
    refused = await flow.get(f"/connections/{lost['id']}/explore?objectType=root")
    assert (refused.status_code, code(refused)) == (400, "FLOW-1100-400")


@pytest.mark.parametrize("object_type", ["root", "ROOT", "Root"])
async def test_the_root_of_a_file_source(explore: Callable[..., Any], object_type: str) -> None:
    entries = (await explore(SFTP, f"objectType={object_type}")).json()
    assert entries[0] == {
        "type": "folder",
        "name": "customers",
        "path": "/customers/",
        "canPreview": False,
        "canFetchSchema": False,
    }
    assert entries[-1] == {
        "type": "file",
        "name": "readme.csv",
        "path": "/readme.csv",
        "canPreview": True,
        "canFetchSchema": True,
    }


async def test_every_folder_leads_to_files_that_can_be_looked_into(flow: httpx.AsyncClient, make: Any) -> None:
    made = await make(flow, "x", spec_id=SFTP, auth=AUTH[SFTP])
    base, waiting, files = f"/connections/{made['id']}/explore", [""], 0
    while waiting:
        folder = waiting.pop()
        query = {"objectType": "folder", "object": folder} if folder else {"objectType": "root"}
        for entry in (await flow.get(base, params=query)).json():
            if entry["type"] == "folder":
                waiting.append(entry["path"])
                continue
            files += 1
            query = {"objectType": "file", "object": entry["path"], "fileType": "delimited", "preview": "true"}
            content = (await flow.get(base, params=query)).json()
            assert content["format"] == "flat"
            columns = [column["name"] for column in content["schema"]["columns"]]
            assert all(list(row) == columns for row in content["data"])
    assert files == 5


async def test_the_tables_of_a_database(explore: Callable[..., Any]) -> None:
    greenplum = "37b6bf40-d318-4655-90be-5cd6f65d334b"
    tables = (await explore(greenplum, "objectType=root")).json()
    assert {
        "type": "table",
        "name": "customers",
        "path": "public.customers",
        "canPreview": True,
        "canFetchSchema": True,
    } in tables
    content = (await explore(greenplum, "objectType=table&object=public.customers")).json()
    assert list(content) == ["format", "schema"]


@pytest.mark.parametrize(
    ("spec_id", "query", "expected"),
    [
        (KINESIS, "objectType=root", "1336-400"),
        (SFTP, "", "1337-400"),
        (SFTP, "objectType=table&object=x", "1358-400"),
        (SFTP, "objectType=file", "1359-400"),
        (SFTP, "objectType=file&object=/no/such.csv", "FLOW-1100-400"),
        (SFTP, "objectType=folder&object=/no-such", "FLOW-1100-400"),
        (SFTP, "objectType=folder&object=../../etc", "FLOW-1100-400"),
        (ZENDESK, "objectType=root", "1358-400"),
    ],
)
async def test_what_cannot_be_explored_is_refused(
    explore: Callable[..., Any], code: Code, spec_id: str, query: str, expected: str
) -> None:
    response = await explore(spec_id, query)
    assert (response.status_code, code(response)) == (400, expected)


async def test_a_rest_source_shows_its_resource(explore: Callable[..., Any]) -> None:
    content = (await explore(ZENDESK, "objectType=rest&preview=true&object=json")).json()
    assert content["schema"]["columns"][0] == {
        "name": "id",
        "type": "Integer",
        "meta:xdmType": "integer",
        "xdm": {"type": "integer"},
    }


async def test_the_landing_zone_is_explored_by_its_spec(flow: httpx.AsyncClient, code: Code) -> None:
    assert len((await flow.get(f"/connectionSpecs/{LANDING_ZONE}/explore?objectType=root")).json()) == 3
    for spec_id, expected in ((SFTP, "1372-400"), ("nobody", "FLOW-1413-400")):
        response = await flow.get(f"/connectionSpecs/{spec_id}/explore?objectType=root")
        assert (response.status_code, code(response)) == (400, expected)


async def test_the_columns_that_a_connection_can_be_set_up_with(flow: httpx.AsyncClient, make: Any, code: Code) -> None:
    made = await make(flow)
    items = (await flow.get(f"/connections/{made['id']}/configs")).json()["items"]
    assert items[0] == {"columnName": "id", "columnType": "integer"}
    none = await make(flow, "x", spec_id=KINESIS, auth=AUTH[KINESIS])
    response = await flow.get(f"/connections/{none['id']}/configs")
    assert (response.status_code, code(response)) == (400, "1336-400")


async def test_older_pages_have_a_bare_list_of_columns(start: Callable[..., Any], make: Any) -> None:
    client = await start(Switch.OLD_FILE_SCHEMA)
    made = await make(client)
    columns = (await client.get(f"/connections/{made['id']}/explore?objectType=table&object=public.orders")).json()
    assert columns[0] == {"name": "id", "type": "Integer"}


ORIGIN = "http://emulator.test/data/foundation/sandbox-management"


@pytest.mark.parametrize("path", ["", "/", "/sandboxes", "/sandboxes/"])
async def test_there_are_three_sandboxes_and_one_is_production(flow: httpx.AsyncClient, path: str) -> None:
    del flow.headers["x-sandbox-name"]
    content = (await flow.get(ORIGIN + path)).json()
    assert [(sandbox["name"], sandbox["type"]) for sandbox in content["sandboxes"]] == [
        ("prod", "production"),
        ("stage", "development"),
        ("dev", "development"),
    ]
    assert [sandbox["isDefault"] for sandbox in content["sandboxes"]] == [True, False, False]
    assert content["_page"] == {"limit": 200, "count": 3}
    assert content["_links"]["page"]["templated"] is True
    assert "next" not in content["_links"]
    assert all(("id" in sandbox) is path.startswith("/sandboxes") for sandbox in content["sandboxes"])


async def test_sandboxes_come_in_pages_too(flow: httpx.AsyncClient) -> None:
    url, names = f"{ORIGIN}/?limit=2", list[str]()
    for _ in range(5):
        content = (await flow.get(url)).json()
        names += [sandbox["name"] for sandbox in content["sandboxes"]]
        if "next" not in content["_links"]:
            break
        url = content["_links"]["next"]["href"]
    assert names == ["prod", "stage", "dev"]
    assert (await flow.get(f"{ORIGIN}/?limit=few")).status_code == 400


async def test_one_sandbox(flow: httpx.AsyncClient) -> None:
    found = (await flow.get(f"{ORIGIN}/sandboxes/prod")).json()
    assert (found["title"], found["state"], found["region"]) == ("Production", "active", "VA7")
    assert (await flow.get(f"{ORIGIN}/sandboxes/nobody")).status_code == 404


async def test_the_sandboxes_need_a_token_too(flow: httpx.AsyncClient, code: Code) -> None:
    response = await flow.get(ORIGIN + "/", headers={"authorization": ""})
    assert (response.status_code, code(response)) == (403, "403010")


async def test_a_spec_that_needs_no_connection_has_configs_in_pages(flow: httpx.AsyncClient, code: Code) -> None:
    path = f"/connectionSpecs/{LANDING_ZONE}/configs"
    whole = (await flow.get(path)).json()
    assert whole["items"][0] == {"columnName": "id", "columnType": "integer"}
    assert whole["pageInfo"] == {"hasNext": False}
    first, second = [(await flow.get(f"{path}?start={start}&limit=3")).json() for start in (0, 3)]
    assert first["items"] + second["items"] == whole["items"]
    assert (first["pageInfo"], second["pageInfo"]) == ({"hasNext": True}, {"hasNext": False})
    for query in ("limit=0", "limit=101", "limit=x", "start=-1"):
        assert (await flow.get(f"{path}?{query}")).status_code == 400
    for spec_id, expected in ((SFTP, "1372-400"), ("nobody", "FLOW-1413-400")):
        refused = await flow.get(f"/connectionSpecs/{spec_id}/configs")
        assert (refused.status_code, code(refused)) == (400, expected)
