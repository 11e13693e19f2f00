"""The dialog that asks for a secret or a token, picking the sandbox, and where one works, on every page."""

from __future__ import annotations

import asyncio
import base64
import json
from typing import Any

import httpx
import pytest
from accounts_kit import ACME, ENVIRONMENT, ORG, SECRET
from made_form import focus
from posts import key_line, text_of, until
from still_app import NOW, settled, type_keys
from textual import events
from textual.widgets import Input

from aep_tui.flow_service.retries import Retries
from aep_tui.storage.secret_store import SecretKind
from aep_tui.tui.screens.ask_secret import AskSecretScreen
from aep_tui.tui.screens.confirm import ConfirmScreen
from aep_tui.tui.screens.pick import PickScreen
from aep_tui.tui.widgets.masthead import Masthead
from aep_tui.tui.widgets.tick_box import TickBox

IMS = "POST ims-na1.adobelogin.com/ims/token/v3"
SPECS = "GET platform.adobe.io/data/foundation/flowservice/connectionSpecs"
LISTED = "GET platform.adobe.io/data/foundation/sandbox-management/"


def shown(app: Any) -> str:
    return "\n".join(strip.text.rstrip() for strip in app.screen._compositor.render_strips())


def notices(app: Any) -> str:
    return " | ".join(f"{note.title}: {note.message}" for note in app._notifications)


def masthead(app: Any) -> str:
    return str(app.screen.query_one(Masthead).render_line(0).text)


def token_ending(at: float) -> str:
    claims = {"type": "access_token", "created_at": str(int(NOW * 1000)), "expires_in": str(int((at - NOW) * 1000))}
    parts = [base64.urlsafe_b64encode(json.dumps(part).encode()).decode().rstrip("=") for part in ({"alg": "RS256"}, claims)]
    return ".".join([*parts, "c2lnbmVk"])


async def asked(pilot: Any) -> AskSecretScreen:
    await until(lambda: isinstance(pilot.app.screen, AskSecretScreen))
    await pilot.pause()
    screen = pilot.app.screen
    assert isinstance(screen, AskSecretScreen)
    return screen


async def paste(pilot: Any, text: str) -> None:
    pilot.app.post_message(events.Paste(text))
    await pilot.pause()


# The dialog


async def test_a_profile_without_a_secret_asks_once_and_goes_on(kit: Any, started: Any) -> None:
    kit.saved(secret="")
    async with started(kit, settle=False) as (app, pilot):
        await asked(pilot)
        page = shown(app)
        for words in (
            "Sign in: acme",
            "There is nothing to sign in with for the profile acme",
            "Retrieve client secret",
            "Nothing is typed yet.",
        ):
            assert words in page, words
        assert app.screen.query_one("#secret", Input).password
        await pilot.press("enter")
        assert isinstance(app.screen, AskSecretScreen), "nothing typed signs nobody in"
        await paste(pilot, SECRET[0])
        assert text_of(app, "#said").startswith("Taken as a client secret, 1 character; ")
        await paste(pilot, SECRET[1:])
        assert f"Taken as a client secret, {len(SECRET)} characters" in text_of(app, "#said")
        assert SECRET not in shown(app)
        assert not app.screen.query_one("#keep", TickBox).value
        await pilot.press("ctrl+n")
        await settled(pilot)
        assert app.screen.title_line() == "Step 1 of 4: Source"
        assert "65 sources" in text_of(app, "#status")
        assert kit.service.count(IMS) == 1
        assert kit.memory.kept == {}, "it was not to be kept"
        (sent,) = [request for request in kit.service.requests if request.url.path.endswith("/token/v3")]
        assert SECRET in sent.content.decode()
        assert all(SECRET not in str(request.url) for request in kit.service.requests)


async def test_a_token_is_told_by_its_form_and_can_be_kept(kit: Any, started: Any) -> None:
    token = token_ending(NOW + 3 * 3_600)
    kit.saved(secret="")
    async with started(kit, settle=False) as (app, pilot):
        await asked(pilot)
        await paste(pilot, token)
        assert "Taken as an access token" in text_of(app, "#said")
        await pilot.press("ctrl+t")
        assert "Taken as a client secret" in text_of(app, "#said")
        await pilot.press("ctrl+t")
        await pilot.press("tab", "space", "ctrl+n")
        await settled(pilot)
        assert kit.service.count(IMS) == 0
        assert kit.store.get("acme", SecretKind.ACCESS_TOKEN).reveal() == token
        assert kit.store.get("acme", SecretKind.CLIENT_SECRET) is None
        assert "token 3 h" in masthead(app)
        assert token not in kit.file.path.read_text()


