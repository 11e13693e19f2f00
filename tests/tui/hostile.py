"""Texts that mean harm, and a walk through the program that looks at every line the terminal would get."""

from __future__ import annotations

import asyncio
import json
import re
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import Any

import httpx
from rich.cells import cell_len
from textual import events
from textual.widgets import Button

from aep_tui.tui.screens.pick import PickScreen
from aep_tui.tui.widgets.fields.control import FieldControl
from aep_tui.tui.widgets.virtual_list import VirtualList
from aep_tui.wizard.draft import AUTH

SIZES = [(80, 24), (120, 36)]

ACTION = "[@click=app.quit]x[/]"
MARKUP = f"[b]B[/b] [/] {ACTION} [link=https://evil.example]l[/] [[/ \\[ [/"
ESCAPES = (
    "\x1b[2J\x1b[31mred\x1b]52;c;ZXZpbA==\x07\x9b31m\x9d52;c;x\x9c\x1b]8;;https://evil.example\x1b\\ \x00\x7f\r\n\v\x85\t-"
)
BIDI = "\u202egnp.exe\u202c \u2066x\u2069\u200f\u061c\ufeff\u200b\u2028\u2029-"
WIDE = "日本語テキスト 👩‍👩‍👧 🏳️‍🌈 한국어 ｆｕｌｌ Z\u0351\u036b\u0343\u036aA\u0334\u0319\u0324L\u0329\u0301GO " + "e\u0301" * 60
LONG = "A description. " * 340 + "W" * 5_000
TEXTS = {"markup": MARKUP, "unseen, wide and long": f"{BIDI}\ud800half\udfff{WIDE}{ESCAPES}{LONG}"}
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
            "fixed": {**said, "const": text},
            "flag": {**said, "type": "boolean", "default": True},
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


class Walk:
    """Goes through the program by keys, and looks at every line that the terminal would get."""

    def __init__(self, app: Any, pilot: Any) -> None:
        self.app, self.pilot = app, pilot
        self.where = "the start"
        self.odd: list[str] = []

    async def quiet(self, keys: int = 0) -> None:
        """Wait until this many more keys are handled, and every worker and message is done with."""
        line = self.app.keys
        target = line._number + keys
        while self.app._exception is None:
            # The line of keys tells nobody when it is empty.
            while self.app._exception is None and (line._number < target or line._under_way or line._holds):  # noqa: ASYNC110
                await asyncio.sleep(0)
            await self.app.workers.wait_for_complete()
            await self.pilot.pause(0)
            if not (line._under_way or line._holds or list(self.app.workers)):
                return
        raise self.app._exception

    async def press(self, *keys: str) -> None:
        for key in keys:
            self.app.post_message(events.Key(key, key if len(key) == 1 else None))
        await self.quiet(len(keys))
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

    def places_of(self, text: str) -> list[tuple[int, int]]:
        """Return the columns and rows where a text stands on the screen."""
        lines = [strip.text for strip in self.app.screen._compositor.render_strips()]
        return [(found.start(), row) for row, line in enumerate(lines) for found in re.finditer(re.escape(text), line)]

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
            await self.press("x")
            if isinstance(self.app.screen, PickScreen):
                await self.press("backspace", "down", "enter")
            await self.press("tab")
        assert isinstance(self.app.focused, Button), self.app.focused
        assert count == len(self.app.screen.lines.stops)
        return count


async def longest_stall() -> float:
    """Return the most processor time that anything else on the event loop took at once, until it is cancelled."""
    longest, last = 0.0, time.thread_time()
    try:
        while True:
            await asyncio.sleep(0)
            now = time.thread_time()
            longest, last = max(longest, now - last), now
    except asyncio.CancelledError:
        return longest


Answer = Callable[[httpx.Request], httpx.Response]


def listing(*documents: object) -> Answer:
    """Return a service that has these documents and refuses everything else."""
    content = json.dumps({"items": documents}).encode()
    return lambda request: httpx.Response(200 if request.url.path.endswith("/connectionSpecs") else 404, content=content)


@asynccontextmanager
async def walking(running: Any, session: Any, size: tuple[int, int] = SIZES[1]) -> AsyncIterator[Walk]:
    """Run the program, and fail if anything odd was on the screen or if it was made to end."""
    async with running(session, size=size) as (app, pilot):
        walk = Walk(app, pilot)
        try:
            await walk.quiet()
            yield walk
        except BaseException as error:
            error.add_note(f"at {walk.where}")
            raise
        walk.look("the end")
        assert walk.odd == []
        assert app._exit is False
