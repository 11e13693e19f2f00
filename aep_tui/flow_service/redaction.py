"""Keeping what was sent out of what comes back: a service may repeat a credential in its error text."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from typing import Final
from urllib.parse import quote, quote_plus

from aep_tui.secret import MASK, Secret

SHORTEST: Final = 3
"""A secret shorter than this is not looked for: it would blank out ordinary words and numbers."""

_PART = re.compile(r"(?<!\w)(\w{1,60})\s{0,9}=\s{0,9}([^;&,\s]+)")
_SECRET_NAME = re.compile(r"pwd|pass|key$|secret$|token$|sig", re.IGNORECASE)
_USER_INFO = re.compile(r"://[^/\s:@]*:([^/\s@]+)@")


def secrets_in(tree: object) -> set[str]:
    """Return the texts that must not come back: every secret leaf, and the passwords inside connection strings."""
    found: set[str] = set()
    for text in _texts(tree):
        found.update(part for part in _USER_INFO.findall(text) if len(part) >= SHORTEST)
    for text in _secret_texts(tree):
        parts = [part for name, part in _PART.findall(text) if _SECRET_NAME.search(name)]
        found.update(part for part in (text, *parts) if len(part) >= SHORTEST)
    return found


def _texts(tree: object) -> Iterator[str]:
    """Yield every text, secret or not: a URL may hold a password wherever it stands."""
    tree = tree.reveal() if isinstance(tree, Secret) else tree
    if isinstance(tree, str):
        yield tree
    elif isinstance(tree, Mapping | list | tuple):
        for member in tree.values() if isinstance(tree, Mapping) else tree:
            yield from _texts(member)


def _secret_texts(tree: object, *, hidden: bool = False) -> Iterator[str]:
    if isinstance(tree, Secret):
        yield from _secret_texts(tree.reveal(), hidden=True)
    elif isinstance(tree, Mapping):
        for member in tree.values():
            yield from _secret_texts(member, hidden=hidden)
    elif isinstance(tree, list | tuple):
        for member in tree:
            yield from _secret_texts(member, hidden=hidden)
    elif hidden and tree is not None and not isinstance(tree, bool):
        yield str(tree).strip()


class Redactor:
    """Masks what was sent secretly in the texts of an answer."""

    __slots__ = ("_forms", "_pattern")

    def __init__(self, *trees: object) -> None:
        """Look for the secrets in JSON trees: their :class:`Secret` leaves, and the passwords inside connection strings."""
        secrets = {secret for tree in trees for secret in secrets_in(tree)}
        self._forms = sorted({form for secret in secrets for form in _written_forms(secret)}, key=len, reverse=True)
        self._pattern = re.compile("|".join(map(re.escape, self._forms))) if self._forms else None

    def hide(self, text: str) -> str:
        """Return a text with every secret masked, also one that is written as JSON or in a URL, or cut off at the end."""
        if self._pattern is None:
            return text
        masked = self._pattern.sub(MASK, text)
        cuts = [cut for form in self._forms if (cut := _cut_off_at(masked, form)) >= 0]
        return masked[: min(cuts)] + MASK if cuts else masked


def _cut_off_at(text: str, secret: str) -> int:
    """Return where the beginning of a secret stands at the end of a text, or -1."""
    place = text.find(secret[:SHORTEST], max(0, len(text) - len(secret)))
    while place >= 0 and not secret.startswith(text[place:]):
        place = text.find(secret[:SHORTEST], place + 1)
    return place


def _written_forms(secret: str) -> set[str]:
    safe = secret.encode("utf-8", "replace")
    return {
        secret,
        json.dumps(secret)[1:-1],
        json.dumps(secret, ensure_ascii=False)[1:-1],
        quote(safe, safe=""),
        quote_plus(safe),
    }
