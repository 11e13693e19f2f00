"""Step 3: what is shown is what is sent, once; and what each outcome leads to."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Awaitable, Callable
from typing import Any

import httpx
import pytest
from made_form import focus, row
from posts import CREATED, ITEM, Posts, history, key_line, text_of, until
from textual import events
from textual.widgets import Static
from textual.worker import WorkerFailed

from aep_tui.errors import ExitCode
from aep_tui.flow_service.retries import Waiting
from aep_tui.outcome import Outcome
from aep_tui.wizard.step import Step

Settle = Callable[..., Awaitable[None]]
REFUSALS = [
    (httpx.Response(400, json={"type": "x/FLOW-1100-400", "report": {"detailed-message": "401"}}), "FLOW-1100-400"),
    (httpx.Response(401, json={"error_code": "401013", "message": "Oauth token is not valid"}), "401013"),
    (httpx.Response(403, json={"error_code": "403025", "message": "Profile is not valid"}), "403025"),
    (httpx.Response(404, json={"errorMessage": "not found"}), "not found"),
    (httpx.Response(429, headers={"retry-after": "3"}), "3"),
    (httpx.Response(302, headers={"location": "https://elsewhere.example.org"}), ""),
]  # fmt: skip


async def test_review_shows_method_url_headers_and_body_and_no_secret(reviewing: Any) -> None:
    async with reviewing(Posts()) as (app, _):
        shown = "\n".join(str(widget.content) for widget in app.screen.query(Static))
        for part in (
            "POST https://platform.adobe.io/data/foundation/flowservice/connections",
            "Authorization: Bearer {ACCESS_TOKEN}",
            "x-api-key: {API_KEY}",
            "x-gw-ims-org-id: ACME@AdobeOrg",
            "x-sandbox-name: dev",
            "Content-Type: application/json",
            '"password": "{PASSWORD}"',
            "curl -X POST",
        ):
            assert part in shown, part
        assert "pw" not in shown.replace("pwd", "")
        assert str(app.screen.query_one("#send").label).startswith("Create connection in dev")


async def test_a_held_key_creates_nothing(reviewing: Any, settle: Settle) -> None:
    posts = Posts(CREATED)
    async with reviewing(posts, quiet_seconds=0.3) as (app, pilot):
        await pilot.press("escape")
        await settle(pilot)
        assert app.wizard.step is Step.CREDENTIALS
        for _ in range(10):
            app.post_message(events.Key("ctrl+n", None))
            app.post_message(events.Key("enter", "\r"))
        await settle(pilot)
        assert posts.bodies == []
        assert app.wizard.step is Step.REVIEW
        await asyncio.sleep(0.35)
        await pilot.press("ctrl+n")
        await settle(pilot)
        assert len(posts.bodies) == 1


async def test_nothing_leads_back_to_a_review_that_could_be_sent_twice(reviewing: Any, settle: Settle) -> None:
    posts = Posts(CREATED, CREATED)
    async with reviewing(posts) as (app, pilot):
        await pilot.press("ctrl+n")
        await settle(pilot)
        await pilot.press("escape")
        await settle(pilot)
        assert app.wizard.step is Step.SOURCE
        assert len(app.screen_stack) == 1
        await pilot.press("enter")
        await settle(pilot)
        assert app.wizard.draft.answers() == {}
        assert len(posts.bodies) == 1


@pytest.mark.parametrize(("answer", "part"), REFUSALS)
async def test_after_a_refusal_the_answers_stay_and_the_main_action_sends_the_corrected_request(
    reviewing: Any, settle: Settle, answer: httpx.Response, part: str
) -> None:
    posts = Posts(answer, CREATED)
    async with reviewing(posts) as (app, pilot):
        await pilot.press("ctrl+n")
        await settle(pilot)
        assert app.wizard.step is Step.REVIEW
        assert part in text_of(app, "#trouble")
        assert "→" in text_of(app, "#trouble")
        assert history(app)[0].outcome == "refused"
        await pilot.press("escape")
        await settle(pilot)
        await focus(pilot, "Server")
        await pilot.press("ctrl+u", *"db2", "ctrl+n")
        await settle(pilot)
        await pilot.press("ctrl+n")
        await settle(pilot)
        assert app.wizard.step is Step.DONE
        assert [body["auth"]["params"] for body in posts.bodies] == [
            {"server": "db", "password": "pw"},
            {"server": "db2", "password": "pw"},
        ]


async def test_a_refusal_that_names_a_param_lands_on_its_field(reviewing: Any, settle: Settle) -> None:
    refusal = httpx.Response(
        400, json={"type": "x/1304-400", "report": {"detailed-message": "mandatory field password not provided"}}
    )
    async with reviewing(Posts(refusal)) as (app, pilot):
        await pilot.press("ctrl+n")
        await settle(pilot)
        await pilot.press("escape")
        await settle(pilot)
        assert row(app, "Password").error
        assert row(app, "Password").is_current


async def test_what_was_not_sent_is_sent_by_the_main_action(reviewing: Any, settle: Settle) -> None:
    posts = Posts(httpx.ConnectError("no route"), CREATED)
    async with reviewing(posts) as (app, pilot):
        await pilot.press("ctrl+n")
        await settle(pilot)
        assert app.wizard.result.outcome is Outcome.NOT_SENT
        assert history(app)[0].outcome == "not sent"
        await pilot.press("ctrl+n")
        await settle(pilot)
        assert app.wizard.step is Step.DONE
        assert [row.outcome for row in history(app)] == ["created", "not sent"]


UNKNOWN = [
    httpx.ReadTimeout("slow"),
    httpx.RemoteProtocolError("dropped"),
    httpx.ReadError("reset"),
    httpx.Response(500),
    httpx.Response(503),
    httpx.Response(504, text="<html>gateway</html>"),
    httpx.Response(201, text=""),
    httpx.Response(201, json={"etag": "x"}),
    httpx.Response(200, text="{"),
]


@pytest.mark.parametrize("answer", UNKNOWN, ids=lambda answer: str(getattr(answer, "status_code", type(answer).__name__)))
async def test_after_an_unknown_outcome_the_main_action_does_not_send_and_points_to_the_history(
    reviewing: Any, settle: Settle, answer: Any
) -> None:
    posts = Posts(answer)
    async with reviewing(posts) as (app, pilot):
        await pilot.press("ctrl+n")
        await settle(pilot)
        await pilot.press("ctrl+n")
        await settle(pilot)
        assert len(posts.bodies) == 1
        assert "F2" in app.screen.query_one("#trouble").border_subtitle
        assert history(app)[0].outcome == "unknown"
        await pilot.press("escape")
        await settle(pilot)
        await pilot.press("escape")
        await settle(pilot)
        await pilot.press("enter")
        await settle(pilot)
        await pilot.press("ctrl+n")
        await settle(pilot)
        await pilot.press("ctrl+n")
        await settle(pilot)
        assert app.wizard.step is Step.REVIEW
        assert len(posts.bodies) == 1


async def test_sending_again_after_an_unknown_outcome_is_a_separate_confirmed_action(reviewing: Any, settle: Settle) -> None:
    posts = Posts(httpx.Response(504), CREATED)
    async with reviewing(posts) as (app, pilot):
        await pilot.press("ctrl+n")
        await settle(pilot)
        app.screen.query_one("#again").press()
        await pilot.pause()
        await pilot.press("enter")
        await settle(pilot)
        assert len(posts.bodies) == 1
        app.screen.query_one("#again").press()
        await pilot.pause()
        await pilot.press("right", "enter")
        await settle(pilot)
        assert len(posts.bodies) == 2
        assert app.wizard.step is Step.DONE


async def test_escape_stops_waiting_and_says_that_it_may_still_be_made(
    reviewing: Any, settle: Settle, still_clock: Any
) -> None:
    never = asyncio.Event()
    posts = Posts(never)
    async with reviewing(posts) as (app, pilot):
        await pilot.press("ctrl+n")
        while not posts.bodies:
            await pilot.pause()
        still_clock.move(3)
        app.screen._tick()
        assert "3 s" in text_of(app, "#sending")
        assert history(app)[0].outcome in ("sending", "unknown")
        await pilot.press("ctrl+n")
        await pilot.press("escape")
        await settle(pilot)
        assert app.wizard.result.outcome is Outcome.UNKNOWN
        assert "may still be made" in text_of(app, "#trouble")
        assert history(app)[0].outcome == "unknown"
        assert len(posts.bodies) == 1


class LooksFirst(Posts):
    """A service that takes its time to say which connections there are."""

    ANSWERS = ("connections",)

    def __init__(self, *answers: Any) -> None:
        super().__init__(*answers)
        self.said, self.looks = asyncio.Event(), 0

    async def __call__(self, request: httpx.Request) -> httpx.Response:
        wanted = request.url.params.get_list("property")
        if request.method == "GET" and any(one.startswith("name==") for one in wanted):
            self.looks += 1
            await self.said.wait()
        return httpx.Response(200, json={"items": []}) if wanted else await super().__call__(request)


async def test_before_the_request_leaves_the_page_says_so_and_stopping_sends_nothing(
    reviewing: Any, settle: Settle, still_clock: Any
) -> None:
    posts = LooksFirst(CREATED)
    async with reviewing(posts, size=(80, 24)) as (app, pilot):
        await pilot.press("ctrl+n")
        await until(lambda: posts.looks == 1)
        still_clock.move(3)
        app.screen._tick()
        assert "Asking first which connections of that name there are … 3 s" in text_of(app, "#sending")
        assert "The request that makes one has not left yet: esc stops, and it is not sent" in text_of(app, "#sending")
        app.session.note_wait(Waiting(7.0, 1, 2, "The service is busy."))
        app.screen._tick()
        await pilot.pause()
        shown = "\n".join(strip.text for strip in app.screen._compositor.render_strips())
        assert "The service is busy. Trying again in 7 s (1 of 2)" in text_of(app, "#sending")
        assert "it is not sent" in shown, "the line of the wait takes no other line's room"
        assert shown.count("Trying again") == 1
        app.session.note_wait(None)
        await pilot.press("escape")
        await settle(pilot)
        assert app.wizard.result.outcome is Outcome.NOT_SENT
        assert posts.bodies == []


async def test_leaving_before_the_request_leaves_loses_nothing_but_asks(reviewing: Any) -> None:
    posts = LooksFirst(CREATED)
    async with reviewing(posts) as (app, pilot):
        await pilot.press("ctrl+n")
        await until(lambda: posts.looks == 1)
        await pilot.press("ctrl+q")
        assert "about to leave, and is not sent then" in [note.message for note in app._notifications][-1]
        await pilot.press("ctrl+q")
        await until(lambda: app.return_code == 0)
    assert posts.bodies == []


@pytest.mark.parametrize("key", ["ctrl+q", "ctrl+c"])
async def test_a_second_press_leaves_only_if_the_first_one_said_what_is_lost_now(reviewing: Any, key: str) -> None:
    posts = LooksFirst(asyncio.Event())
    async with reviewing(posts) as (app, pilot):
        await pilot.press("ctrl+n")
        await until(lambda: posts.looks == 1)
        await pilot.press(key)
        assert "is not sent then" in [note.message for note in app._notifications][-1]
        posts.said.set()
        await until(lambda: bool(posts.bodies))
        await pilot.press(key)
        assert "A request is on its way; its outcome would stay unknown." in [note.message for note in app._notifications][-1]
        assert app.return_code is None
        await pilot.press(key)
        await until(lambda: app.return_code == int(ExitCode.UNKNOWN_OUTCOME))


async def test_once_the_request_has_left_the_page_says_so(reviewing: Any, settle: Settle) -> None:
    waiting = asyncio.Event()
    async with reviewing(Posts(waiting)) as (app, pilot):
        await pilot.press("ctrl+n")
        await until(lambda: app.session.has_left)
        app.screen._tick()
        assert text_of(app, "#sending").startswith("Sending to sandbox dev … 0 s")
        assert "esc stops waiting; the connection may still be made" in text_of(app, "#sending")
        waiting.set()
        await settle(pilot)
        assert not app.session.has_left


async def test_while_it_is_sent_escape_says_that_it_stops_waiting_and_no_key_creates(reviewing: Any, settle: Settle) -> None:
    waiting = asyncio.Event()
    async with reviewing(Posts(waiting)) as (app, pilot):
        assert key_line(app).startswith(" ^n Create  esc Back ")
        await pilot.press("ctrl+n")
        await until(lambda: app.wizard.sending and "esc Stop waiting" in key_line(app))
        assert "Create" not in key_line(app)
        waiting.set()
        await settle(pilot)
        assert app.wizard.step is Step.DONE


async def test_after_an_unknown_outcome_sending_again_is_a_key_a_button_and_a_command(reviewing: Any, settle: Settle) -> None:
    async with reviewing(Posts(httpx.Response(503), CREATED)) as (app, pilot):
        assert "Send again…" not in [command.title for command in app.get_system_commands(app.screen)]
        await pilot.press("ctrl+n")
        await settle(pilot)
        assert key_line(app).startswith(" a Send again…  esc Back ")
        assert app.focused.id == "again"
        assert "Send again…" in [command.title for command in app.get_system_commands(app.screen)]
        await pilot.press("a")
        assert type(app.screen).__name__ == "ConfirmScreen"


async def test_a_notice_about_one_page_does_not_lie_over_the_next(reviewing: Any, settle: Settle) -> None:
    waiting = asyncio.Event()
    async with reviewing(Posts(waiting)) as (app, pilot):
        await pilot.press("ctrl+n")
        await until(lambda: app.wizard.sending)
        await pilot.press("ctrl+q")
        assert [note.title for note in app._notifications] == ["Not yet"]
        waiting.set()
        await settle(pilot)
        assert app.wizard.step is Step.DONE
        assert list(app._notifications) == []


async def test_a_request_with_half_a_surrogate_pair_can_be_copied(running: Any, make_session: Any, settle: Settle) -> None:
    item = {**ITEM, "authSpec": [{"name": "Bas\ud800ic", "spec": {"properties": {}}}]}
    transport = httpx.MockTransport(lambda _: httpx.Response(200, content=json.dumps({"items": [item]}).encode()))
    async with running(make_session(transport, demo=False), wanted="made-up") as (app, pilot):
        await settle(pilot)
        await pilot.press("ctrl+n")
        await settle(pilot)
        await pilot.press("c")
        assert "Bas" in app.clipboard
        app.clipboard.encode()


async def test_a_fault_of_ours_while_a_request_is_on_its_way_is_told_without_a_value(reviewing: Any) -> None:
    async with reviewing(Posts(asyncio.Event())) as (app, pilot):
        await pilot.press("ctrl+n")
        await until(lambda: app.session.has_left)
        worker = next(iter(app.workers))
        app._exception = WorkerFailed(ValueError("canary"))
        app._fatal_error()
        assert "ValueError" in app.crash
        assert "its outcome is unknown, and the history has it" in app.crash
        assert "canary" not in app.crash
        assert app.return_code == 70
        worker.cancel()
        app._exception = None


async def test_a_fault_of_ours_before_a_request_has_left_tells_of_none_and_sends_none(reviewing: Any, settle: Settle) -> None:
    posts, go_on = Posts(CREATED), asyncio.Event()
    async with reviewing(posts) as (app, pilot):

        async def look(*_: Any) -> list[Any]:
            await go_on.wait()
            return []

        app.session._client.connections = look
        await pilot.press("ctrl+n")
        await until(lambda: app.session._submission is not None)
        app._exception, app._close_messages_no_wait = WorkerFailed(ValueError("canary")), lambda: None
        app._fatal_error()
        assert "Nothing was sent by that." in app.crash
        assert "outcome is unknown" not in app.crash
        app._exception = None
        go_on.set()
        await until(lambda: not app.is_sending())
        assert posts.bodies == [], "what was said stays true"


async def test_a_fault_while_the_program_is_being_left_changes_nothing_of_how_it_ends(reviewing: Any) -> None:
    async with reviewing(Posts()) as (app, _):
        app.exit(return_code=143)
        app._handle_exception(WorkerFailed(ValueError("canary")))
        assert (app.return_code, app.crash) == (143, "")
