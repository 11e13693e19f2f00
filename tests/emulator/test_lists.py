"""Lists of connections: filters, order and pages."""

from __future__ import annotations

import base64
import json
from collections.abc import Callable
from typing import Any

import httpx
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from aep_tui.emulator.behaviour import SANDBOXES, Switch
from aep_tui.emulator.filters import conditions
from aep_tui.emulator.problems import Refusal
from aep_tui.emulator.queries import Listing, read_order, read_token
from aep_tui.emulator.records import Draft, new_row
from aep_tui.emulator.store import Row, add

LAKE = "c604ff05-7f1a-43c0-8e18-33bf874cb11c"
HTTP_API = "bc7b00d6-623a-4dfc-9fdb-f1240aeadaeb"
BASE = "/data/foundation/flowservice"
Code = Callable[[httpx.Response], str]


@pytest.fixture
async def many(flow: httpx.AsyncClient, clock: Any) -> httpx.AsyncClient:
    """Return a client of an emulator with 45 connections, of which several share a name."""
    world = flow._transport.app.state.world  # type: ignore[attr-defined]
    spec = world.catalogue.get("37b6bf40-d318-4655-90be-5cd6f65d334b")
    for index in range(45):
        draft = Draft(f"c{index % 9:02d}", "", spec, "Basic Authentication", {"connectionString": "HOST=a"})
        await world.store.run(add, new_row(draft, "TEST@AdobeOrg", SANDBOXES[2], "client", world.now_ms(), world.behaviour))
        clock.seconds += 1
    return flow


async def pages(client: httpx.AsyncClient, query: str) -> list[list[dict[str, Any]]]:
    """Follow a list to its end."""
    path, found = f"/connections?{query}", list[list[dict[str, Any]]]()
    for _ in range(200):
        content = (await client.get(path)).json()
        found.append(content["items"])
        following = content["_links"].get("next")
        if following is None:
            return found
        assert following["href"].startswith("/connections?continuationToken=")
        path = following["href"]
    raise AssertionError("the list has no end")


async def test_a_page_holds_20_newest_first_and_names_the_next_one(many: httpx.AsyncClient) -> None:
    found = await pages(many, "")
    assert [len(page) for page in found] == [20, 20, 5]
    times = [item["createdAt"] for page in found for item in page]
    assert times == sorted(times, reverse=True)
    assert len(set(times)) == 45


async def test_a_token_ends_in_an_equals_sign_and_works_without_it_too(many: httpx.AsyncClient) -> None:
    href = (await many.get("/connections?limit=7")).json()["_links"]["next"]["href"]
    token = href.partition("continuationToken=")[2]
    assert token.endswith("=")
    whole = (await many.get(href)).json()
    cut = (await many.get("/connections", params={"continuationToken": token.rstrip("=")})).json()
    encoded = (await many.get("/connections", params={"continuationToken": token})).json()
    assert whole == cut == encoded
    assert len(whole["items"]) == 7


@pytest.mark.parametrize("limit", [1, 7, 44, 45, 100])
@pytest.mark.parametrize("orderby", ["", "name", "+name", "-name", "name,-createdAt", "-name,createdAt", "id", "-updatedAt"])
async def test_pages_hold_every_connection_once_in_order(many: httpx.AsyncClient, limit: int, orderby: str) -> None:
    found = await pages(many, f"limit={limit}&orderby={orderby}")
    assert all(len(page) == limit for page in found[:-1])
    items = [item for page in found for item in page]
    assert len({item["id"] for item in items}) == len(items) == 45
    expected = list(items)
    for part in reversed(orderby.split(",") if orderby else ["-createdAt"]):
        expected.sort(key=lambda item, part=part: item[part.lstrip("+-")], reverse=part.startswith("-"))
    assert [item["id"] for item in items] == [item["id"] for item in expected]


async def test_a_connection_made_in_between_is_met_by_nobody_twice(many: httpx.AsyncClient, make: Any) -> None:
    first = (await many.get("/connections?limit=20")).json()
    await make(many, "late")
    second = (await many.get(first["_links"]["next"]["href"])).json()
    ids = [item["id"] for item in [*first["items"], *second["items"]]]
    assert len(set(ids)) == 40


