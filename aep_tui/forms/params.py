"""Answers read into the params that go on the wire."""

from __future__ import annotations

from typing import cast

from aep_tui.forms.assembly import Assembly
from aep_tui.forms.fields import Answers, FieldSpec, Form, JsonValue
from aep_tui.secret import Secret


def params(form: Form, answers: Answers) -> dict[str, object]:
    """Return what goes on the wire, in the order of the form.

    A constant is sent, and so is every field that is there and has an answer; a required default is there because it was
    filled in, an optional one is left to the service. What a condition hides is not sent, nor what belongs to another variant.
    Answers that cannot be read are left out; :func:`aep_tui.forms.check.check` reports them.

    Returns:
        JSON values by name; each value of a secret field is wrapped in a :class:`~aep_tui.secret.Secret`.
    """
    return dict(_Wrapped(answers).members(form.tree(answers)))


class _Wrapped(Assembly):
    """Puts params together with secrets wrapped."""

    def leaf(self, field: FieldSpec, value: JsonValue, key: str) -> JsonValue:
        """Wrap the value of a secret field."""
        del key
        return cast("JsonValue", Secret(value)) if field.secret else value
