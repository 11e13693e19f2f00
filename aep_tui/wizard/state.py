"""The wizard's steps as a pure state machine: a state and an event give a new state.

    SOURCE ──picked──▶ CREDENTIALS ──review──▶ REVIEW ──send──▶ (sending) ──created──▶ DONE
       ▲                    │ ▲                   │ ▲                │
       └───────back─────────┘ └───────back────────┘ └─ refused, not sent, unknown ──found──▶ DONE

No step leads back to a Review that could be sent twice: a created draft is forgotten.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Final

from aep_tui.forms.check import FieldError
from aep_tui.forms.fields import Answer
from aep_tui.forms.naming import field_named
from aep_tui.outcome import Outcome
from aep_tui.wizard.draft import AUTH, DESCRIPTION, NAME, Draft
from aep_tui.wizard.result import Result
from aep_tui.wizard.source import Source
from aep_tui.wizard.step import Step


@dataclass(frozen=True, slots=True)
class WizardState:
    """Where the wizard stands.

    Attributes:
        step: The step on the screen.
        draft: The connection being described; ``None`` on the Source step.
        kept: Unfinished drafts by connection spec id: going back to a source loses no answer.
        errors: What the last attempt to go on found.
        sending: A request is on its way.
        result: How the last attempt to send this draft ended; ``None`` before, and again once the draft changed after a
            refusal.
    """

    step: Step = Step.SOURCE
    draft: Draft | None = None
    kept: Mapping[str, Draft] = field(default_factory=dict)
    errors: tuple[FieldError, ...] = ()
    sending: bool = False
    result: Result | None = None

    @property
    def can_send(self) -> bool:
        """Whether the main action of Review sends: not while sending, and not after an unknown outcome."""
        return self.can_send_again and self.draft is not None and self.draft.uncertain is None

    @property
    def can_send_again(self) -> bool:
        """Whether the separate, confirmed action that sends after an unknown outcome may run."""
        return self.step is Step.REVIEW and self.draft is not None and not self.sending


@dataclass(frozen=True, slots=True)
class SourcePicked:
    """A source was picked; the name is suggested if there is no draft of it yet."""

    source: Source
    suggested_name: str


@dataclass(frozen=True, slots=True)
class AuthPicked:
    """Another way to authenticate was chosen."""

    name: str


@dataclass(frozen=True, slots=True)
class NameGiven:
    """The connection's name was left."""

    text: str


@dataclass(frozen=True, slots=True)
class NameProposed:
    """A name that nothing has was found, for one that is still as it was suggested."""

    text: str


@dataclass(frozen=True, slots=True)
class DescriptionGiven:
    """The description was left."""

    text: str


@dataclass(frozen=True, slots=True)
class Answered:
    """A field of the form was left or set; ``None`` clears it."""

    pointer: str
    answer: Answer | None


@dataclass(frozen=True, slots=True)
class ReviewAsked:
    """The main action of Credentials."""


@dataclass(frozen=True, slots=True)
class ExistingTaken:
    """A connection that the source has already is used in place of a new one."""

    name: str
    result: Result


@dataclass(frozen=True, slots=True)
class WentBack:
    """Escape."""


@dataclass(frozen=True, slots=True)
class SendStarted:
    """The request is about to leave; ``again`` is the separate, confirmed action after an unknown outcome."""

    again: bool = False


@dataclass(frozen=True, slots=True)
class SendEnded:
    """The attempt ended."""

    result: Result


@dataclass(frozen=True, slots=True)
class OutcomeFound:
    """The service was asked about the attempt of unknown outcome, and has the connection that it made."""

    result: Result


@dataclass(frozen=True, slots=True)
class StartedAnother:
    """The main action of Done."""


Edit = AuthPicked | NameGiven | NameProposed | DescriptionGiven | Answered
Event = SourcePicked | Edit | ReviewAsked | ExistingTaken | WentBack | SendStarted | SendEnded | OutcomeFound | StartedAnother

_PREVIOUS: Final = {Step.CREDENTIALS: Step.SOURCE, Step.REVIEW: Step.CREDENTIALS}


