"""Pictures of the pages of profiles, of signing in and of production, at both sizes.

A picture differs from its baseline? Look at the report, and if the new one is right: ``pytest
tests/tui/test_account_snapshots.py --snapshot-update``.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterator
from typing import Any

import httpx
import pytest
from accounts_kit import ACME, Kit
from posts import until
from setup_steps import LISTED, check, fill_in
from still_app import StillClock, made_up_ids, settled, type_keys
from textual import events
from textual.pilot import Pilot

from aep_tui.tui.app import AepTuiApp
from aep_tui.tui.screens.ask_secret import AskSecretScreen
from aep_tui.tui.screens.existing import ExistingScreen
from aep_tui.tui.screens.pick import PickScreen
from aep_tui.tui.screens.type_name import TypeNameScreen

SIZES = {"80x24": (80, 24), "120x36": (120, 36)}
PROD, BETA = ACME._replace(sandbox="prod"), ACME._replace(name="beta", org_id="BETA@AdobeOrg", sandbox="stage")
REFUSED = httpx.Response(403, json={"error_code": "403025", "message": "Profile is not valid"})


async def open_dialog(pilot: Pilot[Any], key: str, kind: type) -> None:
    """Press a key whose work waits for a person, until the dialog is there."""
    pilot.app.post_message(events.Key(key, None))
    await until(lambda: isinstance(pilot.app.screen, kind) and pilot.app.screen.is_mounted)
    await pilot.pause()


async def profiles(pilot: Pilot[Any]) -> None:
    await settled(pilot)
    await type_keys(pilot, "<f3>")
    await settled(pilot)


async def sandboxes(pilot: Pilot[Any]) -> None:
    await profiles(pilot)
    await open_dialog(pilot, "s", PickScreen)


async def profile_setup(pilot: Pilot[Any]) -> None:
    await settled(pilot)
    await type_keys(pilot, "n")
    await settled(pilot)
    await fill_in(pilot)
    await settled(pilot)


async def live_check(pilot: Pilot[Any]) -> None:
    await profile_setup(pilot)
    await pilot.press("tab", *"dev")
    await check(pilot)


async def sign_in(pilot: Pilot[Any]) -> None:
    await until(lambda: isinstance(pilot.app.screen, AskSecretScreen) and pilot.app.screen.is_mounted)
    await pilot.pause()


async def production_review(pilot: Pilot[Any]) -> None:
    await settled(pilot)
    await type_keys(pilot, "landing", "<enter>")
    await settled(pilot)
    await type_keys(pilot, "<ctrl+n>")
    await settled(pilot)


async def production_guard(pilot: Pilot[Any]) -> None:
    await production_review(pilot)
    await open_dialog(pilot, "ctrl+n", TypeNameScreen)


async def existing(pilot: Pilot[Any]) -> None:
    await production_review(pilot)
    await pilot.press("ctrl+n")
    await settled(pilot)
    await pilot.press("ctrl+n")
    await settled(pilot)
    await type_keys(pilot, "landing", "<enter>")
    await settled(pilot)
    await open_dialog(pilot, "f9", ExistingScreen)


Scene = tuple[Callable[[Kit], object], Callable[[Pilot[Any]], Awaitable[None]]]
SCENES: dict[str, Scene] = {
    "profiles": (lambda kit: kit.saved(ACME, BETA), profiles),
    "sandboxes": (lambda kit: kit.saved(), sandboxes),
    "profile-setup": (lambda _: None, profile_setup),
    "live-check": (lambda _: None, live_check),
    "live-check-failing": (lambda kit: kit.service.answers.update({LISTED: REFUSED}), live_check),
    "sign-in": (lambda kit: kit.saved(secret=""), sign_in),
    "production-review": (lambda kit: kit.saved(PROD), production_review),
    "production-guard": (lambda kit: kit.saved(PROD), production_guard),
    "existing": (lambda kit: kit.saved(), existing),
}
IN_EVERY_LOOK = ("profiles", "production-review", "production-guard")


def pictures() -> Iterator[Any]:
    for scene in SCENES:
        for look in ("dark", "no-color") if scene in IN_EVERY_LOOK else ("dark",):
            for size in SIZES:
                yield pytest.param(scene, look, size, id=f"{scene}-{look}-{size}")


@pytest.mark.parametrize(("scene", "look", "size"), pictures())
def test_page(
    scene: str,
    look: str,
    size: str,
    snap_compare: Any,
    kit: Kit,
    still_clock: StillClock,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    if look == "no-color":
        monkeypatch.setenv("NO_COLOR", "1")
    prepare, walk = SCENES[scene]
    prepare(kit)
    accounts = kit.accounts()
    with made_up_ids():
        app = AepTuiApp(
            accounts.session(), still_clock.clock(), accounts=accounts, quiet_seconds=0.0, no_color=look == "no-color"
        )
        app.theme = "aep-dark" if look == "dark" else app.theme
        assert snap_compare(app, run_before=walk, terminal_size=SIZES[size])
