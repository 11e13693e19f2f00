"""The cached connection specs: quick to read, never in the way when they are damaged."""

from __future__ import annotations

import json
import os
import random
import shutil
import stat
import tempfile
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from aep_tui.errors import AepTuiError
from aep_tui.storage.spec_cache import CachedIndex, CacheUnusable, SpecCache

ENTRIES = [{"id": "a", "name": "A [b]", "aliases": ["x"], "is_beta": False}, {"id": "b", "name": "B", "auth": [{"needs": []}]}]
DOCUMENTS = [{"id": "a", "authSpec": [], "n": Decimal("1.50")}, {"id": "b", "text": "zwei\nZeilen \ud800 日本"}]


@pytest.fixture
def cache(tmp_path) -> SpecCache:
    return SpecCache(tmp_path / "cache", "https://platform.adobe.io", "ACME@AdobeOrg", "dev")


def test_nothing_is_kept_at_first(cache, tmp_path):
    assert cache.read_index() is None
    assert cache.read_document("a") is None
    assert list(tmp_path.iterdir()) == []


def test_what_was_kept_comes_back(cache):
    cache.write(1_700_000_000.25, ENTRIES, DOCUMENTS)
    assert cache.read_index() == CachedIndex(1_700_000_000.25, ENTRIES)
    assert isinstance(cache.read_index().fetched_at, float)
    assert [cache.read_document(document["id"]) for document in DOCUMENTS] == DOCUMENTS
    assert repr(cache.read_document("a")["n"]) == "Decimal('1.50')", "numbers stay exact"
    assert cache.read_document("c") is None


def test_a_later_answer_takes_its_place(cache):
    cache.write(1, ENTRIES, DOCUMENTS)
    cache.write(2, ENTRIES[:1], [{"id": "b", "new": True}])
    assert cache.read_index() == CachedIndex(2.0, ENTRIES[:1])
    assert cache.read_document("b") == {"id": "b", "new": True}
    assert cache.read_document("a") is None


def test_nothing_to_keep(cache):
    cache.write(0, [], [])
    assert cache.read_index() == CachedIndex(0.0, [])


def test_it_is_private(cache, tmp_path):
    cache.write(1, ENTRIES, DOCUMENTS)
    made = [tmp_path / "cache", *(tmp_path / "cache").rglob("*")]
    modes = {path.name: stat.S_IMODE(path.stat().st_mode) for path in made}
    assert modes == {"cache": 0o700, cache.path.name: 0o700, "index.json": 0o600, "documents.jsonl": 0o600}


def test_platform_organisation_and_sandbox_are_apart(tmp_path):
    places = [
        ("p", "o", "s"),
        ("q", "o", "s"),
        ("p", "q", "s"),
        ("p", "o", "t"),
        ("p", "os", ""),
        ("po", "", "s"),
        ("p/../..", "o", "\ud800"),
    ]
    caches = [SpecCache(tmp_path, *place) for place in places]
    for number, cache in enumerate(caches):
        cache.write(number, [{"id": str(number)}], [{"id": "same", "number": number}])
    assert [cache.read_index().fetched_at for cache in caches] == list(range(len(places)))
    assert [cache.read_document("same")["number"] for cache in caches] == list(range(len(places)))
    assert all(path.parent == tmp_path for path in tmp_path.iterdir())


def test_a_cache_that_was_copied_from_elsewhere_is_none(tmp_path):
    mine, theirs = SpecCache(tmp_path, "p", "mine", "s"), SpecCache(tmp_path, "p", "theirs", "s")
    theirs.write(1, ENTRIES, DOCUMENTS)
    shutil.copytree(theirs.path, mine.path)
    assert mine.read_index() is None
    assert mine.read_document("a") is None


def test_documents_that_cannot_be_asked_for_are_left_out(cache):
    deep: object = 1
    for _ in range(3_000):
        deep = [deep]
    cache.write(
        1,
        [],
        [None, "x", [], {}, {"id": None}, {"id": 7}, {"id": "deep", "x": deep}, {"id": "odd", "x": {1}}, {"id": "a", "n": 1}],
    )
    assert cache.read_document("a") == {"id": "a", "n": 1}
    assert cache.read_document("deep") is None


