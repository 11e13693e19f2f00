"""Working in another place: with another profile, in another sandbox, or in the demo."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

from textual import work
from textual.notifications import Notification, Notify, SeverityLevel

from aep_tui.errors import AepTuiError
from aep_tui.text import plain
from aep_tui.tui.guarding import Guarding
from aep_tui.tui.keymap import with_keys
from aep_tui.tui.screens.base import BaseScreen

if TYPE_CHECKING:
    from textual.screen import Screen

    from aep_tui.flow_service.sandboxes import SandboxInfo
    from aep_tui.storage.profiles import Profile
    from aep_tui.wizard.accounts import Accounts
    from aep_tui.wizard.place import Place
    from aep_tui.wizard.session import Session


class Switching(Guarding):
    """A program that can leave the place where it works for another one."""

    _session: Session | None

    def __init__(self, *given: Any, **named: Any) -> None:
        """Start without notices."""
        super().__init__(*given, **named)
        self._said_here: list[Notification] = []

    if TYPE_CHECKING:

        @property
        def accounts(self) -> Accounts:
            """The profiles, and the demo."""

        def open_session(self, session: Session) -> None:
            """Work with a session from now on, from the first page."""

        def set_up_profile(self, profile: Profile | None = None, *, replaced: str = "", start: str = "") -> None:
            """Fill in the values of a profile."""

    def tell_error(self, error: AepTuiError, title: str = "") -> None:
        """Say what went wrong, over the page: what happened in the title, unless that says it in other words."""
        words = error.sentence() if title else error.sentence().removeprefix(error.title).strip()
        self.say_here(words or error.title, title or (error.title if words else ""), "error")

    def say_here(self, words: str, title: str, severity: SeverityLevel = "information") -> None:
        """Say something that is about this page, and is taken away with :meth:`unsay`."""
        said = Notification(words, title, severity, timeout=15, markup=False)
        self._said_here.append(said)
        self.post_message(Notify(said))

    def unsay(self) -> None:
        """Take away what was said about a page, since another one comes: it would hide what that says."""
        for said in self._said_here:
            # Behind the message that shows it.
            self.call_later(self._unnotify, said)
        self._said_here.clear()

    def switch_to(self, profile: str | None) -> None:
        """Work with a profile; with what the environment says where none is named."""
        self._switch(lambda: self.accounts.session("" if profile is None else profile), profile or "")

    def switch_to_demo(self) -> None:
        """Work with the demo."""
        self._switch(self.accounts.demo)

    @work(exclusive=True, group="switch", description="another profile")
    async def _switch(self, make: Callable[[], Session | None], profile: str = "") -> None:
        page, before = self.screen, self._session
        try:
            session = await asyncio.to_thread(make)
            lacking = await asyncio.to_thread(self._lacking, profile) if session is None and profile else None
        except AepTuiError as error:
            self.tell_error(error, "This profile cannot be opened")
            return
        if not self._is_as_before(page, before):
            return
        if session is None:
            if lacking is None:
                self.notify("A value is missing; the list beside it says which.", severity="warning", markup=False)
            else:
                self._fill_in(*lacking)
        elif before is not None and before.made_of == session.made_of and not before.has_declined:
            # It is open: whoever opens it wants to work on.
            self.pop_screen()
        elif await self._may_lose(question_before(session.place)) and self._is_as_before(page, before):
            self.open_session(session)

    def _lacking(self, name: str) -> tuple[Profile, Sequence[str], str]:
        """Return a profile that cannot be opened, the labels of what it lacks, and the first of them by its key."""
        missing = self.accounts.effective(name).lacking
        return self.accounts.profile(name), [value.label for value in missing], missing[0].key if missing else ""

    def _fill_in(self, profile: Profile, labels: Sequence[str], first: str) -> None:
        self.set_up_profile(profile, replaced=profile.name, start=first)
        lists = with_keys(self, " {main} lists the sandboxes.") if labels == ["Sandbox"] else ""
        self.say_here(f"Still missing: {', '.join(labels)}.{lists}", "", "warning")

    def losses_of_pages(self, saved: Screen[Any] | None = None) -> list[str]:
        """Return what would be lost with each page that is open, as a sentence each.

        Args:
            saved: A page whose values are being saved, and are not lost.
        """
        pages = [page for page in self.screen_stack if isinstance(page, BaseScreen) and page is not saved]
        return [loss for loss in (page.loss() for page in pages) if loss]

    async def _may_lose(self, question: str, saved: Screen[Any] | None = None) -> bool:
        """Ask before what was typed for a connection, or on a page, goes with its organisation.

        Args:
            question: What is about to be done.
            saved: A page whose values are being saved, and are not lost.
        """
        from aep_tui.tui.screens.confirm import ConfirmScreen

        if self._says_it_sends():
            return False
        self.take_typed()
        drafts, marked, _ = self.loss().partition(" is kept only")
        words = [f"{drafts} is lost by that."] if marked else []
        words += self.losses_of_pages(saved)
        if not words:
            return True
        words.append("Connections and the history stay.")
        return await self.push_screen_wait(ConfirmScreen(question, " ".join(words), "Open", "Stay"))

    def _says_it_sends(self) -> bool:
        """Tell whether a request is on its way, and say that nothing else is done then."""
        if self.is_sending():
            self.notify("A request is on its way; wait for its answer first.", markup=False)
            return True
        return False

    def _is_as_before(self, page: Screen[Any], session: Session | None) -> bool:
        """Tell whether somebody is still where something was asked for, so that its answer may go on from there."""
        return self.screen is page and self._session is session

    @work(exclusive=True, group="switch", description="another sandbox")
    async def pick_sandbox(self) -> None:
        """Pick the sandbox to work in from those that the account may see."""
        page, session = self.screen, self.session
        looking = asyncio.ensure_future(session.learn_place())
        await self.wait_saying(looking, "Asking for the sandboxes …")
        sandboxes = await looking
        if not self._is_as_before(page, session) or self._says_it_sends():
            return
        if session.around_error is not None:
            self.tell_error(session.around_error, "The sandboxes cannot be listed")
            return
        picked = await self._picked(sandboxes)
        place = session.place
        if not picked or not await self._may_lose(question_before(place._replace(sandbox=picked))):
            return
        try:
            if place.is_demo:
                opened: Session | None = await asyncio.to_thread(self.accounts.demo, picked)
            else:
                opened = await asyncio.to_thread(self.accounts.session, place.profile, picked)
        except AepTuiError as error:
            self.tell_error(error)
            return
        if opened is None or not self._is_as_before(page, session):
            return
        self.open_session(opened)
        if not place.is_demo and self.accounts.is_there(place.profile):
            self.notify(with_keys(self, "For this run only. {profiles}, then {profile-keep}, keeps it."), markup=False)

    async def _picked(self, sandboxes: Sequence[SandboxInfo]) -> str:
        """Let a person pick one; empty if it stays as it is."""
        from aep_tui.tui.screens.live_check import careful_order, sandbox_option
        from aep_tui.tui.screens.pick import PickScreen

        sandboxes = careful_order(sandboxes)
        names = [sandbox.name for sandbox in sandboxes]
        now = self.session.place.sandbox
        chosen = names.index(now) if now in names else None
        picked = await self.push_screen_wait(PickScreen("Sandbox to work in", [*map(sandbox_option, sandboxes)], chosen))
        return "" if picked is None or picked < 0 or picked == chosen else names[picked]


def question_before(place: Place) -> str:
    """Return the question before another place is opened."""
    if place.is_demo:
        what = "the demo"
    else:
        what = f"the profile {plain(place.profile, 60)}" if place.profile else "the account of the environment"
    return f"Open {what}, sandbox {plain(place.sandbox, 40)}?"
