"""What the emulator costs, as ratios to bare Starlette apps measured in the same run.

Run it with ``python tests/benchmarks/bench_emulator.py [ROUNDS]``. Both sides are served by uvicorn in processes of their own
and asked over one raw socket, so that the client costs next to nothing. The sides take turns, and the medians are compared:

- making a connection and listing 100 of them, with the state in memory and in a file, to an app that answers a constant: the
  same bytes, and a short one;
- listing 100 streaming connections, while they are set up and after, and 100 of which secrets read back or are left out, to an
  app that answers the same bytes;
- the time from the start of the process to its first answer, to uvicorn with an empty Starlette app.
"""

from __future__ import annotations

import json
import os
import socket
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

BASE = "/data/foundation/flowservice"
HEADERS = "Host: x\r\nAuthorization: Bearer t\r\nx-api-key: k\r\nx-gw-ims-org-id: A@AdobeOrg\r\nx-sandbox-name: dev\r\n"
BODY = json.dumps(
    {
        "name": "a connection",
        "connectionSpec": {"id": "37b6bf40-d318-4655-90be-5cd6f65d334b", "version": "1.0"},
        "auth": {"specName": "Basic Authentication", "params": {"connectionString": "HOST=db.example.com"}},
    }
)
JSON = f"Content-Type: application/json\r\nContent-Length: {len(BODY)}\r\n"
STREAM = json.dumps(
    {
        "name": "a stream",
        "connectionSpec": {"id": "bc7b00d6-623a-4dfc-9fdb-f1240aeadaeb", "version": "1.0"},
        "auth": {"specName": "Streaming Connection", "params": {"sourceId": "s", "dataType": "xdm", "name": "n"}},
    }
)
JSON_STREAM = f"Content-Type: application/json\r\nContent-Length: {len(STREAM)}\r\n"
CREATE_STREAM = f"POST {BASE}/connections HTTP/1.1\r\n{HEADERS}{JSON_STREAM}\r\n{STREAM}".encode()
CREATE = f"POST {BASE}/connections HTTP/1.1\r\n{HEADERS}{JSON}\r\n{BODY}".encode()
LIST = f"GET {BASE}/connections?limit=100 HTTP/1.1\r\n{HEADERS}\r\n".encode()
SHORT = LIST.replace(b"/connections?limit=100", b"/short")
SPECS = f"GET {BASE}/connectionSpecs HTTP/1.1\r\n{HEADERS}Connection: close\r\n\r\n".encode()

EMULATOR = """
import sys
from pathlib import Path
from aep_tui.emulator.server import Options, run
state = Path(sys.argv[2]) if sys.argv[2] else None
secrets, seconds = sys.argv[3:] or ("mask", "1.5")
run(Options(port=int(sys.argv[1]), state=state, secrets=secrets, provisioning_seconds=float(seconds)))
"""
CONSTANT = """
import sys
import uvicorn
from pathlib import Path
from starlette.applications import Starlette
from starlette.responses import Response
from starlette.routing import Route

listed = Path(sys.argv[2]).read_bytes()

async def answer(request):
    await request.body()
    short = request.method == "POST" or "short" in request.url.path
    return Response(b'{"id": "a", "etag": "b"}' if short else listed, 201 if request.method == "POST" else 200)

routes = [Route("/{path:path}", answer, methods=["GET", "POST"])]
uvicorn.run(Starlette(routes=routes), port=int(sys.argv[1]), log_config=None, access_log=False, http="h11")
"""
EMPTY = """
import sys
import uvicorn
from starlette.applications import Starlette
uvicorn.run(Starlette(), port=int(sys.argv[1]), log_config=None, access_log=False)
"""
REQUESTS = 30
WAIT_SECONDS = 30


def free_port() -> int:
    """Return a port that nothing listens on."""
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return int(found.getsockname()[1])


@contextmanager
def process(code: str, *arguments: str) -> Iterator[int]:
    """Run some code with a port and further arguments until the block ends."""
    port = free_port()
    environment = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    running = subprocess.Popen([sys.executable, "-c", code, str(port), *arguments], env=environment, stdout=subprocess.DEVNULL)
    try:
        yield port
    finally:
        running.kill()
        running.wait()


def connected(port: int) -> socket.socket:
    """Connect as soon as somebody listens."""
    deadline = time.monotonic() + WAIT_SECONDS
    while True:
        try:
            return socket.create_connection(("127.0.0.1", port), timeout=WAIT_SECONDS)
        except ConnectionRefusedError:
            if time.monotonic() > deadline:
                raise
            time.sleep(0.001)


def ask(connection: socket.socket, request: bytes) -> bytes:
    """Send a request and return the body of the answer."""
    connection.sendall(request)
    received = connection.recv(262_144)
    while b"\r\n\r\n" not in received:
        received += connection.recv(262_144)
    head, _, body = received.partition(b"\r\n\r\n")
    if not 200 <= int(head.split()[1]) < 300:
        raise SystemExit(f"unexpected answer: {received[:500]!r}")
    length = int(head.lower().split(b"content-length: ")[1].split(b"\r\n")[0])
    while len(body) < length:
        body += connection.recv(262_144)
    return body


