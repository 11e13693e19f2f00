"""The rules of every form: one order of Tab, errors when a field is left, and nothing that is typed goes astray."""

from __future__ import annotations

from typing import Any

import httpx
from form_walk import filling, properties
from made_form import focused_label, row, serving
from still_app import KEY_NAMES, settled
from textual import events
from textual.geometry import Offset

from aep_tui.tui.widgets.form_lines import LABEL_WIDTH
from aep_tui.wizard.step import Step

TEXT = {"type": "string"}
SSH = {**properties("host", host=TEXT, port={"type": "integer", "default": 22}), "title": "SSH"}
MIXED = properties(
    "name",
    "way",
    name=TEXT,
    nick=TEXT,
    way={"anyOf": [properties(a=TEXT) | {"title": "One"}, properties(b=TEXT) | {"title": "Two"}], "title": "Way"},
    ssh=SSH,
    tags={"type": "array", "items": properties("t", t=TEXT), "title": "Tags"},
    kept={**TEXT, "always_show": True},
    age={"type": "integer"},
)


async def test_the_order_of_tab_is_the_same_there_and_back_before_and_after_folding() -> None:
    async with filling(MIXED) as it:

        async def walk(key: str) -> list[str]:
            seen = []
            for _ in range(len(it.app.screen.lines.stops) + 1):
                seen.append(it.at)
                await it.press(key)
            return seen

        await it.fill("Way", "<down>")
        await it.fill("Tags", "<space>")
        await it.go("Name")
        there = await walk("<tab>")
        assert there == ["Name", "Nick", "Way", "A", "SSH", "Tags", "Entry 1", "T", "Kept", "Age", "BUTTON"]
        assert it.at == "Name"
        back = await walk("<shift+tab>")
        assert back == [there[0], *reversed(there[1:])]
        await it.press("<ctrl+o>")
        folded = await walk("<tab>")
        assert folded == ["Name", "Way", "Tags", "Entry 1", "T", "Kept", "BUTTON"]
        await it.press("<ctrl+o>")
        assert await walk("<tab>") == there
        assert await it.done() is None
        assert (it.at, it.app.screen.lines.error("/name")) == ("Name", "Name is required.")


async def test_folding_keeps_what_matters_and_says_how_much_is_away() -> None:
    async with filling(MIXED) as it:
        await it.press("<ctrl+o>")
        assert it.labels == ["Name", "Way", "Kept"]
        assert it.errors == {}, "a field is not left by folding"
        assert "4 optional folded away, ^o shows them" in it.count
        await it.press("<ctrl+o>")
        await it.fill("Nick", "n", "<tab>")
        await it.fill("Age", "x", "<tab>")
        await it.press("<shift+tab>", "<shift+tab>", "<ctrl+o>")
        assert it.labels == ["Name", "Nick", "Way", "Kept", "Age"], "what is answered stays, and what is wrong"
        assert it.at == "Kept"
        await it.press("<tab>", "<ctrl+u>", "<tab>", "<tab>", "<tab>")
        assert it.labels == ["Name", "Nick", "Way", "Kept"], "what is neither any more goes"
        await it.press("<ctrl+o>")
        await it.go("SSH")
        await it.press("<ctrl+o>")
        assert it.at == "SSH", "where one is, stays"
        assert "SSH" in it.labels


async def test_the_main_action_goes_to_the_first_error_and_each_can_be_reached_from_the_list() -> None:
    async with filling(properties("a", "b", "c", a=TEXT, b=TEXT, c={"type": "integer"}, d=TEXT)) as it:
        await it.press("<f6>")
        assert it.page == "LoneFormScreen", "there is no list of one error or none"
        await it.fill("C", "x")
        assert it.errors == {"A": "A is required.", "B": "B is required."}
        assert await it.done() is None
        assert it.at == "A"
        assert list(it.errors) == ["A", "B", "C"]
        assert "3 to correct · F6 lists them" in it.count
        await it.press("<f6>")
        await settled(it.pilot)
        assert it.page == "ErrorListScreen"
        assert "C must be a whole number." in it.screen_text
        await it.press("<down>", "<down>", "<enter>")
        await settled(it.pilot)
        assert (it.page, it.at) == ("LoneFormScreen", "C")
        summary = it.screen_text.split("\n")
        line = next(y for y, text in enumerate(summary) if text.strip().startswith("✗ B is required.") and text.index("✗") < 5)
        await it.pilot.click(offset=Offset(6, line))
        await it.pilot.pause()
        assert it.at == "B"
        await it.press("b")
        assert list(it.errors) == ["A", "C"], "what is right now is not said to be wrong"
        await it.press("<backspace>")
        assert list(it.errors) == ["A", "C"], "while it is typed nothing new is said"
        await it.press("<tab>")
        assert list(it.errors) == ["A", "B", "C"]
        await it.fill("A", "a")
        await it.fill("B", "b")
        await it.press("<f6>")
        assert (it.page, it.at) == ("LoneFormScreen", "C"), "one thing to correct needs no list"


async def test_a_field_that_a_choice_brings_is_the_next_stop_and_the_choice_keeps_the_focus() -> None:
    schema = {
        "properties": {"first": TEXT, "on": {"type": "boolean"}, "last": TEXT},
        "if": {"properties": {"on": {"const": True}}, "required": ["on"]},
        "then": {"properties": {"extra": TEXT}},
    }
    async with filling(schema) as it:
        await it.go("On")
        before = it.labels
        await it.press("<space>")
        assert it.at == "On"
        assert set(it.labels) - set(before) == {"Extra"}
        await it.fill("Extra", "e")
        await it.fill("On", "<space>")
        assert it.labels == before
        assert it.at == "On"
        assert await it.done() == {"on": False}


