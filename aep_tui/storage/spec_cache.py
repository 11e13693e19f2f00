"""The last answer to "which connection specs are there", kept by platform, organisation and sandbox.

Two files: the index, small and read before the first frame, and the documents, of which one is read when it is picked. The
documents' file begins with a table of where each one lies, so that picking one of ten thousand parses one.
"""

from __future__ import annotations

import json
import math
import os
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import BinaryIO, Final, NamedTuple, TypeGuard

from aep_tui.errors import AepTuiError
from aep_tui.json_text import dump_json, parse_json
from aep_tui.storage.files import make_private_directory, reason_of, remove_leftovers, write_atomically
from aep_tui.text import plain

FORMAT: Final = 1
"""Written into both files; a file of another format is no cache."""

_INDEX: Final = "index.json"
_DOCUMENTS: Final = "documents.jsonl"
_MAX_TABLE_BYTES: Final = 64 * 1024 * 1024


class CacheUnusable(AepTuiError):
    """The cache cannot be written; the program works without it."""


class CachedIndex(NamedTuple):
    """What the source list showed last.

    Attributes:
        fetched_at: When the service answered, in Unix seconds.
        entries: JSON objects as they were given to :meth:`SpecCache.write`.
    """

    fetched_at: float
    entries: list[dict[str, object]]


class SpecCache:
    """The cached connection specs of one platform, organisation and sandbox."""

    def __init__(self, directory: Path, platform: str, org: str, sandbox: str) -> None:
        """Remember where it is; nothing is opened or made.

        Args:
            directory: Holds the caches of all organisations.
            platform: Origin of the service.
            org: Org id.
            sandbox: Sandbox name.
        """
        import hashlib

        self._place = {"platform": platform, "org": org, "sandbox": sandbox}
        digest = hashlib.sha256(json.dumps(self._place).encode()).hexdigest()
        self.path = directory / digest[:32]

    def read_index(self) -> CachedIndex | None:
        """Return what was kept; ``None`` if there is nothing, or nothing that can be used."""
        try:
            document = parse_json((self.path / _INDEX).read_bytes())
        except (OSError, ValueError):
            return None
        if not self._is_ours(document):
            return None
        fetched_at, entries = document.get("fetched_at"), document.get("entries")
        if (
            isinstance(fetched_at, bool)
            or not isinstance(entries, list)
            or not all(isinstance(entry, dict) for entry in entries)
        ):
            return None
        try:
            seconds = float(str(fetched_at))
        except ValueError:
            return None
        return CachedIndex(seconds, entries) if math.isfinite(seconds) else None

    def read_document(self, spec_id: str) -> object | None:
        """Return one kept document; ``None`` if there is none, or none that can be read."""
        try:
            with (self.path / _DOCUMENTS).open("rb") as file:
                head = parse_json(file.readline(_MAX_TABLE_BYTES))
                table = head.get("documents") if self._is_ours(head) else None
                return _document_at(file, table.get(spec_id), spec_id) if isinstance(table, dict) else None
        except (OSError, ValueError):
            return None

    def write(self, fetched_at: float, entries: Iterable[Mapping[str, object]], documents: Iterable[object]) -> None:
        """Keep an answer in place of the last one.

        Args:
            fetched_at: When the service answered, in Unix seconds.
            entries: JSON objects for the list, of strings, numbers, booleans, lists and objects.
            documents: Connection spec documents; one without an id that is text cannot be asked for and is left out.

        Raises:
            CacheUnusable: It cannot be written; what was kept stays.
            TypeError: An entry has no JSON form.
        """
        index = self._index_file(fetched_at, entries)
        try:
            make_private_directory(self.path)
            remove_leftovers(self.path / _DOCUMENTS)
            remove_leftovers(self.path / _INDEX)
            # The documents first: an index must not name what is not there.
            write_atomically(self.path / _DOCUMENTS, self._documents_file(documents))
            write_atomically(self.path / _INDEX, index)
        except OSError as error:
            raise CacheUnusable(
                "The list of sources could not be kept.",
                f"{plain(self.path, 300)}: {reason_of(error)}.",
                "The program works without it; the next start has to ask the service first.",
            ) from None

    def _is_ours(self, document: object) -> TypeGuard[dict[str, object]]:
        return isinstance(document, dict) and all(document.get(key) == value for key, value in self._head().items())

    def _head(self) -> dict[str, object]:
        return {"format": FORMAT, **self._place}

    def _index_file(self, fetched_at: float, entries: Iterable[Mapping[str, object]]) -> bytes:
        # Entry by entry: one call for thousands of them would hold up every other thread meanwhile.
        head = _written({**self._head(), "fetched_at": fetched_at})
        written = [_written(entry) for entry in entries]
        whole = [entry for entry in written if entry is not None]
        if head is None or len(whole) < len(written):
            raise TypeError("an entry has no JSON form")
        return head[:-1] + b',"entries":[' + b",".join(whole) + b"]}"

    def _documents_file(self, documents: Iterable[object]) -> bytes:
        table: dict[str, list[int]] = {}
        lines: list[bytes] = []
        offset = 0
        for document in documents:
            spec_id = document.get("id") if isinstance(document, dict) else None
            line = _written(document) if isinstance(spec_id, str) else None
            if line is None or not isinstance(spec_id, str):
                continue
            table[spec_id] = [offset, len(line)]
            lines.append(line)
            offset += len(line) + 1
        head = _written({**self._head(), "documents": table}) or b""
        return b"\n".join([head, *lines]) + b"\n"


def _document_at(file: BinaryIO, place: object, spec_id: str) -> object | None:
    """Return the document at an offset after the table, if it is the one that is meant."""
    if not isinstance(place, list) or len(place) != 2 or not all(type(number) is int and number >= 0 for number in place):
        return None
    if file.tell() + sum(place) > os.fstat(file.fileno()).st_size:
        return None
    file.seek(place[0], os.SEEK_CUR)
    document = parse_json(file.read(place[1]))
    return document if isinstance(document, dict) and document.get("id") == spec_id else None


def _written(value: object) -> bytes | None:
    """Return a value as JSON in one line; ``None`` for one that has no JSON form.

    The standard writer is many times faster; it cannot write the exact numbers that few documents hold.
    """
    try:
        try:
            return json.dumps(value, separators=(",", ":"), allow_nan=False).encode()
        except TypeError:
            return dump_json(value).encode("utf-8", "backslashreplace")
    except (TypeError, ValueError, RecursionError):
        return None
