"""The history follows what is being sent, and asks again about what nobody could tell a while ago."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any

import httpx
from posts import history, text_of, until
from settling_service import Service, item, left_by_an_earlier_run, send

from aep_tui.flow_service.models import Connection
from aep_tui.tui.screens.found import FoundScreen
from aep_tui.tui.screens.history import HistoryScreen
from aep_tui.tui.settling import AskingNews
from aep_tui.tui.widgets.virtual_list import VirtualList
from aep_tui.wizard.settle import SENT_NOW, Settled, Verdict
from aep_tui.wizard.step import Step

Settle = Callable[..., Awaitable[None]]


async def test_what_is_being_sent_is_shown_as_created_once_it_is(reviewing: Any, settle: Settle) -> None:
    gate = asyncio.Event()
    service = Service(gate)
    async with reviewing(service) as (app, pilot):
        await pilot.press("ctrl+n")
        await until(lambda: bool(service.bodies))
        await pilot.press("f2")
        await until(lambda: "Outcome       sending" in text_of(app, "#details-text"))
        gate.set()
        await until(lambda: app.wizard.step is Step.DONE)
        await settle(pilot)
        assert isinstance(app.screen, HistoryScreen)
        assert "Outcome       created" in text_of(app, "#details-text")
        assert [row.value.outcome for row in app.screen.query_one("#rows", VirtualList).rows] == ["created"]


async def test_what_was_sent_in_vain_is_shown_as_that(reviewing: Any, settle: Settle) -> None:
    held = asyncio.Event()
    service = Service(httpx.Response(400, json={"errorCode": "1400", "message": "no"}))
    async with reviewing(service) as (app, pilot):
        real = app.session._client.create_connection

        async def wait(*args: Any) -> Any:
            await held.wait()
            return await real(*args)

        app.session._client.create_connection = wait
        await pilot.press("ctrl+n")
        await until(lambda: bool(history(app)))
        await pilot.press("f2")
        await until(lambda: "Outcome       sending" in text_of(app, "#details-text"))
        held.set()
        await until(lambda: not app.is_sending())
        await settle(pilot)
        assert "Outcome       refused" in text_of(app, "#details-text")


async def test_f7_asks_again_once_none_was_taken(reviewing: Any, settle: Settle) -> None:
    service = Service(httpx.Response(504))
    async with reviewing(service) as (app, pilot):
        service.after = [item("one"), item("two")]
        await send(pilot, settle)
        assert app.wizard.step is Step.REVIEW
        # The other one is deleted meanwhile, by whoever made it.
        service.after = [item("one")]
        await pilot.press("f2")
        await settle(pilot)
        looks = service.looks
        assert "several may be it; F7 shows them" in text_of(app, "#details-text")
        await pilot.press("f7")
        await until(lambda: isinstance(app.screen, FoundScreen))
        await pilot.press("enter")
        await until(lambda: isinstance(app.screen, HistoryScreen))
        await settle(pilot)
        assert "none was taken; F7 asks again" in text_of(app, "#details-text")
        await pilot.press("f7")
        await settle(pilot)
        assert isinstance(app.screen, HistoryScreen)
        assert service.looks > looks
        assert (history(app)[0].outcome, history(app)[0].connection_id) == ("created", "one")


async def test_what_is_still_unsure_after_that_is_shown_anew(running: Any, make_session: Any, settle: Settle) -> None:
    service = Service()
    service.there = [item("one"), item("two")]
    session = make_session(httpx.MockTransport(service), demo=False)
    left_by_an_earlier_run(session)
    async with running(session) as (app, pilot):
        await pilot.press("f2")
        await settle(pilot)
        await pilot.press("f7")
        await until(lambda: isinstance(app.screen, FoundScreen))
        await pilot.press("escape")
        await until(lambda: isinstance(app.screen, HistoryScreen))
        await pilot.press("f7")
        await settle(pilot)
        assert isinstance(app.screen, HistoryScreen)
        assert "several may be it; F7 shows them" in text_of(app, "#details-text")
        await pilot.press("f7")
        await until(lambda: isinstance(app.screen, FoundScreen))


async def test_what_another_program_was_sending_is_asked_about_again_before_anybody_chooses(
    running: Any, make_session: Any, settle: Settle
) -> None:
    service = Service()
    session = make_session(httpx.MockTransport(service), demo=False)
    async with running(session) as (app, pilot):
        (row_id,) = left_by_an_earlier_run(session)
        found = (Connection(id="one", name="mine"),)
        unsure = Settled(session.history.row(row_id), Verdict.UNSURE, found, SENT_NOW)
        app.asked[row_id] = AskingNews(0.0, settled=unsure, ended=True)
        service.there = [item("one")]
        await pilot.press("f2")
        await settle(pilot)
        await pilot.press("f7")
        await settle(pilot)
        assert isinstance(app.screen, HistoryScreen)
        assert (history(app)[0].outcome, history(app)[0].connection_id) == ("created", "one")
