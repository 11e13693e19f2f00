"""Error answers read into a problem, whichever of their shapes they have.

The gateway, the Flow Service and its older parts each answer in a way of their own, and a proxy in between in HTML or not at
all (Adobe's troubleshooting and error pages, the destinations OpenAPI). Everything taken from an answer is made plain text.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Final

from aep_tui.flow_service.remedies import BETWEEN, advice, code_number, wait_words
from aep_tui.json_text import parse_json
from aep_tui.outcome import Problem
from aep_tui.text import plain

MAX_DETAIL: Final = 1_000
"""Most characters kept of the service's own words."""
_MAX_BYTES: Final = 1_000_000
"""An error answer is read up to here; no service says what went wrong at greater length."""

_FOREVER_SECONDS: Final = 1e9

_CODE = re.compile(r"[A-Za-z]+-\d{3,7}(-\d{3})?|\d{3,7}|(?:invalid|unauthorized|unsupported|access)_\w{1,30}")
_MESSAGES: Final = ("errorMessage", "detail", "message", "error_description", "title")
_REQUEST_ID_HEADERS: Final = ("x-request-id", "x-adobe-request-id", "x-correlation-id")
_HTML = re.compile(r"\s*<(?:!doctype|html|head|body)\b", re.IGNORECASE)
_HTML_TITLE = re.compile(r"<title[^>]{0,200}>([^<]{1,300})", re.IGNORECASE)
_CHARSET = re.compile(r"charset\s*=\s*\"?([\w.:-]{1,40})", re.IGNORECASE)
_ABOUT_A_FIELD = re.compile(r"mandatory|required|missing|invalid|not valid|not provided", re.IGNORECASE)
_FIELD = re.compile(
    r"\b(?:field|param|parameter|property)\b\s*[:=]?\s*[\"'`{\[(]*(?:auth\.params\.)?([A-Za-z_$][\w.$-]{0,99})", re.IGNORECASE
)
_NO_FIELD: Final = frozenset(
    ("a", "an", "are", "for", "has", "in", "is", "must", "not", "of", "or", "required", "that", "the", "to", "value", "was")
)
"""Words that follow "field" in a sentence without being the name of one."""

_FIELD_NUMBERS: Final = frozenset({"1304", "1312"})


def as_it_is(text: str) -> str:
    """Return a text unchanged: there is nothing in it to hide."""
    return text


def read_problem(status: int, headers: Mapping[str, str], body: bytes, hide: Callable[[str], str] = as_it_is) -> Problem:
    """Return what an answer says went wrong.

    The texts are looked for in the order ``report.detailed-message``, ``errorMessage``, ``detail``, ``message``,
    ``title``; the code is the end of ``type`` or ``error_code``; the request id is in the report or in a header.

    Args:
        status: HTTP status.
        headers: Header values by lower-case name.
        body: What came of the body: perhaps empty, cut, HTML, or in a wrong encoding.
        hide: Masks what was sent secretly, before anything is shortened.
    """
    body = body[:_MAX_BYTES]
    document = _document(body)
    found = document if isinstance(document, Mapping) else {}
    code = _code(found)
    detail = hide(_unwrapped(_message(found))) or _detail_without_message(status, headers, body, hide)
    known = advice(code, status, detail)
    wait = retry_after_seconds(headers)
    return Problem(
        title=known.title,
        detail=plain(detail, MAX_DETAIL),
        code=plain(code, 40),
        request_id=plain(hide(request_id(headers, found)), 100),
        status=status,
        field=_field(code, detail),
        remedy=_remedy(known.remedy, body, wait),
    )


def _remedy(known: str, body: bytes, wait: float | None) -> str:
    """Return what to do: wait as long as the answer says; else, after a web page, whom to ask about what sent it."""
    if wait is not None:
        return wait_words(wait)
    return BETWEEN if _looks_like_html(body) else known


def unreadable_answer(
    status: int,
    headers: Mapping[str, str],
    body: bytes,
    reason: str,
    hide: Callable[[str], str] = as_it_is,
    *,
    remedy: str = "",
) -> Problem:
    """Return the problem of an answer that claims success and cannot be used.

    Args:
        status: HTTP status.
        headers: Header values by lower-case name.
        body: What came of the body.
        reason: What is wrong with it, as a sentence.
        remedy: What to do, where that is known better than from the status.
        hide: Masks what was sent secretly.
    """
    known = advice("", status)
    sentences = [reason]
    if _looks_like_html(body):
        sentences.append(_detail_without_message(status, headers, body, hide))
    return Problem(
        known.title,
        plain(" ".join(sentences), MAX_DETAIL),
        "",
        plain(hide(request_id(headers, {})), 100),
        status,
        "",
        remedy or _remedy(known.remedy, body, None),
    )


