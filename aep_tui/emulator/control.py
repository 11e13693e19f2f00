"""The emulator's own calls: what came in, which faults wait, and an empty state."""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route

from aep_tui.emulator.calls import CONTROL_PREFIX, World, answer, read_json
from aep_tui.emulator.faults import Faults, fault_from_json
from aep_tui.emulator.journal import Journal
from aep_tui.emulator.problems import bad_request
from aep_tui.emulator.store import forget_everything


class Control:
    """``/_emulator/requests``, ``/_emulator/faults`` and ``/_emulator/state``; none of them needs a token."""

    def __init__(self, world: World, faults: Faults, journal: Journal) -> None:
        """Take what the calls work on."""
        self._world = world
        self._faults = faults
        self._journal = journal

    def routes(self) -> list[BaseRoute]:
        """Return the routes of these calls."""
        return [
            Route(f"{CONTROL_PREFIX}/requests", self.requests, methods=["GET"]),
            Route(f"{CONTROL_PREFIX}/requests", self.forget_requests, methods=["DELETE"]),
            Route(f"{CONTROL_PREFIX}/faults", self.faults, methods=["GET"]),
            Route(f"{CONTROL_PREFIX}/faults", self.add_faults, methods=["POST"]),
            Route(f"{CONTROL_PREFIX}/faults", self.clear_faults, methods=["DELETE"]),
            Route(f"{CONTROL_PREFIX}/state", self.forget_state, methods=["DELETE"]),
        ]

    async def requests(self, _: Request) -> Response:
        """Return the last requests, oldest first, secrets starred."""
        return answer({"requests": self._journal.entries()})

    async def forget_requests(self, _: Request) -> Response:
        """Forget the requests so far."""
        self._journal.clear()
        return Response(status_code=204)

    async def faults(self, _: Request) -> Response:
        """Return the faults that wait."""
        return answer({"faults": [fault.described() for fault in self._faults.waiting()]})

    async def add_faults(self, request: Request) -> Response:
        """Let a fault, or a list of them, wait; a browser page cannot send this, since it has to be JSON."""
        if request.headers.get("content-type", "").partition(";")[0].strip().lower() != "application/json":
            raise bad_request("A valid content-type must be specified")
        body = await read_json(request)
        for fault in [fault_from_json(item) for item in (body if isinstance(body, list) else [body])]:
            self._faults.add(fault)
        return answer({"faults": [fault.described() for fault in self._faults.waiting()]}, 201)

    async def clear_faults(self, _: Request) -> Response:
        """Call off every fault."""
        self._faults.clear()
        return Response(status_code=204)

    async def forget_state(self, _: Request) -> Response:
        """Remove every connection and every organisation's own specs, in all sandboxes."""
        await self._world.store.run(forget_everything)
        return Response(status_code=204)
