"""The value of a field put together from the answers of the fields inside it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from aep_tui.forms.fields import NOT_GIVEN, Answers, Entries, FieldKind, FieldSpec, JsonValue, NotGiven
from aep_tui.forms.grown import Values
from aep_tui.forms.paths import Path
from aep_tui.forms.values import Unreadable, read_answer


def merges(field: FieldSpec) -> bool:
    """Tell whether a field's members are members of the object it stands in: a choice beside members, a map of the others."""
    return field.id.rpartition("/")[2].startswith(("~one", "~any", "~more"))


def stands_for(child: FieldSpec, variants: FieldSpec) -> bool:
    """Tell whether a child is the whole content of a variant, and not a member of it."""
    return child.pointer == variants.pointer and child.id.rpartition("/")[2].startswith("~v")


class Assembly:
    """Puts values together; whoever needs to know on the way what is met overrides the hooks."""

    def __init__(self, answers: Answers, *, fill: bool = False, known: Values | None = None) -> None:
        """Prepare for some answers.

        Args:
            answers: By the id of their field.
            fill: Whether optional defaults are filled in, as the service does it.
            known: Takes the value of each field, and gives it where it is worked out already.
        """
        self.answers = answers
        self._fill = fill
        self._known = known

    def leaf(self, field: FieldSpec, value: JsonValue, key: str) -> JsonValue:
        """Return what stands in the params for the value of a single field."""
        del field, key
        return value

    def met(self, field: FieldSpec, path: Path) -> None:
        """Take notice of a field and the path of its value."""

    def lacking(self, field: FieldSpec, read: NotGiven | Unreadable) -> None:
        """Take notice of a field without a value that can be sent."""

    def filled(self, field: FieldSpec) -> None:
        """Take notice of a field whose default was filled in."""

    def members(self, fields: Iterable[FieldSpec], path: Path = ()) -> dict[str, JsonValue]:
        """Return an object of what the answers of these fields give."""
        whole: dict[str, JsonValue] = {}
        for field in fields:
            if merges(field) or (not field.id and field.kind is FieldKind.JSON):
                value = self.value(field, path, "")
                if isinstance(value, Mapping):
                    whole.update(value)
                continue
            value = self.value(field, (*path, field.key), field.key)
            if value is not NOT_GIVEN:
                whole[field.key] = value
        return whole

    def value(self, field: FieldSpec, path: Path, key: str) -> JsonValue | NotGiven:
        """Return the value that the answers give a field, if they give one."""
        known = self._known.get(id(field)) if self._known is not None else None
        if known is not None:
            return known[1]
        self.met(field, path)
        value = self._value(field, path, key)
        if value is NOT_GIVEN and self._fill and not field.required and field.default is not NOT_GIVEN:
            self.filled(field)
            value = field.default
        if self._known is not None:
            self._known[id(field)] = (field, value)
        return value

    def _value(self, field: FieldSpec, path: Path, key: str) -> JsonValue | NotGiven:
        match field.kind:
            case FieldKind.OBJECT:
                return self.members(field.children, path) if field.included else NOT_GIVEN
            case FieldKind.VARIANTS:
                return self._variant(field, path, key)
            case FieldKind.LIST:
                return self._list(field, path, key)
            case FieldKind.MAP:
                return self._map(field, path)
            case _:
                return self._leaf(field, key)

    def _leaf(self, field: FieldSpec, key: str) -> JsonValue | NotGiven:
        read = read_answer(field, self.answers.get(field.id))
        if read is NOT_GIVEN or isinstance(read, Unreadable):
            self.lacking(field, read)
            return NOT_GIVEN
        if not field.id and isinstance(read, Mapping):
            return {name: self.leaf(field, member, name) for name, member in read.items()}
        return self.leaf(field, read, key)

    def _variant(self, field: FieldSpec, path: Path, key: str) -> JsonValue | NotGiven:
        if field.const is not NOT_GIVEN:
            return field.const
        if field.union is None or field.union.branch is None:
            self.lacking(field, NOT_GIVEN)
            return NOT_GIVEN
        if len(field.children) == 1 and stands_for(field.children[0], field):
            return self.value(field.children[0], path, key)
        return {**field.fixed, **self.members(field.children, path)}

    def _list(self, field: FieldSpec, path: Path, key: str) -> JsonValue | NotGiven:
        entries: list[JsonValue] = []
        for child in field.children:
            value = self.value(child, (*path, len(entries)), key)
            if value is not NOT_GIVEN:
                entries.append(value)
        return self._unless_empty(field, entries)

    def _map(self, field: FieldSpec, path: Path) -> JsonValue | NotGiven:
        rows: dict[str, JsonValue] = {}
        for child in field.children:
            untouched = child.key == "" and child.id not in self.answers
            value = NOT_GIVEN if untouched and child.blank else self.value(child, (*path, child.key), child.key)
            if value is not NOT_GIVEN and child.key not in rows:
                rows[child.key] = value
        return self._unless_empty(field, rows)

    def _unless_empty(self, field: FieldSpec, value: JsonValue) -> JsonValue | NotGiven:
        if value or (field.required and isinstance(self.answers.get(field.id), Entries)):
            return value
        self.lacking(field, NOT_GIVEN)
        return NOT_GIVEN
