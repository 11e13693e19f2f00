"""Errors, histories and settings that mean harm: shown to the letter and never obeyed."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import hostile
import httpx
import pytest
from hostile import ACTION, BIDI, ESCAPES, SIZES, WIDE, Answer, listing, spec
from posts import until
from textual import events

from aep_tui.storage.history import Attempt
from aep_tui.tui.screens.confirm import ConfirmScreen
from aep_tui.wizard.state import Step
from aep_tui.wizard.suggest import STREAMING_PROVIDER

SAID = f"{ACTION} [/] {ESCAPES}{BIDI}{WIDE}"


@pytest.fixture
def walking(running: Any, make_session: Any) -> Callable[..., Any]:
    """Return a context manager that runs the program on a service."""

    def walk(answer: Answer, size: tuple[int, int] = SIZES[1], session: Any = None) -> Any:
        return hostile.walking(running, session or make_session(httpx.MockTransport(answer), demo=False), size)

    return walk


def reading(request: httpx.Request, there: Answer) -> httpx.Response | None:
    """Return the answer to a list: the sources, or that there is no connection yet."""
    if request.method == "GET" and request.url.path.endswith("/connections"):
        return httpx.Response(200, json={"items": []})
    return there(request) if request.url.path.endswith("Specs") else None


@pytest.mark.parametrize(
    "error", [{"error_code": "401013", "message": SAID}, {"title": SAID, "detail": SAID, "report": {"request-id": SAID}}]
)
async def test_what_a_service_says_instead_of_its_sources_is_shown_to_the_letter(walking: Any, error: Any) -> None:
    async with walking(lambda _: httpx.Response(403, json=error, headers={"x-request-id": "[/]"}), SIZES[0]) as walk:
        assert ACTION in walk.text
        await walk.press("ctrl+r")
        await walk.press("ctrl+p")
        await walk.press("r", "e")


async def test_a_refusal_and_its_notification_are_shown_to_the_letter(walking: Any) -> None:
    schema = {"properties": {"[/]": {"type": "string"}}}
    there = listing(spec("n", schema), {"id": 7, "name": SAID}, {"id": {SAID: SAID}})

    def refusing(request: httpx.Request) -> httpx.Response:
        said = {"type": f"x/1304-400{SAID}", "errorMessage": f"mandatory field [/] not provided {SAID}"}
        return reading(request, there) or httpx.Response(400, json=said)

    async with walking(refusing) as walk:
        walk.app.pick(SAID)
        await until(lambda: "cannot be opened" in walk.text)
        await walk.quiet()
        assert ACTION in walk.text
        for _ in range(2):
            await walk.press("down")
            await walk.press("ctrl+n")
        await walk.press("ctrl+home")
        await walk.press("ctrl+n")
        await walk.press("ctrl+n")
        await walk.press("ctrl+n")
        assert ACTION in walk.text
        await walk.press("escape")
        assert ACTION in walk.text
        await walk.press("f2")
        await walk.press("f1")


async def test_a_created_connection_is_shown_to_the_letter(walking: Any) -> None:
    there = listing(spec("n", {"properties": {}}, providerId=STREAMING_PROVIDER))
    connection = {"id": SAID, "etag": SAID, "state": SAID, "auth": {"params": {"inletUrl": f"https://{SAID}"}}}

    def making(request: httpx.Request) -> httpx.Response:
        return reading(request, there) or httpx.Response(201, json=connection)

    async with walking(making) as walk:
        for _ in range(3):
            await walk.press("ctrl+n")
        assert walk.app.wizard.step is Step.DONE
        assert walk.text.count(ACTION) == 3
        await walk.press("c")
        # Its inlet leads to a host that is not to be expected, so that copying it asks first.
        walk.app.post_message(events.Key("i", "i"))
        await until(lambda: isinstance(walk.app.screen, ConfirmScreen))
        walk.look("i")
        assert walk.app.clipboard == SAID
        walk.app.screen.dismiss(True)
        await walk.quiet()
        assert walk.app.clipboard == f"https://{SAID}"
        for key in ("r", "f2"):
            await walk.press(key)


@pytest.mark.parametrize("size", SIZES, ids=["80x24", "120x36"])
async def test_a_history_is_shown_to_the_letter(walking: Any, make_session: Any, size: tuple[int, int]) -> None:
    session = make_session()
    for body in (f'{{"{ACTION}": "[/]\x9b"}}', SAID, "[" * 5_000, "1e999999"):
        row = session.history.begin(Attempt(**{**dict.fromkeys(Attempt._fields, SAID), "request_json": body}))
        session.history.finish(row, "refused", connection_id=SAID, etag=SAID, problem_text=SAID, code=SAID, request_id=SAID)
        session.history.set_inlet_url(row, SAID)
    async with walking(listing(), size, session) as walk:
        await walk.press("f2")
        assert ACTION in walk.text
        await walk.press("f5")
        for _ in range(4):
            await walk.press("down")
            await walk.press("f6")
        await walk.press("enter")


async def test_an_organisation_a_sandbox_and_a_pasted_search_are_shown_to_the_letter(walking: Any, make_session: Any) -> None:
    session = make_session()
    session.place = session.place._replace(org=SAID, sandbox=SAID, platform=f"https://{SAID}", is_demo=False)
    async with walking(listing(spec("n", {})), SIZES[0], session) as walk:
        assert ACTION[:8] in walk.text
        for key in ("ctrl+n", "f1", "escape", "f5", "escape", "ctrl+n"):
            await walk.press(key)
        walk.app.go_back()
        walk.app.go_back()
        await walk.quiet()
        walk.app.screen.query_one("#search").post_message(events.Paste(SAID))
        await walk.quiet()
        walk.look("search")
