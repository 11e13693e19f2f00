"""The emulator on a port."""

from __future__ import annotations

import asyncio
import contextlib
import errno
import ipaddress
import signal
import socket
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import uvicorn

from aep_tui.emulator.app import create_app
from aep_tui.emulator.behaviour import SECRETS_MODES, Behaviour, SecretsMode, Switch
from aep_tui.emulator.calls import parse_json
from aep_tui.emulator.errors import EmulatorError
from aep_tui.emulator.faults import read_fault
from aep_tui.emulator.problems import Refusal
from aep_tui.emulator.protocol import EmulatorProtocol

DEFAULT_PORT = 8641
MOST_SPECS_BYTES = 64_000_000

_STOPPING_SECONDS = 3
_WAITING_CALLERS = 1024


@dataclass(frozen=True, slots=True)
class Options:
    """How the emulator is to be served.

    Attributes:
        host: The address to listen on.
        port: The port; 0 takes a free one.
        state: The file that keeps the state; nothing keeps it in memory.
        specs: Files with further connection specs.
        faults: Faults that wait from the start, each ``NAME[:COUNT]``.
        latency_ms: How long every call waits before it is handled.
        token: The only access token that is let in; empty lets in every one that has not expired.
        api_key: The only ``x-api-key``, and client of the token call, that is let in; empty lets in any.
        org_id: The only organisation the token belongs to; empty lets in any well-formed one.
        client_secret: The only client secret the token call accepts; empty accepts any without ``wrong`` in it.
        secrets: How secret params read back: ``mask``, ``drop`` or ``echo``.
        switches: The names of switches that are on.
        provisioning_seconds: How long a streaming connection stays ``initializing``.
        i_know_it_is_open: Whether an address that others can reach is meant.
    """

    host: str = "127.0.0.1"
    port: int = DEFAULT_PORT
    state: Path | None = None
    specs: Sequence[Path] = ()
    faults: Sequence[str] = ()
    latency_ms: int = 0
    token: str = ""
    api_key: str = ""
    org_id: str = ""
    client_secret: str = ""
    secrets: str = "mask"
    switches: Sequence[str] = field(default_factory=tuple)
    provisioning_seconds: float = 1.5
    i_know_it_is_open: bool = False


def run(options: Options) -> None:
    """Serve until SIGINT or SIGTERM.

    The origin is the first line on stdout, written once connections are accepted.

    Raises:
        EmulatorError: An option, a file or the port cannot be used; the sentence says which and what to do.
    """
    behaviour, specs = _behaviour(options), [document for path in options.specs for document in read_specs(path)]
    faults = [read_fault(text) for text in options.faults]
    listener = _listen(options)
    origin = _origin(options.host, listener.getsockname()[1])
    app = create_app(
        state_path=options.state,
        specs=specs,
        behaviour=behaviour if _is_wildcard(options.host) else replace(behaviour, inlet_origin=origin),
        faults=faults,
    )
    try:
        app.state.world.store.open()
        config = uvicorn.Config(
            app,
            http=EmulatorProtocol,
            ws="none",
            log_config=None,
            access_log=False,
            server_header=False,
            backlog=_WAITING_CALLERS,
            timeout_graceful_shutdown=2 * _STOPPING_SECONDS,
        )
        with contextlib.suppress(KeyboardInterrupt):
            _Server(config, origin).run([listener])
    finally:
        listener.close()
        app.state.world.store.close()


class _Server(uvicorn.Server):
    """A server that says where it is, and ends as a run that was asked to end."""

    def __init__(self, config: uvicorn.Config, origin: str) -> None:
        super().__init__(config)
        self._origin = origin

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        with contextlib.suppress(BrokenPipeError):
            print(self._origin, flush=True)  # noqa: T201 -- the one result of this command

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        # uvicorn would cancel them too, and write to stderr that it does. That calls are cut off is no fault.
        cutting = asyncio.get_running_loop().call_later(_STOPPING_SECONDS, self._cut_off)
        await super().shutdown(sockets)
        cutting.cancel()

    def _cut_off(self) -> None:
        for call in list(self.server_state.tasks):
            call.cancel()

    def handle_exit(self, sig: int, frame: Any) -> None:  # noqa: ARG002 -- the signature of a signal handler
        if self.should_exit and sig == signal.SIGINT:
            self.force_exit = True
        self.should_exit = True


