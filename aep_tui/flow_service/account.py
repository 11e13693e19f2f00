"""Whose Flow Service is called: origin, organisation, sandbox and credentials, checked before anything is sent.

Header names and the base path are those of Adobe's tutorials and of the official OpenAPI.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Final

from aep_tui.errors import UsageError
from aep_tui.secret import MASK, Secret
from aep_tui.text import plain

DEFAULT_ORIGIN: Final = "https://platform.adobe.io"
DEFAULT_IMS_ORIGIN: Final = "https://ims-na1.adobelogin.com"
DEFAULT_SCOPES: Final = "openid,session,AdobeID,read_organizations,additional_info.projectedProductContext"
"""What Adobe's page on authentication asks for."""
BASE_PATH: Final = "/data/foundation/flowservice"

PLATFORM_VARIABLE: Final = "AEP_PLATFORM_URL"
ORG_VARIABLE: Final = "AEP_IMS_ORG"
API_KEY_VARIABLE: Final = "AEP_API_KEY"
SANDBOX_VARIABLE: Final = "AEP_SANDBOX_NAME"
TOKEN_VARIABLE: Final = "AEP_ACCESS_TOKEN"  # noqa: S105 - the name of a variable, not a token
SECRET_VARIABLE: Final = "AEP_CLIENT_SECRET"  # noqa: S105 - as above
IMS_VARIABLE: Final = "AEP_IMS_URL"
SCOPES_VARIABLE: Final = "AEP_SCOPES"

_ORIGIN = re.compile(r"(https?)://(\[[0-9a-f:.]+\]|[a-z0-9_](?:[a-z0-9._-]*[a-z0-9])?)(?::([0-9]{1,5}))?/?", re.ASCII)
_QUERY = re.compile("[?#]")
_SCHEME = re.compile(r"[A-Za-z]{1,8}")
_HOST = re.compile(r"(?:\[[0-9A-Fa-f:.]*\]|[\w.-]{1,253})(?::[0-9]{1,5}(?![0-9]))?")
_BARE_HOST = re.compile(r"(?=.{1,60}$)[a-z0-9-]+(?:\.[a-z0-9-]+)+(?::[0-9]{1,5})?/?", re.ASCII)
_PRINTABLE = re.compile(r"[\x20-\x7e]+")
_SCOPE = re.compile(r"[\x21\x23-\x5b\x5d-\x7e]+")
_BETWEEN_SCOPES = re.compile(r"[,\s]+")
_BEARER = re.compile(r"bearer(\s+|$)", re.IGNORECASE)
_DEFAULT_PORTS: Final = {"https": 443, "http": 80}
_EXAMPLES: Final = {IMS_VARIABLE: DEFAULT_IMS_ORIGIN}


def check_origin(text: str, variable: str = PLATFORM_VARIABLE, example: str = "") -> str:
    """Return an origin in its normal form: lower case, without a trailing slash and without the scheme's own port.

    Args:
        text: Scheme, host and perhaps a port. Plain http is taken for a loopback address only.
        variable: What a person set, for the error's sentences.
        example: One that could stand there; empty for what is usual for the variable.

    Raises:
        UsageError: It is no origin, holds more than one, or would send credentials without TLS.
    """
    trimmed, usual = text.strip(), example or _EXAMPLES.get(variable, DEFAULT_ORIGIN)
    example = f"Give scheme and host alone, such as {usual}."
    match = _ORIGIN.fullmatch(trimmed.lower())
    if match is None:
        raise UsageError(f"{variable} cannot be used.", _why_no_origin(trimmed), example)
    scheme, host, port_text = match.groups()
    port = int(port_text) if port_text else _DEFAULT_PORTS[scheme]
    if not 0 < port < 65536 or (host.startswith("[") and not _is_ipv6(host[1:-1])):
        raise UsageError(f"{variable} cannot be used.", f"{plain(trimmed, 80)} has no valid host and port.", example)
    if scheme == "http" and not is_loopback(host):
        raise UsageError(
            f"{variable} cannot be used.",
            f"{plain(trimmed, 80)} is plain http, so credentials would travel unprotected.",
            "Write https://. Plain http is for a service on this machine only (127.0.0.1, [::1] or localhost).",
        )
    return f"{scheme}://{host}" + ("" if port == _DEFAULT_PORTS[scheme] else f":{port}")


