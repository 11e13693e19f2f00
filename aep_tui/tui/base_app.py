"""What every program of this package has in the terminal: colours, keys in order, help, and a clean end."""

from __future__ import annotations

import asyncio
import logging
import traceback
from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any, ClassVar, Final

from textual import events
from textual.app import App, SystemCommand
from textual.binding import Binding, BindingType
from textual.dom import DOMNode
from textual.events import Event
from textual.screen import Screen
from textual.worker import WorkerFailed

from aep_tui.errors import ExitCode
from aep_tui.startup import STARTUP_SECONDS, resume_collector
from aep_tui.tui.faults import Faults
from aep_tui.tui.key_line import KeyLine
from aep_tui.tui.keymap import NO_KEYS, Keymap, with_keys
from aep_tui.tui.leaving import Leaving
from aep_tui.tui.screens.base import BaseScreen
from aep_tui.tui.terminal import driver_class
from aep_tui.tui.theme import DARK, LIGHT, NO_COLOUR
from aep_tui.wizard.place import Place
from aep_tui.wizard.session import Clock

WARNING_SECONDS: Final = 20
LONGEST_LOOKED_FOR: Final = 40
"""In characters; more of a text may be wrapped on the screen."""


class BaseApp(App[None]):
    """A program in the terminal, whatever it is for."""

    TITLE = "aep-tui"
    ENABLE_COMMAND_PALETTE = True
    KEYS_EVERYWHERE: ClassVar[Sequence[tuple[str, str]]] = (
        ("{help}", "this help"),
        ("{palette}", "all commands, by name"),
        ("{quit}", "leave"),
        ("tab, shift+tab", "next stop, stop before"),
        ("mouse", "everything can be clicked; shift+drag selects text in most terminals"),
    )
    """What the help page says of the keys of every page, by their ids."""
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("f1", "help", "Help", id="help", tooltip="What this page is for, and its keys"),
        Binding("ctrl+q", "request_quit", "Quit", id="quit", priority=True, tooltip="Leave"),
        Binding(
            "ctrl+p", "command_palette", "Commands", id="palette", priority=True, show=False, tooltip="All commands, by name"
        ),
        Binding("ctrl+z", "suspend_process", "Suspend", id="suspend", show=False, tooltip="Back to the shell; fg returns here"),
    ]

    def __init__(
        self,
        clock: Clock,
        css_path: list[Path],
        *,
        no_color: bool,
        quiet_seconds: float,
        keys: Mapping[str, str] = NO_KEYS,
    ) -> None:
        """Make the program.

        Args:
            clock: Where time comes from.
            css_path: What the first page needs.
            no_color: The terminal is to get no colours.
            quiet_seconds: How long no key must have come before a main action that sends something counts.
            keys: Other keys than those from the start, by binding id; several are parted by commas.
        """
        super().__init__(driver_class=driver_class(), css_path=[*css_path], ansi_color=no_color or None)
        self.register_theme(DARK)
        self.register_theme(LIGHT)
        self.theme = NO_COLOUR if no_color else DARK.name
        self.clock = clock
        self.quiet_seconds = quiet_seconds
        self.keys = KeyLine(self, self._handle_key)
        self.leaving = Leaving(self)
        # Without a handler of its own Python prints what libraries log, on the terminal that the page is drawn on.
        logging.getLogger().addHandler(logging.NullHandler())
        self.faults = Faults()
        self.keymap = Keymap(keys)
        """The keys in force."""
        if self.keymap.given:
            self.set_keymap(dict(self.keymap.given))
        self.crash: str = ""
        self.last_directory = ""
        """Where a file was loaded from last; empty before."""
        self._input_times: tuple[float, float] = (float("-inf"), float("-inf"))

    # What a subclass tells

    @property
    def place(self) -> Place | None:
        """Where the program works; ``None`` if nowhere."""
        return None

    def token_words(self) -> str:
        """Return how long the access token lasts still, where somebody has to see to that; empty otherwise."""
        return ""

    def waiting_words(self, room: int | None = None) -> str:  # noqa: ARG002 - for a program that waits
        """Return for what a call waits to be tried again, and for how long still; empty if none does.

        Args:
            room: In so many cells, the reason goes first; any number if none is given.
        """
        return ""

    def loss(self) -> str:
        """Return what would be lost by leaving now, as a sentence; empty if nothing would."""
        return ""

    def leaving_code(self) -> ExitCode:
        """Return the exit code for leaving now."""
        return ExitCode.DONE

    def is_sending(self) -> bool:
        """Tell whether a request is on its way."""
        return False

    def stop_what_has_not_left(self) -> bool:
        """Send nothing any more that has not left this machine yet; tell whether a request may have left before."""
        return False

    # Pages over pages

    def action_help(self) -> None:
        """Show help for this page."""
        from aep_tui.tui.screens.help import HelpScreen, keys_of

        screen = self.screen
        if isinstance(screen, BaseScreen):
            self.push_screen(
                HelpScreen(
                    f"Help · {screen.title_line()}",
                    screen.focused_help(),
                    with_keys(self, screen.HELP_TEXT),
                    keys_of(screen),
                    [(with_keys(self, key), meaning) for key, meaning in self.KEYS_EVERYWHERE],
                )
            )

    def copy(self, what: str, text: str, *, in_sight: bool = False) -> None:
        """Send a text to the terminal's clipboard (OSC 52, which works over ssh) and say so.

        Args:
            what: What it is.
            text: The text.
            in_sight: Whether it is about to be on the screen; else that is looked up, since only then it can be selected there.
        """
        # Half a surrogate pair, which JSON can hold, has no UTF-8; its escape has.
        self.copy_to_clipboard(text.encode("utf-8", "backslashreplace").decode())
        advice = " If your terminal's clipboard stays empty, select the text instead."
        self.notify(
            f"{what}, {len(text)} characters.{advice if in_sight or self._shows(text) else ''}",
            title="Copied",
            markup=False,
            timeout=3,
        )

    def _shows(self, text: str) -> bool:
        """Tell whether a text, or the beginning of a long one, is on the screen."""
        lines = self.screen._compositor.render_strips()  # noqa: SLF001 - no public way to read what is drawn
        begin = next(iter(text.strip().splitlines()), "")[:LONGEST_LOOKED_FOR]
        return bool(begin) and any(begin in line.text for line in lines)

    def export_screenshot(self, *, title: str | None = None, simplify: bool = False) -> str:
        """Return a picture of the screen in which every secret is masked, also one that is shown just now."""
        from aep_tui.tui.widgets.fields.control import FieldControl

        # A query goes by the first base class alone, and most fields have this one as their second.
        widgets = (widget for screen in self.screen_stack for widget in screen.walk_children())
        shown = [field for field in widgets if isinstance(field, FieldControl) and field.revealed]
        for field in shown:
            field.reveal()
        try:
            return super().export_screenshot(title=title, simplify=simplify)
        finally:
            for field in shown:
                field.reveal()

    def get_system_commands(self, screen: Screen[object]) -> Iterable[SystemCommand]:
        """Offer every action of the page and of the program by name."""
        seen = set()
        for active in screen.active_bindings.values():
            binding = active.binding
            if binding.id and binding.id not in seen and binding.id != "palette" and active.enabled:
                seen.add(binding.id)
                runner = self._runner(binding.action, active.node)
                yield SystemCommand(binding.description, binding.tooltip or binding.description, runner)
        yield SystemCommand("Theme", "Choose other colours", self.action_change_theme)

    def _runner(self, action: str, node: DOMNode) -> Callable[[], Awaitable[None]]:
        async def run() -> None:
            # The page that the list of commands was opened on may have given way to another meanwhile.
            if node is not self and self.screen not in node.ancestors_with_self:
                return
            # Who picks an action by its name means it, however fast the name was typed.
            self._input_times = (float("-inf"), self._input_times[1])
            await self.run_action(action, node)

        return run

    # Keys and the end

    def on_load(self) -> None:
        """Let nothing be printed over the page: asyncio would log the arguments of a slow call, or the text of an error."""
        loop = asyncio.get_running_loop()
        loop.set_exception_handler(self._fault_beside)
        loop.set_debug(bool(self.faults.warning) and loop.get_debug())

    def on_mount(self) -> None:
        """Collect garbage again when the start is over, and say what is dangerous about this run."""
        self.set_timer(STARTUP_SECONDS, resume_collector)
        if self.faults.warning:
            self.notify(self.faults.warning, title="Unsafe", severity="warning", markup=False, timeout=WARNING_SECONDS)
        if self.keymap.remarks:
            words = "\n".join(self.keymap.remarks)
            self.notify(words, title="Keys in the settings", severity="warning", markup=False, timeout=WARNING_SECONDS)

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
        elif page is None or page.is_readable or name in self.leaving.lasting_keys():
            await super().on_event(key)

    def _note_input(self, event: Event) -> None:
        self._input_times = (self._input_times[1], event.time)

    def seconds_without_key(self) -> float:
        """Return how long no key had come before the present key or click, by the moments they were read."""
        return self._input_times[1] - self._input_times[0]

    def take_typed(self) -> None:
        """Let every page take what is being typed, so that :meth:`loss` knows of it."""
        for screen in self.screen_stack:
            if isinstance(screen, BaseScreen):
                screen.take_typed()

    def action_request_quit(self) -> None:
        """Leave; twice where something would be lost."""
        self.leaving.request_quit()

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
            if self.stop_what_has_not_left()
            else "Nothing was sent by that."
        )
        said = f"aep-tui stopped because of a fault of its own: {kind} in {where}. {sent}"
        self.crash = f"{said} {self.faults.report(error, said)}".strip()
        self._return_code = int(ExitCode.CRASH)
        self._close_messages_no_wait()

    def _fault_beside(self, _loop: asyncio.AbstractEventLoop, context: dict[str, Any]) -> None:
        """Report what went wrong in a task that nobody waits for: asyncio would log its traceback over the page."""
        self.faults.report(context.get("exception"), "Something went wrong in the background; the program went on.")
