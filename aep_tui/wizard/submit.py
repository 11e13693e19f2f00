"""Sending a connection exactly once, with a record on this machine before and after."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Protocol

from aep_tui.errors import AepTuiError
from aep_tui.flow_service.outcome import Created, SendFailed, Sending, ServiceError
from aep_tui.flow_service.problem import as_sentence
from aep_tui.json_text import dump_json
from aep_tui.outcome import Outcome, Problem
from aep_tui.storage.database import DatabaseUnusable
from aep_tui.storage.history import Attempt, History, HistoryRow
from aep_tui.storage.history_row import CREATED, FOUND, UNKNOWN
from aep_tui.wizard.draft import Draft
from aep_tui.wizard.place import Place
from aep_tui.wizard.request import CREATE_PATH, connection_body, shown_body
from aep_tui.wizard.result import Result
from aep_tui.wizard.settle import recognised

if TYPE_CHECKING:
    from aep_tui.flow_service.models import Connection

STOPPED = Problem(
    "You stopped waiting before the service answered.",
    "The request had left this machine, so the connection may still be made.",
    remedy="Look for its name in Experience Platform before you send it again.",
)
STOPPED_BEFORE = Problem(
    "You stopped before the request left this machine.",
    "Nothing was sent.",
    remedy="The main action sends it when you are ready.",
)

FAULT = Problem(
    "A fault of this program ended the request.",
    "What the service answered could not be made out.",
    remedy="Look for its name in Experience Platform before you send it again.",
)
TOO_DEEP = Problem(
    "The params are nested too deeply to be sent.", "Nothing was sent.", remedy="Go back and write a flatter JSON value."
)


GATEWAY_REFUSAL = "403"
"""Codes of the gateway begin with the status and are numbers: what it refuses to a look-up it refuses to a POST, too."""


class ConnectionMaker(Protocol):
    """What a submission needs of the API client."""

    async def connections(self, name: str = "", spec_id: str = "") -> list[Connection]:
        """Return the connections of a name and a connection spec."""

    async def create_connection(self, body: Mapping[str, object], sending: Sending) -> Created:
        """Send the body once."""


class Submission:
    """One attempt to send one draft.

    The service is asked first which connections of that name and connection spec there are. If one of them turns out to be what
    an earlier attempt of the draft made after all, that is the answer, and nothing is sent. The history row "sending", with
    their ids, is durable before the first byte of the request leaves: what is there later and was not before is new. If the
    program ends meanwhile the row stays as it is, and the next start reads it as unknown.
    """

    def __init__(
        self,
        client: Callable[[], Awaitable[ConnectionMaker]],
        history: History,
        place: Place,
        monotonic: Callable[[], float],
        client_mark: str = "",
    ) -> None:
        """Keep what is needed; nothing happens yet."""
        self._client = client
        self._history = history
        self._place = place
        self._monotonic = monotonic
        self._client_mark = client_mark
        self._sending = Sending()
        self._call: asyncio.Task[Created] | asyncio.Task[list[Connection]] | None = None
        self._stop = asyncio.Event()
        self.row_id: int | None = None
        """The history row of this attempt, once it is written."""

    @property
    def has_left(self) -> bool:
        """Whether the request may have left this machine."""
        return self._sending.started

    def stop(self) -> None:
        """Stop waiting; :meth:`run` then returns with what is known."""
        self._stop.set()
        if self._call is not None:
            self._call.cancel()

    async def run(self, draft: Draft) -> Result:
        """Write "sending", send once, write how it ended.

        Returns:
            How it ended; never raises for what the service, the network or the disk does.

        Raises:
            asyncio.CancelledError: The program is ending; the history row stays "sending".
        """
        started = self._monotonic()
        try:
            client, attempt = await self._client(), self._attempt(draft)
            there, problem = await self._look_up(client, attempt)
            if problem is not None:
                await asyncio.to_thread(self._note, attempt, problem)
                return Result(Outcome.NOT_SENT, self._monotonic() - started, problem=problem, row_id=self.row_id)
            made = await asyncio.to_thread(self._made_before, draft, there)
            if made is not None:
                return self._found(draft, made, started)
            known_ids = None if there is None else tuple(connection.id for connection in there)
            row_id = await asyncio.to_thread(self._begin, attempt._replace(known_ids=known_ids))
        except AepTuiError as error:
            return Result(Outcome.NOT_SENT, self._monotonic() - started, problem=_as_problem(error))
        except RecursionError:
            return Result(Outcome.NOT_SENT, self._monotonic() - started, problem=TOO_DEEP)
        try:
            result = await self._send(client, draft, started)
            return await self._kept(row_id, result)
        finally:
            self._history.release(row_id)

    def _begin(self, attempt: Attempt) -> int:
        """Write "sending"; where that was stopped meanwhile, perhaps with the program, write that nothing was sent."""
        row_id = self.row_id = self._history.begin(attempt)
        if self._stop.is_set():
            self._finish(row_id, Result(Outcome.NOT_SENT, problem=STOPPED_BEFORE))
        return row_id

    async def _look_up(self, client: ConnectionMaker, attempt: Attempt) -> tuple[list[Connection] | None, Problem | None]:
        """Return the connections that this name and connection spec have already, or why nothing can be sent.

        Somebody who may not list connections, but perhaps make them, gets none: an unknown outcome is then settled by a person
        alone.
        """
        if self._stop.is_set():
            return None, STOPPED_BEFORE
        self._call = look = asyncio.create_task(client.connections(attempt.name, attempt.connection_spec_id))
        try:
            return await asyncio.shield(look), None
        except ServiceError as error:
            return None, None if _may_not_list(error.problem) else _before_sending(error.problem)
        except asyncio.CancelledError:
            if not self._stop.is_set():
                look.cancel()
                raise
            return None, STOPPED_BEFORE

    def _made_before(self, draft: Draft, there: Sequence[Connection] | None) -> HistoryRow | None:
        """Return the draft's earlier attempt if it is known by now that it made a connection, late perhaps."""
        row_id = draft.uncertain.row_id if draft.uncertain is not None else None
        if row_id is None:
            return None
        try:
            return self._made_by(row_id, draft, there)
        except DatabaseUnusable as error:
            if error.damaged is None:
                raise
            # What it knew is lost; a new one is begun, as for any other attempt.
            self._history.mend()
            return None

    def _made_by(self, row_id: int, draft: Draft, there: Sequence[Connection] | None) -> HistoryRow | None:
        row = self._history.row(row_id)
        if row is None or row.name != draft.name.strip() or row.connection_spec_id != draft.source.id:
            # What the service has of the name that the draft has now says nothing about it.
            return None
        if row.outcome == UNKNOWN and there is not None:
            row = recognised(self._history, row, there).row
        return row if row.outcome == CREATED else None

    def _found(self, draft: Draft, row: HistoryRow, started: float) -> Result:
        """Return the earlier attempt's connection as the result; a draft that was changed since is not what was made."""
        self.row_id = row.id
        found = Result(Outcome.CREATED, 0.0, row.connection_id, row.etag, row_id=row.id, settled=row.settled or FOUND)
        if not draft.is_as_sent:
            found = replace(found, outcome=Outcome.NOT_SENT, problem=_made_after_all(row))
        return replace(found, seconds=self._monotonic() - started)

    def _attempt(self, draft: Draft) -> Attempt:
        return Attempt(
            name=draft.name.strip(),
            source=draft.source.name,
            connection_spec_id=draft.source.id,
            org=self._place.org,
            sandbox=self._place.sandbox,
            platform=self._place.platform,
            request_json=dump_json(shown_body(draft)),
            method="POST",
            path=CREATE_PATH,
            client_mark=self._client_mark,
        )

    async def _send(self, client: ConnectionMaker, draft: Draft, started: float) -> Result:
        outcome, created, problem = Outcome.NOT_SENT, Created("", ""), None
        if self._stop.is_set():
            return Result(outcome, self._monotonic() - started, problem=STOPPED_BEFORE)
        self._call = call = asyncio.create_task(client.create_connection(connection_body(draft), self._sending))
        try:
            created = await asyncio.shield(call)
            outcome = Outcome.CREATED
        except SendFailed as error:
            outcome, problem = error.outcome, error.problem
        except asyncio.CancelledError:
            if not self._stop.is_set():
                call.cancel()
                raise
            outcome = Outcome.UNKNOWN if self._sending.started else Outcome.NOT_SENT
            problem = STOPPED if self._sending.started else STOPPED_BEFORE
        except Exception:  # noqa: BLE001 - whatever else goes wrong here, a request may have left
            outcome = Outcome.UNKNOWN if self._sending.started else Outcome.NOT_SENT
            problem = FAULT
        return Result(outcome, self._monotonic() - started, created.id, created.etag, problem, self.row_id)

    def _note(self, attempt: Attempt, problem: Problem) -> None:
        self.row_id = self._history.note(
            attempt,
            Outcome.NOT_SENT.value,
            problem_text=_in_words(problem),
            code=problem.code,
            request_id=problem.request_id,
        )

    async def _kept(self, row_id: int, result: Result) -> Result:
        try:
            await asyncio.to_thread(self._finish, row_id, result)
        except AepTuiError as error:
            return _with_history_problem(result, error)
        return result

    def _finish(self, row_id: int, result: Result) -> None:
        problem = result.problem or Problem("")
        self._history.finish(
            row_id,
            result.outcome.value,
            connection_id=result.connection_id,
            etag=result.etag,
            problem_text=_in_words(problem),
            code=problem.code,
            request_id=problem.request_id,
        )


def _in_words(problem: Problem) -> str:
    return " ".join(part for part in (problem.title, problem.detail) if part)


def _may_not_list(problem: Problem) -> bool:
    return problem.status == 403 and not (problem.code.isdigit() and problem.code.startswith(GATEWAY_REFUSAL))


def _before_sending(problem: Problem) -> Problem:
    words = "The service was asked which connections of that name there are; the request that makes one was not sent."
    return problem._replace(detail=f"{as_sentence(problem.detail)} {words}".strip())


def _made_after_all(row: HistoryRow) -> Problem:
    return Problem(
        "The first request has made its connection after all.",
        f"It is {row.connection_id}, as it was sent. What you changed since was not sent.",
        remedy="The main action sends what stands here, as a second connection.",
    )


def _as_problem(error: AepTuiError) -> Problem:
    return Problem(error.title, error.detail, remedy=error.remedy)


def _with_history_problem(result: Result, error: AepTuiError) -> Result:
    """Return the result with the word that it could not be written down, unless there is worse to tell."""
    return replace(result, problem=result.problem or _as_problem(error))
