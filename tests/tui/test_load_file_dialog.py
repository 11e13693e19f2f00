"""The dialog that loads a file into a field: the way to the file, what is refused, and a drive that does not answer."""

from __future__ import annotations

import os
import threading
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest
from still_app import settled, type_keys
from textual import events
from textual.widgets import Input, Static

from aep_tui.exchange.text_file import DirectoryEntries
from aep_tui.tui.screens import load_file
from aep_tui.tui.screens.load_file import LoadFileScreen
from aep_tui.tui.widgets.virtual_list import VirtualList

PEM = "-----BEGIN KEY-----\nabc\n-----END KEY-----"


class Loading:
    """A dialog over the first page, and what it answered."""

    def __init__(self, app: Any, pilot: Any) -> None:
        self.app, self.pilot = app, pilot
        self.answers: list[str | None] = []
        self.screen = LoadFileScreen("", base64=False)

    async def open(self, *, settle: bool = True, base64: bool = False, **more: Any) -> None:
        self.answers.clear()
        self.screen = LoadFileScreen("PrivateKey", base64=base64, **more)
        self.app.push_screen(self.screen, self.answers.append)
        await (settled(self.pilot) if settle else self.pilot.pause())

    async def press(self, *words: str) -> None:
        await type_keys(self.pilot, *words)
        await settled(self.pilot)

    async def until(self, true: Callable[[], bool]) -> None:
        for _ in range(400):
            if true():
                return
            await self.pilot.pause(0.01)
        raise AssertionError(f"not so within 4 s; the dialog says: {self.said}")

    @property
    def path(self) -> str:
        return self.screen.query_one(Input).value

    @property
    def names(self) -> list[str]:
        shown = self.screen.query_one(VirtualList)
        return [f"{row.key}{'/' * row.value.is_directory}" for row in shown.rows]  # type: ignore[attr-defined]

    @property
    def highlighted(self) -> str | None:
        row = self.screen.query_one(VirtualList).highlighted
        return row.key if row else None

    @property
    def said(self) -> str:
        return str(self.screen.query_one("#said", Static).content)


@pytest.fixture
def loading(running: Any) -> Any:
    @asynccontextmanager
    async def run(**options: Any) -> AsyncIterator[Loading]:
        async with running(**{"size": (80, 24), **options}) as (app, pilot):
            yield Loading(app, pilot)

    return run


