"""What the doctor looks at on this machine: versions, files and their permissions, settings, history, keyring."""

from __future__ import annotations

import os
import platform
import shutil
import stat
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Final

from aep_tui import __version__
from aep_tui.errors import AepTuiError
from aep_tui.storage.files import reason_of
from aep_tui.text import plain
from aep_tui.wizard.doctor_check import (
    CACHE,
    DIRECTORY,
    HISTORY,
    KEYRING,
    PERMISSIONS,
    REPORTS,
    SETTINGS,
    VERSIONS,
    Check,
    failed,
    failed_with,
    passed,
    warned,
)

if TYPE_CHECKING:
    from aep_tui.storage.history import History
    from aep_tui.storage.paths import Directories
    from aep_tui.storage.private_files import FileFault
    from aep_tui.storage.secret_store import SecretStore
    from aep_tui.storage.settings import SettingsFile

LIBRARIES: Final = (
    "textual",
    "httpx",
    "pydantic",
    "platformdirs",
    "jsonschema-rs",
    "truststore",
    "click",
    "keyring",
    "tomlkit",
    "starlette",
    "uvicorn",
)
"""What the program is made with, by the names of their packages."""
LEAST_BYTES: Final = 1024 * 1024
"""With less free space, a history or a list of sources may not fit any more."""
ELSEWHERE: Final = "Give yourself the right to write there, or set AEP_TUI_CONFIG_DIR to another directory."
ASK_SERVICE: Final = "Start aep-tui; in the history ({history}) {ask=f7} asks the service."
"""Keys stand in it by their ids."""
_SQLITE: Final = b"SQLite format 3\0"


def versions() -> Check:
    """Tell the versions of the program, of Python and of the libraries; none of them is loaded."""
    from importlib import metadata

    found, missing = [], []
    for name in LIBRARIES:
        try:
            found.append(f"{name} {metadata.version(name)}")
        except metadata.PackageNotFoundError:
            missing.append(name)
    python = f"{platform.python_implementation()} {platform.python_version()}"
    words = f"aep-tui {__version__}; {python} on {platform.system()} {platform.machine()}; {', '.join(found)}"
    if missing:
        return failed(VERSIONS, f"{words}; missing: {', '.join(missing)}", "Install aep-tui again, with pip install.")
    return passed(VERSIONS, plain(words))


def directory(directories: Directories) -> Check:
    """Tell whether the directory of all files is there, or can be made, and has room."""
    trouble = _trouble_with(directories.root, is_directory=True)
    if trouble:
        return failed(DIRECTORY, f"{_shown(directories.root)}: {trouble}.", ELSEWHERE)
    try:
        free = shutil.disk_usage(_nearest(directories.root)).free
    except OSError:
        free = LEAST_BYTES
    if free < LEAST_BYTES:
        words = f"{_shown(directories.root)}: the disk is full."
        return failed(DIRECTORY, words, "Free some space, or set AEP_TUI_CONFIG_DIR to a directory on another disk.")
    state = "readable and writable" if directories.root.exists() else "not there yet; it is made when it is needed"
    return passed(DIRECTORY, f"{_shown(directories.root)}: {state}")


def permissions(directories: Directories) -> Check:
    """Tell who else can read, change or replace the files."""
    from aep_tui.storage.private_files import fault_of

    if os.name == "nt":
        return passed(PERMISSIONS, "Windows gives the files to their owner.")
    places = [directories.root, directories.settings, directories.history(demo=False), directories.reports]
    places += [directories.cache(demo=False), directories.history(demo=True).parent]
    faults = [fault for place in places if (fault := fault_of(place)) is not None]
    if not faults:
        return passed(PERMISSIONS, "the files that are there are yours alone")
    words = " ".join(f"{_shown(fault.path)}: {fault.what}" for fault in faults)
    remedies = dict.fromkeys(plain(fault.remedy, 300) for fault in faults)
    remedy = "; ".join(text[:1].lower() + text[1:] if number else text for number, text in enumerate(remedies))
    if any(_is_grave(fault) for fault in faults):
        return failed(PERMISSIONS, words, remedy)
    return warned(PERMISSIONS, words, remedy)


def _is_grave(fault: FileFault) -> bool:
    """Tell whether somebody else can change what the program reads: an address in it is where credentials go."""
    try:
        found = fault.path.stat()
    except OSError:
        return False
    return found.st_uid != os.geteuid() or bool(found.st_mode & (stat.S_IWGRP | stat.S_IWOTH) & ~_sticky(found.st_mode))


def _sticky(mode: int) -> int:
    """Return the rights that count for nothing in a directory such as /tmp, where nobody touches what others own."""
    return stat.S_IRWXG | stat.S_IRWXO if mode & stat.S_ISVTX else 0


