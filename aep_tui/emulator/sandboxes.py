"""The calls that list sandboxes. Their times are texts, unlike those of the Flow Service."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route

from aep_tui.emulator.behaviour import Sandbox
from aep_tui.emulator.calls import SANDBOX_MANAGEMENT, World, answer, number_of
from aep_tui.emulator.problems import bad_request

_MOST: Final = 200
_MADE: Final = "2024-01-15 09:00:00"
_ACCOUNT: Final = "emulator@techacct.adobe.com"


class Sandboxes:
    """The sandboxes a caller may use, all of an organisation's, and one of them; here these are the same."""

    def __init__(self, world: World) -> None:
        """Take what the calls work on."""
        self._world = world

    def routes(self) -> list[BaseRoute]:
        """Return the routes of these calls."""
        return [
            Route(SANDBOX_MANAGEMENT, self.list, methods=["GET"]),
            Route(f"{SANDBOX_MANAGEMENT}/sandboxes", self.list_all, methods=["GET"]),
            Route(f"{SANDBOX_MANAGEMENT}/sandboxes/{{name}}", self.read, methods=["GET"]),
        ]

    async def list(self, request: Request) -> Response:
        """Return the sandboxes that the caller may use, from ``offset`` on and at most ``limit`` of them."""
        return self._page(request, SANDBOX_MANAGEMENT + "/", described)

    async def list_all(self, request: Request) -> Response:
        """Return all sandboxes of the organisation, with their ids, as administrators see them."""
        return self._page(request, SANDBOX_MANAGEMENT + "/sandboxes", identified)

    async def read(self, request: Request) -> Response:
        """Return one sandbox."""
        name = request.path_params["name"]
        sandbox = self._world.behaviour.sandbox(name)
        if sandbox is None:
            raise bad_request(f"There is no sandbox {name[:100]!r}.", 404, "NotFoundError")
        return answer(identified(sandbox))

    def _page(self, request: Request, path: str, shape: Callable[[Sandbox], dict[str, object]]) -> Response:
        limit, offset = number_of(request, "limit", _MOST), number_of(request, "offset", 0)
        sandboxes = self._world.behaviour.sandboxes
        shown = sandboxes[offset : offset + limit]
        href = f"{str(request.base_url).rstrip('/')}{path}"
        links: dict[str, object] = {"page": {"href": href + "?limit={limit}&offset={offset}", "templated": True}}
        if shown and offset + limit < len(sandboxes):
            links["next"] = {"href": f"{href}?limit={limit}&offset={offset + limit}", "templated": False}
        page = {"limit": limit, "count": len(shown)}
        return answer({"sandboxes": [shape(sandbox) for sandbox in shown], "_page": page, "_links": links})


def identified(sandbox: Sandbox) -> dict[str, object]:
    """Return a sandbox with its id."""
    return {"id": sandbox.id, **described(sandbox)}


def described(sandbox: Sandbox) -> dict[str, object]:
    """Return a sandbox as the service describes it."""
    return {
        "name": sandbox.name,
        "title": sandbox.title,
        "state": "active",
        "type": sandbox.type,
        "region": "VA7",
        "isDefault": sandbox.is_default,
        "eTag": 1,
        "createdDate": _MADE,
        "lastModifiedDate": _MADE,
        "createdBy": _ACCOUNT,
        "modifiedBy": _ACCOUNT,
    }
