"""A keystroke in the search box to the redrawn list, with 10,000 connection specs against 100.

Run it with ``python tests/benchmarks/search_keystroke.py [ROUNDS]``. The app runs headless with a service that lists made-up
connection specs; each round types and deletes the same letters and waits until the list shows the answer. Told is
processor time, since a wait for the screen's next frame is the same whatever is drawn.
"""

from __future__ import annotations

import asyncio
import statistics
import sys
import tempfile
import time
from datetime import UTC, datetime
from pathlib import Path

import httpx
from textual.widgets import Input

sys.path.insert(0, str(Path(__file__).parent.parent / "tui"))

from quiet import for_good, wait_so

from aep_tui.flow_service.account import Account
from aep_tui.flow_service.client import FlowServiceClient
from aep_tui.secret import Secret
from aep_tui.storage.history import History
from aep_tui.storage.paths import Directories
from aep_tui.storage.spec_cache import SpecCache
from aep_tui.tui.app import AepTuiApp
from aep_tui.wizard.place import Place
from aep_tui.wizard.session import Clock, Session

WORDS = ("amber", "basalt", "cobalt", "dune", "ember", "fjord", "granite", "harbor", "indigo", "juniper")
LETTERS = "emb"


def documents(count: int) -> list[dict[str, object]]:
    """Return made-up connection specs."""
    schema = {
        "type": "object",
        "properties": {"user": {"type": "string"}, "password": {"type": "string", "format": "password"}},
    }
    return [
        {
            "id": f"00000000-0000-4000-8000-{number:012d}",
            "name": f"{WORDS[number % 10]}-{WORDS[number // 10 % 10]}-{number}",
            "version": "1.0",
            "authSpec": [{"name": "Basic Authentication", "spec": schema}],
            "attributes": {"category": WORDS[number % 7].title(), "connectorName": f"{WORDS[number % 10].title()} {number}"},
        }
        for number in range(count)
    ]


def session(count: int, root: Path) -> Session:
    """Return a session whose service lists so many specs."""
    items = documents(count)
    transport = httpx.MockTransport(lambda request: httpx.Response(200, json={"items": items}))
    account = Account("https://platform.adobe.io", "ACME@AdobeOrg", "key", "dev", Secret("token"))
    directories = Directories(root)
    clock = Clock(time.time, time.monotonic, lambda at: datetime.fromtimestamp(at, UTC))
    place = Place(account.platform_origin, account.base_url, account.org_id, account.sandbox)
    cache = SpecCache(directories.cache(demo=False), account.platform_origin, account.org_id, account.sandbox)
    history = History(directories.history(demo=False))
    return Session(place, lambda: FlowServiceClient(account, transport=transport), lambda: history, lambda: cache, clock)


async def keystrokes(count: int, rounds: int) -> list[float]:
    """Return the seconds of processor time that each keystroke took."""
    with tempfile.TemporaryDirectory() as root:
        used = session(count, Path(root))
        app = AepTuiApp(used, used.clock)
        async with app.run_test(size=(120, 36)) as pilot:
            await app.workers.wait_for_complete()
            await pilot.pause()
            taken = []
            for _ in range(rounds):
                for key in (*LETTERS, *["backspace"] * len(LETTERS)):
                    started = time.process_time()
                    await pilot.press(key)
                    taken.append(time.process_time() - started)
            assert app.screen.query_one("#search", Input).value == ""
            return taken


def main(rounds: int) -> None:
    """Measure in turn and print."""
    wait_so(for_good, draw_at_once=False)
    figures: dict[int, list[float]] = {100: [], 10_000: []}
    for _ in range(3):
        for count in figures:
            figures[count] += asyncio.run(keystrokes(count, rounds))
    base = statistics.median(figures[100])
    for count, taken in figures.items():
        middle = statistics.median(taken)
        print(
            f"{count:6} connection specs: {middle * 1000:6.1f} ms a keystroke, {middle / base:5.2f} x ({len(taken)} keystrokes)"
        )


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 10)
