"""Params that came from outside, checked as they are: nothing is filled in and nothing left out.

The whole schema decides what is wrong with them. The form only says how a part is called, in which order to tell, and which
variant is meant.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import reduce
from typing import Final

from aep_tui.forms import validator
from aep_tui.forms.answers import answers_from_params, not_taken
from aep_tui.forms.check import FieldError, check, error_of
from aep_tui.forms.fields import FieldKind, FieldSpec, Form, JsonValue
from aep_tui.forms.json_values import is_json_value, is_sendable_text, why_not_json
from aep_tui.forms.looking import Looking
from aep_tui.forms.page import page_sentence
from aep_tui.forms.paths import Path
from aep_tui.forms.sentences import sentence
from aep_tui.forms.telling import telling
from aep_tui.forms.validator import Finding, Findings
from aep_tui.forms.values import subject
from aep_tui.json_text import pointer_join
from aep_tui.text import plain

PATTERN_SECONDS: Final = 5.0
"""Processor time that the patterns of one check may take together; nobody is typing meanwhile."""

_MAX_STEPS: Final = 1_000_000
_MAX_DEPTH: Final = 60


@dataclass(frozen=True, slots=True)
class CheckedParams:
    """What a check of params brought.

    Attributes:
        errors: What is wrong, in the order of the form's fields, then what belongs to no field.
        remarks: What could not be checked, as sentences.
    """

    errors: tuple[FieldError, ...] = ()
    remarks: tuple[str, ...] = ()


def check_params(form: Form, params: object) -> CheckedParams:
    """Check params against the schema of a form.

    Args:
        form: The form that the params are meant for.
        params: Any JSON value, without secrets wrapped.

    Returns:
        Errors whose pointers lead to the value, to the member that is missing, or to the name that is not allowed. No
        sentence quotes a value, and neither sentences nor pointers hold names inside a secret that the schema does not have.
    """
    if not isinstance(params, Mapping):
        return CheckedParams((FieldError("", "", "type", "The params must be an object."),))
    unfit = {key: reason for key, value in params.items() if (reason := _why_unfit(key, value))}
    look = _Look(form, {key: value for key, value in params.items() if key not in unfit})
    return look.checked(unfit)


def _why_unfit(key: str, value: object) -> str:
    """Return why a param can be neither checked nor sent, to follow "it"; empty if it can."""
    return why_not_json(value) if is_sendable_text(key) else why_not_json(key)


class _Look(Looking):
    """One look at params: each part of them with the fields it belongs to."""

    def __init__(self, form: Form, params: Mapping[str, JsonValue]) -> None:
        """Find the fields that these params bring."""
        self._form = form
        self._params = params
        self._answers = answers_from_params(form, params)
        self._fields: dict[str, list[FieldSpec]] = {}
        self._places: dict[str, int] = {}
        for number, field in enumerate(form.walk(self._answers)):
            self._fields.setdefault(field.pointer, []).append(field)
            self._places[field.id] = number
        self._errors: list[tuple[int, FieldError]] = []
        super().__init__(form.tree(self._answers), self._answers)

    def leaf(self, field: FieldSpec, value: JsonValue, key: str) -> JsonValue:
        """Return a value; none is checked by itself, since all of them are checked together."""
        del field, key
        return value

    def fields_at(self, path: Path) -> list[FieldSpec]:
        """Return the fields whose value a path leads to, outer ones first; positions in lists are those of the params."""
        return self._fields.get(_pointer(path), [])

    def checked(self, unfit: Mapping[str, str]) -> CheckedParams:
        """Return what is wrong.

        Args:
            unfit: Params that are not looked at, and why.
        """
        budget = validator.Budget(PATTERN_SECONDS)
        result = validator.findings(self._form.document, self._params, budget, most_steps=_MAX_STEPS)
        for key, reason in unfit.items():
            field = self.field_at((key,))
            name = subject(field) if field else plain(key, 80) or '""'
            self._add(field, FieldError(pointer_join("", key), name, "json", f"{name} {reason}."))
        for found in result.found:
            if not (_whole_path(found)[:1] and _whole_path(found)[0] in unfit):
                self._tell(found, 0)
        if not (result.complete and result.all_told) and not self._errors:
            self._look_at_each()
        if not result.all_told and not self._errors:
            message = "These params do not fit the schema, which is too intricate to tell where."
            self._add(None, FieldError("", "", "schema", message))
        ordered = [error for _, error in sorted(self._errors, key=lambda placed: placed[0])]
        return CheckedParams(tuple(dict.fromkeys(ordered)), tuple(self._remarks(result)))

    def _remarks(self, result: Findings) -> Iterable[str]:
        for where in result.unchecked:
            field = self.at_schema(where)
            yield f"{subject(field) if field else 'One of the params'} is not checked: its pattern cannot be tried here."
        if not result.all_told:
            count = len(result.found)
            told = f"the first {count} are told" if count > 1 else "the schema or the params are too large to tell all of them"
            yield f"There may be more errors than these: {told}."
        if not result.complete:
            yield "Not everything is checked: the schema has parts that cannot be applied here."

    def _look_at_each(self) -> None:
        """Look at the params field by field, where the schema cannot be applied as a whole."""
        for error in check(self._form, self._answers):
            self._add(self._form.field(error.field_id, self._answers), error)
        known = {error.pointer for _, error in self._errors if error.keyword != "required"}
        for fault in not_taken(self._form, self._params):
            fields = self._fields.get(fault.pointer)
            if fields and fault.pointer not in known and not self._fits(fields[-1], fault.pointer):
                self._errors = [placed for placed in self._errors if placed[1].pointer != fault.pointer]
                self._add(fields[-1], FieldError(fault.pointer, fields[-1].label, "type", fault.message))

    def _fits(self, field: FieldSpec, pointer: str) -> bool:
        """Tell whether a value that no answer gives fits what the schema says about it all the same."""
        value: object = self._params
        for step in (part.replace("~1", "/").replace("~0", "~") for part in pointer.split("/")[1:]):
            if isinstance(value, list | tuple):
                value = value[int(step)]
            else:
                value = value.get(step) if isinstance(value, Mapping) else None
        result = validator.findings(field.document, value, most_steps=_MAX_STEPS)
        return result.complete and result.all_told and not result.found

    def _add(self, field: FieldSpec | None, error: FieldError) -> None:
        place = self._places.get(field.id) if field is not None and field.id else None
        self._errors.append((len(self._places) if place is None else place, error))

    def _tell(self, found: Finding, depth: int) -> None:
        """Tell a finding, of a union only what concerns the variant that is meant."""
        if found.keyword not in {"oneOf", "anyOf"} or not found.branches or depth > _MAX_DEPTH:
            self._tell_one(found)
            return
        field = self._choosing(found)
        if field is None:
            for _, one in telling(found, self):
                self._tell_one(one)
            return
        mark = _told_apart(found)
        branch = field.union.branch if field.union is not None else None
        if mark is not None:
            self._add(field, self._of_mark(field, found, mark))
        elif branch is not None and found.branches[branch]:
            for inner in found.branches[branch]:
                self._tell(inner, depth + 1)
        else:
            words = "fits none of the forms" if branch is None else "fits more than one of the forms"
            shown = _pointer(self._shown(found, found.path))
            self._add(field, FieldError(shown, field.label, found.keyword, f"{subject(field)} {words}."))

    def _choosing(self, found: Finding) -> FieldSpec | None:
        for field in self.fields_at(found.path):
            union = field.union
            if union is not None and (union.keyword, union.size) == (found.keyword, len(found.branches)):
                return field
        return None

    def _of_mark(self, field: FieldSpec, found: Finding, mark: Finding) -> FieldError:
        """Return that the member that tells variants apart has the value of none of them."""
        about = subject(field) if field.kind is not FieldKind.VARIANTS else f"In {subject(field)}, {plain(mark.path[-1], 40)}"
        return FieldError(_pointer(self._shown(found, mark.path)), field.label, found.keyword, sentence(about, mark))

    def _tell_one(self, found: Finding) -> None:
        """Tell a finding about one value."""
        extra = _names_not_allowed(found)
        if extra and not self._in_secret(found.path):
            for path in extra:
                self._tell_name(path, found)
            return
        whole = _whole_path(found)
        missing = self.field_at(whole) if found.keyword == "required" else None
        field, length = (missing, len(whole)) if missing else self.nearest(found.path, names=False)
        shown = _pointer(self._shown(found, whole))
        if missing is not None:
            self._add(missing, FieldError(shown, missing.label, "required", f"{subject(missing)} is required."))
        elif field is None or (not field.id and not found.path):
            label = plain(whole[-1], 80) if whole else ""
            self._add(None, FieldError(shown, label, found.keyword, page_sentence(self, found)))
        else:
            error = error_of(field, found, found.path[:length])
            self._add(field, FieldError(shown, error.label, error.keyword, error.message))

    def _tell_name(self, path: Path, found: Finding) -> None:
        """Tell that a name is not allowed in an object."""
        holder, _ = self.nearest(path[:-1], names=True)
        name = plain(path[-1], 80) or '""'
        about = f"In {subject(holder)}, {name}" if holder is not None and holder.id else name
        self._add(holder, FieldError(_pointer(path), name, found.keyword, f"{about} is not a name that the schema allows."))

    def _in_secret(self, path: Path) -> bool:
        return any(field.secret and field.id for end in range(len(path) + 1) for field in self.fields_at(path[:end]))

    def _shown(self, found: Finding, path: Path) -> Path:
        """Return a path as far as it may be shown: inside a secret only positions, and names that the schema has."""
        known = {*found.where, found.detail if found.keyword == "required" and isinstance(found.detail, str) else ""}
        for end in range(len(path)):
            secrets = [field for field in self.fields_at(path[:end]) if field.secret]
            if secrets:
                start = end if secrets[0].id else end + 1  # the names of the params themselves are no secret
                hidden = (at for at in range(start, len(path)) if isinstance(path[at], str) and path[at] not in known)
                return path[: next(hidden, len(path))]
        return path


def _pointer(path: Path) -> str:
    return reduce(pointer_join, path, "")


def _whole_path(found: Finding) -> Path:
    """Return where a finding is: for a member that is missing, where it would be."""
    missing = found.keyword == "required" and isinstance(found.detail, str)
    return (*found.path, str(found.detail)) if missing else found.path


def _names_not_allowed(found: Finding) -> list[Path]:
    """Return the paths of members whose names an object must not have."""
    if found.keyword == "falseSchema" and found.where[-1:] == ("additionalProperties",) and found.path:
        return [found.path]
    if found.keyword == "additionalProperties" and isinstance(found.detail, list | tuple):
        return [(*found.path, name) for name in found.detail if isinstance(name, str)]
    return []


def _told_apart(found: Finding) -> Finding | None:
    """Return what a member must be that has a value which no branch allows, if there is such a member of all branches."""
    values: dict[Path, list[JsonValue]] = {}
    for branch in found.branches:
        told = {one.path: one for one in branch if one.keyword in {"const", "enum"} and len(one.path) == len(found.path) + 1}
        allowed = {path: _allowed(one) for path, one in told.items()}
        values = {path: [*values.get(path, []), *more] for path, more in allowed.items() if path in values or not values}
        if not values:
            return None
    path, members = next(iter(values.items()))
    return Finding(path, "enum", (), {}, members) if len(values) == 1 else None


def _allowed(found: Finding) -> list[JsonValue]:
    values = found.detail if found.keyword == "enum" and isinstance(found.detail, list) else [found.detail]
    return [value for value in values if is_json_value(value)]
