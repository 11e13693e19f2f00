"""Rows of lists and maps added, removed and moved."""

from __future__ import annotations

from collections.abc import Iterable

from aep_tui.forms.defaults import first_free_row
from aep_tui.forms.fields import Answer, Entries, FieldSpec


def fresh_row(field: FieldSpec, answer: Answer | None, known: Iterable[str]) -> int:
    """Return an id for a new row that no row of this field ever had.

    Args:
        field: The list or the map.
        answer: Its answer.
        known: The ids of all fields that were ever answered, so that what hung on a removed row does not come back.
    """
    prefix = f"{field.id}/~r"
    seen = [first_free_row(field) - 1, *(answer.rows if isinstance(answer, Entries) else ())]
    for field_id in known:
        number = field_id.removeprefix(prefix).partition("/")[0] if field_id.startswith(prefix) else ""
        if number.isascii() and number.isdigit():
            seen.append(int(number))
    return max(seen) + 1


def with_row(answer: Answer | None, row: int, key: str | None = None) -> Entries:
    """Return the answer with one more row at the end; of a map with its key."""
    before = answer if isinstance(answer, Entries) else Entries()
    return Entries((*before.rows, row), before.keys if key is None else (*before.keys, key))


def without_row(answer: Entries, row: int) -> Entries:
    """Return the answer without a row."""
    return _picked(answer, [position for position, one in enumerate(answer.rows) if one != row])


def with_row_moved(answer: Entries, row: int, by: int) -> Entries:
    """Return the answer with a row moved by so many places, as far as there are any."""
    order = list(range(len(answer.rows)))
    if row in answer.rows:
        position = answer.rows.index(row)
        order.insert(max(0, min(len(order) - 1, position + by)), order.pop(position))
    return _picked(answer, order)


def renamed(answer: Entries, row: int, key: str) -> Entries:
    """Return the answer of a map with another key for a row; the value stays with the row."""
    keys = [*answer.keys, *[""] * (len(answer.rows) - len(answer.keys))]
    return Entries(answer.rows, tuple(key if one == row else old for one, old in zip(answer.rows, keys, strict=False)))


def _picked(answer: Entries, positions: Iterable[int]) -> Entries:
    positions = list(positions)
    keys = tuple(answer.keys[position] for position in positions) if answer.keys else ()
    return Entries(tuple(answer.rows[position] for position in positions), keys)
