"""Whose a secret is: it is read, kept, offered and sent only with the client id and the addresses that it is meant for."""

from __future__ import annotations

from typing import Any

import httpx
import pytest
from accounts_kit import ACME, CLIENT, ENVIRONMENT, SECRET
from keyring import errors
from made_form import focus
from posts import text_of, until
from setup_steps import notices, paste, shown
from still_app import settled
from textual.widgets import Input

from aep_tui.errors import AepTuiError
from aep_tui.json_text import dump_json
from aep_tui.secret import Secret
from aep_tui.storage.secret_store import SecretKind
from aep_tui.tui.screens.ask_secret import AskSecretScreen
from aep_tui.wizard.belonging import GOES_WITH_PARAMS
from aep_tui.wizard.credential import Credential, CredentialMissing
from aep_tui.wizard.effective import ACCESS_TOKEN, CLIENT_SECRET

NOTHING = Credential()
STAGING = {"AEP_API_KEY": "staging-client", "AEP_IMS_URL": "https://ims.staging.example"}
TYPED = Credential(client_secret=Secret("staging-secret"))
PLATFORM, IMS = "https://platform.adobe.io", "https://ims-na1.adobelogin.com"
PARAMS = dump_json({"auth": "Basic Authentication", "answers": {"/password": "p4ss"}})
DB2 = "09182899-b429-40c9-a15a-bf3ddbc8ced7"


def kept(kit: Any, kind: SecretKind = SecretKind.CLIENT_SECRET, detail: str = "", name: str = "acme") -> str | None:
    secret = kit.store.get(name, kind, detail)
    return None if secret is None else secret.reveal()


def secret_of(accounts: Any, name: str = "acme") -> str:
    found = accounts.find(accounts.effective(name))
    return str((found.client_secret or found.access_token).reveal())


async def signed_in(client: Any) -> None:
    try:
        await client.sign_in()
    except AepTuiError:
        pass
    finally:
        await client.aclose()


# What the environment overrides


async def test_what_is_typed_for_the_environments_values_is_not_kept_under_the_profile(kit: Any, started: Any) -> None:
    kit.saved().given(STAGING)
    async with started(kit, settle=False) as (app, pilot):
        await until(lambda: isinstance(app.screen, AskSecretScreen))
        await pilot.pause()
        page = " ".join(shown(app).replace("│", " ").split())
        assert page.count("AEP_API_KEY and AEP_IMS_URL give another client id and IMS origin than the profile acme.") == 1
        assert not app.screen.query("#keep")
        await paste(pilot, "staging-secret")
        await pilot.press("ctrl+n")
        await settled(pilot)
        tokens = [request for request in kit.service.requests if request.url.path.endswith("/token/v3")]
        assert {request.url.host for request in tokens} == {"ims.staging.example"}
        await pilot.press("f3")
        await settled(pilot)
        await pilot.press("k")
        await until(lambda: isinstance(app.screen, AskSecretScreen))
        await pilot.pause()
        assert "kept nowhere. AEP_API_KEY and AEP_IMS_URL give another" in " ".join(shown(app).replace("│", " ").split())
    assert kept(kit) == SECRET


def test_what_is_to_be_kept_and_is_not_the_profiles_own_is_said(kit: Any) -> None:
    kit.saved().given(STAGING)
    accounts = kit.accounts()
    said = accounts.give(accounts.effective().belonging, TYPED, keep=True)
    assert "not kept. AEP_API_KEY and AEP_IMS_URL give another client id and IMS origin than the profile acme." in said
    assert (secret_of(accounts), kept(kit)) == ("staging-secret", SECRET)


def test_what_is_typed_goes_nowhere_else_in_the_same_run(kit: Any) -> None:
    kit.saved(secret="").given(STAGING)
    accounts = kit.accounts()
    accounts.give(accounts.effective().belonging, TYPED, keep=False)
    kit.environment.clear()
    assert not accounts.find(accounts.effective("acme"))
    kit.given(STAGING)
    assert secret_of(accounts) == "staging-secret"


