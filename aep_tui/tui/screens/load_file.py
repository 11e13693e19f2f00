"""A file whose content becomes the answer of a field."""

from __future__ import annotations

import asyncio
import os
import threading
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, ClassVar, Final, NamedTuple, TypeVar, cast

from textual import events, on, work
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.content import Content
from textual.screen import ModalScreen
from textual.widgets import Input, Static

from aep_tui.errors import AepTuiError
from aep_tui.exchange.text_file import (
    SEPARATORS,
    DirectoryEntries,
    DirectoryEntry,
    IsDirectoryError,
    common_beginning,
    entries_of,
    narrowed,
    parent_of,
    pasted_path,
    read_field_file,
    split_path,
    working_directory,
)
from aep_tui.text import plain
from aep_tui.tui.keymap import with_keys
from aep_tui.tui.screens.base import HERE
from aep_tui.tui.screens.list_keys import ListKeys
from aep_tui.tui.screens.pick import ClickList
from aep_tui.tui.widgets.quiet_input import QuietInput, plain_in_place
from aep_tui.tui.widgets.virtual_list import ListRow, VirtualList

if TYPE_CHECKING:
    from aep_tui.tui.app import AepTuiApp

MOST_ENTRIES: Final = 1_000
"""More names than that are found by typing more of one."""
QUICK_SECONDS: Final = 0.3
"""So long keys wait for a directory, so that fast typing means the same as slow; a slow drive holds no key up longer."""
UP: Final = DirectoryEntry("..", True)

Result = TypeVar("Result")


class Listed(NamedTuple):
    """What was read of a directory: the names that begin with ``prefix``, or why there are none."""

    directory: str
    prefix: str
    entries: DirectoryEntries
    trouble: str = ""

    def beginning(self, directory: str, prefix: str) -> DirectoryEntries | None:
        """Return the names in a directory that begin with a prefix, if that is known."""
        hides = prefix.startswith(".") and not self.prefix.startswith(".")
        if directory != self.directory or hides or not prefix.startswith(self.prefix):
            return None
        return self.entries if prefix == self.prefix else narrowed(self.entries, prefix)


