"""The page of profiles: where each value comes from, opening another one, and what is wrong with the file said and mended."""

from __future__ import annotations

import asyncio
import stat
from typing import Any

from accounts_kit import ACME, CLIENT, ENVIRONMENT, ORG, SECRET
from made_form import focus
from posts import text_of, until
from still_app import settled, type_keys

from aep_tui.storage.profiles import Profile
from aep_tui.storage.secret_store import SecretKind
from aep_tui.tui.screens.confirm import ConfirmScreen
from aep_tui.tui.screens.profile_setup import ProfileSetupScreen
from aep_tui.tui.screens.profiles import ProfilesScreen
from aep_tui.tui.widgets.virtual_list import VirtualList
from aep_tui.wizard.step import Step

OTHER = Profile("other", "OTHER@AdobeOrg", "client-2", scopes=("openid",), production_sandboxes=("stage",))


def lines(app: Any) -> list[str]:
    return [strip.text.rstrip() for strip in app.screen._compositor.render_strips()]


def keys_of(app: Any) -> list[str | None]:
    return [row.key for row in app.screen.query_one("#profiles", VirtualList).rows]


def notices(app: Any) -> str:
    return " | ".join(f"{note.title}: {note.message}" for note in app._notifications)


def commands(app: Any) -> set[str]:
    return {command.title for command in app.get_system_commands(app.screen)}


async def open_page(pilot: Any) -> None:
    await pilot.press("f3")
    await settled(pilot)
    assert isinstance(pilot.app.screen, ProfilesScreen)


async def test_rows_origins_and_what_is_missing(kit: Any, started: Any) -> None:
    kit.saved(ACME, OTHER._replace(sandbox=""), secret="").given({"AEP_SCOPES": "openid,more"}, sandbox="stage")
    kit.store.set("acme", SecretKind.CLIENT_SECRET, _secret())
    async with started(kit, size=(140, 40)) as (app, pilot):
        assert app.session.place.sandbox == "stage"
        await open_page(pilot)
        assert keys_of(app) == ["acme", "other", "#demo"]
        shown = "\n".join(lines(app))
        assert "● acme" in shown
        assert f"{ORG} · stage for this run · op" in shown
        text = text_of(app, "#details-text")
        for part in (
            ORG,
            CLIENT,
            "profile acme",
            "default",
            "https://platform.adobe.io",
            "a client secret (keyring, profile acme",
        ):
            assert part in text, part
        assert "openid, more  AEP_SCOPES" in text
        assert SECRET not in shown
        await pilot.press("down")
        await settled(pilot)
        text = text_of(app, "#details-text")
        assert "Sandbox         missing" in text
        assert "its name, not its title" in " ".join(text.split())
        assert "nothing yet" in text
        assert "e takes a client secret or a token" in text, "k takes one for what is open"
        await pilot.press("enter")
        await settled(pilot)
        assert isinstance(app.screen, ProfileSetupScreen), "what is missing can be filled in at once"
        assert app.screen.lines.current.label == "Sandbox"
        assert "Still missing: Sandbox. ctrl+n lists the sandboxes." in notices(app)
        await pilot.press("escape")
        await settled(pilot)
        assert isinstance(app.screen, ProfilesScreen)
        await pilot.press("down")
        await settled(pilot)
        assert "nothing leaves this machine" in text_of(app, "#details-text")
        assert {"Edit", "Remove", "Default", "Check"}.isdisjoint(commands(app))
        await pilot.press("e", "c", "d", "delete", "escape")
        assert app.screen.title_line() == "Step 1 of 4: Source"


def _secret() -> Any:
    from aep_tui.secret import Secret

    return Secret(SECRET)


async def test_the_environment_alone_is_a_row_of_its_own(kit: Any, started: Any) -> None:
    kit.saved(used="").given(ENVIRONMENT)
    async with started(kit) as (app, pilot):
        assert app.session.place.org == "ENV@AdobeOrg"
        await open_page(pilot)
        assert keys_of(app) == ["acme", "#environment", "#demo"]
        assert app.screen.query_one("#profiles", VirtualList).highlighted.key == "#environment"
        assert "ENV@AdobeOrg  AEP_IMS_ORG" in text_of(app, "#details-text")
        assert "an access token (AEP_ACCESS_TOKEN)" in text_of(app, "#details-text")
        assert "env-token" not in "\n".join(lines(app))


