"""How an attempt to send ended, and what went wrong, in words that every floor shares."""

from __future__ import annotations

from enum import StrEnum
from typing import NamedTuple


class Outcome(StrEnum):
    """What is known after an attempt to send; the history shows the same words.

    ``created``: a 201 with an id. ``refused``: 3xx, 4xx. ``not sent``: nothing left this machine. ``unknown``: it may have
    been made (5xx, time-out, dropped connection, an answer without an id).
    """

    CREATED = "created"
    REFUSED = "refused"
    NOT_SENT = "not sent"
    UNKNOWN = "unknown"


class Problem(NamedTuple):
    """What went wrong, in sentences fit to be shown.

    Attributes:
        title: What happened.
        detail: To what, in the service's words if it gave any.
        code: The service's error code, such as ``FLOW-1100-400``; may be empty.
        request_id: The service's request id; may be empty.
        status: HTTP status; ``None`` if there was no answer.
        field: The param that the service named; may be empty.
        remedy: What to do now.
        call: Method and path of the call that it happened to, such as ``POST /connections``; may be empty.
    """

    title: str
    detail: str = ""
    code: str = ""
    request_id: str = ""
    status: int | None = None
    field: str = ""
    remedy: str = ""
    call: str = ""

    def reference(self) -> str:
        """Return code and request id in one line, for a person to quote."""
        request_id = f"request id {self.request_id}" if self.request_id else ""
        return " · ".join(part for part in (self.code, request_id) if part)
