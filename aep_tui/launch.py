"""The composition root: reads the environment once and builds what the front ends work with."""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import TYPE_CHECKING, NoReturn

from aep_tui.cli.fault_border import FaultBorder
from aep_tui.errors import AepTuiError, ExitCode, UsageError
from aep_tui.output import write_lines
from aep_tui.startup import pause_collector, resume_collector
from aep_tui.text import plain

if TYPE_CHECKING:
    from aep_tui.exchange.form_document import FormDocument
    from aep_tui.opening import Opener
    from aep_tui.storage.crash_report import CrashReports
    from aep_tui.storage.history import History
    from aep_tui.storage.paths import Directories
    from aep_tui.storage.secret_store import SecretStore
    from aep_tui.storage.settings import SettingsFile
    from aep_tui.tui.faults import Faults
    from aep_tui.wizard.accounts import Accounts
    from aep_tui.wizard.doctor import Doctor
    from aep_tui.wizard.effective import Effective
    from aep_tui.wizard.session import Clock


HARMLESS_TEXTUAL = frozenset(
    f"TEXTUAL_{name}"
    for name in ("ANIMATIONS", "COLOR_SYSTEM", "DIM_FACTOR", "DISABLE_KITTY_KEY", "FPS", "SLOW_THRESHOLD", "SMOOTH_SCROLL")
)
"""What only changes how Textual draws. Its other variables let it write every key and paste into a file that others can read,
send them to a port, take pictures, press keys, or load somebody's code."""
UNSAFE = (
    "--unsafe-debug lets Textual write what you type, secrets too, where its variables say. "
    "Use it with made-up values only, and remove those files afterwards."
)


def main() -> NoReturn:
    """Run the command line, and exit with a documented code."""
    # Before anything imports Textual, which reads them once.
    dropped = _drop_debug_variables()
    launcher = Launcher(os.environ, dropped)
    launcher.faults.watch()
    pause_collector()
    try:
        from aep_tui.cli.main import command

        code = command(launcher)
    except KeyboardInterrupt:
        code = int(ExitCode.INTERRUPTED)
    except Exception as error:  # noqa: BLE001 - the border behind which there is only Python's traceback
        code = launcher.faults.end(error)
    launcher.faults.tell_aside()
    sys.exit(code)


def _drop_debug_variables() -> dict[str, str]:
    names = [name for name in os.environ if name.startswith("TEXTUAL") and name not in HARMLESS_TEXTUAL]
    return {name: os.environ.pop(name) for name in names}