async def test_settings_that_cannot_be_read_are_said_with_the_line_and_the_demo_stays(kit: Any, started: Any) -> None:
    kit.saved()
    async with started(kit) as (app, pilot):
        kit.file.path.write_text('[profiles.acme]\norg_id = "A@AdobeOrg"\nsandbx = "dev"\n')
        await open_page(pilot)
        assert keys_of(app) == ["#demo"]
        said = text_of(app, "#faults")
        for part in ("sandbx", "sandbox", "line 3"):
            assert part in said, said
        await pilot.press("n", "i", "p")
        assert isinstance(app.screen, ProfilesScreen)
        await pilot.press("enter")
        await settled(pilot)
        assert app.session.place.is_demo


async def test_a_file_that_others_can_read_is_said_and_made_private(kit: Any, started: Any) -> None:
    kit.saved()
    kit.file.path.chmod(0o644)
    kit.root.chmod(0o755)
    async with started(kit) as (app, pilot):
        await open_page(pilot)
        said = text_of(app, "#faults")
        assert "Others can read the file." in said
        assert "Others can look into the directory." in said
        assert "p does that." in said
        assert "Make private" in commands(app)
        await pilot.press("p")
        await settled(pilot)
        assert text_of(app, "#faults") == ""
        assert "Make private" not in commands(app)
    assert stat.S_IMODE(kit.file.path.stat().st_mode) == 0o600
    assert stat.S_IMODE(kit.root.stat().st_mode) == 0o700


async def test_default_and_remove_with_its_question(kit: Any, started: Any) -> None:
    kit.saved(ACME, OTHER)
    async with started(kit) as (app, pilot):
        await open_page(pilot)
        await pilot.press("down", "d")
        await settled(pilot)
        assert kit.file.read().used == "other"
        assert "other is opened at every start from now on." in notices(app)
        await pilot.press("delete")
        await until(lambda: isinstance(app.screen, ConfirmScreen))
        assert "secrets are taken out of the keyring" in "\n".join(lines(app))
        await pilot.press("enter")
        await settled(pilot)
        assert set(kit.file.read().profiles) == {"acme", "other"}, "the careful answer comes first"
        await pilot.press("delete")
        await until(lambda: isinstance(app.screen, ConfirmScreen))
        await pilot.press("right", "enter")
        await settled(pilot)
        assert keys_of(app) == ["acme", "#demo"]
        assert (set(kit.file.read().profiles), kit.file.read().used) == ({"acme"}, "")
        assert {service for service, _ in kit.memory.kept} == {"aep-tui: acme"}


async def test_secrets_that_cannot_be_removed_are_said(kit: Any, started: Any) -> None:
    kit.saved(ACME, OTHER)
    async with started(kit) as (app, pilot):
        await open_page(pilot)
        await pilot.press("down")
        await settled(pilot)
        kit.memory.error = RuntimeError("locked")
        await pilot.press("delete")
        await until(lambda: isinstance(app.screen, ConfirmScreen))
        await pilot.press("right", "enter")
        await settled(pilot)
        assert "The profile was not removed.: Its secrets cannot be taken out of the keyring" in notices(app)
        assert "aep-tui profile remove --keep-secrets" in notices(app)
        assert keys_of(app) == ["acme", "other", "#demo"]
        assert "other" in kit.file.read().profiles, "there is something left to say it again to"
        kit.memory.error = None
        await pilot.press("delete")
        await until(lambda: isinstance(app.screen, ConfirmScreen))
        await pilot.press("right", "enter")
        await settled(pilot)
        assert keys_of(app) == ["acme", "#demo"]
        assert {service for service, _ in kit.memory.kept} == {"aep-tui: acme"}


