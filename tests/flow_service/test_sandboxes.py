"""The sandboxes an account may see, over a real socket."""

from __future__ import annotations

import json

import httpx
import pytest
from sign_in_service import account_of

from aep_tui.emulator.app import create_app
from aep_tui.emulator.behaviour import Behaviour, Sandbox
from aep_tui.errors import ExitCode
from aep_tui.flow_service.client import FlowServiceClient
from aep_tui.flow_service.outcome import ServiceError
from aep_tui.flow_service.sandboxes import SandboxInfo

PATH = "/data/foundation/sandbox-management/"
PROD = {
    "name": "prod",
    "title": "Production",
    "state": "active",
    "type": "production",
    "region": "VA7",
    "isDefault": True,
    "eTag": 2,
    "createdDate": "2019-09-04 04:57:24",
}


def pages(documents: dict[str, object]):
    def act(peer) -> None:
        while True:
            body = json.dumps(documents[peer.read().target]).encode()
            peer.send(b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n%s" % (len(body), body))

    return act


def listing(*names: str, **more: object) -> dict[str, object]:
    return {"sandboxes": [{"name": name} for name in names], **more}


async def names(client) -> list[str]:
    return [sandbox.name for sandbox in await client.sandboxes()]


async def test_the_call_is_the_documented_one(service, respond, client_of):
    document = {
        "sandboxes": [PROD, {"name": "dev", "title": " ", "state": "resetting", "type": "DEVELOPMENT"}],
        "_page": {"limit": 200, "count": 2},
        "_links": {"page": {"href": f"{service.origin}{PATH}?limit={{limit}}&offset={{offset}}", "templated": True}},
    }
    service.does(respond(200, json.dumps(document)))
    prod, dev = await client_of(service).sandboxes()
    assert prod == SandboxInfo("prod", "Production", "production", "VA7", "active", is_default=True)
    assert dev == SandboxInfo("dev", "dev", "development", "", "resetting")
    assert (prod.is_usable, dev.is_usable) == (True, False)
    (request,) = service.requests
    assert (request.method, request.target) == ("GET", PATH)
    assert request.headers["accept"] == "application/json"
    assert request.headers["x-gw-ims-org-id"] == "ACME@AdobeOrg"
    assert request.headers["authorization"].startswith("Bearer ")
    assert "x-sandbox-name" not in request.headers


@pytest.mark.parametrize("form", ["{origin}{path}?limit=2&offset=2", "{path}?offset=2&limit=2", "?x=1"])
async def test_a_next_page_is_followed(service, client_of, form):
    href = form.format(origin=service.origin, path=PATH) if form != "?x=1" else f"{PATH.rstrip('/')}?limit=2&offset=2&x=1"
    second = listing("c", "a")
    service.does(
        pages(
            {
                PATH: listing("a", "b", _links={"next": {"href": href}}),
                f"{PATH}?limit=2&offset=2": second,
                f"{PATH}?offset=2&limit=2": second,
            }
        )
    )
    assert await names(client_of(service)) == ["a", "b", "c"]


async def test_a_full_page_has_another_behind_it(service, client_of):
    service.does(
        pages(
            {
                PATH: listing("a", "b", _page={"limit": 2, "count": 2}),
                f"{PATH}?limit=2&offset=2": listing("c", "d", _page={"limit": 2, "count": 2}),
                f"{PATH}?limit=2&offset=4": listing(_page={"limit": 2, "count": 0}),
            }
        )
    )
    assert await names(client_of(service)) == ["a", "b", "c", "d"]


async def test_a_service_that_answers_its_first_page_again(service, respond, client_of):
    service.does(respond(200, json.dumps(listing("a", "b", _page={"limit": 2, "count": 2}))))
    assert await names(client_of(service)) == ["a", "b"]
    assert len(service.requests) == 2


@pytest.mark.parametrize(
    "href",
    [
        "https://evil.example/data/foundation/sandbox-management/?offset=2",
        "//evil.example/data/foundation/sandbox-management/?offset=2",
        "/data/foundation/flowservice/connections?offset=2",
        "http://[::1",
        "http://127.0.0.1:1/data/foundation/sandbox-management/?offset=2",
        "?" + "&".join("a=1" for _ in range(50)),
    ],
)
async def test_a_next_page_elsewhere_is_not_asked_for(service, respond, client_of, href):
    service.does(respond(200, json.dumps(listing("a", _links={"next": {"href": href}}))))
    with pytest.raises(ServiceError) as caught:
        await client_of(service).sandboxes()
    assert caught.value.remedy
    assert len(service.requests) == 1


async def test_pages_without_end(service, client_of):
    def act(peer) -> None:
        number = 0
        while True:
            peer.read()
            number += 1
            body = json.dumps(listing(f"s{number}", _links={"next": {"href": f"{PATH}?offset={number}"}})).encode()
            peer.send(b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n%s" % (len(body), body))

    service.does(act)
    assert len(await client_of(service).sandboxes()) == 200


@pytest.mark.parametrize(
    ("members", "found"),
    [
        ([None, 7, "x", [], {}, {"name": 7}, {"name": " "}], []),
        ([{"name": " a ", "title": None, "type": 3, "state": [], "isDefault": "true"}], ["a"]),
        ([{"name": "a"}, {"name": "a"}], ["a"]),
    ],
)
async def test_members_of_other_kinds(service, respond, client_of, members, found):
    service.does(respond(200, json.dumps({"sandboxes": members, "_links": [], "_page": {"limit": True}})))
    assert await names(client_of(service)) == found


@pytest.mark.parametrize("body", ["[]", "{}", '{"sandboxes": {}}', "null", "<html></html>", ""])
async def test_what_is_no_list_is_said(service, respond, client_of, body):
    service.does(respond(200, body))
    with pytest.raises(ServiceError) as caught:
        await client_of(service).sandboxes()
    assert caught.value.remedy


async def test_without_permission(service, respond, client_of):
    service.does(respond(403, ""))
    with pytest.raises(ServiceError) as caught:
        await client_of(service).sandboxes()
    assert caught.value.exit_code is ExitCode.NOT_PERMITTED
    assert caught.value.problem.call == f"GET {PATH}"


async def test_with_the_emulator():
    many = tuple(Sandbox(f"s{number}", f"S {number}", "development") for number in range(450))
    app = create_app(behaviour=Behaviour(sandboxes=many))
    async with FlowServiceClient(account_of("http://127.0.0.1"), transport=httpx.ASGITransport(app)) as client:
        found = await client.sandboxes()
    assert [sandbox.name for sandbox in found] == [sandbox.name for sandbox in many]
    assert (found[0].type, found[0].region, found[0].state) == ("development", "VA7", "active")
    app.state.world.store.close()
