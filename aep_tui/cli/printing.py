"""Writing results on stdout, as lines or as JSON."""

from __future__ import annotations

import io
import re
import sys
from collections.abc import Iterable
from typing import Final

from aep_tui.errors import AepTuiError, ExitCode
from aep_tui.output import write_lines

_TO_ESCAPE: Final = re.compile("[\x7f-\x9f\u200e\u200f\u2028-\u202e\u2066-\u2069\ud800-\udfff]")


def print_lines(lines: Iterable[str]) -> int:
    """Write lines on stdout and return the exit code.

    Raises:
        AepTuiError: They could not be written.
    """
    trouble = write_lines(sys.stdout, lines)
    if trouble:
        raise AepTuiError("The output could not be written.", f"{trouble}.", "Free some space, or write it elsewhere.")
    return int(ExitCode.DONE)


def tell(*sentences: str) -> None:
    """Write sentences for a person on stderr, beside the result."""
    from aep_tui.text import plain

    write_lines(sys.stderr, [f"aep-tui: {plain(sentence, 1_000)}" for sentence in sentences])


def print_json(value: object) -> int:
    """Write a JSON value on stdout and return the exit code.

    It is UTF-8 (RFC 8259), whatever the locale can write. What a terminal would obey, and half a surrogate pair, which UTF-8
    cannot say, is written as JSON's escape of it.

    Raises:
        AepTuiError: It could not be written.
    """
    from aep_tui.json_text import json_lines

    if isinstance(sys.stdout, io.TextIOWrapper):
        sys.stdout.reconfigure(encoding="utf-8", newline="\n")
    return print_lines(_TO_ESCAPE.sub(_escape, line.text) for line in json_lines(value))


def _escape(found: re.Match[str]) -> str:
    return f"\\u{ord(found[0]):04x}"
