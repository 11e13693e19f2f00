"""Lets the tests of the wizard share their made-up sources and a history."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parent))

from submitting import NOW_SECONDS

from aep_tui.storage.history import History


@pytest.fixture
def history(tmp_path: Path) -> History:
    return History(tmp_path / "aep-tui" / "history.sqlite3", lambda: NOW_SECONDS)
