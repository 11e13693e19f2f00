"""The sources one can connect: from the cache at once, from the service behind it."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from typing import TYPE_CHECKING, NamedTuple, Protocol

from aep_tui.errors import AepTuiError
from aep_tui.text import plain
from aep_tui.wizard.source_entry import SourceEntry

if TYPE_CHECKING:
    from aep_tui.storage.spec_cache import SpecCache
    from aep_tui.wizard.source import Source
    from aep_tui.wizard.spec_reading import ReadSpecs


class SpecClient(Protocol):
    """What the catalogue needs of the API client."""

    async def connection_specs(self) -> list[object]:
        """Return all connection spec documents."""

    async def connection_spec(self, spec_id: str) -> object:
        """Return one connection spec document."""


class CataloguePage(NamedTuple):
    """The source list at one moment.

    Attributes:
        entries: The sources that are not hidden.
        fetched_at: Unix time in seconds at which the service answered.
        from_cache: Whether it came from this machine.
    """

    entries: tuple[SourceEntry, ...]
    fetched_at: float
    from_cache: bool


class SourceGone(AepTuiError):
    """The service has no connection spec of this id, or one that cannot be read."""


class Catalogue:
    """The connection specs of one platform, organisation and sandbox."""

    def __init__(self, client: Callable[[], Awaitable[SpecClient]], cache: SpecCache, now: Callable[[], float]) -> None:
        """Keep what is needed; nothing is read yet.

        Args:
            client: Gives the API client; building it loads the HTTP library, so it is called off the first frame.
            cache: Where the last answer is kept.
            now: Unix time in seconds.
        """
        self._client = client
        self._cache = cache
        self._now = now
        self._documents: dict[str, object] = {}
        self._sources: dict[str, Source] = {}

    def cached(self) -> CataloguePage | None:
        """Return the last kept answer, or ``None``; reads one file."""
        index = self._cache.read_index()
        if index is None:
            return None
        try:
            entries = tuple(SourceEntry.from_dict(entry) for entry in index.entries)
        except (TypeError, KeyError):
            return None
        return CataloguePage(entries, index.fetched_at, from_cache=True)

    async def refresh(self, early: Callable[[CataloguePage], None] | None = None) -> CataloguePage:
        """Ask the service and keep the answer.

        Args:
            early: Is given the page before every schema in it is read as a form, which takes longer than all the rest; its
                entries do not say yet what each way to authenticate needs.

        Raises:
            AepTuiError: The service refused, could not be reached, or its answer could not be read.
        """
        client = await self._client()
        documents = await client.connection_specs()
        read = await asyncio.to_thread(_read_all, documents)
        self._documents = read.documents
        self._sources = {}
        fetched_at = self._now()
        if early is not None:
            early(CataloguePage(read.entries, fetched_at, from_cache=False))
        read = await asyncio.to_thread(_read_needs, read)
        await asyncio.to_thread(self._keep, fetched_at, read)
        return CataloguePage(read.entries, fetched_at, from_cache=False)

    def _keep(self, fetched_at: float, read: ReadSpecs) -> None:
        """Write the cache; a disk that cannot be written only costs the next start a little time."""
        try:
            self._cache.write(fetched_at, [entry.as_dict() for entry in read.entries], list(read.documents.values()))
        except AepTuiError:
            return

    async def source(self, spec_id: str) -> Source:
        """Return a source ready for the Credentials step: from memory, the cache or the service, in this order.

        Raises:
            AepTuiError: It is nowhere, or cannot be read.
        """
        if spec_id not in self._sources:
            document = self._documents.get(spec_id) or await asyncio.to_thread(self._cache.read_document, spec_id)
            if document is None:
                client = await self._client()
                document = await client.connection_spec(spec_id)
            self._sources[spec_id] = await asyncio.to_thread(_read_source, document, spec_id)
        return self._sources[spec_id]


def _read_all(documents: Sequence[object]) -> ReadSpecs:
    from aep_tui.wizard.spec_reading import read_specs

    return read_specs(documents)


def _read_needs(read: ReadSpecs) -> ReadSpecs:
    from aep_tui.wizard.spec_reading import with_needs

    return with_needs(read)


def _read_source(document: object, spec_id: str) -> Source:
    from aep_tui.forms.check import prepare
    from aep_tui.wizard.spec_reading import UnreadableSpec, read_source

    try:
        source = read_source(document)
    except UnreadableSpec as error:
        raise SourceGone(
            f"The connection spec {plain(spec_id, 60)} cannot be read.",
            str(error),
            "Pick another source, or ask Adobe about this one.",
        ) from None
    for option in source.auth_options:
        prepare(option.form)
    return source
