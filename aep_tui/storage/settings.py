"""The settings file: profiles, the one in use and remapped keys, for its owner alone, with its comments kept.

Reading needs nothing but the standard library; tomlkit is loaded when something is written.
"""

from __future__ import annotations

import errno
import stat
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Final

from aep_tui.errors import ExitCode
from aep_tui.storage.profiles import (
    PROFILE_ADDRESSES,
    Profile,
    Settings,
    SettingsUnusable,
    instead_of,
    twin_of,
    why_no_name,
    why_not_kept,
)
from aep_tui.text import plain

if TYPE_CHECKING:
    from aep_tui.storage.private_files import FileFault

__all__ = ["Profile", "Settings", "SettingsFile", "SettingsUnusable"]

MAX_BYTES: Final = 128 * 1024
"""Largest file that is read, in bytes."""

LOCK_SECONDS: Final = 5.0
"""How long a change waits for another process that changes the settings."""

_ELSEWHERE: Final = "Make the directory writable or free some space; or set AEP_TUI_CONFIG_DIR to another directory."


_Changed = tuple[Settings, Sequence[Callable[[], str]]]
"""What the file is to say, and ways to write it, best first."""
_Change = Callable[[str, Settings], _Changed]
"""A change of the file's text, which says what it says."""


class SettingsFile:
    """One settings file; nothing is kept in memory, so that what another process wrote is always seen.

    Attributes:
        path: The file.
    """

    def __init__(self, path: Path, *, lock_seconds: float = LOCK_SECONDS) -> None:
        """Remember where it is; nothing is opened or made.

        Args:
            path: The file.
            lock_seconds: How long a change waits for another one.
        """
        self.path = path
        self._lock_seconds = lock_seconds

    @property
    def _shown(self) -> str:
        return plain(self.path, 300)

    def read(self) -> Settings:
        """Return what the file says; without a file, nothing is set.

        Raises:
            SettingsUnusable: It cannot be read, is not TOML, has an unknown key or a value of a wrong type.
        """
        text = self._text()
        if not text:
            return Settings()
        from aep_tui.storage.settings_text import parse_settings

        return parse_settings(text, self._shown)

    def check(self, profile: Profile, *, replaced: str = "", new: bool = False) -> None:
        """Tell whether a profile could be saved, as :meth:`save` would; nothing is written.

        Raises:
            SettingsUnusable: The name cannot be one or is taken, the file is wrong as it is, or would be damaged.
        """
        self._changed(self._saving(profile, replaced, new=new))

    def check_writable(self) -> None:
        """Tell whether a change could be written, by writing as much beside the file; that is gone again afterwards.

        Raises:
            SettingsUnusable: It could not.
        """
        from aep_tui.storage.files import try_to_write

        with self._explained(), self._locked():
            try_to_write(self.path, self._text().encode())

    def save(self, profile: Profile, *, replaced: str = "", new: bool = False, before: Profile | None = None) -> None:
        """Write a profile, whether or not there is one of its name.

        Args:
            profile: The profile; empty values are left out of the file.
            replaced: The name that the profile had until now, if it is renamed.
            new: Whether there must be none of that name yet.
            before: What the file has to say of the profile until now; ``None`` if that does not matter.

        Raises:
            SettingsUnusable: The name cannot be one or is taken, the file is wrong as it is, says something else by now, or
                cannot be written.
        """
        self._change(self._saving(profile, replaced, new=new, before=before))

    def _saving(self, profile: Profile, replaced: str, *, new: bool, before: Profile | None = None) -> _Change:
        profile = _tidy(profile)
        self._refuse_unfit(profile)

        def change(text: str, settings: Settings) -> _Changed:
            old = replaced if replaced in settings.profiles else profile.name
            self._refuse_taken(profile.name, old, settings, new=new)
            if before is not None and settings.profiles.get(old) != before:
                detail = f"Another aep-tui has just changed the profile {plain(old, 60)}; that stays as it is."
                raise SettingsUnusable("The profile cannot be saved.", detail, "Save again.")
            return _saved(text, settings, profile, old)

        return change

    def check_remove(self, name: str) -> None:
        """Tell whether a profile could be taken out, as :meth:`remove` would; what is written for that is gone afterwards.

        Raises:
            SettingsUnusable: It could not.
        """
        self._changed(self._removing(name))
        self.check_writable()

    def remove(self, name: str) -> None:
        """Take a profile out; if it is the one in use, none is afterwards.

        Raises:
            SettingsUnusable: There is none of that name, the file is wrong as it is, or cannot be written.
        """
        self._change(self._removing(name))

    def _removing(self, name: str) -> _Change:
        def change(text: str, settings: Settings) -> _Changed:
            from aep_tui.storage.settings_edit import with_used, without_profile

            self.find(settings, name)
            left = {other: profile for other, profile in settings.profiles.items() if other != name}
            if settings.used != name:
                return settings._replace(profiles=left), [lambda: without_profile(text, name)]
            return settings._replace(profiles=left, used=""), [lambda: with_used(without_profile(text, name), "")]

        return change

    def use(self, name: str) -> None:
        """Make a profile the one in use; an empty name: none.

        Raises:
            SettingsUnusable: There is none of that name, the file is wrong as it is, or cannot be written.
        """

        def change(text: str, settings: Settings) -> _Changed:
            from aep_tui.storage.settings_edit import with_used

            if name:
                self.find(settings, name)
            return settings._replace(used=name), [lambda: with_used(text, name)]

        self._change(change)

    def find(self, settings: Settings, name: str) -> Profile:
        """Return a profile by its name.

        Raises:
            SettingsUnusable: There is none of that name; the sentence names the nearest.
        """
        if name in settings.profiles:
            return settings.profiles[name]
        remedy = instead_of(name, settings.profiles) or "There is none at all yet."
        raise SettingsUnusable(f"There is no profile {plain(name, 60)} in {self._shown}.", remedy=remedy)

    def faults(self) -> list[FileFault]:
        """Return who else can read, change or replace the file, as far as that can be seen."""
        from aep_tui.storage.private_files import fault_of

        found = (fault_of(path) for path in (self.path.parent, self.path))
        return [fault for fault in found if fault is not None]

    def make_private(self) -> list[str]:
        """Take everybody else's rights to the file and its directory away.

        Returns:
            A sentence for each thing that could not be put right.
        """
        from aep_tui.storage.private_files import make_private

        return [reason for reason in map(make_private, (self.path.parent, self.path)) if reason]

    # Reading

    def _text(self) -> str:
        try:
            # A pipe or a device is not even opened: that alone may wait for ever.
            if not stat.S_ISREG(self.path.stat().st_mode):
                raise IsADirectoryError(errno.EISDIR, "it is no regular file")
            with self.path.open("rb") as file:
                content = file.read(MAX_BYTES + 1)
        except FileNotFoundError:
            return ""
        except OSError as error:
            from aep_tui.storage.files import reason_of

            reason = "it is no regular file" if isinstance(error, IsADirectoryError) else reason_of(error)
            raise self._unreadable(f"{reason}", "Give yourself the right to read it, or move it away.") from None
        if len(content) > MAX_BYTES:
            raise self._unreadable(f"it is larger than {MAX_BYTES // 1024} KB", "Take out what does not belong there.")
        try:
            return content.decode("utf-8-sig")
        except UnicodeDecodeError as error:
            line = content.count(b"\n", 0, error.start) + 1
            raise self._unreadable(f"line {line} is not UTF-8", "Save it as UTF-8.", line) from None

    def _unreadable(self, reason: str, remedy: str, line: int = 0) -> SettingsUnusable:
        return SettingsUnusable("The settings cannot be read.", f"{self._shown}: {reason}.", remedy, line=line)

    # Writing

    def _change(self, change: _Change) -> None:
        """Read, change and write under a lock, and only what then says exactly what it should."""
        from aep_tui.storage.files import remove_leftovers, write_atomically

        with self._explained(), self._locked():
            before, text = self._changed(change)
            if text != before:
                write_atomically(self.path, text.encode())
                remove_leftovers(self.path)

    def _changed(self, change: _Change) -> tuple[str, str]:
        """Return the text of the file as it is, and as it is to be."""
        from aep_tui.storage.settings_text import parse_settings

        before = self._text()
        wanted, ways = change(before.replace("\r\n", "\n"), parse_settings(before, self._shown))
        text = self._first_right(wanted, ways)
        return before, text.replace("\n", "\r\n") if "\r\n" in before else text

    def _first_right(self, wanted: Settings, ways: Iterable[Callable[[], str]]) -> str:
        from aep_tui.storage.settings_text import parse_settings

        for way in ways:
            try:
                text = way()
                if parse_settings(text, self._shown) == wanted:
                    return text
            except (SettingsUnusable, ValueError, LookupError, TypeError, AttributeError):
                # What tomlkit makes of a rare way to write a table; the next way does without it.
                continue
        raise SettingsUnusable(
            "The settings cannot be changed.",
            f"{self._shown} is written in a way that a change would damage.",
            "Give each profile a table of its own, such as [profiles.acme], with one key a line.",
        )

    @contextmanager
    def _locked(self) -> Iterator[None]:
        from aep_tui.storage.file_lock import locked
        from aep_tui.storage.files import make_private_directory

        make_private_directory(self.path.parent)
        with locked(self.path.with_name(f".{self.path.name}.lock"), self._lock_seconds):
            yield

    @contextmanager
    def _explained(self) -> Iterator[None]:
        try:
            yield
        except TimeoutError:
            raise self._unwritable("another aep-tui is changing them and does not end", "End it, and try again.") from None
        except OSError as error:
            from aep_tui.storage.files import reason_of

            raise self._unwritable(reason_of(error), _ELSEWHERE) from None

    def _unwritable(self, reason: str, remedy: str) -> SettingsUnusable:
        detail = f"{self._shown}: {reason}. Nothing was changed."
        return SettingsUnusable("The settings cannot be saved.", detail, remedy, exit_code=ExitCode.UNEXPECTED)

    def _refuse_unfit(self, profile: Profile) -> None:
        reason = why_no_name(profile.name)
        if reason:
            raise SettingsUnusable("The profile cannot be saved.", reason, "Give it another name.")
        for key in PROFILE_ADDRESSES:
            reason = why_not_kept(getattr(profile, key))
            if reason:
                remedy = "Give scheme and host alone, such as https://host."
                raise SettingsUnusable("The profile cannot be saved.", f"{key} {reason}.", remedy)
        try:
            # What a terminal passes on of bytes that are no UTF-8 cannot be written as such.
            "".join(_texts_of(profile)).encode()
        except UnicodeEncodeError:
            raise SettingsUnusable(
                "The profile cannot be saved.", "A value of it is no valid text.", "Type or copy that value again."
            ) from None

    def _refuse_taken(self, name: str, old: str, settings: Settings, *, new: bool) -> None:
        others = settings.profiles if new else [other for other in settings.profiles if other != old]
        if name in others:
            detail = f"There is a profile {name} already."
            raise SettingsUnusable("The profile cannot be saved.", detail, "Give it another name.", exit_code=ExitCode.EXISTS)
        twin = twin_of(name, others)
        if twin:
            detail = f"Its name differs from {twin} in upper and lower case alone, which some keyrings do not tell apart."
            raise SettingsUnusable("The profile cannot be saved.", detail, "Give it another name.", exit_code=ExitCode.EXISTS)


