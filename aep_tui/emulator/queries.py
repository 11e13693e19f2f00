"""The list of connections as SQL: what is wanted, in which order, and where the next page begins.

A page begins after the last item of the one before it, not after a number of items. So a page costs the same wherever it is,
and nothing is met twice when a connection is made in between.
"""

from __future__ import annotations

import base64
import binascii
import json
import math
from collections.abc import Sequence
from typing import Final, NamedTuple

from aep_tui.emulator.calls import parse_json
from aep_tui.emulator.filters import Condition, conditions
from aep_tui.emulator.problems import Refusal, flow
from aep_tui.emulator.store import Row

DEFAULT_LIMIT: Final = 20
MOST_LISTED: Final = 100
MOST_SEARCHED: Final = 1000

_STATE = "CASE WHEN ready_at > {now} THEN 'initializing' ELSE state END"
_FILTERS: Final = {
    "id": "id",
    "name": "name",
    "description": "description",
    "connectionSpec.id": "spec_id",
    "state": _STATE,
    "createdAt": "created_at",
    "updatedAt": "updated_at",
    "etag": "etag",
    "version": "etag",
}
_ORDERS: Final = {"name": "name", "id": "id", "createdAt": "created_at", "updatedAt": "updated_at"}
_NUMBERS: Final = frozenset({"created_at", "updated_at"})
_MOST_CONDITIONS: Final = 50
_MOST_VALUES: Final = 500
_LARGEST: Final = 2**63
"""What SQLite takes as a whole number is smaller."""


Query = tuple[str, list[object]]
"""A condition, and the values in it."""


class Order(NamedTuple):
    """The order of a list, newest first if nothing is said.

    Attributes:
        keys: Columns and whether they descend; the order of making settles what they leave open.
    """

    keys: tuple[tuple[str, bool], ...] = ()

    @property
    def made_descending(self) -> bool:
        """Whether connections that are equal otherwise come newest first."""
        return self.keys[-1][1] if self.keys else True

    def all_keys(self) -> tuple[tuple[str, bool], ...]:
        """Return the keys with the one that settles everything."""
        return (*self.keys, ("seq", self.made_descending))

    def sql(self) -> str:
        """Return the clause."""
        return ", ".join(f"{column} {'DESC' if descending else 'ASC'}" for column, descending in self.all_keys())


class Listing(NamedTuple):
    """One page of a list.

    Attributes:
        expressions: The filters as they were written.
        orderby: The order as it was written.
        limit: The most items on the page.
        after: The keys of the last item of the page before; empty for the first page.
    """

    expressions: tuple[str, ...] = ()
    orderby: str = ""
    limit: int = DEFAULT_LIMIT
    after: tuple[str | int, ...] = ()

    def where(self, org: str, sandbox: str, now_ms: int) -> Query:
        """Return the condition on a connection, wherever the page begins.

        Raises:
            Refusal: A filter names what cannot be filtered by.
        """
        clauses, values = ["org = ?", "sandbox = ?"], list[object]([org, sandbox])
        wanted = conditions(self.expressions)
        if len(wanted) > _MOST_CONDITIONS or sum(len(condition.values) for condition in wanted) > _MOST_VALUES:
            raise flow(
                "FLOW-1448-400", f"There are more than {_MOST_CONDITIONS} filters or {_MOST_VALUES} values in them. Use fewer."
            )
        for condition in wanted:
            clause, more = _condition_sql(condition, now_ms)
            clauses.append(clause)
            values += more
        return " AND ".join(clauses), values

    def ranges(self, org: str, sandbox: str, now_ms: int) -> list[Query]:
        """Return the conditions whose connections, one after the other, make up the page.

        The first one holds what is equal to the last item of the page before in all keys but the last, and so on. Each is a
        range of an index; as one condition they would be a walk through everything that is equal in the first key.

        Raises:
            Refusal: As :meth:`where`.
        """
        where, values = self.where(org, sandbox, now_ms)
        if not self.after:
            return [(where, values)]
        keys = read_order(self.orderby).all_keys()
        found: list[Query] = []
        for index in range(len(keys) - 1, -1, -1):
            column, descending = keys[index]
            clauses = [where, *(f"{equal} = ?" for equal, _ in keys[:index]), f"{column} {'<' if descending else '>'} ?"]
            found.append((" AND ".join(clauses), [*values, *self.after[: index + 1]]))
        return found

    def next_token(self, last: Row) -> str:
        """Return the token of the page after the one that ends with ``last``; it ends in an equals sign, as tokens may."""
        order = read_order(self.orderby)
        after = [getattr(last, column) for column, _ in order.all_keys()]
        text = json.dumps([list(self.expressions), self.orderby, self.limit, after], separators=(",", ":"))
        while len(text.encode()) % 3 == 0:
            text += " "
        return base64.urlsafe_b64encode(text.encode()).decode()


