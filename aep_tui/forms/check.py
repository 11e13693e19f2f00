"""Answers checked: each against its field, and all together against the whole schema."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from aep_tui.forms import validator
from aep_tui.forms.fields import NOT_GIVEN, Answer, Answers, FieldKind, FieldSpec, Form, JsonValue, NotGiven
from aep_tui.forms.json_values import value_text
from aep_tui.forms.page import page_sentence
from aep_tui.forms.paths import Path
from aep_tui.forms.sentences import sentence
from aep_tui.forms.validator import Finding
from aep_tui.forms.values import Unreadable, read_answer, subject
from aep_tui.json_text import pointer_join
from aep_tui.text import plain

_LONG: Final = 2_000
_IN_OWN_SCHEMA: Final = (("properties",), ("definitions",), ("$defs",))


@dataclass(frozen=True, slots=True)
class FieldError:
    """Something to put right.

    Attributes:
        pointer: The field to put it right in; the empty pointer stands for the page as a whole.
        label: The field's label; empty for the page.
        keyword: The JSON Schema keyword that says so, or ``json`` for a text that is no JSON.
        message: What to do, as a sentence; it never quotes an answer.
    """

    pointer: str
    label: str
    keyword: str
    message: str


def prepare(form: Form) -> None:
    """Load the validator and compile a form's schema, so that the first check is quick; it may run in a thread."""
    for document in (form.document, *{id(field.document): field.document for field in form.fields}.values()):
        validator.findings(document, {})


def check_field(field: FieldSpec, answer: Answer | None) -> FieldError | None:
    """Return what is wrong with one answer by itself, or ``None``.

    Conditions that other answers play a part in are left to :func:`check`. The work is bounded whatever schema and answer
    are: patterns have a budget of time, and a schema that multiplies itself is not run (see :func:`not_checked`).
    """
    value = read_answer(field, answer)
    if value is NOT_GIVEN or isinstance(value, Unreadable):
        return _without_value(field, value)
    whole = value if not field.pointer else {field.key: value}
    found = next(_own(field, validator.findings(field.document, whole).found), None)
    return None if found is None else _error(field, found)


def check(form: Form, answers: Answers) -> list[FieldError]:
    """Return what is wrong with all answers together: at most one error a field, in their order, then those of the page.

    The whole schema is applied to what would be sent, with optional defaults filled in, since the service fills them in.
    """
    return _Check(form, answers).errors()


def not_checked(form: Form, answers: Answers) -> list[FieldError]:
    """Return what of these answers could not be checked here, in the shape of errors; the service checks it.

    A pattern may be none that can be run safely, an answer too long for one, a schema too intricate.
    """
    return _Check(form, answers).remarks()


