"""What a person gives to support about a problem: enough to find it in the service's own logs, and no secret."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime

from aep_tui import __version__
from aep_tui.outcome import Problem
from aep_tui.text import plain
from aep_tui.wizard.place import Place

_NONE = "none was given"


def support_text(problem: Problem, place: Place, at: datetime) -> str:
    """Return code, request id, time, call and place of a problem, one a line.

    The service's own sentence is left out, since it may repeat what was in the request.

    Args:
        problem: What went wrong.
        place: Where this run works.
        at: When it happened; a time without a zone is taken for the machine's own.
    """
    return "\n".join(f"{name + ':':<14}{plain(value, 300)}" for name, value in _lines(problem, place, at))


def _lines(problem: Problem, place: Place, at: datetime) -> Iterator[tuple[str, str]]:
    yield "Problem", problem.title
    yield "Code", problem.code or _NONE
    if problem.status is not None:
        yield "HTTP status", str(problem.status)
    yield "Request id", problem.request_id or _NONE
    yield "Time", f"{at.astimezone(UTC):%Y-%m-%d %H:%M:%S} UTC"
    yield "Call", problem.call or "not known"
    yield "Sandbox", place.sandbox
    yield "Organisation", place.org
    yield "Platform", "the demo on this machine" if place.is_demo else place.platform
    yield "Program", f"aep-tui {__version__}"
