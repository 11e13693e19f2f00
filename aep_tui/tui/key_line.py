"""Keys are handled one after the other, so that nothing typed fast ends in the wrong place.

Textual hands a key to the focused widget's own queue, and looks a key up among the bindings only when it has come all the way
back to the app. Of two keys that arrive together, over ssh or from a paste, the second can thus be done before the first: a
letter typed behind Enter reaches the old field, and a backspace removes a later letter. A pasted text is such a key too.
"""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable, Sequence

from textual.app import App
from textual.events import Key, Paste
from textual.message_pump import MessagePump

PATIENCE_SECONDS = 2.0
"""A key that takes longer than this no longer holds the others back."""

Handle = Callable[[Key | Paste], Awaitable[None]]


class KeyLine:
    """The keys that wait for their turn.

    The next key is handled when the one before has passed its widget and everything above it, with what its widget said
    about it, and when nobody holds the line because a page is about to change.
    """

    def __init__(self, app: App[None], handle: Handle) -> None:
        """Make an empty line.

        Args:
            app: Whose keys these are.
            handle: Handles one key, as Textual does.
        """
        self._app = app
        self._handle = handle
        self._waiting: deque[Key | Paste] = deque()
        self._under_way = 0
        self._number = 0
        self._holds = 0
        self._limit: asyncio.TimerHandle | None = None
        self._hold_limit: asyncio.TimerHandle | None = None

    async def take(self, key: Key | Paste) -> None:
        """Handle a key now, or when its turn comes."""
        self._waiting.append(key)
        await self._go_on()

    def hold(self) -> None:
        """Keep keys waiting until as many :meth:`release`, because what they are meant for is not there yet."""
        self._holds += 1
        if self._hold_limit is not None:
            self._hold_limit.cancel()
        self._hold_limit = asyncio.get_running_loop().call_later(PATIENCE_SECONDS, self._let_go)

    def release(self) -> None:
        """Let the keys go on, unless somebody else holds them too."""
        if self._holds > 1:
            self._holds -= 1
        elif self._holds:
            self._let_go()

    def _let_go(self) -> None:
        self._holds = 0
        if self._hold_limit is not None:
            self._hold_limit.cancel()
        self._app.call_later(self._go_on)

    async def _go_on(self) -> None:
        while self._waiting and not self._under_way and not self._holds:
            key = self._waiting.popleft()
            self._number += 1
            self._under_way = number = self._number
            start = self._app.focused or self._app.screen
            path: list[MessagePump] = [node for node in start.ancestors_with_self if node is not self._app]
            await self._handle(key)
            self._limit = asyncio.get_running_loop().call_later(PATIENCE_SECONDS, self._passed, number)
            # Twice: behind the key, and behind the messages that it made its widget send, such as that a text was entered.
            self._follow([*path, self._app] * 2, number)

    def _follow(self, path: Sequence[MessagePump], number: int) -> None:
        """Go up behind the key: each queue is first in, first out, so that we arrive after it."""
        for index, pump in enumerate(path):
            rest = path[index + 1 :]
            ahead = (lambda: self._passed(number)) if not rest else (lambda: self._follow(rest, number))  # noqa: B023
            if pump.call_later(ahead):
                return
        self._passed(number)

    def _passed(self, number: int) -> None:
        if self._under_way == number:
            self._under_way = 0
            if self._limit is not None:
                self._limit.cancel()
            self._app.call_later(self._go_on)
