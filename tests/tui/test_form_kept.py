"""What a form holds is what is sent, to the letter, and what it hides stays hidden, whatever widget edits it."""

from __future__ import annotations

from typing import Any

import pytest
from form_walk import filling
from still_app import settled

from aep_tui.secret import Secret

TEXT: dict[str, Any] = {"type": "string"}
SECRET: dict[str, Any] = {"type": "string", "format": "password"}
CANARY = "HUSH-7"


async def test_a_secret_of_several_lines_stays_masked_where_it_is_typed_as_json() -> None:
    async with filling({"properties": {"cred": {"airbyte_secret": True, "type": "json"}, "after": TEXT}}) as it:
        await it.paste('{"k":\n"HUSH-7"}')
        await settled(it.pilot)
        assert CANARY not in it.screen_text
        await it.press("<ctrl+a>", "<ctrl+c>", "<ctrl+x>")
        assert it.app.clipboard == ""
        assert all(isinstance(answer, Secret) for answer in it.app.screen.filling.touched.values())
        await it.press("<tab>")
        assert CANARY not in it.screen_text
        await it.press("<shift+tab>", "<f8>")
        assert CANARY in it.screen_text
        assert await it.done() == {"cred": {"k": CANARY}}


@pytest.mark.parametrize("text", ["a\r\nb\nc", "a\nb\u2028c", "a\nb\x0cc", "a\rb\nc", "a\r\nb\r\n", "one\n\n\ntwo\n"])
async def test_a_text_that_nobody_changed_is_sent_to_the_letter(text: str) -> None:
    async with filling({"properties": {"t": {**TEXT, "default": text, "multiline": True}}, "required": ["t"]}) as it:
        await it.press("<tab>", "<shift+tab>", "<tab>")
        assert await it.done() == {"t": text}


async def test_a_text_with_line_ends_that_an_editor_would_change_is_replaced_or_emptied_as_a_whole() -> None:
    async with filling({"properties": {"t": {**TEXT, "default": "a\nb\u2028c"}}, "required": ["t"]}) as it:
        assert "characters in" in it.shown("T")
        await it.press("<delete>", "new")
        assert await it.done() == {"t": "new"}


async def test_a_paste_is_the_same_in_a_line_and_in_an_area() -> None:
    async with filling({"properties": {"line": SECRET, "area": {**SECRET, "multiline": True}}}) as it:
        for _ in range(2):
            await it.paste("-----BEGIN-----\r\nabc\r\n-----END-----\r\n")
            await settled(it.pilot)
            await it.press("<tab>")
        params = await it.done()
        assert params == dict.fromkeys(("line", "area"), "-----BEGIN-----\nabc\n-----END-----")


async def test_a_search_shows_no_secret_choice_unless_it_is_shown_in_the_form() -> None:
    many = [f"v{number:03}" for number in range(50)]
    async with filling({"properties": {"pick": {"airbyte_secret": True, "enum": many}, "after": TEXT}}) as it:
        await it.press("<down>", "<down>", "<down>", "<tab>", "<shift+tab>", "<space>")
        await settled(it.pilot)
        assert it.page == "PickScreen"
        assert "●" not in it.screen_text
        await it.press("<escape>")
        assert await it.done() == {"pick": "v002"}


ENDPOINT = {
    "type": "string",
    "format": "password",
    "pattern": "^(Endpoint=.*;SharedAccessKeyName=.*;SharedAccessKey=.*;?)$",
    "examples": ["Endpoint=<endpoint>;SharedAccessKeyName=<name>;SharedAccessKey=<key>"],
}


async def test_a_part_of_a_secret_that_may_hide_a_password_is_masked_and_a_paste_of_lines_is_refused_with_a_reason() -> None:
    async with filling({"properties": {"bus": ENDPOINT}}) as it:
        await it.paste(f"Endpoint=https://u:{CANARY}@h/?sig={CANARY};SharedAccessKeyName=n;SharedAccessKey=k")
        await it.press("<f7>")
        await settled(it.pilot)
        assert it.page == "ConnectionStringScreen"
        assert CANARY not in it.screen_text
        await it.paste("two\nlines")
        await it.pilot.pause()
        assert "one line" in it.screen_text
        await it.press("<ctrl+u>", "sb://x", "<escape>")
        assert it.page == "ConnectionStringScreen", "what was typed is not thrown away by one key"
        await it.press("<ctrl+n>")
        assert (await it.done())["bus"].startswith("Endpoint=sb://x;")


async def test_a_file_says_what_was_loaded_and_the_next_one_begins_in_its_directory(tmp_path: Any) -> None:
    (tmp_path / "key.pem").write_text("one\ntwo\n")
    async with filling({"properties": {"a": SECRET, "b": SECRET}}) as it:
        await it.press("<f4>")
        await settled(it.pilot)
        for sign in str(tmp_path / "key.pem"):
            await it.pilot.press({"/": "slash", ".": "full_stop", "-": "minus", "_": "underscore"}.get(sign, sign))
        await settled(it.pilot)
        await it.press("<enter>")
        await settled(it.pilot)
        assert it.page == "LoneFormScreen"
        assert [note.message for note in it.app._notifications] == ["key.pem: 7 characters, 2 lines"]
        await it.press("<tab>", "<f4>")
        await settled(it.pilot)
        assert "key.pem" in it.screen_text
        await it.press("<escape>")
        assert await it.done() == {"a": "one\ntwo"}
