"""Params from outside: the list of errors is empty where the schema is satisfied, and only there."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from jsonschema_rs import Draft7Validator

from aep_tui.exchange.given_params import check_params
from aep_tui.forms.build import build
from aep_tui.text import plain

QUIET = [HealthCheck.too_slow, HealthCheck.data_too_large, HealthCheck.function_scoped_fixture]
names = st.sampled_from(["a", "b", "kind", "a/b", "a~b", "$ref", "type", "", "__proto__", "~r1", "é"])
scalars = st.sampled_from(["", "x", "abc", "12", 0, 1, -3, 2.5, 10**30, True, False, None])
values = st.recursive(
    scalars, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(names, inner, max_size=3), max_leaves=6
)
leaf_schemas = st.sampled_from(
    [
        {},
        {"type": "string"},
        {"type": "string", "minLength": 1, "default": ""},
        {"type": "string", "pattern": "^a"},
        {"type": "string", "airbyte_secret": True},
        {"type": "string", "format": "email"},
        {"type": ["string", "null"]},
        {"type": "integer", "minimum": 1, "default": 0},
        {"type": "number", "exclusiveMaximum": 2, "multipleOf": 0.5},
        {"type": "boolean"},
        {"enum": ["x", 1, None]},
        {"const": "x"},
        {"type": "array"},
        {"type": "array", "items": {"type": "string"}, "uniqueItems": True, "maxItems": 2},
        {"type": "array", "items": {"enum": ["x", "abc"]}, "minItems": 1},
        {"type": "object", "additionalProperties": {"type": "integer"}, "propertyNames": {"maxLength": 1}},
        {"not": {"type": "string"}},
        False,
    ]
)


@st.composite
def objects(draw: st.DrawFn, inner: st.SearchStrategy[Any]) -> dict[str, Any]:
    """Draw a schema of an object with whatever further keywords."""
    properties = draw(st.dictionaries(names, inner, max_size=3))
    schema = {"type": "object", "properties": properties, "required": draw(st.lists(names, max_size=2, unique=True))}
    further = [
        {"additionalProperties": False},
        {"patternProperties": {"^a": draw(inner)}},
        {"minProperties": 1, "maxProperties": 2},
        {"dependencies": {"a": ["b"]}},
        {"if": {"required": ["a"]}, "then": {"required": ["kind"], "properties": {"b": draw(inner)}}},
        {"anyOf": [{"required": ["a"]}, {"required": ["kind"]}]},
    ]
    return {**schema, **draw(st.sampled_from([{}, *further]))}


@st.composite
def unions(draw: st.DrawFn, inner: st.SearchStrategy[Any]) -> dict[str, Any]:
    """Draw a choice between schemas; most of the objects among them have a member that tells them apart."""
    branches = draw(st.lists(inner, min_size=1, max_size=3))
    for number, branch in enumerate(branches):
        if isinstance(branch, dict) and "properties" in branch and draw(st.booleans()):
            branches[number] = {**branch, "properties": {**branch["properties"], "kind": {"const": draw(scalars)}}}
    return {draw(st.sampled_from(["oneOf", "anyOf", "allOf"])): branches}


schemas = st.recursive(
    leaf_schemas,
    lambda inner: objects(inner) | unions(inner) | inner.map(lambda items: {"type": "array", "items": items}),
    max_leaves=6,
)


def assert_told(schema: object, params: dict[str, Any]) -> None:
    """Assert that errors are told if and only if the validator by itself finds any, and that each can be shown."""
    checked = check_params(build(schema), params)
    assert checked.remarks == ()
    assert bool(checked.errors) != Draft7Validator(schema, offline=True).is_valid(params), checked.errors
    for error in checked.errors:
        assert error.message.split() == plain(error.message, 2_000).split()
        assert error.message.endswith((".", "!", "?")) or ": " in error.message
        assert reaches(params, error.pointer), error


def reaches(params: object, pointer: str) -> bool:
    """Tell whether a pointer leads to a value, or to a member or entry that its object or list does not have."""
    value = params
    for step in (part.replace("~1", "/").replace("~0", "~") for part in pointer.split("/")[1:]):
        if isinstance(value, list):
            value = value[int(step)]
        elif isinstance(value, dict):
            if step not in value:
                return True
            value = value[step]
        else:
            return False
    return True


@settings(max_examples=300, deadline=None, suppress_health_check=QUIET)
@given(objects(schemas), st.dictionaries(names, values, max_size=4))
def test_errors_are_told_if_and_only_if_the_schema_is_not_satisfied(schema: dict[str, Any], params: dict[str, Any]) -> None:
    assert_told(schema, params)


class Drawing:
    """Draws instances of a schema, now and then with something wrong in them."""

    def __init__(self, data: st.DataObject, faults: int) -> None:
        self._data = data
        self._faults = faults

    def draw(self, schema: Any) -> Any:
        """Draw a value."""
        if self._faults and self._data.draw(st.integers(0, 9)) == 0:
            self._faults -= 1
            return self._data.draw(values)
        for keyword in ("oneOf", "anyOf"):
            if keyword in schema:
                branch = self._data.draw(st.sampled_from(schema[keyword]))
                return self.draw({**{key: schema[key] for key in schema if key != keyword}, **branch})
        if "const" in schema:
            return schema["const"]
        if "enum" in schema:
            return self._data.draw(st.sampled_from(schema["enum"]))
        return self._of_type(schema, schema.get("type", "object" if "properties" in schema else "string"))

    def _of_type(self, schema: Any, kind: Any) -> Any:
        if isinstance(kind, list):
            kind = self._data.draw(st.sampled_from(kind))
        if kind == "object":
            return self._object(schema)
        if kind == "array":
            return [self.draw(schema.get("items", {})) for _ in range(self._data.draw(st.integers(0, 2)))]
        if kind == "string":
            return self._data.draw(st.sampled_from([*schema.get("examples", ["x"]), schema.get("default", "2024-01-01"), "y"]))
        lowest = int(schema.get("minimum", 0))
        return {"integer": lowest, "number": lowest + 0.5, "boolean": True, "null": None}[kind]

    def _object(self, schema: Any) -> dict[str, Any]:
        wanted = [
            key for key in schema.get("properties", {}) if key in schema.get("required", []) or self._data.draw(st.booleans())
        ]
        value = {key: self.draw(schema["properties"][key]) for key in wanted}
        if self._faults and self._data.draw(st.integers(0, 5)) == 0:
            self._faults -= 1
            value["unheard of"] = 1
            value.pop(next(iter(value)))
        return value


@pytest.fixture(scope="module")
def connectors() -> list[tuple[str, Any]]:
    """Return the reference connectors' schemas, or skip."""
    folder = Path(__file__).parents[2].parent / "shared" / "reference" / "schemas"
    found = [(path.name, json.loads(path.read_text(encoding="utf-8"))) for path in sorted(folder.glob("*.json"))]
    if not found:
        pytest.skip("the reference schemas (../shared/reference/schemas) are not here")
    return [(name, document.get("connectionSpecification", document)) for name, document in found]


