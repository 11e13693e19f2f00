"""Other keys than those from the start: what the settings want is checked, applied on every page, and shown everywhere."""

from __future__ import annotations

import importlib
import inspect
import pkgutil
from collections.abc import Iterator
from typing import Any

import httpx
import pytest
from made_form import focus
from posts import CREATED, Posts
from still_app import StillClock
from textual.command import CommandPalette
from textual.screen import Screen
from textual.widget import Widget
from textual.widgets import Button, Input, Static, TextArea

import aep_tui.tui
from aep_tui.forms.build import build
from aep_tui.tui.app import AepTuiApp
from aep_tui.tui.base_app import BaseApp
from aep_tui.tui.form_app import FormApp
from aep_tui.tui.key_table import APP, DIALOGS, FIELDS, FIRST, PAGES, WIZARD
from aep_tui.tui.keymap import TYPING, Keymap, with_keys
from aep_tui.tui.screens.help import HelpScreen, keys_of
from aep_tui.tui.widgets.key_bar import KeyBar
from aep_tui.wizard.lone_form import LoneForm
from aep_tui.wizard.step import Step

MOVEMENT = frozenset(
    ("enter", "tab", "shift+tab", "up", "down", "left", "right", "home", "end", "ctrl+home", "ctrl+end", "pageup", "pagedown")
)


def _classes() -> list[type[Any]]:
    found = []
    for module in pkgutil.walk_packages(aep_tui.tui.__path__, "aep_tui.tui."):
        members = vars(importlib.import_module(module.name)).values()
        own = (one for one in members if inspect.isclass(one) and one.__module__ == module.name)
        found += [one for one in own if issubclass(one, Widget | BaseApp)]
    return found


def _bindings(one: type[Any]) -> Iterator[tuple[str, str, str]]:
    """Return id, key and action of every binding of our own that a class has, inherited ones too."""
    for base in one.__mro__:
        if base.__module__.startswith("aep_tui."):
            for binding in base.__dict__.get("BINDINGS", ()):
                yield binding.id or "", binding.key, binding.action


def _keys_by_id(one: type[Any]) -> dict[str, set[str]]:
    found: dict[str, set[str]] = {}
    for binding_id, key, _ in _bindings(one):
        if binding_id:
            found.setdefault(binding_id, set()).update(key.split(","))
    return found


SCREENS = {
    one.__name__.removesuffix("Screen"): one
    for one in _classes()
    if issubclass(one, Screen) and one.__name__.endswith("Screen") and _keys_by_id(one)
}


@pytest.mark.parametrize("name", sorted(SCREENS))
def test_the_table_of_keys_is_that_of_the_pages(name: str) -> None:
    boxes = [one for one in _classes() if not issubclass(one, Screen | BaseApp) and one.__module__ == SCREENS[name].__module__]
    own = [_keys_by_id(one) for one in (SCREENS[name], *boxes)]
    keys = {binding_id: found for page in own for binding_id, found in page.items()}
    assert {binding_id: set(text.split(",")) for binding_id, text in PAGES[name].items()} == keys
    assert (name in DIALOGS) == SCREENS[name].__mro__[1].__name__.startswith("ModalScreen")


def test_the_table_of_keys_is_that_of_the_fields_and_the_program() -> None:
    found: dict[str, set[str]] = {}
    for one in _classes():
        if one.__module__.startswith("aep_tui.tui.widgets.fields."):
            for binding_id, keys in _keys_by_id(one).items():
                found.setdefault(binding_id, set()).update(keys)
    assert found == {binding_id: set(text.split(",")) for binding_id, text in FIELDS.items()}
    assert _keys_by_id(AepTuiApp) == {binding_id: {text} for binding_id, text in {**APP, **WIZARD}.items()}


def test_every_key_but_plain_movement_has_an_id() -> None:
    for one in _classes():
        for binding_id, key, action in _bindings(one):
            assert binding_id or set(key.split(",")) <= MOVEMENT, f"{one.__name__}: {key} ({action})"


