"""``oneOf`` and ``anyOf`` looked at: which branches there are, what they are called and what tells them apart."""

from __future__ import annotations

from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from aep_tui.forms.choices import choice_label, distinct_labels
from aep_tui.forms.fields import NOT_GIVEN, Choice, JsonValue, NotGiven
from aep_tui.forms.json_values import identity, is_json_value
from aep_tui.forms.layers import BRANCH_RANK, NOTHING, Condition, Merged, Merger, Part, Parts, Union
from aep_tui.forms.overlay import type_names
from aep_tui.forms.readable import help_of
from aep_tui.text import in_words, plain

ANNOTATIONS: Final = frozenset(
    {
        *("$schema", "$id", "$comment", "title", "description", "default", "examples", "example", "enumNames", "deprecated"),
        *("order", "propertyOrder", "group", "groups", "airbyte_hidden", "uiAttributes", "always_show", "display_type"),
    }
)
_TYPE_WORDS: Final = {
    "string": "Text",
    "integer": "Whole number",
    "number": "Number",
    "boolean": "Yes or no",
    "object": "Object",
    "array": "List",
    "null": "None (null)",
}


@dataclass(frozen=True, slots=True, eq=False)
class Branch:
    """One branch of a union.

    Attributes:
        index: Its position in the schema.
        schema: Its schema.
        merged: What its schema says by itself.
    """

    index: int
    schema: Mapping[str, object]
    merged: Merged

    @property
    def is_null(self) -> bool:
        """Whether it only allows null."""
        said = self.merged.schema
        return type_names(said.get("type")) == ("null",) or said.get("const", 0) is None or said.get("enum") == [None]


def branches_of(union: Union, merger: Merger) -> list[Branch]:
    """Return the branches of a union that a value can take."""
    return [
        Branch(index, schema if isinstance(schema, Mapping) else NOTHING, merger.of(schema))
        for index, schema in enumerate(union.branches)
        if isinstance(schema, Mapping) or schema is True
    ]


def allowed_values(parts: Parts, merger: Merger) -> tuple[JsonValue, ...]:
    """Return the values that a member may have, if they are listed."""
    schema = merger.merge(parts).schema
    if is_json_value(schema.get("const", NOT_GIVEN)):
        return (schema["const"],)  # type: ignore[return-value]  # a JSON value, as was asked
    values = schema.get("enum")
    return tuple(value for value in values if is_json_value(value)) if isinstance(values, list | tuple) else ()


def discriminators(branches: Sequence[Branch], merger: Merger, *, single: bool) -> tuple[str, ...]:
    """Return the members that tell branches apart: each branch allows other values than all the others.

    Args:
        branches: The branches; those that only allow null do not count.
        merger: Looks into them.
        single: Whether each branch may only allow one value.
    """
    telling = [branch for branch in branches if not branch.is_null]
    if len(telling) < 2:
        return ()
    names = dict.fromkeys(key for branch in telling for key in branch.merged.properties)
    return tuple(key for key in names if _tells_apart(key, telling, merger, single=single))


def _tells_apart(key: str, branches: Sequence[Branch], merger: Merger, *, single: bool) -> bool:
    seen: set[Hashable] = set()
    for branch in branches:
        values = allowed_values(branch.merged.properties.get(key) or (), merger)
        known = {identity(value) for value in values}
        if not values or (single and len(values) > 1) or seen & known:
            return False
        seen |= known
    return True


def constant_member(branch: Branch, key: str, merger: Merger) -> JsonValue | NotGiven:
    """Return the one value that a branch allows for a member, if there is only one."""
    values = allowed_values(branch.merged.properties.get(key) or (), merger)
    return values[0] if len(values) == 1 else NOT_GIVEN


