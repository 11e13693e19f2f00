"""A text made of named parts, such as ``Server=<host>;Port=<port>;``, taken apart into what its example or pattern shows."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

from aep_tui.forms.pattern_parts import shape_of

GAP: Final = "…"
"""Stands in the skeleton of a pattern for a value that the pattern leaves open."""

MAX_TEMPLATE: Final = 2_000
"""Longest example that is taken apart, in characters."""

_MAX_PARTS: Final = 60
_PLACEHOLDER = re.compile(r"<[^<>]{1,60}>|\{[A-Za-z][\w .-]{0,60}\}|" + GAP)
_NAME = re.compile(r"[A-Za-z_][\w .\-]{0,60}")


@dataclass(frozen=True, slots=True)
class Segment:
    """One named part of a template.

    Attributes:
        key: Its name as it is written.
        value: What stands for its value.
    """

    key: str
    value: str

    @property
    def open(self) -> bool:
        """Whether a placeholder stands for the value or for a part of it."""
        return _PLACEHOLDER.search(self.value) is not None


@dataclass(frozen=True, slots=True)
class Template:
    """What the parts of a text are.

    Attributes:
        separator: What stands between two parts: ``;`` or ``&``.
        segments: The named parts.
        head: What stands before them: literals, and at every odd position the name of a placeholder.
        closed: Whether a separator stands at the end, too.
        endless: Whether more parts may follow.
    """

    separator: str
    segments: tuple[Segment, ...]
    head: tuple[str, ...] = ("",)
    closed: bool = False
    endless: bool = True


def is_name(text: str) -> bool:
    """Tell whether a text can be the name of a part."""
    return _NAME.fullmatch(text) is not None


def placeholder_name(text: str) -> str:
    """Return what a placeholder such as ``<account name>`` says, or the empty string for any other text."""
    return text.strip("<>{} ") if _PLACEHOLDER.fullmatch(text) and text != GAP else ""


def template_of_pattern(pattern: object) -> Template | None:
    """Return the parts that a pattern such as ``^(Server=)(.*)(;Port=)(.*)(;)`` asks for, or ``None``."""
    shape = shape_of(pattern) if isinstance(pattern, str) else None
    if shape is None or not shape.parts or not shape.parts[0].literal:
        return None
    once = [bool(part.literal) and (part.least, part.most) == (1, 1) for part in shape.parts]
    skeleton = "".join(part.literal if fixed else GAP for part, fixed in zip(shape.parts, once, strict=True))
    return _template(skeleton, endless=not (shape.to_end and once[-1]))


def template_of_example(example: object) -> Template | None:
    """Return the parts that an example shows, or ``None``.

    Without a single placeholder, an address with a query is taken for nothing but an address.
    """
    if not isinstance(example, str) or len(example) > MAX_TEMPLATE or GAP in example:
        return None
    found = _template(example.strip(), endless=True)
    if found is None:
        return None
    shown = any(segment.open for segment in found.segments)
    return found if shown or (found.separator == ";" and len(found.segments) > 1 and len(found.head) == 1) else None


def _template(text: str, *, endless: bool) -> Template | None:
    bare = _PLACEHOLDER.sub(lambda hole: "x" * len(hole[0]), text)
    separator = ";" if ";" in bare or not {"&", "?"}.intersection(bare) else "&"
    start = bare.find("?") + 1 if separator == "&" else 0
    pieces = _split(text[start:], bare[start:], separator)
    closed = len(pieces) > 1 and not pieces[-1].strip()
    head = text[:start]
    if separator == ";" and _segment(pieces[0]) is None:
        head = pieces.pop(0) + ";"
    segments = [_segment(piece) for piece in (pieces[:-1] if closed else pieces)]
    known = tuple(segment for segment in segments if segment is not None)
    if not known or len(known) != len(segments) or len(known) > _MAX_PARTS:
        return None
    literals = _head(head)
    names = [name.casefold() for name in (*literals[1::2], *(segment.key for segment in known))]
    if len(set(names)) != len(names) or "" in literals[2:-1:2]:
        return None
    return Template(separator, known, literals, closed, endless)


def _split(text: str, bare: str, separator: str) -> list[str]:
    ends = [*(place for place, char in enumerate(bare) if char == separator), len(text)]
    return [text[start:end] for start, end in zip([0, *(end + 1 for end in ends)], ends, strict=False)]


def _segment(piece: str) -> Segment | None:
    key, equals, value = piece.partition("=")
    return Segment(key.strip(), value.strip()) if equals and is_name(key.strip()) else None


def _head(text: str) -> tuple[str, ...]:
    """Return literals and, between two of them, the name of the placeholder that stands there."""
    pieces: list[str] = []
    end = 0
    for hole in _PLACEHOLDER.finditer(text):
        pieces += [text[end : hole.start()], placeholder_name(hole[0]) or "Beginning"]
        end = hole.end()
    return (*pieces, text[end:])