@pytest.mark.parametrize(
    ("query", "count"),
    [
        ("property=name==c03", 5),
        ('property=name=="c03"', 5),
        ("property=name==c03,c04", 10),
        ('property=name=="c03","c04"', 10),
        ("property=name!=c03", 40),
        ("property=name!=c03,c04", 35),
        ("property=name<c03", 15),
        ("property=name<=c03", 20),
        ("property=name>c03", 25),
        ("property=name>=c03", 30),
        ("property=name>=c03&property=name<=c04", 10),
        ("property=state==enabled", 45),
        ("property=state==initializing", 0),
        ("property=connectionSpec.id==37b6bf40-d318-4655-90be-5cd6f65d334b", 45),
        ("property=createdAt>=1770000040000", 5),
        ("property=createdAt>=1770000040000&property=name==c04", 1),
        ("property=description==", 45),
        ("property=name,id", 45),
        ("property=id, connectionSpec.id,auth.params[].a", 45),
        ('property=name=="=c03"', 0),
        ('property=name=="c03",">x"', 5),
        ("property=", 45),
    ],
)
async def test_filters(many: httpx.AsyncClient, query: str, count: int) -> None:
    assert sum(map(len, await pages(many, f"{query}&limit=10"))) == count
    assert (await many.get(f"/connections?{query}&count=true")).json() == {"count": count}


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("limit=5&count=true", "FLOW-1401-400"),
        ("limit=0", "FLOW-1443-400"),
        ("limit=101", "FLOW-1443-400"),
        ("limit=many", "FLOW-1443-400"),
        ("limit=-1", "FLOW-1443-400"),
        ("orderby=size", "FLOW-1432-400"),
        ("property=size==1", "FLOW-1448-400"),
        ("property=name~c", "FLOW-1440-400"),
        ("property=name=~c", "FLOW-1440-400"),
        ("property=name=c01", "FLOW-1434-400"),
        ("property=name!c01", "FLOW-1434-400"),
        ("property=name===c01", "FLOW-1434-400"),
        ("property=name<>c01", "FLOW-1434-400"),
        ("property=name!>c01", "FLOW-1434-400"),
        ("property=name=", "FLOW-1434-400"),
        ('property="name"=="c01"', "FLOW-1443-400"),
        ("property=name c01", "FLOW-1443-400"),
        ("property===c01", "FLOW-1443-400"),
        ("property=createdAt>=yesterday", "FLOW-1449-400"),
        ("property=createdAt==nan", "FLOW-1449-400"),
        ("continuationToken=nonsense", "FLOW-1443-400"),
        ("continuationToken=W10=", "FLOW-1443-400"),
        ("&".join(["property=name==a"] * 60), "FLOW-1448-400"),
        ("property=name==" + ",".join(["a"] * 600), "FLOW-1448-400"),
    ],
)
async def test_what_cannot_be_listed_is_refused(flow: httpx.AsyncClient, code: Code, query: str, expected: str) -> None:
    response = await flow.get(f"/connections?{query}")
    assert (response.status_code, code(response)) == (400, expected)


@pytest.mark.parametrize(
    "query", ["limit=3&count=false", "limit=3&count=False", "limit=3&count=", "limit=3&property=&orderby=&continuationToken="]
)
async def test_parameters_that_say_nothing_are_no_parameters(many: httpx.AsyncClient, query: str) -> None:
    assert len((await many.get(f"/connections?{query}")).json()["items"]) == 3


async def test_a_limit_may_be_clamped_by_a_switch(start: Callable[..., Any]) -> None:
    client = await start(Switch.CLAMP_LIMIT)
    assert (await client.get("/connections?limit=5000")).status_code == 200


async def test_the_state_that_is_filtered_by_is_the_one_of_the_moment(flow: httpx.AsyncClient, make: Any, clock: Any) -> None:
    await make(flow, "stream", spec_id=HTTP_API)
    assert (await flow.get("/connections?property=state==initializing&count=true")).json() == {"count": 1}
    clock.seconds += 2
    assert (await flow.get("/connections?property=state==enabled&count=true")).json() == {"count": 1}


