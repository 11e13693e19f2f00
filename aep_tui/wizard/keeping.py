"""The secrets of profiles in the keyring: keeping, moving and taking them out."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING

from aep_tui.errors import AepTuiError
from aep_tui.flow_service.account import DEFAULT_IMS_ORIGIN, DEFAULT_ORIGIN
from aep_tui.text import plain
from aep_tui.wizard.belonging import GOES_WITH_PARAMS, WORDS, audience_of, listed
from aep_tui.wizard.credential import why_unsendable

if TYPE_CHECKING:
    from aep_tui.storage.profiles import Profile
    from aep_tui.storage.secret_store import SecretKind, SecretStore
    from aep_tui.wizard.credential import Credential


def make_room(
    store: SecretStore, profile: Profile, before: Mapping[str, Profile], check: Callable[[], None], replaced: str = ""
) -> str:
    """Take out what the keyring keeps under a profile's names and does not belong to what it is about to say.

    Under a new name that is everything: nobody knows for whom an earlier profile of that name has kept it.

    Args:
        store: The keyring.
        profile: What is about to be saved.
        before: The profiles as they are, by name.
        check: Raises where the profile could not be saved then; asked before anything is taken out.
        replaced: The name that the profile has, where it has another one.

    Returns:
        What was taken out, or could not be, and why, in sentences; empty if there was nothing.

    Raises:
        AepTuiError: Secrets may still be there that would go out with the new values. The settings must stay as they are.
    """
    said = [
        _outdated_taken_out(store, before[name], profile, check) for name in sorted({replaced, profile.name} & before.keys())
    ]
    if profile.name not in before:
        check()
        said.append(_left_taken_out(store, profile))
    return " ".join(filter(None, said))


def _outdated_taken_out(store: SecretStore, old: Profile, profile: Profile, check: Callable[[], None]) -> str:
    from aep_tui.storage.secret_store import SecretKind, SecretStoreUnusable

    changed = audience_of(old).differing(audience_of(profile), GOES_WITH_PARAMS)
    if not changed:
        return ""
    check()
    what = listed([WORDS[key] for key in changed])
    try:
        # Another organisation asks for the same secret at the same sign-in; the secrets of connections are its own.
        count = _taken_out(store, old.name, SecretKind.CONNECTION_PARAMS if changed == ("org_id",) else None)
    except SecretStoreUnusable as error:
        raise AepTuiError(
            "The profile was not saved.",
            f"Its secrets are meant for the {what} that it has so far, and cannot be taken out: {error.detail}",
            "Unlock the keyring and save again; or set up a new profile under another name.",
        ) from None
    return _told(count, f"meant for another {what}")


def _left_taken_out(store: SecretStore, profile: Profile) -> str:
    """Take out what an earlier profile of a new one's name may have left."""
    from aep_tui.storage.secret_store import SecretStoreUnusable

    addresses = audience_of(profile)
    try:
        count = _taken_out(store, profile.name)
    except SecretStoreUnusable as error:
        if (addresses.platform_url, addresses.ims_url) == (DEFAULT_ORIGIN, DEFAULT_IMS_ORIGIN):
            # Adobe itself is no stranger, and who cannot unlock the keyring has to begin somehow.
            return f"Secrets of an earlier profile of that name may still be in the keyring: {error.detail}"
        raise AepTuiError(
            "The profile was not saved.",
            "The keyring may keep secrets of an earlier profile of that name, which are not for these addresses, and cannot be "
            f"taken out: {error.detail}",
            "Unlock the keyring and save again. Where it cannot be unlocked, the variable PYTHON_KEYRING_BACKEND as "
            "keyring.backends.null.Keyring does without it.",
        ) from None
    return _told(count, f"left by an earlier profile of the name {plain(profile.name, 60)}")


def _told(count: int, why: str) -> str:
    if not count:
        return ""
    secrets, were = ("1 secret", "was") if count == 1 else (f"{count} secrets", "were")
    return f"{secrets} that {were} {why} {were} taken out of the keyring."


def _taken_out(store: SecretStore, name: str, kind: SecretKind | None = None) -> int:
    """Take out what is kept under a name, and return how much that was.

    Raises:
        SecretStoreUnusable: It may still be there. Where there is no keyring, or none that anything would be put into, it is
            not.
    """
    from aep_tui.storage.keyring_access import Trouble
    from aep_tui.storage.secret_store import SecretStoreUnusable

    try:
        return store.remove_all(name) if kind is None else store.remove_all(name, kind)
    except SecretStoreUnusable as error:
        if error.trouble in (Trouble.MISSING, Trouble.PLAIN_FILE):
            return 0
        raise


def remove_kept(store: SecretStore, name: str) -> None:
    """Take everything out of the keyring that is kept for a profile that is about to be removed.

    Raises:
        AepTuiError: It may still be there.
    """
    from aep_tui.storage.secret_store import SecretStoreUnusable

    try:
        store.remove_all(name)
    except SecretStoreUnusable as error:
        if not error.is_missing:
            raise AepTuiError(
                "The profile was not removed.",
                f"Its secrets cannot be taken out of the keyring: {error.detail}",
                "Unlock it and try again; aep-tui profile remove --keep-secrets leaves them there.",
            ) from None


def rename(store: SecretStore, before: str, name: str) -> str:
    """Give the secrets of a profile another name; return why that could not be done."""
    from aep_tui.storage.secret_store import SecretStoreUnusable

    try:
        store.rename(before, name)
    except SecretStoreUnusable as error:
        return "" if error.is_missing else f"Its secrets could not be renamed: {error.sentence()}"
    return ""


def keep(store: SecretStore, name: str, credential: Credential) -> str:
    """Put what was typed into the keyring; return why that could not be done."""
    from aep_tui.storage.secret_store import SecretKind, SecretStoreUnusable

    unfit = why_unsendable(credential)
    if unfit:
        return unfit
    try:
        if credential.client_secret:
            store.set(name, SecretKind.CLIENT_SECRET, credential.client_secret)
        # A token wins over a secret: one that is older than that goes. A secret lasts longer than a token, and stays.
        store.set(name, SecretKind.ACCESS_TOKEN, credential.access_token)
    except SecretStoreUnusable as error:
        return f"It is used until the program ends. {error.sentence()}"
    return ""
