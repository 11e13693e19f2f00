"""A request as a curl command that a shell takes as it stands."""

from __future__ import annotations

import shlex
from typing import Protocol

from aep_tui.json_text import json_lines


class Request(Protocol):
    """A request fit to be shown: secrets are placeholders already."""

    @property
    def method(self) -> str:
        """HTTP method."""

    @property
    def url(self) -> str:
        """Where it goes."""

    @property
    def headers(self) -> tuple[tuple[str, str], ...]:
        """In order."""

    @property
    def body(self) -> object:
        """JSON value or ``None``."""


def curl(request: Request) -> str:
    """Return a curl command of several lines; every value is quoted for a POSIX shell.

    Placeholders such as ``{PASSWORD}`` stand where secrets go, as in Adobe's tutorials.
    """
    parts = [f"curl -X {request.method} {shlex.quote(request.url)}"]
    parts += [f"-H {shlex.quote(f'{name}: {value}')}" for name, value in request.headers]
    if request.body is not None:
        parts.append("-d " + shlex.quote("\n".join(line.text for line in json_lines(request.body))))
    return " \\\n  ".join(parts)
