"""Every connection made or tried on this machine."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Sequence
from typing import ClassVar

from rich.cells import cell_len
from textual import on, work
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, Vertical, VerticalScroll
from textual.content import Content
from textual.widget import Widget
from textual.widgets import Input, Static

from aep_tui.errors import AepTuiError
from aep_tui.exchange.curl import curl
from aep_tui.flow_service.inlet_host import inlet_host_remark
from aep_tui.json_text import json_lines
from aep_tui.outcome import Problem
from aep_tui.storage.history import ROWS_LIMIT, HistoryRow
from aep_tui.text import plain, plain_lines
from aep_tui.tui.keymap import with_keys
from aep_tui.tui.screens.base import HERE, Trouble, WizardScreen
from aep_tui.tui.widgets.search_box import SearchBox
from aep_tui.tui.widgets.virtual_list import ListRow, VirtualList
from aep_tui.tui.words import error_content, shortened
from aep_tui.wizard.kept import body_of, request_of
from aep_tui.wizard.place import USUAL_PLATFORM

SIGNS = {"created": "✓", "refused": "✗", "not sent": "–", "unknown": "?", "sending": "…"}
COLOURS = {
    "created": "$text-success",
    "refused": "$text-error",
    "not sent": "dim",
    "unknown": "$text-warning",
    "sending": "$text-warning",
}
LEAST_PLACE = 6
ROOM_FOR_YEARS = 66
"""Columns from which the list has room for the year of every attempt."""
ASKED = {
    "found": "the service has the one that was made",
    "taken": "somebody here said that this is the one",
    "none": "the service had no new one: most probably not made; {ask=f7} asks again",
    "several": "several may be it; {ask=f7} shows them",
    "unsure": "some of that name are there, perhaps made by others; {ask=f7} shows them",
}
"""What asking the service came to, by the word that the history keeps."""
DECLINED = {
    "several": "several may be it, and none was taken; {ask=f7} asks again",
    "unsure": "some of that name are there, and none was taken; {ask=f7} asks again",
}
"""The same, where a person has just looked at what was found and taken none."""


class HistoryScreen(WizardScreen):
    """Newest first, searchable, with the request and the answer of the highlighted attempt beside the list."""

    CSS_PATH: ClassVar = [HERE / "base.tcss", HERE / "history.tcss"]
    TITLE_TEXT = "History"
    AUTO_FOCUS = "#search"
    HELP_TEXT = (
        "Every connection that was made or tried from this machine, newest first; secrets are kept as names only. "
        "Type to search names, sources, ids, organisations and outcomes.\n\n"
        "created: it exists. refused: the service said no. not sent: no request that makes one left. unknown: it may exist. "
        "not found: the service was asked, had time, and has it not.\n\n"
        "{ask=f7} asks the service about an unknown one, by name, source and client, for half a minute. If there is one that "
        "is new, it is kept as created; if there are several, {ask=f7} shows them. A service can be asked only from the "
        "organisation and sandbox of the attempt; the details say which."
    )
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding(
            "ctrl+n",
            "copy_id",
            "Copy id",
            id="main",
            priority=True,
            tooltip="Copy the connection id to the terminal's clipboard",
        ),
        Binding("escape", "back", "Back", id="back", tooltip="To the whole list, then back to where you were"),
        Binding("f5", "details", "Details", id="beside", tooltip="Show the request of the highlighted attempt"),
        Binding("f6", "copy_curl", "Copy curl", id="copy-curl", tooltip="Copy the request as curl, secrets as names"),
        Binding("f7", "ask", "Ask the service", id="ask", tooltip="Ask the service what became of an unknown attempt"),
        Binding("up", "move(-1)", "Up", show=False),
        Binding("down", "move(1)", "Down", show=False),
        Binding("pageup", "page(-1)", "Page up", show=False),
        Binding("pagedown", "page(1)", "Page down", show=False),
    ]

    def __init__(self) -> None:
        """Start without rows."""
        super().__init__()
        self._rows: Sequence[HistoryRow] = ()
        self._known: object = None
        self._orgs: dict[str, list[str]] | None = None
        self._has_orgs = False
        """Whether the rows are of several organisations or platforms."""
        self._place_cells = 0

    def body(self) -> Iterable[Widget]:
        """Search box and list to the left, details to the right."""
        with Horizontal(id="columns"):
            with Vertical(id="left"):
                yield Static(id="remark")
                yield SearchBox("Search the history")
                yield VirtualList(self._draw_row, id="rows")
                yield Static(id="empty")
            with VerticalScroll(id="details"):
                yield Static(id="details-text")

    def on_mount(self) -> None:
        """Read the history."""
        # What a notice told of an attempt stands on this page, and a notice would lie over it.
        self.app.clear_notifications()
        self._known = self._known_now()
        self._load("")

    def _profiles_by_org(self) -> dict[str, list[str]]:
        """Return the names of the profiles by their organisation and platform."""
        orgs: dict[str, list[str]] = {}
        try:
            profiles = self.app.accounts.settings().profiles if self.app.has_accounts else {}
        except AepTuiError:
            profiles = {}
        for profile in profiles.values():
            orgs.setdefault(_org_key(profile.org_id, profile.platform_url or USUAL_PLATFORM), []).append(profile.name)
        return orgs

    @work(exclusive=True, group="history", description="history")
    async def _load(self, search: str, *, keep: bool = False) -> None:
        if self._orgs is None:
            self._orgs = await asyncio.to_thread(self._profiles_by_org)
        try:
            self._rows = await self.app.session.history_rows(search)
        except AepTuiError as error:
            if self in self.app.screen_stack:
                self.set_class(True, "-empty")
                self.query_one("#empty", Static).update(error_content(error))
            return
        # The page may have been left while it was read.
        if self not in self.app.screen_stack:
            return
        self._say_remark()
        self._has_orgs = len({_org_key(row.org, row.platform) for row in self._rows}) > 1
        self._place_cells = max((cell_len(self._place_of(row)) for row in self._rows), default=0)
        self.set_class(not self._rows, "-empty")
        none = "Nothing matches." if search else "Nothing was made or tried here yet. What you create appears on this page."
        self.query_one("#empty", Static).update(Content(none))
        shown = [ListRow(str(row.id), row) for row in self._rows]
        if len(shown) >= ROWS_LIMIT:
            shown.append(ListRow(None, f"The newest {ROWS_LIMIT:,}; search to find older ones"))
        current = self._current() if keep else None
        self.query_one("#rows", VirtualList).set_rows(shown, highlight=str(current.id) if current else None)
        self.refresh_bindings()

    def _say_remark(self) -> None:
        """Say where a damaged history is kept."""
        remark = self.app.session.history.remark
        self.set_class(bool(remark), "-remark")
        self.query_one("#remark", Static).update(Content(plain(remark)))

    def state_changed(self) -> None:
        """Draw what sending, or asking about an attempt, has come to."""
        known = self._known_now()
        if known != self._known:
            self._known = known
            self._load(self.query_one("#search", Input).value, keep=True)
        row = self._current()
        if row is not None:
            self.query_one("#details-text", Static).update(self._details(row))
        self.refresh_bindings()

    def _known_now(self) -> object:
        """Return what this run knows of what is being sent and of what was asked about: the rows follow it."""
        settled = ((row_id, news.settled) for row_id, news in self.app.asked.items() if news.settled is not None)
        rows = frozenset((row_id, one.row.outcome, one.row.settled) for row_id, one in settled)
        wizard = self.app.wizard
        return wizard.sending, wizard.result, rows

    def action_ask(self) -> None:
        """Ask the service about the highlighted attempt, or show the connections that it may have made."""
        row = self._current()
        if row is None:
            return
        if not self.app.session.is_here(row):
            self.notify(f"It can be asked {self._elsewhere(row)}.", title="Not from here", markup=False)
            return
        news = self.app.asked.get(row.id)
        if news is not None and news.is_choice and row.outcome == "unknown":
            self.app.choose(row.id)
        else:
            self.app.ask(row.id)
            self.notify(f"Asking the service what became of {plain(row.name, 60)} …", markup=False, timeout=3)

    @on(Input.Changed, "#search")
    def _search(self, event: Input.Changed) -> None:
        # Who has found something and empties the search box sees where it stands among the others.
        self._load(event.value, keep=not event.value)

    @on(Input.Submitted, "#search")
    def _enter(self) -> None:
        self.action_copy_id()

    @on(VirtualList.Highlighted)
    def _show(self, event: VirtualList.Highlighted) -> None:
        row = event.row.value if event.row else None
        self.query_one("#details-text", Static).update(self._details(row) if isinstance(row, HistoryRow) else Content(""))
        self.query_one("#details", VerticalScroll).scroll_home(animate=False)
        if isinstance(row, HistoryRow):
            self._look_for_inlet(row)
        self.refresh_bindings()

    @work(exclusive=True, group="inlet", description="inlet URL")
    async def _look_for_inlet(self, row: HistoryRow) -> None:
        """Ask for an inlet URL that was not there yet when the program was left."""
        try:
            url = await self.app.session.missing_inlet(row)
        except AepTuiError:
            return
        if url and self._current() is row:
            self.query_one("#details-text", Static).update(self._details(row._replace(inlet_url=url)))

    def _when(self, row: HistoryRow, *, short: bool = False) -> str:
        """Return the local time; the present year can be left out."""
        at = self.app.clock.local(row.time_ms / 1000)
        this_year = at.year == self.app.clock.local(self.app.clock.now()).year
        return at.strftime("%m-%d %H:%M" if short and this_year else "%Y-%m-%d %H:%M")

    def _draw_row(self, row: ListRow, width: int) -> Content:
        """Draw name, place, outcome and time in columns; the name gets what the others leave."""
        if not isinstance(row.value, HistoryRow):
            return Content(str(row.value))
        item = row.value
        is_over = item.outcome == "unknown" and item.settled == "none"
        colour = "dim" if is_over else COLOURS.get(item.outcome, "dim")
        sign = Content.styled(f"{SIGNS.get(item.outcome, '?')} ", colour)
        outcome = "not found" if is_over else item.outcome
        tail = f"  {outcome:9} {self._when(item, short=width < ROOM_FOR_YEARS)}"
        room = width - cell_len(tail) - 5
        place_cells = max(LEAST_PLACE, min(self._place_cells, room * 2 // 5))
        name = Content(plain(item.name, 200)).truncate(max(8, room - place_cells), ellipsis=True)
        place = shortened(self._place_of(item), place_cells)
        gap = max(1, width - 2 - cell_len(name.plain) - place_cells - cell_len(tail) - 1)
        right = f"{place}{' ' * (place_cells - cell_len(place))}{tail}"
        return sign + name + Content(" " * gap) + Content.styled(right, "dim")

    def _place_of(self, row: HistoryRow) -> str:
        """Return sandbox and, where the rows differ in it, organisation: by its profile if one is called so."""
        sandbox = plain(row.sandbox, 40)
        if not self._has_orgs:
            return sandbox
        names = self._profiles_of(row)
        return f"{sandbox} {plain(names[0], 24) if len(names) == 1 else shortened(plain(row.org).partition('@')[0], 10)}"

    def _profiles_of(self, row: HistoryRow) -> Sequence[str]:
        return (self._orgs or {}).get(_org_key(row.org, row.platform), ())

    def _elsewhere(self, row: HistoryRow) -> str:
        """Return where the service can be asked about an attempt of another place."""
        names = " or ".join(plain(name, 24) for name in self._profiles_of(row)[:2])
        whose = f"of profile {names}" if names else f"of organisation {plain(row.org, 40)}"
        profiles = with_keys(self.app, "{profiles}")
        return f"only in sandbox {plain(row.sandbox, 40)} {whose}; {profiles} goes there"

    def _details(self, row: HistoryRow) -> Content:
        facts = [
            ("Outcome", row.outcome),
            ("Asked", self._asked(row)),
            ("Connection id", row.connection_id),
            ("etag", row.etag),
            ("Inlet URL", row.inlet_url),
            ("", inlet_host_remark(row.inlet_url, row.platform) if row.inlet_url else ""),
            ("Name", row.name),
            ("Source", row.source),
            ("Spec id", row.connection_spec_id),
            ("Organisation", row.org),
            ("Sandbox", row.sandbox),
            ("Platform", row.platform),
            ("Time", self._when(row)),
            ("Problem", row.problem_text),
            ("Code", row.code),
            ("Request id", row.request_id),
        ]
        lines = [Content.styled(f"{label:14}", "dim") + Content(plain(value)) for label, value in facts if value]
        body = "\n".join(line.text for line in json_lines(body_of(row)))
        lines += [Content(""), Content.styled(f"{row.method} {row.path}", "bold"), Content(plain_lines(body))]
        return Content("\n").join(lines)

    def _asked(self, row: HistoryRow) -> str:
        """Return what asking the service about an attempt came to, or how it stands."""
        news = self.app.asked.get(row.id) if row.outcome != "created" else None
        if news is not None and not news.ended:
            trouble = news.asking.trouble if news.asking else ""
            return f"being asked; half a minute at most. {trouble}".strip()
        if news is not None and news.trouble:
            return f"could not be asked. {news.trouble} {with_keys(self.app, '{ask=f7} asks again.')}"
        if row.outcome == "unknown" and not self.app.session.is_here(row):
            return self._elsewhere(row)
        if row.outcome == "unknown" and not row.settled:
            return with_keys(self.app, "not yet; {ask=f7} asks the service")
        if news is not None and news.declined and row.settled in DECLINED:
            return with_keys(self.app, DECLINED[row.settled])
        return with_keys(self.app, ASKED.get(row.settled, ""))

    def trouble_now(self) -> Trouble | None:
        """Return how the highlighted attempt went wrong."""
        row = self._current()
        if row is None or not (row.problem_text or row.code or row.request_id):
            return None
        problem = Problem(row.problem_text or row.outcome, "", row.code, row.request_id, call=f"{row.method} {row.path}")
        place = self.app.session.place._replace(org=row.org, sandbox=row.sandbox, platform=row.platform)
        return Trouble(problem, row.time_ms / 1000, place)

    def _current(self) -> HistoryRow | None:
        rows = self.query_one_optional("#rows", VirtualList)
        row = rows.highlighted if rows is not None else None
        return row.value if row and isinstance(row.value, HistoryRow) and not self.has_class("-empty") else None

    def action_move(self, by: int) -> None:
        """Move the highlight."""
        self.query_one("#rows", VirtualList).move(by)

    def action_page(self, pages: int) -> None:
        """Move the highlight by pages, or the details where they have the focus."""
        details = self.query_one("#details", VerticalScroll)
        if self.has_class("-details") or details.has_focus:
            details.scroll_page_down(animate=False) if pages > 0 else details.scroll_page_up(animate=False)
        else:
            self.query_one("#rows", VirtualList).move_page(pages)

    def action_details(self) -> None:
        """Show or hide the details where they do not fit beside the list."""
        self.toggle_class("-details")
        self.query_one("#details" if self.has_class("-details") else "#search").focus()

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Offer the details by key only where they do not stand beside the list, and to copy only what there is."""
        if action == "details" and self.has_class("-wide"):
            return False
        if action == "ask":
            row = self._current()
            return row is not None and row.outcome == "unknown"
        if action in {"copy_id", "copy_curl"}:
            row = self._current()
            return None if row is None else action == "copy_curl" or bool(row.connection_id)
        return super().check_action(action, parameters)

    def action_copy_id(self) -> None:
        """Copy the id of the highlighted attempt."""
        row = self._current()
        if row is None:
            return
        if row.connection_id:
            self.app.copy("connection id", row.connection_id)
        else:
            self.notify(f"This attempt has no id: its outcome is {row.outcome}.", markup=False)

    def action_copy_curl(self) -> None:
        """Copy the request of the highlighted attempt as curl, secrets as names."""
        row = self._current()
        if row is not None:
            self.app.copy("curl command", curl(request_of(row)))

    def action_back(self) -> None:
        """Go from the details, or from a search, to the list; from there back."""
        search = self.query_one("#search", Input)
        if self.has_class("-details"):
            self.action_details()
        elif self.query_one("#details").has_focus:
            search.focus()
        elif search.value:
            search.value = ""
        else:
            self.app.pop_screen()


def _org_key(org: str, platform: str) -> str:
    return f"{org} {platform}"
