"""One run against one organisation and sandbox: what a front end needs, without knowing how it is made."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING, NamedTuple

from aep_tui.errors import AepTuiError
from aep_tui.wizard.attempts import Attempts
from aep_tui.wizard.deeds import Deeds
from aep_tui.wizard.place import Place

if TYPE_CHECKING:
    from aep_tui.flow_service.client import FlowServiceClient
    from aep_tui.flow_service.retries import Waiting
    from aep_tui.flow_service.sandboxes import SandboxInfo
    from aep_tui.storage.history import History, HistoryRow
    from aep_tui.storage.spec_cache import SpecCache
    from aep_tui.wizard.belonging import Belonging
    from aep_tui.wizard.catalogue import Catalogue
    from aep_tui.wizard.draft import Draft
    from aep_tui.wizard.existing import Existing
    from aep_tui.wizard.inlet import InletNews
    from aep_tui.wizard.request import ShownRequest
    from aep_tui.wizard.result import Result
    from aep_tui.wizard.source import Source
    from aep_tui.wizard.submit import Submission

RECENT_SOURCES = 5


class Clock(NamedTuple):
    """The three clocks of a run; tests give still ones.

    Attributes:
        now: Unix time in seconds.
        monotonic: Seconds that never go back.
        local: A Unix time in seconds as a local date and time.
    """

    now: Callable[[], float]
    monotonic: Callable[[], float]
    local: Callable[[float], datetime]


@dataclass
class Session(Attempts):
    """A service, a sandbox, a history: everything a wizard run works with.

    Attributes:
        place: Where this run works.
        make_client: Builds the API client; called once, off the event loop, after the first frame.
        make_history: Opens what was made on this machine; called once, after the first frame.
        make_cache: Opens the last list of connection specs; called once, after the first frame.
        clock: Where time comes from.
        production_sandboxes: Sandboxes that the profile calls production.
        client_id: As what the service knows this account; empty if that is not known, and then no connection is ever taken
            for one of this program's without a person.
        belonging: What this run works with, and whose the keyring's secrets are; ``None`` for the demo.
        made_of: The values that it was made of: two sessions of the same values work in the same way.
        sleep: Waits between two looks at the service.
        deeds: What this run has done; sessions that follow each other share it.
        ask: Asks a person for a secret or a token, and tells whether there is one now.
        has_declined: Whether a person was asked for it and gave none.
        waiting: What a read is tried again for, and when, on the monotonic clock; ``None`` while none waits.
        tell_wait: Is called when that changes.
        around_error: Why the sandboxes could not be listed; ``None`` if they were, or were not asked for.
    """

    place: Place
    make_client: Callable[[], FlowServiceClient]
    make_history: Callable[[], History]
    make_cache: Callable[[], SpecCache]
    clock: Clock
    production_sandboxes: tuple[str, ...] = ()
    client_id: str = field(default="", repr=False)
    belonging: Belonging | None = None
    made_of: object = field(default=None, repr=False)
    sleep: Callable[[float], Awaitable[None]] = field(default=asyncio.sleep, repr=False)
    deeds: Deeds = field(default_factory=Deeds)
    around_error: AepTuiError | None = None
    ask: Callable[[AepTuiError], Awaitable[bool]] | None = None
    has_declined: bool = False
    waiting: tuple[Waiting, float] | None = None
    tell_wait: Callable[[], None] | None = None
    _client: FlowServiceClient | None = None
    _outdated: list[FlowServiceClient] = field(default_factory=list)
    _client_lock: asyncio.Lock = field(default_factory=asyncio.Lock)
    _history: History | None = None
    _catalogue: Catalogue | None = None
    _submission: Submission | None = None
    _closing: asyncio.Task[None] | None = None
    _around: asyncio.Task[Sequence[SandboxInfo]] | None = None
    _is_stopped: bool = False
    _is_lost: bool = False

    @property
    def history(self) -> History:
        """What was made on this machine."""
        if self._history is None:
            self._history = self.make_history()
        return self._history

    @property
    def catalogue(self) -> Catalogue:
        """The connection specs of this place."""
        if self._catalogue is None:
            from aep_tui.wizard.catalogue import Catalogue

            self._catalogue = Catalogue(self.client, self.make_cache(), self.clock.now)
        return self._catalogue

    async def client(self) -> FlowServiceClient:
        """Return the API client, built on first use in a thread, since that loads the HTTP library and asks the keyring.

        Where no secret is found, a person is asked once; who does not answer is not asked again.

        Raises:
            AepTuiError: There is nothing to sign in with, or a value cannot be used.
        """
        async with self._client_lock:
            if self._client is None:
                self._client = await self._built_client()
        return self._client

    async def _built_client(self) -> FlowServiceClient:
        from aep_tui.wizard.credential import CredentialMissing

        try:
            return await asyncio.to_thread(self.make_client)
        except CredentialMissing as error:
            if self.ask is None or self.has_declined:
                raise
            self.has_declined = not await self.ask(error)
            if self.has_declined:
                raise
        return await asyncio.to_thread(self.make_client)

    def note_wait(self, waiting: Waiting | None) -> None:
        """Take note that a read waits to be tried again, or does so no longer."""
        self.waiting = None if waiting is None else (waiting, self.clock.monotonic() + waiting.seconds)
        if self.tell_wait is not None:
            self.tell_wait()

    async def forget_client(self) -> None:
        """Let the next call build the client anew, with the secrets that are known then.

        A request that is on its way goes on with the client that it has, which is closed after that.
        """
        async with self._client_lock:
            self.has_declined = False
            client, self._client, self._around = self._client, None, None
        if client is not None:
            self._outdated.append(client)
        if self._submission is None:
            await self._close_outdated()

    async def _close_outdated(self) -> None:
        while self._outdated:
            await self._outdated.pop().aclose()

    def _close_outdated_behind(self) -> None:
        if self._outdated:
            self._closing = asyncio.create_task(self._close_outdated())

    async def learn_place(self) -> Sequence[SandboxInfo]:
        """Find out what kind of sandbox this is, at the first call; return the sandboxes that this account may see.

        Where the list cannot be read the place keeps what the sandbox's name says, and the next call asks again.
        """
        if self._around is None:
            self._around = asyncio.create_task(self._look_around())
        return await asyncio.shield(self._around)

    async def _look_around(self) -> Sequence[SandboxInfo]:
        from aep_tui.wizard.whereabouts import look_around

        try:
            client = await self.client()
        except AepTuiError as error:
            self.around_error, self._around = error, None
            return ()
        self.place, sandboxes, self.around_error = await look_around(client, self.place, self.production_sandboxes)
        if self.around_error is not None:
            self._around = None
        return sandboxes

    def note_production(self, named: Sequence[str]) -> bool:
        """Take note of further sandboxes that count as production; tell whether this one became one by that."""
        from aep_tui.wizard.effective import is_production

        self.production_sandboxes = tuple(dict.fromkeys((*self.production_sandboxes, *named)))
        is_now = is_production(self.place.sandbox, self.place.sandbox_type, self.production_sandboxes)
        if self.place.is_production or not is_now:
            return False
        self.place = self.place._replace(is_production=True)
        return True

    @property
    def token_expires_at(self) -> float | None:
        """When the pasted access token expires, in Unix seconds by this machine's clock; ``None`` if it is renewed, or silent.

        How far that clock is off is known from the service's answers.
        """
        client = self._client
        expires_at = None if client is None or client.renews_token else client.token_expires_at
        if client is None or expires_at is None:
            return None
        return expires_at + (client.clock_ahead_seconds or 0.0)

    async def close(self) -> None:
        """Close the API client if there is one."""
        if self._around is not None:
            self._around.cancel()
        await self._close_outdated()
        if self._client is not None:
            await self._client.aclose()
            self._client = None

    async def existing(self, spec_id: str) -> Sequence[Existing]:
        """Return the connections that a source has in this sandbox already, newest first.

        Raises:
            AepTuiError: They cannot be listed.
        """
        from aep_tui.wizard.existing import existing_connections

        return await existing_connections(await self.client(), spec_id, self.client_id)

    def request(self, draft: Draft) -> ShownRequest:
        """Return the call that would create the draft's connection, secrets as placeholders."""
        from aep_tui.wizard.request import shown_request

        return shown_request(draft, self.place)

    async def wait_for_inlet(self, result: Result, tell: Callable[[InletNews], None]) -> None:
        """Look at a streaming connection until its inlet URL is there, and keep that in the history.

        Raises:
            AepTuiError: The history cannot be written.
        """
        from aep_tui.wizard.inlet import wait_for_inlet

        news = await wait_for_inlet(await self.client(), result.connection_id, tell)
        if news.url and result.row_id is not None:
            await asyncio.to_thread(self.history.set_inlet_url, result.row_id, news.url)

    async def missing_inlet(self, row: HistoryRow) -> str:
        """Return the inlet URL of a kept connection that had none when it was left, and keep it; empty if there is none.

        Raises:
            AepTuiError: The service cannot be asked, or the history not written.
        """
        from aep_tui.wizard.kept import is_streaming

        if not self.is_here(row) or row.outcome != "created" or row.inlet_url or not is_streaming(row):
            return ""
        connection = await (await self.client()).connection(row.connection_id)
        if connection.inlet_url:
            await asyncio.to_thread(self.history.set_inlet_url, row.id, connection.inlet_url)
        return connection.inlet_url

    async def recent_source_ids(self) -> list[str]:
        """Return connection spec ids used last on this machine, newest first; an unusable history gives none."""
        try:
            return await asyncio.to_thread(self.history.recent_spec_ids, RECENT_SOURCES)
        except AepTuiError:
            return []

    async def history_rows(self, search: str = "") -> Sequence[HistoryRow]:
        """Return the history, newest first.

        Raises:
            AepTuiError: It cannot be read.
        """
        return await asyncio.to_thread(self.history.rows, search)

    async def suggested_name(self, source: Source) -> str:
        """Return a connection name for a source that this machine has not used in this sandbox yet."""
        from aep_tui.wizard.suggest import connection_name

        today = self.clock.local(self.clock.now()).date()
        try:
            rows = await self.history_rows(source.name)
        except AepTuiError:
            rows = ()
        taken = {row.name for row in rows if (row.org, row.sandbox) == (self.place.org, self.place.sandbox)}
        return connection_name(source.name, today, taken)
