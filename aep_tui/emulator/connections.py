"""The calls that make a connection and read one."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route

from aep_tui.emulator.behaviour import Switch
from aep_tui.emulator.calls import (
    FLOW_SERVICE,
    World,
    answer,
    caller_of,
    inlet_origin,
    no_such_connection,
    raw_answer,
    read_object,
)
from aep_tui.emulator.params import check_params
from aep_tui.emulator.problems import bad_request, flow
from aep_tui.emulator.records import Draft, auth_schema, new_row, rendered
from aep_tui.emulator.specs import SpecDocument, auth_specs, has_inlet
from aep_tui.emulator.store import Row, add, find

PATH = f"{FLOW_SERVICE}/connections"


class Connections:
    """``POST /connections`` and ``GET /connections/{id}``."""

    def __init__(self, world: World) -> None:
        """Take what the calls work on."""
        self._world = world

    def routes(self) -> list[BaseRoute]:
        """Return the routes of these calls."""
        return [Route(PATH, self.create, methods=["POST"]), Route(f"{PATH}/{{id}}", self.read, methods=["GET"])]

    async def create(self, request: Request) -> Response:
        """Make a connection: 201 with its id and etag; the path of the new connection is in ``Location``."""
        world = self._world
        org, sandbox, client = caller_of(request)
        draft = await checked_draft(world, org, await read_object(request))
        row = new_row(draft, org, sandbox, client, world.now_ms(), world.behaviour)
        await world.store.run(add, row)
        return answer({"id": row.id, "etag": row.etag}, 201, {"location": f"{PATH}/{row.id}"})

    async def read(self, request: Request) -> Response:
        """Return one connection, in the list wrapper."""
        world, row = self._world, await existing(self._world, request)
        item = rendered(row.shown(), world.now_ms(), world.behaviour, inlet_origin(world, request))
        return raw_answer(f'{{"items": [{item}]}}'.encode())


async def existing(world: World, request: Request) -> Row:
    """Return the connection that the path of a request names.

    Raises:
        Refusal: 404 if the caller's sandbox has none of that id.
    """
    org, sandbox, _ = caller_of(request)
    connection_id = request.path_params["id"]
    row = await world.store.run(find, org, sandbox.name, connection_id)
    if row is None:
        raise no_such_connection(world.behaviour, connection_id)
    return row


async def checked_draft(world: World, org: str, body: Mapping[str, Any]) -> Draft:
    """Read the body of a ``POST /connections``.

    Raises:
        Refusal: What is missing or cannot be used, with its documented code where there is one.
    """
    spec = await _checked_spec(world, org, body)
    name = _text(body, "name")
    if not name.strip():
        if not world.behaviour.has(Switch.ACCEPT_MISSING_NAME):
            raise bad_request("The member name is missing. Give the connection a name and try again.")
        name = str(spec.get("name", ""))
    description = _text(body, "description")
    auth_name, params = _checked_auth(spec, body, required=not world.behaviour.has(Switch.ACCEPT_MISSING_NAME))
    return Draft(name, description, spec, auth_name, params)


def _text(body: Mapping[str, Any], key: str) -> str:
    value = body.get(key)
    if value is not None and not isinstance(value, str):
        raise bad_request(f"The member {key} has to be a text.")
    return value or ""


async def _checked_spec(world: World, org: str, body: Mapping[str, Any]) -> SpecDocument:
    named = body.get("connectionSpec")
    named = named if isinstance(named, dict) else {}
    spec_id = named.get("id")
    spec = await world.spec(org, spec_id) if isinstance(spec_id, str) else None
    if spec is None:
        raise world.unknown_spec(str(spec_id or ""))
    version = named.get("version")
    if version in (None, "") and not world.behaviour.has(Switch.ACCEPT_MISSING_VERSION):
        raise bad_request("connectionSpec.version: 'version' is required for the spec info.", 422, "UnprocessableEntityError")
    if version not in (None, "") and version != spec.get("version", version):
        raise flow(
            "FLOW-1413-400",
            f"The connection spec {spec_id} has no version {str(version)[:100]!r}, only {spec.get('version')!r}.",
        )
    return spec


def _checked_auth(spec: SpecDocument, body: Mapping[str, Any], *, required: bool) -> tuple[str, Mapping[str, Any]]:
    auth = body.get("auth")
    if auth is not None and not isinstance(auth, dict):
        raise bad_request("The member auth has to be a JSON object.")
    names = [str(item.get("name")) for item in auth_specs(spec)]
    if not auth and (not names or not required):
        return "", {}
    auth = auth or {}
    name, params = auth.get("specName"), auth.get("params", {})
    schema = auth_schema(spec, name) if isinstance(name, str) else None
    if not isinstance(name, str) or schema is None:
        there_are = f"It has {', '.join(repr(known) for known in names)}." if names else "It has none, so leave auth out."
        raise flow(
            "FLOW-1415-400",
            f"The auth spec {str(name or '')[:100]!r} is not found for the connection spec {spec['id']}. {there_are}",
        )
    if not isinstance(params, dict):
        raise bad_request("The member auth.params has to be a JSON object.")
    check_params(schema, params, has_source=not has_inlet(spec))
    return name, params
