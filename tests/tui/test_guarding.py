"""Nothing is made in production, or where nobody can tell, before the sandbox's name was typed."""

from __future__ import annotations

import asyncio
from typing import Any

import httpx
import pytest
from accounts_kit import ACME
from posts import text_of, until
from still_app import settled
from textual.widgets import Button

from aep_tui.tui import guarding
from aep_tui.tui.screens.type_name import TypeNameScreen
from aep_tui.wizard.step import Step

LISTED = "GET platform.adobe.io/data/foundation/sandbox-management/"
POST = "POST platform.adobe.io/data/foundation/flowservice/connections"
PROD = ACME._replace(sandbox="prod")


def shown(app: Any) -> str:
    return "\n".join(strip.text.rstrip() for strip in app.screen._compositor.render_strips())


def notices(app: Any) -> str:
    return " | ".join(f"{note.title}: {note.message}" for note in app._notifications)


async def to_review(pilot: Any, go_to: Any) -> None:
    await go_to(pilot, "dataset base")
    await pilot.press("ctrl+n")
    await settled(pilot)
    assert pilot.app.wizard.step is Step.REVIEW


async def guard(pilot: Any) -> TypeNameScreen:
    await pilot.press("ctrl+n")
    await until(lambda: isinstance(pilot.app.screen, TypeNameScreen))
    await pilot.pause()
    screen = pilot.app.screen
    assert isinstance(screen, TypeNameScreen)
    return screen


@pytest.mark.parametrize(("size", "going_on"), [((80, 24), "enter"), ((120, 36), "ctrl+n")])
async def test_production_asks_for_its_name_and_only_that_goes_on(
    kit: Any, started: Any, go_to: Any, size: tuple[int, int], going_on: str
) -> None:
    kit.saved(PROD)
    async with started(kit, size=size) as (app, pilot):
        await to_review(pilot, go_to)
        button = app.screen.query_one("#send", Button)
        assert str(button.label) == "Create connection in PRODUCTION prod  ^n"
        assert button.variant == "error"
        assert app.screen.has_class("-production")
        assert "PRODUCTION sandbox prod (production, VA7)" in text_of(app, "#what")
        await guard(pilot)
        page = shown(app)
        for words in (
            "Create a connection in prod",
            "prod is a production sandbox",
            "Type prod to go on",
            "esc changes nothing",
        ):
            assert words in page, words
        await pilot.press("enter")
        assert "Nothing is typed yet." in text_of(app, "#said")
        await pilot.press(*"pro", "enter")
        assert "That is not its name: type prod in full." in text_of(app, "#said")
        await pilot.press(*"D")
        assert text_of(app, "#said") == ""
        await pilot.press("ctrl+n")
        assert "Capitals and small letters count: type prod just so." in text_of(app, "#said")
        await pilot.pause()
        assert isinstance(app.screen, TypeNameScreen)
        assert kit.service.count(POST) == 0
        await pilot.press("escape")
        await settled(pilot)
        assert app.screen.title_line() == "Step 3 of 4: Review"
        assert kit.service.count(POST) == 0
        assert app.session.history.rows() == []
        await guard(pilot)
        await pilot.press(*"prod", going_on)
        await settled(pilot)
        assert app.wizard.step is Step.DONE
        assert kit.service.count(POST) == 1
        assert len(app.made) == 1


async def test_a_development_sandbox_asks_nothing(kit: Any, started: Any, go_to: Any) -> None:
    kit.saved()
    async with started(kit) as (app, pilot):
        await to_review(pilot, go_to)
        assert str(app.screen.query_one("#send", Button).label) == "Create connection in dev  ^n"
        assert "sandbox dev (development, VA7)" in text_of(app, "#what")
        await pilot.press("ctrl+n")
        await settled(pilot)
        assert app.wizard.step is Step.DONE


async def test_a_sandbox_that_the_profile_names_asks_too_and_sending_again_asks_twice(
    kit: Any, started: Any, go_to: Any
) -> None:
    kit.saved(ACME._replace(production_sandboxes=("dev",)))
    kit.service.answers[POST] = [httpx.Response(504)]
    async with started(kit) as (app, pilot):
        await to_review(pilot, go_to)
        await guard(pilot)
        await pilot.press(*"dev", "enter")
        await settled(pilot)
        assert app.wizard.step is Step.REVIEW
        await pilot.press("a")
        await pilot.pause()
        await pilot.press("right", "enter")
        await until(lambda: isinstance(app.screen, TypeNameScreen))
        assert kit.service.count(POST) == 1
        await pilot.press("escape")
        await settled(pilot)
        assert kit.service.count(POST) == 1


