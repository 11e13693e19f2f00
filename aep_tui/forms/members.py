"""The fields of an object: its own members, what conditions add, and one field for each choice between forms beside them."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import replace
from decimal import Decimal
from typing import TYPE_CHECKING, Final

from aep_tui.forms.content import Beside, Content
from aep_tui.forms.fields import NOT_GIVEN, FieldKind, FieldSpec, JsonValue
from aep_tui.forms.json_values import why_not_json
from aep_tui.forms.layers import CONDITION_RANK, Condition, Merged, Part, Parts
from aep_tui.forms.leaves import says_secret
from aep_tui.forms.place import Place
from aep_tui.forms.readable import label_of
from aep_tui.forms.unions import Branch, branches_of, constant_member, discriminators
from aep_tui.text import in_words, plain

if TYPE_CHECKING:
    from aep_tui.forms.growth import Growth, Source

_MAX_NESTED_CONDITIONS: Final = 20
_SEGMENTS: Final = {"oneOf": "one", "anyOf": "any"}
_LAST: Final = 1e9
_OWN_CHOICE: Final = frozenset({FieldKind.CHOICE, FieldKind.BOOLEAN, FieldKind.CONST})


class Members:
    """Works out the members of objects for one growth."""

    def __init__(self, growth: Growth) -> None:
        """Prepare for a growth."""
        self._growth = growth
        self._reader = growth.reader
        self._conditional = False

    def children(
        self, parts: Parts, place: Place, instance: Mapping[str, JsonValue] | None
    ) -> tuple[tuple[FieldSpec, ...], bool]:
        """Return the fields of an object, and whether they depend on what is in it.

        Args:
            parts: What describes the object.
            place: The place of its members.
            instance: The object as it would be sent, as far as is known; ``None`` leaves conditions out.
        """
        before, self._conditional = self._conditional, False
        fields = self._group(parts, place, instance, frozenset())
        conditional, self._conditional = self._conditional, before
        return fields, conditional

    def _group(
        self, parts: Parts, place: Place, instance: Mapping[str, JsonValue] | None, taken: frozenset[str]
    ) -> tuple[FieldSpec, ...]:
        """Return the fields of an object, or of a form beside its members, less those that are shown elsewhere."""
        merged = self._settled(parts, instance)
        besides = self._besides(merged, place, instance)
        for name, oddity in merged.odd:
            shown = label_of(None, name)
            self._reader.faults.add(place.member(name, required=False).pointer if name else place.pointer, oddity.format(shown))
        hidden = taken | place.hide | {beside.own for beside in besides if beside.own}
        fields = [self._growth.grown_from(source) for source in self._sources(merged, besides, place, hidden)]
        own = frozenset(merged.properties)
        shown_here = own | taken | place.hide
        fields += [self._choice(beside, merged, place, instance, shown_here) for beside in besides]
        fields += self._more(merged, place)
        self._report_required(merged, besides, place)
        return self._ordered(fields)

    def _settled(self, parts: Parts, instance: Mapping[str, JsonValue] | None) -> Merged:
        """Return what parts say together with the conditions that hold for an object."""
        active: Parts = ()
        merged = self._reader.merger.merge(parts)
        for _ in range(_MAX_NESTED_CONDITIONS):
            conditions = [*merged.conditions, *self._by_value(merged)]
            if not conditions:
                break
            self._conditional = True
            if instance is None and not self._growth.everything:
                break
            now = tuple(
                Part(schema, CONDITION_RANK + number, dynamic=True)
                for number, schema in enumerate(self._applying(conditions, instance or {}))
            )
            if [id(part.schema) for part in now] == [id(part.schema) for part in active]:
                break
            active = now
            merged = self._reader.merger.merge((*parts, *active))
        return merged

    def _applying(self, conditions: Sequence[Condition], instance: Mapping[str, JsonValue]) -> list[Mapping[str, object]]:
        """Return the schemas that conditions bring into force."""
        applying: list[object] = []
        for condition in conditions:
            if self._growth.everything:
                applying += [condition.then, condition.otherwise]
            elif isinstance(condition.test, str):
                applying.append(condition.then if condition.test in instance else condition.otherwise)
            else:
                holds = self._reader.matcher.matches(condition.test, instance)
                applying.append(condition.then if holds else condition.otherwise)
        return [schema for schema in applying if isinstance(schema, Mapping)]

    def _by_value(self, merged: Merged) -> list[Condition]:
        """Return the unions whose branch follows from a member that is a field of its own, as conditions."""
        return [condition for union in merged.unions for condition in self._reader.by_value(union, merged)]

    def _besides(self, merged: Merged, place: Place, instance: Mapping[str, JsonValue] | None) -> list[Beside]:
        """Return the unions that a person chooses a form from: those whose branches bring members of their own."""
        found: list[Beside] = []
        for union in merged.unions:
            branches = tuple(branch for branch in branches_of(union, self._reader.merger) if not branch.is_null)
            if len(branches) < 1 or self._reader.by_value(union, merged) or not _brings_members(branches, merged):
                continue
            same = sum(beside.union.keyword == union.keyword for beside in found)
            segment = _SEGMENTS[union.keyword] + (str(same + 1) if same else "")
            keys = discriminators(branches, self._reader.merger, single=True)
            own = next((key for key in keys if key in merged.properties), "")
            index = self._growth.chosen(place.aside(segment, "", required=True).id, len(branches))
            content = None if index is None else self._settled(_branch_parts(branches[index]), instance)
            found.append(Beside(union, branches, keys, segment, own, content))
        return found

    def _sources(self, merged: Merged, besides: Sequence[Beside], place: Place, hidden: frozenset[str]) -> Sequence[Source]:
        """Return what the members are grown from; the same again, if it follows from a schema and a place alone."""
        plans, key = self._reader.grown.plans, (id(merged), id(place), hidden)
        plain_one = not besides and not self._growth.everything
        if plain_one and key in plans:
            return plans[key][1]
        sources = [
            self._source(key, parts, merged, besides, place)
            for key, parts in merged.properties.items()
            if key not in hidden and parts
        ]
        if plain_one:
            plans[key] = ((merged, place), sources)
        return sources

    def _source(self, key: str, parts: Parts, merged: Merged, besides: Sequence[Beside], place: Place) -> Source:
        required = key in merged.required
        for beside in besides:
            if beside.content is not None:
                required = required or key in beside.content.required
                more = beside.content.properties.get(key) or ()
                parts += tuple(Part(part.schema, CONDITION_RANK - 1, dynamic=True) for part in more)
        if self._growth.everything:
            parts = _first_of_each(parts)
        return self._growth.source(self._unpinned(key, parts, merged), place.member(key, required=required))

    def _unpinned(self, key: str, parts: Parts, merged: Merged) -> Parts:
        """Return parts less what pins a member that a person chooses, or that a condition asks about, to some values.

        A schema often repeats in a branch which value leads to it. Were that taken for the member's one value, nobody could
        ever choose another one.
        """
        always = tuple(part for part in parts if not part.dynamic)
        if not always or len(always) == len(parts):
            return parts
        shape = self._reader.shapes.shape(self._reader.merger.merge(always), required=True)
        if shape.kind not in _OWN_CHOICE and not _is_asked_about(key, merged.conditions):
            return parts
        return tuple(part for part in parts if not part.dynamic or {"const", "enum"}.isdisjoint(part.schema))

    def _choice(
        self, beside: Beside, merged: Merged, place: Place, instance: Mapping[str, JsonValue] | None, taken: frozenset[str]
    ) -> FieldSpec:
        """Return the field that chooses between forms, with the fields of the chosen one."""
        shape = self._reader.beside_shape(beside, merged)
        needed = beside.own in merged.required or all(branch.merged.required or beside.keys for branch in beside.branches)
        label = "" if beside.own and "title" in shape.merged.schema else _name_of_choice(beside)
        spot = place.aside(beside.segment, label, required=needed)
        if beside.own:
            spot = replace(spot, given=place.member(beside.own, required=needed).given)

        def content(index: int) -> Content:
            branch = beside.branches[index]
            hide = frozenset(beside.keys) & frozenset(branch.merged.properties)
            secret = says_secret(branch.merged)
            inner = spot.variant(index)
            inner = replace(inner, hide=hide, given=place.given, depth=place.depth + 1, secret=spot.secret or secret)
            fixed = {key: constant_member(branch, key, self._reader.merger) for key in hide}
            told = {key: value for key, value in fixed.items() if value is not NOT_GIVEN}
            return Content(self._group(_branch_parts(branch), inner, instance, taken), told, secret=secret)

        return self._growth.choice(shape, spot, content, beside.own)

    def _more(self, merged: Merged, place: Place) -> list[FieldSpec]:
        """Return a map for the members that have no name in the schema, if it describes any."""
        if not merged.additional and not merged.patterns:
            return []
        shape = self._reader.more_shape(merged)
        return [self._growth.map_beside(shape, place.aside("more", "Other entries", required=False))]

    def _report_required(self, merged: Merged, besides: Sequence[Beside], place: Place) -> None:
        """Report names that an object requires and that nothing in the schema describes."""
        inside_choice = place.id.rpartition("/")[2].startswith("~")
        if merged.additional or merged.patterns or merged.conditions or inside_choice or not merged.properties:
            return
        known = {*(key for key, parts in merged.properties.items() if parts), *place.hide}
        for beside in besides:
            known.update(key for branch in beside.branches for key in branch.merged.properties)
        for name in merged.required:
            if name not in known:
                shown = plain(name, 80) or "something that cannot be shown"
                message = f"The schema requires {shown}, which it does not describe; that was left out."
                self._reader.faults.add(place.pointer, message)

    def _ordered(self, fields: list[FieldSpec]) -> tuple[FieldSpec, ...]:
        """Return fields in the order that the schema asks for: its own otherwise, those without a number last."""
        numbers = [_order(field.schema) for field in fields]
        if any(number != math.inf for number in numbers):
            fields = [field for _, field in sorted(zip(numbers, fields, strict=True), key=lambda pair: pair[0])]
        groups = list(self._reader.groups)
        if groups and any(field.group for field in fields):
            places = {self._reader.groups[name]: position for position, name in enumerate(groups)}
            fields.sort(key=lambda field: places.get(field.group, len(places)))
        return tuple(fields)


def _branch_parts(branch: Branch) -> Parts:
    return (Part(branch.schema),)


def _brings_members(branches: Sequence[Branch], merged: Merged) -> bool:
    """Tell whether branches describe members that the object itself does not, or choices of such branches."""
    return any(
        branch.merged.properties.keys() - merged.properties.keys()
        or bool(branch.merged.unions and not branch.merged.properties)
        for branch in branches
    )


def _is_asked_about(key: str, conditions: Sequence[Condition]) -> bool:
    tests = [condition.test for condition in conditions if isinstance(condition.test, Mapping)]
    named = [test.get("properties") for test in tests]
    return any(isinstance(properties, Mapping) and key in properties for properties in named)


def _first_of_each(parts: Parts) -> Parts:
    """Return the parts that always apply and the first that applies on some condition; the others are alternatives to it."""
    always = [part for part in parts if not part.dynamic]
    return (*always, *[part for part in parts if part.dynamic][: 0 if any(part.schema for part in always) else 1])


def _name_of_choice(beside: Beside) -> str:
    title = beside.union.layer.schema.get("title") if not beside.union.layer.schema.get("properties") else None
    if isinstance(title, str):
        return label_of(title, "")
    return plain(in_words(beside.keys[0]), 80) if beside.keys else "One of these forms"


def _order(schema: Mapping[str, object]) -> float:
    for keyword in ("order", "propertyOrder"):
        number = schema.get(keyword)
        if not isinstance(number, int | float | Decimal) or isinstance(number, bool):
            continue
        if not why_not_json(number):
            return max(-_LAST, min(_LAST, float(number)))
    return math.inf
