"""What is wrong with a message in XDM form, as the inlet's check lists it; without schemas, only the envelope is checked."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Final

from aep_tui.emulator.problems import Refusal

INLET_PROBLEM: Final = "http://ns.adobe.com/adobecloud/problem/data-collection-service/inlet"
MOST_VIOLATIONS: Final = 5

_REQUIRED: Final[tuple[tuple[str, type], ...]] = (
    ("header", dict),
    ("header/schemaRef", dict),
    ("header/schemaRef/id", str),
    ("header/schemaRef/contentType", str),
    ("header/imsOrgId", str),
    ("header/datasetId", str),
    ("body", dict),
    ("body/xdmMeta", dict),
    ("body/xdmMeta/schemaRef", dict),
    ("body/xdmEntity", dict),
)
_NAMES: Final = {dict: "JSONObject", str: "String", list: "JSONArray", bool: "Boolean", type(None): "Null"}


def violations(message: object, org: str) -> list[dict[str, object]]:
    """Return the first violations of the envelope, in its order; none for a message that is well formed.

    Args:
        message: The message as JSON.
        org: The organisation of the inlet, which the header has to name.
    """
    if not isinstance(message, Mapping):
        return [_violation("", "type", "Message has unknown xdm format")]
    found = list(_missing(message))
    header = message.get("header")
    if isinstance(header, Mapping) and isinstance(header.get("imsOrgId"), str) and header["imsOrgId"] != org:
        found.append(_violation("header/imsOrgId", "const", "Message has an absent or wrong ims org in the header"))
    return found[:MOST_VIOLATIONS]


def _missing(message: Mapping[str, object]) -> Iterator[dict[str, object]]:
    for path, kind in _REQUIRED:
        *parents, name = path.split("/")
        value: object = message
        for parent in parents:
            value = value.get(parent) if isinstance(value, Mapping) else None
        if not isinstance(value, Mapping):
            continue  # the parent was named already
        if name not in value:
            yield _violation("/".join(parents), "required", f"required key [{name}] not found")
        elif not isinstance(value[name], kind):
            found = _NAMES.get(type(value[name]), "Number")
            yield _violation(path, "type", f"expected type: {_NAMES[kind]}, found: {found}")


def _violation(path: str, keyword: str, text: str) -> dict[str, object]:
    pointer = f"#/{path}" if path else "#"
    return {"schemaLocation": "#", "pointerToViolation": pointer, "causingExceptions": [], "keyword": keyword, "message": text}


def invalid_message(inlet_id: str, org: str, found: list[dict[str, object]]) -> Refusal:
    """Return the refusal of a message that is not valid."""
    summary = f"{len(found)} schema violation{'' if len(found) == 1 else 's'} found"
    whole = {"schemaLocation": "#", "pointerToViolation": "#", "causingExceptions": found, "message": summary}
    body = {
        "type": INLET_PROBLEM,
        "status": 400,
        "title": "Invalid XDM Message Format",
        "report": {
            "message": f"inletId: [{inlet_id}] imsOrgId: [{org}] Message is invalid",
            "cause": {"_streamingValidation": [whole]},
        },
    }
    return Refusal(400, body)
