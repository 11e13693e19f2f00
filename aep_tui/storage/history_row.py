"""One attempt to create a connection, as the history keeps it."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from typing import Final, NamedTuple

CREATED: Final = "created"
SENDING: Final = "sending"
UNKNOWN: Final = "unknown"
OUTCOMES: Final = frozenset({CREATED, "refused", "not sent", UNKNOWN, SENDING})
FOUND: Final = "found"
TAKEN: Final = "taken"
SETTLINGS: Final = frozenset({"", FOUND, TAKEN, "none", "several", "unsure"})
"""What asking the service after an unknown outcome came to.

Empty: it was not asked, or nothing was learned. ``found``: its one connection, by inference. ``taken``: a person said which.
``none``, ``several``, ``unsure``: the outcome is unknown still.
"""

LAST_MOMENT_MS: Final = 253_402_128_000_000
"""The 30th of December 9999: a calendar ends a day later, and time zones differ by less than that."""


class Attempt(NamedTuple):
    """What is about to be sent.

    Attributes:
        name: Name of the connection.
        source: Shown name of the source.
        connection_spec_id: Of the source.
        org: Org id.
        sandbox: Sandbox name.
        platform: Origin of the service.
        request_json: The request's body as JSON, secrets as placeholders.
        method: HTTP method.
        path: Below the base URL.
        known_ids: Ids of the connections that this name and connection spec had before; ``None`` if that could not be asked.
        client_mark: Tells clients apart without naming one; empty if the client is not known.
    """

    name: str
    source: str
    connection_spec_id: str
    org: str
    sandbox: str
    platform: str
    request_json: str
    method: str = "POST"
    path: str = "/connections"
    known_ids: tuple[str, ...] | None = None
    client_mark: str = ""


class HistoryRow(NamedTuple):
    """An attempt and how it ended.

    Attributes:
        id: Number of the row.
        time_ms: When it began, in epoch milliseconds (UTC).
        outcome: ``created``, ``refused``, ``not sent``, ``unknown`` or, while it is being sent, ``sending``.
        name: As in :class:`Attempt`, like all up to ``request_json``.
        connection_id: Of the connection that was made; may be empty.
        etag: Of that connection, with its quotes; may be empty.
        inlet_url: Of a streaming connection; may be empty.
        problem_text: What went wrong; may be empty.
        code: The service's code; may be empty.
        request_id: The service's request id; may be empty.
        known_ids: As in :class:`Attempt`, like ``client_mark``.
        sender: Names the mark that the sending program holds; see :mod:`~aep_tui.storage.sending_marks`.
        settled: What asking the service came to, one of :data:`SETTLINGS`.
    """

    id: int
    time_ms: int
    outcome: str
    name: str
    source: str
    connection_spec_id: str
    org: str
    sandbox: str
    platform: str
    method: str
    path: str
    request_json: str
    connection_id: str
    etag: str
    inlet_url: str
    problem_text: str
    code: str
    request_id: str
    client_mark: str = ""
    sender: str = ""
    settled: str = ""
    known_ids: tuple[str, ...] | None = None

    def matches(self, words: list[str]) -> bool:
        """Tell whether every word, in lower case, occurs in what people search for."""
        texts = (
            self.name,
            self.source,
            self.outcome,
            self.org,
            self.sandbox,
            self.connection_id,
            self.connection_spec_id,
            self.code,
        )
        haystack = "\n".join(texts).casefold()
        return all(word in haystack for word in words)


COLUMNS: Final = ", ".join(HistoryRow._fields)


def storable(text: str) -> str:
    """Return a text that SQLite can take: lone surrogates, which a terminal may hand over, become question marks."""
    return str(text).encode("utf-8", "replace").decode()


def row_of(values: Sequence[object], is_held: Callable[[str], bool]) -> HistoryRow:
    """Return a row, whatever a hand that edited the file has put in it.

    Args:
        values: The columns.
        is_held: Tells whether a program that lives holds a mark; a row at "sending" that nobody sends is ``unknown``.
    """
    row_id, time_ms, *texts, settled, known = values
    outcome, *rest = ("" if text is None else str(text) for text in texts)
    known_outcome = outcome if outcome in OUTCOMES else UNKNOWN
    known_settling = str(settled) if settled in SETTLINGS else ""
    row = HistoryRow._make((_whole(row_id), _moment(time_ms), known_outcome, *rest, known_settling, _ids(known)))
    return row._replace(outcome=UNKNOWN) if row.outcome == SENDING and not is_held(row.sender) else row


def _ids(value: object) -> tuple[str, ...] | None:
    try:
        ids = json.loads(value) if isinstance(value, str) else None
    except (ValueError, RecursionError):
        return None
    return tuple(ids) if isinstance(ids, list) and all(isinstance(item, str) for item in ids) else None


def _moment(value: object) -> int:
    """Return epoch milliseconds that every calendar and time zone can write."""
    return value if isinstance(value, int) and 0 <= value <= LAST_MOMENT_MS else 0


def _whole(value: object) -> int:
    return value if isinstance(value, int) else 0
