"""A client secret or an access token, typed or pasted where none is kept."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar, NamedTuple

from textual import events, on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, Vertical
from textual.content import Content
from textual.screen import ModalScreen
from textual.widgets import Button, Input, Static

from aep_tui.text import plain
from aep_tui.tui.keymap import with_keys
from aep_tui.tui.screens.base import HERE
from aep_tui.tui.widgets.quiet_input import QuietInput
from aep_tui.tui.widgets.tick_box import TickBox
from aep_tui.wizard.credential import Credential, looks_like_token, typed_credential, why_unsendable

if TYPE_CHECKING:
    from aep_tui.tui.app import AepTuiApp

WHERE = (
    "Developer Console (developer.adobe.com/console), your project, OAuth Server-to-Server: Retrieve client secret; or "
    "Generate access token, which lasts 24 hours."
)


class TypedSecret(NamedTuple):
    """What was typed, and whether to keep it."""

    credential: Credential
    keep: bool


class AskSecretScreen(ModalScreen[TypedSecret | None]):
    """One masked box; whether it holds a secret or a token is told by its form, and can be said otherwise."""

    CSS_PATH: ClassVar = [HERE / "base.tcss", HERE / "form.tcss", HERE / "dialogs.tcss"]
    AUTO_FOCUS = "#secret"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "leave", "Leave", id="ask-leave"),
        Binding("ctrl+t", "other_kind", "Secret or token", id="ask-kind", priority=True),
        Binding("ctrl+n", "take", "Take it", id="ask-take", priority=True),
    ]
    if TYPE_CHECKING:
        app: AepTuiApp

    def __init__(self, whose: str, reason: str, *, keyring: str, not_kept: str = "") -> None:
        """Make the question.

        Args:
            whose: The profile or the organisation, for the title.
            reason: Why it is asked for; may be empty.
            keyring: Name of the keyring that can keep it; empty if there is none, or nothing to keep it under.
            not_kept: Why it is not kept under the profile's name, as a sentence; empty if it could be.
        """
        super().__init__()
        self._whose, self._reason, self._keyring, self._not_kept = whose, reason, keyring, not_kept
        self._kind_said: bool | None = None

    def compose(self) -> ComposeResult:
        """Lay out question, box, and what becomes of it."""
        with Vertical(classes="dialog") as frame:
            frame.border_title = Content(f"Sign in: {plain(self._whose, 80)}")
            if self._reason:
                yield Static(Content(plain(self._reason, 400)), id="reason")
            yield Static("Paste the client secret, or an access token.", classes="asked")
            yield Static(Content.styled(WHERE, "dim"))
            yield QuietInput(password=True, id="secret")
            yield Static(id="said")
            if self._keyring:
                yield TickBox(f"Keep it in the keyring ({plain(self._keyring, 40)})", id="keep")
            else:
                words = f"It is used until the program ends, and kept nowhere. {plain(self._not_kept, 300)}".rstrip()
                yield Static(Content.styled(words, "dim"))
            with Horizontal(id="buttons"):
                yield Button(Content(with_keys(self.app, "Sign in  {^ask-take}")), id="yes", variant="primary", compact=True)
                yield Button(Content(with_keys(self.app, "Not now  {^ask-leave}")), id="no", compact=True)

    def on_mount(self) -> None:
        """Say what is typed so far: nothing."""
        self._say()

    @property
    def _is_token(self) -> bool:
        typed = self.query_one("#secret", Input).value
        return looks_like_token(typed) if self._kind_said is None else self._kind_said

    @on(Input.Changed, "#secret")
    def _say(self) -> None:
        typed = self.query_one("#secret", Input).value.strip()
        kind = "an access token" if self._is_token else "a client secret"
        other = with_keys(self.app, "{ask-kind} takes it as the other.")
        long = "1 character" if len(typed) == 1 else f"{len(typed):,} characters"
        words = f"Taken as {kind}, {long}; {other}" if typed else "Nothing is typed yet."
        self.query_one("#said", Static).update(Content.styled(words, "dim"))

    def action_other_kind(self) -> None:
        """Take what is typed as the other of secret and token."""
        self._kind_said = not self._is_token
        self._say()

    @on(Input.Submitted, "#secret")
    @on(Button.Pressed, "#yes")
    def action_take(self) -> None:
        """Sign in with what is typed."""
        typed = self.query_one("#secret", Input)
        credential = typed_credential(typed.value, is_token=self._is_token)
        unfit = why_unsendable(credential) if typed.value.strip() else "Nothing is typed yet."
        if unfit:
            self.query_one("#said", Static).update(Content.styled(unfit, "$text-error"))
            typed.focus()
            return
        keep = self.query_one_optional("#keep", TickBox)
        self.dismiss(TypedSecret(credential, keep is not None and keep.value))

    @on(Button.Pressed, "#no")
    def action_leave(self) -> None:
        """Sign in later."""
        self.dismiss(None)

    def on_click(self, event: events.Click) -> None:
        """Leave at a click beside the page."""
        if self.get_widget_at(*event.screen_offset)[0] is self:
            self.dismiss(None)
