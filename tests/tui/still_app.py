"""The app on a still clock with made-up ids, for tests and for the pictures of the README."""

from __future__ import annotations

import asyncio
import hashlib
import itertools
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from unittest.mock import patch

import httpx
from textual.pilot import Pilot
from textual.worker import WorkerCancelled

from aep_tui.emulator.app import create_app
from aep_tui.emulator.behaviour import Behaviour
from aep_tui.flow_service.account import Account
from aep_tui.flow_service.client import FlowServiceClient
from aep_tui.flow_service.retries import NO_RETRIES
from aep_tui.secret import Secret
from aep_tui.storage.history import History
from aep_tui.storage.paths import Directories
from aep_tui.storage.spec_cache import SpecCache
from aep_tui.wizard.place import Place
from aep_tui.wizard.session import Clock, Session

NOW = datetime(2026, 11, 21, 9, 30, tzinfo=UTC).timestamp()


class StillClock:
    """A clock that stands until it is moved."""

    def __init__(self) -> None:
        self.seconds = NOW
        self.passed = 0.0

    def clock(self) -> Clock:
        """Return it as the app takes it."""
        return Clock(lambda: self.seconds, lambda: self.passed, lambda at: datetime.fromtimestamp(at, UTC))

    def move(self, seconds: float) -> None:
        """Let time pass."""
        self.seconds += seconds
        self.passed += seconds


def make_session(
    root: Path, clock: StillClock, transport: httpx.AsyncBaseTransport | None = None, *, demo: bool = True, sandbox: str = "dev"
) -> Session:
    """Return a session with the emulator, or with a transport of one's own, whose files lie below a directory."""
    origin = "http://localhost" if demo else "https://platform.adobe.io"
    account = Account(origin, "ACME@AdobeOrg", "an-api-key", sandbox, Secret("a-token"))
    emulator = create_app(behaviour=Behaviour(inlet_origin="https://dcs.aep.invalid", provisioning_seconds=0))
    used = Around(transport) if transport is not None else httpx.ASGITransport(emulator)
    directories, clocks = Directories(root), clock.clock()
    return Session(
        Place(account.platform_origin, account.base_url, account.org_id, account.sandbox, is_demo=demo),
        lambda: FlowServiceClient(account, transport=used, retries=NO_RETRIES),
        lambda: History(directories.history(demo=demo), clocks.now),
        lambda: SpecCache(directories.cache(demo=demo), account.platform_origin, account.org_id, account.sandbox),
        clocks,
        client_id="an-api-key",
        sleep=at_once,
    )


class Around(httpx.AsyncBaseTransport):
    """A service that knows its sandboxes and has no connections yet, around one that a test made up."""

    def __init__(self, inner: httpx.AsyncBaseTransport) -> None:
        self._inner = inner

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        """Answer what pages ask for behind themselves, as far as the test does not want to."""
        wants = getattr(getattr(self._inner, "handler", None), "ANSWERS", ())
        if request.url.path.endswith("/sandbox-management/") and "sandboxes" not in wants:
            return httpx.Response(200, json={"sandboxes": SANDBOXES})
        if request.method == "GET" and request.url.path.endswith("/connections") and "connections" not in wants:
            return httpx.Response(200, json={"items": []})
        return await self._inner.handle_async_request(request)

    async def aclose(self) -> None:
        """Close the inner one."""
        await self._inner.aclose()


SANDBOXES = [
    {"name": name, "title": name.title(), "type": kind, "state": "active", "region": "VA7", "isDefault": name == "prod"}
    for name, kind in (("prod", "production"), ("dev", "development"), ("stage", "development"))
]


async def at_once(seconds: float) -> None:
    """Wait no longer than it takes to let others work."""
    await asyncio.sleep(0)


@contextmanager
def made_up_ids() -> Iterator[None]:
    """Let the emulator give the same ids and etags every time."""
    numbers = itertools.count(1)

    def next_id() -> uuid.UUID:
        return uuid.uuid5(uuid.NAMESPACE_DNS, f"{next(numbers)}.invalid")

    def token(size: int) -> str:
        return hashlib.sha256(b"still").hexdigest()[: 2 * size]

    with (
        patch("aep_tui.emulator.records.uuid.uuid4", next_id),
        patch("aep_tui.emulator.records.secrets.token_hex", token),
        patch("aep_tui.emulator.records.new_etag", lambda _now: '"6802064a-0000-0200-0000-6387c6b90000"'),
    ):
        yield


async def settled(pilot: Pilot[Any]) -> None:
    """Wait until no worker works and every message is handled."""
    await pilot.pause()
    while True:
        try:
            await pilot.app.workers.wait_for_complete()
        except WorkerCancelled:
            # Another took its place, which has to be waited for, too.
            continue
        break
    await pilot.pause()
    await pilot.pause()


async def type_keys(pilot: Pilot[Any], *words: str) -> None:
    """Press keys: a word in angle brackets is a key's name, any other is typed letter by letter."""
    for word in words:
        if word.startswith("<"):
            await pilot.press(word.strip("<>"))
        else:
            await pilot.press(*[KEY_NAMES.get(sign, sign) for sign in word])


KEY_NAMES = {
    " ": "space",
    ".": "full_stop",
    "-": "minus",
    "/": "slash",
    ":": "colon",
    "=": "equals_sign",
    ";": "semicolon",
    "[": "left_square_bracket",
    "]": "right_square_bracket",
    "_": "underscore",
}
