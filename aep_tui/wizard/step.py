"""The four steps of the wizard."""

from __future__ import annotations

from enum import IntEnum


class Step(IntEnum):
    """The four steps, numbered as they are shown."""

    SOURCE = 1
    CREDENTIALS = 2
    REVIEW = 3
    DONE = 4

    @property
    def title(self) -> str:
        """The step's name as it is shown."""
        return self.name.capitalize()
