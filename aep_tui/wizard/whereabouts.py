"""What kind of sandbox the program works in, asked of the list that everybody may see.

``GET /data/foundation/sandbox-management/`` (Adobe's sandbox OpenAPI) lists the active sandboxes of the caller with type and
region; what it may do in them it does not say.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Protocol

from aep_tui.errors import AepTuiError
from aep_tui.wizard.effective import is_production
from aep_tui.wizard.place import Place

if TYPE_CHECKING:
    from aep_tui.flow_service.sandboxes import SandboxInfo


class SandboxLister(Protocol):
    """What the look-up needs of the API client."""

    async def sandboxes(self) -> Sequence[SandboxInfo]:
        """Return the sandboxes that this account may see."""


def in_sandbox(place: Place, sandboxes: Sequence[SandboxInfo], named_production: Sequence[str]) -> Place:
    """Return a place with what the list of sandboxes says about its sandbox.

    Args:
        place: As it is known so far.
        sandboxes: The list. A sandbox that is not in it keeps what its name alone says, and stays production if it was known
            as that: another secret may see fewer sandboxes.
        named_production: Sandboxes that the profile calls production.
    """
    found = next((sandbox for sandbox in sandboxes if sandbox.name == place.sandbox), None)
    if found is None and place.is_production:
        return place
    kind, region = (found.type, found.region) if found else ("", "")
    production = is_production(place.sandbox, kind, named_production)
    return place._replace(is_production=production, sandbox_type=kind, region=region)


async def look_around(
    client: SandboxLister, place: Place, named_production: Sequence[str]
) -> tuple[Place, Sequence[SandboxInfo], AepTuiError | None]:
    """Ask which sandboxes there are, and what that says about this one.

    Returns:
        The place as it is known now, the sandboxes, and why they could not be listed; the place is as before then.
    """
    try:
        sandboxes = await client.sandboxes()
    except AepTuiError as error:
        return place, (), error
    return in_sandbox(place, sandboxes, named_production), sandboxes, None
