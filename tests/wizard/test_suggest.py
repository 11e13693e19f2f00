"""What the wizard proposes: a name that is free, and the names of the HTTP API."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from made_up import http_api, option, source

from aep_tui.wizard.suggest import STREAMING_PROVIDER, connection_name, free_name, suggested_answers

TODAY = date(2026, 11, 21)


def test_a_name_says_what_and_when() -> None:
    assert connection_name("IBM DB2", TODAY) == "IBM DB2 2026-11-21"


@pytest.mark.parametrize(
    ("taken", "expected"),
    [
        (["another"], "IBM DB2 2026-11-21"),
        (["IBM DB2 2026-11-21"], "IBM DB2 2026-11-21 2"),
        (["ibm db2 2026-11-21"], "IBM DB2 2026-11-21 2"),
        (["IBM DB2 2026-11-21", "IBM DB2 2026-11-21 2", "IBM DB2 2026-11-21 4"], "IBM DB2 2026-11-21 3"),
        (["IBM DB2 2026-11-21 2"], "IBM DB2 2026-11-21"),
    ],
)
def test_a_name_that_is_taken_gets_a_number(taken: list[str], expected: str) -> None:
    assert connection_name("IBM DB2", TODAY, taken) == expected


@settings(max_examples=50, deadline=None, derandomize=True)
@given(st.text(max_size=20), st.integers(0, 12))
def test_names_suggested_one_after_the_other_are_all_different(name: str, count: int) -> None:
    made: list[str] = []
    for _ in range(count):
        made.append(connection_name(name, TODAY, made))
    assert len({one.casefold() for one in made}) == count


def test_the_http_api_names_itself_like_the_connection() -> None:
    made = http_api()
    assert suggested_answers(made, made.auth_options[0], " web ") == {"/sourceId": "web", "/name": "web"}


@pytest.mark.parametrize(
    ("proposed", "taken", "expected"),
    [
        ("IBM DB2 2026-11-21", [], "IBM DB2 2026-11-21"),
        ("IBM DB2 2026-11-21", ["another"], "IBM DB2 2026-11-21"),
        ("IBM DB2 2026-11-21", ["ibm db2 2026-11-21 ", "IBM DB2 2026-11-21 2"], "IBM DB2 2026-11-21 3"),
        ("IBM DB2 2026-11-21 2", ["IBM DB2 2026-11-21 2", "IBM DB2 2026-11-21"], "IBM DB2 2026-11-21 3"),
    ],
)
def test_a_proposed_name_gives_way_to_those_that_are_taken(proposed: str, taken: list[str], expected: str) -> None:
    assert free_name(proposed, taken) == expected


@pytest.mark.parametrize("name", ["", "  ", "\t"])
def test_without_a_connection_name_there_is_nothing_to_suggest(name: str) -> None:
    made = http_api()
    assert suggested_answers(made, made.auth_options[0], name) == {}


def test_other_providers_get_none() -> None:
    made = replace(http_api(), provider_id="521eee4d")
    assert suggested_answers(made, made.auth_options[0], "web") == {}


def test_only_texts_that_are_no_secret_are_suggested() -> None:
    odd = {"sourceId": {"type": "string", "format": "password"}, "name": {"enum": ["a", "b"]}, "title": {"type": "string"}}
    made = source(option("Streaming", odd), provider_id=STREAMING_PROVIDER)
    assert suggested_answers(made, made.auth_options[0], "web") == {}
