"""What the tests of setting a profile up share: the walk through its form, and what the check shows."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable
from typing import Any

from accounts_kit import CLIENT, ORG, SECRET
from posts import text_of
from quiet import Gate
from still_app import settled
from textual import events

from aep_tui.tui.screens.live_check import LiveCheckScreen
from aep_tui.tui.screens.pick import PickScreen

IMS, PLATFORM = "POST ims-na1.adobelogin.com/ims/token/v3", "GET platform.adobe.io/data/foundation"
SPECS = f"{PLATFORM}/flowservice/connectionSpecs"
LISTED = f"{PLATFORM}/sandbox-management/"
STEPS = ("Network", "Sign-in", "Organisation", "Sandboxes", "Chosen sandbox", "Permission to list sources")


class Slow:
    """Something on the disk that takes until it is let go."""

    def __init__(self, work: Callable[..., Any]) -> None:
        self._work = work
        self.begun, self.let_go = threading.Event(), Gate()
        self.on_loop = False

    def __call__(self, *given: Any, **named: Any) -> Any:
        try:
            asyncio.get_running_loop()
            self.on_loop = True
        except RuntimeError:
            self.begun.set()
            self.let_go.wait(10)
        return self._work(*given, **named)


def shown(app: Any) -> str:
    return "\n".join(strip.text.rstrip() for strip in app.screen._compositor.render_strips())


def notices(app: Any) -> str:
    return " | ".join(f"{note.title}: {note.message}" for note in app._notifications)


async def paste(pilot: Any, text: str) -> None:
    pilot.app.post_message(events.Paste(text))
    await pilot.pause()


async def fill_in(pilot: Any, *, secret: str = SECRET, token: str = "", name: str = "acme") -> None:
    """Go through the form from the top, as far as the secrets."""
    for text in (name, ORG, CLIENT, secret, token):
        await paste(pilot, text) if text else None
        await pilot.press("tab")


async def check(pilot: Any) -> None:
    await pilot.press("ctrl+n")
    await settled(pilot)
    assert isinstance(pilot.app.screen, LiveCheckScreen | PickScreen), shown(pilot.app)


def verdicts(app: Any) -> dict[str, str]:
    signs = {" ✓": "ok", " ✗": "failed", " –": "not tried", " ·": "waiting", " …": "running"}
    return {line[3:31].strip(): signs[line[:2]] for line in text_of(app, "#steps").splitlines()}
