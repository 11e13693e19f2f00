"""Step 1: pick a source by what one remembers of it."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable
from typing import TYPE_CHECKING, ClassVar, cast

from rich.cells import cell_len
from textual import events, on, work
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, Vertical, VerticalScroll
from textual.content import Content
from textual.timer import Timer
from textual.widget import Widget
from textual.widgets import Input, Static

from aep_tui.errors import AepTuiError
from aep_tui.outcome import Problem
from aep_tui.tui.keymap import with_keys
from aep_tui.tui.screens.base import HERE, Trouble, WizardScreen
from aep_tui.tui.widgets.search_box import SearchBox
from aep_tui.tui.widgets.source_details import SourceDetails
from aep_tui.tui.widgets.virtual_list import ListRow, VirtualList
from aep_tui.tui.words import OTHER_SANDBOX, age, error_content, listing_trouble, no_match, way_out
from aep_tui.wizard.step import Step

if TYPE_CHECKING:
    from aep_tui.wizard.catalogue import CataloguePage
    from aep_tui.wizard.search import SourceIndex
    from aep_tui.wizard.source_entry import SourceEntry

FRESH_SECONDS = 60
HEADING_RECENT = "Used last"
HEADING_ALL = "All sources"


class SourceScreen(WizardScreen):
    """A search box that narrows a list at once, with the details of the highlighted source beside it."""

    CSS_PATH: ClassVar = [HERE / "base.tcss", HERE / "source.tcss"]
    STEP = Step.SOURCE
    AUTO_FOCUS = "#search"
    HELP_TEXT = (
        "Type what you remember of the source: a part of its name, its category, or an id from a tutorial. "
        "Every word you type has to occur somewhere. Up and down move through the list, Enter takes the highlighted source.\n\n"
        "The list is the service's own catalogue of connection specs. Each names the credentials that the next step asks for."
    )
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding(
            "ctrl+n", "choose", "Choose", id="main", priority=True, tooltip="Fill in the credentials of the highlighted source"
        ),
        Binding("escape", "clear", "Clear", id="back", tooltip="Empty the search box"),
        Binding("f5", "details", "Details", id="beside", tooltip="Show what it needs, or the list again"),
        Binding("ctrl+r", "reload", "Reload", id="reload", show=False, tooltip="Ask the service for the list again"),
        Binding("enter", "choose", "Choose", show=False),
        Binding("up", "move(-1)", "Up", show=False),
        Binding("down", "move(1)", "Down", show=False),
        Binding("pageup", "page(-1)", "Page up", show=False),
        Binding("pagedown", "page(1)", "Page down", show=False),
        Binding("ctrl+home", "end(False)", "First", show=False),
        Binding("ctrl+end", "end(True)", "Last", show=False),
    ]

    def __init__(self, wanted: str = "") -> None:
        """Make the step.

        Args:
            wanted: A source to start on, by name, slug or id.
        """
        super().__init__()
        self._wanted = wanted
        self._index: SourceIndex | None = None
        self._recent: list[str] = []
        self._page: CataloguePage | None = None
        self._error: AepTuiError | None = None
        self._failed_at = 0.0
        self._loading_since: float | None = None
        self._moved = False
        self._made = 0
        self._detailed: SourceEntry | None = None
        self._status = Content("")
        self._ticker: Timer | None = None
        self._begun = False
        self._offered: object = None

    def body(self) -> Iterable[Widget]:
        """Search box and list to the left; what is empty at first follows after the first frame."""
        with Horizontal(id="columns"), Vertical(id="left"):
            yield SearchBox("Type a name, a category or an id")
            yield VirtualList(self._draw_row, id="sources")

    @work(exclusive=True, group="cached", description="kept connection specs")
    async def _begin(self) -> None:
        """Show what is cached, and ask the service behind it."""
        page = await asyncio.to_thread(self.app.session.catalogue.cached)
        await self.query_one("#left").mount(Static(id="state"), Static(id="status"))
        if page is not None:
            self._show_page(page)
            self.call_after_refresh(self._load_recent)
            self.call_after_refresh(self.action_reload)
        else:
            self.action_reload()
            self._load_recent()
        self.app.settle_left()

    @work(exclusive=True, group="details", description="details")
    async def _add_details(self) -> None:
        await self.query_one("#columns").mount(VerticalScroll(SourceDetails(id="details-text"), id="details"))
        self._show_details_of(self._list.highlighted)

    @property
    def _list(self) -> VirtualList:
        return self.query_one("#sources", VirtualList)

    @work(exclusive=True, group="recent", description="recent sources")
    async def _load_recent(self) -> None:
        """Put the sources used last in front."""
        try:
            recent = await self.app.session.recent_source_ids()
            if recent != self._recent:
                self._recent = recent
                self._refill(steady=False)
        finally:
            self.app.keys.release()

    def on_screen_resume(self) -> None:
        """Begin once the first frame is up; later, begin anew after a connection was made."""
        if not self._begun:
            self._begun = True
            self.app.keys.hold()
            self._begin()
        if self._page is not None:
            # A key may mean the first of those used last.
            self.app.keys.hold()
            self._load_recent()
            if self._made != len(self.app.made):
                self._made = len(self.app.made)
                self.query_one("#search", Input).value = ""

    def action_reload(self) -> None:
        """Ask the service for the list."""
        if self._loading_since is not None or not self.query("#state"):
            return
        if self._error is not None:
            # Whoever asks again may have the secret now that was not given before.
            self.app.session.has_declined = False
        self._loading_since, self._error = self.app.clock.monotonic(), None
        if self._ticker is None:
            self._ticker = self.set_interval(0.5, self._tick)
        self._tick()
        self._load()

    @work(exclusive=True, group="catalogue", description="connection specs")
    async def _load(self) -> None:
        try:
            await self.app.session.client()
            # How long a pasted token lasts is known from now on, and shown before the list has come.
            self.app.follow_place()
            page = await self.app.session.catalogue.refresh(self._show_page if self._page is None else None)
        except AepTuiError as error:
            self._loading_since, self._error, self._failed_at = None, error, self.app.clock.now()
            self._tick()
        else:
            self._loading_since = None
            self._show_page(page)
            # Not before: the list is what is waited for.
            self.app.look_around()
            self.app.tell_of_faults()

    def _show_page(self, page: CataloguePage) -> None:
        from aep_tui.wizard.search import SourceIndex

        had_page = self._page is not None
        self._page, self._index = page, SourceIndex(page.entries)
        self.query_one("#search", Input).border_title = f"Search {len(page.entries)} sources"
        self._refill(steady=had_page)
        self._start_on_wanted(last_chance=not page.from_cache)
        self._tick()
        if not had_page:
            self.call_after_refresh(self._add_details)

    def _start_on_wanted(self, *, last_chance: bool) -> None:
        """Go on with the source named on the command line; one that is not in the newest list is searched for instead."""
        wanted = self._wanted
        entry = self._index.best(wanted) if wanted and self._index is not None else None
        if entry is not None and not entry.fault:
            self._wanted = ""
            self._moved = True
            self._list.highlight(entry.id)
            self.app.pick(entry.id)
        elif wanted and last_chance:
            self._wanted = ""
            self.query_one("#search", Input).value = wanted

    def _refill(self, *, steady: bool) -> None:
        """Fill the list for what is typed; a moved highlight stays on its source, and on its line."""
        if self._index is None or not self.query("#search"):
            # Not there yet, or being taken down.
            return
        listing = self._index.search(self.query_one("#search", Input).value, self._recent)
        rows: list[ListRow] = []
        if listing.recent:
            rows.append(ListRow(None, HEADING_RECENT))
            rows += [ListRow(entry.id, entry) for entry in listing.recent]
            rows.append(ListRow(None, HEADING_ALL))
        rows += [ListRow(entry.id, entry) for entry in listing.found]
        highlighted = self._list.highlighted
        keep = highlighted.key if highlighted and (steady or self._moved) else None
        self._list.set_rows(rows, highlight=keep, steady=steady)
        self._tick()

    @on(Input.Changed, "#search")
    def _narrow(self) -> None:
        self._moved = False
        self._refill(steady=False)

    @on(Input.Submitted, "#search")
    def _enter(self) -> None:
        self.action_choose()

    @on(VirtualList.Highlighted)
    def _highlighted(self, event: VirtualList.Highlighted) -> None:
        self._show_details_of(event.row)

    def _show_details_of(self, row: ListRow | None) -> None:
        entry, details = _entry_of(row), self.query_one_optional(SourceDetails)
        if details is None or entry is self._detailed:
            return
        self._detailed = entry
        details.show(entry)
        pane = self.query_one("#details", VerticalScroll)
        pane.border_title = Content(entry.name) if entry else ""
        pane.scroll_home(animate=False)

    @on(VirtualList.Picked)
    def _clicked(self) -> None:
        self.action_choose()

    def action_choose(self) -> None:
        """Go on with the highlighted source."""
        entry = _entry_of(self._list.highlighted)
        if entry is None or not self._list.display:
            return
        if entry.fault:
            self.notify(entry.fault, title="This source cannot be used", severity="error", markup=False)
            return
        self.app.pick(entry.id)

    def action_move(self, by: int) -> None:
        """Move the highlight."""
        self._moved = True
        self._list.move(by)

    def action_page(self, pages: int) -> None:
        """Move the highlight by pages, or the details where they fill the screen."""
        details = self.query_one_optional("#details", VerticalScroll)
        if details is not None and (self.has_class("-details") or details.has_focus):
            details.scroll_page_down(animate=False) if pages > 0 else details.scroll_page_up(animate=False)
            return
        self._moved = True
        self._list.move_page(pages)

    def action_end(self, last: bool) -> None:
        """Move the highlight to the first or the last source."""
        self._moved = True
        self._list.move_to_end(last)

    def action_details(self) -> None:
        """Show or hide the details where they do not fit beside the list."""
        if self.query_one_optional("#details") is None or (self._list.highlighted is None and not self.has_class("-details")):
            return
        self.toggle_class("-details")
        self._follow_keys()
        self._focus_what_is_shown()

    def _focus_what_is_shown(self) -> None:
        self.query_one("#details" if self.has_class("-details") else "#search").focus()

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Offer the details by key only where they do not stand beside the list; to choose and to clear where something is."""
        is_idle = (action == "choose" and self.has_class("-no-list")) or (action == "clear" and not self._can_clear)
        if is_idle or (action == "details" and self.has_class("-wide")):
            return False
        return super().check_action(action, parameters)

    def _follow_keys(self) -> None:
        """Let the last line follow what there is to choose, to clear and to copy; it is not gone through for every letter."""
        offered = (self._can_clear, self.has_class("-no-list"), self._error)
        if offered != self._offered:
            self._offered = offered
            self.refresh_bindings()

    @property
    def _can_clear(self) -> bool:
        search = self.query_one_optional("#search", Input)
        return bool(search and search.value) or self._loading_since is not None or self.has_class("-details")

    def action_clear(self) -> None:
        """Close the details, or empty the search box."""
        search = self.query_one("#search", Input)
        if self.has_class("-details"):
            self.action_details()
        elif not search.value and self._loading_since is not None:
            self._stop_loading()
        else:
            search.value = ""

    def _stop_loading(self) -> None:
        """Ask no longer; the list that is known stays."""
        self.workers.cancel_group(self, "catalogue")
        self._loading_since = None
        self._error = AepTuiError("You stopped the loading.")
        self._tick()

    def on_key(self, event: events.Key) -> None:
        """Type into the search box wherever the focus is."""
        search = self.query_one("#search", Input)
        if event.is_printable and event.character and not search.has_focus:
            event.stop()
            self.remove_class("-details")
            self._follow_keys()
            search.focus()
            search.insert_text_at_cursor(event.character)

    def _draw_row(self, row: ListRow, width: int) -> Content:
        from aep_tui.wizard.search import matched_spans

        entry = _entry_of(row)
        if entry is None:
            return Content(str(row.value))
        quiet = entry.category + (" · beta" if entry.is_beta else "") if not entry.fault else "cannot be read"
        room = max(10, width - cell_len(quiet) - 2)
        name = Content(entry.name)
        for start, end in matched_spans(entry.name, self.query_one("#search", Input).value):
            name = name.stylize("bold underline $primary", start, end)
        name = name.truncate(room, ellipsis=True)
        gap = max(1, width - cell_len(name.plain) - cell_len(quiet) - 1)
        return name + Content(" " * gap) + Content.styled(quiet, "dim")

    def _tick(self) -> None:
        """Bring the status line and the page's state up to date; the seconds count while something is awaited."""
        if self._loading_since is None and self._ticker is not None and self._page is None:
            self._ticker.stop()
            self._ticker = None
        shown, everything = sum(row.key is not None for row in self._list.rows), len(self._index or ())
        self.set_class(shown == 0, "-no-list")
        self._follow_keys()
        if shown == 0:
            self.query_one("#state", Static).update(self._state_text(everything), layout=False)
        status = self._status_text(shown, everything)
        if status != self._status:
            self._status = status
            self.query_one("#status", Static).update(status, layout=False)

    def _state_text(self, everything: int) -> Content:
        if everything and self._page is not None:
            typed = self.query_one("#search", Input).value
            nearest = self._index.nearest(typed) if self._index is not None else []
            return Content(no_match(typed, nearest, self.app.keymap.name("back").replace("esc", "Escape")))
        if self._loading_since is not None:
            seconds = int(self.app.clock.monotonic() - self._loading_since)
            dots, stops = "." * (1 + seconds % 3), with_keys(self.app, "{back} stops that · {quit} quits")
            return Content(f"Asking the service for its sources{dots}\n\n{seconds} s · {stops}")
        if self._error is not None:
            support = " · {support} copies this for support" if self.trouble_now() is not None else ""
            words = f"{way_out(self._error)}{{reload}} tries again{support} · {{quit}} quits"
            return error_content(self._error, with_keys(self.app, words))
        if self._page is None:
            return Content("")
        again = with_keys(self.app, f"Is this the right sandbox? {OTHER_SANDBOX}.\n{{reload}} asks again.")
        return Content(f"The service has no connection spec that can be used here.\n\n{again}")

    def trouble_now(self) -> Trouble | None:
        """Return why the list could not be had."""
        problem = getattr(self._error, "problem", None)
        return Trouble(problem, self._failed_at, self.app.session.place) if isinstance(problem, Problem) else None

    def _status_text(self, shown: int, everything: int) -> Content:
        if not everything:
            return Content("")
        counted = f"{shown} of {everything} match" if shown != everything else f"{everything} sources"
        return Content(f"{counted} · {self._freshness()}")

    def _freshness(self) -> str:
        page = self._page
        if page is None:
            return ""
        since = age(self.app.clock.now() - page.fetched_at)
        if self._loading_since is not None:
            return f"from {since}, asking the service" if page.from_cache else "asking the service again"
        if self._error is not None:
            reason, keys = listing_trouble(self._error)
            return f"{reason} {with_keys(self.app, keys)} · list from {since}"
        return f"fresh, {since}" if self.app.clock.now() - page.fetched_at < FRESH_SECONDS else f"list from {since}"


def _entry_of(row: ListRow | None) -> SourceEntry | None:
    """Return the source of a row; a heading has none."""
    return cast("SourceEntry", row.value) if row is not None and row.key is not None else None
