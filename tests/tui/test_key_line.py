"""Keys in strict order: what is typed fast ends where it was meant to."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any, ClassVar

import pytest
from textual import events
from textual.app import App, ComposeResult
from textual.binding import Binding, BindingType
from textual.events import Event
from textual.screen import Screen
from textual.widgets import Input

from aep_tui.tui import key_line
from aep_tui.tui.key_line import KeyLine


class Page(Screen[None]):
    """A field on a page of its own."""

    def compose(self) -> ComposeResult:
        yield Input(id="second")


class LineApp(App[None]):
    """Two fields; Enter goes to the next one by a binding of the app, ctrl+n opens a page."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("ctrl+n", "open_page", priority=True),
        Binding("f9", "note('f9')"),
    ]

    def __init__(self) -> None:
        super().__init__()
        self.keys = KeyLine(self, super().on_event)
        self.noted: list[str] = []

    def compose(self) -> ComposeResult:
        yield Input(id="first")
        yield Input(id="next")

    async def on_event(self, event: Event) -> None:
        if isinstance(event, events.Key | events.Paste) and not event.is_forwarded:
            await self.keys.take(event)
        else:
            await super().on_event(event)

    def on_input_submitted(self) -> None:
        self.screen.focus_next()

    def action_open_page(self) -> None:
        self.keys.hold()
        self.push_screen(Page())
        self.screen.call_after_refresh(self.keys.release)

    def action_note(self, text: str) -> None:
        self.noted.append(text + self.query_one("#first", Input).value)


@asynccontextmanager
async def running() -> AsyncIterator[tuple[LineApp, Any]]:
    app = LineApp()
    async with app.run_test() as pilot:
        yield app, pilot


def typed(app: LineApp, *keys: str) -> None:
    """Put keys into the app's queue all at once, as they come over a slow line."""
    for key in keys:
        character = key if len(key) == 1 else "\r" if key == "enter" else None
        app.post_message(events.Key(key, character))


async def until(app: LineApp, pilot: Any, what: Any) -> None:
    for _ in range(500):
        if what():
            return
        await asyncio.sleep(0.01)
    pytest.fail(f"waited in vain; focused {app.focused}, typed {[one.value for one in app.screen.query(Input)]}")


async def test_letters_behind_enter_reach_the_next_field() -> None:
    async with running() as (app, pilot):
        typed(app, *"ab", "enter", *"cd")
        await until(app, pilot, lambda: app.query_one("#next", Input).value == "cd")
        assert app.query_one("#first", Input).value == "ab"


async def test_a_backspace_takes_the_letter_before_it_and_no_later_one() -> None:
    async with running() as (app, pilot):
        typed(app, *"abx", "backspace", *"cd")
        await until(app, pilot, lambda: len(app.query_one("#first", Input).value) == 4)
        assert app.query_one("#first", Input).value == "abcd"


async def test_a_binding_sees_what_was_typed_before_it_and_nothing_behind_it() -> None:
    async with running() as (app, pilot):
        typed(app, *"ab", "f9", *"cd", "f9")
        await until(app, pilot, lambda: len(app.noted) == 2)
        assert app.noted == ["f9ab", "f9abcd"]


async def test_a_pasted_text_keeps_its_place_among_the_keys() -> None:
    async with running() as (app, pilot):
        typed(app, "a")
        app.post_message(events.Paste("-pasted-"))
        typed(app, "z", "f9")
        await until(app, pilot, lambda: len(app.noted) == 1)
        assert app.noted == ["f9a-pasted-z"]


async def test_keys_wait_for_the_page_they_are_meant_for() -> None:
    async with running() as (app, pilot):
        typed(app, *"ab", "ctrl+n", *"cd")
        await until(app, pilot, lambda: isinstance(app.screen, Page) and app.screen.query_one("#second", Input).value == "cd")
        assert app.screen_stack[0].query_one("#first", Input).value == "ab"


async def test_two_who_hold_the_keys_have_to_release_them_both() -> None:
    async with running() as (app, pilot):
        app.keys.hold()
        app.keys.hold()
        typed(app, "a")
        app.keys.release()
        await pilot.pause()
        assert app.query_one("#first", Input).value == ""
        app.keys.release()
        await until(app, pilot, lambda: app.query_one("#first", Input).value == "a")
        app.keys.release()
        typed(app, "b")
        await until(app, pilot, lambda: app.query_one("#first", Input).value == "ab")


async def test_keys_that_nobody_releases_go_on_by_themselves(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(key_line, "PATIENCE_SECONDS", 0.05)
    async with running() as (app, pilot):
        app.keys.hold()
        typed(app, "a")
        await until(app, pilot, lambda: app.query_one("#first", Input).value == "a")


async def test_a_widget_that_hangs_does_not_hold_the_others_keys_back(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(key_line, "PATIENCE_SECONDS", 0.05)
    async with running() as (app, pilot):
        stuck = asyncio.Event()
        app.query_one("#first", Input).call_later(stuck.wait)
        typed(app, "a")
        app.query_one("#next", Input).focus()
        typed(app, "b")
        await until(app, pilot, lambda: app.query_one("#next", Input).value == "b")
        stuck.set()
        await until(app, pilot, lambda: app.query_one("#first", Input).value == "a")
