"""A form that is filled in by itself, without a connection around it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from aep_tui.forms.check import FieldError, check
from aep_tui.forms.fields import Answer, Form
from aep_tui.forms.force import in_force
from aep_tui.forms.params import params
from aep_tui.forms.placeholders import placeholder_params


@dataclass(frozen=True, slots=True)
class LoneForm:
    """A form and what somebody answered.

    Attributes:
        title: What is filled in.
        form: The form.
        touched: By the id of a field what somebody set; ``None`` where they cleared it.
    """

    title: str
    form: Form
    touched: Mapping[str, Answer | None] = field(default_factory=dict)

    def answers(self) -> dict[str, Answer]:
        """Return the answers in force."""
        return in_force(self.form, self.touched)

    def answered(self, field_id: str, answer: Answer | None) -> LoneForm:
        """Return it with one answer set, or cleared by ``None``."""
        return replace(self, touched={**self.touched, field_id: answer})

    def errors(self) -> list[FieldError]:
        """Return what is wrong with the answers, in the order of the form."""
        return check(self.form, self.answers())

    def params(self) -> dict[str, object]:
        """Return the params; each secret is wrapped."""
        return params(self.form, self.answers())

    def shown_params(self) -> dict[str, object]:
        """Return the params with a placeholder for every secret."""
        return placeholder_params(self.form, self.answers())