def test_of_two_documents_of_one_id_the_last_counts(cache):
    cache.write(1, [], [{"id": "a", "n": 1}, {"id": "a", "n": 2}])
    assert cache.read_document("a") == {"id": "a", "n": 2}


def test_an_entry_without_a_json_form_is_a_mistake_of_the_program(cache):
    with pytest.raises(TypeError):
        cache.write(1, [{"id": {1, 2}}], [])
    assert cache.read_index() is None


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.decimals(allow_nan=False, allow_infinity=False) | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=4), inner, max_size=3),
    max_leaves=6,
)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=40)
@given(st.dictionaries(st.text(), JSON, max_size=5))
def test_any_documents_come_back(cache, by_id):
    documents = {spec_id: {"id": spec_id, "value": value} for spec_id, value in by_id.items()}
    cache.write(1, [], documents.values())
    assert {spec_id: cache.read_document(spec_id) for spec_id in documents} == documents


class TestDamaged:
    @pytest.mark.parametrize(
        "content",
        [
            b"",
            b"{",
            b"null",
            b"[]",
            b"{}",
            b"\xff\xfe",
            b"[" * 100_000,
            b'{"format": 1}',
            b'{"format": 2, "fetched_at": 1, "entries": []}',
        ],
    )
    def test_a_file_that_is_none(self, cache, content):
        cache.write(1, ENTRIES, DOCUMENTS)
        for path in cache.path.iterdir():
            path.write_bytes(content)
        assert cache.read_index() is None
        assert cache.read_document("a") is None
        cache.write(2, ENTRIES, DOCUMENTS)
        assert cache.read_index().fetched_at == 2

    @pytest.mark.parametrize(
        "change",
        [
            {"format": 2},
            {"format": "1"},
            {"sandbox": "prod"},
            {"fetched_at": None},
            {"fetched_at": "noon"},
            {"entries": None},
            {"entries": {}},
            {"entries": [{}, None]},
        ],
    )
    def test_an_index_with_something_else_in_it(self, cache, change):
        cache.write(1, ENTRIES, DOCUMENTS)
        path = cache.path / "index.json"
        path.write_text(json.dumps({**json.loads(path.read_text()), **change}))
        assert cache.read_index() is None

    @pytest.mark.parametrize(
        "place",
        [None, "0", [0], [0, 5, 5], [-1, 10], [0, 10**30], [10**30, 1], [True, 9], [0.5, 3], [1, 20], [0, 3], {}, [None, 1]],
    )
    def test_a_table_that_leads_astray(self, cache, place):
        cache.write(1, ENTRIES, DOCUMENTS)
        path = cache.path / "documents.jsonl"
        head, _, rest = path.read_bytes().partition(b"\n")
        table = json.loads(head)
        table["documents"]["a"] = place
        path.write_bytes(json.dumps(table).encode() + b"\n" + rest)
        assert cache.read_document("a") is None
        assert cache.read_document("b") == DOCUMENTS[1]

    def test_files_cut_anywhere(self, cache):
        cache.write(1, ENTRIES, DOCUMENTS)
        whole = {path: path.read_bytes() for path in cache.path.iterdir()}
        for path, content in whole.items():
            for length in range(0, len(content), 7):
                path.write_bytes(content[:length])
                assert cache.read_index() in (None, CachedIndex(1.0, ENTRIES))
                for document in DOCUMENTS:
                    assert cache.read_document(document["id"]) in (None, document)
            path.write_bytes(content)

    def test_bytes_turned_over(self, cache):
        cache.write(1, ENTRIES, DOCUMENTS)
        chance = random.Random(5)
        for path in cache.path.iterdir():
            content = path.read_bytes()
            for _ in range(100):
                damaged = bytearray(content)
                damaged[chance.randrange(len(damaged))] = chance.randrange(256)
                path.write_bytes(damaged)
                index = cache.read_index()
                assert index is None or isinstance(index.entries, list)
                document = cache.read_document("a")
                assert document is None or document["id"] == "a"
            path.write_bytes(content)

    def test_a_directory_in_the_place_of_a_file(self, cache):
        (cache.path / "index.json").mkdir(parents=True)
        (cache.path / "documents.jsonl").mkdir()
        assert cache.read_index() is None
        assert cache.read_document("a") is None
        with pytest.raises(CacheUnusable):
            cache.write(1, ENTRIES, DOCUMENTS)


