"""The calls that list connections, page by page."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, NamedTuple
from urllib.parse import unquote

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route

from aep_tui.emulator.behaviour import Switch
from aep_tui.emulator.calls import World, answer, caller_of, inlet_origin, raw_answer, read_object
from aep_tui.emulator.connections import PATH
from aep_tui.emulator.problems import Refusal, bad_request, flow
from aep_tui.emulator.queries import DEFAULT_LIMIT, MOST_SEARCHED, Listing, read_limit, read_order, read_token
from aep_tui.emulator.records import kept_sql, rendered, with_origin
from aep_tui.emulator.store import count, page


class ConnectionLists:
    """``GET /connections`` and ``POST /connections/search``."""

    def __init__(self, world: World) -> None:
        """Take what the calls work on."""
        self._world = world

    def routes(self) -> list[BaseRoute]:
        """Return the routes of these calls."""
        return [Route(PATH, self.list, methods=["GET"]), Route(f"{PATH}/search", self.search, methods=["POST"])]

    async def list(self, request: Request) -> Response:
        """Return the connections that satisfy every ``property``, newest first, or how many there are."""
        query = _query(request)
        limit, orderby = _last(query, "limit"), _last(query, "orderby")
        counted = _last(query, "count").lower() == "true"
        if counted and limit:
            raise _limit_and_count()
        token = _last(query, "continuationtoken")
        listing = read_token(token) if token else Listing(tuple(query.get("property", ())), orderby)
        if limit:
            size = read_limit(limit, clamp=self._world.behaviour.has(Switch.CLAMP_LIMIT))
            listing = Listing(listing.expressions, listing.orderby, size, listing.after)
        return await self._answer(request, listing, counted=counted)

    async def search(self, request: Request) -> Response:
        """Return what ``GET`` returns, for filters in the body: ``queryString`` holds them as a query string would."""
        body = search_of(await read_object(request))
        token = _last(_query(request), "continuationtoken") or body.token
        listing = read_token(token) if token else Listing(body.expressions, body.orderby, body.limit or DEFAULT_LIMIT)
        if body.counted and body.limit is not None:
            raise _limit_and_count()
        return await self._answer(request, listing, counted=body.counted)

    async def _answer(self, request: Request, listing: Listing, *, counted: bool) -> Response:
        org, sandbox, _ = caller_of(request)
        world, now_ms = self._world, self._world.now_ms()
        order = read_order(listing.orderby)
        if counted:
            return answer({"count": await world.store.run(count, *listing.where(org, sandbox.name, now_ms))})
        ranges, kept = listing.ranges(org, sandbox.name, now_ms), kept_sql(now_ms, world.behaviour)
        found, last = await world.store.run(page, ranges, order.sql(), listing.limit, kept)
        origin = inlet_origin(world, request)
        texts = [item if isinstance(item, str) else rendered(item, now_ms, world.behaviour, origin) for item in found]
        items = with_origin(", ".join(texts), origin)
        path = request.scope["path"].rpartition("/flowservice")[2]
        link = "" if last is None else f'"next": {{"href": "{path}?continuationToken={listing.next_token(last)}"}}'
        return raw_answer(f'{{"items": [{items}], "_links": {{{link}}}}}'.encode())


def _query(request: Request) -> dict[str, list[str]]:
    """Return the values of every query parameter by its name in lower case."""
    query: dict[str, list[str]] = {}
    for name, value in request.query_params.multi_items():
        query.setdefault(name.lower(), []).append(value)
    return query


def _last(query: Mapping[str, list[str]], name: str) -> str:
    """Return the last value of a query parameter, or the empty string; an empty parameter counts as none."""
    return next((value.strip() for value in reversed(query.get(name, [])) if value.strip()), "")


def _limit_and_count() -> Refusal:
    return flow("FLOW-1401-400", "limit and count cannot be given together. Give one of them and try again.")


class Search(NamedTuple):
    """What the body of a search asks for.

    Attributes:
        expressions: The filters.
        orderby: The order, or the empty string.
        limit: The most items on a page, if it says so.
        counted: Whether only the number of connections is asked for.
        token: The token of a page, or the empty string.
    """

    expressions: tuple[str, ...]
    orderby: str
    limit: int | None
    counted: bool
    token: str


def search_of(body: Mapping[str, Any]) -> Search:
    """Read the body of a search; what stands beside ``queryString`` counts more than the same within it.

    Raises:
        Refusal: A member is of another type than the OpenAPI says, or the limit is out of range.
    """
    query, orderby, limit, counted = (body.get(name) for name in ("queryString", "orderby", "limit", "count"))
    if not all(value is None or isinstance(value, str) for value in (query, orderby)):
        raise bad_request("queryString and orderby have to be texts.")
    if isinstance(limit, bool) or not isinstance(limit, int | None):
        raise bad_request("limit has to be a whole number.")
    if not isinstance(counted, bool | None):
        raise bad_request("count has to be true or false.")
    expressions, inside = read_query_string(query or "")
    given = inside.get("limit", "") if limit is None else str(limit)
    return Search(
        expressions,
        orderby or inside.get("orderby", ""),
        read_limit(given, MOST_SEARCHED) if given else None,
        inside.get("count", "").lower() == "true" if counted is None else counted,
        inside.get("continuationtoken", ""),
    )


_NAMED = re.compile(r"(property|orderby|limit|count|continuationToken)=(?!=)(.*)", re.IGNORECASE | re.DOTALL)
_PARTS = re.compile(r'(?:"[^"]*"|[^&"]|"[^"]*$)+')


def read_query_string(text: str) -> tuple[tuple[str, ...], dict[str, str]]:
    """Read a query string within a body: its filters, and its other parameters by their names in lower case.

    A filter stands there with ``property=`` before it, or bare. An ampersand between double quotes parts nothing. What is
    percent-encoded is decoded; a plus sign stays one, since ``+name`` is an order.
    """
    expressions, others = list[str](), dict[str, str]()
    for part in _PARTS.findall(text.removeprefix("?")):
        named = _NAMED.fullmatch(part)
        if named is None or named[1].lower() == "property":
            expressions.append(unquote(named[2] if named else part))
        else:
            others[named[1].lower()] = unquote(named[2]).strip()
    return tuple(expressions), others
