"""After an unknown outcome the service is asked: on Review at once, at the next start, and from the history."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import replace
from typing import Any

import httpx
import pytest
from posts import CREATED, Posts, history, key_line, text_of, until
from textual.widgets import OptionList, Static

from aep_tui.storage.history import Attempt
from aep_tui.wizard.settle import client_mark
from aep_tui.wizard.state import ReviewAsked
from aep_tui.wizard.step import Step

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
        self.looks += 1
        if not self.bodies:
            return httpx.Response(200, json={"items": self.there})
        if self.held is not None:
            await self.held.wait()
        if isinstance(self.broken, Exception):
            raise self.broken
        return self.broken or httpx.Response(200, json={"items": self.there if self.after is None else self.after})


def notices(app: Any) -> str:
    return " | ".join(f"{note.title}: {note.message}" for note in app._notifications)


async def send(pilot: Any, settle: Settle) -> None:
    await pilot.press("ctrl+n")
    await settle(pilot)


# On Review


async def test_one_that_is_found_is_the_one_and_the_wizard_goes_on(reviewing: Any, settle: Settle) -> None:
    service = Service(httpx.Response(504))
    service.there, service.after = [item("old")], [item("old"), item("new"), item("theirs", COLLEAGUE)]
    async with reviewing(service) as (app, pilot):
        await send(pilot, settle)
        assert app.wizard.step is Step.DONE
        assert "new" in text_of(app, "#result")
        assert '"new"' in text_of(app, "#result")
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
        assert app.screen.query_one("#trouble").border_title == "Unknown: the service has none of that name that is new"
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
        assert "first  enabled  made 1970-01-01 00:00:00" in choices[1]
        assert "second  initializing" in choices[2]
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


async def test_found_while_help_lies_over_the_page(reviewing: Any, settle: Settle) -> None:
    service = Service(httpx.Response(504))
    service.held, service.after = asyncio.Event(), [item("new")]
    async with reviewing(service) as (app, pilot):
        await pilot.press("ctrl+n")
        await until(lambda: app.screen.has_class("-asking"))
        await pilot.press("f2")
        await pilot.press("f1")
        service.held.set()
        await settle(pilot)
        assert app.wizard.step is Step.DONE
        assert app.screen.title_line().endswith("Done")
        await pilot.press("escape")
        await settle(pilot)
        assert len(app.screen_stack) == 1


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


# At the next start


def left_by_an_earlier_run(session: Any, count: int = 1, **values: Any) -> list[int]:
    rows = [session.history.begin(replace(ATTEMPT, **values)) for _ in range(count)]
    for row_id in rows[1:]:
        session.history.finish(row_id, "unknown")
    return rows


@pytest.mark.parametrize(
    ("there", "words", "outcome"),
    [
        ([item("new")], "mine was created: new", "created"),
        ([item("theirs", COLLEAGUE)], "mine was not created", "unknown"),
        ([item("a"), item("b")], "there are 2 connections of that name", "unknown"),
        ([item("a", "")], "there is one connection of that name", "unknown"),
    ],
)
async def test_the_next_start_asks_behind_the_page_and_says_what_it_came_to(
    running: Any, make_session: Any, there: list[Any], words: str, outcome: str
) -> None:
    service = Service()
    service.there = there
    session = make_session(httpx.MockTransport(service), demo=False)
    left_by_an_earlier_run(session)
    async with running(session) as (app, _):
        assert words in notices(app)
        assert history(app)[0].outcome == outcome
        assert app.screen.title_line() == "Step 1 of 4: Source"
        assert app.made == [], "it was not made in this run"
    looks = service.looks
    async with running(session) as (app, _):
        assert service.looks == looks, "what was asked once is not asked at every start"


async def test_the_start_leaves_other_places_alone(running: Any, make_session: Any) -> None:
    service = Service()
    service.there = [item("new")]
    session = make_session(httpx.MockTransport(service), demo=False)
    left_by_an_earlier_run(session, sandbox="prod")
    left_by_an_earlier_run(session, org="OTHER@AdobeOrg")
    async with running(session) as (app, _):
        assert service.looks == 0
        assert {row.outcome for row in history(app)} == {"unknown"}
        assert notices(app) == ""


async def test_many_of_earlier_runs_are_told_in_one_sentence(running: Any, make_session: Any) -> None:
    service = Service()
    service.there = [item("new")]
    session = make_session(httpx.MockTransport(service), demo=False)
    left_by_an_earlier_run(session, 5)
    async with running(session) as (app, _):
        assert "5 attempts were asked about: 1 created, 4 not found" in notices(app)


async def test_a_start_without_a_network_says_that_it_is_still_unknown(running: Any, make_session: Any) -> None:
    def refuse(request: httpx.Request) -> httpx.Response:
        raise httpx.ConnectError("no route")

    session = make_session(httpx.MockTransport(refuse), demo=False)
    left_by_an_earlier_run(session)
    async with running(session) as (app, _):
        assert "It is not known what became of mine" in notices(app)
        assert history(app)[0].settled == ""


async def test_the_first_page_does_not_wait_for_it(running: Any, make_session: Any, settle: Settle) -> None:
    service, asked = Service(), asyncio.Event()
    service.bodies.append("something was posted")
    service.held = asked
    session = make_session(httpx.MockTransport(service), demo=False)
    left_by_an_earlier_run(session)
    async with running(session, settle=False) as (app, pilot):
        await until(lambda: service.looks == 1 and bool(app.screen.query("#status")))
        await pilot.press(*"made", "enter")
        await until(lambda: app.wizard.step is Step.CREDENTIALS)
        asked.set()
        await settle(pilot)


async def test_a_damaged_history_is_kept_aside_at_the_start_and_that_is_said(running: Any, make_session: Any) -> None:
    session = make_session()
    path = session.history.path
    path.parent.mkdir(parents=True)
    path.write_bytes(b"these are my notes\n" * 100)
    async with running(session) as (app, pilot):
        assert "The history was damaged. It is kept as" in notices(app)
        assert len([other for other in path.parent.iterdir() if ".damaged-" in other.name]) == 1
        await pilot.press("f2")
        await pilot.pause()
        assert "Nothing was made" in text_of(app, "#empty")


async def test_a_history_of_a_newer_program_is_said_at_the_start_and_left_alone(running: Any, make_session: Any) -> None:
    session = make_session()
    session.history.begin(ATTEMPT)
    with session.history._database.writing() as connection:
        connection.execute("PRAGMA user_version = 7")
    content = session.history.path.read_bytes()
    async with running(session) as (app, _):
        assert "written by a newer aep-tui" in notices(app)
        assert session.history.path.read_bytes() == content


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


async def test_a_history_that_is_damaged_later_is_kept_aside_when_something_is_sent(reviewing: Any, settle: Settle) -> None:
    service = Service(CREATED)
    async with reviewing(service) as (app, pilot):
        app.session.history.begin(ATTEMPT)
        app.session.history.path.write_bytes(b"these are my notes\n" * 100)
        await send(pilot, settle)
        assert app.wizard.step is Step.DONE
        assert [row.outcome for row in history(app)] == ["created"]


# From the history


async def test_f7_asks_about_the_highlighted_attempt(running: Any, make_session: Any, settle: Settle) -> None:
    service = Service()
    session = make_session(httpx.MockTransport(service), demo=False)
    left_by_an_earlier_run(session)
    async with running(session) as (app, pilot):
        await pilot.press("f2")
        await settle(pilot)
        assert "f7 Ask the service" in key_line(app)
        assert "the service had none that was new" in text_of(app, "#details-text")
        service.there = [item("late")]
        await pilot.press("f7")
        await settle(pilot)
        assert (history(app)[0].outcome, history(app)[0].connection_id) == ("created", "late")
        shown = text_of(app, "#details-text")
        assert "late" in shown
        assert "the service has the one that was made" in shown
        assert "f7" not in key_line(app)


async def test_f7_shows_several_and_one_can_be_taken(running: Any, make_session: Any, settle: Settle) -> None:
    service = Service()
    service.there = [item("a"), item("b")]
    session = make_session(httpx.MockTransport(service), demo=False)
    left_by_an_earlier_run(session)
    async with running(session) as (app, pilot):
        await pilot.press("f2")
        await settle(pilot)
        await pilot.press("f7")
        await pilot.pause()
        await pilot.press("down", "enter")
        await settle(pilot)
        assert history(app)[0].connection_id == "a"
        assert "somebody here said" in text_of(app, "#details-text")


async def test_it_is_offered_for_unknown_attempts_of_this_place_alone(running: Any, make_session: Any, settle: Settle) -> None:
    session = make_session(httpx.MockTransport(Service()), demo=False)
    for outcome in ("created", "refused", "not sent"):
        session.history.finish(session.history.begin(ATTEMPT), outcome)
    left_by_an_earlier_run(session, sandbox="prod")
    async with running(session) as (app, pilot):
        await pilot.press("f2")
        await settle(pilot)
        for _ in range(4):
            assert "f7" not in key_line(app)
            await pilot.press("f7", "down")
        assert app.asked == {}


async def test_a_service_that_cannot_be_asked_is_told_in_the_history(running: Any, make_session: Any, settle: Settle) -> None:
    service = Service()
    session = make_session(httpx.MockTransport(service), demo=False)
    async with running(session) as (app, pilot):
        left_by_an_earlier_run(session)
        service.bodies.append("something was posted")
        service.broken = httpx.Response(401, json={"error_code": "401013", "message": "Oauth token is not valid"})
        await pilot.press("f2")
        await settle(pilot)
        assert "not yet; F7 asks" in text_of(app, "#details-text")
        await pilot.press("f7")
        await settle(pilot)
        assert "could not be asked" in text_of(app, "#details-text")
        assert "401013" in text_of(app, "#details-text")


async def test_what_another_attempt_has_cannot_be_taken(running: Any, make_session: Any, settle: Settle) -> None:
    service = Service()
    service.there = [item("a"), item("b")]
    session = make_session(httpx.MockTransport(service), demo=False)
    (row_id,) = left_by_an_earlier_run(session)
    async with running(session) as (app, pilot):
        await pilot.press("f2")
        await settle(pilot)
        session.history.finish(session.history.begin(ATTEMPT), "created", connection_id="a")
        app.choose(row_id)
        await pilot.pause()
        await pilot.press("down", "enter")
        await settle(pilot)
        assert "Another attempt in the history has that connection already" in notices(app)


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
