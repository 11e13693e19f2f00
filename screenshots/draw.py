"""Draws the README's pictures from the running app: ``python screenshots/draw.py``.

The app runs headless at 120x36 against the built-in emulator, on a still clock and with made-up ids, so that a picture
changes only when the app does. A test draws them again and compares.
"""

from __future__ import annotations

import asyncio
import sys
import tempfile
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

HERE = Path(__file__).parent
sys.path.insert(0, str(HERE.parent / "tests" / "tui"))

from still_app import StillClock, made_up_ids, make_session, settled, type_keys  # noqa: E402
from textual.pilot import Pilot  # noqa: E402

from aep_tui.tui.app import AepTuiApp  # noqa: E402
from aep_tui.tui.widgets.form_lines import FormLines  # noqa: E402

SIZE = (120, 36)
Scene = Callable[[Pilot[Any], StillClock], Awaitable[None]]


async def source(pilot: Pilot[Any], _clock: StillClock) -> None:
    """Search for a source."""
    await type_keys(pilot, "s3")


async def credentials(pilot: Pilot[Any], _clock: StillClock) -> None:
    """Fill in a form."""
    await type_keys(pilot, "db2", "<enter>")
    await settled(pilot)
    await type_keys(pilot, "Warehouse of the shop", "<enter>", "Sales per day", "<enter>", "db2.example.com", "<enter>", "SHOP")
    await type_keys(pilot, "<enter>", "<enter>", "reader", "<enter>", "made-up")
    await settled(pilot)


async def review(pilot: Pilot[Any], clock: StillClock) -> None:
    """Look at the request."""
    await credentials(pilot, clock)
    await type_keys(pilot, "<ctrl+n>")
    await settled(pilot)


async def done(pilot: Pilot[Any], _clock: StillClock) -> None:
    """Make a streaming connection."""
    await type_keys(pilot, "http api", "<enter>")
    await settled(pilot)
    await type_keys(pilot, "Web events", "<ctrl+n>")
    await settled(pilot)
    await type_keys(pilot, "<ctrl+n>")
    await settled(pilot)


async def history(pilot: Pilot[Any], clock: StillClock) -> None:
    """Look at what was made: one refused, then created, then a streaming one."""
    await type_keys(pilot, "db2", "<enter>")
    await settled(pilot)
    await type_keys(pilot, "Warehouse of the shop", "<enter>", "<enter>", "db2.example.com", "<enter>", "SHOP")
    await type_keys(pilot, "<enter>", "<enter>", "reader", "<enter>", "wrong", "<ctrl+n>")
    await settled(pilot)
    await type_keys(pilot, "<ctrl+n>")
    await settled(pilot)
    clock.move(95)
    await type_keys(pilot, "<escape>")
    await settled(pilot)
    password = next(row for row in pilot.app.screen.query_one(FormLines).rows if row.label == "Password")
    await pilot.app.screen.go_to(password.row_id)  # type: ignore[attr-defined]
    await type_keys(pilot, "<ctrl+u>", "made-up", "<ctrl+n>")
    await settled(pilot)
    await type_keys(pilot, "<ctrl+n>")
    await settled(pilot)
    clock.move(610)
    await type_keys(pilot, "<ctrl+n>")
    await settled(pilot)
    await done(pilot, clock)
    await type_keys(pilot, "<f2>")
    await settled(pilot)
    await type_keys(pilot, "<down>")
    await settled(pilot)


SCENES: dict[str, Scene] = {"source": source, "credentials": credentials, "review": review, "done": done, "history": history}


async def draw(name: str) -> str:
    """Return the picture of a scene as SVG."""
    clock = StillClock()
    with tempfile.TemporaryDirectory() as root, made_up_ids():
        app = AepTuiApp(make_session(Path(root), clock), clock.clock(), quiet_seconds=0.0)
        async with app.run_test(size=SIZE) as pilot:
            await settled(pilot)
            await SCENES[name](pilot, clock)
            await pilot.pause()
            return app.export_screenshot(title="aep-tui")


def main() -> None:
    """Write every picture."""
    for name in SCENES:
        (HERE / f"{name}.svg").write_text(asyncio.run(draw(name)), encoding="utf-8")
        sys.stdout.write(f"screenshots/{name}.svg\n")


if __name__ == "__main__":
    main()
