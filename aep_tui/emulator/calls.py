"""What every call shares: the world it works on, who calls, how a body is read and how an answer is written."""

from __future__ import annotations

import json
import math
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response

from aep_tui.emulator.behaviour import Behaviour, Sandbox, Switch
from aep_tui.emulator.problems import Refusal, bad_request, flow, message, old
from aep_tui.emulator.specs import Catalogue, SpecDocument
from aep_tui.emulator.store import Store, own_spec

FLOW_SERVICE = "/data/foundation/flowservice"
SANDBOX_MANAGEMENT = "/data/foundation/sandbox-management"
CONTROL_PREFIX = "/_emulator"

MOST_BODY_BYTES = 1_000_000
"""A larger body is refused with 413; the inlet documents the same limit, the other calls none."""

_MOST_DRAINED_BYTES = 64_000_000
_DEEPEST = 64

CALLER = "emulator.caller"
REQUEST_ID = "emulator.request_id"
JSON_BODY = "emulator.json_body"


@dataclass(slots=True)
class World:
    """What the calls of one emulator work on.

    Attributes:
        behaviour: How it answers.
        catalogue: The connection specs that everybody sees.
        store: The state.
        now: The clock, in seconds since the epoch.
    """

    behaviour: Behaviour
    catalogue: Catalogue
    store: Store
    now: Callable[[], float] = field(default=time.time)

    def now_ms(self) -> int:
        """Return the time in milliseconds since the epoch."""
        return int(self.now() * 1000)

    async def spec(self, org: str, spec_id: str) -> SpecDocument | None:
        """Return a connection spec that the organisation can use, or nothing."""
        return self.catalogue.get(spec_id) or await self.store.run(own_spec, org, spec_id)

    def unknown_spec(self, spec_id: str) -> Refusal:
        """Return the refusal of a connection spec id that there is not."""
        if self.behaviour.has(Switch.OLD_SPEC_ERROR):
            return message(400, "Please provide a valid spec id")
        return flow(
            "FLOW-1413-400",
            f"The connection spec id {spec_id[:100]!r} is invalid. Take an id from GET /connectionSpecs and try again.",
        )


class Caller(NamedTuple):
    """Who calls, as the gateway read it from the headers.

    Attributes:
        org: The organisation.
        sandbox: The sandbox; nothing for calls that need none.
        api_key: The client.
    """

    org: str
    sandbox: Sandbox | None
    api_key: str


def caller_of(request: Request) -> tuple[str, Sandbox, str]:
    """Return organisation, sandbox and client of a Flow Service call."""
    caller: Caller = request.scope[CALLER]
    if caller.sandbox is None:
        raise missing_sandbox()
    return caller.org, caller.sandbox, caller.api_key


def missing_sandbox() -> Refusal:
    """Return the refusal of a call that names no sandbox."""
    return flow("FLOW-2105-400", "The header x-sandbox-name is missing. Add it and try again.", title="Header is missing")


def no_such_connection(behaviour: Behaviour, connection_id: str) -> Refusal:
    """Return the refusal of a connection id that there is not."""
    if behaviour.has(Switch.OLD_ERRORS):
        return old(404, f"connections not found with id = [{connection_id[:100]}]")
    detail = f"The requested connections resource {connection_id[:100]} is not found. Check the id and try again."
    return flow("FLOW-1439-404", detail, id=connection_id[:100], type="connections")


async def read_body(request: Request) -> bytes:
    """Return the body of a request.

    A body that is too large is read to its end first: an answer given earlier would be lost when the sender goes on sending.

    Raises:
        Refusal: 413 for a body over 1 MB, 400 for one that ends early.
    """
    chunks, size = [], 0
    try:
        async for chunk in request.stream():
            size += len(chunk)
            if size <= MOST_BODY_BYTES:
                chunks.append(chunk)
            elif size > _MOST_DRAINED_BYTES:
                break
    except ClientDisconnect:
        raise bad_request("The request ended before its body was complete.") from None
    if size > MOST_BODY_BYTES:
        raise bad_request(f"The body is larger than {MOST_BODY_BYTES} bytes.", 413, "PayloadTooLargeError")
    return b"".join(chunks)


async def read_object(request: Request) -> dict[str, Any]:
    """Return the body of a request that has to be a JSON object.

    Raises:
        Refusal: FLOW-1405-400 for an empty body, 400 for one that is no JSON object.
    """
    value = await read_json(request)
    if not isinstance(value, dict):
        raise bad_request("The body has to be a JSON object.")
    return value


