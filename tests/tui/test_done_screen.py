"""Step 4: the id, the etag, the inlet URL, and leaving with them."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any

from posts import CREATED, Posts, history, text_of, until

from aep_tui.secret import Secret
from aep_tui.wizard.state import Answered
from aep_tui.wizard.step import Step

Settle = Callable[..., Awaitable[None]]


async def test_the_main_action_sends_once_and_leads_to_the_id(reviewing: Any, settle: Settle) -> None:
    posts = Posts(CREATED)
    async with reviewing(posts) as (app, pilot):
        await pilot.press("ctrl+n")
        await settle(pilot)
        assert app.wizard.step is Step.DONE
        assert posts.bodies == [
            {
                "name": "mine",
                "auth": {"specName": "Basic", "params": {"server": "db", "password": "pw"}},
                "connectionSpec": {"id": "made-up", "version": "1.0"},
            }
        ]
        assert posts.headers[0]["authorization"] == "Bearer a-token"
        shown = text_of(app, "#result")
        assert "an-id" in shown
        assert '"an-etag"' in shown
        assert app.made == ["an-id"]
        row = history(app)[0]
        assert (row.outcome, row.connection_id, row.etag, row.name) == ("created", "an-id", '"an-etag"', "mine")
        assert "pw" not in row.request_json
        assert "{PASSWORD}" in row.request_json


async def test_a_used_source_comes_first_afterwards(reviewing: Any, settle: Settle) -> None:
    async with reviewing(Posts(CREATED)) as (app, pilot):
        await pilot.press("ctrl+n")
        await settle(pilot)
        await pilot.press("ctrl+n")
        await settle(pilot)
        rows = app.screen.query_one("#sources").rows
        assert (rows[0].key, rows[1].key) == (None, "made-up")


async def test_copying_says_what_it_did(reviewing: Any) -> None:
    async with reviewing(Posts()) as (app, pilot):
        await pilot.press("c")
        assert '"{PASSWORD}"' in app.clipboard
        assert app.clipboard.startswith("{")
        await pilot.press("t", "c")
        assert app.clipboard.startswith("curl -X POST")
        await pilot.pause()
        assert any("clipboard" in notification.message for notification in app._notifications)


async def test_the_inlet_url_is_shown_whole_once_the_service_made_it(running: Any, settle: Settle, go_to: Any) -> None:
    async with running(size=(80, 24)) as (app, pilot):
        await go_to(pilot, "http api")
        await pilot.press(*"web", "ctrl+n")
        await settle(pilot)
        await pilot.press("ctrl+n")
        await settle(pilot)
        assert app.wizard.step is Step.DONE
        url = app.screen._inlet.url
        assert len(url) == 99
        lines = [
            app.screen.query_one("#inlet").render_line(y).text.strip()
            for y in range(app.screen.query_one("#inlet").size.height)
        ]
        assert url in "".join(lines)
        await pilot.press("i")
        assert app.clipboard == url


async def test_nothing_is_said_of_an_inlet_once_the_service_says_that_there_is_none(
    running: Any, settle: Settle, go_to: Any
) -> None:
    async with running() as (app, pilot):
        await go_to(pilot, "amazon kinesis")
        for field in app.wizard.draft.form.fields:
            app.dispatch(Answered(field.id, Secret("x") if field.secret else "x"))
        await pilot.press("ctrl+n")
        await settle(pilot)
        await pilot.press("ctrl+n")
        await until(lambda: app.wizard.step is Step.DONE)
        await until(lambda: not app.screen.has_class("-streaming"))
        assert app.inlets[app.made[0]].has_none
        steps = app.screen.query_one("#next")
        assert [row.key for row in steps.rows] == ["copy_id", "copy_etag", "copy_curl", "another", "history", "quit"]
        await pilot.pause()
        assert not app.screen.query_one("#inlet").display
        await pilot.press("i")
        assert not app._notifications


async def test_leaving_while_something_would_be_lost_asks_twice(reviewing: Any) -> None:
    async with reviewing(Posts()) as (app, pilot):
        await pilot.press("ctrl+q")
        assert app._exit is False
        await pilot.press("ctrl+q")
        await pilot.pause()
        assert app._exit is True


async def test_the_etag_can_be_copied(reviewing: Any, settle: Settle) -> None:
    async with reviewing(Posts(CREATED)) as (app, pilot):
        await pilot.press("ctrl+n")
        await settle(pilot)
        await pilot.press("e")
        assert app.clipboard == '"an-etag"'
        await pilot.press("down", "enter")
        assert app.clipboard == '"an-etag"'


async def test_an_inlet_url_that_comes_after_the_page_was_left_is_kept(running: Any, settle: Settle, go_to: Any) -> None:
    async with running() as (app, pilot):
        await go_to(pilot, "http api")
        await pilot.press("ctrl+n")
        await settle(pilot)
        await pilot.press("ctrl+n")
        await until(lambda: app.wizard.step is Step.DONE)
        await pilot.press("ctrl+n")
        await settle(pilot)
        assert app.wizard.step is Step.SOURCE
        (kept,) = history(app)
        assert kept.inlet_url.startswith("https://dcs.aep.invalid/collection/")


async def test_the_history_asks_for_an_inlet_url_that_was_not_there_yet(running: Any, settle: Settle, go_to: Any) -> None:
    async with running() as (app, pilot):
        await go_to(pilot, "http api")
        await pilot.press("ctrl+n")
        await settle(pilot)
        await pilot.press("ctrl+n")
        await settle(pilot)
        (kept,) = history(app)
        app.session.history.set_inlet_url(kept.id, "")
        await pilot.press("f2")
        await settle(pilot)
        assert kept.inlet_url in text_of(app, "#details-text")
        assert history(app)[0].inlet_url == kept.inlet_url
