"""The secrets of an account: where they come from, and which of them is used."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final, NamedTuple

from aep_tui.errors import AepTuiError, ExitCode, UsageError
from aep_tui.flow_service.account import check_header_value, clean_token
from aep_tui.secret import Secret
from aep_tui.wizard.effective import ACCESS_TOKEN, CLIENT_SECRET, Effective

NOTHING: Final = Secret("")


class Credential(NamedTuple):
    """What signs an account in: a client secret, or an access token that was fetched elsewhere.

    Attributes:
        client_secret: Access tokens are fetched with it; may be empty.
        access_token: Is used as it is, and wins over a secret; may be empty.
        origin: Where it was found, in words.
        trouble: Why the keyring could not be looked into; empty if it could, or had not to be.
    """

    client_secret: Secret[str] = NOTHING
    access_token: Secret[str] = NOTHING
    origin: str = ""
    trouble: str = ""

    def __bool__(self) -> bool:
        """Tell whether there is anything to sign in with."""
        return bool(self.client_secret) or bool(self.access_token)


class CredentialMissing(AepTuiError):
    """There is nothing to sign in with."""

    exit_code = ExitCode.NOT_PERMITTED
    key = CLIENT_SECRET
    """The value that is missing, as the form of a profile calls it."""


def missing_credential(profile: str, trouble: str) -> CredentialMissing:
    """Return the error of an account without secrets.

    Args:
        profile: Its profile; empty without one.
        trouble: Why the keyring could not be looked into.
    """
    whose = f"for the profile {profile}" if profile else ""
    return CredentialMissing(
        f"There is nothing to sign in with {whose}".rstrip() + ".",
        trouble,
        "Type it on the page Profiles, or set AEP_CLIENT_SECRET or AEP_ACCESS_TOKEN.",
    )


def credential_of(known: Effective, has_expired: Callable[[str], bool]) -> Credential:
    """Return what an account signs in with: a token wins over a secret, unless it has expired and there is a secret.

    Args:
        known: Its values, with the keyring looked into.
        has_expired: Tells of a token whether its time is over.
    """
    secret, token = known.secret(CLIENT_SECRET), known.secret(ACCESS_TOKEN)
    if token and not (secret and has_expired(token.reveal())):
        return Credential(access_token=token, origin=known.values[ACCESS_TOKEN].source)
    origin = known.values[CLIENT_SECRET].source if secret else ""
    return Credential(client_secret=secret, origin=origin, trouble=known.keyring_trouble)


def typed_credential(text: str, *, is_token: bool) -> Credential:
    """Return what was typed as a secret or as a token."""
    secret = Secret(text.strip())
    return Credential(access_token=secret) if is_token else Credential(client_secret=secret)


def looks_like_token(text: str) -> bool:
    """Tell whether a text has the form of Adobe's access tokens: a JSON Web Token, perhaps behind the word Bearer."""
    trimmed = text.strip()
    return trimmed.casefold().startswith("bearer ") or (trimmed.startswith("eyJ") and trimmed.count(".") == 2)


def why_unsendable(credential: Credential) -> str:
    """Return why a secret or a token cannot be sent as it is, in sentences; empty if it can, or if there is none."""
    for label, text in (
        ("The client secret", credential.client_secret.reveal()),
        ("The access token", clean_token(credential.access_token.reveal())),
    ):
        try:
            if text:
                check_header_value(text, label)
        except UsageError as error:
            return error.sentence()
        if any(character.isspace() for character in text):
            return f"{label} cannot be sent. It holds a blank, as none does. Copy it again, in one piece."
    return ""
