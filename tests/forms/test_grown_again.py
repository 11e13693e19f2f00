"""A form that was asked for many answers shows the same for some answers as one that is asked for the first time."""

from __future__ import annotations

import dataclasses
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from aep_tui.forms.build import build
from aep_tui.forms.fields import Answer, Chosen, Entries, FieldKind, FieldSpec, Form
from aep_tui.forms.force import in_force
from aep_tui.forms.params import params

TEXT = {"type": "string"}
NUMBERED = [
    {"type": "object", "properties": {"k": {"const": n}, f"m{n}": TEXT, "both": TEXT}, "required": ["k"]} for n in range(3)
]
DEEP = {
    "type": "object",
    "properties": {
        "on": {"type": "boolean", "default": False},
        "mode": {"enum": ["a", "b", "c"], "default": "b"},
        "name": TEXT,
        "section": {"type": "object", "properties": {"name": TEXT, "on": {"type": "boolean"}}, "required": ["name"]},
        "rows": {"type": "array", "items": {"type": "object", "properties": {"x": TEXT, "pick": {"oneOf": NUMBERED}}}},
        "named": {
            "type": "object",
            "additionalProperties": {"type": "object", "properties": {"x": TEXT, "on": {"type": "boolean"}}},
        },
        "form": {"oneOf": NUMBERED},
        "again": {"$ref": "#"},
    },
    "required": ["mode"],
    "dependencies": {"name": {"properties": {"because": {"type": "string", "default": "d"}}, "required": ["because"]}},
    "allOf": [
        {
            "if": {"properties": {"mode": {"const": mode}}},
            "then": {
                "properties": {f"of-{mode}": {"type": "string", "default": mode}, "name": {"title": mode}},
                "required": ["on"],
            },
        }
        for mode in ("a", "c")
    ],
    "if": {"properties": {"section": {"properties": {"on": {"const": True}}, "required": ["on"]}}, "required": ["section"]},
    "then": {"properties": {"rows": {"minItems": 2}, "deep": {"type": "object", "properties": {"x": TEXT}}}},
    "anyOf": [{"properties": {"one": TEXT}, "required": ["one"]}, {"properties": {"two": TEXT}, "required": ["two"]}],
}


def _told(spec: FieldSpec) -> dict[str, Any]:
    """Return everything that a field says, with the fields inside it."""
    told = {each.name: getattr(spec, each.name) for each in dataclasses.fields(spec)}
    told["children"] = [_told(child) for child in spec.children]
    told["item"] = _told(spec.item) if spec.item else None
    told["choices"] = [(choice.label, choice.value, choice.help) for choice in spec.choices]
    told["pick"] = spec.pick is not None
    return told


def _shown(form: Form, answers: dict[str, Answer]) -> list[dict[str, Any]]:
    return [_told(spec) for spec in form.tree(answers)]


def _changed(spec: FieldSpec, answers: dict[str, Answer], number: int) -> None:
    """Give a field another answer, or take its answer away."""
    match spec.kind:
        case FieldKind.VARIANTS | FieldKind.CHOICE:
            answers[spec.id] = Chosen(number % max(1, len(spec.choices)))
        case FieldKind.LIST | FieldKind.MAP:
            rows = [row for row in (2, 0, 1) if row != number]
            answers[spec.id] = Entries(tuple(rows), tuple(f"k{row}{number % 2}" for row in rows))
        case FieldKind.BOOLEAN | FieldKind.OBJECT:
            answers[spec.id] = number % 2 == 0
        case _:
            answers[spec.id] = f"text {number}"
    if number == 5:
        answers.pop(spec.id)


def _assert_same(schema: object, steps: list[tuple[int, int]]) -> None:
    form, touched = build(schema), dict[str, Answer]()
    for position, number in steps:
        fields = list(form.walk(in_force(form, touched)))
        if not fields:
            return
        _changed(fields[position % len(fields)], touched, number)
        answers, fresh = in_force(form, touched), build(schema)
        assert answers == in_force(fresh, touched)
        assert _shown(form, answers) == _shown(fresh, answers)
        assert repr(params(form, answers)) == repr(params(fresh, answers))


steps_made = st.lists(st.tuples(st.integers(0, 200), st.integers(0, 6)), min_size=2, max_size=8)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(steps_made)
def test_what_is_shown_depends_on_the_answers_alone(steps: list[tuple[int, int]]) -> None:
    _assert_same(DEEP, steps)


def test_what_is_shown_of_real_schemas_depends_on_the_answers_alone(
    connector_schemas: list[tuple[str, object]],
) -> None:
    for number, (_, schema) in enumerate(connector_schemas):
        _assert_same(schema, [((number + step) * 7919, step % 7) for step in range(12)])


@pytest.mark.parametrize("changes", [1, 2])
def test_only_what_an_answer_touches_is_grown_anew(changes: int) -> None:
    sections = {f"s{n}": {"type": "object", "properties": {"x": TEXT, "y": TEXT}, "required": ["x"]} for n in range(9)}
    form = build({"type": "object", "properties": sections, "required": list(sections)})
    before = {spec.id: spec for spec in form.walk({})}
    after = {spec.id: spec for spec in form.walk({f"/s{n}/x": "new" for n in range(changes)})}
    anew = {field_id for field_id, spec in after.items() if spec is not before[field_id]}
    assert anew == {f"/s{n}" for n in range(changes)}
