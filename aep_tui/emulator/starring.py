"""What the journal shows of a request: everything but what is, or may be, a secret.

A request that is misshapen has its secrets in places that no call knows of. So what is starred goes by the names of members,
parameters and headers wherever they stand, and not by what the call would have made of it.
"""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from typing import Final
from urllib.parse import parse_qsl, unquote_to_bytes, urlencode

from aep_tui.emulator.params import MASK

Headers = tuple[tuple[bytes, bytes], ...]

_SECRET: Final = re.compile(
    r"pass|pwd|secret|token|key|credential|auth|jwt|signature|cookie|assertion|connection.?string|sas.?uri|^code$",
    re.IGNORECASE,
)
_SECRET_PART: Final = re.compile(r"(?:pass|pwd|secret|token|key|credential|jwt|assertion)\w{0,40}\"?\s{0,4}[=:]", re.IGNORECASE)
"""A secret within a value: fields that were parted by something that parts no fields."""

_PLAIN: Final = frozenset({"x-api-key", "continuationtoken", "authspec", "authenticationrequired"})
"""Names that only sound like a secret's: the client's id, the place in a list, and what a schema says."""

_PLAIN_PATHS: Final = ("/name", "/description")
_FIELD: Final = re.compile(r"[\w.-]{1,64}")
_FORM: Final = "application/x-www-form-urlencoded"
_MASK_BYTES: Final = MASK.encode()


def is_secret(name: str) -> bool:
    """Tell whether what has this name is starred."""
    return name.lower() not in _PLAIN and _SECRET.search(name) is not None


def starred_headers(headers: Sequence[tuple[bytes, bytes]]) -> Headers:
    """Return headers with the secret ones starred."""
    return tuple([(name, _MASK_BYTES if _is_secret_header(name) else value) for name, value in headers])


_known_headers: dict[bytes, bool] = {}


def _is_secret_header(name: bytes) -> bool:
    known = _known_headers.get(name)
    if known is None:
        known = is_secret(name.decode("latin-1"))
        if len(_known_headers) < 1000:
            _known_headers[name] = known
    return known


def starred_query(query: bytes) -> bytes:
    """Return a query string with its secrets starred; few have any, so most are kept as they came."""
    if not query or _SECRET.search(unquote_to_bytes(query).decode("latin-1")) is None:
        return query
    return urlencode(_starred_fields(parse_qsl(query.decode("latin-1"), keep_blank_values=True))).encode()


def _starred_fields(fields: list[tuple[str, str]]) -> list[tuple[str, str]]:
    return [(name, MASK if is_secret(name) or _SECRET_PART.search(value) else value) for name, value in fields]


def starred_form(body: bytes, content_type: str) -> str:
    """Return a form as JSON, or the empty string for a body that is none: of that, nobody knows what its parts are."""
    if content_type.partition(";")[0].strip().lower() != _FORM:
        return ""
    text = body.decode("utf-8", "replace")
    fields = parse_qsl(text, keep_blank_values=True)
    if not all("=" in part for part in text.split("&")) or not all(_FIELD.fullmatch(name) for name, _ in fields):
        return ""
    return json.dumps(dict(_starred_fields(fields)))


def starred_json(value: object) -> object:
    """Return a JSON body with its secrets starred; nothing of one that is neither an object nor a list."""
    if isinstance(value, list):
        return [starred_json(item) if isinstance(item, dict | list) else MASK for item in value]
    return _starred_object(value) if isinstance(value, dict) else None


def _starred_object(members: dict[str, object]) -> dict[str, object]:
    is_plain = any(name.lower() == "path" and value in _PLAIN_PATHS for name, value in members.items())
    return {name: _starred_member(name, value, is_plain=is_plain) for name, value in members.items()}


def _starred_member(name: str, value: object, *, is_plain: bool) -> object:
    lower = name.lower()
    if lower in ("params", "auth") or is_secret(name) or (lower == "value" and not (is_plain and isinstance(value, str))):
        return starred_whole(value)
    if isinstance(value, dict):
        return _starred_object(value)
    return [_starred_item(item) for item in value] if isinstance(value, list) else value


def _starred_item(item: object) -> object:
    if isinstance(item, dict):
        return _starred_object(item)
    return [_starred_item(inner) for inner in item] if isinstance(item, list) else item


def starred_whole(value: object) -> object:
    """Return a value with everything in it starred, but for the names of members and of the auth spec."""
    if isinstance(value, dict):
        return {
            name: inner if name == "specName" and isinstance(inner, str) else starred_whole(inner)
            for name, inner in value.items()
        }
    if isinstance(value, list):
        return [starred_whole(item) for item in value]
    return value if value is None else MASK


def starred_message(value: object) -> object:
    """Return a message to an inlet, in which only names tell what is secret."""
    if isinstance(value, dict):
        return {name: starred_whole(inner) if is_secret(name) else starred_message(inner) for name, inner in value.items()}
    return [starred_message(item) for item in value] if isinstance(value, list) else value
