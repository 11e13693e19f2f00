"""The Flow Service as calls: connection specs, and connections made and read.

Paths and wrappers are those of the official OpenAPI; where a look-up answers with a list of one, the one is returned.
"""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from functools import partial
from typing import TYPE_CHECKING, Final
from urllib.parse import quote

import httpx

from aep_tui.flow_service.account import Account
from aep_tui.flow_service.answers import (
    SPECS_PATH,
    Answer,
    NoAnswer,
    document_of,
    endless_list,
    items_of,
    next_specs_path,
    only_item_of,
    sent_result,
)
from aep_tui.flow_service.call_record import OnCall
from aep_tui.flow_service.caller import Caller
from aep_tui.flow_service.outcome import Created, SendFailed, Sending, ServiceError, about
from aep_tui.flow_service.redaction import Redactor
from aep_tui.flow_service.retries import OnWait, Retries
from aep_tui.flow_service.sign_in import HeldTokens, SignedIn
from aep_tui.flow_service.stepwise import LARGE
from aep_tui.flow_service.wire import MAX_ANSWER_BYTES, Limits
from aep_tui.json_text import dump_json
from aep_tui.outcome import Outcome, Problem
from aep_tui.secret import reveal_all

if TYPE_CHECKING:
    from types import TracebackType

    from aep_tui.flow_service.models import Connection
    from aep_tui.flow_service.sandboxes import SandboxInfo

ANSWER_TIMEOUT_SECONDS: Final = 60.0
CONNECT_TIMEOUT_SECONDS: Final = 10.0
MAX_PAGES: Final = 1_000

CONNECTIONS_PATH: Final = "/connections"
_NOT_WRITABLE: Final = Problem(
    "The request could not be written.",
    "A value in it has no JSON form, or is nested too deeply. Nothing was sent.",
    remedy="Correct the params that are written as JSON.",
)


