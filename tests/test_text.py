"""Foreign text is made harmless, and keys become words."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aep_tui.text import constant_case, in_title_words, in_words, plain, plain_lines


@given(st.text())
def test_plain_leaves_no_control_character_of_any_kind(text: str) -> None:
    shown = plain(text)
    assert not any(ord(sign) < 32 or 0x7F <= ord(sign) <= 0x9F or 0xD800 <= ord(sign) <= 0xDFFF for sign in shown)
    assert not set(shown) & set("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\u200b\u200e\u200f\ufeff")
    assert len(shown) <= 500


def test_an_escape_sequence_loses_its_escape() -> None:
    assert plain("a\x1b]52;c;AAAA\x07b\x9b31m") == "a]52;c;AAAAb31m"


def test_brackets_stay_as_they_are() -> None:
    assert plain("[red]x[/] [@click=app.quit]y") == "[red]x[/] [@click=app.quit]y"


@pytest.mark.parametrize(("value", "shown"), [(None, ""), (5, "5"), (" a \n b ", "a b"), ("é", "é")])
def test_plain_makes_one_line_of_anything(value: object, shown: str) -> None:
    assert plain(value) == shown


def test_a_long_text_is_capped_with_an_ellipsis() -> None:
    assert plain("x" * 600) == "x" * 499 + "…"


def test_lines_keep_their_breaks_and_tabs_become_blanks() -> None:
    assert plain_lines("a\r\nb\rc\td\x1b") == "a\nb\nc    d"


@pytest.mark.parametrize(
    ("key", "words"),
    [
        ("s3SecretKey", "S3 secret key"),
        ("connectionString", "Connection string"),
        ("SSHKey", "SSH key"),
        ("serviceUri", "Service URI"),
        ("clientCustomerID", "Client customer ID"),
        ("ad_account_id", "Ad account ID"),
        ("", ""),
        ("__", "__"),
    ],
)
def test_a_key_becomes_words(key: str, words: str) -> None:
    assert in_words(key) == words


def test_a_slug_becomes_a_name() -> None:
    assert in_title_words("google-big-query") == "Google Big Query"
    assert in_title_words("my-sftp") == "My SFTP"


@pytest.mark.parametrize(
    ("key", "name"),
    [("password", "PASSWORD"), ("servicePrincipalId", "SERVICE_PRINCIPAL_ID"), ("folder path", "FOLDER_PATH"), ("", "VALUE")],
)
def test_a_placeholder_is_named_as_in_the_tutorials(key: str, name: str) -> None:
    assert constant_case(key) == name
