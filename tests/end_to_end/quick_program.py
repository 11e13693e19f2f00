"""The program itself, with one difference: it asks the service in short pauses.

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


if __name__ == "__main__":
    sys.argv[0] = "aep-tui"
    launch.main()
