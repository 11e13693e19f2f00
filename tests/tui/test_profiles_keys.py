"""The page of profiles: what its keys do where nothing is open, where it is open already, in production, and in little room."""

from __future__ import annotations

from typing import Any

import pytest
from accounts_kit import ACME, SECRET
from made_form import focus
from posts import key_line, text_of, until
from setup_steps import notices, shown
from still_app import settled, type_keys

from aep_tui.storage.profiles import Profile
from aep_tui.tui.screens.confirm import ConfirmScreen
from aep_tui.tui.screens.profile_setup import ProfileSetupScreen
from aep_tui.tui.screens.profiles import ProfilesScreen
from aep_tui.tui.screens.type_name import TypeNameScreen
from aep_tui.tui.value_lines import LABEL_CELLS
from aep_tui.wizard.step import Step

OTHER = Profile("other", "OTHER@AdobeOrg", "client-2", sandbox="dev")


async def open_page(pilot: Any) -> None:
    await pilot.press("f3")
    await settled(pilot)
    assert isinstance(pilot.app.screen, ProfilesScreen)


@pytest.mark.parametrize(("key", "field"), [("k", "Client secret"), ("s", "Sandbox")])
async def test_where_nothing_is_open_secret_and_sandbox_are_filled_in(kit: Any, started: Any, key: str, field: str) -> None:
    kit.saved(ACME._replace(sandbox=""), secret="")
    async with started(kit) as (app, pilot):
        assert app.place is None
        await open_page(pilot)
        assert "k takes a client secret or a token." in " ".join(text_of(app, "#details-text").split())
        assert "Sandbox  s" in shown(app)
        await pilot.press(key)
        await settled(pilot)
        assert isinstance(app.screen, ProfileSetupScreen)
        assert app.screen.lines.current.label == field
        await pilot.press("escape")
        await settled(pilot)
        await pilot.press("down")
        await settled(pilot)
        assert "Sandbox  s" not in shown(app), "the demo is not open, and has nothing to fill in"
        await pilot.press(key)
        await settled(pilot)
        assert isinstance(app.screen, ProfilesScreen)


async def test_opening_what_is_open_goes_back_to_it(kit: Any, started: Any, go_to: Any) -> None:
    kit.saved(ACME, OTHER)
    async with started(kit) as (app, pilot):
        await go_to(pilot, "ibm db2")
        await focus(pilot, "Server")
        await pilot.press(*"db")
        session = app.session
        await open_page(pilot)
        await pilot.press("enter")
        await settled(pilot)
        assert app.session is session
        assert app.wizard.step is Step.CREDENTIALS
        assert "db" in shown(app)
        await open_page(pilot)
        await pilot.press("down", "enter")
        await until(lambda: isinstance(app.screen, ConfirmScreen))
        assert "Open the profile other, sandbox dev?" in shown(app)
        assert "Stay  esc" in shown(app)
        await pilot.press("escape")
        await settled(pilot)
        kit.file.save(ACME._replace(scopes=("openid",)), replaced="acme")
        await pilot.press("up", "enter")
        await until(lambda: isinstance(app.screen, ConfirmScreen))
        await pilot.press("right", "enter")
        await settled(pilot)
        assert app.session is not session, "its values have changed meanwhile"


async def test_a_production_sandbox_is_kept_only_once_its_name_is_typed(kit: Any, started: Any) -> None:
    kit.saved().given({}, sandbox="prod")
    async with started(kit) as (app, pilot):
        await open_page(pilot)
        await pilot.press("w")
        await until(lambda: isinstance(app.screen, TypeNameScreen))
        await pilot.press("escape")
        await settled(pilot)
        assert kit.file.read().profiles["acme"].sandbox == "dev"
        await pilot.press("w")
        await until(lambda: isinstance(app.screen, TypeNameScreen))
        await type_keys(pilot, "prod", "<enter>")
        await settled(pilot)
        assert "acme begins in prod from now on." in notices(app)
        assert kit.file.read().profiles["acme"].sandbox == "prod"


async def test_in_the_smallest_window_the_values_have_room_and_every_button_is_whole(kit: Any, started: Any) -> None:
    kit.saved()
    async with started(kit, size=(60, 16)) as (app, pilot):
        await open_page(pilot)
        page = shown(app)
        for words in ("Open  ^n", "New  n", "Import  i", "Sandbox  s", "Organisation ID", "Client ID", "Platform origin"):
            assert words in page, words
        assert "IMS origin" in text_of(app, "#details-text")
        lines = text_of(app, "#details-text").splitlines()
        (at,) = [number for number, line in enumerate(lines) if line.startswith("Scopes")]
        assert lines[at + 1].startswith(" " * LABEL_CELLS), "what does not fit stands below the value"
        assert lines[at + 1].strip()
        assert SECRET not in page
        assert "Open" in key_line(app)
        await pilot.resize_terminal(160, 36)
        await settled(pilot)
        assert len(text_of(app, "#details-text").splitlines()) < len(lines), "a wider page needs fewer lines"