async def test_opening_another_profile_asks_when_something_typed_would_be_lost(kit: Any, started: Any, go_to: Any) -> None:
    kit.saved(ACME, OTHER._replace(sandbox="dev"))
    async with started(kit) as (app, pilot):
        await go_to(pilot, "ibm db2")
        await focus(pilot, "Server")
        await pilot.press(*"db")
        await open_page(pilot)
        await pilot.press("down", "enter")
        await until(lambda: isinstance(app.screen, ConfirmScreen))
        assert "What you typed for IBM DB2" in "\n".join(lines(app))
        await pilot.press("enter")
        await settled(pilot)
        assert app.session.place.profile == "acme"
        await pilot.press("enter")
        await until(lambda: isinstance(app.screen, ConfirmScreen))
        await pilot.press("right", "enter")
        await settled(pilot)
        assert (app.session.place.profile, app.session.place.org) == ("other", "OTHER@AdobeOrg")
        assert app.screen.title_line() == "Step 1 of 4: Source"
        assert app.wizard.kept == {}
        await open_page(pilot)
        assert "● other" in "\n".join(lines(app))
        assert app.screen.query_one("#profiles", VirtualList).highlighted.key == "other"
        await pilot.press("down", "ctrl+n")
        await settled(pilot)
        assert app.session.place.is_demo, "nothing was typed, so nothing is asked"


async def test_ids_made_before_are_still_told_after_opening_another(kit: Any, started: Any, go_to: Any) -> None:
    kit.saved(ACME, OTHER._replace(sandbox="dev"))
    async with started(kit) as (app, pilot):
        await go_to(pilot, "dataset base")
        await pilot.press("ctrl+n")
        await settled(pilot)
        await pilot.press("ctrl+n")
        await settled(pilot)
        assert app.wizard.step is Step.DONE
        made = list(app.made)
        assert len(made) == 1
        await open_page(pilot)
        await pilot.press("down", "enter")
        await settled(pilot)
        assert app.session.place.profile == "other"
        assert app.made == made


async def test_while_a_request_is_on_its_way_no_profile_is_opened(kit: Any, started: Any, go_to: Any) -> None:
    held = asyncio.Event()

    async def hold(_request: Any) -> None:
        await held.wait()

    kit.saved(ACME, OTHER).service.answers["POST platform.adobe.io/data/foundation/flowservice/connections"] = hold
    async with started(kit) as (app, pilot):
        await go_to(pilot, "dataset base")
        await pilot.press("ctrl+n")
        await settled(pilot)
        await pilot.press("ctrl+n")
        await until(app.is_sending)
        await pilot.press("f3")
        await pilot.pause()
        assert not isinstance(app.screen, ProfilesScreen)
        assert "wait for its answer first" in notices(app)
        held.set()
        await settled(pilot)
        assert app.wizard.step is Step.DONE
        await pilot.press("f3")
        await pilot.pause()
        assert isinstance(app.screen, ProfilesScreen)


async def test_a_profile_of_the_file_that_is_gone_cannot_be_opened(kit: Any, started: Any) -> None:
    kit.saved(ACME, OTHER._replace(sandbox="dev"))
    async with started(kit) as (app, pilot):
        await open_page(pilot)
        await pilot.press("down")
        kit.file.remove("other")
        await pilot.press("enter")
        await settled(pilot)
        assert "There is no profile other" in notices(app)
        assert app.session.place.profile == "acme"


async def test_every_action_of_the_page_is_in_the_palette_and_the_main_ones_are_buttons(kit: Any, started: Any) -> None:
    kit.saved()
    async with started(kit, size=(80, 24)) as (app, pilot):
        await open_page(pilot)
        titles = commands(app)
        assert {"Open", "New", "Import", "Edit", "Check", "Sandbox", "Secret", "Default", "Remove"} <= titles
        shown = "\n".join(lines(app))
        for label in ("Open  ^n", "New  n", "Import  i", "Sandbox  s"):
            assert label in shown, label
        await type_keys(pilot, "<f1>")
        await pilot.pause()
        assert "n sets one up" in " ".join("\n".join(lines(app)).split())
