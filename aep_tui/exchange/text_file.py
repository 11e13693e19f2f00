"""A file as the text of one field, and the directories on the way to it."""

from __future__ import annotations

import codecs
import errno
import os
import stat
from collections.abc import Callable, Iterator
from heapq import nsmallest
from typing import Final, NamedTuple
from urllib.parse import unquote, urlsplit

from aep_tui.errors import AepTuiError
from aep_tui.storage.files import reason_of
from aep_tui.text import plain

LARGEST_BYTES: Final = 1_000_000
"""No credential is longer; a larger file was picked by mistake."""
SEPARATORS: Final = f"{os.sep}{os.altsep or ''}"
PARENT: Final = ".." + os.sep
_UTF_16: Final = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)
_KINDS: Final = {
    stat.S_IFIFO: "a named pipe",
    stat.S_IFSOCK: "a socket",
    stat.S_IFCHR: "a device",
    stat.S_IFBLK: "a device",
}


class UnreadableFileError(AepTuiError):
    """A file cannot become the text of a field."""


class IsDirectoryError(UnreadableFileError):
    """What was named as a file is a directory."""


class DirectoryEntry(NamedTuple):
    """One name in a directory.

    Attributes:
        name: As the system gives it; not fit to be shown.
        is_directory: Whether it, or what it links to, is a directory.
    """

    name: str
    is_directory: bool


class DirectoryEntries(NamedTuple):
    """Names of a directory that begin in a certain way.

    Attributes:
        found: Directories first, each group by name.
        total: How many there are; more than ``found`` holds if there was a limit.
    """

    found: tuple[DirectoryEntry, ...]
    total: int


def read_field_file(path: str, *, base64: bool) -> str:
    """Return the text of a file, or its bytes in base64.

    A text stays exactly as it is, line ends too, less a byte order mark and one final line break: the file of a PEM key ends
    in one that belongs to the file and not to the key. It blocks, on a slow drive for long.

    Args:
        path: Absolute, relative to the working directory, or below a home directory (``~``).
        base64: Encode the bytes, whatever they are, instead of reading a text.

    Raises:
        IsDirectoryError: It is a directory.
        UnreadableFileError: It is not there, not permitted, no regular file, empty, too large, or no text in UTF-8.
    """
    if not path:
        raise UnreadableFileError("No file is named.")
    name = plain(path, 200)
    try:
        content = _bytes_of(os.path.expanduser(path), name)  # noqa: PTH111 - a Path has no lone "~user" it leaves alone
    except FileNotFoundError:
        raise UnreadableFileError(f"There is no file {name}.") from None
    except (OSError, ValueError) as error:
        reason = reason_of(error) if isinstance(error, OSError) else "that is no possible name"
        raise UnreadableFileError(f"{name} cannot be read: {reason}.") from None
    if not content:
        raise UnreadableFileError(f"{name} is empty.")
    if base64:
        from base64 import b64encode

        return b64encode(content).decode()
    return _text_of(content, name)


def _bytes_of(path: str, name: str) -> bytes:
    # A pipe or a device is not even opened: that alone may wait for ever, or do something.
    _refuse_unless_regular(os.stat(path), name)  # noqa: PTH116
    descriptor = os.open(path, os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0))
    with open(descriptor, "rb") as file:  # noqa: PTH123 - Path has no way to open a descriptor
        found = os.fstat(descriptor)
        _refuse_unless_regular(found, name)
        # What /proc holds has no size until it is read.
        content = file.read(LARGEST_BYTES + 1) if found.st_size <= LARGEST_BYTES else b""
    size = max(found.st_size, len(content))
    if size > LARGEST_BYTES:
        many = f"{size / 1_000_000:,.1f} MB" if found.st_size > LARGEST_BYTES * 1.05 else "more than 1 MB"
        raise UnreadableFileError(f"{name} is too large: it has {many}, and a field takes up to 1 MB.")
    return content


def _refuse_unless_regular(found: os.stat_result, name: str) -> None:
    if stat.S_ISDIR(found.st_mode):
        raise IsDirectoryError(f"{name} is a directory.")
    if not stat.S_ISREG(found.st_mode):
        kind = _KINDS.get(stat.S_IFMT(found.st_mode), "something else")
        raise UnreadableFileError(f"{name} is no regular file but {kind}; it is not opened.")


def _text_of(content: bytes, name: str) -> str:
    if content.startswith(_UTF_16):
        raise UnreadableFileError(f"{name} is written in UTF-16.", remedy="Save it as UTF-8 first.")
    try:
        text = content.removeprefix(codecs.BOM_UTF8).decode()
    except UnicodeDecodeError:
        text = "\0"
    if "\0" in text:
        raise UnreadableFileError(f"{name} is not a text file: it is no UTF-8.")
    for line_break in ("\r\n", "\n", "\r"):
        if text.endswith(line_break):
            text = text.removesuffix(line_break)
            break
    if not text:
        raise UnreadableFileError(f"{name} is empty.")
    return text


