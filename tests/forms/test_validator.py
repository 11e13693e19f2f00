"""The validator's own promises: exact, faithful to draft-07, bounded."""

from __future__ import annotations

import threading
from decimal import Decimal

import pytest

from aep_tui.forms.validator import Budget, findings


@pytest.mark.parametrize(
    ("schema", "value", "valid"),
    [
        (True, 5, True),
        (False, 5, False),
        ({"type": "integer"}, Decimal("3.0"), True),
        ({"type": "integer"}, 10**400, True),
        ({"maximum": Decimal("1.5")}, Decimal("1.6"), False),
        ({"const": 1.0}, 1, True),
        ({"const": 1}, True, False),
        ({"enum": [{"a": 1}]}, {"a": 1}, True),
        ({"$ref": "#/definitions/a", "definitions": {"a": {"type": "string"}}}, 5, False),
        ({"$ref": "#/definitions/a", "definitions": {"a": {"type": "string"}}, "type": "integer"}, "x", True),
        ({"$ref": "http://json-schema.org/draft-07/schema#"}, {"type": 5}, False),
        ({"properties": {"a": {"$ref": "#"}}, "required": ["a"]}, {"a": {}}, False),
        ({"if": {"const": 1}, "then": False}, 1, False),
        ({"patternProperties": {"^a(?=b)": {"type": "string"}}}, {"ab": 1}, False),
        ({"items": [{"type": "string"}], "additionalItems": False}, ["a", 1], False),
        ({"contains": {"const": 1}}, [2], False),
        ({"propertyNames": {"pattern": "^a"}}, {"b": 1}, False),
        ({"$schema": "https://json-schema.org/draft/2020-12/schema", "type": "string"}, 5, False),
        ({"$schema": "http: //nonsense", "type": "string"}, 5, False),
    ],
)
def test_a_value_is_checked_against_draft_07(schema, value, valid):
    result = findings(schema, value)
    assert (not result.found) is valid
    assert result.complete


@pytest.mark.parametrize(
    "fault",
    [
        {"title": 5},
        {"examples": "x"},
        {"required": ["a", "a"]},
        {"readOnly": "yes"},
        {"$id": 5},
        {"$comment": []},
        {"format": 5},
        {"default": float("nan")},
        {"title": "\ud800"},
        {"enum_titles": {1: 2}},
    ],
)
def test_what_only_describes_may_be_wrong(fault):
    result = findings({"type": "object", "properties": {"a": {"type": "string"}}, **fault}, {"a": 5})
    assert [one.path for one in result.found] == [("a",)]
    assert result.complete


@pytest.mark.parametrize(
    "fault",
    [
        {"type": "thing"},
        {"minLength": -1},
        {"minimum": "5"},
        {"minimum": float("inf")},
        {"multipleOf": 0},
        {"required": "a"},
        {"enum": {}},
        {"pattern": "(("},
        {"pattern": "\ud800"},
        {"$ref": 5},
        {"$ref": "#/none"},
        {"$ref": "https://example.com/none"},
        {"$ref": "#/a b"},
        {"$id": "http://[bad", "$ref": "x"},
        {"properties": []},
        {"allOf": []},
        {"anyOf": 5},
        {"if": 5},
        {"dependencies": []},
        {"patternProperties": {"((": {}}},
    ],
)
def test_a_keyword_that_cannot_be_applied_is_left_out_and_said(fault):
    result = findings({"properties": {"a": {"type": "string"}, "b": fault}}, {"a": 5, "b": "x"})
    assert [one.path for one in result.found] == [("a",)]
    assert not result.complete


def test_names_are_not_refused_because_their_list_is_broken():
    assert findings({"properties": [], "additionalProperties": False}, {"a": 1}).found == ()
    assert findings({"patternProperties": {"((": {}}, "additionalProperties": False}, {"a": 1}).found == ()


def test_a_finding_knows_keyword_place_and_limit_and_no_value():
    schema = {"properties": {"a": {"$ref": "#/definitions/x"}}, "definitions": {"x": {"minLength": 20, "description": "here"}}}
    (found,) = findings(schema, {"a": "hunter2"}).found
    assert (found.path, found.keyword, found.detail) == (("a",), "minLength", 20)
    assert found.where == ("properties", "a", "$ref", "minLength")
    assert found.node["description"] == "here"
    assert "hunter2" not in repr(found)


def test_a_pattern_behind_a_reference_is_found_with_its_schema():
    schema = {"properties": {"a": {"$ref": "#/definitions/x"}}, "definitions": {"x": {"pattern": "^b", "title": "here"}}}
    (found,) = findings(schema, {"a": "hunter2"}).found
    assert (found.path, found.keyword, found.node["title"]) == (("a",), "pattern", "here")


def test_branches_are_kept_apart():
    (found,) = findings({"anyOf": [{"required": ["a"]}, {"required": ["b", "c"]}]}, {}).found
    assert [[one.detail for one in branch] for branch in found.branches] == [["a"], ["b", "c"]]


