"""What is changed from the page of profiles: secrets, sandboxes, and work on the disk that must not stop the page."""

from __future__ import annotations

import asyncio
from typing import Any

import httpx
import pytest
from accounts_kit import ACME, SECRET
from made_form import focus
from posts import text_of, until
from setup_steps import Slow, notices, paste, shown
from still_app import settled, type_keys

from aep_tui.storage.profiles import Profile
from aep_tui.storage.secret_store import SecretKind
from aep_tui.tui.screens.ask_secret import AskSecretScreen
from aep_tui.tui.screens.confirm import ConfirmScreen
from aep_tui.tui.screens.pick import PickScreen
from aep_tui.tui.screens.profiles import ProfilesScreen
from aep_tui.wizard.step import Step

OTHER = Profile("other", "OTHER@AdobeOrg", "client-2", sandbox="dev")
LISTED = "GET platform.adobe.io/data/foundation/sandbox-management/"
SPECS = "GET platform.adobe.io/data/foundation/flowservice/connectionSpecs"


async def open_page(pilot: Any) -> None:
    await pilot.press("f3")
    await settled(pilot)
    assert isinstance(pilot.app.screen, ProfilesScreen)


@pytest.mark.parametrize(
    ("key", "what"),
    [("d", "use"), ("w", "save"), ("p", "make_private"), ("enter", "read"), ("c", "read"), ("delete", "remove")],
)
async def test_the_page_lives_while_the_disk_takes_its_time(
    kit: Any, started: Any, monkeypatch: pytest.MonkeyPatch, key: str, what: str
) -> None:
    kit.saved(ACME, OTHER, used="other").given({}, sandbox="stage", profile="acme")
    kit.file.path.chmod(0o644)
    async with started(kit) as (app, pilot):
        await open_page(pilot)
        slow = Slow(getattr(kit.file, what))
        monkeypatch.setattr(kit.file, what, slow)
        await pilot.press(key)
        if key == "delete":
            await until(lambda: isinstance(app.screen, ConfirmScreen))
            await pilot.press("right", "enter")
        await until(slow.begun.is_set)
        await pilot.press("down")
        assert app.screen.highlighted == "other", "a key is heard meanwhile"
        slow.let_go.set()
        await settled(pilot)
        assert not slow.on_loop


async def test_a_secret_of_a_removed_profile_is_kept_under_no_name(kit: Any, started: Any, go_to: Any) -> None:
    kit.saved()
    async with started(kit) as (app, pilot):
        await go_to(pilot, "ibm db2")
        await focus(pilot, "Password")
        await paste(pilot, "p4ss")
        await pilot.press("tab")
        await settled(pilot)
        assert app.can_keep_params()
        await open_page(pilot)
        await pilot.press("delete")
        await until(lambda: isinstance(app.screen, ConfirmScreen))
        await pilot.press("right", "enter")
        await settled(pilot)
        assert kit.memory.kept == {}
        await pilot.press("k")
        await until(lambda: isinstance(app.screen, AskSecretScreen))
        await pilot.pause()
        assert not app.screen.query("#keep")
        assert "kept nowhere" in shown(app)
        await pilot.press("escape", "escape")
        await settled(pilot)
        assert app.wizard.step is Step.CREDENTIALS
        assert not app.can_keep_params()
        await app.keep_params(app.wizard.draft, app.session)
        await until(lambda: "Its secrets are not kept: The profile acme was removed" in notices(app))
        assert kit.memory.kept == {}
        await pilot.press("ctrl+g")
        await settled(pilot)
        assert not app.keeps_params


async def test_a_secret_that_was_typed_is_what_the_page_says_next(kit: Any, started: Any) -> None:
    kit.saved(secret="")
    async with started(kit, settle=False) as (app, pilot):
        await until(lambda: isinstance(app.screen, AskSecretScreen))
        await pilot.press("escape")
        await settled(pilot)
        await open_page(pilot)
        assert "Signs in with   nothing yet" in text_of(app, "#details-text")
        await pilot.press("k")
        await until(lambda: isinstance(app.screen, AskSecretScreen))
        await pilot.pause()
        await paste(pilot, SECRET)
        await pilot.press("tab", "space", "ctrl+n")
        await settled(pilot)
        assert "Signs in with   a client secret (typed)" in text_of(app, "#details-text")
        assert kit.store.get("acme", SecretKind.CLIENT_SECRET).reveal() == SECRET


