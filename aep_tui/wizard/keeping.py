"""The secrets of profiles in the keyring: for whom they are meant, and keeping, moving and taking them out."""

from __future__ import annotations

from typing import TYPE_CHECKING

from aep_tui.errors import AepTuiError
from aep_tui.flow_service.account import DEFAULT_IMS_ORIGIN
from aep_tui.wizard.place import USUAL_PLATFORM

if TYPE_CHECKING:
    from aep_tui.storage.profiles import Profile
    from aep_tui.storage.secret_store import SecretStore
    from aep_tui.wizard.credential import Credential


def is_meant_for(known: Profile | None, profile: Profile) -> bool:
    """Tell whether a secret that was meant for one profile may go out with another's values."""
    return known is not None and _account(known) == _account(profile)


def _account(profile: Profile) -> tuple[str, str, str]:
    """Return with what a secret goes out, and to where; the usual address is the same whether or not it is written down."""
    platform, ims = profile.platform_url.strip(), profile.ims_url.strip()
    return profile.client_id.strip(), platform or USUAL_PLATFORM, ims or DEFAULT_IMS_ORIGIN


def take_out(store: SecretStore, name: str) -> None:
    """Take everything out of the keyring that is kept under a name, before its profile stands for another account.

    Raises:
        AepTuiError: It may still be there. Where there is no keyring, or none that anything would be put into, it is not.
    """
    from aep_tui.storage.keyring_access import Trouble
    from aep_tui.storage.secret_store import SecretStoreUnusable

    try:
        store.remove_all(name)
    except SecretStoreUnusable as error:
        if error.trouble not in (Trouble.MISSING, Trouble.PLAIN_FILE):
            raise AepTuiError(
                "The profile was not saved.",
                f"Its secrets are meant for the client id and the addresses before, and cannot be taken out: {error.detail}",
                "Unlock the keyring and save again; or set up a new profile under another name.",
            ) from None


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


def forget(store: SecretStore, name: str) -> str:
    """Take out what an earlier profile of a new one's name may have left; return why that could not be done."""
    from aep_tui.storage.secret_store import SecretStoreUnusable

    try:
        store.remove_all(name)
    except SecretStoreUnusable as error:
        return "" if error.is_missing else f"Secrets of that name may still be in the keyring: {error.sentence()}"
    return ""


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

    try:
        if credential.client_secret:
            store.set(name, SecretKind.CLIENT_SECRET, credential.client_secret)
        # A token wins over a secret: one that is older than that goes. A secret lasts longer than a token, and stays.
        store.set(name, SecretKind.ACCESS_TOKEN, credential.access_token)
    except SecretStoreUnusable as error:
        return f"It is used until the program ends. {error.sentence()}"
    return ""
