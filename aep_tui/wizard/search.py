"""Finding a source by what somebody remembers of it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import NamedTuple

from aep_tui.wizard.source_entry import SourceEntry

NEAREST_AMONG = 500
"""Comparing with every word of thousands of names would hold up the typing."""
EXACT, PREFIX, IN_NAME, ELSEWHERE = range(4)


class Listing(NamedTuple):
    """What the list shows.

    Attributes:
        recent: Sources used last, newest first; empty while something is searched for.
        found: The other sources, best match first.
    """

    recent: tuple[SourceEntry, ...]
    found: tuple[SourceEntry, ...]


class SourceIndex:
    """A searchable list of sources, prepared once so that a keystroke costs little with thousands of them."""

    def __init__(self, entries: Iterable[SourceEntry]) -> None:
        """Sort the entries by name and fold their texts for searching."""
        self.entries: tuple[SourceEntry, ...] = tuple(sorted(entries, key=lambda entry: (entry.name.casefold(), entry.id)))
        self._names = [entry.name.casefold() for entry in self.entries]
        self._texts = [_searchable(entry) for entry in self.entries]
        self._by_id = {entry.id: entry for entry in self.entries}
        self._last: tuple[tuple[str, ...], Sequence[int]] = ((), range(len(self.entries)))

    def __len__(self) -> int:
        """Return how many sources there are."""
        return len(self.entries)

    def by_id(self, spec_id: str) -> SourceEntry | None:
        """Return the source of a connection spec id, or ``None``."""
        return self._by_id.get(spec_id)

    def nearest(self, query: str) -> list[str]:
        """Return up to three names in which a word is written much like the query."""
        from difflib import get_close_matches

        words: dict[str, str] = {}
        for entry, name in zip(self.entries[:NEAREST_AMONG], self._names, strict=False):
            for word in (name, *name.split()):
                words.setdefault(word, entry.name)
        found = get_close_matches(query.casefold().strip(), words, n=6, cutoff=0.7)
        return list(dict.fromkeys(words[word] for word in found))[:3]

    def search(self, query: str, recent_ids: Sequence[str] = ()) -> Listing:
        """Return the sources in which every word of the query occurs.

        A word may occur in the name, the slug, the category, the description, an alias or the id. The order is: exact
        name, name that begins so, words in the name, the rest; by name within each. An empty query lists all, those used
        last first.

        Args:
            query: What was typed.
            recent_ids: Connection spec ids used last, newest first.
        """
        folded = " ".join(query.casefold().split())
        if not folded:
            recent = tuple(entry for spec_id in dict.fromkeys(recent_ids) if (entry := self._by_id.get(spec_id)))
            shown = {entry.id for entry in recent}
            return Listing(recent, tuple(entry for entry in self.entries if entry.id not in shown) if shown else self.entries)
        ranked: tuple[list[int], ...] = ([], [], [], [])
        words = tuple(folded.split())
        for index in self._matching(words):
            ranked[self._rank(index, folded, words)].append(index)
        return Listing((), tuple(self.entries[index] for indices in ranked for index in indices))

    def best(self, query: str) -> SourceEntry | None:
        """Return the one source that a command line names: by id, slug, name or alias, or as the only match."""
        folded = " ".join(query.casefold().split())
        for entry in self.entries:
            if folded in (
                entry.id.casefold(),
                entry.slug.casefold(),
                entry.name.casefold(),
                *(alias.casefold() for alias in entry.aliases),
            ):
                return entry
        found = self.search(query).found
        return found[0] if folded and len(found) == 1 else None

    def _matching(self, words: tuple[str, ...]) -> Sequence[int]:
        """Return matching indices, narrowing the last answer when the query only grew."""
        last_words, last_indices = self._last
        grew = len(words) >= len(last_words) and all(new.startswith(old) for new, old in zip(words, last_words, strict=False))
        candidates = last_indices if grew else range(len(self.entries))
        texts = self._texts
        for word in words:
            candidates = [index for index in candidates if word in texts[index]]
        self._last = (words, candidates)
        return candidates

    def _rank(self, index: int, query: str, words: tuple[str, ...]) -> int:
        name = self._names[index]
        if name == query:
            return EXACT
        if name.startswith(query):
            return PREFIX
        return IN_NAME if all(word in name for word in words) else ELSEWHERE


def _searchable(entry: SourceEntry) -> str:
    return "\n".join((entry.name, entry.slug, entry.category, entry.description, *entry.aliases, entry.id)).casefold()


def matched_spans(text: str, query: str) -> list[tuple[int, int]]:
    """Return where the words of a query stand in a text, as (start, end) pairs, for highlighting."""
    folded = text.casefold()
    if len(folded) != len(text):
        return []
    spans = []
    for word in query.casefold().split():
        start = folded.find(word)
        if start >= 0:
            spans.append((start, start + len(word)))
    return spans
