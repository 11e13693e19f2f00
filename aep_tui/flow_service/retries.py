"""Reads that are tried again after a stumble, with a word about the wait."""

from __future__ import annotations

import asyncio
import random
from collections.abc import Awaitable, Callable
from typing import Final, NamedTuple

from aep_tui.flow_service.answers import Answer, NoAnswer
from aep_tui.flow_service.problem import answer_code, retry_after_seconds
from aep_tui.flow_service.remedies import advice

PASSING_STATUSES: Final = frozenset({429, 500, 502, 503, 504})
TIMES: Final = 2
FIRST_PAUSE_SECONDS: Final = 1.0
LONGEST_PAUSE_SECONDS: Final = 60.0
"""A service that asks for a longer wait is not waited for: the error says how long it would be."""


class Waiting(NamedTuple):
    """That a read is about to be tried again.

    Attributes:
        seconds: How long until then.
        attempt: Which repetition comes next, from 1 on.
        of: How many there are at most.
        reason: What happened, as a sentence.
    """

    seconds: float
    attempt: int
    of: int
    reason: str


Attempt = Callable[[], Awaitable[Answer | NoAnswer]]
OnWait = Callable[[Waiting | None], None]
"""Is told when a wait begins, and with ``None`` when it is over."""


class Retries(NamedTuple):
    """How often a read is tried again, and after how long.

    Attributes:
        times: At most this often.
        first_pause_seconds: Before the first repetition; twice as long before the next.
        longest_pause_seconds: A longer wait is left to a person.
        sleep: Waits.
        fraction: A number from 0 to 1, so that many clients do not come back at the same moment.
    """

    times: int = TIMES
    first_pause_seconds: float = FIRST_PAUSE_SECONDS
    longest_pause_seconds: float = LONGEST_PAUSE_SECONDS
    sleep: Callable[[float], Awaitable[object]] = asyncio.sleep
    fraction: Callable[[], float] = random.random

    async def run(
        self, attempt: Callable[[], Awaitable[Answer | NoAnswer]], on_wait: OnWait | None = None
    ) -> Answer | NoAnswer:
        """Return what a read comes to.

        Args:
            attempt: Tries it once.
            on_wait: Is told of each wait.

        Raises:
            asyncio.CancelledError: The caller stopped waiting, perhaps in between.
        """
        for number in range(1, self.times + 1):
            result = await attempt()
            seconds = self._pause(result, number)
            if seconds is None:
                return result
            await self._wait(Waiting(seconds, number, self.times, _reason(result)), on_wait)
        return await attempt()

    async def _wait(self, waiting: Waiting, on_wait: OnWait | None) -> None:
        tell = on_wait or _nobody
        tell(waiting)
        try:
            await self.sleep(waiting.seconds)
        finally:
            tell(None)

    def _pause(self, result: Answer | NoAnswer, number: int) -> float | None:
        """Return how long to wait before the next try; ``None`` if there is to be none."""
        if isinstance(result, NoAnswer):
            may_pass, asked = result.repeatable, result.retry_after_seconds
        else:
            may_pass, asked = result.repeatable or result.status in PASSING_STATUSES, retry_after_seconds(result.headers)
        if not may_pass:
            return None
        pause = self.first_pause_seconds * float(2 ** (number - 1))
        if asked is None:
            return pause * (0.5 + self.fraction() / 2)
        # Never before the time that was asked for; a little later, since others were asked for the same.
        return asked + pause * self.fraction() / 2 if asked <= self.longest_pause_seconds else None


NO_RETRIES: Final = Retries(times=0)


def _nobody(_: Waiting | None) -> None:
    return


def _reason(result: Answer | NoAnswer) -> str:
    if isinstance(result, NoAnswer):
        return result.problem.title
    if result.status < 400:
        return "The connection broke off within the answer."
    return advice(answer_code(result.body), result.status).title