async def test_search_takes_what_the_query_string_takes(many: httpx.AsyncClient) -> None:
    body: dict[str, Any] = {"queryString": "property=name>=c03&property=name<=c04", "limit": 4, "orderby": "-name"}
    first = (await many.post("/connections/search", json=body)).json()
    assert [item["name"] for item in first["items"]] == ["c04"] * 4
    href = first["_links"]["next"]["href"]
    assert href.startswith("/connections/search?continuationToken=")
    second = (await many.post(href, json=body)).json()
    assert [item["name"] for item in second["items"]] == ["c04", "c03", "c03", "c03"]
    assert (await many.post("/connections/search", json={"queryString": "name==c03", "count": True})).json() == {"count": 5}
    assert len((await many.post("/connections/search", json={"limit": 1000})).json()["items"]) == 45
    assert len((await many.post("/connections/search", json={})).json()["items"]) == 20


@pytest.mark.parametrize(
    ("query", "names"),
    [
        ('name=="a&b"', ["a&b"]),
        ('property=name=="a&b"', ["a&b"]),
        ('name=="a&b","c01"', ["c01", "a&b"]),
        ('name=="c01&zz"', []),
        ("property=name%3D%3Dc01", ["c01"]),
        ("name%3D%3Dc01", ["c01"]),
        ("property=name%3D%3D%22a%26b%22", ["a&b"]),
        ("?property=name>=c01&orderby=-name", ["c02", "c01"]),
        ("property=name>=c01&orderby=+name&limit=1", ["c01"]),
        ("LIMIT=1&OrderBy=name", ["a&b"]),
        ('name=="unclosed&limit=1', []),
        ("", ["c02", "c01", "a&b"]),
        ("&&", ["c02", "c01", "a&b"]),
        ("property=name==c01&property=name==c02", []),
    ],
)
async def test_a_query_string_in_a_body_means_what_it_means_in_a_url(
    flow: httpx.AsyncClient, make: Any, clock: Any, query: str, names: list[str]
) -> None:
    for name in ("a&b", "c01", "c02"):
        await make(flow, name)
        clock.seconds += 1
    found = (await flow.post("/connections/search", json={"queryString": query})).json()["items"]
    assert [item["name"] for item in found] == names


async def test_what_stands_beside_a_query_string_counts_more(many: httpx.AsyncClient) -> None:
    body = {"queryString": "limit=3&orderby=name", "limit": 2, "orderby": "-name"}
    found = (await many.post("/connections/search", json=body)).json()
    assert [item["name"] for item in found["items"]] == ["c08", "c08"]
    token = found["_links"]["next"]["href"].partition("continuationToken=")[2]
    following = await many.post("/connections/search", json={"queryString": f"continuationToken={token}"})
    assert [item["name"] for item in following.json()["items"]] == ["c08", "c08"]
    assert (await many.post("/connections/search", json={"queryString": "count=true&name==c03"})).json() == {"count": 5}


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ({"limit": 1001}, "FLOW-1443-400"),
        ({"limit": True}, "BadRequestError"),
        ({"limit": "5"}, "BadRequestError"),
        ({"queryString": 5}, "BadRequestError"),
        ({"orderby": []}, "BadRequestError"),
        ({"limit": 5, "count": True}, "FLOW-1401-400"),
        ({"count": "true"}, "BadRequestError"),
        ({"queryString": "name=c01"}, "FLOW-1434-400"),
        ({"queryString": "colour=red"}, "FLOW-1434-400"),
        ({"queryString": "property=name=c01"}, "FLOW-1434-400"),
        ({"queryString": "orderby=size"}, "FLOW-1432-400"),
        ({"queryString": "limit=1001"}, "FLOW-1443-400"),
        ({"queryString": "limit=x"}, "FLOW-1443-400"),
        ({"queryString": "limit=5&count=true"}, "FLOW-1401-400"),
        ({"queryString": "continuationToken=x"}, "FLOW-1443-400"),
    ],
)
async def test_a_search_that_cannot_be_read_is_refused(
    flow: httpx.AsyncClient, code: Code, body: dict[str, Any], expected: str
) -> None:
    response = await flow.post("/connections/search", json=body)
    assert (response.status_code, code(response)) == (400, expected)


ROW = Row(7, "id", "org", "dev", "na,me\"'=", "", "spec", "enabled", 0, 5, 6, '"e"', None, 1, "{}", "[]")


