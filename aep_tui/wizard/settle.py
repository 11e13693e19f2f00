"""Settling an unknown outcome: asking the service which connection an attempt has made, if any.

What counts is a connection of the attempt's name and connection spec, made by the attempt's client, whose id was not there when
the attempt began. Times do not count: the service's clock and this machine's may differ by an hour.
"""

from __future__ import annotations

import asyncio
import hashlib
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import TYPE_CHECKING, Final, Protocol

from aep_tui.flow_service.outcome import ServiceError
from aep_tui.storage.history import History
from aep_tui.storage.history_row import CREATED, UNKNOWN, HistoryRow

if TYPE_CHECKING:
    from aep_tui.flow_service.models import Connection

PAUSES: Final = (0.5, 1.0, 1.5, 2.0, 3.0, 4.0, 5.0, 6.0, 7.0)
"""Seconds before each further look: half a minute together, in which the service can make what it was asked for."""

NO_IDS: Final = "It is not known which connections of that name there were before."
NO_CLIENT: Final = "The service does not say which client made them, or this program's client is not known."


class ConnectionLister(Protocol):
    """What settling needs of the API client."""

    async def connections(self, name: str = "", spec_id: str = "") -> list[Connection]:
        """Return the connections of a name and a connection spec."""


class Verdict(StrEnum):
    """What asking came to; all but ``created`` are kept in the history under these words."""

    CREATED = "created"
    NONE = "none"
    SEVERAL = "several"
    UNSURE = "unsure"


@dataclass(frozen=True, slots=True)
class Settled:
    """What became known of one attempt.

    Attributes:
        row: The attempt, as it stands in the history now.
        verdict: ``created``: its one connection was found. ``none``: the service has none, and had time to make it.
            ``several``: more than one may be it. ``unsure``: what there is cannot be told from what others made.
        found: The connections among which a person may choose; that one for ``created``.
        why: Why it is unsure, as a sentence; empty otherwise.
    """

    row: HistoryRow
    verdict: Verdict
    found: tuple[Connection, ...] = ()
    why: str = ""


@dataclass(frozen=True, slots=True)
class Asking:
    """How far asking has come.

    Attributes:
        looks: How often the service was asked.
        of: How often it will be asked at most.
        trouble: Why the last look failed, as sentences; empty if it did not.
    """

    looks: int
    of: int
    trouble: str = ""


def client_mark(client_id: str) -> str:
    """Return what tells clients apart in the history without naming one; empty for none."""
    return hashlib.sha256(client_id.encode("utf-8", "replace")).hexdigest()[:16] if client_id else ""


async def settle(
    client: ConnectionLister,
    history: History,
    row: HistoryRow,
    tell: Callable[[Asking], None],
    *,
    sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
    pauses: Sequence[float] | None = None,
) -> Settled:
    """Ask the service about one attempt, as :func:`settle_all`.

    Raises:
        AepTuiError: The service could not be asked, or the history not be read or written; the row is as it was.
    """
    return (await settle_all(client, history, [row], tell, sleep=sleep, pauses=pauses))[0]


async def settle_all(
    client: ConnectionLister,
    history: History,
    rows: Sequence[HistoryRow],
    tell: Callable[[Asking], None],
    *,
    sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
    pauses: Sequence[float] | None = None,
) -> list[Settled]:
    """Ask the service about attempts until each is settled, or it has had time; write down what becomes known.

    Args:
        client: Lists connections.
        history: Where the attempts are.
        rows: Attempts at the place that the client works at. The newest is looked at first: what was there before it began
            belongs to an older one.
        tell: Is told after every look.
        sleep: Waits; tests give a quick one.
        pauses: Seconds before each further look; ``PAUSES`` if nothing is said.

    Raises:
        AepTuiError: The service could not be asked in the end, or the history not be read or written. What was settled by then
            stays written; every other row is as it was.
    """
    waits = (0.0, *(PAUSES if pauses is None else pauses))
    open_rows = sorted(rows, key=lambda row: row.id, reverse=True)
    settled: dict[int, Settled] = {}
    for number, pause in enumerate(waits, start=1):
        if pause:
            await sleep(pause)
        try:
            for row in open_rows:
                settled[row.id] = await _look(client, history, row)
        except ServiceError as error:
            if number == len(waits) or error.problem.status in (401, 403):
                raise
            tell(Asking(number, len(waits), error.sentence()))
            continue
        tell(Asking(number, len(waits)))
        open_rows = [row for row in open_rows if settled[row.id].verdict in (Verdict.NONE, Verdict.UNSURE)]
        if not open_rows:
            break
    for row in rows:
        settled[row.id] = await _written(history, settled[row.id])
    return [settled[row.id] for row in rows]


async def _look(client: ConnectionLister, history: History, row: HistoryRow) -> Settled:
    """Look once, and take what is certain."""
    kept = await asyncio.to_thread(history.row, row.id)
    now = kept or row
    if now.outcome != UNKNOWN:
        return Settled(now, Verdict.CREATED if now.outcome == CREATED else Verdict.NONE)
    connections = await client.connections(row.name, row.connection_spec_id)
    claimed = await asyncio.to_thread(history.claimed_ids, row)
    settled = judged(now, [connection for connection in connections if connection.id not in claimed])
    if settled.verdict is not Verdict.CREATED:
        return settled
    made = settled.found[0]
    if await asyncio.to_thread(history.claim, row.id, made.id, made.etag):
        kept = await asyncio.to_thread(history.row, row.id)
        return replace(settled, row=kept or now)
    # Another process has taken it for an attempt of its own in this very moment.
    return Settled(now, Verdict.NONE)


def judged(row: HistoryRow, unclaimed: Sequence[Connection]) -> Settled:
    """Tell what the connections of an attempt's name and connection spec mean for it.

    Args:
        row: The attempt.
        unclaimed: All that the service has, without those that belong to other attempts.
    """
    if row.known_ids is None:
        return Settled(row, Verdict.UNSURE, tuple(unclaimed), NO_IDS) if unclaimed else Settled(row, Verdict.NONE)
    new = [connection for connection in unclaimed if connection.id not in row.known_ids]
    possible = [connection for connection in new if _may_be_of(row, connection)]
    if not possible:
        return Settled(row, Verdict.NONE)
    if any(not connection.created_client for connection in possible) or not row.client_mark:
        return Settled(row, Verdict.UNSURE, tuple(possible), NO_CLIENT)
    return Settled(row, Verdict.CREATED if len(possible) == 1 else Verdict.SEVERAL, tuple(possible))


def _may_be_of(row: HistoryRow, connection: Connection) -> bool:
    """Tell whether the client of an attempt may have made a connection: a colleague's is never taken."""
    if not row.client_mark or not connection.created_client:
        return True
    return client_mark(connection.created_client) == row.client_mark


async def _written(history: History, settled: Settled) -> Settled:
    if settled.verdict is Verdict.CREATED or settled.row.outcome != UNKNOWN:
        return settled
    await asyncio.to_thread(history.set_settled, settled.row.id, settled.verdict.value)
    return replace(settled, row=replace(settled.row, settled=settled.verdict.value))
