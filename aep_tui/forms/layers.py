"""All that a schema says about one value: references followed, and everything that applies laid over each other.

A value is described by parts: its own schema, what other schemas say about it, and what a condition adds. Each part brings the
schemas behind its ``$ref`` and its ``allOf`` along. The higher a schema ranks, the more its title, description and default
count: a schema's own words come before those it refers to, and what a condition says comes before both.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Final, NamedTuple, TypeAlias

from aep_tui.forms.json_values import is_sendable_text
from aep_tui.forms.overlay import overlay
from aep_tui.forms.references import local_target

MAX_NESTED: Final = 60
"""Deepest nesting of references and ``allOf`` that is followed for one value."""

BRANCH_RANK: Final = 1_000
CONDITION_RANK: Final = 10_000

NOTHING: Final[Mapping[str, object]] = {}
"""A schema that says nothing."""


class Part(NamedTuple):
    """One schema among those that describe a value.

    Attributes:
        schema: The schema.
        rank: The higher, the more its annotations count.
        dynamic: Whether it only applies because of other answers.
    """

    schema: Mapping[str, object]
    rank: int = 0
    dynamic: bool = False


Parts: TypeAlias = tuple[Part, ...]


class Condition(NamedTuple):
    """Something that depends on the object it stands in.

    Attributes:
        test: A schema that the object has to fit, or the name of a member that has to be there.
        then: The schema that applies if so.
        otherwise: The schema that applies if not.
    """

    test: object
    then: object
    otherwise: object = None


class Union(NamedTuple):
    """A ``oneOf`` or an ``anyOf``.

    Attributes:
        keyword: Which of the two.
        branches: The branches as they stand in the schema.
        layer: The schema that it stands in.
    """

    keyword: str
    branches: tuple[object, ...]
    layer: Part


@dataclass(slots=True, eq=False)
class Merged:
    """What all parts together say about a value.

    Attributes:
        parts: Where it comes from.
        layers: Every schema that applies, in the document's order.
        schema: Their keywords about the value itself as one schema.
        properties: By name the parts that describe a member.
        required: The members that must be there.
        patterns: By regular expression the parts that describe members of such names.
        additional: The parts that describe other members, if any schema does.
        names: The parts that describe the names of members.
        items: The parts that describe every entry of a list.
        positions: The parts that describe single entries of a list.
        more_items: The parts that describe the entries after those.
        unions: Each ``oneOf`` and ``anyOf``.
        conditions: What depends on the members.
        problem: Why it cannot be told what applies, as a sentence.
        odd: What is wrong with the schemas, each with the name of the member it is about, empty for the value itself.
    """

    parts: Parts
    layers: tuple[Part, ...] = ()
    schema: Mapping[str, object] = field(default_factory=dict)
    properties: dict[str, Parts] = field(default_factory=dict)
    required: dict[str, bool] = field(default_factory=dict)
    patterns: dict[str, Parts] = field(default_factory=dict)
    additional: Parts = ()
    names: Parts = ()
    items: Parts = ()
    positions: tuple[Parts, ...] = ()
    more_items: Parts = ()
    unions: tuple[Union, ...] = ()
    conditions: tuple[Condition, ...] = ()
    problem: str = ""
    odd: list[tuple[str, str]] = field(default_factory=list)

    @property
    def ids(self) -> frozenset[int]:
        """What tells the schemas apart from every other one."""
        return frozenset(id(layer.schema) for layer in self.layers)


class Merger:
    """Merges parts within one document, the same ones only once."""

    def __init__(self, document: object) -> None:
        """Prepare for a document, which references lead into."""
        self._document = document
        self._merged: dict[tuple[tuple[int, int, bool], ...], Merged] = {}

    def merge(self, parts: Parts) -> Merged:
        """Return what parts say together."""
        key = tuple((id(part.schema), part.rank, part.dynamic) for part in parts)
        known = self._merged.get(key)
        if known is None:
            known = self._merged[key] = self._merge(parts)  # holds the parts, so their ids stay their own
        return known

    def of(self, schema: object) -> Merged:
        """Return what a single schema says."""
        return self.merge((Part(schema if isinstance(schema, Mapping) else NOTHING),))

    def _merge(self, parts: Parts) -> Merged:
        merged = Merged(parts)
        found: list[tuple[tuple[float, ...], Part]] = []
        seen: set[int] = set()
        for part in parts:
            found += self._flat(part, (part.rank,), seen, merged)
        ranks = {key: rank for rank, key in enumerate(sorted(key for key, _ in found))}
        merged.layers = tuple(Part(part.schema, ranks[key], part.dynamic) for key, part in found)
        merged.schema = overlay([layer.schema for layer in sorted(merged.layers, key=lambda layer: layer.rank)])
        for layer in merged.layers:
            _take_object(layer, merged)
            _take_list(layer, merged)
            _take_rules(layer, merged)
        return merged

    def _flat(
        self, part: Part, key: tuple[float, ...], seen: set[int], merged: Merged
    ) -> Iterator[tuple[tuple[float, ...], Part]]:
        """Yield a schema and what it brings along, each with a key that sorts by rank."""
        if id(part.schema) in seen:
            return
        seen.add(id(part.schema))
        yield (*key, math.inf), part
        if len(key) > MAX_NESTED:
            merged.problem = "The schema is nested too deeply to be followed."
            return
        if "$ref" in part.schema:
            target = local_target(self._document, part.schema["$ref"])
            if isinstance(target, Mapping):
                yield from self._flat(Part(target, 0, part.dynamic), (*key, 0), seen, merged)
            elif not isinstance(target, bool):
                merged.problem = _of_lost_reference(part.schema["$ref"])
        branches = part.schema.get("allOf")
        for index, branch in enumerate(branches if isinstance(branches, list | tuple) else ()):
            if isinstance(branch, Mapping):
                yield from self._flat(Part(branch, 0, part.dynamic), (*key, index + 1), seen, merged)


def _of_lost_reference(reference: object) -> str:
    if isinstance(reference, str) and reference and not reference.startswith("#"):
        return "The schema describes this by a reference to another document, and none is ever fetched."
    return "The schema describes this by a reference that leads nowhere in it."


def _part(schema: object, layer: Part) -> Part:
    return Part(schema if isinstance(schema, Mapping) else NOTHING, layer.rank, layer.dynamic)


def _take_object(layer: Part, merged: Merged) -> None:
    """Take what a schema says about members."""
    properties = layer.schema.get("properties")
    if isinstance(properties, Mapping):
        for key, schema in properties.items():
            _take_member(key, schema, layer, merged)
    elif "properties" in layer.schema:
        merged.odd.append(("", "The properties of this schema are no object."))
    required = layer.schema.get("required")
    if isinstance(required, list | tuple):
        for name in required:
            _take_required(name, merged)
    elif "required" in layer.schema and not isinstance(required, bool):
        merged.odd.append(("", "The list of required params is no list and was left out."))
    _take_others(layer, merged)


def _take_others(layer: Part, merged: Merged) -> None:
    """Take what a schema says about members that it does not name."""
    patterns = layer.schema.get("patternProperties")
    for pattern, schema in patterns.items() if isinstance(patterns, Mapping) else ():
        if isinstance(pattern, str) and schema is not False:
            merged.patterns[pattern] = (*merged.patterns.get(pattern, ()), _part(schema, layer))
    if isinstance(layer.schema.get("additionalProperties"), Mapping) and layer.schema["additionalProperties"]:
        merged.additional = (*merged.additional, _part(layer.schema["additionalProperties"], layer))
    if isinstance(layer.schema.get("propertyNames"), Mapping):
        merged.names = (*merged.names, _part(layer.schema["propertyNames"], layer))


def _take_member(key: object, schema: object, layer: Part, merged: Merged) -> None:
    if not isinstance(key, str) or not is_sendable_text(key):
        merged.odd.append(("", "A param whose name cannot be sent was left out."))
        return
    if schema is False:
        if not layer.dynamic:
            merged.odd.append((key, "{} is never allowed and was left out."))
        merged.properties[key] = ()
        return
    if not isinstance(schema, Mapping | bool):
        merged.odd.append((key, "{} has no schema and is taken as text."))
    before = merged.properties.get(key)
    if before != ():
        merged.properties[key] = (*(before or ()), _part(schema, layer))


def _take_required(name: object, merged: Merged) -> None:
    if not isinstance(name, str):
        merged.odd.append(
            ("", "The schema requires something that cannot be shown, which it does not describe; that was left out.")
        )
    else:
        merged.required[name] = True


def _take_list(layer: Part, merged: Merged) -> None:
    """Take what a schema says about entries."""
    items, more = layer.schema.get("items"), layer.schema.get("additionalItems")
    if isinstance(items, Mapping):
        merged.items = (*merged.items, _part(items, layer))
    elif isinstance(items, list | tuple):
        merged.positions = tuple((_part(item, layer),) for item in items)
    if isinstance(more, Mapping):
        merged.more_items = (*merged.more_items, _part(more, layer))


def _take_rules(layer: Part, merged: Merged) -> None:
    """Take what a schema says about combinations of members."""
    for keyword in ("oneOf", "anyOf"):
        branches = layer.schema.get(keyword)
        if isinstance(branches, list | tuple) and branches:
            merged.unions = (*merged.unions, Union(keyword, tuple(branches), layer))
    merged.conditions = (*merged.conditions, *_conditions(layer.schema))


def _conditions(schema: Mapping[str, object]) -> Iterator[Condition]:
    if "if" in schema:
        yield Condition(schema["if"], schema.get("then"), schema.get("else"))
    for keyword in ("dependencies", "dependentSchemas", "dependentRequired"):
        rules = schema.get(keyword)
        for name, rule in rules.items() if isinstance(rules, Mapping) else ():
            if isinstance(name, str):
                yield Condition(name, {"required": rule} if isinstance(rule, list | tuple) else rule)