def test_the_keys_of_typing_are_those_of_the_boxes() -> None:
    plain_ctrl = {
        key
        for box in (Input, TextArea)
        for binding in box.BINDINGS
        for key in binding.key.split(",")
        if key.startswith("ctrl+") and len(key) == len("ctrl+a")
    }
    assert plain_ctrl <= TYPING | {"ctrl+z", "ctrl+y"}


@pytest.mark.parametrize(
    ("wanted", "given"),
    [
        ({"main": "F14"}, {"main": "f14"}),
        ({"main": " Alt+G , f14 "}, {"main": "alt+g,f14"}),
        ({"main": "^b"}, {"main": "ctrl+b"}),
        ({"main": "f2", "history": "ctrl+n"}, {"main": "f2", "history": "ctrl+n"}),
        ({"copy": "y"}, {"copy": "y"}),
        ({"copy": "?"}, {"copy": "?"}),
        ({"copy": "Y"}, {"copy": "Y"}),
        ({"back": "f15"}, {"back": "f15", "stop": "escape"}),
        ({"back": "f15", "stop": "f15"}, {"back": "f15", "stop": "f15"}),
        ({"entry-up": "alt+k", "entry-down": "alt+j"}, {"entry-up": "alt+k", "entry-down": "alt+j"}),
        ({"help-close": "escape,f1"}, {"help-close": "escape,f1"}),
        ({"main": "alt++"}, {"main": "alt++"}),
    ],
)
def test_keys_are_read_as_people_write_them(wanted: dict[str, str], given: dict[str, str]) -> None:
    keymap = Keymap(wanted)
    assert keymap.remarks == []
    assert dict(keymap.given) == given


@pytest.mark.parametrize(
    ("wanted", "remark"),
    [
        ({"mian": "f14"}, "There is no key called mian; did you mean main?"),
        ({"zzzzzz": "f14"}, "There is no key called zzzzzz."),
        ({"evil\x1b[31m": "f14"}, "There is no key called evil[31m."),
        ({"main": "foo"}, "main stays ctrl+n: foo is no key."),
        ({"main": "cmd+n"}, "main stays ctrl+n: cmd+n is no key."),
        ({"main": "ctrl+ctrl+n"}, "main stays ctrl+n: ctrl+ctrl+n is no key."),
        ({"main": ""}, "main stays ctrl+n: nothing is no key."),
        ({"main": "f14,,f8"}, "main stays ctrl+n: a comma stands alone."),
        ({"main": "n"}, "main stays ctrl+n: n is for typing."),
        ({"main": "shift+n"}, "main stays ctrl+n: shift+n is for typing."),
        ({"help": "?"}, "help stays F1: ? is for typing."),
        ({"main": "enter"}, "main stays ctrl+n: enter moves on the page or edits a text."),
        ({"main": "ctrl+v"}, "main stays ctrl+n: ctrl+v moves on the page or edits a text."),
        ({"main": "ctrl+m"}, "main stays ctrl+n: a terminal sends enter for ctrl+m."),
        ({"main": "ctrl+c"}, "main stays ctrl+n: ctrl+c moves on the page or edits a text."),
        ({"history": "ctrl+n"}, "history stays F2: on Source, ctrl+n is the key of main."),
        ({"again": "t"}, "again stays a: on Review, t is the key of switch."),
        ({"fold": "f14", "load": "f14"}, "load stays F4: on Credentials, F14 is the key of fold."),
        ({"fold": "f9"}, "fold stays ctrl+o: on Credentials, F9 is the key of existing."),
        ({"reveal": "f3"}, "reveal stays F8: on Credentials, F3 is the key of profiles."),
        ({"entry-up": "f4"}, "entry-up stays alt+up or ctrl+up: on Credentials, F4 is the key of load."),
        ({"parts-leave": "ctrl+q"}, "parts-leave stays esc: on ConnectionString, ctrl+q is the key of quit."),
    ],
)
def test_what_cannot_be_followed_is_said_and_stays_as_it_was(wanted: dict[str, str], remark: str) -> None:
    keymap = Keymap(wanted)
    assert keymap.remarks == [remark]
    for binding_id in keymap.keys("quit"):
        assert binding_id == "ctrl+q"


