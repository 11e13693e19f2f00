"""Whatever happens to the wizard in whatever order: no answer is lost, and nothing that was made is sent again."""

from __future__ import annotations

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule
from made_up import basic_source, http_api, option, source

from aep_tui.forms.fields import Answer, Chosen
from aep_tui.outcome import Outcome, Problem
from aep_tui.secret import Secret
from aep_tui.wizard.result import Result
from aep_tui.wizard.state import (
    Answered,
    AuthPicked,
    DescriptionGiven,
    Event,
    NameGiven,
    OutcomeFound,
    ReviewAsked,
    SendEnded,
    SendStarted,
    SourcePicked,
    StartedAnother,
    Step,
    WentBack,
    WizardState,
    advance,
)

SOURCES = {
    made.id: made
    for made in (
        basic_source("two ways"),
        source(spec_id="no auth"),
        http_api(),
        source(option("Only", {"mode": {"enum": ["a", "b"]}, "on": {"type": "boolean"}}, "mode"), spec_id="choices"),
    )
}
POINTERS = ("/user", "/password", "/mode", "/on", "/name", "/sourceId", "", "#name", "/nowhere")
ANSWERS: tuple[Answer | None, ...] = (None, "", "x", True, Chosen(0), Chosen(9), Secret("s"))


class Wizard(RuleBasedStateMachine):
    """Sends any event at any time, and keeps beside the wizard what a person would remember."""

    def __init__(self) -> None:
        super().__init__()
        self.state = WizardState()
        self.number = 0
        self.drafts: dict[str, dict[str, object]] = {}
        self.here: str | None = None
        self.created: set[int] = set()

    def give(self, event: Event) -> WizardState:
        before, self.state = self.state, advance(self.state, event)
        return before

    def mine(self) -> dict[str, object]:
        assert self.here is not None
        return self.drafts[self.here]

    @rule(spec_id=st.sampled_from(sorted(SOURCES)))
    def pick(self, spec_id: str) -> None:
        self.number += 1
        name = f"name {self.number}"
        if self.give(SourcePicked(SOURCES[spec_id], name)).step is Step.SOURCE:
            self.here = spec_id
            options = SOURCES[spec_id].auth_options
            first = options[0].name if options else ""
            fresh = {"number": self.number, "name": name, "description": "", "auth": first, "touched": {}, "uncertain": False}
            self.drafts.setdefault(spec_id, fresh)

    @rule(name=st.sampled_from(("Basic", "Anonymous", "Only", "Streaming Connection", "nowhere", "")))
    def auth(self, name: str) -> None:
        if self.give(AuthPicked(name)).step is Step.CREDENTIALS and SOURCES[self.here or ""].auth(name):
            self.mine()["auth"] = name

    @rule(text=st.sampled_from(("", " ", "mine", "yours")))
    def name(self, text: str) -> None:
        if self.give(NameGiven(text)).step is Step.CREDENTIALS:
            self.mine()["name"] = text

    @rule(text=st.sampled_from(("", "why")))
    def describe(self, text: str) -> None:
        if self.give(DescriptionGiven(text)).step is Step.CREDENTIALS:
            self.mine()["description"] = text

    @rule(pointer=st.sampled_from(POINTERS), answer=st.sampled_from(ANSWERS))
    def answer(self, pointer: str, answer: Answer | None) -> None:
        if self.give(Answered(pointer, answer)).step is Step.CREDENTIALS:
            touched = self.mine()["touched"]
            assert isinstance(touched, dict)
            touched[self.mine()["auth"], pointer] = answer

    def fill_in(self) -> None:
        for error in self.state.draft.errors() if self.state.draft else ():
            if error.pointer == "#name":
                self.name("mended")
            else:
                self.answer(error.pointer, {"/mode": Chosen(0), "/on": None}.get(error.pointer, "x"))

    @rule(spec_id=st.sampled_from(sorted(SOURCES)), again=st.booleans(), outcome=st.sampled_from(Outcome))
    def go_on(self, spec_id: str, again: bool, outcome: Outcome) -> None:
        """Do what leads on from here, so that every part of the wizard is reached often."""
        if self.state.step is Step.SOURCE:
            self.pick(spec_id)
        elif self.state.step is Step.CREDENTIALS:
            self.fill_in()
            self.review()
        elif self.state.sending:
            self.end(outcome, "")
        elif self.state.step is Step.REVIEW:
            self.send(again)
        else:
            self.another()

    @rule()
    def review(self) -> None:
        before = self.give(ReviewAsked())
        if before.step is Step.CREDENTIALS:
            assert (self.state.step is Step.REVIEW) == (not self.state.errors)

    @rule()
    def back(self) -> None:
        self.give(WentBack())

    @rule()
    def another(self) -> None:
        self.give(StartedAnother())

    @rule(again=st.booleans())
    def send(self, again: bool) -> None:
        before = self.give(SendStarted(again=again))
        if self.state.sending and not before.sending:
            number = self.mine()["number"]
            assert isinstance(number, int)
            assert number not in self.created
            assert again or not self.mine()["uncertain"]
            assert self.state.draft is not None
            assert self.state.draft.errors() == []

    @rule(outcome=st.sampled_from(Outcome), field=st.sampled_from(("", "user", "mode")))
    def end(self, outcome: Outcome, field: str) -> None:
        problem = None if outcome is Outcome.CREATED else Problem("It did not work.", "no such user", field=field)
        if self.give(SendEnded(Result(outcome, 1.0, problem=problem))).sending:
            if outcome is Outcome.CREATED:
                number = self.drafts.pop(self.here or "")["number"]
                assert isinstance(number, int)
                self.created.add(number)
            elif outcome is Outcome.UNKNOWN:
                self.mine()["uncertain"] = True

    @rule(row_id=st.sampled_from((None, 99)))
    def found(self, row_id: int | None) -> None:
        """The service has what an attempt of unknown outcome made: this draft's, or another one's."""
        before = self.give(OutcomeFound(Result(Outcome.CREATED, 1.0, "an-id", row_id=row_id)))
        if before is not self.state:
            assert before.step is Step.REVIEW
            assert (before.sending, row_id) == (False, None)
            remembered = self.drafts.pop(self.here or "")
            assert remembered["uncertain"]
            assert isinstance(remembered["number"], int)
            self.created.add(remembered["number"])

    @invariant()
    def nothing_is_forgotten(self) -> None:
        for spec_id, remembered in self.drafts.items():
            draft = self.state.kept[spec_id]
            touched = {
                (auth, pointer): answer for auth, answers in draft.touched.items() for pointer, answer in answers.items()
            }
            assert {
                "name": draft.name,
                "description": draft.description,
                "auth": draft.auth_name,
                "touched": touched,
                "uncertain": draft.uncertain is not None,
                "number": remembered["number"],
            } == remembered
        assert set(self.state.kept) == set(self.drafts)

    @invariant()
    def the_page_shows_what_is_kept(self) -> None:
        if self.state.step in (Step.CREDENTIALS, Step.REVIEW):
            assert self.here is not None
            assert self.state.draft is self.state.kept[self.here]
        assert (self.state.draft is None) == (self.state.step is Step.SOURCE)

    @invariant()
    def sending_happens_on_review_alone(self) -> None:
        state = self.state
        assert not (state.sending and state.step is not Step.REVIEW)
        assert not (state.can_send and (state.step is not Step.REVIEW or state.sending))


Wizard.TestCase.settings = settings(max_examples=80, stateful_step_count=50, deadline=None, derandomize=True)
TestAnyOrder = Wizard.TestCase
