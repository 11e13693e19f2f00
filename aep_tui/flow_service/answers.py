"""Answers of the service read into what was asked for, or into the error that says why not."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Final, NamedTuple

from aep_tui.errors import ExitCode
from aep_tui.flow_service.account import BASE_PATH
from aep_tui.flow_service.outcome import Created, SendFailed, ServiceError
from aep_tui.flow_service.problem import as_sentence, read_problem, retry_after_seconds, unreadable_answer
from aep_tui.flow_service.stepwise import LARGE, parse_in_steps
from aep_tui.json_text import parse_json
from aep_tui.outcome import Outcome, Problem
from aep_tui.record import repr_without

SPECS_PATH: Final = "/connectionSpecs"
_SUPPORT: Final = "Check the address (profile, or AEP_PLATFORM_URL); if it is right, Adobe's support can look into it."
_TRY_AGAIN: Final = "Check this machine's network, then try again."
_LOOK_FIRST: Final = (
    "Look for its name in Experience Platform (Sources, Accounts) before you send it again; the history here has the attempt."
)

Hide = Callable[[str], str]
"""Masks in a text what was sent secretly."""


class Answer(NamedTuple):
    """What came back.

    Attributes:
        status: HTTP status.
        headers: Header values by lower-case name.
        body: The body, decompressed; perhaps only its beginning.
        broken_off: Why the body is not whole, as a sentence; empty if it is.
        call: Method and path of the call.
        repeatable: Whether a read that came to this may be tried again: the connection broke off.
        remedy: What to do, where that is known better than from the answer; may be empty.
    """

    status: int
    headers: Mapping[str, str]
    body: bytes
    broken_off: str = ""
    call: str = ""
    repeatable: bool = False
    remedy: str = ""

    def __repr__(self) -> str:
        """Leave out headers and body."""
        return repr_without(self, "headers", "body")


class NoAnswer(NamedTuple):
    """Nothing came back.

    Attributes:
        problem: Why.
        not_sent: Whether it is certain that no byte of the request left.
        repeatable: Whether a read that came to this may be tried again.
        retry_after_seconds: How long is asked to wait before that; ``None`` if nobody said.
        exit_code: How the program exits, where that does not follow from the problem.
    """

    problem: Problem
    not_sent: bool
    repeatable: bool = False
    retry_after_seconds: float | None = None
    exit_code: ExitCode | None = None


def document_of(answer: Answer | NoAnswer, hide: Hide) -> object:
    """Return the JSON of an answer to a read.

    Raises:
        ServiceError: There was no answer, it is an error, or it is not JSON.
    """
    if isinstance(answer, NoAnswer):
        raise ServiceError(answer.problem, answer.retry_after_seconds, exit_code=answer.exit_code)
    if not 200 <= answer.status < 300:
        problem = problem_of(answer, hide)
        raise ServiceError(problem, retry_after_seconds(answer.headers))
    reason = answer.broken_off
    if not reason:
        try:
            return parse_in_steps(answer.body) if len(answer.body) >= LARGE else parse_json(answer.body)
        except ValueError:
            reason = "The answer is not JSON."
    # Outside of the handler, so that the error does not carry the parser's, which holds the whole text.
    remedy = _TRY_AGAIN if answer.broken_off else ""
    problem = unreadable_answer(answer.status, answer.headers, answer.body, reason, hide, remedy=remedy)
    raise ServiceError(problem._replace(call=answer.call))


def problem_of(answer: Answer, hide: Hide) -> Problem:
    """Return what an answer that is an error says."""
    problem = read_problem(answer.status, answer.headers, answer.body, hide)
    return problem._replace(call=answer.call, remedy=answer.remedy or problem.remedy)


def items_of(document: object) -> list[object]:
    """Return the members of ``{"items": […]}`` or of a bare list.

    Raises:
        ServiceError: It is neither.
    """
    items = document.get("items") if isinstance(document, dict) else document
    if not isinstance(items, list):
        raise ServiceError(Problem("The service answered something else.", "A list of items was expected.", remedy=_SUPPORT))
    return items


def only_item_of(document: object) -> object:
    """Return the one document of a look-up, with or without its ``items`` wrapper.

    Raises:
        ServiceError: There is none.
    """
    if isinstance(document, dict) and "items" not in document:
        return document
    items = items_of(document)
    if not items:
        raise ServiceError(
            Problem(
                "The service has nothing of that id.",
                "It answered with an empty list.",
                remedy="Check organisation and sandbox; it may have been deleted.",
            )
        )
    return items[0]


def next_specs_path(document: object, origin: str) -> str | None:
    """Return the path of the next page of connection specs, as :func:`next_path`."""
    return next_path(document, origin, SPECS_PATH)


def next_path(document: object, origin: str, list_path: str) -> str | None:
    """Return the path of a list's next page below the base URL, or ``None`` at the end.

    ``_links.next.href`` is relative to the base URL (official OpenAPI); one with base path or origin is understood too. A link
    to anywhere else is refused, since the credentials would go along.

    Raises:
        ServiceError: The link leads elsewhere.
    """
    links = document.get("_links") if isinstance(document, dict) else None
    following = links.get("next") if isinstance(links, dict) else None
    href = following.get("href") if isinstance(following, dict) else None
    if not isinstance(href, str) or not href:
        return None
    path = href.removeprefix(origin).removeprefix(BASE_PATH)
    path = list_path + path if path.startswith("?") else path
    if path.partition("?")[0].rstrip("/") != list_path:
        raise ServiceError(
            Problem(
                "The next page cannot be asked for.", "The service links to an address outside of its list.", remedy=_SUPPORT
            )
        )
    return path


def endless_list(of: str = "connection specs") -> ServiceError:
    """Return the error of a list whose pages lead round in a circle."""
    detail = "The service names a next page again and again."
    return ServiceError(Problem(f"The list of {of} does not end.", detail, remedy=_SUPPORT))


def sent_result(answer: Answer | NoAnswer, hide: Hide) -> Created | SendFailed:
    """Return what a request to create something came to.

    An id makes it created. No request, a redirect and a refusal leave nothing behind; all else may have made it.
    """
    if isinstance(answer, NoAnswer):
        if not answer.not_sent:
            return _unknown(answer.problem)
        return SendFailed(answer.problem, Outcome.NOT_SENT, answer.retry_after_seconds, exit_code=answer.exit_code)
    wait = retry_after_seconds(answer.headers)
    if 200 <= answer.status < 300:
        reason = answer.broken_off or "The answer names no id."
        problem = unreadable_answer(answer.status, answer.headers, answer.body, reason, hide)
        return _created(answer) or _unknown(problem._replace(call=answer.call))
    problem = problem_of(answer, hide)
    return SendFailed(problem, Outcome.REFUSED, wait) if 300 <= answer.status < 500 else _unknown(problem, wait)


def _unknown(problem: Problem, wait: float | None = None) -> SendFailed:
    # What the service or its gateway advises, such as to try again, is theirs to say and not ours.
    words = f"The answer says: {problem.detail}" if problem.code else problem.detail
    detail = f"{as_sentence(words)} Whether the connection was made is not known.".strip()
    return SendFailed(problem._replace(detail=detail, remedy=_LOOK_FIRST), Outcome.UNKNOWN, wait)


def _created(answer: Answer) -> Created | None:
    try:
        document = parse_json(answer.body)
    except ValueError:
        return None
    items = document.get("items") if isinstance(document, dict) else None
    one = items[0] if isinstance(items, list) and items else document
    connection_id = one.get("id") if isinstance(one, dict) else None
    if not isinstance(one, dict) or not isinstance(connection_id, str) or not connection_id.strip():
        return None
    etag = one.get("etag")
    return Created(connection_id, etag if isinstance(etag, str) else answer.headers.get("etag", ""))
