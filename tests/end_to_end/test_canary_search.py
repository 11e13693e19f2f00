"""The search for secrets finds every kind of leak, and nothing that is none."""

from __future__ import annotations

import base64
import os
from pathlib import Path

import pytest
from accounts import jwt
from canaries import Hit, Scenario, Searcher, canary_for, quoted
from quick_screen import Pictures


@pytest.fixture
def searcher() -> Searcher:
    return Searcher({"here": canary_for("here", "x")})


SECRET_TEXT = canary_for("here", "x")
LEAKS = {
    "plain": SECRET_TEXT.encode(),
    "upper case": SECRET_TEXT.upper().encode(),
    "within words": f"password={SECRET_TEXT}&x".encode(),
    "base64 in any place": base64.b64encode(f"a{SECRET_TEXT}bc".encode()),
    "base64, shifted by one": base64.b64encode(f"ab{SECRET_TEXT}c".encode()),
    "base64, shifted by two": base64.b64encode(f"abc{SECRET_TEXT}".encode()),
    "base64 in lines": base64.encodebytes(b"x" * 70 + SECRET_TEXT.encode() + b"y" * 70),
    "basic authentication": b"Basic " + base64.b64encode(f"user:{SECRET_TEXT}".encode()),
    "URL-encoded": quoted(SECRET_TEXT).encode(),
    "URL-encoded in part": (SECRET_TEXT[:3] + quoted(SECRET_TEXT[3:9]).lower() + SECRET_TEXT[9:]).encode(),
    "JSON-escaped": "".join(f"\\u{ord(sign):04x}" for sign in SECRET_TEXT).encode(),
    "hex": SECRET_TEXT.encode().hex().encode(),
    "UTF-16": SECRET_TEXT.encode("utf-16-le"),
    "reversed": SECRET_TEXT[::-1].encode(),
    "a core dump": os.urandom(10_000) + SECRET_TEXT.encode() + os.urandom(10_000),
}


@pytest.mark.parametrize("name", LEAKS)
def test_the_search_finds_a_planted_leak(name: str, searcher: Searcher) -> None:
    assert {hit.canary for hit in searcher.search("x", LEAKS[name])} == {"here"}


def test_the_search_finds_nothing_in_what_is_no_leak(searcher: Searcher) -> None:
    others = canary_for("elsewhere", "x").encode() + os.urandom(100_000)
    assert list(searcher.search("x", others)) == []
    assert list(searcher.search("x", SECRET_TEXT[:-1].encode())) == []


def test_the_search_goes_through_files_their_names_and_the_clipboard(searcher: Searcher, tmp_path: Path) -> None:
    (tmp_path / "deep" / ".hidden").mkdir(parents=True)
    (tmp_path / "deep" / ".hidden" / "file").write_bytes(LEAKS["hex"])
    (tmp_path / f"{SECRET_TEXT}.log").touch()
    places = {hit.place for hit in searcher.search_tree(tmp_path, "file")}
    assert places == {"file: deep/.hidden/file", f"file: name of {SECRET_TEXT}.log"}
    osc = b"\x1b]52;c;" + base64.b64encode(b"abc" + SECRET_TEXT.encode()) + b"\x07"
    assert "clipboard" in {hit.place for hit in searcher.search_terminal(osc, ())}


def drawn(*chunks: bytes) -> tuple[bytes, set[str]]:
    pictures = Pictures(80, 24, keeps=True)
    for chunk in chunks:
        pictures.feed(chunk)
    return b"".join(chunks), pictures.kept


def test_the_search_sees_what_is_drawn_sign_by_sign_and_over_two_lines(searcher: Searcher) -> None:
    typed = b"".join(f"\x1b[3;{column}H\x1b[1m{sign}\x1b[0m".encode() for column, sign in enumerate(SECRET_TEXT, start=1))
    for chunks in ([typed], [b"\x1b[1;70H" + SECRET_TEXT.encode()], [typed, b"\x1b[2J"]):
        assert "terminal: drawn" in {hit.place for hit in searcher.search_terminal(*drawn(*chunks))}


@pytest.mark.parametrize("part", [1, 2])
def test_the_search_finds_a_part_of_a_token(part: int) -> None:
    canary = canary_for("JWT", "x")
    assert list(Searcher({"JWT": canary}).search("x", jwt(canary).split(".")[part].encode()))


def test_a_hit_is_allowed_only_where_a_scenario_says_so() -> None:
    scenario = Scenario("x", lambda _: None, allowed={"password": ("stdout",)})
    hits = {Hit("stdout", "password", "plain"), Hit("stderr", "password", "plain"), Hit("stdout", "text file", "plain")}
    assert {(hit.place, hit.canary) for hit in scenario.leaks(hits)} == {("stderr", "password"), ("stdout", "text file")}
