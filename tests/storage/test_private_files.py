"""Whether anything can be made in a directory."""

from __future__ import annotations

import errno
import os
from pathlib import Path

import pytest

from aep_tui.storage.private_files import why_unwritable


def test_a_directory_that_can_be_written_is_left_as_it_was(tmp_path: Path) -> None:
    (tmp_path / "history.sqlite3").touch()
    assert why_unwritable(tmp_path) == ""
    assert [path.name for path in tmp_path.iterdir()] == ["history.sqlite3"]


def test_one_that_is_not_there_yet_is_not_made(tmp_path: Path) -> None:
    assert why_unwritable(tmp_path / "a" / "b") == ""
    assert not any(tmp_path.iterdir())


def test_a_file_in_its_place_is_told(tmp_path: Path) -> None:
    (tmp_path / "a").touch()
    assert why_unwritable(tmp_path / "a") == "a part of its path is a file"


def test_rights_to_the_one_above_are_looked_at(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "access", lambda path, _mode: path != tmp_path)
    assert why_unwritable(tmp_path / "a" / "b") == f"nothing can be made in {tmp_path}"


def test_the_reason_of_the_system_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object) -> int:
        raise OSError(errno.EROFS, "x")

    monkeypatch.setattr(os, "open", refuse)
    assert why_unwritable(tmp_path) == "the disk is read-only"
