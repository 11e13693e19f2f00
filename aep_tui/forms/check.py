"""Answers checked: each against its field, and all together against the whole schema."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Final

from aep_tui.forms import validator
from aep_tui.forms.fields import NOT_GIVEN, Answer, Answers, Chosen, Entries, FieldKind, FieldSpec, Form
from aep_tui.forms.looking import Looking, shown_part
from aep_tui.forms.page import page_sentence
from aep_tui.forms.paths import Path, around_value
from aep_tui.forms.sentences import sentence
from aep_tui.forms.telling import telling
from aep_tui.forms.validator import Finding
from aep_tui.forms.values import Unreadable, read_answer, subject

_OF_NAMES: Final = frozenset({"additionalProperties", "propertyNames", "falseSchema"})
_DEPENDING: Final = frozenset({"then", "else", "dependencies", "oneOf", "anyOf", "allOf", "not"})
_OWN_ROWS: Final = frozenset({FieldKind.LIST, FieldKind.MAP})


@dataclass(frozen=True, slots=True)
class FieldError:
    """Something to put right.

    Attributes:
        pointer: JSON Pointer of the param; the empty pointer stands for the page as a whole.
        label: The field's label; empty for the page.
        keyword: The JSON Schema keyword that says so, or ``json`` for a text that is no JSON.
        message: What to do, as a sentence; it never quotes an answer.
        field_id: The id of the field to put it right in; empty for the page. It is the pointer where nothing else is said.
    """

    pointer: str
    label: str
    keyword: str
    message: str
    field_id: str = ""

    def __post_init__(self) -> None:
        """Take the pointer for the id, if there is none."""
        if not self.field_id:
            object.__setattr__(self, "field_id", self.pointer)


def prepare(form: Form) -> None:
    """Load the validator and compile a form's schema, so that the first check is quick; it may run in a thread."""
    validator.findings(form.document, {})


def check_field(field: FieldSpec, answer: Answer | None) -> FieldError | None:
    """Return what is wrong with one answer by itself, or ``None``.

    Conditions that other answers play a part in are left to :func:`check`. The work is bounded whatever schema and answer
    are: patterns have a budget of time, and a schema that multiplies itself is not run (see :func:`not_checked`).
    """
    if field.kind in {FieldKind.OBJECT, FieldKind.VARIANTS, *_OWN_ROWS}:
        return _of_container(field, answer)
    value = read_answer(field, answer)
    if value is NOT_GIVEN or isinstance(value, Unreadable):
        return without_value(field, value)
    found = next(_own(field, validator.findings(field.document, value).found), None)
    return None if found is None else error_of(field, found, ())


def check(form: Form, answers: Answers) -> list[FieldError]:
    """Return what is wrong with all answers together: at most one error a field, in their order, then those of the page.

    The whole schema is applied to what would be sent, with optional defaults filled in, since the service fills them in. Of
    several forms only the errors of the chosen one are told.
    """
    return _Check(form, answers).errors()


def not_checked(form: Form, answers: Answers) -> list[FieldError]:
    """Return what of these answers could not be checked here, in the shape of errors; the service checks it.

    A pattern may be none that can be run safely, an answer too long for one, a schema too intricate.
    """
    return _Check(form, answers).remarks()


class _Check:
    """One look at all answers of a form."""

    def __init__(self, form: Form, answers: Answers) -> None:
        self._form = form
        self._looking = Looking(form.tree(answers), answers)
        self._errors: dict[str, FieldError] = {}
        self._of_page: dict[str, FieldError] = {}
        for field, read in self._looking.without_value:
            error = without_value(field, read)
            if error is not None:
                self._errors.setdefault(field.id, error)
        for field, message in self._looking.clashes:
            self._errors.setdefault(field.id, FieldError(field.pointer, field.label, "propertyNames", message, field.id))
        for field, found in self._looking.long_findings:
            for one in _own(field, found):
                self._errors.setdefault(field.id, error_of(field, one, ()))
        for one in self._looking.findings(form.document):
            self._place(one)
        if not (self._looking.complete and self._looking.all_told):
            for field, one in self._looking.single_findings():
                if field.id:
                    self._errors.setdefault(field.id, error_of(field, one, ()))

    def errors(self) -> list[FieldError]:
        """Return the errors of fields in order, then those of the page."""
        ordered = [self._errors.pop(field.id) for field in self._looking.order if field.id in self._errors]
        return [*ordered, *self._errors.values(), *self._of_page.values()]

    def remarks(self) -> list[FieldError]:
        """Return what could not be checked."""
        remarks: dict[str, FieldError] = {}
        for where in self._looking.unchecked:
            spec = self._looking.at_schema(where)
            label = subject(spec) if spec else "One of the params"
            message = f"{label} is not checked: its pattern cannot be tried here."
            error = FieldError(spec.pointer if spec else "", label if spec else "", "pattern", message, spec.id if spec else "")
            remarks[error.field_id] = error
        if not self._looking.complete:
            message = "Not everything is checked: the schema has parts that cannot be applied here."
            remarks.setdefault("", FieldError("", "", "schema", message))
        return list(remarks.values())

    def _place(self, found: Finding) -> None:
        """File one finding under its field, or under the page."""
        for variants, one in telling(found, self._looking):
            if variants is not None:
                self._place_choice(variants, one)
            else:
                self._place_one(one)

    def _place_choice(self, field: FieldSpec, found: Finding) -> None:
        """File that no form is chosen where one has to be, or that the answers are those of several."""
        if field.hidden or field.id in self._errors or field.id in self._looking.assumed:
            return
        chosen = field.union is not None and field.union.branch is not None
        message = (
            f"{subject(field)}: these answers fit more than one of the forms." if chosen else f"{subject(field)} is required."
        )
        keyword = found.keyword if chosen else "required"
        self._errors[field.id] = FieldError(field.pointer, field.label, keyword, message, field.id)

    def _place_one(self, found: Finding) -> None:
        path = found.path
        if found.keyword == "required" and isinstance(found.detail, str):
            path = (*path, found.detail)
            known = self._looking.field_at(path)
            if known is not None and not known.hidden:
                self._errors.setdefault(known.id, _required(known))
                return
            if known is None and self._looking.holder_at(found.path) is None:
                if self._looking.is_described(found) and not self._waits_for_choice(found):
                    self._add_to_page(found)
                return
        if found.keyword != "required" or self._looking.holder_at(found.path) is not None:
            self._place_value(found)
        else:
            self._add_to_page(found)

    def _waits_for_choice(self, found: Finding) -> bool:
        """Tell whether a member may only be missed because no form was chosen yet."""
        fields = self._looking.fields_at(found.path)
        return any(field.id in self._errors and field.kind is FieldKind.VARIANTS for field in fields)

    def _place_value(self, found: Finding) -> None:
        """File a finding about a value under the field that it was given in."""
        field, length = self._looking.nearest(found.path, names=found.keyword in _OF_NAMES)
        if field is not None and field.id in self._looking.apart:
            return
        wrong = list(_wrong_keys(field)) if field is not None and found.keyword in _OF_NAMES else []
        if wrong:
            self._errors.update((error.field_id, error) for error in wrong if error.field_id not in self._errors)
            return
        if field is None or field.hidden or (not field.id and not found.path):
            self._add_to_page(found)
        elif field.id not in self._looking.assumed or not _DEPENDING.isdisjoint(around_value(found.where, length)):
            # what is odd about a default that was only assumed is between the schema and its service
            self._errors.setdefault(field.id, error_of(field, found, found.path[:length]))

    def _add_to_page(self, found: Finding) -> None:
        message = page_sentence(self._looking, found)
        self._of_page.setdefault(message, FieldError("", "", found.keyword, message))