class FlowServiceClient:
    """Calls the Flow Service as one account.

    An access token is fetched when one is needed, unless one was given. A read may be repeated; a connection is created by
    exactly one request, whatever happens to it. Errors hold what the service said, never a header, nor a param that was sent
    secretly.
    """

    def __init__(  # noqa: PLR0913 - each has a default, and no two belong together
        self,
        account: Account,
        *,
        transport: httpx.AsyncBaseTransport | None = None,
        answer_timeout_seconds: float = ANSWER_TIMEOUT_SECONDS,
        connect_timeout_seconds: float = CONNECT_TIMEOUT_SECONDS,
        max_answer_bytes: int = MAX_ANSWER_BYTES,
        tokens: HeldTokens | None = None,
        retries: Retries | None = None,
        on_wait: OnWait | None = None,
        on_call: OnCall | None = None,
    ) -> None:
        """Build the client; nothing is sent, and no event loop is needed yet.

        Args:
            account: Whose service, and as whom.
            transport: Takes the place of the network; closed together with the client.
            answer_timeout_seconds: From the request's first byte to the answer's last.
            connect_timeout_seconds: Up to the request's first byte: name, TCP, proxy and TLS together.
            max_answer_bytes: A larger answer is refused.
            tokens: Holds fetched access tokens; clients that share it share them. The client's own if nothing is given.
            retries: How reads are tried again; twice if nothing is said.
            on_wait: Is told when a read waits to be tried again, and with ``None`` when that is over.
            on_call: Is told of each call when it has ended, the sign-in's too.
        """
        self._account = account
        limits = Limits(connect_timeout_seconds, answer_timeout_seconds, max_answer_bytes)
        self._caller = Caller(account, transport, limits, tokens or HeldTokens(), retries or Retries(), on_wait, on_call)

    def __repr__(self) -> str:
        """Name the origin, and nothing else of the account."""
        return f"FlowServiceClient({self._account.platform_origin!r})"

    async def __aenter__(self) -> FlowServiceClient:
        """Return the client."""
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Close the client."""
        await self.aclose()

    async def aclose(self) -> None:
        """Close every connection."""
        await self._caller.aclose()

    @property
    def token_expires_at(self) -> float | None:
        """When the access token ends, in Unix seconds; ``None`` if that is not known or there is none yet."""
        return self._caller.tokens.expires_at

    @property
    def renews_token(self) -> bool:
        """Whether access tokens are fetched with a client secret, and not pasted."""
        return self._caller.tokens.renewable

    @property
    def clock_ahead_seconds(self) -> float | None:
        """How far this machine's clock is ahead, by the last answer's date; negative if behind, ``None`` if not known."""
        return self._caller.clock_ahead_seconds

    async def sign_in(self) -> SignedIn:
        """Make sure that there is an access token, fetching one if need be.

        Raises:
            ServiceError: The sign-in refused, could not be reached, or answered something else.
        """
        tokens = self._caller.tokens
        failed = await tokens.token()
        if isinstance(failed, NoAnswer):
            raise ServiceError(failed.problem, failed.retry_after_seconds, exit_code=failed.exit_code)
        return SignedIn(tokens.expires_at, tokens.renewable)

    @about("GET /connectionSpecs")
    async def connection_specs(self) -> list[object]:
        """Return all connection spec documents as they came, sources and destinations alike.

        The documented answer is one page; should it name a next one, that is followed.

        Raises:
            ServiceError: The service refused, could not be reached, or answered something else.
        """
        documents: list[object] = []
        path: str | None = SPECS_PATH
        asked: set[str] = set()
        while path is not None:
            if path in asked or len(asked) >= MAX_PAGES:
                raise endless_list()
            asked.add(path)
            page = await self._get(path)
            documents.extend(items_of(page))
            path = next_specs_path(page, self._account.platform_origin)
        return documents

    @about("GET /connectionSpecs/{id}")
    async def connection_spec(self, spec_id: str) -> object:
        """Return one connection spec document as it came.

        Raises:
            ServiceError: There is none of that id, or as for :meth:`connection_specs`.
        """
        return only_item_of(await self._get(f"{SPECS_PATH}/{_in_path(spec_id)}"))

    @about("GET /connections/{id}")
    async def connection(self, connection_id: str) -> Connection:
        """Return one connection.

        Raises:
            ServiceError: There is none of that id, or as for :meth:`connection_specs`.
        """
        from aep_tui.flow_service.models import read_connection

        connection = read_connection(only_item_of(await self._get(f"{CONNECTIONS_PATH}/{_in_path(connection_id)}")))
        if connection is None:
            raise ServiceError(
                Problem("The service answered something else.", "A connection was expected.", remedy="Try again in a minute.")
            )
        return connection

    @about("GET /data/foundation/sandbox-management/")
    async def sandboxes(self) -> list[SandboxInfo]:
        """Return the sandboxes that the account may see; its own sandbox plays no part in that.

        Raises:
            ServiceError: As for :meth:`connection_specs`.
        """
        from aep_tui.flow_service.sandboxes import read_sandboxes

        return await read_sandboxes(self._get_platform, self._account.platform_origin)

    @about("GET /connections")
    async def connections(self, name: str = "", spec_id: str = "", *, once: bool = False) -> list[Connection]:
        """Return the connections of the sandbox, all of them or those of a name and a connection spec.

        Args:
            name: Of the connections; empty for any.
            spec_id: Connection spec id; empty for any.
            once: Whether a stumble is an error at once, for a caller that tries again itself.

        Raises:
            ServiceError: As for :meth:`connection_specs`.
        """
        from aep_tui.flow_service.connection_list import connections_of

        get = partial(self._get, once=once)
        return await connections_of(get, self._account.platform_origin, name, spec_id)

    @about("POST /connections")
    async def create_connection(self, body: Mapping[str, object], sending: Sending | None = None) -> Created:
        """Send one request that creates a connection, and never a second one.

        Args:
            body: JSON object; :class:`~aep_tui.secret.Secret` leaves are unwrapped here and nowhere else.
            sending: Is told when the first byte may leave, for a caller that stops waiting.

        Raises:
            SendFailed: Refused, not sent, or with an unknown outcome.
            asyncio.CancelledError: The caller stopped waiting.
        """
        content = _written(body)
        if content is None:
            raise SendFailed(_NOT_WRITABLE, Outcome.NOT_SENT)
        answer = await self._caller.call("POST", CONNECTIONS_PATH, content=content, sending=sending)
        result = sent_result(answer, Redactor(body, self._caller.tokens.secrets()).hide)
        if isinstance(result, SendFailed):
            raise result
        return result

    async def _get(self, path: str, *, once: bool = False) -> object:
        return await self._document(await self._caller.call("GET", path, once=once))

    async def _get_platform(self, path: str) -> object:
        return await self._document(await self._caller.call_platform(path))

    async def _document(self, answer: Answer | NoAnswer) -> object:
        hide = self._caller.tokens.hide
        if isinstance(answer, Answer) and len(answer.body) >= LARGE:
            return await asyncio.to_thread(document_of, answer, hide)
        return document_of(answer, hide)


def _in_path(given_id: str) -> str:
    return quote(given_id, safe="", errors="replace")


def _written(body: Mapping[str, object]) -> bytes | None:
    try:
        # A lone surrogate becomes its JSON escape, which is the only way to write one in UTF-8.
        return dump_json(reveal_all(body)).encode("utf-8", "backslashreplace")
    except (TypeError, ValueError, RecursionError):
        return None
