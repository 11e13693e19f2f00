"""What kind of field a value needs, worked out once for all that is said about it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final

from aep_tui.forms.choices import choices_of
from aep_tui.forms.fields import NOT_GIVEN, Choice, FieldKind, UnionTaken
from aep_tui.forms.json_values import is_json_value
from aep_tui.forms.kinds import SCALARS, constant_of, scalar_without_type
from aep_tui.forms.layers import NOTHING, Merged, Merger, Part, Parts, Union
from aep_tui.forms.overlay import type_names
from aep_tui.forms.unions import Bases, Branch, branches_of

_OBJECT_KEYWORDS: Final = (
    "properties",
    "additionalProperties",
    "patternProperties",
    "propertyNames",
    "minProperties",
    "maxProperties",
)
_ARRAY_KEYWORDS: Final = ("items", "additionalItems", "contains", "minItems", "maxItems", "uniqueItems")
_LEADING_TO_MEMBERS: Final = ("properties", "$ref", "allOf", "oneOf", "anyOf", "if")
_SUFFIX: Final = " It is typed as JSON."
_MAX_ROUNDS: Final = 20
_MAX_INSIDE: Final = 20


@dataclass(frozen=True, slots=True, eq=False)
class Shape:
    """What a field is made of.

    Attributes:
        kind: How it is asked for.
        merged: What is said about it.
        reason: Why it is asked for as JSON.
        choices: The entries of a choice, and of a list of choices.
        union: The union whose branches are its variants.
        branches: Those branches.
        taken: The branch that stands for the value, of a union that leaves no choice.
        item: What is said about each entry.
        item_kind: How an entry of lines is asked for.
    """

    kind: FieldKind
    merged: Merged
    reason: str = ""
    choices: tuple[Choice, ...] = ()
    union: Union | None = None
    branches: tuple[Branch, ...] = ()
    taken: UnionTaken | None = None
    item: Parts = ()
    item_kind: FieldKind = FieldKind.TEXT


def _any_value() -> Mapping[str, object]:
    """Return a schema that allows every value, as forms that a person can choose from."""
    forms: list[object] = [{"title": title, "type": name} for name, title in _ANY_FORMS.items()]
    whole: dict[str, object] = {"title": "Entry", "oneOf": forms}
    forms.append({"title": "List", "type": "array", "items": whole})
    forms.append({"title": "Object", "type": "object", "additionalProperties": whole})
    return whole


_ANY_FORMS: Final = {"string": "Text", "number": "Number", "boolean": "Yes or no", "null": "None (null)"}
ANY_VALUE: Final = _any_value()


class Shapes:
    """Works out shapes, the same one only once."""

    def __init__(self, merger: Merger, bases: Bases) -> None:
        """Prepare for one document."""
        self._merger = merger
        self._bases = bases
        self._known: dict[tuple[int, bool], tuple[Merged, Shape]] = {}
        self._looking_into = 0

    def shape(self, merged: Merged, *, required: bool) -> Shape:
        """Return the shape of a value that is described so.

        Args:
            merged: What is said about it.
            required: Whether it has to be there; one that can be left out is never asked for as null.
        """
        key = (id(merged), required)
        if key not in self._known:
            if self._looking_into > _MAX_INSIDE:  # only lists in lists are looked into so far, perhaps in circles
                return Shape(FieldKind.LIST, merged)
            self._looking_into += 1
            shape = self._shape(merged, required=required, rounds=0)
            self._looking_into -= 1
            self._known[key] = (merged, shape)  # holds what is said, so its id stays its own
        return self._known[key][1]

    def _shape(self, merged: Merged, *, required: bool, rounds: int) -> Shape:
        if merged.problem or rounds > _MAX_ROUNDS:
            return Shape(FieldKind.JSON, merged, (merged.problem or "The schema is nested too deeply.") + _SUFFIX)
        if constant_of(merged.schema) is not NOT_GIVEN:
            return Shape(FieldKind.CONST, merged)
        choices = choices_of(merged.schema)
        if choices:
            return Shape(FieldKind.CHOICE, merged, choices=choices)
        types = type_names(merged.schema.get("type"))
        if "type" in merged.schema and not types:
            return Shape(FieldKind.JSON, merged, "The schema names no type that JSON Schema knows." + _SUFFIX)
        union = (self._of_types if has_members(merged) else self._union)(merged, types, required=required)
        if union is None:
            return self._plain(merged, tuple(name for name in types if name != "null") or types)
        return self._variants(merged, *union, required=required, rounds=rounds)

    def _union(self, merged: Merged, types: Sequence[str], *, required: bool) -> tuple[Union, tuple[Branch, ...]] | None:
        """Return the union that makes up a value and its branches, if there is one that a person chooses from."""
        for union in merged.unions:
            branches = tuple(branches_of(union, self._merger))
            kept = tuple(branch for branch in branches if required or not branch.is_null)
            if kept and self._is_drawn(merged, union, kept):
                return union, kept
        return self._of_types(merged, types, required=required)

    def _of_types(self, merged: Merged, types: Sequence[str], *, required: bool) -> tuple[Union, tuple[Branch, ...]] | None:
        """Return the types of a value as a union, if there are several that a person chooses from."""
        values = [name for name in types if name != "null"]
        if set(values) == {"integer", "number"}:
            values = ["number"]
        if len(values) + (required and "null" in types) < 2:
            return None
        names = [*values, "null"] if required and "null" in types else values
        union = Union("type", tuple({"type": name} for name in names), merged.layers[0])
        return union, tuple(branches_of(union, self._merger))

    def _is_drawn(self, merged: Merged, union: Union, branches: Sequence[Branch]) -> bool:
        """Tell whether branches differ in what is asked for, and not only in which values are right."""
        if len(branches) == 1:
            return True
        shapes = []
        for branch in branches:
            whole = self._merger.merge(self._bases.branch_parts(merged, union, branch))
            if whole.unions or has_members(whole) or "title" in branch.schema:
                return True
            shapes.append(self._plain(whole, type_names(whole.schema.get("type"))))
            if "const" in whole.schema or "enum" in whole.schema:
                return True
        kinds = {shape.kind for shape in shapes}
        return len(kinds) > 1 or not kinds <= {*SCALARS.values(), FieldKind.MAP}

    def _variants(self, merged: Merged, union: Union, branches: tuple[Branch, ...], *, required: bool, rounds: int) -> Shape:
        if len(branches) > 1:
            return Shape(FieldKind.VARIANTS, merged, union=union, branches=branches)
        whole = self._merger.merge(self._bases.taken(merged, union, branches[0]))
        shape = self._shape(whole, required=required, rounds=rounds + 1)
        return replace(shape, taken=shape.taken or UnionTaken(union.keyword, len(union.branches), branches[0].index))

    def _plain(self, merged: Merged, types: Sequence[str]) -> Shape:
        """Return the shape of a value that is no union."""
        schema = merged.schema
        name = types[0] if types else ""
        if set(types) == {"integer", "number"}:
            name = "number"
        if name in SCALARS:
            return Shape(SCALARS[name], merged)
        if name == "null":
            return Shape(FieldKind.CHOICE, merged, choices=(Choice("null", None),))
        default = schema.get("default")
        if name == "object" or (not name and (has_members(merged) or any(word in schema for word in _OBJECT_KEYWORDS))):
            return self._object(merged)
        if name == "array" or any(word in schema for word in _ARRAY_KEYWORDS) or isinstance(default, list | tuple):
            return self._list(merged)
        if isinstance(default, Mapping):
            return self._object(merged)
        kinds = {self._plain(b.merged, type_names(b.merged.schema.get("type"))).kind for b in self._scalar_branches(merged)}
        return Shape(kinds.pop() if len(kinds) == 1 else scalar_without_type(schema), merged)

    def _scalar_branches(self, merged: Merged) -> list[Branch]:
        """Return the branches that tell the type of a scalar which says none itself."""
        found = [branch for union in merged.unions[:4] for branch in branches_of(union, self._merger)]
        return [branch for branch in found if type_names(branch.merged.schema.get("type"))[:1] and not branch.is_null][:50]

    def _object(self, merged: Merged) -> Shape:
        beside = bool(merged.patterns or merged.additional)
        if merged.properties or _conditional_members(merged) or (beside and merged.unions):
            return Shape(FieldKind.OBJECT, merged)
        if beside or merged.schema.get("additionalProperties") is False:
            return Shape(FieldKind.MAP if beside else FieldKind.OBJECT, merged)
        default = merged.schema.get("default")
        if isinstance(default, Mapping) and not all(isinstance(value, str) for value in default.values()):
            return Shape(FieldKind.MAP, self._of_any_values(merged))
        return Shape(FieldKind.MAP, merged)

    def _of_any_values(self, merged: Merged) -> Merged:
        """Return the same where the members and entries are values of any type."""
        anything = {"additionalProperties": ANY_VALUE, "items": ANY_VALUE}
        return self._merger.merge((*merged.parts, Part(anything, -1)))

    def _list(self, merged: Merged) -> Shape:
        if merged.positions:
            return Shape(FieldKind.LIST, merged)
        item = self.shape(self._merger.merge(merged.items), required=True)
        if item.kind is FieldKind.CHOICE:
            return Shape(FieldKind.MULTI, merged, choices=item.choices, item=merged.items)
        if item.kind not in {FieldKind.TEXT, FieldKind.INTEGER, FieldKind.NUMBER}:
            return Shape(FieldKind.LIST, merged, item=merged.items)
        default = merged.schema.get("default")
        if not merged.items and isinstance(default, list | tuple) and not all(isinstance(value, str) for value in default):
            if not all(is_json_value(value) and not isinstance(value, bool | str) and _is_number(value) for value in default):
                return Shape(FieldKind.LIST, self._of_any_values(merged))
            return Shape(FieldKind.LINES, merged, item_kind=FieldKind.NUMBER)
        return Shape(FieldKind.LINES, merged, item=merged.items, item_kind=item.kind)


def _is_number(value: object) -> bool:
    return scalar_without_type({"default": value}) is FieldKind.NUMBER


def has_members(merged: Merged) -> bool:
    """Tell whether schemas name members, by themselves or on some condition."""
    return bool(merged.properties or merged.patterns or merged.additional) or _conditional_members(merged)


def _conditional_members(merged: Merged) -> bool:
    return any(names_members(part) for condition in merged.conditions for part in (condition.then, condition.otherwise))


def names_members(schema: object) -> bool:
    """Tell whether a schema names members, or has others that may."""
    said = schema if isinstance(schema, Mapping) else NOTHING
    return any(isinstance(said.get(keyword), Mapping | list | tuple | str) for keyword in _LEADING_TO_MEMBERS)
