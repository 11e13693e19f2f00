"""A history that is lost, damaged or in use while the program runs: nothing of it is taken for another, nothing forgotten."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any

import httpx
from posts import CREATED, history, until
from settling_service import Service, item, left_by_an_earlier_run, notices, send

from aep_tui.errors import ExitCode
from aep_tui.storage.history import HistoryUnusable
from aep_tui.wizard.state import ReviewAsked
from aep_tui.wizard.step import Step

Settle = Callable[..., Awaitable[None]]


def damage(app: Any) -> None:
    app.session.history.path.write_bytes(b"this is no database" * 400)


async def send_again(pilot: Any, settle: Settle) -> None:
    await pilot.press("a")
    await pilot.pause()
    await pilot.press("right", "enter")
    await settle(pilot)


async def another(app: Any, pilot: Any, settle: Settle, name: str) -> None:
    """Fill in one more connection of the same source, from the first page."""
    app.pick("made-up")
    await until(lambda: app.wizard.step is Step.CREDENTIALS)
    await settle(pilot)
    await pilot.press(*name, "tab", "tab", *"db", "tab", *"pw", "ctrl+n")
    await settle(pilot)
    assert app.wizard.step is Step.REVIEW


async def test_an_attempt_in_a_new_history_is_not_taken_for_the_one_of_its_number(reviewing: Any, settle: Settle) -> None:
    service = Service(httpx.Response(504), httpx.Response(504))
    service.after = [item("first")]
    async with reviewing(service) as (app, pilot):
        await send(pilot, settle)
        assert (app.wizard.step, app.made) == (Step.DONE, ["first"])
        await pilot.press("escape")
        await settle(pilot)
        damage(app)
        await another(app, pilot, settle, "mine")
        looks = service.looks
        await send(pilot, settle)
        assert service.looks > looks + 1, "the service is asked about the second one"
        await pilot.press("escape")
        await settle(pilot)
        app.dispatch(ReviewAsked())
        await settle(pilot)
        assert app.wizard.step is Step.REVIEW, "what the first one made is not told as made by the second"
        assert app.leaving_code() is ExitCode.UNKNOWN_OUTCOME


async def test_one_that_is_sent_again_into_a_new_history_is_not_told_of_as_two(reviewing: Any, settle: Settle) -> None:
    service = Service(httpx.Response(504), CREATED)
    service.after = []
    async with reviewing(service) as (app, pilot):
        await send(pilot, settle)
        app.session.history.path.unlink()
        await send_again(pilot, settle)
        assert app.wizard.step is Step.DONE
        assert "There are two now" not in notices(app)
        assert app.leaving_code() is ExitCode.DONE, "what was wanted is there"


async def test_an_unknown_attempt_of_a_history_that_was_damaged_is_unknown_still(reviewing: Any, settle: Settle) -> None:
    service = Service(httpx.Response(504), CREATED)
    service.after = []
    async with reviewing(service) as (app, pilot):
        await send(pilot, settle)
        await pilot.press("escape", "escape")
        await settle(pilot)
        assert app.wizard.step is Step.SOURCE
        app.wizard.kept.clear()
        damage(app)
        await another(app, pilot, settle, "other")
        await send(pilot, settle)
        assert app.wizard.step is Step.DONE
        assert [row.outcome for row in history(app)] == ["created"]
        assert app.leaving_code() is ExitCode.UNKNOWN_OUTCOME


async def test_one_can_be_sent_again_though_the_history_is_damaged(reviewing: Any, settle: Settle) -> None:
    service = Service(httpx.Response(504), CREATED)
    service.after = []
    async with reviewing(service) as (app, pilot):
        await send(pilot, settle)
        damage(app)
        await send_again(pilot, settle)
        assert app.wizard.step is Step.DONE
        assert "The old one was damaged" in notices(app)
        assert [row.outcome for row in history(app)] == ["created"]
        assert app.leaving_code() is ExitCode.DONE
        assert len(service.bodies) == 2


async def test_what_an_earlier_run_left_is_asked_about_though_the_history_was_in_use_for_a_moment(
    running: Any, make_session: Any, settle: Settle
) -> None:
    service = Service()
    service.there = [item("one")]
    session = make_session(httpx.MockTransport(service), demo=False)
    left_by_an_earlier_run(session)
    read, refused = session.history.unsettled, []

    def in_use_at_first(*place: str) -> Any:
        if not refused:
            refused.append(HistoryUnusable("The history is in use.", "Another program holds it.", "Close it."))
            raise refused[0]
        return read(*place)

    session.history.unsettled = in_use_at_first
    async with running(session) as (app, pilot):
        await settle(pilot)
        assert refused
        assert history(app)[0].connection_id == "one"
        assert "mine was created: one" in notices(app)
