"""Settling an unknown outcome: asking the service which connection an attempt has made, if any.

What counts is a connection of the attempt's name and connection spec, made by the attempt's client, whose id was not there when
the attempt began. Times do not count: the service's clock and this machine's may differ by an hour. Where other attempts of the
same are open, a connection is taken only if no other one can have made it.
"""

from __future__ import annotations

import asyncio
import hashlib
from collections.abc import Awaitable, Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from enum import StrEnum
from functools import partial
from typing import TYPE_CHECKING, Final, Protocol

from aep_tui.flow_service.outcome import ServiceError
from aep_tui.outcome import Problem
from aep_tui.storage.history import History
from aep_tui.storage.history_row import CREATED, SENDING, UNKNOWN, HistoryRow
from aep_tui.wizard.to_the_end import to_the_end

if TYPE_CHECKING:
    from aep_tui.flow_service.models import Connection

PAUSES: Final = (0.5, 1.0, 1.5, 2.0, 3.0, 4.0, 5.0, 6.0, 7.0)
"""Seconds before each further look: half a minute together, in which the service can make what it was asked for."""

LIMIT_SECONDS: Final = 60.0
"""When asking ends at the latest, however slowly the service answers."""

ENOUGH_SECONDS: Final = 10.0
"""A service that has made nothing after that has most probably not got the request, even if it answers slowly."""

MOST_COMPARED: Final = 6
"""Of more connections or attempts, a person says what belongs to what."""

TOO_SLOW: Final = Problem(
    "The service could not be asked in time.",
    f"It did not answer within {LIMIT_SECONDS:g} seconds.",
    remedy="Ask again in a minute.",
)
NO_IDS: Final = "It is not known which connections of that name there were before."
RIVALS: Final = "Another attempt with this name, whose outcome is unknown too, may have made it."
SENT_NOW: Final = "Another running aep-tui is sending one of that name right now, and may have made it."
NO_CLIENT: Final = "The service does not say which client made them, or this program's client is not known."