@pytest.mark.parametrize("taker", ["main", "help", "history", "back", "fold", "palette", "suspend", "errors-leave"])
@pytest.mark.parametrize("first", sorted(FIRST))
def test_nothing_takes_the_key_of_quit_or_of_the_palette(taker: str, first: str) -> None:
    for wanted in ({taker: APP[first]}, {first: "f18", taker: "f18"}, {taker: "f18", first: "f18"}):
        if taker != first:
            keymap = Keymap(wanted)
            assert keymap.remarks
            assert set(keymap.keys("quit")).isdisjoint(keymap.keys("palette"))
            for page in PAGES.values():
                others = {key for binding_id in (*page, taker) if binding_id not in FIRST for key in keymap.keys(binding_id)}
                assert others.isdisjoint(keymap.keys(first))


def test_a_caption_follows_and_foreign_braces_stay() -> None:
    text = "{main} {^main} {back} {help} {PASSWORD} {no-such-key} {entry-remove}"
    assert Keymap().fill(text) == "ctrl+n ^n esc F1 {PASSWORD} {no-such-key} del"
    assert Keymap({"main": "f14", "back": "alt+g", "help": "f15"}).fill(text).startswith("F14 F14 alt+g F15 {PASSWORD}")


KEYS = {"main": "f14", "history": "f15", "back": "alt+g", "quit": "alt+t", "palette": "f17", "copy": "y", "help": "alt+r"}
KEYS |= {"reload": "alt+l", "reveal": "f16", "fold": "alt+b", "again": "z"}


def _shown(app: Any) -> str:
    return "\n".join(strip.text for strip in app.screen._compositor.render_strips())


async def test_the_whole_walk_goes_by_other_keys_and_every_page_says_so(running: Any, make_session: Any, settle: Any) -> None:
    session = make_session(httpx.MockTransport(Posts(CREATED)), demo=False)
    async with running(session, wanted="made-up", keys=KEYS) as (app, pilot):
        await settle(pilot)
        await pilot.press(*"mine", "tab", "tab", *"db", "tab", *"pw")
        shown = _shown(app)
        assert "Review  F14" in shown
        assert "F17 Commands" in shown
        assert "alt+t Quit" in shown
        for gone in ("^n", "^p", "^q", "ctrl+n"):
            assert gone not in shown
        await pilot.press("ctrl+n")
        assert app.wizard.step is Step.CREDENTIALS
        await pilot.press("alt+r")
        await settle(pilot)
        assert isinstance(app.screen, HelpScreen)
        helped = _shown(app)
        assert "F15" in helped
        assert "alt+b folds" in " ".join(helped.split())
        await pilot.press("escape", "f14")
        await settle(pilot)
        assert app.wizard.step is Step.REVIEW
        assert "Create connection in dev  F14" in _shown(app)
        assert "Copy  y" in _shown(app)
        await pilot.press("alt+g")
        assert app.wizard.step is Step.CREDENTIALS
        await pilot.press("f14")
        await settle(pilot)
        await pilot.press("y", "f14")
        assert app.clipboard
        await settle(pilot)
        assert app.wizard.step is Step.DONE
        lines = _shown(app).splitlines()
        for words, key in (
            ("Copy the connection id", "y"),
            ("Connect another", "F14"),
            ("See the history", "F15"),
            ("Quit,", "alt+t"),
        ):
            assert next(line for line in lines if words in line).split()[-1] == key
        await pilot.press("f15")
        await settle(pilot)
        assert app.screen.TITLE_TEXT == "History"
        await pilot.press("alt+t")
        assert app._exit


async def test_the_help_lists_the_keys_in_force_several_of_one_too_and_no_other(opened: Any, settle: Any) -> None:
    async with opened(keys={"main": "ctrl+b,f10", "existing": "ctrl+t"}) as (app, pilot):
        await settle(pilot)
        app.screen._is_unlisted = True
        listed = keys_of(app.screen)
        keys = [key for key, _ in listed]
        assert [key for key, words in listed if words == "Look at what will be sent"] == ["^b", "f10"]
        assert ("^t", "Connections that this source has here already") in listed
        assert {"^n", "f9"}.isdisjoint(keys)
        assert "f5" in keys
        assert len(set(listed)) == len(listed)


