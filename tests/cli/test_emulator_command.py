"""``aep-tui emulator``: its first line is where it is, it stops when asked to, and it says what it cannot use."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest

from aep_tui.emulator.behaviour import Switch
from aep_tui.emulator.faults import NAMES

COMMAND = [sys.executable, "-m", "aep_tui", "emulator"]
HEADERS = {"Authorization": "Bearer any", "x-api-key": "any", "x-gw-ims-org-id": "ACME@AdobeOrg", "x-sandbox-name": "dev"}


@pytest.fixture
def served(tmp_path: Path) -> Iterator[tuple[subprocess.Popen[str], str]]:
    arguments = [
        *COMMAND,
        "--port",
        "0",
        "--state",
        str(tmp_path / "state.sqlite3"),
        "--switch",
        "delete-202",
        "--latency-ms",
        "1",
    ]
    process = subprocess.Popen(arguments, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    assert process.stdout is not None
    yield process, process.stdout.readline().strip()
    if process.poll() is None:
        process.kill()
    process.communicate(timeout=30)


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_it_serves_from_its_first_line_on_and_stops_cleanly(
    served: tuple[subprocess.Popen[str], str], number: signal.Signals, tmp_path: Path
) -> None:
    process, origin = served
    assert origin.startswith("http://127.0.0.1:")
    request = urllib.request.Request(
        f"{origin}/data/foundation/flowservice/connectionSpecs?property=name==sftp", headers=HEADERS
    )
    with urllib.request.urlopen(request, timeout=30) as answer:
        assert answer.status == 200
        assert b"b7bf2577-4520-42c9-bae9-cad01560f7bc" in answer.read()
    process.send_signal(number)
    out, err = process.communicate(timeout=30)
    assert process.returncode == 0
    assert (out, err) == ("", "")
    assert (tmp_path / "state.sqlite3").is_file()


@pytest.mark.parametrize(
    ("arguments", "named"),
    [
        (["--switch", "nothing-like-it"], "delete-202"),
        (["--fault", "nothing-like-it"], "drop-after"),
        (["--host", "0.0.0.0"], "--i-know-it-is-open"),
        (["--specs", "no-such-file.json"], "no-such-file.json"),
        (["--port", "70000"], "--port"),
        (["--secrets", "loud"], "mask"),
    ],
)
def test_what_cannot_be_used_is_said_in_a_sentence(arguments: list[str], named: str) -> None:
    ended = subprocess.run([*COMMAND, "--port", "0", *arguments], capture_output=True, text=True, timeout=60, check=False)
    assert ended.returncode == 2
    assert named in ended.stderr
    assert "Traceback" not in ended.stderr
    assert ended.stdout == ""


def test_its_help_names_every_fault_every_switch_its_exit_codes_and_how_to_talk_to_it() -> None:
    shown = subprocess.run([*COMMAND, "--help"], capture_output=True, text=True, timeout=60, check=True).stdout
    faults, switches = shown.partition("The faults")[2].split("The switches")
    assert [line.split()[0] for line in faults.splitlines() if line.startswith("    ")] == list(NAMES)
    switches, exits = switches.split("Exit codes")
    assert [line.split()[0] for line in switches.splitlines() if line.startswith("    ")] == list(Switch)
    assert "0 after SIGINT or SIGTERM" in exits
    assert max(map(len, shown.splitlines())) <= 80
    words = " ".join(shown.split())
    assert "AEP_IMS_ORG to anything that ends in @AdobeOrg; AEP_API_KEY and AEP_ACCESS_TOKEN may be anything." in words
    assert "AEP_CLIENT_SECRET in place of a token, set AEP_IMS_URL to the origin too." in words


def test_the_readme_names_every_fault_and_loops_only_while_the_emulator_lives(tmp_path: Path) -> None:
    """Run the loop of the README with an emulator that cannot start: it has to end, and with a failure."""
    readme = Path(__file__).parents[2].joinpath("README.md").read_text()
    assert [name for name in NAMES if f"`{name}`" not in readme] == []
    script = readme.partition("aep/bin/aep-tui emulator")[2].partition("curl")[0]
    script = f"{sys.executable} -m aep_tui emulator{script}".replace("aep.sqlite3", str(tmp_path))
    root = Path(__file__).parents[2]
    environment = {**os.environ, "PYTHONPATH": str(root)}
    ended = subprocess.run(
        ["bash", "-c", script], cwd=tmp_path, env=environment, capture_output=True, text=True, timeout=60, check=False
    )
    assert ended.returncode != 0
    assert "--state" in ended.stderr
