"""Trying a profile out, step by step, up to the first thing that does not work.

The gateway looks at token, client id and organisation before anything behind it is asked (Adobe's troubleshooting page), so
that one call tells about all three by the code of its refusal.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from enum import StrEnum
from typing import TYPE_CHECKING, Final, Protocol

from aep_tui.errors import AepTuiError
from aep_tui.outcome import Problem
from aep_tui.text import plain

if TYPE_CHECKING:
    from aep_tui.flow_service.sandboxes import SandboxInfo
    from aep_tui.flow_service.sign_in import SignedIn


class Verdict(StrEnum):
    """How a step ended."""

    WAITING = "waiting"
    RUNNING = "running"
    OK = "ok"
    FAILED = "failed"
    SKIPPED = "not tried"


@dataclass(frozen=True, slots=True)
class CheckStep:
    """One thing that is tried.

    Attributes:
        key: ``network``, ``token``, ``organisation``, ``sandboxes``, ``sandbox`` or ``specs``.
        title: What is tried.
        verdict: How it ended.
        words: What was found, or what went wrong.
        remedy: What to do; empty if nothing is wrong.
        problem: What the service said; ``None`` if it was not the service.
    """

    key: str
    title: str
    verdict: Verdict = Verdict.WAITING
    words: str = ""
    remedy: str = ""
    problem: Problem | None = None


@dataclass(frozen=True, slots=True)
class LiveCheck:
    """All steps as far as they have come.

    Attributes:
        steps: In the order they are tried.
        sandboxes: What the account may see, once that is known.
        is_pasted: Whether the access token was pasted, and not fetched with the client secret.
    """

    steps: tuple[CheckStep, ...]
    sandboxes: Sequence[SandboxInfo] = field(default=())
    is_pasted: bool = False

    @property
    def passed(self) -> bool:
        """Whether everything works."""
        return all(step.verdict is Verdict.OK for step in self.steps)

    @property
    def failed(self) -> CheckStep | None:
        """The step that does not work."""
        return next((step for step in self.steps if step.verdict is Verdict.FAILED), None)


class CheckedClient(Protocol):
    """What the check needs of the API client."""

    async def sign_in(self) -> SignedIn:
        """Get an access token, or look at the one that was given."""

    async def sandboxes(self) -> Sequence[SandboxInfo]:
        """Return the sandboxes that this account may see."""

    async def connection_specs(self) -> list[object]:
        """Return all connection spec documents."""


NETWORK, TOKEN, ORGANISATION = "network", "token", "organisation"
SANDBOXES, SANDBOX, SPECS = "sandboxes", "sandbox", "specs"
TITLES: Final = {
    NETWORK: "Network",
    TOKEN: "Sign-in",
    ORGANISATION: "Organisation",
    SANDBOXES: "Sandboxes",
    SANDBOX: "Chosen sandbox",
    SPECS: "Permission to list sources",
}
"""Every step by its key; the doctor calls them so, too."""
_TOKEN_CODES: Final = ("403010", "401013", "403000", "403003", "2114", "2115")
_ORG_CODES: Final = ("400003", "403023", "403025", "403027", "2000", "2001", "2002")

_SIGN_IN_PATH: Final = "/ims/token"
_BY_CODE: Final = {"403003": "client_id", "invalid_scope": "scopes", "unauthorized_client": "client_id"}

Tell = Callable[[LiveCheck], None]


class _Run:
    """A check under way."""

    def __init__(self, tell: Tell) -> None:
        self._tell = tell
        self.check = LiveCheck(tuple(CheckStep(key, title) for key, title in TITLES.items()))

    def set(self, key: str, verdict: Verdict, words: str = "", remedy: str = "", problem: Problem | None = None) -> None:
        steps = tuple(
            replace(step, verdict=verdict, words=words, remedy=remedy, problem=problem) if step.key == key else step
            for step in self.check.steps
        )
        self.check = replace(self.check, steps=steps)
        self._tell(self.check)

    def signed_in(self, signed_in: SignedIn) -> None:
        self.check = replace(self.check, is_pasted=not signed_in.renewable)
        self.set(TOKEN, Verdict.RUNNING)

    def found(self, sandboxes: Sequence[SandboxInfo]) -> None:
        self.check = replace(self.check, sandboxes=sandboxes)

    def fail(self, key: str, error: AepTuiError) -> LiveCheck:
        """End here: what comes after was not tried."""
        problem = getattr(error, "problem", None)
        words = " ".join(part for part in (error.title, error.detail) if part)
        after = list(TITLES)[list(TITLES).index(key) + 1 :]
        for waiting in after:
            self.set(waiting, Verdict.SKIPPED)
        self.set(key, Verdict.FAILED, words, error.remedy, problem if isinstance(problem, Problem) else None)
        return self.check


async def live_check(client: CheckedClient, org: str, sandbox: str, tell: Tell) -> LiveCheck:
    """Try token, organisation, sandboxes and the permission to list connection specs.

    Args:
        client: Calls the service with the values that are tried.
        org: The org id, for the words.
        sandbox: The sandbox name; empty if it is to be picked from the list, and then that step waits for the picking.
        tell: Is given the check whenever a step begins or ends.

    Returns:
        The check; it ends with the first step that fails.
    """
    run = _Run(tell)
    run.set(NETWORK, Verdict.RUNNING)
    try:
        signed_in = await client.sign_in()
        run.signed_in(signed_in)
        sandboxes = await client.sandboxes()
    except AepTuiError as error:
        blamed = _blamed(error)
        for key in (NETWORK, TOKEN, ORGANISATION)[: list(TITLES).index(blamed)]:
            run.set(key, Verdict.OK, "answered" if key == NETWORK else "accepted")
        return run.fail(blamed, error)
    run.found(sandboxes)
    run.set(NETWORK, Verdict.OK, "answered")
    run.set(
        TOKEN,
        Verdict.OK,
        "there; it is renewed by itself before it ends"
        if signed_in.renewable
        else "pasted; used in place of a secret, and not renewed by itself",
    )
    run.set(ORGANISATION, Verdict.OK, plain(org, 60))
    run.set(SANDBOXES, Verdict.OK, _listed(sandboxes))
    if not sandbox:
        run.set(SANDBOX, Verdict.WAITING, "pick one from the list")
        return run.check
    return await _check_sandbox(client, run, sandbox)


async def _check_sandbox(client: CheckedClient, run: _Run, sandbox: str) -> LiveCheck:
    found = next((known for known in run.check.sandboxes if known.name == sandbox), None)
    if found is None:
        missing = AepTuiError(
            f"{plain(sandbox, 60)} is not among the sandboxes of this account.",
            remedy="Pick one from the list: its name counts, not its title. An administrator gives access to others.",
        )
        return run.fail(SANDBOX, missing)
    run.set(SANDBOX, Verdict.OK, ", ".join(plain(fact, 40) for fact in (found.name, found.type, found.region) if fact))
    run.set(SPECS, Verdict.RUNNING)
    try:
        documents = await client.connection_specs()
    except AepTuiError as error:
        return run.fail(SPECS, error)
    run.set(SPECS, Verdict.OK, f"{len(documents):,} connection specs")
    return run.check


def _listed(sandboxes: Sequence[SandboxInfo]) -> str:
    names = [plain(known.name, 40) for known in sandboxes]
    more = f" and {len(names) - 5} more" if len(names) > 5 else ""
    return f"{len(names)}: {', '.join(names[:5])}{more}" if names else "none that this account may see"


def _blamed(error: AepTuiError) -> str:
    """Return the step that a refusal is about."""
    problem = getattr(error, "problem", None)
    if not isinstance(problem, Problem) or problem.status is None:
        return NETWORK
    number = problem.code.removeprefix("FLOW-").partition("-")[0]
    if number in _ORG_CODES:
        return ORGANISATION
    # The sign-in's own codes are words, such as invalid_client.
    is_token = number in _TOKEN_CODES or problem.status == 401 or "_" in problem.code or _SIGN_IN_PATH in problem.call
    return TOKEN if is_token else SANDBOXES


def value_of(check: LiveCheck) -> str:
    """Return the value, by its key in the form, that a check most likely failed at; empty if it is none of them."""
    step = check.failed
    if step is None:
        return ""
    problem = step.problem
    address = "ims_url" if problem is not None and _SIGN_IN_PATH in problem.call else "platform_url"
    # Whoever answers something else, without a code of Adobe's, may be somebody else.
    if step.key == NETWORK or (problem is not None and problem.status == 200 and not problem.code):
        return address
    if step.key != TOKEN:
        return {ORGANISATION: "org_id", SANDBOX: "sandbox"}.get(step.key, "")
    code = problem.code.removeprefix("FLOW-") if problem is not None else ""
    number = code.partition("-")[0]
    if number in _BY_CODE:
        return _BY_CODE[number]
    if code == "invalid_client" and problem is not None and "client_id" in problem.detail:
        return "client_id"
    return "access_token" if check.is_pasted else "client_secret"


def value_of_error(error: AepTuiError) -> str:
    """Return the value, by its key in the form, without which nothing could be tried; empty if it is none of them."""
    key = getattr(error, "key", "")
    return key if isinstance(key, str) else ""
