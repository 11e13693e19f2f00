"""A profile that is tried out: what each step that fails says, and the way back."""

from __future__ import annotations

import asyncio
from typing import Any

import httpx
import pytest
from accounts_kit import CLIENT, ORG, SECRET
from made_form import focus, row
from posts import key_line, text_of, until
from setup_steps import IMS, LISTED, SPECS, STEPS, Slow, check, fill_in, paste, shown, verdicts
from still_app import settled, type_keys

from aep_tui.tui.screens.live_check import LiveCheckScreen
from aep_tui.tui.screens.profile_setup import ProfileSetupScreen
from aep_tui.tui.screens.profiles import ProfilesScreen


def refusal(status: int, code: str, message: str = "no") -> httpx.Response:
    return httpx.Response(status, json={"error_code": code, "message": message}, headers={"x-request-id": "r-77"})


FAILURES: dict[str, tuple[dict[str, Any], str, list[str]]] = {
    "network": ({IMS: httpx.ConnectError("no route")}, "Network", ["network"]),
    "secret": (
        {IMS: httpx.Response(400, json={"error": "invalid_client", "error_description": "invalid client_secret parameter"})},
        "Sign-in",
        ["invalid_client", "client secret", "F12 copies this for support"],
    ),
    "token": ({LISTED: refusal(401, "401013", "Oauth token is not valid")}, "Sign-in", ["401013", "token"]),
    "client-id": ({LISTED: refusal(403, "403003", "Api Key is invalid")}, "Sign-in", ["403003", "client id", "r-77"]),
    "organisation": ({LISTED: refusal(403, "403025", "Profile is not valid")}, "Organisation", ["403025", "r-77"]),
    "sandboxes": ({LISTED: refusal(403, "403999")}, "Sandboxes", ["403999"]),
    "sandboxes-html": ({LISTED: httpx.Response(502, text="<html>Bad gateway</html>")}, "Sandboxes", ["502"]),
    "no-list": ({LISTED: httpx.Response(200, json={"hello": 1})}, "Sandboxes", ["The service answered something else."]),
    "no-token": ({IMS: httpx.Response(200, text="<html>Login</html>")}, "Sign-in", ["something else", "IMS"]),
    "permission": (
        {SPECS: httpx.Response(403, json={"type": "https://ns.adobe.com/aep/errors/FLOW-2120-403", "title": "Forbidden"})},
        "Permission to list sources",
        ["FLOW-2120-403", "administrator"],
    ),
}


BACK_IN = {
    "network": "IMS origin",
    "no-list": "Platform origin",
    "no-token": "IMS origin",
    "secret": "Client secret",
    "token": "Client secret",
    "client-id": "Client ID",
    "organisation": "Organisation ID",
}
"""Where one is after a failure; else where one was."""


@pytest.mark.parametrize("kind", FAILURES)
async def test_a_step_that_fails_says_what_to_do_and_the_values_are_still_there(kit: Any, started: Any, kind: str) -> None:
    answers, failing, words = FAILURES[kind]
    back_in = BACK_IN.get(kind, "Sandbox")
    kit.service.answers.update(answers)
    async with started(kit) as (app, pilot):
        await pilot.press("n")
        await settled(pilot)
        await fill_in(pilot)
        await pilot.press("tab", *"dev")
        await check(pilot)
        place = STEPS.index(failing)
        assert list(verdicts(app).values()) == ["ok"] * place + ["failed"] + ["not tried"] * (len(STEPS) - place - 1)
        trouble = text_of(app, "#trouble")
        for word in words:
            assert word.casefold() in trouble.casefold(), f"{word} in {trouble}"
        assert "→" in trouble
        assert SECRET not in shown(app)
        assert "Back to the values  ^n" in shown(app), "what failed is not saved by the first key"
        assert "Save anyway  a" in shown(app)
        if kind != "network":
            await pilot.press("f12")
            for part in ("POST" if kind in ("secret", "no-token") else "GET", ORG, "2026-11-21"):
                assert part in app.clipboard, app.clipboard
            assert SECRET not in app.clipboard
            assert CLIENT not in app.clipboard
            await until(lambda: app.clipboard.splitlines()[0] in shown(app))
            await pilot.press("escape")
        kit.service.answers.clear()
        await pilot.press("ctrl+n")
        await settled(pilot)
        assert isinstance(app.screen, ProfileSetupScreen)
        assert app.screen.lines.current.label == back_in, "one is in the field that the failure names"
        assert row(app, "Client ID").answer() == CLIENT
        assert row(app, "Sandbox").answer() == "dev"
        await check(pilot)
        assert verdicts(app) == dict.fromkeys(STEPS, "ok")


