"""What is odd about the keywords of one schema: values of a wrong type, entries that stand twice, words that are misspelt.

All of it is tolerated; it is told, so that whoever maintains the schema can put it right.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from decimal import Decimal
from functools import lru_cache
from typing import Final

from aep_tui.forms.json_values import identity, is_json_value
from aep_tui.forms.overlay import type_names
from aep_tui.text import plain

_MOST: Final = 10  # oddities told of one schema
_MOST_ENTRIES: Final = 2_000
_SHORTEST: Final = 4  # a word with fewer letters has too many others near it


def _is_text(value: object) -> bool:
    return isinstance(value, str)


def _is_flag(value: object) -> bool:
    return isinstance(value, bool)


def _is_number(value: object) -> bool:
    number = isinstance(value, int | float | Decimal) and not isinstance(value, bool)
    return number and is_json_value(value)


def _is_count(value: object) -> bool:
    whole = (isinstance(value, int) and not isinstance(value, bool)) or (isinstance(value, float) and value.is_integer())
    return whole and value >= 0  # type: ignore[operator]  # a number, as was asked


def _is_list(value: object) -> bool:
    return isinstance(value, list | tuple)


def _is_schema(value: object) -> bool:
    return isinstance(value, Mapping | bool)


def _is_map(value: object) -> bool:
    return isinstance(value, Mapping)


def _is_schema_or_list(value: object) -> bool:
    return _is_schema(value) or _is_list(value)


_KINDS: Final[Mapping[str, tuple[str, Callable[[object], bool], tuple[str, ...]]]] = {
    "text": ("a text", _is_text, (
        "title", "description", "format", "pattern", "$ref", "$id", "$comment", "contentEncoding", "contentMediaType",
        "pattern_descriptor", "patternErrorMessage", "group",
    )),
    "flag": ("true or false", _is_flag, (
        "readOnly", "writeOnly", "uniqueItems", "airbyte_secret", "airbyte_hidden", "always_show", "multiline",
    )),
    "count": ("a whole number from 0", _is_count, (
        "minLength", "maxLength", "minItems", "maxItems", "minProperties", "maxProperties",
    )),
    "number": ("a number", _is_number, (
        "minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum", "multipleOf", "order", "propertyOrder",
    )),
    "list": ("a list", _is_list, ("examples", "enumNames", "allOf", "anyOf", "oneOf")),
    "schema": ("a schema", _is_schema, ("additionalProperties", "propertyNames", "contains", "not", "if", "then", "else")),
    "schemas": ("a schema or a list of them", _is_schema_or_list, ("items", "additionalItems")),
    "map": ("an object", _is_map, (
        "patternProperties", "definitions", "$defs", "dependencies", "dependentRequired", "dependentSchemas", "uiAttributes",
    )),
}  # fmt: skip
_EXPECTED: Final = {word: (words, fits) for words, fits, keywords in _KINDS.values() for word in keywords}
_TOLD_ELSEWHERE: Final = frozenset({"enum", "const", "required", "properties", "default"})
_OTHER_WORDS: Final = frozenset(
    {"type", "example", "groups", "$schema", "$anchor", "nullable", "deprecated", "discriminator", "options", "display_type"}
)
_OF_LATER_DRAFTS: Final = frozenset(
    {"prefixItems", "minContains", "maxContains", "unevaluatedItems", "unevaluatedProperties", "$dynamicRef", "$recursiveRef"}
)
_KNOWN: Final = frozenset({*_EXPECTED, *_TOLD_ELSEWHERE, *_OTHER_WORDS})
_LIKENED: Final = {"item": "items", "require": "required", "property": "properties"}


def oddities(schema: Mapping[str, object]) -> Iterator[str]:
    """Yield what is odd about the keywords of a schema, each as a sentence; schemas inside it are left alone."""
    told = 0
    for keyword, value in schema.items():
        message = _oddity(keyword, value) if isinstance(keyword, str) else ""
        if message:
            yield message
            told += 1
        if told >= _MOST:
            return


def _oddity(keyword: str, value: object) -> str:
    expected = _EXPECTED.get(keyword)
    if expected is not None:
        if expected[1](value):
            return ""
        verb = "are" if keyword == "examples" else "is"
        name = "The examples" if keyword == "examples" else f"{keyword}"
        return f"{name} {verb} no list." if expected[0] == "a list" else f"{name} should be {expected[0]}."
    if keyword == "type":
        return "" if type_names(value) else "The type names none that JSON Schema knows."
    if keyword == "enum" and isinstance(value, list | tuple) and len(value) <= _MOST_ENTRIES:
        usable = [identity(entry) for entry in value if is_json_value(entry)]
        return "The enum has an entry twice." if len(set(usable)) < len(usable) else ""
    if keyword == "required" and isinstance(value, bool):
        return "required stands at the param itself; it belongs to the object around it, as a list, and does not count here."
    if keyword in _OF_LATER_DRAFTS:
        return f"{keyword} is a keyword of drafts after draft-07 and does not count here."
    meant = "" if keyword in _KNOWN else likely_meant(keyword)
    return f"{plain(keyword, 60)} is no keyword; {meant} may be meant." if meant else ""


@lru_cache(maxsize=1_024)
def likely_meant(word: str) -> str:
    """Return the keyword that a word is nearly: another case, or one letter too many, too few, wrong or swapped."""
    if len(word) < _SHORTEST or len(word) > 40:
        return ""
    if word in _LIKENED:
        return _LIKENED[word]
    bare = word.replace("-", "").replace("_", "").casefold()
    for known in _KNOWN:
        if len(known) > _SHORTEST and bare == known.replace("_", "").casefold():
            return known
    near = (known for known in sorted(_KNOWN) if len(known) > _SHORTEST and _is_near(word, known))
    return next(near, "")


def _is_near(word: str, known: str) -> bool:
    """Tell whether a single slip of the hand leads from one word to the other."""
    if abs(len(word) - len(known)) > 1:
        return False
    start = 0
    while start < min(len(word), len(known)) and word[start] == known[start]:
        start += 1
    mine, theirs = word[start:], known[start:]
    if len(word) == len(known):
        return mine[1:] == theirs[1:] or (mine[:2] == theirs[1::-1] and mine[2:] == theirs[2:])
    return mine[1:] == theirs if len(word) > len(known) else mine == theirs[1:]
