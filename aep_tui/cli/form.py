"""``aep-tui form``: the form of a schema or a connection spec, for whoever maintains a connector."""

from __future__ import annotations

import sys
from collections.abc import Mapping
from typing import TYPE_CHECKING, BinaryIO, Protocol

import click

from aep_tui.cli.printing import print_json
from aep_tui.errors import AepTuiError, ExitCode
from aep_tui.output import write_lines

if TYPE_CHECKING:
    from aep_tui.exchange.form_document import FormDocument

PRINTS_HELP = """\b
--check prints {"fields": [{path, kind, label, required, secret, default,
children, variants}], "fallbacks": [{path, reason}], "faults": [{path,
message}]}. Fallbacks are what has to be typed as JSON; faults are what is
odd about the schema and was put up with.

\b
--validate prints [{path, label, keyword, message}] in the order of the form;
no message holds a secret. What could not be checked is said on stderr.

\b
A path is a JSON Pointer into the params; * is the key of a map's row.
"""
EXIT_HELP = """\b
Exit codes: 0 done, no fallback, no error; 2 a file or an option that cannot
be used; 3 --check: something has to be typed as JSON; 4 --validate: there
are errors; 9 needs a terminal; 130 left without finishing.
"""


class FormLaunching(Protocol):
    """What the composition root does for this command."""

    def why_no_terminal(self) -> str:
        """Return why a form cannot be shown here, in one line; empty if it can."""

    def fill_in_form(self, document: FormDocument) -> Mapping[str, object] | None:
        """Show a form until it is done or left; return its params, secrets wrapped, or ``None`` if it was left."""


@click.command(epilog=f"{PRINTS_HELP}\n{EXIT_HELP}")
@click.argument("file", metavar="FILE")
@click.option("--auth", metavar="NAME", help="The auth spec to take, if a connection spec has several.")
@click.option("--check", is_flag=True, help="Print what the form asks for as JSON; needs no terminal.")
@click.option("--validate", metavar="PARAMS", help="Check the params in this file (or -) and print what is wrong as JSON.")
@click.pass_context
def form(ctx: click.Context, file: str, auth: str | None, validate: str | None, *, check: bool) -> int:
    """Open the form of a JSON Schema or of a connection spec.

    FILE is the schema, the connection spec (also as the service answers it, in "items") or an object with
    "connectionSpecification"; - reads standard input. When the form is done, its params are printed on stdout as JSON with
    their real values, secrets too. Nothing is sent and nothing is kept.
    """
    if check and validate is not None:
        raise click.UsageError("--check and --validate cannot be given together.")
    if file == "-" and validate == "-":
        raise click.UsageError("FILE and PARAMS cannot both be standard input.")
    document = _read_form(file, auth)
    if check:
        told = document.told()
        return print_json(told) or int(ExitCode.FELL_BACK if told["fallbacks"] else ExitCode.DONE)
    if validate is not None:
        return _validate(document, validate)
    return _fill_in(ctx.find_root().obj, document)


def _read_form(file: str, auth: str | None) -> FormDocument:
    from aep_tui.exchange.form_document import read_form_document
    from aep_tui.exchange.json_file import read_json_file

    return read_form_document(read_json_file(file, _standard_input()), file, auth)


def _validate(document: FormDocument, file: str) -> int:
    from aep_tui.exchange.given_params import check_params
    from aep_tui.exchange.json_file import read_json_file

    checked = check_params(document.form, read_json_file(file, _standard_input()))
    write_lines(sys.stderr, [f"aep-tui: {remark}" for remark in checked.remarks])
    errors = [
        {"path": error.pointer, "label": error.label, "keyword": error.keyword, "message": error.message}
        for error in checked.errors
    ]
    return print_json(errors) or int(ExitCode.INVALID_PARAMS if errors else ExitCode.DONE)


def _fill_in(launcher: FormLaunching, document: FormDocument) -> int:
    from aep_tui.secret import reveal_all

    refusal = launcher.why_no_terminal()
    if refusal:
        remedy = "Without one, aep-tui form has --check and --validate."
        raise AepTuiError(refusal, remedy=remedy, exit_code=ExitCode.NEEDS_TERMINAL)
    params = launcher.fill_in_form(document)
    return int(ExitCode.INTERRUPTED) if params is None else print_json(reveal_all(params))


def _standard_input() -> BinaryIO | None:
    return sys.stdin.buffer if sys.stdin is not None else None
