"""Whose a secret is: with which client id it goes out, to which addresses, and for which organisation.

What the keyring keeps under a profile's name belongs to the profile's own values. It is read, written or offered only where
those are the values in effect; and what was typed goes out only with the values that were in effect then.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Final, NamedTuple

from aep_tui.errors import UsageError
from aep_tui.flow_service.account import (
    API_KEY_VARIABLE,
    DEFAULT_IMS_ORIGIN,
    DEFAULT_ORIGIN,
    IMS_VARIABLE,
    ORG_VARIABLE,
    PLATFORM_VARIABLE,
    check_origin,
)
from aep_tui.record import repr_without
from aep_tui.text import plain

if TYPE_CHECKING:
    from aep_tui.storage.profiles import Profile

GOES_WITH_SECRET: Final = ("client_id", "platform_url", "ims_url")
"""A secret is sent with the first of these, and to the others."""
GOES_WITH_PARAMS: Final = (*GOES_WITH_SECRET, "org_id")
"""The secrets of a connection are meant for one organisation, too."""
WORDS: Final = {
    "client_id": "client id",
    "platform_url": "platform origin",
    "ims_url": "IMS origin",
    "org_id": "organisation ID",
}
VARIABLES: Final = {
    "client_id": API_KEY_VARIABLE,
    "platform_url": PLATFORM_VARIABLE,
    "ims_url": IMS_VARIABLE,
    "org_id": ORG_VARIABLE,
}


class Audience(NamedTuple):
    """With what a secret goes out, and to where.

    Attributes:
        client_id: The client id; empty where a profile leaves it to the environment.
        platform_url: Origin of the platform in its normal form; one that cannot be used as it is written.
        ims_url: Origin of the sign-in, likewise.
        org_id: The org id; empty where it is left to the environment.
    """

    client_id: str
    platform_url: str
    ims_url: str
    org_id: str

    def __repr__(self) -> str:
        """Leave out the client id."""
        return repr_without(self, "client_id")

    def differing(self, other: Audience, keys: Sequence[str] = GOES_WITH_SECRET) -> tuple[str, ...]:
        """Return which values another one has otherwise."""
        return tuple(key for key in keys if getattr(self, key) != getattr(other, key))


def audience(client_id: str, platform_url: str, ims_url: str, org_id: str) -> Audience:
    """Return for whom secrets are that go out with these values; an address that is left out is the usual one."""
    platform, ims = _normal(platform_url, DEFAULT_ORIGIN), _normal(ims_url, DEFAULT_IMS_ORIGIN)
    return Audience(client_id.strip(), platform, ims, org_id.strip())


def audience_of(profile: Profile) -> Audience:
    """Return for whom the secrets of a profile are."""
    return audience(profile.client_id, profile.platform_url, profile.ims_url, profile.org_id)


def _normal(origin: str, default: str) -> str:
    text = origin.strip() or default
    try:
        return check_origin(text)
    except UsageError:
        # Nothing is ever sent there.
        return text


def is_meant_for(known: Profile | None, profile: Profile, keys: Sequence[str] = GOES_WITH_SECRET) -> bool:
    """Tell whether what was kept for one profile may be used with another's values."""
    return known is not None and not audience_of(known).differing(audience_of(profile), keys)


class Belonging(NamedTuple):
    """What a run works with beside what its profile says itself, to which the keyring's secrets belong.

    Attributes:
        profile: Name of the profile; empty without one.
        in_effect: With what, and to where, a secret of the run goes out.
        own: What the profile says itself; ``None`` without one.
    """

    profile: str
    in_effect: Audience
    own: Audience | None

    def misfits(self, keys: Sequence[str] = GOES_WITH_SECRET) -> tuple[str, ...]:
        """Return which values in effect are not the profile's own; none if what is kept under its name belongs to them.

        A profile that leaves its client id to the environment has the one that is in effect.
        """
        if self.own is None:
            return tuple(keys)
        own = self.own._replace(client_id=self.own.client_id or self.in_effect.client_id)
        return own.differing(self.in_effect, keys)

    def is_among(self, audiences: Iterable[Audience]) -> bool:
        """Tell whether what is in effect is one of these; one without a client id is for whichever is named later."""
        here = self.in_effect
        return any(not one._replace(client_id=one.client_id or here.client_id).differing(here) for one in audiences)

    def why_not(self, keys: Sequence[str] = GOES_WITH_SECRET) -> str:
        """Return why the keyring has nothing to do with the run, as a sentence that names what stands in the way."""
        if self.own is None:
            return "There is no profile to keep anything under."
        misfits = self.misfits(keys)
        if not misfits:
            return ""
        give = "gives" if len(misfits) == 1 else "give"
        variables, words = listed([VARIABLES[key] for key in misfits]), listed([WORDS[key] for key in misfits])
        return f"{variables} {give} another {words} than the profile {plain(self.profile, 60)}."


def listed(items: Sequence[str]) -> str:
    """Return items as a sentence lists them."""
    return " and ".join(part for part in (", ".join(items[:-1]), *items[-1:]) if part)
