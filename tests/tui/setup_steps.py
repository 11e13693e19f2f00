"""What the tests of setting a profile up share: the walk through its form, and what the check shows."""

from __future__ import annotations

from typing import Any

from accounts_kit import CLIENT, ORG, SECRET
from posts import text_of
from still_app import settled
from textual import events

from aep_tui.tui.screens.live_check import LiveCheckScreen
from aep_tui.tui.screens.pick import PickScreen

IMS, PLATFORM = "POST ims-na1.adobelogin.com/ims/token/v3", "GET platform.adobe.io/data/foundation"
SPECS = f"{PLATFORM}/flowservice/connectionSpecs"
LISTED = f"{PLATFORM}/sandbox-management/"
STEPS = ("Network", "Access token", "Organisation", "Sandboxes", "Sandbox", "Permission to list sources")


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
