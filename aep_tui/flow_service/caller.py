"""One HTTP call, sent once, with everything known about how it ended."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

import httpx

from aep_tui import __version__
from aep_tui.flow_service.account import Account
from aep_tui.flow_service.answers import Answer, NoAnswer
from aep_tui.flow_service.failures import (
    NEVER_SENT,
    Circumstances,
    problem_after_sending,
    problem_before_sending,
    problem_of_setup,
)
from aep_tui.flow_service.outcome import Sending
from aep_tui.outcome import Problem

MAX_ANSWER_BYTES: Final = 64 * 1024 * 1024
_HEADERS: Final = {"User-Agent": f"aep-tui/{__version__}"}


@dataclass(slots=True)
class _Received:
    """An answer as far as it has come."""

    status: int | None = None
    headers: dict[str, str] = field(default_factory=dict)
    chunks: list[bytes] = field(default_factory=list)
    too_large: bool = False


@dataclass(slots=True)
class _Watch:
    """Notices the first byte of a request, from which moment the answer's time limit counts in place of the connection's.

    It also keeps the bare connection, because httpcore leaves one open that is given up within the TLS handshake.
    """

    sending: Sending
    deadline: asyncio.Timeout
    answer_timeout_seconds: float
    unfinished: object = None

    async def give_up(self) -> None:
        close = getattr(self.unfinished, "aclose", None)
        if close is not None and not self.sending.started:
            await close()

    def start(self) -> None:
        self.sending.started = True
        self.deadline.reschedule(asyncio.get_running_loop().time() + self.answer_timeout_seconds)

    async def __call__(self, event: str, details: Mapping[str, object]) -> None:
        """Take an event of httpcore's ``trace`` extension; a CONNECT is the talk with a proxy and not the request."""
        if event.endswith(".connect_tcp.complete"):
            self.unfinished = details.get("return_value")
        if self.sending.started or not event.endswith((".send_request_headers.started", ".send_request_body.started")):
            return
        if getattr(details.get("request"), "method", b"") != b"CONNECT":
            self.start()


class Caller:
    """Sends calls with an account's headers: no redirect is followed and nothing is repeated.

    A call that writes never rides on a connection that was kept open: the other side may close such a one in the very moment
    the request leaves, and then nobody knows whether it arrived.
    """

    def __init__(
        self,
        account: Account,
        transport: httpx.AsyncBaseTransport | None,
        answer_timeout_seconds: float,
        connect_timeout_seconds: float,
        max_answer_bytes: int = MAX_ANSWER_BYTES,
    ) -> None:
        """Build the HTTP clients; a proxy setting that cannot be used is reported by each call."""
        self._account = account
        self._circumstances = Circumstances(account.platform_origin, connect_timeout_seconds, answer_timeout_seconds)
        self._max_answer_bytes = max_answer_bytes
        self._tells_when_sending = transport is None or isinstance(transport, httpx.AsyncHTTPTransport)
        self._setup_problem: Problem | None = None
        self._clients: dict[bool, httpx.AsyncClient] = {}
        """By whether the call writes."""
        try:
            self._clients = _build_clients(account, transport)
        except (ValueError, ImportError, OSError, httpx.InvalidURL) as error:
            self._setup_problem = problem_of_setup(error)

    async def aclose(self) -> None:
        """Close every connection, and the transport if one was given."""
        for client in self._clients.values():
            await client.aclose()

    async def call(
        self, method: str, path: str, *, content: bytes | None = None, sending: Sending | None = None
    ) -> Answer | NoAnswer:
        """Send one request and read its answer.

        Args:
            method: HTTP method; all but GET count as writing.
            path: What follows the base URL, query included.
            content: A JSON body.
            sending: Is told when the first byte may leave.

        Raises:
            asyncio.CancelledError: The caller stopped waiting; ``sending`` tells whether something may have left.
        """
        if self._setup_problem is not None:
            return NoAnswer(self._setup_problem, not_sent=True)
        sending, received = sending or Sending(), _Received()
        failure: BaseException | None = None
        try:
            await self._exchange(method, path, content, sending, received)
        # Kept and judged outside of the handler: an error raised in it would carry httpx's exception along, and with
        # that the request and its headers.
        except (httpx.HTTPError, httpx.StreamError, httpx.InvalidURL, OSError) as error:
            failure = error
        return self._judged(failure, sending, received)

    async def _exchange(self, method: str, path: str, content: bytes | None, sending: Sending, received: _Received) -> None:
        client = self._clients[method != "GET"]
        headers = self._account.headers(with_body=content is not None)
        request = client.build_request(method, self._account.base_url + path, headers=headers, content=content)
        async with asyncio.timeout(self._circumstances.connect_timeout_seconds) as deadline:
            watch = _Watch(sending, deadline, self._circumstances.answer_timeout_seconds)
            request.extensions["trace"] = watch
            if not self._tells_when_sending:
                watch.start()
            try:
                response = await client.send(request, stream=True)
            except BaseException:
                await watch.give_up()
                raise
            try:
                await self._receive(response, received)
            finally:
                await response.aclose()

    async def _receive(self, response: httpx.Response, received: _Received) -> None:
        received.headers = {name.lower(): value for name, value in response.headers.items()}
        received.status = response.status_code
        size = 0
        async for chunk in response.aiter_bytes():
            size += len(chunk)
            if size > self._max_answer_bytes:
                received.too_large = True
                return
            received.chunks.append(chunk)

    def _judged(self, failure: BaseException | None, sending: Sending, received: _Received) -> Answer | NoAnswer:
        if received.status is None:
            error = failure or httpx.ReadError("")
            if isinstance(error, NEVER_SENT) or not sending.started:
                return NoAnswer(problem_before_sending(error, self._circumstances), not_sent=True)
            return NoAnswer(problem_after_sending(error, self._circumstances), not_sent=False)
        return Answer(received.status, received.headers, b"".join(received.chunks), self._why_broken_off(failure, received))

    def _why_broken_off(self, failure: BaseException | None, received: _Received) -> str:
        if received.too_large:
            return f"The answer is larger than {self._max_answer_bytes // 1024:,} KiB and was not read to its end."
        if failure is None:
            return ""
        if isinstance(failure, httpx.DecodingError):
            return "The answer is compressed in a way that cannot be undone."
        if isinstance(failure, TimeoutError):
            return "The answer was not whole within the time limit."
        return "The connection broke off within the answer."


def _build_clients(account: Account, transport: httpx.AsyncBaseTransport | None) -> dict[bool, httpx.AsyncClient]:
    # The deadline of each call takes the place of httpx's limits, which start anew with every packet.
    if transport is not None:
        client = httpx.AsyncClient(transport=transport, trust_env=False, timeout=None, headers=_HEADERS)  # noqa: S113
        return {False: client, True: client}
    import ssl

    import truststore

    certificates = truststore.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    # The environment's proxies, which httpx reads; a loopback address is never asked for through one.
    proxied = not account.is_on_this_machine
    return {
        writes: httpx.AsyncClient(
            verify=certificates,
            trust_env=proxied,
            timeout=None,  # noqa: S113
            limits=httpx.Limits(max_keepalive_connections=0 if writes else 5),
            headers=_HEADERS,
        )
        for writes in (False, True)
    }
