"""Sections: objects inside the params, those that must be there and those that can be left out."""

from __future__ import annotations

import pytest

from aep_tui.forms.answers import answers_from_params, initial_answers
from aep_tui.forms.build import build
from aep_tui.forms.check import check
from aep_tui.forms.fields import FieldKind
from aep_tui.forms.force import in_force
from aep_tui.forms.params import params
from aep_tui.secret import Secret

ADDRESS = {
    "type": "object",
    "title": "Address",
    "properties": {"host": {"type": "string"}, "port": {"type": "integer", "default": 22}, "key": {"writeOnly": True}},
    "required": ["host", "port"],
}


def test_a_required_object_is_a_section_with_its_fields(form_of):
    (field,) = form_of({"a": ADDRESS}, "a").fields
    assert (field.kind, field.label, field.optional_part, field.included) == (FieldKind.OBJECT, "Address", False, True)
    assert [(child.id, child.pointer, child.required) for child in field.children] == [
        ("/a/host", "/a/host", True),
        ("/a/port", "/a/port", True),
        ("/a/key", "/a/key", False),
    ]


def test_a_required_object_is_sent_even_if_it_is_empty(form_of):
    form = form_of({"a": {"type": "object", "properties": {"b": {"type": "string"}}}}, "a")
    assert params(form, {}) == {"a": {}}
    assert check(form, {}) == []


def test_an_optional_object_is_left_out_until_it_is_included_whatever_it_requires(form_of):
    form = form_of({"a": ADDRESS})
    (field,) = form.fields
    assert (field.optional_part, field.included, field.children) == (True, False, ())
    assert params(form, initial_answers(form)) == {}
    assert check(form, {}) == []
    answers = in_force(form, {"/a": True})
    assert answers == {"/a": True, "/a/port": "22"}
    assert [error.field_id for error in check(form, answers)] == ["/a/host"]
    assert params(form, {**answers, "/a/host": "db", "/a/key": Secret("x")}) == {
        "a": {"host": "db", "port": 22, "key": Secret("x")}
    }


def test_what_was_typed_in_a_section_that_is_left_out_again_is_not_sent(form_of):
    form = form_of({"a": ADDRESS})
    assert params(form, {"/a": False, "/a/host": "db"}) == {}
    assert check(form, {"/a/port": "x"}) == []


def test_the_default_of_an_object_fills_its_fields_once_it_is_included(form_of):
    form = form_of({"a": {**ADDRESS, "default": {"host": "h", "port": 1}}})
    assert initial_answers(form) == {}
    assert params(form, in_force(form, {"/a": True})) == {"a": {"host": "h", "port": 1}}
    assert params(form, in_force(form, {"/a": True, "/a/host": None})) == {"a": {"port": 1}}
    required = form_of({"a": {**ADDRESS, "default": {"host": "h"}}}, "a")
    assert params(required, initial_answers(required)) == {"a": {"host": "h", "port": 22}}


def test_what_stands_inside_a_secret_is_secret(form_of):
    form = form_of({"a": {**ADDRESS, "airbyte_secret": True}}, "a")
    assert [field.secret for field in form.walk()] == [True] * 4
    assert "db" not in repr(params(form, {"/a/host": Secret("db")}))


@pytest.mark.parametrize("key", ["__proto__", "type", "$ref", "", "a.b", "a/b", "a~b", "~r1", "~one", "properties"])
def test_any_key_works_at_any_depth(form_of, key):
    form = form_of({key: {"type": "object", "properties": {key: {"type": "integer", "maximum": 5}}, "required": [key]}}, key)
    given = {key: {key: 3}}
    answers = answers_from_params(form, given)
    assert params(form, answers) == given
    (error,) = check(form, {next(iter(answers)): "6"})
    assert error.field_id == next(iter(answers)) == form.fields[0].children[0].id
    assert [error.keyword for error in check(form, {})] == ["required"]


def test_order_group_and_hidden_are_minded():
    form = build(
        {
            "groups": [{"id": "auth", "title": "Signing in"}, {"id": "more"}],
            "properties": {
                "a": {"type": "string"},
                "b": {"type": "string", "order": 2, "group": "more"},
                "c": {"type": "string", "order": 1, "group": "more", "always_show": True},
                "d": {"type": "string", "propertyOrder": 0, "group": "auth"},
                "e": {"type": "object", "properties": {"x": {}}, "airbyte_hidden": True},
            },
        }
    )
    assert [field.key for field in form.fields] == ["d", "c", "b", "a", "e"]
    assert [field.group for field in form.fields] == ["Signing in", "More", "More", "", ""]
    assert [field.always_show for field in form.fields] == [False, True, False, False, False]
    assert [field.hidden for field in form.fields] == [False, False, False, False, True]


def test_texts_of_several_lines_are_known(form_of):
    properties = {
        "plain": {"type": "string"},
        "marked": {"type": "string", "multiline": True},
        "private_key": {"type": "string", "airbyte_secret": True},
        "private_key_password": {"type": "string"},
        "credentials_json": {"type": "string"},
        "media": {"type": "string", "contentMediaType": "application/json"},
        "encoded": {"type": "string", "contentEncoding": "base64"},
    }
    form = form_of(properties)
    assert [field.key for field in form.fields if field.multiline] == ["marked", "private_key", "credentials_json", "media"]
    assert [field.content_encoding for field in form.fields][-1] == "base64"


def test_a_field_deeper_than_a_form_goes_is_typed_as_json():
    schema: dict[str, object] = {"type": "string"}
    for _ in range(100):
        schema = {"type": "object", "properties": {"a": schema}, "required": ["a"]}
    fields = list(build(schema).walk())
    assert (fields[-1].kind, fields[-1].reason) == (
        FieldKind.JSON,
        "This is nested too deeply to be drawn. It is typed as JSON.",
    )
    assert 20 < len(fields) < 40


def test_a_name_that_an_inner_object_requires_and_does_not_describe_does_not_block(form_of):
    form = form_of({"a": {"type": "object", "properties": {"b": {"type": "string"}}, "required": ["c"]}}, "a")
    assert check(form, {"/a/b": "x"}) == []
    assert [fault.pointer for fault in form.faults] == ["/a"]


def test_rules_about_an_inner_object_stand_at_its_section(form_of):
    inner = {"type": "object", "properties": {"b": {"type": "string"}, "c": {"type": "string"}}, "minProperties": 2}
    form = form_of({"a": inner}, "a")
    (error,) = check(form, {"/a/b": "x"})
    assert (error.field_id, error.keyword) == ("/a", "minProperties")


def test_leaves_that_did_not_change_are_the_same_objects(form_of):
    form = form_of({"a": ADDRESS, "b": {"type": "string"}}, "a")
    before, after = form.tree({}), form.tree({"/b": "x"})
    assert before[0].children == after[0].children
    assert before[1] is after[1]
