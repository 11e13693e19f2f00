"""The connections that a source has already: said on Credentials, shown, and taken in place of a new one."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import httpx
import pytest
from made_form import focus
from posts import CREATED, Posts, key_line, text_of, until
from still_app import settled, type_keys

from aep_tui.tui.screens.existing import ExistingScreen
from aep_tui.tui.widgets.virtual_list import VirtualList
from aep_tui.wizard.step import Step


def item(connection_id: str, **values: Any) -> dict[str, Any]:
    fixed = {
        "name": f"name of {connection_id}",
        "connectionSpec": {"id": "made-up", "version": "1.0"},
        "state": "enabled",
        "createdAt": 1_700_000_000_000,
        "createdClient": "an-api-key",
        "etag": f'"{connection_id}"',
        "auth": {"specName": "Basic"},
    }
    return {"id": connection_id, **fixed, **values}


class Service(Posts):
    """A service whose source has what a test says."""

    ANSWERS = ("connections",)

    def __init__(self, there: Any, *answers: Any) -> None:
        super().__init__(*answers)
        self.there = there
        self.asked: list[list[str]] = []

    async def __call__(self, request: httpx.Request) -> httpx.Response:
        if request.method != "GET" or not request.url.path.endswith("/connections"):
            return await super().__call__(request)
        self.asked.append(request.url.params.get_list("property"))
        if isinstance(self.there, httpx.Response):
            return self.there
        return httpx.Response(200, json={"items": self.there})


@pytest.fixture
def at_form(running: Any, make_session: Any) -> Callable[..., Any]:
    """Return a function that opens the source's form."""

    def open_form(service: Service, **options: Any) -> Any:
        return running(make_session(httpx.MockTransport(service), demo=False), wanted="made-up", **options)

    return open_form


def shown(app: Any) -> str:
    return "\n".join(strip.text.rstrip() for strip in app.screen._compositor.render_strips())


async def test_none_is_said_and_nothing_is_offered(at_form: Any) -> None:
    service = Service([])
    async with at_form(service) as (app, pilot):
        assert text_of(app, "#existing-line") == "No connection of this source in dev yet"
        assert service.asked == [["connectionSpec.id==made-up"]]
        assert "Use existing" not in key_line(app)
        await pilot.press("f9")
        await pilot.click("#existing-line")
        assert app.screen.title_line() == "Step 2 of 4: Credentials"


async def test_that_they_cannot_be_listed_keeps_nobody_from_making_one(at_form: Any) -> None:
    service = Service(httpx.Response(403, json={"type": "x/FLOW-2120-403", "title": "Forbidden"}), CREATED)
    async with at_form(service) as (app, pilot):
        line = text_of(app, "#existing-line")
        assert line.startswith("Existing connections not listed; F9 tries again")
        await pilot.press(*"mine", "tab", "tab", *"db", "tab", *"pw", "ctrl+n")
        await settled(pilot)
        await pilot.press("ctrl+n")
        await settled(pilot)
        assert app.wizard.step is Step.DONE


@pytest.mark.parametrize(("width", "reason"), [(80, ""), (120, ": Too many requests came in a short time.")])
async def test_after_a_failed_listing_the_key_asks_again_and_shows_what_comes(at_form: Any, width: int, reason: str) -> None:
    service = Service(httpx.Response(429, headers={"Retry-After": "900"}, json={"title": "Slow down"}))
    async with at_form(service, size=(width, 36)) as (app, pilot):
        await until(lambda: f"Existing connections not listed; F9 tries again{reason}\n" in shown(app))
        await pilot.press("f9")
        await until(lambda: "cannot be listed" in shown(app))
        service.there = [item("mine")]
        await pilot.press("f9")
        await until(lambda: isinstance(app.screen, ExistingScreen))
        await pilot.press("escape")
        assert text_of(app, "#existing-line") == "1 connection of this source exists in dev already; F9 shows it"


