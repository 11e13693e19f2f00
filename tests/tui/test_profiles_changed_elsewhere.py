"""Settings that a hand wrote, or another process changes meanwhile: what a change costs, and what it leaves alone."""

from __future__ import annotations

from typing import Any

import pytest
from accounts_kit import ACME, SECRET
from posts import until
from setup_steps import check
from still_app import settled

from aep_tui.errors import AepTuiError
from aep_tui.secret import Secret
from aep_tui.storage.secret_store import SecretKind
from aep_tui.storage.settings import SettingsFile
from aep_tui.tui.screens.type_name import TypeNameScreen
from aep_tui.wizard.credential import Credential

NOTHING = Credential()
INLINE = f'profiles = {{acme = {{org_id = "{ACME.org_id}", client_id = "{ACME.client_id}", sandbox = "dev"}}}}\n'
"""A way to write profiles in which none can be added, and so none be renamed."""


def kept(kit: Any) -> str | None:
    secret = kit.store.get("acme", SecretKind.CLIENT_SECRET)
    return None if secret is None else secret.reveal()


def test_a_change_that_would_damage_the_settings_costs_no_secret(kit: Any) -> None:
    kit.file.path.parent.mkdir(exist_ok=True)
    kit.file.path.write_text(INLINE)
    kit.store.set("acme", SecretKind.CLIENT_SECRET, Secret(SECRET))
    with pytest.raises(AepTuiError, match="cannot be changed"):
        kit.accounts().save(ACME._replace(name="shop", client_id="client-2"), NOTHING, keep=True, replaced="acme")
    assert kept(kit) == SECRET
    assert kit.file.path.read_text() == INLINE


def test_a_removal_that_would_damage_the_settings_costs_no_secret(kit: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    kit.saved()
    monkeypatch.setattr("aep_tui.storage.settings_edit.without_profile", lambda text, _name: text)
    with pytest.raises(AepTuiError, match="cannot be changed"):
        kit.accounts().remove("acme")
    assert kept(kit) == SECRET


def elsewhere(kit: Any, **values: Any) -> None:
    """Let another process change the profile."""
    file = SettingsFile(kit.file.path)
    file.save(file.read().profiles["acme"]._replace(**values))


class TestAFormThatWasOpenMeanwhile:
    def test_what_it_left_alone_stays_as_another_one_wrote_it(self, kit: Any) -> None:
        kit.saved()
        elsewhere(kit, production_sandboxes=("stage",), keys={"quit": "f10"}, org_id="OTHER@AdobeOrg")
        kit.accounts().save(ACME._replace(sandbox="stage"), NOTHING, keep=True, replaced="acme", opened=ACME)
        wanted = ACME._replace(sandbox="stage", production_sandboxes=("stage",), keys={"quit": "f10"}, org_id="OTHER@AdobeOrg")
        assert kit.file.read().profiles == {"acme": wanted}

    def test_both_name_production(self, kit: Any) -> None:
        opened = ACME._replace(production_sandboxes=("live", "old"))
        kit.saved(opened)
        elsewhere(kit, production_sandboxes=("live", "old", "stage"))
        filled = opened._replace(production_sandboxes=("live", "eu"))
        kit.accounts().save(filled, NOTHING, keep=True, replaced="acme", opened=opened)
        assert kit.file.read().profiles["acme"].production_sandboxes == ("live", "eu", "stage")

    def test_an_address_that_moved_meanwhile_gets_no_secret_of_before(self, kit: Any) -> None:
        kit.saved()
        elsewhere(kit, ims_url="https://ims.elsewhere.example")
        kit.accounts().save(ACME._replace(sandbox="stage"), NOTHING, keep=True, replaced="acme", opened=ACME)
        assert kit.file.read().profiles["acme"].ims_url == "https://ims.elsewhere.example"

    def test_a_change_in_the_very_moment_is_not_written_over(self, kit: Any, monkeypatch: pytest.MonkeyPatch) -> None:
        kit.saved()
        accounts, save = kit.accounts(), kit.file.save

        def late(*given: Any, **named: Any) -> None:
            elsewhere(kit, production_sandboxes=("stage",))
            save(*given, **named)

        monkeypatch.setattr(kit.file, "save", late)
        with pytest.raises(AepTuiError, match="cannot be saved") as caught:
            accounts.save(ACME._replace(sandbox="stage"), NOTHING, keep=True, replaced="acme", opened=ACME)
        assert "Save again" in caught.value.remedy
        assert kit.file.read().profiles == {"acme": ACME._replace(production_sandboxes=("stage",))}

    async def test_in_the_program(self, kit: Any, started: Any) -> None:
        kit.saved()
        async with started(kit) as (app, pilot):
            await pilot.press("f3")
            await settled(pilot)
            await pilot.press("e")
            await settled(pilot)
            elsewhere(kit, production_sandboxes=("stage",))
            await check(pilot)
            await pilot.press("ctrl+n")
            await settled(pilot)
            await until(lambda: not app.is_saving)
        assert kit.file.read().profiles["acme"].production_sandboxes == ("stage",)


class TestASessionThatWasOpenMeanwhile:
    @pytest.mark.parametrize("names", [("dev",), ("DEV", "eu")])
    async def test_it_asks_for_a_sandbox_that_was_named_since(self, kit: Any, started: Any, names: tuple[str, ...]) -> None:
        kit.saved()
        async with started(kit) as (app, pilot):
            assert not app.session.place.is_production
            elsewhere(kit, production_sandboxes=names)
            asked = app.run_worker(app.may_go_on("Create a connection in dev", "Create"))
            await until(lambda: isinstance(app.screen, TypeNameScreen))
            assert app.session.place.is_production
            assert "PRODUCTION sandbox dev" in app.session.place.label()
            await pilot.press("escape")
            assert not await asked.wait()

    async def test_settings_that_cannot_be_read_change_nothing(self, kit: Any, started: Any) -> None:
        kit.saved()
        async with started(kit) as (app, _pilot):
            kit.file.path.write_text("profile = 3\n")
            assert await app.run_worker(app.may_go_on("Create a connection in dev", "Create")).wait()
