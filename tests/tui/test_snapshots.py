"""Pictures of every page at both sizes: dark, light and without colour; and the README's pictures are today's.

A picture differs from its baseline? Look at the report, and if the new one is right: ``pytest tests/tui/test_snapshots.py
--snapshot-update``.
"""

from __future__ import annotations

import asyncio
import importlib.util
import re
from collections.abc import Awaitable, Callable, Iterator
from pathlib import Path
from types import ModuleType
from typing import Any

import httpx
import pytest
from accounts_kit import Kit
from still_app import StillClock, made_up_ids, settled, type_keys
from textual.pilot import Pilot

from aep_tui.tui.app import AepTuiApp

REPOSITORY = Path(__file__).parent.parent.parent
SIZES = {"80x24": (80, 24), "120x36": (120, 36)}
LOOKS = {"dark": "aep-dark", "light": "aep-light", "no-color": ""}


def draw_module() -> ModuleType:
    """Load the script that draws the README's pictures."""
    spec = importlib.util.spec_from_file_location("draw", REPOSITORY / "screenshots" / "draw.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


DRAW = draw_module()


async def nothing(pilot: Pilot[Any], clock: StillClock) -> None:
    """Leave the first page as it is."""


async def no_match(pilot: Pilot[Any], clock: StillClock) -> None:
    await type_keys(pilot, "nothing like it")


async def details(pilot: Pilot[Any], clock: StillClock) -> None:
    await type_keys(pilot, "snowflake", "<f5>")
    await settled(pilot)


async def several_auths(pilot: Pilot[Any], clock: StillClock) -> None:
    await type_keys(pilot, "azure blob", "<enter>")
    await settled(pilot)


async def errors(pilot: Pilot[Any], clock: StillClock) -> None:
    await type_keys(pilot, "sftp", "<enter>")
    await settled(pilot)
    await type_keys(pilot, "<ctrl+n>")
    await settled(pilot)


async def booleans(pilot: Pilot[Any], clock: StillClock) -> None:
    await type_keys(pilot, "http api", "<enter>")
    await settled(pilot)
    await type_keys(pilot, "Web", "<tab>", "<tab>", "<tab>", "<tab>", "<tab>", "<space>")
    await settled(pilot)


async def request_so_far(pilot: Pilot[Any], clock: StillClock) -> None:
    await DRAW.credentials(pilot, clock)
    await type_keys(pilot, "<f5>")
    await settled(pilot)


async def curl(pilot: Pilot[Any], clock: StillClock) -> None:
    await DRAW.review(pilot, clock)
    await type_keys(pilot, "t")
    await settled(pilot)


async def refused(pilot: Pilot[Any], clock: StillClock) -> None:
    await type_keys(pilot, "greenplum", "<enter>")
    await settled(pilot)
    await type_keys(pilot, "Warehouse", "<enter>", "<enter>", "wrong", "<ctrl+n>")
    await settled(pilot)
    await type_keys(pilot, "<ctrl+n>")
    await settled(pilot)


async def help_page(pilot: Pilot[Any], clock: StillClock) -> None:
    await DRAW.credentials(pilot, clock)
    await type_keys(pilot, "<f1>")
    await settled(pilot)


async def empty_history(pilot: Pilot[Any], clock: StillClock) -> None:
    await type_keys(pilot, "<f2>")
    await settled(pilot)


SCENES: dict[str, Callable[[Pilot[Any], StillClock], Awaitable[None]]] = {
    "sources": nothing,
    **{name: scene for name, scene in DRAW.SCENES.items() if name != "form" and name not in DRAW.SANDBOXES},
    "no-match": no_match,
    "details": details,
    "several-auths": several_auths,
    "errors": errors,
    "booleans": booleans,
    "request-so-far": request_so_far,
    "curl": curl,
    "refused": refused,
    "help": help_page,
    "empty-history": empty_history,
}
IN_EVERY_LOOK = ("source", "errors", "review", "done", "history")


def pictures() -> Iterator[Any]:
    for scene in SCENES:
        for look in LOOKS if scene in IN_EVERY_LOOK else ("dark",):
            for size in SIZES:
                yield pytest.param(scene, look, size, id=f"{scene}-{look}-{size}")


def looking(app: AepTuiApp, look: str) -> AepTuiApp:
    if LOOKS[look]:
        app.theme = LOOKS[look]
    return app


@pytest.mark.parametrize(("scene", "look", "size"), pictures())
def test_page(
    scene: str,
    look: str,
    size: str,
    snap_compare: Any,
    make_session: Any,
    still_clock: StillClock,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    if look == "no-color":
        monkeypatch.setenv("NO_COLOR", "1")
    with made_up_ids():
        app = AepTuiApp(make_session(), still_clock.clock(), quiet_seconds=0.0, no_color=look == "no-color")

        async def run_before(pilot: Pilot[Any]) -> None:
            await settled(pilot)
            await SCENES[scene](pilot, still_clock)

        assert snap_compare(looking(app, look), run_before=run_before, terminal_size=SIZES[size])


def answering(status: int, **values: Any) -> httpx.MockTransport:
    return httpx.MockTransport(lambda request: httpx.Response(status, **values))


STATES: dict[str, Callable[[], httpx.MockTransport]] = {
    "expired-token": lambda: answering(
        401, json={"error_code": "401013", "message": "Oauth token is not valid"}, headers={"x-request-id": "r-1"}
    ),
    "empty": lambda: answering(200, json={"items": []}),
    "html": lambda: answering(502, text="<html><body>Bad gateway</body></html>"),
}


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("state", STATES)
def test_source_page_without_a_list(
    state: str, size: str, snap_compare: Any, make_session: Any, still_clock: StillClock
) -> None:
    app = AepTuiApp(make_session(STATES[state](), demo=False), still_clock.clock())
    assert snap_compare(app, run_before=settled, terminal_size=SIZES[size])


@pytest.mark.parametrize("size", SIZES)
def test_welcome_page(size: str, snap_compare: Any, kit: Kit, still_clock: StillClock) -> None:
    kit.given({"AEP_IMS_ORG": "ACME@AdobeOrg"})
    app = AepTuiApp(None, still_clock.clock(), accounts=kit.accounts())
    assert snap_compare(app, run_before=settled, terminal_size=SIZES[size])


@pytest.mark.parametrize("size", SIZES)
def test_unknown_outcome(size: str, snap_compare: Any, make_session: Any, still_clock: StillClock) -> None:
    item = {"id": "made-up", "name": "made-up", "attributes": {"connectorName": "Made up"}}

    def answer(request: httpx.Request) -> httpx.Response:
        return httpx.Response(504) if request.method == "POST" else httpx.Response(200, json={"items": [item]})

    app = AepTuiApp(
        make_session(httpx.MockTransport(answer), demo=False), still_clock.clock(), quiet_seconds=0.0, wanted="made-up"
    )

    async def run_before(pilot: Pilot[Any]) -> None:
        await settled(pilot)
        await type_keys(pilot, "Doubtful", "<ctrl+n>")
        await settled(pilot)
        await type_keys(pilot, "<ctrl+n>")
        await settled(pilot)

    assert snap_compare(app, run_before=run_before, terminal_size=SIZES[size])


def pictures_of_the_readme() -> list[str]:
    return re.findall(r"!\[[^\]]*\]\(([^)]+)\)", (REPOSITORY / "README.md").read_text(encoding="utf-8"))


def test_every_picture_of_the_readme_exists_and_every_scene_is_shown() -> None:
    shown = pictures_of_the_readme()
    assert shown
    assert {Path(path).stem for path in shown} == set(DRAW.SCENES)
    assert all((REPOSITORY / path).is_file() for path in shown)


@pytest.mark.picture
@pytest.mark.parametrize("name", DRAW.SCENES)
def test_the_pictures_of_the_readme_are_what_the_app_draws_today(name: str) -> None:
    kept = (REPOSITORY / "screenshots" / f"{name}.svg").read_text(encoding="utf-8")
    assert asyncio.run(DRAW.draw(name)) == kept, "python screenshots/draw.py draws them again"
