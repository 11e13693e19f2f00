"""One writer at a time, among the processes of one machine and, where the network share can do it, of several."""

from __future__ import annotations

import errno
import os
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from aep_tui.storage.files import PRIVATE_FILE

_TAKEN: Final = (errno.EAGAIN, errno.EACCES, errno.EDEADLK)
_CANNOT_LOCK: Final = (errno.ENOLCK, errno.ENOSYS, errno.EINVAL, errno.ENOTSUP, errno.EOPNOTSUPP)
"""What some network shares answer; there a writer reads the file again right before it writes, and no more."""

_PAUSE_SECONDS: Final = 0.02


@contextmanager
def locked(path: Path, limit_seconds: float) -> Iterator[None]:
    """Hold the lock that a file stands for; the file stays, empty, and the system frees the lock of a process that ends.

    Args:
        path: The lock's file, made if it is not there.
        limit_seconds: How long to wait for whoever holds it.

    Raises:
        TimeoutError: Another process holds it all that time.
        OSError: The file cannot be made.
    """
    descriptor = _opened(path, os.O_CREAT)
    try:
        deadline = time.monotonic() + limit_seconds
        while not _take(descriptor):
            if time.monotonic() > deadline:
                raise TimeoutError
            time.sleep(_PAUSE_SECONDS)
        yield
    finally:
        # Closing frees the lock.
        os.close(descriptor)


def take_lock(path: Path) -> int | None:
    """Take a lock at once, and hold it until the descriptor that is returned is closed, or the process ends.

    Args:
        path: The lock's file, made if it is not there.

    Returns:
        What to close; ``None`` if another process holds the lock.

    Raises:
        OSError: The file cannot be made.
    """
    descriptor = _opened(path, os.O_CREAT)
    if _take(descriptor):
        return descriptor
    os.close(descriptor)
    return None


def is_locked(path: Path) -> bool | None:
    """Tell whether somebody holds a lock; looking at it at the same time as others is no holding.

    Returns:
        ``None`` where that cannot be told, since the disk cannot lock.

    Raises:
        OSError: There is no such file, or it cannot be opened.
    """
    descriptor = _opened(path, 0)
    try:
        taken = _tried(descriptor, shared=True)
        return None if taken is None else not taken
    finally:
        os.close(descriptor)


def _opened(path: Path, flags: int) -> int:
    more = getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_CLOEXEC", 0)
    return os.open(path, os.O_RDWR | flags | more, PRIVATE_FILE)


def _take(descriptor: int) -> bool:
    """Tell whether a lock is taken now, or need not be, since the disk cannot lock."""
    return _tried(descriptor) is not False


def _tried(descriptor: int, *, shared: bool = False) -> bool | None:
    """Try to take a lock; ``None`` where the disk cannot lock."""
    try:
        if sys.platform == "win32":
            import msvcrt

            msvcrt.locking(descriptor, msvcrt.LK_NBLCK, 1)
        else:
            import fcntl

            fcntl.flock(descriptor, (fcntl.LOCK_SH if shared else fcntl.LOCK_EX) | fcntl.LOCK_NB)
    except OSError as error:
        if error.errno in _CANNOT_LOCK:
            return None
        if error.errno in _TAKEN:
            return False
        raise
    return True