def request_id(headers: Mapping[str, str], document: Mapping[object, object]) -> str:
    """Return the service's request id, from the report of an error or from a header; empty if there is none."""
    report = document.get("report")
    candidates = [report.get("request-id"), report.get("requestId")] if isinstance(report, Mapping) else []
    candidates += [document.get("request-id"), document.get("requestId")]
    candidates += [headers.get(name) for name in _REQUEST_ID_HEADERS]
    return next((value for value in candidates if isinstance(value, str) and value), "")


def retry_after_seconds(headers: Mapping[str, str]) -> float | None:
    """Return how long the service asks to wait, in seconds; ``None`` if it does not say.

    A date is measured against the answer's own ``Date``, so that a clock that is wrong on this machine changes nothing.
    """
    text = headers.get("retry-after", "").strip()
    if text.isascii() and text.isdigit():
        return float(text[:9]) if len(text) <= 9 else _FOREVER_SECONDS
    if not text or "date" not in headers:
        return None
    from email.utils import parsedate_to_datetime

    try:
        wait = parsedate_to_datetime(text) - parsedate_to_datetime(headers["date"])
    except (ValueError, TypeError, OverflowError):
        return None
    return max(0.0, wait.total_seconds())


def as_sentence(text: str) -> str:
    """Return a text with the full stop that it may lack, so that another sentence can follow."""
    return text if not text or text.endswith((".", "!", "?", "…")) else f"{text}."


def ahead_seconds(now: float, date: str) -> float | None:
    """Return how far a clock is ahead of the one that wrote a ``Date`` header; ``None`` if that is no date."""
    from email.utils import parsedate_to_datetime

    try:
        return now - parsedate_to_datetime(date).timestamp()
    except (ValueError, TypeError, OverflowError):
        return None


def answer_code(body: bytes) -> str:
    """Return the error code in an answer's body; empty if there is none."""
    document = _document(body[:_MAX_BYTES])
    return _code(document) if isinstance(document, Mapping) else ""


def _document(body: bytes) -> object:
    try:
        return parse_json(body)
    except ValueError:
        return None


def _text(value: object) -> str:
    return value.strip() if isinstance(value, str) else ""


def _message(document: Mapping[object, object]) -> str:
    report = document.get("report")
    detailed = _text(report.get("detailed-message")) if isinstance(report, Mapping) else ""
    return detailed or next((text for key in _MESSAGES if (text := _text(document.get(key)))), "")


def _unwrapped(message: str) -> str:
    """Return the provider's own words where the Flow Service wrapped them as JSON into its own (FLOW-1100)."""
    start = message.find("{")
    if start < 0:
        return message
    inner = _document(message[start:].rstrip(" .").encode("utf-8", "replace"))
    return (_message(inner) if isinstance(inner, Mapping) else "") or message


def _code(document: Mapping[object, object]) -> str:
    type_end = _text(document.get("type")).rpartition("/")[2]
    for value in (type_end, document.get("error_code"), document.get("errorCode"), document.get("code"), document.get("error")):
        code = str(value) if isinstance(value, int) and not isinstance(value, bool) else _text(value)
        if _CODE.fullmatch(code):
            return code
    return ""


def _field(code: str, message: str) -> str:
    if code_number(code) not in _FIELD_NUMBERS and not _ABOUT_A_FIELD.search(message):
        return ""
    names = (match.group(1).rstrip(".-") for match in _FIELD.finditer(message[: MAX_DETAIL * 2]))
    return next((plain(name, 100) for name in names if name.lower() not in _NO_FIELD), "")


def _looks_like_html(body: bytes) -> bool:
    return _HTML.match(body[:2000].decode("latin-1").removeprefix("\xef\xbb\xbf")) is not None


def _detail_without_message(status: int, headers: Mapping[str, str], body: bytes, hide: Callable[[str], str]) -> str:
    """Describe an answer that has no message in it."""
    if 300 <= status < 400:
        target = plain(hide(headers.get("location", "").partition("?")[0]), 200)
        return f"HTTP {status}, which points to {target or 'nowhere'}."
    if not body.strip():
        return f"HTTP {status}, with nothing in the answer."
    text = hide(_decoded(body[:20_000], headers.get("content-type", "")))
    if _looks_like_html(body):
        title = _HTML_TITLE.search(text)
        called = f" called “{plain(title.group(1), 100)}”" if title else ""
        return f"HTTP {status}, with a web page{called} instead of JSON: it seems to come from a proxy in between."
    shown = plain(text, 200)
    return (
        f"HTTP {status}, with an answer that has no message in it: {shown}"
        if shown
        else f"HTTP {status}, with an answer that is no text."
    )


def _decoded(body: bytes, content_type: str) -> str:
    charset = _CHARSET.search(content_type)
    for name in ("utf-8", charset.group(1) if charset else "utf-8"):
        try:
            return body.decode(name)
        except (LookupError, ValueError):
            continue
    return body.decode("utf-8", "replace")