@given(st.lists(st.text(max_size=20), max_size=4), st.sampled_from(["", "name", "-name,id", "updatedAt"]), st.integers(1, 1000))
def test_a_token_gives_back_what_went_into_it(expressions: list[str], orderby: str, limit: int) -> None:
    listing = Listing(tuple(expressions), orderby, limit)
    token = listing.next_token(ROW)
    assert token.endswith("=")
    if status_of(lambda one: one.where("", "", 0), listing) != 200:
        assert status_of(read_token, token) == 400
        return
    read = read_token(token)
    assert (read.expressions, read.orderby, read.limit) == (tuple(expressions), orderby, limit)
    assert read.after == tuple(getattr(ROW, column) for column, _ in read_order(orderby).all_keys())


def status_of(work: Callable[[Any], object], argument: object) -> int:
    """Return the status of the refusal that some work ends in, or 200."""
    try:
        work(argument)
    except Refusal as refusal:
        return refusal.status
    return 200


@given(st.one_of(st.text(max_size=60), st.binary(max_size=60).map(lambda raw: base64.urlsafe_b64encode(raw).decode())))
def test_a_token_of_somebody_else_is_refused_and_nothing_worse(token: str) -> None:
    assert status_of(read_token, token) == 400


ANY_JSON = st.recursive(
    st.one_of(
        st.none(),
        st.booleans(),
        st.integers(),
        st.sampled_from([10**30, -(2**63), 2**63 - 1, 2**63, 1e400]),
        st.floats(),
        st.text(st.characters(), max_size=5),
        st.sampled_from(["", "name", "-id", "name==a", "name~a", "\ud800"]),
    ),
    lambda inner: st.lists(inner, max_size=4),
    max_leaves=8,
)
AFTER = st.lists(
    st.one_of(st.integers(), st.sampled_from([10**30, 2**63 - 1, 7]), st.text(st.characters(), max_size=3)), max_size=3
)
CONTENTS = st.one_of(
    ANY_JSON,
    st.tuples(
        st.lists(st.one_of(ANY_JSON, st.text(st.characters(), max_size=9)), max_size=2),
        st.one_of(st.sampled_from(["", "name", "-createdAt,id", "x"]), ANY_JSON),
        st.one_of(st.integers(-1, 1001), ANY_JSON),
        st.one_of(AFTER, ANY_JSON),
    ),
)


def token_of(content: object) -> str:
    return base64.urlsafe_b64encode(json.dumps(content).encode()).decode()


@settings(max_examples=300, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(CONTENTS)
async def test_a_token_that_can_be_decoded_is_answered_whatever_it_says(flow: httpx.AsyncClient, content: Any) -> None:
    response = await flow.get("/connections", params={"continuationToken": token_of(content)})
    assert response.status_code in (200, 400), response.text


@pytest.mark.parametrize(
    "content",
    [
        [[], "", float("inf"), [5]],
        [[], "", float("nan"), [5]],
        [[], "", 20, [10**30]],
        [[], "", 20, [2**63]],
        [["name==\ud800"], "", 20, [5]],
        [[], "name", 20, ["\ud800", 5]],
        [[], "", 20.5, [5]],
        [[], "", True, [5]],
        [[], "", 20, [True]],
        [[], "", 20, [None]],
        ["ab", "", 20, [5]],
        [[5], "", 20, [5]],
        [[], "x", 20, [5]],
        [[], None, 20, [5]],
        {"a": 1, "b": 2, "c": 3, "d": 4},
        [["name~a"], "", 20, [5]],
        [["size==1"], "", 20, [5]],
    ],
    ids=range(17),
)
async def test_a_token_that_says_what_none_says_is_refused(flow: httpx.AsyncClient, code: Code, content: Any) -> None:
    response = await flow.get("/connections", params={"continuationToken": token_of(content)})
    assert (response.status_code, code(response)) == (400, "FLOW-1443-400")


@given(st.text(max_size=80))
def test_any_filter_is_read_or_refused(text: str) -> None:
    assert status_of(conditions, [text]) in (200, 400)


@given(st.text(alphabet=st.characters(exclude_characters='"', exclude_categories=["Cs"]), max_size=30))
def test_a_quoted_value_keeps_its_commas_and_operators(value: str) -> None:
    assert [condition.values for condition in conditions([f'name=="{value}"'])] == [(value.strip(),)]