async def test_a_check_sends_the_environments_secret_to_no_address_of_the_profile(kit: Any) -> None:
    kit.saved(secret="").given({**STAGING, "AEP_CLIENT_SECRET": "env-secret"})
    accounts = kit.accounts()
    with pytest.raises(CredentialMissing):
        accounts.trial(ACME, NOTHING, "acme")
    assert kit.service.requests == []


async def test_a_check_sends_no_secret_that_was_typed_for_another_address(kit: Any) -> None:
    kit.saved(secret="").given({"AEP_IMS_URL": "https://ims.staging.example"})
    accounts = kit.accounts()
    accounts.give(accounts.effective().belonging, TYPED, keep=False)
    with pytest.raises(CredentialMissing):
        accounts.trial(ACME, NOTHING, "acme")
    await signed_in(accounts.trial(ACME._replace(ims_url="https://ims.staging.example"), NOTHING, "acme"))
    assert [request.url.host for request in kit.service.requests] == ["ims.staging.example"]


async def test_a_check_takes_the_profiles_own_secret_whatever_the_environment_says(kit: Any) -> None:
    kit.saved().given({**STAGING, "AEP_CLIENT_SECRET": "env-secret"})
    accounts = kit.accounts()
    await signed_in(accounts.trial(ACME, NOTHING, "acme"))
    (request,) = kit.service.requests
    assert request.url.host == "ims-na1.adobelogin.com"
    assert SECRET in request.content.decode()
    assert f"client_id={CLIENT}" in request.content.decode()
    with pytest.raises(CredentialMissing) as caught:
        accounts.trial(ACME._replace(client_id="client-2"), NOTHING, "acme")
    assert "is meant for other values than these" in caught.value.sentence()


@pytest.mark.parametrize(
    "environment",
    [
        {"AEP_PLATFORM_URL": PLATFORM},
        {"AEP_IMS_URL": f"{IMS}/"},
        {"AEP_PLATFORM_URL": "https://PLATFORM.adobe.io:443", "AEP_API_KEY": CLIENT},
    ],
)
def test_the_profiles_own_values_from_the_environment_leave_it_its_secret(kit: Any, environment: dict[str, str]) -> None:
    kit.saved().given(environment)
    assert secret_of(kit.accounts()) == SECRET


def test_a_secret_of_changed_settings_is_not_read_for_an_address_that_the_environment_repeats(kit: Any) -> None:
    kit.saved(ACME._replace(ims_url=IMS)).given({"AEP_IMS_URL": IMS})
    accounts = kit.accounts()
    opened = accounts.effective("acme")
    kit.accounts().save(
        ACME._replace(ims_url="https://ims.staging.example"), Credential(Secret("another")), keep=True, replaced="acme"
    )
    with pytest.raises(AepTuiError, match="by now"):
        accounts.find(opened)


def test_an_expired_token_of_the_environment_gives_way_to_the_kept_secret(kit: Any) -> None:
    kit.saved().given({"AEP_ACCESS_TOKEN": "expired-token"})
    assert secret_of(kit.accounts()) == SECRET
    kit.environment["AEP_ACCESS_TOKEN"] = "a-token"
    assert secret_of(kit.accounts()) == "a-token"
    kit.environment["AEP_ACCESS_TOKEN"] = "expired-token"
    kit.store.set("acme", SecretKind.CLIENT_SECRET, Secret(""))
    kit.store.set("acme", SecretKind.ACCESS_TOKEN, Secret("expired-too"))
    assert secret_of(kit.accounts()) == "expired-token"


