"""Sections, variants, lists and maps: one Tab stop for each answer, and nothing that is typed is lost."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any

from made_form import focus, focused_label, row
from textual import events

from aep_tui.forms.fields import Chosen, Entries, Picked
from aep_tui.secret import Secret, reveal_all
from aep_tui.tui.form_rows import RowKind
from aep_tui.wizard.request import connection_body
from aep_tui.wizard.step import Step

Go = Callable[..., Awaitable[None]]


def labels(app: Any) -> list[str]:
    """What stands below name and description, headings in capitals."""
    rows = app.screen.lines.rows
    below = [row.row_id for row in rows].index("#section") + 1
    return [row.label.upper() if row.kind is RowKind.HEADING else row.label for row in rows[below:]]


def params(app: Any) -> Any:
    return reveal_all(connection_body(app.wizard.draft))["auth"]["params"]


VARIANTS = {
    "properties": {
        "auth": {
            "title": "Credentials",
            "oneOf": [
                {
                    "title": "Password",
                    "properties": {
                        "mode": {"const": "password"},
                        "user": {"type": "string"},
                        "secret": {"type": "string", "format": "password"},
                    },
                    "required": ["mode", "user", "secret"],
                },
                {
                    "title": "Key",
                    "properties": {
                        "mode": {"const": "key"},
                        "key": {"type": "string", "multiline": True, "airbyte_secret": True},
                    },
                    "required": ["mode", "key"],
                },
            ],
        },
        "after": {"type": "string"},
    },
    "required": ["auth"],
}


async def test_a_variant_shows_its_fields_and_each_keeps_what_was_typed(opened: Any, settle: Go) -> None:
    async with opened(VARIANTS) as (app, pilot):
        await settle(pilot)
        await focus(pilot, "Credentials")
        await pilot.press("down")
        await settle(pilot)
        assert labels(app) == ["Credentials", "User", "Secret", "After"]
        await pilot.press("tab", *"me", "tab", *"pw")
        await focus(pilot, "Credentials")
        await pilot.press("down")
        await settle(pilot)
        assert labels(app) == ["Credentials", "Key", "After"]
        await pilot.press("tab")
        app.post_message(events.Paste("-----BEGIN\nabc\n-----END"))
        await pilot.press("tab", "ctrl+n")
        await settle(pilot)
        assert app.wizard.step is Step.REVIEW, app.wizard.errors
        assert params(app) == {"auth": {"mode": "key", "key": "-----BEGIN\nabc\n-----END"}}
        assert "BEGIN" not in str(app.session.request(app.wizard.draft).body)
        await pilot.press("escape")
        await settle(pilot)
        await focus(pilot, "Credentials")
        await pilot.press("up")
        await settle(pilot)
        assert row(app, "User").answer() == "me"
        assert app.wizard.draft.answers()["/auth"] == Chosen(0)
        assert Secret("pw") in app.wizard.draft.answers().values()


async def test_an_optional_section_is_added_by_space_and_left_out_again(opened: Any, settle: Go) -> None:
    tunnel = {"type": "object", "title": "Tunnel", "properties": {"host": {"type": "string"}}, "required": ["host"]}
    async with opened({"properties": {"tunnel": tunnel, "after": {"type": "string"}}}) as (app, pilot):
        await settle(pilot)
        assert labels(app) == ["Tunnel", "After"]
        await focus(pilot, "Tunnel")
        await pilot.press("space")
        await settle(pilot)
        assert labels(app) == ["Tunnel", "Host", "After"]
        await pilot.press("ctrl+n")
        await settle(pilot)
        assert app.wizard.step is Step.CREDENTIALS
        assert focused_label(app) == "Host"
        assert row(app, "Host").error == "Host is required."
        await pilot.press("shift+tab", "space")
        await settle(pilot)
        assert labels(app) == ["Tunnel", "After"]
        await pilot.press("ctrl+n")
        await settle(pilot)
        assert params(app) == {}


async def test_a_required_section_is_a_heading_and_no_stop(opened: Any, settle: Go) -> None:
    inner = {"type": "object", "title": "Network", "properties": {"host": {"type": "string"}}, "required": ["host"]}
    async with opened({"properties": {"net": inner, "after": {"type": "string"}}, "required": ["net"]}) as (app, pilot):
        await settle(pilot)
        assert labels(app) == ["NETWORK", "Host", "After"]
        stops = []
        for _ in range(5):
            stops.append(focused_label(app))
            await pilot.press("tab")
        assert stops == ["Name", "Description", "Host", "After", "BUTTON"]


async def test_a_list_of_objects_is_added_to_moved_in_and_removed_from(opened: Any, settle: Go) -> None:
    item = {"type": "object", "properties": {"name": {"type": "string"}}, "required": ["name"]}
    async with opened({"properties": {"streams": {"type": "array", "title": "Streams", "items": item}}}) as (app, pilot):
        await settle(pilot)
        for name in ("a", "b", "c"):
            await focus(pilot, "Streams")
            await pilot.press("space")
            await settle(pilot)
            await pilot.press(name, "tab")
        await settle(pilot)
        assert params(app) == {"streams": [{"name": "a"}, {"name": "b"}, {"name": "c"}]}
        second = [one for one in app.screen.lines.rows if one.row_id.endswith("#entry")][1]
        await app.screen.go_to(second.row_id)
        await pilot.press("alt+up")
        await settle(pilot)
        assert params(app) == {"streams": [{"name": "b"}, {"name": "a"}, {"name": "c"}]}
        assert app.screen.lines.current_id == second.row_id
        assert app.focused is app.screen.lines.editor
        await pilot.press("delete")
        await settle(pilot)
        assert "del again" in app.focused.render().plain
        assert len(params(app)["streams"]) == 3
        await pilot.press("delete")
        await settle(pilot)
        assert params(app) == {"streams": [{"name": "a"}, {"name": "c"}]}
        assert isinstance(app.wizard.draft.answers()["/streams"], Entries)
        assert focused_label(app) == "Streams"


async def test_a_map_keeps_the_value_when_its_key_changes(opened: Any, settle: Go) -> None:
    schema = {"properties": {"labels": {"type": "object", "title": "Labels", "additionalProperties": {"type": "string"}}}}
    async with opened(schema) as (app, pilot):
        await settle(pilot)
        await focus(pilot, "Labels")
        await pilot.press("space")
        await settle(pilot)
        assert focused_label(app) == "Key"
        await pilot.press(*"team", "tab", *"shop", "tab")
        await settle(pilot)
        assert params(app) == {"labels": {"team": "shop"}}
        await focus(pilot, "Key")
        await pilot.press("ctrl+u", *"crew", "tab")
        await settle(pilot)
        assert params(app) == {"labels": {"crew": "shop"}}


async def test_lists_of_texts_are_typed_one_a_line_and_lists_of_choices_are_ticked(opened: Any, settle: Go) -> None:
    schema = {
        "properties": {
            "hosts": {"type": "array", "items": {"type": "string"}},
            "kinds": {"type": "array", "items": {"enum": ["red", "green", "blue"]}},
            "numbers": {"type": "array", "items": {"type": "integer"}},
        }
    }
    async with opened(schema) as (app, pilot):
        await settle(pilot)
        await focus(pilot, "Hosts")
        await pilot.press("a", "enter", "b", "tab")
        await pilot.press("down", "space", "b", "space", "tab")
        await pilot.press("1", "enter", "2", "tab")
        await settle(pilot)
        assert params(app) == {"hosts": ["a", "b"], "kinds": ["green", "blue"], "numbers": [1, 2]}
        assert app.wizard.draft.answers()["/kinds"] == Picked((1, 2))


async def test_fields_come_and_go_with_a_condition_and_keep_what_was_typed(opened: Any, settle: Go) -> None:
    schema = {
        "properties": {"kind": {"enum": ["file", "db"]}, "last": {"type": "string"}},
        "if": {"properties": {"kind": {"const": "db"}}, "required": ["kind"]},
        "then": {
            "properties": {"host": {"type": "string"}, "port": {"type": "integer", "default": 5432}},
            "required": ["host"],
        },
        "else": {"properties": {"path": {"type": "string"}}},
    }
    async with opened(schema) as (app, pilot):
        await settle(pilot)
        await focus(pilot, "Kind")
        await pilot.press("down", "down")
        await settle(pilot)
        assert set(labels(app)) == {"Kind", "Last", "Host", "Port"}
        await focus(pilot, "Host")
        await pilot.press(*"db1", "tab")
        await focus(pilot, "Kind")
        await pilot.press("up")
        await settle(pilot)
        assert set(labels(app)) == {"Kind", "Last", "Path"}
        assert params(app) == {"kind": "file"}
        await pilot.press("down")
        await settle(pilot)
        assert row(app, "Host").answer() == "db1"
        assert params(app) == {"kind": "db", "host": "db1"}
