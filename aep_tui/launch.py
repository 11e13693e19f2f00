"""The composition root: reads the environment once and builds what the front ends work with."""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from functools import partial
from typing import TYPE_CHECKING, NoReturn

from aep_tui.errors import AepTuiError, ExitCode, UsageError
from aep_tui.secret import Secret
from aep_tui.startup import pause_collector, resume_collector
from aep_tui.text import plain

if TYPE_CHECKING:
    from pathlib import Path

    from aep_tui.exchange.form_document import FormDocument
    from aep_tui.flow_service.account import Account
    from aep_tui.flow_service.client import FlowServiceClient
    from aep_tui.storage.history import History
    from aep_tui.storage.paths import Directories
    from aep_tui.storage.spec_cache import SpecCache
    from aep_tui.tui.screens.welcome import Setting
    from aep_tui.wizard.session import Clock, Session

DEMO_ORG = "DEMO@AdobeOrg"
DEMO_SANDBOX = "dev"
DEMO_ORIGIN = "http://localhost"
DEMO_INLET_ORIGIN = "https://dcs.aep.invalid"
"""A host that cannot exist (RFC 2606), so that nobody's events leave for it."""
DEMO_API_KEY = "demo-api-key"
DEMO_TOKEN = "demo-access-token"  # noqa: S105 - the emulator takes any token

SETTINGS = (
    ("AEP_ACCESS_TOKEN", "An access token.", "Developer Console, your project, OAuth Server-to-Server, Generate access token."),
    ("AEP_API_KEY", "The client id of that credential.", "Developer Console, your project, OAuth Server-to-Server, Client ID."),
    ("AEP_IMS_ORG", "The organisation's id, ending in @AdobeOrg.", "Developer Console, your project, Organization ID."),
    (
        "AEP_SANDBOX_NAME",
        "The sandbox to work in, such as dev.",
        "Experience Platform, the sandbox switch at the top; its name, not its title.",
    ),
)


def main() -> NoReturn:
    """Run the command line, and exit with a documented code."""
    # Textual would write every key and paste, secrets among them, into a file that others can read.
    for variable in ("TEXTUAL", "TEXTUAL_LOG"):
        os.environ.pop(variable, None)
    pause_collector()
    from aep_tui.cli.main import command

    sys.exit(command(Launcher(os.environ)))


