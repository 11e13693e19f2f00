"""The dialog that lists all errors of a form."""

from __future__ import annotations

import time
from typing import Any

import pytest
from still_app import settled
from textual.widgets import OptionList, Static

from aep_tui.forms.check import FieldError
from aep_tui.tui.screens.error_list import ErrorListScreen

LONG = "It has to look like this: " + "an absolute path, " * 8
ERRORS = [
    FieldError("/host", "Host", "required", "Host is required.", "/host"),
    FieldError("/ways/0/path", "Path [red]prefix[/]", "pattern", LONG, "/ways/~r3/path"),
    FieldError("", "", "anyOf", "These answers fit none of the forms."),
    FieldError("/port", "Port", "maximum", "Port is at most 65535.", "/port"),
]  # fmt: skip


async def listing(app: Any, pilot: Any, errors: list[FieldError], answers: list[str | None]) -> OptionList:
    answers.clear()
    app.push_screen(ErrorListScreen(errors), answers.append)
    await settled(pilot)
    return app.screen.query_one(OptionList)


def rows(shown: OptionList) -> list[str]:
    return [str(shown.get_option_at_index(index).prompt) for index in range(shown.option_count)]


async def test_every_error_is_listed_and_choosing_one_answers_with_its_field(running: Any) -> None:
    answers: list[str | None] = []
    async with running(size=(80, 24)) as (app, pilot):
        shown = await listing(app, pilot, ERRORS, answers)
        assert rows(shown) == [
            "✗ Host is required.",
            "✗ Path [red]prefix[/]: It has to look like this: " + ("an absolute path, " * 8).rstrip(),
            "✗ The page as a whole: These answers fit none of the forms.",
            "✗ Port is at most 65535.",
        ]
        assert str(shown.parent.border_title) == "4 things to correct"
        await pilot.press("enter")
        assert answers == ["/host"]
        for keys, answer in {
            ("down", "enter"): "/ways/~r3/path",
            ("down", "down", "enter"): "",
            ("up", "enter"): "/port",
            ("end", "enter"): "/port",
            ("escape",): None,
        }.items():
            await listing(app, pilot, ERRORS, answers)
            await pilot.press(*keys)
            assert answers == [answer], keys
        shown = await listing(app, pilot, ERRORS[:1], answers)
        assert str(shown.parent.border_title) == "1 thing to correct"
        await pilot.click(offset=(0, 0))
        assert answers == [None]
        shown = await listing(app, pilot, ERRORS, answers)
        await pilot.click(OptionList, offset=(4, shown.size.height - 1))
        assert answers == ["/port"]


@pytest.mark.parametrize("size", [(60, 16), (120, 36)])
async def test_hundreds_of_errors_scroll_in_a_dialog_that_fits(running: Any, size: tuple[int, int]) -> None:
    answers: list[str | None] = []
    errors = [
        FieldError(f"/{number}", f"Field {number}", "required", f"Field {number} is required.") for number in range(1_000)
    ]
    async with running(size=size, no_color=True) as (app, pilot):
        started = time.perf_counter()
        shown = await listing(app, pilot, errors, answers)
        assert time.perf_counter() - started < 5
        assert str(shown.parent.border_title) == "1,000 things to correct"
        assert app.screen.query_one(".dialog").region.height <= size[1] * 0.9
        hint = app.screen.query_one(".hint", Static)
        assert hint.region.height == 1
        assert len(str(hint.content)) <= hint.content_size.width
        assert hint.region.bottom < size[1]
        await pilot.press("end", "enter")
        assert answers == ["/999"]
