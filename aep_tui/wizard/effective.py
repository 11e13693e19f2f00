"""The values a run works with, each with where it comes from: a flag, the environment, the profile, the keyring, a default.

Nothing here blocks but :func:`with_keyring`, which asks the keyring and is called once the first frame is up.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from enum import StrEnum
from typing import TYPE_CHECKING, Final, NamedTuple

from aep_tui.errors import UsageError
from aep_tui.flow_service.account import DEFAULT_IMS_ORIGIN, DEFAULT_ORIGIN, DEFAULT_SCOPES, shown_address
from aep_tui.record import NONE, repr_without
from aep_tui.secret import Secret
from aep_tui.storage.profiles import PROFILE_ADDRESSES, Profile, Settings, instead_of
from aep_tui.text import plain
from aep_tui.wizard.belonging import Audience, Belonging, audience, audience_of, listed
from aep_tui.wizard.place import DEVELOPMENT

if TYPE_CHECKING:
    from aep_tui.storage.secret_store import SecretStore

PROFILE_VARIABLE: Final = "AEP_PROFILE"
ASKED: Final = "profile"
"""Among the flags: a profile that was asked for in another way than by ``--profile``, such as picked from a list."""
_ASKED_SOURCE: Final = "asked for"

CLIENT_SECRET: Final = "client_secret"  # noqa: S105 - the key of a value
ACCESS_TOKEN: Final = "access_token"  # noqa: S105 - the key of a value

_CREDENTIAL: Final = "Developer Console, your project, OAuth Server-to-Server"


HasExpired = Callable[[str], bool]
"""Tells of an access token whether its time is over."""


class Origin(StrEnum):
    """Where a value comes from, as it is shown."""

    FLAG = "flag"
    ENVIRONMENT = "environment"
    PROFILE = "profile"
    KEYRING = "keyring"
    TYPED = "typed"
    DEFAULT = "default"
    MISSING = "missing"


class Value(NamedTuple):
    """One value with its origin.

    Attributes:
        key: What it is, such as ``org_id``.
        label: The same in words.
        text: The value as it goes on the wire, without surrounding blanks; empty for a secret, whose origin tells whether it
            is there.
        origin: Where it comes from.
        source: The same by name, such as ``AEP_IMS_ORG``, ``profile acme`` or ``--sandbox``; empty if it is missing.
        where: Where a person finds it.
        variable: What sets it in the environment.
    """

    key: str
    label: str
    text: str
    origin: Origin
    source: str
    where: str
    variable: str = ""

    @property
    def shown(self) -> str:
        """The value made safe to show: of an address not what may be a password or a token in it."""
        return plain(shown_address(self.text) if self.key in PROFILE_ADDRESSES else self.text)

    @property
    def is_there(self) -> bool:
        """Whether there is a value."""
        return self.origin is not Origin.MISSING


class Effective(NamedTuple):
    """All values of a run.

    Attributes:
        profile: Name of the profile; empty if there is none.
        profile_source: What named it, such as ``--profile`` or ``settings.toml``; empty if there is none.
        values: Values by key, in the order in which they are shown.
        production_sandboxes: Sandboxes that the profile counts as production.
        keys: Keys by binding id: those of the profile over those of all profiles.
        secrets: The secrets that are there, by key: those of the environment, and after :func:`with_keyring` those kept.
        own: Whose the secrets are that the keyring keeps for the profile; ``None`` without one.
        keyring_trouble: Why the keyring could not be asked, or other secrets are not used, in sentences; mostly empty.
    """

    profile: str
    profile_source: str
    values: Mapping[str, Value]
    production_sandboxes: tuple[str, ...] = ()
    keys: Mapping[str, str] = NONE
    secrets: Mapping[str, Secret[str]] = NONE
    own: Audience | None = None
    keyring_trouble: str = ""

    def __repr__(self) -> str:
        """Leave out values and secrets."""
        return repr_without(self, "values", "secrets")

    def text(self, key: str) -> str:
        """Return a value as it goes on the wire; empty if it is missing."""
        return self.values[key].text

    def secret(self, key: str) -> Secret[str]:
        """Return a secret; an empty one if it is missing."""
        return self.secrets.get(key, Secret(""))

    @property
    def missing(self) -> tuple[Value, ...]:
        """What has to be given before anything can be sent: of client secret and access token, one is enough."""
        has_credential = any(self.values[key].is_there for key in (CLIENT_SECRET, ACCESS_TOKEN))
        return tuple(
            value
            for value in self.values.values()
            if not value.is_there and not (has_credential and value.key in (CLIENT_SECRET, ACCESS_TOKEN))
        )

    @property
    def lacking(self) -> tuple[Value, ...]:
        """What has to be given before anything can be opened; secrets can be asked for then."""
        return tuple(value for value in self.missing if value.key not in _SECRETS)

    @property
    def belonging(self) -> Belonging:
        """What is in effect beside what the profile says itself."""
        in_effect = audience(self.text("client_id"), self.text("platform_url"), self.text("ims_url"), self.text("org_id"))
        return Belonging(self.profile, in_effect, self.own)

    @property
    def keyring_fits(self) -> bool:
        """Whether what the keyring keeps for the profile belongs to the client id and the addresses in effect.

        With others from the environment, the profile's secret would go out with a client it is not of, or to a stranger.
        """
        return not self.belonging.misfits()

    def wants_keyring(self, has_expired: HasExpired) -> bool:
        """Tell whether the keyring should be asked: there is a profile that it belongs to, and no secret that counts yet."""
        return self.keyring_fits and all(
            key == ACCESS_TOKEN and has_expired(text.reveal()) for key, text in self.secrets.items()
        )


class _Known(NamedTuple):
    """A value that a run works with."""

    key: str
    label: str
    variable: str
    where: str
    flag: str = ""
    default: str = ""


_KNOWN: Final = (
    _Known(
        "org_id", "Organisation ID", "AEP_IMS_ORG", "Developer Console, your project, Organization ID; it ends in @AdobeOrg."
    ),
    _Known("client_id", "Client ID", "AEP_API_KEY", f"{_CREDENTIAL}, Client ID. It is sent as x-api-key."),
    _Known(
        "sandbox",
        "Sandbox",
        "AEP_SANDBOX_NAME",
        "Experience Platform, the sandbox switch at the top; its name, not its title.",
        flag="--sandbox",
    ),
    _Known(
        "platform_url",
        "Platform origin",
        "AEP_PLATFORM_URL",
        "Leave it as it is, unless Adobe told you another one, or for aep-tui emulator.",
        default=DEFAULT_ORIGIN,
    ),
    _Known(
        "ims_url",
        "IMS origin",
        "AEP_IMS_URL",
        "Leave it as it is, unless Adobe told you another one, or for aep-tui emulator.",
        default=DEFAULT_IMS_ORIGIN,
    ),
    _Known("scopes", "Scopes", "AEP_SCOPES", f"{_CREDENTIAL}, Scopes.", default=DEFAULT_SCOPES),
    _Known(CLIENT_SECRET, "Client secret", "AEP_CLIENT_SECRET", f"{_CREDENTIAL}, Retrieve client secret."),
    _Known(ACCESS_TOKEN, "Access token", "AEP_ACCESS_TOKEN", f"{_CREDENTIAL}, Generate access token; it lasts a day."),
)
_SECRETS: Final = (CLIENT_SECRET, ACCESS_TOKEN)
VARIABLES: Final = (PROFILE_VARIABLE, *(known.variable for known in _KNOWN))
"""Every variable that counts here."""


def effective(flags: Mapping[str, str], environment: Mapping[str, str], settings: Settings) -> Effective:
    """Return the values of a run: a flag wins over the environment, that over the profile, that over the default.

    Args:
        flags: Values by flag, such as ``{"--profile": "acme"}``, or by :data:`ASKED`; an empty one counts as not given.
        environment: Variables of the process.
        settings: What the settings file says.

    Raises:
        UsageError: There is no profile of the name given; the sentence says who named it, unless it was asked for by itself,
            and what is near.
    """
    name, source = _profile_name(flags, environment, settings)
    profile = _profile(name, source, settings)
    secrets = {
        known.key: Secret(text) for known in _KNOWN if known.key in _SECRETS and (text := _secret_text(environment, known))
    }
    values = {known.key: _value(known, flags, environment, profile) for known in _KNOWN}
    return Effective(
        name,
        source,
        values,
        profile.production_sandboxes,
        {**settings.keys, **profile.keys},
        secrets,
        audience_of(profile) if name else None,
    )


def _never(_token: str) -> bool:
    return False


def with_keyring(values: Effective, store: SecretStore, has_expired: HasExpired = _never) -> Effective:
    """Return the values with what the keyring keeps for the profile; it blocks, as the store does.

    A secret of the environment stays, but for a token that has expired, beside which the keyring is asked, too. One that cannot
    be used is told in ``keyring_trouble``, unless there is none.

    Args:
        values: The values so far.
        store: The keyring.
        has_expired: Tells of an access token whether its time is over.
    """
    if not values.wants_keyring(has_expired):
        is_foreign = bool(values.profile) and not values.secrets
        return _troubled(values, f"What the keyring keeps is not used: {values.belonging.why_not()}") if is_foreign else values
    from aep_tui.storage.secret_store import SecretKind, SecretStoreUnusable

    kinds = {CLIENT_SECRET: SecretKind.CLIENT_SECRET, ACCESS_TOKEN: SecretKind.ACCESS_TOKEN}
    found: dict[str, Secret[str]] = {}
    try:
        for key, kind in kinds.items():
            secret = store.get(values.profile, kind)
            if secret and not (key in values.secrets and has_expired(secret.reveal())):
                found[key] = secret
    except SecretStoreUnusable as error:
        return values if error.is_missing else _troubled(values, error.sentence())
    return with_secrets(values, found, Origin.KEYRING, f"keyring, profile {values.profile}")


def _troubled(values: Effective, trouble: str) -> Effective:
    return values._replace(keyring_trouble=f"{values.keyring_trouble} {trouble}".strip())


def with_secrets(values: Effective, secrets: Mapping[str, Secret[str]], origin: Origin, source: str) -> Effective:
    """Return the values with secrets from elsewhere, such as typed in this run.

    Args:
        values: The values so far.
        secrets: Secrets by key; they win over those that were there.
        origin: Where they come from.
        source: The same in words.
    """
    changed = {key: values.values[key]._replace(origin=origin, source=source) for key, secret in secrets.items() if secret}
    given = {key: secret for key, secret in secrets.items() if secret}
    return values._replace(values={**values.values, **changed}, secrets={**values.secrets, **given})


def without_secrets(values: Effective) -> Effective:
    """Return the values without the secrets of the environment, which were given for others, and say so as a trouble."""
    if not values.secrets:
        return values
    ones = [values.values[key] for key in values.secrets]
    left = {one.key: one._replace(origin=Origin.MISSING, source="") for one in ones}
    are = "is" if len(ones) == 1 else "are"
    trouble = (
        f"{listed([one.variable for one in ones])} {are} not used: this run began with another client id or other addresses."
    )
    return _troubled(values._replace(values={**values.values, **left}, secrets={}), trouble)


def is_production(sandbox_name: str, sandbox_type: str, production_sandboxes: Iterable[str]) -> bool:
    """Tell whether a sandbox counts as production.

    Args:
        sandbox_name: Its name; one called ``prod`` always counts.
        sandbox_type: What the sandbox list says it is; empty if that is not known. Whatever it says that is not development
            counts: Adobe documents no third type, and a new one is better asked about than taken lightly.
        production_sandboxes: Names that the profile adds.
    """
    name = sandbox_name.strip().casefold()
    named = {other.strip().casefold() for other in production_sandboxes}
    return sandbox_type.strip().casefold() not in ("", DEVELOPMENT) or name == "prod" or name in named


def _profile_name(flags: Mapping[str, str], environment: Mapping[str, str], settings: Settings) -> tuple[str, str]:
    for name, source in (
        (flags.get(ASKED, ""), _ASKED_SOURCE),
        (flags.get("--profile", ""), "--profile"),
        (environment.get(PROFILE_VARIABLE, ""), PROFILE_VARIABLE),
        (settings.used, "settings.toml"),
    ):
        if name.strip():
            return name.strip(), source
    return "", ""


def _profile(name: str, source: str, settings: Settings) -> Profile:
    if not name or name in settings.profiles:
        return settings.profiles.get(name, Profile(""))
    remedy = instead_of(name, settings.profiles)
    remedy = remedy or "There is none at all yet: make one on the page Profiles, or with aep-tui profile add."
    named = "" if source == _ASKED_SOURCE else f", which {source} names"
    raise UsageError(f"There is no profile {plain(name, 60)}{named}.", remedy=remedy)


def _value(known: _Known, flags: Mapping[str, str], environment: Mapping[str, str], profile: Profile) -> Value:
    if known.key in _SECRETS:
        origin = Origin.ENVIRONMENT if _secret_text(environment, known) else Origin.MISSING
        return _made(known, "", origin, known.variable if origin is Origin.ENVIRONMENT else "")
    kept = getattr(profile, known.key)
    candidates = (
        (flags.get(known.flag, "") if known.flag else "", Origin.FLAG, known.flag),
        (environment.get(known.variable, ""), Origin.ENVIRONMENT, known.variable),
        (kept if isinstance(kept, str) else ",".join(kept), Origin.PROFILE, f"profile {profile.name}"),
        (known.default, Origin.DEFAULT, "default"),
    )
    for text, origin, source in candidates:
        if text.strip():
            return _made(known, text.strip(), origin, source)
    return _made(known, "", Origin.MISSING, "")


def _made(known: _Known, text: str, origin: Origin, source: str) -> Value:
    return Value(known.key, known.label, text, origin, source, known.where, known.variable)


def _secret_text(environment: Mapping[str, str], known: _Known) -> str:
    """Return a secret of the environment; a token that is nothing but its scheme is none."""
    text = environment.get(known.variable, "").strip()
    return "" if text.casefold() == "bearer" else text