@pytest.mark.parametrize("leave", ["escape", "click beside", "button"])
async def test_who_leaves_it_is_not_asked_again_until_that_is_wanted(kit: Any, started: Any, leave: str) -> None:
    kit.saved(secret="")
    async with started(kit, settle=False) as (app, pilot):
        await asked(pilot)
        if leave == "escape":
            await pilot.press("escape")
        elif leave == "button":
            await pilot.click("#no")
        else:
            await pilot.click(offset=(1, 1))
        await settled(pilot)
        state = text_of(app, "#state")
        assert "There is nothing to sign in with for the profile acme." in state
        assert "Type it on the page Profiles" in state
        assert "F3, then k, types it" in state
        assert "Choose" not in key_line(app), "there is no list"
        app.look_around()
        await settled(pilot)
        assert not isinstance(app.screen, AskSecretScreen)
        await pilot.press("ctrl+r")
        await asked(pilot)
        await pilot.press("escape")
        await settled(pilot)
        assert kit.service.calls == []
        await pilot.press("f3")
        await settled(pilot)
        await pilot.press("k")
        await asked(pilot)
        await paste(pilot, SECRET)
        await pilot.press("enter")
        await settled(pilot)
        assert "It is used from the next call on." in notices(app)
        await pilot.press("escape", "ctrl+r")
        await settled(pilot)
        assert "65 sources" in text_of(app, "#status")
        assert "Choose" in key_line(app)


async def test_without_a_secret_the_kept_list_and_its_forms_say_why_and_which_keys_help(kit: Any, started: Any) -> None:
    kit.saved()
    async with started(kit) as (app, _):
        assert "65 sources" in text_of(app, "#status")
    kit.memory.kept.clear()
    keys = {"reload": "f14", "profiles": "f15", "profile-secret": "x"}
    async with started(kit, settle=False, size=(80, 24), keys=keys) as (app, pilot):
        await asked(pilot)
        await pilot.press("escape")
        await settled(pilot)
        assert "65 sources · no secret; F14 asks, or F15, then x" in shown(app)
        await type_keys(pilot, "db2", "<enter>")
        await settled(pilot)
        assert "Existing ones not listed: nothing to sign in with; F15, then x, types it\n" in shown(app)
        await pilot.press("f9")
        await asked(pilot)


async def test_a_secret_that_is_wrong_is_said_where_the_list_would_be(kit: Any, started: Any) -> None:
    kit.saved(secret="a-wrong-one")
    async with started(kit) as (app, _):
        state = text_of(app, "#state")
        for words in ("invalid_client", "client secret"):
            assert words in state, state
        assert "a-wrong-one" not in shown(app)
        assert "F3, then k, takes another one · ctrl+r tries again" in " ".join(state.split())


async def test_a_keyring_that_cannot_be_asked_is_no_dead_end(kit: Any, started: Any) -> None:
    kit.saved()
    kit.memory.error = RuntimeError("locked")
    async with started(kit, settle=False) as (app, pilot):
        await asked(pilot)
        assert "keyring" in shown(app)
        await paste(pilot, SECRET)
        await pilot.press("enter")
        await settled(pilot)
        assert "65 sources" in text_of(app, "#status")


async def test_the_environment_has_nothing_to_keep_a_secret_under(kit: Any, started: Any) -> None:
    kit.given(ENVIRONMENT)
    async with started(kit) as (app, pilot):
        await pilot.press("f3")
        await settled(pilot)
        await pilot.press("k")
        await asked(pilot)
        assert not app.screen.query("#keep")
        assert "kept nowhere" in shown(app)
        assert "Sign in: ENV@AdobeOrg" in shown(app)


