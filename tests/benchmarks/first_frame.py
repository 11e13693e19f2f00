"""First frame, sources on the screen, and peak memory of the demo, as ratios to a bare Textual app in the same run.

Then the same of a start with a profile (its list from the cache, its service an emulator on a port), as ratios to the demo's
start from the cache; asked is at most 1.10.

Run it with ``python tests/benchmarks/first_frame.py [ROUNDS]``. Every program starts in a pseudo-terminal of 120x36; the time
runs from its start to the moment its text arrives there. The programs take turns, and the medians are compared.
"""

from __future__ import annotations

import fcntl
import os
import pty
import select
import shutil
import signal
import statistics
import struct
import subprocess
import sys
import tempfile
import termios
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

BARE = """
from textual.app import App
from textual.widgets import Footer, Header, Static

class Bare(App):
    def compose(self):
        yield Header()
        yield Static("bare-and-ready")
        yield Footer()

Bare().run()
"""
LIMIT_SECONDS = 30.0
BARE_NAME, DEMO_NAME, PROFILE_NAME = "bare Textual app", "demo, from the cache", "profile, from the cache"
PROFILE = """\
profile = "acme"

[profiles.acme]
org_id = "ACME@AdobeOrg"
client_id = "client-1"
sandbox = "dev"
platform_url = "{origin}"
ims_url = "{origin}"
"""


@dataclass
class Figures:
    """What the rounds of one program measured: seconds to each mark, and peak memory in MiB."""

    seconds: dict[str, list[float]] = field(default_factory=dict)
    peak_mib: list[float] = field(default_factory=list)


def run_once(
    command: list[str], marks: dict[str, bytes], environment: dict[str, str], kept: Path | None = None
) -> tuple[dict[str, float], float]:
    """Start a program, note when each mark arrives, end it, and return the times and its peak memory.

    Args:
        command: What to start.
        marks: Names of moments, each with the text that arrives then.
        environment: Of the program.
        kept: A directory in which the program has to have kept its list before it is ended.
    """
    started = time.perf_counter()
    pid, master = pty.fork()
    if pid == 0:
        os.execvpe(command[0], command, environment)
    fcntl.ioctl(master, termios.TIOCSWINSZ, struct.pack("HHHH", 36, 120, 0, 0))
    seen, got = {}, bytearray()
    while (
        len(seen) < len(marks) or (kept and not any(kept.rglob("index.json")))
    ) and time.perf_counter() - started < LIMIT_SECONDS:
        if not select.select([master], [], [], 0.05)[0]:
            continue
        got += os.read(master, 65536)
        for name, mark in marks.items():
            if name not in seen and mark in got:
                seen[name] = time.perf_counter() - started
    os.kill(pid, signal.SIGTERM)
    os.set_blocking(master, False)
    while True:
        ended, _, usage = os.wait4(pid, os.WNOHANG)
        if ended:
            break
        try:
            os.read(master, 65536)
        except (BlockingIOError, OSError):
            time.sleep(0.005)
    os.close(master)
    if len(seen) < len(marks):
        raise SystemExit(f"{command} did not show {set(marks) - set(seen)} within {LIMIT_SECONDS} s")
    return seen, usage.ru_maxrss / 1024


@contextmanager
def emulator() -> Iterator[str]:
    """Serve an emulator on a free port, and return its origin."""
    process = subprocess.Popen([sys.executable, "-m", "aep_tui", "emulator", "--port", "0"], stdout=subprocess.PIPE, text=True)
    try:
        assert process.stdout is not None
        yield process.stdout.readline().strip()
    finally:
        process.terminate()
        process.communicate(timeout=LIMIT_SECONDS)


def main(rounds: int) -> None:
    """Measure and print."""
    with emulator() as origin:
        measure(rounds, origin)


def measure(rounds: int, origin: str) -> None:
    """Let the programs take turns, and print what came of it.

    Args:
        rounds: How often each is started.
        origin: Where the profile's service is.
    """
    work = Path(tempfile.mkdtemp())
    environment = {
        "PATH": os.environ["PATH"],
        "TERM": "xterm-256color",
        "HOME": str(work),
        "LANG": "C.UTF-8",
        "COLORTERM": "truecolor",
        "AEP_CLIENT_SECRET": "any",
    }
    (work / "profile").mkdir(0o700)
    (work / "profile" / "settings.toml").write_text(PROFILE.format(origin=origin))
    (work / "profile" / "settings.toml").chmod(0o600)
    demo = [sys.executable, "-m", "aep_tui", "demo"]
    ours = {"first frame": b"Step 1 of 4", "sources": b"Amazon Redshift"}
    own = [sys.executable, "-m", "aep_tui"]
    programs = {
        BARE_NAME: ([sys.executable, "-c", BARE], {"first frame": b"bare-and-ready"}, None),
        "demo, first start": (demo, ours, "fresh"),
        DEMO_NAME: (demo, ours, "kept"),
        PROFILE_NAME: (own, ours, "profile"),
    }
    figures = {name: Figures() for name in programs}
    for command, directory in ((demo, "kept"), (own, "profile")):
        run_once(command, ours, {**environment, "AEP_TUI_CONFIG_DIR": str(work / directory)}, work / directory)
    for turn in range(rounds + 1):
        for name, (command, marks, directory) in programs.items():
            if directory == "fresh":
                shutil.rmtree(work / "fresh", ignore_errors=True)
            seen, peak = run_once(command, marks, {**environment, "AEP_TUI_CONFIG_DIR": str(work / (directory or "none"))})
            if turn:
                for mark, seconds in seen.items():
                    figures[name].seconds.setdefault(mark, []).append(seconds)
                figures[name].peak_mib.append(peak)
    shutil.rmtree(work)
    report(figures, rounds)


def report(figures: dict[str, Figures], rounds: int) -> None:
    """Print the medians, and the median of each round's ratio to the bare app of the same round."""
    bare = figures[BARE_NAME]
    print(f"{rounds} rounds, programs in turn; median, and median ratio to the bare app's first frame (or peak memory)")
    for name, measured in figures.items():
        for mark, values in measured.seconds.items():
            print(
                f"{name:24} {mark:12} {statistics.median(values) * 1000:7.0f} ms  {_ratio(values, bare.seconds['first frame'])}"
            )
        peaks = measured.peak_mib
        print(f"{name:24} {'peak memory':12} {statistics.median(peaks):7.1f} MiB {_ratio(peaks, bare.peak_mib)}")
    demo, profile = figures[DEMO_NAME], figures[PROFILE_NAME]
    print(f"\n{PROFILE_NAME}: median ratio to '{DEMO_NAME}' in the same round; asked: at most 1.10")
    for mark, values in profile.seconds.items():
        print(f"{mark:12} {_ratio(values, demo.seconds[mark])}")
    print(f"{'peak memory':12} {_ratio(profile.peak_mib, demo.peak_mib)}")


def _ratio(values: list[float], base: list[float]) -> str:
    ratios = sorted(value / rival for value, rival in zip(values, base, strict=True))
    return f"{statistics.median(ratios):5.2f} x  ({ratios[0]:.2f} to {ratios[-1]:.2f})"


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 11)
