"""How a param is asked for, and whether it is a secret, read off its schema."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Final

from aep_tui.forms.fields import NOT_GIVEN, FieldKind, JsonValue, NotGiven
from aep_tui.forms.json_values import is_json_value
from aep_tui.forms.references import walk

_KIND_OF_TYPE: Final = {
    "string": FieldKind.TEXT,
    "integer": FieldKind.INTEGER,
    "number": FieldKind.NUMBER,
    "boolean": FieldKind.BOOLEAN,
}
_NUMBER_KEYWORDS: Final = ("minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum", "multipleOf")
_OBJECT_KEYWORDS: Final = (
    "properties",
    "additionalProperties",
    "patternProperties",
    "propertyNames",
    "minProperties",
    "maxProperties",
)
_ARRAY_KEYWORDS: Final = ("items", "additionalItems", "contains", "minItems", "maxItems", "uniqueItems")
_COMPOUNDS: Final = {
    "oneOf": "one of several forms",
    "anyOf": "any of several forms",
    "allOf": "several schemas at once",
    "if": "a form that depends on a condition",
    "not": "anything but a certain form",
}
_SUFFIX = " It is typed as JSON."


def kind_of(schema: Mapping[str, object]) -> tuple[FieldKind, str]:
    """Return how a param is asked for, and why, if that is as JSON.

    A constant and a choice come before any type. Without a type, the keywords and then the default tell; what gives no
    hint at all is a text.

    Returns:
        The kind, and a sentence that is empty for every kind but JSON.
    """
    if constant_of(schema) is not NOT_GIVEN:
        return FieldKind.CONST, ""
    if "$ref" in schema:
        return FieldKind.JSON, "The schema describes this by a reference." + _SUFFIX
    if "type" in schema:
        return _kind_of_type(schema["type"])
    return _kind_without_type(schema)


def constant_of(schema: Mapping[str, object]) -> JsonValue | NotGiven:
    """Return the one value that a schema allows by ``const``, if it can be sent."""
    const = schema.get("const", NOT_GIVEN)
    return const if is_json_value(const) else NOT_GIVEN


def _kind_of_type(declared: object) -> tuple[FieldKind, str]:
    if isinstance(declared, list | tuple) and len(declared) == 1:
        declared = declared[0]
    if isinstance(declared, list | tuple):
        return FieldKind.JSON, "Values of more than one type are allowed." + _SUFFIX
    if not isinstance(declared, str):
        return FieldKind.JSON, "The schema names no type that JSON Schema knows." + _SUFFIX
    if declared in _KIND_OF_TYPE:
        return _KIND_OF_TYPE[declared], ""
    known = {"object": "This is an object.", "array": "This is a list.", "null": "Only null is allowed."}
    return FieldKind.JSON, known.get(declared, "The schema names no type that JSON Schema knows.") + _SUFFIX


def _kind_without_type(schema: Mapping[str, object]) -> tuple[FieldKind, str]:
    if any(keyword in schema for keyword in _OBJECT_KEYWORDS):
        return FieldKind.JSON, "This is an object." + _SUFFIX
    if any(keyword in schema for keyword in _ARRAY_KEYWORDS):
        return FieldKind.JSON, "This is a list." + _SUFFIX
    for keyword, words in _COMPOUNDS.items():
        if keyword in schema:
            return FieldKind.JSON, f"The schema allows {words}.{_SUFFIX}"
    if any(keyword in schema for keyword in _NUMBER_KEYWORDS):
        return FieldKind.NUMBER, ""
    return _kind_of_default(schema.get("default"))


def _kind_of_default(default: object) -> tuple[FieldKind, str]:
    if isinstance(default, bool):
        return FieldKind.BOOLEAN, ""
    if isinstance(default, int | float | Decimal):
        return FieldKind.NUMBER, ""
    if isinstance(default, Mapping | list | tuple):
        return FieldKind.JSON, "The default is an object or a list." + _SUFFIX
    return FieldKind.TEXT, ""


def is_marked_secret(schema: Mapping[str, object]) -> bool:
    """Tell whether a schema itself says that its value is a secret.

    The markers are ``format: password`` (the only one in the connection specs that Adobe published), ``writeOnly`` and
    ``airbyte_secret``.
    """
    declared = schema.get("format")
    return (
        (isinstance(declared, str) and declared.lower() == "password")
        or schema.get("writeOnly") is True
        or schema.get("airbyte_secret") is True
    )


def holds_secret(schema: object, document: object) -> bool:
    """Tell whether a secret is marked anywhere in a schema; what cannot be looked into counts as one."""
    return any(part is None or is_marked_secret(part) for part in walk(schema, document))
