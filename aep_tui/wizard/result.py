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
        settled: How it became known after an unknown outcome: ``found`` by asking the service, or ``taken`` by a person; empty
            if the service's answer said it.
    """

    outcome: Outcome
    seconds: float = 0.0
    connection_id: str = ""
    etag: str = ""
    problem: Problem | None = None
    row_id: int | None = None
    reused: bool = False
    settled: str = ""
