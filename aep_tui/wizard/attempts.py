"""What a session does about attempts to create a connection: sending one, and asking what became of those that were lost."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from functools import partial
from typing import TYPE_CHECKING

from aep_tui.errors import AepTuiError
from aep_tui.text import plain

if TYPE_CHECKING:
    from aep_tui.flow_service.client import FlowServiceClient
    from aep_tui.flow_service.models import Connection
    from aep_tui.storage.history import History, HistoryRow
    from aep_tui.wizard.deeds import Deeds
    from aep_tui.wizard.draft import Draft
    from aep_tui.wizard.existing import Existing
    from aep_tui.wizard.place import Place
    from aep_tui.wizard.result import Result
    from aep_tui.wizard.session import Clock
    from aep_tui.wizard.settle import Asking, Settled
    from aep_tui.wizard.submit import Submission


class Attempts:
    """Attempts at one place."""

    if TYPE_CHECKING:
        # What a session has.
        _submission: Submission | None
        _is_stopped: bool
        _is_lost: bool
        place: Place
        clock: Clock
        client_id: str
        sleep: Callable[[float], Awaitable[None]]
        deeds: Deeds

        @property
        def history(self) -> History: ...  # noqa: D102
        async def client(self) -> FlowServiceClient: ...  # noqa: D102
        def _close_outdated_behind(self) -> None: ...

    async def send(self, draft: Draft) -> Result:
        """Send a draft once and return how that ended; :meth:`stop_sending` ends the waiting."""
        self._is_lost = False
        try:
            submit, mark_of = await asyncio.to_thread(_load_submit)
            mark = mark_of(self.client_id)
            self._submission = submit(self.client, self.history, self.place, self.clock.monotonic, mark)
            if self._is_stopped:
                self._submission.stop()
            result = await self._submission.run(draft)
            self._note_deed(draft, result)
        except BaseException:
            # Nobody is told how it ended.
            self._is_lost = self.has_left
            raise
        finally:
            # Not at the beginning: somebody may have stopped it before that came to its turn.
            self._submission, self._is_stopped = None, False
        self._close_outdated_behind()
        return result

    def _note_deed(self, draft: Draft, result: Result) -> None:
        from aep_tui.outcome import Outcome

        attempt = (self.history.path, result.row_id)
        if result.row_id is not None:
            self.deeds.note_sent(attempt, (self.history.path, draft.uncertain.row_id) if draft.uncertain is not None else None)
        if result.outcome is Outcome.UNKNOWN:
            self.deeds.unknown.add(attempt)
        if result.connection_id:
            self.deeds.note_settled(attempt, result.connection_id)

    def sent_before(self, row_id: int) -> Sequence[int]:
        """Return the rows of the earlier attempts of unknown outcome that an attempt of this run repeats, newest first."""
        return [earlier for _, earlier in self.deeds.repeated_by((self.history.path, row_id)) if earlier is not None]

    @property
    def has_left(self) -> bool:
        """Whether the request that is being sent, or whose sending a fault has ended, may have left this machine."""
        return self._is_lost or (self._submission is not None and self._submission.has_left)

    def stop_sending(self) -> None:
        """Stop waiting for the answer; what is known then is told and kept."""
        self._is_stopped = True
        if self._submission is not None:
            self._submission.stop()

    # After an unknown outcome

    def is_here(self, row: HistoryRow) -> bool:
        """Tell whether an attempt was made where this run works; the service knows nothing of any other."""
        return (row.platform, row.org, row.sandbox) == (self.place.platform, self.place.org, self.place.sandbox)

    async def unsettled(self) -> Sequence[HistoryRow]:
        """Return the attempts at this place that ended runs left unknown and nobody asked about, newest first.

        Raises:
            AepTuiError: The history cannot be read.
        """
        return await asyncio.to_thread(self.history.unsettled, self.place.platform, self.place.org, self.place.sandbox)

    async def mend_history(self) -> str:
        """Keep a damaged history aside, so that a new one is begun; return what a person should be told, mostly nothing.

        Raises:
            AepTuiError: The history cannot be used.
        """
        return await asyncio.to_thread(self.history.mend)

    async def settle(self, row_id: int, tell: Callable[[Asking], None]) -> Settled:
        """Ask the service about one attempt of unknown outcome, for half a minute at most; cancelling changes nothing.

        Args:
            row_id: Its row in the history; of this place, and not being sent.
            tell: Is told after every look.

        Raises:
            AepTuiError: It cannot be asked about; the row is as it was.
        """
        row = await asyncio.to_thread(self.history.row, row_id)
        if row is None:
            raise AepTuiError(
                "The history has this attempt no longer.",
                f"{plain(self.history.path, 300)} was taken away or begun anew.",
                "Look for its name in Experience Platform before you send it again.",
            )
        if row.outcome == "sending" or not self.is_here(row):
            raise AepTuiError(
                "The service cannot be asked about this attempt.",
                "It is being sent right now, or belongs to another organisation or sandbox.",
                "Wait for its end, or start the program for that organisation and sandbox.",
            )
        return (await self.settle_rows([row], tell))[0]

    async def settle_rows(self, rows: Sequence[HistoryRow], tell: Callable[[Asking], None]) -> Sequence[Settled]:
        """Ask the service about several attempts at once, as :meth:`settle`.

        Raises:
            AepTuiError: The service cannot be asked, or the history not be used.
        """
        settle_all = await asyncio.to_thread(_load_settle)
        return await settle_all(await self.client(), self.history, rows, tell, sleep=self.sleep, note=self._note_settled)

    def _note_settled(self, settled: Settled) -> None:
        if settled.row.outcome == "created":
            self.deeds.note_settled((self.history.path, settled.row.id), settled.row.connection_id)

    async def take_existing(self, row_id: int, existing: Existing) -> bool:
        """Keep that the connection which is used in place of a new one is what an attempt has made, if it can be that.

        Args:
            row_id: An attempt of unknown outcome; those that it repeats are looked at after it.
            existing: A connection of its connection spec that a person uses.

        Returns:
            Whether it is kept; not if the connection was there before, has another name, or is another client's.

        Raises:
            AepTuiError: The history cannot be used.
        """
        from aep_tui.wizard.existing import may_be_of

        for attempt in (row_id, *self.sent_before(row_id)):
            row = await asyncio.to_thread(self.history.row, attempt)
            if row is not None and may_be_of(row, existing) and await self.take(attempt, existing):
                return True
        return False

    async def take(self, row_id: int, connection: Connection | Existing) -> bool:
        """Keep what a person says: this connection is what the attempt has made.

        Returns:
            Whether it is kept; not if another attempt has that connection, or the outcome is known already.

        Raises:
            AepTuiError: The history cannot be written.
        """
        from aep_tui.wizard.to_the_end import to_the_end

        def note(is_kept: bool) -> None:
            if is_kept:
                self.deeds.note_settled((self.history.path, row_id), connection.id)

        return await to_the_end(partial(self.history.claim, row_id, connection.id, connection.etag, "taken"), note)


def _load_submit() -> tuple[Callable[..., Submission], Callable[[str], str]]:
    from aep_tui.wizard.settle import client_mark
    from aep_tui.wizard.submit import Submission

    return Submission, client_mark


def _load_settle() -> Callable[..., Awaitable[Sequence[Settled]]]:
    from aep_tui.wizard.settle import settle_all

    return settle_all
