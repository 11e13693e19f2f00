"""What the settings hold: profiles, the one in use, and remapped keys."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from typing import Final, NamedTuple

from aep_tui.errors import ExitCode, UsageError
from aep_tui.record import NONE, repr_without
from aep_tui.text import plain

LONGEST_NAME: Final = 64

PROFILE_TEXTS: Final = ("org_id", "client_id", "sandbox", "platform_url", "ims_url")
PROFILE_LISTS: Final = ("scopes", "production_sandboxes")
KEYS: Final = "keys"
PROFILE_KEYS: Final = ("org_id", "client_id", "scopes", "sandbox", "platform_url", "ims_url", "production_sandboxes", KEYS)
"""Every key of a profile, in the order in which a new one is written."""
PROFILE_ADDRESSES: Final = ("platform_url", "ims_url")
_BEYOND_AN_ORIGIN: Final = "@?#"
"""What stands before a password or a query in an address."""


class SettingsUnusable(UsageError):
    """The settings cannot be read or written; the file is left as it is.

    Attributes:
        line: The line of the file that is wrong, from 1; 0 if it is not about a line.
    """

    def __init__(
        self, title: str, detail: str = "", remedy: str = "", *, line: int = 0, exit_code: ExitCode | None = None
    ) -> None:
        """Keep the sentences and the line."""
        super().__init__(title, detail, remedy, exit_code=exit_code)
        self.line = line


class Profile(NamedTuple):
    """One organisation as one credential sees it; an empty value is left to the environment or to the default.

    Attributes:
        name: How a person calls it.
        org_id: The org id, ending in ``@AdobeOrg``.
        client_id: The client id of the credential, sent as ``x-api-key``; kept out of ``repr``.
        scopes: The scopes to ask a token for.
        sandbox: Name of the sandbox to begin in.
        platform_url: Origin of the platform.
        ims_url: Origin of Adobe's sign-in service.
        production_sandboxes: Further sandboxes that count as production.
        keys: Keys by binding id, such as ``{"quit": "ctrl+q,f10"}``; they win over those of all profiles.
    """

    name: str
    org_id: str = ""
    client_id: str = ""
    scopes: tuple[str, ...] = ()
    sandbox: str = ""
    platform_url: str = ""
    ims_url: str = ""
    production_sandboxes: tuple[str, ...] = ()
    keys: Mapping[str, str] = NONE

    def __repr__(self) -> str:
        """Leave out the client id."""
        return repr_without(self, "client_id")


def with_changes(profile: Profile, opened: Profile | None, now: Profile | None) -> Profile:
    """Return a profile with the values that a person changed; the others are as they were written meanwhile.

    Args:
        profile: What was filled in.
        opened: What it was filled in over; ``None`` where all of it counts.
        now: What the settings say by now; ``None`` if nothing.
    """
    if opened is None or now is None:
        return profile
    same = [key for key in PROFILE_KEYS if getattr(profile, key) == getattr(opened, key)]
    named = profile.production_sandboxes
    # Also where both changed them: none that somebody named stops being guarded.
    added = [name for name in now.production_sandboxes if name not in (*opened.production_sandboxes, *named)]
    profile = profile._replace(production_sandboxes=(*named, *added))
    return profile._replace(**{key: getattr(now, key) for key in same})


class Settings(NamedTuple):
    """What the settings file says.

    Attributes:
        profiles: Profiles by name, in the order of the file.
        used: Name of the profile in use, which may be of one that is gone; empty if there is none.
        keys: Keys by binding id, for all profiles.
    """

    profiles: Mapping[str, Profile] = NONE
    used: str = ""
    keys: Mapping[str, str] = NONE


def why_no_name(name: str) -> str:
    """Return why a text cannot be the name of a profile, as a sentence; empty if it can."""
    if not name.strip():
        return "A profile needs a name."
    if len(name) > LONGEST_NAME:
        return f"The name of a profile has at most {LONGEST_NAME} characters."
    if plain(name, LONGEST_NAME) != name:
        return "The name of a profile has no control characters, and no blanks around it or one after the other."
    if name.startswith("-"):
        return "The name of a profile does not begin with a dash, which would make it an option."
    return ""


def why_not_kept(text: str) -> str:
    """Return why an address is not kept in the file, as the end of a sentence; empty if it can be."""
    if not any(sign in text for sign in _BEYOND_AN_ORIGIN):
        return ""
    return "holds more than scheme and host, perhaps a secret, and secrets are never kept in this file"


def twin_of(name: str, names: Iterable[str]) -> str:
    """Return the other name that differs in upper and lower case alone; empty if there is none.

    Some keyrings do not tell such names apart.
    """
    return next((other for other in names if other != name and other.casefold() == name.casefold()), "")


def nearest(word: str, known: Iterable[str]) -> str:
    """Return the known word that was probably meant; empty if none is near."""
    from difflib import get_close_matches

    folded = {other.casefold().replace("-", "_"): other for other in known}
    found = get_close_matches(word.casefold().replace("-", "_"), folded, n=1, cutoff=0.6)
    return folded[found[0]] if found else ""


def instead_of(name: str, known: Collection[str]) -> str:
    """Return a sentence on which profiles there are instead of one that there is not; empty if there is none."""
    near, names = nearest(name, known), [plain(other, 60) for other in known]
    if near:
        return f"Did you mean {plain(near, 60)}?"
    if len(names) == 1:
        return f"The only one is {names[0]}."
    return f"There are {', '.join(names)}." if names else ""
