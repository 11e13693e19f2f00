"""The emulator as an ASGI application."""

from __future__ import annotations

import time
from collections.abc import AsyncIterator, Callable, Iterable, Sequence
from contextlib import asynccontextmanager
from pathlib import Path

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Match, Route

from aep_tui.emulator.behaviour import Behaviour
from aep_tui.emulator.calls import REQUEST_ID, World, refusal_answer, unavailable
from aep_tui.emulator.changes import ConnectionChanges
from aep_tui.emulator.connections import Connections
from aep_tui.emulator.control import Control
from aep_tui.emulator.errors import EmulatorError
from aep_tui.emulator.explore import Explore
from aep_tui.emulator.faults import Fault, FaultInjection, Faults
from aep_tui.emulator.gateway import Front, Gateway
from aep_tui.emulator.ims import SignIn
from aep_tui.emulator.inlet import Inlet
from aep_tui.emulator.journal import Journal, Recording
from aep_tui.emulator.lists import ConnectionLists
from aep_tui.emulator.problems import Refusal, bad_request, flow
from aep_tui.emulator.sandboxes import Sandboxes
from aep_tui.emulator.spec_calls import ConnectionSpecs
from aep_tui.emulator.specs import Catalogue, SpecDocument
from aep_tui.emulator.store import Store


def create_app(
    *,
    state_path: Path | None = None,
    specs: Sequence[SpecDocument] = (),
    behaviour: Behaviour | None = None,
    faults: Iterable[Fault] = (),
    now: Callable[[], float] = time.time,
) -> Starlette:
    """Return an emulator with a state of its own.

    Nothing is read or opened here: the catalogue is read by the first call that needs it, and so is the state file.

    Args:
        state_path: Where connections are kept; nothing keeps them in memory.
        specs: Further connection specs, which replace bundled ones of the same id.
        behaviour: How it answers; the documented, strict way if nothing is said.
        faults: Faults that wait from the start.
        now: The clock, in seconds since the epoch.
    """
    world = World(behaviour or Behaviour(), Catalogue(specs), Store(state_path), now)
    waiting, journal = Faults(), Journal(world)
    for fault in faults:
        waiting.add(fault)

    @asynccontextmanager
    async def closing(_: Starlette) -> AsyncIterator[None]:
        yield
        world.store.close()

    # The order settles what a path means: "search" is looked for before a connection's id.
    calls = (ConnectionLists, Connections, ConnectionChanges, ConnectionSpecs, Explore, Sandboxes, SignIn, Inlet)
    app = Starlette(
        routes=[route for call in calls for route in call(world).routes()] + Control(world, waiting, journal).routes(),
        middleware=[
            Middleware(Front, world=world),
            Middleware(Recording, journal=journal),
            Middleware(FaultInjection, faults=waiting),
            Middleware(Gateway, world=world),
        ],
        exception_handlers={
            Refusal: _refused,
            HTTPException: _not_routed,
            EmulatorError: _state_unusable,
            Exception: _failed,
        },
        lifespan=closing,
    )
    app.router.redirect_slashes = False
    app.state.world = world
    return app


def _request_id(request: Request) -> str:
    return str(request.scope.get(REQUEST_ID, ""))


async def _refused(request: Request, error: Exception) -> Response:
    assert isinstance(error, Refusal)
    return refusal_answer(error, _request_id(request))


async def _not_routed(request: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)
    title = {404: "NotFoundError", 405: "MethodNotAllowedError"}.get(error.status_code, "Error")
    detail = f"{request.method} {request.url.path[:200]} is no call that the emulator knows."
    refusal = bad_request(detail, error.status_code, title)
    if error.status_code == 405:
        refusal.headers["allow"] = ", ".join(sorted(_methods(request)))
    return refusal_answer(refusal, _request_id(request))


def _methods(request: Request) -> set[str]:
    """Return the methods that the path of a request knows; several routes share a path."""
    routes = [route for route in request.app.routes if isinstance(route, Route)]
    return {method for route in routes if route.matches(request.scope)[0] is not Match.NONE for method in route.methods or ()}


async def _state_unusable(request: Request, error: Exception) -> Response:
    return refusal_answer(unavailable(str(error)), _request_id(request))


async def _failed(request: Request, _: Exception) -> Response:
    refusal = flow("FLOW-1400-500", "An internal error has occurred. The log of the emulator tells more.")
    refusal.headers["x-request-id"] = _request_id(request)
    return refusal_answer(refusal, _request_id(request))
