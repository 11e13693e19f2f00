"""What an access token says about itself, which is no proof of anything: it is read to be shown, and never checked."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Final

from aep_tui.json_text import parse_json

_LONGEST: Final = 20_000
"""A text longer than this is no token, and is not decoded."""
_FAR: Final = 253_402_300_800
"""The year 10000 in Unix seconds: a time beyond it is in milliseconds, or nonsense."""


def expiry_of(token: str) -> float | None:
    """Return when a token ends, in Unix seconds; ``None`` if it does not say, or is no JSON Web Token.

    Adobe's own tokens have ``created_at`` and ``expires_in`` in milliseconds, as texts; others have ``exp`` in seconds.
    """
    claims = _claims(token)
    created, lifetime = number_in(claims.get("created_at")), lifetime_of(token)
    ends = created / 1000 + lifetime if created is not None and lifetime is not None else number_in(claims.get("exp"))
    if ends is None:
        return None
    ends = ends / 1000 if ends >= _FAR else ends
    return ends if ends < _FAR else None


def lifetime_of(token: str) -> float | None:
    """Return how long a token lives in all, in seconds; ``None`` if it does not say."""
    claims = _claims(token)
    created, lasts = number_in(claims.get("created_at")), number_in(claims.get("expires_in"))
    if created is not None and lasts is not None:
        return lasts / 1000
    begins, ends = number_in(claims.get("iat")), number_in(claims.get("exp"))
    return ends - begins if begins is not None and ends is not None and ends > begins else None


def number_in(value: object) -> float | None:
    """Return a number above zero, also one that is written as a text; ``None`` for everything else."""
    from decimal import Decimal

    if isinstance(value, bool) or not isinstance(value, int | float | Decimal | str):
        return None
    if isinstance(value, str) and len(value) > 30:
        return None
    try:
        number = float(value)
    except (ValueError, OverflowError):
        return None
    return number if math.isfinite(number) and 0 < number < _FAR * 1000 else None


def _claims(token: str) -> Mapping[str, object]:
    """Return the middle part of a JSON Web Token, empty if it is none."""
    import base64

    parts = token.strip().split(".") if len(token) <= _LONGEST else []
    if len(parts) != 3 or not parts[1].isascii():
        return {}
    try:
        claims = parse_json(base64.urlsafe_b64decode(parts[1] + "=" * (-len(parts[1]) % 4)))
    except (ValueError, RecursionError):
        return {}
    return claims if isinstance(claims, dict) else {}
