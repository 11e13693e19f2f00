"""A service of a few lines on a bare socket, which answers a POST with exactly the bytes, or the silence, that a test wants."""

from __future__ import annotations

import json
import socket
import struct
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from urllib.parse import parse_qsl

LIMIT_SECONDS = 30.0

OPEN = {"id": "spec-open", "name": "open", "version": "1.0", "attributes": {"connectorName": "Open source"}}
"""Takes no credentials, so that its form is a name and a description."""


def _auth(name: str, required: list[str], **properties: dict[str, object]) -> dict[str, object]:
    return {"name": name, "spec": {"type": "object", "properties": properties, "required": required}}


GUARDED = {
    "id": "spec-guarded",
    "name": "guarded",
    "version": "1.0",
    "authSpec": [
        _auth(
            "Basic",
            ["server", "secret"],
            server={"type": "string", "title": "Server"},
            port={"type": "integer", "title": "Port"},
            secret={"type": "string", "title": "Secret", "format": "password"},
            note={"type": "string", "title": "Note"},
            encrypted={"type": "boolean", "title": "Encrypted"},
            mode={"type": "string", "title": "Mode", "enum": ["fast", "slow", "sure"]},
        )
    ],
    "attributes": {"connectorName": "Guarded source"},
}
"""Takes a field of every flat kind."""

DOUBLE = {
    "id": "spec-double",
    "name": "double",
    "version": "1.0",
    "authSpec": [
        _auth("Password", ["user"], user={"type": "string", "title": "User"}),
        _auth("Key", ["host", "key"], host={"type": "string"}, key={"type": "string", "format": "password"}),
    ],
    "attributes": {"connectorName": "Double source"},
}
"""Can be reached in two ways."""

SANDBOXES = [
    {"name": "prod", "type": "production", "state": "active", "region": "VA7"},
    {"name": "dev", "type": "development", "state": "active", "region": "VA7"},
]

Answer = Callable[[socket.socket], None]


@dataclass
class Post:
    """One POST as it arrived, whole."""

    path: str
    headers: dict[str, str]
    body: dict[str, object]


def http(status: int, reason: str, body: bytes = b"", **headers: str) -> bytes:
    """Return an answer of one piece."""
    lines = [f"HTTP/1.1 {status} {reason}", f"Content-Length: {len(body)}", "Connection: close"]
    lines += [f"{name.replace('_', '-')}: {value}" for name, value in headers.items()]
    return "\r\n".join(lines).encode() + b"\r\n\r\n" + body


def as_json(status: int, reason: str, document: object, **headers: str) -> bytes:
    """Return a document as an answer."""
    return http(status, reason, json.dumps(document).encode(), Content_Type="application/json", **headers)


def created(number: int = 1) -> bytes:
    """Return the answer of a service that made a connection."""
    return as_json(201, "Created", {"id": f"connection-{number}", "etag": f'"etag-{number}"'})


def saying(content: bytes) -> Answer:
    """Answer with these bytes."""
    return lambda connection: connection.sendall(content)


def pausing(seconds: float, content: bytes) -> Answer:
    """Answer with these bytes after a pause, so that there is a time at which the answer is awaited."""

    def answer(connection: socket.socket) -> None:
        time.sleep(seconds)
        connection.sendall(content)

    return answer


def dropping(content: bytes = b"") -> Answer:
    """Answer with the first bytes of an answer at most, then reset the connection."""

    def answer(connection: socket.socket) -> None:
        connection.sendall(content)
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0 if not content else 5))

    return answer