async def test_an_expired_token_gives_way_to_the_secret(kit: Any, started: Any) -> None:
    from aep_tui.secret import Secret

    kit.saved()
    kit.store.set("acme", SecretKind.ACCESS_TOKEN, Secret("an-expired-token"))
    async with started(kit) as (app, _):
        assert kit.service.count(IMS) == 1
        assert "token" not in masthead(app)


# Where one works


@pytest.mark.parametrize(("size", "host"), [((80, 24), ""), ((120, 36), "127.0.0.1:8600")])
async def test_profile_organisation_host_sandbox_and_the_token_counting_down(
    kit: Any, started: Any, still_clock: Any, size: tuple[int, int], host: str
) -> None:
    kit.saved(ACME._replace(platform_url=f"http://{host}" if host else ""), secret="")
    kit.given({"AEP_ACCESS_TOKEN": token_ending(NOW + 90 * 60)})
    async with started(kit, size=size) as (app, pilot):
        for page in ((), ("f3",), ("escape", "f2")):
            await pilot.press(*page)
            await settled(pilot)
            line = masthead(app)
            for part in ("token 90 min · acme", ORG[:20], host, "sandbox dev"):
                assert part in line, line
        assert "PRODUCTION" not in line
        for minutes, words in ((50, "token 40 min"), (39.5, "token under 1 min"), (1, "token expired")):
            still_clock.move(minutes * 60)
            app.follow_place()
            await pilot.pause()
            assert words in masthead(app)


async def test_where_there_is_no_room_the_sandbox_is_what_stays(kit: Any, started: Any) -> None:
    kit.saved(ACME._replace(platform_url="http://127.0.0.1:8600", production_sandboxes=("dev",)), secret="")
    kit.given({"AEP_ACCESS_TOKEN": token_ending(NOW + 90 * 60)})
    async with started(kit, size=(60, 16)) as (app, _):
        assert masthead(app).rstrip().endswith("PRODUCTION dev")
        assert "…" in masthead(app)


@pytest.mark.parametrize("size", [(80, 24), (120, 36)])
@pytest.mark.parametrize("why", ["listed", "named by the profile", "called prod"])
async def test_production_looks_different_everywhere(kit: Any, started: Any, size: tuple[int, int], why: str) -> None:
    sandbox, production = {"listed": ("prod", ()), "named by the profile": ("stage", ("stage",)), "called prod": ("prod", ())}[
        why
    ]
    if why == "called prod":
        kit.service.answers[LISTED] = httpx.Response(403, json={"error_code": "403999"})
    kit.saved(ACME._replace(sandbox=sandbox, production_sandboxes=production))
    async with started(kit, size=size) as (app, pilot):
        for page in ((), ("f3",), ("escape", "f2")):
            await pilot.press(*page)
            await settled(pilot)
            assert f"PRODUCTION sandbox {sandbox}" in masthead(app)
            assert app.screen.query_one(Masthead).has_class("-production")


async def test_a_sandbox_is_known_as_production_only_from_the_list(kit: Any, started: Any) -> None:
    from accounts_kit import Service

    from aep_tui.emulator.behaviour import Behaviour, Sandbox

    kit.service = Service(Behaviour(sandboxes=(Sandbox("live", "Live", "production"), Sandbox("dev", "Dev", "development"))))
    kit.saved(ACME._replace(sandbox="live"))
    async with started(kit, settle=False) as (app, pilot):
        assert "PRODUCTION" not in masthead(app)
        await settled(pilot)
        assert "PRODUCTION sandbox live" in masthead(app)
        assert app.session.place.region == "VA7"


async def test_a_pasted_token_counts_down_before_the_list_has_come(kit: Any, started: Any) -> None:
    held = asyncio.Event()

    async def hold(_request: Any) -> None:
        await held.wait()

    kit.saved(secret="").given({"AEP_ACCESS_TOKEN": token_ending(NOW + 90 * 60)}).service.answers[SPECS] = hold
    async with started(kit, settle=False) as (app, pilot):
        await until(lambda: kit.service.count(SPECS) == 1)
        await pilot.pause()
        assert "token 90 min" in masthead(app)
        assert "sources" not in text_of(app, "#status")
        held.set()
        await settled(pilot)


# Picking the sandbox


