"""The form of a profile: what an organisation's account consists of, and where one finds each part of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import partial
from typing import Final

from aep_tui.errors import UsageError
from aep_tui.flow_service.account import (
    DEFAULT_IMS_ORIGIN,
    DEFAULT_ORIGIN,
    DEFAULT_SCOPES,
    check_header_value,
    check_origin,
    check_scopes,
    clean_token,
)
from aep_tui.forms.build import build
from aep_tui.forms.check import FieldError, check_field
from aep_tui.secret import Secret
from aep_tui.storage.profiles import LONGEST_NAME, Profile
from aep_tui.wizard.credential import Credential
from aep_tui.wizard.lone_form import LoneForm

_CONSOLE: Final = "developer.adobe.com/console, your project, OAuth Server-to-Server"
SCHEMA: Final[Mapping[str, object]] = {
    "$schema": "http://json-schema.org/draft-07/schema#",
    "type": "object",
    "required": ["name", "org_id", "client_id", "keep_secrets"],
    "properties": {
        "name": {
            "type": "string",
            "title": "Profile name",
            "description": "What you want to call it, such as the organisation's short name.",
            # What the settings take is a little less; they say so themselves.
            "pattern": "^[^\\s-]([^\\n\\r\\t]*[^\\s])?$",
            "maxLength": LONGEST_NAME,
            "examples": ["acme"],
        },
        "org_id": {
            "type": "string",
            "title": "Organisation ID",
            "description": f"{_CONSOLE}: Organization ID. It ends in @AdobeOrg.",
            "pattern": "^[A-Za-z0-9]+@AdobeOrg$",
            "examples": ["0123456789ABCDEF01234567@AdobeOrg"],
        },
        "client_id": {
            "type": "string",
            "title": "Client ID",
            "description": f"{_CONSOLE}: Client ID, also called API key.",
            "minLength": 1,
        },
        "client_secret": {
            "type": "string",
            "title": "Client secret",
            "description": f"{_CONSOLE}: Retrieve client secret.",
            "format": "password",
            "pattern": "^\\S+$",
        },
        "access_token": {
            "type": "string",
            "title": "Access token",
            "description": "In place of a secret: on the same page, Generate access token; it lasts 24 hours.",
            "format": "password",
            "pattern": "^([Bb]earer +)?\\S+$",
        },
        "keep_secrets": {
            "type": "boolean",
            "title": "Keep the secret",
            "description": (
                "In the keyring of this system, never in a file; it is not asked for at every start then. No: it is used "
                "until the program ends."
            ),
            "default": True,
        },
        "sandbox": {
            "type": "string",
            "title": "Sandbox",
            "description": "The name of the sandbox to work in, such as dev. Empty: pick it from the list after the check.",
            "pattern": "^[a-z0-9][a-z0-9-]*$",
        },
        "production_sandboxes": {
            "type": "array",
            "title": "Production sandboxes",
            "description": (
                "More sandboxes that count as production, by name; those that the service lists as such, and prod, do anyway."
            ),
            "items": {"type": "string", "title": "Sandbox", "minLength": 1},
        },
        "scopes": {
            "type": "string",
            "title": "Scopes",
            "description": "As in the Console.",
            "default": DEFAULT_SCOPES,
        },
        "platform_url": {
            "type": "string",
            "title": "Platform origin",
            "description": "Where Experience Platform answers: scheme and host. Another one for a stand-in of the service.",
            "default": DEFAULT_ORIGIN,
        },
        "ims_url": {
            "type": "string",
            "title": "IMS origin",
            "description": "Where access tokens are fetched, which is Adobe's sign-in: scheme and host.",
            "default": DEFAULT_IMS_ORIGIN,
        },
    },
}
_PROPERTIES: Final[Mapping[str, Mapping[str, object]]] = SCHEMA["properties"]  # type: ignore[assignment]
LABELS: Final[Mapping[str, str]] = {key: str(known["title"]) for key, known in _PROPERTIES.items()}
"""What each value is called, by its key."""
ADDRESSES: Final = ("platform_url", "ims_url")
_DEFAULTS: Final = {"platform_url": DEFAULT_ORIGIN, "ims_url": DEFAULT_IMS_ORIGIN, "scopes": DEFAULT_SCOPES}


@dataclass(frozen=True, slots=True)
class ProfileForm(LoneForm):
    """The form of a profile; it looks at addresses as the sign-in and the service are called by them."""

    def errors(self) -> list[FieldError]:
        """Return what is wrong with the answers, addresses last, as they stand in the form."""
        # Not by super() alone, which a class with slots that is made anew by its decorator does not find.
        found, answers = LoneForm.errors(self), self.answers()
        told = {error.field_id for error in found}
        addresses = (error_of_address(f"/{key}", answers.get(f"/{key}")) for key in ADDRESSES)
        return [*found, *(error for error in addresses if error is not None and error.field_id not in told)]


def error_of_address(field_id: str, answer: object) -> FieldError | None:
    """Return what is wrong with an address that was filled in; ``None`` if nothing is, or if the field is none of them."""
    key = field_id.removeprefix("/")
    if key not in ADDRESSES or not isinstance(answer, str) or not answer.strip():
        return None
    try:
        check_origin(answer, LABELS[key], _DEFAULTS[key])
    except UsageError as error:
        return FieldError(field_id, LABELS[key], "format", f"{error.detail} {error.remedy}")
    return None


def without_keyring(filling: LoneForm, reason: str) -> LoneForm:
    """Return the form as it is where no secret can be kept: that is said, and "no" is what it begins with.

    Args:
        filling: The form so far.
        reason: Why the keyring cannot be used, as a sentence.
    """
    description = f"There is no keyring to keep it in: it is used until the program ends. {reason}".strip()
    keep = {**_PROPERTIES["keep_secrets"], "description": description, "default": False}
    return replace(filling, form=build({**SCHEMA, "properties": {**_PROPERTIES, "keep_secrets": keep}}))


class UnfitValue(UsageError):
    """A value of a profile cannot be sent.

    Attributes:
        key: Which one, as the form calls it.
    """

    def __init__(self, key: str, error: UsageError) -> None:
        """Keep key and sentences."""
        super().__init__(error.title, error.detail, error.remedy)
        self.key = key


def check_values(profile: Profile, credential: Credential) -> None:
    """Look whether values can be sent as they are.

    Raises:
        UnfitValue: One cannot; it is named as in the form, from where it came.
    """
    secrets = {
        "client_secret": credential.client_secret.reveal(),
        "access_token": clean_token(credential.access_token.reveal()),
    }
    texts = {"org_id": profile.org_id, "client_id": profile.client_id, "sandbox": profile.sandbox or "-"}
    checks = {
        **{key: partial(check_header_value, text, LABELS[key]) for key, text in texts.items()},
        **{key: partial(check_header_value, text, LABELS[key]) for key, text in secrets.items() if text},
        **{
            key: partial(check_origin, getattr(profile, key) or _DEFAULTS[key], LABELS[key], _DEFAULTS[key])
            for key in ADDRESSES
        },
        "scopes": partial(check_scopes, ",".join(profile.scopes), LABELS["scopes"]),
    }
    for key, look in checks.items():
        try:
            look()
        except UsageError as error:
            is_empty = not texts.get(key, "filled in")
            raise UnfitValue(key, UsageError(error.title, remedy="Fill it in.") if is_empty else error) from None


def check_filled(profile: Profile, credential: Credential) -> None:
    """Refuse what the form would; empty values can be filled in later.

    Raises:
        UnfitValue: A value can be none, in the words of the form, or cannot be sent.
    """
    fields = {one.id.removeprefix("/"): one for one in build(SCHEMA).fields}
    remedies = {
        "org_id": "Copy it again from the Developer Console, whole.",
        "sandbox": "Give its name as the list of sandboxes has it, not its title.",
    }
    for key, remedy in remedies.items():
        text = getattr(profile, key)
        error = check_field(fields[key], text) if text else None
        if error is not None:
            raise UnfitValue(key, UsageError("The profile cannot be saved.", f"{LABELS[key]}: {error.message}", remedy))
    check_values(profile._replace(org_id=profile.org_id or "-", client_id=profile.client_id or "-"), credential)


def profile_form(profile: Profile | None = None, credential: Credential | None = None) -> LoneForm:
    """Return the form, filled in with what is known.

    Args:
        profile: What is known of the profile; ``None`` for a new one.
        credential: Secrets that came with a file.
    """
    filling: LoneForm = ProfileForm("A profile", build(SCHEMA))
    if profile is not None:
        for key in ("name", "org_id", "client_id", "sandbox", "platform_url", "ims_url"):
            filling = _filled(filling, key, getattr(profile, key))
        filling = _filled(filling, "scopes", ",".join(profile.scopes))
        filling = _filled(filling, "production_sandboxes", "\n".join(profile.production_sandboxes))
    if credential is not None:
        for key, secret in (("client_secret", credential.client_secret), ("access_token", credential.access_token)):
            filling = filling.answered(f"/{key}", secret) if secret else filling
    return filling


def _filled(filling: LoneForm, key: str, text: str) -> LoneForm:
    return filling.answered(f"/{key}", text) if text else filling


def filled_profile(params: Mapping[str, object], before: Profile | None = None) -> tuple[Profile, Credential, bool]:
    """Return what was filled in.

    Args:
        params: Of the form, secrets wrapped.
        before: The profile that is edited; what the form does not ask for is kept from it.

    Returns:
        The profile; its secrets, as far as they were typed; and whether to keep them.
    """
    texts = {key: value.strip() for key, value in params.items() if isinstance(value, str)}
    # A default is not written down, so that a newer one counts.
    written = {key: "" if text == _DEFAULTS.get(key) else text for key, text in texts.items()}
    named = params.get("production_sandboxes")
    profile = Profile(
        name=written.get("name", ""),
        org_id=written.get("org_id", ""),
        client_id=written.get("client_id", ""),
        scopes=tuple(scope.strip() for scope in written.get("scopes", "").split(",") if scope.strip()),
        sandbox=written.get("sandbox", ""),
        platform_url=written.get("platform_url", ""),
        ims_url=written.get("ims_url", ""),
        production_sandboxes=tuple(str(name) for name in named) if isinstance(named, list | tuple) else (),
        keys=before.keys if before is not None else {},
    )
    credential = Credential(_secret(params.get("client_secret")), _secret(params.get("access_token")))
    return profile, credential, params.get("keep_secrets") is not False


def _secret(value: object) -> Secret[str]:
    text = value.reveal() if isinstance(value, Secret) else ""
    return Secret(text.strip() if isinstance(text, str) else "")
