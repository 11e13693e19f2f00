"""Step 2: one Tab stop for every answer, in the schema's order, and answers that are never lost."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any

import pytest
from made_form import focus, focused_label, row, rows
from textual import events
from textual.geometry import Offset
from textual.widgets import Static

from aep_tui.forms.fields import Chosen
from aep_tui.secret import Secret
from aep_tui.wizard.step import Step

Go = Callable[..., Awaitable[None]]


async def test_each_field_is_one_tab_stop_in_schema_order_and_nothing_lies_between(opened: Any, settle: Go) -> None:
    async with opened() as (app, pilot):
        await settle(pilot)
        stops = []
        for _ in range(14):
            stops.append(focused_label(app))
            await pilot.press("tab")
        expected = [
            "Name",
            "Description",
            "Host",
            "Port",
            "Ratio",
            "Mode",
            "Only",
            "Tls",
            "Sure",
            "Fixed",
            "Password",
            "Tags",
            "Started",
            "BUTTON",
        ]
        assert [stop.casefold() for stop in stops] == [name.casefold() for name in expected]
        await pilot.press("shift+tab")
        assert focused_label(app) == "BUTTON"


async def test_the_suggested_name_is_preselected_so_that_typing_replaces_it(opened: Any, settle: Go) -> None:
    async with opened() as (app, pilot):
        await settle(pilot)
        assert app.focused.value == "Made up 2026-11-21"
        await pilot.press(*"mine", "tab")
        assert app.wizard.draft.name == "mine"


async def test_enter_goes_on_and_what_is_typed_right_behind_it_reaches_the_next_field(opened: Any, settle: Go) -> None:
    async with opened() as (app, pilot):
        await settle(pilot)
        for key in ("enter", "d", "enter", "h", "enter", "5"):
            app.post_message(events.Key(key, "\r" if key == "enter" else key))
        await settle(pilot)
        await pilot.press("tab")
        answers = app.wizard.draft.answers()
        assert app.wizard.draft.description == "d"
        assert (answers["/host"], answers["/port"]) == ("h", "5")


async def test_ctrl_n_right_behind_the_last_letter_loses_no_letter(opened: Any, settle: Go) -> None:
    schema = {"type": "object", "properties": {"password": {"type": "string", "format": "password"}}, "required": ["password"]}
    async with opened(schema) as (app, pilot):
        await settle(pilot)
        await pilot.press("tab", "tab")
        for letter in "abcdefgh":
            app.post_message(events.Key(letter, letter))
        app.post_message(events.Key("ctrl+n", None))
        await settle(pilot)
        assert app.wizard.step is Step.REVIEW
        assert app.wizard.draft.answers()["/password"] == Secret("abcdefgh")


async def test_a_boolean_starts_with_yes_and_an_optional_one_has_not_set(opened: Any, settle: Go) -> None:
    async with opened() as (app, pilot):
        await settle(pilot)
        await focus(pilot, "TLS")
        seen = []
        for _ in range(4):
            await pilot.press("space")
            seen.append(row(app, "TLS").answer())
        assert seen == [True, False, None, True]
        await focus(pilot, "Sure")
        seen = []
        for _ in range(3):
            await pilot.press("space")
            seen.append(row(app, "Sure").answer())
        assert seen == [True, False, True]


async def test_a_choice_is_changed_by_up_and_down_and_by_typing(opened: Any, settle: Go) -> None:
    async with opened() as (app, pilot):
        await settle(pilot)
        mode = row(app, "Mode")
        await focus(pilot, "Mode")
        await pilot.press("down", "down")
        assert mode.answer() == Chosen(1)
        await pilot.press("up", "up")
        assert mode.answer() is None
        await pilot.press("s", "l")
        assert mode.answer() == Chosen(2)
        assert row(app, "Only").answer() == Chosen(0)


async def test_what_is_sent_is_what_was_set_and_a_required_default(opened: Any, settle: Go) -> None:
    async with opened() as (app, pilot):
        await settle(pilot)
        await focus(pilot, "Host")
        await pilot.press(*"h", "tab", "tab", *"1.50", "tab")
        await focus(pilot, "Sure")
        await pilot.press("space", "space")
        await focus(pilot, "Password")
        await pilot.press(*"pw", "tab", "x", "ctrl+n")
        await settle(pilot)
        assert app.wizard.step is Step.REVIEW, app.wizard.errors
        shown = app.session.request(app.wizard.draft).body["auth"]["params"]
        assert {key: str(value) for key, value in shown.items()} == {
            "host": "h",
            "ratio": "1.50",
            "only": "this",
            "sure": "False",
            "fixed": "v1",
            "password": "{PASSWORD}",
            "tags": "['x']",
            "started": "now",
        }


async def test_an_error_shows_when_the_field_is_left_not_while_it_is_typed(opened: Any, settle: Go) -> None:
    async with opened() as (app, pilot):
        await settle(pilot)
        port = row(app, "Port")
        await focus(pilot, "Port")
        await pilot.press(*"99999")
        assert port.error == ""
        await pilot.press("tab")
        assert "65535" in port.error
        await focus(pilot, "Port")
        await pilot.press("backspace", "tab")
        assert port.error == ""


async def test_the_main_action_goes_to_the_first_error_and_shows_all(opened: Any, settle: Go) -> None:
    async with opened() as (app, pilot):
        await settle(pilot)
        await pilot.press("ctrl+n")
        await settle(pilot)
        assert app.wizard.step is Step.CREDENTIALS
        assert focused_label(app) == "Host"
        assert {r.label for r in rows(app) if r.error} == {"Host", "Sure", "Password"}
        assert "3 to correct" in str(app.screen.query_one("#count", Static).content)


async def test_going_back_and_forth_loses_no_answer(opened: Any, settle: Go) -> None:
    async with opened() as (app, pilot):
        await settle(pilot)
        await pilot.press(*"mine", "tab", *"why", "tab", *"db", "escape")
        await settle(pilot)
        assert app.wizard.step is Step.SOURCE
        await pilot.press("enter")
        await settle(pilot)
        assert row(app, "Name").answer() == "mine"
        assert row(app, "Description").answer() == "why"
        assert row(app, "Host").answer() == "db"


async def test_another_auth_spec_has_its_own_fields_and_keeps_the_answers_of_the_first(opened: Any, settle: Go) -> None:
    second = {"type": "object", "properties": {"token": {"type": "string", "format": "password"}}, "required": ["token"]}
    first = {"type": "object", "properties": {"user": {"type": "string"}}, "required": ["user"]}
    async with opened(first, second) as (app, pilot):
        await settle(pilot)
        assert focused_label(app) == "Authentication"
        await focus(pilot, "User")
        await pilot.press(*"me")
        await focus(pilot, "Authentication")
        await pilot.press("down")
        await settle(pilot)
        assert [r.label for r in rows(app)] == ["Authentication", "Name", "Description", "Token"]
        await pilot.press("up")
        await settle(pilot)
        assert row(app, "User").answer() == "me"


async def test_a_source_without_auth_asks_only_for_name_and_description(running: Any, settle: Go, go_to: Go) -> None:
    async with running() as (app, pilot):
        await go_to(pilot, "dataset base")
        assert [r.label for r in rows(app)] == ["Name", "Description"]


async def test_the_http_api_suggests_its_names_from_the_connection_name(running: Any, settle: Go, go_to: Go) -> None:
    async with running() as (app, pilot):
        await go_to(pilot, "http api")
        await pilot.press(*"web", "tab")
        values = {r.row_id: r.answer() for r in rows(app)}
        assert values["/name"] == values["/sourceId"] == "web"
        await app.screen.go_to("/sourceId")
        await pilot.press("ctrl+u", *"own", "tab")
        await app.screen.leave()
        await app.screen.go_to("#name")
        await pilot.press(*"changed", "tab")
        assert app.wizard.draft.answers()["/sourceId"] == "own"
        assert app.wizard.draft.answers()["/name"] == "changed"


async def test_the_help_at_authentication_required_says_what_it_is_for(running: Any, go_to: Go) -> None:
    async with running() as (app, pilot):
        await go_to(pilot, "http api")
        await app.screen.go_to("/authenticationRequired")
        await pilot.pause()
        shown = str(app.screen.query_one("#help", Static).content)
        assert "trusted" in shown
        assert "personal data" in shown


async def test_f5_shows_the_request_so_far(opened: Any, settle: Go) -> None:
    async with opened(size=(80, 24)) as (app, pilot):
        await settle(pilot)
        await pilot.press(*"shown", "f5")
        await pilot.pause()
        assert "RequestScreen" in type(app.screen).__name__
        await pilot.press("escape")
        assert app.screen.title_line() == "Step 2 of 4: Credentials"


async def test_everything_can_be_clicked(opened: Any, settle: Go) -> None:
    async with opened({"type": "object", "properties": {"on": {"type": "boolean"}}}) as (app, pilot):
        await settle(pilot)
        top, _ = app.screen.lines.top_of("/on")
        await pilot.click(offset=Offset(45, app.screen.lines.region.y + top))
        await pilot.pause()
        assert row(app, "On").answer() is True
        await pilot.click("#go")
        await settle(pilot)
        assert app.wizard.step is Step.REVIEW


async def test_a_corrected_error_does_not_come_back(opened: Any, settle: Go) -> None:
    async with opened() as (app, pilot):
        await settle(pilot)
        await pilot.press("ctrl+n")
        await settle(pilot)
        await pilot.press(*"db", "tab")
        await focus(pilot, "Password")
        await pilot.press(*"pw", "tab")
        await focus(pilot, "Port")
        await pilot.press(*"99999", "tab")
        assert {r.label for r in rows(app) if r.error} == {"Port", "Sure"}
        assert "2 to correct" in str(app.screen.query_one("#count", Static).content)


async def test_the_count_of_filled_fields_follows_what_is_typed(opened: Any, settle: Go) -> None:
    async with opened() as (app, pilot):
        await settle(pilot)
        await focus(pilot, "Host")
        await pilot.press("d")
        assert "4 of 6 required" in str(app.screen.query_one("#count", Static).content)
        await pilot.press("backspace")
        assert "3 of 6 required" in str(app.screen.query_one("#count", Static).content)


async def test_a_name_of_several_lines_is_refused(opened: Any, settle: Go) -> None:
    async with opened({"properties": {}}) as (app, pilot):
        await settle(pilot)
        app.post_message(events.Paste("one\ntwo"))
        await pilot.press("tab")
        assert row(app, "Name").error == "Name must be one line."
        await pilot.press("ctrl+n")
        await settle(pilot)
        assert app.wizard.step is Step.CREDENTIALS


async def test_leaving_with_a_form_half_filled_asks_from_the_sources_too(opened: Any, settle: Go) -> None:
    async with opened() as (app, pilot):
        await settle(pilot)
        await pilot.press("tab", "tab", *"db", "escape")
        await settle(pilot)
        assert app.wizard.step is Step.SOURCE
        await pilot.press("ctrl+q")
        assert not app._exit
        assert "Made up" in [note.message for note in app._notifications][-1]
        await pilot.press("ctrl+q")
        assert app._exit


@pytest.mark.parametrize("field", ["Name", "Description"])
async def test_a_name_or_a_description_of_ones_own_is_not_lost_without_a_question(opened: Any, settle: Go, field: str) -> None:
    async with opened({"properties": {}}) as (app, pilot):
        await settle(pilot)
        await focus(pilot, field)
        await pilot.press("m", "escape")
        await settle(pilot)
        await pilot.press("ctrl+q")
        assert not app._exit
        assert "Made up" in [note.message for note in app._notifications][-1]


async def test_a_suggested_name_is_no_loss(opened: Any, settle: Go) -> None:
    async with opened({"properties": {}}) as (app, pilot):
        await settle(pilot)
        await focus(pilot, "Description")
        await pilot.press("tab", "ctrl+q")
        assert app._exit
