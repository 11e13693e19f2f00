"""A form's first frame and its keystrokes: 60 and 250 fields against 5.

Run it with ``python tests/benchmarks/form_page.py [ROUNDS]``. The app runs headless with a service that has one made-up
connection spec for each size. In every round all sizes take their turn; printed is the median of each round's ratio of
processor time, since a wait for the screen's next frame is the same whatever is drawn.

* First frame: from the key that picks the source to the page with the editor of its first field, drawn.
* Keystroke: from a key in a text field to the redrawn page.
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
from textual.pilot import Pilot

sys.path.insert(0, str(Path(__file__).parent.parent / "tui"))

from quiet import for_good, wait_so

from aep_tui.flow_service.account import Account
from aep_tui.flow_service.client import FlowServiceClient
from aep_tui.secret import Secret
from aep_tui.storage.history import History
from aep_tui.storage.paths import Directories
from aep_tui.storage.spec_cache import SpecCache
from aep_tui.tui.app import AepTuiApp
from aep_tui.tui.screens.form_page import FormPage
from aep_tui.wizard.place import Place
from aep_tui.wizard.session import Clock, Session

SIZES = (5, 60, 250)
KINDS = (
    {"type": "string"},
    {"type": "string", "format": "password"},
    {"type": "integer", "default": 22},
    {"type": "boolean"},
    {"enum": ["a", "b", "c"]},
)
WORD = "abcdefgh"


def document(count: int) -> dict[str, object]:
    """Return a connection spec with so many params, of every flat kind."""
    properties = {f"param_{number}": {**KINDS[number % len(KINDS)], "description": "What it is."} for number in range(count)}
    schema = {"type": "object", "properties": properties, "required": [f"param_{n}" for n in range(0, count, 2)]}
    return {
        "id": f"fields-{count}",
        "name": f"fields-{count}",
        "version": "1.0",
        "authSpec": [{"name": "Basic Authentication", "spec": schema}],
        "attributes": {"connectorName": f"Fields {count}"},
    }


def session(root: Path) -> Session:
    """Return a session whose service has a connection spec of every size."""
    items = [document(count) for count in SIZES]

    def answer(request: httpx.Request) -> httpx.Response:
        wanted = request.url.path.rpartition("/")[2]
        return httpx.Response(200, json={"items": [item for item in items if item["id"] == wanted] or items})

    account = Account("https://platform.adobe.io", "ACME@AdobeOrg", "key", "dev", Secret("token"))
    directories = Directories(root)
    clock = Clock(time.time, time.monotonic, lambda at: datetime.fromtimestamp(at, UTC))
    place = Place(account.platform_origin, account.base_url, account.org_id, account.sandbox)
    cache = SpecCache(directories.cache(demo=False), account.platform_origin, account.org_id, account.sandbox)
    history = History(directories.history(demo=False))
    transport = httpx.MockTransport(answer)
    return Session(place, lambda: FlowServiceClient(account, transport=transport), lambda: history, lambda: cache, clock)


async def opened(app: AepTuiApp, pilot: Pilot[None], count: int) -> float:
    """Pick a source; return the seconds until its form stands."""
    started = time.process_time()
    app.pick(f"fields-{count}")
    await app.workers.wait_for_complete()
    await pilot.pause()
    taken = time.process_time() - started
    assert isinstance(app.screen, FormPage)
    assert app.screen.lines.editor is app.focused
    assert len(app.screen.lines.stops) == count + 2
    return taken


async def typed(app: AepTuiApp, pilot: Pilot[None]) -> float:
    """Type a word into the first text field; return the seconds of a key."""
    await pilot.press("tab", "tab")
    taken = []
    for key in (*WORD, *["backspace"] * len(WORD)):
        started = time.process_time()
        await pilot.press(key)
        taken.append(time.process_time() - started)
    return statistics.median(taken)


async def measure(rounds: int) -> tuple[dict[int, list[float]], dict[int, list[float]]]:
    """Return the seconds to the first frame and those of a key, by the number of fields."""
    frames: dict[int, list[float]] = {count: [] for count in SIZES}
    keys: dict[int, list[float]] = {count: [] for count in SIZES}
    with tempfile.TemporaryDirectory() as root:
        used = session(Path(root))
        app = AepTuiApp(used, used.clock)
        async with app.run_test(size=(120, 36)) as pilot:
            await app.workers.wait_for_complete()
            await pilot.pause()
            for number in range(rounds + 1):
                for count in SIZES:
                    frame, key = await opened(app, pilot, count), await typed(app, pilot)
                    await pilot.press("escape")
                    await pilot.pause()
                    if number:
                        frames[count].append(frame)
                        keys[count].append(key)
    return frames, keys


def ratio(taken: dict[int, list[float]], count: int) -> float:
    """Return the median of what so many fields took against the fewest, round by round."""
    return statistics.median(many / few for many, few in zip(taken[count], taken[SIZES[0]], strict=True))


def main() -> None:
    """Print the ratios."""
    wait_so(for_good, draw_at_once=False)
    rounds = int(sys.argv[1]) if len(sys.argv) > 1 else 11
    frames, keys = asyncio.run(measure(rounds))
    for count, frame_limit, key_limit in ((60, "2", "2"), (250, "-", "4")):
        print(
            f"{count} fields against {SIZES[0]}: first frame {ratio(frames, count):.2f} (asked {frame_limit}), "
            f"keystroke {ratio(keys, count):.2f} (asked {key_limit})"
        )


if __name__ == "__main__":
    main()
