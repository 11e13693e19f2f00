"""Step 1: the search box, the list, the details, and what is shown when the service has none for us."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any

import httpx
import pytest
from posts import until
from quiet import Gate
from textual.widgets import Input, Static

from aep_tui.tui.widgets.key_bar import KeyBar
from aep_tui.tui.widgets.virtual_list import VirtualList
from aep_tui.wizard.step import Step


def keys_shown(app: Any) -> list[str]:
    return [row.key for row in app.screen.query_one("#sources", VirtualList).rows if row.key]


def names_shown(app: Any) -> list[str]:
    return [row.value.name for row in app.screen.query_one("#sources", VirtualList).rows if row.key]


def text_of(app: Any, selector: str) -> str:
    return str(app.screen.query_one(selector, Static).content)


def documents(*names: str) -> list[dict[str, Any]]:
    return [
        {
            "id": f"id-{name}",
            "name": name,
            "providerId": "p",
            "version": "1.0",
            "authSpec": [
                {"name": "Basic", "spec": {"type": "object", "properties": {"user": {"type": "string"}}, "required": ["user"]}}
            ],
            "attributes": {"connectorName": name.title(), "category": "Made up", "isSource": True},
        }
        for name in names
    ]


def answering(items: list[Any]) -> httpx.MockTransport:
    return httpx.MockTransport(lambda request: httpx.Response(200, json={"items": items}))


async def test_the_focus_starts_in_the_search_box_and_all_65_sources_are_listed(running: Any) -> None:
    async with running() as (app, _):
        assert app.focused.id == "search"
        assert len(keys_shown(app)) == 65
        assert "Step 1 of 4: Source" in app.screen.title_line()
        assert "65 sources · fresh" in text_of(app, "#status")


async def test_typing_narrows_at_once_and_enter_takes_the_first(running: Any, settle: Callable[..., Awaitable[None]]) -> None:
    async with running() as (app, pilot):
        await pilot.press(*"ibm", "space", *"db")
        assert names_shown(app) == ["IBM DB2"]
        await pilot.press("enter")
        await settle(pilot)
        assert app.wizard.step is Step.CREDENTIALS
        assert app.wizard.draft.source.name == "IBM DB2"


async def test_down_moves_and_ctrl_n_takes_the_highlighted_one(running: Any, settle: Callable[..., Awaitable[None]]) -> None:
    async with running() as (app, pilot):
        await pilot.press(*"azure", "down", "down", "up")
        second = names_shown(app)[1]
        await pilot.press("ctrl+n")
        await settle(pilot)
        assert app.wizard.draft.source.name == second


async def test_a_click_highlights_and_a_second_one_takes_the_source(
    running: Any, settle: Callable[..., Awaitable[None]]
) -> None:
    async with running() as (app, pilot):
        await pilot.click("#sources", offset=(5, 3))
        assert app.screen.query_one("#sources", VirtualList).highlighted.value.name == names_shown(app)[3]
        third = names_shown(app)[3]
        await pilot.click("#sources", offset=(5, 3))
        await settle(pilot)
        assert app.wizard.draft.source.name == third


async def test_escape_empties_the_search_box(running: Any) -> None:
    async with running() as (app, pilot):
        await pilot.press(*"zzzz")
        assert keys_shown(app) == []
        assert "No source matches" in text_of(app, "#state")
        await pilot.press("escape")
        assert len(keys_shown(app)) == 65


async def test_at_80_columns_the_keys_lead_to_the_profiles_and_to_clear_only_where_something_is(running: Any) -> None:
    async with running(size=(80, 24)) as (app, pilot):
        bar = app.screen.query_one(KeyBar)

        def offered() -> str:
            return bar.render().plain

        await until(lambda: "fresh" in text_of(app, "#status"))
        assert offered().strip() == "^n Choose  f1 Help  f5 Details  f2 History  f3 Profiles  ^p Commands  ^q Quit"
        await pilot.press("s")
        await until(lambda: "esc Clear" in offered())
        await pilot.press("escape")
        await until(lambda: "esc" not in offered())
        await pilot.press("f5")
        await until(lambda: "esc Clear" in offered())


async def test_the_details_say_what_will_be_needed(running: Any) -> None:
    async with running() as (app, pilot):
        await pilot.press(*"greenplum")
        shown = text_of(app, "#details-text")
        for part in ("Databases", "beta", "Basic Authentication", "required · secret", "37b6bf40-d318-4655-90be-5cd6f65d334b"):
            assert part in shown, part


async def test_at_80_columns_f5_shows_the_details_and_enter_still_takes_the_source(
    running: Any, settle: Callable[..., Awaitable[None]]
) -> None:
    async with running(size=(80, 24)) as (app, pilot):
        details = app.screen.query_one("#details")
        assert not details.display
        await pilot.press(*"sftp", "f5")
        assert details.display
        await pilot.press("escape")
        assert not details.display
        assert app.focused.id == "search"
        await pilot.press("f5", "enter")
        await settle(pilot)
        assert app.wizard.step is Step.CREDENTIALS


async def test_only_what_is_no_source_or_belongs_to_the_destinations_is_hidden(running: Any, make_session: Any) -> None:
    items = documents("shown", "no-flag", "not-a-source", "ui-not-a-source", "destination")
    del items[1]["attributes"]["isSource"]
    items[2]["attributes"]["isSource"] = False
    del items[3]["attributes"]["isSource"]
    items[3]["sourceSpec"] = {"attributes": {"uiAttributes": {"isSource": False}}}
    items[4]["providerId"] = "14e34fac-d307-11e9-bb65-2a2ae2dbcce4"
    async with running(make_session(answering(items))) as (app, _):
        assert keys_shown(app) == ["id-no-flag", "id-shown"]


async def test_the_cached_list_is_there_at_once_and_a_refresh_leaves_the_highlight_where_it_is(
    running: Any, make_session: Any, settle: Callable[..., Awaitable[None]]
) -> None:
    async with running(make_session(answering(documents("bravo", "delta", "echo")))):
        pass
    asked, let_through = asyncio.Event(), asyncio.Event()

    async def slow(request: httpx.Request) -> httpx.Response:
        asked.set()
        await let_through.wait()
        return httpx.Response(200, json={"items": documents("alpha", "bravo", "charlie", "delta", "echo")})

    session = make_session(httpx.MockTransport(slow))
    async with running(session, settle=False) as (app, pilot):
        await asyncio.wait_for(asked.wait(), 20)
        assert names_shown(app) == ["Bravo", "Delta", "Echo"]
        assert "asking the service" in text_of(app, "#status")
        await pilot.press("down")
        before = app.screen.query_one("#sources", VirtualList).highlighted.value.name
        let_through.set()
        await settle(pilot)
        assert names_shown(app) == ["Alpha", "Bravo", "Charlie", "Delta", "Echo"]
        assert before == "Delta"
        assert app.screen.query_one("#sources", VirtualList).highlighted.value.name == before
        assert "fresh" in text_of(app, "#status")


async def test_without_a_network_the_cached_list_stays_and_says_from_when_it_is(
    running: Any, make_session: Any, still_clock: Any
) -> None:
    async with running(make_session(answering(documents("bravo")))):
        pass
    still_clock.move(7200)

    def refuse(request: httpx.Request) -> httpx.Response:
        raise httpx.ConnectError("no route")

    async with running(make_session(httpx.MockTransport(refuse))) as (app, _):
        assert names_shown(app) == ["Bravo"]
        assert "2 hours ago" in text_of(app, "#status")
        assert "ctrl+r" in text_of(app, "#status")


@pytest.mark.parametrize(
    ("answer", "parts"),
    [
        (httpx.Response(401, json={"error_code": "401013", "message": "Oauth token is not valid"}), ("401013", "token")),
        (httpx.Response(403, json={"error_code": "403010", "message": "Oauth token is missing."}), ("403010",)),
        (httpx.Response(404, json={"errorMessage": "nothing here"}), ("nothing here",)),
        (httpx.Response(429, headers={"retry-after": "7"}), ("7",)),
        (httpx.Response(503), ("503",)),
        (httpx.Response(200, text="<html>maintenance</html>", headers={"content-type": "text/html"}), ()),
        (httpx.Response(200, text='{"items": [', headers={"content-type": "application/json"}), ()),
        (httpx.Response(200, text=""), ()),
        (httpx.Response(200, json={"items": {"a": 1}}), ()),
        (httpx.Response(302, headers={"location": "https://elsewhere.example.org/"}), ()),
    ],
)
async def test_a_refusal_stands_where_the_list_would_be_with_what_to_do(
    running: Any, make_session: Any, answer: httpx.Response, parts: tuple[str, ...]
) -> None:
    async with running(make_session(httpx.MockTransport(lambda request: answer))) as (app, _):
        shown = text_of(app, "#state")
        assert "✗" in shown
        assert "→" in shown
        assert "ctrl+r" in shown
        for part in parts:
            assert part in shown


async def test_ctrl_r_asks_again_after_a_refusal(
    running: Any, make_session: Any, settle: Callable[..., Awaitable[None]]
) -> None:
    answers = [httpx.Response(503), httpx.Response(200, json={"items": documents("bravo")})]
    async with running(make_session(httpx.MockTransport(lambda request: answers.pop(0)))) as (app, pilot):
        assert keys_shown(app) == []
        await pilot.press("ctrl+r")
        await settle(pilot)
        assert names_shown(app) == ["Bravo"]


async def test_an_empty_catalogue_says_so(running: Any, make_session: Any) -> None:
    async with running(make_session(answering([]))) as (app, _):
        assert "no connection spec" in text_of(app, "#state")


async def test_while_it_loads_the_seconds_are_counted(running: Any, make_session: Any, still_clock: Any) -> None:
    never = asyncio.Event()

    async def wait(request: httpx.Request) -> httpx.Response:
        await never.wait()
        return httpx.Response(200)

    async with running(make_session(httpx.MockTransport(wait)), settle=False) as (app, pilot):
        while app.screen._loading_since is None:
            await pilot.pause()
        still_clock.move(4)
        app.screen._tick()
        assert "Asking the service" in text_of(app, "#state")
        assert "4 s" in text_of(app, "#state")
        never.set()


@pytest.mark.parametrize("wanted", ["ibm-db2", "IBM DB2", "09182899-b429-40c9-a15a-bf3ddbc8ced7"])
async def test_a_source_named_on_the_command_line_is_opened(
    running: Any, wanted: str, settle: Callable[..., Awaitable[None]]
) -> None:
    async with running(wanted=wanted) as (app, pilot):
        await settle(pilot)
        assert app.wizard.step is Step.CREDENTIALS
        assert app.wizard.draft.source.name == "IBM DB2"


async def test_an_unknown_source_on_the_command_line_is_searched_for(running: Any) -> None:
    async with running(wanted="azure") as (app, _):
        assert app.wizard.step is Step.SOURCE
        assert app.screen.query_one("#search", Input).value == "azure"
        assert len(keys_shown(app)) > 1


async def test_one_broken_document_hides_no_other(running: Any, make_session: Any) -> None:
    items: list[Any] = [None, 5, {"id": 7}, {"id": "odd", "name": None, "authSpec": "x", "attributes": []}, *documents("good")]
    async with running(make_session(answering(items))) as (app, _):
        assert "Good" in names_shown(app)
        assert "odd" in keys_shown(app)


async def test_typing_works_wherever_the_focus_is(running: Any) -> None:
    async with running() as (app, pilot):
        app.screen.query_one("#details").focus()
        await pilot.press(*"db2")
        assert app.screen.query_one("#search", Input).value == "db2"
        assert app.focused.id == "search"


async def test_a_misspelt_name_is_answered_with_what_may_have_been_meant(running: Any) -> None:
    async with running() as (app, pilot):
        await pilot.press(*"sfpt")
        assert "Did you mean SFTP?" in str(app.screen.query_one("#state", Static).content)


async def test_back_from_a_source_of_the_command_line_it_is_the_highlighted_one(
    running: Any, settle: Callable[..., Awaitable[None]]
) -> None:
    async with running(wanted="ibm db2") as (app, pilot):
        await settle(pilot)
        await pilot.press("escape")
        await settle(pilot)
        assert app.screen.query_one(VirtualList).highlighted.value.name == "IBM DB2"


async def test_a_history_that_another_program_holds_keeps_no_list_and_no_key_back(running: Any, make_session: Any) -> None:
    session = make_session()
    session.history.recent_spec_ids(1)
    async with running(session):
        pass
    held = Gate()
    session = make_session()
    session.history.recent_spec_ids = lambda _limit: [str(held.wait(20))]
    async with running(session, settle=False) as (app, pilot):
        try:
            for _ in range(500):
                if len(app.screen.query_one(VirtualList).rows) == 65:
                    break
                await pilot.press("ctrl+r")
                await asyncio.sleep(0.01)
            assert len(app.screen.query_one(VirtualList).rows) == 65
        finally:
            held.set()
