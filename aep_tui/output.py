"""Writing lines on a standard stream that may be closed, full, or unable to say every letter."""

from __future__ import annotations

import errno
import os
from collections.abc import Iterable
from typing import TextIO

NOBODY_READS = (errno.EIO, errno.EPIPE)
"""The terminal is gone, or the reader of a pipe has had enough: there is nobody to tell."""


def write_lines(stream: TextIO | None, lines: Iterable[str]) -> str:
    """Write lines, each with a line break.

    What the stream's encoding does not have is written as a question mark.

    Args:
        stream: Where to; ``None`` where the process was started without it.
        lines: Texts without line breaks at their ends.

    Returns:
        Why they could not be written, such as ``No space left on device``; empty if they were, or if nobody reads them.
    """
    if stream is None:
        return ""
    encoding = stream.encoding or "utf-8"
    try:
        stream.writelines(f"{line}\n".encode(encoding, "replace").decode(encoding) for line in lines)
        stream.flush()
    except OSError as error:
        # Python flushes once more at its end, and a failure there would take the place of the exit code.
        os.dup2(os.open(os.devnull, os.O_WRONLY), stream.fileno())
        return "" if error.errno in NOBODY_READS else error.strerror or "it failed"
    return ""
