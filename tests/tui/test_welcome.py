"""The first page of somebody who cannot begin yet: what is missing, and which keys fill it in."""

from __future__ import annotations

from typing import Any

import pytest
from accounts_kit import ACME, ORG
from made_form import row
from posts import text_of, until
from setup_steps import STEPS, check, notices, shown, verdicts
from still_app import settled, type_keys

from aep_tui.storage.profiles import Profile
from aep_tui.tui.screens.pick import PickScreen
from aep_tui.tui.screens.profile_setup import ProfileSetupScreen
from aep_tui.tui.screens.profiles import ProfilesScreen
from aep_tui.tui.screens.welcome import WelcomeScreen

HALF = ACME._replace(name="half", client_id="", sandbox="")


async def test_a_profile_that_is_not_complete_is_named_with_the_keys_that_complete_it(kit: Any, started: Any) -> None:
    kit.saved(ACME, HALF, secret="").given({}, profile="half")
    async with started(kit, size=(80, 24), keys={"profiles": "f14", "profile-edit": "x"}) as (app, pilot):
        assert isinstance(app.screen, WelcomeScreen)
        known = text_of(app, "#known")
        assert "The profile half (--profile) is not complete:" in known
        assert "F14 shows it; there x completes it" in known
        page = shown(app)
        for line in (
            "✗ Client ID  AEP_API_KEY",
            "✗ Sandbox  AEP_SANDBOX_NAME",
            "✗ Client secret or access token  one of AEP_CLIENT_SECRET, AEP_ACCESS_TOKEN",
        ):
            assert line in known
            assert line in page, "it is there without scrolling"
        assert "✓ Organisation ID (profile half)" in known
        await pilot.press("f14")
        await settled(pilot)
        assert isinstance(app.screen, ProfilesScreen)
        assert app.screen.highlighted == "half", "one is on the profile that was asked for"
        await pilot.press("enter")
        await settled(pilot)
        assert isinstance(app.screen, ProfileSetupScreen), "what cannot be opened is completed"
        assert app.screen.lines.current.label == "Client ID"
        assert "Still missing: Client ID, Sandbox." in notices(app)
        assert row(app, "Organisation ID").answer() == ORG


async def test_a_sandbox_alone_that_is_missing_is_picked_from_the_list(kit: Any, started: Any) -> None:
    kit.saved(ACME._replace(sandbox=""))
    async with started(kit, size=(80, 24)) as (app, pilot):
        known = text_of(app, "#known")
        assert "The profile acme (settings.toml) is not complete:" in known
        assert "Client secret or" not in known, "the keyring has it"
        await pilot.press("f3", "enter")
        await settled(pilot)
        assert app.screen.title_line() == "Profile acme"
        await check(pilot)
        await until(lambda: isinstance(app.screen, PickScreen))
        await type_keys(pilot, "stage", "<enter>")
        await settled(pilot)
        assert verdicts(app) == dict.fromkeys(STEPS, "ok")
        await pilot.press("ctrl+n")
        await settled(pilot)
        assert app.session.place.sandbox == "stage"
        assert kit.file.read().profiles["acme"].sandbox == "stage"


@pytest.mark.parametrize("profiles", [(), (ACME, Profile("other", ORG, "c", sandbox="dev"))])
async def test_where_nothing_is_chosen_it_says_what_there_is(kit: Any, started: Any, profiles: tuple[Profile, ...]) -> None:
    if profiles:
        kit.saved(*profiles, used="")
    async with started(kit, size=(80, 24)) as (app, _):
        known = text_of(app, "#known")
        if profiles:
            assert "There are profiles already: acme, other. F3 opens one." in known
        else:
            assert "one of AEP_CLIENT_SECRET and AEP_ACCESS_TOKEN" in known
        assert "Open the demo  ^n" in shown(app)
