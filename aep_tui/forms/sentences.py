"""What the validator found, as sentences addressed to a person.

A sentence names the field and what it must be. It never quotes what was typed, and never a regular expression.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Final

from aep_tui.forms.choices import choice_label
from aep_tui.forms.hints import FORMATS, MAX_HINT, expected_form
from aep_tui.forms.json_values import is_json_value, value_text
from aep_tui.text import plain

if TYPE_CHECKING:
    from aep_tui.forms.validator import Finding

_TYPES: Final = {
    "string": "text",
    "integer": "a whole number",
    "number": "a number",
    "boolean": "true or false",
    "object": "an object",
    "array": "a list",
    "null": "null",
}
_MOST_NAMED: Final = 8


def sentence(subject: str, found: Finding) -> str:
    """Return one finding about one value as a sentence.

    Args:
        subject: The name of the value, as the sentence begins.
        found: What the validator found.
    """
    own = _own_message(found)
    if own:
        return f"{subject}: {own}"
    describe = _PREDICATES.get(found.keyword)
    predicate = describe(found) if describe else ""
    return f"{subject} {predicate or 'does not have the expected form'}."


def _own_message(found: Finding) -> str:
    """Return the message that a schema brings along for its pattern."""
    message = found.node.get("patternErrorMessage") if found.keyword == "pattern" else None
    return plain(message, MAX_HINT) if isinstance(message, str) else ""


def _shown(value: object) -> str:
    return plain(value_text(value), 80) if is_json_value(value) else ""


def _limit(words: str) -> Callable[[Finding], str]:
    return lambda found: words.format(_shown(found.detail))


def _count(words: str, one: str, many: str) -> Callable[[Finding], str]:
    def describe(found: Finding) -> str:
        shown = _shown(found.detail)
        return words.format(f"{shown} {one if shown == '1' else many}")

    return describe


def _type(found: Finding) -> str:
    names = [_TYPES.get(name, "") for name in found.detail] if isinstance(found.detail, list) else []
    return f"must be {_one_of([name for name in names if name])}" if any(names) else ""


def _enum(found: Finding) -> str:
    values = found.detail if isinstance(found.detail, list) else []
    labels = [choice_label(value) for value in values if is_json_value(value)]
    return f"must be {_one_of(labels)}" if 0 < len(labels) <= _MOST_NAMED else "must be one of the allowed values"


def _one_of(words: Sequence[str]) -> str:
    return words[0] if len(words) == 1 else ", ".join(words[:-1]) + f" or {words[-1]}"


def _const(found: Finding) -> str:
    return f"must be {choice_label(found.detail)}" if is_json_value(found.detail) else ""


def _format(found: Finding) -> str:
    declared = found.detail if isinstance(found.detail, str) else ""
    return f"must be {FORMATS[declared]}" if declared in FORMATS else f"must be a valid {plain(declared, 40) or 'value'}"


def _pattern(found: Finding) -> str:
    form = expected_form(found.node)
    if form.startswith("for example "):
        return f"does not have the expected form, {form}"
    return f"does not have the expected form: {form}" if form else ""


def _encoding(found: Finding) -> str:
    return "must be base64 text; what is loaded from a file becomes it" if found.detail == "base64" else "must be encoded text"


def _names(found: Finding) -> str:
    names = found.detail if isinstance(found.detail, list | tuple) else ()
    shown = [plain(name, 80) for name in names[:_MOST_NAMED] if isinstance(name, str)]
    return f"must not hold {', '.join(shown)}" if shown else "holds a name that is not allowed"


def _never(found: Finding) -> str:
    listed = found.where[-1:] == ("additionalProperties",)
    return "holds a name that is not allowed" if listed else "is not allowed with these answers"


_PREDICATES: Final[Mapping[str, Callable[[Finding], str]]] = {
    "required": lambda _: "is required",
    "type": _type,
    "enum": _enum,
    "const": _const,
    "format": _format,
    "pattern": _pattern,
    "contentEncoding": _encoding,
    "contentMediaType": lambda _: "must be text of another kind",
    "minimum": _limit("must be at least {}"),
    "maximum": _limit("must be at most {}"),
    "exclusiveMinimum": _limit("must be more than {}"),
    "exclusiveMaximum": _limit("must be less than {}"),
    "multipleOf": _limit("must be a multiple of {}"),
    "minLength": _count("must have at least {}", "character", "characters"),
    "maxLength": _count("must have at most {}", "character", "characters"),
    "minItems": _count("must have at least {}", "entry", "entries"),
    "maxItems": _count("must have at most {}", "entry", "entries"),
    "minProperties": _count("must have at least {}", "member", "members"),
    "maxProperties": _count("must have at most {}", "member", "members"),
    "uniqueItems": lambda _: "must not have the same entry twice",
    "additionalProperties": _names,
    "propertyNames": lambda _: "holds a name that is not allowed",
    "falseSchema": _never,
    "not": lambda _: "has a value that is not allowed",
    "contains": lambda _: "lacks an entry that it needs",
    "additionalItems": lambda _: "has too many entries",
}
