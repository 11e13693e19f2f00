"""A simple regular expression read into its parts, as text: nothing is ever matched with it here.

Only what can be put in words is read: literals, character classes, counts, and groups that merely bracket. Everything else
(alternatives, repeated groups, look-around, back-references) is left alone.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Final

MAX_PATTERN: Final = 500
"""Longest pattern that is read, in characters."""

UNBOUNDED: Final = 1_000_000
"""Stands for "no upper limit" in a count."""

_NAMED: Final = {
    "d": ("0 to 9",),
    "w": ("A to Z", "a to z", "0 to 9", "_"),
    "s": ("blanks",),
    "t": ("tabs",),
    "n": ("line breaks",),
    "r": ("line breaks",),
}
_ALL_BUT: Final = frozenset("SDW")
_SPELT: Final = {" ": "blank", ",": "comma"}


@dataclass(frozen=True, slots=True)
class Part:
    """One piece of a pattern and how often it stands.

    Attributes:
        literal: The very text; empty if it is a class.
        members: What a class allows, in words such as ``A to Z``; empty for a literal and for "anything".
        anything: Whether every character is allowed.
        others: Whether every character is allowed but some.
        least: Smallest count.
        most: Largest count, :data:`UNBOUNDED` without a limit.
    """

    literal: str = ""
    members: tuple[str, ...] = ()
    anything: bool = False
    others: bool = False
    least: int = 1
    most: int = 1


@dataclass(frozen=True, slots=True)
class Shape:
    """A whole pattern: its parts, and whether they must stand at the beginning and at the end of the text."""

    parts: tuple[Part, ...]
    from_start: bool
    to_end: bool


class _NotSimple(Exception):
    """The pattern has something that is not put in words."""


@lru_cache(maxsize=256)
def shape_of(pattern: str) -> Shape | None:
    """Return the parts of a pattern, or ``None`` if it is not a simple one."""
    if len(pattern) > MAX_PATTERN:
        return None
    try:
        return _Reader(pattern).read()
    except _NotSimple:
        return None


class _Reader:
    """Reads one pattern from left to right."""

    def __init__(self, pattern: str) -> None:
        self._text = pattern
        self._at = 0
        self._depth = 0
        self._parts: list[Part] = []

    def read(self) -> Shape:
        from_start = self._take("^")
        to_end = False
        while self._at < len(self._text):
            if self._text[self._at] == "$" and not self._text[self._at + 1 :].strip(")"):
                to_end = True
                self._at += 1
            else:
                self._step()
        if self._depth:
            raise _NotSimple
        return Shape(tuple(_merged(self._parts)), from_start, to_end)

    def _take(self, text: str) -> bool:
        found = self._text.startswith(text, self._at)
        self._at += len(text) if found else 0
        return found

    def _next(self) -> str:
        if self._at >= len(self._text):
            raise _NotSimple
        self._at += 1
        return self._text[self._at - 1]

    def _step(self) -> None:
        char = self._next()
        if char == "(":
            if not self._take("?:") and self._text.startswith("?", self._at):
                raise _NotSimple
            self._depth += 1
        elif char == ")":
            self._depth -= 1
            if self._depth < 0 or (self._at < len(self._text) and self._text[self._at] in "*+?{"):
                raise _NotSimple
        elif char in "|^$*+?{":
            raise _NotSimple
        else:
            self._parts.append(self._counted(self._piece(char)))

    def _piece(self, char: str) -> Part:
        if char == ".":
            return Part(anything=True)
        if char == "[":
            return self._class()
        return self._escaped(self._next()) if char == "\\" else Part(literal=char)

    def _escaped(self, char: str) -> Part:
        if char in _NAMED:
            return Part(members=_NAMED[char])
        if char in _ALL_BUT:
            return Part(others=True)
        if char.isalnum():
            raise _NotSimple
        return Part(literal=char)

    def _class(self) -> Part:
        if self._take("\\s\\S]") or self._take("\\S\\s]"):
            return Part(anything=True)
        others = self._take("^")
        members = self._class_members()
        return Part(others=True) if others else Part(literal=members) if isinstance(members, str) else Part(members=members)

    def _class_members(self) -> tuple[str, ...] | str:
        """Return what stands between the brackets in words, or one letter that stands there in upper and lower case."""
        members: list[str] = []
        singles: list[str] = []
        while (char := self._next()) != "]":
            first = self._class_member(char)
            if isinstance(first, tuple):
                members.extend(first)
            elif self._is_range():
                self._next()
                last = self._class_member(self._next())
                if isinstance(last, tuple):
                    raise _NotSimple
                members.append(f"{first} to {last}")
            else:
                singles.append(first)
        if len(singles) == 2 and not members and singles[0].lower() == singles[1].lower():
            return singles[0]
        members.extend(_SPELT.get(single, single) for single in singles)
        if not members:
            raise _NotSimple
        return tuple(dict.fromkeys(members))

    def _is_range(self) -> bool:
        return self._text.startswith("-", self._at) and not self._text.startswith("-]", self._at)

    def _class_member(self, char: str) -> str | tuple[str, ...]:
        if char != "\\":
            return char
        escaped = self._next()
        if escaped in _NAMED:
            return _NAMED[escaped]
        if escaped.isalnum():
            raise _NotSimple
        return escaped

    def _counted(self, part: Part) -> Part:
        least, most = self._count()
        self._take("?")  # a lazy count allows the same texts
        return replace(part, least=least, most=most)

    def _count(self) -> tuple[int, int]:
        for mark, count in {"*": (0, UNBOUNDED), "+": (1, UNBOUNDED), "?": (0, 1)}.items():
            if self._take(mark):
                return count
        if not self._take("{"):
            return 1, 1
        inside, closed, _ = self._text[self._at :].partition("}")
        least, comma, most = inside.partition(",")
        if not closed or not _is_count(least) or not (most == "" or _is_count(most)):
            raise _NotSimple
        self._at += len(inside) + 1
        return int(least), int(most) if most else UNBOUNDED if comma else int(least)


def _is_count(text: str) -> bool:
    return text.isascii() and text.isdigit() and len(text) < 7


def _merged(parts: list[Part]) -> list[Part]:
    """Join literals that follow each other; a blank that may be missing is left out."""
    merged: list[Part] = []
    for part in parts:
        if part.literal == " " and part.least == 0:
            continue
        if merged and _once(part) and _once(merged[-1]):
            merged[-1] = Part(literal=merged[-1].literal + part.literal)
        else:
            merged.append(part)
    return merged


def _once(part: Part) -> bool:
    return bool(part.literal) and (part.least, part.most) == (1, 1)
