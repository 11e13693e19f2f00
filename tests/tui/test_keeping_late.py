"""Secret params that were to be kept are kept, too, where it becomes known only later that their connection was made."""

from __future__ import annotations

from typing import Any

import httpx
import pytest
from accounts_kit import ACME
from made_form import focus
from settling_service import made_of, notices
from setup_steps import paste
from still_app import settled

from aep_tui.storage.secret_store import SecretKind
from aep_tui.wizard.step import Step

FLOW = "platform.adobe.io/data/foundation/flowservice"
POST, GET_ALL = f"POST {FLOW}/connections", f"GET {FLOW}/connections"
KEPT = "Its secrets are in the keyring"


async def to_review(pilot: Any, go_to: Any) -> None:
    await go_to(pilot, "ibm db2")
    for label in ("Server", "Database", "Username", "Password"):
        await focus(pilot, label)
        await paste(pilot, "p4ss")
        await pilot.press("tab")
        await settled(pilot)
    await pilot.press("ctrl+n")
    await settled(pilot)
    assert pilot.app.wizard.step is Step.REVIEW


def kept(kit: Any, spec_id: str) -> bool:
    return kit.store.get("acme", SecretKind.CONNECTION_PARAMS, spec_id) is not None


@pytest.mark.parametrize("keys", [("k",), (), ("k", "k")])
async def test_found_by_asking(kit: Any, started: Any, go_to: Any, keys: tuple[str, ...]) -> None:
    kit.saved(ACME)
    kit.service.answers[POST] = [httpx.Response(504)]
    async with started(kit) as (app, pilot):
        await to_review(pilot, go_to)
        spec_id = app.wizard.draft.source.id
        kit.service.answers[GET_ALL] = [None, made_of(app, "found")]
        await pilot.press(*keys, "ctrl+n")
        await settled(pilot)
        assert (app.wizard.step, app.made) == (Step.DONE, ["found"])
        assert kept(kit, spec_id) == (keys == ("k",))
        assert (KEPT in notices(app)) == (keys == ("k",))


async def test_taken_by_a_person(kit: Any, started: Any, go_to: Any) -> None:
    kit.saved(ACME)
    kit.service.answers[POST] = [httpx.Response(504)]
    async with started(kit) as (app, pilot):
        await to_review(pilot, go_to)
        spec_id = app.wizard.draft.source.id
        kit.service.answers[GET_ALL] = [None, made_of(app, "one", "other")]
        await pilot.press("k", "ctrl+n")
        await settled(pilot)
        assert not kept(kit, spec_id)
        await pilot.press("w")
        await pilot.pause()
        await pilot.press("down", "enter")
        await settled(pilot)
        assert app.wizard.step is Step.DONE
        assert kept(kit, spec_id)


@pytest.mark.parametrize("takes_back", [False, True])
async def test_review_says_it_again_after_the_form_and_it_can_be_taken_back(
    kit: Any, started: Any, go_to: Any, takes_back: bool
) -> None:
    kit.saved(ACME)
    kit.service.answers[POST] = [httpx.Response(504)]
    async with started(kit) as (app, pilot):
        await to_review(pilot, go_to)
        spec_id = app.wizard.draft.source.id
        await pilot.press("k", "ctrl+n")
        await settled(pilot)
        await pilot.press("escape")
        await settled(pilot)
        await pilot.press("ctrl+n")
        await settled(pilot)
        assert (app.wizard.step, app.keeps_params) == (Step.REVIEW, True)
        await pilot.press(*(["k"] if takes_back else []))
        kit.service.answers[GET_ALL] = made_of(app, "late")
        await pilot.press("r")
        await settled(pilot)
        assert (app.wizard.step, app.made) == (Step.DONE, ["late"])
        assert kept(kit, spec_id) is not takes_back
