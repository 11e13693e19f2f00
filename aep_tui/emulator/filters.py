"""The ``property`` expressions of the query string: ``name=="amazon-s3"``, ``attributes.isSource==true``, ``id==a,b``."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import NamedTuple, NoReturn

from aep_tui.emulator.problems import flow

OPERATORS = ("==", "!=", "<=", ">=", "<", ">")


class Condition(NamedTuple):
    """One comparison.

    Attributes:
        path: The member to look at, parts joined by dots.
        operator: One of :data:`OPERATORS`.
        values: Any of these will do; unquoted.
    """

    path: str
    operator: str
    values: tuple[str, ...]


def conditions(expressions: Iterable[str]) -> list[Condition]:
    """Read the ``property`` parameters of a call; all of them have to hold.

    Names alone are a projection (``property=id,connectionSpec.id``). The OpenAPI describes the parameter as one too, in the
    same sentence; it is tolerated and takes nothing away.

    Raises:
        Refusal: FLOW-1440-400 for the operator ``~``, FLOW-1434-400 for any other that there is not, FLOW-1443-400 for an
            expression that cannot be read.
    """
    return [condition for text in expressions if (condition := _condition(text)) is not None]


_PROJECTION = re.compile(r"\s*(?:[\w:@-]+(?:\[\])?(?:\.[\w:@-]+(?:\[\])?)*\s*(?:,\s*|$))*")
_OPERATOR = re.compile(r"[=!<>~]+")


def _condition(text: str) -> Condition | None:
    found = _OPERATOR.search(text)
    if found is None:
        if _PROJECTION.fullmatch(text):
            return None
        raise flow("FLOW-1443-400", f'The property filter {text[:100]!r} cannot be read. Write it as name=="value".')
    path, operator, rest = text[: found.start()].strip(), found[0], text[found.end() :]
    if operator not in OPERATORS:
        _refuse_operator(text, operator)
    if not path or '"' in path:
        raise flow("FLOW-1443-400", f"The property filter {text[:100]!r} names no property before its operator {operator}.")
    return Condition(path, operator, tuple(_values(rest)))


def _refuse_operator(text: str, operator: str) -> NoReturn:
    there_are = ", ".join(OPERATORS)
    if "~" in operator:
        raise flow(
            "FLOW-1440-400", f"The operator ~ of the property filter {text[:100]!r} is not implemented. Use one of {there_are}."
        )
    raise flow(
        "FLOW-1434-400",
        f"The operator {operator[:20]} of the property filter {text[:100]!r} is not supported. Use one of {there_are}; "
        "a value that begins with such a sign goes between double quotes.",
    )


def _values(text: str) -> Iterator[str]:
    """Yield the values of a comma separated list; a comma between double quotes belongs to the value."""
    value, quoted = "", False
    for character in text:
        if character == '"':
            quoted = not quoted
        elif character == "," and not quoted:
            yield value.strip()
            value = ""
        else:
            value += character
    yield value.strip()


def matches(document: object, condition: Condition) -> bool:
    """Tell whether a document satisfies a condition; a list on the way, with or without ``[]``, means any of its items."""
    found = list(_members(document, [part.removesuffix("[]") for part in condition.path.split(".")]))
    if condition.operator == "!=":
        return not any(_as_text(member) in condition.values for member in found)
    return any(compares(member, condition.operator, value) for member in found for value in condition.values)


def _members(value: object, parts: list[str]) -> Iterator[object]:
    if isinstance(value, list):
        for item in value:
            yield from _members(item, parts)
    elif not parts:
        yield value
    elif isinstance(value, dict) and parts[0] in value:
        yield from _members(value[parts[0]], parts[1:])


def compares(member: object, operator: str, value: str) -> bool:
    """Compare a member with a value from the query: numbers as numbers, everything else as text."""
    if operator == "==":
        return _as_text(member) == value
    if isinstance(member, bool) or not isinstance(member, int | float | str):
        return False
    try:
        left: float | str = member if isinstance(member, str) else float(member)
        right: float | str = value if isinstance(member, str) else float(value)
    except ValueError:
        return False
    order = (left > right) - (left < right)  # type: ignore[operator]  # both are texts or both are numbers
    return {"<": order < 0, "<=": order <= 0, ">": order > 0, ">=": order >= 0}[operator]


def _as_text(value: object) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    return value if isinstance(value, str) else str(value)
