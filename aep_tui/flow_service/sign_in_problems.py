"""Why signing in failed, and who can do what about it.

The error words are OAuth's (RFC 6749, 5.2) as Adobe's sign-in uses them: with status 400, never 401.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from aep_tui.errors import ExitCode
from aep_tui.flow_service.account import Account
from aep_tui.flow_service.answers import Answer, NoAnswer
from aep_tui.flow_service.failures import NOTHING_SENT
from aep_tui.flow_service.problem import as_sentence, read_problem, retry_after_seconds, unreadable_answer
from aep_tui.flow_service.remedies import BETWEEN, Advice, wait_words
from aep_tui.outcome import Problem

_SECRET_PLACE: Final = "(profile, or AEP_CLIENT_SECRET)"  # noqa: S105 - where it is, not what
_ID_PLACE: Final = "(profile, or AEP_API_KEY)"
_SECRET: Final = Advice(
    "The sign-in did not accept the client secret.",
    f"Copy the client secret {_SECRET_PLACE} again from the Developer Console project: OAuth Server-to-Server, Retrieve client "
    "secret. If somebody has deleted or rotated it there, whoever owns the project has to give you the new one.",
)
_CLIENT: Final = Advice(
    "The sign-in does not know the client id.",
    f"Copy the client id {_ID_PLACE} again from the Developer Console project, credential OAuth Server-to-Server. If it is "
    "right, the credential was removed: whoever owns the project can tell.",
)
_EITHER: Final = Advice(
    "The sign-in did not accept client id and client secret.",
    f"Copy the client id {_ID_PLACE} and the client secret {_SECRET_PLACE} again, both from the same credential of the "
    "Developer Console project.",
)
_BY_WORD: Final[dict[str, Advice]] = {
    "invalid_client": _EITHER,
    "unauthorized_client": Advice(
        "This credential may not sign in like this.",
        "It has to be an OAuth Server-to-Server credential. Credentials of the older kind, Service Account (JWT), ended on 1 "
        "January 2025: whoever owns the Developer Console project can add a new one to it.",
    ),
    "invalid_scope": Advice(
        "The sign-in did not accept the scopes.",
        "Copy the scopes (profile, or AEP_SCOPES) from the credential in the Developer Console, or leave them empty for the "
        "usual ones. A scope that is missing there comes with an API that whoever owns the project can add.",
    ),
    "access_denied": Advice(
        "The sign-in denied access to this credential.",
        "An administrator of your organisation has to look at the credential in the Developer Console and at its product "
        "profile.",
    ),
}
_ADDRESS: Final = (
    "Check the sign-in's address (profile, or AEP_IMS_URL). If it is right, a proxy or a login page stands in between: ask "
    "whoever runs your network."
)
_LATER: Final = (
    "Nothing is wrong on this side. Try again in a few minutes; status.adobe.com tells whether Adobe's sign-in has an outage."
)
PASSING: Final = frozenset({429, 500, 502, 503, 504})
_NOT_SENT: Final = "Nothing was sent to the Flow Service."


def refused(answer: Answer, account: Account, hide: Callable[[str], str]) -> NoAnswer:
    """Return the problem of an answer that is an error."""
    if 200 <= answer.status < 300:
        return no_token(answer, account, hide)
    problem = read_problem(answer.status, answer.headers, answer.body, hide)
    wait = retry_after_seconds(answer.headers)
    known = _advice(problem, account)
    remedy = wait_words(wait) if wait is not None else BETWEEN if problem.remedy == BETWEEN else known.remedy
    problem = problem._replace(title=known.title, remedy=remedy, call=answer.call, field="")
    return _failed(problem, repeatable=answer.status in PASSING, wait=wait)


def no_token(answer: Answer, account: Account, hide: Callable[[str], str]) -> NoAnswer:
    """Return the problem of an answer that claims success and has no token that could be used in it."""
    reason = answer.broken_off or "The answer holds no access token."
    detail = f"{account.ims_origin}: {reason}"
    problem = unreadable_answer(answer.status, answer.headers, answer.body, detail, hide, remedy=_ADDRESS)
    problem = problem._replace(title="The sign-in answered something else.", call=answer.call)
    return _failed(problem, repeatable=answer.repeatable)


def unreachable(answer: NoAnswer) -> NoAnswer:
    """Return the problem of a sign-in that gave no answer at all."""
    title = "The sign-in could not be reached." if answer.not_sent else "The sign-in gave no answer."
    # What was not sent, and to whom, is said at the end.
    detail = f"{answer.problem.title} {answer.problem.detail.removesuffix(NOTHING_SENT)}".rstrip()
    # A time-out: that of the sign-in cannot be set.
    remedy = answer.problem.remedy if answer.not_sent or answer.repeatable else _LATER
    return _failed(answer.problem._replace(title=title, detail=detail, remedy=remedy), repeatable=answer.repeatable)


def stopped(call: str) -> NoAnswer:
    """Return the problem of a sign-in that was given up because the client was closed."""
    remedy = "The main action signs in again."
    return _failed(Problem("Signing in was stopped.", remedy=remedy, call=call), repeatable=False)


def _failed(problem: Problem, *, repeatable: bool, wait: float | None = None) -> NoAnswer:
    """Return a problem as that of a call that was never sent."""
    detail = f"{as_sentence(problem.detail)} {_NOT_SENT}".strip()
    return NoAnswer(
        problem._replace(detail=detail),
        not_sent=True,
        repeatable=repeatable,
        retry_after_seconds=wait,
        exit_code=ExitCode.NOT_PERMITTED,
    )


def _advice(problem: Problem, account: Account) -> Advice:
    status = problem.status or 0
    if problem.code == "invalid_client" and "client_secret" in problem.detail:
        return _SECRET
    if problem.code == "invalid_client" and "client_id" in problem.detail:
        return _CLIENT
    if problem.code in _BY_WORD:
        return _BY_WORD[problem.code]
    if status in PASSING:
        return Advice("The sign-in is not available right now.", _LATER)
    if 300 <= status < 400:
        return Advice("The sign-in answered with a redirect, which is not followed.", _ADDRESS)
    if status in (400, 401, 403):
        return Advice("The sign-in refused the credential.", _EITHER.remedy)
    return Advice(f"{account.ims_origin} is no sign-in, it seems.", _ADDRESS)
