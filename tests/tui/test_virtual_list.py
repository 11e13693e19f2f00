"""The list that draws only what one sees: what is highlighted, where it stands, and what a change costs."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import Any

import pytest
from rich.cells import cell_len
from textual.app import App, ComposeResult
from textual.content import Content

from aep_tui.tui.theme import DARK, LIGHT
from aep_tui.tui.widgets.virtual_list import ListRow, VirtualList

WIDTH, HEIGHT = 30, 10


class ListApp(App[None]):
    """Nothing but a list; it notes every row that is drawn and every message."""

    CSS = "VirtualList { color: $foreground; } .virtual-list--highlight { background: $primary; }"

    def __init__(self, draw: Callable[[ListRow, int], Content]) -> None:
        super().__init__()
        self.register_theme(DARK)
        self.register_theme(LIGHT)
        self.theme = DARK.name
        self.draw_row = draw
        self.drawn: list[object] = []
        self.told: list[str | None] = []
        self.picked: list[str | None] = []

    def compose(self) -> ComposeResult:
        yield VirtualList(self.draw, id="list")

    def draw(self, row: ListRow, width: int) -> Content:
        self.drawn.append(row.key)
        return self.draw_row(row, width)

    def on_virtual_list_highlighted(self, message: VirtualList.Highlighted) -> None:
        self.told.append(message.row.key if message.row else None)

    def on_virtual_list_picked(self, message: VirtualList.Picked) -> None:
        self.picked.append(message.row.key)


class Shown:
    """A list on a screen of 30x10."""

    def __init__(self, app: ListApp, pilot: Any) -> None:
        self.app, self.pilot = app, pilot
        self.list = app.query_one(VirtualList)

    async def fill(self, *keys: str, **options: Any) -> None:
        self.list.set_rows(rows(*keys), **options)
        await self.pilot.pause()

    async def do(self, what: Callable[..., None], *arguments: Any) -> None:
        what(*arguments)
        await self.pilot.pause()

    @property
    def key(self) -> str | None:
        return self.list.highlighted.key if self.list.highlighted else None

    @property
    def lines(self) -> list[str]:
        return [self.list.render_line(y).text.strip() for y in range(self.list.size.height)]

    @property
    def line(self) -> int:
        """The screen line of the highlighted row."""
        return next(y for y, text in enumerate(self.lines) if text.startswith("▌"))


def rows(*keys: str) -> list[ListRow]:
    """Return rows; a key in capitals is a heading."""
    return [ListRow(None, key) if key.isupper() else ListRow(key, key) for key in keys]


def numbered(count: int, first: int = 0) -> list[str]:
    return [f"row {number:05}" for number in range(first, first + count)]


@asynccontextmanager
async def shown(*keys: str, draw: Callable[[ListRow, int], Content] | None = None) -> AsyncIterator[Shown]:
    app = ListApp(draw or (lambda row, _: Content(str(row.value))))
    async with app.run_test(size=(WIDTH, HEIGHT)) as pilot:
        there = Shown(app, pilot)
        await there.fill(*keys)
        yield there


# What is highlighted


async def test_the_first_row_that_is_no_heading_is_highlighted() -> None:
    async with shown("RECENT", "a", "b", "ALL", "c") as there:
        assert there.key == "a"
        assert there.lines[:5] == ["RECENT", "▌ a", "b", "ALL", "c"]


async def test_headings_are_skipped_and_the_ends_hold() -> None:
    async with shown("RECENT", "a", "ALL", "MORE", "b", "c", "END") as there:
        seen = []
        for by in (-1, 1, 1, 1, 1, -1, -1, -1, -1):
            await there.do(there.list.move, by)
            seen.append(there.key)
        assert seen == ["a", "b", "c", "c", "c", "b", "a", "a", "a"]


async def test_both_ends_are_reached_at_once() -> None:
    async with shown("RECENT", *numbered(50), "END") as there:
        await there.do(there.list.move_to_end, True)
        assert there.key == "row 00049"
        assert there.line == HEIGHT - 1
        await there.do(there.list.move_to_end, False)
        assert there.key == "row 00000"
        assert there.lines[:2] == ["RECENT", "▌ row 00000"]


async def test_a_page_is_what_one_sees_less_one_line() -> None:
    async with shown(*numbered(50)) as there:
        seen = []
        for pages in (1, 1, -1, 100, 1, -100):
            await there.do(there.list.move_page, pages)
            seen.append(there.key)
        assert seen == ["row 00009", "row 00018", "row 00009", "row 00049", "row 00049", "row 00000"]


@pytest.mark.parametrize("keys", [(), ("RECENT",), ("RECENT", "ALL")])
async def test_where_there_is_no_row_nothing_is_highlighted(keys: tuple[str, ...]) -> None:
    async with shown("a", "b") as there:
        await there.fill(*keys)
        for what in (there.list.move, there.list.move_page, there.list.move_to_end):
            await there.do(what, 1)
        assert there.key is None
        assert there.app.told == ["a", None]
        await there.fill("c")
        assert there.key == "c"


async def test_the_highlighted_row_is_always_on_the_screen() -> None:
    async with shown(*numbered(40)) as there:
        for by in (12, 9, -15, 30, -3, -40):
            await there.do(there.list.move, by)
            assert there.lines[there.line] == f"▌ {there.key}"


async def test_each_change_is_told_once_and_no_change_is_not_told() -> None:
    async with shown("a", "b") as there:
        for by in (1, 1, -1, -1, 0):
            await there.do(there.list.move, by)
        assert there.app.told == ["a", "b", "a"]


# Other rows


async def test_a_wanted_row_is_highlighted_and_shown() -> None:
    async with shown(*numbered(40)) as there:
        await there.fill(*numbered(40), highlight="row 00035")
        assert there.key == "row 00035"
        assert there.lines[there.line] == "▌ row 00035"


async def test_a_wanted_row_that_is_gone_gives_way_to_the_first() -> None:
    async with shown(*numbered(40)) as there:
        await there.do(there.list.move_to_end, True)
        await there.fill("ALL", "a", "b", highlight="row 00039")
        assert there.key == "a"
        assert there.lines[:3] == ["ALL", "▌ a", "b"]


@pytest.mark.parametrize(
    "newer",
    [
        numbered(60),
        [*numbered(5, 1000), *numbered(60)],
        numbered(55, 5),
        ["RECENT", "x", "ALL", *numbered(60)],
        [key for number, key in enumerate(numbered(60)) if number % 2 == 0 or number > 28],
    ],
    ids=["the same", "five more above", "five less above", "headings above", "every other one gone"],
)
async def test_a_refresh_leaves_the_highlighted_row_on_its_line(newer: list[str]) -> None:
    async with shown(*numbered(60)) as there:
        await there.do(there.list.move, 34)
        await there.do(there.list.move, -4)
        before = there.line
        assert (there.key, before) == ("row 00030", 5)
        await there.fill(*newer, highlight=there.key, steady=True)
        assert (there.key, there.line) == ("row 00030", before)


async def test_a_refresh_to_a_short_list_shows_it_from_its_beginning() -> None:
    async with shown(*numbered(60)) as there:
        await there.do(there.list.move, 30)
        await there.fill("ALL", "row 00030", "z", highlight="row 00030", steady=True)
        assert there.lines[:3] == ["ALL", "▌ row 00030", "z"]


# What it costs


async def test_of_ten_thousand_rows_only_those_one_sees_are_drawn() -> None:
    async with shown(*numbered(10_000)) as there:
        assert sorted(set(there.app.drawn)) == numbered(HEIGHT)
        assert len(there.app.drawn) <= HEIGHT + 1
        for what, argument, most in (
            (there.list.move, 1, 2),
            (there.list.move_page, 1, HEIGHT + 2),
            (there.list.move_to_end, True, HEIGHT + 2),
            (there.list.move, -1, 2),
        ):
            there.app.drawn.clear()
            await there.do(what, argument)
            assert 0 < len(there.app.drawn) <= most, what


async def test_a_search_in_ten_thousand_rows_draws_no_more_than_one_in_a_hundred() -> None:
    drawn = []
    for count in (100, 10_000):
        async with shown(*numbered(count)) as there:
            there.app.drawn.clear()
            await there.fill(*numbered(count // 2))
            drawn.append(len(there.app.drawn))
    assert drawn == [HEIGHT, HEIGHT]


async def test_a_row_is_drawn_again_only_when_it_has_to_be() -> None:
    async with shown(*numbered(5)) as there:
        there.app.drawn.clear()
        await there.do(there.list.refresh)
        assert there.app.drawn == []
        await there.do(there.list.redraw)
        assert there.app.drawn == numbered(5)


# Mouse, looks and widths


async def test_a_click_highlights_and_a_second_one_picks() -> None:
    async with shown("RECENT", "a", "b", "ALL", "c") as there:
        for y, key, picked in (
            (2, "b", []),
            (2, "b", ["b"]),
            (0, "b", ["b"]),
            (3, "b", ["b"]),
            (4, "c", ["b"]),
            (8, "c", ["b"]),
        ):
            await there.pilot.click(VirtualList, offset=(4, y))
            assert (there.key, there.app.picked) == (key, picked)


async def test_a_click_in_a_scrolled_list_means_the_row_under_the_mouse() -> None:
    async with shown(*numbered(60)) as there:
        await there.do(there.list.move_to_end, True)
        await there.pilot.click(VirtualList, offset=(4, 3))
        assert there.key == "row 00053"
        assert there.line == 3


async def test_another_theme_draws_every_row_again() -> None:
    async with shown(*numbered(3)) as there:
        dark = [list(there.list.render_line(y)) for y in range(3)]
        there.app.drawn.clear()
        there.app.theme = LIGHT.name
        await there.pilot.pause()
        assert set(there.app.drawn) == set(numbered(3))
        light = [list(there.list.render_line(y)) for y in range(3)]
        assert [segment.text for line in light for segment in line] == [segment.text for line in dark for segment in line]
        assert all(
            one.style != other.style
            for line, before in zip(light, dark, strict=True)
            for one, other in zip(line, before, strict=True)
        )


async def test_another_width_draws_every_row_for_it_and_keeps_the_highlighted_one_on_the_screen() -> None:
    widths: list[int] = []

    def draw(row: ListRow, width: int) -> Content:
        widths.append(width)
        return Content(str(row.value))

    async with shown(*numbered(60), draw=draw) as there:
        await there.do(there.list.move, 9)
        widths.clear()
        await there.pilot.resize_terminal(20, 5)
        await there.pilot.pause()
        assert widths
        assert set(widths) == {20 - 1 - len("▌ ")}
        assert there.lines[there.line] == "▌ row 00009"


@pytest.mark.parametrize(
    "text", ["日本語テキスト" * 4, "a日本語テキスト" * 4, "👩‍👩‍👧" * 9, "e\u0301" * 40, "👍🏽" * 20, "", "\u0301"]
)
@pytest.mark.parametrize("width", [3, 4, 5, 16, 17, WIDTH])
async def test_wide_and_combining_characters_are_cut_at_a_whole_one(text: str, width: int) -> None:
    async with shown("a", "b", draw=lambda _row, _width: Content(text)) as there:
        await there.pilot.resize_terminal(width, HEIGHT)
        await there.pilot.pause()
        for y in range(2):
            strip = there.list.render_line(y)
            assert strip.cell_length == cell_len(strip.text) == there.list.scrollable_content_region.width
            assert (there.lines[y][2:] if y == 0 else there.lines[y]).rstrip("… ") in text
