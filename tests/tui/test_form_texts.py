"""Texts in a form: formats, secrets, many lines, files, connection strings, and what is said about a field."""

from __future__ import annotations

from pathlib import Path

import pytest
from form_walk import filling, properties
from still_app import settled

TEXT = {"type": "string"}
PEM = "-----BEGIN KEY-----\nabc\n\ndef\n-----END KEY-----"
BUS = {"type": "string", "format": "password", "pattern": "^(Endpoint=sb://)(.*)(;SharedAccessKey=)(.*)(;)$"}


async def test_a_format_says_what_it_expects_and_complains_only_when_the_field_is_left() -> None:
    kinds = {
        "date": ("2026-1-1", "2026-01-31"),
        "date-time": ("2026-01-31", "2026-01-31T08:30:00Z"),
        "time": ("8h", "08:30:00Z"),
        "uri": ("not a uri", "https://a.example/b"),
        "email": ("nobody", "a@b.example"),
        "uuid": ("123", "123e4567-e89b-12d3-a456-426614174000"),
        "hostname": ("a b", "db.example.com"),
        "ipv4": ("1.2.3", "1.2.3.4"),
        "ipv6": ("1.2.3.4", "2001:db8::1"),
    }
    fields = {f"f{number}": {**TEXT, "format": kind} for number, kind in enumerate(kinds)}
    async with filling(properties(**fields, odd={**TEXT, "format": "no-such-format"})) as it:
        for number, (wrong, _) in enumerate(kinds.values()):
            label = f"F{number}"
            await it.go(label)
            assert " such as " in it.help or " like " in it.help, f"{label} has no hint: {it.help}"
            await it.paste(wrong)
            assert label not in it.errors, "nobody is told off while typing"
        await it.press("<tab>")
        assert list(it.errors) == [f"F{number}" for number in range(len(kinds))]
        assert it.errors["F0"] == "F0 must be a date such as 2026-01-31."
        assert await it.done() is None
        for number, (_, right) in enumerate(kinds.values()):
            await it.fill(f"F{number}", "<ctrl+u>")
            await it.paste(right)
        await it.fill("Odd", "anything")
        rights = {f"f{number}": right for number, (_, right) in enumerate(kinds.values())}
        assert await it.done() == {**rights, "odd": "anything"}


@pytest.mark.parametrize("mark", [{"format": "password"}, {"writeOnly": True}, {"airbyte_secret": True}], ids=str)
async def test_every_way_to_mark_a_secret_masks_it(mark: dict[str, object]) -> None:
    async with filling(properties(key={**TEXT, **mark}, after=TEXT)) as it:
        await it.press("s3", "<ctrl+a>", "<ctrl+c>", "<ctrl+x>")
        assert it.app.clipboard == ""
        assert "••" in it.shown("Key")
        assert "s3" not in it.screen_text
        await it.press("<f8>")
        assert "s3" in it.shown("Key")
        await it.press("<tab>", "<shift+tab>")
        assert "s3" not in it.screen_text, "what was shown is masked once it was left"
        assert '"key": "{KEY}"' in it.preview
        assert await it.done() == {"key": "s3"}


async def test_many_lines_stay_many_lines_masked_or_not() -> None:
    schema = properties(
        note={**TEXT, "multiline": True},
        pem={**TEXT, "multiline": True, "airbyte_secret": True},
        line=TEXT,
        hidden=BUS | {"pattern": ""},
    )
    async with filling(schema) as it:
        await it.press("one", "<enter>", "two")
        assert it.at == "Note", "Enter makes a new line here"
        await it.press("<tab>")
        await it.paste(PEM)
        assert it.shown("Pem").count("•") == len(PEM.replace("\n", ""))
        await it.press("<f8>")
        assert "-----END KEY-----" in it.shown("Pem")
        await it.press("<tab>")
        await it.paste("a\r\nb\n\nc\n")
        assert it.shown("Line").split("\n") == ["a", "b", "", "c"], "a field of one line opens for many"
        await it.press("<tab>")
        await it.paste("x\ny")
        assert it.shown("Hidden").split() == ["•", "•"]
        await it.press("<tab>")
        assert "BEGIN" not in it.screen_text
        assert "def" not in it.screen_text
        assert await it.done() == {"note": "one\ntwo", "pem": PEM, "line": "a\nb\n\nc", "hidden": "x\ny"}


