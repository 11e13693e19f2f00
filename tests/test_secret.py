"""A secret does not show itself."""

from __future__ import annotations

import copy
import json
import pickle
from dataclasses import dataclass

import pytest

from aep_tui.secret import Secret, reveal_all

CANARY = "canary-8d1f"


@dataclass(frozen=True)
class Holder:
    value: object


@pytest.mark.parametrize(
    "shown", [repr, str, lambda s: f"{s}", lambda s: f"{s:>20}", lambda s: repr(Holder(s)), lambda s: repr({"k": [s]})]
)
def test_no_way_of_showing_it_gives_it_away(shown: object) -> None:
    assert CANARY not in shown(Secret(CANARY))  # type: ignore[operator]


def test_its_length_does_not_show() -> None:
    assert repr(Secret("a")) == repr(Secret("a" * 40))


def test_it_is_not_pickled_nor_written_as_json() -> None:
    with pytest.raises(TypeError):
        pickle.dumps(Secret(CANARY))
    with pytest.raises(TypeError):
        json.dumps(Secret(CANARY))  # type: ignore[arg-type]


def test_it_equals_a_secret_of_the_same_value_only() -> None:
    assert Secret("a") == Secret("a")
    assert Secret("a") != Secret("b")
    assert Secret("1") != Secret(1)
    assert Secret("a") != "a"
    assert hash(Secret("a")) == hash(Secret("a"))
    assert copy.deepcopy(Secret("a")) == Secret("a")


def test_nothing_is_an_empty_text_but_zero_and_false_are_something() -> None:
    assert not Secret("")
    assert Secret(0)
    assert Secret(False)


def test_a_tree_is_unwrapped_only_on_purpose() -> None:
    tree = {"a": Secret("x"), "b": [Secret(5), {"c": Secret({"d": 1})}], "e": None}
    assert reveal_all(tree) == {"a": "x", "b": [5, {"c": {"d": 1}}], "e": None}
    assert isinstance(tree["a"], Secret)
