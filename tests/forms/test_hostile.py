"""Whatever a schema and an answer are: there is a form, there is a verdict, and soon."""

from __future__ import annotations

import itertools
import json
import math
import time
from collections.abc import Callable

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from aep_tui.forms.answers import initial_answers
from aep_tui.forms.build import build
from aep_tui.forms.check import check, check_field, not_checked
from aep_tui.forms.fields import Answer, Chosen, Entries, FieldKind, Form, Picked
from aep_tui.forms.force import in_force
from aep_tui.forms.params import params
from aep_tui.forms.placeholders import placeholder_params
from aep_tui.forms.summary import summary
from aep_tui.json_text import dump_json
from aep_tui.secret import Secret, reveal_all
from aep_tui.text import plain, plain_lines

MEGABYTE = "a" * 1_000_000
ANSWERS: list[Answer] = [
    Picked((0, 5)), Entries((0, 1), ("", "x")), Entries((-1,) * 3), Entries(tuple(range(2_000))),
    "", "x", MEGABYTE, MEGABYTE + "!", "\ud800", Secret("\udc00"), Secret("s"), True, Chosen(0), Chosen(-1), '{"a": {"a": 1}}',
    "[" * 90 + "]" * 90,
    "[" * 5000, "[1," * 30_000, "[" + "1," * 9_000 + "1]", "9" * 5000, "1e999999", '"' + "b" * 90_000 + '"',
]  # fmt: skip


def _nested(inner: object, levels: int, keyword: str) -> object:
    wraps: dict[str, Callable[[object], object]] = {
        "properties": lambda schema: {"type": "object", "properties": {"a": schema}},
        "required": lambda schema: {"type": "object", "properties": {"a": schema}, "required": ["a"]},
        "items": lambda schema: {"type": "array", "items": schema},
        "map": lambda schema: {"type": "object", "additionalProperties": schema},
        "null": lambda schema: {"anyOf": [schema, {"type": "null"}]},
        "forms": lambda schema: {"oneOf": [{"type": "object", "properties": {"a": schema}}, {"type": "string"}]},
        "then": lambda schema: {"if": {}, "then": schema},
    }
    for _ in range(levels):
        inner = wraps[keyword](inner) if keyword in wraps else {keyword: [inner]}
    return inner


def _bomb(keyword: str, leaf: object) -> dict[str, object]:
    steps = {f"a{step}": {keyword: [{"$ref": f"#/definitions/a{step - 1}"}] * 2} for step in range(1, 40)}
    return {"definitions": {"a0": leaf, **steps}, "properties": {"x": {"$ref": "#/definitions/a39"}}}


def _union(width: int, levels: int) -> dict[str, object]:
    if not levels:
        return {"type": "string", "minLength": 3}
    inner = _union(width, levels - 1)
    return {"oneOf": [{"properties": {"k": {"const": number}, "v": inner}, "required": ["k"]} for number in range(width)]}


