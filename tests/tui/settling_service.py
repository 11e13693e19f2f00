"""A service whose list of connections is what a test says, and attempts that earlier runs left."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any

import httpx
from posts import Posts

from aep_tui.storage.history import Attempt
from aep_tui.wizard.settle import client_mark

Settle = Callable[..., Awaitable[None]]
ME, COLLEAGUE = "an-api-key", "a-colleague"
ATTEMPT = Attempt(
    "mine",
    "Made up",
    "made-up",
    "ACME@AdobeOrg",
    "dev",
    "https://platform.adobe.io",
    "{}",
    known_ids=(),
    client_mark=client_mark(ME),
)


def item(connection_id: str, client: str = ME, **values: Any) -> dict[str, Any]:
    fixed = {"name": "mine", "connectionSpec": {"id": "made-up", "version": "1.0"}, "state": "enabled"}
    return {"id": connection_id, "etag": f'"{connection_id}"', "createdAt": 7, "createdClient": client, **fixed, **values}


class Service(Posts):
    """A service whose list of connections is what a test says, from one moment to the next."""

    ANSWERS = ("connections",)

    def __init__(self, *answers: Any) -> None:
        super().__init__(*answers)
        self.there: list[dict[str, Any]] = []
        self.after: list[dict[str, Any]] | None = None
        """What is there once something was posted."""
        self.broken: httpx.Response | Exception | None = None
        self.held: asyncio.Event | None = None
        self.looks = 0

    async def __call__(self, request: httpx.Request) -> httpx.Response:
        if request.method != "GET" or not request.url.path.endswith("/connections"):
            return await super().__call__(request)
        if not any(wanted.startswith("name==") for wanted in request.url.params.get_list("property")):
            # What a page shows of a source, whatever the names.
            return httpx.Response(200, json={"items": self.there})
        self.looks += 1
        if not self.bodies:
            return httpx.Response(200, json={"items": self.there})
        if self.held is not None:
            await self.held.wait()
        if isinstance(self.broken, Exception):
            raise self.broken
        return self.broken or httpx.Response(200, json={"items": self.there if self.after is None else self.after})


def made_of(app: Any, *connection_ids: str) -> httpx.Response:
    """Return the service's list: connections as the request of the present draft would have made them."""
    draft = app.wizard.draft
    spec = {"id": draft.source.id, "version": "1.0"}
    made = [item(one, app.session.client_id, name=draft.name, connectionSpec=spec) for one in connection_ids]
    return httpx.Response(200, json={"items": made})


def notices(app: Any) -> str:
    return " | ".join(f"{note.title}: {note.message}" for note in app._notifications)


async def send(pilot: Any, settle: Settle) -> None:
    await pilot.press("ctrl+n")
    await settle(pilot)


def left_by_an_earlier_run(session: Any, count: int = 1, **values: Any) -> list[int]:
    rows = [session.history.begin(ATTEMPT._replace(**values)) for _ in range(count)]
    session.history.release(rows[0])
    for row_id in rows[1:]:
        session.history.finish(row_id, "unknown")
    return rows
