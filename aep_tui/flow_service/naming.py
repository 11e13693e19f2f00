"""What a connection spec is called and how it is described, as plain text that is fit to be shown.

Where each fact stands in a document differs from one to the next; the order of the places is that of Adobe's published
samples: ``attributes`` first, then ``sourceSpec.attributes.uiAttributes``.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING, Final

from aep_tui.text import in_title_words, in_words, plain, plain_lines

if TYPE_CHECKING:
    from aep_tui.flow_service.models import ConnectionSpec

DESTINATION_PROVIDER: Final = "14e34fac-d307-11e9-bb65-2a2ae2dbcce4"
"""``providerId`` of destinations, which stand in the same list as sources."""

MAX_NAME: Final = 120
MAX_DESCRIPTION: Final = 4_000
_MAX_LINK: Final = 2_000

_TRANSLATION_KEY = re.compile(r"[a-z]\w*(?:Label|Description|Title|Name|Category)|[\w-]+(?:\.[\w-]+){2,}")
_CATEGORY_KEY = re.compile(r"[a-z]\w*")
_WEB_LINK = re.compile(r"https?://[^\s/\\@?#\"<>]+(?:[/?#][^\s\"<>\\]*)?", re.IGNORECASE | re.ASCII)


def shown_name(spec: ConnectionSpec) -> str:
    """Return the name to show: ``connectorName``, else a label that is text, else the slug in words, else the id."""
    given = spec.attributes.get("connectorName")
    label = plain(given, MAX_NAME) if isinstance(given, str) else ""
    label = label or next((text for text in _ui_texts(spec, "label", MAX_NAME) if text), "")
    return label or in_title_words(plain(spec.name, MAX_NAME)) or plain(spec.id, MAX_NAME)


def category(spec: ConnectionSpec) -> str:
    """Return the category such as ``Cloud Storage``, a key such as ``cloudStorage`` in words; empty if there is none."""
    member = spec.ui_attributes.get("category")
    from_ui = (member.get("text"), member.get("key")) if isinstance(member, dict) else (member,)
    texts = (plain(given, MAX_NAME) for given in (spec.attributes.get("category"), *from_ui) if isinstance(given, str))
    found = next((text for text in texts if text), "")
    return in_words(found) if _CATEGORY_KEY.fullmatch(found) else found


def description(spec: ConnectionSpec) -> str:
    """Return what the source is, with its line breaks; empty if the document has only the key of a translation."""
    texts = [*_ui_texts(spec, "description", MAX_DESCRIPTION)]
    given = spec.attributes.get("description")
    if isinstance(given, str):
        texts.append(plain_lines(given, MAX_DESCRIPTION).strip())
    return next((text for text in texts if text), "")


def documentation_link(spec: ConnectionSpec) -> str:
    """Return the link to the documentation; empty unless it is a clean http or https address."""
    for attributes in (spec.attributes, spec.ui_attributes):
        link = attributes.get("documentationLink")
        if isinstance(link, str) and len(link) <= _MAX_LINK and _WEB_LINK.fullmatch(link) and plain(link, _MAX_LINK) == link:
            return link
    return ""


def is_beta(spec: ConnectionSpec) -> bool:
    """Tell whether the source is marked as beta."""
    return spec.attributes.get("isBeta") is True or spec.ui_attributes.get("isBeta") is True


def is_hidden(spec: ConnectionSpec) -> bool:
    """Tell whether this is no source: marked so, or of the destinations' provider."""
    marked = spec.attributes.get("isSource") is False or spec.ui_attributes.get("isSource") is False
    return marked or spec.provider_id == DESTINATION_PROVIDER


def aliases(spec: ConnectionSpec) -> tuple[str, ...]:
    """Return further names that people search for (``attributes.aliases``), each once."""
    given = spec.attributes.get("aliases")
    names = [plain(name, MAX_NAME) for name in given if isinstance(name, str)] if isinstance(given, list) else []
    return tuple(dict.fromkeys(name for name in names if name))


def _ui_texts(spec: ConnectionSpec, key: str, limit: int) -> Iterator[str]:
    """Yield the texts of ``{"text": …}`` or of a plain string; the key of a translation is no text."""
    for attributes in (spec.ui_attributes, spec.attributes.get("uiAttributes")):
        member = attributes.get(key) if isinstance(attributes, dict) else None
        text = member.get("text") if isinstance(member, dict) else member
        if isinstance(text, str) and not _TRANSLATION_KEY.fullmatch(text.strip()):
            yield plain_lines(text, limit).strip() if key == "description" else plain(text, limit)
