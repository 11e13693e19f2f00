"""The fields of a form as they stand for some answers, grown from the schema as far as the answers reach."""

from __future__ import annotations

import zlib
from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Final, TypeAlias

from aep_tui.forms.assembly import Assembly
from aep_tui.forms.content import Content
from aep_tui.forms.fields import NOT_GIVEN, Answers, Chosen, Entries, FieldKind, FieldSpec, JsonValue, UnionTaken, altered
from aep_tui.forms.grown import Grown
from aep_tui.forms.layers import Merged, Parts
from aep_tui.forms.leaves import says_secret
from aep_tui.forms.members import Members
from aep_tui.forms.picking import pick_branch
from aep_tui.forms.place import MAX_DEPTH, Place
from aep_tui.forms.reader import Reader
from aep_tui.forms.shapes import Shape
from aep_tui.forms.unions import Branch, constant_member
from aep_tui.json_text import dump_json
from aep_tui.text import plain

MAX_ROWS: Final = 1_000
"""Most entries of a list that are drawn."""

MAX_FIELDS: Final = 1_000
"""Most fields that are drawn at once."""

MAX_EXPANDED: Final = 20_000
"""Most fields that are told of where everything is expanded; that takes seconds, for which a report can wait."""

_MAX_ROUNDS: Final = 8
_FIXED: Final = frozenset({FieldKind.CHOICE, FieldKind.MULTI})

Source: TypeAlias = tuple[tuple[object, ...], Merged, Place]
"""What a field is grown from: what tells it from others, the schema, and the place."""