class PathBox(QuietInput):
    """One line for a path. Tab completes it; a backspace behind a separator goes one directory up."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("tab", "screen.complete", "Complete", id="load-complete", show=False),
        Binding("shift+tab", "screen.up", "Up", id="load-up", show=False),
    ]

    def __init__(self, path: str) -> None:
        """Make the box.

        Args:
            path: What it begins with.
        """
        super().__init__(path, placeholder="A path", id="path", select_on_focus=False, validate_on=())
        self.border_title = "File"

    def insert_text_at_cursor(self, text: str) -> None:
        """Insert what is typed; a path from the root or from home begins anew."""
        at_end = self.selection.is_empty and self.cursor_position == len(self.value)
        if at_end and self.value.endswith(tuple(SEPARATORS)) and text in {"/", "~"}:
            self.value = "/" if text == "/" else f"~{SEPARATORS[0]}"
            self.cursor_position = len(self.value)
        else:
            super().insert_text_at_cursor(text)

    def action_delete_left(self) -> None:
        """Delete to the left; a whole name behind a separator."""
        at_end = self.selection.is_empty and self.cursor_position == len(self.value)
        if at_end and self.value.endswith(tuple(SEPARATORS)) and self.value.rstrip(SEPARATORS):
            self.value = split_path(self.value.rstrip(SEPARATORS))[0]
        else:
            super().action_delete_left()

    def _on_paste(self, event: events.Paste) -> None:
        """Take a pasted path without the quotes that terminals put around it; a whole one replaces what is there."""
        path = pasted_path(event.text)
        if path.startswith((*SEPARATORS, "~")) or Path(path).is_absolute():
            self.value = path
            self.cursor_position = len(path)
        elif path:
            self.replace(path, *sorted(self.selection))
        event.stop()
        event.prevent_default()


class LoadFileScreen(ModalScreen[str | None], ListKeys):
    """A path with the names that it may go on with; answers with the text of a file, or its bytes in base64.

    Attributes:
        directory: The directory last shown, with a separator at the end; where to begin the next time.
    """

    CSS_PATH: ClassVar = [HERE / "form.tcss", HERE / "dialogs.tcss"]
    AUTO_FOCUS = "#path"
    FRAME_TITLE: ClassVar[str] = "Load from a file"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "leave", "Leave", id="load-leave"),
        Binding("up", "move(-1)", "Up", show=False),
        Binding("down", "move(1)", "Down", show=False),
        Binding("pageup", "page(-1)", "Page up", show=False),
        Binding("pagedown", "page(1)", "Page down", show=False),
        Binding("ctrl+home", "end(False)", "First", show=False),
        Binding("ctrl+end", "end(True)", "Last", show=False),
    ]

    if TYPE_CHECKING:
        app: AepTuiApp

    def __init__(self, label: str, *, base64: bool, start: str = "") -> None:
        """Make the page.

        Args:
            label: Of the field.
            base64: Answer with the bytes in base64 instead of the text.
            start: The directory to begin in; the working directory if it is empty.
        """
        super().__init__()
        self._label, self._base64 = label, base64
        self.directory = start or working_directory()
        self.loaded = ""
        """The name of the file that was loaded."""
        self._listed: Listed | None = None
        self._asked: tuple[str, str] | None = None
        self._loading = False

    def what(self) -> str:
        """Return what becomes of the file, as a sentence."""
        label = plain(self._label, 60)
        if self._base64:
            return f"The file's bytes, encoded as base64, go into {label}."
        return f"The file's text goes into {label}."

    def read(self, path: str) -> str:
        """Return what is in a file; called on a thread. An error is said on the page, and another file can be chosen."""
        return read_field_file(path, base64=self._base64)

    def compose(self) -> ComposeResult:
        """Lay out what will happen, the path, the names, and what there is to say."""
        with Vertical(classes="dialog") as frame:
            frame.border_title = self.FRAME_TITLE
            yield Static(Content(self.what()), id="what")
            yield PathBox(self.directory)
            yield ClickList(self._draw_row, id="entries")
            yield Static(id="said")
            yield Static(
                Content(with_keys(self.app, "enter takes it · {load-complete} completes · {load-leave} leaves")), classes="hint"
            )

    def on_mount(self) -> None:
        """List the first directory."""
        self._box.cursor_position = len(self._box.value)
        self._follow()

    @property
    def _box(self) -> PathBox:
        return self.query_one("#path", PathBox)

    @property
    def _list(self) -> VirtualList:
        return self.query_one("#entries", VirtualList)

    # What the path can go on with

    @on(Input.Changed, "#path")
    def _follow(self) -> None:
        """Show the names that begin like what is typed; read the directory where they are not known."""
        self._stop_loading()
        directory, prefix = split_path(self._box.value)
        listed = self._listed
        entries = listed.beginning(directory, prefix) if listed else None
        if listed is not None and entries is not None:
            self._asked = None
            self._show(listed, entries, prefix)
            return
        # First all names, hidden ones only if asked for; of a directory that has too many, those that begin so.
        widest = prefix[:1] if prefix.startswith(".") else ""
        knows_widest = listed is not None and listed.beginning(directory, widest) is not None
        wanted = (directory, prefix if knows_widest else widest)
        if wanted != self._asked:
            self._asked = wanted
            self._list.set_rows(())
            self._read_directory(*wanted, self._hold_keys())
        self._say("reading…")

    @work(exclusive=True, group="directory", description="directory")
    async def _read_directory(self, directory: str, prefix: str, release: Callable[[], None]) -> None:
        nobody_waits, trouble, entries = threading.Event(), "", DirectoryEntries((), 0)
        try:
            entries = await in_thread(lambda: entries_of(directory, prefix, MOST_ENTRIES, nobody_waits.is_set))
            self.directory = directory
        except AepTuiError as error:
            trouble = error.sentence()
        finally:
            nobody_waits.set()
            release()
        self._listed = Listed(directory, prefix, entries, trouble)
        self._follow()

    def _hold_keys(self) -> Callable[[], None]:
        """Let keys wait for a quick drive; return what ends that, which a slow drive does not get to do."""
        self.app.keys.hold()
        held = [True]

        def release() -> None:
            if held:
                held.clear()
                self.app.keys.release()

        self.set_timer(QUICK_SECONDS, release)
        return release

    def _show(self, listed: Listed, entries: DirectoryEntries, prefix: str) -> None:
        rows = [ListRow(entry.name, entry) for entry in entries.found]
        exact = next((entry.name for entry in entries.found if entry.name == prefix), None)
        first = exact or (entries.found[0].name if entries.found else None)
        if prefix in {"", ".."} and not listed.trouble and parent_of(listed.directory) != listed.directory:
            rows.insert(0, ListRow(UP.name, UP))
        self._list.set_rows(rows, highlight=first)
        if listed.trouble:
            self._say(listed.trouble, error=True)
        elif entries.total > len(entries.found):
            self._say(f"{len(entries.found):,} of {entries.total:,} names · type more of one")
        elif entries.found:
            self._say("1 name" if entries.total == 1 else f"{entries.total:,} names")
        elif prefix:
            self._say(f"Nothing here begins with {plain_in_place(prefix[:60])}.")
        else:
            self._say("Nothing here. What begins with a dot is listed once you type the dot.")

    def _say(self, words: str, *, error: bool = False) -> None:
        self.set_class(error, "-error")
        self.query_one("#said", Static).update(Content(f"✗ {words}" if error else words))

    def _draw_row(self, row: ListRow, width: int) -> Content:
        if not isinstance(row.value, DirectoryEntry):
            return Content("")
        name = Content(plain_in_place(row.value.name))
        typed = len(split_path(self._box.value)[1])
        if typed and row.value is not UP:
            name = name.stylize("bold underline $primary", 0, typed)
        if row.value.is_directory:
            name += Content.styled("/", "bold $secondary")
        return name.truncate(width, ellipsis=True)

    # What the keys do

    def _set_path(self, path: str) -> None:
        self._box.value = path
        self._box.cursor_position = len(path)

    def action_complete(self) -> None:
        """Complete the path as far as it is certain, then with the highlighted name."""
        directory, prefix = split_path(self._box.value)
        if not directory and prefix == "~":
            self._set_path(f"~{os.sep}")
        row, entries = self._list.highlighted, self._listed.beginning(directory, prefix) if self._listed else None
        if row is None or entries is None or not isinstance(row.value, DirectoryEntry):
            return
        shared = common_beginning(entries)
        if len(shared) > len(prefix) and entries.total > 1:
            self._set_path(directory + shared)
        else:
            self._set_path(_joined(directory, row.value))

    def action_up(self) -> None:
        """Go one directory up."""
        self._set_path(parent_of(split_path(self._box.value)[0]))

    @on(Input.Submitted, "#path")
    @on(VirtualList.Picked)
    def action_take(self) -> None:
        """Open the highlighted directory or load the highlighted file; without one, what is typed."""
        row = self._list.highlighted
        if row is None or not isinstance(row.value, DirectoryEntry):
            self._load(self._box.value)
            return
        path = _joined(split_path(self._box.value)[0], row.value)
        if row.value.is_directory:
            self._set_path(path)
        else:
            self._load(path)

    def _load(self, path: str) -> None:
        if self._listed is not None and self._listed.trouble and path.endswith(tuple(SEPARATORS)):
            return
        self._loading = True
        self._say(f"reading {plain(path, 60)}…  {with_keys(self.app, '{load-leave}')} stops")
        self._read_file(path, self._hold_keys())

    @work(exclusive=True, group="file", description="file")
    async def _read_file(self, path: str, release: Callable[[], None]) -> None:
        try:
            text = await in_thread(lambda: self.read(path))
        except IsDirectoryError:
            self._loading = False
            self._set_path(path.rstrip(SEPARATORS) + os.sep)
            self._follow()
        except AepTuiError as error:
            self._loading = False
            self._say(error.sentence(), error=True)
        else:
            self.loaded = Path(path).name
            self.dismiss(text)
        finally:
            release()

    def _stop_loading(self) -> None:
        if self._loading:
            self._loading = False
            self.workers.cancel_group(self, "file")

    def action_leave(self) -> None:
        """Stop reading the file, or leave everything as it was."""
        if self._loading:
            self._stop_loading()
            self._say("Stopped; nothing was loaded.")
        else:
            self.dismiss(None)

    def on_key(self, event: events.Key) -> None:
        """Type into the path wherever the focus is."""
        if event.is_printable and event.character and not self._box.has_focus:
            event.stop()
            self._box.focus()
            self._box.insert_text_at_cursor(event.character)

    def on_click(self, event: events.Click) -> None:
        """Leave at a click beside the page."""
        if self.get_widget_at(*event.screen_offset)[0] is self:
            self.dismiss(None)


def _joined(directory: str, entry: DirectoryEntry) -> str:
    """Return the path of a name in a directory; that of a directory ends in a separator."""
    if entry is UP:
        return parent_of(directory)
    return directory + entry.name + (os.sep if entry.is_directory else "")


async def in_thread(call: Callable[[], Result]) -> Result:
    """Return what a function returns that may block for long, such as on a network drive that is gone.

    The thread is a daemon and belongs to no pool: one that hangs holds up neither the end of the program nor other work.
    """
    loop = asyncio.get_running_loop()
    future: asyncio.Future[Result] = loop.create_future()

    def settle(result: Result | None, error: Exception | None) -> None:
        if future.done():
            return
        if error is not None:
            future.set_exception(error)
        else:
            future.set_result(cast("Result", result))

    def run() -> None:
        result, error = None, None
        try:
            result = call()
        except Exception as raised:  # noqa: BLE001 - whatever it is, it is raised again where it is awaited
            error = raised
        # The program may have ended meanwhile.
        with suppress(RuntimeError):
            loop.call_soon_threadsafe(settle, result, error)

    threading.Thread(target=run, name="file", daemon=True).start()
    return await future