def shown_address(text: str) -> str:
    """Return an address as it may be shown: scheme, host and port, all else masked.

    A user's password, a path or a query may be a secret, and so may a text that somebody put in an address's place: a client
    secret has no dots, and a token has capital letters.
    """
    trimmed = text.strip()
    if _BARE_HOST.fullmatch(trimmed):
        return trimmed
    scheme, mark, rest = trimmed.partition("://")
    if not mark or not _SCHEME.fullmatch(scheme):
        return MASK if trimmed else ""
    host = _HOST.match(rest)
    if host is None or "@" in rest:
        return f"{scheme}://{MASK if rest else ''}"
    return f"{scheme}://{host[0]}" + (f"/{MASK}" if rest[host.end() :].strip("/") else "")


def _why_no_origin(text: str) -> str:
    """Say what is wrong, without repeating a text that may hold a password."""
    rest = text.partition("://")[2]
    authority, _, path = rest.partition("/")
    shown = "It" if (address := shown_address(text)) == MASK else plain(address, 80)
    if not text:
        return "It is empty."
    if "@" in text:
        return "It holds a user name or a password, which do not belong there."
    if not rest or not text.lower().startswith(("http://", "https://")):
        return f"{shown} does not begin with https:// and a host."
    if not text.isascii():
        return f"{shown} is not plain ASCII; an international host name is written in its xn-- form."
    if path or "?" in text or "#" in text:
        return f"{shown} holds more than an origin; paths are added to it."
    return f"{plain(_QUERY.split(authority)[0], 80)} is no host name."


def is_on_this_machine(origin: str) -> bool:
    """Tell whether an origin in its normal form is a loopback address, which no proxy ever sees."""
    host = origin.partition("://")[2]
    return is_loopback(host if host.endswith("]") else host.rpartition(":")[0] or host)


def is_loopback(host: str) -> bool:
    """Tell whether a host name or address is this machine itself: 127.0.0.0/8, ::1 or localhost."""
    import ipaddress

    if host == "localhost":
        return True
    try:
        address = ipaddress.ip_address(host.strip("[]"))
    except ValueError:
        return False
    return address.is_loopback and address.version == (6 if host.startswith("[") else 4)


def _is_ipv6(text: str) -> bool:
    import ipaddress

    try:
        ipaddress.IPv6Address(text)
    except ValueError:
        return False
    return True


def clean_token(text: str) -> str:
    """Return an access token without the blanks and the leading ``Bearer`` that copying brings along."""
    return _BEARER.sub("", text.strip(), count=1).strip()


def check_header_value(text: str, variable: str) -> str:
    """Return a text that is fit to be a header's value, without surrounding blanks.

    Raises:
        UsageError: It is empty, or holds a line break or anything but printable ASCII. The sentence names the variable
            and never repeats the value.
    """
    trimmed = text.strip()
    if not trimmed:
        raise UsageError(
            f"{variable} is empty.", remedy=f"Fill it in in the profile, or set {variable}. The demo needs no account."
        )
    if _PRINTABLE.fullmatch(trimmed) is None:
        raise UsageError(
            f"{variable} cannot be sent.",
            "It holds a line break, a control character or a character beyond ASCII.",
            "Copy it again, in one piece and without anything around it.",
        )
    return trimmed


def _nothing() -> Secret[str]:
    return Secret("")


