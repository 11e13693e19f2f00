"""Variants: one of several forms, each with answers of its own."""

from __future__ import annotations

import pytest

from aep_tui.forms.answers import answers_from_params, initial_answers
from aep_tui.forms.build import build
from aep_tui.forms.check import check, check_field
from aep_tui.forms.fields import Chosen, Entries, FieldKind
from aep_tui.forms.force import in_force
from aep_tui.forms.params import params
from aep_tui.secret import Secret

OAUTH = {
    "title": "OAuth",
    "type": "object",
    "properties": {"type": {"const": "oauth"}, "token": {"type": "string", "airbyte_secret": True}},
    "required": ["type", "token"],
}
KEY = {
    "type": "object",
    "properties": {"type": {"enum": ["key"]}, "token": {"type": "string"}, "size": {"type": "integer", "default": 5}},
    "required": ["type", "size"],
}
AUTH = {"title": "Sign in", "type": "object", "oneOf": [OAUTH, KEY]}


def test_variants_are_labelled_by_title_or_by_what_tells_them_apart(field_of):
    field = field_of(AUTH)
    assert (field.kind, field.label, field.children) == (FieldKind.VARIANTS, "Sign in", ())
    assert [(choice.label, choice.value) for choice in field.choices] == [("OAuth", "oauth"), ("key", "key")]


def test_the_chosen_variant_brings_its_fields_and_its_constant_is_written(form_of):
    form = form_of({"a": AUTH}, "a")
    (field,) = form.tree({"/a": Chosen(0)})
    assert [(child.id, child.pointer, child.key) for child in field.children] == [("/a/~v0/token", "/a/token", "token")]
    assert params(form, {"/a": Chosen(0), "/a/~v0/token": Secret("s")}) == {"a": {"type": "oauth", "token": Secret("s")}}


def test_each_variant_keeps_its_own_answers_and_only_the_chosen_ones_are_sent(form_of):
    form = form_of({"a": AUTH}, "a")
    typed = {"/a/~v0/token": Secret("s"), "/a/~v1/token": "t"}
    assert params(form, in_force(form, {**typed, "/a": Chosen(1)})) == {"a": {"type": "key", "token": "t", "size": 5}}
    assert params(form, in_force(form, {**typed, "/a": Chosen(0)})) == {"a": {"type": "oauth", "token": Secret("s")}}


def test_only_the_errors_of_the_chosen_variant_are_told(form_of):
    form = form_of({"a": AUTH}, "a")
    assert [(error.field_id, error.keyword) for error in check(form, {})] == [("/a", "required")]
    assert [error.field_id for error in check(form, {"/a": Chosen(0)})] == ["/a/~v0/token"]
    (error,) = check(form, {"/a": Chosen(1), "/a/~v1/size": "many"})
    assert (error.field_id, error.pointer, error.message) == ("/a/~v1/size", "/a/size", "Size must be a whole number.")


def test_a_default_chooses_its_variant_and_fills_it(form_of):
    schema = {**AUTH, "default": {"type": "key", "token": "t"}}
    form = form_of({"a": schema}, "a")
    assert initial_answers(form) == {"/a": Chosen(1), "/a/~v1/token": "t", "/a/~v1/size": "5"}
    assert params(form, in_force(form, {"/a": Chosen(0)})) == {"a": {"type": "oauth"}}
    assert form.fields[0].default_text == "key"
    optional = form_of({"a": schema})
    assert (initial_answers(optional), check(optional, {})) == ({}, [])


def test_two_forms_that_differ_only_in_a_constant_are_told_apart(form_of):
    branches = [{"properties": {"lorem": {"const": word}}} for word in ("first", "second")]
    form = form_of({"a": {"type": "object", "oneOf": branches}})
    assert answers_from_params(form, {"a": {"lorem": "second"}}) == {"/a": Chosen(1)}
    assert params(form, {"/a": Chosen(1)}) == {"a": {"lorem": "second"}}


def test_forms_without_a_constant_are_told_apart_by_what_fits(form_of):
    branches = [
        {"properties": {"a": {"type": "string"}}, "required": ["a"]},
        {"properties": {"b": {"type": "integer"}, "c": {"type": "string"}}, "required": ["b"]},
    ]
    form = form_of({"x": {"type": "object", "anyOf": branches}})
    assert answers_from_params(form, {"x": {"b": 1, "c": "d"}})["/x"] == Chosen(1)
    assert answers_from_params(form, {"x": {"c": "d"}})["/x"] == Chosen(1)
    assert [choice.label for choice in form.fields[0].choices] == ["A", "B"]


def test_answers_that_fit_two_forms_are_told_and_no_more(form_of):
    branches = [{"title": "A", "properties": {"a": {}}}, {"title": "B", "properties": {"a": {}, "b": {}}}]
    form = form_of({"x": {"type": "object", "oneOf": branches}})
    (error,) = check(form, {"/x": Chosen(0), "/x/~v0/a": "1"})
    assert (error.field_id, error.message) == ("/x", "X: these answers fit more than one of the forms.")


