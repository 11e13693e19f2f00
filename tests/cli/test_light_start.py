"""What a command loads before it does anything: little, and nothing of the screens."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from aep_tui import __version__

HEAVY = (
    "textual",
    "rich",
    "keyring",
    "tomlkit",
    "httpx",
    "pydantic",
    "jsonschema_rs",
    "starlette",
    "uvicorn",
    "aep_tui.tui",
    "aep_tui.emulator.app",
)
BEHIND_THE_FIRST_FRAME = ("httpx", "pydantic", "jsonschema_rs", "starlette", "uvicorn", "aep_tui.emulator.app")
USAGE = 2

COMMAND = """
import sys
from aep_tui.launch import main
try:
    main()
finally:
    sys.stdout.flush()
    print(*[name for name in {heavy!r} if name in sys.modules], file=sys.stderr)
"""
FIRST_FRAME = """
import asyncio, os, sys
from aep_tui.launch import Launcher
from aep_tui.tui.app import AepTuiApp
from aep_tui.tui.screens.source import SourceScreen

loaded = None

def at_first_paint(screen):
    # What the page does once its first frame is up; until here nothing else may have run.
    global loaded
    loaded = [name for name in {heavy!r} if name in sys.modules]
    screen.app.exit()

SourceScreen._begin = at_first_paint
launcher = Launcher(os.environ)
accounts = launcher.accounts()
app = AepTuiApp(accounts.demo(), launcher.clock(), accounts=accounts, keys=accounts.keys())

async def show():
    async with app.run_test(size=(80, 24)) as pilot:
        shown = app.screen.title_line()
        await pilot.pause()
    print(shown, loaded)

asyncio.run(show())
"""


def run(code: str, *arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-c", code, *arguments],
        check=False,
        env=dict(os.environ),
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=60,
    )


@pytest.mark.parametrize(
    ("arguments", "part"),
    [
        (("--version",), __version__),
        (("--help",), "Exit codes"),
        (("history", "list", "--json"), "[]"),
        (("profile", "list", "--json"), "[]"),
    ],
)
def test_commands_that_draw_nothing_load_nothing_that_draws_calls_or_checks(arguments: tuple[str, ...], part: str) -> None:
    ended = run(COMMAND.format(heavy=HEAVY), *arguments)
    assert ended.returncode == 0
    assert part in ended.stdout
    assert ended.stderr.strip() == ""


def test_the_first_frame_needs_neither_the_network_nor_the_models_nor_the_emulator(isolated: Path) -> None:
    ended = run(FIRST_FRAME.format(heavy=BEHIND_THE_FIRST_FRAME))
    assert (ended.returncode, ended.stderr) == (0, "")
    assert ended.stdout.strip() == "Step 1 of 4: Source []"
    assert list(isolated.iterdir()) == [], "something was written before the first frame"


def test_the_version_is_printed_alone(isolated: Path) -> None:
    ended = subprocess.run(
        [sys.executable, "-m", "aep_tui", "--version"], check=True, capture_output=True, text=True, timeout=60
    )
    assert ended.stdout.split()[-1] == __version__
    assert ended.stdout.count("\n") == 1
    assert ended.stderr == ""
    assert list(isolated.iterdir()) == []


@pytest.mark.parametrize("arguments", [("--no-such-option",), ("demo", "--no-such-option"), ("-x",)])
def test_an_option_that_does_not_exist_is_a_usage_error_before_anything_is_loaded(arguments: tuple[str, ...]) -> None:
    ended = run(COMMAND.format(heavy=("textual", "httpx")), *arguments)
    assert ended.returncode == USAGE
    assert ended.stdout == ""
    assert arguments[-1] in ended.stderr
    assert "Traceback" not in ended.stderr
    assert ended.stderr.splitlines()[-1] == ""