async def read_json(request: Request) -> object:
    """Return the body of a request that has to be JSON.

    Raises:
        Refusal: FLOW-1405-400 for an empty body, 400 for one that is not JSON, not UTF-8 or nested too deeply.
    """
    body = await read_body(request)
    if not body.strip():
        raise flow("FLOW-1405-400", "The body of the request is empty. Provide one and try again.")
    value = parse_json(body)
    request.scope[JSON_BODY] = value
    return value


def parse_json(body: bytes) -> object:
    """Read JSON strictly: UTF-8, finite numbers, whole characters, at most 64 levels.

    Raises:
        Refusal: 400 that says what is wrong with it, without repeating any of it.
    """
    try:
        text = body.decode()
        value: object = _DECODER.decode(text)
    except UnicodeDecodeError:
        raise bad_request("The body is not valid UTF-8.") from None
    except RecursionError:
        raise _too_deep() from None
    except json.JSONDecodeError as error:
        raise bad_request(f"The body is not valid JSON: {error.msg} at line {error.lineno}, column {error.colno}.") from None
    except ValueError:
        raise bad_request("The body is not valid JSON: a number that cannot be read.") from None
    # Only a text with that many brackets can be that deep, and only an escape can make half a character.
    if text.count("[") + text.count("{") > _DEEPEST or "\\u" in text:
        _check(value)
    return value


def _no_constant(name: str) -> object:
    raise ValueError(name)


def _finite(digits: str) -> float:
    number = float(digits)
    if not math.isfinite(number):
        raise ValueError(digits)
    return number


_DECODER = json.JSONDecoder(parse_constant=_no_constant, parse_float=_finite)


def _too_deep() -> Refusal:
    return bad_request(f"The body is nested deeper than {_DEEPEST} levels.")


def _check(value: object) -> None:
    waiting: list[tuple[object, int]] = [(value, 1)]
    while waiting:
        member, depth = waiting.pop()
        if depth > _DEEPEST:
            raise _too_deep()
        if isinstance(member, dict):
            waiting += [(inner, depth) for inner in member]
            waiting += [(inner, depth + 1) for inner in member.values()]
        elif isinstance(member, list):
            waiting += [(inner, depth + 1) for inner in member]
        elif isinstance(member, str) and not _is_whole(member):
            raise bad_request("The body holds half of a surrogate pair, which is no character.")


def _is_whole(text: str) -> bool:
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True


def answer(
    content: Mapping[str, object] | list[object], status: int = 200, headers: Mapping[str, str] | None = None
) -> Response:
    """Return a JSON answer."""
    return raw_answer(json.dumps(content).encode(), status, headers)


def raw_answer(content: bytes, status: int = 200, headers: Mapping[str, str] | None = None) -> Response:
    """Return an answer whose JSON is ready."""
    return Response(content, status, dict(headers or {}), media_type="application/json")


def refusal_answer(refusal: Refusal, request_id: str) -> Response:
    """Return the answer of a refusal."""
    content = refusal.content(request_id)
    return Response(content, refusal.status, refusal.headers, media_type="application/json" if content else None)


def unavailable(reason: str) -> Refusal:
    """Return what trouble with the state file looks like from outside."""
    return flow("FLOW-1103-503", f"The service is temporarily unavailable, since its state cannot be used: {reason}")


def values_of(request: Request, name: str) -> Iterator[str]:
    """Yield the values of a query parameter, whatever the case of its name."""
    for key, value in request.query_params.multi_items():
        if key.lower() == name.lower():
            yield value


def number_of(request: Request, name: str, default: int) -> int:
    """Return a query parameter that is a whole number, or what it is without one.

    Raises:
        Refusal: It is no whole number, or an absurd one.
    """
    text = next((value for value in values_of(request, name) if value.strip()), str(default))
    try:
        number = int(text)
    except ValueError:
        number = -1
    if number < 0 or number > 1_000_000:
        raise bad_request(f"The query parameter {name} has to be a whole number.")
    return number


def inlet_origin(world: World, request: Request) -> str:
    """Return the origin on which inlets are reached: the one that was set, else the one that this request was sent to."""
    return world.behaviour.inlet_origin or str(request.base_url).rstrip("/")
