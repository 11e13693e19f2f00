"""Schemas that mean harm, nested: shown to the letter, refused with a reason, never a crash, never a wait."""

from __future__ import annotations

import asyncio
import gc
import json
from collections.abc import Callable
from contextlib import asynccontextmanager
from typing import Any

import pytest
from hostile import MARKUP, SIZES, TEXTS, Walk, dressed, longest_stall
from still_app import StillClock
from test_hostile_documents import NULLS, ODD_PROPERTIES
from textual import events
from textual.widgets import Button

from aep_tui.forms.build import build
from aep_tui.secret import reveal_all
from aep_tui.tui.form_app import FormApp
from aep_tui.tui.screens.pick import PickScreen
from aep_tui.wizard.lone_form import LoneForm

DEEPEST_OPENED = 2
MOST_STOPS = 400
STALL_SECONDS = 0.1
"""More than this beside what ordinary forms take, in processor time of the event loop, is a wait that somebody notices."""


class FormWalk(Walk):
    """Walks through one form by keyboard."""

    async def whole_form(self) -> int:
        """Visit every field by Tab, open whatever opens, and type into it; return how many stops there were."""
        count = 0
        while not isinstance(self.app.focused, Button):
            count += 1
            assert count < MOST_STOPS, self.app.screen.lines.current_id
            # A schema that contains itself opens without end.
            if self.app.screen.lines.current.indent < DEEPEST_OPENED:
                await self.press("space")
            if isinstance(self.app.screen, PickScreen):
                await self.press("down", "enter")
            await self.press("x", "tab")
            if isinstance(self.app.screen, PickScreen):
                await self.press("escape", "tab")
        return count


@pytest.fixture
def walking(still_clock: StillClock) -> Callable[..., Any]:
    """Return a context manager that opens a form, and fails if anything odd was on the screen or if the program ended."""

    @asynccontextmanager
    async def walk(schema: object, size: tuple[int, int] = SIZES[1]) -> Any:
        app = FormApp(LoneForm(MARKUP, build(schema)), still_clock.clock())
        async with app.run_test(size=size, notifications=True, tooltips=True) as pilot:
            there = FormWalk(app, pilot)
            await there.quiet()
            yield there
            there.look("the end")
            assert there.odd == []
            assert app._exception is None

    return walk


def nested(schema: dict[str, Any], text: str) -> dict[str, Any]:
    """Return a schema with another one in a section, in a variant, in a list and in a map."""
    inner = {**schema, "title": text, "description": text}
    return {
        "title": text,
        "properties": {
            "section": inner,
            text: {
                "title": text,
                "oneOf": [
                    {"title": text, "properties": {"kind": {"const": text}, "a": {"type": "string"}}},
                    {
                        "title": text,
                        "properties": {"kind": {"const": f"{text}2"}, **SMALL},
                        "required": ["kind"],
                    },
                ],
            },
            "list": {"type": "array", "items": inner, "minItems": 1, "title": text},
            "map": {"additionalProperties": inner, "title": text, "propertyNames": {"pattern": "^[a-y]+$"}},
            "maybe": {"anyOf": [{"type": "null"}, inner]},
        },
        "required": ["section", text],
        "if": {"properties": {"section": {"properties": {"flag": {"const": True}}, "required": ["flag"]}}},
        "then": {"properties": {f"then {text}": {"type": "string", "title": text}}},
        "definitions": {text: inner},
    }


SMALL = {key: dressed("", "")["authSpec"][0]["spec"]["properties"][key] for key in ("secret", "flag")}


@pytest.mark.parametrize(("name", "size"), [*zip(TEXTS, SIZES, strict=True), ("odd", SIZES[1])], ids=lambda one: str(one)[:20])
async def test_whatever_is_nested_can_be_opened_filled_in_and_left(walking: Any, name: str, size: tuple[int, int]) -> None:
    text = TEXTS.get(name, MARKUP)
    schema = {"properties": ODD_PROPERTIES} if name == "odd" else dressed("", text)["authSpec"][0]["spec"]
    async with walking(nested(schema, text), size) as walk:
        assert await walk.whole_form() > 20
        await walk.press("ctrl+n")
        assert walk.app.screen.lines.current is not None
        await walk.press("f1")
        await walk.press("escape")
        if len(walk.app.screen._errors) > 1:
            await walk.press("f6")
            await walk.press("down", "enter")


