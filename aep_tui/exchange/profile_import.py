"""Files that people already have, read into a profile: Developer Console JSON, an aepp config, a Postman environment.

The keys are those of the files that Adobe's Developer Console offers, of aepp's ``configs.py``, and of Adobe's published
Postman environments. What an old JWT credential left behind is recognised and explained.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Final

from aep_tui.errors import UsageError
from aep_tui.flow_service.account import DEFAULT_IMS_ORIGIN, DEFAULT_ORIGIN, check_origin, clean_token
from aep_tui.secret import Secret
from aep_tui.storage.profiles import LONGEST_NAME, Profile, why_no_name
from aep_tui.text import plain

PROJECT: Final = "Developer Console project"
CREDENTIAL: Final = "Developer Console credential"
AEPP: Final = "aepp config"
POSTMAN: Final = "Postman environment"

_STAGE_IMS: Final = "https://ims-na1-stg1.adobelogin.com"

_ORG: Final = ("org_id", "ims_org", "ims_org_id")
_CLIENT: Final = ("client_id", "api_key")
_CLIENT_SECRET: Final = ("client_secret", "secret", "client_secrets")
_TOKEN: Final = ("access_token",)
_SANDBOX: Final = ("sandbox_name",)
_SCOPES: Final = ("scopes",)
_IMS: Final = ("ims", "imsendpoint")
_PLATFORM: Final = ("platform_gateway",)
_OF_JWT: Final = (
    "public_keys_with_expiry",
    "private_key",
    "pathtokey",
    "path_to_key",
    "jwt_token",
    "meta_scope",
    "meta_scopes",
    "metascopes",
)
_OF_AEPP: Final = ("sandbox_name", "environment", "secret", "tech_id", "pathtokey")

_PLACEHOLDER: Final = re.compile(r"\{\{.*\}\}|<.*>|\{[A-Z_]+\}", re.DOTALL)
_SCOPE: Final = re.compile(r"[^\s,;\"'\[\]]+")
_NO_SCOPE: Final = "scope"
"""What aepp's template holds."""

_ENVIRONMENT: Final = re.compile(r"[a-z0-9-]{1,30}")


@dataclass(frozen=True, slots=True)
class ImportedProfile:
    """What a file says.

    Attributes:
        kind: What kind of file it is, in words.
        profile: The values, what the file does not say left empty.
        client_secret: The client secret; ``None`` if there is none.
        access_token: The access token without ``Bearer``; ``None`` if there is none.
        remarks: What a person should know, as sentences; none holds a secret.
    """

    kind: str
    profile: Profile
    client_secret: Secret[str] | None = field(default=None, repr=False)
    access_token: Secret[str] | None = field(default=None, repr=False)
    remarks: tuple[str, ...] = ()

    @property
    def a_kind(self) -> str:
        """The kind with its article."""
        return f"{'an' if self.kind[:1] in 'aeiou' else 'a'} {self.kind}"


def read_profile_file(document: object, name: str) -> ImportedProfile:
    """Read a profile from the JSON of a file.

    Args:
        document: The JSON value.
        name: A name for the profile where the file has none, such as the file's own without its ending.

    Raises:
        UsageError: It is of no known kind, or of a JWT credential, which no longer signs in.
    """
    if not isinstance(document, Mapping):
        raise _of_no_known_kind()
    if isinstance(document.get("project"), Mapping):
        return _read_project(document["project"], name)
    if isinstance(document.get("values"), list):
        values = _Values(_postman_values(document["values"]))
        return _read(values, POSTMAN, _text(document.get("name")) or name)
    values = _Values(document.items())
    is_aepp = any(values.has(key) for key in _OF_AEPP) and not values.has("client_secrets")
    return _read(values, AEPP if is_aepp else CREDENTIAL, name)


class _Values:
    """Values by key, upper and lower case, dashes and underscores being the same, with placeholders left out."""

    def __init__(self, items: Iterable[tuple[object, object]]) -> None:
        self._values: dict[str, object] = {}
        for key, value in items:
            folded = str(key).strip().casefold().replace("-", "_")
            if self._values.get(folded) in (None, "", []):
                self._values[folded] = value

    def has(self, key: str) -> bool:
        return key in self._values

    def is_filled(self, key: str) -> bool:
        """Tell whether anything but a placeholder is there."""
        value = self._values.get(key)
        return bool(_text(value) if isinstance(value, str) else value)

    def texts(self, keys: tuple[str, ...]) -> list[str]:
        """Return every usable text under the first of some keys that has one."""
        for key in keys:
            found = [text for text in map(_text, _listed(self._values.get(key))) if text]
            if found:
                return found
        return []

    def text(self, keys: tuple[str, ...]) -> str:
        return next(iter(self.texts(keys)), "")


def _read(values: _Values, kind: str, name: str) -> ImportedProfile:
    client_id, org_id = values.text(_CLIENT), values.text(_ORG)
    scopes = tuple(
        dict.fromkeys(scope for text in values.texts(_SCOPES) for scope in _SCOPE.findall(text) if scope != _NO_SCOPE)
    )
    secrets, token = values.texts(_CLIENT_SECRET), clean_token(values.text(_TOKEN))
    of_jwt = any(values.is_filled(key) for key in _OF_JWT)
    if of_jwt and not scopes:
        raise _of_jwt(kind)
    if not client_id and not org_id:
        raise _of_no_known_kind()
    remarks = list(_remarks(org_id, client_id, secrets, token))
    if of_jwt:
        remarks.append("What is left of a JWT credential in it is not used.")
    platform_url, ims_url = _origins(values, remarks)
    sandbox = values.text(_SANDBOX)
    if not sandbox:
        remarks.append("It names no sandbox; pick one from the list that the account may see.")
    elif sandbox.casefold() == "prod":
        remarks.append("It begins in prod, which is a production sandbox.")
    profile = Profile(_name(name), org_id, client_id, scopes, sandbox, platform_url, ims_url)
    secret = Secret(secrets[0]) if secrets else None
    return ImportedProfile(kind, profile, secret, Secret(token) if token else None, tuple(remarks))


