"""Large JSON answers read in small steps.

The standard parser holds the interpreter until it is done; a list of ten thousand documents would stop the screen for as long,
from whichever thread it is read. Read item by item in a thread, it lets the event loop in between.
"""

from __future__ import annotations

import json
import re
from decimal import Decimal
from typing import Final

from aep_tui.json_text import parse_json

LARGE: Final = 512 * 1024
"""From this many bytes on an answer is read in steps."""

_LIST_BEGINS = re.compile(r'\ufeff?\s*\{\s*"items"\s*:\s*\[\s*')
_SEPARATOR = re.compile(r"\s*,\s*")
_LIST_ENDS = re.compile(r"\s*\]")


def parse_in_steps(body: bytes) -> object:
    """Read JSON as :func:`aep_tui.json_text.parse_json` does, a leading ``items`` list one item at a time.

    Raises:
        ValueError: As there.
    """
    try:
        text = body.decode("utf-8")
    except ValueError:
        return parse_json(body)
    beginning = _LIST_BEGINS.match(text)
    if beginning is None:
        return parse_json(body)
    items, position = _items(text, beginning.end())
    rest = parse_json('{"items":[]' + text[position:])
    # A second member "items" would have replaced the first.
    if isinstance(rest, dict) and rest.get("items") == []:
        rest["items"] = items
    return rest


def _items(text: str, position: int) -> tuple[list[object], int]:
    """Return the items of a list and the position behind its end."""
    decoder = json.JSONDecoder(parse_float=Decimal, parse_constant=_no_constant)
    items: list[object] = []
    ending = _LIST_ENDS.match(text, position)
    while ending is None:
        try:
            item, position = decoder.raw_decode(text, position)
        except RecursionError:
            raise ValueError("nested too deeply") from None
        items.append(item)
        ending = _LIST_ENDS.match(text, position)
        if ending is None:
            separator = _SEPARATOR.match(text, position)
            if separator is None:
                raise ValueError("a comma is missing in the list")
            position = separator.end()
    return items, ending.end()


def _no_constant(name: str) -> object:
    raise ValueError(f"{name} is not JSON")
