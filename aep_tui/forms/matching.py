"""Whether a value fits a schema: what conditions and the choice between variants turn on.

The keywords that conditions are made of are worked out here, quickly and without the validator; a schema with any other one is
given to the validator.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from decimal import Decimal
from typing import Final

from aep_tui.forms import validator
from aep_tui.forms.fields import NOT_GIVEN, JsonValue
from aep_tui.forms.json_values import is_json_value, same
from aep_tui.forms.overlay import type_names
from aep_tui.forms.references import local_target

MAX_STEPS: Final = 20_000
"""Most schemas that one question may take; more count as no match."""

_MAX_DEPTH: Final = 60
_MOST_NAMES: Final = 20
_MOST_KNOWN: Final = 50_000
_ABOUT_MEMBERS: Final = frozenset({"properties", "required", "title", "description", "$comment"})
_FOR_THE_VALIDATOR: Final = frozenset(
    {
        "pattern",
        "format",
        "multipleOf",
        "uniqueItems",
        "patternProperties",
        "additionalProperties",
        "propertyNames",
        "dependencies",
        "dependentRequired",
        "dependentSchemas",
        "contains",
        "additionalItems",
        "contentEncoding",
        "contentMediaType",
    }
)


class _TooMuch(Exception):
    """The question takes too many steps."""


class Matcher:
    """Answers questions about one document, into which references lead."""

    def __init__(self, document: object) -> None:
        """Prepare for a document."""
        self._document = document
        self._alone: dict[int, tuple[object, Mapping[str, object]]] = {}
        self._steps = 0
        self._asked: dict[int, tuple[object, tuple[str, ...] | None]] = {}
        self._answered: dict[int, tuple[list[object], bool]] = {}
        self._known: dict[tuple[int, int], tuple[object, JsonValue, bool | None]] = {}

    def forget(self) -> None:
        """Forget which values fitted which schemas; values may be secrets, and are kept no longer than they are of use."""
        self._known.clear()

    def matches(self, schema: object, value: JsonValue) -> bool:
        """Tell whether a value fits a schema.

        A schema that asks about some members only is not asked again as long as those are the very same.
        """
        names = self._names_in(schema)
        if names is None or not isinstance(value, Mapping):
            return self._matches(schema, value)
        members: list[object] = [value.get(name, NOT_GIVEN) for name in names]
        known = self._answered.get(id(schema))
        if known is not None and all(before is now for before, now in zip(known[0], members, strict=True)):
            return known[1]
        result = self._matches(schema, value)
        self._answered[id(schema)] = (members, result)
        return result

    def _matches(self, schema: object, value: JsonValue) -> bool:
        self._steps = 0
        if len(self._known) > _MOST_KNOWN:
            self._known.clear()
        try:
            return self._fits(schema, value, 0)
        except _TooMuch:
            self._known[id(schema), id(value)] = (schema, value, False)
            return False

    def _names_in(self, schema: object) -> tuple[str, ...] | None:
        """Return the members that a schema asks about, or ``None`` if it asks about the object as a whole."""
        known = self._asked.get(id(schema))
        if known is None:
            known = self._asked[id(schema)] = (schema, _names_in(schema))
        return known[1]

    def _fits(self, schema: object, value: JsonValue, depth: int) -> bool:
        """Tell whether a value fits a schema; a pair of the two is worked out once, however many references lead to it."""
        if not isinstance(schema, Mapping):
            return schema is not False
        pair = (id(schema), id(value))
        known = self._known.get(pair)
        if known is not None and known[2] is not None:
            return known[2]
        self._steps += 1
        if known is not None or self._steps > MAX_STEPS or depth > _MAX_DEPTH:  # known without a result: it leads to itself
            raise _TooMuch
        self._known[pair] = (schema, value, None)  # holds both, so their ids stay their own
        try:
            fits = self._fits_all_of(schema, value, depth)
        except _TooMuch:
            del self._known[pair]
            raise
        self._known[pair] = (schema, value, fits)
        return fits

    def _fits_all_of(self, schema: Mapping[str, object], value: JsonValue, depth: int) -> bool:
        """Tell whether a value fits everything that a schema says."""
        if "$ref" in schema and not self._fits(local_target(self._document, schema["$ref"]), value, depth + 1):
            return False
        if not _FOR_THE_VALIDATOR.isdisjoint(schema):
            return not validator.findings(self._by_itself(schema), value).found
        return (
            all(check(schema[keyword], value) for keyword, check in _SIMPLE.items() if keyword in schema)
            and self._fits_inside(schema, value, depth)
            and self._fits_combined(schema, value, depth)
        )

    def _by_itself(self, schema: Mapping[str, object]) -> Mapping[str, object]:
        """Return a document for the validator; the same one for the same schema, since it is compiled."""
        known = self._alone.get(id(schema))
        if known is None:
            known = self._alone[id(schema)] = (schema, alone(self._document, (schema,)))
        return known[1]

    def _fits_inside(self, schema: Mapping[str, object], value: JsonValue, depth: int) -> bool:
        properties, items = schema.get("properties"), schema.get("items")
        if isinstance(value, Mapping) and isinstance(properties, Mapping):
            fewer, more = (properties, value) if len(properties) < len(value) else (value, properties)
            return all(self._fits(properties[key], value[key], depth + 1) for key in fewer if key in more)
        if isinstance(value, list) and isinstance(items, Mapping | bool):
            return all(self._fits(items, member, depth + 1) for member in value)
        return True

    def _fits_combined(self, schema: Mapping[str, object], value: JsonValue, depth: int) -> bool:
        for keyword, enough in _COMBINED.items():
            branches = schema.get(keyword)
            if not isinstance(branches, list | tuple) or not branches:
                continue
            if not enough(self._fits(branch, value, depth + 1) for branch in branches):
                return False
        if "not" in schema and self._fits(schema["not"], value, depth + 1):
            return False
        if "if" not in schema:
            return True
        branch = "then" if self._fits(schema["if"], value, depth + 1) else "else"
        return self._fits(schema.get(branch, True), value, depth + 1)


def alone(document: object, schemas: Sequence[Mapping[str, object]]) -> Mapping[str, object]:
    """Return a schema of its own that asks what all of these ask, with the definitions that they may refer to."""
    if not isinstance(document, Mapping) or not any(_refers(schema) for schema in schemas):
        return schemas[0] if len(schemas) == 1 else {"allOf": list(schemas)}
    definitions = {keyword: document[keyword] for keyword in ("definitions", "$defs") if keyword in document}
    return {**definitions, "allOf": list(schemas)}


def _names_in(schema: object) -> tuple[str, ...] | None:
    if not isinstance(schema, Mapping) or not _ABOUT_MEMBERS.issuperset(schema):
        return None
    properties, required = schema.get("properties", {}), schema.get("required", ())
    if not isinstance(properties, Mapping) or not isinstance(required, list | tuple):
        return None
    names = dict.fromkeys([*properties, *required])
    return tuple(name for name in names if isinstance(name, str)) if len(names) <= _MOST_NAMES else None


def _refers(schema: object) -> bool:
    """Tell whether a reference stands anywhere in a schema, as far as one may look."""
    waiting, looked = [schema], 0
    while waiting:
        node = waiting.pop()
        looked += 1
        if looked > 500 or (isinstance(node, Mapping) and "$ref" in node):
            return True
        if isinstance(node, Mapping):
            waiting.extend(member for member in node.values() if isinstance(member, Mapping | list | tuple))
        elif isinstance(node, list | tuple):
            waiting.extend(member for member in node if isinstance(member, Mapping | list | tuple))
    return False


def _exactly_one(fits: Iterator[bool]) -> bool:
    return sum(fits) == 1


_COMBINED: Final[Mapping[str, Callable[[Iterator[bool]], bool]]] = {"allOf": all, "anyOf": any, "oneOf": _exactly_one}


def fits_type(declared: object, value: JsonValue) -> bool:
    """Tell whether a value is of one of the types that a ``type`` names; a ``type`` that names none allows all."""
    names = type_names(declared)
    return not names or any(_IS[name](value) for name in names)


def _is_number(value: JsonValue) -> bool:
    return isinstance(value, int | float | Decimal) and not isinstance(value, bool)


def _is_whole(value: JsonValue) -> bool:
    return isinstance(value, int | float | Decimal) and not isinstance(value, bool) and value == int(value)


_IS: Final[Mapping[str, Callable[[JsonValue], bool]]] = {
    "string": lambda value: isinstance(value, str),
    "integer": _is_whole,
    "number": _is_number,
    "boolean": lambda value: isinstance(value, bool),
    "object": lambda value: isinstance(value, Mapping),
    "array": lambda value: isinstance(value, list | tuple),
    "null": lambda value: value is None,
}


def _const(const: object, value: JsonValue) -> bool:
    return not is_json_value(const) or same(const, value)


def _enum(values: object, value: JsonValue) -> bool:
    return not isinstance(values, list | tuple) or any(_const(one, value) for one in values)


def _required(names: object, value: JsonValue) -> bool:
    if not isinstance(value, Mapping) or not isinstance(names, list | tuple):
        return True
    return all(name in value for name in names if isinstance(name, str))


def _bound(
    holds: Callable[[object, object], bool], measure: Callable[[JsonValue], object]
) -> Callable[[object, JsonValue], bool]:
    def check(limit: object, value: JsonValue) -> bool:
        measured = measure(value)
        known = isinstance(limit, int | float | Decimal) and not isinstance(limit, bool) and is_json_value(limit)
        return not known or measured is None or holds(measured, limit)

    return check


def _number(value: JsonValue) -> object:
    return value if _is_number(value) else None


def _length(kind: type | tuple[type, ...]) -> Callable[[JsonValue], object]:
    return lambda value: len(value) if isinstance(value, kind) else None  # type: ignore[arg-type]  # all of them have a length


_AT_LEAST: Final[Callable[[object, object], bool]] = lambda one, other: bool(one >= other)  # type: ignore[operator]  # noqa: E731
_AT_MOST: Final[Callable[[object, object], bool]] = lambda one, other: bool(one <= other)  # type: ignore[operator]  # noqa: E731
_SIMPLE: Final[Mapping[str, Callable[[object, JsonValue], bool]]] = {
    "type": fits_type,
    "const": _const,
    "enum": _enum,
    "required": _required,
    "minimum": _bound(_AT_LEAST, _number),
    "maximum": _bound(_AT_MOST, _number),
    "exclusiveMinimum": _bound(lambda one, other: not _AT_MOST(one, other), _number),
    "exclusiveMaximum": _bound(lambda one, other: not _AT_LEAST(one, other), _number),
    "minLength": _bound(_AT_LEAST, _length(str)),
    "maxLength": _bound(_AT_MOST, _length(str)),
    "minItems": _bound(_AT_LEAST, _length((list, tuple))),
    "maxItems": _bound(_AT_MOST, _length((list, tuple))),
    "minProperties": _bound(_AT_LEAST, _length(dict)),
    "maxProperties": _bound(_AT_MOST, _length(dict)),
}
