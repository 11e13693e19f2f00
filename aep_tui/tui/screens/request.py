"""The request so far, over the whole screen."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar, Final

from textual import events
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.content import Content
from textual.screen import ModalScreen
from textual.widgets import Static

from aep_tui.tui.keymap import with_keys
from aep_tui.tui.screens.base import HERE
from aep_tui.tui.widgets.request_view import RequestView
from aep_tui.wizard.request import ShownRequest

if TYPE_CHECKING:
    from aep_tui.tui.app import AepTuiApp


HINT: Final = "{request-switch} switches JSON and curl · {request-copy} copies · {request-close}, or a click beside it, closes"


class RequestScreen(ModalScreen[None]):
    """JSON and curl of a request that is not sent yet, secrets as names."""

    CSS_PATH: ClassVar = [HERE / "form.tcss", HERE / "dialogs.tcss"]
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape,f5,q", "dismiss", "Close", id="request-close"),
        Binding("t", "switch", "JSON/curl", id="request-switch"),
        Binding("c", "copy", "Copy", id="request-copy"),
    ]

    if TYPE_CHECKING:
        app: AepTuiApp

    def __init__(self, request: ShownRequest) -> None:
        """Show a request whose secrets are placeholders already."""
        super().__init__()
        self._request = request

    def compose(self) -> ComposeResult:
        """Lay out the request."""
        with Vertical() as frame:
            frame.border_title = "The request so far; nothing is sent yet"
            yield Static(f"{self._request.method} {self._request.url}", markup=False, id="call")
            yield RequestView(self._request)
            yield Static(Content(with_keys(self.app, HINT)), classes="hint")

    def on_click(self, event: events.Click) -> None:
        """Close at a click beside the page."""
        if self.get_widget_at(*event.screen_offset)[0] is self:
            self.dismiss()

    def action_switch(self) -> None:
        """Show the other form."""
        self.query_one(RequestView).switch()

    def action_copy(self) -> None:
        """Copy what is shown."""
        what, text = self.query_one(RequestView).shown_text()
        self.app.copy(what, text)
