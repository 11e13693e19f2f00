"""How an attempt to send ended, as the wizard tells it."""

from __future__ import annotations

from dataclasses import dataclass

from aep_tui.outcome import Outcome, Problem


@dataclass(frozen=True, slots=True)
class Result:
    """How an attempt ended.

    Attributes:
        outcome: What is known.
        seconds: How long it took.
        connection_id: The id of a created connection.
        etag: Its etag with its quotes, as the service gave it.
        problem: What went wrong; ``None`` for a created connection.
        row_id: Its row in the history; ``None`` if none could be written.
        reused: It was there before, and nothing was sent.
    """

    outcome: Outcome
    seconds: float = 0.0
    connection_id: str = ""
    etag: str = ""
    problem: Problem | None = None
    row_id: int | None = None
    reused: bool = False
