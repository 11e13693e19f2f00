"""What a run of the program has done so far, at whatever place: ids for standard output, and what its exit code tells."""

from __future__ import annotations

from pathlib import Path


class Deeds:
    """What a run of the program has done so far, at whatever place.

    Attributes:
        made: Ids created, in order.
        unknown: The attempts whose outcome is unknown still: their histories and rows.
        sent: The attempts that were sent, in order: their histories and rows.
    """

    def __init__(self) -> None:
        """Begin with nothing done."""
        self.made: list[str] = []
        self.unknown: set[tuple[Path, int | None]] = set()
        self.sent: list[tuple[Path, int | None]] = []

    @property
    def left_unknown(self) -> bool:
        """Whether the outcome of an attempt of this run is unknown."""
        return bool(self.unknown)

    def note_made(self, connection_id: str) -> None:
        """Count a connection once."""
        if connection_id not in self.made:
            self.made.append(connection_id)

    def note_settled(self, attempt: tuple[Path, int | None], connection_id: str) -> None:
        """Count a connection if its attempt was one of this run."""
        if attempt in self.sent:
            self.note_made(connection_id)
        self.unknown.discard(attempt)
