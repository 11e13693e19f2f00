"""The accounts of this machine: profiles, their secrets, and the sessions that are made of them."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from contextlib import suppress
from typing import TYPE_CHECKING

from aep_tui.errors import AepTuiError
from aep_tui.storage.profiles import Profile, Settings, with_changes
from aep_tui.text import plain
from aep_tui.wizard.account_values import NEEDED, Opening, values_of, values_of_profile
from aep_tui.wizard.belonging import GOES_WITH_SECRET, Audience, Belonging, audience_of, is_meant_for
from aep_tui.wizard.credential import Credential, CredentialMissing, credential_of, why_unsendable
from aep_tui.wizard.effective import (
    ACCESS_TOKEN,
    ASKED,
    CLIENT_SECRET,
    PROFILE_VARIABLE,
    Effective,
    HasExpired,
    Origin,
    effective,
    with_keyring,
    with_secrets,
    without_secrets,
)
from aep_tui.wizard.keeping import keep as keep_in_keyring
from aep_tui.wizard.keeping import make_room, remove_kept, rename

if TYPE_CHECKING:
    from aep_tui.flow_service.client import FlowServiceClient
    from aep_tui.storage.private_files import FileFault
    from aep_tui.storage.secret_store import SecretStore
    from aep_tui.storage.settings import SettingsFile
    from aep_tui.wizard.session import Session


class Accounts:
    """Profiles and how to work with them."""

    def __init__(
        self,
        flags: Mapping[str, str],
        environment: Mapping[str, str],
        settings_file: SettingsFile,
        store: SecretStore,
        opening: Opening,
        has_expired: HasExpired,
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
        self.has_expired = has_expired
        self._given: dict[tuple[str, tuple[str, ...]], Credential] = {}
        """Secrets that were typed in this run, by profile and by what they go out with; they are gone with the program."""
        self._began: tuple[Audience, ...] | None = None
        """With what the environment's secrets go out; ``None`` until the settings are read."""
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

    def is_there(self, profile: str) -> bool:
        """Tell whether anything may be kept under a profile's name: one that is gone would leave it there for good."""
        return bool(profile) and profile not in self._gone

    def can_keep(self, belonging: Belonging | None, keys: Sequence[str] = GOES_WITH_SECRET) -> bool:
        """Tell whether the keyring's secrets of a profile are those of a run, as far as it knows; nothing is read.

        Args:
            belonging: What the run works with; ``None`` for the demo.
            keys: What has to be the same.
        """
        return belonging is not None and self.is_there(belonging.profile) and not belonging.misfits(keys)

    def why_not_kept(self, belonging: Belonging, keys: Sequence[str] = GOES_WITH_SECRET) -> str:
        """Return why the keyring's secrets of a profile are not those of a run, by the settings as they are now."""
        name = plain(belonging.profile, 60)
        if belonging.profile in self._gone:
            return f"The profile {name} was removed or renamed meanwhile."
        try:
            own = audience_of(self.profile(belonging.profile)) if belonging.profile else None
        except AepTuiError as error:
            return error.sentence()
        if not belonging._replace(own=own).misfits(keys):
            return ""
        return belonging.why_not(keys) or f"The profile {name} has other values by now."

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
        if self._began is None:
            self._began = self._beginning(settings)
        if profile is not None:
            flags = {ASKED: profile}
        if profile == "":
            settings = settings._replace(used="")
            environment = {name: text for name, text in environment.items() if name != PROFILE_VARIABLE}
        known = effective({**flags, "--sandbox": sandbox or flags.get("--sandbox", "")}, environment, settings)
        return known if known.belonging.is_among(self._began) else without_secrets(known)

    def _beginning(self, settings: Settings) -> tuple[Audience, ...]:
        """Return with what the environment's secrets may go out: with the values that they were given beside.

        Another profile that is opened in the same run has its own.
        """
        began = []
        if self.environment_stands_alone():
            began.append(effective({}, self._environment_without_profile(), Settings()))
        with suppress(AepTuiError):
            began.append(effective(self._flags, self._environment, settings))
        return tuple(known.belonging.in_effect for known in began)

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
            self._opening.check(values, credential_of(known._replace(secrets=secret), self.has_expired))
        session = self._opening.session(values, lambda: self.find(known))
        session.belonging = known.belonging
        return session

    def find(self, known: Effective) -> Credential:
        """Return what an account signs in with: typed in this run, else of the environment, else kept in the keyring.

        Raises:
            AepTuiError: The profile stands for another account by now: what is known of that goes to no address of this one.
        """
        given = self._given.get(_key(known.belonging))
        is_own = bool(given) or known.wants_keyring(self.has_expired)
        if given:
            secrets = {CLIENT_SECRET: given.client_secret, ACCESS_TOKEN: given.access_token}
            found = with_secrets(known._replace(secrets={}), secrets, Origin.FLAG, "typed")
        else:
            found = with_keyring(known, self.store, self.has_expired)
        # Only now, since the settings are written before anything is kept that is meant for what they say then.
        if is_own and self._is_outdated(known):
            raise AepTuiError(
                f"The profile {plain(known.profile, 60)} has another client id or other addresses by now.",
                remedy="Open it again on the page Profiles.",
            )
        return credential_of(found, self.has_expired)

    def _is_outdated(self, known: Effective) -> bool:
        """Tell whether the settings say another client id or other addresses than an account was opened with."""
        try:
            now = audience_of(self.profile(known.profile)) if known.profile else None
        except AepTuiError:
            # Without settings, or without that profile in them, there is no other account.
            return False
        return now is not None and known.own is not None and bool(now.differing(known.own))

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
                where they are meant for the client id and both addresses: a secret goes nowhere else.

        Raises:
            AepTuiError: A value cannot be used, or there is nothing to sign in with.
        """
        from aep_tui.wizard.profile_form import check_values

        if not credential and known_as:
            credential = self._known_for(profile, known_as)
        if not credential:
            raise CredentialMissing(
                "There is nothing to sign in with.",
                credential.trouble,
                "Go back and fill in the client secret, or an access token in its place.",
            )
        check_values(profile, credential)
        return self._opening.client(values_of_profile(profile), credential)

    def _known_for(self, profile: Profile, known_as: str) -> Credential:
        """Return what is known under a profile's name, if it is meant for where a profile that is tried out sends it."""
        tried, known = audience_of(profile), self.effective(known_as)
        # What the environment overrides has secrets of its own; the profile by itself has those that the keyring keeps.
        by_itself = effective({ASKED: known_as}, {}, self.settings())
        for one in (known, by_itself):
            if not one.belonging.in_effect.differing(tried):
                return self.find(one)
        return Credential(trouble=f"What is known under the name {plain(known_as, 60)} is meant for other values than these.")

    # Changing

    def save(
        self, profile: Profile, credential: Credential, *, keep: bool, replaced: str = "", opened: Profile | None = None
    ) -> str:
        """Write a profile, and its secrets into the keyring; return what could not be done, as a sentence.

        This may take as long as the keyring's limit.

        Args:
            profile: The profile.
            credential: Its secrets, as far as they are new.
            keep: Whether they go into the keyring; they are used in this run anyway.
            replaced: The name that the profile had before.
            opened: What was filled in over; values that are as they were there stay as the settings have them.

        Raises:
            AepTuiError: The settings cannot be written, or hold other values while secrets that are meant for those cannot be
                taken out of the keyring. The profile is as it was.
        """
        before = self.settings().profiles
        profile = with_changes(profile, opened, before.get(replaced))
        self.settings_file.check(profile, replaced=replaced, new=not replaced)
        # In this order: new addresses beside the secrets of those before would be sent them, if only by a later run.
        said = [self._outdated_taken_out(profile, replaced, before)]
        self.settings_file.save(profile, replaced=replaced, new=not replaced, before=before.get(replaced))
        self._gone = (self._gone | {replaced}) - {profile.name}
        if not before:
            self.settings_file.use(profile.name)
        if replaced not in ("", profile.name) and is_meant_for(before.get(replaced), profile):
            said.append(self._renamed(replaced, profile.name))
        if credential:
            own = audience_of(profile)
            said.insert(0, self.give(Belonging(profile.name, own, own), credential, keep=keep))
        return " ".join(filter(None, said))

    def _outdated_taken_out(self, profile: Profile, replaced: str, before: Mapping[str, Profile]) -> str:
        """Take out what is known for another client id, or for other addresses, than a profile is about to have."""
        said = make_room(self.store, profile, before, self.settings_file.check_writable, replaced)
        for name in {replaced, profile.name} - {""}:
            if not is_meant_for(before.get(name), profile):
                self._drop_given(name)
        return said

    def _drop_given(self, name: str) -> None:
        self._given = {key: credential for key, credential in self._given.items() if key[0] != name}

    def _renamed(self, before: str, name: str) -> str:
        self._given = {(name if key[0] == before else key[0], key[1]): given for key, given in self._given.items()}
        return rename(self.store, before, name)

    def give(self, belonging: Belonging, credential: Credential, *, keep: bool) -> str:
        """Take a secret or a token that was typed; return why it was not taken, or not kept though it should, in sentences.

        Args:
            belonging: What it was typed for; it goes out with nothing else.
            credential: What was typed.
            keep: Whether it goes into the keyring.
        """
        unfit = why_unsendable(credential)
        if unfit:
            return unfit
        self._given[_key(belonging)] = credential
        reason = self.why_not_kept(belonging) if keep else ""
        if reason:
            return f"It is used until the program ends, and not kept. {reason}"
        return keep_in_keyring(self.store, belonging.profile, credential) if keep else ""

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
        self.settings_file.save((now := self.profile(name))._replace(sandbox=sandbox), replaced=name, before=now)

    def remove(self, name: str) -> None:
        """Remove a profile and its secrets; these first, so that who is stopped by the keyring can say the same again.

        Raises:
            AepTuiError: There is no such profile, its secrets cannot be taken out, or the settings not be written.
        """
        self.settings_file.check_remove(name)
        remove_kept(self.store, name)
        self.settings_file.remove(name)
        self._drop_given(name)
        self._gone.add(name)


def _key(belonging: Belonging) -> tuple[str, tuple[str, ...]]:
    """Return under what a typed secret is remembered: the profile, and all that it goes out with."""
    return belonging.profile, tuple(getattr(belonging.in_effect, key) for key in GOES_WITH_SECRET)
