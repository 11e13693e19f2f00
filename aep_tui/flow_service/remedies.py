"""What an error code of the gateway or of the Flow Service means, and who can do what about it.

Codes: Adobe's troubleshooting page for the gateway, the pages of Flow Service and source errors for the rest.
"""

from __future__ import annotations

import re
from typing import Final, NamedTuple

_MOST_SAID: Final = 2_000
_NUMBER = re.compile(r"(\d{3,6})(?:-\d{3})?$")


TOKEN_NUMBERS: Final = frozenset({"2114", "2115"})
"""The Flow Service says 400, and not 401, about a token that is empty or invalid."""


class Advice(NamedTuple):
    """What happened and what to do now, in our words.

    Attributes:
        title: What happened; empty if the service's own title is better.
        remedy: What to do, and who can.
    """

    title: str
    remedy: str


_CLIENT_ID: Final = "client id (profile, or AEP_API_KEY)"
_ORG: Final = "organisation (profile, or AEP_IMS_ORG)"
_SANDBOX_NAME: Final = "sandbox (profile, or AEP_SANDBOX_NAME)"
_PLATFORM: Final = "platform's address (profile, or AEP_PLATFORM_URL)"

_RENEW: Final = (
    "Generate a new access token in the Developer Console project (it lasts 24 hours) and paste it (profile, or "
    "AEP_ACCESS_TOKEN). With a client secret (profile, or AEP_CLIENT_SECRET) in its place, tokens are fetched for you."
)
_SAME_PROJECT: Final = (
    f"Copy {_CLIENT_ID} and {_ORG} again: both, and the access token, have to come from the same Developer Console project. "
    "Whoever owns that project can look them up."
)
_SANDBOX: Final = (
    f"Pick the {_SANDBOX_NAME} from the list of those you may see; it is the name in lower case, not the title. If it is "
    "missing there, an administrator of your organisation has to let you into it."
)
_ADMIN: Final = (
    "An administrator of your organisation has to give this credential or this user a role with the permission to manage "
    "sources in this sandbox (Experience Platform, Permissions, Roles)."
)
_WAIT: Final = (
    "Nothing is wrong on this side. Try again in a few minutes; status.adobe.com tells whether Experience Platform has an "
    "outage."
)
BETWEEN: Final = (
    "Try again in a minute. If the page stays, a proxy or a login stands between this machine and the service: ask whoever "
    "runs your network."
)
"""After a web page where JSON should be."""

_CREDENTIALS: Final = (
    "Correct the credentials: user, password and keys come from whoever runs the source. If they are right, check its address, "
    "and that its firewall lets Adobe's addresses of your region in."
)
_LOGIN: Final = (
    "Correct the credentials: the source was reached and turned them down. Whoever runs it can tell whether user, password or "
    "key are right, have expired or lack a permission."
)
_REACH: Final = (
    "Check the source's address and port. Whoever runs it, or its network, has to let Adobe's addresses of your region through "
    "the firewall."
)
_PARAMS: Final = "Compare the params with the help beside each field and correct them."
_RELOAD: Final = (
    "Reload the list of sources and pick the source again; if it stays, Adobe's support can tell whether the source is "
    "available to you."
)
_SUPPORT: Final = "Adobe's support can look this up by the request id."
_OURS: Final = "This looks like a fault of this program: please report it, with what “Copy for support” gives."
_LATER: Final = "Wait a minute, load the connection again and repeat the change."

_NO_SANDBOX: Final = Advice("The sandbox was not found.", _SANDBOX)
_BAD_TOKEN: Final = Advice("The access token is not valid, or has expired.", _RENEW)
_NO_PERMISSION: Final = Advice("This account may not do that in this sandbox.", _ADMIN)
_SERVICE_DOWN: Final = Advice("The Flow Service has trouble of its own.", _WAIT)
_NOT_FOUND: Final = Advice(
    "The service has nothing of that id in this sandbox.", "Check organisation and sandbox; it may have been deleted."
)
_MISMATCH: Final = Advice("Token, client id and organisation do not belong together.", _SAME_PROJECT)
_NO_ORG: Final = Advice("The service received no organisation.", f"Fill in the {_ORG}: the org id, which ends in @AdobeOrg.")
_NO_SUCH_AUTH: Final = Advice("The source does not support this kind of authentication.", "Pick another authentication.")
_CHANGING: Final = Advice("The connection is being changed at this moment.", _LATER)
_CHANGED: Final = Advice("It has changed meanwhile.", "Load it again, then repeat the change.")
_NOT_UNDERSTOOD: Final = Advice("The service did not understand the request.", _OURS)
_PROVIDER: Final = Advice("The source did not accept the credentials, or could not be reached.", _CREDENTIALS)