def entries_of(directory: str, prefix: str, most: int, stopped: Callable[[], bool] = lambda: False) -> DirectoryEntries:
    """Return the names in a directory that begin with a prefix, directories first, at most so many.

    Upper and lower case are the same unless something begins exactly so. Hidden names need a prefix that begins with a dot.
    It blocks, on a slow drive for long; the memory it needs does not grow with the directory.

    Args:
        directory: As :func:`read_field_file` takes a path; the empty text is the working directory.
        prefix: How the names begin.
        most: How many names to return at most.
        stopped: Asked now and then whether anybody still waits.

    Raises:
        UnreadableFileError: It is not there, not permitted, or no directory.
    """
    try:
        exact = _scan(directory, _begins(prefix, exact=True), most, stopped)
        return exact if exact.total or not prefix else _scan(directory, _begins(prefix, exact=False), most, stopped)
    except FileNotFoundError:
        raise UnreadableFileError(f"There is no directory {plain(directory, 200)}.") from None
    except (OSError, ValueError) as error:
        not_directory = isinstance(error, OSError) and error.errno == errno.ENOTDIR
        reason = "it is a file" if not_directory else reason_of(error) if isinstance(error, OSError) else "no possible name"
        raise UnreadableFileError(f"{plain(directory, 200)} cannot be opened: {reason}.") from None


def _begins(prefix: str, *, exact: bool) -> Callable[[str], bool]:
    hidden, folded = prefix.startswith("."), prefix.casefold()

    def begins(name: str) -> bool:
        return (hidden or not name.startswith(".")) and (
            name.startswith(prefix) if exact else name.casefold().startswith(folded)
        )

    return begins


def _scan(directory: str, begins: Callable[[str], bool], most: int, stopped: Callable[[], bool]) -> DirectoryEntries:
    total = 0

    def matching() -> Iterator[DirectoryEntry]:
        nonlocal total
        with os.scandir(os.path.expanduser(directory) or ".") as found:  # noqa: PTH111
            for entry in found:
                if stopped():
                    return
                if begins(entry.name):
                    total += 1
                    yield DirectoryEntry(entry.name, _is_directory(entry))

    entries = nsmallest(most, matching(), key=lambda entry: (not entry.is_directory, entry.name.casefold(), entry.name))
    return DirectoryEntries(tuple(entries), total)


def _is_directory(entry: os.DirEntry[str]) -> bool:
    try:
        return entry.is_dir()
    except OSError:
        # A link that leads nowhere may be named all the same.
        return False


def narrowed(entries: DirectoryEntries, prefix: str) -> DirectoryEntries | None:
    """Return what is left of a list of names when more of the name is typed; ``None`` if the directory has to be read again."""
    if entries.total > len(entries.found):
        return None
    for exact in (True, False):
        begins = _begins(prefix, exact=exact)
        found = tuple(entry for entry in entries.found if begins(entry.name))
        if found:
            break
    return DirectoryEntries(found, len(found))


def common_beginning(entries: DirectoryEntries) -> str:
    """Return how all names begin, in the spelling of the first where they differ in case; empty if not all are known."""
    if not entries.found or entries.total > len(entries.found):
        return ""
    names = [entry.name for entry in entries.found]
    for length, sign in enumerate(names[0]):
        if any(name[length : length + 1].casefold() != sign.casefold() for name in names):
            return names[0][:length]
    return names[0]


def split_path(path: str) -> tuple[str, str]:
    """Return the directory in front of the last name of a path, with its separator, and that name; either may be empty."""
    at = max(path.rfind(separator) for separator in SEPARATORS) + 1
    return path[:at], path[at:]


def parent_of(directory: str) -> str:
    """Return the directory above one, both with a separator at the end; the empty text is the working directory."""
    names = directory.rstrip(SEPARATORS)
    head, last = split_path(names)
    if directory and not names:
        return directory
    if last.startswith("~") and not head:
        home = os.path.expanduser(last)  # noqa: PTH111
        return parent_of(home.rstrip(SEPARATORS) + os.sep) if home != last else ""
    if last in {"", "."}:
        return PARENT
    return directory + PARENT if last == ".." else head


def short_path(directory: str) -> str:
    """Return an absolute directory with a separator at the end, the home directory as ``~``."""
    home, full = os.path.expanduser("~"), directory.rstrip(SEPARATORS) + os.sep  # noqa: PTH111
    return f"~{full[len(home) :]}" if len(home) > 1 and full.startswith(home + os.sep) else full


def working_directory() -> str:
    """Return the working directory as :func:`short_path` does; the home directory if it was removed meanwhile."""
    try:
        return short_path(os.getcwd())  # noqa: PTH109 - a text, not a Path
    except OSError:
        return f"~{os.sep}"


def pasted_path(text: str) -> str:
    """Return the path that a pasted text means: terminals paste a file that is dropped on them with quotes or as a URL."""
    path = text.strip().split("\n", 1)[0].strip()
    if len(path) > 1 and path[0] == path[-1] and path[0] in "'\"":
        return path[1:-1]
    if path.startswith("file://"):
        return unquote(urlsplit(path).path)
    return path.replace("\\ ", " ") if os.sep == "/" else path
