"""A terminal, a disk and a resolver that do what they should not: no traceback, and what was made is still told."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

Environment = dict[str, str]
Terminals = Callable[..., Any]
NEVER_RESOLVED = """
import socket, time

def never(*_, **__):
    time.sleep(25)
    raise socket.gaierror(-3, "no")

socket.getaddrinfo = never
"""
PROGRAM = (sys.executable, "-m", "aep_tui")


def to_done(terminal: Any) -> None:
    terminal.wait_for("Step 2 of 4: Credentials", "This source takes no credentials.")
    terminal.press("ctrl+n")
    terminal.wait_for("Step 3 of 4: Review", "Create connection in dev")
    terminal.pause_for_the_guard()
    terminal.press("ctrl+n")
    terminal.wait_for("Step 4 of 4: Done", "connection-1")


def test_bytes_that_are_no_utf_8_are_shown_as_signs(terminals: Terminals, raw_account: Environment) -> None:
    terminal = terminals([], raw_account)
    terminal.wait_for("Step 1 of 4: Source", "3 sources")
    os.write(terminal._master, b"caf\xe9 \xff\xfe\x9b31m")
    terminal.wait_for("No source matches caf")
    terminal.press("ctrl+q")
    assert terminal.end() == (0, "")
    assert b"Traceback" not in terminal.raw


def test_an_id_that_cannot_be_written_to_stdout_is_written_to_stderr(
    terminals: Terminals, raw_account: Environment, raw_service: Any
) -> None:
    shell = ["sh", "-c", '"$@" > /dev/full', "sh", *PROGRAM, "open"]
    terminal = terminals([], raw_account, program=shell)
    to_done(terminal)
    terminal.press("ctrl+q")
    assert terminal.end() == (1, "")
    text = bytes(terminal.raw).decode(errors="replace")
    assert text.rstrip().endswith("connection-1")
    assert "could not be written to standard output (No space left on device)" in text
    assert "Traceback" not in text


@pytest.mark.parametrize("options", [[], ["--json"]])
def test_a_history_that_cannot_be_written_is_one_sentence(
    options: list[str], terminals: Terminals, raw_account: Environment, raw_service: Any
) -> None:
    terminal = terminals(["open"], raw_account)
    to_done(terminal)
    terminal.press("ctrl+q")
    terminal.end()
    with Path("/dev/full").open("wb") as full:
        command = [*PROGRAM, "history", "list", *options]
        ended = subprocess.run(command, check=False, env=raw_account, stdout=full, stderr=subprocess.PIPE, timeout=30)
    assert ended.returncode == 1
    sentence = b"aep-tui: The output could not be written. No space left on device. Free some space, or write it elsewhere.\n"
    assert ended.stderr == sentence


def test_a_name_that_the_locale_cannot_write_is_written_with_question_marks(
    terminals: Terminals, raw_account: Environment, raw_service: Any
) -> None:
    terminal = terminals(["open"], raw_account)
    terminal.wait_for("Step 2 of 4: Credentials")
    terminal.type("連線")
    terminal.press("ctrl+n")
    terminal.wait_for("Step 3 of 4: Review", "Create connection in dev")
    terminal.pause_for_the_guard()
    terminal.press("ctrl+n")
    terminal.wait_for("Step 4 of 4: Done")
    terminal.press("ctrl+q")
    terminal.end()
    latin = raw_account | {"PYTHONIOENCODING": "latin-1", "PYTHONUTF8": "0"}
    ended = subprocess.run([*PROGRAM, "history", "list"], check=False, env=latin, capture_output=True, timeout=30)
    assert (ended.returncode, ended.stderr) == (0, b"")
    assert b"\t??\t" in ended.stdout


def test_leaving_does_not_wait_for_a_host_name_that_nobody_resolves(
    tmp_path: Path, terminals: Terminals, raw_account: Environment
) -> None:
    (tmp_path / "sitecustomize.py").write_text(NEVER_RESOLVED)
    account = raw_account | {"PYTHONPATH": str(tmp_path), "AEP_PLATFORM_URL": "https://platform.invalid"}
    terminal = terminals([], account)
    terminal.wait_for("Asking the service for its sources")
    time.sleep(0.5)
    asked = time.monotonic()
    terminal.press("ctrl+q")
    assert terminal.end() == (0, "")
    assert time.monotonic() - asked < 15
    assert terminal.is_clean()


def test_a_retry_after_of_another_age_is_a_refusal_like_any_other(
    terminals: Terminals, raw_account: Environment, raw_service: Any, raw: Any, history: Any
) -> None:
    headers = {"Date": "Wed, 21 Oct 2015 07:28:00 GMT", "Retry-After": "Wed, 21 Oct 2015 07:28:00 +99999999999999999999"}
    raw_service.answers = [raw.saying(raw.http(429, "Too Many Requests", b"{}", **headers))]
    terminal = terminals(["open"], raw_account)
    terminal.wait_for("Step 2 of 4: Credentials")
    terminal.press("ctrl+n")
    terminal.wait_for("Step 3 of 4: Review", "Create connection in dev")
    terminal.pause_for_the_guard()
    terminal.press("ctrl+n")
    terminal.wait_for("Refused: nothing was created")
    assert [row["outcome"] for row in history()] == ["refused"]


def test_textual_writes_no_log_of_what_is_typed(tmp_path: Path, terminals: Terminals, raw_account: Environment) -> None:
    log = tmp_path / "log.txt"
    terminal = terminals(["guarded"], raw_account | {"TEXTUAL_LOG": str(log), "TEXTUAL": "debug,devtools"})
    terminal.wait_for("Step 2 of 4: Credentials", "Secret")
    for _ in range(4):
        terminal.press("tab")
    terminal.type("canary-secret")
    terminal.signal(signal.SIGTERM)
    terminal.end()
    assert not log.exists()


def test_a_demo_that_cannot_keep_its_connections_says_which_directory_to_change(
    terminals: Terminals, environment: Environment
) -> None:
    terminal = terminals(["demo"], environment | {"AEP_TUI_CONFIG_DIR": "/dev/null/here"}, 120, 36)
    shown = terminal.wait_for("The demo cannot keep its connections.", "AEP_TUI_CONFIG_DIR")
    assert "status.adobe.com" not in shown
