"""Several schemas about one value as a single one, as far as their keywords speak about the value itself."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from decimal import Decimal
from typing import Final

from aep_tui.forms.json_values import identity, is_json_value

_TYPES: Final = ("string", "integer", "number", "boolean", "object", "array", "null")
_LEADING: Final = frozenset({"$ref", "allOf"})


def overlay(schemas: Sequence[Mapping[str, object]]) -> Mapping[str, object]:
    """Return what several schemas say together, the one that ranks highest last.

    Bounds become as tight as the tightest, types and enums what all allow, flags are set if any sets them; of every other
    keyword the last one counts. A single schema is returned as it is.
    """
    telling = [schema for schema in schemas if not _LEADING.issuperset(schema)]
    if len(telling) == 1:
        return telling[0]
    together: dict[str, object] = {}
    for schema in telling:
        for keyword, value in schema.items():
            join = _JOINS.get(keyword)
            together[keyword] = join(together[keyword], value) if join and keyword in together else value
    return together


def type_names(declared: object) -> tuple[str, ...]:
    """Return the types that a ``type`` names, those that JSON Schema knows, in its order."""
    names = declared if isinstance(declared, list | tuple) else (declared,)
    return tuple(dict.fromkeys(name for name in names if isinstance(name, str) and name in _TYPES))


def _types(one: object, other: object) -> object:
    mine, theirs = type_names(one), type_names(other)
    both = [name for name in mine if name in theirs or (name == "integer" and "number" in theirs)]
    both += [name for name in theirs if name == "integer" and "number" in mine and name not in both]
    return both[0] if len(both) == 1 else both or one


def _enums(one: object, other: object) -> object:
    if not isinstance(one, list | tuple) or not isinstance(other, list | tuple):
        return one if isinstance(one, list | tuple) else other
    allowed = {identity(value) for value in other if is_json_value(value)}
    both = [value for value in one if is_json_value(value) and identity(value) in allowed]
    return both or other


def _is_bound(value: object) -> bool:
    return isinstance(value, int | float | Decimal) and not isinstance(value, bool) and is_json_value(value)


def _tighter(choose: Callable[..., object]) -> Callable[[object, object], object]:
    def join(one: object, other: object) -> object:
        if _is_bound(one) and _is_bound(other):
            return choose(one, other)
        return one if _is_bound(one) else other

    return join


def _either(one: object, other: object) -> object:
    return one is True or other is True or other


_JOINS: Final[Mapping[str, Callable[[object, object], object]]] = {
    "type": _types,
    "enum": _enums,
    **dict.fromkeys(("minimum", "exclusiveMinimum", "minLength", "minItems", "minProperties"), _tighter(max)),
    **dict.fromkeys(("maximum", "exclusiveMaximum", "maxLength", "maxItems", "maxProperties"), _tighter(min)),
    **dict.fromkeys(("writeOnly", "airbyte_secret", "uniqueItems", "airbyte_hidden", "always_show"), _either),
}
