"""History, welcome, help, palette, and a window that is too small."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any

import pytest
from posts import until
from textual.widgets import Input, Static

from aep_tui.storage.history import Attempt
from aep_tui.tui.widgets.virtual_list import VirtualList
from aep_tui.wizard.step import Step

TOO_SMALL = "Please enlarge this window to at least 60x16. ctrl+q quits."
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
        assert "select the text instead" in [note.message for note in app._notifications][-1]
        app.copy("curl command", "curl -X POST")
        await until(lambda: "curl command, 12 characters." in [note.message for note in app._notifications])
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


async def test_the_welcome_page_says_what_is_missing_and_opens_the_demo(kit: Any, started: Any, settle: Settle) -> None:
    kit.given({"AEP_ACCESS_TOKEN": "a-token", "AEP_SANDBOX_NAME": "dev"})
    async with started(kit, size=(80, 24)) as (app, pilot):
        shown = "\n".join(str(widget.content) for widget in app.screen.query(Static))
        for part in (
            "✓ Access token (AEP_ACCESS_TOKEN)",
            "✗ Client ID  AEP_API_KEY",
            "✗ Organisation ID",
            "✓ Sandbox",
        ):
            assert part in shown, part
        assert "Client secret" not in shown, "a token is enough"
        assert "a-token" not in shown
        await pilot.press("f2")
        assert "neither is open yet" in next(note.message for note in app._notifications)
        await pilot.press("enter")
        await settle(pilot)
        assert app.screen.title_line() == "Step 1 of 4: Source"
        assert len([row for row in app.screen.query_one("#sources", VirtualList).rows if row.key]) == 65
        assert app.session.place.is_demo


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


async def test_a_window_that_is_too_small_asks_for_room_and_comes_back(running: Any, settle: Settle, go_to: Any) -> None:
    async with running() as (app, pilot):
        for search in ("", "ibm db2"):
            if search:
                await go_to(pilot, search)
            before = lines(app)
            for size in ((50, 12), (30, 5), (80, 12)):
                await pilot.resize_terminal(*size)
                await settle(pilot)
                assert " ".join("".join(lines(app)).split()) == TOO_SMALL
            await pilot.resize_terminal(120, 36)
            await settle(pilot)
            assert lines(app) == before


async def test_no_key_does_anything_on_a_page_that_nobody_can_see(running: Any, settle: Settle, go_to: Any) -> None:
    async with running() as (app, pilot):
        await go_to(pilot, "dataset base")
        await pilot.press("ctrl+n")
        await settle(pilot)
        assert app.wizard.step is Step.REVIEW
        await pilot.resize_terminal(59, 15)
        await pilot.press("ctrl+n", "enter", "f2", "ctrl+p", "escape")
        await settle(pilot)
        assert app.wizard.step is Step.REVIEW
        assert app.made == []
        assert len(app.screen_stack) == 3
        await pilot.press("ctrl+q")
        assert app._exit


async def test_every_dialog_can_be_closed_by_a_click_beside_it(running: Any, settle: Settle, go_to: Any) -> None:
    async with running(size=(80, 24)) as (app, pilot):
        await go_to(pilot, "ibm db2")
        for key in ("f1", "f5"):
            await pilot.press(key)
            assert app.screen.is_modal
            await pilot.click(offset=(40, 12))
            assert app.screen.is_modal
            await pilot.click(offset=(1, 1))
            assert not app.screen.is_modal


async def test_ctrl_c_copies_what_is_selected_and_leaves_at_the_second_time(running: Any) -> None:
    async with running() as (app, pilot):
        await pilot.press(*"s3", "shift+home", "ctrl+c")
        assert app.clipboard == "s3"
        await pilot.press("end", "ctrl+c")
        assert not app._exit
        assert "ctrl+c again" in [note.message for note in app._notifications][-1]
        await pilot.press("ctrl+c")
        assert app._exit
        assert app.return_code == 130


async def test_a_history_of_more_than_a_thousand_says_so(running: Any, make_session: Any, settle: Settle) -> None:
    session = make_session()
    with session.history._database.writing() as connection:
        columns = "time_ms, outcome, name, source, connection_spec_id, org, sandbox, platform, method, path, request_json"
        values = "1, 'created', 'a name', 's', 'i', 'o', 'd', 'p', 'POST', '/connections', '{}'"
        numbers = "WITH RECURSIVE c(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM c LIMIT 1001) SELECT x FROM c"
        connection.execute(f"CREATE TEMP TABLE n AS {numbers}")
        connection.execute(f"INSERT INTO attempts ({columns}) SELECT {values} FROM n")
    async with running(session) as (app, pilot):
        await pilot.press("f2")
        await settle(pilot)
        rows = app.screen.query_one("#rows", VirtualList).rows
        assert len(rows) == 1_001
        assert rows[-1].key is None
        assert "1,000" in str(rows[-1].value)


async def test_a_narrow_key_line_keeps_the_palette_which_has_all_that_it_leaves_out(running: Any) -> None:
    async with running(size=(60, 16)) as (app, _):
        assert lines(app)[-1].rstrip().endswith("^p Commands  ^q Quit")


def lines(app: Any) -> list[str]:
    return [strip.text for strip in app.screen._compositor.render_strips()]