def timed(connection: socket.socket, request: bytes) -> list[float]:
    """Return the times of a few answers."""
    times = []
    for _ in range(REQUESTS):
        began = time.perf_counter()
        ask(connection, request)
        times.append(time.perf_counter() - began)
    return times


def answers(rounds: int, folder: Path) -> None:
    """Print what a create and a list cost."""
    listed, found = folder / "listed.json", dict[str, list[float]]()
    with process(EMULATOR, "") as port, connected(port) as connection:
        for _ in range(100):
            ask(connection, CREATE)
        listed.write_bytes(ask(connection, LIST))
    with ExitStack() as stack:
        sides = {}
        for name, code, argument in (
            ("memory", EMULATOR, ""),
            ("file", EMULATOR, str(folder / "state.sqlite3")),
            ("constant", CONSTANT, str(listed)),
        ):
            sides[name] = stack.enter_context(connected(stack.enter_context(process(code, argument))))
            for _ in range(100):
                ask(sides[name], CREATE)
        for _ in range(rounds):
            for name, connection in sides.items():
                found.setdefault(f"{name} create", []).extend(timed(connection, CREATE))
                found.setdefault(f"{name} list", []).extend(timed(connection, LIST))
            found.setdefault("constant short", []).extend(timed(sides["constant"], SHORT))
    figures = {name: statistics.median(times) * 1000 for name, times in found.items()}
    for name, milliseconds in figures.items():
        say(f"  {name:16} {milliseconds:7.3f} ms")
    for name in ("memory", "file"):
        ours = figures[f"{name} create"] + figures[f"{name} list"]
        same, tiny = (
            figures["constant create"] + figures["constant list"],
            figures["constant create"] + figures["constant short"],
        )
        ratios = f"{ours / same:.2f} x the same bytes, {ours / tiny:.2f} x a short answer"
        say(f"create + list of 100, state in {name:6}: {ratios} (at most 3)")


KINDS = (
    ("streaming, being set up", CREATE_STREAM, "mask", "3600"),
    ("streaming, ready", CREATE_STREAM, "mask", "0"),
    ("secrets read back", CREATE, "echo", "0"),
    ("secrets left out", CREATE, "drop", "0"),
)


def kinds(rounds: int, folder: Path) -> None:
    """Print what a list costs whose answers are not just what was kept."""
    listed = folder / "listed.json"
    for name, create, secrets, seconds in KINDS:
        for state in ("", str(folder / f"{secrets}-{seconds}-{len(create)}.sqlite3")):
            with ExitStack() as stack:
                ours = stack.enter_context(connected(stack.enter_context(process(EMULATOR, state, secrets, seconds))))
                for _ in range(100):
                    ask(ours, create)
                listed.write_bytes(ask(ours, LIST))
                constant = stack.enter_context(connected(stack.enter_context(process(CONSTANT, str(listed)))))
                times: dict[str, list[float]] = {}
                for _ in range(rounds):
                    for side, connection in (("ours", ours), ("constant", constant)):
                        times.setdefault(f"{side} list", []).extend(timed(connection, LIST))
                        times.setdefault(f"{side} create", []).extend(timed(connection, create))
            found = {name: statistics.median(measured) for name, measured in times.items()}
            both = (found["ours create"] + found["ours list"]) / (found["constant create"] + found["constant list"])
            alone = found["ours list"] / found["constant list"]
            place = "file" if state else "memory"
            say(f"create + list of 100, {name}, state in {place}: {both:.2f} x the same bytes (at most 3); list {alone:.2f} x")


def starts(rounds: int) -> None:
    """Print what a start costs."""
    times: dict[str, list[float]] = {"emulator": [], "empty app": []}
    for _ in range(rounds + 1):
        for name, code, arguments in (("emulator", EMULATOR, [""]), ("empty app", EMPTY, [])):
            began = time.perf_counter()
            with process(code, *arguments) as port, connected(port) as connection:
                connection.sendall(SPECS)
                while connection.recv(262_144):
                    pass
                times[name].append(time.perf_counter() - began)
    medians = {name: statistics.median(measured[1:]) for name, measured in times.items()}
    for name, seconds in medians.items():
        say(f"  {name:16} {seconds * 1000:7.0f} ms")
    ratio = medians["emulator"] / medians["empty app"]
    say(f"start to first answer: {ratio:.2f} x uvicorn with an empty Starlette app (at most 1.5)")


def say(text: str) -> None:
    """Write a line."""
    sys.stdout.write(text + "\n")
    sys.stdout.flush()


def main() -> None:
    """Measure and print."""
    rounds = int(sys.argv[1]) if len(sys.argv) > 1 else 40
    with tempfile.TemporaryDirectory() as folder:
        answers(rounds, Path(folder))
        kinds(max(3, rounds // 4), Path(folder))
    starts(max(5, rounds // 4))


if __name__ == "__main__":
    main()
