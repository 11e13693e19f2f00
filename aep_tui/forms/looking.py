"""What the answers of a form come to, and which field each part of it belongs to: what a check works on."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Final

from aep_tui.forms import validator
from aep_tui.forms.assembly import Assembly, merges, stands_for
from aep_tui.forms.fields import NOT_GIVEN, Answers, FieldKind, FieldSpec, JsonValue, NotGiven
from aep_tui.forms.json_values import value_text
from aep_tui.forms.paths import Path
from aep_tui.forms.validator import Finding
from aep_tui.forms.values import Unreadable, subject
from aep_tui.text import plain

_LONG: Final = 2_000
_MOST_STEPS: Final = 4_000
_SECTIONS: Final = frozenset({FieldKind.OBJECT, FieldKind.VARIANTS, FieldKind.LIST, FieldKind.MAP})


class Looking(Assembly):
    """Puts together what would be sent, optional defaults filled in, and remembers what came from where.

    A long value is checked by itself, and stands as a short one in the params that the whole schema is applied to: the
    validator copies the params into every error about them.

    Attributes:
        sent: The params.
        order: Every field in order.
        without_value: The fields without a value that can be sent, with why.
        clashes: Rows of maps whose key is taken, with a sentence.
        long_findings: The fields whose value was checked by itself, with what was found.
        apart: The ids of those fields.
        assumed: The ids of fields whose default was filled in.
        unchecked: Where patterns stand that could not be checked.
        complete: Whether the whole schema was checked.
        all_told: Whether everything that is known to be wrong was found.
    """

    def __init__(self, fields: Iterable[FieldSpec], answers: Answers) -> None:
        """Look at the fields as they stand for some answers."""
        super().__init__(answers, fill=True)
        self.order: list[FieldSpec] = []
        self.without_value: list[tuple[FieldSpec, NotGiven | Unreadable]] = []
        self.clashes: list[tuple[FieldSpec, str]] = []
        self.long_findings: list[tuple[FieldSpec, tuple[Finding, ...]]] = []
        self.apart: set[str] = set()
        self.assumed: set[str] = set()
        self.unchecked: list[Path] = []
        self.complete = True
        self.all_told = True
        self._budget = validator.Budget()
        self._at: dict[Path, list[FieldSpec]] = {}
        self._single: list[tuple[FieldSpec, JsonValue]] = []
        self._top = tuple(fields)
        self.sent = self.members(self._top)
        self._find_clashes(self._top)

    def met(self, field: FieldSpec, path: Path) -> None:
        """Remember whose value a path leads to."""
        self.order.append(field)
        self._at.setdefault(path, []).append(field)

    def lacking(self, field: FieldSpec, read: NotGiven | Unreadable) -> None:
        """Remember a field without a value."""
        self.without_value.append((field, read))

    def filled(self, field: FieldSpec) -> None:
        """Remember a field whose default was assumed."""
        self.assumed.add(field.id)

    def leaf(self, field: FieldSpec, value: JsonValue, key: str) -> JsonValue:
        """Return a value, or a short one of its type if it is long; the long one is checked by itself."""
        del key
        if not field.id or not _is_long(value):
            self._single.append((field, value))
            return value
        self.apart.add(field.id)
        self.long_findings.append((field, tuple(self.findings(field.document, value))))
        if isinstance(value, str):
            return value[:_LONG]
        return {} if isinstance(value, Mapping) else []

    def findings(self, document: object, value: object = NOT_GIVEN) -> tuple[Finding, ...]:
        """Return what is wrong with a value, or with the params, within what is left of the time for patterns."""
        whole = value is NOT_GIVEN
        result = validator.findings(
            document,
            self.sent if whole else value,
            self._budget,
            choose=self._branch_at if whole else None,
            most_steps=_MOST_STEPS,
        )
        self.unchecked.extend(result.unchecked)
        self.complete = self.complete and result.complete
        self.all_told = self.all_told and result.all_told
        return result.found

    def single_findings(self) -> Iterator[tuple[FieldSpec, Finding]]:
        """Yield what is wrong with each value by itself; for when the params cannot be checked as a whole."""
        for field, value in self._single:
            for found in self.findings(field.document, value):
                yield field, found

    def _branch_at(self, path: Path, keyword: str, size: int) -> int | None:
        for field in self.fields_at(path):
            taken = field.union
            if taken is not None and (taken.keyword, taken.size) == (keyword, size):
                return taken.branch
        return None

    def fields_at(self, path: Path) -> list[FieldSpec]:
        """Return the fields whose value a path leads to, outer ones first."""
        return self._at.get(path, [])

    def field_at(self, path: Path) -> FieldSpec | None:
        """Return the field whose value a path leads to, the innermost one."""
        return next((field for field in reversed(self.fields_at(path)) if not merges(field)), None)

    def holder_at(self, path: Path) -> FieldSpec | None:
        """Return the field that takes members of any name at a path or around it, as JSON or as a default."""
        field, _ = self.nearest(path, names=False)
        return field if field is not None and field.kind not in _SECTIONS else None

    def nearest(self, path: Path, *, names: bool) -> tuple[FieldSpec | None, int]:
        """Return the innermost field around a path, and how many steps of the path lead to it.

        Args:
            path: A path through the params.
            names: Whether this is about the names of members, so that a map of them is meant if there is one.
        """
        for length in range(len(path), -1, -1):
            fields = self.fields_at(path[:length])
            maps = [field for field in fields if field.kind is FieldKind.MAP]
            if maps and (names or length < len(path)):
                return maps[-1], length
            own = [field for field in fields if not merges(field)]
            if own:
                return own[-1], length
        return None, 0

    def is_described(self, found: Finding) -> bool:
        """Tell whether a member that is missed is one that the schema describes, only not for these answers."""
        properties = found.node.get("properties")
        return isinstance(properties, Mapping) and found.detail in properties

    def at_schema(self, where: Path) -> FieldSpec | None:
        """Return the field that a place in the schema is about, as far as the names of members lead to one."""
        names = iter(where)
        path = tuple(next(names, "") for step in names if step == "properties")
        field = self.field_at(path) if path else None
        return field if field is None or field.kind not in _SECTIONS else None

    def label(self, path: Path) -> str:
        """Return the name of what a path leads to, as sentences use it; a name that would not show stands as two quotes."""
        field = self.field_at(path)
        return subject(field) if field else plain(path[-1] if path else "", 80) or '""'

    def _find_clashes(self, fields: tuple[FieldSpec, ...]) -> None:
        """Find rows of maps whose key another row or a field has."""
        waiting = [fields]
        while waiting:
            group = waiting.pop()
            taken = {field.key for field in _named(group)}
            for field in group:
                if field.kind is FieldKind.MAP:
                    self._find_doubles(field, taken if merges(field) else set())
                waiting.append(field.children)

    def _find_doubles(self, field: FieldSpec, taken: set[str]) -> None:
        seen: set[str] = set()
        for child in field.children:
            if child.key == "" and child.id not in self.answers and child.blank:
                continue
            if child.key in taken:
                self.clashes.append((child, f"{subject(child)} has a field of its own; use that one."))
            elif child.key in seen:
                self.clashes.append((child, f"{subject(child)} stands here twice; a name can only be used once."))
            seen.add(child.key)


def _named(group: tuple[FieldSpec, ...]) -> Iterator[FieldSpec]:
    """Yield the fields whose key is a member of the object that a group describes."""
    for field in group:
        if not merges(field):
            yield field
        elif field.kind is FieldKind.VARIANTS and not any(stands_for(child, field) for child in field.children):
            yield from _named(field.children)


def _is_long(value: JsonValue) -> bool:
    """Tell whether a value is long enough to be checked by itself; lists and objects are measured by their text."""
    if isinstance(value, str):
        return len(value) > _LONG
    return isinstance(value, Mapping | list | tuple) and len(value_text(value)) > _LONG


def shown_part(field: FieldSpec, found: Finding, inside: Path) -> str:
    """Return what a sentence is about: the field, or a part of its value.

    Inside a secret only names that the schema itself has are said, and names of params, which are none.
    """
    known = {*found.where, *(() if field.id else inside[:1])}
    steps = []
    for step in inside:
        if isinstance(step, int):
            steps.append(f"entry {step + 1}")
        elif not field.secret or step in known:
            steps.append(plain(step, 40) or '""')
    name = subject(field)
    if found.keyword == "required":
        steps.append(plain(found.detail, 40) or '""')
    if not steps:
        return f"A part of {name}" if inside else name
    return f"In {name}, {', '.join(steps)}"
