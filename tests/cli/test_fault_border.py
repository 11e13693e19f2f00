"""What nobody expected: a report, one sentence, and exit code 70."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

CRASH = 70
CANARY = "c4n4ry-of-a-secret"
LIMIT_SECONDS = 60
FAILING = {
    "a command": """
import aep_tui.cli.main
def boom(launcher):
    secret = "c4n4ry-of-a-secret"
    raise ValueError(secret)
aep_tui.cli.main.command = boom
""",
    "an import": """
import sys
sys.modules["aep_tui.cli.form"] = None
""",
    "a group of errors": """
import aep_tui.cli.main
def boom(launcher):
    raise ExceptionGroup("c4n4ry-of-a-secret", [ValueError("c4n4ry-of-a-secret")])
aep_tui.cli.main.command = boom
""",
}
BESIDE = """
import aep_tui.cli.main, asyncio, threading
def boom(launcher):
    def fail():
        raise ValueError("c4n4ry-of-a-secret")
    for _ in range(5):
        thread = threading.Thread(target=fail)
        thread.start()
        thread.join()
    class Failing:
        def __del__(self):
            raise ValueError("c4n4ry-of-a-secret")
    Failing()
    return 5
aep_tui.cli.main.command = boom
"""


def run(code: str, environment: dict[str, str], *words: str) -> subprocess.CompletedProcess[str]:
    script = f"{code}\nfrom aep_tui.launch import main\nmain()"
    return subprocess.run(
        [sys.executable, "-c", script, *words],
        check=False,
        env=environment,
        capture_output=True,
        text=True,
        timeout=LIMIT_SECONDS,
    )


@pytest.fixture
def environment(isolated: Path) -> dict[str, str]:
    root = Path(__file__).parents[2]
    return {"PATH": "/usr/bin:/bin", "HOME": str(isolated), "PYTHONPATH": str(root), "AEP_ACCESS_TOKEN": f"Bearer {CANARY}"}


@pytest.mark.parametrize("name", FAILING)
def test_a_fault_ends_with_70_one_sentence_and_a_report(name: str, environment: dict[str, str], isolated: Path) -> None:
    environment["AEP_TUI_CONFIG_DIR"] = str(isolated / "config")
    ended = run(FAILING[name], environment)
    (report,) = (isolated / "config" / "reports").iterdir()
    assert ended.returncode == CRASH
    assert ended.stderr.startswith("aep-tui stopped because of a fault of its own: ")
    assert f"~/config/reports/{report.name}" in ended.stderr
    assert ended.stderr.count("\n") == 1
    text = report.read_text(encoding="utf-8")
    assert "aep_tui/launch.py:" in text
    for shown in (ended.stderr, ended.stdout, text):
        assert CANARY not in shown
        assert "Traceback" not in shown
        assert str(isolated) not in shown


@pytest.mark.parametrize(
    ("directory", "reason"),
    [("/proc/nowhere", "No report could be written: "), ("~nobody-of-that-name/x", "No report could be written.")],
)
def test_without_a_place_for_the_report_the_end_is_the_same(directory: str, reason: str, environment: dict[str, str]) -> None:
    ended = run(FAILING["a command"], environment | {"AEP_TUI_CONFIG_DIR": directory})
    assert ended.returncode == CRASH
    assert reason in ended.stderr
    assert "Traceback" not in ended.stderr


def test_a_fault_in_a_thread_is_told_at_the_end_and_not_reported_without_end(
    environment: dict[str, str], isolated: Path
) -> None:
    environment["AEP_TUI_CONFIG_DIR"] = str(isolated / "config")
    ended = run(BESIDE, environment)
    assert ended.returncode == 5
    assert ended.stderr.startswith("aep-tui: Something went wrong beside what was asked for")
    assert ended.stderr.count("\n") == 1
    reports = [path.read_text(encoding="utf-8") for path in (isolated / "config" / "reports").iterdir()]
    assert len(reports) == 3
    assert CANARY not in ended.stderr + "".join(reports)


WARNING = """
import aep_tui.cli.main, warnings
def warn(launcher):
    warnings.warn("c4n4ry-of-a-secret")
    return 0
aep_tui.cli.main.command = warn
"""


def test_a_warning_of_a_library_is_not_printed(environment: dict[str, str]) -> None:
    ended = run(WARNING, environment)
    assert (ended.returncode, ended.stdout, ended.stderr) == (0, "", "")


def test_an_interrupt_before_there_is_a_page_ends_with_130_and_no_words(environment: dict[str, str]) -> None:
    interrupted = "import aep_tui.cli.main\ndef boom(launcher): raise KeyboardInterrupt\naep_tui.cli.main.command = boom"
    ended = run(interrupted, environment)
    assert (ended.returncode, ended.stdout, ended.stderr) == (130, "", "")


DRAWN = """
import aep_tui.cli.main, os
command = aep_tui.cli.main.command
def shown(launcher):
    launcher.run_tui = lambda **_: print(sorted(name for name in os.environ if name.startswith("TEXTUAL"))) or 0
    return command(launcher)
aep_tui.cli.main.command = shown
"""
SWITCHES = (
    "TEXTUAL",
    "TEXTUAL_DEBUG",
    "TEXTUAL_DRIVER",
    "TEXTUAL_LOG",
    "TEXTUAL_OF_TOMORROW",
    "TEXTUAL_PRESS",
    "TEXTUAL_SCREENSHOT",
)


def test_textuals_switches_are_dropped_but_for_those_that_only_draw(environment: dict[str, str]) -> None:
    ended = run(DRAWN, environment | dict.fromkeys(SWITCHES, "1") | {"TEXTUAL_ANIMATIONS": "none"}, "demo")
    assert (ended.stdout, ended.stderr) == ("['TEXTUAL_ANIMATIONS']\n", "")


def test_unsafe_debug_keeps_them_and_warns(environment: dict[str, str]) -> None:
    ended = run(DRAWN, environment | dict.fromkeys(SWITCHES, "1"), "--unsafe-debug", "demo")
    assert ended.stdout == f"{sorted(SWITCHES)}\n"
    assert "secrets too" in ended.stderr


def test_unsafe_debug_is_an_option_of_the_program_and_no_source_to_look_for(environment: dict[str, str]) -> None:
    ended = run(DRAWN, environment | {"TEXTUAL_LOG": "x"}, "--", "--unsafe-debug")
    assert "TEXTUAL_LOG" not in ended.stdout