async def test_a_sandbox_is_picked_for_the_run_and_kept_by_one_more_key(kit: Any, started: Any) -> None:
    kit.saved(ACME, OTHER)
    async with started(kit, size=(80, 24)) as (app, pilot):
        await open_page(pilot)
        await pilot.press("w", "d")
        await settled(pilot)
        assert "acme begins in dev already." in notices(app)
        assert "acme is opened at every start already." in notices(app)
        await pilot.press("s")
        await until(lambda: isinstance(app.screen, PickScreen))
        await type_keys(pilot, "stage", "<enter>")
        await settled(pilot)
        assert app.session.place.sandbox == "stage"
        assert "For this run only. F3, then w, keeps it." in notices(app)
        assert kit.file.read().profiles["acme"].sandbox == "dev"
        await open_page(pilot)
        assert "stage for this run" in shown(app), "the row says what the values say"
        await pilot.press("down", "w")
        await settled(pilot)
        assert kit.file.read().profiles["other"].sandbox == "dev", "it is not that one's sandbox"
        await pilot.press("up", "w")
        await settled(pilot)
        assert kit.file.read().profiles["acme"].sandbox == "stage"
        assert "acme begins in stage from now on." in notices(app)
        assert kit.store.get("acme", SecretKind.CLIENT_SECRET).reveal() == SECRET


async def test_a_sandbox_that_is_not_there_names_the_keys_that_pick_another(kit: Any, started: Any) -> None:
    kit.saved(ACME._replace(sandbox="nowhere"))
    async with started(kit, keys={"profile-sandbox": "x", "profiles": "f14"}) as (app, pilot):
        state = text_of(app, "#state")
        assert "The sandbox was not found." in state
        assert "F14, then x, picks another one" in state
        await pilot.press("f14")
        await settled(pilot)
        await pilot.press("x")
        await until(lambda: isinstance(app.screen, PickScreen))
        await type_keys(pilot, "dev", "<enter>")
        await settled(pilot)
        assert "65 sources" in text_of(app, "#status")


async def test_what_is_said_over_the_page_stays_while_the_sandboxes_are_asked_for(kit: Any, started: Any) -> None:
    held = asyncio.Event()

    async def hold(_request: Any) -> httpx.Response:
        await held.wait()
        return httpx.Response(403, json={"error_code": "403999"})

    kit.saved().service.answers[LISTED] = hold
    async with started(kit, settle=False) as (app, pilot):
        await until(lambda: app.screen.query("#status") and "65 sources" in text_of(app, "#status"))
        await pilot.press("f3")
        await until(lambda: isinstance(app.screen, ProfilesScreen))
        app.notify("Something else", markup=False, timeout=60)
        await pilot.press("s")
        await until(lambda: "Asking for the sandboxes" in notices(app))
        held.set()
        await settled(pilot)
        assert "Asking for the sandboxes" not in notices(app)
        assert "Something else" in notices(app)


async def test_a_key_that_is_a_bracket_is_shown_as_one(kit: Any, started: Any) -> None:
    kit.saved()
    keys = {"profile-new": "[", "profile-import": "]", "profile-sandbox": "\\"}
    async with started(kit, keys=keys) as (app, pilot):
        await open_page(pilot)
        page = shown(app)
        for label in ("New  [", "Import  ]", "Sandbox  \\"):
            assert label in page, label
        await pilot.press("left_square_bracket")
        await settled(pilot)
        assert app.screen.title_line() == "A new profile"


async def test_rights_that_cannot_be_taken_away_are_said(kit: Any, started: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    kit.saved()
    kit.file.path.chmod(0o644)
    async with started(kit) as (app, pilot):
        await open_page(pilot)
        monkeypatch.setattr(kit.file, "make_private", lambda: ["[b]settings.toml belongs to somebody else."])
        await pilot.press("p")
        await settled(pilot)
        assert "Not made private: [b]settings.toml belongs to somebody else." in notices(app)
        assert "p does that" in text_of(app, "#faults")