BY_NUMBER: Final[dict[str, Advice]] = {
    "403010": Advice(
        "The gateway received no access token.",
        f"{_RENEW} This program always sends one: if it stays, something between here and the gateway takes it out, so ask "
        "whoever runs your network.",
    ),
    "401013": _BAD_TOKEN,
    "403000": Advice("The gateway received no client id.", f"Copy the {_CLIENT_ID} from the Developer Console project."),
    "403003": Advice("The client id is not valid.", _SAME_PROJECT),
    "400003": _NO_ORG,
    "403023": _MISMATCH,
    "403025": _MISMATCH,
    "403027": Advice(
        "The organisation does not accept this credential.",
        f"Check that the {_ORG} ends in @AdobeOrg. If it does, an administrator has to add the Developer Console project's "
        "credential to a product profile of Experience Platform.",
    ),
    "429050": Advice("Too many requests came in a short time.", "Wait a minute, then try again."),
    "1100": _PROVIDER,
    "1101": _NOT_FOUND,
    "1102": _SERVICE_DOWN,
    "1103": _SERVICE_DOWN,
    "1104": _SERVICE_DOWN,
    "1300": Advice(
        "Connections of this source cannot be changed.", "Make a new one with the new credentials, then delete the old one."
    ),
    "1301": _NO_SUCH_AUTH,
    "1302": _NO_SUCH_AUTH,
    "1304": Advice("A mandatory param is missing.", "Fill it in and send the request again."),
    "1308": _PROVIDER,
    "1312": Advice("A param has a value that is not valid.", _PARAMS),
    "1336": Advice("This source cannot be looked into.", "Its connection can be used all the same."),
    "1400": _SERVICE_DOWN,
    "1401": _NOT_UNDERSTOOD,
    "1403": _NOT_UNDERSTOOD,
    "1404": _CHANGED,
    "1405": _NOT_UNDERSTOOD,
    "1413": Advice("The service does not know this connection spec.", _RELOAD),
    "1414": Advice("The source of a connection cannot be changed.", "Make a new connection for the other source."),
    "1415": Advice("The service does not know this authentication for the source.", _RELOAD),
    "1416": _CHANGING,
    "1417": _CHANGING,
    "1418": Advice(
        "Dataflows use this connection.", "Delete them first, or ask whoever made them; then the connection can be deleted."
    ),
    "1434": _NOT_UNDERSTOOD,
    "1439": _NOT_FOUND,
    "1440": _NOT_UNDERSTOOD,
    "1445": Advice("This cannot be changed.", "Make a new connection, then delete the old one."),
    "1455": _NOT_UNDERSTOOD,
    "1456": _CHANGING,
    "1458": Advice("The connection is being deleted.", "Wait a minute, then load the list again."),
    "2000": Advice("The access token has no access to the organisation.", _SAME_PROJECT),
    "2001": _NO_ORG,
    "2002": _NO_ORG,
    "2100": _NO_SANDBOX,
    "2101": _NO_SANDBOX,
    "2103": _NO_SANDBOX,
    "2105": Advice("The service received no sandbox.", _SANDBOX),
    "2110": _NOT_UNDERSTOOD,
    "2111": Advice("A sandbox has to be named.", f"Fill in the {_SANDBOX_NAME} with the name of one, not with an asterisk."),
    "2114": Advice("The access token is empty.", _RENEW),
    "2115": _BAD_TOKEN,
    "2118": Advice("This account may not write in this sandbox.", _ADMIN),
    "2120": _NO_PERMISSION,
    "2121": _NO_PERMISSION,
}
"""By the number in a code: ``FLOW-1415-400`` is under ``1415``, the gateway's ``401013`` under itself."""

