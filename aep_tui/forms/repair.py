"""A schema made fit for a strict validator: what JSON Schema's own meta-schema refuses is left out, the rest is copied.

Schemas in the wild have ``examples`` that are no list, ``required`` with a name twice, a ``title`` that is a number. A
validator refuses the whole schema for that; here only the wrong keyword goes. Of a schema without such faults only defaults and
further examples go. Nothing of the schema given is changed.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from decimal import Decimal
from typing import Final, TypeAlias

from aep_tui.forms.json_values import is_json_value

Node: TypeAlias = dict[str, object] | bool

MAX_LEVELS: Final = 60
"""Deepest nesting of schemas, and of a value in one, that is kept; the validator refuses 255 levels of objects and lists."""

MAX_NODES: Final = 10_000
"""Most schemas and values that are kept of one document."""

MAX_REFERENCES: Final = 1_000
"""Most references that are kept; a chain of thousands would exhaust the stack of a thread."""

_TYPES: Final = frozenset({"array", "boolean", "integer", "null", "number", "object", "string"})
_DRAFT_07: Final = ("http://json-schema.org/draft-07/schema", "http://json-schema.org/draft-07/schema#")
_TEXTS: Final = frozenset({"$id", "$comment", "title", "description", "format", "contentEncoding", "contentMediaType"})
_FLAGS: Final = frozenset({"readOnly", "writeOnly", "uniqueItems"})
_COUNTS: Final = frozenset({"maxLength", "minLength", "maxItems", "minItems", "maxProperties", "minProperties"})
_NUMBERS: Final = frozenset({"maximum", "minimum", "exclusiveMaximum", "exclusiveMinimum", "multipleOf"})
_ONE_SCHEMA: Final = frozenset(
    {"additionalItems", "additionalProperties", "contains", "propertyNames", "if", "then", "else", "not"}
)
_SCHEMA_LISTS: Final = frozenset({"allOf", "anyOf", "oneOf"})
_SCHEMA_MAPS: Final = frozenset({"properties", "definitions", "$defs", "patternProperties", "dependencies"})
_NAMING: Final = ("properties", "patternProperties")
_KEPT_EXAMPLES: Final = 3
_DROP: Final = object()
_MAPPINGS: Final = (dict, Mapping)  # asked in this order, which is several times as quick for most


class Repair:
    """Copies one document.

    Attributes:
        complete: Whether everything that says what is valid was kept.
    """

    def __init__(
        self, is_regex: Callable[[str], bool], *, keep_reference: Callable[[str], bool], without: frozenset[str] = frozenset()
    ) -> None:
        """Prepare for one document.

        Args:
            is_regex: Tells whether a pattern is a regular expression at all.
            keep_reference: Tells of a ``$ref`` whether it is kept.
            without: Keywords to leave out altogether.
        """
        self.complete = True
        self._is_regex = is_regex
        self._keep_reference = keep_reference
        self._without = without
        self._references: set[str] = set()
        self._nodes = 0

    def schema(self, node: object, level: int = 0) -> Node:
        """Return a copy of a schema without what the meta-schema refuses; what is no schema allows everything."""
        self._nodes += 1
        if node is True or node is False:
            return node
        if not isinstance(node, _MAPPINGS) or level > MAX_LEVELS or self._nodes > MAX_NODES:
            self.complete = False
            return True
        copy: dict[str, object] = {}
        for keyword, value in node.items():
            if isinstance(keyword, str):
                name = keyword if keyword.isascii() else _text(keyword)
                kept = self._keyword(name, value, level)
                if kept is not _DROP:
                    copy[name] = kept
        if "dependentRequired" in node or "dependentSchemas" in node:
            self._rules_of_later_drafts(node, copy, level)
        if ("properties" in node and "properties" not in copy) or (
            "patternProperties" in node and "patternProperties" not in copy
        ):
            copy.pop("additionalProperties", None)  # else every name that these allowed would count as an additional one
        return copy

    def _rules_of_later_drafts(self, node: Mapping[str, object], copy: dict[str, object], level: int) -> None:
        """Put what depends on a member where draft-07 looks for it."""
        rules = [node.get(keyword) for keyword in ("dependentRequired", "dependentSchemas")]
        told = {name: rule for rule_map in rules if isinstance(rule_map, Mapping) for name, rule in rule_map.items()}
        known = copy.get("dependencies")
        if told and isinstance(kept := self._schema_map("dependencies", told, level), dict):
            copy["dependencies"] = {**kept, **(known if isinstance(known, dict) else {})}

    def _keyword(self, keyword: str, value: object, level: int) -> object:
        if keyword in self._without:
            self.complete = False
            return _DROP
        if keyword in _ASSERTIONS:
            kept = self._assertion(keyword, value)
            self.complete = self.complete and kept is not _DROP
            return kept
        if keyword in _ONE_SCHEMA:
            return self.schema(value, level + 1)
        if keyword in _SCHEMA_LISTS:
            return self._schemas(value, level)
        if keyword in _SCHEMA_MAPS:
            return self._schema_map(keyword, value, level)
        if keyword == "items":
            return self._schemas(value, level) if isinstance(value, list | tuple) else self.schema(value, level + 1)
        return self._annotation(keyword, value, level)

    def _annotation(self, keyword: str, value: object, level: int) -> object:
        if keyword == "$schema":
            return value if isinstance(value, str) and value in _DRAFT_07 else _DROP
        if keyword in _TEXTS:
            return _text(value) if isinstance(value, str) else _DROP
        if keyword in _FLAGS:
            return value if isinstance(value, bool) else _DROP
        if keyword == "examples":
            return self._value(value[:_KEPT_EXAMPLES], level) if isinstance(value, list | tuple) else _DROP
        return _DROP if keyword == "default" else self._value(value, level)

    def _assertion(self, keyword: str, value: object) -> object:
        if keyword == "type":
            return value if isinstance(value, str) and value in _TYPES else _types(value)
        if keyword in _COUNTS:
            return value if _is_count(value) else _DROP
        if keyword in _NUMBERS:
            usable = _is_number(value) and (keyword != "multipleOf" or value > 0)  # type: ignore[operator]  # a number
            return value if usable else _DROP
        if keyword == "required":
            return _names(value)
        if keyword in {"enum", "const"}:
            return self._whole_value(value) if _allows_something(keyword, value) else _DROP
        if keyword == "$ref":
            return self._reference(value)
        return value if isinstance(value, str) and _text(value) == value and self._is_regex(value) else _DROP

    def _reference(self, value: object) -> object:
        if not isinstance(value, str) or not self._keep_reference(value):
            return _DROP
        self._references.add(value)
        return _text(value) if len(self._references) <= MAX_REFERENCES else _DROP

    def _schemas(self, value: object, level: int) -> object:
        if not isinstance(value, list | tuple) or not value:
            self.complete = False
            return _DROP
        return [self.schema(member, level + 1) for member in value]

    def _schema_map(self, keyword: str, value: object, level: int) -> object:
        if not isinstance(value, _MAPPINGS):
            self.complete = False
            return _DROP
        members = {name: member for name, member in value.items() if isinstance(name, str) and _text(name) == name}
        if keyword == "patternProperties" and not all(self._is_regex(name) for name in members):
            self.complete = False
            return _DROP
        if keyword == "dependencies":
            return {name: self._dependency(member, level) for name, member in members.items()}
        return {name: self.schema(member, level + 1) for name, member in members.items()}

    def _dependency(self, member: object, level: int) -> object:
        return _names(member) if isinstance(member, list | tuple) else self.schema(member, level + 1)

    def _whole_value(self, value: object) -> object:
        """Return a copy of a value that answers are compared with; half a copy would refuse what is right."""
        complete, self.complete = self.complete, True
        copy = self._value(value, 0)
        whole, self.complete = self.complete, complete
        return copy if whole else _DROP

    def _value(self, value: object, level: int) -> object:
        """Return a copy of a plain value; what JSON does not have becomes ``null``."""
        self._nodes += 1
        if level > MAX_LEVELS or self._nodes > MAX_NODES:
            self.complete = False
            return None
        if isinstance(value, str):
            return _text(value)
        if isinstance(value, _MAPPINGS):
            return {_text(key): self._value(member, level + 1) for key, member in value.items() if isinstance(key, str)}
        if isinstance(value, list | tuple):
            return [self._value(member, level + 1) for member in value]
        return value if value is None or isinstance(value, bool) or _is_number(value) else None


_ASSERTIONS: Final = frozenset({*_COUNTS, *_NUMBERS, "type", "required", "enum", "const", "$ref", "pattern"})


def _allows_something(keyword: str, value: object) -> bool:
    """Tell whether an ``enum`` or a ``const`` names a value that can be sent."""
    if keyword == "const":
        return is_json_value(value)
    return isinstance(value, list | tuple) and any(is_json_value(one) for one in value)


def _text(text: str) -> str:
    """Return a text that UTF-8 can write: half a surrogate pair becomes a question mark."""
    return text if text.isascii() else text.encode("utf-8", "replace").decode("utf-8")


def _is_number(value: object) -> bool:
    if isinstance(value, bool):
        return False
    if isinstance(value, float):
        return math.isfinite(value)
    return isinstance(value, int) or (isinstance(value, Decimal) and value.is_finite())


def _is_count(value: object) -> bool:
    return _is_number(value) and value >= 0 and value == int(value)  # type: ignore[operator, call-overload]


def _types(value: object) -> object:
    if isinstance(value, str):
        return value if value in _TYPES else _DROP
    if not isinstance(value, list | tuple):
        return _DROP
    known = list(dict.fromkeys(name for name in value if isinstance(name, str) and name in _TYPES))
    return known if known and len(known) == len(value) else _DROP


def _names(value: object) -> object:
    if not isinstance(value, list | tuple):
        return _DROP
    return list(dict.fromkeys(_text(name) for name in value if isinstance(name, str)))
