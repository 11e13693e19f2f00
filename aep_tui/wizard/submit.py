"""Sending a connection exactly once, with a record on this machine before and after."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import replace
from typing import Protocol

from aep_tui.errors import AepTuiError
from aep_tui.flow_service.outcome import Created, SendFailed, Sending
from aep_tui.json_text import dump_json
from aep_tui.outcome import Outcome, Problem
from aep_tui.storage.history import Attempt, History
from aep_tui.wizard.draft import Draft
from aep_tui.wizard.place import Place
from aep_tui.wizard.request import CREATE_PATH, connection_body, shown_body
from aep_tui.wizard.result import Result

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


class ConnectionMaker(Protocol):
    """What a submission needs of the API client."""

    async def create_connection(self, body: Mapping[str, object], sending: Sending) -> Created:
        """Send the body once."""


class Submission:
    """One attempt to send one draft.

    The history row "sending" is durable before the first byte leaves. If the program ends meanwhile the row stays as it
    is, and the next start reads it as unknown.
    """

    def __init__(
        self,
        client: Callable[[], Awaitable[ConnectionMaker]],
        history: History,
        place: Place,
        monotonic: Callable[[], float],
    ) -> None:
        """Keep what is needed; nothing happens yet."""
        self._client = client
        self._history = history
        self._place = place
        self._monotonic = monotonic
        self._sending = Sending()
        self._call: asyncio.Task[Created] | None = None
        self._stop = asyncio.Event()
        self.row_id: int | None = None
        """The history row of this attempt, once it is written."""

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
            client = await self._client()
            self.row_id = await asyncio.to_thread(self._history.begin, self._attempt(draft))
        except AepTuiError as error:
            return Result(Outcome.NOT_SENT, self._monotonic() - started, problem=_as_problem(error))
        except RecursionError:
            return Result(Outcome.NOT_SENT, self._monotonic() - started, problem=TOO_DEEP)
        result = await self._send(client, draft, started)
        try:
            await asyncio.to_thread(self._finish, self.row_id, result)
        except AepTuiError as error:
            result = _with_history_problem(result, error)
        return result

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
        )

    async def _send(self, client: ConnectionMaker, draft: Draft, started: float) -> Result:
        outcome, created, problem = Outcome.NOT_SENT, Created("", ""), None
        if self._stop.is_set():
            return Result(outcome, self._monotonic() - started, problem=STOPPED_BEFORE)
        self._call = asyncio.create_task(client.create_connection(connection_body(draft), self._sending))
        try:
            created = await asyncio.shield(self._call)
            outcome = Outcome.CREATED
        except SendFailed as error:
            outcome, problem = error.outcome, error.problem
        except asyncio.CancelledError:
            if not self._stop.is_set():
                self._call.cancel()
                raise
            outcome = Outcome.UNKNOWN if self._sending.started else Outcome.NOT_SENT
            problem = STOPPED if self._sending.started else STOPPED_BEFORE
        except Exception:  # noqa: BLE001 - whatever else goes wrong here, a request may have left
            outcome = Outcome.UNKNOWN if self._sending.started else Outcome.NOT_SENT
            problem = FAULT
        return Result(outcome, self._monotonic() - started, created.id, created.etag, problem, self.row_id)

    def _finish(self, row_id: int, result: Result) -> None:
        problem = result.problem or Problem("")
        self._history.finish(
            row_id,
            result.outcome.value,
            connection_id=result.connection_id,
            etag=result.etag,
            problem_text=" ".join(part for part in (problem.title, problem.detail) if part),
            code=problem.code,
            request_id=problem.request_id,
        )


def _as_problem(error: AepTuiError) -> Problem:
    return Problem(error.title, error.detail, remedy=error.remedy)


def _with_history_problem(result: Result, error: AepTuiError) -> Result:
    """Return the result with the word that it could not be written down, unless there is worse to tell."""
    return replace(result, problem=result.problem or _as_problem(error))