class Growth:
    """The fields for one set of answers.

    With ``everything`` it grows whatever any answers could show: sections are included, lists and maps have one entry, every
    condition holds, and the contents of all variants are kept in :attr:`variants`.
    """

    def __init__(self, reader: Reader, answers: Answers, *, everything: bool = False) -> None:
        """Prepare to grow."""
        self.reader = reader
        self.answers = answers
        self.everything = everything
        self.variants: dict[str, tuple[Content, ...]] = {}
        self.top: tuple[FieldSpec, ...] = ()
        self._members = Members(self)
        self._grown = Grown() if everything else reader.grown
        self._grown.begin(answers)
        reader.matcher.forget()
        self._assembly = Assembly(answers, fill=True, known=self._grown.values)
        self._count = 0
        self._is_cut = False

    def contents(self, field_id: str) -> tuple[tuple[FieldSpec, ...], ...]:
        """Return the fields inside each variant of a field; only of a growth of everything."""
        return tuple(content.children for content in self.variants.get(field_id, ()))

    def field(self, parts: Parts, place: Place) -> FieldSpec:
        """Return the field of a value that parts describe, with what is inside it."""
        return self.grown_from(self.source(parts, place))

    def source(self, parts: Parts, place: Place) -> Source:
        """Return what a field is grown from."""
        merged = self.reader.merger.merge(parts)
        told = (place.pointer, place.required, place.label, place.secret, place.depth, place.chain, place.blank)
        return (id(merged), id(place.given), *told), merged, place

    def grown_from(self, source: Source) -> FieldSpec:
        """Return the field that is grown from something."""
        key, merged, place = source
        known = self._grown.field(place.id, key)
        if known is not None:
            self._count += known[1]  # nothing, if this growth has counted it before
            return known[0]
        before = self._count
        field = self._field(merged, place)
        self._count += 1
        if not self._is_cut:
            self._grown.keep(place.id, key, (merged, place.given), field, self._count - before)
        return field

    def _field(self, merged: Merged, place: Place) -> FieldSpec:
        shape = self.reader.shapes.shape(merged, required=place.required)
        place = _of_its_choices(shape, place)
        spec = self.reader.leaf(shape, place)
        if spec.kind in {FieldKind.JSON, FieldKind.CONST}:
            return spec
        match shape.kind:
            case FieldKind.OBJECT:
                grown = self._section(shape, spec, place)
            case FieldKind.LIST:
                grown = self._list(shape, spec, place)
            case FieldKind.MAP:
                grown = self._map(shape, spec, place)
            case FieldKind.VARIANTS:
                grown = self._variants(shape, spec, place)
            case _:
                return spec
        return grown

    def _inner(self, shape: Shape, spec: FieldSpec, place: Place) -> Place:
        return place.inside(shape.merged.ids, secret=spec.secret, given=spec.default if spec.prefilled else NOT_GIVEN)

    def too_deep(self, place: Place) -> bool:
        """Tell whether nothing further is drawn inside a place."""
        self._is_cut = self._is_cut or self._count > (MAX_EXPANDED if self.everything else MAX_FIELDS)
        return place.depth >= MAX_DEPTH or self._is_cut

    def _section(self, shape: Shape, spec: FieldSpec, place: Place) -> FieldSpec:
        if self.too_deep(place):
            return self.reader.leaf(self.reader.as_json(shape), place)
        again = not shape.merged.ids.isdisjoint(place.chain)
        optional = not place.required or again
        included = not optional or self.answers.get(place.id) is True
        if self.everything:
            included = not again
        given = spec.default if isinstance(spec.default, Mapping) else NOT_GIVEN
        inner = place.inside(shape.merged.ids, secret=spec.secret, given=given)
        return altered(
            spec,
            children=self.members_of(shape.merged.parts, inner) if included else (),
            optional_part=optional,
            included=included,
            prefilled=optional and place.given is not NOT_GIVEN,
        )

    def members_of(self, parts: Parts, place: Place) -> tuple[FieldSpec, ...]:
        """Return the fields of an object, conditions worked out on what would be sent until nothing changes any more."""
        instance: dict[str, JsonValue] | None = None
        children: tuple[FieldSpec, ...] = ()
        for _ in range(_MAX_ROUNDS):
            children, conditional = self._members.children(parts, place, instance)
            if not conditional or self.everything:
                break
            value = self._assembly.members(children)
            if instance is not None and value == instance:
                break
            instance = value
        return children

    def _list(self, shape: Shape, spec: FieldSpec, place: Place) -> FieldSpec:
        if self.too_deep(place):
            return self.reader.leaf(self.reader.as_json(shape), place)
        answer, merged = self.answers.get(place.id), shape.merged
        again = not merged.ids.isdisjoint(place.chain)
        rows: tuple[int, ...] = answer.rows[:MAX_ROWS] if isinstance(answer, Entries) else ()
        inner = self._inner(shape, spec, place)
        if self.everything and not again:
            rows = tuple(range(max(1, len(merged.positions))))
        children = tuple(
            self.field(
                _entry_parts(merged, row), inner.entry(row, position, _entry_label(self.reader, merged, row, position, spec))
            )
            for position, row in enumerate(rows)
        )
        least, most = spec.min_entries, spec.max_entries
        if merged.positions and not merged.more_items and merged.schema.get("additionalItems") is False:
            most = len(merged.positions) if most is None else min(most, len(merged.positions))
        return altered(
            spec,
            children=children,
            min_entries=least,
            max_entries=most,
            prefilled=spec.prefilled and (not again or place.given is not NOT_GIVEN),
        )

    def _map(self, shape: Shape, spec: FieldSpec, place: Place) -> FieldSpec:
        if self.too_deep(place):
            return self.reader.leaf(self.reader.as_json(shape), place)
        answer, merged = self.answers.get(place.id), shape.merged
        inner = self._inner(shape, spec, place)
        entries = answer if isinstance(answer, Entries) else Entries()
        again = not merged.ids.isdisjoint(place.chain)
        if self.everything and not again:
            entries = Entries((0,), ("*",))
        named = list(zip(entries.rows[:MAX_ROWS], (*entries.keys, *[""] * len(entries.rows)), strict=False))
        children = tuple(
            self.field(
                self.reader.rows.parts(merged, key), inner.map_row(row, key, _row_label("" if spec.secret else key, position))
            )
            for position, (row, key) in enumerate(named)
        )
        keys = self.reader.rows.key_choices(merged)
        hint = "; ".join(piece for piece in (self.reader.rows.key_hint(merged), spec.hint) if piece)
        return altered(
            spec,
            children=children,
            key_choices=keys,
            hint=hint,
            prefilled=spec.prefilled and (not again or place.given is not NOT_GIVEN),
        )

    def _variants(self, shape: Shape, spec: FieldSpec, place: Place) -> FieldSpec:
        keys, _ = self.reader.variants(shape)
        expected = self._expected(shape, spec, "")

        def content(index: int) -> Content:
            given = spec.default if spec.prefilled and index == expected else NOT_GIVEN
            inner = place.inside(shape.merged.ids, secret=spec.secret, given=given)
            return self._content(shape, shape.branches[index], keys, inner.variant(index))

        return self.choice(shape, place, content, "")

    def choice(self, shape: Shape, place: Place, content: Callable[[int], Content], own: str) -> FieldSpec:
        """Return the field that chooses between the branches of a shape, with what is inside the chosen one.

        Args:
            shape: The shape, which has branches.
            place: Where it stands.
            content: Returns what is inside a branch.
            own: The member of the object that the choice stands for, if it is one beside members.
        """
        if self.too_deep(place) or shape.union is None:
            return self.reader.leaf(self.reader.as_json(shape), place)
        spec = self.reader.leaf(shape, place)
        if spec.kind is not FieldKind.VARIANTS:
            return spec
        _, choices = self.reader.variants(shape)
        again = not shape.merged.ids.isdisjoint(place.chain)
        if self.everything and not again:
            self.variants[place.id] = tuple(content(index) for index in range(len(choices)))
        index = self.chosen(place.id, len(choices))
        inside = content(index) if index is not None and not self.everything else Content()
        expected = self._expected(shape, spec, own)
        nullable = place.required and len(choices) == 2 and shape.branches[1].is_null
        taken = None if index is None else shape.branches[index].index
        return altered(
            spec,
            choices=choices,
            children=inside.children,
            fixed=inside.fixed,
            const=inside.const,
            secret=spec.secret or inside.secret,
            union=UnionTaken(shape.union.keyword, len(shape.union.branches), taken),
            prefilled=(spec.prefilled or nullable) and (not again or place.given is not NOT_GIVEN),
            default_text=choices[expected].label if expected is not None and not spec.secret else spec.default_text,
            pick=lambda value: self._pick(shape, value, own),
        )

    def chosen(self, field_id: str, size: int) -> int | None:
        """Return which variant is chosen."""
        answer = self.answers.get(field_id)
        return answer.index if isinstance(answer, Chosen) and 0 <= answer.index < size else None

    def _expected(self, shape: Shape, spec: FieldSpec, own: str) -> int | None:
        """Return which variant the default is of."""
        return None if spec.default is NOT_GIVEN else self._pick(shape, spec.default, own)

    def _pick(self, shape: Shape, value: JsonValue, own: str) -> int | None:
        keys, _ = self.reader.variants(shape)
        if own and not isinstance(value, Mapping):
            value = {own: value}
        return pick_branch(value, shape.branches, keys, self.reader.merger, self.reader.matcher)

    def map_beside(self, shape: Shape, place: Place) -> FieldSpec:
        """Return the map of the members of an object that have no name in the schema."""
        place = replace(place, given=NOT_GIVEN)
        return self._map(shape, self.reader.leaf(shape, place), place)

    def _content(self, shape: Shape, branch: Branch, keys: tuple[str, ...], place: Place) -> Content:
        """Return what is inside a variant: its members, or one field for a value that has none."""
        if shape.union is None:
            return Content()
        merged = self.reader.merger.merge(self.reader.bases.branch_parts(shape.merged, shape.union, branch))
        inside = self.reader.shapes.shape(merged, required=True)
        if inside.kind is FieldKind.OBJECT:
            fixed = {key: value for key in keys if (value := constant_member(branch, key, self.reader.merger)) is not NOT_GIVEN}
            secret = says_secret(merged)
            place = replace(place, chain=place.chain | merged.ids, secret=place.secret or secret, hide=frozenset(fixed))
            return Content(self.members_of(inside.merged.parts, place), fixed, secret=secret)
        if inside.kind is FieldKind.CONST:
            return Content(const=self.reader.leaf(inside, place).const)
        if branch.is_null:
            return Content(const=None)
        own = bool(place.key) or isinstance(merged.schema.get("title"), str)  # else it is called what the row is called
        return Content((self.field(merged.parts, replace(place, label="") if own else place),))


def _of_its_choices(shape: Shape, place: Place) -> Place:
    """Return the place of a choice whose entries depend on other answers: its answer belongs to those entries."""
    if shape.kind not in _FIXED or not any(
        layer.dynamic and not {"enum", "oneOf", "anyOf", "items"}.isdisjoint(layer.schema) for layer in shape.merged.layers
    ):
        return place
    listed = dump_json([choice.value for choice in shape.choices]).encode("utf-8", "replace")
    return replace(place, id=f"{place.id}/~c{zlib.crc32(listed):08x}")


def _entry_parts(merged: Merged, row: int) -> Parts:
    if 0 <= row < len(merged.positions):
        return merged.positions[row]
    return merged.more_items if merged.positions else merged.items


def _entry_label(reader: Reader, merged: Merged, row: int, position: int, spec: FieldSpec) -> str:
    if 0 <= row < len(merged.positions):
        title = reader.merger.merge(merged.positions[row]).schema.get("title")
        if isinstance(title, str) and title.strip():
            return ""
    return f"{spec.entry_label or 'Entry'} {position + 1}"


def _row_label(key: str, position: int) -> str:
    return plain(key, 80) or f"Entry {position + 1}"
