"""The sources one can connect: the kept list at once, the service's behind it, each document read by itself."""

from __future__ import annotations

import asyncio
import gc
import json
import time
from pathlib import Path
from typing import Any

import pytest

from aep_tui.errors import AepTuiError
from aep_tui.storage.spec_cache import SpecCache
from aep_tui.wizard.catalogue import Catalogue, SourceGone
from aep_tui.wizard.source_entry import SourceEntry

PLACE = ("https://platform.example.com", "ACME@AdobeOrg", "dev")
NOW_SECONDS = 1_795_253_400.0
SCHEMA = {"type": "object", "properties": {"user": {"type": "string"}}, "required": ["user"]}


def document(spec_id: str, **members: object) -> dict[str, Any]:
    return {
        "id": spec_id,
        "name": f"{spec_id}-slug",
        "version": "1.0",
        "providerId": "p",
        "authSpec": [{"name": "Basic", "spec": SCHEMA}],
        "attributes": {"connectorName": spec_id.title(), "isSource": True},
        **members,
    }


class Client:
    """Stands in for the API client and notes what it is asked for."""

    def __init__(self, *documents: object, error: AepTuiError | None = None) -> None:
        self.documents = documents
        self.error = error
        self.asked: list[str] = []

    async def connection_specs(self) -> list[object]:
        self.asked.append("all")
        if self.error is not None:
            raise self.error
        return list(self.documents)

    async def connection_spec(self, spec_id: str) -> object:
        self.asked.append(spec_id)
        if self.error is not None:
            raise self.error
        return next(one for one in self.documents if isinstance(one, dict) and one.get("id") == spec_id)


@pytest.fixture
def cache(tmp_path: Path) -> SpecCache:
    return SpecCache(tmp_path / "cache", *PLACE)


def catalogue(cache: SpecCache, client: Client) -> Catalogue:
    async def ready() -> Client:
        return client

    return Catalogue(ready, cache, lambda: NOW_SECONDS)


def names(page: Any) -> list[str]:
    return [entry.name for entry in page.entries]


# The list


async def test_there_is_nothing_cached_at_first(cache: SpecCache) -> None:
    client = Client()
    assert catalogue(cache, client).cached() is None
    assert client.asked == []


async def test_what_the_service_answered_is_there_at_once_the_next_time(cache: SpecCache) -> None:
    fresh = await catalogue(cache, Client(document("alpha"), document("bravo"))).refresh()
    assert (names(fresh), fresh.fetched_at, fresh.from_cache) == (["Alpha", "Bravo"], NOW_SECONDS, False)
    later = Client(document("charlie"))
    there = catalogue(cache, later)
    kept = there.cached()
    assert kept is not None
    assert (kept.entries, kept.fetched_at, kept.from_cache) == (fresh.entries, NOW_SECONDS, True)
    assert later.asked == []
    assert names(await there.refresh()) == ["Charlie"]
    assert names(there.cached()) == ["Charlie"]


async def test_each_sandbox_has_a_list_of_its_own(tmp_path: Path) -> None:
    one, other = SpecCache(tmp_path, *PLACE), SpecCache(tmp_path, *PLACE[:2], "prod")
    await catalogue(one, Client(document("alpha"))).refresh()
    assert catalogue(other, Client()).cached() is None


async def test_a_refusal_leaves_the_kept_list_as_it_was(cache: SpecCache) -> None:
    await catalogue(cache, Client(document("alpha"))).refresh()
    there = catalogue(cache, Client(error=AepTuiError("Refused.")))
    with pytest.raises(AepTuiError, match="Refused"):
        await there.refresh()
    assert names(there.cached()) == ["Alpha"]


async def test_a_disk_that_cannot_be_written_costs_nothing_but_the_next_start(tmp_path: Path) -> None:
    (tmp_path / "cache").write_text("a file where the directory should be")
    there = catalogue(SpecCache(tmp_path / "cache", *PLACE), Client(document("alpha")))
    assert names(await there.refresh()) == ["Alpha"]
    assert there.cached() is None
    assert (await there.source("alpha")).name == "Alpha"


