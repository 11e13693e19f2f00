"""A pattern in words, where that can be worked out: nobody is shown a bare regular expression."""

from __future__ import annotations

from typing import Final

from aep_tui.forms.pattern_parts import UNBOUNDED, Part, Shape, shape_of

_DIGITS = ("0 to 9",)
_DATES: Final = {
    "0000-00-00": "YYYY-MM-DD",
    "0000/00/00": "YYYY/MM/DD",
    "0000-00": "YYYY-MM",
    "00:00": "hh:mm",
    "00:00:00": "hh:mm:ss",
    "0000-00-00 00:00:00": "YYYY-MM-DD hh:mm:ss",
    "0000-00-00T00:00:00": "YYYY-MM-DDThh:mm:ss",
    "0000-00-00T00:00:00Z": "YYYY-MM-DDThh:mm:ssZ",
    "0000-00-00T00:00:00.000Z": "YYYY-MM-DDThh:mm:ss.000Z",
    "0000-00-00T00:00:00.000000Z": "YYYY-MM-DDThh:mm:ss.000000Z",
}


def words_of_pattern(pattern: object) -> str:
    """Return what a pattern asks for, to follow "expected form:", or the empty string if that cannot be told."""
    shape = shape_of(pattern) if isinstance(pattern, str) else None
    if shape is None or not shape.parts:
        return ""
    return _of_one_class(shape) or _of_digits(shape) or _of_ends(shape) or joined_parts(pattern)


def joined_parts(pattern: object) -> str:
    """Return the literal parts of a pattern such as ``^(Server=)(.*)(;Port=)(.*)`` as ``Server=…;Port=…``.

    Returns:
        The empty string if the pattern is not made of at least two literals with anything between them.
    """
    shape = shape_of(pattern) if isinstance(pattern, str) else None
    if shape is None or not shape.from_start or sum(_is_plain_literal(part) for part in shape.parts) < 2:
        return ""
    if not _is_plain_literal(shape.parts[0]):
        return ""
    if not all(_is_plain_literal(part) or ((part.anything or part.others) and part.most == UNBOUNDED) for part in shape.parts):
        return ""
    return "".join(part.literal or "…" for part in shape.parts)


def _is_plain_literal(part: Part) -> bool:
    return bool(part.literal) and (part.least, part.most) == (1, 1)


def _of_one_class(shape: Shape) -> str:
    part = shape.parts[0]
    if len(shape.parts) != 1 or not (shape.from_start and shape.to_end) or part.literal or part.others:
        return ""
    if part.members == _DIGITS:
        return _amount(part, "digit") or "digits only"
    amount = _amount(part, "character")
    if part.anything:
        return amount
    members = _listed(part.members)
    return f"{amount}, {members}" if amount else f"only {members}"


def _amount(part: Part, unit: str) -> str:
    if part.most == UNBOUNDED:
        return f"at least {part.least} {unit}s" if part.least > 1 else ""
    units = unit if part.most == 1 else f"{unit}s"
    if part.least == part.most:
        return f"{part.least} {units}"
    return f"{part.least} to {part.most} {units}" if part.least else f"at most {part.most} {units}"


def _listed(members: tuple[str, ...]) -> str:
    return members[0] if len(members) == 1 else ", ".join(members[:-1]) + f" and {members[-1]}"


def _of_digits(shape: Shape) -> str:
    """Return the form of a text of digits at fixed places, such as a date."""
    if not (shape.from_start and shape.to_end):
        return ""
    form = ""
    for part in shape.parts:
        if part.members == _DIGITS and part.least == part.most <= 20:
            form += "0" * part.least
        elif _is_plain_literal(part):
            form += part.literal
        elif part.anything and part.least == part.most == 1:
            form += "."
        else:
            return ""
    digits_in_literals = any(char.isdigit() for part in shape.parts for char in part.literal)
    if "0" not in form or digits_in_literals:
        return ""
    return _DATES.get(form, f"{form}, where each 0 stands for a digit")


def _of_ends(shape: Shape) -> str:
    """Return how a text begins or ends, if a pattern asks for no more than that."""
    beginnings = _alternatives(shape.parts)
    if beginnings and shape.from_start:
        quoted = " or ".join(f'"{beginning}"' for beginning in beginnings)
        return f"exactly {quoted}" if shape.to_end and not shape.parts[-1].anything else f"begins with {quoted}"
    if shape.to_end and not shape.from_start and len(shape.parts) == 1 and beginnings:
        return f'ends with "{beginnings[-1]}"'
    return ""


def _alternatives(parts: tuple[Part, ...]) -> list[str]:
    """Return the texts that literals give, one letter of which may be missing; "anything" at the end does not count."""
    texts = [""]
    for index, part in enumerate(parts):
        if part.anything and index and index == len(parts) - 1 and part.most == UNBOUNDED:
            break
        if not part.literal or part.most != 1:
            return []
        longer = [text + part.literal for text in texts]
        texts = longer if part.least else [*texts, *longer]
        if len(texts) > 2:
            return []
    return texts
