"""Connection specs, errors and histories that mean harm: shown to the letter, never obeyed, and never in the way of others."""

from __future__ import annotations

import asyncio
import json
import re
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import Any

import httpx
import pytest
from rich.cells import cell_len
from textual import events
from textual.widgets import Button

from aep_tui.tui.widgets.fields.control import FieldControl
from aep_tui.tui.widgets.virtual_list import VirtualList
from aep_tui.wizard.state import Step

SIZES = [(80, 24), (120, 36)]

MARKUP = "[b]B[/b] [/] [@click=app.quit]x[/] [link=https://evil.example]l[/] [[/ \\[ [/"
ESCAPES = (
    "\x1b[2J\x1b[31mred\x1b]52;c;ZXZpbA==\x07\x9b31m\x9d52;c;x\x9c\x1b]8;;https://evil.example\x1b\\ \x00\x08\x7f\r\n\v\f\t-"
)
BIDI = "\u202egnp.exe\u202c \u2066x\u2069\u200f\u061c\ufeff\u200b\u2028\u2029-"
WIDE = "日本語テキスト 👩‍👩‍👧 🏳️‍🌈 한국어 ｆｕｌｌ"
COMBINING = "Z\u0351\u036b\u0343\u036a\u0302A\u0334\u0319\u0324L\u0329\u0301G\u0338O " + "e\u0301" * 60
HALF_PAIRS = "\ud800half\udfff"
LONG = "A description. " * 340
LONG_WORD = "W" * 5_000

NO_CONTROLS = re.compile(
    "[\x00-\x1f\x7f-\x9f\u200b\u200e\u200f\u202a-\u202e\u2028\u2029\u2066-\u2069\ufeff\u061c\ud800-\udfff]"
)


def spec(spec_id: str, schema: object = None, **members: object) -> dict[str, Any]:
    """Return a connection spec with one way to authenticate."""
    return {
        "id": spec_id,
        "name": spec_id,
        "version": "1.0",
        "providerId": "p",
        "authSpec": [{"name": "Basic", "spec": schema}],
        "attributes": {"connectorName": f"Odd {spec_id}"},
        **members,
    }


def dressed(spec_id: str, text: str) -> dict[str, Any]:
    """Return a connection spec that says a text wherever one can stand."""
    said = {"title": text, "description": text}
    schema = {
        **said,
        "type": "object",
        "properties": {
            text: {"type": "string"},
            "text": {
                **said,
                "type": "string",
                "examples": [text],
                "default": text,
                "pattern": "^1$",
                "pattern_descriptor": text,
            },
            "given": {**said, "type": "string", "default": text},
            "secret": {**said, "type": "string", "format": "password", "default": text, "example": text},
            "choice": {**said, "enum": [text, f"{text} ", f"{text}2", 5], "default": text},
            "titled": {**said, "oneOf": [{"const": 1, "title": text}, {"const": 2, "title": text}]},
            "fixed": {**said, "const": text},
            "flag": {**said, "type": "boolean", "default": True},
            "count": {**said, "type": "integer", "examples": [text], "maximum": 3},
            "list": {**said, "type": "array", "examples": [[text]], "items": {"enum": [text]}},
            "lines": {**said, "type": "array", "default": [text, {text: text}]},
            "hidden json": {**said, "type": "object", "writeOnly": True, "example": text},
        },
        "required": [text, "given", "choice", "fixed", "lines", text],
    }
    return {
        "id": spec_id,
        "name": text,
        "version": text,
        "providerId": text,
        "authSpec": [{"name": text, "type": text, "spec": schema}, {"name": f"{text} again", "spec": {"description": text}}],
        "attributes": {
            "connectorName": f"Odd {text}",
            "category": text,
            "description": text,
            "documentationLink": f"https://example.com/{text}",
            "aliases": [text, text],
            "isBeta": True,
        },
        "sourceSpec": {"attributes": {"uiAttributes": {"label": {"text": text}, "description": {"text": text}, "icon": text}}},
    }


TEXTS = {
    "markup": MARKUP,
    "escapes": ESCAPES,
    "bidi": BIDI,
    "wide": WIDE,
    "combining": COMBINING,
    "half pairs": HALF_PAIRS,
    "long": LONG,
    "long word": LONG_WORD,
    "everything": MARKUP + ESCAPES + BIDI + WIDE,
}
KEYS = [
    "",
    "__proto__",
    "a/b",
    "~",
    "$ref",
    "class",
    "1abc",
    "client id",
    "résumé",
    "auth.type",
    "#name",
    " ",
    "[/]",
    "\x1b[2J",
    "0",
]
SHAPES: dict[str, dict[str, Any]] = {
    "odd names": spec("n", {"type": "object", "properties": {key: {"type": "string"} for key in KEYS}, "required": KEYS}),
    "required names nothing": spec(
        "n", {"type": "object", "properties": {"a": {}}, "required": ["gone", "gone", 5, None, "a"]}
    ),
    "no auth spec": {"id": "n", "name": "n", "version": "1.0", "attributes": {}},
    "empty auth spec": spec("n", authSpec=[]),
    "null auth spec": spec("n", authSpec=None),
    "auth spec is an object": spec("n", authSpec={"name": "Basic", "spec": {"properties": {"a": {"type": "string"}}}}),
    "auth specs of odd kinds": spec(
        "n", authSpec=[None, 5, {}, {"name": 5}, {"name": " "}, {"name": "\u202e"}, {"name": "[/]"}]
    ),
    "auth specs of one name": spec("n", authSpec=[{"name": "A", "spec": {"properties": {key: {}}}} for key in "ab"]),
    "nulls": dict.fromkeys(
        ("name", "version", "providerId", "authSpec", "sourceSpec", "attributes", "uiAttributes", "permissions")
    )
    | {"id": "n"},
    "nulls inside": spec(
        "n",
        {
            "type": None,
            "properties": {"a": None, "b": {"type": None, "title": None, "enum": None, "default": None}},
            "required": None,
        },
        attributes={
            "connectorName": None,
            "category": None,
            "description": None,
            "aliases": None,
            "isSource": None,
            "isBeta": None,
        },
        sourceSpec={"attributes": {"uiAttributes": {"label": None, "category": {"text": None}}}},
    ),
    **{
        f"schema is {odd!r}": spec("n", odd)
        for odd in (None, 5, "text", [], [1], True, False, {"type": "string"}, {"properties": 5})
    },
    "endless references": spec(
        "n", {"$ref": "#", "properties": {"a": {"$ref": "#/properties/b"}, "b": {"$ref": "#/properties/a"}}}
    ),
    "a deep schema": spec("n", {"properties": {"a": {"properties": {"b": {"properties": {"c": {"type": "array"}}}}}}}),
    "a thousand entries": spec("n", {"properties": {"a": {"enum": [f"[entry {n}]" for n in range(1_000)]}}, "required": ["a"]}),
    "wrong everywhere": spec(
        "n", {"type": 5, "properties": {"a": {"type": {}, "enum": [], "examples": 5, "pattern": "(", "minimum": "x"}, "b": []}}
    ),
}


