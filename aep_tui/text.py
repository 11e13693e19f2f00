"""Foreign text made safe to show, and small helpers for words.

Text that came from an API, a schema, a file, the environment or a paste may hold control sequences. Whoever shows such a
text passes it through :func:`plain` first; what goes back on the wire stays as it came.
"""

from __future__ import annotations

import re
from typing import Final

MAX_LINE: Final = 500
"""Default cap of a one-line text, in characters."""

_BIDI_AND_INVISIBLE = "\u200b\u200e\u200f\u202a-\u202e\u2060\u2066-\u2069\ufeff\u061c"
_CONTROLS = re.compile(f"[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028\u2029{_BIDI_AND_INVISIBLE}\ud800-\udfff]")
_BLANKS = re.compile(r"[ \t\n\u00a0]+")
_WORD_BREAK = re.compile(r"[\s_\-./]+|(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])")
_ACRONYMS: Final = {
    word.casefold(): word
    for word in ("API", "AWS", "ID", "URL", "URI", "SSH", "SSL", "TLS", "SAS", "SQL", "IP", "JSON", "XDM", "SFTP", "FTP")
}


def plain(value: object, limit: int = MAX_LINE) -> str:
    """Return foreign text as one printable line.

    C0 and C1 controls, bidi controls, zero-width characters and lone surrogates are removed, runs of blanks and line
    breaks become one space, and the length is capped.

    Args:
        value: Anything; ``None`` gives the empty string, what is no string is shown as ``str`` shows it.
        limit: The most characters to return; a longer text ends in an ellipsis.
    """
    text = _text_of(value)
    return _capped(_BLANKS.sub(" ", _CONTROLS.sub("", text[: limit * 8])).strip(), limit)


def plain_lines(value: object, limit: int = 20_000) -> str:
    """Return foreign text with its line breaks kept, and otherwise as :func:`plain` makes it.

    Args:
        value: Anything; ``None`` gives the empty string.
        limit: The most characters to return in all.
    """
    text = _text_of(value)
    text = text[: limit * 2].replace("\r\n", "\n").replace("\r", "\n").replace("\t", "    ")
    return _capped(_CONTROLS.sub("", text), limit)


def _text_of(value: object) -> str:
    if value is None or isinstance(value, str):
        return value or ""
    try:
        return str(value)
    except ValueError:
        return "a number of very many digits"


def _capped(text: str, limit: int) -> str:
    return text if len(text) <= limit else text[: limit - 1].rstrip() + "…"


def split_words(key: str) -> list[str]:
    """Split a slug or a key such as ``s3SecretKey`` or ``azure-file-storage`` into its words."""
    return [word for word in _WORD_BREAK.split(key) if word]


def in_words(key: str) -> str:
    """Return a key or a slug as a label: ``connectionString`` gives ``Connection string``.

    Well-known acronyms are written as such. A key without any word is returned as it is.
    """
    words = split_words(key)
    if not words:
        return key
    shown = [_ACRONYMS.get(word.casefold(), word if word.isupper() and len(word) > 1 else word.lower()) for word in words]
    return " ".join([shown[0][:1].upper() + shown[0][1:], *shown[1:]])


def in_title_words(slug: str) -> str:
    """Return a slug as a name, each word capitalised: ``google-big-query`` gives ``Google Big Query``."""
    words = [_ACRONYMS.get(word.casefold(), word[:1].upper() + word[1:]) for word in split_words(slug)]
    return " ".join(words) or slug


def constant_case(key: str) -> str:
    """Return a key as an upper-case placeholder name: ``servicePrincipalId`` gives ``SERVICE_PRINCIPAL_ID``."""
    return "_".join(word.upper() for word in split_words(key)) or "VALUE"