_REFUSED = re.compile(
    r"\b40[13]\b|unauthori[sz]ed|forbidden|access denied|authenticat|log ?-?in failed|invalid (?:credential|user|password|key)"
    r"|wrong password|incorrect (?:user|password)|password is|signature (?:does not|mismatch)"
    r"|(?:password|token|key|certificate|account)\b[^.]{0,40}\bexpired",
    re.IGNORECASE,
)
_UNREACHED = re.compile(
    r"time[d ]?-?out|unreachable|could not connect|cannot connect|connection (?:refused|reset|attempt)|unknown host"
    r"|no such host|not be resolved|name resolution|firewall|network",
    re.IGNORECASE,
)
_BY_PROVIDER: Final = (
    (_REFUSED, Advice("The source did not accept the credentials.", _LOGIN)),
    (_UNREACHED, Advice("The source could not be reached.", _REACH)),
)
"""What the source itself said, wrapped by the service."""

_BY_STATUS: Final[dict[int, Advice]] = {
    400: Advice("The service refused the request.", _PARAMS),
    401: Advice("The access token was not accepted.", _RENEW),
    403: Advice("This account is not permitted to do that.", _ADMIN),
    404: Advice("The service did not find what was asked for.", f"Check the {_PLATFORM}, the organisation and the sandbox."),
    407: Advice("The network's proxy asks for credentials.", "Set them in HTTPS_PROXY, or ask whoever runs your network."),
    409: Advice(
        "The service says that this exists already or has changed meanwhile.", "Look at what is there before you try again."
    ),
    412: _CHANGED,
    413: Advice("The request is too large.", "Shorten what was pasted into the fields."),
    422: Advice("The service cannot work with the values of the request.", _PARAMS),
    429: Advice("Too many requests came in a short time.", "Wait a minute, then try again."),
    500: Advice("The service failed.", _WAIT),
    503: Advice("The service is not available right now.", _WAIT),
    504: Advice("The service did not answer in time.", _WAIT),
}
_BY_FAMILY: Final[dict[int, Advice]] = {
    2: Advice("The service answered something that cannot be read.", _SUPPORT),
    3: Advice(
        "The service answered with a redirect, which is not followed.",
        f"Check the {_PLATFORM}. If it is right, a proxy or a login page stands in between: ask whoever runs your network.",
    ),
    4: Advice("The service refused the request.", _SUPPORT),
    5: Advice("The service failed.", _WAIT),
}
_UNEXPECTED: Final = Advice("The service answered in an unexpected way.", _SUPPORT)


def code_number(code: str) -> str:
    """Return the number that a code is known by: ``1415`` of ``FLOW-1415-400``, ``401013`` of itself; empty if it has none."""
    match = _NUMBER.search(code)
    return match.group(1) if match else ""


def advice(code: str, status: int, said: str = "") -> Advice:
    """Return what a code means, else what the HTTP status means.

    Args:
        code: The service's error code; may be empty.
        status: HTTP status.
        said: The service's own words, which tell what kind of trouble the source itself had.
    """
    known = BY_NUMBER.get(code_number(code))
    if known is _PROVIDER:
        return next((kind for pattern, kind in _BY_PROVIDER if pattern.search(said[:_MOST_SAID])), known)
    return known or _BY_STATUS.get(status) or _BY_FAMILY.get(status // 100, _UNEXPECTED)


def wait_words(seconds: float) -> str:
    """Return a remedy that says how long to wait."""
    if seconds < 90:
        whole = max(1, round(seconds))
        return f"Wait {whole} second{'' if whole == 1 else 's'}, then try again."
    minutes, hours = round(seconds / 60), round(seconds / 3_600)
    if minutes < 120:
        return f"Wait {minutes} minutes, then try again."
    return f"Wait {hours} hours, then try again." if hours < 48 else "Try again in some days: the service asks for a long wait."
