"""A service that lists one source and answers POSTs as a test wants, and what a page shows."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable
from typing import Any

import httpx
import pytest
from textual.widgets import Static

ITEM = {
    "id": "made-up",
    "name": "made-up",
    "version": "1.0",
    "authSpec": [
        {
            "name": "Basic",
            "spec": {
                "type": "object",
                "properties": {"server": {"type": "string"}, "password": {"type": "string", "format": "password"}},
                "required": ["server", "password"],
            },
        }
    ],
    "attributes": {"connectorName": "Made up"},
}
CREATED = httpx.Response(201, json={"id": "an-id", "etag": '"an-etag"'})


class Posts:
    """A service that lists one source and answers POSTs as it is told."""

    def __init__(self, *answers: Any) -> None:
        self.answers = list(answers)
        self.bodies: list[Any] = []
        self.headers: list[httpx.Headers] = []

    async def __call__(self, request: httpx.Request) -> httpx.Response:
        if request.method == "GET":
            return httpx.Response(200, json={"items": [ITEM]})
        self.bodies.append(json.loads(request.content))
        self.headers.append(request.headers)
        answer = self.answers.pop(0)
        if isinstance(answer, Exception):
            raise answer
        if isinstance(answer, asyncio.Event):
            await answer.wait()
            return CREATED
        return answer


def text_of(app: Any, selector: str) -> str:
    return str(app.screen.query_one(selector, Static).content)


def history(app: Any) -> list[Any]:
    return list(app.session.history.rows())


def key_line(app: Any) -> str:
    return str(app.screen._compositor.render_strips()[-1].text)


async def until(what: Callable[[], bool]) -> None:
    for _ in range(1_000):
        if what():
            return
        await asyncio.sleep(0.01)
    pytest.fail("waited in vain")
