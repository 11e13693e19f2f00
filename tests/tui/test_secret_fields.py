"""Secrets in a form: masked, shown on purpose, masked again, and given to nobody."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any

import pytest
from made_form import focus, row
from textual import events
from textual.widgets import Static

from aep_tui.secret import Secret, reveal_all
from aep_tui.tui.widgets.fields.text_field import TextField
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


async def test_a_masked_field_gives_nothing_to_the_clipboard(opened: Any, settle: Go) -> None:
    async with opened() as (app, pilot):
        await settle(pilot)
        await focus(pilot, "Password")
        await pilot.press(*"pw1", "ctrl+a", "ctrl+c", "ctrl+x")
        assert app.clipboard == ""
        assert row(app, "Password").answer() == Secret("pw1")


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
