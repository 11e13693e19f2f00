"""References: resolved where they are reached, cut where they lead back, and never fetched."""

from __future__ import annotations

import time

import pytest

from aep_tui.forms.answers import answers_from_params
from aep_tui.forms.build import build
from aep_tui.forms.check import check
from aep_tui.forms.describe import describe
from aep_tui.forms.fields import Chosen, Entries, FieldKind
from aep_tui.forms.params import params

PORT = {"type": "integer", "title": "Port", "description": "Any", "default": 22}


@pytest.mark.parametrize(
    ("reference", "root"),
    [
        ("#/definitions/port", {"definitions": {"port": PORT}}),
        ("#/$defs/a~1b", {"$defs": {"a/b": PORT}}),
        ("#/properties/other", {}),
        ("#/x/0", {"x": [PORT]}),
        ("#/definitions/a%20b", {"definitions": {"a b": PORT}}),
        ("#port", {"definitions": {"any": {"$id": "#port", **PORT}}}),
        ("#port", {"$defs": {"any": {"$anchor": "port", **PORT}}}),
        ("port.json", {"$id": "https://example.com/all.json", "definitions": {"any": {"$id": "port.json", **PORT}}}),
        ("all.json#/definitions/port", {"$id": "https://example.com/all.json", "definitions": {"port": PORT}}),
        ("in.json#/definitions/port", {"definitions": {"any": {"$id": "in.json", "definitions": {"port": PORT}}}}),
        ("urn:example:port", {"definitions": {"any": [{"$id": "urn:example:port", **PORT}]}}),
    ],
)
def test_a_local_reference_is_followed(reference, root):
    form = build({"properties": {"a": {"$ref": reference}, "other": PORT}, **root})
    assert (form.fields[0].kind, form.fields[0].label, form.fields[0].default) == (FieldKind.INTEGER, "Port", 22)


def test_what_stands_beside_a_reference_comes_first():
    beside = {"$ref": "#/definitions/port", "title": "Mine", "default": 1}
    wrapped = {"title": "Mine", "default": 1, "allOf": [{"$ref": "#/definitions/port"}]}
    for schema in (beside, wrapped):
        (field,) = build({"properties": {"a": schema}, "definitions": {"port": PORT}}).fields
        assert (field.kind, field.label, field.help, field.default) == (FieldKind.INTEGER, "Mine", "Any", 1)


@pytest.mark.parametrize(
    "reference", ["https://example.com/x.json", "other.json#/a", "#/definitions/none", "#name", "http://[half", "x#y"]
)
def test_a_reference_that_leads_nowhere_here_makes_one_json_field(reference):
    form = build({"properties": {"a": {"$ref": reference}, "b": {"type": "string"}}})
    assert [field.kind for field in form.fields] == [FieldKind.JSON, FieldKind.TEXT]
    assert form.fields[0].reason
    assert form.fields[0].secret


def test_a_schema_that_contains_itself_waits_to_be_asked():
    form = build({"properties": {"name": {"type": "string"}, "inner": {"$ref": "#"}}, "required": ["name", "inner"]})
    assert [(field.id, field.optional_part, field.included) for field in form.fields] == [
        ("/name", False, True),
        ("/inner", True, False),
    ]
    answers = {"/name": "a", "/inner": True, "/inner/name": "b"}
    assert [field.id for field in form.walk(answers)] == ["/name", "/inner", "/inner/name", "/inner/inner"]
    assert params(form, answers) == {"name": "a", "inner": {"name": "b"}}


def test_a_tree_of_entries_comes_back():
    node = {
        "type": "object",
        "properties": {"name": {"type": "string"}, "children": {"type": "array", "items": {"$ref": "#/definitions/node"}}},
        "required": ["name"],
    }
    form = build({"properties": {"tree": {"$ref": "#/definitions/node"}}, "definitions": {"node": node}, "required": ["tree"]})
    given = {"tree": {"name": "a", "children": [{"name": "b", "children": [{"name": "c"}]}, {"name": "d"}]}}
    answers = answers_from_params(form, given)
    assert params(form, answers) == given
    assert check(form, answers) == []
    broken = {**answers, "/tree/children/~r0/children/~r0/name": ""}
    (error,) = check(form, broken)
    assert (error.pointer, error.field_id) == (
        "/tree/children/0/children/0/name",
        "/tree/children/~r0/children/~r0/name",
    )


@pytest.mark.parametrize(
    "definitions",
    [
        {"a": {"$ref": "#/definitions/a"}},
        {"a": {"$ref": "#/definitions/b"}, "b": {"$ref": "#/definitions/a"}},
        {"a": {"allOf": [{"$ref": "#/definitions/a"}]}},
        {"a": {"anyOf": [{"$ref": "#/definitions/a"}, {"type": "null"}]}},
        {"a": {"oneOf": [{"$ref": "#/definitions/a"}, {"type": "object", "properties": {"b": {"$ref": "#/definitions/a"}}}]}},
        {"a": {"type": "object", "additionalProperties": {"$ref": "#/definitions/a"}}},
        {"a": {"type": "array", "items": {"$ref": "#/definitions/a"}, "minItems": 1, "default": [[]]}},
        {"a": {"type": "object", "properties": {"a": {"$ref": "#/definitions/a"}}, "required": ["a"], "default": {"a": {}}}},
    ],
)
def test_what_leads_back_to_itself_comes_to_an_end(definitions):
    form = build({"properties": {"x": {"$ref": "#/definitions/a"}}, "required": ["x"], "definitions": definitions})
    for answers in ({}, {"/x": Chosen(0)}, {"/x": True}, {"/x": Entries((0,), ("k",))}):
        check(form, answers)
        params(form, answers)
    describe(form)


def test_two_to_the_power_of_forty_steps_take_no_time():
    steps = {f"a{n}": {"oneOf": [{"$ref": f"#/definitions/a{n - 1}"}] * 2, "title": f"t{n}"} for n in range(1, 40)}
    schema = {"properties": {"x": {"$ref": "#/definitions/a39"}}, "definitions": {"a0": {"type": "string"}, **steps}}
    began = time.process_time()
    form = build(schema)
    for depth in range(5):
        field_id = "/x" + "/~v1" * depth
        form.tree({"/x" + "/~v1" * level: Chosen(1) for level in range(depth + 1)})
        assert form.field(field_id, {"/x" + "/~v1" * level: Chosen(1) for level in range(depth)}) is not None
    assert time.process_time() - began < 0.3
