"""Where things stand inside one schema document: local references, and walks that end however the document loops."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import lru_cache
from typing import Final
from urllib.parse import unquote, urljoin

_MAX_NODES: Final = 2_000
_MAX_NAMED_NODES: Final = 50_000
_MOST_DOCUMENTS: Final = 16
_LONGEST: Final = 2_000

_named_documents: dict[int, tuple[object, str, dict[str, object]]] = {}

IN_PLACE_LISTS = ("allOf", "anyOf", "oneOf")
IN_PLACE_SINGLES = ("if", "then", "else", "not")


def local_target(document: object, reference: object) -> object | None:
    """Return what a reference such as ``#/definitions/port`` names inside a document.

    Args:
        document: The whole schema.
        reference: The value of a ``$ref``: a JSON Pointer, or the ``$id`` or ``$anchor`` of a schema in the document. Anything
            else gives ``None``; nothing is fetched.
    """
    if not isinstance(reference, str):
        return None
    steps = _steps(reference) if len(reference) <= _LONGEST else None
    if steps is None:
        return _named(document, reference) if len(reference) <= _LONGEST else None
    return _at(document, steps)


@lru_cache(maxsize=4_096)
def _steps(reference: str) -> tuple[str, ...] | None:
    """Return the steps of a JSON Pointer in a reference, or ``None`` for a reference of another kind."""
    if reference in {"#", "#/"}:
        return ("",) if reference == "#/" else ()
    if not reference.startswith("#/"):
        return None
    return tuple(step.replace("~1", "/").replace("~0", "~") for step in unquote(reference[2:]).split("/"))


def _at(node: object, steps: tuple[str, ...]) -> object | None:
    for step in steps:
        node = _member(node, step)
    return node


def _named(document: object, reference: str) -> object | None:
    """Return the schema that bears the name which a reference gives."""
    if not isinstance(document, Mapping):
        return None
    base, names = _names_of(document)
    try:
        address, hash_sign, fragment = urljoin(base, reference).partition("#")
    except ValueError:  # such as an address with half a bracket
        return None
    whole = names.get(f"{address}#{fragment}") if fragment else names.get(address)
    if whole is not None or not hash_sign:
        return whole
    steps = _steps(f"#{fragment}")
    holder = document if address == base else names.get(address)
    return None if steps is None or holder is None else _at(holder, steps)


def _names_of(document: Mapping[str, object]) -> tuple[str, dict[str, object]]:
    """Return the address of a document, and the schemas in it by the addresses that they give themselves."""
    known = _named_documents.get(id(document))
    if known is None:
        if len(_named_documents) >= _MOST_DOCUMENTS:
            _named_documents.clear()
        base = _own_address(document, "")
        names = dict[str, object]()
        waiting: list[tuple[object, str]] = [(document, base)]
        looked = 0
        while waiting and looked < _MAX_NAMED_NODES:
            node, around = waiting.pop()
            looked += 1
            if isinstance(node, Mapping):
                around = _take_names(node, around, names)
                waiting.extend((member, around) for member in node.values() if isinstance(member, Mapping | list | tuple))
            elif isinstance(node, list | tuple):
                waiting.extend((member, around) for member in node if isinstance(member, Mapping | list | tuple))
        known = _named_documents[id(document)] = (document, base, names)
    return known[1], known[2]


def _take_names(node: Mapping[str, object], base: str, names: dict[str, object]) -> str:
    """Take what a schema calls itself, and return the address that references inside it start from."""
    given, anchor = node.get("$id"), node.get("$anchor")
    if isinstance(given, str) and given.startswith("#"):
        anchor = given[1:]  # as draft-07 writes it
    address = _own_address(node, base)
    if address != base or (given and address == base):
        names.setdefault(address, node)
    if isinstance(anchor, str) and anchor:
        names.setdefault(f"{address}#{anchor}", node)
    return address


def _own_address(node: Mapping[str, object], base: str) -> str:
    given = node.get("$id")
    if not isinstance(given, str) or given.startswith("#") or len(given) > _LONGEST:
        return base
    try:
        return urljoin(base, given).partition("#")[0]
    except ValueError:  # such as an address with half a bracket
        return base


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
