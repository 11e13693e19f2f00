"""The connections of a name and a source: all pages, filtered here as well, links followed only where they may lead."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import httpx
import pytest

from aep_tui.emulator.app import create_app
from aep_tui.emulator.behaviour import Behaviour
from aep_tui.flow_service.account import Account
from aep_tui.flow_service.client import FlowServiceClient
from aep_tui.flow_service.outcome import ServiceError

SPEC = "26f526f2-58f4-4712-961d-e41bf1ccc0e8"
BASE = "/data/foundation/flowservice"


def item(number: int, name: str = "mine", spec: str = SPEC, **more: Any) -> dict[str, Any]:
    return {"id": f"c{number}", "name": name, "connectionSpec": {"id": spec, "version": "1.0"}, **more}


class Pages:
    """Answers with one page after the other."""

    def __init__(self, *pages: Any) -> None:
        self.pages = list(pages)
        self.asked: list[httpx.URL] = []

    def __call__(self, request: httpx.Request) -> httpx.Response:
        self.asked.append(request.url)
        return httpx.Response(200, json=self.pages[min(len(self.asked), len(self.pages)) - 1])


@pytest.fixture
def client_for(account_at: Callable[[str], Account]) -> Callable[[Any], FlowServiceClient]:
    def make(transport: Any) -> FlowServiceClient:
        used = transport if isinstance(transport, httpx.AsyncBaseTransport) else httpx.MockTransport(transport)
        return FlowServiceClient(account_at("https://platform.adobe.io"), transport=used)

    return make


async def test_it_asks_for_the_name_and_the_source_and_reads_what_settling_needs(client_for: Any) -> None:
    pages = Pages({"items": [item(1, state="enabled", etag='"e"', createdAt=7, createdClient="me", createdBy="me@x")]})
    async with client_for(pages) as client:
        (found,) = await client.connections("my shop", "nothing") or await client.connections(" mine ", SPEC)
    assert [url.params.get_list("property") for url in pages.asked] == [
        ['name=="my shop"', "connectionSpec.id==nothing"],
        ['name=="mine"', f"connectionSpec.id=={SPEC}"],
    ]
    assert {url.params["limit"] for url in pages.asked} == {"100"}
    assert (found.id, found.state, found.etag, found.created_at) == ("c1", "enabled", '"e"', 7)
    assert (found.created_client, found.created_by) == ("me", "me@x")
    assert "me" not in repr(found).replace("name", "").replace("params", "")


async def test_without_a_name_all_of_the_source_are_returned(client_for: Any) -> None:
    pages = Pages({"items": [item(1), item(2, "other"), item(3, spec="another")]})
    async with client_for(pages) as client:
        assert [found.id for found in await client.connections(spec_id=SPEC)] == ["c1", "c2"]
        assert [found.id for found in await client.connections()] == ["c1", "c2", "c3"]
    assert pages.asked[0].params.get_list("property") == [f"connectionSpec.id=={SPEC}"]
    assert pages.asked[1].params.get_list("property") == []


@pytest.mark.parametrize("name", ['a "b"', "a,b", "a&property=x", "100%", "a==b", "x' or", "a\\b"])
async def test_a_name_that_could_be_read_in_two_ways_is_compared_here_alone(client_for: Any, name: str) -> None:
    pages = Pages({"items": [item(1), item(2, name)]})
    async with client_for(pages) as client:
        assert [found.id for found in await client.connections(name, SPEC)] == ["c2"]
    assert pages.asked[0].params.get_list("property") == [f"connectionSpec.id=={SPEC}"]


async def test_what_the_service_returns_too_much_of_is_left_out(client_for: Any) -> None:
    pages = Pages({"items": [item(1, "MINE"), item(2, spec="other"), None, {"id": 7}, {"name": "mine"}, "text", item(3)]})
    async with client_for(pages) as client:
        assert [found.id for found in await client.connections("mine", SPEC)] == ["c3"]


async def test_every_page_is_read_and_one_met_twice_counts_once(client_for: Any) -> None:
    links = [f"/connections?continuationToken=t{number}==" for number in (1, 2)]
    pages = Pages(
        {"items": [item(1), item(2)], "_links": {"next": {"href": links[0]}}},
        {"items": [item(2), item(3)], "_links": {"next": {"href": f"https://platform.adobe.io{BASE}{links[1]}"}}},
        {"items": [item(4)], "_links": {}},
    )
    async with client_for(pages) as client:
        assert [found.id for found in await client.connections("mine", SPEC)] == ["c1", "c2", "c3", "c4"]
    assert [url.params.get("continuationToken") for url in pages.asked] == [None, "t1==", "t2=="]
    assert {url.path for url in pages.asked} == {f"{BASE}/connections"}


@pytest.mark.parametrize("href", ["https://evil.example.org/connections?x", "/connectionSpecs?x", "//evil.example.org/x"])
async def test_a_link_to_anywhere_else_is_not_followed(client_for: Any, href: str) -> None:
    pages = Pages({"items": [], "_links": {"next": {"href": href}}})
    async with client_for(pages) as client:
        with pytest.raises(ServiceError, match="next page"):
            await client.connections("mine", SPEC)
    assert len(pages.asked) == 1


async def test_a_list_that_leads_in_a_circle_ends(client_for: Any) -> None:
    pages = Pages({"items": [item(1)], "_links": {"next": {"href": "/connections?continuationToken=same"}}})
    async with client_for(pages) as client:
        with pytest.raises(ServiceError, match="connections does not end"):
            await client.connections("mine", SPEC)


@pytest.mark.parametrize("answer", [{"items": {}}, {"count": 3}, "text", {}])
async def test_something_else_than_a_list_is_an_error_and_never_an_empty_list(client_for: Any, answer: Any) -> None:
    async with client_for(Pages(answer)) as client:
        with pytest.raises(ServiceError):
            await client.connections("mine", SPEC)


@pytest.mark.parametrize("name", ["mine", "my shop, the 2nd", 'the "new" one', "Ünïcode 日本", "a==b", "50% & more"])
async def test_the_emulator_is_asked_in_its_own_words(client_for: Any, name: str) -> None:
    transport = httpx.ASGITransport(create_app(behaviour=Behaviour()))
    async with client_for(transport) as client:
        made = set()
        for given in (name, f"{name} 2", name):
            body = {"name": given, "connectionSpec": {"id": SPEC, "version": "1.0"}}
            created = await client.create_connection(body)
            made |= {created.id} if given == name else set()
        found = await client.connections(name, SPEC)
    assert {one.id for one in found} == made
    assert {one.created_client for one in found} == {"canary-client-id"}


async def test_more_than_one_page_of_the_emulator(client_for: Any) -> None:
    transport = httpx.ASGITransport(create_app())
    async with client_for(transport) as client:
        made = [
            (await client.create_connection({"name": "mine", "connectionSpec": {"id": SPEC, "version": "1.0"}})).id
            for _ in range(103)
        ]
        assert sorted(one.id for one in await client.connections("mine", SPEC)) == sorted(made)
