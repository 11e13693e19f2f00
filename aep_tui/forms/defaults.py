"""The default of a param: read into its JSON type, and into the answer that a person would give for it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal

from aep_tui.forms.choices import position_of
from aep_tui.forms.fields import NOT_GIVEN, Answer, Choice, Chosen, FieldKind, FieldSpec, JsonValue, NotGiven
from aep_tui.forms.json_values import is_json_value, number_text, value_text
from aep_tui.forms.numbers import NotANumber, read_integer, read_number
from aep_tui.json_text import json_lines
from aep_tui.secret import MASK, Secret
from aep_tui.text import plain

_YES_NO = {True: "yes", False: "no"}


def read_default(schema: Mapping[str, object], kind: FieldKind, choices: Sequence[Choice]) -> tuple[JsonValue | NotGiven, str]:
    """Return the default of a param and what is odd about it, as a sentence.

    A default of a wrong type is put right where that is certain (``"22"`` for a number, ``22`` for a text) and else left
    out; so is one that is no entry of its choice. ``null`` is no default, except for a choice that has it.
    """
    if "default" not in schema or kind is FieldKind.CONST:
        return NOT_GIVEN, ""
    default = schema["default"]
    if not is_json_value(default):
        return NOT_GIVEN, "The default cannot be sent and was left out."
    if kind is FieldKind.CHOICE:
        known = position_of(choices, default)
        if known is None and default is not None:
            return NOT_GIVEN, "The default is not one of the choices and was left out."
        return (NOT_GIVEN, "") if known is None else (choices[known].value, "")
    if default is None:
        return NOT_GIVEN, ""
    return _fitted(default, kind)


def _fitted(default: JsonValue, kind: FieldKind) -> tuple[JsonValue | NotGiven, str]:
    if kind is FieldKind.JSON:
        return default, ""
    fitted = _fit(default, kind)
    if fitted is NOT_GIVEN:
        return NOT_GIVEN, "The default has another type than the param and was left out."
    known_type = isinstance(default, str) == isinstance(fitted, str)
    return fitted, "" if known_type else "The default had another type than the param and was put right."


def _fit(default: JsonValue, kind: FieldKind) -> JsonValue | NotGiven:
    if kind is FieldKind.BOOLEAN:
        spelt: dict[object, bool] = {"true": True, "false": False}
        return (
            default if isinstance(default, bool) else spelt.get(default, NOT_GIVEN) if isinstance(default, str) else NOT_GIVEN
        )
    if isinstance(default, bool) or not isinstance(default, str | int | float | Decimal):
        return NOT_GIVEN
    if kind is FieldKind.TEXT:
        return default if isinstance(default, str) else number_text(default)
    text = default if isinstance(default, str) else number_text(default)
    try:
        return read_integer(text) if kind is FieldKind.INTEGER else read_number(text)
    except NotANumber:
        return NOT_GIVEN


def default_text(kind: FieldKind, value: JsonValue | NotGiven, choices: Sequence[Choice], *, secret: bool) -> str:
    """Return a default, or a constant, as text to show; a secret one is masked."""
    if value is NOT_GIVEN or value == "":
        return ""
    if secret:
        return MASK
    position = position_of(choices, value)
    if position is not None:
        return choices[position].label
    if kind is FieldKind.BOOLEAN and isinstance(value, bool):
        return _YES_NO[value]
    return plain(value_text(value))


def answer_for(field: FieldSpec, value: JsonValue) -> Answer | None:
    """Return the answer that gives a field this value, or ``None`` if no answer does."""
    if field.kind is FieldKind.CHOICE:
        position = position_of(field.choices, value)
        return None if position is None else Chosen(position)
    if field.kind is FieldKind.BOOLEAN:
        return value if isinstance(value, bool) else None
    text = _text_for(field.kind, value)
    return Secret(text) if field.secret and text is not None else text


def _text_for(kind: FieldKind, value: JsonValue) -> str | None:
    if kind is FieldKind.TEXT:
        return value if isinstance(value, str) else None
    if kind is FieldKind.JSON:
        return "\n".join(line.text for line in json_lines(value))
    if isinstance(value, bool) or kind not in {FieldKind.INTEGER, FieldKind.NUMBER}:
        return None
    return number_text(value) if isinstance(value, int | float | Decimal) else None
