"""Secrets that can be told apart, and a search for them in everything that a run of the program leaves or shows.

To cover another place in which a secret can be entered: add its name to :data:`PLANTED`, type or store
``world.canary(name)`` there in a scenario, and say in :attr:`Scenario.allowed` where it may be found (the keyring's own file,
standard output of a command that prints it). To cover another way through the program: add a :class:`Scenario`.
"""

from __future__ import annotations

import base64
import re
import subprocess
import sys
import threading
import time
import urllib.parse
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from hashlib import sha256
from pathlib import Path
from typing import Any

OF_ACCOUNTS = (
    "environment client secret",
    "typed client secret",
    "token that is no JWT",
    "JWT",
    "credential file",
    "Postman client secret",
    "Postman token",
    "aepp config",
    "client secret on stdin",
    "kept param",
    "answered token",
    "settings file",
)
"""Places that belong to signing in, and to what is kept in the keyring."""
PLANTED = (
    "environment token",
    "password",
    "pasted key",
    "JSON member",
    "connection string part",
    "text file",
    "binary file",
    "params file",
    "params on stdin",
    *OF_ACCOUNTS,
)
"""Every place in which a secret can be entered."""
BEGINNING = "c4n4ry"
ESCAPES = re.compile(rb"\x1b(?:\[[0-?]*[ -/]*[@-~]|\][^\x07\x1b]*(?:\x07|\x1b\\)|[PX^_][^\x1b]*\x1b\\|[@-Z\\-_])")
CLIPBOARD = re.compile(rb"\x1b\]52;[a-z]*;([A-Za-z0-9+/=]*)(?:\x07|\x1b\\)")
WATCH_SECONDS = 0.02


def canary_for(place: str, seed: str) -> str:
    """Return a text that occurs nowhere by chance, of letters and figures only, so that most encodings leave it as it is."""
    return f"{BEGINNING}{sha256(f'{place} {seed}'.encode()).hexdigest()[:18]}"


def forms_of(text: str) -> dict[str, re.Pattern[bytes]]:
    """Return what a text looks like in every encoding in which it may leak."""
    raw = text.encode()
    shapes = {
        "plain": re.escape(raw),
        "reversed": re.escape(raw[::-1]),
        "hex": re.escape(raw.hex().encode()),
        "URL-encoded": b"".join(b"(?:%" + f"{sign:02x}".encode() + b"|" + re.escape(bytes([sign])) + b")" for sign in raw),
        "JSON-escaped": b"".join(
            b"(?:\\\\u00" + f"{sign:02x}".encode() + b"|" + re.escape(bytes([sign])) + b")" for sign in raw
        ),
        "UTF-16": re.escape(text.encode("utf-16-le")),
    }
    found = {name: re.compile(shape, re.IGNORECASE) for name, shape in shapes.items()}
    for shift in range(3):
        for name, encode in (("base64", base64.b64encode), ("base64url", base64.urlsafe_b64encode)):
            # What stands before and behind it changes the first and the last sign; all between is always the same.
            inner = encode(b"\0" * shift + raw)[4 if shift else 0 : -4]
            found[f"{name}, {shift}"] = re.compile(re.escape(inner))
            spread = b"(?:\\r?\\n)?".join(re.escape(bytes([sign])) for sign in inner)
            found[f"{name} in lines, {shift}"] = re.compile(spread)
    return found


@dataclass(frozen=True, order=True)
class Hit:
    """A secret that was found."""

    place: str
    canary: str
    encoding: str


class Searcher:
    """Looks for secrets in bytes."""

    def __init__(self, canaries: Mapping[str, str]) -> None:
        self._forms = {name: forms_of(text) for name, text in canaries.items()}
        # In every encoding, how a text begins shows in it; all secrets begin alike, so that one look tells of them all.
        assert all(text.startswith(BEGINNING) for text in canaries.values())
        self._beginnings = forms_of(BEGINNING)

    def search(self, place: str, content: bytes) -> Iterator[Hit]:
        """Yield what is found, once for each secret and encoding."""
        for encoding, beginning in self._beginnings.items():
            if beginning.search(content):
                yield from (
                    Hit(place, name, encoding) for name, forms in self._forms.items() if forms[encoding].search(content)
                )

    def search_tree(self, root: Path, place: str) -> Iterator[Hit]:
        """Yield what is found in the files below a directory, in their names too."""
        for path in sorted(root.rglob("*")):
            yield from self.search(
                f"{place}: name of {path.name}", str(path.relative_to(root)).encode("utf-8", "surrogateescape")
            )
            if path.is_file():
                yield from self.search(f"{place}: {path.relative_to(root)}", path.read_bytes())

    def search_terminal(self, raw: bytes, pictures: Iterable[str]) -> Iterator[Hit]:
        """Yield what is found in the bytes a terminal got, in the pictures they drew, and in its clipboard."""
        yield from self.search("terminal: bytes", raw)
        yield from self.search("terminal: bytes without sequences", ESCAPES.sub(b"", raw))
        for text in CLIPBOARD.findall(raw):
            yield from self.search("clipboard", base64.b64decode(text))
        for shown in pictures:
            yield from self.search("terminal: drawn", shown.encode())


