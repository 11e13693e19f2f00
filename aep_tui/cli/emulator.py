"""``aep-tui emulator``: the stand-in Flow Service on a port, for tests, training and other programs."""

from __future__ import annotations

from pathlib import Path
from typing import Protocol

import click

SWITCHES_HELP = "Choose the other of two documented behaviours; an unknown name lists them all. Repeatable."


class EmulatorLaunching(Protocol):
    """What the composition root does for this command."""

    def run_emulator(self, options: dict[str, object]) -> int:
        """Serve until SIGINT or SIGTERM and return the exit code."""


@click.command()
@click.option("--host", default="127.0.0.1", show_default=True, help="Address to listen on.")
@click.option("--port", default=8641, show_default=True, type=click.IntRange(0, 65535), help="Port; 0 takes a free one.")
@click.option(
    "--state", type=click.Path(path_type=Path, dir_okay=False), help="SQLite file that keeps what was made; else memory."
)
@click.option("--specs", multiple=True, type=click.Path(path_type=Path), help="File with further connection specs. Repeatable.")
@click.option(
    "--fault", "faults", multiple=True, metavar="NAME[:COUNT]", help="Fault that waits for the next calls. Repeatable."
)
@click.option("--latency-ms", default=0, show_default=True, type=click.IntRange(0, 600_000), help="How long every call waits.")
@click.option("--token", default="", help="The only access token that is let in.")
@click.option("--api-key", default="", help="The only x-api-key that is let in.")
@click.option("--org-id", default="", help="The only organisation that the token belongs to.")
@click.option("--client-secret", default="", help="The only client secret that the token call takes.")
@click.option(
    "--secrets", default="mask", show_default=True, type=click.Choice(["mask", "drop", "echo"]), help="How secrets read back."
)
@click.option("--switch", "switches", multiple=True, metavar="NAME", help=SWITCHES_HELP)
@click.option("--provisioning-seconds", default=1.5, show_default=True, help="How long a streaming connection is initializing.")
@click.option("--i-know-it-is-open", is_flag=True, help="Allow an address that others can reach.")
@click.pass_context
def emulator(ctx: click.Context, /, **options: object) -> int:
    """Serve a Flow Service that costs nothing and breaks on demand.

    The first line on stdout is its origin, written when it accepts connections. SIGINT and SIGTERM stop it; the state is kept.
    Set AEP_PLATFORM_URL to that origin and any AEP_ACCESS_TOKEN to let aep-tui talk to it.
    """
    launcher: EmulatorLaunching = ctx.find_root().obj
    return launcher.run_emulator(options)
