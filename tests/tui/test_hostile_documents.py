"""Connection specs that mean harm: shown to the letter, never obeyed, and never in the way of others."""

from __future__ import annotations

import asyncio
import statistics
from collections.abc import Callable
from typing import Any

import hostile
import httpx
import pytest
from hostile import ACTION, BIDI, ESCAPES, MARKUP, SIZES, TEXTS, UNSEEN, WIDE, Answer, dressed, listing, longest_stall, spec

from aep_tui.text import plain
from aep_tui.tui.widgets.source_details import details
from aep_tui.wizard.spec_reading import read_specs
from aep_tui.wizard.state import Step

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


@pytest.fixture
def walking(running: Any, make_session: Any) -> Callable[..., Any]:
    """Return a context manager that runs the program on a service."""

    def walk(answer: Answer, size: tuple[int, int] = SIZES[1], session: Any = None) -> Any:
        return hostile.walking(running, session or make_session(httpx.MockTransport(answer), demo=False), size)

    return walk


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


@pytest.mark.parametrize("text", [MARKUP, f"{ESCAPES}{BIDI}-", WIDE], ids=["markup", "unseen", "wide"])
def test_the_details_of_a_source_have_nothing_unseen_in_them_to_the_last_line(text: str) -> None:
    (entry,) = read_specs([dressed("", text)]).entries
    shown = details(entry)
    assert not UNSEEN.search(shown.plain.replace("\n", ""))
    assert shown.plain.count(plain(text)[:10]) > 6
    assert not any("click" in str(span.style) or "link" in str(span.style) for span in shown.spans)


async def test_names_are_shown_to_the_letter_and_a_click_on_them_is_no_command(walking: Any) -> None:
    async with walking(listing(dressed("", ACTION))) as walk:
        for key in ("ctrl+home", "ctrl+n"):
            await walk.press(key)
            places = walk.places_of("[@click")
            assert len(places) > 6
            for column, row in places[::5]:
                await walk.pilot.click(offset=(column + 3, row))
                await walk.quiet()
                assert walk.app._exit is False
            while walk.app.wizard.step is not Step.SOURCE:
                await walk.press("escape")


async def test_three_hundred_params_are_a_form_like_any_other(walking: Any) -> None:
    schema = {"properties": {f"p{number}": {"type": "string"} for number in range(300)}, "required": ["p299"]}
    async with walking(listing(spec("n", schema)), SIZES[0]) as walk:
        await walk.press("ctrl+n")
        assert len(walk.app.screen.lines.stops) == 302
        await walk.press("shift+tab", "shift+tab", "a")
        assert walk.app.focused.pointer == "/p299"
        await walk.press("ctrl+n")
        assert walk.app.wizard.step is Step.REVIEW
        assert walk.app.session.request(walk.app.wizard.draft).body["auth"]["params"] == {"p299": "a"}


async def test_a_json_default_keeps_its_value_although_some_of_it_cannot_be_seen(walking: Any) -> None:
    default = [f"{BIDI}{ESCAPES}", {"\u2028": "\x85"}]
    async with walking(
        listing(spec("n", {"properties": {"a": {"default": default, "type": "array"}}, "required": ["a"]}))
    ) as walk:
        await walk.press("ctrl+n")
        await walk.press("tab", "tab", "tab", "ctrl+n")
        assert walk.app.wizard.step is Step.REVIEW
        assert walk.app.session.request(walk.app.wizard.draft).body["auth"]["params"] == {"a": default}


async def test_a_catastrophic_pattern_does_not_hold_up_the_program(walking: Any) -> None:
    """In processor time of the event loop, beside harmless patterns in the same form; the least of three goes."""
    harmless = [f"^[a-{letter}!]+$" for letter in "xyz"]
    hostile = ["^(a+)+$", "^(?=((a|a?)+)+$)a", r"^(([a-z]+)*)\2$"]
    schema = {"properties": {f"p{n}": {"type": "string", "pattern": one} for n, one in enumerate([*harmless, *hostile])}}
    took: dict[str, list[float]] = {}
    async with walking(listing(spec("n", schema))) as walk:
        await walk.press("ctrl+n")
        await walk.press("tab", "tab")
        for _ in range(3):
            for pattern in [*harmless, *hostile]:
                walk.app.focused.value = "a" * 4_000 + "!"
                await walk.quiet()
                ticking = asyncio.create_task(longest_stall())
                await walk.press("tab")
                ticking.cancel()
                took.setdefault(pattern, []).append(await ticking)
            await walk.press(*["shift+tab"] * 6)
    most = max(min(took[one]) for one in hostile)
    assert most < statistics.median(min(took[one]) for one in harmless) + 0.1, took