async def test_a_sandbox_is_picked_from_the_list_with_production_last(kit: Any, started: Any, go_to: Any) -> None:
    kit.saved()
    async with started(kit) as (app, pilot):
        await go_to(pilot, "ibm db2")
        await focus(pilot, "Server")
        await pilot.press(*"db")
        await pilot.press("f3")
        await settled(pilot)
        await pilot.press("s")
        await until(lambda: isinstance(app.screen, PickScreen))
        await pilot.pause()
        assert [option.label for option in app.screen._options] == ["dev", "stage", "prod"]
        assert "production · VA7 · Production" in shown(app)
        await type_keys(pilot, "prod", "<enter>")
        await until(lambda: isinstance(app.screen, ConfirmScreen))
        await pilot.press("enter")
        await settled(pilot)
        assert app.session.place.sandbox == "dev", "what was typed is not lost unasked"
        await pilot.press("s")
        await until(lambda: isinstance(app.screen, PickScreen))
        await pilot.press("enter")
        await settled(pilot)
        assert app.session.place.sandbox == "dev"
        await pilot.press("s")
        await until(lambda: isinstance(app.screen, PickScreen))
        await type_keys(pilot, "prod", "<enter>")
        await until(lambda: isinstance(app.screen, ConfirmScreen))
        await pilot.press("right", "enter")
        await settled(pilot)
        assert (app.session.place.sandbox, app.session.place.is_production) == ("prod", True)
        assert app.session.place.profile == "acme"
        assert kit.service.count(IMS) == 1, "the token is the same in every sandbox"
        assert kit.file.read().profiles["acme"].sandbox == "dev"


async def test_sandboxes_that_cannot_be_listed_are_said_and_the_demo_has_its_own(kit: Any, started: Any) -> None:
    kit.saved().service.answers[LISTED] = httpx.Response(403, json={"error_code": "403999", "message": "no"})
    async with started(kit) as (app, pilot):
        await pilot.press("f3")
        await settled(pilot)
        await pilot.press("s")
        await settled(pilot)
        assert "The sandboxes cannot be listed" in notices(app)
        assert "403999" in notices(app)
        await pilot.press("end", "down", "down", "enter")
        await settled(pilot)
        assert app.session.place.is_demo
        await pilot.press("f3")
        await settled(pilot)
        await pilot.press("s")
        await until(lambda: isinstance(app.screen, PickScreen))
        await type_keys(pilot, "stage", "<enter>")
        await settled(pilot)
        assert (app.session.place.is_demo, app.session.place.sandbox) == (True, "stage")


# Waiting to try again


async def test_a_wait_before_trying_again_is_shown_counted_and_stopped_by_escape(
    kit: Any, started: Any, still_clock: Any
) -> None:
    sleeping = asyncio.Event()

    async def sleep(_seconds: float) -> None:
        await sleeping.wait()

    kit.saved().service.answers[SPECS] = [httpx.Response(429, headers={"retry-after": "30"}), httpx.Response(503)]
    kit.retries = Retries(sleep=sleep, fraction=lambda: 0.0)
    async with started(kit, settle=False) as (app, pilot):
        await until(lambda: app.session.waiting is not None)
        await pilot.pause()
        assert "Trying again in 30 s (1 of 2)" in app.screen.query_one(Masthead).render_line(1).text
        still_clock.move(12)
        app.follow_wait()
        await pilot.pause()
        line = app.screen.query_one(Masthead).render_line(1).text
        assert "Too many requests came in a short time. Trying again in 18 s (1 of 2)" in line
        await pilot.resize_terminal(80, 24)
        await pilot.pause()
        line = app.screen.query_one(Masthead).render_line(1).text
        assert line.split("  ")[0].strip() == "Step 1 of 4: Source"
        assert line.split("  ")[-1].strip().startswith("Trying again in 18 s"), "a reason that would be cut goes as a whole"
        await pilot.press("escape")
        await settled(pilot)
        assert "You stopped the loading." in text_of(app, "#state")
        assert "Trying again" not in app.screen.query_one(Masthead).render_line(1).text
        assert kit.service.count(SPECS) == 1
        sleeping.set()
        await pilot.press("ctrl+r")
        await settled(pilot)
        assert "65 sources" in text_of(app, "#status")
        assert kit.service.count(SPECS) == 3, "one that failed, one that came after it"
        assert app.session.waiting is None
