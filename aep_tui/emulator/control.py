"""The emulator's own calls: what came in, which faults wait, and an empty state."""

from __future__ import annotations

from typing import Final

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route

from aep_tui.emulator.calls import CONTROL_PREFIX, World, answer, read_body
from aep_tui.emulator.faults import Faults, faults_from_body
from aep_tui.emulator.journal import Journal
from aep_tui.emulator.problems import bad_request
from aep_tui.emulator.store import forget_everything

_MARKS_OF_A_BROWSER: Final = ("origin", "sec-fetch-site", "sec-fetch-mode")


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
        """Let a fault, or a list of them, wait; whatever the content type, but not for a page in a browser.

        A browser asks before a page of another origin may send JSON. What it sends without asking, it marks.
        """
        media_type = request.headers.get("content-type", "").partition(";")[0].strip().lower()
        if media_type != "application/json" and any(name in request.headers for name in _MARKS_OF_A_BROWSER):
            raise bad_request("A page in a browser has to send this as application/json.")
        for fault in faults_from_body(await read_body(request)):
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
