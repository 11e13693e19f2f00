"""The catalogue of connection specs: the bundled documents, further ones from files, and an organisation's own."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

from aep_tui.emulator.filters import Condition, matches

SpecDocument = Mapping[str, Any]
"""A connection spec as the service answers it."""

SOURCES_PROVIDER = "0ed90a81-07f4-4586-8190-b40eccef1c5a"
STREAMING_PROVIDER = "521eee4d-8cbe-4906-bb48-fb6bd4450033"

_FOLDER = Path(__file__).with_name("catalogue")


class Catalogue:
    """The connection specs that every organisation sees.

    The bundled files are read when the first call asks for them, and the answer to a call for all of them is put
    together from the files' own bytes.
    """

    def __init__(self, extra: Sequence[SpecDocument] = ()) -> None:
        """Take further documents, which replace bundled ones of the same id, and earlier ones of their own."""
        self._extra = list({str(document.get("id")): document for document in extra}.values())
        self._documents: dict[str, SpecDocument] | None = None
        self._texts: list[bytes] | None = None

    def texts(self) -> list[bytes]:
        """Return every document as JSON, in the order of their names."""
        if self._texts is None:
            replaced = {str(document.get("id")) for document in self._extra}
            bundled = _bundled_texts()
            if replaced:
                bundled = [text for text in bundled if json.loads(text)["id"] not in replaced]
            self._texts = [*bundled, *(json.dumps(document, ensure_ascii=False).encode() for document in self._extra)]
        return self._texts

    def documents(self) -> Mapping[str, SpecDocument]:
        """Return every document by its id."""
        if self._documents is None:
            parsed = [json.loads(text) for text in self.texts()]
            self._documents = {str(document.get("id")): document for document in parsed}
        return self._documents

    def get(self, spec_id: str) -> SpecDocument | None:
        """Return one document, or nothing if no spec has that id."""
        return self.documents().get(spec_id)


def _bundled_texts() -> list[bytes]:
    return [path.read_bytes().strip() for path in sorted(_FOLDER.glob("*.json"))]


def selected(documents: Iterable[SpecDocument], wanted: Sequence[Condition]) -> list[SpecDocument]:
    """Return the documents that satisfy every condition."""
    return [document for document in documents if all(matches(document, condition) for condition in wanted)]


def auth_specs(document: SpecDocument) -> list[Mapping[str, Any]]:
    """Return the auth specs of a document; a document without any, with ``null`` or with something else has none."""
    value = document.get("authSpec")
    return [item for item in value if isinstance(item, dict)] if isinstance(value, list) else []


def explore_type(document: SpecDocument) -> str:
    """Return what the spec's ``exploreSpec`` says it can explore: ``FileSystem``, ``Tabular``, ``Resource`` or nothing."""
    value = document.get("exploreSpec")
    return str(value.get("type") or "") if isinstance(value, dict) else ""


def has_inlet(document: SpecDocument) -> bool:
    """Tell whether a connection of this spec is sent data by HTTP, and so gets an inlet of its own."""
    return explore_type(document) == "StreamingConnection"


def is_streaming(document: SpecDocument) -> bool:
    """Tell whether a connection of this spec takes a moment to be set up."""
    return document.get("providerId") == STREAMING_PROVIDER or has_inlet(document)
