"""Lists of texts or numbers typed one a line."""

from __future__ import annotations

import json
from collections.abc import Sequence
from decimal import Decimal
from typing import Final

from aep_tui.forms.fields import FieldKind, JsonValue
from aep_tui.forms.json_values import MAX_PARTS, is_sendable_text, number_text
from aep_tui.forms.numbers import NotANumber, read_integer, read_number

MAX_LINES: Final = 1_000_000
"""Longest text of lines, in characters."""


class NotLines(ValueError):
    """A text is no list of this kind; the message follows the field's label."""


def read_lines(text: str, kind: FieldKind) -> list[JsonValue]:
    """Return the entries that a text writes, one a line; empty lines are none.

    A line that begins with a double quote is read as a JSON text, so that an empty text, line breaks and a leading quote can
    be written too.

    Raises:
        NotLines: A line is no entry of this kind; it is named by its number and not quoted.
    """
    if len(text) > MAX_LINES:
        raise NotLines(f"is longer than {MAX_LINES:,} characters, more than a form takes")
    entries: list[JsonValue] = []
    for number, ended in enumerate(text.split("\n"), start=1):
        line = ended.removesuffix("\r")
        if line.strip():
            entries.append(_entry(line, number, kind))
        if len(entries) > MAX_PARTS:
            raise NotLines("has too many lines")
    return entries


def _entry(line: str, number: int, kind: FieldKind) -> JsonValue:
    if kind is not FieldKind.TEXT:
        try:
            return read_integer(line) if kind is FieldKind.INTEGER else read_number(line)
        except NotANumber as error:
            raise NotLines(f"has a line, number {number}, that {error}") from None
    text = _quoted(line, number) if line.startswith('"') else line
    if not is_sendable_text(text):
        raise NotLines(f"holds a character in line {number} that cannot be sent (half of a surrogate pair)")
    return text


def _quoted(line: str, number: int) -> str:
    try:
        text = json.loads(line)
    except (ValueError, RecursionError):
        text = None
    if not isinstance(text, str):
        raise NotLines(f"has a line, number {number}, that begins with a double quote and is no JSON text")
    return text


def lines_of(values: object, kind: FieldKind) -> str | None:
    """Return the text that :func:`read_lines` reads as these entries, or ``None`` if there is none."""
    if not isinstance(values, Sequence) or isinstance(values, str):
        return None
    lines = [_line(value, kind) for value in values]
    written = [line for line in lines if line is not None]
    return "\n".join(written) if len(written) == len(lines) else None


def _line(value: object, kind: FieldKind) -> str | None:
    if kind is FieldKind.TEXT:
        if not isinstance(value, str):
            return None
        as_it_is = value.strip() and not value.startswith('"') and value.splitlines() == [value]
        return value if as_it_is else json.dumps(value)
    if isinstance(value, bool) or not isinstance(value, int | float | Decimal):
        return None
    return number_text(value)
