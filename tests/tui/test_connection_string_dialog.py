"""The dialog that fills in a connection string part by part."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import pytest
from still_app import settled, type_keys
from textual.widgets import Button, Static

from aep_tui.forms.build import build
from aep_tui.forms.connection_string import builder_of
from aep_tui.secret import MASK
from aep_tui.tui.screens.connection_string import ConnectionStringScreen, PartRow, is_harmless
from aep_tui.tui.widgets.fields.text_field import TextField

STORAGE = {
    "pattern": "^(DefaultEndpointsProtocol=)(.*)(;AccountName=)(.*)(;AccountKey=)(.*)(;)",
    "examples": ["DefaultEndpointsProtocol=https;AccountName=<account name>;AccountKey=<account key>"],
}
BUS = {"pattern": "^(Endpoint=sb://)(.*)(;EntityPath=live;SharedAccessKey=)(.*)$"}
WORD = {"pattern": "^Host=[a-z]{3,9};Port=[0-9]+;Motto=.*;$", "example": "Host={host};Port={port};Motto={motto};"}
PLAIN_WRITTEN = "DefaultEndpointsProtocol=https;AccountName=acme;AccountKey=a=b==;"


class Building:
    """A dialog over the first page, and what it answered."""

    def __init__(self, app: Any, pilot: Any) -> None:
        self.app, self.pilot = app, pilot
        self.answers: list[str | None] = []

    async def open(self, schema: dict[str, Any], text: str = "", *, secret: bool = False) -> None:
        self.answers.clear()
        spec = build({"properties": {"v": {"type": "string", **schema}}}).field("/v")
        assert spec is not None
        builder = builder_of(spec)
        assert builder is not None
        self.app.push_screen(ConnectionStringScreen("Connection [b]string", builder, text, secret=secret), self.answers.append)
        await settled(self.pilot)

    async def press(self, *words: str) -> None:
        await type_keys(self.pilot, *words)
        await settled(self.pilot)

    def text(self, selector: str) -> str:
        return str(self.app.screen.query_one(selector, Static).content)

    @property
    def rows(self) -> list[PartRow]:
        return list(self.app.screen.query(PartRow))

    @property
    def values(self) -> list[str]:
        return [row.value for row in self.rows]

    @property
    def errors(self) -> list[str]:
        return [str(row.query_one(".part-error", Static).content) if row.has_class("-error") else "" for row in self.rows]

    @property
    def at(self) -> str:
        focused = self.app.focused
        return focused.pointer if isinstance(focused, TextField) else focused.id


@pytest.fixture
def building(running: Any) -> Any:
    @asynccontextmanager
    async def run(**options: Any) -> AsyncIterator[Building]:
        async with running(**{"size": (80, 24), **options}) as (app, pilot):
            yield Building(app, pilot)

    return run


async def test_parts_are_filled_in_and_written_as_the_pattern_wants(building: Any) -> None:
    async with building() as it:
        await it.open(STORAGE)
        assert [str(row.query_one(".part-label", Static).content) for row in it.rows] == [
            "Default endpoints protocol",
            "Account name",
            "Account key",
        ]
        assert it.values == ["https", "", ""], "what the example gives as it stands is there at first"
        assert it.rows[1].field.placeholder == "for example account name"
        assert [row.field.secret for row in it.rows] == [False, False, True]
        stops = []
        for _ in range(4):
            stops.append(it.at)
            await it.press("<tab>")
        assert stops == ["DefaultEndpointsProtocol", "AccountName", "AccountKey", "write"]
        await it.press("<enter>", "acme", "<enter>", "a=b==")
        assert it.text("#written") == f"DefaultEndpointsProtocol=https;AccountName=acme;AccountKey={MASK};"
        await it.press("<f8>")
        assert not it.rows[2].field.password
        await it.press("<up>", "<down>")
        assert it.rows[2].field.password, "a shown secret is masked once it is left"
        await it.press("<enter>")
        assert it.answers == [PLAIN_WRITTEN], "Enter on the last part writes"


async def test_a_text_that_is_there_is_read_into_its_parts(building: Any) -> None:
    async with building() as it:
        await it.open(STORAGE, "accountname=old;AccountKey=k;Extra=1;DefaultEndpointsProtocol=http")
        assert it.values == ["http", "old", "k", "1"]
        await it.press("<tab>", "<ctrl+u>", "acme", "<ctrl+n>")
        assert it.answers == ["DefaultEndpointsProtocol=http;AccountName=acme;AccountKey=k;Extra=1;"]
        await it.open(STORAGE, PLAIN_WRITTEN)
        await it.press("<tab>", "other", "<escape>")
        assert it.answers == [], "what was typed is not thrown away by one key"
        await it.pilot.click(offset=(0, 0))
        assert it.answers == [None]
        await it.open(STORAGE, PLAIN_WRITTEN)
        await it.pilot.click(offset=(0, 0))
        assert it.answers == [None]
        await it.open(STORAGE, PLAIN_WRITTEN)
        await it.pilot.click(Button)
        assert it.answers == [PLAIN_WRITTEN]
        await it.open(STORAGE, "no parts at all s3cret")
        assert it.values == ["https", "", ""]
        assert it.text("#notice").startswith("Part 1 of this text is not made of")
        assert it.text("#notice").endswith("It stays as it is unless you write a new one.")
        assert "s3cret" not in it.text("#notice")


async def test_an_error_shows_when_a_part_is_left_or_on_writing(building: Any) -> None:
    async with building() as it:
        await it.open(WORD)
        assert it.text("#written") == "nothing yet"
        await it.press("<ctrl+n>")
        assert it.text("#trouble").startswith("✗ Nothing is filled in yet")
        assert it.app.screen.query_one("#trouble").display
        await it.press("abc", "<tab>", "1", "<tab>", "x;y")
        assert it.errors == ["", "", ""], "no error while a part is typed for the first time"
        assert not it.app.screen.query_one("#trouble").display
        await it.press("<shift+tab>")
        assert it.errors == [
            "",
            "",
            "✗ Motto has a semicolon, which ends a value in this text and cannot be written otherwise.",
        ]
        await it.press("<ctrl+n>")
        assert (it.answers, it.at) == ([], "Motto")
        await it.press("<ctrl+u>", "[b]x", "<shift+tab>", "<backspace>", "p", "<enter>")
        assert it.errors == ["", "", ""]
        await it.press("<enter>")
        assert it.answers == [], "the pattern wants a number"
        assert it.text("#trouble").startswith("✗ ")
        await it.press("<up>", "<backspace>", "7", "<ctrl+n>")
        assert it.answers == ["Host=abc;Port=7;Motto=[b]x;"]


async def test_in_a_secret_field_only_what_is_plainly_harmless_is_shown(building: Any) -> None:
    async with building(size=(60, 16), no_color=True) as it:
        await it.open(BUS, "Endpoint=sb://here;EntityPath=live;SharedAccessKey=abcd;Other=efgh", secret=True)
        masked = {row.part.key: row.field.secret for row in it.rows if row.field}
        assert masked == {"Endpoint": False, "SharedAccessKey": True, "Other": True}
        assert "abcd" not in it.text("#written")
        assert "efgh" not in it.text("#written")
        assert it.app.screen.query_one("#write").region.bottom < it.app.screen.query_one(".hint").region.bottom <= 15


def test_harmless_names() -> None:
    for name in ("Endpoint", "AccountName", "DefaultEndpointsProtocol", "Data Source", "User ID", "Initial Catalog", "port"):
        assert is_harmless(name), name
    for name in ("SharedAccessKeyName", "AccountKey", "Pwd", "sig", "Other", "", "HostKey", "account token"):
        assert not is_harmless(name), name
