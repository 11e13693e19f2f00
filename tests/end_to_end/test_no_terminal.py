"""Where the interactive program cannot be shown, or has not what it needs, it says so in a sentence; never a traceback."""

from __future__ import annotations

import os
import pty
import subprocess
import sys
from collections.abc import Callable, Iterator
from typing import Any

import pytest

COMMAND = [sys.executable, "-m", "aep_tui"]
LIMIT_SECONDS = 60
NEEDS_TERMINAL, USAGE = 9, 2
Environment = dict[str, str]
Terminals = Callable[..., Any]


@pytest.fixture
def tty() -> Iterator[int]:
    """Return a descriptor of a terminal."""
    master, slave = pty.openpty()
    yield slave
    os.close(slave)
    os.close(master)


def assert_one_plain_line(text: str) -> None:
    assert text.count("\n") == 1, text
    assert text.endswith("\n")
    assert len(text) > 20
    assert "Traceback" not in text
    assert "\x1b" not in text


@pytest.mark.parametrize("arguments", [["demo"], []], ids=["demo", "nothing set"])
def test_without_a_terminal_on_stdin_it_says_so_in_one_line(arguments: list[str], environment: Environment) -> None:
    ended = subprocess.run(
        [*COMMAND, *arguments], check=False, env=environment, input="", capture_output=True, text=True, timeout=LIMIT_SECONDS
    )
    assert ended.returncode == NEEDS_TERMINAL
    assert ended.stdout == ""
    assert_one_plain_line(ended.stderr)
    assert "terminal" in ended.stderr
    assert "aep-tui history list --json" in ended.stderr


def test_a_terminal_on_stdin_alone_is_not_enough_because_it_is_drawn_on_stderr(environment: Environment, tty: int) -> None:
    ended = subprocess.run(
        [*COMMAND, "demo"],
        check=False,
        env=environment,
        stdin=tty,
        stdout=tty,
        stderr=subprocess.PIPE,
        text=True,
        timeout=LIMIT_SECONDS,
    )
    assert ended.returncode == NEEDS_TERMINAL
    assert_one_plain_line(ended.stderr)


def test_closed_standard_streams_are_no_terminal_either(environment: Environment) -> None:
    ended = subprocess.run(
        ["sh", "-c", '"$@" <&- 2>&-', "sh", *COMMAND, "demo"],
        check=False,
        env=environment,
        capture_output=True,
        timeout=LIMIT_SECONDS,
    )
    assert (ended.returncode, ended.stdout) == (NEEDS_TERMINAL, b"")


@pytest.mark.parametrize("term", ["dumb", "", None], ids=["dumb", "empty", "unset"])
def test_a_dumb_terminal_is_told_in_one_line(term: str | None, terminals: Terminals, environment: Environment) -> None:
    del environment["TERM"]
    terminal = terminals(["demo"], environment if term is None else environment | {"TERM": term})
    code, out = terminal.end()
    assert (code, out) == (NEEDS_TERMINAL, "")
    line = terminal.raw.decode().replace("\r\n", "\n")
    assert_one_plain_line(line)
    assert "TERM" in line


@pytest.mark.parametrize(("columns", "rows"), [(59, 24), (80, 15)])
def test_a_terminal_that_is_too_small_is_told_its_size(
    columns: int, rows: int, terminals: Terminals, environment: Environment
) -> None:
    terminal = terminals(["demo"], environment, columns, rows)
    code, out = terminal.end()
    assert (code, out) == (NEEDS_TERMINAL, "")
    line = terminal.raw.decode().replace("\r\n", "\n")
    assert_one_plain_line(line)
    assert "60x16" in line
    assert f"{columns}x{rows}" in line


def test_the_smallest_terminal_is_enough(terminals: Terminals, environment: Environment) -> None:
    terminal = terminals(["demo"], environment, 60, 16)
    terminal.wait_for("Step 1 of 4: Source", "65 sources")
    terminal.press("ctrl+q")
    assert terminal.end() == (0, "")


