"""The calls that list connections, page by page."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route

from aep_tui.emulator.behaviour import Switch
from aep_tui.emulator.calls import World, answer, caller_of, inlet_origin, raw_answer, read_object
from aep_tui.emulator.connections import PATH
from aep_tui.emulator.problems import Refusal, bad_request, flow
from aep_tui.emulator.queries import DEFAULT_LIMIT, MOST_SEARCHED, Listing, read_limit, read_order, read_token
from aep_tui.emulator.records import final_sql, rendered
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
        body = await read_object(request)
        token = _last(_query(request), "continuationtoken")
        listing = read_token(token) if token else _searched(body)
        counted = body.get("count") is True
        if counted and body.get("limit") is not None:
            raise _limit_and_count()
        return await self._answer(request, listing, counted=counted)

    async def _answer(self, request: Request, listing: Listing, *, counted: bool) -> Response:
        org, sandbox, _ = caller_of(request)
        world, now_ms = self._world, self._world.now_ms()
        order = read_order(listing.orderby)
        if counted:
            return answer({"count": await world.store.run(count, *listing.where(org, sandbox.name, now_ms))})
        ranges, final = listing.ranges(org, sandbox.name, now_ms), final_sql(now_ms, world.behaviour)
        found, last = await world.store.run(page, ranges, order.sql(), listing.limit, final)
        origin = inlet_origin(world, request)
        items = ", ".join(
            [item if isinstance(item, str) else rendered(item, now_ms, world.behaviour, origin) for item in found]
        )
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


def _searched(body: Mapping[str, Any]) -> Listing:
    query, orderby, limit = body.get("queryString"), body.get("orderby"), body.get("limit")
    if not all(value is None or isinstance(value, str) for value in (query, orderby)):
        raise bad_request("queryString and orderby have to be texts.")
    if isinstance(limit, bool) or not isinstance(limit, int | None):
        raise bad_request("limit has to be a whole number.")
    most = DEFAULT_LIMIT if limit is None else read_limit(str(limit), MOST_SEARCHED)
    return Listing(_expressions(query or ""), orderby or "", most)


def _expressions(query: str) -> tuple[str, ...]:
    """Return the filters of a query string: with ``property=`` before each of them, or the bare filters."""
    return tuple(part.removeprefix("property=") for part in query.removeprefix("?").split("&") if part)