def conditions_of(union: Union, key: str, branches: Sequence[Branch], merger: Merger) -> tuple[Condition, ...]:
    """Return a union as conditions: each branch applies where a member has one of the values that the branch allows."""
    return tuple(
        Condition(
            {
                "properties": {key: {"enum": list(allowed_values(branch.merged.properties.get(key) or (), merger))}},
                "required": [key],
            },
            union.branches[branch.index],
        )
        for branch in branches
        if not branch.is_null
    )


def variant_choices(branches: Sequence[Branch], keys: Sequence[str], merger: Merger) -> tuple[Choice, ...]:
    """Return what to choose between: a branch's title, else the value that tells it apart, else what it is."""
    entries = []
    for number, branch in enumerate(branches, start=1):
        value = constant_member(branch, keys[0], merger) if keys else NOT_GIVEN
        entries.append((_label(branch, value, number), None if value is NOT_GIVEN else value))
    labels = distinct_labels([label for label, _ in entries])
    return tuple(
        Choice(label, value, help_of(branch.merged.schema.get("description")))
        for label, (_, value), branch in zip(labels, entries, branches, strict=True)
    )


def _label(branch: Branch, value: JsonValue | NotGiven, number: int) -> str:
    said = branch.merged.schema
    title = plain(said["title"], 120) if isinstance(said.get("title"), str) else ""
    if title:
        return title
    if value is not NOT_GIVEN:
        return choice_label(value)
    if is_json_value(said.get("const", NOT_GIVEN)):
        return choice_label(said["const"])  # type: ignore[arg-type]  # a JSON value, as was asked
    reference = branch.schema.get("$ref")
    if isinstance(reference, str) and "/" in reference:
        return plain(in_words(reference.rsplit("/", 1)[1][:200]), 120) or f"Form {number}"
    return _by_members(branch.merged) or _by_type(said) or f"Form {number}"


def _by_members(merged: Merged) -> str:
    names = [name for name in merged.required if name in merged.properties][:3]
    return plain(" and ".join(in_words(name[:100]) for name in names), 120)


def _by_type(said: Mapping[str, object]) -> str:
    words = [_TYPE_WORDS[name] for name in type_names(said.get("type"))]
    if not words and isinstance(said.get("enum"), list | tuple):
        return "One of a list"
    return " or ".join(words)


class Bases:
    """What is beside a union: the same schemas less the union and what they say about themselves."""

    def __init__(self) -> None:
        """Begin with none known."""
        self._known: dict[tuple[int, str], tuple[object, Mapping[str, object]]] = {}

    def branch_parts(self, merged: Merged, union: Union, branch: Branch) -> Parts:
        """Return the parts that describe a value which is of one branch."""
        beside = []
        for layer in merged.layers:
            own = layer.schema is union.layer.schema or union.keyword == "type"
            rest = self._without(layer.schema, union.keyword if own else "")
            if rest:
                beside.append(Part(rest, layer.rank, layer.dynamic))
        return (*beside, Part(branch.schema, BRANCH_RANK, dynamic=False))

    def taken(self, merged: Merged, union: Union, branch: Branch) -> Parts:
        """Return the same, with what the schemas say about themselves: the branch is the only one there is."""
        parts = self.branch_parts(merged, union, branch)
        return (*parts[:-1], Part(branch.schema, -1), Part(self._only_annotations(merged), BRANCH_RANK + 1))

    def _without(self, schema: Mapping[str, object], keyword: str) -> Mapping[str, object]:
        key = (id(schema), keyword)
        if key not in self._known:
            left_out = {keyword, "$ref", "allOf", *ANNOTATIONS}
            self._known[key] = (schema, {name: value for name, value in schema.items() if name not in left_out})
        return self._known[key][1]

    def _only_annotations(self, merged: Merged) -> Mapping[str, object]:
        key = (id(merged.schema), "annotations")
        if key not in self._known:
            kept = {name: value for name, value in merged.schema.items() if name in ANNOTATIONS}
            self._known[key] = (merged.schema, kept)
        return self._known[key][1]
