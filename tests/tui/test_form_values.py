"""Choices, numbers and fixed values in a form: what is sent keeps its JSON type, and nothing is sent that nobody wanted."""

from __future__ import annotations

from decimal import Decimal

from form_walk import filling, properties
from still_app import settled

from aep_tui.json_text import dump_json

TEXT = {"type": "string"}
MANY = [*(f"region {number}" for number in range(18)), 7, "7", "", True, None, 1.50]


async def test_a_long_choice_is_searched_by_typing_and_keeps_the_type_of_its_value() -> None:
    schema = properties("b", a={"enum": MANY}, b={"enum": MANY}, c={"enum": MANY}, d={"enum": MANY}, after=TEXT)
    async with filling(schema) as it:
        assert "type to search" in it.shown("A")
        await it.press("region 1")
        await settled(it.pilot)
        assert it.page == "PickScreen"
        assert "region 11" in it.screen_text
        assert "region 2" not in it.screen_text
        await it.press("1", "<enter>")
        await settled(it.pilot)
        assert (it.page, it.at) == ("LoneFormScreen", "A")
        assert it.shown("A").startswith("region 11")
        await it.press("<tab>", "7", "<home>", "<down>", "<enter>", "<tab>", "<space>", "(", "<enter>")
        await settled(it.pilot)
        assert it.at == "C"
        await it.press("<tab>", "t", "<enter>", "<tab>")
        await settled(it.pilot)
        assert it.at == "After", "keys behind the choice go on in the form"
        sent = await it.done()
        assert {"a": sent["a"], "d": sent["d"]} == {"a": "region 11", "d": True}
        assert sent["b"] in {7, "7"}
        assert sent["c"] == ""


async def test_short_choices_keep_empty_texts_and_duplicates_and_are_cleared() -> None:
    titled = {"oneOf": [{"const": 1, "title": "One"}, {"const": "1", "title": "One"}, {"const": None, "title": "None at all"}]}
    named = {"enum": [10, 20], "enumNames": ["Ten", "Twenty"]}
    schema = properties("empty", empty={"enum": ["", "a", "a", False]}, titled=titled, named=named, gone=named)
    async with filling(schema) as it:
        assert it.shown("Empty").startswith("choose one")
        await it.press("<down>")
        assert it.shown("Empty").startswith("(empty text)")
        await it.fill("Titled", "<down>", "<down>")
        assert it.shown("Titled").startswith("One")
        await it.fill("Named", "tw")
        assert it.shown("Named").startswith("Twenty")
        await it.fill("Gone", "<down>", "<up>")
        assert it.shown("Gone").startswith("not set")
        await it.press("<down>", "<delete>")
        assert await it.done() == {"empty": "", "titled": "1", "named": 20}


async def test_booleans_are_yes_no_or_not_set_and_a_required_one_is_asked() -> None:
    schema = properties("sure", sure={"type": "boolean"}, tls={"type": "boolean", "default": True}, gone={"type": "boolean"})
    async with filling(schema) as it:
        assert await it.done() is None
        assert it.errors == {"Sure": "Sure is required."}
        await it.press("n")
        assert it.errors == {}
        assert it.shown("TLS") == "▢ not set · default: yes"
        await it.fill("Gone", "<space>", "<space>", "<space>")
        assert it.shown("Gone").startswith("▢ not set")
        await it.fill("TLS", "<space>", "<space>")
        assert await it.done() == {"sure": False, "tls": False}


async def test_numbers_are_sent_digit_by_digit_and_bounds_are_said_in_words() -> None:
    number, integer = {"type": "number"}, {"type": "integer"}
    schema = properties(
        price=number,
        big=integer,
        tiny=number,
        step={**number, "multipleOf": 0.1},
        under={**number, "exclusiveMaximum": 1},
        port={**integer, "minimum": 1, "maximum": 65535},
        whole=integer,
    )
    async with filling(schema) as it:
        for text in ("1.50", "123456789012345678901234567890", "1e-7", "0.15", "1", "0", "1.5"):
            await it.press(text, "<tab>")
        assert it.errors == {
            "Step": "Step must be a multiple of 0.1.",
            "Under": "Under must be less than 1.",
            "Port": "Port must be at least 1.",
            "Whole": "Whole must be a whole number.",
        }
        for label, text in (("Step", "0.3"), ("Under", "0.999"), ("Port", "22"), ("Whole", "-0")):
            await it.fill(label, "<ctrl+u>", text, "<tab>")
        sent = await it.done()
        assert isinstance(sent["price"], Decimal | float)
        assert dump_json(sent["price"]) == "1.50"
        assert sent["big"] == 123456789012345678901234567890
        assert dump_json(sent["step"]) == "0.3"
        assert sent["port"] == 22


async def test_a_default_that_is_cleared_stays_away_and_what_is_fixed_is_sent_as_it_is() -> None:
    schema = properties(
        "mode",
        "fixed",
        "kept",
        mode={**TEXT, "default": "fast"},
        fixed={"const": {"v": [1]}},
        kept={**TEXT, "default": "as it is"},
        seen={**TEXT, "readOnly": True, "default": "from the service"},
        port={"type": "integer", "default": 22},
        like={**TEXT, "examples": ["db.example.com"]},
    )
    async with filling(schema) as it:
        assert it.shown("Mode") == "fast"
        assert "(fixed)" in it.shown("Fixed")
        assert "(fixed)" in it.shown("Seen")
        assert it.shown("Port") == "default: 22"
        assert it.shown("Like") == "for example db.example.com"
        await it.press("<ctrl+u>", "<tab>", "x", "<tab>", "<tab>", "x", "<tab>")
        assert it.shown("Mode").split("\n") == ["", "✗ Mode is required."]
        assert it.errors == {"Mode": "Mode is required."}
        await it.press("<ctrl+o>", "<ctrl+o>")
        assert await it.done() is None
        assert it.at == "Mode"
        assert it.shown("Mode").split("\n") == ["", "✗ Mode is required."]
        await it.press("slow")
        assert await it.done() == {"mode": "slow", "fixed": {"v": [1]}, "kept": "as it is", "seen": "from the service"}
