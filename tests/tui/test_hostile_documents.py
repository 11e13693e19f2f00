"""Connection specs, errors and histories that mean harm: shown to the letter, never obeyed, and never in the way of others."""

from __future__ import annotations

import asyncio
import json
import re
import statistics
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import fields, replace
from typing import Any

import httpx
import pytest
from rich.cells import cell_len
from textual import events
from textual.widgets import Button

from aep_tui.storage.history import Attempt
from aep_tui.tui.widgets.field_row import FieldRow
from aep_tui.tui.widgets.fields.control import FieldControl
from aep_tui.tui.widgets.virtual_list import VirtualList
from aep_tui.wizard.draft import AUTH
from aep_tui.wizard.state import Step
from aep_tui.wizard.suggest import STREAMING_PROVIDER

SIZES = [(80, 24), (120, 36)]

ACTION = "[@click=app.quit]x[/]"
MARKUP = f"[b]B[/b] [/] {ACTION} [link=https://evil.example]l[/] [[/ \\[ [/"
ESCAPES = "\x1b[2J\x1b[31mred\x1b]52;c;ZXZpbA==\x07\x9b31m\x9d52;c;x\x9c\x1b]8;;https://evil.example\x1b\\ \x00\x08\x7f\r\n\v\f\x85\t-"
BIDI = "\u202egnp.exe\u202c \u2066x\u2069\u200f\u061c\ufeff\u200b\u2028\u2029-"
WIDE = "日本語テキスト 👩‍👩‍👧 🏳️‍🌈 한국어 ｆｕｌｌ Z\u0351\u036b\u0343\u036aA\u0334\u0319\u0324L\u0329\u0301GO " + "e\u0301" * 60
TEXTS = {
    "markup": MARKUP,
    "what cannot be seen": f"{ESCAPES}{BIDI}\ud800half\udfff",
    "wide": WIDE,
    "long": "A description. " * 340 + "W" * 5_000,
}
UNSEEN = re.compile("[\x00-\x1f\x7f-\x9f\u200b\u200e\u200f\u202a-\u202e\u2028\u2029\u2066-\u2069\ufeff\u061c\ud800-\udfff]")


def spec(spec_id: str, schema: object = None, **members: object) -> dict[str, Any]:
    """Return a connection spec with one way to authenticate."""
    return {
        "id": spec_id,
        "name": spec_id,
        "version": "1.0",
        "providerId": "p",
        "authSpec": [{"name": "Basic", "spec": schema}],
        "attributes": {"connectorName": "Of the same name"},
        **members,
    }


