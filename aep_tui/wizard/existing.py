"""The connections that a source has already: Adobe's tutorials advise one for each account, to be used again."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, NamedTuple, Protocol

from aep_tui.outcome import Outcome
from aep_tui.wizard.result import Result

if TYPE_CHECKING:
    from aep_tui.flow_service.models import Connection


class ConnectionFinder(Protocol):
    """What the look-up needs of the API client."""

    async def connections(self, name: str = "", spec_id: str = "") -> Sequence[Connection]:
        """Return the connections of a name, of a connection spec, or of both."""


class Existing(NamedTuple):
    """A connection that is there already.

    Attributes:
        id: Its id.
        name: Its name; may be empty.
        state: Such as ``enabled``; may be empty.
        created_at_ms: When it was made, in epoch milliseconds by the service's clock; ``None`` if that is not said.
        etag: With its quotes; may be empty.
        auth_spec_name: How it authenticates; may be empty.
        is_own: Whether this client made it.
    """

    id: str
    name: str
    state: str
    created_at_ms: int | None
    etag: str
    auth_spec_name: str
    is_own: bool

    def result(self) -> Result:
        """Return what taking it comes to."""
        return Result(Outcome.CREATED, connection_id=self.id, etag=self.etag, reused=True)


async def existing_connections(client: ConnectionFinder, spec_id: str, client_id: str) -> list[Existing]:
    """Return the connections of a connection spec, newest first.

    Raises:
        AepTuiError: They cannot be listed.
    """
    found = [
        Existing(
            connection.id,
            connection.name,
            connection.state,
            connection.created_at,
            connection.etag,
            connection.auth_spec_name,
            bool(client_id) and connection.created_client == client_id,
        )
        for connection in await client.connections(spec_id=spec_id)
    ]
    return sorted(found, key=lambda connection: -(connection.created_at_ms or 0))
