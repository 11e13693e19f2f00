"""Answers made ready: what a form begins with, and params read back into answers."""

from __future__ import annotations

from collections.abc import Mapping

from aep_tui.forms.defaults import answer_for
from aep_tui.forms.fields import NOT_GIVEN, Answer, Chosen, Fault, FieldKind, FieldSpec, Form, JsonValue
from aep_tui.forms.json_values import is_json_value, same
from aep_tui.json_text import pointer_join
from aep_tui.secret import reveal_all


def initial_answers(form: Form) -> dict[str, Answer]:
    """Return the answers that a form begins with.

    A required field begins with its default, a required choice of one entry with that entry. An optional default is not
    filled in: the service applies its own.
    """
    begun = ((field.pointer, _initial(field)) for field in form.walk() if field.required)
    return {pointer: answer for pointer, answer in begun if answer is not None}


def _initial(field: FieldSpec) -> Answer | None:
    if field.default is not NOT_GIVEN:
        return answer_for(field, field.default)
    return Chosen(0) if field.kind is FieldKind.CHOICE and len(field.choices) == 1 else None


def answers_from_params(form: Form, params: Mapping[str, object]) -> dict[str, Answer]:
    """Return the answers that give these params; what fits no field is left out (see :func:`not_taken`).

    Args:
        form: The form to fill in.
        params: JSON values by name; secrets may be wrapped in :class:`~aep_tui.secret.Secret`.
    """
    return _placed(form, params)[0]


def not_taken(form: Form, params: Mapping[str, object]) -> tuple[Fault, ...]:
    """Return which of these params :func:`answers_from_params` leaves out, and why; no value is quoted."""
    return _placed(form, params)[1]


def _placed(form: Form, params: Mapping[str, object]) -> tuple[dict[str, Answer], tuple[Fault, ...]]:
    answers: dict[str, Answer] = {}
    left_out: list[Fault] = []
    others: dict[str, JsonValue] = {}
    fields = {field.key: field for field in form.fields if field.pointer}
    for key, wrapped in params.items():
        value = reveal_all(wrapped)
        pointer = pointer_join("", key)
        if not is_json_value(value):
            left_out.append(Fault(pointer, "This value cannot be sent."))
        elif key not in fields:
            others[key] = value
        else:
            _place(fields[key], value, answers, left_out)
    whole = form.field("")
    if whole is None:
        left_out.extend(Fault(pointer_join("", key), "The form has no field for this.") for key in others)
    elif others and (answer := answer_for(whole, others)) is not None:
        answers[""] = answer
    return answers, tuple(left_out)


def _place(field: FieldSpec, value: JsonValue, answers: dict[str, Answer], left_out: list[Fault]) -> None:
    if field.kind is FieldKind.CONST:
        if field.const is NOT_GIVEN or not same(field.const, value):
            left_out.append(Fault(field.pointer, f"{field.label} has one fixed value, and this is another."))
        return
    answer = answer_for(field, value)
    if answer is None:
        left_out.append(Fault(field.pointer, f"{field.label} does not take a value of this kind."))
    else:
        answers[field.pointer] = answer