def _remarks(org_id: str, client_id: str, secrets: list[str], token: str) -> Iterator[str]:
    if not org_id:
        yield "It has no organisation id: copy it from the Developer Console, your project, Organization ID."
    elif not org_id.casefold().endswith("@adobeorg"):
        yield f"Its organisation id, {plain(org_id, 60)}, does not end in @AdobeOrg; look whether it is whole."
    if not client_id:
        yield "It has no client id: copy it from the Developer Console, your project, OAuth Server-to-Server."
    if not secrets and not token:
        yield "It has no client secret: retrieve it in the Developer Console, your project, OAuth Server-to-Server."
    if len(secrets) > 1:
        yield f"It has {len(secrets)} client secrets; the first one is taken."
    if token:
        yield "Its access token lasts a day at most, and wins over the client secret while it is kept."


def _origins(values: _Values, remarks: list[str]) -> tuple[str, str]:
    """Return the origins of platform and IMS, each empty if it is Adobe's own."""
    environment = values.text(("environment",)).casefold()
    ims, platform = values.text(_IMS), values.text(_PLATFORM)
    if not platform and environment not in ("", "prod") and _ENVIRONMENT.fullmatch(environment):
        platform = f"https://platform-{environment}.adobe.io"
        ims = ims or (_STAGE_IMS if environment.startswith("stag") else "")
    return (
        _origin(platform, DEFAULT_ORIGIN, "the platform", remarks),
        _origin(ims, DEFAULT_IMS_ORIGIN, "Adobe's sign-in service", remarks),
    )


def _origin(text: str, default: str, what: str, remarks: list[str]) -> str:
    if not text:
        return ""
    address = (text if "://" in text else f"https://{text}").rstrip("/")
    try:
        origin = check_origin(address, f"The address of {what} in the file")
    except UsageError as error:
        remarks.append(f"{error.title} {error.detail} Left out, so that Adobe's own counts.")
        return ""
    if origin == default:
        return ""
    remarks.append(f"It sets the address of {what} to {plain(origin, 80)}: credentials will be sent there.")
    return origin


def _read_project(project: Mapping[str, object], name: str) -> ImportedProfile:
    """Read a Console project: one credential of possibly many."""
    credentials = [one for one in _listed(_at(project, "workspace", "details", "credentials")) if isinstance(one, Mapping)]
    usable = [one["oauth_server_to_server"] for one in credentials if isinstance(one.get("oauth_server_to_server"), Mapping)]
    if not usable:
        if any(isinstance(one.get("jwt"), Mapping) for one in credentials):
            raise _of_jwt(PROJECT)
        raise UsageError(
            "This Developer Console project has no credential that signs in without a person.",
            remedy="Add one of the kind OAuth Server-to-Server to it in the Developer Console, and download it again.",
        )
    org = _at(project, "org", "ims_org_id")
    values = _Values([*usable[0].items(), ("org_id", org)])
    imported = _read(values, PROJECT, _text(project.get("title")) or _text(project.get("name")) or name)
    if len(usable) == 1:
        return imported
    more = f"It has {len(usable)} OAuth Server-to-Server credentials; the first one is taken."
    return ImportedProfile(
        imported.kind, imported.profile, imported.client_secret, imported.access_token, (more, *imported.remarks)
    )


def _postman_values(values: list[object]) -> list[tuple[object, object]]:
    enabled = [one for one in values if isinstance(one, Mapping) and one.get("enabled", True) is not False]
    return [(one.get("key"), one.get("value")) for one in enabled]


def _at(value: object, *path: str) -> object:
    for key in path:
        value = value.get(key) if isinstance(value, Mapping) else None
    return value


def _listed(value: object) -> list[object]:
    return value if isinstance(value, list) else [value]


def _text(value: object) -> str:
    """Return a text that can be used; empty for a placeholder, and for one that could be no header's value."""
    if isinstance(value, Mapping):
        # A secret of the Console may come with its dates.
        value = value.get("client_secret")
    text = value.strip() if isinstance(value, str) else ""
    return text if text.isprintable() and not _PLACEHOLDER.fullmatch(text) else ""


def _name(text: str) -> str:
    name = plain(text, LONGEST_NAME).lstrip("-").strip()
    return "imported" if why_no_name(name) else name


def _of_jwt(kind: str) -> UsageError:
    return UsageError(
        f"This {kind} is for JWT (Service Account), which no longer signs in.",
        "Adobe ended that on 1 January 2025.",
        "In the Developer Console, open the project, add OAuth Server-to-Server or migrate to it, and download it again.",
    )


def _of_no_known_kind() -> UsageError:
    return UsageError(
        "There is no profile in this file.",
        f"It is no {CREDENTIAL}, no {PROJECT}, no {AEPP} and no {POSTMAN} with an organisation or a client id.",
        "In the Developer Console, open your project, OAuth Server-to-Server, and choose Download JSON.",
    )
