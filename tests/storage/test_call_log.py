"""The log of calls: one line each, for its owner alone, and never in a call's way."""

from __future__ import annotations

import os
import re
import stat
import sys
import threading
from dataclasses import dataclass
from pathlib import Path

import pytest

from aep_tui.errors import AepTuiError
from aep_tui.storage.call_log import CallLog, line_of


@dataclass
class Call:
    started_at: float = 1_770_000_000.5
    method: str = "GET"
    path: str = "/data/foundation/flowservice/connections"
    status: int | None = 200
    duration_seconds: float = 0.1234
    request_id: str = "r-1"


LINE = "2026-02-02T02:40:00.500Z GET /data/foundation/flowservice/connections 200 0.123s r-1\n"


def test_a_line_a_call(tmp_path: Path) -> None:
    path = tmp_path / "calls.log"
    log = CallLog(path)
    log.write(Call())
    log.write(Call(status=None, request_id=""))
    log.close()
    first, second = path.read_text().splitlines(keepends=True)
    assert first == LINE
    assert second.endswith(" - 0.123s -\n")
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert log.trouble == ""


def test_it_is_continued_and_made_private(tmp_path: Path) -> None:
    path = tmp_path / "calls.log"
    path.write_text("before\n")
    path.chmod(0o644)
    log = CallLog(path)
    log.write(Call())
    log.close()
    assert path.read_text() == "before\n" + LINE
    assert stat.S_IMODE(path.stat().st_mode) == 0o600


@pytest.mark.parametrize("foreign", ["r\n2026 forged line", "\x1b[31mred", "a b", "\u202e", "\ud800", "x" * 10_000])
def test_what_came_from_the_service_stays_one_word_on_one_line(foreign: str) -> None:
    line = line_of(Call(request_id=foreign, path="/a b"))
    assert line.count("\n") == 1
    assert line[:-1].isprintable()
    assert len(line.split()) == 6
    assert len(line) < 500


@pytest.mark.parametrize("at", [1e18, float("nan"), float("inf"), -1e18])
def test_a_time_that_is_none(at: float) -> None:
    assert line_of(Call(started_at=at)).startswith("- GET ")


@pytest.mark.parametrize("name", ["absent/calls.log", ".", "a\0b", "x" * 5_000])
def test_a_file_that_cannot_be_written_is_said(tmp_path: Path, name: str) -> None:
    with pytest.raises(AepTuiError) as caught:
        CallLog(tmp_path / name)
    assert "--log" in caught.value.remedy
    assert caught.value.detail


@pytest.mark.skipif(sys.platform == "win32", reason="no such file there")
def test_a_pipe_and_a_device_are_no_files(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    for path in (tmp_path / "pipe", Path("/dev/null")):
        with pytest.raises(AepTuiError):
            CallLog(path)


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="no such file here")
def test_a_full_disk_ends_the_log_and_nothing_else(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    log = CallLog(tmp_path / "calls.log")
    assert log._descriptor is not None
    full = os.open("/dev/full", os.O_WRONLY)
    os.dup2(full, log._descriptor)
    os.close(full)
    for _ in range(3):
        log.write(Call())
    log.close()
    assert "ends early" in log.trouble


def test_lines_of_many_threads_stay_whole(tmp_path: Path) -> None:
    path = tmp_path / "calls.log"
    logs = [CallLog(path), CallLog(path)]
    threads = [
        threading.Thread(target=lambda log=log: [log.write(Call()) for _ in range(200)]) for log in logs for _ in range(3)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    for log in logs:
        log.close()
    lines = path.read_text().splitlines(keepends=True)
    assert len(lines) == 1200
    assert all(re.fullmatch(re.escape(LINE), line) for line in lines)
