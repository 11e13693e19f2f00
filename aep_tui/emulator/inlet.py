"""The inlet of a streaming connection: messages one by one and in batches, with and without a check."""

from __future__ import annotations

import json
import secrets
import uuid
from collections import deque
from collections.abc import Mapping
from typing import Any, Final

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route

from aep_tui.emulator.behaviour import Switch
from aep_tui.emulator.calls import World, answer, parse_json, read_body, values_of
from aep_tui.emulator.gateway import check_token
from aep_tui.emulator.problems import Refusal, bad_request
from aep_tui.emulator.records import INLET_PATH
from aep_tui.emulator.store import Row, find_by_inlet
from aep_tui.emulator.violations import INLET_PROBLEM, invalid_message, violations

MOST_CHECKS_A_MINUTE: Final = 60
_AUTHORIZATION_PROBLEM: Final = "https://ns.adobe.com/adobecloud/problem/data-collection-service-authorization"
_SMILE: Final = "application/x-jackson-smile"
_MOST_WATCHED_INLETS: Final = 1000


class Inlet:
    """``POST /collection/{inlet}`` and ``POST /collection/batch/{inlet}``."""

    def __init__(self, world: World) -> None:
        """Take what the calls work on."""
        self._world = world
        self._checks: dict[str, deque[float]] = {}

    def routes(self) -> list[BaseRoute]:
        """Return the routes of these calls."""
        return [
            Route(f"{INLET_PATH}{{id}}", self.single, methods=["POST"]),
            Route(f"{INLET_PATH}batch/{{id}}", self.batch, methods=["POST"]),
        ]

    async def single(self, request: Request) -> Response:
        """Take one message: 200 says that it arrived, not that it is valid."""
        row, params = await self._opened(request)
        body = await read_body(request)
        is_smile = _media_type(request) == _SMILE
        message = None if is_smile else parse_json(body)
        received: dict[str, object] = {
            "inletId": row.inlet_id,
            "xactionId": self._new_id(),
            "receivedTimeMs": self._world.now_ms(),
        }
        if _is_checked(request):
            self._count_check(str(row.inlet_id))
            if is_smile or params.get("dataType") != "xdm":
                received["syncValidation"] = {"skipped": True}
            elif found := violations(message, row.org):
                raise invalid_message(str(row.inlet_id), row.org, found)
        return answer(received)

    async def batch(self, request: Request) -> Response:
        """Take several messages: 207 with an answer for each, in their order."""
        row, _ = await self._opened(request)
        if _is_checked(request):
            raise _problem(400, "Bad Request", "A check before the answer is only for single messages.")
        body = parse_json(await read_body(request)) if _media_type(request) != _SMILE else {"messages": [{}]}
        messages = body.get("messages") if isinstance(body, dict) else None
        if not isinstance(messages, list) or not messages:
            raise _problem(400, "Bad Request", "The body has to hold a list of messages.")
        responses: list[dict[str, object]] = [
            {"xactionId": f"{self._new_id()}:{index}"}
            if isinstance(message, dict)
            else {
                "statusCode": 400,
                "message": f"inletId: [{row.inlet_id}] imsOrgId: [{row.org}] Message has unknown xdm format",
            }
            for index, message in enumerate(messages)
        ]
        received = {
            "inletId": row.inlet_id,
            "batchId": self._new_id(),
            "receivedTimeMs": self._world.now_ms(),
            "responses": responses,
        }
        return answer(received, 207)

    async def _opened(self, request: Request) -> tuple[Row, Mapping[str, Any]]:
        """Return the connection of the inlet and its params, if this sender may use it.

        Raises:
            Refusal: 404 for an inlet that there is not (yet), 401 without a token where one is required, 400 for a wrong
                content type or raw data that names no dataflow.
        """
        inlet_id = request.path_params["id"]
        row = await self._world.store.run(find_by_inlet, inlet_id)
        if row is None or row.ready_at > self._world.now_ms():
            raise _problem(404, "Not Found", f"[{inlet_id[:100]}] Inlet is not found")
        params: Mapping[str, Any] = json.loads(row.document)["auth"]["params"]
        if params.get("authenticationRequired") is True:
            self._check_sender(request, inlet_id)
        if _media_type(request) not in ("application/json", _SMILE):
            raise bad_request("A valid content-type must be specified")
        if params.get("dataType") == "raw" and not _flow_id(request):
            raise _problem(400, "Bad Request", f"[{inlet_id}] Raw data needs the dataflow's id in the header x-adobe-flow-id")
        return row, params

    def _check_sender(self, request: Request, inlet_id: str) -> None:
        try:
            check_token(request.headers, self._world.behaviour, self._world.now())
        except Refusal as refusal:
            reason = "is empty" if refusal.status == 403 else "is not valid"
            # The status is a text in this body, and a number in the one of a message that is not valid.
            body = {"type": _AUTHORIZATION_PROBLEM, "status": "401", "title": "Authorization"}
            raise Refusal(401, {**body, "report": {"message": f"[{inlet_id}] Ims service token {reason}"}}) from None

    def _count_check(self, inlet_id: str) -> None:
        if self._world.behaviour.has(Switch.NO_SYNC_VALIDATION):
            raise _problem(501, "Not Implemented", "A check before the answer is not offered in this region.")
        now = self._world.now()
        if len(self._checks) > _MOST_WATCHED_INLETS:
            self._checks.clear()
        checks = self._checks.setdefault(inlet_id, deque(maxlen=MOST_CHECKS_A_MINUTE))
        if len(checks) == MOST_CHECKS_A_MINUTE and now - checks[0] < 60:
            wait_seconds = max(1, int(60 - (now - checks[0])))
            text = f"More than {MOST_CHECKS_A_MINUTE} checks a minute."
            raise _problem(429, "Too Many Requests", text, {"retry-after": str(wait_seconds)})
        checks.append(now)

    def _new_id(self) -> str:
        return f"{self._world.now_ms()}:{uuid.uuid4().int % 10_000:04d}:{secrets.randbelow(1000)}"


def _media_type(request: Request) -> str:
    return request.headers.get("content-type", "").partition(";")[0].strip().lower()


def _flow_id(request: Request) -> str:
    return request.headers.get("x-adobe-flow-id", "").strip() or next(values_of(request, "x-adobe-flow-id"), "").strip()


def _is_checked(request: Request) -> bool:
    given = [*values_of(request, "syncValidation"), *values_of(request, "synchronousValidation")]
    return any(value.strip().lower() == "true" for value in given)


def _problem(status: int, title: str, text: str, headers: Mapping[str, str] | None = None) -> Refusal:
    return Refusal(status, {"type": INLET_PROBLEM, "status": status, "title": title, "report": {"message": text}}, headers)
