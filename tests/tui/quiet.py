"""Waiting until a headless app has nothing left to do, by what is waiting and not by the clock.

Textual's own way sleeps twice a fiftieth of a second behind every key, and longer on a busy machine.
"""

from __future__ import annotations

import asyncio
import importlib
import threading
import time
from collections.abc import Callable
from typing import Any

from textual._context import active_app

CALM_ROUNDS = 3
NAP_SECONDS = 0.001
HELD_BACK: list[threading.Thread] = []
"""Threads that a test makes wait on purpose: nobody waits for those."""


class Gate(threading.Event):
    """What holds back threads of the program until a test opens it."""

    def wait(self, timeout: float | None = 30.0) -> bool:
        """Hold this thread back."""
        HELD_BACK.append(threading.current_thread())
        try:
            return super().wait(timeout)
        finally:
            HELD_BACK.remove(threading.current_thread())


async def until_quiet(min_sleep: float = 0, max_sleep: float = 2.0) -> None:
    """Wait until no message, callback, key, thread, animation or drawing is waiting; at most some seconds."""
    del min_sleep
    app: Any = active_app.get()
    loop = asyncio.get_running_loop()
    deadline = time.monotonic() + max_sleep
    calm = 0
    while calm < CALM_ROUNDS and time.monotonic() < deadline:
        await asyncio.sleep(0)
        if loop._ready:  # type: ignore[attr-defined]
            calm = 0
        elif _is_busy(app, loop):
            calm = 0
            await asyncio.sleep(NAP_SECONDS)
        else:
            calm += 1


def _is_busy(app: Any, loop: Any) -> bool:
    keys = getattr(app, "keys", None)
    if keys is not None and not keys._holds and (keys._waiting or keys._under_way):
        return True
    if app._resize_event is not None or app.animator._animations or _threads_work(loop):
        return True
    # An app that is about to end draws no more.
    return bool(app._screen_stack) and not app._exit and _draws_soon(app.screen)


def _draws_soon(screen: Any) -> bool:
    timer = screen._Screen__update_timer
    drawing = timer is not None and timer._active.is_set()
    return bool(drawing or screen._callbacks or screen._next_callbacks or screen._layout_required or screen._dirty_widgets)


def _threads_work(loop: Any) -> bool:
    executor = loop._default_executor
    if executor is None:
        return False
    # One that an earlier test has left behind belongs to another loop.
    held_back = sum(thread in executor._threads for thread in HELD_BACK)
    return bool(executor._idle_semaphore._value + held_back < len(executor._threads))


def wait_so(patch: Callable[[str, object], None], *, draw_at_once: bool = True) -> None:
    """Let Textual's pilot wait this way.

    Args:
        patch: Sets what a dotted name stands for.
        draw_at_once: Let screens draw as soon as there is something to draw, not sixty times a second.
    """
    patch("textual.app.wait_for_idle", until_quiet)
    patch("textual.pilot.wait_for_idle", until_quiet)
    if draw_at_once:
        patch("textual.screen.UPDATE_PERIOD", NAP_SECONDS)


def for_good(name: str, value: object) -> None:
    """Set what a dotted name stands for, as a program does that runs by itself."""
    module, _, attribute = name.rpartition(".")
    setattr(importlib.import_module(module), attribute, value)
