"""What stops the emulator before it serves: a sentence for the terminal and the exit code that goes with it."""

from __future__ import annotations

USAGE = 2
"""Exit code of a run whose options, or whose files, cannot be used."""


class EmulatorError(Exception):
    """The emulator cannot be started.

    Attributes:
        sentence: What happened, to what, and what to do now.
        exit_code: How the run should exit.
    """

    def __init__(self, sentence: str, exit_code: int = USAGE) -> None:
        """Keep the sentence."""
        super().__init__(sentence)
        self.sentence = sentence
        self.exit_code = exit_code
