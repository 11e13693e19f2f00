"""What is odd about a schema is tolerated and told at its place."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aep_tui.forms.answers import answers_from_params
from aep_tui.forms.build import build
from aep_tui.forms.check import check
from aep_tui.forms.fields import FieldKind
from aep_tui.forms.oddities import likely_meant, oddities
from aep_tui.forms.params import params


@pytest.mark.parametrize(
    ("said", "message"),
    [
        ({"title": 5}, "title should be a text."),
        ({"description": ["a"]}, "description should be a text."),
        ({"airbyte_secret": "true"}, "airbyte_secret should be true or false."),
        ({"minLength": "5"}, "minLength should be a whole number from 0."),
        ({"maxLength": -1}, "maxLength should be a whole number from 0."),
        ({"minimum": True}, "minimum should be a number."),
        ({"order": "first"}, "order should be a number."),
        ({"examples": "a"}, "The examples are no list."),
        ({"additionalProperties": "no"}, "additionalProperties should be a schema."),
        ({"items": 5}, "items should be a schema or a list of them."),
        ({"uiAttributes": 5}, "uiAttributes should be an object."),
        ({"type": "strin"}, "The type names none that JSON Schema knows."),
        ({"enum": ["a", "a"]}, "The enum has an entry twice."),
        ({"enum": [1, 1.0]}, "The enum has an entry twice."),
        (
            {"required": True},
            "required stands at the param itself; it belongs to the object around it, as a list, and does not count here.",
        ),
        ({"descripton": "a"}, "descripton is no keyword; description may be meant."),
        ({"tittle": "a"}, "tittle is no keyword; title may be meant."),
        ({"minlength": 5}, "minlength is no keyword; minLength may be meant."),
        ({"one_of": []}, "one_of is no keyword; oneOf may be meant."),
        ({"formta": "date"}, "formta is no keyword; format may be meant."),
        ({"minContains": 2}, "minContains is a keyword of drafts after draft-07 and does not count here."),
        ({"prefixItems": [{}]}, "prefixItems is a keyword of drafts after draft-07 and does not count here."),
        ({"item": {}}, "item is no keyword; items may be meant."),
    ],
)
def test_an_oddity_is_told_at_its_param(said, message):
    form = build(
        {
            "properties": {"inner": {"type": "object", "required": ["a"], "properties": {"a": {"type": "string"}, "b": said}}},
            "required": ["inner"],
        }
    )
    assert [(fault.pointer, fault.message) for fault in form.faults] == [("/inner/b", message)]


def test_oddities_of_the_schema_as_a_whole_are_told():
    faults = build({"titel": "T", "properties": {"a": {"type": "string"}}, "required": ["a", "a"]}).faults
    assert [fault.pointer for fault in faults] == ["", ""]
    assert [fault.message for fault in faults] == ["titel is no keyword; title may be meant.", "The schema requires a twice."]


@pytest.mark.parametrize(
    "said",
    [
        {"x-title": 1, "order": 0, "minLength": 2.0, "airbyte_secret": False, "examples": []},
        {"type": ["null", "string"], "enum": [1, True, "1", None], "not": {}, "items": [{}]},
        {"name": 1, "text": 1, "form": 1, "id": 1, "kind": 1, "value": 1, "widget": 1, "component": 1, "tags": 1},
        {"if": {}, "then": {}, "else": {}, "$schema": "any", "nullable": True, "example": 1, "const": 1, "default": 5},
    ],
)
def test_what_is_right_or_merely_unknown_is_not_told(said):
    assert list(oddities(said)) == []


def test_what_only_later_drafts_know_takes_no_part():
    tuples = {"type": "array", "items": {"type": "boolean"}, "prefixItems": [{"type": "string"}], "minContains": 2}
    form = build({"properties": {"a": tuples}, "unevaluatedProperties": False})
    assert [fault.pointer for fault in form.faults] == ["", "/a", "/a"]
    answers = answers_from_params(form, {"a": [True, False]})
    assert (check(form, answers), params(form, answers)) == ([], {"a": [True, False]})


def test_few_oddities_are_told_of_one_schema():
    assert len(list(oddities({f"title{letter}": 1 for letter in "abcdefghijklmnop"}))) == 10


def test_a_marker_that_is_a_text_hides_the_value_nevertheless(field_of):
    assert field_of({"type": "string", "airbyte_secret": "true"}).secret
    assert not field_of({"type": "string", "airbyte_secret": "false"}).secret


def test_an_oddity_takes_no_field_away(field_of):
    assert field_of({"type": "string", "title": 5, "minLength": "x", "examples": 7}).kind is FieldKind.TEXT


@given(st.text(max_size=45))
def test_any_word_is_read(word):
    assert isinstance(likely_meant(word), str)


@given(
    st.dictionaries(
        st.text(max_size=8) | st.sampled_from(["enum", "type", "title", "order", "items"]),
        st.none() | st.floats() | st.text(max_size=3) | st.lists(st.floats() | st.text(max_size=2)),
    )
)
def test_any_schema_is_looked_at(schema):
    assert all(isinstance(message, str) for message in oddities(schema))
