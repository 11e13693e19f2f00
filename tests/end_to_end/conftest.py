"""A real terminal (pty, drawn by pyte) and a Flow Service on a real socket."""

from __future__ import annotations

import fcntl
import json
import os
import pty
import select
import struct
import subprocess
import sys
import termios
import threading
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
import uvicorn
from starlette.types import ASGIApp, Message, Receive, Scope, Send

sys.path.insert(0, str(Path(__file__).parent))

import raw_service as raw_module
from quick_screen import Pictures

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
PIECES = 10
PROGRAM = (sys.executable, "-m", "aep_tui")


class Terminal:
    """One run of the program in a pseudo-terminal; its stdout is a pipe, as in ``id=$(aep-tui)``."""

    def __init__(
        self,
        arguments: list[str],
        environment: Mapping[str, str],
        columns: int = 80,
        rows: int = 24,
        program: Sequence[str] = PROGRAM,
        controls: bool = True,
        keeps_pictures: bool = False,
    ) -> None:
        self._pictures = Pictures(columns, rows, keeps=keeps_pictures)
        self.screen = self._pictures.screen
        self.raw = bytearray()
        self._lock = threading.Lock()
        self._master: int | None
        self._master, self._slave = pty.openpty()
        fcntl.ioctl(self._slave, termios.TIOCSWINSZ, struct.pack("HHHH", rows, columns, 0, 0))
        self.process = subprocess.Popen(
            [*program, *arguments],
            stdin=self._slave,
            stderr=self._slave,
            stdout=subprocess.PIPE,
            env=dict(environment),
            start_new_session=True,
            # Without this, as in a container's exec, nothing tells the program that its terminal was closed.
            preexec_fn=(lambda: fcntl.ioctl(0, termios.TIOCSCTTY, 0)) if controls else None,
        )
        self.attributes = termios.tcgetattr(self._slave)
        self._wake_reading, self._wake_writing = os.pipe()
        self._reader = threading.Thread(target=self._read, args=(self._master,), daemon=True)
        self._reader.start()

    def _read(self, master: int) -> None:
        # A thread that sits in read() would keep the terminal open while another one closes it.
        while self._wake_reading not in (ready := select.select([master, self._wake_reading], [], [])[0]) or master in ready:
            try:
                data = os.read(master, 65536)
            except OSError:
                return
            if not data:
                return
            with self._lock:
                self.raw += data
                self._pictures.feed(data)

    def _stop_reading(self) -> None:
        """Let the reader take what is there already, and wait for its end."""
        os.write(self._wake_writing, b"x")
        self._reader.join(WAIT_SECONDS)
        assert not self._reader.is_alive()

    @property
    def text(self) -> str:
        """What a person sees now."""
        with self._lock:
            return "\n".join(self._pictures.lines())

    @property
    def pictures(self) -> set[str]:
        """All that was to be seen since the start, as far as it is kept."""
        with self._lock:
            return set(self._pictures.kept)

    def looks(self, text: str) -> list[Any]:
        """Return the cells of a text's first place on the screen: ``data``, ``fg``, ``bg``, ``bold``, ``reverse``…"""
        with self._lock:
            for row, line in enumerate(self.screen.display):
                if text in line:
                    start = line.index(text)
                    return [self.screen.buffer[row][column] for column in range(start, start + len(text))]
        return []

    def wait_for(self, *texts: str) -> str:
        """Wait until all texts are on the screen; return the screen."""
        return self.wait_until(lambda shown: all(text in shown for text in texts), f"{texts} on the screen")

    def wait_until(self, condition: Callable[[str], bool], what: str) -> str:
        """Wait until a condition on the screen's text holds."""
        deadline = time.monotonic() + WAIT_SECONDS
        while time.monotonic() < deadline:
            has_ended = self.process.poll() is not None
            shown = self.text
            if condition(shown):
                whole = self._whole_text()
                return whole if condition(whole) else shown
            if has_ended:
                break
            time.sleep(0.02)
        ended = f" (it ended with {self.process.returncode})" if self.process.returncode is not None else ""
        raise AssertionError(f"waited in vain for {what}{ended}; the screen was:\n{self.text}")

    def _whole_text(self) -> str:
        """Return the screen once nothing more comes for a moment: one page may arrive in several pieces."""
        for _ in range(PIECES):
            size = len(self.raw)
            time.sleep(0.02)
            if len(self.raw) == size:
                break
        return self.text

    def press(self, *keys: str) -> None:
        """Type keys by name."""
        for key in keys:
            self.type(KEYS[key])

    def type(self, text: str) -> None:
        """Type a text, in one burst."""
        assert self._master is not None
        os.write(self._master, text.encode())

    def click(self, text: str) -> None:
        """Click on a text that is on the screen."""
        for row, line in enumerate(self.text.splitlines(), start=1):
            if text in line:
                place = f"0;{line.index(text) + 1};{row}"
                self.type(f"\x1b[<{place}M\x1b[<{place}m")
                return
        raise AssertionError(f"{text!r} is not on the screen:\n{self.text}")

    def pause_for_the_guard(self) -> None:
        """Let the 300 ms without a key pass that a main action on Review asks for."""
        time.sleep(0.4)

    def signal(self, number: int) -> None:
        """Send a signal to the program alone."""
        self.process.send_signal(number)

    def hang_up(self) -> None:
        """Close the terminal under the program, as closing its window does."""
        assert self._master is not None
        self._stop_reading()
        os.close(self._master)
        self._master = None

    def end(self) -> tuple[int, str]:
        """Wait for the program's end; return exit code and stdout."""
        out, _ = self.process.communicate(timeout=WAIT_SECONDS)
        if self._master is not None:
            self._stop_reading()
        return self.process.returncode, out.decode()

    def close(self) -> None:
        """End the program if it still runs, and close the terminal."""
        if self.process.poll() is None:
            self.process.kill()
            self.process.wait(WAIT_SECONDS)
        if self.process.stdout:
            self.process.stdout.close()
        if self._reader.is_alive():
            self._stop_reading()
        for descriptor in (self._master, self._slave, self._wake_reading, self._wake_writing):
            if descriptor is not None:
                os.close(descriptor)

    def is_clean(self) -> bool:
        """Tell whether the terminal's settings are those from before, and mouse and alternate screen are off."""
        text = bytes(self.raw).decode(errors="replace")
        modes_off = all(text.rfind(f"\x1b[?{mode}l") > text.rfind(f"\x1b[?{mode}h") for mode in (1049, 1000, 1003, 1006, 2004))
        cursor_shown = text.rfind("\x1b[?25h") > text.rfind("\x1b[?25l")
        return modes_off and cursor_shown and termios.tcgetattr(self._slave)[:4] == self.attributes[:4]


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


