"""Secrets in a form: masked, shown on purpose, masked again, and given to nobody."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from html import unescape
from pathlib import Path
from typing import Any

import pytest
from made_form import focus, row
from textual import events
from textual.app import App
from textual.selection import SELECT_ALL
from textual.widgets import Static

from aep_tui.secret import Secret, reveal_all
from aep_tui.tui.widgets.fields.text_field import TextField
from aep_tui.tui.widgets.quiet_input import NOT_COPIED, QuietInput
from aep_tui.wizard.request import connection_body

Go = Callable[..., Awaitable[None]]


async def test_a_secret_is_masked_shown_on_purpose_and_masked_again_when_left(opened: Any, settle: Go) -> None:
    async with opened() as (app, pilot):
        await settle(pilot)
        password = await focus(pilot, "Password")
        assert isinstance(password, TextField)
        await pilot.press(*"pw1")
        assert password.password
        await pilot.press("f8")
        assert password.revealed
        await pilot.press("shift+tab")
        assert row(app, "Password").shown() == "•••"
        await pilot.press("tab")
        assert app.focused.password


@pytest.mark.parametrize(
    ("schema", "keys", "masked", "shown", "sent"),
    [
        ({"type": "boolean"}, ("y",), "••••", "yes", True),
        ({"enum": ["alpha", "beta"]}, ("down", "down"), "••••", "beta", "beta"),
        ({"const": "gamma"}, (), "••••", "gamma", "gamma"),
    ],
    ids=["boolean", "choice", "const"],
)
async def test_a_secret_that_is_chosen_is_masked_like_one_that_is_typed(
    schema: dict[str, Any], keys: tuple[str, ...], masked: str, shown: str, sent: object, opened: Any, settle: Go
) -> None:
    document = {"properties": {"pick": {**schema, "format": "password"}, "other": {"type": "string"}}, "required": ["pick"]}
    async with opened(document) as (app, pilot):
        await settle(pilot)
        await focus(pilot, "Pick")
        if keys:
            await pilot.press(*keys)
            assert shown in row(app, "Pick").shown()
        await pilot.press("tab")
        assert masked in row(app, "Pick").shown()
        assert shown not in row(app, "Pick").shown()
        await pilot.press("shift+tab")
        assert masked in row(app, "Pick").shown()
        assert shown not in row(app, "Pick").shown()
        assert shown not in str(app.screen.query_one("#preview", Static).content)
        await pilot.press("f8")
        assert shown in row(app, "Pick").shown()
        await pilot.press("tab")
        assert shown not in row(app, "Pick").shown()
        assert app.session.request(app.wizard.draft).body["auth"]["params"] == {"pick": "{PICK}"}
        assert reveal_all(connection_body(app.wizard.draft))["auth"]["params"] == {"pick": sent}


SECRETS = {
    "properties": {
        "word": {"type": "string", "format": "password"},
        "pem": {"type": "string", "format": "password"},
        "open": {"type": "boolean"},
    }
}


@asynccontextmanager
async def two_secrets(opened: Any, settle: Go) -> AsyncIterator[tuple[Any, Any]]:
    """Fill in a secret of one line and one of several."""
    async with opened(SECRETS) as (app, pilot):
        await settle(pilot)
        for label, pasted in (("Word", "canary"), ("Pem", "first\ncanary")):
            await focus(pilot, label)
            app.post_message(events.Paste(pasted))
            await pilot.press("tab")
        await settle(pilot)
        yield app, pilot


@pytest.mark.parametrize("shown", [False, True], ids=["masked", "shown"])
@pytest.mark.parametrize("key", ["ctrl+c", "ctrl+x"])
@pytest.mark.parametrize("label", ["Word", "Pem"])
async def test_a_secret_is_neither_copied_nor_cut_and_that_is_said(
    label: str, key: str, shown: bool, opened: Any, settle: Go
) -> None:
    async with two_secrets(opened, settle) as (app, pilot):
        field = await focus(pilot, label)
        held = field.answer()
        await pilot.press(*(["f8"] if shown else []), "home", "shift+end")
        assert field.revealed == shown
        await pilot.press(key)
        assert app.clipboard == ""
        assert field.answer() == held
        assert [note.message for note in app._notifications] == [NOT_COPIED]


async def test_a_box_that_is_no_field_keeps_what_it_masks_too(running: Any) -> None:
    async with running() as (app, pilot):
        box = QuietInput("canary", password=True)
        await app.screen.mount(box)
        box.focus()
        await pilot.press("end", "shift+home", "ctrl+c", "ctrl+x")
        assert (app.clipboard, box.value) == ("", "canary")
        box.password = False
        await pilot.press("ctrl+x")
        assert (app.clipboard, box.value) == ("canary", "")


@pytest.mark.parametrize("kind", [{"type": "boolean"}, {"enum": ["alpha", "beta"]}, {"type": "string"}])
async def test_the_mouse_selects_nothing_of_a_secret(kind: dict[str, Any], opened: Any, settle: Go) -> None:
    schema = {"properties": {"pick": {**kind, "format": "password"}, "open": {"type": "boolean"}}}
    async with opened(schema) as (app, pilot):
        await settle(pilot)
        await focus(pilot, "Pick")
        await pilot.press("y" if kind.get("type") == "boolean" else "b", "f8")
        app.screen.selections = dict.fromkeys(app.screen.query("*"), SELECT_ALL)
        assert not app.focused.allow_select
        assert app.focused.get_selection(SELECT_ALL) is None
        taken = app.screen.get_selected_text() or ""
        app.screen.clear_selection()
        for shown in ("yes", "beta", " b "):
            assert shown not in taken
        await pilot.press("tab")
        assert app.focused.allow_select


def _text_of(picture: str) -> str:
    return unescape(re.sub("<[^>]*>", "", picture)).replace("\u00a0", " ")


@pytest.mark.parametrize("label", ["Word", "Pem"])
async def test_a_picture_taken_from_inside_shows_no_secret(label: str, opened: Any, settle: Go, tmp_path: Path) -> None:
    async with two_secrets(opened, settle) as (app, pilot):
        field = await focus(pilot, label)
        await pilot.press("f8")
        await pilot.pause()
        assert field.revealed
        app.save_screenshot("picture.svg", str(tmp_path))
        for picture in (app.export_screenshot(), (tmp_path / "picture.svg").read_text(encoding="utf-8")):
            assert "canary" not in _text_of(picture)
            assert "••••••" in _text_of(picture)
        assert field.revealed, "the person looks at it still"
        assert "canary" in _text_of(App.export_screenshot(app)), "the search finds nothing at all"


async def test_a_picture_over_a_dialog_shows_no_part_of_a_connection_string(opened: Any, settle: Go) -> None:
    text = {"type": "string", "format": "password", "title": "Connection string"}
    schema = {"properties": {"connectionString": {**text, "examples": ["Server=db;Password=pw"]}}}
    async with opened(schema) as (app, pilot):
        await settle(pilot)
        await focus(pilot, "Connection string")
        await pilot.press("f7")
        await settle(pilot)
        field = next(field for field in app.screen.query(TextField) if field.secret)
        field.focus()
        await pilot.press(*"canary", "f8")
        assert field.revealed
        assert "canary" not in _text_of(app.export_screenshot())


async def test_a_paste_of_many_lines_keeps_every_line(opened: Any, settle: Go) -> None:
    async with opened() as (app, pilot):
        await settle(pilot)
        await focus(pilot, "Password")
        app.post_message(events.Paste("-----BEGIN-----\r\nabc\ndef\n-----END-----\n"))
        await pilot.press("tab")
        assert app.wizard.draft.answers()["/password"] == Secret("-----BEGIN-----\nabc\ndef\n-----END-----")


async def test_the_preview_follows_every_answer_and_shows_no_secret(opened: Any, settle: Go) -> None:
    async with opened() as (app, pilot):
        await settle(pilot)
        await focus(pilot, "Host")
        await pilot.press(*"db9", "tab")
        await focus(pilot, "Password")
        await pilot.press(*"canary", "tab")
        await pilot.pause()
        shown = str(app.screen.query_one("#preview", Static).content)
        assert '"host": "db9"' in shown
        assert '"password": "{PASSWORD}"' in shown
        assert "canary" not in shown


@pytest.mark.parametrize("keys", [("ctrl+n", "escape"), ("f1", "escape"), ("f2", "escape"), ("ctrl+p", "escape")])
async def test_a_shown_secret_is_masked_when_another_page_comes(keys: tuple[str, ...], opened: Any, settle: Go) -> None:
    schema = {"properties": {"password": {"type": "string", "format": "password"}}, "required": ["password"]}
    async with opened(schema) as (app, pilot):
        await settle(pilot)
        await focus(pilot, "Password")
        await pilot.press(*"pw1", "f8")
        assert app.focused.revealed
        for key in keys:
            await pilot.press(key)
            await settle(pilot)
        password = app.screen.lines.editor
        assert (password.value, password.revealed, password.password) == ("pw1", False, True)