@pytest.mark.parametrize("required", [True, False])
def test_any_of_something_and_null_is_the_something(form_of, required):
    schema = {"title": "Port", "anyOf": [{"type": "integer", "minimum": 1}, {"type": "null"}]}
    form = form_of({"a": schema}, *(["a"] if required else []))
    if required:
        assert [choice.label for choice in form.fields[0].choices] == ["Whole number", "None (null)"]
        assert params(form, {"/a": Chosen(1)}) == {"a": None}
        assert initial_answers(form) == {"/a": Chosen(0)}
        assert [error.field_id for error in check(form, initial_answers(form))] == ["/a/~v0"]
        assert answers_from_params(form, {"a": None}) == {"/a": Chosen(1)}
    else:
        assert (form.fields[0].kind, form.fields[0].label) == (FieldKind.INTEGER, "Port")
        assert params(form, {}) == {}
        assert [error.message for error in check(form, {"/a": "0"})] == ["Port must be at least 1."]


def test_the_order_of_a_type_array_does_not_matter(form_of):
    for types in (["null", "object"], ["object", "null"]):
        form = form_of({"a": {"type": types, "properties": {"b": {"type": "string"}}}})
        assert (form.fields[0].kind, form.fields[0].optional_part) == (FieldKind.OBJECT, True)


def test_scalars_of_several_types_are_variants_with_one_field(form_of):
    form = form_of({"a": {"type": ["string", "integer"]}})
    assert [choice.label for choice in form.fields[0].choices] == ["Text", "Whole number"]
    (field,) = form.tree({"/a": Chosen(1)})
    assert [(child.id, child.pointer, child.kind) for child in field.children] == [("/a/~v1", "/a", FieldKind.INTEGER)]
    assert params(form, {"/a": Chosen(1), "/a/~v1": "5"}) == {"a": 5}
    assert answers_from_params(form, {"a": 5}) == {"/a": Chosen(1), "/a/~v1": "5"}
    assert [error.field_id for error in check(form, {"/a": Chosen(1)})] == ["/a/~v1"]


def test_objects_or_texts_are_variants(form_of):
    union = {"oneOf": [{"type": "string"}, {"type": "object", "properties": {"b": {"type": "integer"}}}, {"const": "auto"}]}
    form = form_of({"a": union})
    for given in ({"a": "x"}, {"a": {"b": 1}}):
        assert params(form, answers_from_params(form, given)) == given
    assert params(form, {"/a": Chosen(2)}) == {"a": "auto"}


def test_variants_beside_members_are_merged_into_the_object():
    form = build(
        {
            "properties": {"age": {"type": "integer"}},
            "required": ["age"],
            "anyOf": [
                {
                    "title": "By name",
                    "properties": {"first": {"type": "string"}, "last": {"type": "string"}},
                    "required": ["last"],
                },
                {"title": "By number", "properties": {"number": {"type": "integer"}}, "required": ["number"]},
            ],
        }
    )
    assert [field.id for field in form.fields] == ["/age", "/~any"]
    answers = {"/age": "5", "/~any": Chosen(1), "/~any/~v1/number": "7"}
    assert params(form, answers) == {"age": 5, "number": 7}
    assert answers_from_params(form, {"age": 5, "number": 7}) == answers
    assert [error.field_id for error in check(form, {"/age": "5", "/~any": Chosen(0)})] == ["/~any/~v0/last"]
    assert [error.field_id for error in check(form, {"/age": "5"})] == ["/~any"]


def test_a_choice_of_its_own_leads_to_the_branch():
    form = build(
        {
            "properties": {"mode": {"type": "string", "enum": ["a", "b"], "default": "a"}},
            "required": ["mode"],
            "oneOf": [
                {"properties": {"mode": {"const": "a"}, "x": {"type": "string"}}, "required": ["x"]},
                {"properties": {"mode": {"const": "b"}, "y": {"type": "string"}}},
            ],
        }
    )
    assert [field.id for field in form.tree(initial_answers(form))] == ["/mode", "/x"]
    assert [error.field_id for error in check(form, initial_answers(form))] == ["/x"]
    changed = in_force(form, {"/mode": Chosen(1), "/x": "typed"})
    assert [field.id for field in form.tree(changed)] == ["/mode", "/y"]
    assert params(form, changed) == {"mode": "b"}
    assert check(form, changed) == []


def test_a_member_without_choices_gives_way_to_the_variants_that_it_tells_apart():
    form = build(
        {
            "properties": {"mode": {"type": "string", "title": "Mode"}, "z": {"type": "string"}},
            "required": ["mode"],
            "oneOf": [
                {"properties": {"mode": {"const": "a"}, "x": {"type": "string"}}},
                {"properties": {"mode": {"const": "b"}, "y": {"type": "string"}}},
            ],
        }
    )
    assert [(field.id, field.label) for field in form.fields] == [("/z", "Z"), ("/~one", "Mode")]
    given = {"z": "1", "mode": "b", "y": "2"}
    answers = answers_from_params(form, given)
    assert params(form, answers) == given
    assert check(form, answers) == []
    assert [error.field_id for error in check(form, {})] == ["/~one"]