# The secrets of a connection


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("AEP_PLATFORM_URL", "https://other.example"),
        ("AEP_IMS_URL", "https://ims.other.example"),
        ("AEP_API_KEY", "other"),
        ("AEP_IMS_ORG", "0A@AdobeOrg"),
    ],
)
async def test_the_kept_secrets_of_a_connection_are_offered_and_kept_only_for_the_profiles_own_values(
    kit: Any, started: Any, go_to: Any, name: str, text: str
) -> None:
    kit.saved()
    kit.store.set("acme", SecretKind.CONNECTION_PARAMS, Secret(PARAMS), DB2)
    kit.given({"AEP_CLIENT_SECRET": SECRET, name: text})
    kit.service.answers["GET other.example/data/foundation/sandbox-management/"] = httpx.Response(403, json={})
    async with started(kit) as (app, _):
        assert await app.kept_params(DB2) == ("", {})
        assert not app.accounts.can_keep(app.session.belonging, GOES_WITH_PARAMS)
    kit.environment.clear()
    async with started(kit) as (app, pilot):
        assert (await app.kept_params(DB2))[1]["/password"].reveal() == "p4ss"
        await go_to(pilot, "ibm db2")
        await focus(pilot, "Password")
        await paste(pilot, "other")
        await pilot.press("tab")
        assert app.can_keep_params()
        kit.file.save(ACME._replace(org_id="0B@AdobeOrg"), replaced="acme")
        assert await app.kept_params(DB2) == ("", {}), "the settings say another organisation by now"
        await app.keep_params(app.wizard.draft, app.session)
        await until(lambda: "Its secrets are not kept: The profile acme has other values by now." in notices(app))
    assert kept(kit, SecretKind.CONNECTION_PARAMS, DB2) == PARAMS


def test_another_organisation_takes_out_what_is_kept_for_connections_alone(kit: Any) -> None:
    kit.saved()
    kit.store.set("acme", SecretKind.CONNECTION_PARAMS, Secret(PARAMS), DB2)
    said = kit.accounts().save(ACME._replace(org_id="0B@AdobeOrg"), NOTHING, keep=True, replaced="acme")
    assert said == "1 secret that was meant for another organisation ID was taken out of the keyring."
    assert (kept(kit), kept(kit, SecretKind.CONNECTION_PARAMS, DB2)) == (SECRET, None)


# Saving


@pytest.mark.parametrize("url", [f"{PLATFORM}/", "https://PLATFORM.adobe.io", f"{PLATFORM}:443"])
def test_the_same_address_written_otherwise_takes_nothing_out(kit: Any, url: str) -> None:
    kit.saved()
    kit.store.set("acme", SecretKind.CONNECTION_PARAMS, Secret(PARAMS), DB2)
    assert kit.accounts().save(ACME._replace(platform_url=url), NOTHING, keep=True, replaced="acme") == ""
    assert (kept(kit), kept(kit, SecretKind.CONNECTION_PARAMS, DB2)) == (SECRET, PARAMS)


async def test_what_another_address_takes_out_is_said(kit: Any, started: Any) -> None:
    kit.saved()
    kit.store.set("acme", SecretKind.CONNECTION_PARAMS, Secret(PARAMS), DB2)
    async with started(kit) as (app, pilot):
        app.save_profile(ACME._replace(client_id="client-2"), Credential(Secret("new")), keep=True, replaced="acme")
        await settled(pilot)
        assert "Saved: 2 secrets that were meant for another client id were taken out of the keyring." in notices(app)
    assert kept(kit) == "new"


def test_what_an_earlier_profile_has_left_is_said(kit: Any) -> None:
    kit.store.set("acme", SecretKind.ACCESS_TOKEN, Secret("left"))
    said = kit.accounts().save(ACME, Credential(Secret("new")), keep=True)
    assert said == "1 secret that was left by an earlier profile of the name acme was taken out of the keyring."
    assert (kept(kit), kept(kit, SecretKind.ACCESS_TOKEN)) == ("new", None)


def test_a_locked_keyring_stops_a_new_profile_with_other_addresses(kit: Any) -> None:
    kit.store.set("acme", SecretKind.CLIENT_SECRET, Secret("left"))
    kit.memory.error = errors.KeyringLocked("no")
    with pytest.raises(AepTuiError, match="The profile was not saved") as caught:
        kit.accounts().save(ACME._replace(ims_url="https://ims.staging.example"), TYPED, keep=True)
    assert "secrets of an earlier profile of that name" in caught.value.sentence()
    assert kit.file.read().profiles == {}


def test_a_locked_keyring_is_said_beside_the_secret_that_is_not_kept(kit: Any) -> None:
    kit.memory.error = errors.KeyringLocked("no")
    said = kit.accounts().save(ACME, TYPED, keep=True)
    assert "Secrets of an earlier profile of that name may still be in the keyring:" in said
    assert "It is used until the program ends." in said


