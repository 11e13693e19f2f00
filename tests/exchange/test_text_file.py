"""A file as the text of a field: what is read, what is refused and why, and the way to it."""

from __future__ import annotations

import base64
import errno
import os
import socket
import threading
import time
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aep_tui.errors import AepTuiError
from aep_tui.exchange.text_file import (
    LARGEST_BYTES,
    DirectoryEntries,
    DirectoryEntry,
    IsDirectoryError,
    UnreadableFileError,
    common_beginning,
    entries_of,
    narrowed,
    parent_of,
    pasted_path,
    read_field_file,
    short_path,
    split_path,
    working_directory,
)

PEM = "-----BEGIN PRIVATE KEY-----\nMIIE\nabc=\n-----END PRIVATE KEY-----"


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return tmp_path


def sentence_of(path: str, *, base64: bool = False) -> str:
    with pytest.raises(UnreadableFileError) as caught:
        read_field_file(path, base64=base64)
    return caught.value.sentence()


@pytest.mark.parametrize(
    ("content", "text"),
    [
        (PEM.encode() + b"\n", PEM),
        (PEM.encode(), PEM),
        (b"two\n\n", "two\n"),
        (b"a\r\nb\r\n", "a\r\nb"),
        (b"a\rb\r", "a\rb"),
        (b"\xef\xbb\xbfwith a mark\n", "with a mark"),
        ("täglich ✓ \N{GRINNING FACE}\n".encode(), "täglich ✓ \N{GRINNING FACE}"),
        (b"  blanks stay \t\n", "  blanks stay \t"),
        (b"a" * LARGEST_BYTES, "a" * LARGEST_BYTES),
    ],
)
def test_a_text_stays_as_it_is_less_a_mark_and_one_final_line_break(here: Path, content: bytes, text: str) -> None:
    (here / "file").write_bytes(content)
    assert read_field_file("file", base64=False) == text
    assert base64.b64decode(read_field_file(str(here / "file"), base64=True)) == content


@given(content=st.binary(min_size=1, max_size=300))
def test_base64_gives_every_byte_back_and_a_text_is_the_file_or_a_reason(tmp_path_factory: object, content: bytes) -> None:
    path = Path(f"{tmp_path_factory.getbasetemp()}/any")  # type: ignore[attr-defined]
    path.write_bytes(content)
    assert base64.b64decode(read_field_file(str(path), base64=True)) == content
    try:
        text = read_field_file(str(path), base64=False)
    except UnreadableFileError:
        return
    assert content.removeprefix(b"\xef\xbb\xbf") in {text.encode() + end for end in (b"", b"\n", b"\r\n", b"\r")}


def test_home_and_relative_paths_and_links_are_followed(here: Path, isolated: Path) -> None:
    (isolated / "key").write_text("at home")
    (here / "sub").mkdir()
    (here / "sub" / "key").write_text("below")
    (here / "link").symlink_to(here / "sub" / "key")
    assert read_field_file("~/key", base64=False) == "at home"
    for path in ("sub/key", "./sub/../sub/key", "link"):
        assert read_field_file(path, base64=False) == "below"


@pytest.mark.parametrize(
    ("content", "encoded", "words"),
    [
        (b"", True, "f is empty."),
        (b"\n", False, "f is empty."),
        (b"\xef\xbb\xbf", False, "f is empty."),
        (b"\x89PNG\xff", False, "f is not a text file: it is no UTF-8."),
        (b"text\0more", False, "f is not a text file: it is no UTF-8."),
        ("wide".encode("utf-16"), False, "f is written in UTF-16. Save it as UTF-8 first."),
        (b"a" * (LARGEST_BYTES + 1), False, "f is too large: it has more than 1 MB, and a field takes up to 1 MB."),
        (b"a" * 3_200_000, True, "f is too large: it has 3.2 MB, and a field takes up to 1 MB."),
    ],
)
def test_what_cannot_be_an_answer_is_refused_with_a_reason(here: Path, content: bytes, encoded: bool, words: str) -> None:
    (here / "f").write_bytes(content)
    assert sentence_of("f", base64=encoded) == words


def test_what_is_no_file_is_refused_without_being_opened(here: Path) -> None:
    os.mkfifo(here / "pipe")
    with socket.socket(socket.AF_UNIX) as listening:
        listening.bind("socket")
    started = time.monotonic()
    assert sentence_of("pipe") == "pipe is no regular file but a named pipe; it is not opened."
    assert sentence_of("socket") == "socket is no regular file but a socket; it is not opened."
    assert sentence_of("/dev/zero") == "/dev/zero is no regular file but a device; it is not opened."
    assert time.monotonic() - started < 5
    assert sentence_of("none") == "There is no file none."
    assert sentence_of("") == "No file is named."
    assert sentence_of("pipe/below") == "pipe/below cannot be read: a part of its path is a file."
    assert sentence_of("a\0b") == "ab cannot be read: that is no possible name."
    assert sentence_of("n" * 300).endswith("cannot be read: its name is too long.")
    (here / "circle").symlink_to("circle")
    assert sentence_of("circle") == "circle cannot be read: its links lead in a circle."
    with pytest.raises(IsDirectoryError, match="is a directory"):
        read_field_file(str(here), base64=False)


