"""One answer read into the value that is sent."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from aep_tui.forms.fields import NOT_GIVEN, Answer, Chosen, FieldKind, FieldSpec, JsonValue, NotGiven, Picked
from aep_tui.forms.json_values import is_json_value, is_sendable_text, why_not_json
from aep_tui.forms.lines import NotLines, read_lines
from aep_tui.forms.numbers import NotANumber, read_integer, read_number
from aep_tui.json_text import parse_json
from aep_tui.secret import Secret
from aep_tui.text import plain

MAX_JSON: Final = 100_000
"""Longest text of a JSON field, in characters: what can be read and checked at once."""

_OF_ROW: Final = re.compile(r"/~r[0-9]+(/~v[0-9]+)*\Z")  # the end of the id of a row's value
_UNFIT = "needs an answer of another kind"


@dataclass(frozen=True, slots=True)
class Unreadable:
    """An answer that is no value of its field.

    Attributes:
        message: What is wrong, as a sentence with the field's label; it never quotes the answer.
        keyword: The JSON Schema keyword that would say the same: ``type`` for a number, ``json`` for text that is no JSON.
    """

    message: str
    keyword: str = "type"


def subject(field: FieldSpec) -> str:
    """Return the field's label as sentences begin with it."""
    return plain(field.label, 80)


def read_answer(field: FieldSpec, answer: Answer | None) -> JsonValue | NotGiven | Unreadable:
    """Return the value of an answer, :data:`~aep_tui.forms.fields.NOT_GIVEN` if it says nothing, or why it cannot be read.

    An empty text says nothing, in a secret field too, except where the field is required and the schema's own default is the
    empty text, and in a row of a list or a map, which is there because somebody added it. Blanks count in a text and not in a
    number. A constant has its value whatever the answer is. Secret values are returned as they are, not wrapped.
    """
    if field.const is not NOT_GIVEN and field.kind is FieldKind.CONST:
        return field.const
    given = answer.reveal() if isinstance(answer, Secret) else answer
    if given is None or given == "":
        return _read_nothing(field, answered=given is not None)
    match given:
        case str():
            return _read_text(field, given)
        case Chosen():
            return _read_chosen(field, given)
        case Picked():
            return _read_picked(field, given)
        case bool() if field.kind is FieldKind.BOOLEAN:
            return given
        case _:
            return _unreadable(field, _UNFIT)


def _read_nothing(field: FieldSpec, *, answered: bool) -> JsonValue | NotGiven:
    if field.kind is FieldKind.LINES and field.required and answered:
        return []
    if field.kind is not FieldKind.TEXT:
        return NOT_GIVEN
    in_row = answered and _OF_ROW.search(field.id) is not None
    return "" if in_row or field.blank or (field.required and field.default == "") else NOT_GIVEN


def _unreadable(field: FieldSpec, predicate: str, keyword: str = "type") -> Unreadable:
    return Unreadable(f"{subject(field)} {predicate}.", keyword)


def _read_chosen(field: FieldSpec, chosen: Chosen) -> JsonValue | Unreadable:
    if field.kind is FieldKind.CHOICE and 0 <= chosen.index < len(field.choices):
        return field.choices[chosen.index].value
    return _unreadable(field, "must be one of the choices", "enum")


def _read_picked(field: FieldSpec, picked: Picked) -> JsonValue | NotGiven | Unreadable:
    if field.kind is not FieldKind.MULTI or not all(0 <= index < len(field.choices) for index in picked.indices):
        return _unreadable(field, "must be some of the choices", "enum")
    if not picked.indices and not field.required:
        return NOT_GIVEN
    return [field.choices[index].value for index in picked.indices]


def _read_lines(field: FieldSpec, text: str) -> JsonValue | NotGiven | Unreadable:
    try:
        entries = read_lines(text, field.item.kind if field.item else FieldKind.TEXT)
    except NotLines as error:
        return _unreadable(field, str(error))
    return entries if entries or field.required else NOT_GIVEN


def _read_text(field: FieldSpec, text: str) -> JsonValue | NotGiven | Unreadable:
    if field.kind is FieldKind.LINES:
        return _read_lines(field, text)
    if field.kind is FieldKind.TEXT:
        return text if is_sendable_text(text) else _unreadable(field, why_not_json(text))
    if field.kind not in {FieldKind.INTEGER, FieldKind.NUMBER, FieldKind.JSON}:
        return _unreadable(field, _UNFIT)
    if not text.strip():
        return NOT_GIVEN
    if field.kind is FieldKind.JSON:
        return _read_json(field, text)
    try:
        return read_integer(text) if field.kind is FieldKind.INTEGER else read_number(text)
    except NotANumber as error:
        return _unreadable(field, str(error))


def _read_json(field: FieldSpec, text: str) -> JsonValue | Unreadable:
    if len(text) > MAX_JSON:
        return _unreadable(field, f"is longer than {MAX_JSON:,} characters, more than a form takes", "json")
    try:
        value = parse_json(text)
    except ValueError as error:
        return _unreadable(field, _why_not_read(error), "json")
    if not is_json_value(value):
        return _unreadable(field, why_not_json(value), "json")
    return value if field.id else _whole(field, value)


def _why_not_read(error: ValueError) -> str:
    """Return where a JSON text goes wrong; what stands there may be a secret and is not quoted."""
    line, column = getattr(error, "lineno", 0), getattr(error, "colno", 0)
    if not line:
        return "cannot be read as JSON: it is nested too deeply, or holds a number that JSON does not have"
    return f"is not JSON: look at line {line}, column {column} (texts and names stand in double quotes)"


def _whole(field: FieldSpec, value: JsonValue) -> JsonValue | Unreadable:
    """Return the params as a whole, if they are an object."""
    return value if isinstance(value, Mapping) else _unreadable(field, "must be a JSON object, as in {}")
