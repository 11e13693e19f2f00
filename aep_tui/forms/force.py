"""Which answers are in force: what people did, over suggestions, over defaults."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from aep_tui.forms.defaults import answer_for
from aep_tui.forms.fields import NOT_GIVEN, Answer, Chosen, FieldKind, FieldSpec, Form

_MAX_ROUNDS: Final = 40


def in_force(
    form: Form, touched: Mapping[str, Answer | None], suggested: Mapping[str, Answer] | None = None
) -> dict[str, Answer]:
    """Return the answers in force.

    What a person did counts most, then a suggestion, then the default of a field that is there and required. A field that
    appears because of an answer has its default too; one that was cleared has none any more.

    Args:
        form: The form.
        touched: What a person did, by the id of the field; ``None`` where they cleared it.
        suggested: Answers that follow from something else.
    """
    proposed = suggested or {}
    if form.in_force is not None and form.in_force[:2] == (touched, proposed):
        return dict(form.in_force[2])
    answers = _worked_out(form, touched, proposed)
    form.in_force = (dict(touched), dict(proposed), answers)
    return dict(answers)


def _worked_out(form: Form, touched: Mapping[str, Answer | None], suggested: Mapping[str, Answer]) -> dict[str, Answer]:
    answers = {field_id: answer for field_id, answer in suggested.items() if field_id not in touched}
    answers.update((field_id, answer) for field_id, answer in touched.items() if answer is not None)
    known = {*touched, *answers}
    for _ in range(_MAX_ROUNDS):
        new = {
            field.id: answer
            for field in form.walk(answers)
            if field.id not in known and (answer := prefilled_answer(field)) is not None
        }
        if not new:
            break
        answers.update(new)
        known.update(new)
    return answers


def prefilled_answer(field: FieldSpec) -> Answer | None:
    """Return the answer that a field begins with.

    A required field begins with its default, a required choice of one entry with that entry, one that may be null with a
    value. An optional default is not filled in: the service applies its own.
    """
    if field.prefilled and field.default is not NOT_GIVEN and field.kind is not FieldKind.CONST:
        return answer_for(field, field.default)
    if field.kind is FieldKind.VARIANTS and field.prefilled:
        return Chosen(0)
    return Chosen(0) if field.required and field.kind is FieldKind.CHOICE and len(field.choices) == 1 else None