@pytest.fixture
def keys(isolated: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A home with keys in it, which is the working directory too."""
    (isolated / "keys" / "old").mkdir(parents=True)
    (isolated / "keys" / "id_rsa").write_text(PEM + "\n")
    (isolated / "keys" / "id_rsa.pub").write_text("public\n")
    (isolated / "keys" / "[red]id[b]").write_bytes(b"\0\1")
    (isolated / "keys" / ".hidden").write_text("h")
    monkeypatch.chdir(isolated)
    return isolated / "keys"


async def test_a_file_is_found_by_typing_completing_and_moving(loading: Any, keys: Path) -> None:
    async with loading() as it:
        await it.open()
        assert (it.path, it.names) == ("~/", ["../", "aep-tui/", "keys/"])
        assert str(it.screen.query_one("#what", Static).content) == "The file's text goes into PrivateKey."
        await it.press("k", "<tab>")
        assert it.path == "~/keys/"
        assert it.names == ["../", "old/", "[red]id[b]", "id_rsa", "id_rsa.pub"]
        assert (it.said, it.highlighted) == ("4 names", "old")
        await it.press("I", "<tab>")
        assert (it.path, it.names, it.said) == ("~/keys/id_rsa", ["id_rsa", "id_rsa.pub"], "2 names")
        await it.press("<enter>")
        await it.until(lambda: it.answers == [PEM])
        assert it.screen.directory == "~/keys/"
        await it.open(start=it.screen.directory, base64=True)
        assert "encoded as base64" in str(it.screen.query_one("#what", Static).content)
        await it.press("<up>", "<down>", "<ctrl+end>", "<up>", "<down>", "<enter>")
        await it.until(lambda: it.answers == ["cHVibGljCg=="])
        await it.open(start="~/keys/")
        await it.press(".")
        assert it.names == [".hidden"]
        await it.press("<tab>", "<enter>")
        await it.until(lambda: it.answers == ["h"])


async def test_backspace_goes_up_and_enter_opens_a_directory(loading: Any, keys: Path, isolated: Path) -> None:
    async with loading() as it:
        await it.open(start="~/keys/old/")
        assert it.names == ["../"]
        assert it.said.startswith("Nothing here.")
        await it.press("<backspace>")
        assert (it.path, it.highlighted) == ("~/keys/", "old")
        await it.press("<enter>")
        assert it.path == "~/keys/old/"
        await it.press("<enter>")
        assert it.path == "~/keys/", "the only row of an empty directory leads up"
        await it.press("<ctrl+home>", "<enter>")
        assert it.path == "~/"
        await it.press("<shift+tab>")
        assert it.path == f"{isolated.parent}/"
        await it.press("<ctrl+u>", "keys", "<enter>")
        assert it.path == "keys/", "a path may be relative to the working directory"
        await it.press("<backspace>")
        assert (it.path, it.names) == ("", ["../", "aep-tui/", "keys/"])
        await it.press("~", "<tab>")
        await it.until(lambda: it.path == "~/")
        await it.press("<ctrl+u>", "~", "<enter>")
        await it.until(lambda: it.path == "~/")
        await it.press("<ctrl+u>", "/", "<backspace>", "/")
        assert "../" not in it.names
        await it.press("<escape>")
        await it.until(lambda: it.answers == [None])
        assert it.screen.directory == "/"


async def test_what_cannot_be_loaded_is_said_in_the_dialog(loading: Any, keys: Path) -> None:
    os.mkfifo(keys / "pipe")
    (keys / "large").write_bytes(b"a" * 2_000_000)
    (keys / "empty").touch()
    async with loading(size=(60, 16), no_color=True) as it:
        for name, words in [
            ("none", "✗ There is no file ~/keys/none."),
            ("pipe", "✗ ~/keys/pipe is no regular file but a named pipe; it is not opened."),
            ("large", "✗ ~/keys/large is too large: it has 2.0 MB, and a field takes up to 1 MB."),
            ("empty", "✗ ~/keys/empty is empty."),
            ("[red]", "✗ ~/keys/[red]id[b] is not a text file: it is no UTF-8."),
        ]:
            await it.open(start="~/keys/")
            await it.press(name, "<enter>")
            assert (it.said, it.answers) == (words, [])
            assert it.screen.query_one("#said").region.height <= 3
            await it.press("<backspace>")
            assert not it.said.startswith("✗"), "an error goes with the path that it is about"
            await it.press("<escape>")
        await it.open(start="~/gone/")
        assert it.said == "✗ There is no directory ~/gone/."
        await it.press("<enter>", "<tab>")
        assert it.said == "✗ There is no directory ~/gone/."
        assert it.screen.query_one(".hint").region.bottom <= 15


async def test_a_dropped_path_is_pasted_whole_and_a_click_takes(loading: Any, keys: Path) -> None:
    async with loading() as it:
        await it.open()
        it.app.post_message(events.Paste(f"'{keys}/id_rsa.pub' "))
        await settled(it.pilot)
        assert (it.path, it.names) == (f"{keys}/id_rsa.pub", ["id_rsa.pub"])
        await it.press("<ctrl+u>")
        it.app.post_message(events.Paste("keys/o"))
        await settled(it.pilot)
        await it.pilot.click(VirtualList, offset=(4, 0))
        await settled(it.pilot)
        assert it.path == "keys/old/"
        await it.press("<backspace>")
        await it.pilot.click(VirtualList, offset=(4, 3))
        await settled(it.pilot)
        await it.until(lambda: it.answers == [PEM])
        await it.open()
        await it.pilot.click(offset=(0, 0))
        await it.until(lambda: it.answers == [None])


async def test_fast_typing_means_the_same_as_slow(loading: Any, keys: Path) -> None:
    async with loading() as it:
        await it.open()
        for key in ("k", "tab", "i", "tab", "full_stop", "tab", "enter"):
            it.app.post_message(events.Key(key, "." if key == "full_stop" else key if len(key) == 1 else None))
        await it.until(lambda: bool(it.answers))
        await it.until(lambda: it.answers == ["public"])


async def test_a_drive_that_does_not_answer_holds_nothing_up(loading: Any, keys: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    asked, answer, stopped = [], threading.Event(), []

    def slow_entries(directory: str, prefix: str, most: int, is_stopped: Callable[[], bool]) -> DirectoryEntries:
        asked.append((directory, prefix))
        answer.wait(20)
        stopped.append(is_stopped())
        return real_entries(directory, prefix, most)

    def slow_file(path: str, *, base64: bool) -> str:
        answer.wait(20)
        return "late"

    real_entries = load_file.entries_of
    monkeypatch.setattr(load_file, "entries_of", slow_entries)
    monkeypatch.setattr(load_file, "read_field_file", slow_file)
    async with loading() as it:
        try:
            await it.open(settle=False)
            await it.until(lambda: it.said == "reading…")
            started = time.monotonic()
            await type_keys(it.pilot, "keys")
            await it.until(lambda: it.path == "~/keys")
            assert asked == [("~/", "")], "a directory is read once"
            await type_keys(it.pilot, "<enter>")
            await it.until(lambda: "esc stops" in it.said)
            await type_keys(it.pilot, "<escape>")
            await it.until(lambda: it.said == "Stopped; nothing was loaded.")
            await type_keys(it.pilot, "<enter>")
            await it.until(lambda: "esc stops" in it.said)
            await type_keys(it.pilot, "<escape>", "<escape>")
            await it.until(lambda: it.answers == [None])
            assert time.monotonic() - started < 10
            await type_keys(it.pilot, "sftp")
            await it.until(lambda: it.app.screen.query_one(Input).value == "sftp")
        finally:
            answer.set()
        await it.until(lambda: bool(stopped))
        assert stopped == [True], "nobody waits for the names any more"
        await it.until(lambda: it.answers == [None])


async def test_a_very_large_directory_is_bounded(loading: Any, keys: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(load_file, "MOST_ENTRIES", 20)
    for number in range(100):
        (keys / "old" / f"file-{number:03}").write_text(str(number))
    async with loading() as it:
        await it.open(start="~/keys/old/")
        assert (len(it.names), it.said) == (21, "20 of 100 names · type more of one")
        await it.press("file-07")
        await it.until(lambda: (len(it.names), it.said) == (10, "10 names"))
        await it.press("<backspace>", "<backspace>")
        await it.until(lambda: it.said == "20 of 100 names · type more of one")
        await it.press("<tab>")
        assert it.path == "~/keys/old/file-000", "where not all names are known, only the highlighted one is certain"
        await it.press("<backspace>", "<backspace>", "99", "<enter>")
        await it.until(lambda: it.answers == ["99"])
