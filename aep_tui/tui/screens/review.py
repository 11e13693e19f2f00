"""Step 3: look at exactly what will be sent, and send it once."""

from __future__ import annotations

from collections.abc import Iterable
from typing import ClassVar

from textual import on
from textual.binding import Binding, BindingType
from textual.containers import Horizontal
from textual.content import Content
from textual.timer import Timer
from textual.widget import Widget
from textual.widgets import Button, Static

from aep_tui.outcome import Outcome
from aep_tui.text import plain
from aep_tui.tui.screens.base import HERE, WizardScreen
from aep_tui.tui.widgets.request_view import RequestView
from aep_tui.tui.words import problem_content
from aep_tui.wizard.request import ShownRequest
from aep_tui.wizard.state import WizardState
from aep_tui.wizard.step import Step

AFTER_REFUSAL = "esc goes back to the form · ctrl+n sends it as it stands"
AFTER_NOT_SENT = "ctrl+n tries again · esc goes back"
AFTER_UNKNOWN = "F2 shows it in the history · a sends it a second time, after a question"


class ReviewScreen(WizardScreen):
    """Method, URL, headers and body; one button that says what it does; what went wrong, if something did."""

    CSS_PATH: ClassVar = [HERE / "base.tcss", HERE / "form.tcss", HERE / "review.tcss"]
    STEP = Step.REVIEW
    AUTO_FOCUS = "#send"
    HELP_TEXT = (
        "This is the request, to the letter; only secrets are replaced by names in braces. ctrl+n, or the button, "
        "sends it once. It makes one connection and changes nothing else.\n\n"
        "T switches between JSON and curl. C copies what is shown to the terminal's clipboard, over ssh too. "
        "While it is being sent, Escape stops waiting; the connection may still be made then."
    )
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("ctrl+n", "send", "Create", id="main", priority=True, tooltip="Send this request once"),
        Binding("a", "again", "Send again…", id="again", tooltip="Send the request a second time; asks first"),
        Binding("escape", "stop", "Stop waiting", id="stop", tooltip="Stop waiting for the answer"),
        Binding("escape", "back", "Back", id="back", tooltip="Back to the form"),
        Binding("t", "switch", "JSON/curl", id="switch", tooltip="Show the request in its other form"),
        Binding("c", "copy", "Copy", id="copy", tooltip="Copy what is shown to the terminal's clipboard"),
    ]

    def __init__(self) -> None:
        """Keep the request of the draft as it stands."""
        super().__init__()
        self._request: ShownRequest | None = None
        self._sending_since: float | None = None
        self._ticker: Timer | None = None

    @property
    def request(self) -> ShownRequest:
        """The request as it is shown."""
        draft = self.app.wizard.draft
        if self._request is None and draft is not None:
            self._request = self.app.session.request(draft)
        if self._request is None:
            raise RuntimeError("the Review step has no draft")
        return self._request

    def body(self) -> Iterable[Widget]:
        """What it does, the request, the button."""
        yield Static(self._what(), id="what")
        yield Static(id="trouble")
        view = RequestView(self.request)
        view.border_title = "This will be sent"
        yield view
        yield Static(id="sending")
        with Horizontal(id="actions"):
            yield Button(self._send_label(), id="send", variant="primary", compact=True)
            yield Button("Send again…  a", id="again", variant="warning", compact=True)
            yield Button("Copy  c", id="copy", compact=True)

    def _send_label(self) -> Content:
        place = self.app.session.place
        kind = "PRODUCTION " if place.is_production else ""
        return Content(f"Create connection in {kind}{plain(place.sandbox, 40)}  ^n")

    def place_changed(self) -> None:
        """Draw what has become known of the sandbox: production in other colours and other words."""
        production = self.app.session.place.is_production
        self.set_class(production, "-production")
        self.query_one("#what", Static).update(self._what())
        send = self.query_one("#send", Button)
        send.label, send.variant = self._send_label(), "error" if production else "primary"

    def _what(self) -> Content:
        place, draft = self.app.session.place, self.app.wizard.draft
        name = draft.name.strip() if draft else ""
        lines = [
            Content.styled(f"{self.request.method} ", "bold") + Content(plain(self.request.url)),
            Content.styled("to    ", "dim") + Content(place.label() + place.sandbox_facts()),
            Content.styled("makes ", "dim") + Content(f"{plain(name, 200)}, one connection; nothing else changes"),
        ]
        return Content("\n").join(lines)

    def on_mount(self) -> None:
        """Show the state as it is."""
        self.place_changed()
        self.state_changed()
        self.app.look_around()

    def state_changed(self) -> None:
        """Draw whether it is being sent, and how the last attempt ended."""
        wizard = self.app.wizard
        self.set_class(wizard.sending, "-sending")
        uncertain = wizard.draft is not None and wizard.draft.uncertain is not None
        self.set_class(uncertain, "-uncertain")
        problem = wizard.result.problem if wizard.result else None
        self.set_class(problem is not None and not wizard.sending, "-trouble")
        if problem is not None:
            trouble = self.query_one("#trouble", Static)
            trouble.update(problem_content(problem))
            trouble.border_title, trouble.border_subtitle = _trouble_title(wizard), _keys_after(wizard)
        self._follow_sending(sending=wizard.sending)
        if not wizard.sending and self.focused is None:
            self.query_one("#again" if uncertain else "#send").focus()
        self.refresh_bindings()

    def _follow_sending(self, *, sending: bool) -> None:
        if sending and self._sending_since is None:
            self._sending_since = self.app.clock.monotonic()
            self._ticker = self.set_interval(0.5, self._tick)
            self._tick()
        elif not sending:
            self._sending_since = None
            if self._ticker is not None:
                self._ticker.stop()

    def _tick(self) -> None:
        if self._sending_since is not None:
            seconds = int(self.app.clock.monotonic() - self._sending_since)
            words = f"Sending to {self.app.session.place.label(short=True)} … {seconds} s\n"
            stop = "esc stops waiting; the connection may still be made"
            self.query_one("#sending", Static).update(Content(words) + Content.styled(stop, "dim"), layout=False)

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Offer only what the wizard allows now."""
        wizard = self.app.wizard
        offered = {
            "send": wizard.can_send,
            "again": wizard.can_send_again and not wizard.can_send,
            "back": not wizard.sending,
            "stop": wizard.sending,
        }
        return offered[action] if action in offered else super().check_action(action, parameters)

    @on(Button.Pressed, "#send")
    def _send_pressed(self) -> None:
        self.action_send()

    def action_send(self) -> None:
        """Send, if no key came just before: a held key must not create anything."""
        if self.app.seconds_without_key() >= self.app.quiet_seconds:
            self.app.send()

    @on(Button.Pressed, "#again")
    def action_again(self) -> None:
        """Send again after an unknown outcome, once that is confirmed."""
        self.app.confirm_send_again()

    def action_back(self) -> None:
        """Go back to the form."""
        self.app.go_back()

    def action_stop(self) -> None:
        """Stop waiting for the answer."""
        self.app.stop_sending()

    def action_switch(self) -> None:
        """Show the request in its other form."""
        self.query_one(RequestView).switch()

    @on(Button.Pressed, "#copy")
    def action_copy(self) -> None:
        """Copy what is shown."""
        what, text = self.query_one(RequestView).shown_text()
        self.app.copy(what, text)


def _keys_after(wizard: WizardState) -> str:
    outcome = wizard.result.outcome if wizard.result else None
    if wizard.draft is not None and wizard.draft.uncertain is not None:
        return AFTER_UNKNOWN
    return AFTER_REFUSAL if outcome is Outcome.REFUSED else AFTER_NOT_SENT


def _trouble_title(wizard: WizardState) -> str:
    outcome = wizard.result.outcome if wizard.result else Outcome.UNKNOWN
    return {
        Outcome.REFUSED: "Refused: nothing was created",
        Outcome.NOT_SENT: "Not sent: nothing left this machine",
        Outcome.UNKNOWN: "Unknown: it may have been created",
        Outcome.CREATED: "Created",
    }[outcome]