class Launcher:
    """What the command line can ask for, built from one reading of the environment."""

    def __init__(self, environment: Mapping[str, str], dropped: Mapping[str, str] | None = None) -> None:
        """Keep a copy of the environment; nothing else is read later.

        Args:
            environment: Of the process.
            dropped: What was taken out of it because it would let secrets out.
        """
        self._environment = dict(environment)
        self._flags: dict[str, str] = {}
        self._log = ""
        self._opener: Opener | None = None
        self._secrets: SecretStore | None = None
        self._dropped = dict(dropped or {})
        self._warning = ""
        self.faults = FaultBorder(self._reports, lambda: datetime.now().astimezone())

    # Faults of our own

    def allow_unsafe_debugging(self) -> None:
        """Let Textual's variables count after all, and warn; this has to come before Textual is imported."""
        os.environ.update(self._dropped)
        self._warning = UNSAFE
        write_lines(sys.stderr, [f"aep-tui: {UNSAFE}"])

    def _reports(self) -> CrashReports:
        from aep_tui.storage.crash_report import CrashReports

        secret_names = ("AEP_ACCESS_TOKEN", "AEP_CLIENT_SECRET", "AEP_API_KEY")
        bare = [self._value(name).removeprefix("Bearer ") for name in secret_names]
        return CrashReports(self.directories().reports, [*bare, *map(self._value, secret_names)])

    def _told_faults(self) -> Faults:
        from aep_tui.tui.faults import Faults

        return Faults(self.faults.report, self._warning)

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

    # Profiles

    def settings_file(self) -> SettingsFile:
        """Return the settings file; nothing is read by asking."""
        from aep_tui.storage.settings import SettingsFile

        return SettingsFile(self.directories().settings)

    def secret_store(self) -> SecretStore:
        """Return the keyring's store, one for the whole run; nothing is asked yet."""
        from aep_tui.storage.secret_store import SecretStore

        if self._secrets is None:
            self._secrets = SecretStore()
        return self._secrets

    def effective_settings(self, flags: Mapping[str, str]) -> Effective:
        """Return every value of a run with where it comes from, the keyring not yet asked.

        Args:
            flags: Values by flag, such as ``{"--profile": "acme"}``.

        Raises:
            UsageError: The settings cannot be used, or there is no such profile.
        """
        from aep_tui.wizard.effective import effective

        given = {flag: text for flag, text in flags.items() if text}
        return effective({**self._flags, **given}, self._environment, self.settings_file().read())

    # Sessions

    def clock(self) -> Clock:
        """Return the clocks of this machine."""
        from aep_tui.wizard.session import Clock

        return Clock(time.time, time.monotonic, lambda seconds: datetime.fromtimestamp(seconds).astimezone())

    def opener(self) -> Opener:
        """Return what builds sessions; always the same."""
        if self._opener is None:
            from aep_tui.opening import Opener

            self._opener = Opener(self.directories, self.clock(), self._timeout_seconds, self._log)
        return self._opener

    def accounts(self) -> Accounts:
        """Return the profiles of this machine, and the sessions that can be made of them."""
        from aep_tui.wizard.accounts import Accounts

        return Accounts(
            self._flags, self._environment, self.settings_file(), self.secret_store(), self.opener(), self.has_expired
        )

    def has_expired(self, token: str) -> bool:
        """Tell whether the time of an access token is over; by the service's clock where that is known."""
        from aep_tui.flow_service.access_token import expiry_of

        expires_at = expiry_of(token)
        # By the service's clock where an answer has told it. This machine's own may be wrong; then a client secret beside the
        # token is used for nothing, and a token without one is tried all the same.
        return expires_at is not None and expires_at <= time.time() - (self.opener().clock_ahead_seconds or 0.0)

    def choose(self, *, profile: str = "", sandbox: str = "", log: str = "") -> None:
        """Take what the command line says for every command."""
        self._flags = {key: text for key, text in (("--profile", profile), ("--sandbox", sandbox)) if text}
        self._log = log

    def doctor(self) -> Doctor:
        """Return what looks at everything that a run needs.

        Raises:
            AepTuiError: The directory of the files cannot be told, or the log of calls not be written.
        """
        from aep_tui.flow_service.access_token import expiry_of
        from aep_tui.opening import leave_out_what_is_not_used
        from aep_tui.wizard.doctor import Doctor, Patient

        leave_out_what_is_not_used()
        self.opener().open_log()
        return Doctor(
            Patient(
                self.accounts(),
                self._flags,
                self._environment,
                self.directories(),
                self.history(demo=False),
                self.opener(),
                expiry_of,
                time.time,
                self._timeout_seconds,
                os.path.expanduser("~"),  # noqa: PTH111 - Path.home raises where there is none
                _key_remarks,
                _with_keys,
            )
        )

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
        code, params = run_form(filling, self.clock(), no_color=no_color, faults=self._told_faults())
        if code:
            raise SystemExit(code)
        return params

    def _value(self, name: str) -> str:
        return self._environment.get(name, "").strip()

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
        return self.opener().history(demo=demo)

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
        accounts = self.accounts()
        session = accounts.demo(str(self._flags.get("--sandbox", ""))) if demo else accounts.session()
        refusal = self.why_no_terminal()
        if refusal:
            # With stderr closed there is none, and print would take stdout for it.
            if sys.stderr is not None:
                print(f"{refusal} For a script: aep-tui history list --json.", file=sys.stderr)  # noqa: T201 - the front ends are not up
            return int(ExitCode.NEEDS_TERMINAL)
        from aep_tui.tui.run import run

        no_color = bool(self._environment.get("NO_COLOR"))
        faults = self._told_faults()
        keys = accounts.keys()
        code = run(session, self.clock(), accounts=accounts, wanted=source, no_color=no_color, faults=faults, keys=keys)
        self.close_log()
        return code

    def close_log(self) -> None:
        """Finish the log of calls, and say why it ended early, if it did."""
        trouble = self.opener().close_log()
        write_lines(sys.stderr, [f"aep-tui: {trouble}"] if trouble else [])


def _key_remarks(keys: Mapping[str, str]) -> Sequence[str]:
    from aep_tui.tui.keymap import Keymap

    return Keymap(keys).remarks


def _with_keys(text: str, keys: Mapping[str, str]) -> str:
    from aep_tui.tui.keymap import Keymap

    return Keymap(keys).fill(text)


def _is_terminal(descriptor: int) -> bool:
    try:
        return os.isatty(descriptor)
    except OSError:
        return False