ENTRY = {
    "id": "a",
    "name": "A",
    "slug": "",
    "category": "",
    "description": "",
    "aliases": [],
    "version": "1.0",
    "is_beta": False,
    "documentation_link": "",
    "auth": [],
    "fault": "",
}
DAMAGED: list[object] = [
    {},
    {"id": "a"},
    {**ENTRY, "name": None},
    {**ENTRY, "name": 5},
    {**ENTRY, "id": ["a"]},
    {**ENTRY, "category": {}},
    {**ENTRY, "description": 1},
    {**ENTRY, "is_beta": "yes"},
    {**ENTRY, "fault": None},
    {**ENTRY, "aliases": "ab"},
    {**ENTRY, "aliases": [5]},
    {**ENTRY, "auth": {}},
    {**ENTRY, "auth": ["Basic"]},
    {**ENTRY, "auth": [{"name": "Basic"}]},
    {**ENTRY, "auth": [{"name": "Basic", "needs": [["user"]]}]},
    {**ENTRY, "auth": [{"name": "Basic", "needs": [{"title": "User"}]}]},
    {**ENTRY, "auth": [{"name": "Basic", "needs": [{"label": 5, "required": True, "secret": False, "default": ""}]}]},
    {**ENTRY, "auth": [{"name": 5, "needs": []}]},
]


async def test_an_undamaged_entry_is_read(cache: SpecCache) -> None:
    cache.write(NOW_SECONDS, [ENTRY], [])
    assert names(catalogue(cache, Client()).cached()) == ["A"]


@pytest.mark.parametrize("damaged", DAMAGED, ids=str)
async def test_a_list_with_a_damaged_entry_is_no_list(cache: SpecCache, damaged: Any) -> None:
    cache.write(NOW_SECONDS, [ENTRY, damaged], [])
    assert catalogue(cache, Client()).cached() is None


@pytest.mark.parametrize("content", [b"", b"{", b"[]", b"null", b"\xff\xfe", b"[" * 10_000, b'{"format": 1}'])
async def test_a_damaged_file_is_no_list_and_the_next_answer_replaces_it(cache: SpecCache, content: bytes) -> None:
    await catalogue(cache, Client(document("alpha"))).refresh()
    for path in cache.path.iterdir():
        path.write_bytes(content)
    there = catalogue(cache, Client(document("bravo")))
    assert there.cached() is None
    assert (await there.source("bravo")).name == "Bravo"
    await there.refresh()
    assert names(there.cached()) == ["Bravo"]


@pytest.mark.parametrize("fetched_at", ["inf", "-inf", "nan", "yesterday", None])
async def test_a_list_of_no_known_time_is_no_list(cache: SpecCache, fetched_at: object) -> None:
    cache.write(NOW_SECONDS, [ENTRY], [])
    index = json.loads((cache.path / "index.json").read_text())
    (cache.path / "index.json").write_text(json.dumps({**index, "fetched_at": fetched_at}))
    assert catalogue(cache, Client()).cached() is None


# What is hidden, and what is broken


async def test_only_what_says_that_it_is_no_source_is_hidden(cache: SpecCache) -> None:
    shown = [
        document("no attributes", attributes=None),
        document("no flag", attributes={"connectorName": "No flag"}),
        document("flag is a text", attributes={"isSource": "false"}),
        document("target", targetSpec={"name": "t"}, authSpec=None, attributes={}),
    ]
    hidden = [
        document("marked", attributes={"isSource": False}),
        document("marked for the ui", attributes={}, sourceSpec={"attributes": {"uiAttributes": {"isSource": False}}}),
        document("destination", providerId="14e34fac-d307-11e9-bb65-2a2ae2dbcce4"),
    ]
    page = await catalogue(cache, Client(*hidden, *shown)).refresh()
    assert [entry.id for entry in page.entries] == [one["id"] for one in shown]


BROKEN: list[object] = [
    None,
    5,
    "text",
    [],
    {},
    {"id": None},
    {"id": 7},
    {"id": ""},
    {"id": ["x"]},
    {"id": "odd", "name": None, "version": {}, "authSpec": "x", "attributes": [], "sourceSpec": 5},
    {"id": "deep", "authSpec": [{"name": "A", "spec": {"$ref": "#"}}, None, 5, {"name": None}, {"spec": {}}]},
    {"id": "null", "authSpec": [{"name": "A", "type": None, "spec": None}], "attributes": {"connectorName": None}},
]


@pytest.mark.parametrize("broken", BROKEN, ids=str)
async def test_one_broken_document_hides_no_other(cache: SpecCache, broken: object) -> None:
    there = catalogue(cache, Client(document("alpha"), broken, document("bravo")))
    page = await there.refresh()
    assert [name for name in names(page) if name in ("Alpha", "Bravo")] == ["Alpha", "Bravo"]
    assert len(page.entries) == 3
    for good in ("alpha", "bravo"):
        assert (await there.source(good)).auth_options
    again = catalogue(cache, Client()).cached()
    assert again is not None
    assert again.entries == page.entries


