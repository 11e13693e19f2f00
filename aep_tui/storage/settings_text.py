"""The text of the settings file, read and checked; whatever is wrong is said with its line.

Only the standard library's TOML reader is used, and only when there is a file: this is on the way to the first frame.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from contextlib import suppress
from typing import Final, NoReturn

from aep_tui.storage.profiles import (
    KEYS,
    PROFILE_ADDRESSES,
    PROFILE_KEYS,
    PROFILE_LISTS,
    PROFILE_TEXTS,
    Profile,
    Settings,
    SettingsUnusable,
    nearest,
    twin_of,
    why_no_name,
    why_not_kept,
)
from aep_tui.text import plain

_TOP_KEYS: Final = ("profile", "profiles", KEYS)
_MEANT: Final = {
    "api_key": "client_id",
    "apikey": "client_id",
    "x_api_key": "client_id",
    "ims_org": "org_id",
    "org": "org_id",
    "organization": "org_id",
    "organisation": "org_id",
    "scope": "scopes",
    "sandbox_name": "sandbox",
    "platform": "platform_url",
    "ims": "ims_url",
    "production": "production_sandboxes",
    "keymap": KEYS,
    "default_profile": "profile",
}
"""Names that people know from elsewhere."""

_SECRETS: Final = re.compile(r"secret|token|password|private_?key|jwt", re.IGNORECASE)
_AT_LINE: Final = re.compile(r" \(at (?:line (\d+), column (\d+)|end of document)\)$")
_MOST_LINES_OF_A_VALUE: Final = 50

Path = tuple[str, ...]


def parse_settings(text: str, shown: str) -> Settings:
    """Read the text of a settings file.

    Args:
        text: TOML.
        shown: Path of the file, for the sentences.

    Raises:
        SettingsUnusable: It is not TOML, has a key that is not known, or a value of another type than it must have.
    """
    return _Reading(text.replace("\r\n", "\n"), shown).settings()


def parse_toml(text: str) -> dict[str, object]:
    """Return a TOML document.

    Raises:
        ValueError: It is none, is nested too deeply, or holds a number of too many digits.
    """
    import tomllib

    try:
        return tomllib.loads(text)
    except RecursionError:
        raise ValueError("It is nested too deeply") from None


class _Reading:
    """One reading of one text."""

    def __init__(self, text: str, shown: str) -> None:
        self._text = text
        self._shown = shown

    def settings(self) -> Settings:
        document = self._document()
        self._refuse_unknown(document, _TOP_KEYS, ())
        used = self._text_at(document.get("profile", ""), ("profile",))
        profiles: dict[str, Profile] = {}
        for name, table in self._table(document.get("profiles", {}), ("profiles",)).items():
            self._check_name(name, profiles)
            profiles[name] = self._profile(name, table)
        return Settings(profiles, used, self._keys(document.get(KEYS, {}), (KEYS,)))

    def _document(self) -> dict[str, object]:
        try:
            return parse_toml(self._text)
        except ValueError as error:
            message = str(error)
            found = _AT_LINE.search(message)
            reason = plain(message[: found.start()] if found else message, 120)
            line = int(found[1]) if found and found[1] else self._unfinished_line() if found else 0
            where = f", column {found[2]}" if found and found[2] else ""
            self._refuse(f"it is not TOML{where}: {reason[:1].lower()}{reason[1:]}", line)

    def _unfinished_line(self) -> int:
        """Return the line at which the value begins that the text ends in."""
        lines = self._text.split("\n")
        for count in range(len(lines) - 1, max(-1, len(lines) - _MOST_LINES_OF_A_VALUE), -1):
            with suppress(ValueError):
                parse_toml("\n".join(lines[:count]))
                return count + 1
        return len(lines)

    def _check_name(self, name: str, others: Iterable[str]) -> None:
        path = ("profiles", name)
        reason = why_no_name(name)
        if reason:
            self._refuse(f"{reason[:1].lower()}{reason[1:].rstrip('.')}", self._line(path))
        twin = twin_of(name, others)
        if twin:
            self._refuse(f"the profiles {twin} and {name} differ in upper and lower case alone", self._line(path))

    def _profile(self, name: str, value: object) -> Profile:
        path = ("profiles", name)
        table = self._table(value, path)
        self._refuse_unknown(table, PROFILE_KEYS, path)
        texts = {key: self._text_at(table.get(key, ""), (*path, key)) for key in PROFILE_TEXTS}
        for key in PROFILE_ADDRESSES:
            reason = why_not_kept(texts[key])
            if reason:
                self._refuse(f"{key} {reason}", self._line((*path, key)), "Leave scheme and host alone, such as https://host.")
        lists = {key: self._list(table.get(key, []), (*path, key)) for key in PROFILE_LISTS}
        return Profile(name=name, keys=self._keys(table.get(KEYS, {}), (*path, KEYS)), **texts, **lists)  # type: ignore[arg-type]

    def _keys(self, value: object, path: Path) -> dict[str, str]:
        table = self._table(value, path)
        return {binding: self._text_at(keys, (*path, binding)) for binding, keys in table.items()}

    def _table(self, value: object, path: Path) -> Mapping[str, object]:
        if not isinstance(value, dict):
            self._wrong_type(value, f"a table, such as [{_shown_path(path)}]", path)
        return value

    def _text_at(self, value: object, path: Path) -> str:
        if not isinstance(value, str):
            self._wrong_type(value, "a text in quotes", path)
        return value.strip()

    def _list(self, value: object, path: Path) -> tuple[str, ...]:
        if not isinstance(value, list):
            self._wrong_type(value, 'a list of texts, such as ["a", "b"]', path)
        found = []
        for item in value:
            if not isinstance(item, str):
                self._refuse(f"{_shown_path(path)} holds {_kind_of(item)}, and takes only texts in quotes", self._line(path))
            if item.strip():
                found.append(item.strip())
        return tuple(found)

    def _wrong_type(self, value: object, wanted: str, path: Path) -> NoReturn:
        self._refuse(f"{_shown_path(path)} has to be {wanted}; it is {_kind_of(value)}", self._line(path))

    def _refuse_unknown(self, table: Mapping[str, object], known: tuple[str, ...], path: Path) -> None:
        for key in table:
            if key in known:
                continue
            line = self._line((*path, key))
            if _SECRETS.search(key):
                self._refuse(
                    f"{plain(key, 60)} looks like a secret, and secrets are never kept in this file",
                    line,
                    "Take the line out, and give the secret to aep-tui (page Profiles, or aep-tui profile add --secret-stdin), "
                    "which puts it into the system's keyring; others may have read it here.",
                )
            self._refuse(f"{_where(path)}{plain(key, 60) or 'an empty name'} is no known key; {_hint(key, known)}", line)

    def _line(self, path: Path) -> int:
        return line_of(self._text, path)

    def _refuse(self, what: str, line: int, remedy: str = "") -> NoReturn:
        at = f", line {line}" if line else ""
        raise SettingsUnusable(
            "The settings cannot be used.",
            f"{self._shown}{at}: {what}" + ("" if what.endswith("?") else "."),
            remedy or "Correct the file; nothing of it was changed.",
            line=line,
        )


def line_of(text: str, path: Path) -> int:
    """Return the line, from 1, at which the statement begins that first brings a key into a valid TOML text.

    The reader keeps no positions. A key is in every beginning of the text that reaches its statement's end, and in none that
    ends before it, so that the place is found by halving.
    """
    lines = text.split("\n")

    def holds(count: int) -> bool:
        for end in (*range(count, min(count + _MOST_LINES_OF_A_VALUE, len(lines))), len(lines)):
            try:
                return _is_in(parse_toml("\n".join(lines[:end])), path)
            except ValueError:
                continue
        return True

    low, high = 1, len(lines)
    while low < high:
        middle = (low + high) // 2
        if holds(middle):
            high = middle
        else:
            low = middle + 1
    return low


def _is_in(value: object, path: Path) -> bool:
    for key in path:
        if not isinstance(value, dict) or key not in value:
            return False
        value = value[key]
    return True


def _hint(key: str, known: tuple[str, ...]) -> str:
    folded = key.casefold().replace("-", "_")
    meant = _MEANT.get(folded, "")
    near = meant if meant in known else nearest(key, known)
    return f"did you mean {near}?" if near else f"known are {', '.join(known)}"


def _where(path: Path) -> str:
    return f"in [{_shown_path(path)}], " if path else ""


def _shown_path(path: Path) -> str:
    return ".".join(plain(part, 60) for part in path)


def _kind_of(value: object) -> str:
    """Name the type of a value, without the value: it may be a secret that was put at the wrong place."""
    names = {bool: "true or false", int: "a number", float: "a number", str: "a text", list: "a list", dict: "a table"}
    return names.get(type(value), "a date or a time")
