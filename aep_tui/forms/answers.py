"""Answers made ready: what a form begins with, and params read back into answers."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Final, TypeAlias

from aep_tui.forms.assembly import merges, stands_for
from aep_tui.forms.defaults import answer_apart
from aep_tui.forms.fields import NOT_GIVEN, Answer, Fault, FieldKind, FieldSpec, Form, JsonValue
from aep_tui.forms.force import in_force
from aep_tui.forms.json_values import is_json_value, same
from aep_tui.json_text import pointer_join
from aep_tui.secret import reveal_all

_MAX_ROUNDS: Final = 60
_COSTLY: Final = frozenset({FieldKind.VARIANTS, FieldKind.JSON})

_Picked: TypeAlias = dict[tuple[object, ...], tuple[FieldSpec, JsonValue, Answer | None]]


def initial_answers(form: Form) -> dict[str, Answer]:
    """Return the answers that a form begins with: the defaults of required fields."""
    return in_force(form, {})


def answers_from_params(form: Form, params: Mapping[str, object]) -> dict[str, Answer]:
    """Return the answers that give these params; what fits no field is left out (see :func:`not_taken`).

    Args:
        form: The form to fill in.
        params: JSON values by name; secrets may be wrapped in :class:`~aep_tui.secret.Secret`.
    """
    return _placed(form, params).answers


def not_taken(form: Form, params: Mapping[str, object]) -> tuple[Fault, ...]:
    """Return which of these params :func:`answers_from_params` leaves out, and why; no value is quoted."""
    left_out = _placed(form, params).left_out
    places = {pointer_join("", key): position for position, key in enumerate(params)}
    return tuple(sorted(left_out.values(), key=lambda fault: places.get("/" + fault.pointer.split("/")[1], 0)))


def _placed(form: Form, params: Mapping[str, object]) -> _Placing:
    """Place params round by round: each answer may bring further fields."""
    plain_params: dict[str, JsonValue] = {}
    unsendable: dict[str, Fault] = {}
    for key, wrapped in params.items():
        value = reveal_all(wrapped)
        pointer = pointer_join("", key)
        if is_json_value(value):
            plain_params[key] = value
        else:
            unsendable[pointer] = Fault(pointer, "This value cannot be sent.")
    placing = _Placing({}, {})
    for _ in range(_MAX_ROUNDS):
        before = placing.answers
        placing = _Placing(before, placing.picked)
        placing.members(form.tree(before), plain_params, "")
        if placing.answers == before:
            break
    placing.left_out = {**unsendable, **placing.left_out}
    return placing


class _Placing:
    """One round of placing params into the fields that are there."""

    def __init__(self, before: Mapping[str, Answer], picked: _Picked) -> None:
        """Begin a round.

        Args:
            before: The answers of the round before.
            picked: What values chose in the rounds before.
        """
        self.picked = picked
        self.answers: dict[str, Answer] = {}
        self.left_out: dict[str, Fault] = {}
        self._before = before

    def members(self, fields: Iterable[FieldSpec], value: Mapping[str, JsonValue], pointer: str) -> None:
        """Place the members of an object, and report those that no field takes."""
        rest = self._known_members(list(fields), value)
        for key in rest:
            self._leave_out(pointer_join(pointer, key), "The form has no field for this.")

    def _known_members(self, fields: list[FieldSpec], value: Mapping[str, JsonValue]) -> dict[str, JsonValue]:
        """Place the members that fields take, and return the others."""
        rest = dict(value)
        named = [field for field in fields if not merges(field) and field.id]
        for field in named:
            if field.key in rest:
                self._place(field, rest.pop(field.key))
        for field in fields:
            if merges(field) and field.kind is FieldKind.VARIANTS:
                rest = self._beside(field, value, rest)
        for field in fields:
            if (merges(field) and field.kind is FieldKind.MAP) or not field.id:
                if rest:
                    self._place(field, rest)
                rest = {}
        return rest

    def _beside(self, field: FieldSpec, value: Mapping[str, JsonValue], rest: Mapping[str, JsonValue]) -> dict[str, JsonValue]:
        """Place what a form beside members takes, and return what it does not."""
        answer = self._answer(field, value) if rest else None
        if answer is None:
            return dict(rest)
        self.answers[field.id] = answer
        others = {key: member for key, member in rest.items() if not self._is_fixed(field, key, member)}
        return self._known_members(list(field.children), others) if self._before.get(field.id) == answer else others

    def _answer(self, field: FieldSpec, value: JsonValue) -> Answer | None:
        """Return the answer that gives a field a value; what takes long is worked out once for all rounds."""
        if field.kind not in _COSTLY:
            return answer_apart(field, value)
        key = (field.id, field.kind, field.secret, id(field.choices), id(value))
        if key not in self.picked:
            self.picked[key] = (field, value, answer_apart(field, value))  # holds both, so their ids stay their own
        return self.picked[key][2]

    def _is_fixed(self, field: FieldSpec, key: str, member: JsonValue) -> bool:
        return key in field.fixed and same(field.fixed[key], member)

    def _place(self, field: FieldSpec, value: JsonValue) -> None:
        if field.kind is FieldKind.CONST:
            if field.const is NOT_GIVEN or not same(field.const, value):
                self._leave_out(field.pointer, f"{field.label} has one fixed value, and this is another.")
            return
        answer = self._answer(field, value)
        if answer is None or (field.kind is FieldKind.OBJECT and not isinstance(value, Mapping)):
            self._leave_out(field.pointer, f"{field.label} does not take a value of this kind.")
            return
        if field.kind is not FieldKind.OBJECT or field.optional_part:
            self.answers[field.id] = answer
        if field.optional_part or self._before.get(field.id) == answer or field.kind is FieldKind.OBJECT:
            self._inside(field, value)

    def _inside(self, field: FieldSpec, value: JsonValue) -> None:
        match field.kind:
            case FieldKind.OBJECT if isinstance(value, Mapping) and field.included:
                self.members(field.children, value, field.pointer)
            case FieldKind.VARIANTS:
                self._variant(field, value)
            case FieldKind.LIST if isinstance(value, list | tuple):
                for child, entry in zip(field.children, value, strict=False):
                    self._place(child, entry)
            case FieldKind.MAP if isinstance(value, Mapping):
                for child in field.children:
                    if child.key in value:
                        self._place(child, value[child.key])
            case _:
                pass

    def _variant(self, field: FieldSpec, value: JsonValue) -> None:
        if field.const is not NOT_GIVEN:
            if not same(field.const, value):
                self._leave_out(field.pointer, f"{field.label} does not take a value of this kind.")
        elif len(field.children) == 1 and stands_for(field.children[0], field):
            self._place(field.children[0], value)
        elif isinstance(value, Mapping):
            others = {key: member for key, member in value.items() if not self._is_fixed(field, key, member)}
            self.members(field.children, others, field.pointer)

    def _leave_out(self, pointer: str, message: str) -> None:
        self.left_out.setdefault(pointer, Fault(pointer, message))
