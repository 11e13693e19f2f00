"""Any schema with an instance: the instance becomes answers and the same instance again, and what is right stays right."""

from __future__ import annotations

from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from aep_tui.forms.answers import answers_from_params, not_taken
from aep_tui.forms.build import build
from aep_tui.forms.check import check, check_field
from aep_tui.forms.fields import FieldKind
from aep_tui.forms.params import params
from aep_tui.secret import Secret, reveal_all

Described = tuple[dict[str, Any], Any]
"""A schema and a value that fits it."""

words = st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=8)
keys = st.text(st.characters(exclude_categories=["Cs"]), max_size=4) | st.sampled_from(
    ["a/b", "a~b", "$ref", "~r1", "type", "~one"]
)
leaves: st.SearchStrategy[Described] = st.one_of(
    words.map(lambda value: ({"type": "string"}, value)),
    words.map(lambda value: ({"type": "string", "airbyte_secret": True}, value)),
    words.map(lambda value: ({"type": ["null", "string"]}, value)),
    st.integers().map(lambda value: ({"type": "integer"}, value)),
    st.booleans().map(lambda value: ({"type": "boolean"}, value)),
    st.lists(words | st.integers(), min_size=1, unique=True).map(lambda values: ({"enum": values}, values[-1])),
    st.lists(words).map(lambda values: ({"type": "array", "items": {"type": "string"}}, values)),
    st.lists(st.sampled_from("abc")).map(lambda values: ({"type": "array", "items": {"enum": ["a", "b", "c"]}}, values)),
    st.dictionaries(keys, words, max_size=3).map(lambda value: ({"type": "object"}, value)),
    st.dictionaries(keys, st.integers(), max_size=3).map(
        lambda value: ({"type": "object", "additionalProperties": {"type": "integer"}}, value)
    ),
    words.map(lambda value: ({"const": value}, value)),
    (words | st.integers()).map(lambda value: ({"type": ["string", "integer"]}, value)),
)


def _object(members: dict[str, Described]) -> Described:
    schema = {"type": "object", "properties": {key: schema for key, (schema, _) in members.items()}, "required": list(members)}
    return schema, {key: value for key, (_, value) in members.items()}


def _list(entries: tuple[Described, int]) -> Described:
    (schema, value), count = entries
    return {"type": "array", "items": schema}, [value] * count


def _forms(branches: list[dict[str, Described]], keyword: str) -> Described:
    schemas, value = [], None
    for number, members in enumerate(branches):
        schema, value = _object({**members, "kind of it": ({"const": number}, number)})
        schemas.append(schema)
    return {keyword: schemas}, value


def _deeper(inner: st.SearchStrategy[Described]) -> st.SearchStrategy[Described]:
    members = st.dictionaries(keys, inner, max_size=3)
    return st.one_of(
        members.map(_object),
        st.tuples(inner, st.integers(0, 3)).map(_list),
        st.builds(_forms, st.lists(members, min_size=1, max_size=3), st.sampled_from(["oneOf", "anyOf"])),
        inner.map(lambda one: ({"allOf": [one[0]]}, one[1])),
    )


described = st.recursive(leaves, _deeper, max_leaves=8)


@settings(max_examples=200, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])
@given(st.dictionaries(keys, described, max_size=4))
def test_an_instance_becomes_answers_and_itself_again(members: dict[str, Described]) -> None:
    schema, value = _object(members)
    form = build(schema)
    assert [field.id for field in form.walk() if field.kind is FieldKind.JSON] == []
    answers = answers_from_params(form, value)
    assert not_taken(form, value) == ()
    assert reveal_all(params(form, answers)) == value
    assert check(form, answers) == []
    assert len({field.id for field in form.walk(answers)}) == len(list(form.walk(answers)))
    for field in form.walk(answers):
        assert check_field(field, answers.get(field.id)) is None
        assert not field.secret or isinstance(answers.get(field.id, Secret("")), Secret) or field.children


@settings(max_examples=100, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])
@given(st.dictionaries(keys, described, min_size=1, max_size=3), st.data())
def test_what_is_left_out_of_an_instance_is_missed_at_its_field(members: dict[str, Described], data: st.DataObject) -> None:
    schema, value = _object(members)
    form = build(schema)
    answers = answers_from_params(form, value)
    single = (FieldKind.TEXT, FieldKind.INTEGER, FieldKind.CHOICE, FieldKind.BOOLEAN)
    fields = [field for field in form.walk(answers) if field.required and field.kind in single]
    if fields:
        missing = data.draw(st.sampled_from(fields))
        answers.pop(missing.id, None)
        assert missing.id in [error.field_id for error in check(form, answers)]