def check_scopes(text: str, variable: str = SCOPES_VARIABLE) -> str:
    """Return scopes as the token call takes them: separated by commas, without blanks, each once.

    Args:
        text: Scopes separated by commas or blanks; none at all means the default ones.
        variable: What a person set, for the error's sentences.

    Raises:
        UsageError: A scope holds a character that none can have (RFC 6749, 3.3).
    """
    scopes = [scope for scope in _BETWEEN_SCOPES.split(text) if scope]
    if any(_SCOPE.fullmatch(scope) is None for scope in scopes):
        raise UsageError(
            f"{variable} cannot be sent.",
            "A scope in it holds a quotation mark, a backslash or a character beyond ASCII.",
            "Copy the scopes from the Developer Console, separated by commas.",
        )
    return ",".join(dict.fromkeys(scopes)) or DEFAULT_SCOPES


@dataclass(frozen=True, slots=True)
class Account:
    """Whose Flow Service is called, and as whom.

    All values are checked and trimmed when the account is made. There is an access token, or a client secret to fetch one
    with; a token that is given wins.

    Attributes:
        platform_origin: Scheme, host and perhaps port, such as ``https://platform.adobe.io``.
        org_id: The org id, sent as ``x-gw-ims-org-id``.
        api_key: The client id, sent as ``x-api-key`` and to the sign-in; kept out of ``repr``.
        sandbox: The sandbox name, sent as ``x-sandbox-name``.
        token: An access token without ``Bearer``; may be empty.
        client_secret: The secret of the client id, sent to the sign-in alone; may be empty.
        ims_origin: Where the sign-in is.
        scopes: What the token is asked for, separated by commas; empty for the default ones.

    Raises:
        UsageError: A value cannot be used, or there is neither a token nor a secret; the sentence names its variable.
    """

    platform_origin: str
    org_id: str
    api_key: str = field(repr=False)
    sandbox: str
    token: Secret[str] = field(default_factory=_nothing)
    client_secret: Secret[str] = field(default_factory=_nothing)
    ims_origin: str = DEFAULT_IMS_ORIGIN
    scopes: str = DEFAULT_SCOPES

    def __post_init__(self) -> None:
        """Check every value."""
        self._set("platform_origin", check_origin(self.platform_origin))
        self._set("org_id", check_header_value(self.org_id, ORG_VARIABLE))
        self._set("api_key", check_header_value(self.api_key, API_KEY_VARIABLE))
        self._set("sandbox", check_header_value(self.sandbox, SANDBOX_VARIABLE))
        self._set("ims_origin", check_origin(self.ims_origin, IMS_VARIABLE))
        self._set("scopes", check_scopes(self.scopes))
        token, client_secret = clean_token(self.token.reveal()), self.client_secret.reveal().strip()
        # Without a secret to fetch one with, a token is what is missing.
        self._set("token", Secret(check_header_value(token, TOKEN_VARIABLE) if token or not client_secret else ""))
        self._set("client_secret", Secret(client_secret and check_header_value(client_secret, SECRET_VARIABLE)))

    def _set(self, name: str, value: object) -> None:
        object.__setattr__(self, name, value)

    @property
    def base_url(self) -> str:
        """Where the Flow Service lives, without a trailing slash."""
        return self.platform_origin + BASE_PATH

    @property
    def is_on_this_machine(self) -> bool:
        """Whether the origin is a loopback address, which no proxy ever sees."""
        return is_on_this_machine(self.platform_origin)

    def headers(self, *, with_body: bool, in_sandbox: bool = True) -> dict[str, str]:
        """Return the headers of a call, without the credentials, which the client's authentication adds.

        Args:
            with_body: Whether the call carries JSON.
            in_sandbox: Whether the call is about what is in the sandbox.
        """
        headers = {"x-gw-ims-org-id": self.org_id}
        if in_sandbox:
            headers["x-sandbox-name"] = self.sandbox
        if with_body:
            headers["Content-Type"] = "application/json"
        return headers
