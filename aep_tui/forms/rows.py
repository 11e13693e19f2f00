"""Maps: which schema describes a row, and which keys there may be."""

from __future__ import annotations

from collections.abc import Mapping

from aep_tui.forms import validator
from aep_tui.forms.fields import NOT_GIVEN
from aep_tui.forms.hints import hint_of
from aep_tui.forms.json_values import is_sendable_text
from aep_tui.forms.layers import NOTHING, Merged, Merger, Part, Parts
from aep_tui.forms.pattern_words import words_of_pattern
from aep_tui.text import plain

_ANY_TEXT: Parts = (Part({"type": "string"}),)


class RowSchemas:
    """Tells about the rows of maps."""

    def __init__(self, merger: Merger) -> None:
        """Prepare for one document."""
        self._merger = merger
        self._of_key: dict[tuple[int, str], tuple[Merged, Parts]] = {}

    def parts(self, merged: Merged, key: str) -> Parts:
        """Return the parts that describe the value of a key."""
        if not merged.patterns:
            return merged.additional or _ANY_TEXT
        if len(merged.patterns) == 1 and not merged.additional:
            return next(iter(merged.patterns.values()))
        known = self._of_key.get((id(merged), key))
        if known is None:
            known = self._of_key[id(merged), key] = (merged, self._matching(merged, key))
        return known[1]

    def _matching(self, merged: Merged, key: str) -> Parts:
        matching = [parts for pattern, parts in merged.patterns.items() if _is_found(pattern, key)]
        if matching:
            return tuple(part for parts in matching for part in parts)
        return merged.additional or next(iter(merged.patterns.values()))

    def key_choices(self, merged: Merged) -> tuple[str, ...]:
        """Return the keys that a map allows, if they are listed."""
        said = self._merger.merge(merged.names).schema if merged.names else NOTHING
        values = said.get("enum")
        listed: list[object] = list(values) if isinstance(values, list | tuple) else [said.get("const", NOT_GIVEN)]
        return tuple(dict.fromkeys(value for value in listed if isinstance(value, str) and is_sendable_text(value)))

    def key_hint(self, merged: Merged) -> str:
        """Return what the keys of a map must look like, in words; empty if any will do, or if it cannot be said."""
        said = self._merger.merge(merged.names).schema if merged.names else NOTHING
        words = hint_of(said) if isinstance(said, Mapping) else ""
        closed = merged.schema.get("additionalProperties") is False
        if not words and closed and len(merged.patterns) == 1:
            words = words_of_pattern(next(iter(merged.patterns)))
        return plain(f"keys: {words}", 200) if words else ""


def _is_found(pattern: str, key: str) -> bool:
    result = validator.findings({"pattern": pattern}, key)
    return not result.found and not result.unchecked and result.complete
