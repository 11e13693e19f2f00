"""Setting a profile up by keyboard: from nothing, and from each file that people have."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from accounts_kit import CLIENT, ORG, SECRET
from made_form import focus, row, rows
from posts import text_of, until
from setup_steps import IMS, STEPS, check, fill_in, notices, paste, shown, verdicts
from still_app import settled, type_keys
from textual.widgets import Static

from aep_tui.storage.secret_store import SecretKind
from aep_tui.tui.screens.confirm import ConfirmScreen
from aep_tui.tui.screens.load_file import LoadFileScreen
from aep_tui.tui.screens.pick import PickScreen
from aep_tui.tui.screens.profile_setup import ProfileSetupScreen
from aep_tui.tui.screens.profiles import ProfilesScreen
from aep_tui.tui.screens.welcome import WelcomeScreen


async def test_from_nothing_to_an_open_session_by_keyboard(kit: Any, started: Any) -> None:
    async with started(kit) as (app, pilot):
        assert isinstance(app.screen, WelcomeScreen)
        await pilot.press("n")
        await settled(pilot)
        assert isinstance(app.screen, ProfileSetupScreen)
        assert app.screen.title_line() == "A new profile"
        await pilot.press("ctrl+n")
        await settled(pilot)
        assert isinstance(app.screen, ProfileSetupScreen), "what is required is missing"
        assert "3 to correct" in text_of(app, "#count")
        await focus(pilot, "Profile name")
        await fill_in(pilot)
        assert SECRET not in shown(app)
        assert "Client secret" in text_of(app, "#preview") or "{CLIENT_SECRET}" in text_of(app, "#preview")
        await check(pilot)
        # No sandbox was typed: it is picked from the list, production last.
        assert isinstance(app.screen, PickScreen)
        names = [option.label for option in app.screen._options]
        assert names == ["dev", "stage", "prod"]
        page = shown(app)
        for words in ("development · VA7", "production · VA7"):
            assert words in page
        await type_keys(pilot, "dev", "<enter>")
        await settled(pilot)
        assert verdicts(app) == dict.fromkeys(STEPS, "ok")
        assert "renewed by itself" in text_of(app, "#steps")
        assert "3: prod, stage, dev" in text_of(app, "#steps")
        assert not kit.file.path.exists(), "nothing is saved before the check is over"
        await pilot.press("ctrl+n")
        await settled(pilot)
        assert app.screen.title_line() == "Step 1 of 4: Source"
        place = app.session.place
        assert (place.profile, place.org, place.sandbox, place.sandbox_type) == ("acme", ORG, "dev", "development")
        assert "65 sources" in text_of(app, "#status")
        saved = kit.file.read()
        assert (saved.used, saved.profiles["acme"].client_id) == ("acme", CLIENT)
        assert SECRET not in kit.file.path.read_text()
        assert SECRET in kit.memory.kept.values()
        assert kit.service.count(IMS) == 1, "the check's token is used on"


async def test_the_secret_is_not_kept_when_that_is_not_wanted(kit: Any, started: Any) -> None:
    async with started(kit) as (app, pilot):
        await pilot.press("n")
        await settled(pilot)
        await fill_in(pilot)
        assert row(app, "Keep the secret").answer() is True, "what is usual is said, and one press says no"
        await pilot.press("space")
        assert row(app, "Keep the secret").answer() is False
        await pilot.press("tab", *"dev")
        await check(pilot)
        await pilot.press("ctrl+n")
        await settled(pilot)
        assert app.session.place.sandbox == "dev"
        assert kit.memory.kept == {}
        assert SECRET not in kit.file.path.read_text()


@pytest.mark.parametrize("wanted", [False, True])
async def test_without_a_keyring_the_form_says_so_and_the_run_goes_on(kit: Any, started: Any, wanted: bool) -> None:
    kit.memory.error = RuntimeError("locked")
    async with started(kit) as (app, pilot):
        await pilot.press("n")
        await settled(pilot)
        await fill_in(pilot)
        assert row(app, "Keep the secret").answer() is False
        assert "There is no keyring to keep it in: it is used until the program ends." in text_of(app, "#help")
        await pilot.press(*["space"] * wanted, "tab", *"dev")
        await check(pilot)
        await pilot.press("ctrl+n")
        await settled(pilot)
        assert app.session.place.profile == "acme"
        assert wanted is ("Saved: It is used until the program ends." in notices(app))
        assert "65 sources" in text_of(app, "#status")
        assert SECRET not in notices(app)


async def test_a_star_marks_the_secret_until_there_is_a_token(kit: Any, started: Any) -> None:
    async with started(kit) as (app, pilot):
        await pilot.press("n")
        await settled(pilot)
        await fill_in(pilot, secret="")
        assert "3 of 4 required fields filled" in text_of(app, "#count")
        assert "Client secret *" in shown(app)
        assert "Keep the secret *" not in shown(app)
        await focus(pilot, "Access token")
        await paste(pilot, "a-token")
        await pilot.press("tab")
        assert "3 of 3 required fields filled" in text_of(app, "#count")
        assert "Client secret *" not in shown(app)


async def test_in_a_small_window_the_help_of_every_field_is_whole(kit: Any, started: Any) -> None:
    async with started(kit, size=(60, 16)) as (app, pilot):
        await pilot.press("n")
        await settled(pilot)
        line = app.screen.query_one("#help-line", Static)
        for label in (one.label for one in rows(app)):
            await focus(pilot, label)
            needed = line.content.get_height({}, line.content_size.width)
            assert needed <= line.content_size.height, f"{label}: {line.content}"


async def test_a_name_that_is_taken_is_refused_and_nothing_is_lost(kit: Any, started: Any) -> None:
    kit.saved()
    async with started(kit) as (app, pilot):
        await pilot.press("f3", "n")
        await settled(pilot)
        await fill_in(pilot)
        await pilot.press("tab", *"stage", "ctrl+n")
        await settled(pilot)
        assert "There is a profile acme already" in notices(app)
        assert kit.file.read().profiles["acme"].sandbox == "dev"
        assert isinstance(app.screen, ProfileSetupScreen)
        assert row(app, "Sandbox").answer() == "stage"


async def test_editing_keeps_what_is_not_asked_for_and_renames_the_secret(kit: Any, started: Any) -> None:
    kit.saved()
    text = kit.file.path.read_text()
    kit.file.path.write_text(f'# mine\n{text}\n[profiles.acme.keys]\nquit = "f10"\n')
    async with started(kit) as (app, pilot):
        await pilot.press("f3")
        await settled(pilot)
        await pilot.press("e")
        await settled(pilot)
        assert app.screen.title_line() == "Profile acme"
        assert row(app, "Organisation ID").answer() == ORG
        await pilot.press("escape")
        await settled(pilot)
        assert isinstance(app.screen, ProfilesScreen), "nothing was typed, so nothing is asked"
        await pilot.press("e")
        await settled(pilot)
        await focus(pilot, "Profile name")
        await pilot.press("ctrl+u", *"shop")
        await pilot.press("escape")
        await until(lambda: isinstance(app.screen, ConfirmScreen))
        await pilot.press("enter")
        assert isinstance(app.screen, ProfileSetupScreen)
        await check(pilot)
        assert verdicts(app) == dict.fromkeys(STEPS, "ok"), "the secret that is kept is used"
        await pilot.press("ctrl+n")
        await settled(pilot)
        assert app.session.place.profile == "shop"
        assert set(kit.file.read().profiles) == {"shop"}
        assert kit.file.read().used == "shop"
        assert kit.file.read().profiles["shop"].keys == {"quit": "f10"}
        assert kit.file.path.read_text().startswith("# mine")
        assert kit.store.get("shop", SecretKind.CLIENT_SECRET).reveal() == SECRET
        assert kit.store.get("acme", SecretKind.CLIENT_SECRET) is None


# Files

SCOPES = ["openid", "AdobeID", "read_organizations"]
CREDENTIAL = {"ORG_ID": ORG, "CLIENT_ID": CLIENT, "CLIENT_SECRETS": [SECRET], "SCOPES": SCOPES}
PROJECT = {
    "project": {
        "name": "977BlueTurtle",
        "title": "Shop loads",
        "org": {"ims_org_id": ORG},
        "workspace": {
            "details": {
                "credentials": [
                    {
                        "integration_type": "oauth_server_to_server",
                        "oauth_server_to_server": {"client_id": CLIENT, "client_secrets": [SECRET], "scopes": SCOPES},
                    }
                ]
            }
        },
    }
}
AEPP = {
    "org_id": ORG,
    "client_id": CLIENT,
    "secret": SECRET,
    "sandbox-name": "stage",
    "environment": "prod",
    "scopes": "openid",
}
POSTMAN = {
    "name": "ACME dev",
    "values": [
        {"key": key, "value": value, "enabled": True}
        for key, value in {"CLIENT_SECRET": SECRET, "API_KEY": CLIENT, "IMS_ORG": ORG, "SANDBOX_NAME": "dev"}.items()
    ],
}
JWT = {"ORG_ID": ORG, "CLIENT_ID": CLIENT, "CLIENT_SECRETS": [SECRET], "PUBLIC_KEYS_WITH_EXPIRY": {"a": "01/01/2030"}}


async def load(pilot: Any, path: Path) -> None:
    await choose(pilot, path)
    await settled(pilot)


async def choose(pilot: Any, path: Path) -> None:
    await pilot.press("i")
    await until(lambda: isinstance(pilot.app.screen, LoadFileScreen))
    await pilot.pause()
    await pilot.press("ctrl+u")
    await paste(pilot, str(path))
    await pilot.press("enter")


@pytest.mark.parametrize(
    ("document", "name", "sandbox", "said"),
    [
        (CREDENTIAL, "from-console", "", "from-console.json is a Developer Console credential."),
        (PROJECT, "Shop loads", "", "Developer Console project"),
        (AEPP, "from-console", "stage", "aepp config"),
        (POSTMAN, "ACME dev", "dev", "Postman environment"),
    ],
    ids=["credential", "project", "aepp", "postman"],
)
async def test_each_file_fills_the_form_and_leads_to_an_open_session(
    kit: Any, started: Any, tmp_path: Path, document: Any, name: str, sandbox: str, said: str
) -> None:
    path = tmp_path / "from-console.json"
    path.write_text(json.dumps(document))
    async with started(kit) as (app, pilot):
        await load(pilot, path)
        assert isinstance(app.screen, ProfileSetupScreen), notices(app)
        assert said in notices(app)
        assert row(app, "Profile name").answer() == name
        assert row(app, "Organisation ID").answer() == ORG
        assert (row(app, "Sandbox").answer() or "") == sandbox
        assert SECRET not in shown(app) + notices(app)
        await check(pilot)
        if not sandbox:
            await type_keys(pilot, "dev", "<enter>")
            await settled(pilot)
        assert verdicts(app) == dict.fromkeys(STEPS, "ok")
        await pilot.press("ctrl+n")
        await settled(pilot)
        assert (app.session.place.profile, app.session.place.sandbox) == (name, sandbox or "dev")
        assert kit.store.get(name, SecretKind.CLIENT_SECRET).reveal() == SECRET


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (json.dumps(JWT), "no longer signs in"),
        ("not json {", "from-console.json is not JSON."),
        ('{"a": 1}', "There is no profile in this file."),
        ("[]", "There is no profile in this file."),
    ],
    ids=["jwt", "not-json", "no-profile", "list"],
)
async def test_a_file_that_makes_no_profile_is_explained(kit: Any, started: Any, tmp_path: Path, text: str, said: str) -> None:
    path = tmp_path / "from-console.json"
    path.write_text(text)
    right = tmp_path / "right.json"
    right.write_text(json.dumps(POSTMAN))
    async with started(kit, size=(60, 16)) as (app, pilot):
        await choose(pilot, path)
        await until(lambda: text_of(app, "#said").startswith("✗"))
        await pilot.pause()
        assert isinstance(app.screen, LoadFileScreen), "another file can be chosen"
        assert said in text_of(app, "#said")
        inside = " ".join(part for line in shown(app).splitlines() for part in line.split("│")[1:-1])
        assert text_of(app, "#said") in " ".join(inside.split()), "it is whole"
        assert SECRET not in shown(app)
        assert notices(app) == ""
        await pilot.press("ctrl+u")
        await paste(pilot, str(right))
        await pilot.press("enter")
        await settled(pilot)
        assert isinstance(app.screen, ProfileSetupScreen)
        assert row(app, "Profile name").answer() == "ACME dev"


async def test_what_is_said_of_a_file_ends_with_the_form_and_the_import_says_what_it_makes(
    kit: Any, started: Any, tmp_path: Path
) -> None:
    path = tmp_path / "from-console.json"
    path.write_text(json.dumps(POSTMAN))
    async with started(kit, size=(80, 24)) as (app, pilot):
        app.notify("Something else", markup=False, timeout=60)
        await pilot.press("i")
        await until(lambda: isinstance(app.screen, LoadFileScreen))
        await pilot.pause()
        assert "A profile is made of a Developer Console JSON" in shown(app)
        assert "Import a profile" in shown(app)
        await pilot.press("escape")
        await load(pilot, path)
        assert "From the file: from-console.json is a Postman environment." in notices(app)
        await pilot.press("f4")
        await pilot.pause()
        assert isinstance(app.screen, ProfileSetupScreen), "a file is for secrets here; a profile is imported"
        await check(pilot)
        assert "From the file" not in notices(app)
        assert "Something else" in notices(app), "what is about no page stays"
        await pilot.press("escape")
        await settled(pilot)
        await focus(pilot, "Client secret")
        await pilot.press("f4")
        await until(lambda: isinstance(app.screen, LoadFileScreen))
