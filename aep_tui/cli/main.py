"""The command line: the interactive program, the demo, one form, and the history for scripts."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from typing import TYPE_CHECKING, Protocol

import click

from aep_tui import __version__
from aep_tui.cli.doctor import doctor
from aep_tui.cli.emulator import emulator
from aep_tui.cli.form import form
from aep_tui.cli.printing import print_json, print_lines, tell
from aep_tui.cli.profile import profile
from aep_tui.errors import AepTuiError, ExitCode

if TYPE_CHECKING:
    from aep_tui.storage.history import History

EPILOG = (
    "Exit codes: 0 done, 2 usage, 6 outcome unknown, 9 needs a terminal, 70 crash, 130 ctrl+c; 3 and 4 are those of "
    "aep-tui form, 5 and 7 of aep-tui doctor, 8 of aep-tui profile. The README has the whole list."
)


class Launching(Protocol):
    """What the composition root does for the command line."""

    def choose(self, *, profile: str, sandbox: str, log: str) -> None:
        """Take what the command line says for every command."""

    def run_tui(self, *, demo: bool, source: str) -> int:
        """Run the interactive program and return its exit code."""

    def allow_unsafe_debugging(self) -> None:
        """Let Textual's debug variables count, and warn."""

    def history(self, *, demo: bool) -> History:
        """Return the history of real organisations, or of the demo."""

    def run_emulator(self, options: dict[str, object]) -> int:
        """Serve the emulator until it is asked to stop, and return the exit code."""


class SourceGroup(click.Group):
    """A group whose first word may be a source instead of a command: ``aep-tui "IBM DB2"``."""

    def resolve_command(self, ctx: click.Context, args: list[str]) -> tuple[str | None, click.Command | None, list[str]]:
        """Take an unknown word as the source to start on."""
        if self.get_command(ctx, args[0]) is None and not args[0].startswith("-"):
            return "source", connect_source, args
        return super().resolve_command(ctx, args)


@click.group(
    cls=SourceGroup, invoke_without_command=True, epilog=EPILOG, context_settings={"help_option_names": ["-h", "--help"]}
)
@click.version_option(__version__, prog_name="aep-tui")
@click.option("--profile", metavar="NAME", default="", help="The profile to work with; AEP_PROFILE names it too.")
@click.option("--sandbox", metavar="NAME", default="", help="The sandbox to work in, whatever the profile says.")
@click.option("--log", metavar="FILE", default="", help="Write a line for each call, without headers and bodies.")
@click.option(
    "--unsafe-debug",
    is_flag=True,
    help="Let TEXTUAL_DEBUG, TEXTUAL_LOG and TEXTUAL=devtools count: what you type, secrets too, is then written down.",
)
@click.pass_context
def main(ctx: click.Context, *, profile: str, sandbox: str, log: str, unsafe_debug: bool) -> int | None:
    """Connect a data source to Adobe Experience Platform, step by step.

    Without a command it opens the sources of the profile in use, or of the organisation that AEP_IMS_ORG, AEP_API_KEY,
    AEP_SANDBOX_NAME and AEP_ACCESS_TOKEN name; with the name of a source it starts on that one. The ids made are printed on
    stdout at the end.
    """
    _launcher(ctx).choose(profile=profile, sandbox=sandbox, log=log)
    if unsafe_debug:
        _launcher(ctx).allow_unsafe_debugging()
    if ctx.invoked_subcommand is None:
        return _launcher(ctx).run_tui(demo=False, source="")
    return None


@click.command(hidden=True)
@click.argument("words", nargs=-1)
@click.pass_context
def connect_source(ctx: click.Context, words: Sequence[str]) -> int:
    """Start on a source."""
    return _launcher(ctx).run_tui(demo=False, source=" ".join(words))


@main.command()
@click.argument("source", nargs=-1)
@click.pass_context
def demo(ctx: click.Context, source: Sequence[str]) -> int:
    """Try everything without an account; nothing leaves this machine."""
    return _launcher(ctx).run_tui(demo=True, source=" ".join(source))


main.add_command(doctor)
main.add_command(emulator)
main.add_command(form)
main.add_command(profile)


@main.group()
def history() -> None:
    """Read what was made or tried on this machine."""


@history.command("list")
@click.option("--json", "as_json", is_flag=True, help="Print a JSON list, newest first.")
@click.option("--demo", "of_demo", is_flag=True, help="The demo's history instead of the real one.")
@click.option("--search", default="", help="Only rows in which this occurs.")
@click.pass_context
def history_list(ctx: click.Context, *, as_json: bool, of_demo: bool, search: str) -> int:
    """Print the history, newest first."""
    from aep_tui.wizard.kept import row_as_dict

    rows = _launcher(ctx).history(demo=of_demo).rows(search, limit=None)
    if as_json:
        return print_json([row_as_dict(row) for row in rows])
    if not rows:
        tell(_nothing_kept(search, of_demo=of_demo))
    columns = ("time", "outcome", "id", "name", "source", "org", "sandbox")
    return print_lines("\t".join(_cell(row[key]) for key in columns) for row in map(row_as_dict, rows))


def _nothing_kept(search: str, *, of_demo: bool) -> str:
    whose = "The demo's history" if of_demo else "The history of this machine"
    return f"{whose} has nothing in which {search} occurs." if search else f"{whose} is empty: no connection was made or tried."


def _cell(value: object) -> str:
    from aep_tui.text import plain

    return plain(value) or "-"


def _launcher(ctx: click.Context) -> Launching:
    launcher: Launching = ctx.find_root().obj
    return launcher


def command(launcher: Launching, arguments: Sequence[str] | None = None) -> int:
    """Run the command line and return the exit code; an error is one plain sentence on stderr.

    Args:
        launcher: Builds what a command needs.
        arguments: Words after the program's name; those of the process if not given.
    """
    try:
        result = main.main(
            args=list(sys.argv[1:] if arguments is None else arguments),
            prog_name="aep-tui",
            standalone_mode=False,
            obj=launcher,
        )
    except AepTuiError as error:
        click.echo(f"aep-tui: {error.sentence()}", err=True)
        return int(error.exit_code)
    except click.ClickException as error:
        error.show()
        return int(ExitCode.USAGE)
    except (click.Abort, KeyboardInterrupt):
        return int(ExitCode.INTERRUPTED)
    return result if isinstance(result, int) else int(ExitCode.DONE)
