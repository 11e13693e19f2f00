"""JSON keeps every digit, and its lines know what they show."""

from __future__ import annotations

import json
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aep_tui.json_text import dump_json, json_lines, parse_json, pointer_join

JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text() | st.decimals(allow_nan=False, allow_infinity=False),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
    max_leaves=12,
)


@given(JSON)
def test_what_is_written_is_read_back_exactly(value: object) -> None:
    assert parse_json(dump_json(value)) == value


@given(JSON)
def test_the_lines_are_the_same_value(value: object) -> None:
    assert parse_json("\n".join(line.text for line in json_lines(value))) == value


@given(JSON)
def test_any_other_reader_can_read_it(value: object) -> None:
    json.loads(dump_json(value))


def test_a_number_keeps_the_digits_that_were_written() -> None:
    assert (
        dump_json(parse_json('{"a": 1.50, "b": 123456789012345678901234567890}'))
        == '{"a":1.50,"b":123456789012345678901234567890}'
    )


@pytest.mark.parametrize(
    "text", ["NaN", "[1,", "", "[" * 100_000, b"\xff\xfe\x00", "Infinity", '{"a":1}x', "1e99999999999999999999", "1" * 5_000]
)
def test_what_is_no_json_is_a_value_error(text: str | bytes) -> None:
    with pytest.raises(ValueError, match=r"."):
        parse_json(text)


@pytest.mark.parametrize("value", [float("nan"), Decimal("Infinity")])
def test_a_number_without_an_end_is_not_written(value: object) -> None:
    with pytest.raises(ValueError, match="finite"):
        dump_json({"a": [value]})


def test_what_has_no_json_form_is_not_written() -> None:
    with pytest.raises(TypeError):
        dump_json({"a": object()})


def test_each_line_names_its_value_by_json_pointer() -> None:
    lines = json_lines({"auth": {"params": {"a/b~c": "x", "list": [1, {}]}}})
    assert [(line.pointer, line.text.strip()) for line in lines] == [
        ("", "{"),
        ("/auth", '"auth": {'),
        ("/auth/params", '"params": {'),
        ("/auth/params/a~1b~0c", '"a/b~c": "x",'),
        ("/auth/params/list", '"list": ['),
        ("/auth/params/list/0", "1,"),
        ("/auth/params/list/1", "{}"),
        ("/auth/params/list", "]"),
        ("/auth/params", "}"),
        ("/auth", "}"),
        ("", "}"),
    ]


def test_pointers_escape_their_own_signs() -> None:
    assert pointer_join("", "a/b~c") == "/a~1b~0c"
