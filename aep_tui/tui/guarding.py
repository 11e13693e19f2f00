"""Knowing the sandbox, and asking for its name before anything happens in production."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any

from rich.cells import cell_len
from textual import work
from textual.notifications import Notification, Notify
from textual.timer import Timer

from aep_tui.text import plain
from aep_tui.tui.base_app import BaseApp
from aep_tui.tui.widgets.masthead import Masthead
from aep_tui.wizard.place import DEVELOPMENT, PRODUCTION

if TYPE_CHECKING:
    from collections.abc import Sequence

    from aep_tui.wizard.place import Place
    from aep_tui.wizard.session import Session

PATIENCE_SECONDS = 10.0
"""So long the look-up of the sandbox is waited for before something is sent; then its name has to be typed."""
TELL_SECONDS = 0.5
COUNTDOWN_SECONDS = 20.0
LONGEST_SECONDS = 600.0


class Guarding(BaseApp):
    """A program that knows where it works."""

    if TYPE_CHECKING:

        @property
        def session(self) -> Session:
            """What the wizard works with."""

        def named_production(self, profile: str) -> Sequence[str]:
            """Return the sandboxes that a profile counts as production by now."""

    _wait_ticker: Timer | None = None

    def on_mount(self) -> None:
        """Count the access token's time down."""
        self.set_interval(COUNTDOWN_SECONDS, self.follow_place)

    def waiting_words(self, room: int | None = None) -> str:
        """Return for what a call waits to be tried again, and for how long still; without the reason where there is no room."""
        waiting, until = self.session.waiting or (None, 0.0) if self.place is not None else (None, 0.0)
        if waiting is None:
            return ""
        seconds = max(0, round(until - self.clock.monotonic()))
        again = f"Trying again in {seconds} s ({waiting.attempt} of {waiting.of})"
        whole = f"{plain(waiting.reason, 60)} {again}"
        return whole if room is None or cell_len(whole) <= room else again

    def follow_wait(self) -> None:
        """Draw the wait, every half second while there is one."""
        is_waiting = self.place is not None and self.session.waiting is not None
        if is_waiting and self._wait_ticker is None:
            self._wait_ticker = self.set_interval(0.5, self.follow_wait)
        elif not is_waiting and self._wait_ticker is not None:
            self._wait_ticker.stop()
            self._wait_ticker = None
        for screen in self.screen_stack:
            for masthead in screen.query(Masthead):
                masthead.refresh()

    def follow_place(self) -> None:
        """Let every page draw the place as it is known now."""
        for screen in self.screen_stack:
            for masthead in screen.query(Masthead):
                masthead.follow()
            changed = getattr(screen, "place_changed", None)
            if changed is not None:
                changed()

    @work(exclusive=True, group="place", description="sandbox")
    async def look_around(self) -> None:
        """Ask what kind of sandbox this is; what is made there waits for that."""
        session = self.session
        await session.learn_place()
        if session is self.session:
            self.follow_place()

    async def may_go_on(self, what: str, action: str) -> bool:
        """Ask for the sandbox's name where it is production, or where nobody can tell.

        Args:
            what: What is about to happen, such as ``Create a connection in production``.
            action: Label of the button that goes on.
        """
        from aep_tui.tui.screens.type_name import TypeNameScreen

        session = self.session
        # Another page, or another program, may have named it since the session was opened.
        named = await asyncio.to_thread(self.named_production, session.place.profile)
        await self._known_place(session)
        if session.note_production(named):
            self.follow_place()
        reason = why_guarded(session.place)
        if not reason:
            return True
        return await self.push_screen_wait(TypeNameScreen(what, reason, session.place.sandbox, action))

    async def _known_place(self, session: Session) -> None:
        """Wait until the sandbox is known, but not for long; what takes a moment is said."""
        looking = asyncio.ensure_future(session.learn_place())
        name = plain(session.place.sandbox, 60)
        await self.wait_saying(looking, f"Asking whether {name} is a production sandbox …", PATIENCE_SECONDS)
        looking.cancel()
        self.follow_place()

    async def wait_saying(self, looking: asyncio.Future[Any], words: str, limit_seconds: float | None = None) -> None:
        """Wait for something; what takes more than a moment is said, and what else is said over the page stays there.

        Args:
            looking: What is waited for; how it ends is not looked at.
            words: What is being done.
            limit_seconds: How long it is waited for once that is said; for ever where none is given.
        """
        done, _ = await asyncio.wait({looking}, timeout=TELL_SECONDS)
        if done:
            return
        said = Notification(words, timeout=LONGEST_SECONDS, markup=False)
        self.post_message(Notify(said))
        try:
            await asyncio.wait({looking}, timeout=limit_seconds)
        finally:
            # Behind the message that shows it.
            self.call_later(self._unnotify, said)


def why_guarded(place: Place) -> str:
    """Return why the sandbox's name has to be typed, as a sentence; empty if it need not."""
    name = plain(place.sandbox, 60)
    kind = plain(place.sandbox_type, 30)
    if place.is_production and kind not in ("", PRODUCTION, DEVELOPMENT):
        return f"{name} is of the type {kind}, which is not development: it counts as a production sandbox."
    if place.is_production:
        return f"{name} is a production sandbox: people and campaigns depend on what is in it."
    if not kind:
        why = "it is not in the list of sandboxes, or that list cannot be read"
        return f"Whether {name} is a production sandbox could not be found out: {why}."
    return ""
