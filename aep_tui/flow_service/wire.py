"""One HTTP exchange with one origin: sent once, with everything known about how it ended."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING, Final, NamedTuple

import httpx

from aep_tui import __version__
from aep_tui.flow_service.account import PLATFORM_VARIABLE, is_on_this_machine
from aep_tui.flow_service.answers import Answer, NoAnswer
from aep_tui.flow_service.call_record import CallRecord, OnCall
from aep_tui.flow_service.failures import (
    NEVER_SENT,
    Circumstances,
    may_pass,
    problem_after_sending,
    problem_before_sending,
    problem_of_setup,
)
from aep_tui.flow_service.outcome import Sending
from aep_tui.flow_service.problem import ahead_seconds, request_id
from aep_tui.outcome import Problem
from aep_tui.record import repr_without

if TYPE_CHECKING:
    import ssl

MAX_ANSWER_BYTES: Final = 64 * 1024 * 1024
_HEADERS: Final = {"User-Agent": f"aep-tui/{__version__}"}


class Limits(NamedTuple):
    """How long and how much.

    Attributes:
        connect_timeout_seconds: Up to a request's first byte.
        answer_timeout_seconds: From there to the answer's last byte.
        max_answer_bytes: Of a larger answer no more than this is read.
    """

    connect_timeout_seconds: float
    answer_timeout_seconds: float
    max_answer_bytes: int = MAX_ANSWER_BYTES


class Request(NamedTuple):
    """What is to be sent.

    Attributes:
        method: HTTP method; all but GET count as writing.
        path: Path below the origin, query included.
        headers: All but the credentials.
        content: The body.
        call: Method and path as a person is told them.
    """

    method: str
    path: str
    headers: Mapping[str, str]
    content: bytes | None = None
    call: str = ""

    def __repr__(self) -> str:
        """Leave out headers and body."""
        return repr_without(self, "headers", "content")

    @property
    def writes(self) -> bool:
        """Whether it may change something at the other end."""
        return self.method != "GET"


class _Received:
    """An answer as far as it has come."""

    def __init__(self) -> None:
        self.status: int | None = None
        self.headers: dict[str, str] = {}
        self.chunks: list[bytes] = []
        self.too_large = False


class _Watch:
    """Notices the first byte of a request, from which moment the answer's time limit counts in place of the connection's.

    It also keeps the bare connection, because httpcore leaves one open that is given up within the TLS handshake.
    """

    def __init__(self, sending: Sending, deadline: asyncio.Timeout, answer_timeout_seconds: float) -> None:
        self.sending = sending
        self.deadline = deadline
        self.answer_timeout_seconds = answer_timeout_seconds
        self.unfinished: object = None

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


class Wire:
    """The way to one origin: no redirect is followed and nothing is repeated.

    What writes never rides on a connection that was kept open: the other side may close such a one in the very moment the
    request leaves, and then nobody knows whether it arrived.
    """

    def __init__(
        self,
        origin: str,
        transport: httpx.AsyncBaseTransport | None,
        limits: Limits,
        *,
        variable: str = PLATFORM_VARIABLE,
        on_call: OnCall | None = None,
        hide: Callable[[str], str] = str,
    ) -> None:
        """Build the HTTP clients; an address or a proxy setting that cannot be used is reported by each exchange.

        Args:
            origin: Where everything goes.
            transport: Takes the place of the network; closed together with this.
            limits: How long and how much.
            variable: The variable that sets the origin, for the sentences of errors.
            on_call: Is told of every exchange when it has ended.
            hide: Masks secrets in what ``on_call`` is told.
        """
        self._circumstances = Circumstances(origin, limits.connect_timeout_seconds, limits.answer_timeout_seconds, variable)
        self._max_answer_bytes = limits.max_answer_bytes
        self._tells_when_sending = transport is None or isinstance(transport, httpx.AsyncHTTPTransport)
        self._on_call = on_call
        self._hide = hide
        self._told_time: tuple[float, str] | None = None
        """The last answer's time on this machine, and on the one that gave it."""
        self._setup_problem: Problem | None = None
        self._clients: dict[bool, httpx.AsyncClient] = {}
        """By whether they write."""
        try:
            self._clients = _build_clients(origin, transport)
        except (ValueError, ImportError, OSError, httpx.InvalidURL) as error:
            self._setup_problem = problem_of_setup(error)
        if not _has_a_host(origin):
            self._setup_problem = problem_before_sending(httpx.InvalidURL(""), self._circumstances)

    async def aclose(self) -> None:
        """Close every connection, and the transport if one was given."""
        for client in self._clients.values():
            await client.aclose()

    @property
    def clock_ahead_seconds(self) -> float | None:
        """How far this machine's clock is ahead of the service's, to about a second; ``None`` if no answer told its time."""
        return None if self._told_time is None else ahead_seconds(*self._told_time)

    async def send(self, request: Request, sending: Sending | None = None, auth: httpx.Auth | None = None) -> Answer | NoAnswer:
        """Send one request and read its answer.

        Args:
            request: What to send.
            sending: Is told when the first byte may leave.
            auth: Adds the credentials.

        Raises:
            asyncio.CancelledError: The caller stopped waiting; ``sending`` tells whether something may have left.
        """
        if self._setup_problem is not None:
            return NoAnswer(self._setup_problem._replace(call=request.call), not_sent=True)
        sending, received = sending or Sending(), _Received()
        failure: BaseException | None = None
        with self._recorded(request, received):
            try:
                await self._exchange(request, auth, sending, received)
            # Kept and judged outside of the handler: an error raised in it would carry httpx's exception along, and with
            # that the request and its headers.
            except (httpx.HTTPError, httpx.StreamError, httpx.InvalidURL, OSError) as error:
                failure = error
        return self._judged(request, failure, sending, received)

    @contextmanager
    def _recorded(self, request: Request, received: _Received) -> Iterator[None]:
        started_at, started = time.time(), time.monotonic()
        try:
            yield
        finally:
            if self._on_call is not None:
                path, duration = self._hide(request.path.partition("?")[0]), time.monotonic() - started
                answer_id = self._hide(request_id(received.headers, {}))
                # An answer that is here counts for more than the log of it.
                with suppress(Exception):
                    self._on_call(CallRecord(started_at, request.method, path, received.status, duration, answer_id))

    async def _exchange(self, request: Request, auth: httpx.Auth | None, sending: Sending, received: _Received) -> None:
        client = self._clients[request.writes]
        if client.is_closed:
            # As when the network is gone: somebody else's wait goes on while the session is left.
            raise httpx.ConnectError("")
        address = self._circumstances.origin + request.path
        built = client.build_request(request.method, address, headers=request.headers, content=request.content)
        async with asyncio.timeout(self._circumstances.connect_timeout_seconds) as deadline:
            watch = _Watch(sending, deadline, self._circumstances.answer_timeout_seconds)
            built.extensions["trace"] = watch
            if not self._tells_when_sending:
                watch.start()
            try:
                response = await client.send(built, stream=True, auth=auth)
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
        self._told_time = (time.time(), received.headers["date"]) if "date" in received.headers else self._told_time
        size = 0
        async for chunk in response.aiter_bytes():
            size += len(chunk)
            if size > self._max_answer_bytes:
                received.too_large = True
                return
            received.chunks.append(chunk)

    def _judged(
        self, request: Request, failure: BaseException | None, sending: Sending, received: _Received
    ) -> Answer | NoAnswer:
        if received.status is not None:
            broken_off, body = self._why_broken_off(failure, received), b"".join(received.chunks)
            repeatable = may_pass(failure)
            return Answer(received.status, received.headers, body, broken_off, request.call, repeatable=repeatable)
        error = failure or httpx.ReadError("")
        not_sent = isinstance(error, NEVER_SENT) or not sending.started
        problem = (problem_before_sending if not_sent else problem_after_sending)(error, self._circumstances)
        return NoAnswer(problem._replace(call=request.call), not_sent=not_sent, repeatable=may_pass(error))

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


def _has_a_host(origin: str) -> bool:
    """Tell whether the host of an origin can be called; an xn-- name that stands for no characters cannot."""
    try:
        # httpx decodes such a name whenever it is asked for it, and each request asks.
        return bool(httpx.URL(origin).host)
    except (httpx.InvalidURL, UnicodeError):
        return False


def _build_clients(origin: str, transport: httpx.AsyncBaseTransport | None) -> dict[bool, httpx.AsyncClient]:
    # The deadline of each call takes the place of httpx's limits, which start anew with every packet.
    if transport is not None:
        client = httpx.AsyncClient(transport=transport, trust_env=False, timeout=None, headers=_HEADERS)  # noqa: S113
        return {False: client, True: client}
    certificates = _system_certificates()
    # The environment's proxies, which httpx reads; a loopback address is never asked for through one.
    proxied = not is_on_this_machine(origin)
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


def _system_certificates() -> ssl.SSLContext:
    import ssl

    import truststore

    return truststore.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
