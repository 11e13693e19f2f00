"""The dialog that finds one of very many values."""

from __future__ import annotations

import time
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from typing import Any

import pytest
from still_app import settled, type_keys
from textual.widgets import Input, Static

from aep_tui.tui.faces import Option
from aep_tui.tui.screens.pick import NOT_SET, OptionIndex, PickScreen
from aep_tui.tui.widgets.virtual_list import VirtualList

REGIONS = [
    Option(f"{area}-{number}", "by the sea" if number == 7 else "") for area in ("eu", "us", "ap") for number in range(40)
]


class Picking:
    """A dialog over the first page, and what it answered."""

    def __init__(self, app: Any, pilot: Any) -> None:
        self.app, self.pilot = app, pilot
        self.answers: list[int | None] = []

    async def open(self, options: Sequence[Option], chosen: int | None = None, **more: Any) -> None:
        self.answers.clear()
        self.app.push_screen(PickScreen("Region", options, chosen, **more), self.answers.append)
        await settled(self.pilot)

    async def press(self, *words: str) -> None:
        await type_keys(self.pilot, *words)
        await settled(self.pilot)

    @property
    def list(self) -> VirtualList:
        return self.app.screen.query_one(VirtualList)

    @property
    def shown(self) -> list[str]:
        lines = [self.list.render_line(y).text.rstrip() for y in range(self.list.size.height)]
        return [line for line in lines if line]

    @property
    def count(self) -> str:
        return str(self.app.screen.query_one("#count", Static).content)


@pytest.fixture
def picking(running: Any) -> Any:
    @asynccontextmanager
    async def run(**options: Any) -> AsyncIterator[Picking]:
        async with running(size=(80, 24), **options) as (app, pilot):
            yield Picking(app, pilot)

    return run


async def test_typing_finds_a_value_and_enter_takes_it(picking: Any) -> None:
    async with picking() as it:
        await it.open(REGIONS, 57)
        assert it.count == "120 values"
        assert it.list.highlighted.value is REGIONS[57]
        assert "▌ ● us-17" in it.shown
        assert "    us-16" in it.shown, "what is chosen stands among its neighbours"
        await it.press("EU 7")
        assert it.shown == ["▌   eu-7" + " " * 49 + "by the sea", "    eu-17", "    eu-27", "    eu-37"]
        assert it.count == "4 of 120"
        await it.press("<down>", "<enter>")
        assert it.answers == [17]
        await it.open(REGIONS, 57)
        await it.press("sea", "<end>", "<enter>")
        assert it.answers == [87], "a remark is searched too"
        await it.open(REGIONS, 57, typed="ap-3")
        assert it.list.highlighted.value.label == "ap-3", "what is written exactly so comes first"
        await it.press("9")
        assert it.shown == ["▌   ap-39"]
        await it.press("x")
        assert str(it.app.screen.query_one("#none", Static).content) == "Nothing matches ap-39x. Fewer letters find more."
        await it.press("<enter>")
        assert it.answers == [], "there is nothing to take"
        await it.press("<escape>")
        assert it.answers == [None]


async def test_keys_move_through_the_list_and_delete_takes_a_choice_back(picking: Any) -> None:
    async with picking() as it:
        await it.open(REGIONS, None, clearable=True)
        moves = {"end": 119, "home": NOT_SET, "down": 0, "pagedown": None, "up": None}
        for key, found in moves.items():
            await it.press(f"<{key}>")
            assert found is None or it.list.highlighted.key == str(found), key
        assert 8 < int(it.list.highlighted.key) < 20, "a page is what one sees"
        await it.press("<home>", "<enter>")
        assert it.answers == [NOT_SET]
        await it.open(REGIONS, 3, clearable=True)
        await it.press("e", "<left>", "<delete>")
        assert (it.answers, it.app.screen.query_one(Input).value) == ([], ""), "delete edits the search while there is one"
        await it.press("<delete>")
        assert it.answers == [NOT_SET]
        await it.open(REGIONS, 3)
        await it.press("<delete>", "<tab>", "<shift+tab>", "z", "<ctrl+u>", "<enter>")
        assert it.answers == [3], "a choice that is required cannot be taken back"


async def test_one_click_takes_and_a_click_beside_leaves(picking: Any) -> None:
    async with picking() as it:
        await it.open(REGIONS)
        await it.pilot.click(VirtualList, offset=(6, 3))
        assert it.answers == [3]
        await it.open(REGIONS)
        await it.pilot.click("#count")
        await it.press("a", "p", "-", "4", "<enter>")
        assert it.answers == [84], "typing goes to the search box after a click elsewhere"
        await it.open(REGIONS)
        await it.pilot.click(offset=(0, 0))
        assert it.answers == [None]


async def test_keys_typed_without_a_pause_are_not_lost(picking: Any) -> None:
    async with picking() as it:
        await it.open(REGIONS)
        await it.pilot.press("u", "s", "minus", "2", "2", "enter")
        await settled(it.pilot)
        assert it.answers == [62]


async def test_foreign_labels_are_text_and_odd_ones_can_be_picked(picking: Any) -> None:
    options = [
        Option("[bold]not[/bold] markup[/]"),
        Option(""),
        Option("a\x1b[31m\nb"),
        Option("x" * 400, "remark"),
        Option("same"),
    ]
    async with picking(no_color=True) as it:
        await it.open([*options, Option("same", "[red]")], 1)
        lines = it.shown
        assert lines[0] == "    [bold]not[/bold] markup[/]"
        assert lines[1] == "▌ ● (no text)"
        assert lines[2] == "    a[31m b"
        assert lines[3].endswith("x…")
        await it.press("[red]", "<enter>")
        assert it.answers == [5]
        await it.open([])
        assert str(it.app.screen.query_one("#none", Static).content) == "There is nothing here."
        await it.press("<enter>", "<escape>")
        assert it.answers == [None]


@pytest.mark.parametrize("size", [(60, 16), (120, 36)])
async def test_it_fits(running: Any, size: tuple[int, int]) -> None:
    async with running(size=size) as (app, pilot):
        it = Picking(app, pilot)
        await it.open(REGIONS, 60, clearable=True)
        assert len(it.shown) >= 6
        for hint in app.screen.query(".hint"):
            assert hint.region.height == 1
            assert len(str(hint.content)) <= hint.content_size.width


def test_the_search_is_quick_with_thousands_and_narrows_back() -> None:
    index = OptionIndex([Option(f"value {number}", f"remark {number % 97}") for number in range(10_000)])
    started = time.perf_counter()
    for typed in ("v", "va", "value 9", "value 99", "value 999", "value 99", "remark 96 9999", ""):
        found = index.search(typed)
    assert time.perf_counter() - started < 1.0
    assert len(found) == 10_000
    assert index.search("value 99")[0] == 99
    assert index.search("VALUE   99") == index.search("value 99")
    assert index.search("straße") == []