class Walk:
    """Goes through the program by keys, and looks at every line that the terminal would get."""

    def __init__(self, app: Any, pilot: Any) -> None:
        self.app, self.pilot = app, pilot
        self.where = "the start"
        self.odd: list[str] = []

    async def quiet(self) -> None:
        """Wait until every key, worker and message is done with."""
        keys = self.app.keys
        while self.app._exception is None:
            if keys._under_way or keys._waiting or keys._held:
                await asyncio.sleep(0)
            elif list(self.app.workers):
                await self.app.workers.wait_for_complete()
            else:
                await self.pilot.pause(0)
                if not (list(self.app.workers) or keys._held):
                    return
        raise self.app._exception

    async def press(self, *keys: str) -> None:
        for key in keys:
            self.app.post_message(events.Key(key, key if len(key) == 1 else None))
        await self.quiet()
        self.look(" ".join(keys))

    def lines(self) -> list[str]:
        return [strip.text for strip in self.app.screen._compositor.render_strips()]

    def look(self, at: str) -> None:
        """Note every control character, every line of a wrong width, and every link or action within a text."""
        for strip in self.app.screen._compositor.render_strips():
            if NO_CONTROLS.search(strip.text) or cell_len(strip.text) != self.app.size.width:
                self.odd.append(f"{self.where}, {at}: {strip.text!r}")
            for segment in strip:
                if segment.style and (segment.style.link or "@click" in segment.style.meta):
                    self.odd.append(f"{self.where}, {at}: obeyed {segment.text!r}")

    @property
    def sources(self) -> VirtualList:
        return self.app.screen.query_one("#sources", VirtualList)

    async def through_the_form(self) -> int:
        """Visit every field by Tab and type into it; return how many there were."""
        count = 0
        while isinstance(self.app.focused, FieldControl):
            count += 1
            await self.press("x", "tab")
        assert isinstance(self.app.focused, Button)
        return count


@pytest.fixture
def walking(running: Any, make_session: Any) -> Callable[..., Any]:
    """Return a context manager that runs the program on a catalogue, and fails if anything odd was on the screen."""

    @asynccontextmanager
    async def walk(documents: list[Any], size: tuple[int, int]) -> AsyncIterator[Walk]:
        content = json.dumps({"items": documents}).encode()
        session = make_session(httpx.MockTransport(lambda _: httpx.Response(200, content=content)), demo=False)
        async with running(session, size=size) as (app, pilot):
            there = Walk(app, pilot)
            try:
                await there.quiet()
                yield there
            except BaseException as error:
                error.add_note(f"at {there.where}")
                raise
            assert there.odd == []
            assert app._exit is False

    return walk


@pytest.mark.parametrize("size", SIZES, ids=str)
@pytest.mark.parametrize("documents", [TEXTS, SHAPES], ids=["texts", "shapes"])
async def test_every_source_can_be_looked_at_opened_filled_in_and_left(
    walking: Any, size: tuple[int, int], documents: dict[str, Any]
) -> None:
    made = {
        name: dressed(f"{number:03}", one) if isinstance(one, str) else {**one, "id": f"{number:03}"}
        for number, (name, one) in enumerate(documents.items())
    }
    async with walking(list(made.values()), size) as walk:
        listed = {row.key for row in walk.sources.rows}
        assert listed == {one["id"] for one in made.values()}
        seen = set()
        await walk.press("ctrl+home")
        for _ in made:
            key = walk.sources.highlighted.key
            walk.where = next(name for name, one in made.items() if one["id"] == key)
            seen.add(key)
            if size[0] < 100:
                await walk.press("f5")
                await walk.press("pagedown")
                await walk.press("escape")
            await walk.press("ctrl+n")
            assert walk.app.wizard.step is Step.CREDENTIALS
            assert await walk.through_the_form() >= 2
            await walk.press("ctrl+n")
            if walk.app.wizard.step is Step.REVIEW:
                await walk.press("t")
                await walk.press("escape")
            await walk.press("escape")
            assert walk.app.wizard.step is Step.SOURCE
            assert {row.key for row in walk.sources.rows} == listed
            await walk.press("down")
        assert seen == listed
