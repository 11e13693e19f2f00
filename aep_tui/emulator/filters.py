"""The ``property`` expressions of the query string: ``name=="amazon-s3"``, ``attributes.isSource==true``, ``id==a,b``."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from aep_tui.emulator.problems import flow

OPERATORS = ("==", "!=", "<=", ">=", "<", ">")


@dataclass(frozen=True, slots=True)
class Condition:
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

    An expression without an operator is a projection (``property=id,name``). The OpenAPI describes the parameter as one
    too, in the same sentence; it is tolerated and takes nothing away.

    Raises:
        Refusal: FLOW-1440-400 for the operator ``~``, FLOW-1443-400 for an expression that cannot be read.
    """
    return [condition for text in expressions if (condition := _condition(text)) is not None]


def _condition(text: str) -> Condition | None:
    found = _split_at_operator(text)
    if found is None:
        if "~" in text.partition('"')[0]:
            raise flow(
                "FLOW-1440-400",
                f"The operator ~ of the property filter {text[:100]!r} is not implemented. Use one of {', '.join(OPERATORS)}.",
            )
        return None
    path, operator, rest = found
    if not path:
        raise flow("FLOW-1443-400", f"The property filter {text[:100]!r} names no property before its operator {operator}.")
    return Condition(path, operator, tuple(_values(rest)))


def _split_at_operator(text: str) -> tuple[str, str, str] | None:
    for index, character in enumerate(text):
        if character in "=!<>":
            for operator in OPERATORS:
                if text.startswith(operator, index):
                    return text[:index].strip(), operator, text[index + len(operator) :]
        if character == '"':
            break
    return None


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
