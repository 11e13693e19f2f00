"""Whose Flow Service is called: origin, organisation, sandbox and credentials, checked before anything is sent.

Header names and the base path are those of Adobe's tutorials and of the official OpenAPI.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Final

from aep_tui.errors import UsageError
from aep_tui.secret import Secret
from aep_tui.text import plain

DEFAULT_ORIGIN: Final = "https://platform.adobe.io"
BASE_PATH: Final = "/data/foundation/flowservice"

PLATFORM_VARIABLE: Final = "AEP_PLATFORM_URL"
ORG_VARIABLE: Final = "AEP_IMS_ORG"
API_KEY_VARIABLE: Final = "AEP_API_KEY"
SANDBOX_VARIABLE: Final = "AEP_SANDBOX_NAME"
TOKEN_VARIABLE: Final = "AEP_ACCESS_TOKEN"  # noqa: S105 - the name of a variable, not a token

_ORIGIN = re.compile(r"(https?)://(\[[0-9a-f:.]+\]|[a-z0-9_](?:[a-z0-9._-]*[a-z0-9])?)(?::([0-9]{1,5}))?/?", re.ASCII)
_PRINTABLE = re.compile(r"[\x20-\x7e]+")
_BEARER = re.compile(r"bearer(\s+|$)", re.IGNORECASE)
_DEFAULT_PORTS: Final = {"https": 443, "http": 80}
_EXAMPLE: Final = f"Give scheme and host alone, such as {DEFAULT_ORIGIN}."


def check_origin(text: str, variable: str = PLATFORM_VARIABLE) -> str:
    """Return an origin in its normal form: lower case, without a trailing slash and without the scheme's own port.

    Args:
        text: Scheme, host and perhaps a port. Plain http is taken for a loopback address only.
        variable: What a person set, for the error's sentences.

    Raises:
        UsageError: It is no origin, holds more than one, or would send credentials without TLS.
    """
    trimmed = text.strip()
    match = _ORIGIN.fullmatch(trimmed.lower())
    if match is None:
        raise UsageError(f"{variable} cannot be used.", _why_no_origin(trimmed), _EXAMPLE)
    scheme, host, port_text = match.groups()
    port = int(port_text) if port_text else _DEFAULT_PORTS[scheme]
    if not 0 < port < 65536 or (host.startswith("[") and not _is_ipv6(host[1:-1])):
        raise UsageError(f"{variable} cannot be used.", f"{plain(trimmed, 80)} has no valid host and port.", _EXAMPLE)
    if scheme == "http" and not is_loopback(host):
        raise UsageError(
            f"{variable} cannot be used.",
            f"{plain(trimmed, 80)} is plain http, so the access token would travel unprotected.",
            "Write https://. Plain http is for a service on this machine only (127.0.0.1, [::1] or localhost).",
        )
    return f"{scheme}://{host}" + ("" if port == _DEFAULT_PORTS[scheme] else f":{port}")


def _why_no_origin(text: str) -> str:
    """Say what is wrong, without repeating a text that may hold a password."""
    rest = text.partition("://")[2]
    authority, _, path = rest.partition("/")
    if not text:
        return "It is empty."
    if "@" in text:
        return "It holds a user name or a password, which do not belong there."
    if not rest or not text.lower().startswith(("http://", "https://")):
        return f"{plain(text, 80)} does not begin with https:// and a host."
    if not text.isascii():
        return f"{plain(text, 80)} is not plain ASCII; an international host name is written in its xn-- form."
    if path or "?" in text or "#" in text:
        return f"{plain(text, 80)} holds more than an origin; the path of the Flow Service is added to it."
    return f"{plain(authority, 80)} is no host name."


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
        raise UsageError(f"{variable} is empty.", remedy=f"Set {variable}, or start the demo, which needs no account.")
    if _PRINTABLE.fullmatch(trimmed) is None:
        raise UsageError(
            f"{variable} cannot be sent.",
            "It holds a line break, a control character or a character beyond ASCII.",
            "Copy it again, in one piece and without anything around it.",
        )
    return trimmed


@dataclass(frozen=True, slots=True)
class Account:
    """Whose Flow Service is called, and as whom.

    All values are checked and trimmed when the account is made.

    Attributes:
        platform_origin: Scheme, host and perhaps port, such as ``https://platform.adobe.io``.
        org_id: The org id, sent as ``x-gw-ims-org-id``.
        api_key: The client id, sent as ``x-api-key``; kept out of ``repr``.
        sandbox: The sandbox name, sent as ``x-sandbox-name``.
        token: The access token without ``Bearer``.

    Raises:
        UsageError: A value cannot be used; the sentence names its variable.
    """

    platform_origin: str
    org_id: str
    api_key: str = field(repr=False)
    sandbox: str
    token: Secret[str]

    def __post_init__(self) -> None:
        """Check every value."""
        object.__setattr__(self, "platform_origin", check_origin(self.platform_origin))
        object.__setattr__(self, "org_id", check_header_value(self.org_id, ORG_VARIABLE))
        object.__setattr__(self, "api_key", check_header_value(self.api_key, API_KEY_VARIABLE))
        object.__setattr__(self, "sandbox", check_header_value(self.sandbox, SANDBOX_VARIABLE))
        token = check_header_value(clean_token(self.token.reveal()), TOKEN_VARIABLE)
        object.__setattr__(self, "token", Secret(token))

    @property
    def base_url(self) -> str:
        """Where the Flow Service lives, without a trailing slash."""
        return self.platform_origin + BASE_PATH

    @property
    def is_on_this_machine(self) -> bool:
        """Whether the origin is a loopback address, which no proxy ever sees."""
        host = self.platform_origin.partition("://")[2]
        return is_loopback(host if host.endswith("]") else host.rpartition(":")[0] or host)

    def headers(self, *, with_body: bool) -> dict[str, str]:
        """Return the headers of a call, the access token unwrapped: for the HTTP client alone.

        Args:
            with_body: Whether the call carries JSON.
        """
        headers = {
            "Authorization": f"Bearer {self.token.reveal()}",
            "x-api-key": self.api_key,
            "x-gw-ims-org-id": self.org_id,
            "x-sandbox-name": self.sandbox,
        }
        if with_body:
            headers["Content-Type"] = "application/json"
        return headers
