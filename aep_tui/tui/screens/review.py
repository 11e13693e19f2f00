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

from aep_tui.outcome import Outcome, Problem
from aep_tui.text import plain
from aep_tui.tui.keymap import key_caption, with_keys
from aep_tui.tui.screens.base import HERE, Trouble, WizardScreen
from aep_tui.tui.settling import AskingNews
from aep_tui.tui.widgets.request_view import RequestView
from aep_tui.tui.words import problem_content
from aep_tui.wizard.request import ShownRequest
from aep_tui.wizard.state import WizardState
from aep_tui.wizard.step import Step

AFTER_REFUSAL = "{back} goes back to the form · {main} sends it as it stands"
AFTER_NOT_SENT = "{main} tries again · {back} goes back"
AFTER_UNKNOWN = "{history} shows it in the history · {again} sends it a second time, after a question"
WHILE_ASKING = "{history} shows it in the history"
TO_CHOOSE = "{choose} shows them · {again} sends it a second time, after a question"
HALF_A_MINUTE = 30
NONE_FOUND = (
    "? Asked for half a minute: the service has no new connection of that name, source and client. It was most probably not "
    "made. {ask} asks again."
)
WAIT = "Nothing to do now: wait. The service is being asked whether it was made."


class ReviewScreen(WizardScreen):
    """Method, URL, headers and body; one button that says what it does; what went wrong, if something did."""

    CSS_PATH: ClassVar = [HERE / "base.tcss", HERE / "form.tcss", HERE / "review.tcss"]
    STEP = Step.REVIEW
    AUTO_FOCUS = "#send"
    HELP_TEXT = (
        "This is the request, to the letter; only secrets are replaced by names in braces. {main}, or the button, "
        "sends it once. It makes one connection and changes nothing else.\n\n"
        "{switch} switches between JSON and curl. {copy} copies what is shown to the terminal's clipboard, over ssh too.\n\n"
        "The service is first asked which connections of that name it has. The request leaves only once that is known; before, "
        "{stop} stops it. Once it has left, {stop} only stops waiting: the connection may still be made.\n\n"
        "If the answer is lost, the service is asked for half a minute whether it made the connection, by name, source and "
        "client. If it has one that is new, the program goes on with that. If not, {again} sends the request again, after a "
        "question."
    )
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("ctrl+n", "send", "Create", id="main", priority=True, tooltip="Send this request once"),
        Binding("a", "again", "Send again…", id="again", tooltip="Send the request a second time; asks first"),
        Binding("w", "choose", "Which one…", id="choose", tooltip="Show the connections that this request may have made"),
        Binding("r", "ask", "Ask again", id="ask", tooltip="Ask the service once more whether it made the connection"),
        Binding("k", "keep", "Keep secrets", id="keep", tooltip="Keep its secret params in the keyring, or do not"),
        Binding("escape", "stop", "Stop waiting", id="stop", tooltip="Stop waiting for the answer"),
        Binding("escape", "back", "Back", id="back", tooltip="Back to the form"),
        Binding("t", "switch", "JSON/curl", id="switch", tooltip="Show the request in its other form"),
        Binding("c", "copy", "Copy", id="copy", tooltip="Copy what is shown to the terminal's clipboard"),
    ]

    def __init__(self) -> None:
        """Keep the request of the draft as it stands."""
        super().__init__()
        self._request: ShownRequest | None = None
        self._busy_since: float | None = None
        self._ticker: Timer | None = None
        self._told = ("", "")
        self._row_id: int | None = None
        """The attempt that this page is about, if its outcome is unknown."""

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
            yield Button(Content(with_keys(self.app, "Which one…  {^choose}")), id="choose", compact=True)
            yield Button(Content(with_keys(self.app, "Send again…  {^again}")), id="again", variant="warning", compact=True)
            yield Button(Content(with_keys(self.app, "Copy  {^copy}")), id="copy", compact=True)

    def _send_label(self) -> Content:
        place = self.app.session.place
        kind = "PRODUCTION " if place.is_production else ""
        return Content(f"Create connection in {kind}{plain(place.sandbox, 40)}  {key_caption(self.app, 'main')}")

    def place_changed(self) -> None:
        """Draw what has become known of the sandbox: production in other colours and other words."""
        if not self.query("#send"):
            # Not laid out yet.
            return
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
        if self.app.keeps_params:
            keep = with_keys(self.app, "its secret params in this system's keyring; {keep} takes that back")
            lines.append(Content.styled("keeps ", "dim") + Content(keep))
        return Content("\n").join(lines)

    def on_mount(self) -> None:
        """Show the state as it is, and ask about an attempt whose outcome is unknown."""
        self.app.recall_keeping()
        self.place_changed()
        self.app.look_around()
        self.app.ask_about_draft()
        # Last: a page that is not laid out yet is told of nothing.
        self.state_changed()

    def on_unmount(self) -> None:
        """Ask no further once the page is left; whether the wizard has a draft still does not matter."""
        if self._row_id is not None:
            self.app.stop_asking(self._row_id)

    def state_changed(self) -> None:
        """Draw whether it is being sent, how the last attempt ended, and what asking about it came to."""
        wizard, news = self.app.wizard, self.app.asking_news()
        self._row_id = None if wizard.sending else self.app.uncertain_row()
        is_asking = news is not None and not news.ended and not wizard.sending
        draft = wizard.draft
        uncertain = draft is not None and draft.uncertain is not None
        was_sent = uncertain and draft is not None and draft.is_as_sent and not wizard.sending
        self.query_one(RequestView).border_title = "This was sent" if was_sent else "This will be sent"
        problem = wizard.result.problem if wizard.result else None
        # All at once: each change restyles the whole page.
        self.update_classes(
            {
                "-sending": wizard.sending,
                "-asking": is_asking,
                "-uncertain": uncertain,
                "-several": self._can_choose(),
                "-trouble": problem is not None and not wizard.sending,
            }
        )
        if problem is not None:
            trouble = self.query_one("#trouble", Static)
            trouble.update(Content("\n").join(self._trouble_lines(problem, news if uncertain else None)))
            trouble.border_title = _trouble_title(wizard, news)
            trouble.border_subtitle = Content(with_keys(self.app, _keys_after(wizard, news)))
        self._follow(since=news.since if is_asking and news else None)
        if not wizard.sending and not is_asking and (self.focused is None or not self.focused.display):
            self.query_one("#again" if uncertain else "#send").focus()
        self.refresh_bindings()

    def _trouble_lines(self, problem: Problem, news: AskingNews | None) -> list[Content]:
        """Return what went wrong and what is to be done now: nothing while the service is asked, or to choose."""
        is_asking = news is not None and not news.ended
        has_choice = news is not None and news.settled is not None and bool(news.settled.found)
        shown = problem._replace(remedy="") if is_asking or has_choice else problem
        wait = [Content.styled("→ ", "$text-success") + Content(WAIT)] if is_asking else []
        return [*self._verdict(news), problem_content(shown), *wait]

    def _verdict(self, news: AskingNews | None) -> list[Content]:
        """Return what asking about the attempt came to, as lines above what went wrong."""
        if news is None:
            return []
        if news.trouble:
            return [Content.styled(f"? The service could not be asked. {plain(news.trouble, 400)}", "$text-warning")]
        if news.settled is None:
            trouble = news.asking.trouble if news.asking else ""
            return [Content.styled(f"? The last look failed. {plain(trouble, 400)}", "$text-warning")] if trouble else []
        if not news.settled.found:
            return [Content.styled(with_keys(self.app, NONE_FOUND), "$text-warning")]
        count = len(news.settled.found)
        there = "one connection of that name, which may be it" if count == 1 else f"{count} connections that may be it"
        shows = with_keys(self.app, "{choose} shows them.")
        words = f"? The service has {there}. {plain(news.settled.why)}".strip()
        return [Content.styled(f"{words} {shows}", "$text-warning")]

    @property
    def tells_wait(self) -> bool:
        """Whether the page says itself what is waited for."""
        return self._busy_since is not None

    def trouble_now(self) -> Trouble | None:
        """Return how the last attempt went wrong."""
        result = self.app.wizard.result
        if result is None or result.problem is None or self.app.wizard.sending:
            return None
        return Trouble(result.problem, self.app.sent_at, self.app.session.place)

    def _can_choose(self) -> bool:
        news = self.app.asking_news()
        return news is not None and news.settled is not None and len(news.settled.found) > 0 and not self.app.wizard.sending

    def _follow(self, *, since: float | None) -> None:
        """Count the seconds of what is going on.

        Args:
            since: When asking began; ``None`` if the service is not asked.
        """
        sending = self.app.wizard.sending
        if not sending and since is None:
            self._busy_since = None
            if self._ticker is not None:
                self._ticker.stop()
                self._ticker = None
            return
        if self._ticker is None:
            self._busy_since = self.app.clock.monotonic() if sending else since
            self._ticker = self.set_interval(0.5, self._tick)
        elif not sending:
            self._busy_since = since
        self._tick()

    def _tick(self) -> None:
        if self._busy_since is None:
            return
        seconds = int(self.app.clock.monotonic() - self._busy_since)
        if not self.app.wizard.sending:
            words = f"Asking the service whether it was made … {seconds} s of about {HALF_A_MINUTE}"
            stop = "{back} goes back and stops asking; nothing is sent by that"
        elif self.app.session.has_left:
            words = f"Sending to {self.app.session.place.sandbox_label()} … {seconds} s"
            stop = "{stop} stops waiting; the connection may still be made"
        else:
            words = f"Asking first which connections of that name there are … {seconds} s"
            stop = "The request that makes one has not left yet: {stop} stops, and it is not sent"
        waiting = self.app.waiting_words()
        hint = Content.styled(with_keys(self.app, stop), "dim")
        # The page is laid out anew only where other words come, not for every second.
        told, self._told = self._told, (stop, waiting and "waits")
        lines = Content("\n").join([Content(words), *([Content(waiting)] if waiting else []), hint])
        self.query_one("#sending", Static).update(lines, layout=told != self._told)

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Offer only what the wizard allows now."""
        wizard, news = self.app.wizard, self.app.asking_news()
        is_asking = news is not None and not news.ended
        is_uncertain = wizard.can_send_again and not wizard.can_send and not is_asking
        offered = {
            "send": wizard.can_send,
            "again": is_uncertain,
            "ask": is_uncertain,
            "choose": is_uncertain and self._can_choose(),
            "back": not wizard.sending,
            "stop": wizard.sending,
            "keep": not wizard.sending and self.app.can_keep_params(),
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

    @on(Button.Pressed, "#choose")
    def action_choose(self) -> None:
        """Show the connections that the request may have made."""
        row_id = self.app.uncertain_row()
        if row_id is not None:
            self.app.choose(row_id)

    def action_ask(self) -> None:
        """Ask the service once more."""
        row_id = self.app.uncertain_row()
        if row_id is not None:
            self.app.ask(row_id)

    def action_keep(self) -> None:
        """Keep the secret params in the keyring once the connection is made, or do not."""
        self.app.keeps_params = not self.app.keeps_params
        self.app.note_keeping()
        self.query_one("#what", Static).update(self._what())

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


def _keys_after(wizard: WizardState, news: AskingNews | None) -> str:
    outcome = wizard.result.outcome if wizard.result else None
    if wizard.draft is not None and wizard.draft.uncertain is not None:
        if news is not None and not news.ended:
            return WHILE_ASKING
        return TO_CHOOSE if news is not None and news.settled is not None and news.settled.found else AFTER_UNKNOWN
    return AFTER_REFUSAL if outcome is Outcome.REFUSED else AFTER_NOT_SENT


def _trouble_title(wizard: WizardState, news: AskingNews | None) -> str:
    outcome = wizard.result.outcome if wizard.result else Outcome.UNKNOWN
    if outcome is Outcome.UNKNOWN and news is not None and news.settled is not None and not news.settled.found:
        return "Unknown: the service has no new one of that name"
    return {
        Outcome.REFUSED: "Refused: nothing was created",
        Outcome.NOT_SENT: "Not sent: no request that creates it left",
        Outcome.UNKNOWN: "Unknown: it may have been created",
        Outcome.CREATED: "Created",
    }[outcome]
