"""Sections, lists and maps in a form: what is left out, added, moved and renamed, and where their errors stand."""

from __future__ import annotations

from typing import Any

from form_walk import filling, properties

TEXT = {"type": "string"}
PERSON = {**properties("name", name=TEXT, age={"type": "integer"}), "title": "Person"}


def array(items: dict[str, Any], **more: Any) -> dict[str, Any]:
    return {"type": "array", "items": items, **more}


async def test_an_optional_section_is_left_out_even_if_its_children_are_required() -> None:
    proxy = {**properties("host", host=TEXT, port={"type": "integer", "default": 8080}), "title": "Proxy"}
    async with filling(properties("net", net={**properties("zone", zone=TEXT, proxy=proxy), "title": "Net"})) as it:
        assert it.labels == ["NET", "Zone", "Proxy"]
        assert it.at == "Zone", "a section that has to be there is a heading and no stop"
        await it.press("z", "<tab>")
        assert it.shown("Proxy") == "▢ left out  space adds it"
        await it.press("<space>")
        assert it.labels == ["NET", "Zone", "Proxy", "Host", "Port"]
        assert await it.done() is None
        assert (it.at, it.errors) == ("Host", {"Host": "Host is required."})
        await it.press("h")
        assert '"host": "h"' not in it.preview, "the field owns its text until it is left"
        await it.press("<tab>")
        assert '"host": "h"' in it.preview
        await it.fill("Proxy", "<space>")
        assert it.labels == ["NET", "Zone", "Proxy"]
        assert '"proxy"' not in it.preview
        await it.press("<space>", "<tab>")
        assert it.shown("Host") == "h", "what was typed comes back with the section"
        assert await it.done() == {"net": {"zone": "z", "proxy": {"host": "h"}}}


async def test_objects_are_added_moved_and_removed_and_their_errors_stand_at_the_right_row() -> None:
    people = array(PERSON, title="People", minItems=2, maxItems=3, uniqueItems=True)
    async with filling(properties("people", people=people, after=TEXT)) as it:
        await it.press("<space>")
        assert it.at == "Name", "one goes on typing in the new entry"
        await it.press("a", "<tab>", "1", "<tab>", "<shift+tab>")
        assert await it.done() is None
        assert it.at == "People"
        assert it.errors == {"People": "People must have at least 2 entries."}
        for name in "aba":
            await it.fill("People", "<space>")
            await it.press(name)
            assert it.errors == {}, "an error goes with what was wrong"
        assert await it.done() is None
        assert it.errors == {"People": "People must have at most 3 entries."}
        handles = [row.label for row in it.app.screen.lines.rows if row.row_id.endswith("#entry")]
        assert handles == ["Person 1", "Person 2", "Person 3", "Person 4"]
        await it.fill("Person 4", "<delete>")
        assert it.at == "Person 4", "what is in it would be lost: it takes a second press"
        await it.press("<delete>")
        assert it.at == "People"
        await it.fill("Age#2", "1")
        assert await it.done() is None
        assert len(it.errors) == 1, it.errors
        assert "same" in "".join(it.errors.values()) or "twice" in "".join(it.errors.values()), it.errors
        await it.fill("Person 3", "<alt+up>", "<alt+up>", "<alt+up>")
        assert it.app.screen.lines.rows[1].label == "Person 1"
        assert it.at == "Person 1", "one moves along with the entry"
        assert it.shown("Name") == "b"
        await it.fill("Name#3", "2")
        await it.press("<tab>", "x", "<tab>")
        assert list(it.errors) == ["Age"]
        assert it.app.screen.lines.error(it.row("Age#3").row_id)
        await it.fill("Age#3", "<ctrl+u>")
        assert await it.done() == {"people": [{"name": "b"}, {"name": "a", "age": 1}, {"name": "a2"}]}


async def test_lists_of_lists_and_lists_of_variants_can_be_filled_in() -> None:
    shape = {"oneOf": [properties("r", r={"type": "number"}) | {"title": "Circle"}, properties("a", a=TEXT) | {"title": "Box"}]}
    schema = properties(grid=array(array({"type": "integer"}), title="Grid"), shapes=array(shape, title="Shapes"))
    async with filling(schema) as it:
        await it.press("<space>")
        await it.press("1", "<enter>", "2", "<tab>")
        await it.fill("Grid", "<space>")
        await it.press("3")
        await it.fill("Shapes", "<space>")
        await it.press("<down>", "<tab>", "0.5")
        await it.fill("Shapes", "<space>")
        await it.press("<down>", "<down>", "<tab>", "x")
        assert await it.done() == {"grid": [[1, 2], [3]], "shapes": [{"r": 0.5}, {"a": "x"}]}


async def test_lists_of_texts_and_numbers_are_lines_and_choices_are_ticked() -> None:
    schema = properties(
        "hosts",
        hosts=array(TEXT, minItems=2, uniqueItems=True),
        ports=array({"type": "integer", "maximum": 99}),
        bare={"type": "array"},
        colours=array({"enum": ["red", 1, "green", ""]}, minItems=1, uniqueItems=True),
    )
    async with filling(schema) as it:
        await it.press("a", "<enter>", "a", "<tab>")
        assert list(it.errors) == ["Hosts"]
        await it.press("1", "<enter>", "x", "<enter>", "100", "<tab>")
        assert "x" in it.errors["Ports"] or "2" in it.errors["Ports"], "the error says which line is wrong"
        await it.press("q", "<enter>", "<enter>", "r", "<tab>")
        await it.press("<space>", "<down>", "<space>", "<space>", "g", "<space>")
        assert it.shown("Colours").split("\n")[:3] == ["▣ red", "▢ 1", "▣ green  space ticks it"]
        assert await it.done() is None
        assert it.at == "Hosts"
        await it.press("<backspace>", "b", "<tab>")
        assert it.at == "Ports"
        await it.press(*["<backspace>"] * 5, "2")
        lists = {"hosts": ["a", "b"], "ports": [1, 2], "bare": ["q", "r"], "colours": ["red", "green"]}
        assert await it.done() == lists


async def test_a_map_renames_without_losing_the_value_and_refuses_a_key_twice() -> None:
    schema = properties(
        labels={
            "type": "object",
            "additionalProperties": {"type": "integer"},
            "propertyNames": {"maxLength": 5},
            "title": "Labels",
        },
        after=TEXT,
    )
    async with filling(schema) as it:
        for key, value in (("a", "1"), ("b", "2")):
            await it.fill("Labels", "<space>")
            assert it.at == "Key"
            await it.press(key, "<tab>", value)
        await it.fill("Key#1", "<backspace>", "b", "<tab>")
        assert it.errors == {"Key": "b stands here twice; a name can only be used once."}
        await it.go("After")
        assert await it.done() is None
        assert it.at == "Key"
        assert it.app.screen.lines.current_id == it.row("Key#2").row_id, "the second of two that are called the same is wrong"
        await it.fill("Key#1", "<backspace>", "a", "<tab>")
        assert it.errors == {}, "it is right as soon as the other one is called otherwise"
        await it.fill("Key#2", "<backspace>", "toolong")
        assert await it.done() is None
        assert len(it.errors) == 1
        await it.fill("Key#2", "<ctrl+u>", "c")
        assert await it.done() == {"labels": {"a": 1, "c": 2}}
