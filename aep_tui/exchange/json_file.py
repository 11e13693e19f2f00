"""A JSON file that a person named, or standard input, read to the last digit; what cannot be read is said in a sentence."""

from __future__ import annotations

import json
from pathlib import Path
from typing import BinaryIO, Final

from aep_tui.errors import UsageError
from aep_tui.json_text import parse_json
from aep_tui.storage.files import reason_of
from aep_tui.text import plain

MAX_BYTES: Final = 16 * 1024 * 1024
"""Largest file that is read, in bytes."""

STANDARD_INPUT: Final = "-"
"""The name that stands for standard input."""


def read_json_file(name: str, standard_input: BinaryIO | None) -> object:
    """Return the JSON value in a file; a byte order mark does no harm, and of a name that occurs twice the last one counts.

    Args:
        name: Path of the file, or :data:`STANDARD_INPUT`.
        standard_input: Where that is read from; ``None`` where the process was started without it.

    Raises:
        UsageError: It cannot be read, is too large, is not UTF-8, or is not JSON.
    """
    shown = "Standard input" if name == STANDARD_INPUT else plain(name, 200) or '""'
    content = _read(name, shown, standard_input)
    if len(content) > MAX_BYTES:
        raise UsageError(f"{shown} is larger than {MAX_BYTES // 1024**2} MB.", remedy="Give a smaller file.")
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise UsageError(f"{shown} is not UTF-8: look at byte {error.start + 1}.", remedy="Save it as UTF-8.") from None
    if not text.strip():
        raise UsageError(f"{shown} is empty.", remedy="Give JSON.")
    try:
        return parse_json(text)
    except json.JSONDecodeError as error:
        where = f"look at line {error.lineno}, column {error.colno}"
        raise UsageError(f"{shown} is not JSON: {where}.", remedy="Put that right.") from None
    except ValueError as error:
        raise UsageError(f"{shown} cannot be read as JSON: {plain(error, 80)}.") from None


def _read(name: str, shown: str, standard_input: BinaryIO | None) -> bytes:
    """Return what is there, or one byte more than is taken."""
    if name == STANDARD_INPUT and standard_input is None:
        raise UsageError("Standard input cannot be read: it is closed.", remedy="Give the path of a file.")
    try:
        if standard_input is not None and name == STANDARD_INPUT:
            return standard_input.read(MAX_BYTES + 1)
        with Path(name).open("rb") as file:
            return file.read(MAX_BYTES + 1)
    except FileNotFoundError:
        raise UsageError(
            f"There is no file {shown}.", remedy="Give the path of a JSON file, or - for standard input."
        ) from None
    except OSError as error:
        raise UsageError(f"{shown} cannot be read: {reason_of(error)}.", remedy="Give a file that you may read.") from None