SCHEMAS: dict[str, object] = {
    "deep properties": _nested({"type": "string"}, 1_000, "properties"),
    "deep combinations": _nested({"format": "password"}, 1_000, "allOf"),
    "deep in a param": {"properties": {"a": _nested({}, 1_000, "properties"), "b": _nested({}, 1_000, "anyOf")}},
    "bomb of all": _bomb("allOf", {"type": "string"}),
    "bomb of any": _bomb("anyOf", {"type": "string"}),
    "bomb of one": _bomb("oneOf", {"type": "string"}),
    "bomb at the root": {**_bomb("allOf", {"required": ["q"]}), "allOf": [{"$ref": "#/definitions/a39"}]},
    "endless": {"$ref": "#", "properties": {"a": {"$ref": "#"}, "b": {"$ref": "#/properties/b"}}},
    "endless pair": {
        "definitions": {"a": {"$ref": "#/definitions/b"}, "b": {"$ref": "#/definitions/a"}},
        "$ref": "#/definitions/a",
    },
    "catastrophic": {"properties": {"a": {"type": "string", "pattern": "^(a+)+$"}, "b": {"pattern": r"^(([a-z]+)*)\2$"}}},
    "patterns that are bombs": {
        "properties": {
            f"a{size}": {"type": "string", "pattern": f"((a{{1,100}}){{1,100}}){{1,{size}}}"} for size in range(1, 40)
        }
    },
    "names that are bombs": {
        "properties": {"a": {"patternProperties": {f"((a{{1,100}}){{1,100}}){{1,{size}}}": {} for size in range(1, 40)}}}
    },
    "looking ahead": {"properties": {f"a{size}": {"pattern": f"(?=(a{{1,100}}){{1,{size}}}x)a"} for size in range(1, 40)}},
    "wrong everywhere": {
        "$schema": 5,
        "$id": [],
        "type": 5,
        "required": "a",
        "allOf": 5,
        "anyOf": [],
        "oneOf": {},
        "if": 5,
        "not": "x",
        "enum": 5,
        "dependencies": 5,
        "additionalProperties": 5,
        "patternProperties": 5,
        "definitions": 5,
        "title": 5,
        "description": [],
        "properties": {
            "a": {"type": "string", "pattern": 5, "format": 5, "minLength": "x", "examples": 5, "title": [], "uiAttributes": 5},
            "b": {"type": 5, "enum": {}, "const": math.nan, "default": math.inf, "enumNames": 5, "oneOf": 5},
            "c": {"type": [], "enum": [], "required": {}, "items": 5, "minimum": math.nan, "multipleOf": -1},
            "d": [],
            "e": 5,
            "f": None,
            "g": True,
            "h": False,
        },
    },
    "numbers too long": {
        "properties": {"a": {"default": 10**5000, "minimum": 10**5000, "enum": [10**5000], "title": 10**5000}}
    },
    "no json": {"properties": {"a": {"enum": {1, 2}, "default": object(), "const": {3}}, 5: {}}, "required": {1}, 7: 8},
    "half pairs": {
        "properties": {"\ud800": {}, "a": {"title": "\ud800", "enum": ["\ud800"], "pattern": "\ud800"}},
        "required": ["\ud800"],
    },
    "long": {
        "properties": {
            "a": {"title": MEGABYTE, "description": "<a href=" * 100_000, "pattern": "(" * 100_000, "examples": [MEGABYTE]}
        }
    },
    "control": {
        "properties": {"\x1b[2J": {"title": "\x1b]0;x\x07", "description": "\u202e\x9b", "enum": ["\x00", "[@click=x]y[/]"]}}
    },
    "wide union": {"properties": {"a": _union(16, 3)}},
    **{
        f"deep {keyword}": {"properties": {"a": _nested({"type": "string"}, 1_000, keyword)}, "required": ["a"]}
        for keyword in ("required", "items", "map", "null", "forms", "then")
    },
    "many conditions": {
        "properties": {"mode": {"enum": [str(number) for number in range(200)]}},
        "allOf": [
            {
                "if": {"properties": {"mode": {"const": str(number)}}, "required": ["mode"]},
                "then": {"properties": {f"f{number}": {"type": "string"}}, "required": [f"f{number}"]},
            }
            for number in range(200)
        ],
    },
    "sections that double": {
        "definitions": {
            "a0": {"type": "string"},
            **{
                f"a{level}": {
                    "type": "object",
                    "properties": {side: {"$ref": f"#/definitions/a{level - 1}"} for side in ("l", "r")},
                    "required": ["l", "r"],
                }
                for level in range(1, 40)
            },
        },
        "properties": {"a": {"$ref": "#/definitions/a39"}},
        "required": ["a"],
    },
    "many choices": {"properties": {"a": {"enum": [f"value {number}" for number in range(1_000)]}}, "required": ["a"]},
    "many fields": {
        "properties": {f"f{n}": {"type": "integer", "minimum": n} for n in range(300)},
        "required": [f"f{n}" for n in range(300)],
    },
}


ROWS = {FieldKind.LIST, FieldKind.MAP}


def _use(form: Form, answer: Answer) -> None:
    """Do with a form all that is done with one; every result can be written down."""
    answers = {**initial_answers(form), **{field.id: answer for field in form.fields[:20]}}
    for _ in range(3):  # what is inside is answered alike
        answers.update((field.id, answer) for field in itertools.islice(form.walk(answers), 40) if field.kind not in ROWS)
    for error in [*check(form, answers), *not_checked(form, answers)]:
        assert plain(error.message, 1_000) == error.message
    for field in form.fields[:20]:
        check_field(field, answer)
    dump_json(reveal_all(params(form, answers))).encode()
    dump_json(placeholder_params(form, answers)).encode()
    json.dumps(summary(form))


