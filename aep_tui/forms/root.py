"""The keywords at the root of a schema, which speak about the params as a whole."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from aep_tui.forms.fields import Fault
from aep_tui.forms.references import same_level
from aep_tui.text import plain

_OF_MEMBERS: Final = frozenset({"properties", "patternProperties", "additionalProperties", "definitions", "$defs", "$id"})


def checked_document(schema: Mapping[str, object], named: Mapping[str, object], faults: list[Fault]) -> Mapping[str, object]:
    """Return the schema that params are checked with: as given, less what no params could ever satisfy.

    Args:
        schema: The schema as given.
        named: The params that have a field, with their schemas; empty if all params share one.
        faults: Takes what was left out and why.
    """
    document = {keyword: value for keyword, value in schema.items() if isinstance(keyword, str)}
    if "type" in document and not _allows_object(document["type"]):
        faults.append(Fault("", "The schema does not say that params are an object; it is read as if it did."))
        del document["type"]
    if not named:
        return document
    if "$ref" in document:  # draft-07 takes no notice of anything beside a reference
        reference = {"$ref": document.pop("$ref")}
        others = document.get("allOf")
        document["allOf"] = [*(others if isinstance(others, list | tuple) else ()), reference]
    document["properties"] = dict(named)
    if "required" in document:
        document["required"] = _known_names(document["required"], named, faults)
    return document


def members_document(document: Mapping[str, object]) -> Mapping[str, object]:
    """Return the part of a checked document that speaks about single params, whatever the others are."""
    return {keyword: value for keyword, value in document.items() if keyword in _OF_MEMBERS}


def _allows_object(declared: object) -> bool:
    return declared == "object" or (isinstance(declared, list | tuple) and "object" in declared)


def _known_names(required: object, named: Mapping[str, object], faults: list[Fault]) -> list[str]:
    if not isinstance(required, list | tuple):
        faults.append(Fault("", "The list of required params is no list and was left out."))
        return []
    known: list[str] = []
    for name in required:
        if not isinstance(name, str) or named.get(name, False) is False:
            shown = (plain(name, 80) if isinstance(name, str) else "") or "something that cannot be shown"
            faults.append(Fault("", f"The schema requires {shown}, which it does not describe; that was left out."))
        elif name in known:
            faults.append(Fault("", f"The schema requires {plain(name, 80)} twice."))
        else:
            known.append(name)
    return known


def required_names(document: Mapping[str, object]) -> frozenset[str]:
    """Return the names that a checked document requires."""
    required = document.get("required")
    return frozenset(required) if isinstance(required, list) else frozenset()


def lists_params(document: Mapping[str, object]) -> bool:
    """Tell whether a document names params anywhere at its root level."""
    return any(isinstance(part.get("properties"), Mapping) for part in same_level(document, document))


def why_more_params(document: Mapping[str, object], named: frozenset[str]) -> str:
    """Return why params beside the listed ones may be needed, as a sentence, or the empty string if none may."""
    for part in same_level(document, document):
        others, patterns = part.get("additionalProperties"), part.get("patternProperties")
        if (isinstance(others, Mapping) and others) or (isinstance(patterns, Mapping) and patterns):
            return "The schema allows params of any name."
        if _names_of(part) - named:
            return "The schema speaks of further params that depend on the others."
    return ""


def _names_of(part: Mapping[str, object]) -> set[str]:
    properties, required = part.get("properties"), part.get("required")
    names = {key for key in properties if isinstance(key, str)} if isinstance(properties, Mapping) else set()
    if isinstance(required, list | tuple):
        names.update(name for name in required if isinstance(name, str))
    return names
