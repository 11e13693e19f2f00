"""The calls that read connection specs, and those by which an organisation makes its own."""

from __future__ import annotations

import json
import uuid
from collections.abc import Mapping
from typing import Any

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route

from aep_tui.emulator.behaviour import Switch
from aep_tui.emulator.calls import FLOW_SERVICE, World, answer, caller_of, raw_answer, read_object, values_of
from aep_tui.emulator.filters import conditions
from aep_tui.emulator.problems import Refusal, bad_request, flow
from aep_tui.emulator.specs import selected
from aep_tui.emulator.store import keep_spec, own_spec, own_specs

PATH = f"{FLOW_SERVICE}/connectionSpecs"

_KEPT = (
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
)
"""What the service itself writes into an organisation's own spec."""


class ConnectionSpecs:
    """``/connectionSpecs`` and ``/connectionSpecs/{id}``."""

    def __init__(self, world: World) -> None:
        """Take what the calls work on."""
        self._world = world

    def routes(self) -> list[BaseRoute]:
        """Return the routes of these calls."""
        return [
            Route(PATH, self.list, methods=["GET"]),
            Route(PATH, self.create, methods=["POST"]),
            Route(f"{PATH}/{{id}}", self.read, methods=["GET"]),
            Route(f"{PATH}/{{id}}", self.update, methods=["PUT"]),
        ]

    async def list(self, request: Request) -> Response:
        """Return the connection specs that satisfy every ``property``; all of them in one answer."""
        org, _, _ = caller_of(request)
        wanted = conditions(values_of(request, "property"))
        own = await self._world.store.run(own_specs, org)
        if wanted:
            return answer({"items": selected([*self._world.catalogue.documents().values(), *own], wanted)})
        texts = [*self._world.catalogue.texts(), *(json.dumps(document).encode() for document in own)]
        return raw_answer(b'{"items": [' + b",".join(texts) + b"]}")

    async def read(self, request: Request) -> Response:
        """Return one connection spec, in the list wrapper."""
        org, _, _ = caller_of(request)
        document = await self._world.spec(org, request.path_params["id"])
        if document is None:
            raise _not_found(request)
        return answer({"items": [document]})

    async def create(self, request: Request) -> Response:
        """Keep an organisation's own connection spec, which from then on is one of the list: 201 with the spec."""
        org, sandbox, client = caller_of(request)
        members, now_ms = _checked(await read_object(request)), self._world.now_ms()
        document: dict[str, Any] = {
            "id": str(uuid.uuid4()),
            "createdAt": now_ms,
            "updatedAt": now_ms,
            "createdBy": client,
            "updatedBy": client,
            "createdClient": client,
            "updatedClient": client,
            "sandboxId": sandbox.id,
            "sandboxName": sandbox.name,
            "imsOrgId": org,
            **members,
        }
        await self._world.store.run(keep_spec, org, document)
        shown = {"items": [document]} if self._world.behaviour.has(Switch.SPEC_CREATED_AS_ITEMS) else document
        return answer(shown, 201, {"location": f"{PATH}/{document['id']}"})

    async def update(self, request: Request) -> Response:
        """Replace an organisation's own connection spec; those that everybody sees stay as they are."""
        org, _, client = caller_of(request)
        spec_id = request.path_params["id"]
        if self._world.catalogue.get(spec_id) is not None:
            raise flow(
                "FLOW-1414-400", f"The connection spec {spec_id} cannot be changed. Only specs that your organisation made can."
            )
        before = await self._world.store.run(own_spec, org, spec_id)
        if before is None:
            raise _not_found(request)
        members = _checked(await read_object(request))
        kept = {name: before[name] for name in _KEPT}
        document = {**kept, "updatedAt": self._world.now_ms(), "updatedBy": client, "updatedClient": client, **members}
        await self._world.store.run(keep_spec, org, document)
        return answer(document)


def _not_found(request: Request) -> Refusal:
    spec_id = request.path_params["id"][:100]
    detail = f"The requested connectionSpecs resource {spec_id} is not found. Check the id and try again."
    return flow("FLOW-1439-404", detail, id=spec_id, type="connectionSpecs")


def _checked(body: Mapping[str, Any]) -> dict[str, Any]:
    """Return the members of a connection spec that the caller may set; an empty ``authSpec`` is dropped, as is documented."""
    for name in ("name", "providerId"):
        if not isinstance(body.get(name), str) or not body[name].strip():
            raise bad_request(f"The member {name} is missing, or is no text.")
    if not isinstance(body.get("authSpec", []), list | None) or not isinstance(body.get("version", ""), str):
        raise bad_request("authSpec has to be a list, and version a text.")
    members = {name: value for name, value in body.items() if name not in _KEPT and (name != "authSpec" or value)}
    members.setdefault("version", "1.0")
    return members
