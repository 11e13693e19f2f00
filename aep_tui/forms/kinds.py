"""How a scalar is asked for, and whether it is a secret, read off its schema."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Final

from aep_tui.forms.fields import NOT_GIVEN, FieldKind, JsonValue, NotGiven
from aep_tui.forms.json_values import is_json_value
from aep_tui.forms.references import walk

SCALARS: Final = {
    "string": FieldKind.TEXT,
    "integer": FieldKind.INTEGER,
    "number": FieldKind.NUMBER,
    "boolean": FieldKind.BOOLEAN,
}
_YES: Final = (True, "true", "True", "yes")
_NUMBER_KEYWORDS: Final = ("minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum", "multipleOf")


def scalar_without_type(schema: Mapping[str, object]) -> FieldKind:
    """Return how a scalar without a type is asked for: its keywords and then its default tell; else it is a text."""
    default = schema.get("default")
    if any(keyword in schema for keyword in _NUMBER_KEYWORDS):
        return FieldKind.NUMBER
    if isinstance(default, bool):
        return FieldKind.BOOLEAN
    return FieldKind.NUMBER if isinstance(default, int | float | Decimal) else FieldKind.TEXT


def constant_of(schema: Mapping[str, object]) -> JsonValue | NotGiven:
    """Return the one value that a schema allows by ``const``, if it can be sent."""
    const = schema.get("const", NOT_GIVEN)
    return const if is_json_value(const) else NOT_GIVEN


def is_marked_secret(schema: Mapping[str, object]) -> bool:
    """Tell whether a schema itself says that its value is a secret.

    The markers are ``format: password`` (the only one in the connection specs that Adobe published), ``writeOnly`` and
    ``airbyte_secret``. A mark that is a text counts too: rather is something hidden that need not be.
    """
    declared = schema.get("format")
    return (isinstance(declared, str) and declared.lower() == "password") or any(
        schema.get(marker) in _YES for marker in ("writeOnly", "airbyte_secret")
    )


def holds_secret(schema: object, document: object) -> bool:
    """Tell whether a secret is marked anywhere in a schema; what cannot be looked into counts as one."""
    return any(part is None or is_marked_secret(part) for part in walk(schema, document))
