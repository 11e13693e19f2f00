"""Changes to the text of the settings file that keep its comments and its order.

Whole profiles are added, renamed and taken out line by line, so that each comment stays with the table below it; values
are changed by tomlkit. Whoever calls these checks that the new text says what it should (:mod:`aep_tui.storage.settings`).
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping, MutableMapping
from typing import Final, NamedTuple

from aep_tui.storage.profiles import KEYS, PROFILE_KEYS, PROFILE_LISTS, Profile
from aep_tui.storage.settings_text import parse_toml

_HEADER: Final = re.compile(r"""(\s*)\[((?:"(?:\\.|[^"\\])*"|'[^']*'|[^"'\]])+)\](.*)""", re.DOTALL)
_TABLE: Final = "profiles"


class _Section(NamedTuple):
    """A table's header and what follows it, as a range of lines.

    Attributes:
        path: The keys of the header; empty for what stands before the first one.
        begin: The first line, a comment right above the header included; one at the top of the file is the file's own.
        header: The header's line.
        end: The line after its last statement; comments from there on are nobody's, or the next table's.
    """

    path: tuple[str, ...]
    begin: int
    header: int
    end: int


def with_profile(text: str, profile: Profile) -> str:
    """Return the text with a new profile at its end."""
    import tomlkit

    body = tomlkit.table()
    for key in PROFILE_KEYS:
        value = _plain_value(profile, key)
        if value:
            body[key] = value
    document = tomlkit.document()
    document[_TABLE] = tomlkit.table(is_super_table=True)
    document[_TABLE][profile.name] = body
    above = f"{text.rstrip()}\n\n" if text.strip() else ""
    return above + tomlkit.dumps(document)


def with_values(text: str, old: Profile, new: Profile) -> str:
    """Return the text with the changed values of a profile that keeps its name; what did not change stays to the letter.

    Raises:
        ValueError: A comment that stands by itself would go.
    """
    import tomlkit

    document = tomlkit.parse(text)
    table: MutableMapping[str, object] = document[_TABLE][old.name]
    for key in PROFILE_KEYS:
        before, after = _plain_value(old, key), _plain_value(new, key)
        if before == after:
            continue
        if not after:
            table.pop(key, None)
        elif key == KEYS:
            _change_keys(table, old.keys, new.keys)
        elif key not in PROFILE_LISTS or not _change_list(table.get(key), after):
            table[key] = after
    changed = tomlkit.dumps(document)
    # A table in several pieces takes what follows one along when that gets empty.
    if Counter(_comments(text)) - Counter(_comments(changed)):
        raise ValueError("a comment would go")
    return changed


def without_profile(text: str, name: str) -> str:
    """Return the text without a profile and without the comment right above it."""
    lines = text.split("\n")
    for section in reversed(_sections(lines)):
        if section.path[:2] == (_TABLE, name):
            del lines[section.begin : _end_of_gap(lines, section)]
    result = "\n".join(lines)
    if name not in _names(result):
        return result
    import tomlkit

    document = tomlkit.parse(text)
    del document[_TABLE][name]
    return tomlkit.dumps(document)


def with_name(text: str, old: str, new: str) -> str:
    """Return the text with another name for a profile, at its place if it has a table of its own."""
    import tomlkit

    lines = text.split("\n")
    for section in _sections(lines):
        found = _HEADER.fullmatch(lines[section.header]) if section.path[:2] == (_TABLE, old) else None
        if found:
            key = tomlkit.key([_TABLE, new, *section.path[2:]]).as_string()
            lines[section.header] = f"{found[1]}[{key}]{found[3]}"
    return "\n".join(lines)


def with_used(text: str, name: str) -> str:
    """Return the text with another profile in use; none if the name is empty."""
    import tomlkit

    document = tomlkit.parse(text)
    if name:
        document["profile"] = name
    else:
        document.pop("profile", None)
    return tomlkit.dumps(document)


def _plain_value(profile: Profile, key: str) -> str | list[str] | dict[str, str]:
    value = getattr(profile, key)
    if isinstance(value, Mapping):
        return dict(value)
    return value if isinstance(value, str) else list(value)


def _change_keys(table: MutableMapping[str, object], old: Mapping[str, str], new: Mapping[str, str]) -> None:
    import tomlkit

    if KEYS not in table:
        table[KEYS] = tomlkit.table()
    keys: MutableMapping[str, object] = table[KEYS]  # type: ignore[assignment]
    for binding in old:
        if binding not in new:
            del keys[binding]
    for binding, value in new.items():
        if old.get(binding) != value:
            keys[binding] = value


def _change_list(found: object, wanted: object) -> bool:
    """Change a list in place, which keeps the comments in it; false if that cannot be done."""
    if not isinstance(found, list) or not isinstance(wanted, list):
        return False
    for item in [item for item in found if item not in wanted]:
        found.remove(item)
    found.extend(item for item in wanted if item not in found)
    return [str(item) for item in found] == wanted


def _names(text: str) -> Mapping[str, object]:
    try:
        table = parse_toml(text).get(_TABLE, {})
    except ValueError:
        return {}
    return table if isinstance(table, dict) else {}


def _sections(lines: list[str]) -> list[_Section]:
    """Return the tables of a valid TOML text, in order."""
    found: list[_Section] = []
    for at, end in _statements(lines):
        if lines[at].lstrip().startswith("["):
            found.append(_Section(_header_path(lines[at]), _comment_above(lines, at), at, end))
        elif found:
            found[-1] = found[-1]._replace(end=end)
    return found


def _end_of_gap(lines: list[str], section: _Section) -> int:
    """Return the line up to which a section goes, so that no more blank lines are left in its place than were before it."""
    end = section.end
    is_apart = section.begin == 0 or not lines[section.begin - 1].strip()
    while is_apart and end < len(lines) and not lines[end].strip():
        end += 1
    return end


def _statements(lines: list[str]) -> Iterator[tuple[int, int]]:
    """Yield the first line of each statement and the one after its last; one that is not whole yet does not parse."""
    at = 0
    while at < len(lines):
        if not lines[at].strip() or lines[at].lstrip().startswith("#"):
            at += 1
            continue
        end = at + 1
        while end < len(lines) and not _parses("\n".join(lines[at:end])):
            end += 1
        yield at, end
        at = end


def _comments(text: str) -> list[str]:
    """Return the comments that have a line of their own, outside of every value."""
    lines = text.split("\n")
    within = {at for begin, end in _statements(lines) for at in range(begin, end)}
    return [line.strip() for at, line in enumerate(lines) if at not in within and line.strip()]


def _parses(text: str) -> bool:
    try:
        parse_toml(text)
    except ValueError:
        return False
    return True


def _header_path(line: str) -> tuple[str, ...]:
    path, value = [], parse_toml(line)
    while isinstance(value, dict) and len(value) == 1:
        ((key, value),) = value.items()  # type: ignore[assignment]
        path.append(key)
    return tuple(path)


def _comment_above(lines: list[str], at: int) -> int:
    begin = at
    while begin and lines[begin - 1].lstrip().startswith("#"):
        begin -= 1
    return begin or at
