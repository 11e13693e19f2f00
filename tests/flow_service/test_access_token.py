"""What an access token says about its own end."""

from __future__ import annotations

import base64
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aep_tui.flow_service.access_token import expiry_of, lifetime_of, number_in

DEEP = base64.urlsafe_b64encode(b"[" * 5_000).decode()


def jwt(claims: object) -> str:
    def part(value: object) -> str:
        return base64.urlsafe_b64encode(json.dumps(value).encode()).decode().rstrip("=")

    return f"{part({'alg': 'RS256'})}.{part(claims)}.c2lnbmF0dXJl"


@pytest.mark.parametrize(
    ("claims", "expiry", "lifetime"),
    [
        ({"created_at": "1770000000000", "expires_in": "86400000"}, 1_770_086_400, 86_400),
        ({"created_at": 1770000000000, "expires_in": 86400000}, 1_770_086_400, 86_400),
        ({"exp": 1770000000}, 1_770_000_000, None),
        ({"exp": "1770000000"}, 1_770_000_000, None),
        ({"exp": 1770000000.5, "iat": 1769990000.5}, 1_770_000_000.5, 10_000),
        ({"exp": 1770000000000}, 1_770_000_000, None),
        ({"exp": 1770000000, "iat": 1770000001}, 1_770_000_000, None),
        ({"created_at": "1770000000000"}, None, None),
        ({"created_at": "x", "expires_in": "86400000"}, None, None),
        ({"exp": True}, None, None),
        ({"exp": -1}, None, None),
        ({"exp": [1]}, None, None),
        ({"exp": "9" * 31}, None, None),
        ({"exp": 10**400}, None, None),
        ([1], None, None),
        (None, None, None),
    ],
)
def test_adobes_own_tokens_and_others(claims, expiry, lifetime):
    token = jwt(claims)
    assert expiry_of(token) == expiry
    assert lifetime_of(token) == lifetime


@pytest.mark.parametrize(
    "token",
    ["", "abc", "a.b", "a.b.c.d", "a.ü.c", "a.!!!!.c", "..", f"a.{DEEP}.c", "a.b." * 9_000],
)
def test_what_is_no_web_token_says_nothing(token):
    assert expiry_of(token) is None
    assert lifetime_of(token) is None


@given(st.text(max_size=60) | st.from_regex(r"[A-Za-z0-9_-]{0,20}\.[A-Za-z0-9_=-]{0,40}\.[A-Za-z0-9_-]{0,20}", fullmatch=True))
def test_nothing_that_is_pasted_breaks_it(text):
    assert expiry_of(text) is None or isinstance(expiry_of(text), float)


@given(st.recursive(st.none() | st.booleans() | st.floats() | st.integers() | st.text(max_size=5), st.lists, max_leaves=4))
def test_no_claim_breaks_it(value):
    number = number_in(value)
    assert number is None or number > 0
    ends = expiry_of(jwt({"created_at": value, "expires_in": value, "exp": value}))
    assert ends is None or 0 < ends < 253_402_300_800
