"""What an error code of the gateway or of the Flow Service means, and who can do what about it.

Codes: Adobe's troubleshooting page for the gateway, the pages of Flow Service and source errors for the rest.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

_NUMBER = re.compile(r"(\d{3,6})(?:-\d{3})?$")


@dataclass(frozen=True, slots=True)
class Advice:
    """What happened and what to do now, in our words.

    Attributes:
        title: What happened; empty if the service's own title is better.
        remedy: What to do, and who can.
    """

    title: str
    remedy: str


_RENEW = (
    "Generate a new access token in the Adobe Developer Console project (it lasts 24 hours), set AEP_ACCESS_TOKEN to it and "
    "start again."
)
_SAME_PROJECT = (
    "Client id (AEP_API_KEY), access token and organisation (AEP_IMS_ORG) have to come from the same Developer Console project."
)
_SANDBOX = (
    "Compare AEP_SANDBOX_NAME with the list under Sandboxes in Experience Platform; it is the name in lower case, not the "
    "title."
)
_ADMIN = (
    "An administrator of your organisation has to give this credential or this user a role with the permission to manage "
    "sources in this sandbox (Experience Platform, Permissions, Roles)."
)
_WAIT = (
    "Nothing is wrong on this side. Try again in a few minutes; status.adobe.com tells whether Experience Platform has an "
    "outage."
)
BETWEEN: Final = (
    "Try again in a minute. If the page stays, a proxy or a login stands between this machine and the service: ask whoever "
    "runs your network."
)
"""After a web page where JSON should be."""

_CREDENTIALS = (
    "Check address, user and password with whoever runs the source, and whether its firewall lets Adobe's addresses of your "
    "region in; then correct the credentials."
)
_PARAMS = "Compare the params with the help beside each field and correct them."
_RELOAD = (
    "Reload the list of sources and pick the source again; if it stays, Adobe's support can tell whether the source is "
    "available to you."
)
_SUPPORT = "Adobe's support can look this up by the request id."

_NO_SANDBOX = Advice("The sandbox was not found.", _SANDBOX)
_BAD_TOKEN = Advice("The access token is not valid, or has expired.", _RENEW)
_NO_PERMISSION = Advice("This account may not do that in this sandbox.", _ADMIN)
_SERVICE_DOWN = Advice("The Flow Service has trouble of its own.", _WAIT)
_NOT_FOUND = Advice(
    "The service has nothing of that id in this sandbox.", "Check organisation and sandbox; it may have been deleted."
)
_MISMATCH = Advice("Token, client id and organisation do not belong together.", _SAME_PROJECT)

BY_NUMBER: Final[dict[str, Advice]] = {
    "403010": Advice("The gateway received no access token.", _RENEW),
    "401013": _BAD_TOKEN,
    "403000": Advice(
        "The gateway received no client id.", "Set AEP_API_KEY to the client id of the Developer Console project."
    ),
    "403003": Advice("The client id is not valid.", f"Copy the client id from the Developer Console again. {_SAME_PROJECT}"),
    "400003": Advice("The gateway received no organisation.", "Set AEP_IMS_ORG to the org id, which ends in @AdobeOrg."),
    "403023": _MISMATCH,
    "403025": _MISMATCH,
    "403027": Advice(
        "The organisation does not accept this credential.",
        "Check that AEP_IMS_ORG ends in @AdobeOrg. If it does, an administrator has to add the Developer Console project's "
        "credential to a product profile of Experience Platform.",
    ),
    "429050": Advice("Too many requests came in a short time.", "Wait a minute, then try again."),
    "1100": Advice("The source did not accept the credentials, or could not be reached.", _CREDENTIALS),
    "1101": _NOT_FOUND,
    "1102": _SERVICE_DOWN,
    "1103": _SERVICE_DOWN,
    "1104": _SERVICE_DOWN,
    "1301": Advice("The source does not support this kind of authentication.", "Pick another authentication."),
    "1302": Advice("The source does not support this kind of authentication.", "Pick another authentication."),
    "1304": Advice("A mandatory param is missing.", "Fill it in and send the request again."),
    "1308": Advice("The source's connector refused the credentials.", _CREDENTIALS),
    "1312": Advice("A param has a value that is not valid.", _PARAMS),
    "1400": _SERVICE_DOWN,
    "1413": Advice("The service does not know this connection spec.", _RELOAD),
    "1415": Advice("The service does not know this authentication for the source.", _RELOAD),
    "1439": _NOT_FOUND,
    "2000": Advice("The access token has no access to the organisation.", _SAME_PROJECT),
    "2001": Advice("The organisation is missing.", "Set AEP_IMS_ORG to the org id, which ends in @AdobeOrg."),
    "2002": Advice("The organisation is empty.", "Set AEP_IMS_ORG to the org id, which ends in @AdobeOrg."),
    "2100": _NO_SANDBOX,
    "2101": _NO_SANDBOX,
    "2103": _NO_SANDBOX,
    "2105": Advice("The sandbox is missing.", "Set AEP_SANDBOX_NAME to the name of a sandbox."),
    "2111": Advice("A sandbox has to be named.", "Set AEP_SANDBOX_NAME to the name of one sandbox, not to an asterisk."),
    "2114": Advice("The access token is empty.", _RENEW),
    "2115": _BAD_TOKEN,
    "2118": Advice("This account may not write in this sandbox.", _ADMIN),
    "2120": _NO_PERMISSION,
    "2121": _NO_PERMISSION,
}
"""By the number in a code: ``FLOW-1415-400`` is under ``1415``, the gateway's ``401013`` under itself."""

_BY_STATUS: Final[dict[int, Advice]] = {
    400: Advice("The service refused the request.", _PARAMS),
    401: Advice("The access token was not accepted.", _RENEW),
    403: Advice("This account is not permitted to do that.", _ADMIN),
    404: Advice("The service did not find what was asked for.", "Check AEP_PLATFORM_URL, the organisation and the sandbox."),
    407: Advice("The network's proxy asks for credentials.", "Set them in HTTPS_PROXY, or ask whoever runs your network."),
    409: Advice(
        "The service says that this exists already or has changed meanwhile.", "Look at what is there before you try again."
    ),
    412: Advice("It has changed meanwhile.", "Load it again, then repeat the change."),
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
        "Check AEP_PLATFORM_URL. If it is right, a proxy or a login page stands in between: ask whoever runs your network.",
    ),
    4: Advice("The service refused the request.", _SUPPORT),
    5: Advice("The service failed.", _WAIT),
}
_UNEXPECTED: Final = Advice("The service answered in an unexpected way.", _SUPPORT)


def code_number(code: str) -> str:
    """Return the number that a code is known by: ``1415`` of ``FLOW-1415-400``, ``401013`` of itself; empty if it has none."""
    match = _NUMBER.search(code)
    return match.group(1) if match else ""


def advice(code: str, status: int) -> Advice:
    """Return what a code means, else what the HTTP status means."""
    known = BY_NUMBER.get(code_number(code))
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