async def test_a_sandbox_that_is_not_listed_and_checking_again(kit: Any, started: Any) -> None:
    async with started(kit, size=(80, 24)) as (app, pilot):
        await pilot.press("n")
        await settled(pilot)
        await fill_in(pilot)
        await pilot.press("tab", *"nowhere")
        await check(pilot)
        assert verdicts(app)["Chosen sandbox"] == "failed"
        assert "nowhere is not among the sandboxes of this account." in text_of(app, "#steps")
        assert "Pick one from the list" in text_of(app, "#trouble")
        assert "Sandbox" in key_line(app)
        await pilot.press("s")
        await settled(pilot)
        await type_keys(pilot, "stage", "<enter>")
        await settled(pilot)
        assert verdicts(app) == dict.fromkeys(STEPS, "ok")
        calls = len(kit.service.calls)
        await pilot.press("ctrl+r")
        await settled(pilot)
        assert len(kit.service.calls) > calls
        await pilot.press("ctrl+n")
        await settled(pilot)
        assert app.session.place.sandbox == "stage"


async def test_without_a_secret_the_check_says_so_and_what_cannot_be_used_is_said(kit: Any, started: Any) -> None:
    async with started(kit) as (app, pilot):
        await pilot.press("n")
        await settled(pilot)
        await fill_in(pilot, secret="")
        await pilot.press("tab", *"dev")
        await check(pilot)
        assert "There is nothing to sign in with." in text_of(app, "#trouble")
        assert "fill in the client secret" in text_of(app, "#trouble")
        assert kit.service.calls == []
        await pilot.press("escape")
        await settled(pilot)
        assert app.screen.lines.current.label == "Client secret", "one is where it is missing"
        await paste(pilot, SECRET)
        for label, wrong, words in (
            ("Platform origin", "http://example.com", "http://example.com is plain http"),
            ("IMS origin", "ims", "such as https://ims-na1.adobelogin.com."),
        ):
            await focus(pilot, label)
            await pilot.press("ctrl+u")
            await paste(pilot, wrong)
            await pilot.press("shift+tab")
            error = app.screen._errors[row(app, label).row_id]
            assert words in error.message, "it is said at its field when that is left"
            assert " ".join(error.message.split()[:3]) in shown(app)
            await pilot.press("ctrl+n")
            await settled(pilot)
            assert isinstance(app.screen, ProfileSetupScreen)
            assert app.screen.lines.current.label == label
            assert " ".join(error.message.split()[:3]) in shown(app), "it stays while one is there to mend it"
            assert "AEP_" not in shown(app)
            await pilot.press("ctrl+u")
        assert kit.service.calls == [], "nothing goes out in the clear"


async def test_while_it_checks_the_seconds_are_counted_and_leaving_stops_it(kit: Any, started: Any, still_clock: Any) -> None:
    held = asyncio.Event()

    async def hold(_request: Any) -> None:
        await held.wait()

    kit.saved().service.answers[SPECS] = [None, hold]
    async with started(kit) as (app, pilot):
        await pilot.press("f3")
        await settled(pilot)
        await pilot.press("c")
        await until(lambda: isinstance(app.screen, LiveCheckScreen) and verdicts(app).get(STEPS[-1]) == "running")
        still_clock.move(7)
        app.screen._draw()
        assert text_of(app, "#steps").splitlines()[-1].split()[-2:] == ["7", "s"]
        await pilot.press("escape")
        await pilot.pause()
        assert isinstance(app.screen, ProfilesScreen)
        held.set()
        await settled(pilot)