class ConnectionLister(Protocol):
    """What settling needs of the API client."""

    async def connections(self, name: str = "", spec_id: str = "", *, once: bool = False) -> list[Connection]:
        """Return the connections of a name and a connection spec; asked ``once``, a stumble is an error at once."""


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
    note: Callable[[Settled], None] | None = None,
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
        note: Is told of every attempt that turns out to be created, also where the asking was cancelled just then.

    Raises:
        AepTuiError: The service could not be asked in the end, or the history not be read or written. What was settled by then
            stays written; every other row is as it was.
    """
    asking = _Round(client, history, sorted(rows, key=lambda row: row.id, reverse=True), note)
    waits = [0.0, *(PAUSES if pauses is None else pauses)]
    left: list[HistoryRow] = []
    stopped = ServiceError(TOO_SLOW)
    try:
        async with asyncio.timeout(LIMIT_SECONDS):
            await asking.run(waits, tell, sleep)
    except TimeoutError:
        left = [row for row in rows if not asking.had_time(row)]
    except ServiceError as error:
        left, stopped = list(rows), error
    left = [row for row in left if not asking.is_made(row)]
    for row in rows:
        if row not in left:
            asking.settled[row.id] = await _written(history, asking.settled[row.id])
    if left:
        raise SettlingStopped(stopped, tuple(asking.settled[row.id] for row in rows if asking.is_made(row))) from None
    return [asking.settled[row.id] for row in rows]


class SettlingStopped(ServiceError):
    """The service could not be asked about all attempts.

    Attributes:
        settled: Those that turned out to be created all the same.
    """

    def __init__(self, error: ServiceError, settled: tuple[Settled, ...]) -> None:
        """Take over what the service said."""
        super().__init__(error.problem, error.retry_after_seconds, exit_code=error.exit_code)
        self.settled = settled


def _later(waits: list[float], error: ServiceError) -> list[float]:
    """Return the pauses that are left after a look that failed, none of them shorter than the service asks for.

    Raises:
        ServiceError: That one, where no further look can help.
    """
    asked = error.retry_after_seconds or 0.0
    if error.problem.status in (401, 403) or not waits or asked > sum(waits):
        raise error
    left, spent = list(waits), 0.0
    while left and spent < asked:
        spent += left.pop(0)
    return [spent, *left] if spent else left


@dataclass(slots=True)
class _Round:
    """The attempts that are asked about together.

    Attributes:
        client: Lists connections.
        history: Where the attempts are.
        open: Those that a further look may still settle.
        note: Is told of what turns out to be created.
        settled: What is known, by row.
        passed_seconds: How long the service has had so far.
        looked_at: After how long each row was looked at last.
    """

    client: ConnectionLister
    history: History
    open: list[HistoryRow]
    note: Callable[[Settled], None] | None = None
    settled: dict[int, Settled] = field(default_factory=dict)
    passed_seconds: float = 0.0
    looked_at: dict[int, float] = field(default_factory=dict)

    async def run(self, waits: list[float], tell: Callable[[Asking], None], sleep: Callable[[float], Awaitable[None]]) -> None:
        """Look until all is settled, or the pauses are used up.

        Raises:
            ServiceError: The service could not be asked in the end.
        """
        number, of = 0, len(waits)
        while waits and self.open:
            number += 1
            if pause := waits.pop(0):
                await sleep(pause)
                self.passed_seconds += pause
            trouble = ""
            try:
                await self.look()
            except ServiceError as error:
                # Without what to do: the next look comes by itself.
                trouble = " ".join(filter(None, (error.title, error.detail)))
                waits = _later(waits, error)
            tell(Asking(number, of, trouble))

    async def look(self) -> None:
        """Look at all that are open, asking once for each name and connection spec, and take what is certain."""
        listed: dict[tuple[str, str], list[Connection]] = {}
        for row in self.open:
            self._keep(await self._look(row, listed))
            self.looked_at[row.id] = self.passed_seconds
        self.open = [row for row in self.open if self.settled[row.id].verdict in (Verdict.NONE, Verdict.UNSURE)]

    async def _look(self, row: HistoryRow, listed: dict[tuple[str, str], list[Connection]]) -> Settled:
        """Look once, and take what is certain; what is listed for one row serves the others of that name and spec."""
        kept = await asyncio.to_thread(self.history.row, row.id)
        now = kept or row
        if now.outcome != UNKNOWN:
            return Settled(now, Verdict.CREATED if now.outcome == CREATED else Verdict.NONE)
        wanted = (row.name, row.connection_spec_id)
        if wanted not in listed:
            listed[wanted] = await self.client.connections(*wanted, once=True)
        return await to_the_end(partial(recognised, self.history, now, listed[wanted]), self._keep)

    def _keep(self, settled: Settled) -> None:
        self.settled[settled.row.id] = settled
        if settled.verdict is Verdict.CREATED and self.note is not None:
            self.note(settled)

    def is_made(self, row: HistoryRow) -> bool:
        """Tell whether an attempt turned out to be created."""
        return row.id in self.settled and self.settled[row.id].verdict is Verdict.CREATED

    def had_time(self, row: HistoryRow) -> bool:
        """Tell whether the service had time before an attempt was looked at last."""
        return self.looked_at.get(row.id, 0.0) >= ENOUGH_SECONDS


def recognised(history: History, row: HistoryRow, connections: Sequence[Connection]) -> Settled:
    """Judge what the service has for an attempt of unknown outcome, and write down which connection it made if that is certain.

    Args:
        history: Where the attempt is.
        row: The attempt.
        connections: All of its name and connection spec.

    Raises:
        AepTuiError: The history cannot be read or written.
    """
    claimed, rivals = history.claimed_ids(row), history.rivals(row)
    settled = judged(row, [connection for connection in connections if connection.id not in claimed], rivals)
    if settled.verdict is not Verdict.CREATED:
        return settled
    made = settled.found[0]
    if history.claim(row.id, made.id, made.etag):
        return replace(settled, row=history.row(row.id) or row)
    # Another process has taken it for an attempt of its own in this very moment.
    return Settled(row, Verdict.NONE)


def judged(row: HistoryRow, unclaimed: Sequence[Connection], rivals: Sequence[HistoryRow] = ()) -> Settled:
    """Tell what the connections of an attempt's name and connection spec mean for it.

    Args:
        row: The attempt.
        unclaimed: All that the service has, without those that belong to other attempts.
        rivals: Other attempts of the same whose end is open.
    """
    if row.known_ids is None:
        return Settled(row, Verdict.UNSURE, tuple(unclaimed), NO_IDS) if unclaimed else Settled(row, Verdict.NONE)
    possible = [connection for connection in unclaimed if _may_be_of(row, connection)]
    if not possible:
        return Settled(row, Verdict.NONE)
    if any(not connection.created_client for connection in possible) or not row.client_mark:
        return Settled(row, Verdict.UNSURE, tuple(possible), NO_CLIENT)
    own = certain_of(row, unclaimed, rivals)
    if own is not None:
        return Settled(row, Verdict.CREATED, (own,))
    if any(rival.outcome == SENDING for rival in rivals):
        return Settled(row, Verdict.UNSURE, tuple(possible), SENT_NOW)
    return Settled(row, Verdict.UNSURE if len(possible) == 1 else Verdict.SEVERAL, tuple(possible), RIVALS if rivals else "")


def certain_of(row: HistoryRow, unclaimed: Sequence[Connection], rivals: Sequence[HistoryRow]) -> Connection | None:
    """Return the connection that an attempt must have made, if there is one.

    Every connection that is new for one of the attempts was made by one of them, and each has made one at most. What is
    certain is what holds in all ways in which that can have happened.
    """
    makers = {
        connection.id: [one.id for one in (row, *rivals) if _may_be_of(one, connection)]
        for connection in unclaimed
        if any(one.known_ids is not None and _may_be_of(one, connection) for one in (row, *rivals))
    }
    if len(makers) > MOST_COMPARED or len(rivals) >= MOST_COMPARED:
        return None
    ways = list(_ways(sorted(makers.items(), key=lambda item: len(item[1])), frozenset()))
    own = {next((connection_id for connection_id, maker in way.items() if maker == row.id), None) for way in ways}
    certain = own.pop() if len(own) == 1 else None
    return next((connection for connection in unclaimed if connection.id == certain), None)


def _ways(makers: Sequence[tuple[str, Sequence[int]]], taken: frozenset[int]) -> Iterator[dict[str, int]]:
    """Yield every way to give each connection a maker of its own."""
    if not makers:
        yield {}
        return
    (connection_id, possible), *others = makers
    for maker in possible:
        if maker not in taken:
            for way in _ways(others, taken | {maker}):
                yield {connection_id: maker, **way}


def _may_be_of(row: HistoryRow, connection: Connection) -> bool:
    """Tell whether an attempt may have made a connection: it is new, and no colleague's."""
    if row.known_ids is not None and connection.id in row.known_ids:
        return False
    if not row.client_mark or not connection.created_client:
        return True
    return client_mark(connection.created_client) == row.client_mark


async def _written(history: History, settled: Settled) -> Settled:
    if settled.verdict is Verdict.CREATED or settled.row.outcome != UNKNOWN or settled.why == SENT_NOW:
        # What somebody is sending at the moment is known soon; the next start asks again.
        return settled
    await asyncio.to_thread(history.set_settled, settled.row.id, settled.verdict.value)
    return replace(settled, row=settled.row._replace(settled=settled.verdict.value))