@dataclass
class Watcher:
    """Notes the command lines of a process and of its children, and the environment of the children, while it runs."""

    pid: int
    seen: dict[str, bytes] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._watch, daemon=True)
        self._thread.start()

    def _watch(self) -> None:
        while not self._stop.wait(WATCH_SECONDS):
            self._note(self.pid, "process", environment=False)

    def _note(self, pid: int, name: str, *, environment: bool) -> None:
        for what in ("cmdline", *(("environ",) if environment else ())):
            try:
                self.seen[f"{name}: {what}"] = Path(f"/proc/{pid}/{what}").read_bytes()
            except OSError:
                continue
        try:
            tasks = list(Path(f"/proc/{pid}/task").iterdir())
            children = {int(child) for task in tasks for child in (task / "children").read_text().split()}
        except OSError:
            return
        for child in children:
            self._note(child, f"child {child}", environment=True)

    def stop(self) -> dict[str, bytes]:
        """End, and return what was seen."""
        self._stop.set()
        self._thread.join()
        return self.seen


@dataclass
class World:
    """A machine on which a scenario runs.

    Attributes:
        home: HOME, with the config directory and the temporary directory below it; all of it is searched.
        planted: Files that a scenario loads; nothing here is searched.
        environment: Of the program.
        service: What it talks to.
        start: Starts the program in a terminal.
    """

    seed: str
    home: Path
    planted: Path
    environment: dict[str, str]
    service: Any
    start: Callable[..., Any]
    hits: set[Hit] = field(default_factory=set)
    outputs: dict[str, bytes] = field(default_factory=dict)

    def canary(self, place: str) -> str:
        """Return the secret of a place."""
        assert place in PLANTED, f"{place} is not in PLANTED"
        return canary_for(place, self.seed)

    def plant(self, place: str, name: str, content: str) -> Path:
        """Write a file that holds the secret of a place where ``{}`` stands."""
        path = self.planted / name
        path.write_text(content.replace("{}", self.canary(place)), encoding="utf-8")
        return path

    def run(self, arguments: list[str], drive: Callable[[Any], None], **options: Any) -> tuple[int, str]:
        """Run the program in a terminal; search what it draws and writes; return exit code and stdout."""
        size = (110, 44)
        terminal = self.start(arguments, self.environment, *size, keeps_pictures=True, **options)
        watcher = Watcher(terminal.process.pid)
        try:
            drive(terminal)
            code, out = terminal.end()
        finally:
            seen = watcher.stop()
        assert seen, "nothing was seen of the process"
        self.hits |= set(self.searcher.search_terminal(bytes(terminal.raw), terminal.pictures))
        self.note({**seen, "stdout": out.encode()})
        return code, out

    def command(self, *arguments: str, text: str = "") -> tuple[int, str, str]:
        """Run a command that reads from a pipe; search what it writes; return exit code, stdout and stderr."""
        pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "stderr": subprocess.PIPE}
        with subprocess.Popen([sys.executable, "-m", "aep_tui", *arguments], env=self.environment, **pipes) as process:
            watcher = Watcher(process.pid)
            try:
                out, err = process.communicate(text.encode(), timeout=60)
            finally:
                process.kill()
                seen = watcher.stop()
        self.note({**seen, "stdout": out, "stderr": err})
        return process.returncode, out.decode(), err.decode()

    def note(self, outputs: Mapping[str, bytes]) -> None:
        """Search what came out."""
        for place, content in outputs.items():
            self.hits |= set(self.searcher.search(place, content))

    @cached_property
    def searcher(self) -> Searcher:
        """Looks for every secret that is planted anywhere."""
        return Searcher({place: self.canary(place) for place in PLANTED})

    def search_files(self) -> None:
        """Search every file that is left."""
        self.hits |= set(self.searcher.search_tree(self.home, "file"))


@dataclass(frozen=True)
class Scenario:
    """One way through the program.

    Attributes:
        name: Of the test.
        drive: Goes the way.
        sent: Places whose secret the request body has to hold in the end: the control that the way was gone.
        kept: Places whose secret the keyring has to have held: the same control.
        allowed: Where a secret may be found: beginnings of places, by the place it was planted in.
    """

    name: str
    drive: Callable[[World], None]
    sent: tuple[str, ...] = ()
    kept: tuple[str, ...] = ()
    allowed: Mapping[str, tuple[str, ...]] = field(default_factory=dict)

    def leaks(self, hits: set[Hit]) -> list[Hit]:
        """Return what was found where it may not be."""
        return sorted(hit for hit in hits if not hit.place.startswith(self.allowed.get(hit.canary, ()) or ("\0",)))


def hostile(home: Path) -> dict[str, str]:
    """Return surroundings that would make Textual, Python or a library write things down."""
    return {
        "TEXTUAL": "debug,devtools",
        "TEXTUAL_DEBUG": "1",
        "TEXTUAL_LOG": str(home / "textual.log"),
        "TEXTUAL_SCREENSHOT": "1",
        "HTTPX_LOG_LEVEL": "trace",
        "PYTHONASYNCIODEBUG": "1",
    }


def wait_while(condition: Callable[[], bool], seconds: float = 30.0) -> None:
    """Wait until a condition holds no more."""
    deadline = time.monotonic() + seconds
    while condition():
        assert time.monotonic() < deadline
        time.sleep(0.02)


def quoted(text: str) -> str:
    """Return a text with every sign URL-encoded."""
    return "".join(f"%{sign:02X}" for sign in text.encode()) if text else urllib.parse.quote(text)
