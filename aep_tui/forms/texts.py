"""What kind of text a text field takes: of several lines, or encoded."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

_LONG: Final = 500
_LONG_FORMATS: Final = frozenset({"textarea", "multiline", "markdown", "html", "json", "yaml", "xml", "pem"})
_LONG_MEDIA: Final = ("json", "pem", "x-pem", "yaml", "xml", "plain", "x-sh", "sql")
_LONG_WORDS: Final = (
    "private key",
    "private_key",
    "privatekey",
    "pem file",
    "pem format",
    "pem-encoded",
    "certificate",
    "service account key",
    "service account json",
    "service_account_key",
    "service_account_json",
    "serviceaccountjson",
    "credentials_json",
    "credentials json",
    "json credentials",
    "-----begin",
)
_NOT_LONG: Final = ("password", "passphrase", "path", "file name", "fingerprint", "thumbprint", "alias", "name of", " id")


def is_multiline(schema: Mapping[str, object], key: str) -> bool:
    """Tell whether a text may well have several lines: keys, certificates, service accounts, and what says so itself."""
    media, declared = schema.get("contentMediaType"), schema.get("format")
    if schema.get("multiline") is True or (isinstance(declared, str) and declared in _LONG_FORMATS):
        return True
    if isinstance(media, str) and media.lower().rpartition("/")[2].endswith(_LONG_MEDIA):
        return True
    least = schema.get("minLength")
    if isinstance(least, int) and not isinstance(least, bool) and least > _LONG:
        return True
    title = schema.get("title")
    named = " ".join(text[:200].lower() for text in (key, title) if isinstance(text, str))
    if any(word in named for word in _LONG_WORDS):
        return not any(word in named for word in _NOT_LONG) and schema.get("maxLength") is None
    examples = schema.get("examples")
    first = examples[0] if isinstance(examples, list | tuple) and examples else None
    return isinstance(first, str) and ("\n" in first[:2_000] or first.lower().startswith("-----begin"))


def content_encoding(schema: Mapping[str, object]) -> str:
    """Return how a loaded file is encoded, or the empty string for not at all."""
    return "base64" if schema.get("contentEncoding") == "base64" else ""
