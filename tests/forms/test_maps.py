"""Maps: rows of a key and a value."""

from __future__ import annotations

from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from aep_tui.forms.answers import answers_from_params, initial_answers
from aep_tui.forms.build import build
from aep_tui.forms.check import check
from aep_tui.forms.describe import describe
from aep_tui.forms.fields import Entries, FieldKind
from aep_tui.forms.params import params
from aep_tui.secret import Secret

NUMBERS = {"type": "object", "additionalProperties": {"type": "integer", "maximum": 9}}


def test_a_schema_for_other_members_makes_rows(form_of):
    form = form_of({"a": NUMBERS})
    answers = {"/a": Entries((4, 1), ("x", "y")), "/a/~r4": "1", "/a/~r1": "2"}
    (field,) = form.tree(answers)
    assert field.kind is FieldKind.MAP
    assert [(child.id, child.pointer, child.key, child.label, child.kind) for child in field.children] == [
        ("/a/~r4", "/a/x", "x", "x", FieldKind.INTEGER),
        ("/a/~r1", "/a/y", "y", "y", FieldKind.INTEGER),
    ]
    assert params(form, answers) == {"a": {"x": 1, "y": 2}}


def test_renaming_a_key_keeps_the_value_and_its_error(form_of):
    form = form_of({"a": NUMBERS})
    for key in ("x", "renamed", "", "1"):
        answers = {"/a": Entries((0,), (key,)), "/a/~r0": "5"}
        assert params(form, answers) == {"a": {key: 5}}
        assert [error.field_id for error in check(form, {**answers, "/a/~r0": "10"})] == ["/a/~r0"]


def test_a_key_that_stands_twice_is_an_error_of_the_second_row(form_of):
    form = form_of({"a": NUMBERS})
    (error,) = check(form, {"/a": Entries((0, 1), ("x", "x")), "/a/~r0": "1", "/a/~r1": "2"})
    assert (error.field_id, error.message) == ("/a/~r1", "x stands here twice; a name can only be used once.")


def test_an_object_of_which_nothing_is_said_is_a_map_of_texts(form_of):
    for schema in ({"type": "object"}, {"type": "object", "additionalProperties": True}, {"type": "object", "properties": {}}):
        form = form_of({"a": schema})
        given_params = {"a": {"x": "1", "": "", "y": ""}}
        assert form.fields[0].kind is FieldKind.MAP
        assert params(form, answers_from_params(form, given_params)) == given_params


def test_a_default_that_is_more_than_texts_makes_rows_of_any_values(form_of):
    default = {"kind": "Job", "spec": {"size": Decimal("1.50"), "on": True, "none": None, "list": ["a", {"b": [1]}]}}
    form = form_of({"a": {"type": "object", "default": default}}, "a")
    assert form.fields[0].kind is FieldKind.MAP
    answers = initial_answers(form)
    assert params(form, answers) == {"a": default}
    assert check(form, answers) == []
    assert params(form, answers_from_params(form, {"a": default})) == {"a": default}
    assert describe(form)["fallbacks"] == []


def test_a_row_that_nobody_filled_in_is_not_there(form_of):
    form = form_of({"a": {"type": "object"}})
    assert params(form, {"/a": Entries((0,), ("",))}) == {}
    assert check(form, {"/a": Entries((0, 1), ("", ""))}) == []
    assert params(form, {"/a": Entries((0,), ("x",))}) == {"a": {"x": ""}}


def test_members_of_other_names_stand_beside_the_named_ones(form_of):
    inner = {"type": "object", "properties": {"a": {"type": "string"}}, "additionalProperties": {"type": "integer"}}
    form = form_of({"o": inner}, "o")
    assert [child.id for child in form.fields[0].children] == ["/o/a", "/o/~more"]
    answers = {"/o/a": "x", "/o/~more": Entries((0,), ("b",)), "/o/~more/~r0": "1"}
    assert params(form, answers) == {"o": {"a": "x", "b": 1}}
    assert answers_from_params(form, {"o": {"a": "x", "b": 1}}) == answers
    (error,) = check(form, {**answers, "/o/~more": Entries((0,), ("a",))})
    assert (error.field_id, error.message) == ("/o/~more/~r0", "a has a field of its own; use that one.")


def test_patterns_choose_the_schema_of_a_row(form_of):
    schema = {"type": "object", "patternProperties": {"^i": {"type": "integer"}, "^b": {"type": "boolean"}}}
    form = form_of({"a": {**schema, "additionalProperties": False}})
    (field,) = form.tree({"/a": Entries((0, 1), ("i1", "b1"))})
    assert [child.kind for child in field.children] == [FieldKind.INTEGER, FieldKind.BOOLEAN]
    given_params = {"a": {"i1": 5, "b1": False}}
    assert params(form, answers_from_params(form, given_params)) == given_params
    (error,) = check(form, {"/a": Entries((0,), ("z",)), "/a/~r0": "5"})
    assert (error.field_id, error.message) == ("/a/~r0", "A does not take this key.")


def test_keys_are_explained_and_may_be_listed(form_of):
    form = form_of(
        {
            "a": {**NUMBERS, "propertyNames": {"enum": ["x", "y"]}},
            "b": {**NUMBERS, "propertyNames": {"pattern": "^[a-z]+$"}},
        }
    )
    assert form.fields[0].key_choices == ("x", "y")
    assert form.fields[1].hint == "keys: only a to z"
    assert [error.field_id for error in check(form, {"/b": Entries((0,), ("A",)), "/b/~r0": "1"})] == ["/b/~r0"]


def test_a_root_that_is_a_map_has_rows():
    form = build({"type": "object", "additionalProperties": {"type": "string", "writeOnly": True}})
    given_params = {"a": Secret("x")}
    assert [field.id for field in form.fields] == ["/~more"]
    assert params(form, answers_from_params(form, given_params)) == given_params


def test_rows_may_be_sections(form_of):
    inner = {"type": "object", "properties": {"port": {"type": "integer"}}, "required": ["port"]}
    form = form_of({"a": {"type": "object", "additionalProperties": inner}})
    given_params = {"a": {"x": {"port": 1}, "y/z": {"port": 2}}}
    answers = answers_from_params(form, given_params)
    assert params(form, answers) == given_params
    answers.pop("/a/~r1/port")
    assert [(error.field_id, error.pointer) for error in check(form, answers)] == [("/a/~r1/port", "/a/y~1z/port")]


def test_no_message_names_a_key_inside_a_secret(form_of):
    form = form_of({"a": {**NUMBERS, "writeOnly": True}})
    errors = check(form, {"/a": Entries((0,), ("hunter2",)), "/a/~r0": Secret("x")})
    assert [error.label for error in errors] == ["Entry 1"]
    assert "hunter2" not in "".join(error.message for error in errors)


keys = st.text(st.characters(exclude_categories=["Cs"]), max_size=6)


@given(st.dictionaries(keys, st.text(st.characters(exclude_categories=["Cs"]), max_size=6), min_size=1, max_size=5))
def test_every_map_of_texts_comes_back(rows: dict[str, str]) -> None:
    form = build({"properties": {"a": {"type": "object"}}})
    again = params(form, answers_from_params(form, {"a": rows}))
    assert again == {"a": rows}
    assert list(again["a"]) == list(rows)