def deep(levels: int) -> dict[str, Any]:
    """Return sections within sections."""
    schema: dict[str, Any] = {"type": "string"}
    for _ in range(levels):
        schema = {"type": "object", "properties": {"in": schema}, "required": ["in"]}
    return schema


def wide(width: int, levels: int) -> dict[str, Any]:
    """Return variants within variants."""
    if not levels:
        return {"type": "string"}
    ways = [
        {"title": f"Way {n}", "properties": {"kind": {"const": n}, "in": wide(width, levels - 1)}, "required": ["kind", "in"]}
        for n in range(width)
    ]
    return {"oneOf": ways}


FLAT = {"properties": {f"p{number}": {"type": "string"} for number in range(5)}}
HUGE: dict[str, tuple[dict[str, Any], list[str]]] = {
    "a thousand levels": (deep(1_000), ["x", "tab", "ctrl+n"]),
    "unions 16 wide and 3 deep": (
        {"properties": {"a": wide(16, 3)}, "required": ["a"]},
        ["down", "tab", "down", "down", "tab", "down", "tab", "x", "ctrl+n"],
    ),
    "an enum of a thousand": (
        {"properties": {"a": {"enum": [f"e{n}" for n in range(1_000)]}}},
        ["5", "enter", "tab", "ctrl+n"],
    ),
    "three hundred fields": (
        {"properties": {f"p{n}": {"type": "object", "properties": {"a": {"type": "string"}}} for n in range(300)}},
        ["space", "tab", "x", "tab", "ctrl+o", "ctrl+o", "ctrl+n"],
    ),
    "a thousand nullable sections": (
        {"properties": {f"p{n}": {"anyOf": [{"type": "null"}, deep(3)]} for n in range(300)}},
        ["down", "tab", "x", "tab", "ctrl+n"],
    ),
    "three hundred conditions": (
        {
            "properties": {"kind": {"enum": ["a", "b"]}},
            "allOf": [
                {
                    "if": {"properties": {"kind": {"const": "ab"[n % 2]}}, "required": ["kind"]},
                    "then": {"properties": {f"p{n}": {"type": "string"}}},
                }
                for n in range(300)
            ],
        },
        ["down", "down", "tab", "x", "tab", "ctrl+n"],
    ),
}


@pytest.mark.parametrize("name", HUGE)
async def test_no_schema_holds_the_program_up(walking: Any, name: str) -> None:
    schema, keys = HUGE[name]
    for _ in range(3):
        stalls = []
        for one, pressed in ((FLAT, ["x", "tab", "x", "tab", "ctrl+o", "ctrl+o", "f1", "escape"]), (schema, keys)):
            # What earlier tests left behind is not this program's to collect.
            gc.collect()
            gc.freeze()
            async with walking(one) as walk:
                ticking = asyncio.create_task(longest_stall())
                await walk.press(*pressed)
                await walk.quiet()
                ticking.cancel()
                stalls.append(await ticking)
        if stalls[1] < 2 * stalls[0] + STALL_SECONDS:
            return
    pytest.fail(str(stalls))


async def test_answers_of_a_megabyte_and_half_surrogates_are_taken_or_refused(walking: Any) -> None:
    schema = {
        "properties": {
            "text": {"type": "string"},
            "lines": {"type": "array", "items": {"type": "string"}},
            "any": {"$ref": "https://example.com/any.json"},
            "short": {"type": "string", "maxLength": 5},
        }
    }
    long = "a" * 999 + "\n"
    async with walking(schema) as walk:
        for text in (long * 1_000, long * 1_000, json.dumps(["a" * 1_000] * 1_000), "half \ud800 of a pair"):
            walk.app.post_message(events.Paste(text))
            await walk.quiet()
            await walk.press("tab")
        assert "more than a form takes" in walk.app.screen.lines.error("/any")
        assert "half of a surrogate pair" in walk.app.screen.lines.error("/short")
        await walk.press("shift+tab", "ctrl+u", "shift+tab", "delete", "ctrl+n")
        params = reveal_all(walk.app.params)
    assert params == {"text": (long * 1_000).rstrip("\n"), "lines": ["a" * 999] * 1_000}


async def test_a_schema_that_is_none_says_so_and_can_be_left(walking: Any) -> None:
    for schema in (None, 5, [], True, NULLS, {"properties": NULLS}, {"$ref": "#"}, {"allOf": [{"$ref": "#"}]}):
        async with walking(schema) as walk:
            await walk.press("tab", "x", "shift+tab", "f1")
            await walk.press("escape", "ctrl+n")
