"""What a value must look like, in words, read off its schema."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Final

from aep_tui.forms.json_values import is_json_value, value_text
from aep_tui.forms.pattern_words import joined_parts, words_of_pattern
from aep_tui.text import plain

MAX_HINT: Final = 300

FORMATS: Final = {
    "date": "a date such as 2026-01-31",
    "time": "a time such as 08:30:00Z",
    "date-time": "a date and time such as 2026-01-31T08:30:00Z",
    "email": "an email address such as name@example.com",
    "idn-email": "an email address such as name@example.com",
    "hostname": "a host name such as db.example.com",
    "idn-hostname": "a host name such as db.example.com",
    "ipv4": "an IPv4 address such as 192.0.2.1",
    "ipv6": "an IPv6 address such as 2001:db8::1",
    "uri": "an address such as https://example.com/path",
    "iri": "an address such as https://example.com/path",
    "uuid": "a UUID such as 123e4567-e89b-12d3-a456-426614174000",
    "json-pointer": "a JSON Pointer such as /a/b",
    "regex": "a regular expression",
}
"""Formats that are asserted, in words that follow "must be"."""


def hint_of(schema: Mapping[str, object]) -> str:
    """Return what a value must look like: pattern, format, bounds and length; empty if the schema asks for nothing."""
    pieces = [pattern_words(schema) or _format_words(schema), _range_words(schema), _length_words(schema)]
    return plain("; ".join(piece for piece in pieces if piece), MAX_HINT)


def example_of(schema: Mapping[str, object]) -> str:
    """Return the first usable example as one line of text: of ``examples``, else of ``example``."""
    examples = schema.get("examples")
    listed: list[object] = list(examples) if isinstance(examples, list | tuple) else [examples]
    for candidate in [*listed[:20], schema.get("example")]:
        if candidate is not None and is_json_value(candidate):
            shown = plain(value_text(candidate))
            if shown:
                return shown
    return ""


def pattern_words(schema: Mapping[str, object]) -> str:
    """Return what the pattern of a schema asks for: its own descriptor, else the pattern in words; never the pattern."""
    pattern = schema.get("pattern")
    descriptor = schema.get("pattern_descriptor")
    if isinstance(descriptor, str) and plain(descriptor, MAX_HINT):
        return plain(descriptor, MAX_HINT)
    if not isinstance(pattern, str):
        return ""
    if joined_parts(pattern) and example_of(schema):
        return ""  # the example shows the same, and with values
    message = schema.get("patternErrorMessage")
    return plain(words_of_pattern(pattern) or (message if isinstance(message, str) else ""), MAX_HINT)


def expected_form(schema: Mapping[str, object]) -> str:
    """Return what a text must look like for its pattern, to follow "expected form", or the empty string."""
    words, example = pattern_words(schema), example_of(schema)
    if words and example:
        return f"{words}, for example {example}"
    return words or (f"for example {example}" if example else "")


def _format_words(schema: Mapping[str, object]) -> str:
    declared = schema.get("format")
    words = FORMATS.get(declared, "") if isinstance(declared, str) else ""
    return words or ("base64 text" if schema.get("contentEncoding") == "base64" else "")


def _number(schema: Mapping[str, object], keyword: str) -> str:
    bound = schema.get(keyword)
    if isinstance(bound, bool) or not isinstance(bound, int | float | Decimal) or not is_json_value(bound):
        return ""
    return value_text(bound)


def _range_words(schema: Mapping[str, object]) -> str:
    least, most = _number(schema, "minimum"), _number(schema, "maximum")
    above, below = _number(schema, "exclusiveMinimum"), _number(schema, "exclusiveMaximum")
    step = _number(schema, "multipleOf")
    pieces = [f"{least} to {most}" if least and most else f"at least {least}" if least else f"at most {most}" if most else ""]
    pieces += [f"more than {above}" if above else "", f"less than {below}" if below else ""]
    pieces += [f"a multiple of {step}" if step and step != "1" else ""]
    return ", ".join(piece for piece in pieces if piece)


def _length_words(schema: Mapping[str, object]) -> str:
    least, most = _number(schema, "minLength"), _number(schema, "maxLength")
    least = "" if least in {"0", "1"} else least
    units = "character" if most == "1" else "characters"
    if least and least == most:
        return f"{least} {units}"
    if least and most:
        return f"{least} to {most} {units}"
    return f"at least {least} {units}" if least else f"at most {most} {units}" if most else ""
