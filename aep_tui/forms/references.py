"""Where things stand inside one schema document: local references, and walks that end however the document loops."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from urllib.parse import unquote

_MAX_NODES = 2_000

IN_PLACE_LISTS = ("allOf", "anyOf", "oneOf")
IN_PLACE_SINGLES = ("if", "then", "else", "not")


def local_target(document: object, reference: object) -> object | None:
    """Return what a reference such as ``#/definitions/port`` names inside a document.

    Args:
        document: The whole schema.
        reference: The value of a ``$ref``; anything that is no local JSON Pointer gives ``None``.
    """
    if not isinstance(reference, str) or not reference.startswith("#"):
        return None
    target: object | None = document
    for step in unquote(reference[1:]).split("/")[1:]:
        target = _member(target, step.replace("~1", "/").replace("~0", "~"))
    return target if reference in {"#", "#/"} or reference.startswith("#/") else None


def _member(node: object, step: str) -> object | None:
    if isinstance(node, Mapping):
        return node.get(step)
    if isinstance(node, list) and step.isascii() and step.isdigit() and len(step) < 7 and int(step) < len(node):
        item: object = node[int(step)]
        return item
    return None


def walk(node: object, document: object) -> Iterator[Mapping[str, object] | None]:
    """Yield every mapping below a node, the node itself first, and follow local references, each mapping once.

    ``None`` is yielded where the walk cannot see: a reference that leads nowhere in this document, or too many nodes.
    """
    waiting, seen = [node], set[int]()
    while waiting:
        part = waiting.pop()
        if isinstance(part, list | tuple):
            waiting.extend(part[:_MAX_NODES])
        if not isinstance(part, Mapping) or id(part) in seen:
            continue
        if len(seen) >= _MAX_NODES:
            yield None
            return
        seen.add(id(part))
        yield part
        if isinstance(part.get("$ref"), str):
            target = local_target(document, part["$ref"])
            if target is None:
                yield None
            waiting.append(target)
        waiting.extend(part.values())


def same_level(node: object, document: object) -> Iterator[Mapping[str, object]]:
    """Yield the schemas that speak about the same value as a node does, the node itself first.

    They are the branches of ``allOf``, ``anyOf``, ``oneOf``, ``if`` and ``dependencies``, and what ``$ref`` names.
    """
    waiting, seen = [node], set[int]()
    while waiting and len(seen) < _MAX_NODES:
        part = waiting.pop()
        if not isinstance(part, Mapping) or id(part) in seen:
            continue
        seen.add(id(part))
        yield part
        waiting.extend(reversed(list(_branches(part, document))))


def _branches(part: Mapping[str, object], document: object) -> Iterator[object]:
    if "$ref" in part:
        yield local_target(document, part["$ref"])
    for keyword in IN_PLACE_LISTS:
        branches = part.get(keyword)
        if isinstance(branches, list | tuple):
            yield from branches
    for keyword in IN_PLACE_SINGLES:
        yield part.get(keyword)
    dependencies = part.get("dependencies")
    if isinstance(dependencies, Mapping):
        yield from dependencies.values()
