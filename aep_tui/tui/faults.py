"""What becomes of a fault of the program's own, as the composition root tells the programs in the terminal."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple


def _not_kept(_error: BaseException | None, _said: str) -> str:
    return ""


class Faults(NamedTuple):
    """How a fault is reported.

    Attributes:
        report: Keeps a report of an error, given what the person is told of it; returns where it is, as a sentence.
        warning: What a person has to know of this run's dangers; may be empty.
    """

    report: Callable[[BaseException | None, str], str] = _not_kept
    warning: str = ""
