"""Step 4: the id, and what to do with it."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import ClassVar

from textual import on, work
from textual.binding import Binding, BindingType
from textual.content import Content
from textual.widget import Widget
from textual.widgets import Static

from aep_tui.exchange.curl import curl
from aep_tui.text import plain
from aep_tui.tui.keymap import key_caption, with_keys
from aep_tui.tui.screens.base import HERE, WizardScreen
from aep_tui.tui.widgets.virtual_list import ListRow, VirtualList
from aep_tui.tui.words import problem_content
from aep_tui.wizard.inlet import READY, InletNews, has_inlet
from aep_tui.wizard.result import Result
from aep_tui.wizard.step import Step

COPY_ID, COPY_ETAG, COPY_INLET, COPY_CURL = "copy_id", "copy_etag", "copy_inlet", "copy_curl"
ANOTHER, HISTORY, QUIT = "another", "history", "quit"
WORDS = {
    COPY_ID: ("Copy the connection id", "copy", "c"),
    COPY_ETAG: ("Copy the etag", "copy-etag", "e"),
    COPY_INLET: ("Copy the inlet URL", "copy-inlet", "i"),
    COPY_CURL: ("Copy this request as curl", "copy-curl", "r"),
    ANOTHER: ("Connect another source", "main", "ctrl+n"),
    HISTORY: ("See the history", "history", "f2"),
    QUIT: ("Quit, which prints the id", "quit", "ctrl+q"),
}
"""Each next step: its words, the id of its key, and that key from the start."""


ANSWER_LOST = {
    "found": "The answer was lost; the connection was found by asking the service.",
    "taken": "The answer was lost; you said that this connection is the one.",
}
"""How it became known that it was made, by the word that the history keeps."""


class DoneScreen(WizardScreen):
    """Id and etag of the new connection, its inlet URL if it streams, and the next steps."""

    CSS_PATH: ClassVar = [HERE / "base.tcss", HERE / "done.tcss"]
    STEP = Step.DONE
    AUTO_FOCUS = "#next"
    HELP_TEXT = (
        "The connection exists; its id is what the next calls ask for: exploring the source, source connections, "
        "dataflows. The etag names this revision of it, quotes included; a later change has to send it along.\n\n"
        "{copy} copies the id to the terminal's clipboard. The history ({history}) keeps it, and when you quit it is printed "
        "on standard output."
    )
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("ctrl+n", "another", "Another", id="main", priority=True, tooltip="Connect another source"),
        Binding("escape", "another", "Sources", id="back", show=False, tooltip="Back to the sources"),
        Binding("c", "copy_id", "Copy id", id="copy", tooltip="Copy the connection id to the terminal's clipboard"),
        Binding("e", "copy_etag", "Copy etag", id="copy-etag", show=False, tooltip="Copy the etag, quotes included"),
        Binding(
            "i", "copy_inlet", "Copy inlet URL", id="copy-inlet", show=False, tooltip="Copy the inlet URL, once it is there"
        ),
        Binding(
            "r", "copy_curl", "Copy curl", id="copy-curl", show=False, tooltip="Copy the request as curl, secrets as names"
        ),
        Binding("up", "move(-1)", "Up", show=False),
        Binding("down", "move(1)", "Down", show=False),
        Binding("enter", "take", "Do it", show=False),
    ]

    @property
    def result(self) -> Result:
        """How it was made."""
        result = self.app.wizard.result
        if result is None:
            raise RuntimeError("the Done step has no result")
        return result

    def body(self) -> Iterable[Widget]:
        """The result, the inlet, the next steps."""
        yield Static(self._made(), id="result")
        yield Static(id="inlet")
        yield Static("Next", id="next-title")
        yield VirtualList(self._draw_step, id="next", can_focus=True)

    def _draw_step(self, row: ListRow, _width: int) -> Content:
        words, binding_id, default = WORDS[str(row.key)]
        return Content(f"{words:38}{key_caption(self.app, binding_id, default)}")

    def _made(self) -> Content:
        draft, result, place = self.app.wizard.draft, self.result, self.app.session.place
        name = plain(draft.name.strip(), 200) if draft else ""
        sandbox = plain(place.sandbox, 40)
        lines = [
            Content.styled("✓ ", "bold $text-success") + Content.styled(name, "bold") + Content(_how(result, sandbox)),
            *([Content.styled(f"  {ANSWER_LOST[result.settled]}", "$text-warning")] if result.settled in ANSWER_LOST else []),
            Content(""),
            Content.styled("  Connection id   ", "dim") + Content.styled(plain(result.connection_id, 200), "bold"),
            Content.styled("  etag            ", "dim") + Content(plain(result.etag, 200)),
        ]
        if result.problem is not None:
            lines += [Content(""), problem_content(result.problem)]
        return Content("\n").join(lines)

    def on_mount(self) -> None:
        """Offer the next steps, and look for the inlet URL of a streaming connection."""
        draft = self.app.wizard.draft
        self.set_class(draft is not None and has_inlet(draft.source), "-streaming")
        self._list_steps()
        self.state_changed()

    def _list_steps(self) -> None:
        steps = self.query_one("#next", VirtualList)
        highlighted = steps.highlighted
        inlet = [COPY_INLET] if self.has_class("-streaming") else []
        keys = [COPY_ID, COPY_ETAG, *inlet, COPY_CURL, ANOTHER, HISTORY, QUIT]
        steps.set_rows([ListRow(key) for key in keys], highlight=highlighted.key if highlighted else None)

    def state_changed(self) -> None:
        """Draw what has become known of the inlet; where it turns out that there is none, nothing of it."""
        if self.has_class("-streaming") and self._inlet.has_none:
            self.remove_class("-streaming")
            self._list_steps()
            self.refresh_bindings()
        elif self.has_class("-streaming"):
            self._draw_inlet()

    @property
    def _inlet(self) -> InletNews:
        return self.app.inlets.get(self.result.connection_id, InletNews())

    def _draw_inlet(self) -> None:
        news = self._inlet
        head = Content.styled("  Inlet URL   ", "dim")
        if news.url:
            remark = self._inlet_remark()
            said = Content.styled(f"! {remark}\n", "$text-warning") if remark else Content("send your events here\n")
            words = head + said + Content.styled(plain(news.url, 2_000), "bold")
        else:
            state = f"; the connection is {plain(news.state, 40)} still" if news.state and news.state != READY else ""
            waiting = (
                with_keys(self.app, "not there yet; look again later in the history ({history})")
                if news.gave_up
                else f"asking for it{state} …"
            )
            words = head + Content(waiting)
            if news.trouble:
                words += Content("\n") + Content.styled(plain(news.trouble), "$text-warning")
        self.query_one("#inlet", Static).update(words)

    @on(VirtualList.Picked)
    def _clicked(self) -> None:
        self.action_take()

    def action_move(self, by: int) -> None:
        """Move among the next steps."""
        self.query_one("#next", VirtualList).move(by)

    def action_take(self) -> None:
        """Do the highlighted next step."""
        row = self.query_one("#next", VirtualList).highlighted
        actions: dict[str, Callable[[], object]] = {
            COPY_ID: self.action_copy_id,
            COPY_ETAG: self.action_copy_etag,
            COPY_INLET: self.action_copy_inlet,
            COPY_CURL: self.action_copy_curl,
            ANOTHER: self.action_another,
            HISTORY: self.app.action_history,
            QUIT: self.app.action_request_quit,
        }
        if row is not None and row.key in actions:
            actions[row.key]()

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Offer the inlet URL only where there is one to come."""
        return self.has_class("-streaming") if action == "copy_inlet" else super().check_action(action, parameters)

    def action_another(self) -> None:
        """Start another connection."""
        self.app.start_another()

    def action_copy_id(self) -> None:
        """Copy the id."""
        self.app.copy("connection id", self.result.connection_id)

    def action_copy_etag(self) -> None:
        """Copy the etag, with its quotes."""
        self.app.copy("etag", self.result.etag)

    def _inlet_remark(self) -> str:
        """Return why the inlet URL leads elsewhere than was to be expected; empty if it does not."""
        from aep_tui.flow_service.inlet_host import inlet_host_remark

        return inlet_host_remark(self._inlet.url, self.app.session.place.platform)

    @work(exclusive=True, group="inlet-copy", description="copy the inlet URL")
    async def action_copy_inlet(self) -> None:
        """Copy the inlet URL; ask first where it leads elsewhere than was to be expected."""
        from aep_tui.tui.screens.confirm import ConfirmScreen

        if not self._inlet.url:
            self.notify("There is no inlet URL yet.", markup=False)
            return
        remark = self._inlet_remark()
        if not remark or await self.app.push_screen_wait(ConfirmScreen("Copy it all the same?", remark, "Copy", "Leave it")):
            self.app.copy("inlet URL", self._inlet.url)

    def action_copy_curl(self) -> None:
        """Copy the request as curl, secrets as names."""
        draft = self.app.wizard.draft
        if draft is not None:
            self.app.copy("curl command", curl(self.app.session.request(draft)))


def _how(result: Result, sandbox: str) -> str:
    """Return how it came to be there; how long it took is known only where the service's answer came."""
    if result.reused:
        return f" was there in {sandbox} already"
    return f" was created in {sandbox}" + ("" if result.settled else f", in {result.seconds:.1f} s")