@pytest.mark.parametrize(
    "pattern",
    ["^(a+)+$", "^(([a-z]+)*)+$", "^(a|a)*$", "(x+x+)+y", "^([a-zA-Z0-9])(([-.]|[_]+)?([a-zA-Z0-9]+))*(@){1}$"],
)
def test_a_catastrophic_pattern_is_linear(pattern):
    result = findings({"pattern": pattern}, "a" * 200_000 + "!")
    assert [one.keyword for one in result.found] == ["pattern"]
    assert result.unchecked == ()


@pytest.mark.parametrize("pattern", [r"^(([a-z]+)*)\2$", "(?:(?=a)a+)+b", "((a{1,100}){1,100}){1,100}", "(?=a*b)a"])
@pytest.mark.parametrize("length", [40, 1_000_000])
def test_a_pattern_that_would_take_too_long_is_not_checked_or_refused_at_once(pattern, length):
    budget = Budget()
    result = findings({"pattern": pattern}, "a" * length + "!", budget)
    assert result.found or result.unchecked
    assert budget.left_seconds > -0.5


def test_patterns_share_one_budget():
    budget = Budget()
    assert findings({"pattern": "^b"}, "a", budget).found
    assert budget.left_seconds < Budget().left_seconds
    budget.left_seconds = 0
    used_up = findings({"properties": {"a": {"pattern": "^b"}}, "required": ["c"]}, {"a": "a"}, budget)
    assert [one.keyword for one in used_up.found] == ["required"]
    assert used_up.unchecked == (("properties", "a", "pattern"),)


def test_an_unchecked_pattern_does_not_turn_into_an_error_where_it_is_negated():
    budget = Budget(0)
    assert findings({"not": {"pattern": "^b"}}, "a", budget).found == ()
    assert findings({"oneOf": [{"pattern": "^b"}, {"pattern": "^c"}]}, "c", budget).found == ()


def test_a_schema_that_multiplies_itself_is_not_run():
    definitions = {f"a{level}": {"allOf": [{"$ref": f"#/definitions/a{level - 1}"}] * 2} for level in range(1, 60)}
    schema = {"definitions": {"a0": {"type": "string"}, **definitions}, "$ref": "#/definitions/a59"}
    assert findings(schema, 5) == findings(schema, "x")
    assert not findings(schema, "x").complete


def test_a_recursive_schema_that_multiplies_itself_is_not_run_on_a_deep_value():
    schema = {"properties": {"a": {"allOf": [{"$ref": "#"}, {"$ref": "#"}]}}, "required": ["b"]}
    value: object = {}
    for _ in range(40):
        value = {"a": value}
    assert not findings(schema, value).complete


def test_many_errors_at_once_are_cut_short():
    texts = {"items": {"type": "string"}}
    told = [findings(texts, value) for value in ([1] * 9_000, [1] * 1_000, [1] * 200, ["a"] * 9_000)]
    assert [(len(one.found), one.all_told, one.complete) for one in told] == [
        (1, False, True),
        (200, False, True),
        (200, True, True),
        (0, True, True),
    ]


def test_a_union_that_multiplies_itself_is_only_said_not_to_fit():
    definitions = {f"a{level}": {"anyOf": [{"$ref": f"#/definitions/a{level - 1}"}] * 2} for level in range(1, 14)}
    schema = {"definitions": {"a0": {"type": "string", "pattern": "^x"}, **definitions}, "$ref": "#/definitions/a13"}
    wrong, right = (findings(schema, value, most_steps=1_000_000) for value in (5, "x"))
    assert (wrong.found, wrong.all_told, wrong.complete) == ((), False, True)
    assert (right.found, right.all_told, right.complete) == ((), True, True)
    unclear = findings({**schema, "not": {"type": "null"}}, "y", Budget(0), most_steps=1_000_000)
    assert unclear.found == ()


def test_long_chains_of_references_and_deep_schemas_are_cut_short():
    chain = {f"a{step}": {"$ref": f"#/definitions/a{step + 1}"} for step in range(5_000)}
    assert not findings({"definitions": chain, "$ref": "#/definitions/a0"}, 5).complete
    deep: object = {"type": "string"}
    for _ in range(1_000):
        deep = {"properties": {"a": deep}, "not": {"type": "integer"}}
    assert not findings(deep, {}).complete


def test_a_huge_enum_is_compared_whole_or_not_at_all():
    values = [{"name": str(number)} for number in range(20_000)]
    assert findings({"enum": values}, values[-1]).found == ()
    assert findings({"enum": list(range(3_000))}, 3_000).found
    assert findings({"enum": list(range(3_000))}, 2_999).found == ()


def test_threads_do_not_mix_up_what_was_left_unchecked():
    hard, easy = {"pattern": "((a{1,100}){1,100}){1,100}"}, {"pattern": "^b"}
    results: list[tuple[bool, bool]] = []

    def work() -> None:
        results.extend((bool(findings(hard, "a").unchecked), bool(findings(easy, "b").unchecked)) for _ in range(50))

    threads = [threading.Thread(target=work) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert set(results) == {(True, False)}


def test_compiled_schemas_are_found_again_and_forgotten_in_time():
    schemas = [{"properties": {"a": {"const": number}}} for number in range(200)]
    for _ in range(2):
        assert all(findings(schema, {"a": number}).found == () for number, schema in enumerate(schemas))
        assert all(findings(schema, {"a": -1}).found for schema in schemas)