def settings(file: SettingsFile) -> Check:
    """Tell whether the settings can be read, and changed."""
    try:
        found = file.read()
    except AepTuiError as error:
        return failed_with(SETTINGS, error)
    if not file.path.exists():
        return passed(SETTINGS, f"{_shown(file.path)}: not there; nothing is set")
    trouble = _trouble_with(file.path, is_directory=False)
    if trouble:
        return failed(SETTINGS, f"{_shown(file.path)}: {trouble}.", ELSEWHERE)
    # Which of them count is the check of the keys.
    keys = f", {_count(len(found.keys), 'line')} for keys" if found.keys else ""
    return passed(SETTINGS, f"{_shown(file.path)}: {_count(len(found.profiles), 'profile')}{keys}")


def history(kept: History) -> Check:
    """Tell whether the history can be read to its end, and written."""
    from aep_tui.storage.history_row import UNKNOWN

    trouble = _trouble_with(kept.path, is_directory=False)
    if trouble:
        return failed(HISTORY, f"{_shown(kept.path)}: {trouble}.", ELSEWHERE)
    try:
        rows = kept.rows(limit=None)
    except AepTuiError as error:
        return failed_with(HISTORY, error)
    if not kept.path.exists():
        return passed(HISTORY, f"{_shown(kept.path)}: not there yet; it is made with the first connection")
    # Where the service was asked and has none, nothing is left to be done.
    unknown = sum(row.outcome == UNKNOWN and row.settled != "none" for row in rows)
    told = f"{_shown(kept.path)}: version {_version_of(kept.path)}, {_count(len(rows), 'attempt')}"
    if unknown:
        words = f"{told}; the outcome of {unknown:,} is unknown"
        return warned(HISTORY, words, ASK_SERVICE)
    return passed(HISTORY, told)


def _version_of(path: Path) -> int:
    """Return the version of a history's schema, from the head of the file: nothing is opened or locked for it."""
    with path.open("rb") as file:
        head = file.read(100)
    return int.from_bytes(head[60:64], "big") if head.startswith(_SQLITE) else 0


def cache(directories: Directories) -> Check:
    """Tell whether lists of sources can be kept."""
    return _below(CACHE, directories.cache(demo=False), "it is made with the first list of sources")


def reports(directories: Directories) -> Check:
    """Tell whether crash reports can be kept, and how many there are."""
    found = _below(REPORTS, directories.reports, "it is made with the first report")
    try:
        count = sum(1 for _ in directories.reports.glob("crash-*.txt"))
    except OSError:
        count = 0
    return passed(REPORTS, f"{found.words}, {_count(count, 'report')}") if count and not found.remedy else found


def _below(key: str, path: Path, when: str) -> Check:
    trouble = _trouble_with(path, is_directory=True)
    if trouble:
        return failed(key, f"{_shown(path)}: {trouble}.", ELSEWHERE)
    return passed(key, f"{_shown(path)}: {'readable and writable' if path.exists() else f'not there yet; {when}'}")


def keyring(store: SecretStore) -> Check:
    """Tell whether secrets can be kept; this takes as long as the keyring's limit."""
    status = store.status()
    if status.usable:
        return passed(KEYRING, f"{status.name}: usable")
    remedy = "Unlock or set up the system's keyring; or give the secret for each run: type it, or set AEP_CLIENT_SECRET."
    return warned(KEYRING, status.reason, remedy)


def _trouble_with(path: Path, *, is_directory: bool) -> str:
    """Return why a file or directory cannot be read and written, or not be made; empty if it can."""
    try:
        mode = path.stat().st_mode
    except FileNotFoundError:
        above = _nearest(path)
        return "" if above.is_dir() and os.access(above, os.W_OK | os.X_OK) else f"it cannot be made in {_shown(above)}"
    except OSError as error:
        return reason_of(error)
    if is_directory is not stat.S_ISDIR(mode) or not (is_directory or stat.S_ISREG(mode)):
        return f"it is no {'directory' if is_directory else 'regular file'}"
    if not os.access(path, os.R_OK | (os.X_OK if is_directory else 0)):
        return "it cannot be read"
    return "" if os.access(path, os.W_OK) else "it cannot be written"


def _nearest(path: Path) -> Path:
    """Return the path, or what there is nearest above it."""
    return next((place for place in (path, *path.parents) if os.path.lexists(place)), path)


def _shown(path: Path) -> str:
    return plain(path, 200)


def _count(number: int, what: str) -> str:
    return f"{number:,} {what}{'' if number == 1 else 's'}"


def files(directories: Directories, file: SettingsFile, kept: History) -> Sequence[Check]:
    """Return all checks of files; on a disk that hangs, none of them ends."""
    return [
        directory(directories),
        permissions(directories),
        settings(file),
        history(kept),
        cache(directories),
        reports(directories),
    ]
