"""Steps 3 and 4: what is shown is what is sent, once; and what each outcome leads to."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Awaitable, Callable
from typing import Any

import httpx
import pytest
from textual import events
from textual.widgets import Static

from aep_tui.outcome import Outcome
from aep_tui.tui.widgets.field_row import FieldRow
from aep_tui.wizard.step import Step

Settle = Callable[..., Awaitable[None]]
ITEM = {
    "id": "made-up",
    "name": "made-up",
    "version": "1.0",
    "authSpec": [
        {
            "name": "Basic",
            "spec": {
                "type": "object",
                "properties": {"server": {"type": "string"}, "password": {"type": "string", "format": "password"}},
                "required": ["server", "password"],
            },
        }
    ],
    "attributes": {"connectorName": "Made up"},
}
CREATED = httpx.Response(201, json={"id": "an-id", "etag": '"an-etag"'})


class Posts:
    """A service that lists one source and answers POSTs as it is told."""

    def __init__(self, *answers: Any) -> None:
        self.answers = list(answers)
        self.bodies: list[Any] = []
        self.headers: list[httpx.Headers] = []

    async def __call__(self, request: httpx.Request) -> httpx.Response:
        if request.method == "GET":
            return httpx.Response(200, json={"items": [ITEM]})
        self.bodies.append(json.loads(request.content))
        self.headers.append(request.headers)
        answer = self.answers.pop(0)
        if isinstance(answer, Exception):
            raise answer
        if isinstance(answer, asyncio.Event):
            await answer.wait()
            return CREATED
        return answer


@pytest.fixture
def reviewing(running: Any, make_session: Any, settle: Settle) -> Any:
    """Return a context manager that fills in a form and stands on Review."""
    from contextlib import asynccontextmanager

    @asynccontextmanager
    async def review(posts: Posts, **options: Any) -> Any:
        async with running(make_session(httpx.MockTransport(posts), demo=False), wanted="made-up", **options) as (app, pilot):
            await settle(pilot)
            await pilot.press(*"mine", "tab", "tab", *"db", "tab", *"pw", "ctrl+n")
            await settle(pilot)
            assert app.wizard.step is Step.REVIEW
            yield app, pilot

    return review


def text_of(app: Any, selector: str) -> str:
    return str(app.screen.query_one(selector, Static).content)


def history(app: Any) -> list[Any]:
    return list(app.session.history.rows())


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
        assert app.session.made == ["an-id"]
        row = history(app)[0]
        assert (row.outcome, row.connection_id, row.etag, row.name) == ("created", "an-id", '"an-etag"', "mine")
        assert "pw" not in row.request_json
        assert "{PASSWORD}" in row.request_json


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


async def test_a_used_source_comes_first_afterwards(reviewing: Any, settle: Settle) -> None:
    async with reviewing(Posts(CREATED)) as (app, pilot):
        await pilot.press("ctrl+n")
        await settle(pilot)
        await pilot.press("ctrl+n")
        await settle(pilot)
        rows = app.screen.query_one("#sources").rows
        assert (rows[0].key, rows[1].key) == (None, "made-up")


REFUSALS = [
    (httpx.Response(400, json={"type": "x/FLOW-1100-400", "report": {"detailed-message": "401"}}), "FLOW-1100-400"),
    (httpx.Response(401, json={"error_code": "401013", "message": "Oauth token is not valid"}), "401013"),
    (httpx.Response(403, json={"error_code": "403025", "message": "Profile is not valid"}), "403025"),
    (httpx.Response(404, json={"errorMessage": "not found"}), "not found"),
    (httpx.Response(429, headers={"retry-after": "3"}), "3"),
    (httpx.Response(302, headers={"location": "https://elsewhere.example.org"}), ""),
]  # fmt: skip


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
        server = next(row for row in app.screen.query(FieldRow) if row.label == "Server").control
        server.focus()
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
        row = next(row for row in app.screen.query(FieldRow) if row.label == "Password")
        assert row.error
        assert app.focused is row.control


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


async def test_leaving_while_something_would_be_lost_asks_twice(reviewing: Any) -> None:
    async with reviewing(Posts()) as (app, pilot):
        await pilot.press("ctrl+q")
        assert app._exit is False
        await pilot.press("ctrl+q")
        await pilot.pause()
        assert app._exit is True


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


async def test_the_etag_can_be_copied(reviewing: Any, settle: Settle) -> None:
    async with reviewing(Posts(CREATED)) as (app, pilot):
        await pilot.press("ctrl+n")
        await settle(pilot)
        await pilot.press("e")
        assert app.clipboard == '"an-etag"'
        await pilot.press("down", "enter")
        assert app.clipboard == '"an-etag"'


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


def key_line(app: Any) -> str:
    return str(app.screen._compositor.render_strips()[-1].text)


async def until(what: Callable[[], bool]) -> None:
    for _ in range(1_000):
        if what():
            return
        await asyncio.sleep(0.01)
    pytest.fail("waited in vain")
