"""A value that fits is broken at one place, in one way, and the form says so at that place."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from aep_tui.forms.answers import answers_from_params, not_taken
from aep_tui.forms.build import build
from aep_tui.forms.check import check, check_field
from aep_tui.forms.fields import Answer, Chosen, Entries, FieldKind, FieldSpec, Form, Picked
from aep_tui.secret import Secret

KEYS = st.sampled_from(["a", "a/b", "a~b", "$ref", "type", "~r1", "__proto__", "", "x y"])


@dataclass(frozen=True)
class Breakable:
    """A schema, a value that fits it, and an answer that does not.

    Attributes:
        schema: The schema.
        value: A value that fits.
        broken: Returns an answer that does not fit, from the one that does; ``None`` takes the answer away.
        keyword: What the error is of.
    """

    schema: dict[str, Any]
    value: Any
    broken: Callable[[Answer | None], Answer | None]
    keyword: str


def _text(schema: dict[str, Any], value: Any, broken: str, keyword: str) -> Breakable:
    return Breakable(schema, value, lambda _: broken, keyword)


def _chosen_outside(_: Answer | None) -> Answer:
    return Chosen(99)


def _fewer(answer: Answer | None) -> Answer:
    assert isinstance(answer, Entries)
    return Entries(answer.rows[:1], answer.keys[:1])


def _more(answer: Answer | None) -> Answer:
    assert isinstance(answer, Entries)
    return Entries((*answer.rows, 7, 8), (*answer.keys, "k7", "k8") if answer.keys else ())


ENTRY = {"type": "object", "properties": {"v": {"type": "string"}}, "required": ["v"]}
LEAVES: list[Breakable] = [
    _text({"type": "string", "minLength": 3}, "abc", "ab", "minLength"),
    _text({"type": "string", "maxLength": 3}, "abc", "abcd", "maxLength"),
    _text({"type": "string", "pattern": "^[a-z]+$"}, "abc", "AB1", "pattern"),
    _text({"type": "string", "format": "password", "pattern": "^[a-z]+$"}, "abc", "AB1", "pattern"),
    _text({"type": "string", "format": "date"}, "2026-01-31", "2026-31-01", "format"),
    _text({"type": "string", "format": "uuid"}, "123e4567-e89b-12d3-a456-426614174000", "123", "format"),
    _text({"type": "string", "format": "uri"}, "https://example.com", "not a uri", "format"),
    _text({"type": "string", "contentEncoding": "base64"}, "QUJD", "?", "contentEncoding"),
    _text({"type": "string"}, "abc", "a\ud800", "type"),
    _text({"type": "integer", "minimum": 3}, 3, "2", "minimum"),
    _text({"type": "integer", "maximum": 3}, 3, "4", "maximum"),
    _text({"type": "integer"}, 3, "3.5", "type"),
    _text({"type": "number", "exclusiveMinimum": 0}, 0.5, "0", "exclusiveMinimum"),
    _text({"type": "number", "exclusiveMaximum": 1}, 0.5, "1.0", "exclusiveMaximum"),
    _text({"type": "number", "multipleOf": 0.5}, 1.5, "1.6", "multipleOf"),
    _text({"type": "array", "items": {"type": "string"}, "minItems": 2}, ["a", "b"], "a", "minItems"),
    _text({"type": "array", "items": {"type": "string"}, "maxItems": 2}, ["a", "b"], "a\nb\nc", "maxItems"),
    _text({"type": "array", "items": {"type": "string"}, "uniqueItems": True}, ["a", "b"], "a\na", "uniqueItems"),
    _text({"type": "array", "items": {"type": "string", "pattern": "^a"}}, ["a", "ab"], "a\nb", "pattern"),
    _text({"type": "array", "items": {"type": "integer"}}, [1, 2], "1\nx", "type"),
    Breakable({"enum": ["a", "b"]}, "b", _chosen_outside, "enum"),
    Breakable({"oneOf": [{"const": 1, "title": "One"}, {"const": 2, "title": "Two"}]}, 2, _chosen_outside, "enum"),
    Breakable({"type": "array", "items": {"enum": [1, 2, 3]}, "minItems": 2}, [1, 2], lambda _: Picked((0,)), "minItems"),
    Breakable({"type": "array", "items": {"enum": [1, 2, 3]}, "maxItems": 1}, [1], lambda _: Picked((0, 1)), "maxItems"),
    Breakable({"type": "array", "items": ENTRY, "minItems": 2}, [{"v": "a"}, {"v": "b"}], _fewer, "minItems"),
    Breakable({"type": "array", "items": ENTRY, "maxItems": 2}, [{"v": "a"}, {"v": "b"}], _more, "maxItems"),
    Breakable(
        {"type": "object", "additionalProperties": {"type": "string"}, "minProperties": 2},
        {"k": "a", "l": "b"},
        _fewer,
        "minProperties",
    ),
    Breakable(
        {"type": "object", "additionalProperties": {"type": "string"}, "maxProperties": 2},
        {"k": "a", "l": "b"},
        _more,
        "maxProperties",
    ),
    Breakable({"type": "string"}, "abc", lambda _: None, "required"),
    Breakable({"type": "integer"}, 3, lambda _: None, "required"),
    Breakable({"type": "boolean"}, True, lambda _: None, "required"),
    Breakable({"enum": ["a", "b"]}, "a", lambda _: None, "required"),
    Breakable({"oneOf": [{"type": "string"}, {"type": "integer"}]}, "a", lambda _: None, "required"),
]


@dataclass(frozen=True)
class Placed:
    """A breakable value inside others: a schema, a value that fits, and the pointer to what is broken."""

    schema: dict[str, Any]
    value: Any
    path: tuple[str | int, ...]


def _in_object(inner: Placed, key: str, *, optional: bool) -> Placed:
    schema = {"type": "object", "properties": {key: inner.schema, "beside": {"type": "string"}}, "required": [key]}
    holder = {"type": "object", "properties": {"part": schema}}
    if optional:
        return Placed(holder, {"part": {key: inner.value}}, ("part", key, *inner.path))
    return Placed(schema, {key: inner.value}, (key, *inner.path))


def _in_list(inner: Placed, position: int) -> Placed:
    entry = {"type": "object", "properties": {"it": inner.schema}, "required": ["it"]}
    value = [{"it": inner.value}] * (position + 1)
    return Placed({"type": "array", "items": entry}, value, (position, "it", *inner.path))


def _in_map(inner: Placed, key: str) -> Placed:
    schema = {"type": "object", "additionalProperties": inner.schema}
    return Placed(schema, {key: inner.value}, (key, *inner.path))


def _in_variant(inner: Placed, keyword: str) -> Placed:
    """Stand in the second form of two, the first of which would have an error of its own."""
    other = {
        "type": "object",
        "properties": {"mode": {"const": "one"}, "need": {"type": "string"}},
        "required": ["mode", "need"],
    }
    mine = {"type": "object", "properties": {"mode": {"const": "two"}, "it": inner.schema}, "required": ["mode", "it"]}
    return Placed({keyword: [other, mine]}, {"mode": "two", "it": inner.value}, ("it", *inner.path))


def _in_branch(inner: Placed) -> Placed:
    """Stand in what a condition brings."""
    schema = {
        "type": "object",
        "properties": {"switch": {"type": "boolean"}},
        "required": ["switch"],
        "if": {"properties": {"switch": {"const": True}}},
        "then": {"properties": {"it": inner.schema}, "required": ["it"]},
    }
    return Placed(schema, {"switch": True, "it": inner.value}, ("it", *inner.path))


def _in_reference(inner: Placed) -> Placed:
    return Placed({"allOf": [inner.schema], "title": "Merged"}, inner.value, inner.path)


def _placed(leaf: Breakable) -> st.SearchStrategy[Placed]:
    def deeper(inner: st.SearchStrategy[Placed]) -> st.SearchStrategy[Placed]:
        return st.one_of(
            st.builds(_in_object, inner, KEYS, optional=st.booleans()),
            st.builds(_in_list, inner, st.integers(0, 2)),
            st.builds(_in_map, inner, KEYS),
            st.builds(_in_variant, inner, st.sampled_from(["oneOf", "anyOf"])),
            st.builds(_in_branch, inner),
            st.builds(_in_reference, inner),
        )

    return st.recursive(st.just(Placed(leaf.schema, leaf.value, ())), deeper, max_leaves=3)


def _pointer(path: tuple[str | int, ...]) -> str:
    return "".join("/" + str(step).replace("~", "~0").replace("/", "~1") for step in ("value", *path))


def _at(form: Form, answers: Mapping[str, Answer], pointer: str) -> FieldSpec:
    """Return the field that asks for the value at a pointer: a choice of forms, or the field inside the chosen one."""
    fields = [field for field in form.walk(answers) if field.pointer == pointer]
    return next((field for field in fields if field.required and field.kind is FieldKind.VARIANTS), fields[-1])


@pytest.mark.parametrize("leaf", LEAVES, ids=lambda leaf: f"{leaf.keyword}-{leaf.schema.get('type', 'enum')}")
def test_every_way_to_break_a_value_is_told_at_its_field(leaf: Breakable) -> None:
    _assert_told(leaf, Placed(leaf.schema, leaf.value, ()))


@settings(max_examples=120, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])
@given(st.sampled_from(LEAVES), st.data())
def test_what_is_broken_is_told_at_its_field(leaf: Breakable, data: st.DataObject) -> None:
    _assert_told(leaf, data.draw(_placed(leaf)))


def _assert_told(leaf: Breakable, placed: Placed) -> None:
    form = build({"type": "object", "properties": {"value": placed.schema}, "required": ["value"]})
    params = {"value": placed.value}
    answers = answers_from_params(form, params)
    assert not_taken(form, params) == ()
    assert check(form, answers) == []

    field = _at(form, answers, _pointer(placed.path))
    if leaf.keyword == "required" and not field.required:
        return  # the text of a map's row may be empty
    broken = leaf.broken(answers.get(field.id))
    if isinstance(broken, str) and field.secret:
        broken = Secret(broken)
    if broken is None:
        answers.pop(field.id)
    else:
        answers[field.id] = broken
    errors = check(form, answers)
    assert field.id in [error.field_id for error in errors]
    told = next(error for error in errors if error.field_id == field.id)
    assert told.keyword == leaf.keyword
    assert told.message.endswith(".")
    alone = check_field(field, broken)
    assert alone is not None
    assert alone.keyword == leaf.keyword


@settings(max_examples=50, deadline=None)
@given(KEYS, st.data())
def test_a_key_that_is_not_allowed_is_told_at_its_row(key: str, data: st.DataObject) -> None:
    leaf = Breakable({"type": "object", "propertyNames": {"pattern": "^k"}}, {"k1": "v"}, lambda _: None, "pattern")
    placed = data.draw(_placed(leaf))
    form = build({"type": "object", "properties": {"value": placed.schema}, "required": ["value"]})
    answers = answers_from_params(form, {"value": placed.value})
    rows = _at(form, answers, _pointer(placed.path))
    assert rows.kind is FieldKind.MAP
    answers[rows.id] = Entries((0, 1), ("k1", key))
    answers[f"{rows.id}/~r1"] = "v"
    told = [error.field_id for error in check(form, answers)]
    assert {rows.id, f"{rows.id}/~r1"} & set(told)


@settings(max_examples=40, deadline=None)
@given(st.data())
def test_the_same_key_twice_is_told_at_its_row(data: st.DataObject) -> None:
    leaf = Breakable({"type": "object", "additionalProperties": {"type": "string"}}, {"k": "v"}, lambda _: None, "")
    placed = data.draw(_placed(leaf))
    form = build({"type": "object", "properties": {"value": placed.schema}, "required": ["value"]})
    answers = answers_from_params(form, {"value": placed.value})
    rows = _at(form, answers, _pointer(placed.path))
    answers[rows.id] = Entries((0, 1), ("k", "k"))
    answers[f"{rows.id}/~r1"] = "v"
    assert f"{rows.id}/~r1" in [error.field_id for error in check(form, answers)]
