"""Leaving a session while something is still asked or sent: nothing crashes, and no answer lands in another session."""

from __future__ import annotations

import asyncio
import threading
from typing import Any

import httpx
import pytest
from accounts_kit import ACME
from posts import until
from quiet import Gate
from settling_service import Service, item, made_of
from setup_steps import notices, paste, shown
from still_app import settled, type_keys

from aep_tui.errors import ExitCode
from aep_tui.secret import Secret
from aep_tui.storage.history import History
from aep_tui.storage.secret_store import SecretKind
from aep_tui.tui.screens.profile_setup import ProfileSetupScreen
from aep_tui.tui.screens.profiles import ProfilesScreen
from aep_tui.wizard.credential import Credential
from aep_tui.wizard.step import Step

FLOW = "platform.adobe.io/data/foundation/flowservice"
POST, GET_ALL, GET_ONE = f"POST {FLOW}/connections", f"GET {FLOW}/connections", f"GET {FLOW}/connections/"
LISTED = "GET platform.adobe.io/data/foundation/sandbox-management/"
OTHER = ACME._replace(name="other", client_id="client-2", sandbox="stage")


class Answering:
    """Holds an answer back until it is opened."""

    def __init__(self) -> None:
        self.arrived, self.open = asyncio.Event(), asyncio.Event()

    async def __call__(self, _request: httpx.Request) -> None:
        self.arrived.set()
        await self.open.wait()


async def to_review(pilot: Any, go_to: Any) -> None:
    await go_to(pilot, "dataset base")
    await pilot.press("ctrl+n")
    await settled(pilot)
    assert pilot.app.wizard.step is Step.REVIEW


async def switch(pilot: Any, name: str) -> None:
    """Open another profile, whatever that leaves."""
    app = pilot.app
    app.open_session(app.accounts.session(name))
    await pilot.pause()


async def test_asking_about_an_unknown_outcome_ends_with_its_session(kit: Any, started: Any, go_to: Any) -> None:
    kit.saved(ACME, OTHER)
    kit.service.answers[POST] = [httpx.Response(504)]
    gate = Answering()
    async with started(kit) as (app, pilot):
        await to_review(pilot, go_to)
        kit.service.answers[GET_ALL] = [None, gate]
        await pilot.press("ctrl+n")
        await gate.arrived.wait()
        await switch(pilot, "other")
        gate.open.set()
        await settled(pilot)
        assert app.place.profile == "other"
        assert (app.wizard.step, app.asked, app.made) == (Step.SOURCE, {}, [])
        assert app.return_code is None


async def test_what_is_typed_for_a_profile_stays_when_a_lost_connection_is_found(kit: Any, started: Any, go_to: Any) -> None:
    kit.saved(ACME, OTHER)
    kit.service.answers[POST] = [httpx.Response(504)]
    gate = Answering()
    async with started(kit) as (app, pilot):

        async def found(request: httpx.Request) -> httpx.Response:
            await gate(request)
            return made_of(app, "found-1")

        await to_review(pilot, go_to)
        kit.service.answers[GET_ALL] = [None, found]
        await pilot.press("ctrl+n")
        await gate.arrived.wait()
        await pilot.press("f3")
        await until(lambda: isinstance(app.screen, ProfilesScreen) and bool(app.screen.highlighted))
        await pilot.press("n")
        await until(lambda: isinstance(app.screen, ProfileSetupScreen) and app.screen.is_mounted)
        await pilot.pause()
        await paste(pilot, "globex")
        gate.open.set()
        await settled(pilot)
        assert (app.wizard.step, app.made) == (Step.DONE, ["found-1"])
        assert "was created: found-1. Leave this page to see it." in notices(app)
        await pilot.press("tab")
        assert isinstance(app.screen, ProfileSetupScreen)
        assert "globex" in shown(app)
        # Another profile can be opened from there all the same, and Done does not follow it.
        await switch(pilot, "other")
        await settled(pilot)
        assert (app.place.profile, app.wizard.step, len(app.screen_stack)) == ("other", Step.SOURCE, 1)


async def test_waiting_for_an_inlet_ends_with_its_session(kit: Any, started: Any, go_to: Any) -> None:
    kit.saved(ACME, OTHER)
    async with started(kit) as (app, pilot):
        await go_to(pilot, "http api")
        gate = Answering()
        kit.service.answers[GET_ONE] = gate
        await pilot.press("ctrl+n")
        await settled(pilot)
        await pilot.press("ctrl+n")
        await until(lambda: app.wizard.step is Step.DONE)
        await gate.arrived.wait()
        await switch(pilot, "other")
        gate.open.set()
        await settled(pilot)
        assert (app.place.profile, app.inlets) == ("other", {})
        assert len(app.made) == 1


