"""The connections that an attempt of unknown outcome may have made: a person takes one, or none."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar, Final

from textual import events, on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.content import Content
from textual.screen import ModalScreen
from textual.widgets import OptionList, Static
from textual.widgets.option_list import Option

from aep_tui.text import plain
from aep_tui.tui.keymap import with_keys
from aep_tui.tui.screens.base import HERE
from aep_tui.wizard.existing import Maker, maker_of
from aep_tui.wizard.settle import client_mark

if TYPE_CHECKING:
    from aep_tui.flow_service.models import Connection
    from aep_tui.tui.base_app import BaseApp
    from aep_tui.wizard.settle import Settled

NONE_OF_THEM: Final = "None of them: leave it unknown"
LAST_MOMENT_MS: Final = 253_402_128_000_000
ROOM_AROUND: Final = 11
"""Lines of the dialog that are not the list, where its words need most."""


class FoundScreen(ModalScreen["Connection | None"]):
    """Id, maker, state and time of each; the careful answer first, so that a key too many takes nothing.

    What this program's client made comes first, what another one made last.
    """

    CSS_PATH: ClassVar = [HERE / "form.tcss", HERE / "dialogs.tcss"]
    AUTO_FOCUS = "OptionList"
    BINDINGS: ClassVar[list[BindingType]] = [Binding("escape,q", "leave", "Leave", id="found-leave")]

    if TYPE_CHECKING:
        app: BaseApp

    def __init__(self, settled: Settled, client_id: str) -> None:
        """Make the page of what was found for an attempt.

        Args:
            settled: The attempt, and what was found.
            client_id: Of this program's client, for attempts that do not tell theirs; may be empty.
        """
        super().__init__()
        self._settled = settled
        mark = settled.row.client_mark or client_mark(client_id)
        makers = [(maker_of(one, mark), one) for one in settled.found]
        self._found = sorted(makers, key=lambda pair: list(Maker).index(pair[0]))

    def compose(self) -> ComposeResult:
        """Lay out what there is."""
        with Vertical(classes="dialog") as frame:
            frame.border_title = Content(f"Which one is {plain(self._settled.row.name, 60)}?")
            yield Static(Content(f"{self._why()} The one you take is kept in the history as yours; nothing is sent."))
            options = [Option(self._row_of(maker, one)) for maker, one in self._found]
            yield OptionList(Option(NONE_OF_THEM), *options, markup=False, compact=True)
            yield Static(Content(with_keys(self.app, "enter or a click takes it · {found-leave} leaves")), classes="hint")

    def _why(self) -> str:
        why = self._settled.why or "Several connections of that name are new, and made by this program's client."
        has_others = any(maker is Maker.OTHER for maker, _ in self._found)
        return f"{why} What another client made is most probably a colleague's." if has_others else why

    def _row_of(self, maker: Maker, connection: Connection) -> Content:
        """Return two lines: a window of 80 columns has no room for one."""
        state = plain(connection.state, 20) or "state not told"
        facts = " · ".join((maker.value, state, self._when(connection.created_at)))
        return Content.styled(plain(connection.id, 60), "bold") + Content(f"\n  {facts}")

    def _when(self, created_at: int | None) -> str:
        if created_at is None or not 0 <= created_at <= LAST_MOMENT_MS:
            return "time not told"
        return f"{self.app.clock.local(created_at / 1000):%Y-%m-%d %H:%M:%S}"

    def on_resize(self, event: events.Resize) -> None:
        """Let the list take what room there is, and no more than it needs."""
        self.query_one(OptionList).styles.max_height = max(3, event.size.height * 9 // 10 - ROOM_AROUND)

    @on(OptionList.OptionSelected)
    def _take(self, event: OptionList.OptionSelected) -> None:
        self.dismiss(self._found[event.option_index - 1][1] if event.option_index > 0 else None)

    def action_leave(self) -> None:
        """Take none."""
        self.dismiss(None)

    def on_click(self, event: events.Click) -> None:
        """Leave at a click beside the page."""
        if self.get_widget_at(*event.screen_offset)[0] is self:
            self.dismiss(None)
