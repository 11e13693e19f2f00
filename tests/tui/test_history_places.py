"""The history says where each attempt was made, and from where the service can be asked about it."""

from __future__ import annotations

import threading
from collections.abc import Awaitable, Callable
from typing import Any

import httpx
import pytest
from accounts_kit import ACME, ORG
from posts import key_line, text_of
from settling_service import ATTEMPT, Service, left_by_an_earlier_run, notices
from textual.widgets import Input

from aep_tui.storage.profiles import Profile
from aep_tui.tui.screens import history
from aep_tui.tui.screens.history import HistoryScreen
from aep_tui.tui.widgets.virtual_list import VirtualList

Settle = Callable[..., Awaitable[None]]
SIZES = pytest.mark.parametrize("size", [(80, 24), (120, 36)])
LONG = "Sales of the north by hour and store, for the planning of next year"


def lines(app: Any) -> list[str]:
    return [strip.text.rstrip() for strip in app.screen._compositor.render_strips()]


def line_of(app: Any, part: str) -> str:
    return next(line for line in lines(app) if part in line)


@SIZES
async def test_every_row_tells_its_sandbox(running: Any, make_session: Any, settle: Settle, size: tuple[int, int]) -> None:
    session = make_session(httpx.MockTransport(Service()), demo=False)
    for sandbox in ("dev", "a-sandbox-with-a-very-long-name-indeed", "prod"):
        session.history.finish(session.history.begin(ATTEMPT._replace(name=LONG, sandbox=sandbox)), "created")
    async with running(session, size=size) as (app, pilot):
        await pilot.press("f2")
        await settle(pilot)
        rows = [line for line in lines(app) if line.lstrip("▌ ").startswith("✓ Sales of")]
        assert [row.split("…")[1].split()[0][:4] for row in rows] == ["prod", "a-sa", "dev"]
        assert all("created   11-21 09:30" in row or "created   2026-11-21 09:30" in row for row in rows)
        assert "ACME" not in "".join(rows), "one organisation needs no column"
        if size == (80, 24):
            await pilot.press("f5")
            await pilot.pause()
        assert "Sandbox       prod" in "\n".join(lines(app))


@SIZES
async def test_rows_of_several_organisations_tell_theirs_by_the_profile_or_by_the_id(
    kit: Any, started: Any, settle: Settle, size: tuple[int, int]
) -> None:
    kit.saved(ACME, Profile("shop", "FEDCBA9876543210@AdobeOrg", "client-2", sandbox="dev"))
    async with started(kit, size=size) as (app, pilot):
        for name, org in (("one", ORG), ("two", "FEDCBA9876543210@AdobeOrg"), ("three", "99999AAAAA88888BBBBB7777@AdobeOrg")):
            app.session.history.finish(app.session.history.begin(ATTEMPT._replace(name=name, org=org)), "created")
        await pilot.press("f2")
        await settle(pilot)
        assert "dev acme " in line_of(app, "✓ one")
        assert "dev shop " in line_of(app, "✓ two")
        assert "dev 9999" in line_of(app, "✓ three")


async def test_asking_about_another_place_says_from_where_it_can_be_asked(kit: Any, started: Any, settle: Settle) -> None:
    kit.saved(ACME, Profile("shop", "FEDCBA9876543210@AdobeOrg", "client-2", sandbox="dev"))
    async with started(kit, keys={"ask": "f16", "profiles": "f17"}) as (app, pilot):
        left_by_an_earlier_run(app.session, org="99999AAAAA@AdobeOrg", sandbox="old")
        left_by_an_earlier_run(app.session, org="FEDCBA9876543210@AdobeOrg", sandbox="stage")
        await pilot.press("f2")
        await settle(pilot)
        words = "only in sandbox stage of profile shop; F17 goes there"
        assert words in text_of(app, "#details-text")
        assert "Ask the service" in key_line(app)
        await pilot.press("f16")
        assert f"Not from here: It can be asked {words}." in notices(app)
        await pilot.press("down", "f16")
        assert "It can be asked only in sandbox old of organisation 99999AAAAA@AdobeOrg" in notices(app)
        assert app.asked == {}


async def test_escape_goes_to_the_whole_list_first_and_what_was_found_stays_highlighted(
    running: Any, make_session: Any, settle: Settle
) -> None:
    session = make_session(httpx.MockTransport(Service()), demo=False)
    for name in ("first", "second", "third"):
        session.history.finish(session.history.begin(ATTEMPT._replace(name=name)), "created")
    async with running(session) as (app, pilot):
        await pilot.press("f2")
        await settle(pilot)
        await pilot.press(*"second")
        await settle(pilot)
        await pilot.press("tab")
        assert app.focused.id == "details"
        await pilot.press("escape")
        assert app.focused.id == "search"
        await pilot.press("escape")
        await settle(pilot)
        assert isinstance(app.screen, HistoryScreen)
        assert app.screen.query_one("#search", Input).value == ""
        rows = app.screen.query_one("#rows", VirtualList)
        assert (len(rows.rows), rows.highlighted.value.name) == (3, "second")
        await pilot.press("escape")
        assert not isinstance(app.screen, HistoryScreen)


async def test_the_page_reads_the_settings_beside_itself_and_looks_at_each_place_once(
    kit: Any, started: Any, settle: Settle, monkeypatch: pytest.MonkeyPatch
) -> None:
    kit.saved(ACME)
    threads, looks = [], []
    async with started(kit) as (app, pilot):
        for _ in range(60):
            app.session.history.finish(app.session.history.begin(ATTEMPT), "created")
        read, key = app.accounts.settings_file.read, history._org_key
        monkeypatch.setattr(app.accounts.settings_file, "read", lambda: (threads.append(threading.current_thread()), read())[1])
        monkeypatch.setattr(history, "_org_key", lambda *place: (looks.append(place), key(*place))[1])
        await pilot.press("f2")
        await settle(pilot)
        assert len(app.screen.query_one("#rows", VirtualList).rows) == 60
        assert len(looks) < 5 * 60, "not each with each"
        assert threads
        assert threading.main_thread() not in threads


async def test_an_id_is_offered_only_where_an_attempt_has_one(running: Any, make_session: Any, settle: Settle) -> None:
    session = make_session(httpx.MockTransport(Service()), demo=False)
    session.history.finish(session.history.begin(ATTEMPT._replace(name="made")), "created", connection_id="an-id")
    session.history.finish(session.history.begin(ATTEMPT._replace(name="lost")), "unknown")
    async with running(session) as (app, pilot):
        await pilot.press("f2")
        await settle(pilot)
        assert "Copy id" not in key_line(app)
        assert "Copy curl" in key_line(app)
        await pilot.press("down")
        await settle(pilot)
        assert "Copy id" in key_line(app)
        await pilot.press("ctrl+n")
        assert app.clipboard == "an-id"