def _wrong_keys(field: FieldSpec) -> Iterator[FieldError]:
    """Yield an error for each row of a map whose key is none that the map takes."""
    for row in field.children if field.kind is FieldKind.MAP else ():
        found = validator.findings(field.document, {row.key: None}).found
        if any(one.keyword in _OF_NAMES and one.path in {(), (row.key,)} for one in found):
            expected = f" ({field.hint})" if field.hint else ""
            message = f"{subject(field)} does not take this key{expected}."
            yield FieldError(row.pointer, "Key", "propertyNames", message, row.id)


def without_value(field: FieldSpec, value: object) -> FieldError | None:
    """Return what is wrong with a field that has no value to send."""
    if isinstance(value, Unreadable):
        return FieldError(field.pointer, field.label, value.keyword, value.message, field.id)
    if field.required and field.kind is not FieldKind.CONST and not (field.hidden and field.const is not NOT_GIVEN):
        return FieldError(field.pointer, field.label, "required", f"{subject(field)} is required.", field.id)
    return None


def _of_container(field: FieldSpec, answer: Answer | None) -> FieldError | None:
    """Return what is wrong with how much a field has inside."""
    if field.kind is FieldKind.OBJECT:
        return None
    if field.kind is FieldKind.VARIANTS:
        return None if isinstance(answer, Chosen) else without_value(field, NOT_GIVEN)
    if not isinstance(answer, Entries):
        return without_value(field, NOT_GIVEN)
    count = len(answer.rows)
    least, most = field.min_entries, field.max_entries
    keyword = ("minItems", "maxItems") if field.kind is FieldKind.LIST else ("minProperties", "maxProperties")
    if count < least and (count or field.required):
        return error_of(field, Finding((), keyword[0], (), {}, least), ())
    return error_of(field, Finding((), keyword[1], (), {}, most), ()) if most is not None and count > most else None


def _required(field: FieldSpec) -> FieldError:
    message = f"{subject(field)} is required because of other answers."
    return FieldError(field.pointer, field.label, "required", message, field.id)


def _own(field: FieldSpec, found: Iterable[Finding]) -> Iterator[Finding]:
    """Yield what belongs to a field of what its own document found; for the params as a whole, what lies inside them."""
    return (one for one in found if field.id or one.path)


def error_of(field: FieldSpec, found: Finding, path: Path) -> FieldError:
    """Return a finding as an error of a field.

    Args:
        field: The field.
        found: What the validator found.
        path: The path of the field's value, as far as the finding's path leads through it.
    """
    inside = found.path[len(path) :]
    about = shown_part(field, found, inside)
    if field.secret and found.keyword == "additionalProperties" and (field.id or inside):
        found = replace(found, detail=None)  # the names of members may be secret, too; those of the params are not
    if found.keyword == "pattern" and not inside and not isinstance(found.node.get("pattern_descriptor"), str):
        found = _with_words_of(field, found)
    return FieldError(field.pointer, field.label, found.keyword, sentence(about, found), field.id)


def _with_words_of(field: FieldSpec, found: Finding) -> Finding:
    """Return a finding with what the field says about its pattern, where the schema that has the pattern says nothing."""
    said: Mapping[str, object] = field.schema
    words = {name: said[name] for name in ("pattern_descriptor", "patternErrorMessage", "examples") if name in said}
    node = {**words, **found.node}
    return Finding(found.path, found.keyword, found.where, node, found.detail, found.branches)
