"""Paths of the validator made exact.

jsonschema-rs gives paths as lists, made from JSON Pointers: a name of digits such as ``007`` comes as the number 7, and the
empty name does not come at all. Where a path leads is known, so both can be told again. (One thing is lost: of a pattern
behind a reference it tells where the pattern stands, not how it was come by.)
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final, TypeAlias

from aep_tui.forms.references import local_target

Path: TypeAlias = tuple[str | int, ...]

_NAME_MAPS: Final = frozenset({"properties", "patternProperties", "definitions", "$defs", "dependencies"})
_OF_MEMBERS: Final = frozenset({"items", "additionalItems", "contains", "additionalProperties", "patternProperties"})


def path_in_schema(document: object, steps: Sequence[str | int]) -> tuple[Path, Mapping[str, object]]:
    """Return a path through a schema, references followed, with its names as they are.

    Returns:
        The path, and the schema that holds its last keyword (empty if the path leads out of the document).
    """
    path: list[str | int] = []
    node: object = document
    holder: Mapping[str, object] = {}
    names: Mapping[str, object] | None = None
    for step in steps:
        if names is not None:
            name = _name(names, step)
            path.append(name)
            node, holder = names.get(name), names
            names = None
            if name != "" or step == "":
                continue
        path.append(step)
        if isinstance(node, dict):
            holder = node
            node = local_target(document, node.get("$ref")) if step == "$ref" else node.get(str(step))
            names = node if step in _NAME_MAPS and isinstance(node, dict) else None
        elif isinstance(node, list):
            node = node[step] if isinstance(step, int) and step < len(node) else None
    if names is not None and "" in names:
        path.append("")
    return tuple(path), holder


def _name(names: Mapping[str, object], step: str | int) -> str:
    """Return the name that a step stands for; a step that names nothing comes after the empty name."""
    if isinstance(step, int):
        return _key(names, step)
    return "" if step not in names and "" in names else step


def _key(container: Mapping[str, object], number: int) -> str:
    written = str(number)
    if written in container:
        return written
    same = (key for key in container if key.isascii() and key.lstrip("+").isdigit() and len(key) < 30 and int(key) == number)
    return next(same, written)


def path_in_value(where: Path, steps: Sequence[str | int], value: object) -> Path:
    """Return a path through a value with its names as they are.

    Args:
        where: The exact path through the schema.
        steps: The path through the value as the validator gives it.
        value: The value.
    """
    path: list[str | int] = []
    remaining = list(steps)
    index = 0
    while index < len(where):
        keyword, follows = where[index], where[index + 1] if index + 1 < len(where) else None
        index += 2 if keyword in _NAME_MAPS or (keyword == "items" and isinstance(follows, int)) else 1
        if keyword == "properties" and follows is not None:
            path.append(follows)
            if follows != "" and remaining:
                remaining.pop(0)
        elif keyword in _OF_MEMBERS and follows is not None and _is_of_empty_name(_at(value, path), remaining):
            path.append("")
        elif keyword in _OF_MEMBERS and remaining:
            path.append(_member(_at(value, path), remaining.pop(0)))
    for step in remaining:
        path.append(_member(_at(value, path), step))
    return tuple(path)


def around_value(where: Path, length: int) -> Path:
    """Return the keywords of a path through a schema that stand around a value, and not in its own schema.

    Args:
        where: The exact path through the schema.
        length: How many steps through the params lead to the value.
    """
    keywords: list[str | int] = []
    index = entered = 0
    while index < len(where) and entered < length:
        keyword, follows = where[index], where[index + 1] if index + 1 < len(where) else None
        keywords.append(keyword)
        entered += keyword == "properties" or keyword in _OF_MEMBERS
        index += 2 if keyword in _NAME_MAPS or (keyword == "items" and isinstance(follows, int)) else 1
    return tuple(keywords)


def _is_of_empty_name(container: object, remaining: Sequence[str | int]) -> bool:
    """Tell whether a step was left out, since the empty name is the only one that it can have been."""
    if not isinstance(container, dict) or "" not in container:
        return False
    return not remaining or _member(container, remaining[0]) not in container


def _at(value: object, path: Sequence[str | int]) -> object:
    for step in path:
        if isinstance(value, dict):
            value = value.get(step)
        elif isinstance(value, list) and isinstance(step, int) and step < len(value):
            value = value[step]
    return value


def _member(container: object, step: str | int) -> str | int:
    return _key(container, step) if isinstance(container, dict) and isinstance(step, int) else step
