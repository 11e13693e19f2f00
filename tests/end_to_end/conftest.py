"""A real terminal (pty, drawn by pyte) and a Flow Service on a real socket."""

from __future__ import annotations

import fcntl
import json
import os
import pty
import signal
import struct
import subprocess
import sys
import termios
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

import pyte
import pytest
import uvicorn
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from aep_tui.emulator.app import create_app

KEYS = {
    "enter": "\r",
    "tab": "\t",
    "shift+tab": "\x1b[Z",
    "escape": "\x1b",
    "space": " ",
    "up": "\x1b[A",
    "down": "\x1b[B",
    "f1": "\x1bOP",
    "f2": "\x1bOQ",
    "f5": "\x1b[15~",
    "f8": "\x1b[19~",
    "ctrl+n": "\x0e",
    "ctrl+p": "\x10",
    "ctrl+q": "\x11",
    "ctrl+u": "\x15",
}
WAIT_SECONDS = 30.0


class Terminal:
    """One run of the program in a pseudo-terminal; its stdout is a pipe, as in ``id=$(aep-tui)``."""

    def __init__(self, arguments: list[str], environment: Mapping[str, str], columns: int = 80, rows: int = 24) -> None:
        self.screen = pyte.Screen(columns, rows)
        self._stream = pyte.ByteStream(self.screen)
        self.raw = bytearray()
        self._lock = threading.Lock()
        master, slave = pty.openpty()
        fcntl.ioctl(slave, termios.TIOCSWINSZ, struct.pack("HHHH", rows, columns, 0, 0))
        self._master = master
        self.process = subprocess.Popen(
            [sys.executable, "-m", "aep_tui", *arguments],
            stdin=slave,
            stderr=slave,
            stdout=subprocess.PIPE,
            env=dict(environment),
            start_new_session=True,
            preexec_fn=lambda: fcntl.ioctl(0, termios.TIOCSCTTY, 0),
        )
        self.attributes = termios.tcgetattr(slave)
        self._slave = slave
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()

    def _read(self) -> None:
        while True:
            try:
                data = os.read(self._master, 65536)
            except OSError:
                return
            if not data:
                return
            with self._lock:
                self.raw += data
                self._stream.feed(data)

    @property
    def text(self) -> str:
        """What a person sees now."""
        with self._lock:
            return "\n".join(self.screen.display)

    def wait_for(self, *texts: str) -> str:
        """Wait until all texts are on the screen; return the screen."""
        return self.wait_until(lambda shown: all(text in shown for text in texts), f"{texts} on the screen")

    def wait_until(self, condition: Callable[[str], bool], what: str) -> str:
        """Wait until a condition on the screen's text holds."""
        deadline = time.monotonic() + WAIT_SECONDS
        while time.monotonic() < deadline:
            shown = self.text
            if condition(shown):
                return shown
            if self.process.poll() is not None:
                break
            time.sleep(0.02)
        ended = f" (it ended with {self.process.returncode})" if self.process.returncode is not None else ""
        raise AssertionError(f"waited in vain for {what}{ended}; the screen was:\n{self.text}")

    def press(self, *keys: str) -> None:
        """Type keys by name."""
        for key in keys:
            os.write(self._master, KEYS[key].encode())

    def type(self, text: str) -> None:
        """Type a text."""
        os.write(self._master, text.encode())

    def pause_for_the_guard(self) -> None:
        """Let the 300 ms without a key pass that a main action on Review asks for."""
        time.sleep(0.4)

    def signal(self, number: int) -> None:
        """Send a signal to the program alone."""
        self.process.send_signal(number)

    def end(self) -> tuple[int, str]:
        """Wait for the program's end; return exit code and stdout."""
        out, _ = self.process.communicate(timeout=WAIT_SECONDS)
        time.sleep(0.05)
        return self.process.returncode, out.decode()

    def close(self) -> None:
        """End the program if it still runs, and close the terminal."""
        if self.process.poll() is None:
            self.process.kill()
            self.process.wait(WAIT_SECONDS)
        if self.process.stdout:
            self.process.stdout.close()
        os.close(self._slave)
        os.close(self._master)
        self._reader.join(5)

    def is_clean(self) -> bool:
        """Tell whether the terminal's settings are those from before, and mouse and alternate screen are off."""
        text = bytes(self.raw).decode(errors="replace")
        modes_off = all(text.rfind(f"\x1b[?{mode}l") > text.rfind(f"\x1b[?{mode}h") for mode in (1049, 1000, 1003, 1006))
        return modes_off and termios.tcgetattr(self._slave)[:4] == self.attributes[:4]


@dataclass
class Service:
    """A Flow Service on a real socket that remembers the bodies it got."""

    origin: str = ""
    bodies: list[dict[str, object]] = field(default_factory=list)
    headers: list[dict[str, str]] = field(default_factory=list)


class Recording:
    """Notes every POST body before the service reads it."""

    def __init__(self, app: ASGIApp, service: Service) -> None:
        self._app = app
        self._service = service

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or scope["method"] != "POST":
            await self._app(scope, receive, send)
            return
        chunks: list[Message] = []
        while not chunks or chunks[-1].get("more_body"):
            chunks.append(await receive())
        body = b"".join(chunk.get("body", b"") for chunk in chunks)
        self._service.bodies.append(json.loads(body))
        self._service.headers.append({name.decode(): value.decode() for name, value in scope["headers"]})
        waiting = iter(chunks)

        async def replay() -> Message:
            return next(waiting, {"type": "http.disconnect"})

        await self._app(scope, replay, send)


@pytest.fixture
def service() -> Iterator[Service]:
    """Serve the emulator on a free loopback port."""
    remembered = Service()
    app = Recording(create_app(), remembered)
    config = uvicorn.Config(app, host="127.0.0.1", port=0, log_level="error", lifespan="off", ws="none")
    server = uvicorn.Server(config)
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    deadline = time.monotonic() + WAIT_SECONDS
    while not server.started and time.monotonic() < deadline:
        time.sleep(0.01)
    port = server.servers[0].sockets[0].getsockname()[1]
    remembered.origin = f"http://127.0.0.1:{port}"
    yield remembered
    server.should_exit = True
    thread.join(WAIT_SECONDS)


@pytest.fixture
def environment(isolated: Path) -> dict[str, str]:
    """Return the environment of a fresh machine with an empty HOME."""
    return {
        "PATH": os.environ["PATH"],
        "HOME": str(isolated),
        "TERM": "xterm-256color",
        "LANG": "C.UTF-8",
        "AEP_TUI_CONFIG_DIR": str(isolated / "aep-tui"),
        "PYTHONUTF8": "1",
    }


@pytest.fixture
def account(environment: dict[str, str], service: Service) -> dict[str, str]:
    """Return the environment of somebody whose organisation is the service on the socket."""
    return environment | {
        "AEP_ACCESS_TOKEN": "Bearer a-token",
        "AEP_API_KEY": "an-api-key",
        "AEP_IMS_ORG": "ACME@AdobeOrg",
        "AEP_SANDBOX_NAME": "dev",
        "AEP_PLATFORM_URL": service.origin,
    }


@pytest.fixture
def terminals() -> Iterator[Callable[..., Terminal]]:
    """Return a function that starts the program in a terminal; all are closed at the end."""
    opened: list[Terminal] = []

    def start(arguments: list[str], environment: Mapping[str, str], columns: int = 80, rows: int = 24) -> Terminal:
        opened.append(Terminal(arguments, environment, columns, rows))
        return opened[-1]

    yield start
    for terminal in opened:
        terminal.close()


SIGNALS = (signal.SIGTERM, signal.SIGHUP)
