"""What the doctor looks at between this machine and the service: proxy, TLS, clock."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from typing import Final
from urllib.parse import urlsplit

from aep_tui.errors import UsageError
from aep_tui.flow_service.account import check_origin, is_on_this_machine
from aep_tui.text import plain
from aep_tui.wizard.doctor_check import CLOCK, PROXY, TLS, Check, failed, passed, skipped, warned

PROXY_VARIABLES: Final = ("HTTPS_PROXY", "HTTP_PROXY", "ALL_PROXY")
NO_PROXY: Final = "NO_PROXY"
MOST_AHEAD_SECONDS: Final = 300
"""A clock that is wrong by more than this is worth a word: tokens and certificates are judged by it."""
MOST_AGREEING_SECONDS: Final = 5
"""Answers take time, and tell theirs in whole seconds: a smaller difference is none."""
CONNECT_SECONDS: Final = 10.0
ANSWER_SECONDS: Final = 10.0
HANDSHAKE_SECONDS: Final = 5.0
_MOST_BYTES: Final = 64 * 1024
_SCHEMES: Final = ("http", "https", "socks5", "socks5h")
_CORRECT: Final = "Correct the variable, such as http://proxy.example.com:8080, or unset it."


def proxy(environment: Mapping[str, str], origin: str) -> Check:
    """Tell which proxies are set, by their hosts alone, and whether one is used for the platform.

    Args:
        environment: Of the process.
        origin: The platform's origin in its normal form; empty if it is not known.
    """
    told: list[str] = []
    wrong: list[str] = []
    for name in PROXY_VARIABLES:
        text = _variable(environment, name)
        if text:
            host = _host_of(text)
            (told if host else wrong).append(f"{name}={host}" if host else name)
    if wrong:
        # Not even a part of it is shown: it may be a password.
        return failed(PROXY, f"{' and '.join(wrong)} cannot be read as the address of a proxy.", _CORRECT)
    if any("=socks5" in one for one in told) and not _has_socks():
        remedy = "Install it with: pip install 'httpx[socks]'. Or set HTTPS_PROXY to an http:// proxy."
        return failed(PROXY, f"{', '.join(told)}: for a SOCKS proxy, httpx needs its socks extra.", remedy)
    if not told:
        return passed(PROXY, "no variable sets one")
    left_out = plain(_variable(environment, NO_PROXY), 200)
    told += [f"{NO_PROXY}={left_out}"] if left_out else []
    return passed(PROXY, f"{', '.join(told)}; {_use(environment, origin)}")


def _use(environment: Mapping[str, str], origin: str) -> str:
    if not origin:
        return "the platform's address is not known"
    if is_on_this_machine(origin):
        return f"not used for {origin}, which is this machine"
    used = proxy_for(environment, origin)
    return f"{origin} is asked through {used}" if used else f"not used for {origin}"


def proxy_for(environment: Mapping[str, str], origin: str) -> str:
    """Return the host of the proxy that is used for an origin; empty if none is."""
    from urllib.request import proxy_bypass_environment  # type: ignore[attr-defined]

    if not origin or is_on_this_machine(origin):
        return ""
    parts = urlsplit(origin)
    if proxy_bypass_environment(parts.netloc, {"no": _variable(environment, NO_PROXY)}):
        return ""
    text = _variable(environment, f"{parts.scheme.upper()}_PROXY") or _variable(environment, "ALL_PROXY")
    return _host_of(text) if text else ""


def _variable(environment: Mapping[str, str], name: str) -> str:
    """Return a proxy variable; the one in lower case wins, as everywhere."""
    return (environment.get(name.lower(), "") or environment.get(name, "")).strip()


def _host_of(text: str) -> str:
    """Return scheme, host and port of a proxy's address, without the credentials in it; empty if it is none."""
    try:
        parts = urlsplit(text if "://" in text else f"http://{text}")
        host, port = parts.hostname or "", parts.port
    except ValueError:
        return ""
    is_host = bool(host) and host.isascii() and plain(host) == host and not set(host) & set(' %"<>\\^`{|}')
    if parts.scheme not in _SCHEMES or not is_host:
        return ""
    name = f"[{host}]" if ":" in host else host
    told = " (with credentials)" if parts.username or parts.password else ""
    return f"{parts.scheme}://{name}" + (f":{port}" if port is not None else "") + told


