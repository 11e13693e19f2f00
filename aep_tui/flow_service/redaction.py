"""Keeping what was sent out of what comes back: a service may repeat a credential in its error text."""

from __future__ import annotations

import json
import re
from base64 import b64encode, urlsafe_b64encode
from collections.abc import Iterator, Mapping
from typing import Final
from urllib.parse import quote, quote_plus

from aep_tui.secret import MASK, Secret

SHORTEST: Final = 3
"""A secret shorter than this is not looked for: it would blank out ordinary words and numbers."""

SHORTEST_ENCODED: Final = 8
"""A shorter piece of base64 may be a part of any word."""

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

    __slots__ = ("_forms",)

    def __init__(self, *trees: object) -> None:
        """Look for the secrets in JSON trees: their :class:`Secret` leaves, and the passwords inside connection strings."""
        secrets = {secret for tree in trees for secret in secrets_in(tree)}
        self._forms = sorted({form for secret in secrets for form in _written_forms(secret)}, key=len, reverse=True)

    def hide(self, text: str) -> str:
        """Return a text with every secret masked, also one that is written as JSON or in a URL, or cut off at the end."""
        for form in self._forms:
            text = text.replace(form, MASK)
        cut = max((_cut_off_length(text, form) for form in self._forms), default=0)
        return text[: len(text) - cut] + MASK if cut else text


def _cut_off_length(text: str, secret: str) -> int:
    """Return how many characters at the end of a text are the beginning of a secret, 0 if too few to tell.

    Knuth, Morris and Pratt's way, since a secret that repeats itself would otherwise take the square of its length.
    """
    end = text[-len(secret) :]
    if secret[:SHORTEST] not in end:
        return 0
    borders = _borders(secret[: len(end)])
    length = 0
    for letter in end:
        while length and (length == len(borders) or secret[length] != letter):
            length = borders[length - 1]
        length += secret[length] == letter
    return length if length >= SHORTEST else 0


def _borders(secret: str) -> list[int]:
    """Return for each beginning of a text how long its longest proper beginning is that is its end, too."""
    borders = [0] * len(secret)
    length = 0
    for place in range(1, len(secret)):
        while length and secret[length] != secret[place]:
            length = borders[length - 1]
        length += secret[length] == secret[place]
        borders[place] = length
    return borders


def _written_forms(secret: str) -> set[str]:
    safe = secret.encode("utf-8", "replace")
    return {
        secret,
        json.dumps(secret)[1:-1],
        json.dumps(secret, ensure_ascii=False)[1:-1],
        quote(safe, safe=""),
        quote_plus(safe),
        *_encoded_whole(safe),
    }


def _encoded_whole(secret: bytes) -> set[str]:
    """Return a secret with every sign encoded, as an answer that repeats a header or a body may hold it."""
    found = {secret.hex(), "".join(f"%{sign:02X}" for sign in secret), "".join(f"%{sign:02x}" for sign in secret)}
    for shift in range(3):
        for encode in (b64encode, urlsafe_b64encode):
            # Only the signs at the edges depend on what stands beside it: a user name before, say.
            text = encode(b"\0" * shift + secret).decode()
            inner = text[4 if shift else 0 : len(text) - (4 if (shift + len(secret)) % 3 else 0)]
            found.add(inner if len(inner) >= SHORTEST_ENCODED else text)
    return found