@settings(max_examples=150, deadline=None, suppress_health_check=QUIET)
@given(data=st.data())
def test_so_it_is_for_real_connectors(connectors: list[tuple[str, Any]], data: st.DataObject) -> None:
    _, schema = data.draw(st.sampled_from(connectors))
    params = Drawing(data, data.draw(st.integers(0, 3))).draw({**schema, "type": "object"})
    assert_told(schema, params if isinstance(params, dict) else {"": params})


def told(schema: object, params: object) -> list[tuple[str, str, str]]:
    return [(error.pointer, error.label, error.message) for error in check_params(build(schema), params).errors]


def test_of_forms_that_tell_nothing_apart_it_is_said_how_many_fit() -> None:
    forms = [{"type": "object", "properties": {key: {"type": "string"}}, "required": [key]} for key in ("rows", "size")]
    either = {"title": "Limit", "oneOf": forms}
    assert told({"properties": {"a": either}}, {"a": {"rows": "1", "size": "2"}}) == [
        ("/a", "Limit", "Limit fits more than one of the forms.")
    ]
    assert told({"properties": {"a": either}}, {"a": "x"}) == [("/a", "Limit", "Limit fits none of the forms.")]


def test_of_nested_forms_only_the_chosen_one_is_told() -> None:
    proxy = {"title": "Proxy", "properties": {"via": {"const": "proxy"}, "port": {"type": "integer"}}, "required": ["port"]}
    direct = {"title": "Direct", "properties": {"via": {"const": "direct"}, "host": {"type": "string"}}, "required": ["host"]}
    route = {"title": "Route", "oneOf": [direct, proxy]}
    outer = {"title": "On", "properties": {"mode": {"const": "on"}, "route": route}, "required": ["route"]}
    schema = {"properties": {"link": {"oneOf": [{"properties": {"mode": {"const": "off"}}}, outer]}}}
    assert told(schema, {"link": {"mode": "on", "route": {"via": "proxy", "port": "x"}}}) == [
        ("/link/route/port", "Port", "Port must be a whole number.")
    ]
    assert told(schema, {"link": {"mode": "on", "route": {"via": "air"}}}) == [
        ("/link/route/via", "Route", "In Route, via must be direct or proxy.")
    ]


