"""A proxy between the program and a service, which does to a POST what a test says."""

from __future__ import annotations

import socket
import struct
import threading
import time
from collections.abc import Callable
from contextlib import suppress


class Proxy:
    """Passes connections on to a service, and does to a POST what a test says."""

    def __init__(self, target: str) -> None:
        host, _, port = target.rpartition("://")[2].rpartition(":")
        self._target = (host, int(port))
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port = self._listener.getsockname()[1]
        self.origin = f"http://127.0.0.1:{self.port}"
        self.fault: Callable[[socket.socket, socket.socket, bytes], None] | None = None
        self.posts = 0
        self._threads: list[threading.Thread] = []
        self._accepting = threading.Thread(target=self._accept, args=(self._listener,), daemon=True)
        self._accepting.start()

    def stop_listening(self) -> None:
        with suppress(OSError):
            self._listener.shutdown(socket.SHUT_RDWR)
        self._accepting.join(5)
        self._listener.close()

    def stop(self) -> None:
        self.stop_listening()
        for thread in self._threads:
            thread.join(5)

    def listen_again(self) -> None:
        self._listener = socket.create_server(("127.0.0.1", self.port))
        self._accepting = threading.Thread(target=self._accept, args=(self._listener,), daemon=True)
        self._accepting.start()

    def _accept(self, listener: socket.socket) -> None:
        while True:
            try:
                near, _ = listener.accept()
            except OSError:
                return
            thread = threading.Thread(target=self._serve, args=(near,), daemon=True)
            self._threads.append(thread)
            thread.start()

    def _serve(self, near: socket.socket) -> None:
        with suppress(OSError), near, socket.create_connection(self._target, 5) as far:
            near.settimeout(10)
            far.settimeout(10)
            first = near.recv(65536)
            if not first.startswith(b"POST ") or self.fault is None:
                self.posts += first.startswith(b"POST ")
                far.sendall(first)
                self._both_ways(near, far)
                return
            self.posts += 1
            self.fault(near, far, first)

    def _both_ways(self, near: socket.socket, far: socket.socket) -> None:
        back = threading.Thread(target=_pump, args=(far, near), daemon=True)
        back.start()
        _pump(near, far)
        back.join(10)


def _pump(source: socket.socket, target: socket.socket) -> None:
    with suppress(OSError):
        while data := source.recv(65536):
            target.sendall(data)
    with suppress(OSError):
        target.shutdown(socket.SHUT_WR)


def _reset(sock: socket.socket) -> None:
    sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    sock.close()


def _whole_request(near: socket.socket, first: bytes) -> bytes:
    data = first
    while b"\r\n\r\n" not in data:
        data += near.recv(65536)
    head, _, body = data.partition(b"\r\n\r\n")
    lines = head.decode("latin-1").lower().split("\r\n")
    length = next(int(line.partition(":")[2]) for line in lines if line.startswith("content-length:"))
    while len(body) < length:
        more = near.recv(65536)
        body += more
        data += more
    return data


def _whole_answer(far: socket.socket) -> bytes:
    data = far.recv(65536)
    while b"\r\n\r\n" not in data or not data.partition(b"\r\n\r\n")[2].endswith(b"}"):
        data += far.recv(65536)
    return data


def before_the_request(near: socket.socket, far: socket.socket, first: bytes) -> None:
    """Cut before a byte of it has passed."""
    _reset(near)


def within_the_request(near: socket.socket, far: socket.socket, first: bytes) -> None:
    """Cut when half of it has passed."""
    request = _whole_request(near, first)
    far.sendall(request[: len(request) // 2])
    _reset(far)
    _reset(near)


def within_the_body(near: socket.socket, far: socket.socket, first: bytes) -> None:
    """Cut before its last byte."""
    far.sendall(_whole_request(near, first)[:-1])
    _reset(far)
    _reset(near)


def after_the_request(near: socket.socket, far: socket.socket, first: bytes) -> None:
    """Pass all of it, and cut at once."""
    far.sendall(_whole_request(near, first))
    _reset(near)
    _whole_answer(far)


def before_the_answer(near: socket.socket, far: socket.socket, first: bytes) -> None:
    """Cut when the service has answered and nothing of that has passed."""
    far.sendall(_whole_request(near, first))
    _whole_answer(far)
    _reset(near)


def late(near: socket.socket, far: socket.socket, first: bytes) -> None:
    """Cut at once, and let the service have the request half a second later."""
    request = _whole_request(near, first)
    _reset(near)
    time.sleep(0.5)
    far.sendall(request)
    _whole_answer(far)


class Held:
    """Cuts at once, and lets the service have the request when it is told to."""

    def __init__(self) -> None:
        self.let_go = threading.Event()
        self.arrived = threading.Event()

    def __call__(self, near: socket.socket, far: socket.socket, first: bytes) -> None:
        request = _whole_request(near, first)
        _reset(near)
        self.let_go.wait(60)
        far.sendall(request)
        _whole_answer(far)
        self.arrived.set()


def within_the_answer(near: socket.socket, far: socket.socket, first: bytes) -> None:
    """Cut when half of the answer has passed."""
    far.sendall(_whole_request(near, first))
    answer = _whole_answer(far)
    near.sendall(answer[: len(answer) - 30])
    near.close()


def within_the_answers_head(near: socket.socket, far: socket.socket, first: bytes) -> None:
    """Cut when a few bytes of the answer have passed."""
    far.sendall(_whole_request(near, first))
    near.sendall(_whole_answer(far)[:20])
    near.close()


def after_the_answer(near: socket.socket, far: socket.socket, first: bytes) -> None:
    """Cut when all of it has passed."""
    far.sendall(_whole_request(near, first))
    near.sendall(_whole_answer(far))
    near.close()


def silence(near: socket.socket, far: socket.socket, first: bytes) -> None:
    """Let the service do it, and never answer."""
    far.sendall(_whole_request(near, first))
    _whole_answer(far)
    time.sleep(2.5)
