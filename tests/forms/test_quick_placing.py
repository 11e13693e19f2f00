"""Params are read into answers soon, however often a schema repeats itself and however many entries a list has."""

from __future__ import annotations

import time

import pytest

from aep_tui.exchange.given_params import check_params
from aep_tui.forms.answers import answers_from_params
from aep_tui.forms.build import build
from aep_tui.forms.params import params
from aep_tui.secret import reveal_all


def doubling(levels: int, keyword: str) -> dict[str, object]:
    """Return a schema in which every level is a union that leads to the next one twice; a text stands at the end."""
    definitions: dict[str, object] = {
        f"l{level}": {keyword: [{"$ref": f"#/definitions/l{level + 1}"}, {"$ref": f"#/definitions/l{level + 1}"}]}
        for level in range(levels)
    }
    definitions[f"l{levels}"] = {"type": "string"}
    return {"properties": {"a": {"$ref": "#/definitions/l0"}}, "definitions": definitions}


@pytest.mark.parametrize("keyword", ["anyOf", "oneOf"])
@pytest.mark.parametrize("value", [5, "x"])
@pytest.mark.parametrize("levels", [14, 39, 200])
def test_unions_that_double_at_every_level_are_chosen_from_soon(levels: int, value: object, keyword: str) -> None:
    form = build(doubling(levels, keyword))
    began = time.process_time()
    answers_from_params(form, {"a": value})
    assert time.process_time() - began < 0.7  # one branch after the other takes minutes
    check_params(form, {"a": value})
    assert time.process_time() - began < 2


@pytest.mark.parametrize("levels", [1, 5, 14])
def test_the_bottom_of_unions_that_double_is_reached(levels: int) -> None:
    form = build(doubling(levels, "anyOf"))
    assert params(form, answers_from_params(form, {"a": "x"})) == {"a": "x"}


def test_a_schema_that_leads_to_itself_is_asked_until_it_is_too_deep() -> None:
    loop = {"anyOf": [{"type": "integer"}, {"$ref": "#/definitions/loop"}]}
    form = build({"properties": {"a": {"$ref": "#/definitions/loop"}}, "definitions": {"loop": loop}})
    assert reveal_all(params(form, answers_from_params(form, {"a": 5}))) == {"a": 5}
    assert reveal_all(params(form, answers_from_params(form, {"a": [5]}))) == {"a": [5]}


def test_twice_as_many_entries_take_about_twice_as_long() -> None:
    kinds = [{"properties": {"kind": {"const": kind}, "host": {"type": "string"}}} for kind in ("a", "b")]
    form = build({"properties": {"rows": {"type": "array", "items": {"oneOf": kinds}}}})

    def seconds(count: int) -> float:
        given = {"rows": [{"kind": "b", "host": f"{number}-{count}"} for number in range(count)]}
        began = time.process_time()
        answers = answers_from_params(form, given)
        took = time.process_time() - began
        assert params(form, answers) == given
        return took

    seconds(10)
    few, many = min(seconds(40) for _ in range(3)), min(seconds(320) for _ in range(3))
    assert many < few * 8 * 4
