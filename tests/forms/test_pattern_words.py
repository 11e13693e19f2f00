"""A pattern is put in words, or nothing is said about it."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aep_tui.forms.pattern_words import joined_parts, words_of_pattern


@pytest.mark.parametrize(
    ("pattern", "words"),
    [
        ("^[A-Z2-7]{20}$", "20 characters, A to Z and 2 to 7"),
        (r"^[A-Za-z0-9/\+]{40}$", "40 characters, A to Z, a to z, 0 to 9, / and +"),
        ("^[a-z0-9.-]{3,63}$", "3 to 63 characters, a to z, 0 to 9, . and -"),
        (r"^[\w.-]+$", "only A to Z, a to z, 0 to 9, _, . and -"),
        ("^.{1,100}$", "1 to 100 characters"),
        ("^[ab]$", "1 character, a and b"),
        (r"^\d{5}$", "5 digits"),
        (r"^(\d+)$", "digits only"),
        ("^[0-9]{8,}$", "at least 8 digits"),
        ("^[0-9]{4}-[0-9]{2}-[0-9]{2}$", "YYYY-MM-DD"),
        ("^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}Z$", "YYYY-MM-DDThh:mm:ssZ"),
        (r"^\d{3}-\d{3}-\d{4}$", "000-000-0000, where each 0 stands for a digit"),
        ("^https://", 'begins with "https://"'),
        ("^https?://", 'begins with "http://" or "https://"'),
        ("^(?:https?://).+$", 'begins with "http://" or "https://"'),
        (r"\.csv$", 'ends with ".csv"'),
        ("^xdm$", 'exactly "xdm"'),
        ("^(Server=)(.*)(;Port=)(.*)(;PWD=)(.*)", "Server=…;Port=…;PWD=…"),
        ("^([sS]erver=)(.*)( ?;[pP]ort=)(.*)(;)", "server=…;port=…;"),
    ],
)
def test_a_simple_pattern_is_put_in_words(pattern, words):
    assert words_of_pattern(pattern) == words


@pytest.mark.parametrize(
    "pattern",
    [
        "", "^", "$", "^$", "a|b", "^(a|b)$", "^(a+)+$", "^(?=x)x$", r"^(a)\1$", "^[^@]+$", r"^\S+$", "^[", "^[^",
        "^[]$", "(", ")", "\\", "a{", "a{x}", "^*",
        "x", ".", "[a-z]+", r"^[a-\d]$", r"^\bword$", "^a$b", "{2}", "^" + "a" * 600 + "$", None, 5, ["^a$"],
    ],
)  # fmt: skip
def test_of_any_other_pattern_nothing_is_said(pattern):
    assert words_of_pattern(pattern) == ""


def test_parts_of_a_connection_string():
    assert joined_parts("^(Server=)(.*)(;Port=)(.*)") == "Server=…;Port=…"
    assert joined_parts(r"^Server=[^;]+;Path=\S*;$") == "Server=…;Path=…;"
    assert joined_parts("^https://") == ""
    assert joined_parts("(Server=)(.*)(;Port=)(.*)") == ""
    assert joined_parts(None) == ""


@given(st.text(alphabet="^$()[]{}|\\?*+.-,a0Z;= ds", max_size=60))
def test_reading_a_pattern_never_fails(pattern):
    assert isinstance(words_of_pattern(pattern), str)