class _Check:
    """One look at all answers of a form.

    A long value is checked by itself, and stands as a short one in the params that the whole schema is applied to: the
    validator copies the params into every error about them.
    """

    def __init__(self, form: Form, answers: Answers) -> None:
        self._form = form
        self._fields = {field.pointer: field for field in form.fields}
        self._errors: dict[str, FieldError] = {}
        self._of_page: dict[str, FieldError] = {}
        self._unchecked: list[Path] = []
        self._complete = True
        self._budget = validator.Budget()
        self._apart: set[str] = set()
        self._assumed: set[str] = set()
        sent: dict[str, JsonValue] = {}
        for field in form.fields:
            self._take(field, read_answer(field, answers.get(field.pointer)), sent)
        for found in self._findings(form.document, sent):
            self._place(found)

    def errors(self) -> list[FieldError]:
        """Return the errors of fields in order, then those of the page."""
        ordered = [self._errors[pointer] for pointer in self._fields if pointer in self._errors]
        return [*ordered, *self._of_page.values()]

    def remarks(self) -> list[FieldError]:
        """Return what could not be checked."""
        remarks: dict[str, FieldError] = {}
        for where in self._unchecked:
            spec = self._fields.get(pointer_join("", where[1])) if len(where) > 1 and where[0] == "properties" else None
            label = subject(spec) if spec else "One of the params"
            pointer = spec.pointer if spec else ""
            message = f"{label} is not checked: its pattern cannot be tried here."
            remarks[pointer] = FieldError(pointer, label if spec else "", "pattern", message)
        if not self._complete:
            message = "Not everything is checked: the schema has parts that cannot be applied here."
            remarks.setdefault("", FieldError("", "", "schema", message))
        return list(remarks.values())

    def _take(self, field: FieldSpec, value: JsonValue | NotGiven | Unreadable, sent: dict[str, JsonValue]) -> None:
        """Take one answer into what is sent, or its error."""
        if isinstance(value, Unreadable) or value is NOT_GIVEN:
            error = _without_value(field, value)
            if error is not None:
                self._errors[field.pointer] = error
            elif field.default is not NOT_GIVEN:
                sent[field.key] = field.default
                self._assumed.add(field.key)
        elif field.pointer:
            sent[field.key] = self._short(field, value)
        elif isinstance(value, Mapping):
            sent.update(value)

    def _short(self, field: FieldSpec, value: JsonValue) -> JsonValue:
        """Return a value, or a short one of its type if it is long; the long one is checked by itself."""
        if not _is_long(value):
            return value
        self._apart.add(field.key)
        for found in _own(field, self._findings(field.document, {field.key: value})):
            self._errors.setdefault(field.pointer, _error(field, found))
        if isinstance(value, str):
            return value[:_LONG]
        return {} if isinstance(value, Mapping) else []

    def _findings(self, document: object, value: object) -> tuple[Finding, ...]:
        result = validator.findings(document, value, self._budget)
        self._unchecked.extend(result.unchecked)
        self._complete = self._complete and result.complete
        return result.found

    def _place(self, found: Finding) -> None:
        """File one finding under its field, or under the page."""
        key = found.path[0] if found.path else found.detail if found.keyword == "required" else None
        if key in self._apart:
            return
        field = self._fields.get(pointer_join("", key)) if isinstance(key, str) else None
        if field is None and found.path:
            field = self._fields.get("")
        if field is None or field.hidden:
            message = page_sentence(self._form, found)
            self._of_page.setdefault(message, FieldError("", "", found.keyword, message))
        elif field.key not in self._assumed or found.where[:1] not in _IN_OWN_SCHEMA:
            # what is odd about a default that was only assumed is between the schema and its service
            self._errors.setdefault(field.pointer, _error(field, found) if found.path else _required(field))


def _is_long(value: JsonValue) -> bool:
    """Tell whether a value is long enough to be checked by itself; lists and objects are measured by their text."""
    if isinstance(value, str):
        return len(value) > _LONG
    return isinstance(value, Mapping | list | tuple) and len(value_text(value)) > _LONG


def _without_value(field: FieldSpec, value: object) -> FieldError | None:
    if isinstance(value, Unreadable):
        return FieldError(field.pointer, field.label, value.keyword, value.message)
    if field.required and field.kind is not FieldKind.CONST:
        return FieldError(field.pointer, field.label, "required", f"{subject(field)} is required.")
    return None


def _required(field: FieldSpec) -> FieldError:
    return FieldError(field.pointer, field.label, "required", f"{subject(field)} is required because of other answers.")


def _own(field: FieldSpec, found: Iterable[Finding]) -> Iterator[Finding]:
    """Yield what belongs to a field of what its own document found; for the params as a whole, what lies inside them."""
    return (one for one in found if field.pointer or one.path)


def _error(field: FieldSpec, found: Finding) -> FieldError:
    return FieldError(field.pointer, field.label, found.keyword, sentence(_subject(field, found), found))


def _subject(field: FieldSpec, found: Finding) -> str:
    """Return what a sentence is about: the field, or a part of its JSON.

    Inside a secret only names that the schema itself has are said, and names of params, which are none.
    """
    inside = found.path[1:] if field.pointer else found.path
    known = {*found.where, *(() if field.pointer else found.path[:1])}
    steps = []
    for step in inside:
        if isinstance(step, int):
            steps.append(f"entry {step + 1}")
        elif not field.secret or step in known:
            steps.append(plain(step, 40) or '""')
    name = subject(field)
    if found.keyword == "required":
        steps.append(plain(found.detail, 40))
    if not steps:
        return f"A part of {name}" if inside else name
    return f"In {name}, {', '.join(steps)}"