@dataclass
class RawService:
    """Lists three sources, notes every POST, and answers each with the next of :attr:`answers`, in the end with the last."""

    answers: list[Answer] = field(default_factory=lambda: [saying(created())])
    posts: list[Post] = field(default_factory=list)
    sign_ins: list[dict[str, str]] = field(default_factory=list)
    authorizations: list[str] = field(default_factory=list)
    gets: int = 0
    """How often the list of sources was asked for."""
    lists_what_was_made: bool = True
    """Whether connections can be listed after something was posted; if not, nobody can be told what became of it."""

    def __post_init__(self) -> None:
        self.arrived = threading.Semaphore(0)
        """Released once a POST."""
        self.let_go = threading.Event()
        self._threads: list[threading.Thread] = []
        self._port = 0
        self.listen()
        self._port = self._listener.getsockname()[1]
        self.origin = f"http://127.0.0.1:{self._port}"

    def listen(self) -> None:
        """Accept connections, at the same port as before."""
        self._listener = socket.create_server(("127.0.0.1", self._port))
        self._accepting = threading.Thread(target=self._accept, args=(self._listener,), daemon=True)
        self._accepting.start()

    def hold(self, content: bytes) -> Answer:
        """Answer with these bytes once :attr:`let_go` is set."""

        def answer(connection: socket.socket) -> None:
            self.let_go.wait(LIMIT_SECONDS)
            connection.sendall(content)

        return answer

    def wait_for_post(self) -> Post:
        """Wait until one more POST has arrived."""
        assert self.arrived.acquire(timeout=LIMIT_SECONDS), "no POST arrived"
        return self.posts[-1]

    def stop_listening(self) -> None:
        """Refuse connections from now on."""
        # Closing alone would leave the thread in accept(), and the port open with it.
        self._listener.shutdown(socket.SHUT_RDWR)
        self._accepting.join(LIMIT_SECONDS)
        self._listener.close()

    def stop(self) -> None:
        """Let every answer go and end."""
        self.let_go.set()
        if self._accepting.is_alive():
            self.stop_listening()
        for thread in self._threads:
            thread.join(LIMIT_SECONDS)

    def _accept(self, listener: socket.socket) -> None:
        while True:
            try:
                connection, _ = listener.accept()
            except OSError:
                return
            connection.settimeout(LIMIT_SECONDS)
            thread = threading.Thread(target=self._serve, args=(connection,), daemon=True)
            self._threads.append(thread)
            thread.start()

    def _serve(self, connection: socket.socket) -> None:
        try:
            with connection:
                self._answer(connection)
        except OSError:
            # The program was killed, or no longer wants the answer.
            return

    def _answer(self, connection: socket.socket) -> None:
        head, _, rest = _read_until(connection, b"\r\n\r\n").partition(b"\r\n\r\n")
        first, *lines = head.decode().split("\r\n")
        if not first:
            return
        method, path, _ = first.split(" ")
        headers = {name.lower(): value.strip() for name, _, value in (line.partition(":") for line in lines)}
        self.authorizations.append(headers.get("authorization", ""))
        if method == "GET":
            self.gets += path.partition("?")[0].endswith("/connectionSpecs")
            connection.sendall(self._read_call(path))
            return
        while len(rest) < int(headers["content-length"]):
            rest += _received(connection)
        if path.startswith("/ims/"):
            self.sign_ins.append(dict(parse_qsl(rest.decode())))
            connection.sendall(self._sign_in(self.sign_ins[-1]))
            return
        self.posts.append(Post(path, headers, json.loads(rest)))
        answer = self.answers[min(len(self.posts), len(self.answers)) - 1]
        self.arrived.release()
        answer(connection)

    def _sign_in(self, form: dict[str, str]) -> bytes:
        return as_json(
            200, "OK", {"access_token": f"token-of-{form['client_id']}", "token_type": "bearer", "expires_in": 86_399}
        )

    def _read_call(self, path: str) -> bytes:
        if path.endswith("/sandbox-management/"):
            return as_json(200, "OK", {"sandboxes": SANDBOXES})
        name = path.partition("?")[0].rpartition("/")[2]
        if name == "connections":
            if self.posts and not self.lists_what_was_made:
                return as_json(
                    403, "Forbidden", {"type": "https://ns.adobe.com/aep/errors/FLOW-2120-403", "title": "Forbidden"}
                )
            return as_json(200, "OK", {"items": []})
        specs = {str(spec["id"]): spec for spec in (OPEN, GUARDED, DOUBLE)}
        items = [specs[name]] if name in specs else list(specs.values())
        return as_json(200, "OK", {"items": items})


def _received(connection: socket.socket) -> bytes:
    data = connection.recv(65536)
    if not data:
        raise ConnectionError("the program closed the connection")
    return data


def _read_until(connection: socket.socket, mark: bytes) -> bytes:
    data = b""
    while mark not in data:
        data += _received(connection)
    return data
