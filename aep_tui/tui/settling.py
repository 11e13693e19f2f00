"""Asking the service, behind the page that is shown, what became of attempts with an unknown outcome."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, NamedTuple

from textual import work
from textual.worker import Worker

from aep_tui.errors import AepTuiError
from aep_tui.outcome import Outcome
from aep_tui.text import plain
from aep_tui.tui.base_app import BaseApp
from aep_tui.tui.keymap import with_keys

if TYPE_CHECKING:
    from aep_tui.storage.history import HistoryRow
    from aep_tui.wizard.draft import Draft
    from aep_tui.wizard.existing import Existing
    from aep_tui.wizard.result import Result
    from aep_tui.wizard.session import Session
    from aep_tui.wizard.settle import Asking, Settled
    from aep_tui.wizard.state import Event, WizardState

NOTICE_SECONDS = 15.0
MOST_NOTICES = 2
"""More earlier attempts than this are told of in one sentence."""
NOTICE_CHARACTERS = 120
"""A notice lies over the page: it has two lines, and the page that it names has the rest."""


class AskingNews(NamedTuple):
    """How asking about one attempt stands.

    Attributes:
        since: When it began, by the monotonic clock.
        asking: How far it has come; ``None`` before the first look.
        settled: What it came to; ``None`` before, and where it could not be asked.
        trouble: Why it could not be asked in the end, as sentences.
        ended: No further look is made.
        declined: A person looked at what was found, and took none of it.
    """

    since: float
    asking: Asking | None = None
    settled: Settled | None = None
    trouble: str = ""
    ended: bool = False
    declined: bool = False

    @property
    def is_choice(self) -> bool:
        """Whether a person can choose among what was found, and that is worth more than to ask again.

        What another program was sending at that moment has ended since, most probably.
        """
        from aep_tui.wizard.settle import SENT_NOW

        return self.settled is not None and bool(self.settled.found) and not self.declined and self.settled.why != SENT_NOW


class Settling(BaseApp):
    """What the wizard's app does after an unknown outcome."""

    keeps_params: bool

    if TYPE_CHECKING:

        @property
        def session(self) -> Session: ...  # noqa: D102
        @property
        def wizard(self) -> WizardState: ...  # noqa: D102
        def dispatch(self, event: Event) -> None: ...  # noqa: D102
        def _tell_screen(self) -> None: ...
        def look_for_inlet(self, result: Result) -> None: ...  # noqa: D102
        async def keep_params(self, draft: Draft, session: Session) -> None: ...  # noqa: D102

    def __init__(self, *args: object, **options: object) -> None:
        """Begin with nothing asked."""
        super().__init__(*args, **options)  # type: ignore[arg-type]
        self.asked: dict[int, AskingNews] = {}
        """What is known of the attempts that were asked about in this run, by their rows in the history."""
        self._asking: dict[int, Worker[None]] = {}
        self._to_keep: set[int] = set()
        self._settled_session: Session | None = None

    # One attempt

    def asking_news(self) -> AskingNews | None:
        """Return how asking about the present draft's attempt stands; ``None`` if nothing was asked."""
        row_id = self.uncertain_row()
        return None if row_id is None else self.asked.get(row_id)

    def ask_about_draft(self) -> None:
        """Ask about the attempt of the draft whose outcome is unknown, unless that was done."""
        row_id = self.uncertain_row()
        if row_id is not None and not self.wizard.sending and row_id not in self.asked:
            self.ask(row_id)

    def take_known(self) -> bool:
        """Let the wizard go on if it is known already that the present draft was made; tell whether it did."""
        news, before = self.asking_news(), self.wizard
        if news is not None and news.settled is not None:
            self._take_as_made(news.settled)
        return self.wizard.step is not before.step

    def stop_asking(self, row_id: int) -> None:
        """Ask no further about an attempt; its outcome stays unknown, and coming back asks again."""
        worker = self._asking.pop(row_id, None)
        if worker is not None and not worker.is_cancelled:
            worker.cancel()
            self.asked.pop(row_id, None)

    def uncertain_row(self) -> int | None:
        """Return the row of the present draft's attempt of unknown outcome; ``None`` if it has none."""
        draft = self.wizard.draft
        return draft.uncertain.row_id if draft is not None and draft.uncertain is not None else None

    def is_asking(self, row_id: int) -> bool:
        """Tell whether the service is being asked about an attempt."""
        return row_id in self.asked and not self.asked[row_id].ended

    def ask(self, row_id: int) -> None:
        """Ask about an attempt, unless that is going on."""
        if not self.is_asking(row_id):
            self.asked[row_id] = AskingNews(self.clock.monotonic())
            self._asking[row_id] = self._ask(row_id)
            self._tell_screen()

    @work(group="settle", description="outcome of an attempt")
    async def _ask(self, row_id: int, *, repeated: int = 0) -> None:
        def tell(asking: Asking) -> None:
            self._note_news(row_id, asking=asking)

        session = self.session
        try:
            settled = await session.settle(row_id, tell)
        except AepTuiError as error:
            self._asking.pop(row_id, None)
            self._note_news(row_id, trouble=error.sentence(), ended=True)
        else:
            self._asking.pop(row_id, None)
            self._note_news(row_id, settled=settled, ended=True)
            if session is not self.session:
                return
            if repeated:
                self._tell_of_earlier(settled, repeated)
            elif row_id != self.uncertain_row():
                self._tell_of([settled])
            self._take_as_made(settled)

    def ask_about_earlier(self, result: Result) -> None:
        """Ask once more, behind the page, about the attempts of unknown outcome that the one that was made repeats.

        Its own connection belongs to the last attempt by now: what is found is one more, made late.
        """
        rows = self.session.sent_before(result.row_id) if result.row_id is not None else ()
        for row_id in rows:
            if not self.is_asking(row_id):
                self.asked[row_id] = AskingNews(self.clock.monotonic())
                self._asking[row_id] = self._ask(row_id, repeated=len(rows))

    def _tell_of_earlier(self, settled: Settled, repeated: int) -> None:
        """Say that there is one connection more; that there is one was to be expected."""
        if settled.row.outcome == "created":
            name, made = plain(settled.row.name, 24), plain(settled.row.connection_id, 40)
            title, which, has = "There are two now", "The first request", "both"
            if repeated > 1:
                title, which, has = "There is one more", "An earlier request", "them all"
            self._say(title, f"{which} made {name} too: {made}. {self._history_key} has {has}.")

    def _note_news(self, row_id: int, **changes: object) -> None:
        # Rows have numbers of their own in each history: what another session asked about is not told of.
        if row_id in self.asked:
            self.asked[row_id] = self.asked[row_id]._replace(**changes)  # type: ignore[arg-type]
            self._tell_screen()

    def _take_as_made(self, settled: Settled) -> None:
        """Let the wizard go on if the draft on the page is what was made."""
        from aep_tui.wizard.inlet import has_inlet
        from aep_tui.wizard.result import Result
        from aep_tui.wizard.state import OutcomeFound

        row, draft = settled.row, self.wizard.draft
        if row.outcome != "created" or draft is None or draft.uncertain is None:
            return
        result = Result(
            Outcome.CREATED, draft.uncertain.seconds, row.connection_id, row.etag, row_id=row.id, settled=row.settled
        )
        before = self.wizard
        self.dispatch(OutcomeFound(result))
        if not draft.is_as_sent and self.wizard is not before:
            made = plain(row.connection_id, 40)
            self._say("Made after all", f"The first request made {made}. What you changed since is not sent.")
            return
        if self.wizard is not before and has_inlet(draft.source):
            self.look_for_inlet(result)
        if self.wizard is not before:
            self._keep_late(row.id, draft)
            self.ask_about_earlier(result)

    # Its secret params

    def note_keeping(self) -> None:
        """Remember whether the secret params are to be kept if it becomes known that the uncertain attempt was made."""
        row_id = self.uncertain_row()
        if row_id is not None and self.keeps_params:
            self._to_keep.add(row_id)
        elif row_id is not None:
            self._to_keep.discard(row_id)

    def recall_keeping(self) -> None:
        """Let the present draft's secret params be kept only if that was said when it was sent."""
        self.keeps_params = self.uncertain_row() in self._to_keep

    def _keep_late(self, row_id: int, draft: Draft) -> None:
        """Keep the secret params of a draft that was made, as was said when it was sent."""
        if row_id in self._to_keep:
            self._to_keep.discard(row_id)
            self._keep(draft, self.session)

    @work(group="keep", description="keep secret params")
    async def _keep(self, draft: Draft, session: Session) -> None:
        await self.keep_params(draft, session)

    # A person's choice

    @work(exclusive=True, group="choose", description="which connection")
    async def choose(self, row_id: int) -> None:
        """Show the connections that an attempt may have made, and keep which one a person takes for it."""
        from aep_tui.tui.screens.found import FoundScreen

        news = self.asked.get(row_id)
        if news is None or news.settled is None or not news.settled.found:
            return
        settled = news.settled
        taken = await self.push_screen_wait(FoundScreen(settled, self.session.client_id))
        if taken is None:
            self._note_news(row_id, declined=True)
            return
        try:
            is_kept = await self.session.take(row_id, taken)
        except AepTuiError as error:
            self._say("What you took is not kept", f"{error.title} {self._history_key} says more.", severity="error")
            return
        if not is_kept:
            self._say("Not taken", f"Another attempt has that connection already; {self._history_key} shows which.")
            return
        row = settled.row._replace(outcome="created", connection_id=taken.id, etag=taken.etag, settled="taken")
        settled = replace(settled, row=row, found=(taken,))
        self._note_news(row_id, settled=settled)
        self._take_as_made(settled)

    def take_as_lost(self, draft: Draft, existing: Existing) -> None:
        """Keep that a connection which a person uses is what the draft's attempt of unknown outcome made, if it can be that."""
        row_id = draft.uncertain.row_id if draft.uncertain is not None else None
        if row_id is not None:
            self._take_as_lost(row_id, draft, existing)

    @work(group="settle", description="which connection is used")
    async def _take_as_lost(self, row_id: int, draft: Draft, existing: Existing) -> None:
        try:
            is_kept = await self.session.take_existing(row_id, existing)
        except AepTuiError as error:
            self._say("What you took is not kept", f"{error.title} {self._history_key} says more.", severity="error")
            return
        if is_kept and draft.is_as_sent:
            self._keep_late(row_id, draft)

    # What earlier runs left

    def settle_left(self) -> None:
        """Ask about what earlier runs left unknown at this place: once a session, behind the page."""
        if self._settled_session is not self.session:
            self._settled_session = self.session
            # Another place may have another history, with other rows of the same numbers.
            self.asked.clear()
            self._to_keep.clear()
            self._settle_left()

    @work(exclusive=True, group="settle-left", description="outcomes of earlier attempts")
    async def _settle_left(self) -> None:
        rows = await self._left()
        if not rows:
            return
        names = _names([row.name for row in rows])

        def tell(asking: Asking) -> None:
            if asking.looks == 2:
                words = f"Asking what became of {names}: half a minute at most. Go on meanwhile."
                self.notify(words, title="Sent earlier", markup=False, timeout=6)

        try:
            settled = await self.session.settle_rows(rows, tell)
        except AepTuiError as error:
            # What was found by then is known, whatever stopped the asking about the others.
            settled = getattr(error, "settled", ())
            self._note_left(rows, settled, error)
        self._note_settled(settled)

    async def _left(self) -> Sequence[HistoryRow]:
        """Return what earlier runs left, from a history that was mended if need be; say so if it cannot be used."""
        try:
            return await self.session.unsettled()
        except AepTuiError:
            pass
        try:
            self.say_of_history(await self.session.mend_history())
            # It was perhaps in use for a moment only: then its rows are there still.
            return await self.session.unsettled()
        except AepTuiError as error:
            self._say("The history cannot be used", f"{error.title} {self._history_key} says what to do.")
            return ()

    def _note_settled(self, settled: Sequence[Settled]) -> None:
        for one in settled:
            self.asked[one.row.id] = AskingNews(self.clock.monotonic(), settled=one, ended=True)
        self._tell_of(settled)
        self._tell_screen()

    def _note_left(self, rows: Sequence[HistoryRow], settled: Sequence[Settled], error: AepTuiError) -> None:
        """Say what is still unknown after the asking was stopped."""
        known = {one.row.id for one in settled}
        left = [row for row in rows if row.id not in known]
        for row in left:
            self.asked[row.id] = AskingNews(self.clock.monotonic(), trouble=error.sentence(), ended=True)
        if left:
            names = _names([row.name for row in left])
            self._say("Still unknown", f"It is not known what became of {names}. {self._history_key} says why.")

    def say_of_history(self, remark: str) -> None:
        """Say that a damaged history is kept aside, if one is."""
        if remark:
            self._say("A new history is begun", f"The old one was damaged. {self._history_key} says where it is kept.")

    def _tell_of(self, settled: Sequence[Settled]) -> None:
        if len(settled) > MOST_NOTICES:
            made = sum(one.row.outcome == "created" for one in settled)
            words = f"{len(settled)} attempts were asked about: {made} created, {len(settled) - made} not found for certain."
            self._say("Sent earlier", f"{words} {self._history_key} shows them.")
            return
        for one in settled:
            is_made = one.row.outcome == "created"
            self._say("Sent earlier", self._sentence_of(one), severity="information" if is_made else "warning")

    def _sentence_of(self, settled: Settled) -> str:
        """Return what asking about an earlier attempt came to."""
        row = settled.row
        name = plain(row.name, 30)
        if row.outcome == "created":
            return f"{name} was created: {plain(row.connection_id, 50)}. {self._history_key} has it."
        if settled.found:
            ask = with_keys(self, "{ask=f7}")
            count = len(settled.found)
            there = "one connection" if count == 1 else f"{count} connections"
            return f"{name} may have been created: {there} may be it. {self._history_key}, then {ask}, shows which."
        return f"{name} was most probably not created. {self._history_key} has what was sent."

    @property
    def _history_key(self) -> str:
        return with_keys(self, "{history}")

    def _say(self, title: str, words: str, severity: str = "warning") -> None:
        words = plain(words, NOTICE_CHARACTERS)
        self.notify(words, title=title, severity=severity, markup=False, timeout=NOTICE_SECONDS)  # type: ignore[arg-type]


def _names(names: Sequence[str]) -> str:
    shown = [plain(name, 20) for name in names[:MOST_NOTICES]]
    more = len(names) - len(shown)
    return ", ".join(shown) + (f" and {more} more" if more else "")
