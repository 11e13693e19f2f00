"""The wizard as a table: every event in every state, and what becomes of answers, refusals and unknown outcomes."""

from __future__ import annotations

from functools import reduce

import pytest
from made_up import BASIC, basic_source, option, source

from aep_tui.forms.fields import Chosen
from aep_tui.forms.params import params
from aep_tui.outcome import Outcome, Problem
from aep_tui.secret import Secret
from aep_tui.wizard.request import shown_body
from aep_tui.wizard.result import Result
from aep_tui.wizard.state import (
    Answered,
    AuthPicked,
    DescriptionGiven,
    Event,
    NameGiven,
    NameProposed,
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


def ended(outcome: Outcome, field: str = "") -> SendEnded:
    problem = None if outcome is Outcome.CREATED else Problem("It did not work.", "no such user", field=field)
    return SendEnded(Result(outcome, 1.0, "an-id" if outcome is Outcome.CREATED else "", problem=problem))


EVENTS: dict[str, Event] = {
    "pick": SourcePicked(basic_source(), "IBM DB2 2026-11-21"),
    "other auth": AuthPicked("Anonymous"),
    "no such auth": AuthPicked("nowhere"),
    "name": NameGiven("mine"),
    "no name": NameGiven(" "),
    "describe": DescriptionGiven("why"),
    "answer": Answered("/user", "me"),
    "review": ReviewAsked(),
    "back": WentBack(),
    "send": SendStarted(),
    "send again": SendStarted(again=True),
    "created": ended(Outcome.CREATED),
    "refused": ended(Outcome.REFUSED),
    "not sent": ended(Outcome.NOT_SENT),
    "unknown": ended(Outcome.UNKNOWN),
    "found": OutcomeFound(Result(Outcome.CREATED, 1.0, "an-id")),
    "other found": OutcomeFound(Result(Outcome.CREATED, 1.0, "an-id", row_id=99)),
    "none found": OutcomeFound(Result(Outcome.UNKNOWN)),
    "another": StartedAnother(),
}

WAYS = {
    "source": "",
    "empty form": "pick",
    "form": "pick, answer",
    "review": "pick, answer, review",
    "sending": "pick, answer, review, send",
    "refused": "pick, answer, review, send, refused",
    "not sent": "pick, answer, review, send, not sent",
    "unknown": "pick, answer, review, send, unknown",
    "doubtful form": "pick, answer, review, send, unknown, back",
    "sending again": "pick, answer, review, send, unknown, send again",
    "done": "pick, answer, review, send, created",
}
"""How each state is reached, by the events above."""

# What an event leads to; a dot where it means nothing. A form after a refusal is a form like any other.
TABLE = """
event        | source     | empty form | form   | review     | sending    | refused       | not sent      | unknown       | doubtful form | sending again | done
pick         | empty form | .          | .      | .          | .          | .             | .             | .             | .             | .             | .
other auth   | .          | form       | form   | .          | .          | .             | .             | .             | doubtful form | .             | .
no such auth | .          | .          | .      | .          | .          | .             | .             | .             | .             | .             | .
name         | .          | empty form | form   | .          | .          | .             | .             | .             | doubtful form | .             | .
describe     | .          | empty form | form   | .          | .          | .             | .             | .             | doubtful form | .             | .
answer       | .          | form       | .      | .          | .          | .             | .             | .             | .             | .             | .
review       | .          | empty form | review | .          | .          | .             | .             | .             | unknown       | .             | .
back         | .          | source     | source | form       | .          | form          | form          | doubtful form | source        | .             | source
send         | .          | .          | .      | sending    | .          | sending       | sending       | .             | .             | .             | .
send again   | .          | .          | .      | sending    | .          | sending       | sending       | sending again | .             | .             | .
created      | .          | .          | .      | .          | done       | .             | .             | .             | .             | done          | .
refused      | .          | .          | .      | .          | refused    | .             | .             | .             | .             | unknown       | .
not sent     | .          | .          | .      | .          | not sent   | .             | .             | .             | .             | unknown       | .
unknown      | .          | .          | .      | .          | unknown    | .             | .             | .             | .             | unknown       | .
found        | .          | .          | .      | .          | .          | .             | .             | done          | .             | .             | .
other found  | .          | .          | .      | .          | .          | .             | .             | .             | .             | .             | .
none found   | .          | .          | .      | .          | .          | .             | .             | .             | .             | .             | .
another      | .          | .          | .      | .          | .          | .             | .             | .             | .             | .             | source
"""  # noqa: E501 - a table reads by its columns


def cells() -> list[tuple[str, str, str]]:
    header, *rows = [[cell.strip() for cell in line.split("|")] for line in TABLE.strip().splitlines()]
    return [(state, row[0], cell) for row in rows for state, cell in zip(header[1:], row[1:], strict=True)]


def after(way: str) -> WizardState:
    return reduce(advance, [EVENTS[name] for name in way.split(", ") if name], WizardState())


def shape(state: WizardState) -> dict[str, object]:
    """Return what tells the states of the table apart."""
    draft = state.draft
    return {
        "step": state.step,
        "complete": draft is not None and not draft.errors(),
        "uncertain": draft is not None and draft.uncertain is not None and state.step is not Step.DONE,
        "sending": state.sending,
        "can send": state.can_send,
        "can send again": state.can_send_again,
    }


@pytest.mark.parametrize(("state", "event", "expected"), cells())
def test_every_event_in_every_state_leads_where_the_table_says(state: str, event: str, expected: str) -> None:
    before = after(WAYS[state])
    following = advance(before, EVENTS[event])
    if expected == ".":
        assert following is before
    else:
        assert following is not before
        assert shape(following) == shape(after(WAYS[expected]))


def test_the_table_is_whole() -> None:
    assert {event for _, event, _ in cells()} | {"no name"} == set(EVENTS)
    assert {state for state, _, _ in cells()} == set(WAYS)


# Answers


def test_going_back_and_forth_loses_no_answer() -> None:
    there = after("pick, name, describe, answer, review")
    back = reduce(advance, [WentBack(), WentBack(), EVENTS["pick"]], there)
    assert back.step is Step.CREDENTIALS
    assert back.draft == there.draft
    assert (back.draft.name, back.draft.description, back.draft.answers()) == ("mine", "why", {"/user": "me"})


def test_each_source_keeps_a_draft_of_its_own() -> None:
    other = SourcePicked(basic_source("spec-2"), "other")
    state = reduce(advance, [EVENTS["back"], other, Answered("/user", "you"), WentBack()], after("pick, answer"))
    first, second = advance(state, EVENTS["pick"]).draft, advance(state, other).draft
    assert first is not None
    assert second is not None
    assert (first.answers(), second.answers()) == ({"/user": "me"}, {"/user": "you"})
    assert second.name == "other"


def test_another_auth_spec_has_its_own_answers_and_the_first_keeps_its_own() -> None:
    made = source(option("Basic", BASIC, "user"), option("Token", {"user": {"type": "string"}}))
    state = reduce(advance, [SourcePicked(made, "n"), Answered("/user", "me"), AuthPicked("Token")], WizardState())
    assert state.draft.answers() == {}
    state = advance(state, Answered("/user", "token user"))
    assert advance(state, AuthPicked("Basic")).draft.answers() == {"/user": "me"}
    assert state.draft.answers() == {"/user": "token user"}


def test_a_created_draft_is_forgotten_and_the_others_stay() -> None:
    others = [SourcePicked(basic_source("spec-2"), "other"), Answered("/user", "you"), WentBack()]
    done = reduce(advance, [*others, *(EVENTS[name] for name in WAYS["done"].split(", "))], WizardState())
    assert set(done.kept) == {"spec-2"}
    anew = reduce(advance, [StartedAnother(), SourcePicked(basic_source(), "fresh")], done)
    assert (anew.draft.name, anew.draft.answers(), anew.result) == ("fresh", {}, None)
    assert advance(advance(done, WentBack()), others[0]).draft.answers() == {"/user": "you"}


def test_a_newer_reading_of_the_source_keeps_the_answers() -> None:
    state = advance(after("pick, answer, other auth"), WentBack())
    newer = basic_source()
    again = advance(state, SourcePicked(newer, "ignored"))
    assert again.draft.source is newer
    assert again.draft.auth_name == "Anonymous"
    assert advance(again, AuthPicked("Basic")).draft.answers() == {"/user": "me"}


def test_an_auth_spec_that_is_gone_gives_way_to_the_first() -> None:
    state = advance(after("pick, answer, other auth"), WentBack())
    again = advance(state, SourcePicked(source(option("Basic", BASIC, "user")), "ignored"))
    assert again.draft.auth_name == "Basic"
    assert again.draft.answers() == {"/user": "me"}


CHOICES = {"mode": {"type": "string", "enum": ["fast", "safe"]}}


@pytest.mark.parametrize(
    ("newer", "expected"),
    [
        ({"mode": {"type": "string", "enum": ["fast", "safe"]}}, "safe"),
        ({"mode": {"type": "string", "enum": ["safe", "slow", "fast"]}}, "safe"),
        ({"mode": {"type": "string", "enum": ["fast"]}}, None),
        ({"mode": {"type": "string"}}, None),
        ({}, None),
    ],
)
def test_a_choice_stays_the_value_that_was_chosen_when_the_service_reorders_its_entries(
    newer: dict[str, object], expected: str | None
) -> None:
    events = [SourcePicked(source(option("Basic", CHOICES)), "n"), Answered("/mode", Chosen(1)), WentBack()]
    again = advance(reduce(advance, events, WizardState()), SourcePicked(source(option("Basic", newer)), "n"))
    assert params(again.draft.form, again.draft.answers()).get("mode") == expected


# Errors


def test_review_is_reached_only_without_errors_and_a_mended_form_has_none() -> None:
    asked = after("pick, no name, review")
    assert asked.step is Step.CREDENTIALS
    assert [error.pointer for error in asked.errors] == ["#name", "/user"]
    mended = reduce(advance, [EVENTS["name"], EVENTS["answer"], ReviewAsked()], asked)
    assert (mended.step, mended.errors) == (Step.REVIEW, ())


@pytest.mark.parametrize(("named", "pointer", "label"), [("user", "/user", "User"), ("", "", ""), ("no-such-param", "", "")])
def test_a_refusal_stands_at_the_field_that_the_service_named(named: str, pointer: str, label: str) -> None:
    back = reduce(advance, [ended(Outcome.REFUSED, named), WentBack()], after(WAYS["sending"]))
    (error,) = back.errors
    assert (error.pointer, error.label, error.keyword) == (pointer, label, "refused")
    assert "no such user" in error.message


@pytest.mark.parametrize("outcome", [Outcome.NOT_SENT, Outcome.UNKNOWN])
def test_only_a_refusal_is_an_error_of_the_form(outcome: Outcome) -> None:
    assert reduce(advance, [ended(outcome, "user"), WentBack()], after(WAYS["sending"])).errors == ()


def test_the_corrected_request_can_be_sent_after_a_refusal() -> None:
    mended = reduce(advance, [WentBack(), Answered("/user", "you"), ReviewAsked()], after(WAYS["refused"]))
    assert mended.result is None
    assert mended.errors == ()
    assert mended.can_send


# An unknown outcome


@pytest.mark.parametrize(
    "way", ["back, review", "back, back, pick, review", "back, name, describe, other auth, review", "send", "send, review"]
)
def test_after_an_unknown_outcome_nothing_but_the_confirmed_action_sends(way: str) -> None:
    state = reduce(advance, [EVENTS[name] for name in way.split(", ")], after(WAYS["unknown"]))
    assert state.step is Step.REVIEW
    assert not state.can_send
    assert state.can_send_again
    assert state.result is not None
    assert state.result.outcome is Outcome.UNKNOWN
    assert advance(state, SendStarted()) is state
    assert advance(state, SendStarted(again=True)).sending


def test_an_unknown_outcome_is_remembered_through_another_source() -> None:
    way = [WentBack(), WentBack(), SourcePicked(basic_source("spec-2"), "other"), WentBack(), EVENTS["pick"], ReviewAsked()]
    assert not reduce(advance, way, after(WAYS["unknown"])).can_send


def test_a_second_attempt_that_was_refused_leaves_the_first_one_unknown() -> None:
    state = advance(after(WAYS["sending again"]), ended(Outcome.REFUSED, "user"))
    assert state.result.outcome is Outcome.REFUSED
    assert not state.can_send
    assert [error.pointer for error in advance(state, WentBack()).errors] == ["/user"]


def test_a_created_draft_keeps_no_secret_but_shows_the_same_request() -> None:
    properties = {
        "user": {"type": "string"},
        "url": {"type": "string"},
        "password": {"type": "string", "format": "password"},
        "pin": {"type": "integer", "airbyte_secret": True},
    }
    picked = SourcePicked(source(option("Basic", properties)), "mine")
    answers = {"/user": "me", "/url": "https://me:hunter22@host/", "/password": Secret("hunter22"), "/pin": Secret("1234")}
    events = [picked, *(Answered(place, answer) for place, answer in answers.items()), ReviewAsked()]
    reviewed = reduce(advance, events, WizardState())
    assert reviewed.step is Step.REVIEW
    done = reduce(advance, [SendStarted(), ended(Outcome.CREATED)], reviewed)
    kept = [answer.reveal() if isinstance(answer, Secret) else answer for answer in done.draft.answers().values()]
    assert not any(secret in str(kept) for secret in ("hunter22", "1234"))
    assert shown_body(done.draft) == shown_body(reviewed.draft)
    assert shown_body(done.draft)["auth"]["params"]["pin"] == "{PIN}"


def test_what_an_attempt_has_put_into_the_history_is_no_loss_until_it_is_changed_again() -> None:
    events = (SourcePicked(source(), "A name"), DescriptionGiven("mine"), ReviewAsked(), SendStarted())
    state = reduce(advance, events, WizardState())
    assert state.draft is not None
    assert state.draft.has_typed
    state = advance(state, SendEnded(Result(Outcome.UNKNOWN, row_id=7)))
    assert state.draft is not None
    assert not state.draft.has_typed
    state = advance(advance(state, WentBack()), NameGiven("another"))
    assert state.draft is not None
    assert state.draft.has_typed


def test_a_proposed_name_replaces_the_suggested_one_alone_and_is_nobodys_typing() -> None:
    picked = advance(WizardState(), SourcePicked(basic_source(), "n"))
    proposed = advance(picked, NameProposed("n 2"))
    assert proposed.draft is not None
    assert (proposed.draft.name, proposed.draft.has_typed) == ("n 2", False)
    again = advance(proposed, NameProposed("n 3"))
    assert again.draft is not None
    assert again.draft.name == "n 3"
    named = advance(picked, NameGiven("mine"))
    assert advance(named, NameProposed("n 2")) == named
    emptied = advance(picked, NameGiven(""))
    assert advance(emptied, NameProposed("n 2")) == emptied
    assert advance(WizardState(), NameProposed("n 2")) == WizardState()


def test_the_name_of_an_attempt_of_unknown_outcome_stays() -> None:
    state = after(WAYS["doubtful form"])
    assert state.step is Step.CREDENTIALS
    assert advance(state, NameProposed("n 2")) == state
