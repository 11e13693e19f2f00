"""Lists: lines, several choices, and entries that are added, moved and removed."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aep_tui.forms.answers import answers_from_params, initial_answers
from aep_tui.forms.check import check, check_field
from aep_tui.forms.fields import Chosen, Entries, FieldKind, Picked
from aep_tui.forms.force import in_force
from aep_tui.forms.lines import NotLines, lines_of, read_lines
from aep_tui.forms.params import params
from aep_tui.secret import Secret

STREAM = {
    "title": "Stream",
    "type": "object",
    "properties": {"name": {"type": "string"}, "size": {"type": "integer", "default": 3, "maximum": 9}},
    "required": ["name", "size"],
}


@pytest.mark.parametrize(
    ("schema", "kind"),
    [
        ({"type": "array"}, FieldKind.LINES),
        ({"type": "array", "items": {}}, FieldKind.LINES),
        ({"type": "array", "items": True}, FieldKind.LINES),
        ({"items": {"type": "string"}}, FieldKind.LINES),
        ({"type": "array", "items": {"type": "number"}}, FieldKind.LINES),
        ({"type": ["array", "null"], "items": {"enum": ["a", "b"]}}, FieldKind.MULTI),
        ({"type": "array", "items": {"oneOf": [{"const": 1, "title": "One"}, {"const": 2}]}}, FieldKind.MULTI),
        ({"type": "array", "items": STREAM}, FieldKind.LIST),
        ({"type": "array", "items": {"type": "array"}}, FieldKind.LIST),
        ({"type": "array", "items": {"type": "boolean"}}, FieldKind.LIST),
        ({"type": "array", "items": [{"type": "string"}, {"type": "integer"}]}, FieldKind.LIST),
        ({"default": [1]}, FieldKind.LINES),
    ],
)
def test_lists_are_asked_for_by_what_is_in_them(field_of, schema, kind):
    field = field_of(schema)
    assert (field.kind, field.reason) == (kind, "")


texts = st.lists(st.text(st.characters(exclude_categories=["Cs"]), max_size=12))


@given(texts)
def test_every_list_of_texts_can_be_written_as_lines(entries: list[str]) -> None:
    text = lines_of(entries, FieldKind.TEXT)
    assert text is not None
    assert read_lines(text, FieldKind.TEXT) == entries
    assert read_lines(text.replace("\n", "\r\n") + "\n\n", FieldKind.TEXT) == entries


@given(st.lists(st.integers() | st.decimals(allow_nan=False, allow_infinity=False, places=3)))
def test_every_list_of_numbers_can_be_written_as_lines(entries: list[int | Decimal]) -> None:
    text = lines_of(entries, FieldKind.NUMBER)
    assert text is not None
    assert [str(entry) for entry in read_lines(text, FieldKind.NUMBER)] == [str(entry) for entry in entries]


def test_lines_are_read_one_an_entry_and_blanks_count():
    assert read_lines('a\n\n  b \n"c\\nd"\n""\n"\\"e"', FieldKind.TEXT) == ["a", "  b ", "c\nd", "", '"e']
    assert read_lines(" 1 \n\n2", FieldKind.INTEGER) == [1, 2]


@pytest.mark.parametrize(("text", "kind"), [('"a', FieldKind.TEXT), ("1\n1.5", FieldKind.INTEGER), ("\ud800", FieldKind.TEXT)])
def test_a_line_that_is_no_entry_is_named_and_not_quoted(text, kind):
    with pytest.raises(NotLines) as caught:
        read_lines(text, kind)
    assert text not in str(caught.value)


def test_lines_are_sent_as_a_list_and_errors_name_the_entry(form_of):
    form = form_of({"a": {"type": "array", "items": {"type": "string", "pattern": "^x"}, "minItems": 2}})
    assert params(form, {"/a": "xa\nxb"}) == {"a": ["xa", "xb"]}
    assert params(form, {"/a": "\n \n"}) == {}
    (error,) = check(form, {"/a": "xa\nb"})
    assert error.message == 'In A, entry 2 does not have the expected form: begins with "x".'
    assert [error.keyword for error in check(form, {"/a": "xa"})] == ["minItems"]
    assert check(form, {}) == []


def test_secret_lines_are_a_secret(form_of):
    form = form_of({"a": {"type": "array", "items": {"type": "string", "airbyte_secret": True}}})
    assert form.fields[0].secret
    assert params(form, {"/a": Secret("x\ny")}) == {"a": Secret(["x", "y"])}


def test_several_choices_are_picked(form_of):
    form = form_of({"a": {"type": "array", "items": {"enum": ["x", 1, None]}, "uniqueItems": True}})
    assert params(form, {"/a": Picked((2, 0))}) == {"a": [None, "x"]}
    assert params(form, {"/a": Picked(())}) == {}
    assert answers_from_params(form, {"a": [1]}) == {"/a": Picked((1,))}
    assert [error.keyword for error in check(form, {"/a": Picked((3,))})] == ["enum"]
    assert [error.keyword for error in check(form, {"/a": Picked((1, 1))})] == ["uniqueItems"]


def test_an_empty_list_is_sent_only_where_it_is_required(form_of):
    properties = {
        "a": {"type": "array", "items": STREAM},
        "b": {"type": "array", "items": {"enum": [1]}},
        "c": {"type": "array"},
    }
    empty = {"/a": Entries(()), "/b": Picked(()), "/c": ""}
    assert params(form_of(properties), empty) == {}
    required = form_of(properties, "a", "b", "c")
    assert params(required, empty) == {"a": [], "b": [], "c": []}
    assert check(required, empty) == []
    assert [error.keyword for error in check(required, {})] == ["required"] * 3


def test_an_entry_is_a_section_with_its_position_in_the_pointer(form_of):
    form = form_of({"a": {"type": "array", "items": STREAM}}, "a")
    answers = in_force(form, {"/a": Entries((7, 2)), "/a/~r2/name": "two"})
    (field,) = form.tree(answers)
    assert [(child.id, child.pointer, child.label, child.row) for child in field.children] == [
        ("/a/~r7", "/a/0", "Stream 1", 7),
        ("/a/~r2", "/a/1", "Stream 2", 2),
    ]
    assert field.entry_label == "Stream"
    assert params(form, answers) == {"a": [{"size": 3}, {"name": "two", "size": 3}]}
    assert [(error.field_id, error.pointer) for error in check(form, answers)] == [("/a/~r7/name", "/a/0/name")]


def test_values_and_errors_move_with_their_entry(form_of):
    form = form_of({"a": {"type": "array", "items": STREAM}}, "a")
    typed = {f"/a/~r{row}/{key}": value for row in (0, 1, 2) for key, value in (("name", f"n{row}"), ("size", "9"))}
    typed["/a/~r2/size"] = "10"
    for rows, pointer in (((0, 1, 2), "/a/2/size"), ((0, 2), "/a/1/size"), ((2, 0), "/a/0/size")):
        answers = {"/a": Entries(rows), **typed}
        assert [entry["name"] for entry in params(form, answers)["a"]] == [f"n{row}" for row in rows]
        assert [(error.field_id, error.pointer) for error in check(form, answers)] == [("/a/~r2/size", pointer)]


def test_too_few_entries_are_no_null(form_of):
    form = form_of({"a": {"type": "array", "items": {"type": "boolean"}, "minItems": 2, "maxItems": 3}})
    (field,) = form.fields
    assert (field.min_entries, field.max_entries, field.hint) == (2, 3, "2 to 3 entries")
    assert params(form, {"/a": Entries((0, 1))}) == {}
    answers = {"/a": Entries((0, 1)), "/a/~r1": True}
    assert params(form, answers) == {"a": [True]}
    assert [(error.field_id, error.keyword) for error in check(form, answers)] == [("/a", "minItems"), ("/a/~r0", "required")]
    error = check_field(field, Entries((0,)))
    assert error is not None
    assert error.message == "A must have at least 2 entries."


def test_a_required_default_brings_its_entries(form_of):
    form = form_of({"a": {"type": "array", "items": STREAM, "default": [{"name": "x"}, {"name": "y", "size": 1}]}}, "a")
    answers = initial_answers(form)
    assert answers["/a"] == Entries((0, 1))
    assert params(form, answers) == {"a": [{"name": "x", "size": 3}, {"name": "y", "size": 1}]}
    assert params(form, in_force(form, {"/a": Entries((1,))})) == {"a": [{"name": "y", "size": 1}]}
    placed = answers_from_params(form, {"a": [{"name": "z"}]})
    assert params(form, in_force(form, placed)) == {"a": [{"name": "z", "size": 3}]}


def test_entries_of_fixed_places_have_a_field_each(form_of):
    schema = {"type": "array", "items": [{"type": "string", "title": "Name"}, {"type": "integer"}], "additionalItems": False}
    form = form_of({"a": schema})
    given = {"a": ["x", 5]}
    answers = answers_from_params(form, given)
    assert params(form, answers) == given
    assert [child.label for child in form.tree(answers)[0].children] == ["Name", "Entry 2"]
    assert form.fields[0].max_entries == 2


def test_lists_of_lists_and_of_variants(form_of):
    schema = {"type": "array", "items": {"type": "array", "items": {"type": ["string", "integer"]}}}
    form = form_of({"a": schema})
    given = {"a": [["x", 1], [], [2]]}
    answers = answers_from_params(form, given)
    assert params(form, answers) == given
    assert check(form, answers) == []
    assert [error.field_id for error in check(form, {**answers, "/a/~r2/~r0": Chosen(1), "/a/~r2/~r0/~v1": "x"})] == [
        "/a/~r2/~r0/~v1"
    ]
