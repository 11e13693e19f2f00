"""Conditions: fields appear and disappear as answers change."""

from __future__ import annotations

import pytest

from aep_tui.forms.answers import answers_from_params, initial_answers
from aep_tui.forms.build import build
from aep_tui.forms.check import check
from aep_tui.forms.fields import Chosen, FieldKind
from aep_tui.forms.force import in_force
from aep_tui.forms.params import params

MODE = {"enum": ["on", "off"]}
ON = {"properties": {"mode": {"const": "on"}}, "required": ["mode"]}


def keys(form, answers):
    return [field.key for field in form.tree(in_force(form, answers))]


@pytest.mark.parametrize("wrapped", [False, True])
def test_then_and_else_bring_their_fields(form_of, wrapped):
    rule = {
        "if": ON,
        "then": {"properties": {"key": {"type": "string"}}, "required": ["key"]},
        "else": {"properties": {"why": {"type": "string", "default": "x"}}, "required": ["why"]},
    }
    form = form_of({"mode": MODE}, **({"allOf": [rule]} if wrapped else rule))
    assert keys(form, {}) == ["mode", "why"]
    assert params(form, initial_answers(form)) == {"why": "x"}
    on = in_force(form, {"/mode": Chosen(0), "/why": "typed"})
    assert [field.key for field in form.tree(on)] == ["mode", "key"]
    assert params(form, on) == {"mode": "on"}
    assert [(error.field_id, error.message) for error in check(form, on)] == [("/key", "Key is required.")]
    assert params(form, in_force(form, {"/mode": Chosen(1), "/why": "typed"})) == {"mode": "off", "why": "typed"}


def test_a_condition_holds_for_what_is_absent_unless_it_is_required(form_of):
    rule = {"if": {"properties": {"mode": {"const": "on"}}}, "then": {"properties": {"key": {}}}}
    assert keys(form_of({"mode": MODE}, **rule), {}) == ["mode", "key"]


def test_an_optional_default_counts(form_of):
    form = form_of({"mode": {**MODE, "default": "on"}}, **{"if": ON, "then": {"properties": {"key": {}}}})
    assert keys(form, {}) == ["mode", "key"]
    assert keys(form, {"/mode": Chosen(1)}) == ["mode"]


def test_the_default_of_a_branch_may_open_the_next_one(form_of):
    inner = {"if": {"properties": {"size": {"const": 5}}, "required": ["size"]}, "then": {"properties": {"last": {}}}}
    branch = {"properties": {"size": {"type": "integer", "default": 5}}, "required": ["size"], **inner}
    form = form_of({"mode": MODE}, **{"if": ON, "then": branch})
    assert keys(form, {"/mode": Chosen(0)}) == ["mode", "size", "last"]
    assert keys(form, {"/mode": Chosen(0), "/size": "6"}) == ["mode", "size"]
    assert keys(form, {"/mode": Chosen(1), "/size": "5"}) == ["mode"]


@pytest.mark.parametrize(
    "rule",
    [
        {"dependencies": {"card": ["address"]}},
        {"dependentRequired": {"card": ["address"]}},
        {"dependencies": {"card": {"required": ["address"]}}},
        {"dependentSchemas": {"card": {"required": ["address"]}}},
    ],
)
def test_a_member_may_require_another_one(form_of, rule):
    form = form_of({"card": {"type": "string"}, "address": {"type": "string"}}, **rule)
    assert [field.required for field in form.tree({})] == [False, False]
    assert [field.required for field in form.tree({"/card": "1"})] == [False, True]
    assert [error.field_id for error in check(form, {"/card": "1"})] == ["/address"]


@pytest.mark.parametrize("keyword", ["dependencies", "dependentSchemas"])
def test_a_member_may_bring_another_one(form_of, keyword):
    form = form_of(
        {"card": {"type": "string"}},
        **{keyword: {"card": {"properties": {"address": {"type": "string", "minLength": 3}}, "required": ["address"]}}},
    )
    assert keys(form, {}) == ["card"]
    assert keys(form, {"/card": "1"}) == ["card", "address"]
    assert [error.keyword for error in check(form, {"/card": "1", "/address": "ab"})] == ["minLength"]


def test_a_choice_may_lead_to_forms_in_a_dependency(form_of):
    branches = [
        {"properties": {"pets": {"enum": ["none"]}}},
        {"properties": {"pets": {"enum": ["one", "many"]}, "age": {"type": "integer"}}, "required": ["age"]},
    ]
    form = form_of({"pets": {"enum": ["none", "one", "many"]}}, dependencies={"pets": {"oneOf": branches}})
    assert keys(form, {}) == ["pets"]
    assert keys(form, {"/pets": Chosen(0)}) == ["pets"]
    assert keys(form, {"/pets": Chosen(2)}) == ["pets", "age"]
    assert [error.field_id for error in check(form, {"/pets": Chosen(1)})] == ["/age"]
    assert params(form, {"/pets": Chosen(1), "/age": "3"}) == {"pets": "one", "age": 3}
    assert check(form, {"/pets": Chosen(1), "/age": "3"}) == []


