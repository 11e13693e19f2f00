"""Running the interactive program from its first frame to a clean terminal."""

from __future__ import annotations

import sys
from collections.abc import Mapping
from typing import TYPE_CHECKING

from aep_tui.errors import ExitCode
from aep_tui.output import write_lines
from aep_tui.text import plain
from aep_tui.tui.app import AepTuiApp
from aep_tui.tui.faults import Faults
from aep_tui.tui.keymap import NO_KEYS
from aep_tui.tui.signalled import Signalled, end_threads
from aep_tui.wizard.session import Clock, Session

if TYPE_CHECKING:
    from aep_tui.wizard.accounts import Accounts


class SignalledApp(Signalled, AepTuiApp):
    """The wizard in a real terminal."""


def run(
    session: Session | None,
    clock: Clock,
    *,
    accounts: Accounts,
    wanted: str,
    no_color: bool,
    faults: Faults,
    keys: Mapping[str, str] = NO_KEYS,
) -> int:
    """Show the program until it is left, then print the ids made on stdout, one a line.

    Args:
        session: What to work with, or ``None`` for the welcome page.
        clock: Where time comes from.
        accounts: The profiles, and the demo.
        wanted: A source to start on.
        no_color: The terminal is to get no colours.
        faults: How a fault of the program's own is reported.
        keys: Other keys than those from the start, by binding id.

    Returns:
        The exit code.
    """
    app = SignalledApp(session, clock, accounts=accounts, wanted=wanted, no_color=no_color, keys=keys)
    app.faults = faults
    app.run()
    code = _print_made(app) or app.return_code or int(ExitCode.DONE)
    end_threads(code)
    return code


def _print_made(app: AepTuiApp) -> int:
    """Print the ids on stdout, or on stderr if that cannot be written; return the exit code that this calls for, or 0."""
    made = [plain(connection_id) for connection_id in app.made]
    trouble = write_lines(sys.stdout, made)
    if trouble:
        write_lines(sys.stderr, [f"aep-tui: the ids could not be written to standard output ({trouble}); they are:", *made])
    write_lines(sys.stderr, [app.crash] if app.crash else [])
    return int(ExitCode.UNEXPECTED) if trouble else 0
