"""The thread that works on a state file."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Iterator

import pytest

from aep_tui.emulator.work_thread import WorkThread


@pytest.fixture
def thread() -> Iterator[WorkThread]:
    working = WorkThread("work-of-a-test")
    yield working
    working.close()


async def test_work_is_done_in_order_on_another_thread(thread: WorkThread) -> None:
    done: list[int] = []
    names = await asyncio.gather(
        *(thread.run(lambda index=index: (done.append(index), threading.current_thread().name)[1]) for index in range(50))
    )
    assert done == list(range(50))
    assert set(names) == {"work-of-a-test"}


async def test_what_the_work_raises_belongs_to_the_caller_and_the_thread_goes_on(thread: WorkThread) -> None:
    with pytest.raises(ZeroDivisionError):
        await thread.run(lambda: 1 // 0)
    assert await thread.run(lambda: 7) == 7


async def test_work_that_nobody_waits_for_any_more_harms_nobody(thread: WorkThread) -> None:
    gate = threading.Event()
    waiting = asyncio.create_task(thread.run(gate.wait))
    await asyncio.sleep(0)
    waiting.cancel()
    gate.set()
    assert await thread.run(lambda: 7) == 7


def test_work_of_a_loop_that_has_ended_harms_nobody(thread: WorkThread) -> None:
    gate = threading.Event()

    async def leave() -> None:
        task = asyncio.create_task(thread.run(gate.wait))
        await asyncio.sleep(0)
        task.cancel()

    asyncio.run(leave())
    gate.set()
    assert asyncio.run(thread.run(lambda: 7)) == 7


async def test_closing_finishes_what_waits_and_it_can_be_used_again(thread: WorkThread) -> None:
    done: list[int] = []
    tasks = [asyncio.create_task(thread.run(lambda index=index: done.append(index))) for index in range(5)]
    await asyncio.sleep(0)
    thread.close()
    assert done == list(range(5))
    await asyncio.gather(*tasks)
    assert await thread.run(lambda: 7) == 7