def test_an_entry_that_no_field_takes_does_not_move_those_behind_it() -> None:
    schema = {"properties": {"a": {"type": "array", "items": {"type": "boolean"}}}}
    assert told(schema, {"a": [True, "x", False, 5]}) == [
        ("/a/1", "Entry 2", "Entry 2 must be true or false."),
        ("/a/3", "Entry 4", "Entry 4 must be true or false."),
    ]


def test_a_member_without_a_field_is_told_by_its_name() -> None:
    schema = {"properties": {"a": {"title": "Alpha"}}, "required": ["b"], "anyOf": [{"required": ["a"]}, {"required": ["c"]}]}
    assert told(schema, {}) == [("/b", "b", "b is required."), ("", "", "Fill in Alpha, or c.")]


def test_many_errors_are_told_up_to_a_limit_that_is_said() -> None:
    schema = {"additionalProperties": {"type": "integer"}}
    checked = check_params(build(schema), {f"p{number}": "x" for number in range(400)})
    assert len(checked.errors) == 200
    assert checked.remarks == ("There may be more errors than these: the first 200 are told.",)


def test_no_name_inside_a_secret_is_told() -> None:
    strict = {"type": "object", "properties": {"a": {}}, "additionalProperties": False, "writeOnly": True}
    assert told({"properties": {"j": strict}}, {"j": {"hunter2": 1}}) == [("/j", "J", "J holds a name that is not allowed.")]
    inside = {"type": "object", "properties": {"k": strict}}
    assert "hunter2" not in repr(told({"properties": {"j": inside}}, {"j": {"k": {"hunter2": 1}}}))
    assert "hunter2" not in repr(told({"properties": {"j": {"oneOf": [strict, {"type": "string"}]}}}, {"j": {"hunter2": 1}}))


def test_it_is_said_when_only_some_errors_are_told() -> None:
    many = check_params(build({"additionalProperties": {"type": "integer"}}), {f"p{number}": "x" for number in range(6_000)})
    assert len(many.errors) == 1
    words = "the schema or the params are too large to tell all of them"
    assert many.remarks == (f"There may be more errors than these: {words}.",)


def test_params_that_fit_nothing_of_a_schema_too_intricate_to_say_why_are_refused() -> None:
    def doubling(name: str, last: dict[str, Any]) -> dict[str, Any]:
        levels = {f"{name}{level}": {"anyOf": [{"$ref": f"#/definitions/{name}{level + 1}"}] * 2} for level in range(13)}
        return {**levels, f"{name}13": last}

    definitions = {**doubling("m", {"required": ["b"]}), **doubling("v", {"type": "string"})}
    of_members = {"definitions": definitions, "properties": {"a": {}}, "allOf": [{"$ref": "#/definitions/m0"}]}
    checked = check_params(build(of_members), {"a": 1})
    message = "These params do not fit the schema, which is too intricate to tell where."
    assert [(error.pointer, error.message) for error in checked.errors] == [("", message)]
    of_value = {"definitions": definitions, "properties": {"a": {"$ref": "#/definitions/v0"}}}
    checked = check_params(build(of_value), {"a": 1})
    assert [error.pointer for error in checked.errors] == ["/a"]
    assert len(checked.remarks) == 1
    assert check_params(build(of_value), {"a": "x"}).errors == ()
