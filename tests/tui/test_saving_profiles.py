"""Saving a profile: its secrets go nowhere they were not meant for, and what is typed meanwhile stays."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Any

import pytest
from accounts_kit import ACME, SECRET
from keyring import errors
from made_form import focus, row
from posts import until
from setup_steps import LISTED, Slow, check, fill_in, notices, shown
from still_app import settled
from textual.widgets import Button

from aep_tui.errors import AepTuiError
from aep_tui.secret import Secret
from aep_tui.storage.keyring_access import Trouble
from aep_tui.storage.secret_store import SecretKind, SecretStoreUnusable
from aep_tui.tui.screens.confirm import ConfirmScreen
from aep_tui.tui.screens.live_check import LiveCheckScreen
from aep_tui.tui.screens.pick import PickScreen
from aep_tui.tui.screens.profile_setup import ProfileSetupScreen
from aep_tui.wizard.credential import Credential

ELSEWHERE = "ims.elsewhere.example"
MOVED = ACME._replace(ims_url=f"https://{ELSEWHERE}")
NOTHING = Credential()
USUAL = {"platform_url": "https://platform.adobe.io", "ims_url": "https://ims-na1.adobelogin.com"}


def kept(kit: Any, kind: SecretKind = SecretKind.CLIENT_SECRET, name: str = "acme") -> str | None:
    secret = kit.store.get(name, kind)
    return None if secret is None else secret.reveal()


def failing(trouble: Trouble) -> Callable[[str], int]:
    def fail(_name: str) -> int:
        raise SecretStoreUnusable(trouble, "The keyring did not answer within 3 seconds.", "Try again.")

    return fail


# What is kept for another address


async def test_a_secret_that_cannot_be_taken_out_keeps_the_profile_as_it_is(
    kit: Any, started: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    kit.saved()
    async with started(kit) as (app, pilot):
        session = app.session
        with monkeypatch.context() as patch:
            patch.setattr(kit.store, "remove_all", failing(Trouble.HANGS))
            app.save_profile(MOVED, NOTHING, keep=False, replaced="acme")
            await settled(pilot)
        assert "The profile could not be saved: The profile was not saved. Its secrets are meant for" in notices(app)
        assert "did not answer within 3 seconds" in notices(app)
        assert kit.file.read().profiles == {"acme": ACME}
        assert app.session is session
        assert not [request for request in kit.service.requests if request.url.host == ELSEWHERE]


@pytest.mark.parametrize("error", [errors.KeyringLocked("no"), RuntimeError("no")], ids=["locked", "failing"])
@pytest.mark.parametrize("name", ["acme", "shop"])
def test_a_keyring_that_gives_nothing_out_stops_another_address(kit: Any, error: Exception, name: str) -> None:
    kit.saved()
    accounts = kit.accounts()
    kit.memory.error = error
    with pytest.raises(AepTuiError, match="The profile was not saved"):
        accounts.save(MOVED._replace(name=name), Credential(Secret("new")), keep=True, replaced="acme")
    kit.memory.error = None
    assert kit.file.read().profiles == {"acme": ACME}
    assert accounts.find(accounts.effective("acme")).client_secret.reveal() == SECRET


@pytest.mark.parametrize("trouble", [Trouble.MISSING, Trouble.PLAIN_FILE])
def test_without_a_keyring_another_address_is_saved(kit: Any, monkeypatch: pytest.MonkeyPatch, trouble: Trouble) -> None:
    kit.saved(secret="")
    monkeypatch.setattr(kit.store, "remove_all", failing(trouble))
    assert kit.accounts().save(MOVED, NOTHING, keep=False, replaced="acme") == ""
    assert kit.file.read().profiles == {"acme": MOVED}


def test_secrets_are_gone_before_the_settings_name_another_address(kit: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    kit.saved()
    accounts = kit.accounts()

    def crash(*_given: Any, **_named: Any) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(kit.file, "save", crash)
    with pytest.raises(KeyboardInterrupt):
        accounts.save(MOVED, NOTHING, keep=False, replaced="acme")
    assert kit.file.read().profiles == {"acme": ACME}
    assert kept(kit) is None, "it is asked for again, and that is all"


def test_what_is_refused_takes_no_secret_out(kit: Any) -> None:
    kit.saved(ACME, ACME._replace(name="shop"))
    with pytest.raises(AepTuiError, match="cannot be saved"):
        kit.accounts().save(MOVED._replace(name="shop"), NOTHING, keep=False, replaced="acme")
    assert kept(kit) == kept(kit, name="shop") == SECRET


def test_a_new_profile_finds_no_secrets_of_an_earlier_one_of_its_name(kit: Any) -> None:
    kit.saved(ACME, ACME._replace(name="shop"))
    kit.store.set("old", SecretKind.ACCESS_TOKEN, Secret("left"))
    accounts = kit.accounts()
    accounts.save(MOVED._replace(name="old"), NOTHING, keep=False)
    assert kept(kit, SecretKind.ACCESS_TOKEN, "old") is None
    kit.store.set("older", SecretKind.ACCESS_TOKEN, Secret("left"))
    accounts.save(ACME._replace(name="older"), NOTHING, keep=False, replaced="shop")
    assert kept(kit, SecretKind.ACCESS_TOKEN, "older") is None, "it would win over the secret that is moved there"
    assert (kept(kit, name="older"), kept(kit, name="shop")) == (SECRET, None)


def test_what_is_open_with_the_addresses_before_gets_none_of_the_new_secrets(kit: Any) -> None:
    kit.saved()
    accounts = kit.accounts()
    before = accounts.effective("acme")
    accounts.save(MOVED, Credential(Secret("new")), keep=True, replaced="acme")
    with pytest.raises(AepTuiError, match="has another client id or other addresses by now"):
        accounts.find(before)
    assert accounts.find(accounts.effective("acme")).client_secret.reveal() == "new"
    with pytest.raises(AepTuiError, match="by now"):
        kit.accounts().find(before)


@pytest.mark.parametrize("written", [ACME, ACME._replace(**USUAL)], ids=["left-out", "written"])
def test_the_usual_addresses_are_the_same_whether_or_not_they_are_written_down(kit: Any, written: Any) -> None:
    kit.saved(written)
    accounts = kit.accounts()
    accounts.save(ACME._replace(ims_url=USUAL["ims_url"], sandbox="stage"), NOTHING, keep=False, replaced="acme")
    assert kept(kit) == SECRET
    accounts.save(ACME._replace(sandbox="stage"), NOTHING, keep=False, replaced="acme")
    assert kept(kit) == SECRET
    accounts.trial(ACME._replace(**USUAL), NOTHING, known_as="acme")


# Secrets and tokens


def test_a_kept_token_leaves_the_secret_there_and_a_newer_secret_takes_the_token_away(kit: Any) -> None:
    kit.saved()
    accounts = kit.accounts()
    assert accounts.give(accounts.effective("acme").belonging, Credential(access_token=Secret("for-a-day")), keep=True) == ""
    assert (kept(kit), kept(kit, SecretKind.ACCESS_TOKEN)) == (SECRET, "for-a-day")
    later = kit.accounts()
    assert later.find(later.effective("acme")).access_token.reveal() == "for-a-day"
    accounts.give(accounts.effective("acme").belonging, Credential(client_secret=Secret("newer")), keep=True)
    assert (kept(kit), kept(kit, SecretKind.ACCESS_TOKEN)) == ("newer", None)


# A disk that cannot be written


@pytest.mark.parametrize("what", ["remove", "save"])
def test_a_disk_that_cannot_be_written_costs_no_secret(kit: Any, monkeypatch: pytest.MonkeyPatch, what: str) -> None:
    kit.saved()
    accounts = kit.accounts()
    before = sorted(path.name for path in kit.root.iterdir())

    def refuse(_path: object, _content: bytes) -> None:
        raise OSError(30, "Read-only file system")

    monkeypatch.setattr("aep_tui.storage.files._write_new", refuse)
    with pytest.raises(AepTuiError) as caught:
        accounts.remove("acme") if what == "remove" else accounts.save(MOVED, NOTHING, keep=False, replaced="acme")
    assert "the disk is read-only" in caught.value.sentence()
    assert kept(kit) == SECRET
    assert kit.file.read().profiles == {"acme": ACME}
    assert sorted(path.name for path in kit.root.iterdir()) == before


# While it is saved


async def checked(pilot: Any, *, sandbox: str = "dev") -> LiveCheckScreen:
    """Fill in a new profile, and try it out."""
    await pilot.press("n")
    await settled(pilot)
    await fill_in(pilot)
    await pilot.press("tab", *sandbox, "ctrl+n")
    await settled(pilot)
    assert isinstance(pilot.app.screen, LiveCheckScreen)
    return pilot.app.screen


async def test_a_second_press_while_it_is_saved_does_nothing(kit: Any, started: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    slow = Slow(kit.store.remove_all)
    async with started(kit) as (app, pilot):
        page = await checked(pilot)
        monkeypatch.setattr(kit.store, "remove_all", slow)
        await pilot.press("ctrl+n")
        await until(slow.begun.is_set)
        assert str(page.query_one("#save", Button).label) == "Saving …"
        await pilot.press("ctrl+n", "enter")
        slow.let_go.set()
        await settled(pilot)
        assert app.place.profile == "acme"
        assert "could not be saved" not in notices(app)


async def test_saving_that_fails_can_be_tried_again(kit: Any, started: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_given: Any, **_named: Any) -> None:
        raise AepTuiError("The disk is full.")

    async with started(kit) as (app, pilot):
        page = await checked(pilot)
        with monkeypatch.context() as patch:
            patch.setattr(kit.file, "save", refuse)
            await pilot.press("ctrl+n")
            await settled(pilot)
        assert "The profile could not be saved: The disk is full." in notices(app)
        assert str(page.query_one("#save", Button).label) == "Save and open  ^n"
        await pilot.press("ctrl+n")
        await settled(pilot)
        assert app.place.profile == "acme"


async def test_what_is_typed_while_a_profile_is_saved_stays(
    kit: Any, started: Any, go_to: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    kit.saved()
    slow = Slow(kit.store.remove_all)
    monkeypatch.setattr(kit.store, "remove_all", slow)
    async with started(kit) as (app, pilot):
        await go_to(pilot, "ibm db2")
        await pilot.press("f3")
        await settled(pilot)
        await pilot.press("c")
        await settled(pilot)
        session = app.session
        app.save_profile(MOVED, Credential(Secret("new")), keep=True, replaced="acme")
        await until(slow.begun.is_set)
        await pilot.press("escape", "escape")
        await focus(pilot, "Server")
        await pilot.press(*"db")
        slow.let_go.set()
        await settled(pilot)
        assert app.session is session
        assert app.screen.title_line() == "Step 2 of 4: Credentials"
        assert row(app, "Server").answer() == "db"
        assert "acme is saved. F3 opens it." in notices(app)
        assert kit.file.read().profiles == {"acme": MOVED}


async def test_who_goes_back_to_the_values_while_they_are_saved_can_save_them_again(
    kit: Any, started: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    slow = Slow(kit.store.remove_all)
    async with started(kit) as (app, pilot):
        await checked(pilot)
        monkeypatch.setattr(kit.store, "remove_all", slow)
        await pilot.press("ctrl+n")
        await until(slow.begun.is_set)
        await pilot.press("escape")
        await pilot.pause()
        slow.let_go.set()
        await settled(pilot)
        form = app.screen
        assert isinstance(form, ProfileSetupScreen)
        assert form.loss() == "", "it is saved"
        await focus(pilot, "Sandbox")
        await pilot.press("ctrl+u", *"stage")
        assert form.loss()
        await check(pilot)
        await pilot.press("ctrl+n")
        await settled(pilot)
        assert app.place.sandbox == "stage"
        assert kit.file.read().profiles["acme"].sandbox == "stage"


# What a page would lose


async def test_a_profile_half_typed_is_told_before_leaving(kit: Any, started: Any) -> None:
    async with started(kit) as (app, pilot):
        await pilot.press("n")
        await settled(pilot)
        await pilot.press(*"globex")
        await pilot.press("ctrl+q")
        await pilot.pause()
        assert "What you typed for this profile is not saved. ctrl+q again leaves." in notices(app).replace("^q", "ctrl+q")
        assert not app._exit
        # Beneath another page it is still there to be lost.
        await pilot.press("f3")
        await settled(pilot)
        await pilot.press("ctrl+n")
        await until(lambda: isinstance(app.screen, ConfirmScreen))
        assert "What you typed for this profile is not saved. Connections and" in shown(app).replace("│", " ")
        await pilot.press("enter")
        await settled(pilot)
        assert app.place is None
        await pilot.press("escape")
        await settled(pilot)
        assert isinstance(app.screen, ProfileSetupScreen)


# What comes late


async def test_a_profile_that_opens_late_opens_over_no_other_page(
    kit: Any, started: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    other = ACME._replace(name="other", sandbox="")
    kit.saved(ACME, other)
    async with started(kit) as (app, pilot):
        await pilot.press("f3")
        await settled(pilot)
        session, slow = app.session, Slow(kit.file.read)
        await pilot.press("down")
        await settled(pilot)
        monkeypatch.setattr(kit.file, "read", slow)
        await pilot.press("enter")
        await until(slow.begun.is_set)
        await pilot.press("escape")
        await pilot.pause()
        slow.let_go.set()
        await settled(pilot)
        assert app.session is session
        assert app.screen.title_line() == "Step 1 of 4: Source"


@pytest.mark.parametrize("meanwhile", ["leaves", "sends"])
async def test_a_list_of_sandboxes_that_comes_late_asks_nobody(kit: Any, started: Any, meanwhile: str) -> None:
    held, arrived = asyncio.Event(), asyncio.Event()

    async def hold(_request: Any) -> None:
        arrived.set()
        await held.wait()

    kit.saved()
    async with started(kit) as (app, pilot):
        await pilot.press("f3")
        await settled(pilot)
        kit.service.answers[LISTED] = hold
        await app.session.forget_client()
        await pilot.press("s")
        await until(arrived.is_set)
        if meanwhile == "leaves":
            await pilot.press("escape")
        else:
            app.is_sending = lambda: True
        await pilot.pause()
        held.set()
        await settled(pilot)
        assert not isinstance(app.screen, PickScreen)
        assert ("A request is on its way; wait" in notices(app)) is (meanwhile == "sends")
