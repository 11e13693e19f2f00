"""How much work a validation is, estimated before it begins.

References let a few lines of schema stand for 2 to the power of 40 checks of the same value. The validator would make them
all, and build an error for each; so whoever calls it asks here first.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Final, NamedTuple

from aep_tui.forms.references import IN_PLACE_LISTS, IN_PLACE_SINGLES, local_target

MAX_STEPS: Final = 20_000
"""Most checks of one schema against one value that a validation may take."""

_MAX_CHAIN: Final = 250


class _TooMuch(Exception):
    """The estimate has gone over the limit."""


class Work(NamedTuple):
    """What a validation takes, at most.

    Attributes:
        steps: Checks of one schema against one value.
        of_union: Those of the largest ``oneOf`` or ``anyOf``; an error of it has what each of them found.
    """

    steps: int
    of_union: int


def work_of(document: object, value: object, most: int = MAX_STEPS) -> Work | None:
    """Return how much work a validation is, or ``None`` if too much.

    Args:
        document: A schema of plain dictionaries and lists.
        value: The value to validate, of plain dictionaries and lists.
        most: How many steps are not too many.
    """
    estimate = _Estimate(document, most)
    try:
        return Work(estimate.steps(document, value, 0), estimate.of_union)
    except _TooMuch:
        return None


class _Estimate:
    """Adds up the steps of one document; a pair of schema and value is worked out once."""

    def __init__(self, document: object, most: int) -> None:
        self._document = document
        self._most = most
        self._known: dict[tuple[int, int], int] = {}
        self.of_union = 0

    def steps(self, node: object, value: object, chain: int) -> int:
        if not isinstance(node, dict):
            return 1
        pair = (id(node), id(value))
        known = self._known.get(pair)
        if known is not None:
            return known
        if chain > _MAX_CHAIN or len(self._known) > self._most:
            raise _TooMuch
        self._known[pair] = 1  # a schema that leads back to itself is taken once, as the validator does
        total = 1
        for part, member in _parts(node, value, self._document):
            total += self.steps(part, member, chain + 1)
            if total > self._most:
                raise _TooMuch
        if "oneOf" in node or "anyOf" in node:
            self.of_union = max(self.of_union, total)
        self._known[pair] = total
        return total


def _parts(node: Mapping[str, object], value: object, document: object) -> Iterator[tuple[object, object]]:
    """Yield the schemas inside a schema with the value that each is checked against."""
    if "$ref" in node:
        yield local_target(document, node["$ref"]), value
        return
    for keyword in IN_PLACE_LISTS:
        branches = node.get(keyword)
        yield from ((branch, value) for branch in (branches if isinstance(branches, list) else ()))
    yield from ((node[keyword], value) for keyword in IN_PLACE_SINGLES if keyword in node)
    if isinstance(value, dict):
        yield from _of_object(node, value)
    elif isinstance(value, list):
        yield from _of_list(node, value)


def _of_object(node: Mapping[str, object], value: Mapping[str, object]) -> Iterator[tuple[object, object]]:
    dependencies = node.get("dependencies")
    if isinstance(dependencies, dict):
        yield from ((part, value) for name, part in dependencies.items() if name in value)
    properties = node.get("properties")
    if isinstance(properties, dict):
        yield from ((properties[name], member) for name, member in value.items() if name in properties)
    patterns = node.get("patternProperties")
    for part in (node.get("additionalProperties"), *(patterns.values() if isinstance(patterns, dict) else ())):
        if part is not None:
            yield from ((part, member) for member in value.values())


def _of_list(node: Mapping[str, object], value: list[object]) -> Iterator[tuple[object, object]]:
    items = node.get("items")
    if isinstance(items, list):
        yield from zip(items, value, strict=False)
    elif items is not None:
        yield from ((items, member) for member in value)
    for keyword in ("additionalItems", "contains"):
        if keyword in node:
            yield from ((node[keyword], member) for member in value)