@pytest.mark.parametrize("name", SCHEMAS)
def test_a_hostile_schema_has_a_form_that_works(name):
    form = build(SCHEMAS[name])
    for field in form.walk():
        shown = [
            field.label,
            field.default_text,
            field.example,
            field.hint,
            field.reason,
            *(choice.label for choice in field.choices),
        ]
        assert [plain(text) for text in shown] == shown
        assert plain_lines(field.help) == field.help
        assert field.label
    for answer in ANSWERS:
        _use(form, answer)


@pytest.mark.parametrize("name", [name for name in SCHEMAS if name not in {"wide union", "long"}])
def test_no_step_takes_long(name):
    """Processor time, and the best of three, so that a busy machine changes nothing; the bound is for slow machines."""
    form = build(SCHEMAS[name])
    field = form.fields[0]
    answers: dict[str, Answer] = {field.id: MEGABYTE + "!"}

    def best(work: Callable[[], object]) -> float:
        times = []
        for _ in range(3):
            began = time.process_time()
            work()
            times.append(time.process_time() - began)
        return min(times)

    assert best(lambda: build(SCHEMAS[name])) < 0.3
    assert best(lambda: check_field(field, MEGABYTE + "!")) < 0.3
    assert best(lambda: check(form, answers)) < 0.3
    assert best(lambda: in_force(build(SCHEMAS[name]), answers)) < 0.3


def test_a_changed_answer_among_many_is_quick():
    rows = {"type": "array", "items": {"type": "object", "properties": {"a": {"type": "string"}}, "required": ["a"]}}
    form = build(
        {"properties": {**SCHEMAS["many conditions"]["properties"], "rows": rows}, "allOf": SCHEMAS["many conditions"]["allOf"]}
    )
    touched: dict[str, Answer] = {"/rows": Entries(tuple(range(300))), **{f"/rows/~r{row}/a": "b" for row in range(300)}}
    in_force(form, touched)
    times = []
    for text in "cde":
        began = time.process_time()
        form.tree(in_force(form, {**touched, "/rows/~r7/a": text}))
        times.append(time.process_time() - began)
    assert min(times) < 0.1


def test_a_wide_union_chosen_to_the_bottom_is_quick():
    form = build(SCHEMAS["wide union"])
    answers: dict[str, Answer] = {"/a": Chosen(3), "/a/~v3/v": Chosen(2), "/a/~v3/v/~v2/v": Chosen(15)}
    answers["/a/~v3/v/~v2/v/~v15/v"] = "ab"
    check(form, answers)  # compiles the schema, which a form does beforehand
    began = time.process_time()
    (error,) = check(form, answers)
    assert time.process_time() - began < 0.3
    assert (error.field_id, error.keyword) == ("/a/~v3/v/~v2/v/~v15/v", "minLength")
    assert params(form, answers) == {"a": {"k": 3, "v": {"k": 2, "v": {"k": 15, "v": "ab"}}}}


json_like = st.recursive(
    st.none() | st.booleans() | st.integers(-(10**20), 10**20) | st.floats() | st.text(max_size=12),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=6), inner, max_size=4),
    max_leaves=12,
)
KEYWORDS = """
    type properties required enum const default title description format pattern examples minimum maximum minLength items
    allOf anyOf oneOf if then not $ref definitions additionalProperties patternProperties dependencies uiAttributes writeOnly
"""
keywords = st.sampled_from(KEYWORDS.split())
values = st.sampled_from(
    [
        "string",
        "integer",
        "object",
        "array",
        "password",
        "#",
        "#/properties/a",
        "^a+$",
        "((",
        ["a"],
        ["a", "a"],
        [],
        {},
        True,
        0,
        -1,
        "a",
    ]
)
schema_like = st.recursive(
    st.dictionaries(keywords, values | json_like, max_size=5),
    lambda inner: (
        st.dictionaries(keywords, inner | values | st.lists(inner, max_size=3), max_size=5)
        | st.fixed_dictionaries(
            {"properties": st.dictionaries(st.text(max_size=4) | st.sampled_from(["a", "$ref", ""]), inner, max_size=4)}
        )
    ),
    max_leaves=10,
)


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(json_like | schema_like, st.sampled_from([answer for answer in ANSWERS if answer not in {MEGABYTE, MEGABYTE + "!"}]))
def test_any_json_has_a_form_that_works(schema, answer):
    _use(build(schema), answer)
