"""The report of a fault: enough to mend it, and not one value."""

from __future__ import annotations

import os
import stat
from datetime import UTC, datetime
from pathlib import Path

import pytest

from aep_tui.errors import AepTuiError
from aep_tui.storage.crash_report import KEPT_REPORTS, MOST_FRAMES, CrashReports

AT = datetime(2026, 11, 21, 9, 30, tzinfo=UTC)
CANARY = "c4n4ry-of-a-secret"


def fail(secret: str) -> None:
    copied = f"in a local {secret}"
    raise ValueError(copied)


def caught(secret: str = CANARY) -> BaseException:
    try:
        try:
            fail(secret)
        except ValueError as error:
            raise KeyError(secret) from error
    except KeyError as error:
        return error


@pytest.fixture
def reports(tmp_path: Path) -> CrashReports:
    return CrashReports(tmp_path / "config" / "reports")


def test_a_report_says_where_and_of_what_kind_and_holds_no_value(reports: CrashReports) -> None:
    text = reports.text(caught(), "It stopped.", AT)
    assert "builtins.KeyError" in text
    assert "builtins.ValueError" in text
    assert "test_crash_report.py:" in text
    assert " in fail" in text
    assert "2026-11-21T09:30:00+00:00" in text
    assert "It stopped." in text
    assert "textual " in text
    assert CANARY not in text
    assert "copied" not in text, "a line of the source stands in it"


def test_only_the_text_of_an_error_of_our_own_is_kept(reports: CrashReports) -> None:
    error = AepTuiError("The file cannot be read.", f"what the service said: {CANARY}", CANARY)
    text = reports.text(error, "", AT)
    assert "aep_tui.errors.AepTuiError: The file cannot be read." in text
    assert CANARY not in text


def test_every_error_of_a_group_and_of_a_circle_is_told_once(reports: CrashReports) -> None:
    first, second = OSError(CANARY), RuntimeError(CANARY)
    first.__cause__, second.__cause__ = second, first
    text = reports.text(ExceptionGroup(CANARY, [first, second]), "", AT)
    assert (text.count("builtins.OSError"), text.count("builtins.RuntimeError")) == (1, 1)
    assert CANARY not in text


def test_a_very_deep_walk_is_cut_in_the_middle(reports: CrashReports) -> None:
    def deeper(left: int) -> None:
        if not left:
            raise ValueError
        deeper(left - 1)

    try:
        deeper(300)
    except ValueError as error:
        text = reports.text(error, "", AT)
    assert "more …" in text
    assert text.count(" in deeper") <= MOST_FRAMES


def test_known_secrets_and_the_home_directory_are_masked_wherever_they_stand(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HOME", str(tmp_path / "jane.doe"))
    home = Path.home()
    reports = CrashReports(home / "reports", ["", "a", CANARY, f"{CANARY}-and-more"])
    text = reports.text(None, f"{home}/x and {CANARY}-and-more and {CANARY} and a", AT)
    assert "~/x and •••••••• and •••••••• and a" in text
    assert "jane.doe" not in text
    assert reports.shown_path(home / "reports" / "crash.txt") == "~/reports/crash.txt"


def test_the_file_and_its_directory_are_for_their_owner_alone(reports: CrashReports) -> None:
    previous = os.umask(0)
    try:
        path = reports.write(caught(), "", AT)
    finally:
        os.umask(previous)
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700
    assert path.name == "crash-20261121-093000.txt"
    assert reports.write(caught(), "", AT).name == "crash-20261121-093000-2.txt"


def test_only_the_newest_reports_are_kept(reports: CrashReports) -> None:
    paths = [reports.write(None, "", AT) for _ in range(KEPT_REPORTS + 3)]
    left = list(paths[0].parent.iterdir())
    assert len(left) == KEPT_REPORTS
    assert paths[-1] in left


def test_a_control_sequence_in_the_name_of_a_file_or_a_kind_does_not_get_into_it(reports: CrashReports) -> None:
    code = compile("raise kind", "evil\x1b[31m.py", "exec")
    kind = type("Odd\x1b[31mError", (Exception,), {})
    with pytest.raises(kind) as caught_error:
        exec(code, {"kind": kind})
    assert "\x1b" not in reports.text(caught_error.value, "", AT)