# What cannot be sent


@pytest.mark.parametrize(
    ("text", "words"), [("geheim-ü", "a character beyond ASCII"), ("one two", "a blank"), ("Bearer one two", "a blank")]
)
async def test_what_cannot_be_sent_is_refused_in_the_dialog(kit: Any, started: Any, text: str, words: str) -> None:
    kit.saved(secret="")
    async with started(kit, settle=False) as (app, pilot):
        await until(lambda: isinstance(app.screen, AskSecretScreen))
        await pilot.pause()
        app.screen.query_one("#secret", Input).value = text
        await pilot.press("ctrl+n")
        await pilot.pause()
        assert isinstance(app.screen, AskSecretScreen)
        assert words in text_of(app, "#said")
        assert text not in text_of(app, "#said")


@pytest.mark.parametrize("key", [CLIENT_SECRET, ACCESS_TOKEN])
def test_what_cannot_be_sent_is_not_kept_over_what_can_be(kit: Any, key: str) -> None:
    kit.saved()
    accounts = kit.accounts()
    unfit = Credential(**{key: Secret("geheim ü\tx")})
    for say in (
        lambda: accounts.give(accounts.effective().belonging, unfit, keep=True),
        lambda: accounts.save(ACME, unfit, keep=True, replaced="acme"),
    ):
        assert "cannot be sent" in say()
    assert secret_of(accounts) == secret_of(kit.accounts()) == SECRET


def test_without_a_profile_what_is_typed_goes_with_the_environments_values(kit: Any) -> None:
    kit.given({name: text for name, text in ENVIRONMENT.items() if name != "AEP_ACCESS_TOKEN"})
    accounts = kit.accounts()
    accounts.give(accounts.effective("").belonging, TYPED, keep=False)
    assert secret_of(accounts, "") == "staging-secret"
    accounts.save(ACME, NOTHING, keep=False)
    assert secret_of(accounts, "") == "staging-secret"


# Another profile than the one that the run began with


@pytest.mark.parametrize("variable", ["AEP_CLIENT_SECRET", "AEP_ACCESS_TOKEN"])
def test_the_environments_secret_goes_to_no_profile_that_is_opened_later(kit: Any, variable: str) -> None:
    other = ACME._replace(name="other", client_id="client-2")
    kit.saved(ACME, other, ACME._replace(name="same", sandbox="stage")).given({variable: "env-secret"})
    kit.store.set("other", SecretKind.CLIENT_SECRET, Secret("others"))
    accounts = kit.accounts()
    assert secret_of(accounts) == secret_of(accounts, "same") == "env-secret"
    assert secret_of(accounts, "other") == "others"
    kit.store.set("other", SecretKind.CLIENT_SECRET, Secret(""))
    found = accounts.find(accounts.effective("other"))
    assert not found
    assert found.trouble == f"{variable} is not used: this run began with another client id or other addresses."


def test_the_environments_secret_does_not_follow_a_profile_to_another_address(kit: Any) -> None:
    kit.saved(secret="").given({"AEP_CLIENT_SECRET": "env-secret"})
    accounts = kit.accounts()
    assert secret_of(accounts) == "env-secret"
    accounts.save(ACME._replace(ims_url="https://ims.staging.example"), NOTHING, keep=False, replaced="acme")
    assert not accounts.find(accounts.effective("acme"))


def test_an_environment_that_stands_alone_keeps_its_secret_beside_a_profile(kit: Any) -> None:
    kit.saved(ACME._replace(ims_url="https://ims.staging.example")).given(ENVIRONMENT)
    accounts = kit.accounts()
    assert secret_of(accounts, "") == "env-token"


def test_the_environments_secret_waits_for_the_first_profile(kit: Any) -> None:
    kit.given({"AEP_CLIENT_SECRET": "env-secret"})
    accounts = kit.accounts()
    assert accounts.session() is None
    accounts.save(ACME, NOTHING, keep=False)
    assert secret_of(accounts) == "env-secret"
