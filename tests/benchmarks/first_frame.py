"""First frame, sources on the screen, and peak memory of the demo, as ratios to a bare Textual app in the same run.

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
import sys
import tempfile
import termios
import time
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


def main(rounds: int) -> None:
    """Measure and print."""
    work = Path(tempfile.mkdtemp())
    environment = {
        "PATH": os.environ["PATH"],
        "TERM": "xterm-256color",
        "HOME": str(work),
        "LANG": "C.UTF-8",
        "COLORTERM": "truecolor",
    }
    demo = [sys.executable, "-m", "aep_tui", "demo"]
    ours = {"first frame": b"Step 1 of 4", "sources": b"Amazon Redshift"}
    programs = {
        "bare Textual app": ([sys.executable, "-c", BARE], {"first frame": b"bare-and-ready"}, None),
        "demo, first start": (demo, ours, "fresh"),
        "demo, from the cache": (demo, ours, "kept"),
    }
    figures = {name: Figures() for name in programs}
    run_once(demo, ours, {**environment, "AEP_TUI_CONFIG_DIR": str(work / "kept")}, work / "kept")
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
    bare = figures["bare Textual app"]
    print(f"{rounds} rounds, programs in turn; median, and median ratio to the bare app's first frame (or peak memory)")
    for name, measured in figures.items():
        for mark, values in measured.seconds.items():
            print(
                f"{name:22} {mark:12} {statistics.median(values) * 1000:7.0f} ms  {_ratio(values, bare.seconds['first frame'])}"
            )
        peaks = measured.peak_mib
        print(f"{name:22} {'peak memory':12} {statistics.median(peaks):7.1f} MiB {_ratio(peaks, bare.peak_mib)}")


def _ratio(values: list[float], base: list[float]) -> str:
    ratios = sorted(value / rival for value, rival in zip(values, base, strict=True))
    return f"{statistics.median(ratios):5.2f} x  ({ratios[0]:.2f} to {ratios[-1]:.2f})"


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 11)
