"""After an unknown outcome Review asks the service at once."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any

import httpx
import pytest
from posts import CREATED, history, key_line, text_of, until
from settling_service import ATTEMPT, COLLEAGUE, Service, item, left_by_an_earlier_run, notices, send
from textual.command import CommandList, CommandPalette
from textual.widgets import OptionList, Static

from aep_tui.tui.screens.help import HelpScreen
from aep_tui.tui.widgets.virtual_list import VirtualList
from aep_tui.wizard.state import ReviewAsked
from aep_tui.wizard.step import Step

Settle = Callable[..., Awaitable[None]]


async def test_one_that_is_found_is_the_one_and_the_wizard_goes_on(reviewing: Any, settle: Settle) -> None:
    service = Service(httpx.Response(504))
    service.there, service.after = [item("old")], [item("old"), item("new"), item("theirs", COLLEAGUE)]
    async with reviewing(service) as (app, pilot):
        await send(pilot, settle)
        assert app.wizard.step is Step.DONE
        result = text_of(app, "#result")
        assert '"new"' in result
        assert "The answer was lost; the connection was found by asking the service." in result
        assert " s\n" not in result, "how long it took is not known"
        assert app.made == ["new"]
        assert not app.left_unknown
        assert [(row.outcome, row.connection_id) for row in history(app)] == [("created", "new")]
        await pilot.press("escape")
        await settle(pilot)
        assert app.wizard.step is Step.SOURCE
        assert app.wizard.kept == {}
        assert len(service.bodies) == 1


async def test_none_is_said_and_sending_again_stays_a_separate_confirmed_action(reviewing: Any, settle: Settle) -> None:
    service = Service(httpx.Response(504), CREATED)
    service.after = [item("theirs", COLLEAGUE)]
    async with reviewing(service) as (app, pilot):
        await send(pilot, settle)
        assert app.wizard.step is Step.REVIEW
        assert "most probably not made" in text_of(app, "#trouble")
        assert app.screen.query_one("#trouble").border_title == "Unknown: the service has no new one of that name"
        assert app.focused.id == "again"
        assert app.left_unknown
        await pilot.press("ctrl+n")
        await settle(pilot)
        assert len(service.bodies) == 1
        await pilot.press("a")
        await pilot.pause()
        await pilot.press("right", "enter")
        await settle(pilot)
        assert app.wizard.step is Step.DONE
        assert [row.outcome for row in history(app)] == ["created", "unknown"]
        assert "answer was lost" not in text_of(app, "#result")
        assert history(app)[1].settled == "none"
        assert notices(app) == "", "that the first one made nothing was to be expected"


async def test_a_first_request_that_made_one_late_is_told_after_the_second(reviewing: Any, settle: Settle) -> None:
    service = Service(httpx.Response(504), CREATED)
    service.after = []
    async with reviewing(service, keys={"history": "f15"}) as (app, pilot):
        await send(pilot, settle)
        service.after = [item("late"), item("an-id")]
        await pilot.press("a")
        await pilot.pause()
        await pilot.press("right", "enter")
        await settle(pilot)
        assert app.wizard.step is Step.DONE
        assert [(row.connection_id, row.settled) for row in history(app)] == [("an-id", ""), ("late", "found")]
        assert "The first request made mine too: late. F15 has both." in notices(app)
        assert app.made == ["an-id", "late"]


async def test_it_can_be_asked_again_on_review(reviewing: Any, settle: Settle) -> None:
    service = Service(httpx.Response(504))
    async with reviewing(service) as (app, pilot):
        await send(pilot, settle)
        service.after = [item("late")]
        await pilot.press("r")
        await settle(pilot)
        assert app.wizard.step is Step.DONE
        assert app.made == ["late"]


async def test_several_are_shown_and_a_person_takes_one(reviewing: Any, settle: Settle) -> None:
    service = Service(httpx.Response(504))
    service.after = [item("first"), item("second", state="initializing")]
    async with reviewing(service) as (app, pilot):
        await send(pilot, settle)
        assert "2 connections that may be it" in text_of(app, "#trouble")
        assert "Which one…" in key_line(app)
        await pilot.press("w")
        await pilot.pause()
        choices = [str(option.prompt) for option in app.screen.query_one(OptionList).options]
        assert choices[0].startswith("None of them")
        assert choices[1] == "first\n  made by this client · enabled · 1970-01-01 00:00:00"
        assert choices[2].startswith("second\n  made by this client · initializing")
        await pilot.press("enter")
        await settle(pilot)
        assert (app.wizard.step, app.made) == (Step.REVIEW, [])
        assert history(app)[0].settled == "several"
        await pilot.press("w")
        await pilot.pause()
        await pilot.press("down", "down", "enter")
        await settle(pilot)
        assert (app.wizard.step, app.made) == (Step.DONE, ["second"])
        assert (history(app)[0].connection_id, history(app)[0].settled) == ("second", "taken")
        assert "you said that this connection is the one" in text_of(app, "#result")


async def test_without_a_client_nothing_is_taken_without_a_person(reviewing: Any, settle: Settle) -> None:
    service = Service(httpx.Response(504))
    service.after = [item("new", "")]
    async with reviewing(service) as (app, pilot):
        await send(pilot, settle)
        assert (app.wizard.step, app.made) == (Step.REVIEW, [])
        assert "does not say which client" in text_of(app, "#trouble")
        await pilot.press("w")
        await pilot.pause()
        await pilot.press("escape")
        await settle(pilot)
        assert app.wizard.step is Step.REVIEW
        assert history(app)[0].settled == "unsure"


async def test_who_may_not_list_is_told_and_the_page_says_how_it_stands(reviewing: Any, settle: Settle) -> None:
    service = Service(httpx.Response(504))
    service.broken = httpx.Response(403, json={"type": "x/FLOW-2120-403", "title": "Forbidden"})
    async with reviewing(service) as (app, pilot):
        await send(pilot, settle)
        assert "could not be asked" in text_of(app, "#trouble")
        assert "FLOW-2120-403" in text_of(app, "#trouble")
        assert history(app)[0].settled == ""
        assert "Send again…" in key_line(app)


async def test_while_it_is_asked_the_page_says_so_counts_and_offers_nothing_that_sends(
    reviewing: Any, settle: Settle, still_clock: Any
) -> None:
    service = Service(httpx.Response(504))
    service.held = asyncio.Event()
    async with reviewing(service) as (app, pilot):
        await pilot.press("ctrl+n")
        await until(lambda: service.looks == 2 and app.screen.has_class("-asking"))
        still_clock.move(7)
        app.screen._tick()
        assert "Asking the service whether it was made … 7 s" in text_of(app, "#sending")
        trouble = app.screen.query_one("#trouble")
        assert "Nothing to do now: wait." in text_of(app, "#trouble")
        assert text_of(app, "#trouble").count("→") == 1, "one thing to do at a time"
        assert "esc" not in trouble.border_subtitle
        assert "Send again" not in key_line(app)
        await pilot.press("a", "ctrl+n", "r", "w")
        assert app.screen.title_line() == "Step 3 of 4: Review"
        await pilot.press("escape")
        await settle(pilot)
        assert app.wizard.step is Step.CREDENTIALS
        assert app.asked == {}
        assert history(app)[0].settled == ""
        service.held.set()
        service.after = [item("new")]
        await pilot.press("ctrl+n")
        await settle(pilot)
        assert (app.wizard.step, app.made) == (Step.DONE, ["new"]), "coming back asks again"
        assert len(service.bodies) == 1


async def test_a_look_that_fails_is_told_while_it_goes_on(reviewing: Any, settle: Settle) -> None:
    service = Service(httpx.ReadError("dropped"))
    service.broken = httpx.ConnectError("no route")
    async with reviewing(service) as (app, pilot):
        await send(pilot, settle)
        assert "could not be asked" in text_of(app, "#trouble")
        service.broken, service.after = None, [item("new")]
        await pilot.press("r")
        await settle(pilot)
        assert app.wizard.step is Step.DONE


async def test_found_while_other_pages_lie_over_review_done_waits_until_they_are_left(reviewing: Any, settle: Settle) -> None:
    service = Service(httpx.Response(504))
    service.held, service.after = asyncio.Event(), [item("new")]
    async with reviewing(service) as (app, pilot):
        await pilot.press("ctrl+n")
        await until(lambda: app.screen.has_class("-asking"))
        await pilot.press("f2")
        await settle_page(pilot)
        await pilot.press("f1")
        service.held.set()
        await settle(pilot)
        assert (app.wizard.step, app.made) == (Step.DONE, ["new"])
        assert isinstance(app.screen, HelpScreen)
        assert "Created: mine was created: new. Leave this page to see it." in notices(app)
        await pilot.press("escape")
        await settle(pilot)
        assert app.screen.title_line() == "History", "only the wizard's own page gives way"
        assert app.screen.query_one("#rows", VirtualList).highlighted.value.outcome == "created"
        await pilot.press("escape")
        await settle(pilot)
        assert app.screen.title_line() == "Step 4 of 4: Done"
        assert len(app.screen_stack) == 2
        await pilot.press("escape")
        await settle(pilot)
        assert len(app.screen_stack) == 1


async def test_a_command_that_was_picked_for_review_does_nothing_to_done(reviewing: Any, settle: Settle) -> None:
    service = Service(httpx.Response(504))
    service.held, service.after = asyncio.Event(), [item("new")]
    async with reviewing(service) as (app, pilot):
        await pilot.press("ctrl+n")
        await until(lambda: app.screen.has_class("-asking"))
        await pilot.press("ctrl+p", *"back")
        commands = app.screen.query_one(CommandList)
        await until(lambda: commands.option_count > 0)
        await pilot.press("down")
        service.held.set()
        await until(lambda: app.wizard.step is Step.DONE)
        assert isinstance(app.screen, CommandPalette)
        await pilot.press("enter")
        await settle(pilot)
        assert (app.wizard.step, app.screen.title_line()) == (Step.DONE, "Step 4 of 4: Done")


async def settle_page(pilot: Any) -> None:
    """Wait until the page on top is laid out, whatever is still asked behind it."""
    await until(lambda: pilot.app.screen.is_mounted)
    await pilot.pause()


@pytest.mark.parametrize("page", ["history", "review"])
async def test_news_that_comes_before_a_page_is_laid_out_is_drawn_with_it(reviewing: Any, settle: Settle, page: str) -> None:
    service = Service(httpx.Response(504))
    service.after = [item("a"), item("b")]
    async with reviewing(service) as (app, pilot):
        await send(pilot, settle)
        if page == "history":
            app.action_history()
        else:
            app.screen.action_back()
            app.dispatch(ReviewAsked())
        assert not app.screen.is_mounted
        app._tell_screen()
        await settle(pilot)
        words = text_of(app, "#details-text") if page == "history" else text_of(app, "#trouble")
        assert ("several may be it" if page == "history" else "2 connections that may be it") in words


async def test_a_hostile_answer_is_shown_as_text(reviewing: Any, settle: Settle) -> None:
    service = Service(httpx.Response(504))
    service.after = [item("[red]a[/]\x1b[31m", state="[b]\x07", createdAt=10**18), item("b", createdAt="noon")]
    async with reviewing(service) as (app, pilot):
        await send(pilot, settle)
        await pilot.press("w")
        await pilot.pause()
        shown = "\n".join(strip.text for strip in app.screen._compositor.render_strips())
        assert "[red]a[/]" in shown
        assert "\x1b" not in shown
        assert shown.count("time not told") == 2


async def test_leaving_and_coming_back_at_once_asks_anew(reviewing: Any, settle: Settle) -> None:
    service = Service(httpx.Response(504))
    service.held = asyncio.Event()
    async with reviewing(service) as (app, pilot):
        await pilot.press("ctrl+n")
        await until(lambda: app.screen.has_class("-asking"))
        app.screen.action_back()
        app.dispatch(ReviewAsked())
        await until(lambda: service.looks == 3 and app.screen.has_class("-asking"))
        service.after = [item("new")]
        service.held.set()
        await settle(pilot)
        assert (app.wizard.step, app.made) == (Step.DONE, ["new"])


async def test_one_that_the_history_found_meanwhile_is_not_called_uncertain_any_more(reviewing: Any, settle: Settle) -> None:
    service = Service(httpx.Response(504))
    service.after = []
    async with reviewing(service) as (app, pilot):
        await send(pilot, settle)
        await pilot.press("escape")
        await settle(pilot)
        service.after = [item("late")]
        await pilot.press("f2")
        await settle(pilot)
        await pilot.press("f7")
        await settle(pilot)
        await pilot.press("escape")
        await settle(pilot)
        assert app.wizard.step is Step.CREDENTIALS
        await pilot.press("ctrl+n")
        await settle(pilot)
        assert (app.wizard.step, app.made) == (Step.DONE, ["late"])
        assert app.screen.title_line() == "Step 4 of 4: Done"
        assert len(app.screen_stack) == 2
        assert app.keys._holds == 0


async def test_leaving_as_far_as_the_sources_at_once_stops_the_asking(reviewing: Any, settle: Settle) -> None:
    service = Service(httpx.Response(504))
    service.held = asyncio.Event()
    async with reviewing(service) as (app, pilot):
        await pilot.press("ctrl+n")
        await until(lambda: app.screen.has_class("-asking"))
        app.go_back()
        app.go_back()
        await until(lambda: not any(worker.group == "settle" for worker in app.workers))
        await settle(pilot)
        assert (app.wizard.step, app.asked) == (Step.SOURCE, {})
        assert history(app)[0].settled == ""


async def test_a_history_that_is_damaged_later_is_kept_aside_when_something_is_sent(reviewing: Any, settle: Settle) -> None:
    service = Service(CREATED)
    async with reviewing(service) as (app, pilot):
        app.session.history.begin(ATTEMPT)
        app.session.history.path.write_bytes(b"these are my notes\n" * 100)
        await send(pilot, settle)
        assert app.wizard.step is Step.DONE
        assert [row.outcome for row in history(app)] == ["created"]


async def test_the_page_of_several_says_it_on_the_smallest_window(reviewing: Any, settle: Settle) -> None:
    service = Service(httpx.Response(504))
    service.after = [item(f"0000-{number}") for number in range(30)]
    async with reviewing(service, size=(60, 16)) as (app, pilot):
        await send(pilot, settle)
        await pilot.press("w")
        await pilot.pause()
        shown = "\n".join(strip.text for strip in app.screen._compositor.render_strips())
        assert "None of them" in shown
        assert "esc leaves" in shown
        assert [str(widget.content) for widget in app.screen.query(Static)]


async def test_the_page_of_several_says_who_made_each(running: Any, make_session: Any, settle: Settle) -> None:
    service = Service()
    service.there = [item("theirs", COLLEAGUE), item("silent", ""), item("mine")]
    session = make_session(httpx.MockTransport(service), demo=False)
    left_by_an_earlier_run(session, known_ids=None)
    async with running(session, size=(80, 24)) as (app, pilot):
        await pilot.press("f2")
        await settle(pilot)
        await pilot.press("f7")
        await until(lambda: bool(app.screen.query(OptionList)))
        _, *choices = (str(option.prompt).split(" · ")[0] for option in app.screen.query_one(OptionList).options)
        assert choices == ["mine\n  made by this client", "silent\n  maker not told", "theirs\n  made by another client"]
        shown = "\n".join(strip.text for strip in app.screen._compositor.render_strips())
        assert "What another client made is most probably a colleague's." in " ".join(shown.replace("│", " ").split())
        await pilot.press("down", "enter")
        await settle(pilot)
        assert history(app)[0].connection_id == "mine", "the order on the page is not that of the answer"
