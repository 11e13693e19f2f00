"""Knowing the sandbox, and asking for its name before anything happens in production."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from textual import work

from aep_tui.text import plain
from aep_tui.tui.base_app import BaseApp
from aep_tui.tui.widgets.masthead import Masthead

if TYPE_CHECKING:
    from aep_tui.wizard.place import Place
    from aep_tui.wizard.session import Session

PATIENCE_SECONDS = 10.0
"""So long the look-up of the sandbox is waited for before something is sent; then its name has to be typed."""
TELL_SECONDS = 0.5
COUNTDOWN_SECONDS = 20.0


class Guarding(BaseApp):
    """A program that knows where it works."""

    if TYPE_CHECKING:

        @property
        def session(self) -> Session:
            """What the wizard works with."""

    def on_mount(self) -> None:
        """Count the access token's time down."""
        self.set_interval(COUNTDOWN_SECONDS, self.follow_place)

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
        await self._known_place(session)
        reason = why_guarded(session.place)
        if not reason:
            return True
        return await self.push_screen_wait(TypeNameScreen(what, reason, session.place.sandbox, action))

    async def _known_place(self, session: Session) -> None:
        """Wait until the sandbox is known, but not for long; what takes a moment is said."""
        looking = asyncio.ensure_future(session.learn_place())
        done, _ = await asyncio.wait({looking}, timeout=TELL_SECONDS)
        if not done:
            name = plain(session.place.sandbox, 60)
            self.notify(f"Asking whether {name} is a production sandbox …", markup=False, timeout=PATIENCE_SECONDS)
            await asyncio.wait({looking}, timeout=PATIENCE_SECONDS)
            self.clear_notifications()
        looking.cancel()
        self.follow_place()


def why_guarded(place: Place) -> str:
    """Return why the sandbox's name has to be typed, as a sentence; empty if it need not."""
    name = plain(place.sandbox, 60)
    if place.is_production:
        return f"{name} is a production sandbox: people and campaigns depend on what is in it."
    if not place.sandbox_type:
        return f"Whether {name} is a production sandbox could not be found out: it is not in the list of sandboxes, or that cannot be read."
    return ""