async def test_a_press_counts_for_what_stood_there_then(kit: Any, started: Any, go_to: Any) -> None:
    kit.saved()
    gate = Answering()
    kit.service.answers[LISTED] = gate
    async with started(kit, settle=False) as (app, pilot):
        await until(gate.arrived.is_set)
        await type_keys(pilot, "dataset base", "<enter>")
        await until(lambda: app.wizard.step is Step.CREDENTIALS)
        await pilot.press("ctrl+n")
        await until(lambda: app.wizard.step is Step.REVIEW)
        await pilot.pause()
        await pilot.press("ctrl+n")
        await pilot.pause()
        await pilot.press("escape")
        await pilot.pause()
        assert app.wizard.step is Step.CREDENTIALS
        await pilot.press(*" changed", "ctrl+n")
        gate.open.set()
        await settled(pilot)
        assert app.wizard.step is Step.REVIEW
        assert kit.service.count(POST) == 0
        assert not app.wizard.sending


async def test_nothing_is_switched_while_a_request_is_on_its_way(kit: Any, started: Any, go_to: Any) -> None:
    kit.saved(ACME, OTHER)
    gate = Answering()
    kit.service.answers[POST] = gate
    async with started(kit) as (app, pilot):
        await to_review(pilot, go_to)
        await pilot.press("ctrl+n")
        await gate.arrived.wait()
        await switch(pilot, "other")
        await app.ask_for_secret().wait()
        assert app.place.profile == "acme"
        gate.open.set()
        await settled(pilot)
        assert app.wizard.step is Step.DONE
        assert kit.service.count(POST) == 1
        assert [row.outcome for row in app.session.history.rows()] == ["created"]


async def test_a_secret_that_is_taken_late_does_not_cut_off_a_request(reviewing: Any) -> None:
    answer, keyring, asked, service = asyncio.Event(), asyncio.Event(), asyncio.Event(), Service()
    service.answers.append(answer)
    async with reviewing(service) as (app, pilot):
        client, closed = app.session._client, []

        async def ask(*_: str) -> bool:
            asked.set()
            await keyring.wait()
            return True

        async def close() -> None:
            closed.append(app.is_sending())

        app._ask_secret, client.aclose = ask, close
        worker = app.ask_for_secret()
        await asked.wait()
        await pilot.press("ctrl+n")
        await until(lambda: bool(service.bodies))
        keyring.set()
        await worker.wait()
        assert closed == [], "the request is on its way"
        answer.set()
        await until(lambda: app.wizard.step is Step.DONE)
        await until(lambda: bool(closed))
        assert app.made == ["an-id"]


async def test_what_is_claimed_while_review_is_left_counts_as_made(reviewing: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    claim, claiming, go_on, service = History.claim, threading.Event(), Gate(), Service(httpx.Response(504))
    service.after = [item("one")]

    def slowly(self: History, *args: Any) -> bool:
        claiming.set()
        assert go_on.wait(30)
        return claim(self, *args)

    monkeypatch.setattr(History, "claim", slowly)
    async with reviewing(service) as (app, pilot):
        await pilot.press("ctrl+n")
        await until(claiming.is_set)
        await pilot.press("escape")
        await until(lambda: app.wizard.step is Step.CREDENTIALS)
        go_on.set()
        await settled(pilot)
        assert app.made == ["one"]
        assert app.leaving_code() is ExitCode.DONE


async def test_a_kept_secret_goes_to_no_other_address(kit: Any) -> None:
    kit.saved()
    accounts = kit.accounts()
    moved = ACME._replace(ims_url="https://ims.example.com")
    assert accounts.find(accounts.effective("acme")).client_secret
    kit.given({"AEP_IMS_URL": "https://ims.example.com"})
    assert not kit.accounts().find(kit.accounts().effective("acme"))
    kit.environment.clear()
    accounts = kit.accounts()
    accounts.save(moved, Credential(), keep=False, replaced="acme")
    assert kit.store.get("acme", SecretKind.CLIENT_SECRET) is None
    accounts.save(moved, Credential(access_token=Secret("a-token")), keep=True, replaced="acme")
    accounts.save(moved, Credential(client_secret=Secret("a-secret")), keep=True, replaced="acme")
    assert kit.store.get("acme", SecretKind.ACCESS_TOKEN) is None
    assert kit.store.get("acme", SecretKind.CLIENT_SECRET).reveal() == "a-secret"
