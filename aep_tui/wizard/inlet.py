"""Waiting for the inlet URL of a streaming connection.

The service makes it a moment after the connection (tutorial "Create a streaming connection": read it from the connection);
it is never built by a client. Other sources of the same provider, such as Amazon Kinesis, have none: only the service tells.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, Protocol

from aep_tui.errors import AepTuiError
from aep_tui.wizard.source import Source
from aep_tui.wizard.suggest import STREAMING_PROVIDER

if TYPE_CHECKING:
    from aep_tui.flow_service.models import Connection

FIRST_PAUSE_SECONDS: Final = 0.5
LONGEST_PAUSE_SECONDS: Final = 5.0
GIVE_UP_SECONDS: Final = 300.0
READY: Final = "enabled"
LOOKS_WHEN_READY: Final = 2
"""So often a ready connection is looked at; state and URL may not be written in the same moment."""


class ConnectionReader(Protocol):
    """What the look-up needs of the API client."""

    async def connection(self, connection_id: str) -> Connection:
        """Return one connection."""


@dataclass(frozen=True, slots=True)
class InletNews:
    """What is known of the inlet.

    Attributes:
        url: The inlet URL; empty while it is not there.
        state: State of the connection, such as ``initializing``; may be empty.
        trouble: Why the last look failed; empty if it did not.
        gave_up: No further look is made.
        has_none: The connection is ready and has no inlet URL, so none will come.
    """

    url: str = ""
    state: str = ""
    trouble: str = ""
    gave_up: bool = False
    has_none: bool = False


def has_inlet(source: Source) -> bool:
    """Tell whether connections of this source may get an inlet URL: those that stream, with an auth spec."""
    return source.provider_id == STREAMING_PROVIDER and bool(source.auth_options)


async def wait_for_inlet(
    client: ConnectionReader,
    connection_id: str,
    tell: Callable[[InletNews], None],
    sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
) -> InletNews:
    """Look at a connection until its inlet URL is there or it is ready without one, for five minutes at most.

    Args:
        client: Reads the connection.
        connection_id: Which one.
        tell: Is given what is known after every look.
        sleep: Waits; tests give a quick one.
    """
    pause, waited, ready_looks = FIRST_PAUSE_SECONDS, 0.0, 0
    while True:
        news = await _look(client, connection_id)
        ready_looks = ready_looks + 1 if news.state == READY and not news.url else 0
        if ready_looks == LOOKS_WHEN_READY:
            news = InletNews(state=news.state, gave_up=True, has_none=True)
            tell(news)
            return news
        if news.url or waited >= GIVE_UP_SECONDS:
            news = InletNews(news.url, news.state, news.trouble, gave_up=not news.url)
            tell(news)
            return news
        tell(news)
        await sleep(pause)
        waited += pause
        pause = min(pause * 1.5, LONGEST_PAUSE_SECONDS)


async def _look(client: ConnectionReader, connection_id: str) -> InletNews:
    try:
        connection = await client.connection(connection_id)
    except AepTuiError as error:
        return InletNews(trouble=error.sentence())
    return InletNews(connection.inlet_url, connection.state)