async def test_a_file_fills_a_field_and_is_encoded_where_the_schema_says_so(
    isolated: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (isolated / "key.pem").write_text(PEM + "\n")
    (isolated / "blob").write_bytes(b"\x00\xffb")
    monkeypatch.chdir(isolated)
    encoded = {**TEXT, "contentEncoding": "base64"}
    schema = properties(
        key={**TEXT, "format": "password"}, blob=encoded, short={**TEXT, "maxLength": 3}, count={"type": "integer"}
    )
    async with filling(schema) as it:
        for name in ("key.pem", "blob"):
            assert "F4 loads it from a file" in it.help
            await it.press("<f4>")
            await settled(it.pilot)
            assert it.page == "LoadFileScreen"
            await it.press("<ctrl+u>")
            await it.paste(str(isolated / name))
            await settled(it.pilot)
            await it.press("<enter>")
            await settled(it.pilot)
            assert it.page == "LoneFormScreen"
            assert "BEGIN" not in it.screen_text
            await it.press("<tab>")
        assert it.at == "Short"
        await it.press("<f4>")
        await settled(it.pilot)
        await it.press("<escape>")
        assert (it.page, it.at) == ("LoneFormScreen", "Short")
        await it.press("<tab>", "<f4>")
        assert it.page == "LoneFormScreen", "a number is not loaded from a file"
        assert await it.done() == {"key": PEM, "blob": "AP9i"}


async def test_a_connection_string_is_filled_in_by_its_parts_and_tab_stays_what_it_was() -> None:
    async with filling(properties("bus", bus=BUS, after=TEXT)) as it:
        assert "F7 fills it in part by part" in it.help
        stops = list(it.app.screen.lines.stops)
        await it.press("nonsense", "<tab>")
        assert "Bus" in it.errors
        await it.press("<shift+tab>", "<f7>")
        await settled(it.pilot)
        assert it.page == "ConnectionStringScreen"
        await it.press("sb://bus.example", "<tab>", "k==", "<ctrl+n>")
        await settled(it.pilot)
        assert (it.page, it.at, it.errors) == ("LoneFormScreen", "Bus", {})
        assert it.app.screen.lines.stops == stops
        assert "k==" not in it.screen_text
        await it.press("<tab>", "<f7>")
        assert (it.page, it.at) == ("LoneFormScreen", "After"), "no other field has parts"
        await it.press("<shift+tab>", "<f7>")
        await settled(it.pilot)
        await it.press("<ctrl+u>", "other", "<escape>", "<escape>")
        assert await it.done() == {"bus": "Endpoint=sb://bus.example;SharedAccessKey=k==;"}


async def test_what_is_said_about_a_field_can_be_read() -> None:
    schema = properties(
        "code",
        "vpcName",
        code={
            **TEXT,
            "title": "Code [b]x[/b]",
            "description": "See <a href='https://x.example'>the docs</a> or [here](https://z.example). <b>Take care</b>",
            "pattern": "^[A-Z]{3}$",
            "pattern_descriptor": "ABC",
        },
        vpcName={**TEXT, "pattern": "^vpc-[0-9]+$", "examples": ["vpc-1"]},
        own={**TEXT, "pattern": "^x+$", "patternErrorMessage": "Only the letter x will do."},
        __proto__=TEXT,
        **{"": TEXT, "a.b": TEXT, "a/b": TEXT, "a~b": TEXT, "$ref": {"type": "string"}},
    )
    async with filling(schema) as it:
        assert it.drawn_label("Code [b]x[/b]") == "Code [b]x[/b] *"
        assert "See the docs (https://x.example) or here (https://z.example). Take care" in it.help
        assert "required · ABC" in it.help
        await it.press("abc", "<tab>")
        assert it.errors["Code [b]x[/b]"] == "Code [b]x[/b] does not have the expected form: ABC."
        assert it.at == "Vpc name"
        assert it.shown("Vpc name") == "for example vpc-1"
        await it.press("v", "<tab>", "y", "<tab>")
        assert "vpc-1" in it.errors["Vpc name"]
        assert "^vpc" not in it.errors["Vpc name"], "a bare regular expression helps nobody"
        assert it.errors["Own"] == "Own: Only the letter x will do."
        odd = []
        for number in range(6):
            odd.append(it.app.screen.lines.current.field.pointer)
            await it.press(str(number), "<tab>")
        assert odd == ["/__proto__", "/", "/a.b", "/a~1b", "/a~0b", "/$ref"]
        assert it.at == "BUTTON"
        await it.fill("Code [b]x[/b]", "<ctrl+u>", "ABC", "<tab>", "<ctrl+u>", "vpc-2", "<tab>", "<ctrl+u>", "xx")
        sent = {"code": "ABC", "vpcName": "vpc-2", "own": "xx", "__proto__": "0", "": "1", "a.b": "2", "a/b": "3"}
        assert await it.done() == {**sent, "a~b": "4", "$ref": "5"}
