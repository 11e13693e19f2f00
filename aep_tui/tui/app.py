"""The Textual app: it holds the wizard's state, sends events to it, and puts the screen of the step on top."""

from __future__ import annotations

import traceback
from collections.abc import Awaitable, Callable, Iterable
from dataclasses import replace
from typing import TYPE_CHECKING, ClassVar

from textual import events, work
from textual.app import App, SystemCommand
from textual.binding import Binding, BindingType
from textual.content import Content
from textual.events import Event
from textual.screen import Screen
from textual.worker import WorkerFailed

from aep_tui.errors import AepTuiError, ExitCode
from aep_tui.outcome import Outcome
from aep_tui.startup import STARTUP_SECONDS, resume_collector
from aep_tui.tui.key_line import KeyLine
from aep_tui.tui.leaving import LEAVING_KEYS, Leaving
from aep_tui.tui.navigation import screen_for
from aep_tui.tui.screens.base import HERE, BaseScreen
from aep_tui.tui.screens.source import SourceScreen
from aep_tui.tui.terminal import driver_class
from aep_tui.tui.theme import DARK, LIGHT, NO_COLOUR
from aep_tui.wizard.place import Place
from aep_tui.wizard.session import Clock, Session
from aep_tui.wizard.step import Step

if TYPE_CHECKING:
    from aep_tui.wizard.inlet import InletNews
    from aep_tui.wizard.request import ShownRequest
    from aep_tui.wizard.result import Result
    from aep_tui.wizard.state import Event as WizardEvent
    from aep_tui.wizard.state import WizardState