class Launcher:
    """What the command line can ask for, built from one reading of the environment."""

    def __init__(self, environment: Mapping[str, str]) -> None:
        """Keep a copy of the environment; nothing else is read later."""
        self._environment = dict(environment)

    # Terminal

    def why_no_terminal(self) -> str:
        """Return why the interactive program cannot be shown here, in one line; empty if it can."""
        from aep_tui.tui.terminal import terminal_size

        if not (_is_terminal(0) and _is_terminal(2)):
            return "This needs a terminal on standard input and standard error."
        # Only Windows has terminals that can do everything without saying what they are.
        if self._value("TERM") == "dumb" or (sys.platform != "win32" and not self._value("TERM")):
            return "This needs a terminal that can move its cursor; TERM says it is a dumb one."
        columns, rows = terminal_size()
        if columns < 60 or rows < 16:
            return f"This needs a terminal of at least 60x16; this one is {columns}x{rows}."
        return ""

    # Places on disk

    def directories(self) -> Directories:
        """Return where the files of this program live; nothing is made by asking."""
        from aep_tui.storage.paths import Directories, config_directory

        return Directories(config_directory(self._value("AEP_TUI_CONFIG_DIR") or None))

    # Sessions

    def clock(self) -> Clock:
        """Return the clocks of this machine."""
        from aep_tui.wizard.session import Clock

        return Clock(time.time, time.monotonic, lambda seconds: datetime.fromtimestamp(seconds).astimezone())

    def demo_session(self) -> Session:
        """Return a session with the built-in emulator."""
        from aep_tui.flow_service.account import Account

        account = Account(DEMO_ORIGIN, DEMO_ORG, DEMO_API_KEY, DEMO_SANDBOX, Secret(DEMO_TOKEN))
        return self._session(account, lambda: _demo_client(account, self.directories().demo_service), demo=True)

    def real_session(self) -> Session | None:
        """Return a session with the organisation that the environment names; ``None`` if a value is missing.

        Raises:
            UsageError: A value cannot be used.
        """
        if any(not self._is_set(name) for name, _, _ in SETTINGS):
            return None
        from aep_tui.flow_service.account import DEFAULT_ORIGIN, Account

        account = Account(
            self._value("AEP_PLATFORM_URL") or DEFAULT_ORIGIN,
            self._value("AEP_IMS_ORG"),
            self._value("AEP_API_KEY"),
            self._value("AEP_SANDBOX_NAME"),
            Secret(self._value("AEP_ACCESS_TOKEN")),
        )
        return self._session(account, partial(_client, account, self._timeout_seconds()), demo=False)

    # A form by itself

    def fill_in_form(self, document: FormDocument) -> Mapping[str, object] | None:
        """Show a form until it is done or left.

        Args:
            document: The form.

        Returns:
            Its params, secrets wrapped; ``None`` if it was left.

        Raises:
            SystemExit: A signal or a fault ended it.
        """
        from aep_tui.tui.form_app import run_form
        from aep_tui.wizard.lone_form import LoneForm

        filling, no_color = LoneForm(document.title, document.form), bool(self._environment.get("NO_COLOR"))
        code, params = run_form(filling, self.clock(), no_color=no_color)
        if code:
            raise SystemExit(code)
        return params

    def _session(self, account: Account, make_client: Callable[[], FlowServiceClient], *, demo: bool) -> Session:
        from aep_tui.wizard.place import Place
        from aep_tui.wizard.session import Session

        place = Place(account.platform_origin, account.base_url, account.org_id, account.sandbox, is_demo=demo)
        history, cache = partial(self.history, demo=demo), partial(self._cache, account, demo=demo)
        return Session(place, make_client, history, cache, self.clock())

    def _cache(self, account: Account, *, demo: bool) -> SpecCache:
        from aep_tui.storage.spec_cache import SpecCache

        return SpecCache(self.directories().cache(demo=demo), account.platform_origin, account.org_id, account.sandbox)

    def _value(self, name: str) -> str:
        return self._environment.get(name, "").strip()

    def _is_set(self, name: str) -> bool:
        """Tell whether a value is there; a token that is nothing but its scheme is none."""
        return self._value(name).casefold() not in ("", "bearer")

    def _timeout_seconds(self) -> float:
        text = self._value("AEP_TIMEOUT_SECONDS") or "60"
        try:
            seconds = float(text)
        except ValueError:
            seconds = 0.0
        if not 0 < seconds <= 3_600:
            raise UsageError(
                f"AEP_TIMEOUT_SECONDS cannot be used: {plain(text, 40)}.", remedy="Give seconds between 1 and 3600, such as 60."
            )
        return seconds

    def history(self, *, demo: bool) -> History:
        """Return the history of real organisations, or of the demo."""
        from aep_tui.storage.history import History

        return History(self.directories().history(demo=demo))

    # The emulator

    def run_emulator(self, options: dict[str, object]) -> int:
        """Serve the emulator until it is asked to stop, and return the exit code.

        Raises:
            AepTuiError: An option, a file or the port cannot be used.
        """
        from aep_tui.emulator.errors import EmulatorError
        from aep_tui.emulator.server import Options, run

        resume_collector()
        try:
            run(Options(**options))  # type: ignore[arg-type]
        except EmulatorError as error:
            raise AepTuiError(error.sentence, exit_code=ExitCode(error.exit_code)) from None
        return int(ExitCode.DONE)

    # The interactive program

    def run_tui(self, *, demo: bool, source: str) -> int:
        """Run the interactive program and print the ids made; return the exit code."""
        session = self.demo_session() if demo else self.real_session()
        refusal = self.why_no_terminal()
        if refusal:
            # With stderr closed there is none, and print would take stdout for it.
            if sys.stderr is not None:
                print(f"{refusal} For a script: aep-tui history list --json.", file=sys.stderr)  # noqa: T201 - the front ends are not up
            return int(ExitCode.NEEDS_TERMINAL)
        from aep_tui.tui.run import run

        return run(
            session,
            self.clock(),
            settings=partial(self._settings),
            demo=self.demo_session,
            wanted=source,
            no_color=bool(self._environment.get("NO_COLOR")),
        )

    def _settings(self) -> Sequence[Setting]:
        from aep_tui.tui.screens.welcome import Setting

        return [Setting(name, meaning, where, self._is_set(name)) for name, meaning, where in SETTINGS]


def _is_terminal(descriptor: int) -> bool:
    try:
        return os.isatty(descriptor)
    except OSError:
        return False


def _leave_out_what_is_not_used() -> None:
    """Spare the first list a tenth of its time: httpx brings a command line of its own, pydantic looks for plugins."""
    if "httpx" not in sys.modules:
        sys.modules["httpx._main"] = None  # type: ignore[assignment]
    os.environ.setdefault("PYDANTIC_DISABLE_PLUGINS", "__all__")


def _client(account: Account, timeout_seconds: float) -> FlowServiceClient:
    _leave_out_what_is_not_used()
    from aep_tui.flow_service.client import FlowServiceClient

    return FlowServiceClient(account, answer_timeout_seconds=timeout_seconds)


def _demo_client(account: Account, state_path: Path) -> FlowServiceClient:
    """Return a client whose calls end in the emulator, in this process."""
    _leave_out_what_is_not_used()
    from httpx import ASGITransport

    from aep_tui.emulator.app import create_app
    from aep_tui.emulator.behaviour import Behaviour
    from aep_tui.emulator.errors import EmulatorError
    from aep_tui.flow_service.client import FlowServiceClient
    from aep_tui.storage.files import make_private_directory, reason_of

    try:
        make_private_directory(state_path.parent)
        emulator = create_app(state_path=state_path, behaviour=Behaviour(inlet_origin=DEMO_INLET_ORIGIN))
    except (EmulatorError, OSError) as error:
        reason = f"{reason_of(error)}." if isinstance(error, OSError) else error.sentence
        raise AepTuiError(
            "The demo cannot keep its connections.",
            f"{plain(state_path, 300)}: {plain(reason, 300)}",
            "Set AEP_TUI_CONFIG_DIR to a directory that you may write in.",
        ) from None
    return FlowServiceClient(account, transport=ASGITransport(emulator, raise_app_exceptions=False))
