"""What an account consists of, and what is built of that."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Final, NamedTuple, Protocol

from aep_tui.flow_service.account import DEFAULT_IMS_ORIGIN
from aep_tui.record import repr_without
from aep_tui.wizard.credential import Credential
from aep_tui.wizard.effective import Effective
from aep_tui.wizard.place import USUAL_PLATFORM

if TYPE_CHECKING:
    from aep_tui.flow_service.client import FlowServiceClient
    from aep_tui.storage.profiles import Profile
    from aep_tui.wizard.session import Session

NO_SANDBOX: Final = "none"
"""Stands for a sandbox where none is chosen yet and no call needs one."""
NEEDED: Final = ("org_id", "client_id", "sandbox")


class AccountValues(NamedTuple):
    """What an account consists of, without its secrets.

    Attributes:
        profile: Name of the profile; empty without one.
        org_id: The org id.
        client_id: The client id, sent as ``x-api-key``.
        sandbox: The sandbox name.
        platform_url: Origin of the platform.
        ims_url: Origin of the sign-in.
        scopes: Separated by commas.
        production_sandboxes: Sandboxes that count as production, beside those that the service lists as such.
    """

    profile: str
    org_id: str
    client_id: str
    sandbox: str
    platform_url: str
    ims_url: str
    scopes: str
    production_sandboxes: tuple[str, ...] = ()

    def __repr__(self) -> str:
        """Leave out the client id."""
        return repr_without(self, "client_id")


FindCredential = Callable[[], Credential]


class Opening(Protocol):
    """What the composition root builds of an account."""

    def session(self, values: AccountValues, find: FindCredential) -> Session:
        """Return a session; nothing is asked yet.

        Raises:
            UsageError: A value cannot be used.
        """

    def check(self, values: AccountValues, credential: Credential) -> None:
        """Look whether values and secrets can be sent as they are.

        Raises:
            UsageError: One of them cannot.
        """

    def client(self, values: AccountValues, credential: Credential) -> FlowServiceClient:
        """Return a client by itself, to try values out.

        Raises:
            UsageError: A value cannot be used.
        """

    def demo(self, sandbox: str) -> Session:
        """Return a session with the built-in emulator."""


def values_of(known: Effective) -> AccountValues:
    """Return the values of an account as far as they are known; missing ones are empty."""
    return AccountValues(
        known.profile,
        known.text("org_id"),
        known.text("client_id"),
        known.text("sandbox"),
        known.text("platform_url"),
        known.text("ims_url"),
        known.text("scopes"),
        known.production_sandboxes,
    )


def values_of_profile(profile: Profile) -> AccountValues:
    """Return the values that a profile says by itself."""
    return AccountValues(
        profile.name,
        profile.org_id,
        profile.client_id,
        profile.sandbox or NO_SANDBOX,
        profile.platform_url or USUAL_PLATFORM,
        profile.ims_url or DEFAULT_IMS_ORIGIN,
        ",".join(profile.scopes),
        profile.production_sandboxes,
    )
