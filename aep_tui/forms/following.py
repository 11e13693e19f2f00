"""Answers carried over to a newer reading of their form."""

from __future__ import annotations

from collections.abc import Mapping

from aep_tui.forms.choices import position_of
from aep_tui.forms.fields import Answer, Chosen, FieldKind, FieldSpec, Form, Picked


def follow(touched: Mapping[str, Answer | None], before: Form, now: Form) -> dict[str, Answer | None]:
    """Return answers for a newer form.

    Choices are kept as positions, so they follow their values to where those stand now, and variants their names; a choice
    that is gone is forgotten.
    """
    old_answers = {field_id: answer for field_id, answer in touched.items() if answer is not None}
    old = {field.id: field for field in before.walk(old_answers)}
    carried: dict[str, Answer | None] = {}
    carried |= {field_id: answer for field_id, answer in touched.items() if not isinstance(answer, Chosen | Picked)}
    for field_id, answer in touched.items():
        if isinstance(answer, Chosen | Picked) and field_id in old:
            known = {name: one for name, one in carried.items() if one is not None}
            moved = _moved(answer, old[field_id], now.field(field_id, known))
            if moved is not None:
                carried[field_id] = moved
    return carried


def _moved(answer: Chosen | Picked, old: FieldSpec, new: FieldSpec | None) -> Answer | None:
    if new is None or new.kind is not old.kind:
        return None
    if isinstance(answer, Chosen):
        position = _position(answer.index, old, new)
        return None if position is None else Chosen(position)
    positions = [_position(index, old, new) for index in answer.indices]
    return Picked(tuple(position for position in positions if position is not None))


def _position(index: int, old: FieldSpec, new: FieldSpec) -> int | None:
    if not 0 <= index < len(old.choices):
        return None
    if new.kind is FieldKind.VARIANTS:
        labels = [choice.label for choice in new.choices]
        return labels.index(old.choices[index].label) if old.choices[index].label in labels else None
    return position_of(new.choices, old.choices[index].value)
