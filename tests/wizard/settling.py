"""Attempts of unknown outcome, a service that has connections, and one who asks it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from aep_tui.flow_service.models import Connection
from aep_tui.flow_service.outcome import ServiceError
from aep_tui.storage.history import Attempt, History
from aep_tui.wizard.settle import Asking, Settled, client_mark, settle

ME, COLLEAGUE = "my-client-id", "a-colleagues-client-id"
ATTEMPT = Attempt(
    "mine",
    "IBM DB2",
    "spec-1",
    "ACME@AdobeOrg",
    "dev",
    "https://platform.example.com",
    "{}",
    known_ids=(),
    client_mark=client_mark(ME),
)


def there(connection_id: str, client: str = ME, created_at: int = 1) -> Connection:
    return Connection.model_validate(
        {"id": connection_id, "name": "mine", "etag": f'"{connection_id}"', "createdAt": created_at, "createdClient": client}
    )


@dataclass
class Service:
    """Has connections, from a look on; and may refuse."""

    connections_at: Sequence[Sequence[Connection] | ServiceError]
    looks: int = 0
    asked: list[tuple[str, str]] = field(default_factory=list)

    async def connections(self, name: str = "", spec_id: str = "", *, once: bool = False) -> list[Connection]:
        assert once, "asking again is the settling's own"
        self.asked.append((name, spec_id))
        now = self.connections_at[min(self.looks, len(self.connections_at) - 1)]
        self.looks += 1
        if isinstance(now, ServiceError):
            raise now
        return list(now)


class Asker:
    """Settles rows, and notes what it is told and how long it would have waited."""

    def __init__(self, history: History) -> None:
        self.history = history
        self.told: list[Asking] = []
        self.waited: list[float] = []

    async def sleep(self, seconds: float) -> None:
        self.waited.append(seconds)

    async def ask(self, service: Service, row_id: int) -> Settled:
        row = self.history.row(row_id)
        assert row is not None
        return await settle(service, self.history, row, self.told.append, sleep=self.sleep)


def unknown(history: History, **values: object) -> int:
    row_id = history.begin(ATTEMPT._replace(**values))  # type: ignore[arg-type]
    history.finish(row_id, "unknown")
    return row_id


def state(history: History, row_id: int) -> tuple[str, str, str]:
    row = history.row(row_id)
    assert row is not None
    return row.outcome, row.connection_id, row.settled