def _has_socks() -> bool:
    from importlib.util import find_spec

    with suppress(ValueError):
        return find_spec("socksio") is not None
    return False


@dataclass(frozen=True, slots=True)
class Reached:
    """What a call without credentials came to.

    Attributes:
        tls: The check of the connection.
        clock_ahead_seconds: How far this machine's clock is ahead of the service's; ``None`` if it did not tell its time.
    """

    tls: Check
    clock_ahead_seconds: float | None = None


async def reach(environment: Mapping[str, str], origin_text: str) -> Reached:
    """Ask the platform for nothing, without any credential: what counts is that there is an answer.

    Args:
        environment: Of the process.
        origin_text: The platform's origin.
    """
    from aep_tui.flow_service.answers import NoAnswer
    from aep_tui.flow_service.wire import Limits, Request, Wire

    try:
        origin = check_origin(origin_text)
    except UsageError:
        return Reached(skipped(TLS, "Not tried, since the platform's address cannot be used."))
    wire = Wire(origin, None, Limits(CONNECT_SECONDS, ANSWER_SECONDS, _MOST_BYTES))
    try:
        answer = await wire.send(Request("GET", "/", {}, None, "GET /"))
    finally:
        await wire.aclose()
    if isinstance(answer, NoAnswer):
        problem = answer.problem
        return Reached(failed(TLS, f"{problem.title} {problem.detail}".strip(), problem.remedy))
    words = await _connection_words(environment, origin)
    return Reached(passed(TLS, words), wire.clock_ahead_seconds)


async def _connection_words(environment: Mapping[str, str], origin: str) -> str:
    if origin.startswith("http://"):
        return f"{origin} answers; plain http, which is taken for this machine alone. The system's certificate store opens."
    through = proxy_for(environment, origin)
    if through:
        return f"{origin} answers through {through}, with a certificate that this system trusts"
    facts = await _certificate_facts(origin)
    return f"{origin} answers, with a certificate that this system trusts" + (f": {facts}" if facts else "")


async def _certificate_facts(origin: str) -> str:
    """Return version, issuer and end of the certificate, from a handshake of its own; empty if the system keeps them back."""
    import ssl

    import truststore

    parts = urlsplit(origin)
    context = truststore.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    facts: list[str] = []
    with suppress(OSError, ValueError):
        async with asyncio.timeout(HANDSHAKE_SECONDS):
            _, writer = await asyncio.open_connection(parts.hostname, parts.port or 443, ssl=context)
        handshake = writer.get_extra_info("ssl_object")
        certificate = writer.get_extra_info("peercert") or {}
        writer.transport.abort()
        facts = [plain(handshake.version(), 20)] if handshake is not None else []
        names = dict(pair for group in certificate.get("issuer", ()) for pair in group)
        issuer = names.get("organizationName") or names.get("commonName")
        facts += [f"issued by {plain(issuer, 60)}"] if issuer else []
        facts += [f"until {plain(certificate['notAfter'], 40)}"] if certificate.get("notAfter") else []
    return ", ".join(facts)


def clock(ahead_seconds: float | None) -> Check:
    """Tell whether this machine's clock agrees with the service's."""
    if ahead_seconds is None:
        return skipped(CLOCK, "No answer told its time.")
    seconds = round(abs(ahead_seconds))
    where = "ahead of" if ahead_seconds > 0 else "behind"
    if seconds <= MOST_AHEAD_SECONDS:
        agrees = seconds <= MOST_AGREEING_SECONDS
        return passed(CLOCK, "agrees with the service's" if agrees else f"{seconds} seconds {where} the service's")
    words = f"{in_words(seconds)} {where} the service's. Certificates are judged by it."
    return warned(CLOCK, words, "Set this machine's clock, or let the system keep it (NTP).")


def in_words(seconds: float) -> str:
    """Return a length of time in its two largest units."""
    minutes = round(seconds / 60)
    if minutes < 2:
        return f"{round(seconds)} seconds"
    hours, minutes = divmod(minutes, 60)
    days, hours_left = divmod(hours, 24)
    if days:
        return f"{_of(days, 'day')} {_of(hours_left, 'hour')}" if hours_left else _of(days, "day")
    return " ".join(part for part in (_of(hours, "hour") if hours else "", _of(minutes, "minute") if minutes else "") if part)


def _of(number: int, unit: str) -> str:
    return f"{number} {unit}{'' if number == 1 else 's'}"
