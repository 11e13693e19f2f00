"""The sandboxes that an account may see.

Path, members and paging are those of Adobe's sandbox API for everybody; the list of all sandboxes is for administrators alone.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Final
from urllib.parse import parse_qs, urlencode, urlsplit

from aep_tui.errors import UsageError
from aep_tui.flow_service.account import check_origin
from aep_tui.flow_service.outcome import ServiceError
from aep_tui.outcome import Problem

SANDBOXES_PATH: Final = "/data/foundation/sandbox-management/"
_SUPPORT: Final = (
    "Check the platform's address (profile, or AEP_PLATFORM_URL); if it is right, Adobe's support can look into it."
)
_MAX_PAGES: Final = 200


@dataclass(frozen=True, slots=True)
class SandboxInfo:
    """One sandbox. Its texts are the service's own.

    Attributes:
        name: What goes into ``x-sandbox-name``.
        title: What people call it; the name where it has none.
        type: ``production`` or ``development``; empty if the service does not say.
        region: Such as ``VA7``; may be empty.
        state: Such as ``active``, ``creating`` or ``resetting``; may be empty.
        is_default: Whether it is the one that every organisation starts with.
    """

    name: str
    title: str = ""
    type: str = ""
    region: str = ""
    state: str = ""
    is_default: bool = False

    @property
    def is_usable(self) -> bool:
        """Whether it can be worked in now."""
        return self.state in ("active", "")


async def read_sandboxes(get: Callable[[str], Awaitable[object]], origin: str) -> list[SandboxInfo]:
    """Return all sandboxes in the service's order, each once.

    Args:
        get: Returns the document at a path below the origin.
        origin: The platform's origin in its normal form.

    Raises:
        ServiceError: The service refused, could not be reached, or answered something else.
    """
    found: dict[str, SandboxInfo] = {}
    path: str | None = SANDBOXES_PATH
    asked: set[str] = set()
    while path is not None and path not in asked and len(asked) < _MAX_PAGES:
        asked.add(path)
        document = await get(path)
        page = _sandboxes_of(document)
        is_news = any(sandbox.name not in found for sandbox in page)
        for sandbox in page:
            found.setdefault(sandbox.name, sandbox)
        # A service that knows nothing of offsets answers its first page again.
        path = _next_path(document, len(page), len(found), origin) if is_news else None
    return list(found.values())


def _sandboxes_of(document: object) -> list[SandboxInfo]:
    members = document.get("sandboxes") if isinstance(document, dict) else None
    if not isinstance(members, list):
        detail = "A list of sandboxes was expected."
        raise ServiceError(Problem("The service answered something else.", detail, status=200, remedy=_SUPPORT))
    return [sandbox for member in members if (sandbox := _read(member)) is not None]


def _read(member: object) -> SandboxInfo | None:
    """Return one sandbox; ``None`` where there is no name that could be sent."""
    if not isinstance(member, dict):
        return None
    texts = {key: value for key, value in member.items() if isinstance(value, str)}
    name = texts.get("name", "").strip()
    if not name:
        return None
    kind, state = texts.get("type", "").lower(), texts.get("state", "").lower()
    return SandboxInfo(
        name, texts.get("title", "").strip() or name, kind, texts.get("region", ""), state, member.get("isDefault") is True
    )


def _next_path(document: object, count: int, so_far: int, origin: str) -> str | None:
    """Return the path of the next page; ``None`` at the end.

    A page may name the next one; else a page that is as long as a page may be has another behind it.
    """
    assert isinstance(document, dict)
    links = document.get("_links")
    following = links.get("next") if isinstance(links, dict) else None
    href = following.get("href") if isinstance(following, dict) else None
    if isinstance(href, str) and href:
        return _own_path(href, origin)
    page = document.get("_page")
    limit = page.get("limit") if isinstance(page, dict) else None
    if isinstance(limit, int) and not isinstance(limit, bool) and 0 < limit <= count:
        return f"{SANDBOXES_PATH}?{urlencode({'limit': limit, 'offset': so_far})}"
    return None


def _own_path(href: str, origin: str) -> str:
    """Return the path that a link to the next page means; nothing but its limit and offset is taken from it.

    Raises:
        ServiceError: It leads elsewhere, where the credentials are not to go.
    """
    try:
        link = urlsplit(href)
        is_own = not link.netloc or check_origin(f"{link.scheme}://{link.netloc}") == origin
        offsets = parse_qs(link.query, max_num_fields=20)
    except (ValueError, UsageError):
        is_own = False
    if not is_own or link.path.rstrip("/") != SANDBOXES_PATH.rstrip("/"):
        detail = "The service links to an address outside of its list."
        raise ServiceError(Problem("The next page of sandboxes cannot be asked for.", detail, status=200, remedy=_SUPPORT))
    kept = {name: values[-1] for name, values in offsets.items() if name in ("limit", "offset")}
    return f"{SANDBOXES_PATH}?{urlencode(kept)}"
