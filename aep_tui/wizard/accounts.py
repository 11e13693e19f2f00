"""The accounts of this machine: profiles, their secrets, and the sessions that are made of them."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Final, NamedTuple, Protocol

from aep_tui.errors import AepTuiError
from aep_tui.flow_service.account import DEFAULT_IMS_ORIGIN
from aep_tui.record import repr_without
from aep_tui.storage.profiles import Profile, Settings
from aep_tui.text import plain
from aep_tui.wizard.credential import Credential, CredentialMissing, credential_of
from aep_tui.wizard.effective import (
    ACCESS_TOKEN,
    ASKED,
    CLIENT_SECRET,
    GOES_WITH_SECRET,
    PROFILE_VARIABLE,
    Effective,
    Origin,
    effective,
    with_keyring,
    with_secrets,
)
from aep_tui.wizard.keeping import forget, is_meant_for, remove_kept, rename, take_out
from aep_tui.wizard.keeping import keep as keep_in_keyring
from aep_tui.wizard.place import USUAL_PLATFORM

if TYPE_CHECKING:
    from aep_tui.flow_service.client import FlowServiceClient
    from aep_tui.storage.private_files import FileFault
    from aep_tui.storage.secret_store import SecretStore
    from aep_tui.storage.settings import SettingsFile
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


class Accounts:
    """Profiles and how to work with them."""

    def __init__(
        self,
        flags: Mapping[str, str],
        environment: Mapping[str, str],
        settings_file: SettingsFile,
        store: SecretStore,
        opening: Opening,
        has_expired: Callable[[str], bool],
    ) -> None:
        """Keep what is needed; nothing is read yet.

        Args:
            flags: ``--profile`` and ``--sandbox``, as far as they were given on the command line.
            environment: Of the process.
            settings_file: Where profiles are kept.
            store: Where their secrets are kept.
            opening: Builds sessions and clients.
            has_expired: Tells of an access token whether its time is over.
        """
        self._flags = dict(flags)
        self._environment = environment
        self.settings_file = settings_file
        self.store = store
        self._opening = opening
        self._has_expired = has_expired
        self._given: dict[str, Credential] = {}
        """Secrets that were typed in this run, by profile; they are gone with the program."""
        self._gone: set[str] = set()
        """Profiles that were removed or renamed in this run."""

    # Reading

    def settings(self) -> Settings:
        """Return what the settings file says.

        Raises:
            SettingsUnusable: It cannot be read.
        """
        return self.settings_file.read()

    def profile(self, name: str) -> Profile:
        """Return a profile as the settings have it.

        Raises:
            SettingsUnusable: They cannot be read, or have none of that name.
        """
        return self.settings_file.find(self.settings(), name)

    def can_keep(self, profile: str) -> bool:
        """Tell whether a secret may be kept under a profile's name: one that is gone would leave it there for good."""
        return bool(profile) and profile not in self._gone

    def faults(self) -> Sequence[FileFault]:
        """Return what is wrong with owner and permissions of the settings."""
        return self.settings_file.faults()

    def effective(self, profile: str | None = None, sandbox: str = "") -> Effective:
        """Return every value of an account with where it comes from.

        Args:
            profile: A profile other than the one that the command line, the environment or the settings name; an empty text
                stands for none.
            sandbox: A sandbox picked in this run.

        Raises:
            UsageError: The settings cannot be read, or there is no such profile.
        """
        settings, flags, environment = self.settings(), dict(self._flags), self._environment
        if profile is not None:
            flags = {ASKED: profile}
        if profile == "":
            settings = settings._replace(used="")
            environment = {name: text for name, text in environment.items() if name != PROFILE_VARIABLE}
        return effective({**flags, "--sandbox": sandbox or flags.get("--sandbox", "")}, environment, settings)

    def keys(self) -> Mapping[str, str]:
        """Return keys by binding id, as the settings give them; none where the settings cannot be read."""
        try:
            return self.effective().keys
        except AepTuiError:
            return {}

    def environment_stands_alone(self) -> bool:
        """Tell whether the environment names a whole account by itself."""
        texts = [self._environment.get(name, "").strip() for name in ("AEP_IMS_ORG", "AEP_API_KEY", "AEP_SANDBOX_NAME")]
        return all(texts) and bool(effective({}, self._environment_without_profile(), Settings()).secrets)

    def _environment_without_profile(self) -> dict[str, str]:
        return {name: text for name, text in self._environment.items() if name != PROFILE_VARIABLE}

    async def where_secret_is(self, known: Effective) -> str:
        """Return what an account signs in with and where that is, in words; this may take as long as the keyring's limit."""
        try:
            found = await asyncio.to_thread(self.find, known)
        except AepTuiError as error:
            return f"nothing. {error.sentence()}"
        if not found:
            return f"nothing yet. {found.trouble}".strip()
        what = "an access token" if found.access_token else "a client secret"
        return f"{what} ({found.origin})"

    # Working with an account

    def session(self, profile: str | None = None, sandbox: str = "") -> Session | None:
        """Return a session of a profile; ``None`` if a value that every account needs is missing.

        Raises:
            UsageError: A value cannot be used, or the settings cannot be read.
        """
        known = self.effective(profile, sandbox)
        values = values_of(known)
        if any(not known.text(key) for key in NEEDED) or not (known.profile or known.secrets):
            return None
        # What cannot be sent is said now, and not by the first call; a secret that another one wins over is looked at, too.
        for secret in ({key: value} for key, value in known.secrets.items()):
            self._opening.check(values, credential_of(known._replace(secrets=secret), self._has_expired))
        return self._opening.session(values, lambda: self.find(known))

    def find(self, known: Effective) -> Credential:
        """Return what an account signs in with: typed in this run, else of the environment, else kept in the keyring.

        Raises:
            AepTuiError: The profile stands for another account by now: what is known of that goes to no address of this one.
        """
        given = self._given.get(known.profile)
        if (given or known.wants_keyring) and self._is_outdated(known):
            raise AepTuiError(
                f"The profile {plain(known.profile, 60)} has another client id or other addresses by now.",
                remedy="Open it again on the page Profiles.",
            )
        if given:
            secrets = {CLIENT_SECRET: given.client_secret, ACCESS_TOKEN: given.access_token}
            known = with_secrets(known._replace(secrets={}), secrets, Origin.FLAG, "typed")
            return credential_of(known, self._has_expired)
        return credential_of(with_keyring(known, self.store), self._has_expired)

    def _is_outdated(self, known: Effective) -> bool:
        """Tell whether the settings say another client id or other addresses than an account was opened with."""
        try:
            now = self.effective(known.profile) if known.profile else known
        except AepTuiError:
            # Without settings, or without that profile in them, there is no other account.
            return False
        return any(known.text(key) != now.text(key) for key in GOES_WITH_SECRET)

    def demo(self, sandbox: str = "") -> Session:
        """Return a session with the built-in emulator."""
        return self._opening.demo(sandbox)

    def trial(self, profile: Profile, credential: Credential, known_as: str = "") -> FlowServiceClient:
        """Return a client that tries out a profile that is not saved yet.

        This may take as long as the keyring's limit.

        Args:
            profile: What is tried out.
            credential: Its secrets as far as they were typed.
            known_as: The name under which secrets may be known already; empty for a new profile. They are tried out only
                where client id and both addresses are still the same: a secret goes nowhere it was not meant for.

        Raises:
            AepTuiError: A value cannot be used, or there is nothing to sign in with.
        """
        if not credential and known_as and is_meant_for(self.settings().profiles.get(known_as), profile):
            credential = self.find(self.effective(known_as))
        from aep_tui.wizard.profile_form import check_values

        if not credential:
            raise CredentialMissing(
                "There is nothing to sign in with.",
                credential.trouble,
                "Go back and fill in the client secret, or an access token in its place.",
            )
        check_values(profile, credential)
        values = AccountValues(
            profile.name,
            profile.org_id,
            profile.client_id,
            profile.sandbox or NO_SANDBOX,
            profile.platform_url or USUAL_PLATFORM,
            profile.ims_url or DEFAULT_IMS_ORIGIN,
            ",".join(profile.scopes),
            profile.production_sandboxes,
        )
        return self._opening.client(values, credential)

    # Changing

    def save(self, profile: Profile, credential: Credential, *, keep: bool, replaced: str = "") -> str:
        """Write a profile, and its secrets into the keyring; return what could not be done, as a sentence.

        This may take as long as the keyring's limit.

        Args:
            profile: The profile.
            credential: Its secrets, as far as they are new.
            keep: Whether they go into the keyring; they are used in this run anyway.
            replaced: The name that the profile had before.

        Raises:
            AepTuiError: The settings cannot be written, or hold other values while secrets that are meant for those cannot be
                taken out of the keyring. The profile is as it was.
        """
        before = self.settings().profiles
        self.settings_file.check(profile, replaced=replaced, new=not replaced)
        # In this order: new addresses beside the secrets of those before would be sent them, if only by a later run.
        trouble = self._outdated_taken_out(profile, replaced, before)
        self.settings_file.save(profile, replaced=replaced, new=not replaced)
        self._gone = (self._gone | {replaced}) - {profile.name}
        if not before:
            self.settings_file.use(profile.name)
        if replaced not in ("", profile.name) and is_meant_for(before.get(replaced), profile):
            trouble = self._renamed(replaced, profile.name) or trouble
        return (self.give(profile.name, credential, keep=keep) if credential else "") or trouble

    def _outdated_taken_out(self, profile: Profile, replaced: str, before: Mapping[str, Profile]) -> str:
        """Take out what is kept for another client id, or for other addresses, than a profile is about to have.

        Returns:
            Why what nobody knows of, under a new name, could not be taken out.

        Raises:
            AepTuiError: Secrets that may be there could not be taken out, or the settings not be written then.
        """
        for name in {replaced, profile.name} & before.keys():
            if not is_meant_for(before[name], profile):
                self.settings_file.check_writable()
                take_out(self.store, name)
                self._given.pop(name, None)
        if profile.name in before:
            return ""
        self._given.pop(profile.name, None)
        return forget(self.store, profile.name)

    def _renamed(self, before: str, name: str) -> str:
        if before in self._given:
            self._given[name] = self._given.pop(before)
        return rename(self.store, before, name)

    def give(self, profile: str, credential: Credential, *, keep: bool) -> str:
        """Take a secret or a token that was typed; return why the keyring did not take it, if it should and did not.

        Args:
            profile: Whose it is; empty without a profile, and then it is not kept.
            credential: What was typed.
            keep: Whether it goes into the keyring.
        """
        self._given[profile] = credential
        if not (keep and self.can_keep(profile)):
            return ""
        return keep_in_keyring(self.store, profile, credential)

    def use(self, name: str) -> None:
        """Make a profile the one that is opened at the start.

        Raises:
            SettingsUnusable: The settings cannot be written.
        """
        self.settings_file.use(name)

    def keep_sandbox(self, name: str, sandbox: str) -> None:
        """Make a sandbox the one that a profile begins in.

        Raises:
            SettingsUnusable: There is no such profile, or the settings cannot be written.
        """
        self.settings_file.save(self.profile(name)._replace(sandbox=sandbox), replaced=name)

    def remove(self, name: str) -> None:
        """Remove a profile and its secrets; these first, so that who is stopped by the keyring can say the same again.

        Raises:
            AepTuiError: There is no such profile, its secrets cannot be taken out, or the settings not be written.
        """
        self.profile(name)
        self.settings_file.check_writable()
        remove_kept(self.store, name)
        self.settings_file.remove(name)
        self._given.pop(name, None)
        self._gone.add(name)


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