def _behaviour(options: Options) -> Behaviour:
    if options.secrets not in SECRETS_MODES:
        raise EmulatorError(f"Secrets cannot read back as {options.secrets!r}. Use one of {', '.join(SECRETS_MODES)}.")
    if not 0 <= options.latency_ms <= 600_000:
        raise EmulatorError(f"The latency of {options.latency_ms} ms is out of range. Use 0 to 600000.")
    if not 0 <= options.provisioning_seconds <= 3600:
        raise EmulatorError(f"A streaming connection cannot take {options.provisioning_seconds} seconds. Use 0 to 3600.")
    unknown = [name for name in options.switches if name not in list(Switch)]
    if unknown:
        raise EmulatorError(f"There is no switch {unknown[0]!r}. The switches are {', '.join(Switch)}.")
    mode: SecretsMode = SECRETS_MODES[SECRETS_MODES.index(options.secrets)]
    return Behaviour(
        token=options.token,
        api_key=options.api_key,
        org_id=options.org_id,
        client_secret=options.client_secret,
        secrets=mode,
        switches=frozenset(Switch(name) for name in options.switches),
        provisioning_seconds=options.provisioning_seconds,
        latency_ms=options.latency_ms,
    )


def read_specs(path: Path) -> list[dict[str, Any]]:
    """Read connection specs from a file: a list, ``{"items": […]}``, or one spec.

    Raises:
        EmulatorError: The file cannot be read or holds no connection specs.
    """
    try:
        if path.stat().st_size > MOST_SPECS_BYTES:
            raise EmulatorError(
                f"The file {path} is larger than {MOST_SPECS_BYTES} bytes. Split it and give --specs for each part."
            )
        value = parse_json(path.read_bytes())
    except OSError as error:
        raise EmulatorError(f"The specs file {path} cannot be read: {error.strerror}. Check the path.") from error
    except Refusal as refusal:
        detail = str((refusal.body or {})["detail"])
        raise EmulatorError(detail.replace("The body", f"The specs file {path}", 1)) from None
    documents = value if isinstance(value, list) else value.get("items", [value]) if isinstance(value, dict) else None
    if not isinstance(documents, list):
        raise EmulatorError(f"The specs file {path} holds neither a list, nor items, nor one connection spec.")
    for index, document in enumerate(documents):
        if not isinstance(document, dict) or not isinstance(document.get("id"), str) or not document["id"]:
            raise EmulatorError(
                f"Item {index + 1} of the specs file {path} is no connection spec: it has no id that is a text."
            )
        if not isinstance(document.get("version", ""), str):
            raise EmulatorError(
                f"Item {index + 1} of the specs file {path} has a version that is no text. Put it between double quotes."
            )
    return documents


def _listen(options: Options) -> socket.socket:
    host, port = options.host, options.port
    if not 0 <= port <= 65535:
        raise EmulatorError(f"The port {port} is out of range. Use 0 to 65535; 0 takes a free one.")
    if not is_loopback(host) and not options.i_know_it_is_open:
        raise EmulatorError(
            f"The address {host} can be reached from other machines, and the emulator lets in everybody. "
            "Use 127.0.0.1, or add --i-know-it-is-open if that is meant."
        )
    try:
        family, kind, protocol, _, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
        listener = socket.socket(family, kind, protocol)
    except OSError as error:
        raise EmulatorError(f"The address {host} cannot be used: {error.strerror}. Use 127.0.0.1.") from error
    try:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind(address)
        listener.listen(_WAITING_CALLERS)
    except OSError as error:
        listener.close()
        raise EmulatorError(_why_not(host, port, error)) from error
    return listener


def _why_not(host: str, port: int, error: OSError) -> str:
    if error.errno == errno.EADDRINUSE:
        return f"Port {port} of {host} is in use. Stop what uses it, or take another one with --port; 0 takes a free one."
    if error.errno == errno.EACCES:
        return f"Port {port} of {host} needs more rights than this user has. Take one above 1023 with --port."
    return f"Port {port} of {host} cannot be used: {error.strerror}. Take another one with --port."


def is_loopback(host: str) -> bool:
    """Tell whether an address can be reached from this machine only."""
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host.lower() == "localhost"


def _is_wildcard(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_unspecified
    except ValueError:
        return False


def _origin(host: str, port: int) -> str:
    return f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"
