"""The default of a param: read into its JSON type, and into the answer that a person would give for it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Final

from aep_tui.forms.choices import position_of
from aep_tui.forms.fields import NOT_GIVEN, Answer, Choice, Chosen, Entries, FieldKind, FieldSpec, JsonValue, NotGiven, Picked
from aep_tui.forms.json_values import is_json_value, number_text, value_text
from aep_tui.forms.lines import lines_of
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


_CONTAINERS: Final[Mapping[FieldKind, tuple[type, ...]]] = {
    FieldKind.OBJECT: (Mapping,),
    FieldKind.MAP: (Mapping,),
    FieldKind.LIST: (list, tuple),
    FieldKind.LINES: (list, tuple),
    FieldKind.MULTI: (list, tuple),
}


def _fitted(default: JsonValue, kind: FieldKind) -> tuple[JsonValue | NotGiven, str]:
    if kind in {FieldKind.JSON, FieldKind.VARIANTS}:
        return default, ""
    if kind in _CONTAINERS:
        fits = isinstance(default, _CONTAINERS[kind])
        return (default, "") if fits else (NOT_GIVEN, "The default has another type than the param and was left out.")
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
    if field.kind in _CONTAINERS and field.kind is not FieldKind.LINES:
        return _for_container(field, value)
    if field.kind is FieldKind.CHOICE:
        position = position_of(field.choices, value)
        return None if position is None else Chosen(position)
    if field.kind is FieldKind.VARIANTS:
        branch = field.pick(value) if field.pick else None
        return None if branch is None else Chosen(branch)
    if field.kind is FieldKind.BOOLEAN:
        return value if isinstance(value, bool) else None
    if field.kind is FieldKind.LINES:
        text = lines_of(value, field.item.kind if field.item else FieldKind.TEXT)
    else:
        text = _text_for(field.kind, value)
    return Secret(text) if field.secret and text is not None else text


def _for_container(field: FieldSpec, value: JsonValue, first_row: int = 0) -> Answer | None:
    """Return the answer by which a field has as much inside as a value has."""
    if not isinstance(value, _CONTAINERS[field.kind]) or not isinstance(value, Sequence | Mapping):
        return None
    if field.kind is FieldKind.OBJECT:
        return True
    if field.kind is FieldKind.MULTI:
        positions = [position_of(field.choices, member) for member in value]
        known = tuple(position for position in positions if position is not None)
        return Picked(known) if len(known) == len(positions) else None
    keys = tuple(value) if isinstance(value, Mapping) else ()
    return Entries(tuple(range(first_row, first_row + len(value))), keys)


def first_free_row(field: FieldSpec) -> int:
    """Return the lowest id for a row that stands for no entry of the default."""
    return len(field.default) if isinstance(field.default, Mapping | list | tuple) else 0


def answer_apart(field: FieldSpec, value: JsonValue) -> Answer | None:
    """Return the answer that gives a field this value, its rows apart from those of the default."""
    if field.kind in {FieldKind.LIST, FieldKind.MAP}:
        tuple_like = len(field.schema["items"]) if isinstance(field.schema.get("items"), list | tuple) else 0  # type: ignore[arg-type]
        return _for_container(field, value, 0 if tuple_like else first_free_row(field))
    return answer_for(field, value)


def _text_for(kind: FieldKind, value: JsonValue) -> str | None:
    if kind is FieldKind.TEXT:
        return value if isinstance(value, str) else None
    if kind is FieldKind.JSON:
        return "\n".join(line.text for line in json_lines(value))
    if isinstance(value, bool) or kind not in {FieldKind.INTEGER, FieldKind.NUMBER}:
        return None
    return number_text(value) if isinstance(value, int | float | Decimal) else None
