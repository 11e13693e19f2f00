"""Work on a thread, which goes on when nobody waits for it any more: what it came to is noted all the same."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import TypeVar

Told = TypeVar("Told")


async def to_the_end(work: Callable[[], Told], note: Callable[[Told], None]) -> Told:
    """Do a piece of work on a thread and return what it came to; who cancels that waits for its end all the same.

    Args:
        work: What cannot be stopped once it has begun, such as writing.
        note: Is told what it came to, also where it was cancelled meanwhile, even twice.
    """
    working = asyncio.ensure_future(asyncio.to_thread(work))

    def ended(work_done: asyncio.Task[Told]) -> None:
        if not work_done.cancelled() and work_done.exception() is None:
            note(work_done.result())

    working.add_done_callback(ended)
    try:
        return await asyncio.shield(working)
    except asyncio.CancelledError:
        await asyncio.wait([working])
        raise
