"""The emulator stands apart, and comes in quickly."""

from __future__ import annotations

import ast
import subprocess
import sys
from pathlib import Path

import aep_tui.emulator

ROOM = Path(aep_tui.emulator.__path__[0])
PACKAGE = ROOM.parent
DEMO_SWITCH = {"launch.py", "opening.py"}
"""What may import the emulator: the composition root, which builds the demo on it."""

HEAVY = ("uvicorn", "h11", "jsonschema_rs", "pydantic", "httpx", "sqlite3", "textual", "rich", "click", "yaml")


def imported_by(path: Path) -> set[str]:
    """Return every module that a file imports, at its top and inside its functions."""
    names = set[str]()
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path} imports by a relative name"
            names |= {str(node.module)} | {f"{node.module}.{alias.name}" for alias in node.names}
    return {name for name in names if name.partition(".")[0] == "aep_tui"}


def test_the_emulator_imports_nothing_of_the_rest() -> None:
    for path in ROOM.rglob("*.py"):
        assert all(name.startswith("aep_tui.emulator") for name in imported_by(path)), path


def test_the_rest_imports_nothing_of_it_but_the_switch_of_the_demo() -> None:
    for path in PACKAGE.rglob("*.py"):
        if ROOM not in path.parents and any(name.startswith("aep_tui.emulator") for name in imported_by(path)):
            assert str(path.relative_to(PACKAGE)) in DEMO_SWITCH


def test_making_an_emulator_loads_only_what_every_call_needs() -> None:
    code = (
        "import sys; from aep_tui.emulator.app import create_app; create_app();"
        f"print(' '.join(name for name in {HEAVY!r} if name in sys.modules))"
    )
    loaded = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, timeout=60)
    assert loaded.stdout.strip() == ""


def test_importing_it_touches_nothing(tmp_path: Path) -> None:
    code = "from pathlib import Path; from aep_tui.emulator.app import create_app; create_app(state_path=Path('new/state'))"
    subprocess.run([sys.executable, "-c", code], check=True, timeout=60, cwd=tmp_path)
    assert list(tmp_path.iterdir()) == []
