"""Params become answers and the same params again."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from aep_tui.forms.answers import answers_from_params, not_taken
from aep_tui.forms.build import build
from aep_tui.forms.check import check
from aep_tui.forms.params import params
from aep_tui.json_text import dump_json, parse_json
from aep_tui.secret import Secret, reveal_all

sendable = st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=20)
whole = st.integers(-(10**40), 10**40)
decimals = st.decimals(allow_nan=False, allow_infinity=False, min_value=Decimal(-(10**30)), max_value=Decimal(10**30))
json_values = st.recursive(
    st.none() | st.booleans() | whole | decimals | sendable,
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.text(st.characters(exclude_categories=["Cs"]), max_size=5), inner, max_size=3)
    ),
    max_leaves=8,
)
text = st.text(st.characters(exclude_categories=["Cs"]), max_size=20)
secret = st.booleans().map(lambda marked: {"writeOnly": True} if marked else {})


def _with(schema: dict[str, object], values: st.SearchStrategy[object]) -> st.SearchStrategy[tuple[dict[str, object], object]]:
    return st.tuples(secret.map(lambda marker: {**schema, **marker}), values)


def _choice(values: list[object]) -> st.SearchStrategy[tuple[dict[str, object], object]]:
    return _with({"enum": values}, st.sampled_from(values))


param = st.one_of(
    _with({"type": "string"}, sendable),
    _with({}, sendable),
    _with({"type": "integer"}, whole),
    _with({"type": "number"}, whole | decimals),
    _with({"type": "boolean"}, st.booleans()),
    _with({"type": "object"}, st.dictionaries(sendable, text, max_size=3)),
    _with({"type": "anything"}, st.dictionaries(sendable, json_values, max_size=3)),
    _with({"type": "array"}, st.lists(text, max_size=3)),
    _with({"type": "array", "items": {"type": "number"}}, st.lists(whole | decimals, max_size=3)),
    _with({"type": ["string", "null"]}, st.none() | sendable),
    st.lists(json_values, min_size=1, max_size=5).flatmap(_choice),
    json_values.map(lambda value: ({"const": value}, value)),
)
keys = st.text(st.characters(exclude_categories=["Cs"]), max_size=8) | st.sampled_from(
    ["", "a/b", "a~b", "$ref", "__proto__", "type"]
)


def _texts(value: object) -> list[object]:
    """Return what stands at the leaves of a value, secrets as they are, without null."""
    if isinstance(value, dict):
        return [leaf for member in value.values() for leaf in _texts(member)]
    if isinstance(value, list):
        return [leaf for member in value for leaf in _texts(member)]
    return [] if value is None else [value]


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.dictionaries(keys, param, max_size=6))
def test_params_answers_params_is_the_identity(described: Mapping[str, tuple[dict[str, object], object]]) -> None:
    given_params = {key: value for key, (_, value) in described.items()}
    form = build(
        {"type": "object", "properties": {key: schema for key, (schema, _) in described.items()}, "required": list(described)}
    )
    answers = answers_from_params(form, given_params)
    again = params(form, answers)
    assert reveal_all(again) == given_params
    assert dump_json(reveal_all(again)) == dump_json(given_params)
    assert list(again) == list(given_params)
    assert not_taken(form, given_params) == ()
    assert check(form, answers) == []
    for key, (schema, _) in described.items():
        assert all(isinstance(leaf, Secret) == ("writeOnly" in schema) for leaf in _texts(again[key]))


@settings(max_examples=100, deadline=None)
@given(st.dictionaries(sendable, json_values, max_size=4))
def test_params_of_a_schema_that_lists_none_come_back_too(given_params: dict[str, object]) -> None:
    form = build(None)
    again = params(form, answers_from_params(form, given_params))
    assert reveal_all(again) == given_params
    assert parse_json(dump_json(reveal_all(again))) == given_params