class AepTuiApp(App[None]):
    """The wizard.

    It keeps no truth of its own beside the wizard's state; screens draw that state and send events through
    :meth:`dispatch`.
    """

    TITLE = "aep-tui"
    ENABLE_COMMAND_PALETTE = True
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("f1", "help", "Help", id="help", tooltip="What this page is for, and its keys"),
        Binding("f2", "history", "History", id="history", tooltip="Every connection made or tried on this machine"),
        Binding("ctrl+q", "request_quit", "Quit", id="quit", priority=True, tooltip="Leave; the ids made are printed"),
        Binding("ctrl+z", "suspend_process", show=False),
    ]

    def __init__(
        self,
        session: Session | None,
        clock: Clock,
        *,
        welcome: Callable[[], Screen[None]] | None = None,
        demo: Callable[[], Session] | None = None,
        wanted: str = "",
        no_color: bool = False,
        quiet_seconds: float = 0.3,
    ) -> None:
        """Make the app.

        Args:
            session: What to work with; ``None`` if something is missing, and then ``welcome`` is shown.
            clock: Where time comes from.
            welcome: Makes the page that says what is missing.
            demo: Makes the session of the demo, for that page.
            wanted: A source to start on.
            no_color: The terminal is to get no colours.
            quiet_seconds: How long no key must have come before a main action on Review counts.
        """
        first = [HERE / "source.tcss"] if session is not None else [HERE / "form.tcss", HERE / "welcome.tcss"]
        super().__init__(driver_class=driver_class(), css_path=[HERE / "base.tcss", *first], ansi_color=no_color or None)
        self.register_theme(DARK)
        self.register_theme(LIGHT)
        self.theme = NO_COLOUR if no_color else DARK.name
        self.clock = clock
        self.quiet_seconds = quiet_seconds
        self._wizard: WizardState | None = None
        self.keys = KeyLine(self, self._handle_key)
        self.leaving = Leaving(self)
        self.crash: str = ""
        self.inlets: dict[str, InletNews] = {}
        """What is known of the inlets of this run's connections, by connection id."""
        self._session = session
        self._welcome = welcome
        self._demo = demo
        self._wanted = wanted
        self._input_times: tuple[float, float] = (float("-inf"), float("-inf"))

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
        return self._session.made if self._session else []

    @property
    def left_unknown(self) -> bool:
        """Whether the last attempt of this run ended with an unknown outcome."""
        return self._session is not None and self._session.left_unknown

    def get_default_screen(self) -> Screen[None]:
        """Return the first page, without a blank one beneath it."""
        if self._session is None and self._welcome is not None:
            return self._welcome()
        return SourceScreen(self._wanted)

    def open_demo(self) -> None:
        """Go from the welcome page to the demo."""
        if self._session is None and self._demo is not None:
            self._session = self._demo()
            self.push_screen(SourceScreen(self._wanted))

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
            self._show_step(before.step, after.step)
        elif after is not before:
            self._tell_screen()

    def _tell_screen(self) -> None:
        for screen in self.screen_stack:
            changed = getattr(screen, "state_changed", None)
            if changed is not None:
                changed()

    def _show_step(self, before: Step, after: Step) -> None:
        """Put the step's screen on top: one deeper, one back, or all the way to the first page."""
        self.keys.hold()
        # What was said about the page before would lie over this one.
        self.clear_notifications()
        if after is Step.SOURCE:
            while isinstance(self.screen, BaseScreen) and self.screen.STEP is not Step.SOURCE and len(self.screen_stack) > 1:
                self.pop_screen()
        elif after is Step.DONE:
            self.pop_screen()
            self.switch_screen(screen_for(after))
        elif after < before:
            self.pop_screen()
            self._tell_screen()
        else:
            self.push_screen(screen_for(after))
        self.screen.call_after_refresh(self.keys.release)

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

        self.dispatch(WentBack())

    def start_another(self) -> None:
        """Start another connection."""
        from aep_tui.wizard.state import StartedAnother

        self.dispatch(StartedAnother())

    def send(self, *, again: bool = False) -> None:
        """Send the draft once, if the wizard allows it."""
        from aep_tui.wizard.state import SendStarted

        before = self.wizard
        self.dispatch(SendStarted(again=again))
        if self.wizard.sending and not before.sending:
            self._send()

    @work(group="send", description="create connection")
    async def _send(self) -> None:
        from aep_tui.wizard.inlet import has_inlet
        from aep_tui.wizard.state import SendEnded

        draft = self.wizard.draft
        if draft is None:
            return
        result = await self.session.send(draft)
        self.dispatch(SendEnded(result))
        if result.outcome is Outcome.CREATED and has_inlet(draft.source):
            self._look_for_inlet(result)

    @work(group="inlet", description="inlet URL")
    async def _look_for_inlet(self, result: Result) -> None:
        """Look for the inlet URL of a new connection, whatever page is shown meanwhile: the history keeps it."""
        from aep_tui.wizard.inlet import InletNews

        def tell(news: InletNews) -> None:
            self.inlets[result.connection_id] = news
            self._tell_screen()

        try:
            await self.session.wait_for_inlet(result, tell)
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

    def action_help(self) -> None:
        """Show help for this page."""
        from aep_tui.tui.screens.help import HelpScreen, keys_of

        screen = self.screen
        if isinstance(screen, BaseScreen):
            self.push_screen(
                HelpScreen(f"Help · {screen.title_line()}", screen.focused_help(), screen.HELP_TEXT, keys_of(screen))
            )

    def action_history(self) -> None:
        """Show the history."""
        from aep_tui.tui.screens.history import HistoryScreen

        on_page = isinstance(self.screen, BaseScreen) and not isinstance(self.screen, HistoryScreen)
        if self._session is not None and on_page:
            self.push_screen(HistoryScreen())
        elif self._session is None:
            self.notify("The history belongs to an organisation or to the demo; neither is open yet.", markup=False)

    def show_request(self, request: ShownRequest) -> None:
        """Show a request over the page."""
        from aep_tui.tui.screens.request import RequestScreen

        self.push_screen(RequestScreen(request))

    def copy(self, what: str, text: str) -> None:
        """Send a text to the terminal's clipboard (OSC 52, which works over ssh) and say so."""
        # Half a surrogate pair, which JSON can hold, has no UTF-8; its escape has.
        self.copy_to_clipboard(text.encode("utf-8", "backslashreplace").decode())
        self.notify(
            f"{what}, {len(text)} characters. If your terminal's clipboard stays empty, select the text instead.",
            title="Copied",
            markup=False,
            timeout=3,
        )

    def get_system_commands(self, screen: Screen[object]) -> Iterable[SystemCommand]:
        """Offer every action of the page and of the program by name."""
        seen = set()
        for active in screen.active_bindings.values():
            binding = active.binding
            if binding.id and binding.id not in seen and active.enabled:
                seen.add(binding.id)
                action = f"{'app' if active.node is self else 'screen'}.{binding.action}"
                yield SystemCommand(binding.description, binding.tooltip or binding.description, self._runner(action))
        yield SystemCommand("Theme", "Choose other colours", self.action_change_theme)

    def _runner(self, action: str) -> Callable[[], Awaitable[None]]:
        async def run() -> None:
            # Who picks an action by its name means it, however fast the name was typed.
            self._input_times = (float("-inf"), self._input_times[1])
            await self.run_action(action)

        return run

    # Keys and the end

    def on_mount(self) -> None:
        """Collect garbage again when the start is over."""
        self.set_timer(STARTUP_SECONDS, resume_collector)

    async def on_event(self, event: Event) -> None:
        """Let keys and pastes be handled one after the other."""
        if isinstance(event, events.Key | events.Paste) and not event.is_forwarded:
            await self.keys.take(event)
        else:
            if isinstance(event, events.MouseDown) and not event.is_forwarded:
                self._note_input(event)
            await super().on_event(event)

    async def _handle_key(self, key: events.Key | events.Paste) -> None:
        self._note_input(key)
        page = next((screen for screen in reversed(self.screen_stack) if isinstance(screen, BaseScreen)), None)
        name = key.key if isinstance(key, events.Key) else ""
        if name == "ctrl+c" and not self.leaving.has_selection():
            self.leaving.interrupt()
        elif page is None or page.is_readable or name in LEAVING_KEYS:
            await super().on_event(key)

    def _note_input(self, event: Event) -> None:
        self._input_times = (self._input_times[1], event.time)

    def seconds_without_key(self) -> float:
        """Return how long no key had come before the present key or click, by the moments they were read."""
        return self._input_times[1] - self._input_times[0]

    def action_request_quit(self) -> None:
        """Leave; twice where something would be lost."""
        self.leaving.request_quit()

    async def on_unmount(self) -> None:
        """Close the connection to the service."""
        if self._session is not None:
            await self._session.close()

    def _handle_exception(self, error: Exception) -> None:
        """Leave after a fault, unless the program is being left: a page that is taken down may miss what it looks for."""
        if not self._exit:
            super()._handle_exception(error)

    def panic(self, *_renderables: object) -> None:
        """Leave as after any other fault of this program: Textual would print a traceback and call that a success."""
        self._fatal_error()

    def _fatal_error(self) -> None:
        """Leave with the place of the fault and without any value: Textual's own report prints local variables."""
        error: BaseException | None = self._exception
        if isinstance(error, WorkerFailed):
            error = error.error
        frames = traceback.extract_tb(error.__traceback__) if error else []
        where = f"{frames[-1].name}, line {frames[-1].lineno}" if frames else "an unknown place"
        kind = type(error).__name__ if error else "a fault"
        sent = (
            "A request was on its way: its outcome is unknown, and the history has it."
            if self._wizard is not None and self._wizard.sending
            else "Nothing was sent by that."
        )
        self.crash = f"aep-tui stopped because of a fault of its own: {kind} in {where}. {sent}"
        self._return_code = int(ExitCode.CRASH)
        self._close_messages_no_wait()