class TestUnwritable:
    def test_a_file_in_the_place_of_the_directory(self, cache, tmp_path):
        (tmp_path / "cache").write_text("mine")
        with pytest.raises(CacheUnusable) as caught:
            cache.write(1, ENTRIES, DOCUMENTS)
        error = caught.value
        assert isinstance(error, AepTuiError)
        assert "kept" in error.title
        assert str(tmp_path) in error.detail
        assert error.remedy
        assert (tmp_path / "cache").read_text() == "mine"
        assert cache.read_index() is None

    def test_without_rights_or_space(self, run_process):
        directory = Path(tempfile.mkdtemp())
        directory.chmod(0o755)
        try:
            cache = SpecCache(directory, "p", "o", "s")
            cache.write(1, ENTRIES, DOCUMENTS)
            script = """
cache = SpecCache(path, "p", "o", "s")
without_space(1)
tell(error_of(lambda: cache.write(2, [], [{"id": "a", "filler": "x" * 5000}])))
without_rights()
tell(error_of(lambda: cache.write(2, [], [])))
tell(cache.read_index() is None)
"""
            full, denied, unreadable = run_process(script, directory)
            assert "could not be kept" in full[0]
            assert "denied" in denied[1]
            assert unreadable, "it is its owner's alone"
            assert cache.read_index() == CachedIndex(1.0, ENTRIES)
            assert cache.read_document("a") == DOCUMENTS[0]
        finally:
            shutil.rmtree(directory)

    def test_killed_between_the_two_files(self, run_process, cache, tmp_path):
        cache.write(1, ENTRIES, DOCUMENTS)
        script = """
cache = SpecCache(path, "https://platform.adobe.io", "ACME@AdobeOrg", "dev")
def watch(frame, event, function):
    if event == "c_return" and function.__name__ == "replace":
        os.kill(os.getpid(), signal.SIGKILL)
sys.setprofile(watch)
cache.write(2, [], [{"id": "b", "new": True}])
"""
        assert run_process(script, tmp_path / "cache") == []
        assert cache.read_index() == CachedIndex(1.0, ENTRIES)
        assert cache.read_document("b") == {"id": "b", "new": True}
        assert cache.read_document("a") is None, "the service is asked for it"

    def test_leftovers_of_the_killed_are_swept(self, cache):
        cache.write(1, ENTRIES, DOCUMENTS)
        leftover = cache.path / ".index.json.1.ffffffffffff.tmp"
        leftover.touch()
        os.utime(leftover, (1, 1))
        cache.write(2, ENTRIES, DOCUMENTS)
        assert not leftover.exists()

    def test_two_processes_at_once(self, start_process, cache, tmp_path):
        script = """
cache = SpecCache(path, "https://platform.adobe.io", "ACME@AdobeOrg", "dev")
for number in range(30):
    cache.write(number, [{"id": "a", "by": os.getpid()}], [{"id": "a", "by": os.getpid(), "filler": "x" * 50_000}])
    assert cache.read_index().entries[0]["id"] == "a"
    assert len(cache.read_document("a")["filler"]) == 50_000
"""
        processes = [start_process(script, tmp_path / "cache") for _ in range(2)]
        for process in processes:
            assert process.communicate(timeout=60) == ("", "")
        assert cache.read_index() is not None
        assert sorted(path.name for path in cache.path.iterdir()) == ["documents.jsonl", "index.json"]
