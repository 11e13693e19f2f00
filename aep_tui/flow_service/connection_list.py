"""The connections that a sandbox has already, of one name and one source.

The filters of ``GET /connections`` (documentation "Sort and filter responses in the Flow Service API") only make the list
short; what comes back is filtered again here, since nothing may depend on how the service takes a quote or an operator.
"""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable
from typing import Final
from urllib.parse import quote

from aep_tui.flow_service.answers import endless_list, items_of, next_path
from aep_tui.flow_service.models import Connection, read_connection

CONNECTIONS_PATH: Final = "/connections"
PAGE_SIZE: Final = 100
"""The documented maximum."""
MAX_PAGES: Final = 1_000

_QUOTABLE: Final = re.compile(r"[\w .-]+")
"""Names whose reading between double quotes leaves no doubt; any other is looked for among all that the source has."""


async def connections_of(get: Callable[[str], Awaitable[object]], origin: str, name: str, spec_id: str) -> list[Connection]:
    """Return the connections of a name and a connection spec, all pages of them.

    Args:
        get: Reads a path below the base URL.
        origin: Where a link to the next page may lead.
        name: Surrounding blanks do not count; empty for any.
        spec_id: Connection spec id; empty for any.

    Raises:
        ServiceError: The service refused, could not be reached, or answered something else.
    """
    found: dict[str, Connection] = {}
    path: str | None = _first_path(name.strip(), spec_id)
    asked: set[str] = set()
    while path is not None:
        if path in asked or len(asked) >= MAX_PAGES:
            raise endless_list("connections")
        asked.add(path)
        page = await get(path)
        for item in items_of(page):
            connection = read_connection(item)
            if connection is not None and _is_wanted(connection, name, spec_id):
                # One that is made between two pages may be met twice.
                found[connection.id] = connection
        path = next_path(page, origin, CONNECTIONS_PATH)
    return list(found.values())


def _first_path(name: str, spec_id: str) -> str:
    filters = []
    if name and _QUOTABLE.fullmatch(name):
        filters.append(f'name=="{name}"')
    if spec_id:
        filters.append(f"connectionSpec.id=={spec_id}")
    query = [f"property={quote(text, safe='', errors='replace')}" for text in filters]
    return f"{CONNECTIONS_PATH}?{'&'.join([*query, f'limit={PAGE_SIZE}'])}"


def _is_wanted(connection: Connection, name: str, spec_id: str) -> bool:
    has_name = not name.strip() or _comparable(connection.name) == _comparable(name)
    return has_name and (not spec_id or connection.connection_spec_id == spec_id)


def _comparable(name: str) -> bytes:
    """Return a name without what the history cannot keep either: half a surrogate pair."""
    return name.strip().encode("utf-8", "replace")
