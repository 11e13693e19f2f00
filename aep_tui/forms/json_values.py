"""JSON values compared and shown as JSON sees them: ``1`` and ``1.0`` are one number, ``1`` and ``true`` are not."""

from __future__ import annotations

import math
from collections.abc import Collection, Hashable, Mapping, Sequence
from decimal import Decimal
from typing import TypeGuard

from aep_tui.forms.fields import JsonValue
from aep_tui.json_text import dump_json

MAX_DEPTH = 100
"""Deepest nesting of a value that a form takes."""

MAX_DIGITS = 1_000
"""Most digits, and largest exponent, of a number that a form takes."""

MAX_PARTS = 10_000
"""Most names and values inside a value that a form takes."""

_MAX_BITS = 3_300  # a little under MAX_DIGITS decimal digits


def is_json_value(value: object) -> TypeGuard[JsonValue]:
    """Tell whether a value can be sent: plain JSON, finite, of bounded size and depth, without half a surrogate pair."""
    return why_not_json(value) == ""


def why_not_json(value: object) -> str:
    """Return why a value cannot be sent, to follow "it", or the empty string if it can.

    Lists may be tuples and objects any mapping. Nothing is called on the value but what JSON types offer.
    """
    if not isinstance(value, Mapping | list | tuple):
        return _why_not_scalar(value)
    waiting: list[tuple[Mapping[object, object] | Sequence[object], int]] = [(value, 1)]
    parts = 0
    while waiting:
        container, depth = waiting.pop()
        if isinstance(container, Mapping):
            reason = next(filter(None, map(_why_not_name, container)), "")
            members: Collection[object] = container.values()
        else:
            reason, members = "", container
        parts += len(members)
        if parts > MAX_PARTS:
            return "has too many parts"
        inner = [member for member in members if isinstance(member, Mapping | list | tuple)]
        if inner and depth >= MAX_DEPTH:
            return f"is nested more than {MAX_DEPTH} levels deep"
        waiting.extend((member, depth + 1) for member in inner)
        reason = reason or next(filter(None, map(_why_not_scalar, members)), "")
        if reason:
            return reason
    return ""


def _why_not_name(name: object) -> str:
    return _why_not_scalar(name) if isinstance(name, str) else "has a name that is no text"


def _why_not_scalar(value: object) -> str:
    """Return why a value by itself cannot be sent; what is inside a list or an object is not looked at."""
    if isinstance(value, str):
        return "" if is_sendable_text(value) else "holds a character that cannot be sent (half of a surrogate pair)"
    if value is None or isinstance(value, bool | Mapping | list | tuple):
        return ""
    return _why_not_number(value)


def _why_not_number(value: object) -> str:
    if isinstance(value, int):
        return "" if value.bit_length() <= _MAX_BITS else "holds a number with too many digits"
    if isinstance(value, float):
        return "" if math.isfinite(value) else "holds a number that is not finite"
    if not isinstance(value, Decimal):
        return "holds something that is no JSON"
    if not value.is_finite():
        return "holds a number that is not finite"
    _, digits, exponent = value.as_tuple()
    too_long = len(digits) > MAX_DIGITS or not isinstance(exponent, int) or abs(exponent) > MAX_DIGITS
    return "holds a number with too many digits" if too_long else ""


def is_sendable_text(text: str) -> bool:
    """Tell whether a text can be written as UTF-8: it holds no half of a surrogate pair."""
    if text.isascii():
        return True
    try:
        text.encode("utf-8")
    except UnicodeEncodeError:
        return False
    return True


def identity(value: JsonValue) -> Hashable:
    """Return a key that two values share if JSON takes them for the same; the value must be a JSON value."""
    if isinstance(value, str | bool) or value is None:
        return (type(value).__name__, value)
    if isinstance(value, Mapping):
        return ("object", frozenset((key, identity(member)) for key, member in value.items()))
    if isinstance(value, list | tuple):
        return ("array", tuple(identity(member) for member in value))
    return ("number", Decimal(repr(value)) if isinstance(value, float) else value)


def same(one: JsonValue, other: JsonValue) -> bool:
    """Tell whether JSON takes two values for the same."""
    return identity(one) == identity(other)


def value_text(value: JsonValue) -> str:
    """Return a JSON value as a person would write it: a text as it is, everything else as JSON in one line."""
    return value if isinstance(value, str) else dump_json(value)


def number_text(value: int | float | Decimal) -> str:
    """Return a number as text, without losing a digit."""
    return repr(value) if isinstance(value, float) else str(value)
