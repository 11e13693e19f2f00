"""A machine on which ``aep-tui doctor`` runs, with the emulator on a port."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parent))

from doctor_kit import CLIENT_ID, PROGRAM, SECRET, Examination, Store

from aep_tui.cli.main import command
from aep_tui.launch import Launcher


@pytest.fixture(scope="module")
def origin() -> Iterator[str]:
    """The emulator on a port of its own."""
    process = subprocess.Popen([*PROGRAM, "emulator", "--port", "0"], stdout=subprocess.PIPE, text=True)
    assert process.stdout is not None
    yield process.stdout.readline().strip()
    process.terminate()
    process.communicate(timeout=30)


@pytest.fixture
def account(origin: str) -> dict[str, str]:
    return {
        "AEP_PLATFORM_URL": origin,
        "AEP_IMS_URL": origin,
        "AEP_IMS_ORG": "ACME@AdobeOrg",
        "AEP_API_KEY": CLIENT_ID,
        "AEP_SANDBOX_NAME": "dev",
        "AEP_CLIENT_SECRET": SECRET,
    }


@pytest.fixture
def root(isolated: Path) -> Path:
    return isolated / "aep-tui"


@pytest.fixture
def store() -> Store:
    return Store()


@pytest.fixture
def run(root: Path, store: Store, capfd, monkeypatch) -> Callable[..., Examination]:
    """Return a function that runs the command in this process; what it says is looked through for what was planted."""

    def examine(environment: Mapping[str, str], *options: str) -> Examination:
        for name, text in environment.items():
            monkeypatch.setenv(name, text)
        launcher = Launcher({"AEP_TUI_CONFIG_DIR": str(root), **environment})
        monkeypatch.setattr(launcher, "secret_store", lambda: store)
        code = command(launcher, [*options, "doctor", "--json"])
        sys.stdout.flush()
        out, err = capfd.readouterr()
        assert "canary" not in out + err.replace(str(root), "")
        return Examination(code, out, err)

    return examine
