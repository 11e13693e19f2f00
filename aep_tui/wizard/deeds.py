"""What a run of the program has done so far, at whatever place: ids for standard output, and what its exit code tells."""

from __future__ import annotations

from pathlib import Path

AttemptKey = tuple[Path, int | None]
"""An attempt's history and row; no run of the program meets the same row of a path twice."""


class Deeds:
    """What a run of the program has done so far, at whatever place.

    Attributes:
        made: Ids created, in order.
        unknown: The attempts whose outcome is unknown still.
        sent: The attempts that were sent, in order.
    """

    def __init__(self) -> None:
        """Begin with nothing done."""
        self.made: list[str] = []
        self.unknown: set[AttemptKey] = set()
        self.sent: list[AttemptKey] = []
        self._repeats: dict[AttemptKey, AttemptKey] = {}

    @property
    def left_unknown(self) -> bool:
        """Whether the outcome of an attempt of this run is unknown."""
        return bool(self.unknown)

    def note_made(self, connection_id: str) -> None:
        """Count a connection once."""
        if connection_id not in self.made:
            self.made.append(connection_id)

    def note_sent(self, attempt: AttemptKey, earlier: AttemptKey | None) -> None:
        """Count an attempt.

        Args:
            attempt: What was sent.
            earlier: The attempt of unknown outcome that it repeats; ``None`` if it is the first of its draft.
        """
        self.sent.append(attempt)
        if earlier is not None and earlier != attempt:
            self._repeats[attempt] = earlier

    def repeated_by(self, attempt: AttemptKey) -> list[AttemptKey]:
        """Return the earlier attempts that one repeats, newest first."""
        earlier: list[AttemptKey] = []
        while attempt in self._repeats:
            attempt = self._repeats[attempt]
            earlier.append(attempt)
        return earlier

    def note_settled(self, attempt: AttemptKey, connection_id: str) -> None:
        """Count a connection if its attempt was one of this run."""
        if attempt in self.sent:
            self.note_made(connection_id)
        # Whoever sends again has the connection that was wanted, whatever became of the requests before.
        self.unknown.difference_update((attempt, *self.repeated_by(attempt)))