def advance(state: WizardState, event: Event) -> WizardState:
    """Return the state after an event; an event that has no meaning where the wizard stands changes nothing."""
    match event:
        case SourcePicked() if state.step is Step.SOURCE:
            return _picked(state, event)
        case AuthPicked() | NameGiven() | NameProposed() | DescriptionGiven() | Answered() if (
            state.draft and state.step is Step.CREDENTIALS
        ):
            return _changed(state, _edited(state.draft, event), _where(event))
        case ReviewAsked() if state.draft and state.step is Step.CREDENTIALS:
            errors = tuple(state.draft.errors())
            return replace(state, errors=errors) if errors else replace(state, errors=(), step=Step.REVIEW)
        case ExistingTaken(name, result) if state.draft and state.step is Step.CREDENTIALS:
            return _ended(replace(state, draft=replace(state.draft, name=name)), result)
        case WentBack():
            return _back(state)
        case SendStarted() if state.can_send or (event.again and state.can_send_again):
            return replace(state, sending=True, result=None)
        case SendEnded() if state.sending:
            return _ended(state, event.result)
        case OutcomeFound(result) if state.step is Step.REVIEW and state.draft and _is_of_draft(state, result):
            # What was changed since is another request than the one that was made.
            return _ended(state, result) if state.draft.is_as_sent else _with_draft(state, _free(state.draft))
        case StartedAnother() if state.step is Step.DONE:
            return WizardState(kept=state.kept)
        case _:
            return state


def _picked(state: WizardState, event: SourcePicked) -> WizardState:
    known = state.kept.get(event.source.id)
    draft = known.with_source(event.source) if known else Draft.begin(event.source, event.suggested_name)
    return WizardState(Step.CREDENTIALS, draft, {**state.kept, draft.source.id: draft}, result=draft.uncertain)


def _edited(draft: Draft, event: Edit) -> Draft:
    match event:
        case AuthPicked(name):
            return replace(draft, auth_name=name) if draft.source.auth(name) else draft
        case NameGiven(text):
            return replace(draft, name=text)
        case NameProposed(text):
            return draft.proposing(text)
        case DescriptionGiven(text):
            return replace(draft, description=text)
        case Answered(pointer, answer):
            return draft.answered(pointer, answer)


def _where(event: Edit) -> str:
    """Return where an edit was made, as errors say it."""
    match event:
        case AuthPicked():
            return AUTH
        case NameGiven() | NameProposed():
            return NAME
        case DescriptionGiven():
            return DESCRIPTION
        case Answered(pointer, _):
            return pointer


def _changed(state: WizardState, draft: Draft, where: str) -> WizardState:
    """Return the state with an edited draft; what was wrong in that place is wrong no longer, or is found anew."""
    if draft == state.draft:
        return state
    errors = tuple(error for error in state.errors if error.field_id != where)
    return replace(state, draft=draft, kept={**state.kept, draft.source.id: draft}, errors=errors, result=draft.uncertain)


def _back(state: WizardState) -> WizardState:
    if state.sending:
        return state
    if state.step is Step.DONE:
        return WizardState(kept=state.kept)
    if state.step is Step.CREDENTIALS:
        return WizardState(kept=state.kept)
    previous = _PREVIOUS.get(state.step)
    return state if previous is None else replace(state, step=previous, errors=_refusal_errors(state))


def _refusal_errors(state: WizardState) -> tuple[FieldError, ...]:
    """Return the service's refusal as an error of the field it names, so that Credentials shows it there."""
    result, draft = state.result, state.draft
    if result is None or draft is None or result.problem is None or result.outcome is not Outcome.REFUSED:
        return ()
    named = field_named(draft.form, draft.answers(), result.problem.field) if draft.form and result.problem.field else None
    message = f"The service refused it: {result.problem.detail or result.problem.title}"
    if named is None:
        return (FieldError("", "", "refused", message),)
    return (FieldError(named.pointer, named.label, "refused", message, named.id),)


def _is_of_draft(state: WizardState, result: Result) -> bool:
    uncertain = state.draft.uncertain if state.draft and not state.sending else None
    return uncertain is not None and uncertain.row_id == result.row_id and result.outcome is Outcome.CREATED


def _ended(state: WizardState, result: Result) -> WizardState:
    if state.draft is None:
        return replace(state, sending=False, result=result)
    if result.outcome is not Outcome.CREATED:
        draft = state.draft
        if result.outcome is Outcome.UNKNOWN:
            draft = replace(draft, uncertain=result, sent_as=draft.content)
        elif result.settled:
            draft = _free(draft)
        if result.row_id is not None:
            draft = replace(draft, recorded=(draft.name, draft.description))
        return _with_draft(replace(state, sending=False), draft, result)
    kept = {spec_id: draft for spec_id, draft in state.kept.items() if spec_id != state.draft.source.id}
    return WizardState(Step.DONE, _free(state.draft.without_secrets()), kept, result=result)


def _free(draft: Draft) -> Draft:
    """Return a draft whose earlier attempt is nothing to be asked about any more."""
    return replace(draft, uncertain=None, sent_as=None)


def _with_draft(state: WizardState, draft: Draft, result: Result | None = None) -> WizardState:
    return replace(state, draft=draft, kept={**state.kept, draft.source.id: draft}, result=result)