def dressed(spec_id: str, text: str) -> dict[str, Any]:
    """Return a connection spec that says a text wherever one can stand."""
    said = {"title": text, "description": text}
    schema = {
        **said,
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
            "secret": {**said, "type": "string", "format": "password", "default": text},
            "choice": {**said, "enum": [text, f"{text} ", f"{text}2", 5], "default": text},
            "titled": {**said, "oneOf": [{"const": 1, "title": text}, {"const": 2, "title": text}]},
            "fixed": {**said, "const": text},
            "flag": {**said, "type": "boolean", "default": True},
            "count": {**said, "type": "integer", "examples": [text], "maximum": 3},
            "list": {**said, "type": "array", "examples": [[text]], "items": {"enum": [text]}},
            "lines": {**said, "type": "array", "default": [text, {text: text}]},
        },
        "required": [text, "given", "choice", "fixed", "lines"],
    }
    return {
        "id": f"{spec_id}{text}",
        "name": text,
        "version": text,
        "providerId": text,
        "authSpec": [{"name": text, "type": text, "spec": schema}, {"name": f"{text} again", "spec": {"description": text}}],
        "attributes": {
            "connectorName": text,
            "category": text,
            "description": text,
            "documentationLink": f"https://example.com/{text}",
            "aliases": [text, text],
            "isBeta": True,
        },
        "sourceSpec": {"attributes": {"uiAttributes": {"label": {"text": text}, "description": {"text": text}, "icon": text}}},
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
]
NULLS = {"type": None, "title": None, "description": None, "enum": None, "default": None, "examples": None, "pattern": None}
ODD_PROPERTIES = {
    **{key: {"type": "string"} for key in KEYS},
    "nothing": None,
    "nulls": NULLS,
    "wrong": {"type": 5, "enum": [], "examples": 5, "pattern": "(", "minimum": "x", "title": [], "uiAttributes": 5},
    "itself": {"$ref": "#/properties/itself"},
    "everything": {"$ref": "#"},
    "entries": {"enum": [f"[entry {number}]" for number in range(1_000)]},
    "catastrophe": {"type": "string", "pattern": "^(x+)+$"},
    "deep": {"properties": {"b": {"properties": {"c": {"type": "array"}}}}},
}
NO_SCHEMAS = (None, 5, "text", [], True, False, {"type": "string"}, {"properties": 5}, {"$ref": "#"}, {"required": ["gone", 5]})
ODD_AUTH_SPECS = [None, 5, {}, {"name": 5}, {"name": " "}, {"name": "\u202e"}, {"name": "A", "spec": {"properties": {"a": {}}}}]
ALL_NULL = dict.fromkeys(("name", "version", "providerId", "authSpec", "sourceSpec", "targetSpec", "attributes", "permissions"))
SHAPES: dict[str, dict[str, Any]] = {
    "odd properties": spec("", {"properties": ODD_PROPERTIES, "required": [*KEYS, "gone", "gone", 5, None, "entries"]}),
    "odd auth specs": spec(
        "",
        authSpec=[*ODD_AUTH_SPECS, *ODD_AUTH_SPECS[-1:], *({"name": f"Schema {no!r}", "spec": no} for no in NO_SCHEMAS)],
    ),
    "no auth spec": {"name": "n"},
    "an empty auth spec": spec("", authSpec=[]),
    "an auth spec that is an object": spec("", authSpec={"name": "Basic", "spec": {"properties": {"a": {"type": "string"}}}}),
    "all null": ALL_NULL,
    "null within": spec(
        "",
        {**NULLS, "properties": {"a": None, "b": NULLS}, "required": None},
        attributes=dict.fromkeys(("connectorName", "category", "description", "aliases", "isSource", "isBeta")),
        sourceSpec={"attributes": {"uiAttributes": {"label": None, "category": {"text": None}}}},
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
            await self.pilot.pause(0)
            if not (keys._under_way or keys._waiting or keys._held or list(self.app.workers)):
                return
            while keys._under_way or keys._waiting or keys._held:
                await asyncio.sleep(0)
            await self.app.workers.wait_for_complete()
        raise self.app._exception

    async def press(self, *keys: str) -> None:
        for key in keys:
            self.app.post_message(events.Key(key, key if len(key) == 1 else None))
        await self.quiet()
        self.look(" ".join(keys))

    def look(self, at: str) -> None:
        """Note every control character, every line of a wrong width, and every link or action within a text."""
        for strip in self.app.screen._compositor.render_strips():
            if UNSEEN.search(strip.text) or cell_len(strip.text) != self.app.size.width:
                self.odd.append(f"{self.where}, {at}: {strip.text!r}")
            for segment in strip:
                if segment.style and (segment.style.link or "@click" in segment.style.meta):
                    self.odd.append(f"{self.where}, {at}: obeyed {segment.text!r}")

    @property
    def text(self) -> str:
        """What is on the screen, its lines joined as a person reads a wrapped text."""
        return " ".join(strip.text.strip("│ ") for strip in self.app.screen._compositor.render_strips())

    @property
    def sources(self) -> VirtualList:
        return self.app.screen.query_one("#sources", VirtualList)

    async def through_the_form(self) -> int:
        """Take every way to authenticate, visit every field by Tab and type into it; return how many there were."""
        if self.app.focused.pointer == AUTH:
            ways = self.app.wizard.draft.source.auth_options
            for _ in ways:
                await self.press("down")
            await self.press(*["up"] * len(ways))
        count = 0
        while isinstance(self.app.focused, FieldControl):
            count += 1
            await self.press("x", "tab")
        assert isinstance(self.app.focused, Button)
        assert count == len(self.app.screen.query(FieldRow))
        return count


Answer = Callable[[httpx.Request], httpx.Response]


def listing(*documents: object) -> Answer:
    """Return a service that has these documents and refuses everything else."""
    content = json.dumps({"items": documents}).encode()
    return lambda request: httpx.Response(200 if request.url.path.endswith("/connectionSpecs") else 404, content=content)


@pytest.fixture
def walking(running: Any, make_session: Any) -> Callable[..., Any]:
    """Return a context manager that runs the program on a service, and fails if anything odd was on the screen."""

    @asynccontextmanager
    async def walk(answer: Answer, size: tuple[int, int] = SIZES[1], session: Any = None) -> AsyncIterator[Walk]:
        session = session or make_session(httpx.MockTransport(answer), demo=False)
        async with running(session, size=size) as (app, pilot):
            there = Walk(app, pilot)
            try:
                await there.quiet()
                yield there
            except BaseException as error:
                error.add_note(f"at {there.where}")
                raise
            there.look("the end")
            assert there.odd == []
            assert app._exit is False

    return walk


# Connection specs


@pytest.mark.parametrize("size", SIZES, ids=["80x24", "120x36"])
@pytest.mark.parametrize("catalogue", ["texts", "shapes"])
async def test_every_source_can_be_looked_at_opened_filled_in_and_left(
    walking: Any, size: tuple[int, int], catalogue: str
) -> None:
    texts = {name: dressed(str(number), text) for number, (name, text) in enumerate(TEXTS.items())}
    shapes = {name: {**shape, "id": str(number)} for number, (name, shape) in enumerate(SHAPES.items())}
    names = {one["id"]: name for name, one in (texts if catalogue == "texts" else shapes).items()}
    async with walking(listing(*(texts if catalogue == "texts" else shapes).values()), size) as walk:
        left = dict(names)
        await walk.press("ctrl+home")
        while left:
            assert {row.key for row in walk.sources.rows} == set(names)
            here = walk.sources.highlighted.key
            walk.where = left.pop(here)
            if size[0] < 100:
                await walk.press("f5")
                await walk.press("pagedown")
                await walk.press("escape")
            await walk.press("ctrl+n")
            assert walk.app.wizard.step is Step.CREDENTIALS
            assert walk.app.wizard.draft.source.id == here
            assert await walk.through_the_form() >= 2
            await walk.press("ctrl+n")
            if walk.app.wizard.step is Step.REVIEW:
                await walk.press("t")
                await walk.press("escape")
            await walk.press("escape")
            assert walk.app.wizard.step is Step.SOURCE
            await walk.press("down")
