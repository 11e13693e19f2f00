"""A fault in the middle of the interactive program: a clean terminal, a report, exit code 70, and no value anywhere."""

from __future__ import annotations

import stat
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

Environment = dict[str, str]
Terminals = Callable[..., Any]
CRASH = 70
CANARY = "c4n4ry-Yellow"
MARK = b"c4n4ry"
FAILING = """
import asyncio, sys
from textual import work
from aep_tui.tui.screens.credentials import CredentialsScreen

class Rich(Exception):
    def __rich__(self):
        return str(self)

def held(screen):
    return {row.row_id: row.answer.reveal() if hasattr(row.answer, "reveal") else row.answer for row in screen.all_rows()}

def boom(screen):
    everything = held(screen)
    raise KIND(str(everything))

@work(group="x", description="x")
async def in_a_worker(screen):
    boom(screen)

async def in_a_task(screen):
    async def fail():
        boom(screen)
    screen.fate = asyncio.get_running_loop().create_task(fail())
    await asyncio.sleep(0.1)
    screen.fate = None
    import gc
    gc.collect()

CredentialsScreen.action_request = WAY
from aep_tui.launch import main
main()
"""


def failing(kind: str, way: str) -> tuple[str, str, str]:
    return sys.executable, "-c", FAILING.replace("KIND", kind).replace("WAY", way)


def typed(terminals: Terminals, account: Environment, program: Any) -> Any:
    terminal = terminals(["guarded"], account, 100, 30, program=program)
    terminal.wait_for("Step 2 of 4: Credentials", "Secret")
    terminal.type(f"mine\r\rdb\r\r{CANARY}")
    terminal.wait_for("•" * len(CANARY))
    return terminal


@pytest.mark.parametrize(("kind", "way"), [("ValueError", "boom"), ("Rich", "boom"), ("LookupError", "in_a_worker")])
def test_a_fault_on_a_page_with_a_secret(
    kind: str, way: str, terminals: Terminals, raw_account: Environment, isolated: Path
) -> None:
    terminal = typed(terminals, raw_account, failing(kind, way))
    terminal.press("f5")
    code, out = terminal.end()
    (report,) = (isolated / "aep-tui" / "reports").iterdir()
    text = report.read_text(encoding="utf-8")
    assert (code, out) == (CRASH, "")
    assert terminal.is_clean()
    said = bytes(terminal.raw).decode(errors="replace")
    assert f"fault of its own: {kind} in boom" in said
    assert f"~/aep-tui/reports/{report.name}" in said
    assert kind in text
    assert " in boom" in text
    assert stat.S_IMODE(report.stat().st_mode) == 0o600
    for shown in (said, text):
        assert "Traceback" not in shown
        assert MARK.decode() not in shown
        assert str(isolated) not in shown


def test_a_fault_in_a_task_that_nobody_waits_for_leaves_the_page_as_it_is(
    terminals: Terminals, raw_account: Environment, isolated: Path
) -> None:
    terminal = typed(terminals, raw_account, failing("ValueError", "in_a_task"))
    terminal.press("f5")
    reports = isolated / "aep-tui" / "reports"
    terminal.wait_until(lambda _: reports.is_dir() and any(reports.glob("*.txt")), "a report")
    terminal.press("ctrl+q")
    terminal.wait_for("Not yet")
    terminal.press("ctrl+q")
    assert terminal.end() == (0, "")
    assert MARK not in terminal.raw
    assert b"Task exception" not in terminal.raw
    assert MARK not in b"".join(path.read_bytes() for path in reports.iterdir())


LOGS = {"TEXTUAL": "debug,devtools", "TEXTUAL_DEBUG": "1", "TEXTUAL_SCREENSHOT": "0"}


@pytest.mark.parametrize("allowed", [False, True])
def test_textuals_own_logs_are_written_only_where_that_is_asked_for(
    allowed: bool, terminals: Terminals, raw_account: Environment, isolated: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(isolated)
    log = isolated / "textual.log"
    variables = LOGS if not allowed else {"TEXTUAL_DEBUG": "1"}
    words = ["--unsafe-debug", "guarded"] if allowed else ["guarded"]
    environment = raw_account | variables | {"TEXTUAL_LOG": str(log), "PYTHONPATH": str(Path(__file__).parents[2])}
    terminal = terminals(words, environment, 100, 30)
    terminal.wait_for("Step 2 of 4: Credentials", "Secret", *(["Unsafe"] if allowed else []))
    terminal.type(f"mine\r\rdb\r\r{CANARY}")
    terminal.wait_for("•" * len(CANARY))
    terminal.press("ctrl+q")
    terminal.wait_for("Not yet")
    terminal.press("ctrl+q")
    assert terminal.end()[0] == 0
    assert (b"secrets too" in terminal.raw) == allowed
    assert log.exists() == allowed
    assert (isolated / "keys.log").exists() == allowed
    assert list(isolated.glob("*.svg")) == []
