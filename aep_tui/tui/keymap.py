"""Other keys than those from the start, as the settings give them: checked, applied, and followed by every caption."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Final

from aep_tui.text import plain
from aep_tui.tui.key_table import APP, DIALOGS, FIELDS, FIRST, PAGES, WITH_FIELDS, WIZARD

if TYPE_CHECKING:
    from textual.app import App

NO_KEYS: Final[Mapping[str, str]] = MappingProxyType({})
MODIFIERS: Final = ("ctrl", "alt", "shift", "super", "hyper", "meta")
OTHER_NAMES: Final = {
    "esc": "escape",
    "return": "enter",
    "del": "delete",
    "ins": "insert",
    "pgup": "pageup",
    "pgdn": "pagedown",
}
_MOVES: Final = (
    "enter",
    "tab",
    "space",
    "backspace",
    "delete",
    "up",
    "down",
    "left",
    "right",
    "home",
    "end",
    "pageup",
    "pagedown",
)
NAMED: Final = frozenset({"escape", "insert", *_MOVES, *(f"f{number}" for number in range(1, 25))})
SIGN_NAMES: Final = {"plus": "PLUS SIGN", "minus": "HYPHEN-MINUS", "slash": "SOLIDUS", "backslash": "REVERSE SOLIDUS"}
NEVER_SENT: Final = {"ctrl+i": "tab", "ctrl+m": "enter", "ctrl+h": "backspace", "ctrl+j": "enter"}
"""What a terminal sends instead of a key."""
TYPING: Final = frozenset({*_MOVES, "shift+tab", "ctrl+left", "ctrl+right", *(f"ctrl+{letter}" for letter in "acdekuvwxy")})
"""What moves on a page or edits a text; a key of a page must not take it away."""
SHOWN: Final = {"escape": "esc", "delete": "del", "pagedown": "pgdn", "pageup": "pgup"}
_PLACE: Final = re.compile(r"\{(\^?)([a-z]+(?:-[a-z]+)*)(?:=([a-z0-9+]+))?\}")
_DEFAULTS: Final[Mapping[str, str]] = {
    **{binding_id: keys for page in reversed([*PAGES.values()]) for binding_id, keys in page.items()},
    **FIELDS,
    **WIZARD,
    **APP,
}


class Keymap:
    """The keys in force.

    Attributes:
        given: Keys by binding id, as Textual takes them; only those that are not as they were from the start.
        remarks: What of the settings could not be followed, and why, in sentences.
    """

    def __init__(self, wanted: Mapping[str, str] = NO_KEYS) -> None:
        """Check what the settings want.

        Args:
            wanted: Keys by binding id, several parted by commas, such as ``f9`` or ``ctrl+g,f9``.
        """
        self.remarks: list[str] = []
        found = {binding_id: keys for binding_id, text in wanted.items() if (keys := self._read(binding_id, text))}
        while lost := self._clash(found):
            del found[lost]
        self._changed = found
        self.given: Mapping[str, str] = {name: ",".join(keys) for name, keys in {**self._neighbours(found), **found}.items()}

    # What the settings say

    def _read(self, binding_id: str, text: str) -> tuple[str, ...]:
        """Return the keys of an entry; none, and a remark, where it cannot be followed."""
        shown = plain(binding_id, 40)
        if binding_id not in _DEFAULTS:
            from difflib import get_close_matches  # seldom needed, and not for free

            near = get_close_matches(binding_id, _DEFAULTS, 1)
            self._remark(f"There is no key called {shown}" + (f"; did you mean {near[0]}?" if near else "."))
            return ()
        before, keys = _keys_of(_DEFAULTS[binding_id]), []
        for word in (part.strip() for part in text.split(",")):
            key = _normal(word)
            if not key:
                why = f"{plain(word, 30) or 'nothing'} is no key" if word or not text.strip() else "a comma stands alone"
            else:
                why = _refusal(key, before)
            if why:
                self._remark(f"{shown} stays {_told(before)}: {why}.")
                return ()
            keys.append(key)
        return tuple(dict.fromkeys(keys))

    def _clash(self, found: Mapping[str, Sequence[str]]) -> str:
        """Return the last id whose new key another one has on the same page, after a remark; empty if there is none."""
        for name, page in _pages().items():
            taken: dict[str, str] = {}
            for binding_id, default in page.items():
                for key in found.get(binding_id) or _keys_of(default):
                    other = taken.setdefault(key, binding_id)
                    if other == binding_id or (binding_id not in found and other not in found):
                        continue
                    if set(_keys_of(default)) & set(_keys_of(page[other])):
                        # They share a key from the start, since only one of them ever works.
                        continue
                    lost = _loser(binding_id, other, found)
                    kept = other if lost == binding_id else binding_id
                    self._remark(
                        f"{lost} stays {_told(_keys_of(_DEFAULTS[lost]))}: on {name}, {_name(key)} is the key of {kept}."
                    )
                    return lost
        return ""

    def _neighbours(self, found: Mapping[str, Sequence[str]]) -> dict[str, tuple[str, ...]]:
        """Return, unchanged, what shares a key with something changed: Textual would take the key away from both."""
        kept = {}
        for page in PAGES.values():
            for binding_id, default in page.items():
                others = (page[other] for other in found if other in page and other != binding_id)
                if binding_id not in found and any(set(_keys_of(default)) & set(_keys_of(other)) for other in others):
                    kept[binding_id] = _keys_of(default)
        return kept

    def _remark(self, words: str) -> None:
        if words not in self.remarks:
            self.remarks.append(words)

    # What is shown

    def keys(self, binding_id: str) -> tuple[str, ...]:
        """Return the keys of a binding that are in force."""
        return tuple(self._changed.get(binding_id) or _keys_of(_DEFAULTS.get(binding_id, "")))

    def caption(self, binding_id: str, default: str = "") -> str:
        """Return a key as a button shows it, such as ``^n`` or ``F2``.

        Args:
            binding_id: Of the binding.
            default: Its key from the start on this page, where pages differ.
        """
        keys = (default,) if default and binding_id not in self._changed else self.keys(binding_id)
        return _caption(keys[0]) if keys else ""

    def name(self, binding_id: str, default: str = "") -> str:
        """Return a key as a sentence says it, such as ``ctrl+n`` or ``F2``; as :meth:`caption`."""
        keys = (default,) if default and binding_id not in self._changed else self.keys(binding_id)
        return _name(keys[0]) if keys else ""

    def fill(self, text: str) -> str:
        """Return one of our own texts with its keys: ``{main}`` becomes ``ctrl+n``, ``{^main}`` becomes ``^n``.

        Where pages differ, ``{ask=f7}`` names the key that the meant page has from the start.
        """
        return _PLACE.sub(lambda place: (self.caption if place[1] else self.name)(place[2], place[3] or "") or place[0], text)


def key_caption(app: App[Any], binding_id: str, default: str = "") -> str:
    """Return the key of a binding as a button shows it, such as ``^n``; it follows the settings.

    Args:
        app: The running program.
        binding_id: Of the binding.
        default: Its key from the start on this page, where pages differ.
    """
    return _keymap_of(app).caption(binding_id, default)


def with_keys(app: App[Any], text: str) -> str:
    """Return one of our own texts with the keys in force: ``{main}`` becomes ``ctrl+n``, ``{^main}`` becomes ``^n``."""
    return _keymap_of(app).fill(text)


def _keymap_of(app: App[Any]) -> Keymap:
    keymap = getattr(app, "keymap", None)
    return keymap if isinstance(keymap, Keymap) else Keymap()


def _pages() -> dict[str, dict[str, str]]:
    """Return every page with all the keys that work on it."""
    pages = {}
    for name, own in PAGES.items():
        around = {binding_id: APP[binding_id] for binding_id in FIRST} if name in DIALOGS else {**APP, **WIZARD}
        pages[name] = {**around, **own, **(FIELDS if name in WITH_FIELDS else {})}
    return pages


def _loser(one: str, other: str, found: Mapping[str, Sequence[str]]) -> str:
    """Return which of two ids gives a key up: never quit or the palette, else the one that stands later in the settings."""
    changed = [binding_id for binding_id in found if binding_id in (one, other)]
    free = [binding_id for binding_id in changed if binding_id not in FIRST]
    return (free or changed)[-1]


def _keys_of(text: str) -> tuple[str, ...]:
    return tuple(part for part in text.split(",") if part)


def _normal(word: str) -> str:
    """Return a key as Textual names it; empty if it is none."""
    if len(word) == 2 and word[0] == "^":
        word = f"ctrl+{word[1]}"
    head, plus, base = word.rpartition("+") if word != "+" and not word.endswith("++") else (word[:-2], word[-2:-1], "+")
    modifiers = [part.strip().casefold() for part in head.split("+")] if plus else []
    if any(part not in MODIFIERS for part in modifiers) or len(set(modifiers)) < len(modifiers):
        return ""
    base = _base(base.strip(), lower=bool(modifiers))
    return "+".join([*(name for name in MODIFIERS if name in modifiers), base]) if base else ""


def _base(word: str, *, lower: bool) -> str:
    if len(word) == 1:
        if word == " ":
            return "space"
        return (word.lower() if lower else word) if word.isprintable() else ""
    word = word.casefold().replace("page_", "page")
    word = OTHER_NAMES.get(word, word)
    return word if word in NAMED or _sign(word) else ""


def _sign(name: str) -> str:
    """Return the sign of a key that Textual calls by its name; empty if there is none."""
    if len(name) == 1:
        return name
    try:
        return unicodedata.lookup(SIGN_NAMES.get(name, name.replace("_", " ").upper()))
    except KeyError:
        return ""


def _refusal(key: str, before: Sequence[str]) -> str:
    """Return why a key cannot be taken; empty if it can."""
    if key in before:
        return ""
    if key in NEVER_SENT:
        return f"a terminal sends {NEVER_SENT[key]} for {key}"
    if key in TYPING:
        return f"{_name(key)} moves on the page or edits a text"
    bare = key.removeprefix("shift+")
    letters = any(_sign(one) for one in before)
    if "+" not in bare and _sign(bare) and not letters:
        return f"{_name(key)} is for typing"
    return ""


def _told(keys: Sequence[str]) -> str:
    return " or ".join(map(_name, keys))


def _name(key: str) -> str:
    *modifiers, base = key.split("+")
    shown = SHOWN.get(base) or (base.upper() if re.fullmatch(r"f\d+", base) else base)
    return "+".join([*modifiers, shown if base in NAMED else _sign(base) or base])


def _caption(key: str) -> str:
    name = _name(key)
    return f"^{name.removeprefix('ctrl+')}" if name.startswith("ctrl+") else name
