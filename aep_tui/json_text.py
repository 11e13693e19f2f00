"""JSON in and out without losing a digit, and as lines that know which value they show.

Numbers keep what a person or a service wrote: ``1.50`` stays ``1.50`` (a :class:`decimal.Decimal`) and integers of any
size stay exact. The standard writer cannot write a ``Decimal``, hence the small one here.
"""

from __future__ import annotations

import json
import math
from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal
from typing import NamedTuple

type_error = "{} cannot be written as JSON"


def parse_json(text: str | bytes) -> object:
    """Read JSON with exact numbers.

    Returns:
        ``dict``, ``list``, ``str``, ``int``, ``Decimal``, ``bool`` or ``None``.

    Raises:
        ValueError: The text is not JSON (then it is a :class:`json.JSONDecodeError`, with line and column), is nested too
            deeply, or holds ``NaN``, an infinity or a number of too many digits. A text in a wrong encoding is a
            ``ValueError`` too.
    """
    try:
        value: object = json.loads(text, parse_float=Decimal, parse_constant=_no_constant)
    except RecursionError:
        raise ValueError("nested too deeply") from None
    except (json.JSONDecodeError, UnicodeDecodeError, _NoConstant):
        raise
    except (ValueError, ArithmeticError):
        # Python reads no integer of more than 4300 digits, and Decimal no exponent of more than 18.
        raise ValueError("a number has too many digits") from None
    return value


class _NoConstant(ValueError):
    """``NaN`` or an infinity, which JavaScript writes and JSON has not."""


def _no_constant(name: str) -> object:
    raise _NoConstant(f"{name} is not JSON")


def pointer_join(pointer: str, key: str | int) -> str:
    """Return the JSON Pointer (RFC 6901) of a member of what ``pointer`` names; the root is the empty string."""
    return f"{pointer}/{str(key).replace('~', '~0').replace('/', '~1')}"


class JsonLine(NamedTuple):
    """One line of an indented JSON text.

    Attributes:
        pointer: JSON Pointer of the value that begins, ends or stands on this line.
        text: The line with its indentation, without a line break.
    """

    pointer: str
    text: str


def json_lines(value: object, indent: int = 2) -> list[JsonLine]:
    """Return a JSON value as indented lines, each with the pointer of its value."""
    return list(_lines(value, "", "", "", "", " " * indent))


def _lines(value: object, pointer: str, prefix: str, suffix: str, margin: str, step: str) -> Iterator[JsonLine]:
    if isinstance(value, Mapping) and value:
        members = [
            (f"{json.dumps(str(key), ensure_ascii=False)}: ", pointer_join(pointer, str(key)), member)
            for key, member in value.items()
        ]
        brackets = "{}"
    elif isinstance(value, Sequence) and not isinstance(value, str) and value:
        members = [("", pointer_join(pointer, index), member) for index, member in enumerate(value)]
        brackets = "[]"
    else:
        yield JsonLine(pointer, f"{margin}{prefix}{dump_json(value)}{suffix}")
        return
    yield JsonLine(pointer, f"{margin}{prefix}{brackets[0]}")
    for index, (key_text, member_pointer, member) in enumerate(members):
        comma = "," if index + 1 < len(members) else ""
        yield from _lines(member, member_pointer, key_text, comma, margin + step, step)
    yield JsonLine(pointer, f"{margin}{brackets[1]}{suffix}")


def dump_json(value: object) -> str:
    """Return a JSON value in one line, as it goes on the wire (compact, not escaped to ASCII).

    Raises:
        ValueError: A number is not finite.
        TypeError: A value has no JSON form.
    """
    if isinstance(value, Mapping):
        return (
            "{"
            + ",".join(f"{json.dumps(str(key), ensure_ascii=False)}:{dump_json(member)}" for key, member in value.items())
            + "}"
        )
    if isinstance(value, Sequence) and not isinstance(value, str | bytes):
        return "[" + ",".join(dump_json(member) for member in value) + "]"
    return _dump_scalar(value)


def _dump_scalar(value: object) -> str:
    if isinstance(value, Decimal):
        if not value.is_finite():
            raise ValueError(type_error.format("a number that is not finite"))
        return str(value)
    if isinstance(value, float) and not math.isfinite(value):
        raise ValueError(type_error.format("a number that is not finite"))
    if value is None or isinstance(value, bool | int | float | str):
        return json.dumps(value, ensure_ascii=False)
    raise TypeError(type_error.format(type(value).__name__))
