"""Finding a source by what one remembers of it."""

from __future__ import annotations

import pytest

from aep_tui.wizard.search import SourceIndex, matched_spans
from aep_tui.wizard.source_entry import AuthNeeds, Need, SourceEntry


def entry(name: str, **values: object) -> SourceEntry:
    values = {"id": f"id-{name.casefold()}", "slug": name.casefold().replace(" ", "-"), **values}
    return SourceEntry(name=name, **values)  # type: ignore[arg-type]


@pytest.fixture
def index() -> SourceIndex:
    return SourceIndex(
        [
            entry("Amazon S3", category="Cloud storage", description="Files in a bucket"),
            entry("Oracle Object Storage", category="Cloud storage", description="Speaks the S3 protocol"),
            entry("S3", category="Other"),
            entry("S3 Glacier", category="Cloud storage"),
            entry("Azure Blob", category="Cloud storage", aliases=("Azure Storage",)),
            entry("Zendesk", category="Customer success", id="0a1b2c3d-zen"),
        ]
    )


def names(index: SourceIndex, query: str) -> list[str]:
    return [found.name for found in index.search(query).found]


def test_the_order_is_exact_then_prefix_then_name_then_the_rest(index: SourceIndex) -> None:
    assert names(index, "s3") == ["S3", "S3 Glacier", "Amazon S3", "Oracle Object Storage"]


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("azure storage", ["Azure Blob"]),
        ("BUCKET files", ["Amazon S3"]),
        ("customer", ["Zendesk"]),
        ("0a1b2c3d", ["Zendesk"]),
        ("amazon-s3", ["Amazon S3"]),
        ("amazon nothing", []),
    ],
)
def test_every_word_must_occur_somewhere(index: SourceIndex, query: str, found: list[str]) -> None:
    assert names(index, query) == found


def test_narrowing_letter_by_letter_finds_what_a_fresh_search_finds(index: SourceIndex) -> None:
    for text in ("cloud storage s3", "azure", "s3 glacier", "zen"):
        for length in range(1, len(text) + 1):
            fresh = SourceIndex(index.entries)
            assert names(index, text[:length]) == names(fresh, text[:length]), text[:length]
    assert names(index, "s") == names(SourceIndex(index.entries), "s")


def test_an_empty_search_lists_the_recent_ones_first_and_once(index: SourceIndex) -> None:
    listing = index.search("  ", ["0a1b2c3d-zen", "gone", "id-s3", "id-s3"])
    assert [recent.name for recent in listing.recent] == ["Zendesk", "S3"]
    assert [found.name for found in listing.found] == ["Amazon S3", "Azure Blob", "Oracle Object Storage", "S3 Glacier"]
    assert len(listing.recent) + len(listing.found) == 6


@pytest.mark.parametrize(
    ("wanted", "name"),
    [
        ("amazon-s3", "Amazon S3"),
        ("AZURE STORAGE", "Azure Blob"),
        ("0a1b2c3d-zen", "Zendesk"),
        ("glacier", "S3 Glacier"),
        ("s3", "S3"),
    ],
)
def test_a_command_line_names_one_source(index: SourceIndex, wanted: str, name: str) -> None:
    best = index.best(wanted)
    assert best is not None
    assert best.name == name


@pytest.mark.parametrize("wanted", ["storage", "", "nothing of the kind"])
def test_what_names_no_single_source_picks_none(index: SourceIndex, wanted: str) -> None:
    assert index.best(wanted) is None


def test_the_places_of_a_match_are_told() -> None:
    assert matched_spans("Amazon S3", "s3 ama") == [(7, 9), (0, 3)]
    assert matched_spans("Straße İx", "x") in ([], [(8, 9)])


def test_an_entry_survives_the_cache() -> None:
    whole = entry("A", aliases=("B",), auth=(AuthNeeds("Basic", (Need("Port", required=True, default="22"),)),), is_beta=True)
    assert SourceEntry.from_dict(whole.as_dict()) == whole


@pytest.mark.parametrize("damaged", [{}, {"id": "x"}, {"id": "x", "name": "y", "aliases": 5, "auth": []}])
def test_a_damaged_cache_entry_is_noticed(damaged: dict[str, object]) -> None:
    with pytest.raises((TypeError, KeyError)):
        SourceEntry.from_dict(damaged)
