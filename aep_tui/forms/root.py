"""The keywords at the root of a schema, which speak about the params as a whole."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from typing import TYPE_CHECKING

from aep_tui.forms.overlay import type_names
from aep_tui.forms.references import same_level
from aep_tui.text import in_words, plain

if TYPE_CHECKING:
    from aep_tui.forms.leaves import Faults


def checked_document(schema: Mapping[str, object], faults: Faults) -> Mapping[str, object]:
    """Return the schema that params are checked with: as given, less what no params could ever satisfy.

    Args:
        schema: The schema as given.
        faults: Takes what was left out and why.
    """
    document = {keyword: value for keyword, value in schema.items() if isinstance(keyword, str)}
    if "type" in document and not _allows_object(document["type"]):
        if type_names(document["type"]) and not _speaks_of_members(document):
            faults.add("", "The schema does not allow params to be an object, which they always are; no params fit it.")
        else:
            faults.add("", "The schema does not say that params are an object; it is read as if it did.")
            del document["type"]
    required = document.get("required")
    if isinstance(required, list | tuple):
        counted = Counter(name for name in required if isinstance(name, str))
        for name in (name for name, count in counted.items() if count > 1):
            faults.add("", f"The schema requires {plain(name, 80)} twice.")
    if "$ref" in document and isinstance(document.get("properties"), Mapping):
        reference = {"$ref": document.pop("$ref")}  # draft-07 takes no notice of anything beside a reference
        others = document.get("allOf")
        document["allOf"] = [*(others if isinstance(others, list | tuple) else ()), reference]
    return document


def group_titles(groups: object) -> dict[str, str]:
    """Return the titles of groups of fields by their id, in order."""
    titles: dict[str, str] = {}
    for group in groups if isinstance(groups, list | tuple) else ():
        name = group.get("id") if isinstance(group, Mapping) else None
        if isinstance(name, str):
            title = group.get("title")
            shown = plain(title, 80) if isinstance(title, str) else ""
            titles[name] = shown or plain(in_words(name[:200]), 80)
    return titles


def _allows_object(declared: object) -> bool:
    return declared == "object" or (isinstance(declared, list | tuple) and "object" in declared)


def _speaks_of_members(document: Mapping[str, object]) -> bool:
    """Tell whether a schema describes members, so that a type which is no object must be a slip."""
    others = ("additionalProperties", "patternProperties")
    return lists_params(document) or any(isinstance(document.get(keyword), Mapping) for keyword in others)


def lists_params(document: Mapping[str, object]) -> bool:
    """Tell whether a document names params anywhere at its root level."""
    return any(isinstance(part.get("properties"), Mapping) for part in same_level(document, document))
