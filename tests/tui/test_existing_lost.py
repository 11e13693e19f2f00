"""Using a connection that exists already, which is what a request whose answer was lost has made; or which it cannot be."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any

import httpx
import pytest
from posts import history, until
from settling_service import COLLEAGUE, Service, item, send

from aep_tui.errors import ExitCode
from aep_tui.tui.screens.existing import ExistingScreen
from aep_tui.wizard.step import Step

Settle = Callable[..., Awaitable[None]]
OLD = item("old")


async def use_the_first(app: Any, pilot: Any, settle: Settle) -> None:
    """Go back from Review, come to the form anew, and use the connection on top of those that are there now."""
    for step in (Step.CREDENTIALS, Step.SOURCE):
        await pilot.press("escape")
        await until(lambda wanted=step: app.wizard.step is wanted)
        await settle(pilot)
    app.pick("made-up")
    await until(lambda: app.wizard.step is Step.CREDENTIALS)
    await settle(pilot)
    await pilot.press("f9")
    await until(lambda: isinstance(app.screen, ExistingScreen))
    await settle(pilot)
    await pilot.press("enter")
    await settle(pilot)
    assert app.wizard.step is Step.DONE


async def test_what_the_lost_request_made_leaves_nothing_unknown(reviewing: Any, settle: Settle) -> None:
    service = Service(httpx.Response(504))
    service.after = []
    async with reviewing(service) as (app, pilot):
        await send(pilot, settle)
        assert app.leaving_code() is ExitCode.UNKNOWN_OUTCOME
        service.there = [item("late")]
        await use_the_first(app, pilot, settle)
        assert [(row.outcome, row.connection_id, row.settled) for row in history(app)] == [("created", "late", "taken")]
        assert (app.made, app.leaving_code()) == (["late"], ExitCode.DONE)


@pytest.mark.parametrize("used", [OLD, item("theirs", COLLEAGUE), item("new", name="another name")])
async def test_what_it_cannot_have_made_leaves_it_unknown(reviewing: Any, settle: Settle, used: Any) -> None:
    service = Service(httpx.Response(504))
    service.there, service.after = [OLD], [OLD]
    async with reviewing(service) as (app, pilot):
        await send(pilot, settle)
        service.there = [used]
        await use_the_first(app, pilot, settle)
        assert [(row.outcome, row.connection_id) for row in history(app)] == [("unknown", "")]
        assert (app.made, app.leaving_code()) == ([used["id"]], ExitCode.UNKNOWN_OUTCOME)


async def test_what_the_first_of_two_lost_requests_made_is_kept_for_that(reviewing: Any, settle: Settle) -> None:
    service = Service(httpx.Response(504), httpx.Response(504))
    service.after = []
    async with reviewing(service) as (app, pilot):
        await send(pilot, settle)
        # It is there before the second one is sent, and nobody can tell yet who made it.
        service.after = [item("first", "")]
        await pilot.press("a")
        await pilot.pause()
        await pilot.press("right", "enter")
        await settle(pilot)
        service.there = [item("first")]
        await use_the_first(app, pilot, settle)
        assert [(row.outcome, row.connection_id) for row in history(app)] == [("unknown", ""), ("created", "first")]
        assert app.leaving_code() is ExitCode.UNKNOWN_OUTCOME, "the second one may have made another"
