"""Whether the program's files and directories are their owner's alone and can be written, and making them the former."""

from __future__ import annotations

import os
import stat
from dataclasses import dataclass
from pathlib import Path

from aep_tui.storage.files import PRIVATE_DIRECTORY, PRIVATE_FILE, reason_of, try_to_write

_OTHERS = stat.S_IRWXG | stat.S_IRWXO
_OTHERS_WRITE = stat.S_IWGRP | stat.S_IWOTH


@dataclass(frozen=True, slots=True)
class FileFault:
    """A file or directory that somebody else can read, change or replace.

    Attributes:
        path: The file or directory.
        what: What is wrong, as a sentence.
        remedy: What to do, as a sentence.
        fixable: Whether :func:`make_private` can put it right.
    """

    path: Path
    what: str
    remedy: str
    fixable: bool


def fault_of(path: Path) -> FileFault | None:
    """Return who else gets at a file or directory; ``None`` if nobody, if it is not there, or where modes mean nothing."""
    if os.name == "nt":
        return None
    try:
        found = path.stat()
    except OSError:
        return None
    kind = "directory" if stat.S_ISDIR(found.st_mode) else "file"
    mode = PRIVATE_DIRECTORY if kind == "directory" else PRIVATE_FILE
    if found.st_uid != os.geteuid():
        return FileFault(
            path,
            f"The {kind} belongs to somebody else (user {found.st_uid}), who can read and change it.",
            "Make it yours with chown, or set AEP_TUI_CONFIG_DIR to a directory of yours.",
            fixable=False,
        )
    if not found.st_mode & _OTHERS:
        return None
    able = _able(found.st_mode, kind)
    if kind == "directory" and _is_shared_by_design(path):
        return FileFault(
            path,
            f"Others can {able} the directory, and it is not the program's alone.",
            "Set AEP_TUI_CONFIG_DIR to a directory for aep-tui alone.",
            fixable=False,
        )
    return FileFault(path, f"Others can {able} the {kind}.", f"Make it private: chmod {mode:o} {path}", fixable=True)


def make_private(path: Path) -> str:
    """Take everybody else's rights to a file or directory away.

    Returns:
        Why that failed, as a sentence; empty if it is private now, or if there is nothing to do.
    """
    fault = fault_of(path)
    if fault is None or not fault.fixable:
        return f"{fault.what} {fault.remedy}" if fault else ""
    try:
        path.chmod(PRIVATE_DIRECTORY if path.is_dir() else PRIVATE_FILE)
    except OSError as error:
        return f"{path} cannot be made private: {reason_of(error)}."
    if fault_of(path) is not None:
        return f"{path} cannot be made private: its disk keeps no permissions. Set AEP_TUI_CONFIG_DIR to a local directory."
    return ""


def why_unwritable(directory: Path) -> str:
    """Return why no file can be made in a directory, as the end of a sentence; empty if one can, by making one.

    Where the directory is not there yet, only the rights to the one that it would be made in are looked at.
    """
    there = next((path for path in (directory, *directory.parents) if path.exists()), directory)
    if there != directory:
        return "" if os.access(there, os.W_OK | os.X_OK) else f"nothing can be made in {there}"
    try:
        try_to_write(directory / "new", b"")
    except OSError as error:
        return reason_of(error)
    return ""


def _able(mode: int, kind: str) -> str:
    if mode & _OTHERS_WRITE:
        return "change" if kind == "file" else "put files into"
    return "read" if kind == "file" else "look into"


def _is_shared_by_design(path: Path) -> bool:
    """Tell whether a directory is somebody's home, a root, or like /tmp: changing its mode would break other things."""
    real = Path(os.path.realpath(path))
    home = Path(os.path.realpath(os.path.expanduser("~")))  # noqa: PTH111 - Path.home raises where there is none
    return real in (home, Path(real.anchor)) or home.is_relative_to(real) or bool(real.stat().st_mode & stat.S_ISVTX)
