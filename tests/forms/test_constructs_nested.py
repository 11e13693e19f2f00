"""Every construct inside others: what fits comes back as it was and is let through, what does not is told at its place."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

import pytest
from jsonschema_rs import Draft7Validator

from aep_tui.exchange.given_params import check_params
from aep_tui.forms.answers import answers_from_params, not_taken
from aep_tui.forms.build import build
from aep_tui.forms.check import check
from aep_tui.forms.describe import describe
from aep_tui.forms.fields import JsonValue
from aep_tui.forms.params import params
from aep_tui.json_text import dump_json
from aep_tui.secret import reveal_all

TEXT, WHOLE, NUMBER, YES = ({"type": name} for name in ("string", "integer", "number", "boolean"))
SECRET, NULL = {"type": "string", "format": "password"}, {"type": "null"}


def obj(*required: str, **members: object) -> dict[str, Any]:
    """Return the schema of an object."""
    return {"type": "object", "properties": members, "required": list(required)}


def form(kind: object, **members: object) -> dict[str, Any]:
    """Return a form of a union, told apart by the member ``k``."""
    return obj("k", k={"const": kind}, **members)


def lists(items: object, **more: object) -> dict[str, Any]:
    """Return the schema of a list."""
    return {"type": "array", "items": items, **more}


def maps(rows: object, **more: object) -> dict[str, Any]:
    """Return the schema of a map."""
    return {"type": "object", "additionalProperties": rows, **more}


def one(*forms: object) -> dict[str, Any]:
    """Return a choice."""
    return {"oneOf": list(forms)}


def some(*forms: object) -> dict[str, Any]:
    """Return a choice by ``anyOf``."""
    return {"anyOf": list(forms)}


ODD = {"": TEXT, "$ref": TEXT, "__proto__": TEXT, "a/b": TEXT, "a~b": WHOLE, "a.b": lists(TEXT), "type": YES, "~r1": TEXT,
       "properties": obj(properties=TEXT), "~one": TEXT, "~more": TEXT, "~v0": TEXT, "constructor": NUMBER}  # fmt: skip
ODD_VALUES = {"": "e", "$ref": "r", "__proto__": "x", "a/b": "1", "a~b": 3, "a.b": ["1"], "type": False, "~r1": "r",
              "properties": {"properties": "1"}, "~one": "1", "~more": "x", "~v0": "v",
       "constructor": Decimal("1.50")}  # fmt: skip
ON_OFF = {**obj("m", m={"enum": ["on", "off"]}), "if": {"properties": {"m": {"const": "on"}}},
          "then": obj("h", h=TEXT), "else": obj(n=WHOLE)}  # fmt: skip
NODE = obj(v=TEXT, c=lists({"$ref": "#/definitions/node"}))
EITHER = one(form("not", e={"$ref": "#/definitions/either"}), form("is", v=TEXT))

Case = tuple[str, dict[str, Any], list[dict[str, Any]], list[tuple[dict[str, Any], str]]]
"""A name, a schema, params that fit it, and params that do not with the pointer of what is wrong."""

CASES: list[Case] = [
    ("forms in lists in maps", obj(m=maps(lists(one(form("a", x=TEXT), form("b", y=WHOLE))))),
     [{"m": {"r": [{"k": "a", "x": "1"}, {"k": "b", "y": 2}], "": [{"k": "b"}]}}, {"m": {"q": []}}],
     [({"m": {"r": [{"k": "c"}]}}, "/m/r/0/k"), ({"m": {"r": [{"k": "b", "y": "x"}]}}, "/m/r/0/y")]),
    ("maps in forms in lists", obj(l=lists(one(form("a", m=maps(WHOLE)), TEXT))),
     [{"l": [{"k": "a", "m": {"x": 1, "a/b": 2}}, "text"]}], [({"l": [{"k": "a", "m": {"x": "y"}}]}, "/l/0/m/x")]),
    ("an object or null", obj("a", a=some(NULL, obj("x", x=TEXT)), b=some(obj("x", x=TEXT), NULL)),
     [{"a": None}, {"a": {"x": "1"}, "b": {"x": "2"}}], [({"a": {}}, "/a/x"), ({"a": 5}, "/a")]),
    ("a list or null", obj("a", a=some(lists(obj("x", x=TEXT)), NULL)), [{"a": None}, {"a": []}, {"a": [{"x": "1"}]}],
     [({"a": [{}]}, "/a/0/x")]),
    ("if, then and else in entries", obj(l=lists(ON_OFF)), [{"l": [{"m": "on", "h": "x"}, {"m": "off", "n": 1}, {"m": "off"}]}],
     [({"l": [{"m": "off"}, {"m": "on"}]}, "/l/1/h"), ({"l": [{"m": "off", "n": "x"}]}, "/l/0/n")]),
    ("if in then", {**obj(a=YES), "if": {**obj("a", a={"const": True})}, "else": obj(f=WHOLE),
                    "then": {**obj(b=YES), "if": obj("b", b={"const": True}), "then": obj("c", c=TEXT), "else": obj(d=TEXT)}},
     [{"a": True, "b": True, "c": "1"}, {"a": True, "b": False, "d": "1"}, {"f": 1}, {}], [({"a": True, "b": True}, "/c")]),
    ("a condition on what is inside", {**obj(o=obj(m={"enum": ["x", "y"]})), "then": obj("q", q=TEXT),
                                       "if": obj("o", o=obj("m", m={"const": "x"}))},
     [{"o": {"m": "x"}, "q": "1"}, {"o": {"m": "y"}}, {}], [({"o": {"m": "x"}}, "/q")]),
    ("dependencies in forms", obj(a=one({**form("a", u=TEXT, p=TEXT), "dependencies": {"u": ["p"]}}, form("b"))),
     [{"a": {"k": "a", "u": "1", "p": "2"}}, {"a": {"k": "a"}}, {"a": {"k": "b"}}], [({"a": {"k": "a", "u": "1"}}, "/a/p")]),
    ("both kinds of dependencies in an object", obj(o={**obj(a=TEXT, b=TEXT), "dependencies": {"a": ["b"], "b": obj(c=WHOLE)}}),
     [{"o": {"a": "1", "b": "2", "c": 3}}], [({"o": {"a": "1"}}, "/o/b"), ({"o": {"b": "1", "c": "x"}}, "/o/c")]),
    ("named, patterned and other members", {**obj(a=TEXT), "patternProperties": {"^x-": WHOLE}, "additionalProperties": YES},
     [{"a": "1", "x-1": 5, "z": True}, {}], [({"x-1": "a"}, "/x-1"), ({"z": 5}, "/z")]),
    ("patterned members and no others", obj(o={**obj(a=TEXT), "patternProperties": {"^x": obj(q=TEXT)},
       "additionalProperties": False}),
     [{"o": {"a": "1", "x-1": {"q": "1"}}}], [({"o": {"z": 5}}, "/o/z")]),
    ("odd names", obj("", "$ref", **ODD), [ODD_VALUES], [({"$ref": "x"}, "/"), ({"": "", "$ref": 1}, "/$ref")]),
    ("odd names in entries", obj(l=lists(obj(**{"": obj("", **{"": TEXT}), "a/b": maps(TEXT)}))),
     [{"l": [{"": {"": "x"}, "a/b": {"": "1", "~0": "2", "/": "3"}}]}], [({"l": [{"": {}}]}, "/l/0//")]),
    ("choices of every type", obj(a={"enum": [1, True, "1", None, "", [1], {"a": 1}, 10**30, 2.5]}),
     [{"a": value} for value in (1, True, "1", None, "", [1], {"a": 1}, 10**30)], [({"a": 2}, "/a"), ({"a": False}, "/a")]),
    ("choices that may be null", obj("a", a={"type": ["string", "null"], "enum": ["x", None]}, b=some({"enum": ["y"]}, NULL)),
     [{"a": None}, {"a": "x", "b": "y"}], [({"a": "z"}, "/a"), ({}, "/a")]),
    ("constants", obj(*"abcde", a={"const": 0}, b={"const": False}, c={"const": ""}, d={"const": {"x": [1]}},
       e={"const": None}),
     [{"a": 0, "b": False, "c": "", "d": {"x": [1]}, "e": None}], []),
    ("exact numbers", obj(a=WHOLE, b=NUMBER, c=lists(WHOLE), d=maps(NUMBER)),
     [{"a": 10**40, "b": Decimal("1.50"), "c": [2**63, -(2**64)], "d": {"x": Decimal("-0.10")}}], [({"c": [1, "2"]}, "/c/1")]),
    ("defaults that break their own rules", obj(*"abc", a={"type": "string", "minLength": 3, "default": "x"},
                                               b={"type": "integer", "default": "q"}, c=lists(WHOLE, default=["x"])),
     [{"a": "xxx", "b": 7, "c": [1]}], [({"a": "x", "b": 1, "c": []}, "/a")]),
    ("formats in lists in lists", obj(l=lists(obj("m", m=lists({"type": "string", "format": "email"})))),
     [{"l": [{"m": ["a@example.com"]}, {"m": []}]}], [({"l": [{"m": ["a@example.com", "x"]}]}, "/l/0/m/1")]),
    ("base64 in a form", obj(a=one(form("a", f={"type": "string", "contentEncoding": "base64"}), form("b"))),
     [{"a": {"k": "a", "f": "aGVsbG8="}}], [({"a": {"k": "a", "f": "%"}}, "/a/f")]),
    ("entries of fixed places", obj(t={**lists([TEXT, obj(x=WHOLE)], additionalItems=YES, minItems=2)}),
     [{"t": ["", {"x": 1}, True]}, {"t": ["a", {}]}], [({"t": ["a"]}, "/t"), ({"t": ["a", {}, 1]}, "/t/2")]),
    ("lists of lists of lists", obj(l=lists(lists(lists(WHOLE)))), [{"l": [[[1, 2], []], [], [[3]]]}],
     [({"l": [[["x"]]]}, "/l/0/0/0")]),
    ("entries of any type", obj(l=lists(some(TEXT, WHOLE, YES, NULL, lists(TEXT)))), [{"l": ["", 5, True, None, ["x"], []]}],
     [({"l": [{}]}, "/l/0")]),
    ("an entry that is needed", obj(l=lists(WHOLE, contains={"minimum": 5})), [{"l": [1, 5]}], [({"l": [1]}, "/l")]),
    ("entries unlike each other", obj(l=lists(obj(a=TEXT), uniqueItems=True), m=lists({"enum": [1, "1"]}, uniqueItems=True)),
     [{"l": [{"a": "1"}, {"a": "2"}], "m": ["1", 1]}], [({"l": [{"a": "1"}, {"a": "1"}]}, "/l")]),
    ("maps of maps", obj(m=maps(maps(maps(TEXT)))), [{"m": {"a": {"b": {"c": "d"}}, "": {"": {"": ""}}}}],
     [({"m": {"a": {"b": {"c": 1}}}}, "/m/a/b/c")]),
    ("maps of limited names", obj(m=maps(WHOLE, propertyNames={"enum": ["a", "b"]}), n=maps(TEXT,
       propertyNames={"maxLength": 1})),
     [{"m": {"a": 1, "b": 2}, "n": {"x": ""}}], [({"m": {"c": 1}}, "/m"), ({"n": {"xy": ""}}, "/n")]),
    ("several types", obj("a", a={"type": ["object", "array", "null", "number"], "properties": {"x": TEXT}}),
     [{"a": {"x": "1"}}, {"a": ["x"]}, {"a": None}, {"a": Decimal("1.5")}], [({"a": True}, "/a"), ({"a": {"x": 1}}, "/a/x")]),
    ("two choices beside members", {**obj(t=TEXT), **one(form("a", x=TEXT), form("b", y=WHOLE)), **some(obj("u", u=TEXT),
       obj("w", w=TEXT))},
     [{"t": "1", "k": "a", "x": "x", "u": "1"}, {"k": "b", "y": 1, "w": "2"}], [({"k": "b", "y": "x", "w": "1"}, "/y")]),
    ("forms in forms in forms", obj(a=one(form(1, i=one(form("a", j=one(form("x", z=TEXT), form("y"))), form("b"))), form(2))),
     [{"a": {"k": 1, "i": {"k": "a", "j": {"k": "x", "z": "s"}}}}, {"a": {"k": 2}}],
     [({"a": {"k": 1, "i": {"k": "a", "j": {"k": "x", "z": 1}}}}, "/a/i/j/z")]),
    ("forms told apart by type of value", obj(a=one(form(1, x=TEXT), form("1", x=TEXT), form(None, x=TEXT), form(True,
       y=TEXT))),
     [{"a": {"k": k, "x": "a"}} for k in (1, "1", None)] + [{"a": {"k": True, "y": "a"}}], [({"a": {"k": 2}}, "/a/k")]),
    ("lists or maps of one or the other", obj(a=one(lists(TEXT), lists(WHOLE)), b=one(maps(TEXT), maps(WHOLE))),
     [{"a": ["x"], "b": {"x": 1}}, {"a": [1], "b": {"x": ""}}], [({"a": [True]}, "/a/0"), ({"b": {"x": True}}, "/b/x")]),
    ("allOf of references with rules", {"allOf": [{"$ref": "#/definitions/b"}, {"properties": {"n": {"minimum": 3}}}],
                                        "definitions": {"b": obj("m", m=TEXT, n={"allOf": [WHOLE, {"maximum": 5}]})}},
     [{"m": "x", "n": 4}], [({"m": "x", "n": 2}, "/n"), ({"m": "x", "n": 6}, "/n"), ({}, "/m")]),
    ("an optional object that requires", obj(o=obj("x", "y", x=TEXT, y=obj("z", z=WHOLE))),
     [{}, {"o": {"x": "1", "y": {"z": 1}}}], [({"o": {"x": "1"}}, "/o/y"), ({"o": {"x": "1", "y": {}}}, "/o/y/z")]),
    ("secrets everywhere", obj(l=lists(obj("p", p=SECRET)), m=maps(SECRET), n=lists(SECRET), o=one(form("a", s=SECRET),
       form("b"))),
     [{"l": [{"p": "s"}], "m": {"a": "b"}, "n": ["c"], "o": {"k": "a", "s": "d"}}], [({"l": [{}]}, "/l/0/p")]),
    ("trees", {**obj(n={"$ref": "#/definitions/node"}), "definitions": {"node": NODE}},
     [{"n": {"v": "1", "c": [{"v": "2", "c": [{"v": "3"}]}]}}], [({"n": {"c": [{"c": [{"v": 1}]}]}}, "/n/c/0/c/0/v")]),
    ("a choice in itself", {**obj(e={"$ref": "#/definitions/either"}), "definitions": {"either": EITHER}},
     [{"e": {"k": "not", "e": {"k": "not", "e": {"k": "is", "v": "1"}}}}],
     [({"e": {"k": "not", "e": {"k": "is", "v": 1}}}, "/e/e/v")]),
]  # fmt: skip
NAMES = [name for name, *_ in CASES]


def _exactly(value: object) -> object:
    """Return a value in which numbers are told apart by their digits, and yes from 1."""
    if isinstance(value, Mapping):
        return {key: _exactly(member) for key, member in value.items()}
    return [_exactly(member) for member in value] if isinstance(value, list | tuple) else dump_json(value)


@pytest.mark.parametrize(("name", "schema", "fitting", "unfit"), CASES, ids=NAMES)
def test_what_fits_comes_back_and_is_let_through(name: str, schema: Any, fitting: list[Any], unfit: list[Any]) -> None:
    del name, unfit
    assert describe(build(schema))["fallbacks"] == []
    for value in fitting:
        assert Draft7Validator(schema, offline=True).is_valid(value)
        built = build(schema)
        answers = answers_from_params(built, value)
        assert not_taken(built, value) == ()
        assert _exactly(reveal_all(params(built, answers))) == _exactly(value)
        assert check(built, answers) == []
        assert check_params(built, value).errors == check_params(built, value).remarks == ()


@pytest.mark.parametrize(("name", "schema", "fitting", "unfit"), CASES, ids=NAMES)
def test_what_does_not_fit_is_told_at_its_place(name: str, schema: Any, fitting: list[Any], unfit: list[Any]) -> None:
    del name, fitting
    for value, pointer in unfit:
        assert not Draft7Validator(schema, offline=True).is_valid(value)
        built = build(schema)
        told = [error.pointer for error in check_params(built, value).errors]
        assert pointer in told, (value, told)
        answers = answers_from_params(built, value)
        sent: JsonValue = reveal_all(params(built, answers))  # type: ignore[assignment]  # what a form sends is JSON
        blocked = check(built, answers)
        assert blocked or Draft7Validator(schema, offline=True).is_valid(sent), (value, sent)
