"""What earlier runs left unknown is asked about at the next start, and from the history."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any

import httpx
import pytest
from posts import history, key_line, text_of, until
from settling_service import ATTEMPT, COLLEAGUE, Service, item, left_by_an_earlier_run, notices

from aep_tui.errors import AepTuiError
from aep_tui.tui.settling import AskingNews
from aep_tui.wizard.settle import Settled, Verdict
from aep_tui.wizard.step import Step

Settle = Callable[..., Awaitable[None]]


# At the next start


@pytest.mark.parametrize(
    ("there", "words", "outcome"),
    [
        ([item("new")], "mine was created: new", "created"),
        ([item("theirs", COLLEAGUE)], "mine was most probably not created", "unknown"),
        ([item("a"), item("b")], "2 connections may be it", "unknown"),
        ([item("a", "")], "one connection may be it", "unknown"),
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
    left_by_an_earlier_run(session)
    # These came after it was there.
    left_by_an_earlier_run(session, 4, known_ids=("new",))
    async with running(session) as (app, _):
        assert "5 attempts were asked about: 1 created, 4 not found" in notices(app)


async def test_a_start_without_a_network_says_that_it_is_still_unknown(running: Any, make_session: Any, settle: Settle) -> None:
    def refuse(request: httpx.Request) -> httpx.Response:
        raise httpx.ConnectError("no route")

    refuse.ANSWERS = ("connections", "sandboxes")  # type: ignore[attr-defined]
    session = make_session(httpx.MockTransport(refuse), demo=False)
    left_by_an_earlier_run(session)
    async with running(session) as (app, pilot):
        assert "It is not known what became of mine" in notices(app)
        assert history(app)[0].settled == ""
        await pilot.press("f2")
        await settle(pilot)
        assert "could not be asked. No connection came about" in text_of(app, "#details-text")


class Stopped(AepTuiError):
    """Why the asking was stopped, with what was settled by then."""

    settled: tuple[Settled, ...] = ()


async def test_what_was_found_before_the_asking_was_stopped_is_told_as_found(
    running: Any, make_session: Any, settle: Settle
) -> None:
    session = make_session(httpx.MockTransport(Service()), demo=False)
    left_by_an_earlier_run(session, name="old")
    (new,) = left_by_an_earlier_run(session, name="new")

    async def settle_rows(_rows: Any, _tell: Any) -> Any:
        session.history.claim(new, "new-id", '"e"')
        stopped = Stopped("The service refused the access token.", "It has expired.")
        stopped.settled = (Settled(session.history.row(new), Verdict.CREATED),)
        raise stopped

    session.settle_rows = settle_rows
    async with running(session) as (app, pilot):
        assert "It is not known what became of old. F2 says why." in notices(app)
        assert "new was created: new-id. F2 has it." in notices(app)
        await pilot.press("f2")
        await settle(pilot)
        assert "the service has the one that was made" in text_of(app, "#details-text")
        assert "could not be asked" not in text_of(app, "#details-text")
        await pilot.press("down")
        assert "could not be asked. The service refused" in text_of(app, "#details-text")


async def test_a_created_one_stays_created_whatever_asking_came_to(running: Any, make_session: Any, settle: Settle) -> None:
    session = make_session(httpx.MockTransport(Service()), demo=False)
    async with running(session) as (app, pilot):
        (row_id,) = left_by_an_earlier_run(session)
        session.history.claim(row_id, "made-elsewhere", '"e"')
        app.asked[row_id] = AskingNews(0.0, trouble="No connection came about.", ended=True)
        await pilot.press("f2")
        await settle(pilot)
        assert "the service has the one that was made" in text_of(app, "#details-text")


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
        assert "The old one was damaged. F2 says where it is kept." in notices(app)
        assert len([other for other in path.parent.iterdir() if ".damaged-" in other.name]) == 1
        await pilot.press("f2")
        await pilot.pause()
        assert "Nothing was made" in text_of(app, "#empty")
        assert "The history was damaged. It is kept as" in text_of(app, "#remark")


async def test_a_history_of_a_newer_program_is_said_at_the_start_and_left_alone(running: Any, make_session: Any) -> None:
    session = make_session()
    session.history.begin(ATTEMPT)
    with session.history._database.writing() as connection:
        connection.execute("PRAGMA user_version = 7")
    content = session.history.path.read_bytes()
    async with running(session) as (app, _):
        assert "written by a newer aep-tui" in notices(app)
        assert session.history.path.read_bytes() == content


# From the history


async def test_f7_asks_about_the_highlighted_attempt(running: Any, make_session: Any, settle: Settle) -> None:
    service = Service()
    session = make_session(httpx.MockTransport(service), demo=False)
    left_by_an_earlier_run(session)
    async with running(session) as (app, pilot):
        await pilot.press("f2")
        await settle(pilot)
        assert "f7 Ask the service" in key_line(app)
        assert "the service had no new one" in text_of(app, "#details-text")
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


async def test_one_that_a_person_took_is_shown_as_created_at_once(running: Any, make_session: Any, settle: Settle) -> None:
    service = Service()
    service.there = [item("a"), item("b")]
    session = make_session(httpx.MockTransport(service), demo=False)
    async with running(session) as (app, pilot):
        left_by_an_earlier_run(session)
        await pilot.press("f2")
        await settle(pilot)
        await pilot.press("f7")
        await settle(pilot)
        await pilot.press("f7")
        await pilot.pause()
        await pilot.press("down", "enter")
        await settle(pilot)
        details = text_of(app, "#details-text")
        assert "Outcome       created" in details
        assert "somebody here said" in details
        assert "f7" not in key_line(app)


async def test_it_is_offered_for_unknown_attempts_alone(running: Any, make_session: Any, settle: Settle) -> None:
    session = make_session(httpx.MockTransport(Service()), demo=False)
    for outcome in ("created", "refused", "not sent"):
        session.history.finish(session.history.begin(ATTEMPT), outcome)
    async with running(session) as (app, pilot):
        await pilot.press("f2")
        await settle(pilot)
        for _ in range(3):
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
        assert "Another attempt has that connection already" in notices(app)


@pytest.mark.parametrize("there", [[item("a" * 36)], [item("a" * 36), item("b" * 36)], []])
async def test_its_notices_have_two_lines_and_name_the_keys_in_force(
    running: Any, make_session: Any, there: list[Any], settle: Settle
) -> None:
    service = Service()
    name = "Sales of the north by hour and store, for the planning of next year"
    service.there = [{**one, "name": name} for one in there]
    session = make_session(httpx.MockTransport(service), demo=False)
    left_by_an_earlier_run(session, name=name)
    async with running(session, size=(80, 24), keys={"history": "f15", "ask": "f16"}) as (app, pilot):
        assert "F15" in notices(app)
        assert "F2" not in notices(app)
        toasts = list(app.screen.query("Toast"))
        assert toasts
        assert all(toast.size.height <= 3 for toast in toasts), "a title and two lines"
        await pilot.press("f15")
        await settle(pilot)
        assert "F7" not in text_of(app, "#details-text")
        assert ("F16" in text_of(app, "#details-text")) == (len(there) != 1)
