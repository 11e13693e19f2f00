"""A service on a real socket that does to a client whatever a test asks for."""

from __future__ import annotations

import socket
import ssl
import struct
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from aep_tui.flow_service.account import Account
from aep_tui.flow_service.client import FlowServiceClient
from aep_tui.flow_service.retries import NO_RETRIES
from aep_tui.flow_service.sign_in import HeldTokens
from aep_tui.secret import Secret

sys.path.insert(0, str(Path(__file__).parent))

from sign_in_service import Platform, StillClock, account_of

TOKEN = "eyJ-canary-token-5f1e"


@dataclass
class Request:
    """A request as it arrived."""

    method: str
    target: str
    headers: dict[str, str]
    body: bytes


Action = Callable[["Peer"], None]


@dataclass
class Peer:
    """One connection of a client, as an action sees it."""

    sock: socket.socket
    service: Service
    buffer: bytes = b""

    def read_head(self) -> Request:
        while b"\r\n\r\n" not in self.buffer:
            self.buffer += self._more()
        head, _, self.buffer = self.buffer.partition(b"\r\n\r\n")
        first, *lines = head.decode("latin-1").split("\r\n")
        method, target, _ = first.split(" ")
        headers = {name.lower(): value.strip() for name, _, value in (line.partition(":") for line in lines)}
        return Request(method, target, headers, b"")

    def read(self) -> Request:
        request = self.read_head()
        length = int(request.headers.get("content-length", "0"))
        while len(self.buffer) < length:
            self.buffer += self._more()
        request.body, self.buffer = self.buffer[:length], self.buffer[length:]
        self.service.requests.append(request)
        return request

    def _more(self) -> bytes:
        data = self.sock.recv(65536)
        if not data:
            raise ConnectionError("the client closed the connection")
        return data

    def send(self, data: bytes) -> None:
        self.sock.sendall(data)

    def reset(self) -> None:
        """Close so that the client sees a reset, not an orderly end."""
        self.sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self.sock.close()


@dataclass
class Service:
    """Accepts connections; each is handled by the next action, the last one again and again."""

    listener: socket.socket
    actions: list[Action] = field(default_factory=list)
    requests: list[Request] = field(default_factory=list)
    connections: int = 0
    released: threading.Event = field(default_factory=threading.Event)
    """Set when the test is over, so that a slow action ends."""
    reached: threading.Event = field(default_factory=threading.Event)
    """Set by an action that has come where the test waits for it."""
    tls: ssl.SSLContext | None = None
    open_sockets: list[socket.socket] = field(default_factory=list)
    threads: list[threading.Thread] = field(default_factory=list)

    port: int = 0

    def __post_init__(self) -> None:
        self.port = self.listener.getsockname()[1]

    @property
    def origin(self) -> str:
        return f"{'https' if self.tls else 'http'}://127.0.0.1:{self.port}"

    def does(self, *actions: Action) -> None:
        self.actions = list(actions)

    def run(self) -> None:
        while True:
            try:
                sock, _ = self.listener.accept()
            except OSError:
                return
            action = self.actions[min(self.connections, len(self.actions) - 1)]
            self.connections += 1
            self.open_sockets.append(sock)
            thread = threading.Thread(target=self._serve, args=(sock, action), daemon=True)
            self.threads.append(thread)
            thread.start()

    def _serve(self, sock: socket.socket, action: Action) -> None:
        with suppress(OSError, ssl.SSLError):
            if self.tls is not None:
                sock = self.tls.wrap_socket(sock, server_side=True)
            action(Peer(sock, self))
        with suppress(OSError):
            sock.close()

    def stop(self) -> None:
        self.released.set()
        # A thread in accept() is not woken by close() alone.
        with suppress(OSError):
            self.listener.shutdown(socket.SHUT_RDWR)
        self.listener.close()
        for sock in self.open_sockets:
            with suppress(OSError):
                sock.shutdown(socket.SHUT_RDWR)
            sock.close()
        for thread in self.threads:
            thread.join(5)


def _listening() -> socket.socket:
    listener = socket.create_server(("127.0.0.1", 0), backlog=50)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    return listener


@pytest.fixture
def another_service() -> Iterator[Callable[[], Service]]:
    """Make services that are stopped when the test is over."""
    made: list[tuple[Service, threading.Thread]] = []

    def make() -> Service:
        service = Service(_listening())
        thread = threading.Thread(target=service.run, daemon=True)
        thread.start()
        made.append((service, thread))
        return service

    yield make
    for service, thread in made:
        service.stop()
        thread.join(5)


@pytest.fixture
def service(another_service: Callable[[], Service]) -> Service:
    return another_service()


@pytest.fixture
def respond() -> Callable[..., Action]:
    """Make an action that answers every request of its connection."""

    def make(status: int = 200, body: bytes | str = b"", *, reason: str = "Because", **headers: str) -> Action:
        content = body.encode() if isinstance(body, str) else body
        names = {name.replace("_", "-"): value for name, value in headers.items()}
        names.setdefault("Content-Type", "application/json")
        names.setdefault("Content-Length", str(len(content)))
        head = f"HTTP/1.1 {status} {reason}\r\n" + "".join(f"{name}: {value}\r\n" for name, value in names.items()) + "\r\n"

        def act(peer: Peer) -> None:
            while True:
                try:
                    peer.read()
                except ConnectionError:
                    return
                peer.send(head.encode("latin-1") + content)

        return act

    return make


@pytest.fixture
def account_at() -> Callable[[str], Account]:
    def make(origin: str) -> Account:
        return Account(origin, "ACME@AdobeOrg", "canary-client-id", "dev", Secret(TOKEN))

    return make


@pytest.fixture
async def client_of(account_at: Callable[[str], Account]):
    """Make clients of a service that are closed when the test is over."""
    made: list[FlowServiceClient] = []

    def make(service: Service, **options: object) -> FlowServiceClient:
        options.setdefault("retries", NO_RETRIES)
        client = FlowServiceClient(account_at(service.origin), **options)  # type: ignore[arg-type]
        made.append(client)
        return client

    yield make
    for client in made:
        await client.aclose()


@pytest.fixture(autouse=True)
def _no_proxy_variables(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "NO_PROXY", "SSL_CERT_FILE", "SSL_CERT_DIR", "REQUEST_METHOD"):
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(name.lower(), raising=False)


@pytest.fixture
def platform(service) -> Platform:
    made = Platform()
    service.does(made)
    return made


@pytest.fixture
def clock() -> StillClock:
    return StillClock()


@pytest.fixture
async def signing_in(service, clock):
    """Make clients with a client secret."""
    made: list[FlowServiceClient] = []

    def make(account: Account | None = None, **options: object) -> FlowServiceClient:
        options.setdefault("retries", NO_RETRIES)
        options.setdefault("tokens", HeldTokens(lambda: clock.wall, lambda: clock.monotonic))
        made.append(FlowServiceClient(account or account_of(service.origin), **options))  # type: ignore[arg-type]
        return made[-1]

    yield make
    for client in made:
        await client.aclose()
