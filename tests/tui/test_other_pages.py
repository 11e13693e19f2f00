"""History, welcome, help, palette, and a window that is too small."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any

import pytest
from textual.widgets import Input, Static

from aep_tui.storage.history import Attempt
from aep_tui.tui.screens.welcome import Setting, WelcomeScreen
from aep_tui.tui.widgets.virtual_list import VirtualList
from aep_tui.wizard.step import Step

Settle = Callable[..., Awaitable[None]]


def attempt(name: str, **values: str) -> Attempt:
    fixed = {
        "source": "IBM DB2",
        "connection_spec_id": "spec-1",
        "org": "ACME@AdobeOrg",
        "sandbox": "dev",
        "platform": "https://platform.adobe.io",
    }
    request = '{"name": "x", "auth": {"specName": "Basic", "params": {"password": "{PASSWORD}"}}}'
    return Attempt(name=name, request_json=request, method="POST", path="/connections", **{**fixed, **values})


@pytest.fixture
def remembering(make_session: Any, still_clock: Any) -> Any:
    """Return a session whose history has one attempt of each outcome."""
    session = make_session()
    for number, outcome in enumerate(("created", "refused", "not sent", "unknown")):
        row_id = session.history.begin(attempt(f"attempt {outcome}"))
        session.history.finish(
            row_id,
            outcome,
            connection_id="id-7" if outcome == "created" else "",
            etag="",
            problem_text="why",
            code=f"C{number}",
            request_id="r",
        )
        still_clock.move(60)
    return session


def names(app: Any) -> list[str]:
    return [row.value.name for row in app.screen.query_one("#rows", VirtualList).rows]


async def test_f2_lists_every_attempt_newest_first_with_its_request(running: Any, remembering: Any, settle: Settle) -> None:
    async with running(remembering) as (app, pilot):
        await pilot.press("f2")
        await settle(pilot)
        assert names(app) == ["attempt unknown", "attempt not sent", "attempt refused", "attempt created"]
        await pilot.press("down", "down", "down")
        shown = str(app.screen.query_one("#details-text", Static).content)
        for part in ("created", "id-7", "ACME@AdobeOrg", "dev", "spec-1", "{PASSWORD}", "2026-11-21 09:30"):
            assert part in shown, part
        await pilot.press("enter")
        assert app.clipboard == "id-7"
        await pilot.press("escape")
        assert app.screen.title_line() == "Step 1 of 4: Source"


@pytest.mark.parametrize(("search", "found"), [("refused", ["attempt refused"]), ("id-7", ["attempt created"]), ("zzz", [])])
async def test_the_history_can_be_searched(
    running: Any, remembering: Any, settle: Settle, search: str, found: list[str]
) -> None:
    async with running(remembering) as (app, pilot):
        await pilot.press("f2")
        await settle(pilot)
        app.screen.query_one("#search", Input).value = search
        await settle(pilot)
        assert names(app) == found or app.screen.has_class("-empty") == (not found)


async def test_an_empty_history_says_what_will_appear(running: Any, settle: Settle) -> None:
    async with running() as (app, pilot):
        await pilot.press("f2")
        await settle(pilot)
        assert "Nothing was made" in str(app.screen.query_one("#empty", Static).content)


async def test_f1_explains_the_page_and_the_focused_field(running: Any, settle: Settle, go_to: Any) -> None:
    async with running() as (app, pilot):
        await go_to(pilot, "ibm db2")
        await pilot.press("f1")
        await pilot.pause()
        shown = "\n".join(str(widget.content) for widget in app.screen.query(Static))
        for part in ("This field", "Name", "Space turns", "F8", "ctrl+q"):
            assert part in shown, part
        await pilot.press("escape")
        assert app.wizard.step is Step.CREDENTIALS
        assert app.screen.title_line() == "Step 2 of 4: Credentials"


async def test_every_action_is_in_the_palette(running: Any, go_to: Any) -> None:
    async with running() as (app, pilot):
        await go_to(pilot, "ibm db2")
        titles = {command.title for command in app.get_system_commands(app.screen)}
        assert {"Review", "Back", "Request", "Help", "History", "Quit", "Theme"} <= titles


def settings() -> list[Setting]:
    return [
        Setting("AEP_ACCESS_TOKEN", "An access token.", "Developer Console.", is_set=True),
        Setting("AEP_API_KEY", "The client id.", "Over there.", is_set=False),
    ]


async def test_the_welcome_page_says_what_is_missing_and_opens_the_demo(
    running: Any, make_session: Any, still_clock: Any, settle: Settle
) -> None:
    from aep_tui.tui.app import AepTuiApp

    app = AepTuiApp(None, still_clock.clock(), welcome=lambda: WelcomeScreen(settings()), demo=make_session)
    async with app.run_test(size=(80, 24)) as pilot:
        shown = "\n".join(str(widget.content) for widget in app.screen.query(Static))
        assert "AEP_API_KEY  missing" in shown
        assert "Over there." in shown
        assert "Developer Console." not in shown
        await pilot.press("f2")
        await pilot.press("enter")
        await settle(pilot)
        assert app.screen.title_line() == "Step 1 of 4: Source"
        assert len([row for row in app.screen.query_one("#sources", VirtualList).rows if row.key]) == 65


async def test_demo_or_organisation_and_sandbox_are_on_every_page(
    running: Any, make_session: Any, settle: Settle, go_to: Any
) -> None:
    for demo, words in (
        (True, ("demo", "nothing leaves this machine", "sandbox dev")),
        (False, ("ACME@AdobeOrg", "sandbox dev")),
    ):
        for size in ((80, 24), (120, 36)):
            async with running(make_session(demo=demo), size=size) as (app, pilot):
                for keys in ((), ("f2",), ("escape",)):
                    await pilot.press(*keys)
                    await settle(pilot)
                    shown = app.screen.query_one("Masthead").render_line(0).text
                    assert all(word in shown for word in words), shown


async def test_a_window_that_is_too_small_asks_for_room_and_comes_back(running: Any) -> None:
    async with running() as (app, pilot):
        await pilot.resize_terminal(50, 12)
        await pilot.pause()
        assert app.screen.has_class("-too-small")
        assert not app.screen.query_one("#search").region.width
        await pilot.resize_terminal(80, 24)
        await pilot.pause()
        assert app.screen.query_one("#search").region.width