async def test_a_check_from_the_page_of_profiles_saves_nothing(kit: Any, started: Any) -> None:
    kit.saved()
    before = kit.file.path.read_text()
    async with started(kit) as (app, pilot):
        await pilot.press("f3")
        await settled(pilot)
        await pilot.press("c")
        await settled(pilot)
        assert verdicts(app) == dict.fromkeys(STEPS, "ok")
        assert "Close  ^n" in shown(app)
        assert "Close" in key_line(app)
        assert "Save" not in shown(app)
        assert not app.screen.query("#to-values"), "there are no values to go back to"
        await pilot.press("ctrl+n")
        await settled(pilot)
        assert isinstance(app.screen, ProfilesScreen)
        assert kit.file.path.read_text() == before
        await pilot.press("c")
        await settled(pilot)
        await pilot.press("s")
        await settled(pilot)
        await type_keys(pilot, "stage", "<enter>")
        await settled(pilot)
        assert "Save and open  ^n" in shown(app), "another sandbox is something to save"
        await pilot.press("ctrl+n")
        await settled(pilot)
        assert app.session.place.sandbox == kit.file.read().profiles["acme"].sandbox == "stage"
        assert SECRET in kit.memory.kept.values()


async def test_checking_again_goes_on_counting_and_closes_every_client(
    kit: Any, started: Any, still_clock: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    held = asyncio.Event()

    async def hold(_request: Any) -> None:
        await held.wait()

    kit.saved().service.answers[SPECS] = [None, hold, hold]
    async with started(kit) as (app, pilot):
        await pilot.press("f3")
        await settled(pilot)
        await pilot.press("c")
        await until(lambda: isinstance(app.screen, LiveCheckScreen) and verdicts(app).get(STEPS[-1]) == "running")
        still_clock.move(7)
        await pilot.press("ctrl+r")
        await until(lambda: kit.service.count(SPECS) == 3)
        await pilot.pause()
        still_clock.move(4)
        app.screen._draw()
        assert text_of(app, "#steps").splitlines()[-1].split()[-2:] == ["4", "s"]
        closed = []

        def trial(*given: Any) -> Any:
            client = real(*given)
            monkeypatch.setattr(client, "aclose", lambda: asyncio.sleep(0, closed.append(client)))
            return client

        real, slow = app.accounts.trial, Slow(trial)
        monkeypatch.setattr(app.accounts, "trial", slow)
        await pilot.press("ctrl+r")
        await until(slow.begun.is_set)
        await pilot.press("escape")
        await pilot.pause()
        slow.let_go.set()
        held.set()
        await settled(pilot)
        assert len(closed) == 1


async def test_what_cannot_be_saved_is_not_offered_and_what_failed_can_be_saved_all_the_same(kit: Any, started: Any) -> None:
    kit.service.answers[IMS] = httpx.ConnectError("no route")
    async with started(kit, size=(80, 24)) as (app, pilot):
        await pilot.press("n")
        await settled(pilot)
        await fill_in(pilot)
        await check(pilot)
        assert "Save anyway" not in shown(app) + key_line(app)
        assert "once there is a sandbox" in text_of(app, "#trouble")
        await pilot.press("a")
        await settled(pilot)
        assert isinstance(app.screen, LiveCheckScreen)
        await pilot.press("enter")
        await settled(pilot)
        assert isinstance(app.screen, ProfileSetupScreen), "the button does what its key does"
        await focus(pilot, "Sandbox")
        await pilot.press(*"dev")
        await check(pilot)
        assert "sandbox" not in text_of(app, "#trouble")
        assert not kit.file.path.exists()
        await pilot.press("a")
        await settled(pilot)
        assert kit.file.read().profiles["acme"].sandbox == "dev"
        assert app.session.place.profile == "acme"


async def test_a_sandbox_that_was_not_picked_is_what_the_main_action_asks_for(kit: Any, started: Any) -> None:
    async with started(kit) as (app, pilot):
        await pilot.press("n")
        await settled(pilot)
        await fill_in(pilot)
        await check(pilot)
        await pilot.press("escape")
        await settled(pilot)
        assert "Pick the sandbox  ^n" in shown(app)
        await pilot.press("ctrl+n")
        await type_keys(pilot, "dev", "<enter>")
        await settled(pilot)
        assert verdicts(app) == dict.fromkeys(STEPS, "ok")
        assert "Save and open  ^n" in shown(app)