def test_what_is_not_permitted_is_said(here: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(path: object, *_rest: object) -> None:
        raise PermissionError(errno.EACCES, "no", str(path))

    (here / "closed").write_text("x")
    monkeypatch.setattr(os, "open", refuse)
    monkeypatch.setattr(os, "scandir", refuse)
    assert sentence_of("closed") == "closed cannot be read: access is denied."
    with pytest.raises(UnreadableFileError) as caught:
        entries_of("room/", "", 10)
    assert caught.value.sentence() == "room/ cannot be opened: access is denied."


def test_foreign_names_are_made_plain_in_sentences() -> None:
    assert sentence_of("\x1b[31mred\u202e") == "There is no file [31mred."


def names(found: DirectoryEntries) -> list[str]:
    return [entry.name + "/" * entry.is_directory for entry in found.found]


def test_entries_are_directories_first_and_hidden_ones_only_when_asked_for(here: Path) -> None:
    for name in ("beta", "Alpha", ".hidden"):
        (here / name).mkdir()
    for name in ("key.pem", "Key2.pem", ".secret", "b.txt"):
        (here / name).write_text("")
    (here / "way").symlink_to(here / "beta")
    (here / "lost").symlink_to(here / "nowhere")
    everything = entries_of("", "", 100)
    assert names(everything) == ["Alpha/", "beta/", "way/", "b.txt", "key.pem", "Key2.pem", "lost"]
    assert names(entries_of(str(here) + "/", "b", 100)) == ["beta/", "b.txt"]
    assert names(entries_of(".", ".", 100)) == [".hidden/", ".secret"]
    assert names(entries_of("", "ke", 100)) == ["key.pem"]
    assert names(entries_of("", "KE", 100)) == ["key.pem", "Key2.pem"]
    assert entries_of("", "", 2) == DirectoryEntries((DirectoryEntry("Alpha", True), DirectoryEntry("beta", True)), 7)
    assert narrowed(everything, "KE") == entries_of("", "KE", 100)
    assert narrowed(everything, "zz") == DirectoryEntries((), 0)
    assert narrowed(entries_of("", "", 2), "al") is None
    assert common_beginning(entries_of("", "KE", 100)) == "key"
    assert common_beginning(entries_of("", "b", 100)) == "b"
    assert common_beginning(entries_of("", "key", 100)) == "key.pem"
    for none in (everything, entries_of("", "", 2), DirectoryEntries((), 0)):
        assert common_beginning(none) == ""


def test_a_directory_that_cannot_be_listed_is_an_error_with_its_name(here: Path) -> None:
    (here / "file").write_text("")
    for directory, words in [
        ("none/", "There is no directory none/."),
        ("file/", "file/ cannot be opened: it is a file."),
        ("a\0/", "a/ cannot be opened: no possible name."),
    ]:
        with pytest.raises(AepTuiError) as caught:
            entries_of(directory, "", 10)
        assert caught.value.sentence() == words


def test_listing_ends_when_nobody_waits(here: Path) -> None:
    for number in range(20):
        (here / f"{number}").touch()
    stopped = threading.Event()
    stopped.set()
    assert entries_of("", "", 100, stopped.is_set).total == 0


def test_the_way_up(isolated: Path) -> None:
    ways = {
        "/a/b/": "/a/",
        "/a/": "/",
        "/": "/",
        "a/b/": "a/",
        "a/": "",
        "": "../",
        "./": "../",
        "../": "../../",
        "../a/": "../",
        "~/a/": "~/",
        "~/": f"{isolated.parent}/",
        "~nobody-of-that-name/": "",
        "/a//": "/",
    }
    assert {way: parent_of(way) for way in ways} == ways
    assert split_path("~/a/key") == ("~/a/", "key")
    assert split_path("key") == ("", "key")
    assert short_path(str(isolated / "a")) == "~/a/"
    assert short_path(str(isolated)) == "~/"
    assert short_path(f"{isolated}x/") == f"{isolated}x/"
    assert short_path("/") == "/"


def test_a_working_directory_that_was_removed_is_home(here: Path) -> None:
    (here / "gone").mkdir()
    os.chdir("gone")
    assert working_directory() == f"{here}/gone/"
    (here / "gone").rmdir()
    assert working_directory() == "~/"


@pytest.mark.parametrize(
    ("pasted", "path"),
    [
        ("/a/b c\n", "/a/b c"),
        ("'/a/b c' ", "/a/b c"),
        ('"/a/b"', "/a/b"),
        ("/a/b\\ c", "/a/b c"),
        ("file:///a/b%20c", "/a/b c"),
        ("'", "'"),
        ("", ""),
    ],
)
def test_a_pasted_path_may_be_quoted(pasted: str, path: str) -> None:
    assert pasted_path(pasted) == path
