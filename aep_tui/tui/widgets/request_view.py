"""A request as it will go out, as JSON or as a curl command."""

from __future__ import annotations

from textual.app import ComposeResult
from textual.containers import VerticalScroll
from textual.content import Content
from textual.widget import Widget
from textual.widgets import Static, TabbedContent, TabPane

from aep_tui.exchange.curl import curl
from aep_tui.exchange.json_view import body_text
from aep_tui.text import plain, plain_lines
from aep_tui.wizard.request import ShownRequest


class RequestView(Widget):
    """Headers and body in one tab, the curl command in the other; both can be selected with the mouse."""

    DEFAULT_CSS = """
    RequestView {
        height: 1fr;
        TabbedContent { height: 1fr; }
        TabPane { padding: 0; height: 1fr; }
        VerticalScroll { height: 1fr; padding: 0 1; scrollbar-size-vertical: 1; }
        Static { width: 1fr; height: auto; }
    }
    """

    def __init__(self, request: ShownRequest) -> None:
        """Show a request whose secrets are placeholders already."""
        super().__init__()
        self.request = request

    def compose(self) -> ComposeResult:
        """Lay out the two tabs."""
        with TabbedContent(id="forms-of-it"):
            with TabPane("JSON", id="json"), VerticalScroll():
                yield Static(_json_content(self.request))
            with TabPane("curl", id="curl"), VerticalScroll():
                yield Static(Content(plain_lines(curl(self.request), 200_000)))

    def switch(self) -> None:
        """Show the other tab."""
        tabs = self.query_one(TabbedContent)
        tabs.active = "curl" if tabs.active == "json" else "json"

    def shown_text(self) -> tuple[str, str]:
        """Return what the open tab stands for, and its text for the clipboard."""
        if self.query_one(TabbedContent).active == "curl":
            return "curl command", curl(self.request)
        return "JSON body", body_text(self.request)


def _json_content(request: ShownRequest) -> Content:
    headers = [Content.styled(f"{name}: ", "dim") + Content(plain(value)) for name, value in request.headers]
    return Content("\n").join([*headers, Content(""), Content(plain_lines(body_text(request), 200_000))])
