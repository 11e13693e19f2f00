"""A request as text: what is shown is JSON again, and every line knows which value it shows."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from aep_tui.exchange.json_view import body_lines, body_text, request_text
from aep_tui.json_text import dump_json, parse_json, pointer_join
from aep_tui.wizard.request import ShownRequest

HEADERS = (("x-api-key", "an-api-key"), ("x-sandbox-name", "dev"))


def request(body: object) -> ShownRequest:
    return ShownRequest("POST", "https://example.com/connections", HEADERS, body)


def at(body: Any, pointer: str) -> Any:
    """Return the value that a JSON Pointer names."""
    for step in pointer.split("/")[1:]:
        name = step.replace("~1", "/").replace("~0", "~")
        body = body[int(name)] if isinstance(body, list) else body[name]
    return body


def pointers(body: Any, pointer: str = "") -> Iterator[str]:
    """Yield the pointer of every value in a body, each before those inside it."""
    yield pointer
    members = body.items() if isinstance(body, dict) else enumerate(body) if isinstance(body, list) else ()
    for name, member in members:
        yield from pointers(member, pointer_join(pointer, name))


NAMES = st.text(max_size=6) | st.sampled_from(["", "a/b", "~", "~1", "$ref", "__proto__", "0", "[/]", "\x1b"])
BODIES = st.recursive(
    st.text(max_size=8) | st.booleans() | st.integers() | st.decimals(allow_nan=False, allow_infinity=False) | st.none(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(NAMES, inner, max_size=4),
    max_leaves=12,
)


@settings(max_examples=150, deadline=None, derandomize=True)
@given(BODIES)
def test_the_shown_body_is_the_body(body: Any) -> None:
    text = body_text(request(body))
    assert text == "\n".join(line.text for line in body_lines(request(body)))
    assert (parse_json(text) if text else None) == body


@settings(max_examples=150, deadline=None, derandomize=True)
@given(BODIES)
def test_every_value_has_lines_of_its_own_in_the_order_of_the_body(body: Any) -> None:
    lines = body_lines(request(body))
    for line in lines:
        assert "\n" not in line.text
        value = at(body, line.pointer)
        if not isinstance(value, dict | list) or not value:
            assert line.text.rstrip(",").endswith(dump_json(value))
        else:
            assert line.text.strip(" ,")[-1] in "{[]}"
    assert list(dict.fromkeys(line.pointer for line in lines)) == ([] if body is None else list(pointers(body)))


def test_numbers_are_shown_to_the_last_digit() -> None:
    body = {"n": Decimal("1.50"), "big": 10**30}
    assert body_text(request(body)) == '{\n  "n": 1.50,\n  "big": 1000000000000000000000000000000\n}'


def test_a_call_without_a_body_shows_none() -> None:
    assert body_lines(request(None)) == []
    assert body_text(request(None)) == ""
    assert request_text(request(None)).splitlines() == [
        "POST https://example.com/connections",
        "x-api-key: an-api-key",
        "x-sandbox-name: dev",
    ]


def test_the_whole_request_is_one_text() -> None:
    assert request_text(request({"name": "mine"})).splitlines() == [
        "POST https://example.com/connections",
        "x-api-key: an-api-key",
        "x-sandbox-name: dev",
        "",
        "{",
        '  "name": "mine"',
        "}",
    ]


@pytest.mark.parametrize("empty", [{}, [], ""])
def test_an_empty_body_is_a_body(empty: object) -> None:
    assert len(body_lines(request(empty))) == 1
