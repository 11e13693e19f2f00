"""The Textual app: it holds the wizard's state, sends events to it, and puts the screen of the step on top."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, ClassVar

from textual import work
from textual.binding import Binding, BindingType
from textual.content import Content
from textual.screen import Screen

from aep_tui.errors import AepTuiError, ExitCode
from aep_tui.outcome import Outcome
from aep_tui.text import plain
from aep_tui.tui.keymap import NO_KEYS
from aep_tui.tui.navigation import Navigating
from aep_tui.tui.screens.base import HERE, BaseScreen
from aep_tui.tui.screens.source import SourceScreen
from aep_tui.tui.sessions import Sessions
from aep_tui.tui.settling import Settling
from aep_tui.tui.support import WithSupport
from aep_tui.tui.words import token_left
from aep_tui.wizard.deeds import Deeds
from aep_tui.wizard.place import Place
from aep_tui.wizard.session import Clock, Session
from aep_tui.wizard.step import Step

if TYPE_CHECKING:
    from aep_tui.wizard.accounts import Accounts
    from aep_tui.wizard.existing import Existing
    from aep_tui.wizard.inlet import InletNews
    from aep_tui.wizard.request import ShownRequest
    from aep_tui.wizard.result import Result
    from aep_tui.wizard.state import Event as WizardEvent
    from aep_tui.wizard.state import WizardState


class AepTuiApp(Settling, Navigating, Sessions, WithSupport):
    """The wizard.

    It keeps no truth of its own beside the wizard's state; screens draw that state and send events through
    :meth:`dispatch`.
    """

    KEYS_EVERYWHERE: ClassVar[Sequence[tuple[str, str]]] = (
        ("{help}", "this help"),
        ("{history}", "the history of this machine"),
        ("{profiles}", "profiles: organisation, sandbox, secrets"),
        ("{support}", "copy what went wrong for Adobe's support, where something did"),
        ("{palette}", "all commands, by name"),
        ("{quit}", "quit; the ids made are printed"),
        ("tab, shift+tab", "next stop, stop before"),
        ("mouse", "everything can be clicked; shift+drag selects text in most terminals"),
    )
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("f2", "history", "History", id="history", tooltip="Every connection made or tried on this machine"),
        Binding("f3", "profiles", "Profiles", id="profiles", tooltip="Organisations, sandboxes, where each value comes from"),
        Binding("ctrl+q", "request_quit", "Quit", id="quit", priority=True, tooltip="Leave; the ids made are printed"),
    ]

    def __init__(
        self,
        session: Session | None,
        clock: Clock,
        *,
        accounts: Accounts | None = None,
        wanted: str = "",
        no_color: bool = False,
        quiet_seconds: float = 0.3,
        keys: Mapping[str, str] = NO_KEYS,
    ) -> None:
        """Make the app.

        Args:
            session: What to work with; ``None`` if something is missing, and then the page that says what is shown.
            clock: Where time comes from.
            accounts: The profiles, and the demo; ``None`` where there is nothing but the session.
            wanted: A source to start on.
            no_color: The terminal is to get no colours.
            quiet_seconds: How long no key must have come before a main action on Review counts.
            keys: Other keys than those from the start, by binding id.
        """
        first = [HERE / "source.tcss"] if session is not None else [HERE / "form.tcss", HERE / "welcome.tcss"]
        sheets = [HERE / "base.tcss", *first]
        super().__init__(clock, sheets, no_color=no_color, quiet_seconds=quiet_seconds, keys=keys)
        self._wizard: WizardState | None = None
        self.inlets: dict[str, InletNews] = {}
        """What is known of the inlets of this run's connections, by connection id."""
        self._session: Session | None = None
        self._accounts = accounts
        self._wanted = wanted
        self._deeds = Deeds()
        self._sessions = 0
        self.keeps_params = False
        """Whether the secrets of the next connection go into the keyring."""
        self.sent_at = 0.0
        """When the last request ended, in Unix seconds."""
        if session is not None:
            self._take(session)

    # Where we are

    @property
    def session(self) -> Session:
        """What the wizard works with.

        Raises:
            RuntimeError: Asked before there is one; only the welcome page is shown then.
        """
        if self._session is None:
            raise RuntimeError("there is no session yet")
        return self._session

    @property
    def place(self) -> Place | None:
        """Where the program works; ``None`` before that is known."""
        return self._session.place if self._session else None

    @property
    def made(self) -> list[str]:
        """Ids of the connections made in this run, in order."""
        return self._deeds.made

    @property
    def left_unknown(self) -> bool:
        """Whether the last attempt of this run ended with an unknown outcome."""
        return self._deeds.left_unknown

    def token_words(self) -> str:
        """Return how long the pasted access token lasts still; before all that Textual may write down what is typed."""
        if self.faults.warning:
            return "Unsafe debugging"
        expires_at = self._session.token_expires_at if self._session else None
        return "" if expires_at is None else token_left(expires_at - self.clock.now())

    def loss(self) -> str:
        """Return what would be lost by leaving now: a request on its way, and what was typed."""
        if self.wizard.sending:
            if not self.session.has_left:
                return "A request is about to leave, and is not sent then."
            return "A request is on its way; its outcome would stay unknown."
        typed = [plain(draft.source.name, 24) for draft in self.wizard.kept.values() if draft.has_typed]
        more = f" and {len(typed) - 2} more" if len(typed) > 2 else ""
        words = f"What you typed for {', '.join(typed[:2])}{more} is kept only while the program runs." if typed else ""
        return " ".join(filter(None, (words, *self.losses_of_pages())))

    def leaving_code(self) -> ExitCode:
        """Return the exit code for leaving now; what has not left this machine yet is not sent any more."""
        may_be_made = self.stop_what_has_not_left()
        return ExitCode.UNKNOWN_OUTCOME if may_be_made or self.left_unknown else ExitCode.DONE

    def stop_what_has_not_left(self) -> bool:
        """Send nothing any more that has not left this machine yet; tell whether a request may have left before."""
        if not self.is_sending():
            return False
        may_have_left = self.session.has_left
        if not may_have_left:
            self.session.stop_sending()
        return may_have_left

    def is_sending(self) -> bool:
        """Tell whether a request is on its way."""
        return self._wizard is not None and self._wizard.sending

    def get_default_screen(self) -> Screen[None]:
        """Return the first page, without a blank one beneath it."""
        if self._session is None:
            from aep_tui.tui.screens.welcome import WelcomeScreen

            return WelcomeScreen()
        return SourceScreen(self._wanted)

    # The wizard

    @property
    def wizard(self) -> WizardState:
        """The wizard's state. Its modules, and those of the forms, are loaded after the first frame."""
        if self._wizard is None:
            from aep_tui.wizard.state import WizardState

            self._wizard = WizardState()
        return self._wizard

    def dispatch(self, event: WizardEvent) -> None:
        """Give the wizard an event, and show what follows from it."""
        from aep_tui.wizard.state import advance

        before, after = self.wizard, advance(self.wizard, event)
        self._wizard = after
        if after.step is not before.step:
            if after.step is not Step.REVIEW or not self.take_known():
                self._show_step(before.step, after.step)
        elif after is not before:
            self._tell_screen()

    def pick(self, spec_id: str) -> None:
        """Read the form of a source and go on to its credentials; keys wait for that from this moment on."""
        self.keys.hold()
        self._pick(spec_id)

    @work(exclusive=True, group="pick", description="connection spec")
    async def _pick(self, spec_id: str) -> None:
        from aep_tui.wizard.state import SourcePicked

        try:
            source = await self.session.catalogue.source(spec_id)
            name = await self.session.suggested_name(source)
        except AepTuiError as error:
            self.notify(
                Content(error.sentence()).plain,
                title="This source cannot be opened",
                severity="error",
                markup=False,
                timeout=15,
            )
        else:
            self.dispatch(SourcePicked(source, name))
        finally:
            self.keys.release()

    def go_back(self) -> None:
        """Go one step back."""
        from aep_tui.wizard.state import WentBack

        # Whoever goes back no longer means what was pressed on this page.
        self.workers.cancel_group(self, "confirm")
        self.dispatch(WentBack())

    def use_existing(self, connection: Existing) -> None:
        """Take a connection that the source has already; nothing is sent."""
        from aep_tui.wizard.inlet import has_inlet
        from aep_tui.wizard.state import ExistingTaken

        draft, result = self.wizard.draft, connection.result()
        if draft is None:
            return
        self._deeds.note_made(connection.id)
        self.dispatch(ExistingTaken(connection.name or draft.name, result))
        self.take_as_lost(draft, connection)
        if has_inlet(draft.source):
            self._look_for_inlet(result)

    def start_another(self) -> None:
        """Start another connection."""
        from aep_tui.wizard.state import StartedAnother

        self.dispatch(StartedAnother())

    @work(exclusive=True, group="confirm", description="create in production")
    async def send(self, *, again: bool = False) -> None:
        """Send the draft once, if the wizard allows it; in production only once the sandbox's name was typed."""
        session, draft, page = self.session, self.wizard.draft, self.screen
        allowed = self.wizard.can_send_again if again else self.wizard.can_send
        name = plain(session.place.sandbox, 40)
        if not allowed or not await self.may_go_on(f"Create a connection in {name}", f"Create connection in {name}"):
            return
        # What was meant is what stood there at the press; looking up the sandbox may have taken a while.
        if self.session is session and self.wizard.draft is draft and self.screen is page:
            self._start_sending(again=again)

    def _start_sending(self, *, again: bool) -> None:
        from aep_tui.wizard.state import SendStarted

        before = self.wizard
        self.dispatch(SendStarted(again=again))
        if self.wizard.sending and not before.sending:
            self._send()

    @work(group="send", description="create connection")
    async def _send(self) -> None:
        from aep_tui.wizard.inlet import has_inlet
        from aep_tui.wizard.state import SendEnded

        draft, session = self.wizard.draft, self.session
        if draft is None:
            return
        remark = self.session.history.remark
        result = await session.send(draft)
        self.sent_at = self.clock.now()
        if self.session.history.remark != remark:
            self.say_of_history(self.session.history.remark)
        self.dispatch(SendEnded(result))
        if result.outcome is not Outcome.CREATED:
            self.note_keeping()
            self.ask_about_draft()
        elif not result.settled:
            self.ask_about_earlier(result)
        if result.outcome is Outcome.CREATED and has_inlet(draft.source):
            self.look_for_inlet(result)
        if result.outcome is Outcome.CREATED and self.keeps_params:
            await self.keep_params(draft, session)

    def look_for_inlet(self, result: Result) -> None:
        """Look for the inlet URL of a new connection, behind the page."""
        self._look_for_inlet(result)

    @work(group="inlet", description="inlet URL")
    async def _look_for_inlet(self, result: Result) -> None:
        """Look for the inlet URL of a new connection, whatever page is shown meanwhile: the history keeps it."""
        from aep_tui.wizard.inlet import InletNews

        session = self.session

        def tell(news: InletNews) -> None:
            if session is self.session:
                self.inlets[result.connection_id] = news
                self._tell_screen()

        try:
            await session.wait_for_inlet(result, tell)
        except AepTuiError as error:
            known = self.inlets.get(result.connection_id, InletNews())
            tell(replace(known, trouble=error.sentence(), gave_up=True))

    def stop_sending(self) -> None:
        """Stop waiting for the answer; what is known then is shown and kept."""
        self.session.stop_sending()

    @work(exclusive=True, group="confirm", description="send again")
    async def confirm_send_again(self) -> None:
        """Ask before sending a request a second time whose first outcome is unknown."""
        from aep_tui.tui.screens.confirm import ConfirmScreen

        question = ConfirmScreen(
            "Send it a second time?",
            "The first request may have made a connection. If it did, there will be two of that name.",
            "Send again",
            "Do not send",
        )
        if await self.push_screen_wait(question):
            self.send(again=True)

    # Pages over pages

    def action_history(self) -> None:
        """Show the history."""
        from aep_tui.tui.screens.history import HistoryScreen

        on_page = isinstance(self.screen, BaseScreen) and not isinstance(self.screen, HistoryScreen)
        if self._session is not None and on_page:
            self.push_screen(HistoryScreen())
        elif self._session is None:
            self.notify("The history belongs to an organisation or to the demo; neither is open yet.", markup=False)

    def action_profiles(self) -> None:
        """Show the profiles."""
        if self._accounts is not None:
            super().action_profiles()

    def show_request(self, request: ShownRequest) -> None:
        """Show a request over the page."""
        from aep_tui.tui.screens.request import RequestScreen

        self.push_screen(RequestScreen(request))

    async def on_unmount(self) -> None:
        """Close the connection to the service."""
        if self._session is not None:
            await self._session.close()
