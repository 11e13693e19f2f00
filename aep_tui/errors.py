"""What every floor may raise, and the exit codes of the program."""

from __future__ import annotations

from enum import IntEnum


class ExitCode(IntEnum):
    """How a run ended; the README lists them."""

    DONE = 0
    UNEXPECTED = 1
    USAGE = 2
    FELL_BACK = 3
    INVALID_PARAMS = 4
    REFUSED = 5
    UNKNOWN_OUTCOME = 6
    NOT_PERMITTED = 7
    EXISTS = 8
    NEEDS_TERMINAL = 9
    CRASH = 70
    INTERRUPTED = 130


SIGNAL_BASE = 128
"""A run that a signal ended exits with this plus the signal's number."""


class AepTuiError(Exception):
    """Something a person can act on: what happened, to what, and what to do now.

    Attributes:
        title: What happened, in one short sentence.
        detail: To what, and why; may be empty.
        remedy: What to do now; may be empty.
        exit_code: How a run that ends with this error exits.
    """

    exit_code: ExitCode = ExitCode.UNEXPECTED

    def __init__(self, title: str, detail: str = "", remedy: str = "", *, exit_code: ExitCode | None = None) -> None:
        """Keep the sentences."""
        super().__init__(title)
        self.title = title
        self.detail = detail
        self.remedy = remedy
        if exit_code is not None:
            self.exit_code = exit_code

    def sentence(self) -> str:
        """Return title, detail and remedy in one line."""
        return " ".join(part for part in (self.title, self.detail, self.remedy) if part)


class UsageError(AepTuiError):
    """A value given on the command line, in the environment or in a file cannot be used."""

    exit_code = ExitCode.USAGE
