"""What is told of a call when it has ended: enough to follow a run by, and nothing that was in it."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple


class CallRecord(NamedTuple):
    """One HTTP exchange.

    Attributes:
        started_at: When it began, in Unix seconds.
        method: HTTP method.
        path: Its path without the query.
        status: HTTP status; ``None`` if no answer came.
        duration_seconds: How long it took.
        request_id: The service's request id from the answer's headers; may be empty.
    """

    started_at: float
    method: str
    path: str
    status: int | None
    duration_seconds: float
    request_id: str


OnCall = Callable[[CallRecord], None]
"""Is told of a call; what it raises is dropped, since the call's own outcome matters more."""
