"""The app on a still clock, with the emulator in process or with a service that answers what a test wants."""

from __future__ import annotations

import sys
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import asynccontextmanager
from functools import partial
from pathlib import Path
from typing import Any

import httpx
import pytest
from textual.pilot import Pilot

sys.path.insert(0, str(Path(__file__).parent))

import still_app
from accounts_kit import Kit, Memory, keyring_in_memory
from made_form import EVERY_KIND, serving
from quiet import wait_so
from still_app import StillClock, settled
from thrift import be_thrifty

from aep_tui.tui.app import AepTuiApp
from aep_tui.wizard.session import Session
from aep_tui.wizard.step import Step

WIDE, NARROW = (120, 36), (80, 24)


@pytest.fixture(autouse=True)
def _wait_for_what_is_waiting(monkeypatch: pytest.MonkeyPatch, request: pytest.FixtureRequest) -> None:
    wait_so(monkeypatch.setattr)
    for_a_picture = "snap_compare" in request.fixturenames or request.node.get_closest_marker("picture") is not None
    be_thrifty(monkeypatch.setattr, for_a_picture=for_a_picture)


@pytest.fixture
def still_clock() -> StillClock:
    return StillClock()


@pytest.fixture
def make_session(isolated: Path, still_clock: StillClock) -> Callable[..., Session]:
    """Return a function that makes a session: with the emulator, or with a transport of the test's own."""
    return partial(still_app.make_session, isolated / "aep-tui", still_clock)


Running = Callable[..., Any]


@pytest.fixture
def running(make_session: Callable[..., Session], still_clock: StillClock) -> Running:
    """Return a context manager that runs the app headless and waits until its sources are on the screen."""

    @asynccontextmanager
    async def run(
        session: Session | None = None, *, size: tuple[int, int] = WIDE, settle: bool = True, **options: Any
    ) -> AsyncIterator[tuple[AepTuiApp, Pilot[None]]]:
        options.setdefault("quiet_seconds", 0.0)
        app = AepTuiApp(session or make_session(), still_clock.clock(), **options)
        async with app.run_test(size=size, notifications=True, tooltips=True) as pilot:
            if settle:
                await settled(pilot)
            yield app, pilot

    return run


@pytest.fixture
def settle() -> Callable[[Pilot[None]], Awaitable[None]]:
    return settled


@pytest.fixture
def go_to() -> Callable[..., Awaitable[None]]:
    """Return a function that picks a source by typing, and waits for its form."""

    async def go(pilot: Pilot[None], search: str) -> None:
        await still_app.type_keys(pilot, search, "<enter>")
        await settled(pilot)
        app = pilot.app
        assert isinstance(app, AepTuiApp)
        assert app.wizard.step is Step.CREDENTIALS

    return go


@pytest.fixture
def reviewing(running: Any, make_session: Any, settle: Callable[..., Awaitable[None]]) -> Any:
    """Return a context manager that fills in a form and stands on Review."""

    @asynccontextmanager
    async def review(posts: Any, **options: Any) -> Any:
        async with running(make_session(httpx.MockTransport(posts), demo=False), wanted="made-up", **options) as (app, pilot):
            await settle(pilot)
            await pilot.press(*"mine", "tab", "tab", *"db", "tab", *"pw", "ctrl+n")
            await settle(pilot)
            assert app.wizard.step is Step.REVIEW
            yield app, pilot

    return review


@pytest.fixture
def opened(running: Any, make_session: Any) -> Any:
    def open_form(schema: dict[str, Any] = EVERY_KIND, *more: dict[str, Any], **options: Any) -> Any:
        return running(make_session(serving(schema, *more)), wanted="made-up", **options)

    return open_form


@pytest.fixture
def memory() -> Iterator[Memory]:
    with keyring_in_memory() as memory:
        yield memory


@pytest.fixture
def kit(isolated: Path, still_clock: StillClock, memory: Memory) -> Kit:
    """Return the profiles of a machine that has none yet, with a keyring in memory and the emulator behind them."""
    return Kit(isolated / "aep-tui", still_clock, memory)


@pytest.fixture
def started(still_clock: StillClock) -> Any:
    """Return a context manager that starts the app as the program does, with a session if there can be one."""

    @asynccontextmanager
    async def start(kit: Kit, *, size: tuple[int, int] = WIDE, settle: bool = True, **options: Any) -> Any:
        accounts = kit.accounts()
        options.setdefault("quiet_seconds", 0.0)
        app = AepTuiApp(accounts.session(), still_clock.clock(), accounts=accounts, **options)
        async with app.run_test(size=size, notifications=True, tooltips=True) as pilot:
            if settle:
                await settled(pilot)
            yield app, pilot

    return start
