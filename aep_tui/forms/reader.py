"""One schema and everything about it that is worked out once."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Final

from aep_tui.forms.content import Beside
from aep_tui.forms.fields import Choice, FieldKind, FieldSpec, altered
from aep_tui.forms.grown import Grown
from aep_tui.forms.layers import Condition, Merged, Merger, Union
from aep_tui.forms.leaves import Faults, Leaves
from aep_tui.forms.matching import Matcher
from aep_tui.forms.place import Place
from aep_tui.forms.rows import RowSchemas
from aep_tui.forms.shapes import Shape, Shapes
from aep_tui.forms.unions import Bases, branches_of, conditions_of, discriminators, variant_choices

_KEPT_LEAVES: Final = 20_000
_TOO_DEEP: Final = "This is nested too deeply to be drawn. It is typed as JSON."
_OWN_CHOICE: Final = frozenset({FieldKind.CHOICE, FieldKind.BOOLEAN, FieldKind.CONST})


class Reader:
    """One schema and everything that is worked out about it once."""

    def __init__(self, document: Mapping[str, object], groups: Mapping[str, str], faults: Faults) -> None:
        """Prepare for a schema.

        Args:
            document: The schema, which references lead into.
            groups: Titles of groups of fields by their id.
            faults: Takes what is odd about it.
        """
        self.document = document
        self.merger = Merger(document)
        self.matcher = Matcher(document)
        self.bases = Bases()
        self.shapes = Shapes(self.merger, self.bases)
        self.faults = faults
        self.groups = groups
        self.leaves = Leaves(document, self.merger, self.faults, groups)
        self.rows = RowSchemas(self.merger)
        self._telling: dict[tuple[int, str], tuple[object, dict[str, tuple[Condition, ...]]]] = {}
        self._asides: dict[tuple[int, str, int], tuple[object, Shape]] = {}
        self._variants: dict[int, tuple[Shape, tuple[str, ...], tuple[Choice, ...]]] = {}
        self._patterns: dict[tuple[object, ...], tuple[object, FieldSpec]] = {}
        self._too_deep: dict[int, tuple[Shape, Shape]] = {}
        self._root_place = Place()
        self.grown = Grown()
        self.made: dict[tuple[object, ...], tuple[object, FieldSpec]] = {}

    def leaf(self, shape: Shape, place: Place) -> FieldSpec:
        """Return a field by itself; the same one for the same place, so that nothing is drawn anew without need."""
        told = (place.id, place.pointer, place.label, place.required, place.secret, id(place.given), place.row, place.blank)
        key = (id(shape), *told)
        known = self.made.get(key)
        if known is None:
            if len(self.made) > _KEPT_LEAVES:
                self.made.clear()
            known = self.made[key] = ((shape, place.given), self._made_like_another(shape, place))
        return known[1]

    def _made_like_another(self, shape: Shape, place: Place) -> FieldSpec:
        """Return a field made from one that differs only in where it stands, such as the same field in another row."""
        key = (id(shape), place.key, bool(place.label), place.required, place.secret, id(place.given), place.blank)
        known = self._patterns.get(key)
        if known is not None:
            like = known[1]
            return altered(like, id=place.id, pointer=place.pointer, row=place.row, label=place.label or like.label)
        spec = self.leaves.make(shape, place)
        if spec.item is None:  # an item stands inside, and has an id and a pointer of its own
            if len(self._patterns) > _KEPT_LEAVES:
                self._patterns.clear()
            self._patterns[key] = ((shape, place.given), spec)
        return spec

    def root_place(self, ids: frozenset[int]) -> Place:
        """Return the place of the params: the same one each time."""
        if self._root_place.chain != ids:
            self._root_place = Place(chain=ids)
        return self._root_place

    def as_json(self, shape: Shape) -> Shape:
        """Return the shape of what is nested too deeply to be drawn."""
        known = self._too_deep.get(id(shape))
        if known is None:
            cut = replace(shape, kind=FieldKind.JSON, reason=_TOO_DEEP, choices=())
            known = self._too_deep[id(shape)] = (shape, cut)
        return known[1]

    def variants(self, shape: Shape) -> tuple[tuple[str, ...], tuple[Choice, ...]]:
        """Return which members tell the variants of a shape apart, and what to choose between."""
        known = self._variants.get(id(shape))
        if known is None:
            keys = discriminators(shape.branches, self.merger, single=True)
            known = self._variants[id(shape)] = (shape, keys, variant_choices(shape.branches, keys, self.merger))
        return known[1], known[2]

    def by_value(self, union: Union, merged: Merged) -> tuple[Condition, ...]:
        """Return a union as conditions if its branch follows from a member that is a choice of its own, else nothing."""
        key = (id(union.layer.schema), union.keyword)
        if key not in self._telling:
            branches = branches_of(union, self.merger)
            names = discriminators(branches, self.merger, single=False)
            made = {name: conditions_of(union, name, branches, self.merger) for name in names}
            self._telling[key] = (union.layer.schema, made)
        for name, conditions in self._telling[key][1].items():
            always = tuple(part for part in merged.properties.get(name) or () if not part.dynamic)
            if always and self.shapes.shape(self.merger.merge(always), required=True).kind in _OWN_CHOICE:
                return conditions
        return ()

    def beside_shape(self, beside: Beside, merged: Merged) -> Shape:
        """Return the shape of a choice between forms beside the members of an object."""
        own = merged.properties.get(beside.own) or () if beside.own else ()
        said = self.merger.merge(tuple(part for part in own if not part.dynamic))
        key = (id(beside.union.layer.schema), beside.union.keyword, id(said))
        if key not in self._asides:
            shape = Shape(FieldKind.VARIANTS, said, union=beside.union, branches=beside.branches)
            self._asides[key] = ((beside, said), shape)
        return self._asides[key][1]

    def more_shape(self, merged: Merged) -> Shape:
        """Return the shape of a map for the members that have no name in a schema."""
        key = (id(merged), "more", 0)
        if key not in self._asides:
            said = Merged((), patterns=merged.patterns, additional=merged.additional, names=merged.names)
            self._asides[key] = (merged, Shape(FieldKind.MAP, said))
        return self._asides[key][1]