@pytest.mark.parametrize("size", [(80, 24), (120, 36)])
async def test_some_are_shown_newest_first_and_one_is_taken(at_form: Any, size: tuple[int, int]) -> None:
    service = Service(
        [
            item("old", createdAt=1_600_000_000_000),
            item("theirs", createdClient="a-colleague", state="failed", createdAt=1_800_000_000_000),
            item("mine"),
        ]
    )
    async with at_form(service, size=size) as (app, pilot):
        assert text_of(app, "#existing-line") == "3 connections of this source exist in dev already; F9 shows them"
        await focus(pilot, "Server")
        await pilot.press(*"db")
        await pilot.press("f9")
        await pilot.pause()
        assert isinstance(app.screen, ExistingScreen)
        rows = [row.value.id for row in app.screen.query_one("#existing", VirtualList).rows]
        assert rows == ["theirs", "mine", "old"]
        page = shown(app)
        for words in ("Made up in dev", "name of theirs", "failed · 2027-01-15", "enabled · 2023-11-14", "enter uses this one"):
            assert words in page, words
        assert "theirs · made by another client · Basic" in text_of(app, "#facts")
        await pilot.press("escape")
        assert app.screen.title_line() == "Step 2 of 4: Credentials"
        await pilot.press("f9")
        await pilot.pause()
        await pilot.press("down", "c")
        assert "mine · made by this client · Basic" in text_of(app, "#facts")
        assert app.clipboard == "mine"
        await pilot.press("enter")
        await settled(pilot)
        assert app.wizard.step is Step.DONE
        assert app.made == ["mine"]
        page = shown(app)
        for words in ("mine", '"mine"', "name of mine"):
            assert words in page, words
        assert "was created" not in page, "it was there already"
        assert service.bodies == []
        assert app.session.history.rows() == []
        await pilot.press("escape")
        await settled(pilot)
        assert app.wizard.step is Step.SOURCE


async def test_one_is_said_as_one_and_a_click_shows_it(at_form: Any) -> None:
    async with at_form(Service([item("only", name="", state="", createdAt=None)])) as (app, pilot):
        assert text_of(app, "#existing-line") == "1 connection of this source exists in dev already; F9 shows it"
        await pilot.click("#existing-line")
        await pilot.pause()
        assert isinstance(app.screen, ExistingScreen)
        assert "(no name)" in shown(app)
        await pilot.click(offset=(1, 1))
        await pilot.pause()
        assert app.screen.title_line() == "Step 2 of 4: Credentials"


async def test_the_proposed_name_gives_way_to_one_that_a_connection_has_and_typing_still_replaces_it(at_form: Any) -> None:
    service = Service([])
    async with at_form(service) as (app, pilot):
        proposed = app.wizard.draft.name
        service.there = [item("a", name=proposed), item("b", name=f"{proposed} 2".upper())]
        app.screen._look_for_existing()
        await settled(pilot)
        assert app.wizard.draft.name == app.screen.lines.editor.value == f"{proposed} 3"
        assert not app.wizard.draft.has_typed
        await pilot.press(*"mine", "tab")
        assert app.wizard.draft.name == "mine"
        service.there = [item("c", name="mine")]
        app.screen._look_for_existing()
        await settled(pilot)
        assert app.wizard.draft.name == "mine", "a person's name stays"


@pytest.mark.parametrize("keys", ["x", "<end>"])
async def test_a_name_that_somebody_is_changing_stays_under_the_hands(at_form: Any, keys: str) -> None:
    service = Service([])
    async with at_form(service) as (app, pilot):
        service.there = [item("a", name=app.wizard.draft.name)]
        await type_keys(pilot, keys)
        before = app.screen.lines.editor.value
        app.screen._look_for_existing()
        await settled(pilot)
        assert app.screen.lines.editor.value == before


async def test_where_the_service_does_not_say_who_made_it_neither_does_the_page(at_form: Any) -> None:
    async with at_form(Service([item("only", createdClient="")])) as (app, pilot):
        await pilot.press("f9")
        await pilot.pause()
        assert text_of(app, "#facts") == "only · maker not told · Basic"


async def test_hostile_ones_are_shown_as_text(at_form: Any) -> None:
    hostile = item("[b]id[/]\x1b[31m", name="[red]n\x1b]0;x\x07[/]", createdAt=10**30, state="[i]\x07")
    async with at_form(Service([hostile])) as (app, pilot):
        await pilot.press("f9")
        await pilot.pause()
        page = shown(app)
        assert "[red]n" in page
        assert "[b]id[/]" in page
        assert "\x1b" not in page


async def test_its_id_is_printed_at_the_end_as_that_of_a_new_one(at_form: Any) -> None:
    async with at_form(Service([item("mine")])) as (app, pilot):
        await pilot.press("f9")
        await until(lambda: isinstance(app.screen, ExistingScreen))
        await pilot.press("enter")
        await settled(pilot)
        await pilot.press("ctrl+q")
        assert app._exit
        assert app.made == ["mine"]
        assert int(app.leaving_code()) == 0
