"""Saving a profile: its secrets go nowhere they were not meant for, and what is typed meanwhile stays."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from accounts_kit import ACME, SECRET
from keyring import errors
from setup_steps import notices
from still_app import settled

from aep_tui.errors import AepTuiError
from aep_tui.secret import Secret
from aep_tui.storage.keyring_access import Trouble
from aep_tui.storage.secret_store import SecretKind, SecretStoreUnusable
from aep_tui.wizard.credential import Credential

ELSEWHERE = "ims.elsewhere.example"
MOVED = replace(ACME, ims_url=f"https://{ELSEWHERE}")
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
        accounts.save(replace(MOVED, name=name), Credential(Secret("new")), keep=True, replaced="acme")
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
    kit.saved(ACME, replace(ACME, name="shop"))
    with pytest.raises(AepTuiError, match="cannot be saved"):
        kit.accounts().save(replace(MOVED, name="shop"), NOTHING, keep=False, replaced="acme")
    assert kept(kit) == kept(kit, name="shop") == SECRET


def test_a_new_profile_finds_no_secrets_of_an_earlier_one_of_its_name(kit: Any) -> None:
    kit.saved(ACME, replace(ACME, name="shop"))
    kit.store.set("old", SecretKind.ACCESS_TOKEN, Secret("left"))
    accounts = kit.accounts()
    accounts.save(replace(MOVED, name="old"), NOTHING, keep=False)
    assert kept(kit, SecretKind.ACCESS_TOKEN, "old") is None
    kit.store.set("older", SecretKind.ACCESS_TOKEN, Secret("left"))
    accounts.save(replace(ACME, name="older"), NOTHING, keep=False, replaced="shop")
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


@pytest.mark.parametrize("written", [ACME, replace(ACME, **USUAL)], ids=["left-out", "written"])
def test_the_usual_addresses_are_the_same_whether_or_not_they_are_written_down(kit: Any, written: Any) -> None:
    kit.saved(written)
    accounts = kit.accounts()
    accounts.save(replace(ACME, ims_url=USUAL["ims_url"], sandbox="stage"), NOTHING, keep=False, replaced="acme")
    assert kept(kit) == SECRET
    accounts.save(replace(ACME, sandbox="stage"), NOTHING, keep=False, replaced="acme")
    assert kept(kit) == SECRET
    accounts.trial(replace(ACME, **USUAL), NOTHING, known_as="acme")


# Secrets and tokens


def test_a_kept_token_leaves_the_secret_there_and_a_newer_secret_takes_the_token_away(kit: Any) -> None:
    kit.saved()
    accounts = kit.accounts()
    assert accounts.give("acme", Credential(access_token=Secret("for-a-day")), keep=True) == ""
    assert (kept(kit), kept(kit, SecretKind.ACCESS_TOKEN)) == (SECRET, "for-a-day")
    later = kit.accounts()
    assert later.find(later.effective("acme")).access_token.reveal() == "for-a-day"
    accounts.give("acme", Credential(client_secret=Secret("newer")), keep=True)
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
