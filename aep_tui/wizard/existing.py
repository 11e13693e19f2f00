"""The connections that a source has already: Adobe's tutorials advise one for each account, to be used again."""

from __future__ import annotations

from collections.abc import Sequence
from enum import StrEnum
from typing import TYPE_CHECKING, NamedTuple, Protocol

from aep_tui.outcome import Outcome
from aep_tui.wizard.result import Result
from aep_tui.wizard.settle import client_mark

if TYPE_CHECKING:
    from aep_tui.flow_service.models import Connection
    from aep_tui.storage.history_row import HistoryRow


class ConnectionFinder(Protocol):
    """What the look-up needs of the API client."""

    async def connections(self, name: str = "", spec_id: str = "") -> Sequence[Connection]:
        """Return the connections of a name, of a connection spec, or of both."""


class Maker(StrEnum):
    """Which client made a connection, in the words that a page shows."""

    OWN = "made by this client"
    NOT_TOLD = "maker not told"
    OTHER = "made by another client"


def maker_of(connection: Connection, mark: str) -> Maker:
    """Return which client made a connection, seen from one of them.

    Args:
        connection: As the service lists it.
        mark: Of this program's client; where that is not known, nobody can tell.
    """
    if not connection.created_client or not mark:
        return Maker.NOT_TOLD
    return Maker.OWN if client_mark(connection.created_client) == mark else Maker.OTHER


class Existing(NamedTuple):
    """A connection that is there already.

    Attributes:
        id: Its id.
        name: Its name; may be empty.
        state: Such as ``enabled``; may be empty.
        created_at_ms: When it was made, in epoch milliseconds by the service's clock; ``None`` if that is not said.
        etag: With its quotes; may be empty.
        auth_spec_name: How it authenticates; may be empty.
        maker: Which client made it.
    """

    id: str
    name: str
    state: str
    created_at_ms: int | None
    etag: str
    auth_spec_name: str
    maker: Maker

    def result(self) -> Result:
        """Return what taking it comes to."""
        return Result(Outcome.CREATED, connection_id=self.id, etag=self.etag, reused=True)


def may_be_of(row: HistoryRow, existing: Existing) -> bool:
    """Tell whether an attempt may have made a connection that a person uses: it is new, of its name, and no other client's."""
    is_new = row.known_ids is not None and existing.id not in row.known_ids
    return is_new and existing.name == row.name and existing.maker is not Maker.OTHER


async def existing_connections(client: ConnectionFinder, spec_id: str, client_id: str) -> list[Existing]:
    """Return the connections of a connection spec, newest first.

    Raises:
        AepTuiError: They cannot be listed.
    """
    mark = client_mark(client_id)
    found = [
        Existing(
            connection.id,
            connection.name,
            connection.state,
            connection.created_at,
            connection.etag,
            connection.auth_spec_name,
            maker_of(connection, mark),
        )
        for connection in await client.connections(spec_id=spec_id)
    ]
    return sorted(found, key=lambda connection: -(connection.created_at_ms or 0))
