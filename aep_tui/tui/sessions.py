"""Taking one session after another: another profile, another sandbox, or the demo."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from aep_tui.tui.profiles import WithProfiles
from aep_tui.tui.screens.source import SourceScreen

if TYPE_CHECKING:
    from aep_tui.tui.settling import AskingNews
    from aep_tui.wizard.accounts import Accounts
    from aep_tui.wizard.deeds import Deeds
    from aep_tui.wizard.inlet import InletNews
    from aep_tui.wizard.session import Session
    from aep_tui.wizard.state import WizardState


class Sessions(WithProfiles):
    """A program that works with one session at a time."""

    _accounts: Accounts | None
    _deeds: Deeds
    _session: Session | None
    _sessions: int
    _wanted: str
    _wizard: WizardState | None
    asked: dict[int, AskingNews]
    inlets: dict[str, InletNews]

    if TYPE_CHECKING:

        @property
        def left_unknown(self) -> bool:
            """Whether the last attempt of this run ended with an unknown outcome."""

    @property
    def accounts(self) -> Accounts:
        """The profiles, and the demo.

        Raises:
            RuntimeError: There is nothing but one session.
        """
        if self._accounts is None:
            raise RuntimeError("there are no accounts")
        return self._accounts

    @property
    def has_accounts(self) -> bool:
        """Whether there are profiles at all."""
        return self._accounts is not None

    def _take(self, session: Session) -> None:
        session.tell_wait = self.follow_wait
        session.deeds = self._deeds
        session.ask = partial(self.ask_credential, session) if self._accounts is not None else None
        self._session = session

    def open_session(self, session: Session) -> None:
        """Work with a session from now on, from the first page; ids made before are still printed at the end.

        While a request is on its way nothing changes: its answer belongs to the session that sent it.
        """
        if self.is_sending():
            self.notify("A request is on its way; wait for its answer first.", markup=False)
            return
        before, wanted = self._session, "" if self._session else self._wanted
        # What still asks the place that is left would tell it to the new one.
        for group in ("confirm", "choose", "settle", "settle-left", "inlet", "place", "pick", "ask"):
            self.workers.cancel_group(self, group)
        self._take(session)
        self._wizard = None
        self.inlets, self.asked = {}, {}
        self.keys.hold()
        while len(self.screen_stack) > 1:
            self.pop_screen()
        self.workers.cancel_node(self.screen)
        # Textual cannot put another page in the place of the first one; a stack of its own it can.
        left, self._sessions = self.current_mode, self._sessions + 1
        self.add_mode(f"session-{self._sessions}", lambda: SourceScreen(wanted))
        self.switch_mode(f"session-{self._sessions}")
        if left.startswith("session-"):
            self.remove_mode(left)
        self.screen.call_after_refresh(self.keys.release)
        if before is not None:
            self.run_worker(before.close(), group="close", description="close a session", exit_on_error=False)
