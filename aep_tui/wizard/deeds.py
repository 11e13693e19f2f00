"""What a run of the program has done so far, at whatever place: ids for standard output, and what its exit code tells."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path


@dataclass(slots=True)
class Deeds:
    """What a run of the program has done so far, at whatever place.

    Attributes:
        made: Ids created, in order.
        unknown: The attempts whose outcome is unknown still: their histories and rows.
        sent: The attempts that were sent, in order: their histories and rows.
    """

    made: list[str] = field(default_factory=list)
    unknown: set[tuple[Path, int | None]] = field(default_factory=set)
    sent: list[tuple[Path, int | None]] = field(default_factory=list)

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