async def test_a_type_that_nobody_knows_counts_as_production(kit: Any, started: Any, go_to: Any) -> None:
    listed = {"sandboxes": [{"name": "dev", "type": "Staging", "state": "active", "region": "VA7"}]}
    kit.saved().service.answers[LISTED] = httpx.Response(200, json=listed)
    async with started(kit) as (app, pilot):
        await to_review(pilot, go_to)
        assert "PRODUCTION sandbox dev (staging, VA7)" in text_of(app, "#what")
        await guard(pilot)
        assert "dev is of the type staging, which is not development" in " ".join(shown(app).replace("│", " ").split())
        await pilot.press("escape")
        await settled(pilot)
        assert kit.service.count(POST) == 0


async def test_where_nobody_can_tell_the_name_is_asked_for(kit: Any, started: Any, go_to: Any) -> None:
    kit.saved().service.answers[LISTED] = httpx.Response(403, json={"error_code": "403999", "message": "no"})
    async with started(kit) as (app, pilot):
        await to_review(pilot, go_to)
        assert "PRODUCTION" not in shown(app), "that is not known either"
        await guard(pilot)
        assert "Whether dev is a production sandbox could not be found out" in " ".join(shown(app).replace("│", " ").split())
        await pilot.press(*"dev", "enter")
        await settled(pilot)
        assert app.wizard.step is Step.DONE
        assert kit.service.count(LISTED) >= 2, "it was asked again before it was sent"


async def test_a_look_up_that_hangs_is_waited_for_a_while_and_then_the_name_is_asked_for(
    kit: Any, started: Any, go_to: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(guarding, "TELL_SECONDS", 0.01)
    monkeypatch.setattr(guarding, "PATIENCE_SECONDS", 0.2)
    held = asyncio.Event()

    async def hold(_request: Any) -> None:
        await held.wait()

    kit.saved().service.answers[LISTED] = hold
    async with started(kit, settle=False) as (app, pilot):
        await until(lambda: app.screen.query("#status") and "65 sources" in text_of(app, "#status"))
        await pilot.press(*"dataset", "enter")
        await until(lambda: app.wizard.step is Step.CREDENTIALS)
        await pilot.pause()
        await pilot.press("ctrl+n")
        await until(lambda: app.wizard.step is Step.REVIEW)
        await pilot.pause()
        await pilot.press("ctrl+n")
        await until(lambda: isinstance(app.screen, TypeNameScreen))
        await pilot.pause()
        assert kit.service.count(POST) == 0
        held.set()
        await pilot.press(*"dev", "enter")
        await settled(pilot)
        assert app.wizard.step is Step.DONE
        assert kit.service.count(POST) == 1


async def test_what_a_look_up_finds_while_it_is_waited_for_counts(
    kit: Any, started: Any, go_to: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(guarding, "TELL_SECONDS", 0.01)
    held = asyncio.Event()

    async def hold(_request: Any) -> None:
        await held.wait()

    kit.saved().service.answers[LISTED] = hold
    async with started(kit, settle=False) as (app, pilot):
        await until(lambda: app.screen.query("#status") and "65 sources" in text_of(app, "#status"))
        await pilot.press(*"dataset", "enter")
        await until(lambda: app.wizard.step is Step.CREDENTIALS)
        await pilot.pause()
        await pilot.press("ctrl+n")
        await until(lambda: app.wizard.step is Step.REVIEW)
        await pilot.pause()
        await pilot.press("ctrl+n")
        await until(lambda: "Asking whether dev is a production sandbox" in notices(app))
        held.set()
        await settled(pilot)
        assert app.wizard.step is Step.DONE
        assert "Asking whether" not in notices(app)


@pytest.mark.parametrize("answer", [httpx.Response(503), httpx.Response(200, json={"sandboxes": []})], ids=["fails", "absent"])
async def test_what_was_known_as_production_stays_that_with_another_secret(
    kit: Any, started: Any, answer: httpx.Response
) -> None:
    listed = {"sandboxes": [{"name": "emea", "type": "production", "state": "active", "region": "VA7"}]}
    kit.saved(ACME._replace(sandbox="emea")).service.answers[LISTED] = httpx.Response(200, json=listed)
    async with started(kit) as (app, pilot):
        app.look_around()
        await settled(pilot)
        assert "PRODUCTION" in shown(app).splitlines()[0]
        kit.service.answers[LISTED] = answer
        await app.session.forget_client()
        app.look_around()
        await settled(pilot)
        assert kit.service.count(LISTED) >= 2
        assert "PRODUCTION" in shown(app).splitlines()[0]
        assert app.place.sandbox_type == "production"


async def test_a_development_sandbox_that_another_secret_does_not_see_is_not_taken_for_one(kit: Any, started: Any) -> None:
    kit.saved()
    async with started(kit) as (app, pilot):
        app.look_around()
        await settled(pilot)
        assert app.place.sandbox_type == "development"
        kit.service.answers[LISTED] = httpx.Response(200, json={"sandboxes": []})
        await app.session.forget_client()
        app.look_around()
        await settled(pilot)
        assert guarding.why_guarded(app.place).startswith("Whether dev is a production sandbox could not be found out")
