"""The entries of a choice, read off ``enum``, or off ``oneOf`` where every branch is a constant."""

from __future__ import annotations

from collections import Counter
from collections.abc import Hashable, Mapping, Sequence
from typing import Final

from aep_tui.forms.fields import NOT_GIVEN, Choice, JsonValue, NotGiven
from aep_tui.forms.json_values import identity, is_json_value, same, value_text
from aep_tui.json_text import dump_json
from aep_tui.text import plain

MAX_CHOICE_LABEL: Final = 120
_ANNOTATIONS: Final = frozenset({"const", "title", "description", "type"})


def choices_of(schema: Mapping[str, object]) -> tuple[Choice, ...]:
    """Return the entries of a choice in the schema's order; a schema that is no choice has none.

    Values keep their JSON type. A value that stands twice is one entry, and what cannot be sent (a number that is not
    finite, half of a surrogate pair) is none. Labels are titles where there are any, else the values as text.
    """
    entries = _of_enum(schema) or _of_constants(schema, "oneOf") or _of_constants(schema, "anyOf")
    if not entries:
        return ()
    unique: dict[Hashable, tuple[JsonValue, str]] = {}
    for value, title in entries:
        unique.setdefault(identity(value), (value, title))
    kept = list(unique.values())
    return tuple(Choice(label, value) for label, (value, _) in zip(_labels(kept), kept, strict=True))


def position_of(choices: Sequence[Choice], value: JsonValue | NotGiven) -> int | None:
    """Return which choice has a value, counted from 0, or ``None``."""
    if value is NOT_GIVEN:
        return None
    return next((index for index, choice in enumerate(choices) if same(choice.value, value)), None)


def _of_enum(schema: Mapping[str, object]) -> list[tuple[JsonValue, str]]:
    values = schema.get("enum")
    if not isinstance(values, list | tuple):
        return []
    names = schema.get("enumNames")
    titles = list(names) if isinstance(names, list | tuple) and len(names) == len(values) else [""] * len(values)
    return [(value, _title(title)) for value, title in zip(values, titles, strict=True) if is_json_value(value)]


def _of_constants(schema: Mapping[str, object], keyword: str) -> list[tuple[JsonValue, str]]:
    branches = schema.get(keyword)
    if not isinstance(branches, list | tuple):
        return []
    entries: list[tuple[JsonValue, str]] = []
    for branch in branches:
        if not isinstance(branch, Mapping) or "const" not in branch or not _ANNOTATIONS.issuperset(branch):
            return []
        if is_json_value(branch["const"]):
            entries.append((branch["const"], _title(branch.get("title"))))
    return entries


def _title(title: object) -> str:
    return plain(title, MAX_CHOICE_LABEL) if isinstance(title, str) else ""


def choice_label(value: JsonValue) -> str:
    """Return a value as the label of a choice; one that would not show is named."""
    if isinstance(value, str) and not value:
        return "(empty text)"
    if isinstance(value, str) and len(value) <= MAX_CHOICE_LABEL and value.isalnum() and value.isascii():
        return value  # what most values are, of choices with thousands of them
    return plain(value_text(value), MAX_CHOICE_LABEL) or "(blank text)"


def _labels(entries: Sequence[tuple[JsonValue, str]]) -> list[str]:
    """Return a label for each entry; those that would look alike get their value as JSON, or else their place in the list."""
    labels = [title or choice_label(value) for value, title in entries]
    shared = _shared(labels)
    labels = [
        plain(f"{label} ({dump_json(value)})") if label in shared else label
        for label, (value, _) in zip(labels, entries, strict=True)
    ]
    return distinct_labels(labels)


def distinct_labels(labels: Sequence[str]) -> list[str]:
    """Return labels that are unlike each other: those that look alike get their place in the list."""
    shared = _shared(labels)
    return [f"{label} ({index + 1})" if label in shared else label for index, label in enumerate(labels)]


def _shared(labels: Sequence[str]) -> set[str]:
    return {label for label, count in Counter(labels).items() if count > 1}
