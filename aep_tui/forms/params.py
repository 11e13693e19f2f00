"""Answers read into the params that go on the wire."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from aep_tui.forms.fields import NOT_GIVEN, Answers, FieldKind, FieldSpec, Form, JsonValue
from aep_tui.forms.values import Unreadable, read_answer
from aep_tui.secret import Secret


def params(form: Form, answers: Answers) -> dict[str, object]:
    """Return what goes on the wire, in the schema's order.

    A constant is sent, and so is every field that has an answer; a required default is there because it was filled in, an
    optional one is left to the service. Answers that cannot be read are left out; :func:`aep_tui.forms.check.check` reports
    them.

    Returns:
        JSON values by name; each value of a secret field is wrapped in a :class:`~aep_tui.secret.Secret`.
    """
    return {key: Secret(value) if field.secret else value for field, key, value in sent(form, answers)}


def sent(form: Form, answers: Answers) -> Iterator[tuple[FieldSpec, str, JsonValue]]:
    """Yield field, name and plain value of each param that goes on the wire; the rest field gives several."""
    for field in form.fields:
        value = read_answer(field, answers.get(field.pointer))
        if value is NOT_GIVEN or isinstance(value, Unreadable):
            continue
        if field.pointer or field.kind is not FieldKind.JSON:
            yield field, field.key, value
        elif isinstance(value, Mapping):
            for key, member in value.items():
                yield field, key, member
