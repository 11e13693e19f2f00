"""A request as the text that goes over the wire, secrets as placeholders."""

from __future__ import annotations

from aep_tui.exchange.curl import Request
from aep_tui.json_text import JsonLine, json_lines


def body_lines(request: Request) -> list[JsonLine]:
    """Return the body's lines, each with the JSON Pointer of its value; none for a call without a body."""
    return [] if request.body is None else json_lines(request.body)


def body_text(request: Request) -> str:
    """Return the body as indented JSON."""
    return "\n".join(line.text for line in body_lines(request))


def request_text(request: Request) -> str:
    """Return method, URL, headers and body as one text."""
    head = [f"{request.method} {request.url}", *(f"{name}: {value}" for name, value in request.headers)]
    return "\n".join([*head, "", body_text(request)]).rstrip()
