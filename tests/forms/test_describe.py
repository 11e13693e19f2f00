"""A form described as JSON."""

from __future__ import annotations

import json
import time

from aep_tui.forms.build import build
from aep_tui.forms.describe import describe


def test_everything_that_can_be_asked_for_is_told(form_of):
    form = form_of(
        {
            "a": {
                "title": "Sign in",
                "oneOf": [
                    {"title": "Key", "properties": {"t": {"const": "k"}, "key": {"type": "string", "airbyte_secret": True}}},
                    {"title": "None", "properties": {"t": {"const": "n"}}},
                ],
            },
            "b": {"type": "array", "items": {"type": "object", "properties": {"n": {"type": "integer", "default": 5}}}},
            "c": {"type": "object", "additionalProperties": {"type": "string"}},
            "d": {"type": "string", "writeOnly": True, "default": "hunter2"},
            "e": {"$ref": "https://example.com"},
            "f": {"type": "integer", "examples": 5},
        },
        "a",
        **{"if": {"required": ["d"]}, "then": {"properties": {"g": {"type": "string"}}}},
    )
    told = describe(form)
    assert json.loads(json.dumps(told)) == told
    assert "hunter2" not in json.dumps(told)
    fields = {field["path"]: field for field in told["fields"]}
    assert [(path, field["kind"]) for path, field in fields.items()] == [
        ("/a", "variants"), ("/b", "list"), ("/c", "map"), ("/d", "text"), ("/e", "json"), ("/f", "integer"), ("/g", "text"),
    ]  # fmt: skip
    assert [(one["label"], [child["path"] for child in one["children"]]) for one in fields["/a"]["variants"]] == [
        ("Key", ["/a/key"]),
        ("None", []),
    ]
    assert fields["/a"]["variants"][0]["children"][0] == {
        "path": "/a/key", "kind": "text", "label": "Key", "required": False, "secret": True, "default": None,
        "children": [], "variants": [],
    }  # fmt: skip
    assert [child["path"] for child in fields["/b"]["children"]] == ["/b/0"]
    assert fields["/b"]["children"][0]["children"][0]["default"] == 5
    assert [child["path"] for child in fields["/c"]["children"]] == ["/c/*"]
    assert [fallback["path"] for fallback in told["fallbacks"]] == ["/e"]
    assert [fault["path"] for fault in told["faults"]] == ["/f"]


def test_the_default_of_a_section_with_a_secret_is_not_told_either(form_of):
    inner = {"type": "object", "properties": {"key": {"type": "string", "writeOnly": True}, "x": {"type": "string"}}}
    for schema in (
        {**inner, "default": {"key": "hunter2"}},
        {"oneOf": [inner, {"type": "string"}], "default": {"key": "hunter2"}},
    ):
        form = form_of({"a": schema, "b": {"type": "array", "items": inner, "default": [{"key": "hunter2"}]}}, "a", "b")
        assert "hunter2" not in json.dumps(describe(form))
        assert "hunter2" not in "".join(field.default_text for field in form.walk())


def test_params_that_may_be_null_are_the_params():
    schema = {"anyOf": [{"$ref": "#/$defs/c"}, {"type": "null"}], "$defs": {"c": {"properties": {"a": {}}, "required": ["a"]}}}
    assert [field["path"] for field in describe(build(schema))["fields"]] == ["/a"]


def test_cycles_are_cut_where_they_begin_again():
    told = describe(build({"properties": {"name": {"type": "string"}, "inner": {"$ref": "#"}}}))
    assert [(field["path"], field["children"]) for field in told["fields"]] == [("/name", []), ("/inner", [])]


def test_the_reference_connectors_need_no_json(connector_schemas):
    for name, schema in connector_schemas:
        told = describe(build(schema))
        assert told["fallbacks"] == [], name
        assert {field["path"] for field in told["fields"]} == {f"/{key}" for key in schema["properties"]}, name


def test_bombs_are_described_in_time():
    steps = {f"a{n}": {"oneOf": [{"title": "l", "$ref": f"#/definitions/a{n - 1}"}] * 2} for n in range(1, 40)}
    began = time.process_time()
    describe(build({"properties": {"x": {"$ref": "#/definitions/a39"}}, "definitions": {"a0": {"type": "string"}, **steps}}))
    assert time.process_time() - began < 10


def test_a_report_on_thousands_of_fields_cuts_nothing_off():
    variants = [
        {"title": f"T{number}", "properties": {"kind": {"const": number}, **{f"f{n}": {"type": "string"} for n in range(6)}}}
        for number in range(150)
    ]
    told = describe(build({"properties": {"one": {"oneOf": variants}, "other": {"oneOf": variants}}}))
    assert told["fallbacks"] == []
