"""Why a call brought no answer, in words: what the network, TLS, a proxy or a clock did to it.

The words are ours throughout. What libraries say in their exceptions may hold addresses with passwords in them.
"""

from __future__ import annotations

import socket
import ssl
from collections.abc import Iterator
from typing import NamedTuple

import httpx

from aep_tui.flow_service.account import PLATFORM_VARIABLE, is_on_this_machine
from aep_tui.outcome import Problem
from aep_tui.text import plain

NEVER_SENT = (
    httpx.ConnectError,
    httpx.ConnectTimeout,
    httpx.PoolTimeout,
    httpx.ProxyError,
    httpx.UnsupportedProtocol,
    httpx.LocalProtocolError,
    httpx.InvalidURL,
)
"""These end a call before the first byte of its request has left."""

NOTHING_SENT = "Nothing was sent."
_TRY_AGAIN = "Check this machine's network, then try again."


class Circumstances(NamedTuple):
    """What a failed call was about.

    Attributes:
        origin: Where it went.
        connect_timeout_seconds: How long connecting may take.
        answer_timeout_seconds: How long the answer may take.
        variable: The variable that sets the origin.
    """

    origin: str
    connect_timeout_seconds: float
    answer_timeout_seconds: float
    variable: str = PLATFORM_VARIABLE

    @property
    def check_address(self) -> str:
        """What to do about an address that cannot be reached."""
        address = f"the address (profile, or {self.variable})"
        return f"Check {address}, HTTPS_PROXY where one is set, and this machine's network; then try again."


def problem_before_sending(error: BaseException, call: Circumstances) -> Problem:
    """Return why no connection came about; nothing of the request has left."""
    causes = list(_causes(error))
    # First, since a handshake that is cut short leaves an SSL error among the causes.
    if isinstance(error, TimeoutError | httpx.TimeoutException):
        waited = f"{call.origin} could not be reached within {_seconds(call.connect_timeout_seconds)}."
        return Problem("No connection came about in time.", waited, remedy=call.check_address)
    if any(isinstance(cause, httpx.ProxyError) for cause in causes):
        said = f" It said: {plain(error, 100)}." if isinstance(error, httpx.ProxyError) else ""
        return Problem(
            "The network's proxy refused the connection.",
            f"The proxy of HTTPS_PROXY did not let the request through to {call.origin}.{said}",
            remedy="Check HTTPS_PROXY and its credentials, or ask whoever runs your network.",
        )
    return _tls_problem(causes, call) or _network_problem(causes, call)


def _tls_problem(causes: list[BaseException], call: Circumstances) -> Problem | None:
    for cause in causes:
        if isinstance(cause, ssl.SSLCertVerificationError):
            return Problem(
                "The server's certificate could not be checked.",
                f"{call.origin}: {plain(cause.verify_message, 200) or 'it is not trusted'}. {NOTHING_SENT}",
                remedy="Check this machine's clock. Where a company's proxy inspects TLS, its certificate authority has to be "
                "in this system's certificate store: ask whoever runs your network.",
            )
        if isinstance(cause, ssl.SSLError):
            return Problem(
                "No protected connection came about.",
                f"{call.origin} does not speak TLS in a way that this machine accepts. {NOTHING_SENT}",
                remedy=_perhaps_plain(call),
            )
    return None


def _perhaps_plain(call: Circumstances) -> str:
    """Return what to do about an address without TLS: on this machine it may be meant to have none."""
    if not is_on_this_machine(call.origin):
        return call.check_address
    plain_address = call.origin.replace("https://", "http://", 1)
    return f"If it speaks plain http, give {plain_address} as the address (profile, or {call.variable})."


def _network_problem(causes: list[BaseException], call: Circumstances) -> Problem:
    if any(isinstance(cause, socket.gaierror) for cause in causes):
        return Problem("The host was not found.", f"No address is known for {call.origin}.", remedy=call.check_address)
    if any(isinstance(cause, ConnectionRefusedError) for cause in causes):
        return Problem(
            "The connection was refused.", f"Nothing accepts connections at {call.origin}.", remedy=call.check_address
        )
    if any(isinstance(cause, httpx.InvalidURL | httpx.UnsupportedProtocol) for cause in causes):
        return Problem("The address cannot be called.", f"An address at {call.origin} is malformed.", remedy=call.check_address)
    said = next((cause.strerror for cause in causes if isinstance(cause, OSError) and isinstance(cause.strerror, str)), "")
    detail = f"Connecting to {call.origin} failed" + (f": {plain(said, 100)}." if said else ".")
    return Problem("No connection came about.", detail, remedy=call.check_address)


def problem_after_sending(error: BaseException, call: Circumstances) -> Problem:
    """Return why no whole answer came although the request may have left."""
    causes = list(_causes(error))
    if any(isinstance(cause, TimeoutError | httpx.TimeoutException) for cause in causes):
        waited = f"{call.origin} did not answer within {_seconds(call.answer_timeout_seconds)}."
        return Problem("No answer came in time.", waited, remedy="Try again; AEP_TIMEOUT_SECONDS sets a longer wait.")
    return Problem("The connection broke off before the answer.", f"{call.origin} gave no whole answer.", remedy=_TRY_AGAIN)


def may_pass(error: BaseException | None) -> bool:
    """Tell whether a read that failed like this may succeed a moment later.

    That holds for a connection that was refused or broke off. A time-out has waited already; a proxy's refusal and a
    certificate stay as they are.
    """
    if isinstance(error, TimeoutError | httpx.TimeoutException):
        return False
    passing = isinstance(error, httpx.NetworkError | httpx.RemoteProtocolError | OSError)
    return passing and not any(isinstance(cause, ssl.SSLError | httpx.ProxyError) for cause in _causes(error))


def problem_of_setup(error: BaseException) -> Problem:
    """Return why no HTTP client could be built: a proxy setting, or the system's certificate store."""
    if isinstance(error, ImportError) and "socks" in str(error).lower():
        detail = "A SOCKS proxy is set, for which httpx needs its socks extra."
        remedy = "Install it with: pip install 'httpx[socks]'. Or set HTTPS_PROXY to an http:// proxy."
        return Problem("The proxy cannot be used.", detail, remedy=remedy)
    if isinstance(error, ImportError | OSError):
        detail = "The system's certificate store could not be opened."
        return Problem("No protected connection can be made.", detail, remedy="Ask whoever looks after this machine.")
    detail = "The address in HTTPS_PROXY, HTTP_PROXY, ALL_PROXY or NO_PROXY is not well-formed."
    return Problem("The proxy cannot be used.", detail, remedy="Correct the variable, such as http://proxy.example.com:8080.")


def _seconds(seconds: float) -> str:
    return f"{seconds:g} second{'' if seconds == 1 else 's'}"


def _causes(error: BaseException | None) -> Iterator[BaseException]:
    """Yield an exception and all that led to it, members of groups too."""
    seen: set[int] = set()
    waiting = [error]
    while waiting:
        current = waiting.pop(0)
        if current is None or id(current) in seen:
            continue
        seen.add(id(current))
        yield current
        if isinstance(current, BaseExceptionGroup):
            waiting.extend(current.exceptions)
        waiting += [current.__cause__, current.__context__]