SETTINGS = {
    "AEP_ACCESS_TOKEN": "Bearer a-token",
    "AEP_API_KEY": "an-api-key",
    "AEP_IMS_ORG": "ACME@AdobeOrg",
    "AEP_SANDBOX_NAME": "dev",
}


@pytest.fixture
def account(environment: dict[str, str], service: Service) -> dict[str, str]:
    """Return the environment of somebody whose organisation is the service on the socket."""
    return environment | SETTINGS | {"AEP_PLATFORM_URL": service.origin}


@pytest.fixture
def raw() -> ModuleType:
    """Return the answers that a bare socket can give."""
    return raw_module


@pytest.fixture
def raw_service() -> Iterator[raw_module.RawService]:
    """Serve three small sources from a bare socket, which answers a POST as the test wants."""
    service = raw_module.RawService()
    yield service
    service.stop()


@pytest.fixture
def raw_account(environment: dict[str, str], raw_service: raw_module.RawService) -> dict[str, str]:
    """Return the environment of somebody whose organisation is the bare socket."""
    return environment | SETTINGS | {"AEP_PLATFORM_URL": raw_service.origin}


@pytest.fixture
def history(environment: dict[str, str]) -> Callable[..., list[dict[str, Any]]]:
    """Return a function that reads the history with the command that scripts use."""

    def read(*options: str) -> list[dict[str, Any]]:
        command = [*PROGRAM, "history", "list", "--json", *options]
        ended = subprocess.run(command, check=False, env=environment, capture_output=True, timeout=WAIT_SECONDS)
        assert (ended.returncode, ended.stderr) == (0, b"")
        rows = json.loads(ended.stdout)
        assert isinstance(rows, list)
        return rows

    return read


@pytest.fixture
def terminals() -> Iterator[Callable[..., Terminal]]:
    """Return a function that starts the program in a terminal; all are closed at the end."""
    opened: list[Terminal] = []

    def start(arguments: list[str], environment: Mapping[str, str], *size: int, **options: Any) -> Terminal:
        opened.append(Terminal(arguments, environment, *size, **options))
        return opened[-1]

    yield start
    for terminal in opened:
        terminal.close()