def test_a_shell_gets_the_id_alone_and_the_person_a_page_of_the_real_size(
    terminals: Terminals, environment: Environment
) -> None:
    script = 'id=$("$@"); printf "%s|%s|" "$?" "$id"'
    terminal = terminals(["demo", "dataset", "base"], environment, 101, 31, program=["sh", "-c", script, "sh", *COMMAND])
    terminal.wait_for("Step 2 of 4: Credentials", "This source takes no credentials.", "Review")
    terminal.wait_until(lambda shown: shown.splitlines()[0].endswith("sandbox dev "), "a first line of 101 columns")
    terminal.wait_until(lambda shown: "^q" in shown.splitlines()[30], "the footer on line 31")
    terminal.press("ctrl+n")
    terminal.wait_for("Step 3 of 4: Review")
    terminal.pause_for_the_guard()
    terminal.press("ctrl+n")
    shown = terminal.wait_for("Step 4 of 4: Done", "Connection id")
    terminal.press("ctrl+q")
    _, out = terminal.end()
    code, connection_id, rest = out.split("|")
    assert (code, rest) == ("0", "")
    assert len(connection_id) == 36
    assert connection_id in shown


def test_without_settings_a_welcome_page_names_what_is_missing_and_leads_to_the_demo(
    terminals: Terminals, environment: Environment
) -> None:
    terminal = terminals(["ibm-db2"], environment | {"AEP_API_KEY": "a-key", "AEP_SANDBOX_NAME": "  "}, 100, 32)
    shown = terminal.wait_for("Welcome", "Open the demo", "Some values are known, others are missing:", "access token")
    lines = [line.strip(" │") for line in shown.splitlines()]
    known = [line.split("  ")[0] for line in lines if line[:1] in ("✓", "✗")]
    assert known == ["✗ Organisation ID", "✗ Sandbox", "✗ Client secret or access token", "✓ Client ID (AEP_API_KEY)"]
    assert "Developer Console" in shown
    assert "a-key" not in shown
    terminal.press("enter")
    terminal.wait_for("Step 2 of 4: Credentials", "IBM DB2", "nothing leaves this machine")
    terminal.press("ctrl+q")
    assert terminal.end() == (0, "")
    assert terminal.is_clean()


@pytest.mark.parametrize(
    ("variable", "value", "part"),
    [
        ("AEP_PLATFORM_URL", "http://platform.example.org", "http://platform.example.org"),
        ("AEP_PLATFORM_URL", "https://platform.example.org/data/foundation", "origin"),
        ("AEP_PLATFORM_URL", "https://me:hunter2@platform.example.org", "password"),
        ("AEP_TIMEOUT_SECONDS", "soon", "soon"),
        ("AEP_TIMEOUT_SECONDS", "-1", "-1"),
        ("AEP_ACCESS_TOKEN", "hunter2\ninjected: yes", "line break"),
        ("AEP_CLIENT_SECRET", "hunter2\ninjected: yes", "line break"),
        ("AEP_IMS_URL", "http://ims.example.org", "plain http"),
        ("AEP_SCOPES", 'openid,"more"', "quotation mark"),
    ],
)
def test_a_setting_that_cannot_be_used_is_named_in_a_sentence(
    variable: str, value: str, part: str, terminals: Terminals, environment: Environment
) -> None:
    settings = {
        "AEP_ACCESS_TOKEN": "a-token",
        "AEP_API_KEY": "a-key",
        "AEP_IMS_ORG": "ACME@AdobeOrg",
        "AEP_SANDBOX_NAME": "dev",
    }
    terminal = terminals([], environment | settings | {variable: value})
    code, out = terminal.end()
    assert (code, out) == (USAGE, "")
    line = terminal.raw.decode().replace("\r\n", "\n")
    assert_one_plain_line(line)
    assert variable in line
    assert part in line
    assert "hunter2" not in line
