"""The calls that change a connection, remove it, or finish what was begun."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from dataclasses import replace as with_changes
from typing import Any

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route

from aep_tui.emulator.behaviour import Behaviour, Switch
from aep_tui.emulator.calls import World, answer, caller_of, read_body, read_json, values_of
from aep_tui.emulator.connections import PATH, existing
from aep_tui.emulator.params import check_params
from aep_tui.emulator.problems import Refusal, bad_request, flow, old
from aep_tui.emulator.records import Draft, auth_schema, changed_row, revised_row
from aep_tui.emulator.specs import has_inlet
from aep_tui.emulator.store import Row, remove, replace

_OPERATIONS = frozenset({"add", "replace", "remove"})
_ACTIONS = frozenset({"FINALIZE_UPDATE", "FINALIZE", "PUBLISH"})
_SUB_ACTIONS = frozenset({"APPLY", "ROLLBACK", "PROGRESS"})


@dataclass(frozen=True, slots=True)
class Operation:
    """One operation of a PATCH.

    Attributes:
        op: ``add``, ``replace`` or ``remove``.
        path: What it changes, as a JSON Pointer.
        value: The new value; ``None`` for ``remove``.
    """

    op: str
    path: str
    value: Any


class ConnectionChanges:
    """``PATCH`` and ``DELETE`` of a connection, and its ``/action``."""

    def __init__(self, world: World) -> None:
        """Take what the calls work on."""
        self._world = world

    def routes(self) -> list[BaseRoute]:
        """Return the routes of these calls."""
        return [
            Route(f"{PATH}/{{id}}", self.patch, methods=["PATCH"]),
            Route(f"{PATH}/{{id}}", self.delete, methods=["DELETE"]),
            Route(f"{PATH}/{{id}}/action", self.action, methods=["POST"]),
        ]

    async def patch(self, request: Request) -> Response:
        """Change a connection, if the caller knows its present revision; ``/auth/params`` is replaced as a whole."""
        world = self._world
        org, _, client = caller_of(request)
        row = await existing(world, request)
        check_if_match(request, row, world.behaviour)
        operations = read_operations(await read_json(request), allow_one=world.behaviour.has(Switch.PATCH_OBJECT))
        spec = await world.spec(org, row.spec_id)
        draft = patched(Draft(row.name, row.description, spec or {}, auth_name_of(row), {}), operations)
        new_params = any(operation.path == "/auth/params" for operation in operations)
        changed = changed_row(row, draft, client, world.now_ms(), world.behaviour, new_params=new_params)
        if not await world.store.run(replace, changed, row.etag):
            current = await existing(world, request)
            raise _not_matching(world.behaviour, row.etag, current.etag)
        return answer({"id": changed.id, "etag": changed.etag})

    async def delete(self, request: Request) -> Response:
        """Remove a connection; one whose name contains ``in use`` has flows, and stays."""
        while True:
            row = await existing(self._world, request)
            if "in use" in row.name.lower():
                raise flow(
                    "FLOW-1418-400",
                    f"The base connection {row.id} cannot be deleted, since flows use it. Delete the flows first.",
                )
            if await self._world.store.run(remove, row):
                break  # otherwise somebody changed it or removed it in between, and the next look tells which
        return Response(status_code=202 if self._world.behaviour.has(Switch.DELETE_202) else 204)

    async def action(self, request: Request) -> Response:
        """Take note of the end of an operation: the connection gets a new revision and nothing else changes."""
        await existing(self._world, request)
        _check_action(request, "op", _ACTIONS)
        if list(values_of(request, "subOp")):
            _check_action(request, "subOp", _SUB_ACTIONS)
        await read_body(request)
        while True:
            row = await existing(self._world, request)
            changed = revised_row(row, self._world.now_ms(), self._world.behaviour)
            if await self._world.store.run(replace, changed, row.etag):
                return answer({"id": row.id, "etag": changed.etag})


def check_if_match(request: Request, row: Row, behaviour: Behaviour) -> None:
    """Hold ``If-Match`` against the revision; Adobe's Postman collection sends it in the query string.

    Raises:
        Refusal: FLOW-1403-400 without it, FLOW-1404-412 if it is not the revision, with its double quotes.
    """
    given = request.headers.get("if-match", "").strip() or next(values_of(request, "if-match"), "").strip()
    if not given:
        raise flow(
            "FLOW-1403-400",
            "The header If-Match is missing. Add it with the connection's etag and try again.",
            title="Header is missing",
        )
    fits = given == row.etag or (behaviour.has(Switch.ACCEPT_UNQUOTED_ETAG) and given == row.etag.strip('"'))
    if not fits:
        raise _not_matching(behaviour, given[:100], row.etag)


def _not_matching(behaviour: Behaviour, given: str, current: str) -> Refusal:
    if behaviour.has(Switch.OLD_ERRORS):
        return old(412, f"Supplied version=[{given}] does not match the current version on entity=[{current}]")
    detail = (
        f"The supplied version {given} does not match the current version {current} of the entity. Read it again and retry."
    )
    return flow("FLOW-1404-412", detail)


def read_operations(body: object, *, allow_one: bool) -> list[Operation]:
    """Read the body of a PATCH.

    Args:
        body: The JSON that was sent.
        allow_one: Whether a single operation may stand without a list.

    Raises:
        Refusal: FLOW-1455-400 for one that is no list of operations, or an operation that lacks something.
    """
    given = [body] if allow_one and isinstance(body, dict) else body
    if not isinstance(given, list) or not given:
        raise flow("FLOW-1455-400", "The body of a PATCH has to be a list of operations, each with op, path and value.")
    return [_operation(item) for item in given]


def _operation(item: object) -> Operation:
    members = item if isinstance(item, dict) else {}
    op, path = members.get("op"), members.get("path")
    if not isinstance(op, str) or op.lower() not in _OPERATIONS:
        raise flow("FLOW-1455-400", "An operation has no op, or one that is not add, replace or remove.")
    if not isinstance(path, str) or not path:
        raise flow("FLOW-1455-400", "An operation has no path.")
    if op.lower() != "remove" and "value" not in members:
        raise flow("FLOW-1455-400", f"The operation on {path[:100]} has no value.")
    return Operation(op.lower(), path, None if op.lower() == "remove" else members["value"])


def auth_name_of(row: Row) -> str:
    """Return the name of the auth spec that a connection was made with, or the empty string."""
    return str(json.loads(row.document).get("auth", {}).get("specName", ""))


def patched(draft: Draft, operations: list[Operation]) -> Draft:
    """Return what a connection is to become.

    Raises:
        Refusal: An operation changes what cannot be changed, or gives a value that cannot be used.
    """
    for operation in operations:
        draft = _apply(draft, operation)
    return draft


def _apply(draft: Draft, operation: Operation) -> Draft:
    if operation.path in ("/name", "/description"):
        key = operation.path[1:]
        value = "" if operation.op == "remove" else operation.value
        if not isinstance(value, str) or (key == "name" and not value.strip()):
            raise flow(
                "FLOW-1455-400",
                f"The value of {operation.path} has to be a text{' that is not empty' if key == 'name' else ''}.",
            )
        return with_changes(draft, name=value) if key == "name" else with_changes(draft, description=value)
    if operation.path == "/auth/params" and draft.auth_name:
        return with_changes(draft, params=_new_params(draft, operation))
    raise flow(
        "FLOW-1455-400",
        f"{operation.path[:100]} cannot be changed. Use /name, /description, or /auth/params, which is replaced as a whole.",
    )


def _new_params(draft: Draft, operation: Operation) -> Mapping[str, Any]:
    value = {} if operation.op == "remove" else operation.value
    if not isinstance(value, dict):
        raise bad_request("The value of /auth/params has to be a JSON object.")
    check_params(auth_schema(draft.spec, draft.auth_name) or {}, value, has_source=not has_inlet(draft.spec))
    return value


def _check_action(request: Request, name: str, allowed: frozenset[str]) -> None:
    given = [part.strip().upper() for value in values_of(request, name) for part in value.split(",")]
    if not given or not set(given) <= allowed:
        raise bad_request(f"The query parameter {name} has to be one of {', '.join(sorted(allowed))}.")