def test_a_branch_that_repeats_the_value_that_leads_to_it_pins_nothing(form_of):
    then = {"properties": {"mode": {"const": "on"}, "key": {}}}
    form = form_of({"mode": {"type": "string"}}, **{"if": ON, "then": then})
    assert [(field.key, field.kind) for field in form.tree({"/mode": "on"})] == [
        ("mode", FieldKind.TEXT),
        ("key", FieldKind.TEXT),
    ]


def test_the_entries_of_a_choice_may_depend_on_another_one_and_so_does_its_answer(form_of):
    rules = [
        {
            "if": {"properties": {"land": {"const": land}}, "required": ["land"]},
            "then": {"properties": {"town": {"enum": towns}}},
        }
        for land, towns in (("NL", ["Delft", "Breda"]), ("BE", ["Gent", "Luik"]))
    ]
    form = form_of({"land": {"enum": ["NL", "BE"]}}, allOf=rules)
    dutch = form.tree({"/land": Chosen(0)})[1]
    assert (dutch.pointer, [choice.value for choice in dutch.choices]) == ("/town", ["Delft", "Breda"])
    answers = {"/land": Chosen(0), dutch.id: Chosen(1)}
    assert params(form, answers) == {"land": "NL", "town": "Breda"}
    assert params(form, {**answers, "/land": Chosen(1)}) == {"land": "BE"}
    assert answers_from_params(form, {"land": "NL", "town": "Breda"}) == answers


def test_what_is_said_of_one_member_in_several_places_counts_together(form_of):
    form = form_of(
        {"a": {"type": "integer", "title": "First", "minimum": 1}},
        allOf=[{"properties": {"a": {"maximum": 5, "title": "Second"}}, "required": ["a"]}, {"properties": {"b": {}}}],
    )
    assert [(field.key, field.label, field.hint, field.required) for field in form.fields] == [
        ("a", "First", "1 to 5", True),
        ("b", "B", "", False),
    ]


def test_a_branch_has_the_last_word_about_a_field(form_of):
    then = {"properties": {"a": {"title": "Later", "maximum": 5}}}
    form = form_of({"mode": MODE, "a": {"type": "integer", "title": "Sooner"}}, **{"if": ON, "then": then})
    assert form.tree({})[1].label == "Sooner"
    later = form.tree({"/mode": Chosen(0)})[1]
    assert (later.id, later.label, later.hint) == ("/a", "Later", "at most 5")


def test_a_branch_may_take_a_field_away(form_of):
    form = form_of({"mode": MODE, "a": {"type": "integer"}}, **{"if": ON, "then": {"properties": {"a": False}}})
    assert keys(form, {"/mode": Chosen(0), "/a": "1"}) == ["mode"]
    assert check(form, {"/mode": Chosen(0), "/a": "1"}) == []


def test_conditions_inside_variants_and_entries_see_their_own_object(form_of):
    item = {"properties": {"mode": MODE}, "if": ON, "then": {"properties": {"key": {"type": "string"}}}}
    form = form_of({"a": {"type": "array", "items": {"type": "object", **item}}})
    given = {"a": [{"mode": "on", "key": "1"}, {"mode": "off"}]}
    answers = answers_from_params(form, given)
    assert params(form, answers) == given
    assert [[child.key for child in row.children] for row in form.tree(answers)[0].children] == [["mode", "key"], ["mode"]]


def test_a_condition_that_contradicts_itself_comes_to_an_end(form_of):
    rule = {"if": {"required": ["b"]}, "then": {}, "else": {"properties": {"b": {"const": 1}}}}
    form = form_of({"a": {}}, **rule)
    assert form.tree({})[0].key == "a"
    check(form, {})


def test_a_condition_on_a_pattern_is_worked_out_too(form_of):
    rule = {"if": {"properties": {"a": {"pattern": "^x+$"}}, "required": ["a"]}, "then": {"properties": {"b": {}}}}
    form = form_of({"a": {"type": "string"}}, **rule)
    assert keys(form, {"/a": "xx"}) == ["a", "b"]
    assert keys(form, {"/a": "xy"}) == ["a"]


def test_a_cleared_default_of_a_branch_does_not_come_back():
    branch = {"properties": {"b": {"type": "string", "default": "x"}}, "required": ["b"]}
    form = build({"properties": {"mode": MODE}, "if": ON, "then": branch})
    assert params(form, in_force(form, {"/mode": Chosen(0)})) == {"mode": "on", "b": "x"}
    assert params(form, in_force(form, {"/mode": Chosen(0), "/b": None})) == {"mode": "on"}
