"""Finding one of several labels by typing the beginning of it, or a part."""

from __future__ import annotations

from collections.abc import Iterable

TYPING_PAUSE_SECONDS = 1.0


class TypeAhead:
    """What was typed without a pause."""

    def __init__(self) -> None:
        """Begin with nothing typed."""
        self._typed = ""
        self._typed_at = float("-inf")

    def find(self, letter: str, at_seconds: float, labels: Iterable[str]) -> int | None:
        """Return the first label that begins with what is typed, else the first that contains it, else ``None``.

        Args:
            letter: What was typed now.
            at_seconds: When, by any clock that does not jump.
            labels: In order.
        """
        paused = at_seconds - self._typed_at > TYPING_PAUSE_SECONDS
        self._typed = letter.casefold() if paused else self._typed + letter.casefold()
        self._typed_at = at_seconds
        folded = [label.casefold() for label in labels]
        found = [index for index, label in enumerate(folded) if label.startswith(self._typed)]
        found = found or [index for index, label in enumerate(folded) if self._typed in label]
        return found[0] if found else None
