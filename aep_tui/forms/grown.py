"""What was grown for the answers before, so that only what an answer touches is grown anew."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final, TypeAlias

from aep_tui.forms.fields import Answer, Answers, FieldSpec, JsonValue, NotGiven

_MOST: Final = 20_000

_MOST_PLANS: Final = 2_000
_MOST_OF_ONE: Final = 4  # conditions are worked out in rounds, each of which may describe a field in another way

Values: TypeAlias = dict[int, tuple[FieldSpec, "JsonValue | NotGiven"]]
"""By the identity of a field the field and its value."""


@dataclass(slots=True)
class _Kept:
    """A field, what it was grown from, how many fields it is with those inside, and the growth that last had it."""

    holds: object
    field: FieldSpec
    count: int
    turn: int


_NONE: Final[Mapping[tuple[object, ...], _Kept]] = {}


class Grown:
    """The fields of the last growth with what they were grown from.

    What is inside a field depends on the answers of that field and of those inside it, on its schema and on its place, and on
    nothing else. So a field stands as long as neither of the latter changes and no answer at or below its id does.

    Attributes:
        values: What the fields of the last growth came to.
        plans: What the members of an object are grown from, by what that follows from, with the objects that this is.
    """

    def __init__(self) -> None:
        """Begin with nothing."""
        self.values: Values = {}
        self.plans: dict[tuple[int, int, frozenset[str]], tuple[object, list[Any]]] = {}
        self._answers: dict[str, Answer] = {}
        self._fields: dict[str, dict[tuple[object, ...], _Kept]] = {}
        self._turn = 0

    def begin(self, answers: Answers) -> None:
        """Forget what other answers than before may change."""
        self._turn += 1
        before = self._answers
        changed = {
            field_id
            for field_id in before.keys() | answers.keys()
            if before.get(field_id) is not answers.get(field_id) and before.get(field_id) != answers.get(field_id)
        }
        self._answers = dict(answers)
        if len(self._fields) > _MOST or len(self.values) > _MOST:
            self.clear()
        if len(self.plans) > _MOST_PLANS:
            self.plans.clear()
        if not changed:
            return
        touched = {around for field_id in changed for around in _around(field_id)}
        for field_id in touched:
            self._fields.pop(field_id, None)
        self.values = {key: known for key, known in self.values.items() if known[0].id not in touched}

    def clear(self) -> None:
        """Forget everything."""
        self._fields.clear()
        self.values = {}

    def field(self, field_id: str, key: tuple[object, ...]) -> tuple[FieldSpec, int] | None:
        """Return the field that was grown from the same, and how many fields that adds to those of this growth."""
        known = self._fields.get(field_id, _NONE).get(key)
        if known is None:
            return None
        count = 0 if known.turn == self._turn else known.count
        known.turn = self._turn
        return known.field, count

    def keep(self, field_id: str, key: tuple[object, ...], holds: object, field: FieldSpec, count: int) -> None:
        """Remember a field.

        Args:
            field_id: The id of its place.
            key: What it was grown from, by identity where that is enough.
            holds: What the identities in the key are of, so that they stay theirs.
            field: The field.
            count: How many fields it is with those inside.
        """
        kept = self._fields.setdefault(field_id, {})
        if len(kept) >= _MOST_OF_ONE:
            kept.clear()
        kept[key] = _Kept(holds, field, count, self._turn)


def _around(field_id: str) -> list[str]:
    """Return an id and those of every field around it."""
    steps = field_id.split("/")
    return ["/".join(steps[:length]) for length in range(len(steps) + 1)]
