"""The program itself, with two differences: it asks the service in short pauses, and knows its client id.

Half a minute is what a service far away may need; a test has less.
"""

from __future__ import annotations

import os
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[2]))

from aep_tui import launch
from aep_tui.wizard import settle

settle.PAUSES = tuple(map(float, os.environ.get("TEST_PAUSES", "0.2 0.2 0.2 0.2").split()))  # type: ignore[misc]


class Launcher(launch.Launcher):
    """Builds sessions that know their client id."""

    def _session(self, account, make_client, *, demo):  # type: ignore[no-untyped-def]
        session = super()._session(account, make_client, demo=demo)
        session.client_id = account.api_key
        return session


launch.Launcher = Launcher  # type: ignore[misc]

if __name__ == "__main__":
    sys.argv[0] = "aep-tui"
    launch.main()
