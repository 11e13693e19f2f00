"""Organisation, profile and sandbox are visible on every screen, however narrow it is."""

from __future__ import annotations

from typing import Any

import httpx
import pytest
from posts import Posts

from aep_tui.tui.widgets.masthead import Masthead

ORG = "1234567890ABCDEF12345678@AdobeOrg"
LONG = {"profile": "acme-retail-north-europe", "org": ORG, "sandbox": "marketing-campaigns-summer-2027"}


def first_line(app: Any) -> str:
    return str(app.screen.query_one(Masthead).render_line(0).text).strip()


@pytest.fixture
def at(running: Any, make_session: Any) -> Any:
    """Return a function that opens the program at a place."""

    def open_at(columns: int, **values: Any) -> Any:
        session = make_session(httpx.MockTransport(Posts()), demo=False)
        session.place = session.place._replace(**values)
        if values.get("is_production"):
            session.production_sandboxes = (values["sandbox"],)
        return running(session, size=(columns, 24))

    return open_at


@pytest.mark.parametrize("production", [False, True])
@pytest.mark.parametrize("platform", ["https://platform.adobe.io", "https://platform-stage.adobe.example.org"])
@pytest.mark.parametrize("columns", [60, 80, 100, 120])
async def test_each_part_keeps_its_beginning(at: Any, columns: int, platform: str, production: bool) -> None:
    async with at(columns, **LONG, platform=platform, is_production=production) as (app, _):
        line = first_line(app)
        assert line.startswith("aep-tui")
        assert len(line) <= columns - 2
        parts = line.removeprefix("aep-tui").strip().split(" · ")
        profile, org, *host, sandbox = parts
        least = 8 if columns >= 80 or not host else 5
        assert profile.startswith("acme-retail"[: least - 3])
        assert org.startswith("1234567890"[: least - 3])
        assert "marke" in sandbox
        assert ("PRODUCTION" in sandbox) == production
        assert len(host) == ("stage" in platform)


async def test_what_fits_is_whole(at: Any) -> None:
    async with at(80, profile="acme", org=ORG, sandbox="dev") as (app, _):
        assert first_line(app).endswith(f"acme · {ORG} · sandbox dev")


async def test_the_organisation_gives_way_before_profile_and_sandbox(at: Any) -> None:
    async with at(80, profile="acme-retail", org=ORG, sandbox="campaigns", is_production=True) as (app, _):
        assert first_line(app).endswith("acme-retail · 1234567890ABCDEF12345678 · PRODUCTION sandbox campaigns")


async def test_the_time_of_a_token_goes_before_anything_of_the_place_does(at: Any, monkeypatch: Any) -> None:
    async with at(80, **LONG, platform="https://platform-stage.adobe.example.org", is_production=True) as (app, pilot):
        monkeypatch.setattr(type(app), "token_words", lambda _: "Unsafe debugging, and more words")
        app.follow_place()
        await pilot.pause()
        assert first_line(app).count(" · ") == 3
        assert "Unsafe" not in first_line(app)
        monkeypatch.setattr(type(app), "token_words", lambda _: "token 3 h")
        app.follow_place()
        await pilot.pause()
        assert "token 3 h · " in first_line(app)
