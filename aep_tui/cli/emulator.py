"""``aep-tui emulator``: the stand-in Flow Service on a port, for tests, training and other programs."""

from __future__ import annotations

from pathlib import Path
from typing import Protocol

import click

# Written out, since reading them from the emulator would import it, and a web server with it, for every command.
FAULTS_HELP = """\b
The faults, for --fault, the header x-emulator-fault and the body of
POST /_emulator/faults, which may also be JSON with a name and any of
count, method, path, seconds and megabytes:
  drop-before    the connection is cut, nothing is done
  drop-after     the call does its work, its answer never comes
  cut-answer     the answer ends in the middle
  slow           the answer comes late
  empty-503      503 without a body
  html-503       503 with a page of HTML
  504-after      the call does its work, and 504 comes
  429            429 with Retry-After
  expired-token  401, the token is not valid
  not-json       what says that it is JSON is none
  huge           an answer of 80 MB
  wrong-charset  what says that it is UTF-8 is Latin-1
"""
SWITCHES_HELP = """\b
The switches, each for the other of two documented behaviours:
  accept-missing-version  a connection spec may come without its version
  accept-missing-name     name and auth may be left out
  accept-unquoted-etag    If-Match may come without its double quotes
  accept-any-sandbox      a sandbox that is not listed is one of its own
  default-sandbox         a call without x-sandbox-name goes to prod
  clamp-limit             a limit over 100 is taken as 100
  delete-202              DELETE answers 202
  old-errors              404 and 412 in the older, bare shape
  old-spec-error          an unknown spec id answers a bare message
  numeric-gateway-codes   error_code of the gateway is a number
  profile-403023          another organisation answers 403023
  patch-object            PATCH takes a single operation too
  spec-created-as-items   POST /connectionSpecs answers a list
  old-file-schema         exploring a file answers a list of columns
  no-sync-validation      syncValidation=true answers 501
"""
EXIT_HELP = """\b
Exit codes: 0 after SIGINT or SIGTERM, since that is how it is ended; 2 for
an option, a file or a port that cannot be used.
"""


class EmulatorLaunching(Protocol):
    """What the composition root does for this command."""

    def run_emulator(self, options: dict[str, object]) -> int:
        """Serve until SIGINT or SIGTERM and return the exit code."""


@click.command(epilog=f"{FAULTS_HELP}\n{SWITCHES_HELP}\n{EXIT_HELP}")
@click.option("--host", default="127.0.0.1", show_default=True, help="Address to listen on.")
@click.option("--port", default=8641, show_default=True, type=click.IntRange(0, 65535), help="Port; 0 takes a free one.")
@click.option(
    "--state", type=click.Path(path_type=Path, dir_okay=False), help="SQLite file that keeps what was made; else memory."
)
@click.option("--specs", multiple=True, type=click.Path(path_type=Path), help="File with further connection specs. Repeatable.")
@click.option(
    "--fault",
    "faults",
    multiple=True,
    metavar="NAME[:COUNT]",
    help="Fault that waits for the next calls, see below. Repeatable.",
)
@click.option("--latency-ms", default=0, show_default=True, type=click.IntRange(0, 600_000), help="How long every call waits.")
@click.option("--token", default="", help="The only access token that is let in; without it, any that does not say expired.")
@click.option("--api-key", default="", help="The only x-api-key that is let in.")
@click.option("--org-id", default="", help="The only organisation that the token belongs to.")
@click.option("--client-secret", default="", help="The only client secret that the token call takes.")
@click.option(
    "--secrets", default="mask", show_default=True, type=click.Choice(["mask", "drop", "echo"]), help="How secrets read back."
)
@click.option("--switch", "switches", multiple=True, metavar="NAME", help="Switch that is on, see below. Repeatable.")
@click.option("--provisioning-seconds", default=1.5, show_default=True, help="How long a streaming connection is initializing.")
@click.option("--i-know-it-is-open", is_flag=True, help="Allow an address that others can reach.")
@click.pass_context
def emulator(ctx: click.Context, /, **options: object) -> int:
    """Serve a Flow Service that costs nothing and breaks on demand.

    The first line on stdout is its origin, written when it accepts connections. SIGINT and SIGTERM stop it; the state is kept.
    To let aep-tui talk to it, set AEP_PLATFORM_URL to that origin, AEP_SANDBOX_NAME to dev, and AEP_IMS_ORG to anything that
    ends in @AdobeOrg; AEP_API_KEY and AEP_ACCESS_TOKEN may be anything. To sign in with any AEP_CLIENT_SECRET in place of a
    token, set AEP_IMS_URL to the origin too.
    """
    launcher: EmulatorLaunching = ctx.find_root().obj
    return launcher.run_emulator(options)