def _tidy(profile: Profile) -> Profile:
    """Return a profile as it would be read back."""
    return profile._replace(
        org_id=profile.org_id.strip(),
        client_id=profile.client_id.strip(),
        sandbox=profile.sandbox.strip(),
        platform_url=profile.platform_url.strip(),
        ims_url=profile.ims_url.strip(),
        scopes=_tidy_list(profile.scopes),
        production_sandboxes=_tidy_list(profile.production_sandboxes),
        keys={binding: keys.strip() for binding, keys in profile.keys.items()},
    )


def _texts_of(profile: Profile) -> Iterator[str]:
    yield from (profile.org_id, profile.client_id, profile.sandbox, profile.platform_url, profile.ims_url)
    yield from (*profile.scopes, *profile.production_sandboxes, *profile.keys, *profile.keys.values())


def _tidy_list(items: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(item.strip() for item in items if item.strip())


def _saved(text: str, settings: Settings, profile: Profile, old: str) -> _Changed:
    """Return the settings with a profile in the place of the one of an old name, or at the end, and ways to write them."""
    from aep_tui.storage.settings_edit import with_name, with_profile, with_used, with_values, without_profile

    if old not in settings.profiles:
        added = settings._replace(profiles={**settings.profiles, profile.name: profile})
        return added, [lambda: with_profile(text, profile)]
    before, is_used = settings.profiles[old], settings.used == old
    profiles = {(profile.name if name == old else name): value for name, value in settings.profiles.items()}
    wanted = settings._replace(profiles={**profiles, profile.name: profile}, used=profile.name if is_used else settings.used)

    def in_place() -> str:
        renamed = with_name(text, old, profile.name) if old != profile.name else text
        return with_values(renamed, before._replace(name=profile.name), profile)

    def with_own_table() -> str:
        return with_profile(without_profile(text, old), profile)

    def used(way: Callable[[], str]) -> str:
        return with_used(way(), profile.name) if is_used and old != profile.name else way()

    return wanted, [lambda: used(in_place), lambda: used(with_own_table)]
