"""The last border: what nobody expected becomes a report and one sentence, never Python's own traceback.

A traceback shows the text of an error, and that may hold what was typed or what the service said.
"""

from __future__ import annotations

import sys
import threading
import warnings
from collections.abc import Callable
from datetime import datetime
from typing import TYPE_CHECKING, Final

from aep_tui.errors import ExitCode
from aep_tui.output import write_lines

if TYPE_CHECKING:
    from types import TracebackType

    from aep_tui.storage.crash_report import CrashReports

MOST_REPORTS: Final = 3
"""Of one run: what goes wrong in a thread may go wrong again and again."""
STOPPED: Final = "aep-tui stopped because of a fault of its own"
ASIDE: Final = "Something went wrong beside what was asked for; the program went on."


class FaultBorder:
    """Where faults of the program's own end."""

    def __init__(self, reports: Callable[[], CrashReports], now: Callable[[], datetime]) -> None:
        """Remember where reports go.

        Args:
            reports: Makes what keeps them; it is loaded only when there is something to keep.
            now: The time.
        """
        self._reports = reports
        self._now = now
        self._written = 0
        self._aside: list[str] = []

    def watch(self) -> None:
        """Take the place of everything in Python that prints a traceback or a library's words by itself."""
        sys.excepthook = self._unexpected
        sys.unraisablehook = lambda unraisable: self._beside(unraisable.exc_value)
        # A library's warning may hold what it was given, and would be drawn over the page.
        warnings.showwarning = _say_nothing
        threading.excepthook = lambda raised: self._beside(raised.exc_value)

    def report(self, error: BaseException | None, said: str) -> str:
        """Keep a report of an error and return a sentence that says where it is, or why there is none.

        Args:
            error: What happened.
            said: What a person is told of it.
        """
        if self._written >= MOST_REPORTS:
            return ""
        self._written += 1
        try:
            reports = self._reports()
            return f"A report without any value is in {reports.shown_path(reports.write(error, said, self._now()))}."
        except OSError as trouble:
            from aep_tui.storage.crash_report import why_unwritten

            return f"No report could be written: {why_unwritten(trouble)}."
        except Exception:  # noqa: BLE001 - there is no border behind this one
            return "No report could be written."

    def end(self, error: BaseException) -> int:
        """Report the fault that ended the run, say so on stderr, and return the exit code."""
        said = f"{STOPPED}: {type(error).__name__}."
        write_lines(sys.stderr, [f"{said} {self.report(error, said)}".strip()])
        return int(ExitCode.CRASH)

    def tell_aside(self) -> None:
        """Say on stderr what went wrong in a thread meanwhile; while a page is shown it would have been drawn over it."""
        if self._aside:
            write_lines(sys.stderr, [f"aep-tui: {self._aside[0]}"])

    def _unexpected(self, kind: type[BaseException], error: BaseException, _traceback: TracebackType | None) -> None:
        if issubclass(kind, KeyboardInterrupt):
            write_lines(sys.stderr, [])
        else:
            self.end(error)

    def _beside(self, error: BaseException | None) -> None:
        if error is not None and not isinstance(error, SystemExit):
            told = self.report(error, ASIDE)
            self._aside += [f"{ASIDE} {told}"] if told else []


def _say_nothing(*_told: object, **_more: object) -> None:
    """Take the place of what prints a warning."""