def test_sets_of_required_fields_are_a_rule_and_no_choice():
    form = build({"properties": {"a": {}, "b": {}, "c": {}}, "anyOf": [{"required": ["a", "b"]}, {"required": ["c"]}]})
    assert [field.id for field in form.fields] == ["/a", "/b", "/c"]
    assert [(error.field_id, error.message) for error in check(form, {})] == [("", "Fill in A and B, or C.")]


def test_a_single_form_leaves_no_choice(form_of):
    form = form_of({"a": {"title": "Sign in", "type": "object", "oneOf": [OAUTH]}}, "a")
    (field,) = form.fields
    assert (field.kind, field.label) == (FieldKind.OBJECT, "Sign in")
    assert [child.kind for child in field.children] == [FieldKind.CONST, FieldKind.TEXT]
    assert [error.field_id for error in check(form, {})] == ["/a/token"]


def test_a_form_without_fields_is_sent_as_its_constant(form_of):
    form = form_of({"a": {"oneOf": [{"properties": {"m": {"const": "none"}}}, OAUTH]}}, "a")
    assert params(form, {"/a": Chosen(0)}) == {"a": {"m": "none"}}


def test_variants_inside_variants_inside_lists(form_of):
    schema = {
        "type": "array",
        "items": {"oneOf": [OAUTH, {"title": "Deeper", "properties": {"inner": AUTH}, "required": ["inner"]}]},
    }
    form = form_of({"a": schema})
    given = {"a": [{"type": "oauth", "token": "1"}, {"inner": {"type": "key", "token": "2", "size": 1}}]}
    answers = answers_from_params(form, given)
    assert answers["/a/~r1/~v1/inner/~v1/size"] == "1"
    again = params(form, answers)
    assert again["a"][1] == given["a"][1]
    assert check(form, answers) == []


def test_the_choice_itself_can_be_checked(form_of):
    (field,) = form_of({"a": AUTH}, "a").fields
    assert check_field(field, Chosen(1)) is None
    error = check_field(field, None)
    assert error is not None
    assert error.keyword == "required"


@pytest.mark.parametrize("beside", [False, True])
def test_all_of_a_variant_that_is_marked_as_a_secret_is_one(form_of, beside):
    def form(kind, **more):
        return {"properties": {"kind": {"const": kind}, "user": {"type": "string"}}, **more}

    union = {"oneOf": [form("open"), form("closed", writeOnly=True)]}
    built = build(union) if beside else form_of({"a": union})
    choice = "/~one" if beside else "/a"
    for chosen, secret in ((0, False), (1, True)):
        inside = built.field(f"{choice}/~v{chosen}/user", {choice: Chosen(chosen)})
        assert (inside.secret, built.field(choice, {choice: Chosen(chosen)}).secret) == (secret, secret)


@pytest.mark.parametrize("names", [["null", "object"], ["object", "null"]])
def test_an_object_that_has_to_be_there_may_be_null_where_its_schema_says_so(form_of, names):
    form = form_of({"a": {"type": names, "properties": {"x": {"type": "string"}}, "required": ["x"]}}, "a")
    field = form.field("/a")
    assert [choice.label for choice in field.choices] == ["Object", "None (null)"]
    for value in ({"a": None}, {"a": {"x": "1"}}):
        answers = answers_from_params(form, value)
        assert (check(form, answers), params(form, answers)) == ([], value)
    assert [error.pointer for error in check(form, {"/a": Chosen(0)})] == ["/a/x"]
    optional = form_of({"a": {"type": names, "properties": {"x": {"type": "string"}}}})
    assert optional.field("/a").kind is FieldKind.OBJECT  # one that can be left out is never asked for as null


def test_an_object_with_members_may_be_a_text_or_a_list_instead(form_of):
    form = form_of({"a": {"type": ["object", "string", "array"], "properties": {"x": {"type": "string"}}}})
    for value in ({"a": {"x": "1"}}, {"a": "s"}, {"a": ["s", "t"]}, {}):
        answers = answers_from_params(form, value)
        assert (check(form, answers), params(form, answers)) == ([], value)


def test_an_empty_text_in_a_row_is_a_value_once_it_was_given(form_of):
    several = {"type": ["string", "null"]}
    form = form_of({"a": {"type": "array", "items": several}, "t": {"type": "array", "items": [{"type": "string"}, {}]}})
    value = {"a": ["", None, "x"], "t": ["", "y"]}
    answers = answers_from_params(form, value)
    assert (check(form, answers), params(form, answers)) == ([], value)
    errors = check(form, {"/a": Entries((4,)), "/a/~r4": Chosen(0)})
    assert [(error.field_id, error.message) for error in errors] == [("/a/~r4/~v0", "Entry 1 is required.")]