async def test_a_document_that_cannot_be_read_says_why(cache: SpecCache) -> None:
    page = await catalogue(cache, Client({"id": 7, "name": "odd"}, None)).refresh()
    assert [(entry.name, bool(entry.fault)) for entry in page.entries] == [("7", True), ("Unreadable document 2", True)]


async def test_of_two_documents_with_one_id_the_last_counts(cache: SpecCache) -> None:
    second = document("alpha", attributes={"connectorName": "Second"})
    assert names(await catalogue(cache, Client(document("alpha"), second)).refresh()) == ["Second"]


# One source


async def test_a_source_comes_from_memory_then_the_cache_then_the_service(cache: SpecCache) -> None:
    client = Client(document("alpha"), document("bravo"))
    there = catalogue(cache, client)
    await there.refresh()
    source = await there.source("alpha")
    assert await there.source("alpha") is source
    assert client.asked == ["all"]

    offline = Client(error=AepTuiError("No network."))
    assert (await catalogue(cache, offline).source("bravo")).name == "Bravo"
    assert offline.asked == []

    newcomer = Client(document("charlie"))
    there = catalogue(cache, newcomer)
    assert (await there.source("charlie")).name == "Charlie"
    await there.source("charlie")
    assert newcomer.asked == ["charlie"]


async def test_after_a_refresh_a_source_is_read_anew(cache: SpecCache) -> None:
    client = Client(document("alpha"))
    there = catalogue(cache, client)
    await there.refresh()
    assert (await there.source("alpha")).auth_options[0].name == "Basic"
    client.documents = (document("alpha", authSpec=[{"name": "Token", "spec": SCHEMA}]),)
    await there.refresh()
    assert (await there.source("alpha")).auth_options[0].name == "Token"


async def test_a_source_that_is_nowhere_is_the_services_word(cache: SpecCache) -> None:
    with pytest.raises(AepTuiError, match="Nothing of that id"):
        await catalogue(cache, Client(error=AepTuiError("Nothing of that id."))).source("gone")


async def test_a_source_that_cannot_be_read_is_told_in_plain_words(cache: SpecCache) -> None:
    class Odd(Client):
        async def connection_spec(self, spec_id: str) -> object:
            self.asked.append(spec_id)
            return {"id": 7}

    with pytest.raises(SourceGone) as caught:
        await catalogue(cache, Odd()).source("x\x1b[2J\u202ey")
    assert "x[2Jy" in caught.value.title
    assert caught.value.detail
    assert caught.value.remedy


# Many


async def test_ten_thousand_documents_are_read_without_holding_up_the_program(cache: SpecCache) -> None:
    """The longest stall as a part of the whole; the least of three goes, since the machine has other work too."""
    gaps: list[float] = []

    async def tick() -> None:
        last = time.perf_counter()
        while True:
            await asyncio.sleep(0.001)
            now = time.perf_counter()
            gaps.append(now - last)
            last = now

    documents = [document(f"spec {number}") for number in range(10_000)]
    parts = []
    # As the program does at its start: what is there already is not looked through for garbage.
    gc.collect()
    gc.freeze()
    for _ in range(3):
        gaps.clear()
        ticking = asyncio.create_task(tick())
        began = time.perf_counter()
        page = await catalogue(cache, Client(*documents)).refresh()
        parts.append(max(gaps) / (time.perf_counter() - began))
        ticking.cancel()
        assert len(page.entries) == 10_000
        if parts[-1] < 0.1:
            break
    gc.unfreeze()
    assert min(parts) < 0.1, parts
    kept = catalogue(cache, Client()).cached()
    assert kept is not None
    assert kept.entries == page.entries


def test_a_cache_that_somebody_edited_brings_nothing_unseen_to_the_screen() -> None:
    odd = "A\x1b]0;x\x07\u202eB"
    need = {"label": odd, "required": True, "secret": False, "default": odd}
    texts = ("name", "slug", "category", "description", "version", "documentation_link", "fault")
    entry = SourceEntry.from_dict(
        {"id": odd, "aliases": [odd], "auth": [{"name": odd, "needs": [need]}], "is_beta": False, **dict.fromkeys(texts, odd)}
    )
    shown = [*(getattr(entry, name) for name in texts), *entry.aliases, entry.auth[0].name]
    shown += [entry.auth[0].needs[0].label, entry.auth[0].needs[0].default]
    assert all(text.isprintable() for text in shown)
    assert entry.id == odd
