"""Corners of a form: nothing to ask, names that look like the page's own, folded lists, errors that are right no longer."""

from __future__ import annotations

from typing import Any

import pytest
from form_walk import filling
from textual.geometry import Offset
from textual.widgets import Button

TEXT: dict[str, Any] = {"type": "string"}


@pytest.mark.parametrize(
    ("schema", "sent"),
    [
        ({"type": "object", "properties": {}, "additionalProperties": False}, {}),
        ({"properties": {"h": {"const": 1, "airbyte_hidden": True}}, "required": ["h"]}, {"h": 1}),
    ],
)
async def test_a_form_that_asks_for_nothing_says_so_and_is_done_by_one_key(schema: Any, sent: Any) -> None:
    async with filling(schema) as it:
        assert isinstance(it.app.focused, Button)
        assert "THIS FORM ASKS FOR NOTHING." in it.labels
        await it.press("<tab>", "<shift+tab>", "<f1>", "<escape>", "<ctrl+o>")
        assert await it.done() == sent


async def test_params_called_like_rows_of_the_page_are_rows_like_any_other() -> None:
    names = ["a#group", "a", "#name", "a#entry", "a#key", "#section", "~r0", ""]
    of = {name: {**TEXT, "title": f"T{number}", **({"group": "G"} if name == "a" else {})} for number, name in enumerate(names)}
    async with filling({"properties": of, "required": names}) as it:
        for number in range(len(names)):
            assert it.at == f"T{number}"
            await it.press("v", str(number), "<tab>")
        assert await it.done() == {name: f"v{number}" for number, name in enumerate(names)}


async def test_typing_begins_in_the_first_field_that_can_be_answered() -> None:
    async with filling({"properties": {"kind": {"const": "fixed"}, "id": TEXT}, "required": ["kind"]}) as it:
        await it.press("x")
        assert it.count == "No field is required", "what is fixed is not waiting for anybody"
        assert await it.done() == {"kind": "fixed", "id": "x"}


async def test_an_entry_added_while_the_optional_fields_are_folded_shows_what_is_in_it() -> None:
    item = {"type": "object", "properties": {"x": TEXT, "y": TEXT}}
    async with filling({"properties": {"l": {"type": "array", "items": item}, "o": TEXT}, "required": ["l"]}) as it:
        await it.press("<ctrl+o>", "<space>", "abc")
        assert (it.at, "Y" in it.labels, "O" in it.labels) == ("X", True, False)
        assert await it.done() == {"l": [{"x": "abc"}]}


async def test_an_error_of_the_page_goes_when_an_answer_changes_and_one_of_a_key_stands_at_the_key() -> None:
    either = {"properties": {"a": TEXT, "b": TEXT}, "anyOf": [{"required": ["a"]}, {"required": ["b"]}]}
    async with filling(either) as it:
        assert await it.done() is None
        assert "1 to correct" in it.count
        await it.fill("A", "x", "<tab>")
        assert "to correct" not in it.count
    names = {"type": "object", "additionalProperties": TEXT, "propertyNames": {"pattern": "^[a-z]+$"}}
    async with filling({"properties": {"m": names}}) as it:
        for key in ("ok", "BAD"):
            await it.fill("M", "<space>")
            await it.press(key, "<tab>")
        assert it.errors == {"Key": "M does not take this key (keys: only a to z)."}
        assert it.app.screen.lines.error("/m/~r1#key")


async def test_the_click_that_leads_to_a_choice_does_not_change_it() -> None:
    async with filling({"properties": {"first": TEXT, "c": {"enum": ["y", "z"], "default": "y"}}, "required": ["c"]}) as it:
        lines = it.app.screen.lines
        place = Offset(lines.region.x + 40, lines.region.y + lines.top_of("/c")[0])
        await it.pilot.click(offset=place)
        await it.pilot.pause()
        assert (it.at, it.shown("C").split()[0]) == ("C", "y")
        await it.pilot.click(offset=place)
        await it.pilot.pause()
        assert await it.done() == {"c": "z"}


async def test_the_warning_before_an_entry_is_removed_ends_when_it_is_moved() -> None:
    item = {"type": "object", "properties": {"x": TEXT}}
    async with filling({"properties": {"l": {"type": "array", "items": item}}}) as it:
        for text in ("a", "b"):
            await it.fill("L", "<space>")
            await it.press(text)
        await it.press("<shift+tab>", "<delete>", "<alt+up>", "<delete>")
        assert await it.done() == {"l": [{"x": "b"}, {"x": "a"}]}