async def test_back_alone_goes_by_another_key_and_stop_keeps_its_own(reviewing: Any) -> None:
    async with reviewing(Posts(CREATED), keys={"back": "f15"}) as (app, pilot):
        bound = {
            key: {one.action for one in found}
            for _, page in app.screen._binding_chain
            for key, found in page.key_to_bindings.items()
        }
        assert "stop" in bound["escape"]
        assert "back" in bound["f15"]
        await pilot.press("escape")
        assert app.wizard.step is Step.REVIEW
        await pilot.press("f15")
        assert app.wizard.step is Step.CREDENTIALS


async def test_what_is_wrong_with_the_keys_is_said_on_the_first_page(running: Any) -> None:
    async with running(keys={"mian": "f14", "history": "ctrl+n"}) as (app, _):
        (note,) = app._notifications
        assert note.title == "Keys in the settings"
        assert note.message.splitlines() == [
            "There is no key called mian; did you mean main?",
            "history stays F2: on Source, ctrl+n is the key of main.",
        ]


async def test_a_page_that_is_too_small_is_left_by_the_other_key(running: Any) -> None:
    async with running(size=(40, 12), keys={"quit": "f18"}) as (app, pilot):
        assert "F18 quits." in str(app.screen.query_one("#too-small", Static).content)
        await pilot.press("ctrl+q")
        assert not app._exit
        await pilot.press("f18")
        assert app._exit


async def test_a_form_by_itself_goes_by_other_keys_too() -> None:
    form = build({"properties": {"host": {"type": "string"}}})
    app = FormApp(LoneForm("Made up", form), StillClock().clock(), keys=KEYS)
    async with app.run_test(size=(100, 30)) as pilot:
        await pilot.pause()
        assert str(app.screen.query_one("#go", Button).label) == "Done  F14"
        await pilot.press("f14")
        await pilot.pause()
        assert app.params == {}


MAIN_ACTIONS = {Step.SOURCE: "Choose", Step.CREDENTIALS: "Review", Step.REVIEW: "Create", Step.DONE: "Another"}


async def test_every_main_action_is_a_click_and_a_palette_entry(reviewing: Any, settle: Any) -> None:
    async with reviewing(Posts(CREATED)) as (app, pilot):
        for step in (Step.REVIEW, Step.DONE, Step.SOURCE):
            assert app.wizard.step is step
            commands = {command.title: command for command in app.get_system_commands(app.screen)}
            assert MAIN_ACTIONS[step] in commands
            bar = app.screen.query_one(KeyBar)
            assert MAIN_ACTIONS[step] in bar.render().plain
            left = bar.render().plain.index(MAIN_ACTIONS[step])
            await pilot.click(KeyBar, offset=(left, 0))
            await settle(pilot)
        assert app.wizard.step is Step.CREDENTIALS


async def test_the_keys_of_a_field_are_in_the_palette_and_act_on_that_field(opened: Any, settle: Any) -> None:
    async with opened() as (app, pilot):
        await settle(pilot)
        await focus(pilot, "TLS")
        field = app.focused
        commands = {command.title: command for command in app.get_system_commands(app.screen)}
        await commands["Yes, no"].callback()
        assert field.answer() is True
        await pilot.press("ctrl+p")
        await pilot.pause()
        assert CommandPalette.is_open(app)


@pytest.mark.parametrize("key", ["f6", "f7"])
async def test_an_area_of_text_leaves_the_function_keys_to_the_page(key: str, opened: Any, settle: Any) -> None:
    async with opened() as (_, pilot):
        await settle(pilot)
        area = await focus(pilot, "Tags")
        assert isinstance(area, TextArea)
        await pilot.press("a", "enter", "b", key)
        assert area.selected_text == ""


def test_with_keys_takes_an_app_without_a_keymap() -> None:
    assert with_keys(object(), "{main}") == "ctrl+n"  # type: ignore[arg-type]
