"""What a call came to: a connection, or an error that carries its problem."""

from __future__ import annotations

from collections.abc import Callable, Coroutine
from functools import wraps
from typing import Any, NamedTuple, ParamSpec, TypeVar

from aep_tui.errors import AepTuiError, ExitCode
from aep_tui.flow_service.remedies import TOKEN_NUMBERS, code_number
from aep_tui.outcome import Outcome, Problem

P = ParamSpec("P")
T = TypeVar("T")


class Sending:
    """Whether a request may have left this machine, for the caller that stops waiting for it.

    Attributes:
        started: Turns true just before the first byte of the request may leave, and never back. Connecting, the TLS
            handshake and the talk with a proxy do not count.
    """

    __slots__ = ("started",)

    def __init__(self) -> None:
        """Begin before the first byte."""
        self.started = False


class Created(NamedTuple):
    """A connection that was made.

    Attributes:
        id: Its id.
        etag: Its etag as it came, with the double quotes that belong to it; empty if the service gave none.
    """

    id: str
    etag: str = ""


class ServiceError(AepTuiError):
    """The service refused, failed, could not be reached, or answered what cannot be read.

    Attributes:
        problem: What is known about it.
        retry_after_seconds: How long the service asks to wait; ``None`` if it does not say.
    """

    def __init__(
        self, problem: Problem, retry_after_seconds: float | None = None, *, exit_code: ExitCode | None = None
    ) -> None:
        """Take the sentences from the problem, and the exit code where none is given."""
        super().__init__(problem.title, problem.detail, problem.remedy, exit_code=exit_code or _exit_code(problem))
        self.problem = problem
        self.retry_after_seconds = retry_after_seconds

    def sentence(self) -> str:
        """Return title, detail and remedy in one line, with code and request id."""
        reference = self.problem.reference()
        return f"{super().sentence()} ({reference})" if reference else super().sentence()


class SendFailed(ServiceError):
    """A request that creates something did not end with an id.

    Attributes:
        outcome: ``REFUSED``, ``NOT_SENT`` or ``UNKNOWN``.
    """

    def __init__(
        self,
        problem: Problem,
        outcome: Outcome,
        retry_after_seconds: float | None = None,
        *,
        exit_code: ExitCode | None = None,
    ) -> None:
        """Keep the outcome; an unknown one decides the exit code."""
        super().__init__(problem, retry_after_seconds, exit_code=exit_code)
        self.outcome = outcome
        if outcome is Outcome.UNKNOWN:
            self.exit_code = ExitCode.UNKNOWN_OUTCOME


def about(call: str) -> Callable[[Callable[P, Coroutine[Any, Any, T]]], Callable[P, Coroutine[Any, Any, T]]]:
    """Let the problems of an asynchronous function that name no call name this one."""

    def decorate(function: Callable[P, Coroutine[Any, Any, T]]) -> Callable[P, Coroutine[Any, Any, T]]:
        @wraps(function)
        async def wrapped(*args: P.args, **kwargs: P.kwargs) -> T:
            try:
                return await function(*args, **kwargs)
            except ServiceError as error:
                error.problem = error.problem._replace(call=error.problem.call or call)
                raise

        return wrapped

    return decorate


def _exit_code(problem: Problem) -> ExitCode:
    if problem.status is None:
        return ExitCode.UNEXPECTED
    is_about_the_account = problem.status in (401, 403) or code_number(problem.code) in TOKEN_NUMBERS
    return ExitCode.NOT_PERMITTED if is_about_the_account else ExitCode.REFUSED
