"""Whether the inlet URL that the service gave leads where events may be expected to go."""

from __future__ import annotations

from typing import Final
from urllib.parse import urlsplit

from aep_tui.errors import UsageError
from aep_tui.flow_service.account import check_origin, is_on_this_machine
from aep_tui.text import plain

ADOBE_DOMAINS: Final = ("adobedc.net", "adobe.io", "adobe.net")
"""Adobe's streaming host is ``dcs.adobedc.net``."""
DEMO_HOST: Final = "dcs.aep.invalid"
"""The host of the built-in demo's inlets, which cannot exist (RFC 2606)."""


def inlet_host_remark(url: str, platform_origin: str) -> str:
    """Return why an inlet URL is not one that was to be expected, as a sentence; empty if it is.

    Expected are Adobe's own hosts, that of the platform, and for a platform on this machine others on it, or the demo's.

    Args:
        url: The inlet URL as the service gave it.
        platform_origin: The platform's origin in its normal form.
    """
    try:
        parts = urlsplit(url)
        origin = check_origin(f"{parts.scheme}://{parts.netloc}", "The inlet URL")
    except (ValueError, UsageError) as error:
        detail = error.detail if isinstance(error, UsageError) else "It cannot be read."
        return f"The inlet URL is not one to send events to. {detail}".strip()
    host = (urlsplit(origin).hostname or "").rstrip(".")
    if origin == platform_origin or _is_adobes(origin, host):
        return ""
    if is_on_this_machine(platform_origin) and (is_on_this_machine(origin) or host == DEMO_HOST):
        return ""
    return (
        f"The inlet URL leads to {plain(host, 100)}, which is neither Adobe's nor the platform's own host. Ask whoever "
        "runs the platform before you send events there."
    )


def _is_adobes(origin: str, host: str) -> bool:
    has_usual_port = origin.startswith("https://") and origin.partition("://")[2].count(":") == 0
    return has_usual_port and any(host.endswith(f".{domain}") for domain in ADOBE_DOMAINS)
