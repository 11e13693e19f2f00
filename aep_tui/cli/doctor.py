"""``aep-tui doctor``: what works, what does not, and what to do about it."""

from __future__ import annotations

import asyncio
import os
import sys
import textwrap
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Final, Protocol

import click

from aep_tui.cli.printing import print_json, print_lines

if TYPE_CHECKING:
    from aep_tui.wizard.doctor import Check, Doctor

EPILOG: Final = (
    "Exit codes: 0 nothing failed; 7 the token, the organisation or a permission is missing or not accepted; 5 the service "
    "refused something else; 1 anything else failed. A warning fails nothing."
)
QUIET_SECONDS: Final = 0.5
"""What is ready within this is not announced."""
NARROWEST: Final = 40
_MARKS: Final = {"ok": "✓", "warning": "!", "failed": "✗", "skipped": "-"}
_ASCII_MARKS: Final = {"ok": "+", "warning": "!", "failed": "x", "skipped": "-"}


class DoctorLaunching(Protocol):
    """What the composition root does for this command."""

    def doctor(self) -> Doctor:
        """Return what examines this machine and the account."""

    def close_log(self) -> None:
        """Finish the log of calls, and say why it ended early, if it did."""


@click.command(epilog=EPILOG)
@click.option("--json", "as_json", is_flag=True, help="Print a JSON list of check, verdict, words and remedy.")
@click.pass_context
def doctor(ctx: click.Context, *, as_json: bool) -> int:
    """Look at everything that a run needs, and say what to do about it.

    Versions, files and their permissions, settings, history, keyring, remapped keys, every value of the profile and where it
    comes from, proxy, TLS, clock, and then the account: token, organisation, sandboxes, permission. Nothing is changed, and
    no secret is shown. --profile and --sandbox, given before the command, count.
    """
    launcher: DoctorLaunching = ctx.find_root().obj
    code = asyncio.run(_run(launcher.doctor(), as_json=as_json))
    launcher.close_log()
    return code


async def _run(examiner: Doctor, *, as_json: bool) -> int:
    """Examine and print; at the end of the loop, a look-up of a name that hangs may still be waited for."""
    from aep_tui.wizard.doctor import exit_code_of

    checks = await _examined(examiner)
    if as_json:
        print_json([_as_dict(check) for check in checks])
    else:
        print_lines(_lines(checks))
    return int(exit_code_of(checks))


async def _examined(examiner: Doctor) -> list[Check]:
    progress = _Progress()
    telling = asyncio.create_task(progress.show())
    try:
        return await examiner.examine(progress.now_at)
    finally:
        telling.cancel()
        progress.clear()


class _Progress:
    """One line on stderr that says what is being looked at, if that is a terminal and it takes a while."""

    def __init__(self) -> None:
        self._title = ""
        self._length = 0

    def now_at(self, title: str) -> None:
        """Note what is being looked at."""
        self._title = title
        if self._length:
            self._write(f"Checking: {title} …")

    async def show(self) -> None:
        """Begin to say it, once it has taken a while."""
        if sys.stderr is None or not sys.stderr.isatty():
            return
        await asyncio.sleep(QUIET_SECONDS)
        self._write(f"Checking: {self._title} …")

    def clear(self) -> None:
        """Leave the line as it was."""
        if self._length:
            self._write("")
            click.echo("\r", nl=False, err=True)

    def _write(self, text: str) -> None:
        # Blanks over what was there, since a dumb terminal obeys nothing else.
        click.echo(f"\r{text:<{self._length}}", nl=False, err=True)
        self._length = len(text)


def _as_dict(check: Check) -> dict[str, object]:
    return {"check": check.key, "verdict": str(check.verdict), "words": check.words, "remedy": check.remedy or None}


def _lines(checks: Sequence[Check]) -> Iterator[str]:
    marks = _MARKS if _can_say("".join(_MARKS.values())) else _ASCII_MARKS
    widest = max(len(check.title) for check in checks)
    columns = _columns()
    margin = " " * (widest + 4)
    for check in checks:
        yield from _wrapped(f"{marks[str(check.verdict)]} {check.title:<{widest}}  ", check.words, margin, columns)
        if check.remedy:
            yield from _wrapped(margin, check.remedy, margin, columns)


def _wrapped(first: str, text: str, margin: str, columns: int) -> list[str]:
    if columns - len(margin) < NARROWEST:
        return [first + text]
    lines = textwrap.wrap(text, columns - len(margin), break_on_hyphens=False, break_long_words=False) or [""]
    return [first + lines[0], *(margin + line for line in lines[1:])]


def _columns() -> int:
    """Return how wide the terminal is; 0 where the lines are for a program, one for each text."""
    try:
        return os.get_terminal_size(sys.stdout.fileno()).columns if sys.stdout.isatty() else 0
    except (OSError, ValueError, AttributeError):
        return 0


def _can_say(text: str) -> bool:
    try:
        text.encode(getattr(sys.stdout, "encoding", None) or "utf-8")
    except (UnicodeEncodeError, LookupError):
        return False
    return True
