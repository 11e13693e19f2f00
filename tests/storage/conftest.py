"""Other processes that use the same files: killed, unprivileged, or out of space."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from aep_tui.storage.history import History

PREPARE = """
import hashlib, json, os, resource, shutil, signal, sqlite3, sys
from pathlib import Path
from aep_tui.errors import AepTuiError
from aep_tui.storage.files import make_private_directory, write_atomically
from aep_tui.storage.history import Attempt, History
from aep_tui.storage.spec_cache import SpecCache

path = Path(sys.argv[1])

def attempt(name="n"):
    return Attempt(name, "Source", "spec-1", "ACME@AdobeOrg", "dev", "https://platform.adobe.io", "{}")

def error_of(work):
    try:
        work()
    except AepTuiError as error:
        return [error.title, error.detail, error.remedy]
    return None

def tell(value):
    print(json.dumps(value), flush=True)

def without_rights():
    if os.geteuid() == 0:
        os.setgroups([])
        os.setgid(65534)
        os.setuid(65534)

def without_space(kilobytes):
    signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_FSIZE, (kilobytes * 1024, kilobytes * 1024))
"""


@pytest.fixture
def start_process() -> Callable[..., subprocess.Popen[str]]:
    """Start a script after PREPARE in a process of its own."""
    started: list[subprocess.Popen[str]] = []

    def start(script: str, path: object) -> subprocess.Popen[str]:
        command = [sys.executable, "-c", PREPARE + script, str(path)]
        process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        started.append(process)
        return process

    yield start
    for process in started:
        if process.poll() is None:
            process.kill()
        process.communicate()


@pytest.fixture
def run_process(start_process) -> Callable[..., list[object]]:
    """Run a script to its end and return what it told."""

    def run(script: str, path: object) -> list[object]:
        output, errors = start_process(script, path).communicate(timeout=60)
        assert errors == ""
        return [json.loads(line) for line in output.splitlines()]

    return run


@pytest.fixture
def path(tmp_path) -> Path:
    return tmp_path / "config" / "history.sqlite3"


@pytest.fixture
def history(path) -> History:
    ticks = iter(range(1_000))
    return History(path, now=lambda: 1_700_000_000.1234 + next(ticks))
