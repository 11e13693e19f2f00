"""Private directories and files that are either written whole or not at all."""

from __future__ import annotations

import errno
import os
import re
import stat
import time
from pathlib import Path
from typing import Final

from aep_tui.text import plain

PRIVATE_FILE: Final = 0o600
PRIVATE_DIRECTORY: Final = 0o700
_LEFTOVER_SECONDS: Final = 3600
_MARK_BYTES: Final = 6
"""So long a random part do the names of unfinished files have."""

_REASONS: Final = {
    errno.EACCES: "access is denied",
    errno.EPERM: "access is denied",
    errno.EROFS: "the disk is read-only",
    errno.ENOSPC: "the disk is full",
    errno.EDQUOT: "the disk quota is used up",
    errno.ENOTDIR: "a part of its path is a file",
    errno.EISDIR: "it is a directory",
    errno.EEXIST: "a file of that name stands where a directory is needed",
    errno.ENAMETOOLONG: "its name is too long",
    errno.ELOOP: "its links lead in a circle",
    errno.EIO: "the disk does not work",
}


def make_private_directory(path: Path) -> None:
    """Make a directory and whatever is missing above it, each for its owner alone.

    What is there already is left as it is: it may be somebody's home.

    Raises:
        OSError: It cannot be made.
    """
    missing = []
    for directory in (path, *path.parents):
        if directory.is_dir():
            break
        missing.append(directory)
    for directory in reversed(missing):
        try:
            directory.mkdir(PRIVATE_DIRECTORY)
        except FileExistsError:
            # Another process may have made it meanwhile.
            if not directory.is_dir():
                raise


def write_atomically(path: Path, content: bytes) -> None:
    """Write a file for its owner alone so that a reader sees the old content or the new, whatever happens meanwhile.

    The content is on the disk when this returns. A link is followed, so that it stays a link.

    Raises:
        OSError: It cannot be written; the old file is as it was, and nothing is left behind.
    """
    target, temporary = _beside(path)
    try:
        _write_new(temporary, content)
        temporary.replace(target)
    except BaseException:
        temporary.unlink(missing_ok=True)
        raise
    sync_directory(target.parent)


def try_to_write(path: Path, content: bytes) -> None:
    """Look whether :func:`write_atomically` would come through, and leave nothing behind.

    Raises:
        OSError: It would not.
    """
    _, temporary = _beside(path)
    try:
        _write_new(temporary, content)
    finally:
        temporary.unlink(missing_ok=True)


def _beside(path: Path) -> tuple[Path, Path]:
    """Return the file that a path leads to, and a new one's name beside it."""
    target = Path(os.path.realpath(path))
    return target, target.with_name(f".{target.name}.{os.getpid()}.{os.urandom(_MARK_BYTES).hex()}.tmp")


def _write_new(path: Path, content: bytes) -> None:
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_NOFOLLOW", 0), PRIVATE_FILE)
    with open(descriptor, "wb") as file:  # noqa: PTH123 - Path has no way to open a descriptor
        file.write(content)
        file.flush()
        os.fsync(file.fileno())


def remove_leftovers(path: Path) -> None:
    """Remove what writers of a file that were killed have left unfinished beside it, once it is an hour old.

    Nothing else is touched: the directory may be somebody's home.
    """
    target, _ = _beside(path)
    name = re.compile(rf"\.{re.escape(target.name)}\.[0-9]+\.[0-9a-f]{{{2 * _MARK_BYTES}}}\.tmp")
    oldest = time.time() - _LEFTOVER_SECONDS
    for other in target.parent.glob(".*.tmp"):
        try:
            if name.fullmatch(other.name) and other.lstat().st_mtime < oldest:
                other.unlink()
        except OSError:
            # Another process was quicker, or the disk is read-only: the next write says so.
            continue


def create_private_file(path: Path) -> None:
    """Make an empty file for its owner alone; one that is there already is left as it is.

    Raises:
        OSError: It cannot be made.
    """
    try:
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, PRIVATE_FILE)
    except FileExistsError:
        if not stat.S_ISREG(path.stat().st_mode):
            raise IsADirectoryError(errno.EISDIR, os.strerror(errno.EISDIR), str(path)) from None
        return
    os.close(descriptor)
    sync_directory(path.parent)


def sync_directory(path: Path) -> None:
    """Make the names in a directory survive a power cut, where the system can do that."""
    if os.name == "nt":
        return
    try:
        descriptor = os.open(path, os.O_RDONLY)
    except OSError:
        return
    try:
        os.fsync(descriptor)
    except OSError:
        # Some network file systems cannot; the file itself is synced.
        return
    finally:
        os.close(descriptor)


def reason_of(error: OSError) -> str:
    """Return why the system refused, as the end of a sentence without a full stop."""
    known = _REASONS.get(error.errno or 0)
    return known or plain(error.strerror or "the system refused", 100)
