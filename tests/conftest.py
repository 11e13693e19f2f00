"""Keeps a developer's own environment, home and configuration out of every test."""

from __future__ import annotations

import gc
import os
from pathlib import Path
from typing import Any

import keyring
import pytest
from keyring.backends import fail

REPOSITORY = Path(__file__).parent.parent
SHARED = REPOSITORY.parent / "shared"
CLEARED_PREFIXES = ("AEP_", "TEXTUAL", "XDG_")
CLEARED = (
    "NO_COLOR",
    "COLORTERM",
    "FORCE_COLOR",
    "COLUMNS",
    "LINES",
    "HTTP_PROXY",
    "HTTPS_PROXY",
    "ALL_PROXY",
    "http_proxy",
    "https_proxy",
    "all_proxy",
)

OBJECTS_BETWEEN_COLLECTIONS = 50_000


NO_KEYRING = "keyring.backends.fail.Keyring"


def pytest_configure() -> None:
    """Collect garbage more rarely: an app of a test leaves many objects, and looking through all took a fifth of the time.

    And without a keyring to begin with: neither the one of whoever runs the tests, nor one that some test defines.
    """
    gc.set_threshold(OBJECTS_BETWEEN_COLLECTIONS, 20, 20)
    keyring.set_keyring(fail.Keyring())


def pytest_collection_finish() -> None:
    """Look never again at what the modules and the list of tests are made of."""
    gc.collect()
    gc.freeze()


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> Any:
    """Give neighbours to one worker, who shares what a module starts; who is done first takes from the other's rest."""
    from xdist.scheduler import WorkStealingScheduling

    return WorkStealingScheduling(config, log)


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_auto_num_workers() -> int:
    """Run one test more than there are cores: a fourth of the time a test waits for a program or a service of its own."""
    usable = getattr(os, "sched_getaffinity", None)
    return (len(usable(0)) if usable else os.cpu_count() or 1) + 1


@pytest.fixture(autouse=True)
def isolated(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Clear what could change a test's outcome, and point HOME and the config directory at an empty place."""
    home = tmp_path_factory.mktemp("home")
    for name in list(os.environ):
        if (name.startswith(CLEARED_PREFIXES) and not name.startswith("TEXTUAL_SNAPSHOT")) or name in CLEARED:
            monkeypatch.delenv(name)
    monkeypatch.setenv("PYTHON_KEYRING_BACKEND", NO_KEYRING)
    monkeypatch.setenv("HOME", str(home))
    monkeypatch.setenv("AEP_TUI_CONFIG_DIR", str(home / "aep-tui"))
    monkeypatch.setenv("TERM", "xterm-256color")
    return home


@pytest.fixture
def shared() -> Path:
    """Return the folder of facts beside the project; the test is skipped where it is absent."""
    if not SHARED.is_dir():
        pytest.skip("the reference material (../shared) is not beside the project")
    return SHARED