async def test_every_row_can_be_clicked_and_an_option_is_chosen_by_its_click() -> None:
    schema = {**MIXED, "properties": {**MIXED["properties"], "many": {"type": "array", "items": {"enum": ["x", "y", "z"]}}}}
    async with filling(schema) as it:

        async def click(label: str, line: int = 0, x: int = LABEL_WIDTH + 3) -> None:
            lines = it.app.screen.lines
            top, _ = lines.top_of(it.row(label).row_id)
            await it.pilot.click(offset=Offset(lines.region.x + x, lines.region.y + top + line))
            await it.pilot.pause()

        await click("Way", 1)
        assert it.at == "Way"
        assert it.labels[3] == "B"
        await click("B", x=2)
        assert it.at == "B", "a label is clicked like its field"
        await it.press("typed")
        await click("B", x=LABEL_WIDTH + 2)
        await it.press("X")
        await click("SSH")
        assert it.at == "SSH"
        assert "Host" in it.labels
        await click("Tags")
        assert it.at == "Tags", "the click that leads to a list adds nothing to it"
        await it.pilot.click(it.app.screen.lines.editor)
        assert it.at == "T"
        await click("Many", 1)
        assert it.at == "Many"
        await click("Many", 2)
        await click("Name")
        await it.press("n")
        await click("Host")
        await it.press("h")
        await click("T")
        await it.press("t")
        assert '"host": "h"' in it.preview, "what follows is drawn after a click as after Tab"
        assert it.errors == {}
        await it.pilot.click("#go")
        await it.pilot.pause()
        sent = {"name": "n", "way": {"b": "tXyped"}, "ssh": {"host": "h"}, "tags": [{"t": "t"}], "many": ["y", "z"]}
        assert it.app.params == sent


async def test_leaving_asks_first_if_something_was_typed() -> None:
    async with filling(MIXED) as it:
        await it.press("n", "<escape>")
        assert not it.app._exit, "what stands in the field one is in counts too"
        assert [note.title for note in it.app._notifications] == ["Not yet"]
        await it.press("<tab>", "<ctrl+q>")
        assert it.app._exit
        assert it.app.params is None
    async with filling(MIXED) as it:
        await it.press("<tab>", "<tab>", "<escape>")
        assert it.app._exit, "there is nothing to lose"


async def test_without_colour_one_still_sees_where_one_is(monkeypatch: Any) -> None:
    monkeypatch.setenv("NO_COLOR", "1")
    async with filling(MIXED, no_color=True) as it:
        await it.press("<tab>", "<tab>")
        lines = it.app.screen.lines
        top, _ = lines.top_of("/way")
        cells = it.app.screen._compositor.render_strips()[lines.region.y + top]
        styles = {segment.text.strip(): segment.style for segment in cells if segment.text.strip()}
        label = next(style for text, style in styles.items() if text.startswith("Way"))
        assert label.reverse
        hues = {segment.style.color.triplet for segment in cells if segment.style and segment.style.color}
        assert all(hue is None or len(set(hue)) == 1 for hue in hues), "nothing but shades of grey"


async def test_keys_in_one_burst_reach_the_fields_and_dialogs_they_were_meant_for() -> None:
    schema = properties(
        "a", a=TEXT, region={"enum": [f"zone {n}" for n in range(30)]}, many={"type": "array", "items": TEXT}, z=TEXT
    )
    async with filling(schema) as it:
        keys = [*"one", "tab", *"zone 17", "enter", "tab", "p", "enter", "q", "tab", *"end", "ctrl+n"]
        for key in keys:
            character = {"tab": "\t", "enter": "\r"}.get(key, key if len(key) == 1 else None)
            it.app.post_message(events.Key(KEY_NAMES.get(key, key), character))
        await settled(it.pilot)
        assert it.app.params == {"a": "one", "region": "zone 17", "many": ["p", "q"], "z": "end"}


async def test_a_refusal_that_names_a_nested_param_lands_on_its_row(running: Any, make_session: Any) -> None:
    schema = properties("ssh", ssh={**SSH, "properties": {"host": TEXT, "port": {"type": "integer"}}}, last=TEXT)
    refusal = {"type": "x/1304-400", "report": {"detailed-message": "mandatory field ssh.host not provided"}}
    listing = serving(schema)

    async def answer(request: httpx.Request) -> httpx.Response:
        return httpx.Response(400, json=refusal) if request.method == "POST" else await listing.handle_async_request(request)

    async with running(make_session(httpx.MockTransport(answer), demo=False), wanted="made-up") as (app, pilot):
        await pilot.press(*"mine", "tab", "tab", *"db", "ctrl+q")
        assert not app._exit, "what was just typed would be lost"
        await pilot.press("ctrl+n")
        await settled(pilot)
        assert app.wizard.step is Step.REVIEW
        await pilot.press("ctrl+n")
        await settled(pilot)
        await pilot.press("escape")
        await settled(pilot)
        assert app.wizard.step is Step.CREDENTIALS
        assert focused_label(app) == "Host"
        assert row(app, "Host").error
