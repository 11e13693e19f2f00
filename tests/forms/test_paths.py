"""The validator's paths are made exact again."""

from __future__ import annotations

import pytest

from aep_tui.forms.validator import findings

LOW = {"maximum": 1}


@pytest.mark.parametrize(
    "key", ["", "0", "007", "+1", "-1", "a/b", "a~b", "~1", "maximum", "properties", "items", "$ref", "anyOf", "é"]
)
@pytest.mark.parametrize("outer", ["", "7", "a", "properties", "items"])
def test_any_name_is_told_exactly(key, outer):
    schema = {"properties": {outer: {"properties": {key: LOW}}}}
    (found,) = findings(schema, {outer: {key: 2}}).found
    assert found.path == (outer, key)
    assert found.where == ("properties", outer, "properties", key, "maximum")
    assert found.node == LOW


@pytest.mark.parametrize("key", ["", "0", "007", "a"])
def test_a_name_behind_a_reference_is_told_exactly(key):
    schema = {
        "properties": {key: {"$ref": "#/definitions/x"}},
        "definitions": {"x": {"allOf": [{"minLength": 2, "title": "here"}]}},
    }
    (found,) = findings(schema, {key: "b"}).found
    assert (found.path, found.where) == ((key,), ("properties", key, "$ref", "allOf", 0, "minLength"))
    assert found.node["title"] == "here"


@pytest.mark.parametrize("key", ["0", "007", "a"])
def test_a_pattern_behind_a_reference_is_told_by_its_value_and_its_own_place(key):
    schema = {"properties": {key: {"$ref": "#/definitions/x"}}, "definitions": {"x": {"pattern": "^a", "title": "here"}}}
    (found,) = findings(schema, {key: "b"}).found
    assert (found.path, found.where) == ((key,), ("definitions", "x", "pattern"))
    assert found.node["title"] == "here"


@pytest.mark.parametrize(
    ("schema", "value", "path"),
    [
        ({"items": LOW}, [0, 2], (1,)),
        ({"items": [{}, LOW]}, [0, 2], (1,)),
        ({"items": [{}], "additionalItems": LOW}, [0, 2], (1,)),
        ({"items": {"properties": {"3": LOW}}}, [{"3": 2}], (0, "3")),
        ({"additionalProperties": LOW}, {"007": 2}, ("007",)),
        ({"additionalProperties": {"items": LOW}}, {"5": [2]}, ("5", 0)),
        ({"patternProperties": {"^0": LOW}}, {"007": 2}, ("007",)),
        ({"properties": {"a": {"additionalProperties": {"properties": {"": LOW}}}}}, {"a": {"1": {"": 2}}}, ("a", "1", "")),
        ({"dependencies": {"a": {"properties": {"1": LOW}}}}, {"a": 0, "1": 2}, ("1",)),
        ({"if": {"required": ["0"]}, "then": {"properties": {"0": LOW}}}, {"0": 2}, ("0",)),
        ({"properties": {"": False}}, {"": 1}, ("",)),
        ({"additionalProperties": False, "properties": {"a": {}}}, {"7": 1}, ()),
    ],
)
def test_names_of_digits_and_positions_are_told_apart(schema, value, path):
    (found,) = findings(schema, value).found
    assert found.path == path


@pytest.mark.parametrize("key", ["", "7", "a"])
def test_an_unchecked_pattern_is_told_by_its_name(key):
    result = findings({"properties": {key: {"pattern": "((a{1,100}){1,100}){1,100}"}}}, {key: "b"})
    assert result.unchecked == (("properties", key, "pattern"),)