def read_token(token: str) -> Listing:
    """Read the token of a page.

    The padding at its end may be gone: a public client cuts the token at its first equals sign.

    Raises:
        Refusal: It is no token of this emulator.
    """
    try:
        content = parse_json(base64.urlsafe_b64decode(token.rstrip("=") + "=" * (-len(token.rstrip("=")) % 4)))
        listing = _listing(content)
        keys = read_order(listing.orderby).all_keys()
        if not 0 < listing.limit <= MOST_SEARCHED or not _fits(listing.after, keys):
            raise ValueError(token)
        listing.where("", "", 0)  # a filter that cannot be read is none that this service put into a token
    except (binascii.Error, ValueError, TypeError, Refusal):
        detail = "The continuationToken is not one that this service gave. Take the whole of _links.next.href and try again."
        raise flow("FLOW-1443-400", detail) from None
    return listing


def _listing(content: object) -> Listing:
    if not isinstance(content, list):
        raise TypeError(content)
    expressions, orderby, limit, after = content
    fits = isinstance(orderby, str) and type(limit) is int and isinstance(expressions, list) and isinstance(after, list)
    if not fits or not all(isinstance(expression, str) for expression in expressions):
        raise TypeError(content)
    return Listing(tuple(expressions), orderby, limit, tuple(after))


def _fits(after: tuple[object, ...], keys: Sequence[tuple[str, bool]]) -> bool:
    kinds = [int if column in _NUMBERS or column == "seq" else str for column, _ in keys]
    if len(after) != len(kinds) or not all(type(value) is kind for value, kind in zip(after, kinds, strict=True)):
        return False
    return all(abs(value) < _LARGEST for value in after if isinstance(value, int))


def read_order(text: str) -> Order:
    """Read an ``orderby``: ``name``, ``+name`` or ``-name``, several parted by commas.

    Raises:
        Refusal: FLOW-1432-400 for a property that cannot be ordered by.
    """
    keys: list[tuple[str, bool]] = []
    for part in (part.strip() for part in text.split(",")):
        if not part:
            continue
        name = part.lstrip("+- ")
        column = _ORDERS.get(name)
        if column is None:
            there_are = ", ".join(_ORDERS)
            raise flow(
                "FLOW-1432-400",
                f"The list cannot be ordered by {name[:100]!r}. Use one of {there_are}, with - before it to descend.",
            )
        if column not in [known for known, _ in keys]:
            keys.append((column, part.startswith("-")))
    return Order(tuple(keys))


def read_limit(text: str, most: int = MOST_LISTED, *, clamp: bool = False) -> int:
    """Read a ``limit``; with ``clamp`` a larger one counts as ``most``.

    Raises:
        Refusal: It is no whole number from 1 to ``most``.
    """
    try:
        limit = int(text)
    except ValueError:
        limit = 0
    if clamp and limit > most:
        return most
    if not 1 <= limit <= most:
        raise flow("FLOW-1443-400", f"The limit {text[:20]!r} is not a whole number from 1 to {most}.")
    return limit


def _condition_sql(condition: Condition, now_ms: int) -> tuple[str, list[object]]:
    expression = _FILTERS.get(condition.path.removesuffix("[]"))
    if expression is None:
        there_are = ", ".join(_FILTERS)
        raise flow("FLOW-1448-400", f"Connections cannot be filtered by {condition.path[:100]!r}. Use one of {there_are}.")
    column = expression.format(now=int(now_ms))
    values = [_comparable(expression, value) for value in condition.values]
    marks = ", ".join("?" * len(values))
    if condition.operator == "==":
        return f"{column} IN ({marks})", values
    if condition.operator == "!=":
        return f"{column} NOT IN ({marks})", values
    return "(" + " OR ".join(f"{column} {condition.operator} ?" for _ in values) + ")", values


def _comparable(column: str, value: str) -> object:
    if column not in _NUMBERS:
        return value
    try:
        number = float(value)
    except ValueError:
        number = math.nan
    if not math.isfinite(number):
        raise flow(
            "FLOW-1449-400", f"The value {value[:100]!r} of a filter is no number. Times are milliseconds since the epoch."
        )
    return number
