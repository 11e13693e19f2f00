"""What the service says of an account: the live check's steps, as the doctor's."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from typing import TYPE_CHECKING, Final, Protocol

from aep_tui.errors import ExitCode
from aep_tui.text import plain
from aep_tui.wizard.doctor_check import (
    CHOSEN_SANDBOX,
    ORGANISATION,
    SANDBOXES,
    SPECS,
    TITLES,
    TOKEN,
    Check,
    failed,
    passed,
    skipped,
)
from aep_tui.wizard.doctor_check import Verdict as Outcome
from aep_tui.wizard.effective import is_production
from aep_tui.wizard.live_check import (
    NETWORK,
    SANDBOX,
    CheckedClient,
    CheckStep,
    LiveCheck,
    Verdict,
    live_check,
)

if TYPE_CHECKING:
    from aep_tui.flow_service.sandboxes import SandboxInfo

STEPS: Final = (TOKEN, ORGANISATION, SANDBOXES, CHOSEN_SANDBOX, SPECS)
MOST_SANDBOXES: Final = 8
_STEP_OF: Final = {CHOSEN_SANDBOX: SANDBOX}
_CHECK_OF: Final = {SANDBOX: CHOSEN_SANDBOX}
_SIGN_IN_PATH: Final = "/ims/token"


class AskedClient(CheckedClient, Protocol):
    """What the doctor needs of the API client."""

    @property
    def token_expires_at(self) -> float | None:
        """When the access token ends, in Unix seconds."""

    @property
    def clock_ahead_seconds(self) -> float | None:
        """How far this machine's clock is ahead of the service's."""

    async def aclose(self) -> None:
        """Close every connection."""


async def ask(
    client: CheckedClient, org: str, sandbox: str, named_production: Sequence[str], limit_seconds: float
) -> list[Check]:
    """Try the account out, and return a check for each of :data:`STEPS`.

    Args:
        client: Calls the service.
        org: The org id, for the words.
        sandbox: The sandbox name; empty if there is none yet.
        named_production: Sandboxes that the profile counts as production.
        limit_seconds: How long all of it may take.
    """
    so_far = LiveCheck(())

    def tell(live: LiveCheck) -> None:
        nonlocal so_far
        so_far = live

    try:
        async with asyncio.timeout(limit_seconds):
            so_far = await live_check(client, org, sandbox, tell)
    except TimeoutError:
        return _unfinished(so_far, checks_of(so_far, sandbox, named_production), limit_seconds)
    return checks_of(so_far, sandbox, named_production)


def _unfinished(live: LiveCheck, checks: Sequence[Check], limit_seconds: float) -> list[Check]:
    running = [step.key for step in live.steps if step.verdict is Verdict.RUNNING]
    # The list of sandboxes is asked for while the token is on trial, since it is what tries it.
    slow = {NETWORK: TOKEN, TOKEN: SANDBOXES}.get(running[-1], SPECS) if running else TOKEN
    words = f"The service did not come to an end within {limit_seconds:g} seconds."
    remedy = "Try again; status.adobe.com tells whether Experience Platform has an outage."
    after = f"Not tried, since {_lower(TITLES[slow])} did not end."
    made = [failed(slow, words, remedy) if check.key == slow else check for check in checks]
    return [skipped(check.key, after) if check.verdict is Outcome.SKIPPED else check for check in made]


def checks_of(live: LiveCheck, sandbox: str, named_production: Sequence[str]) -> list[Check]:
    """Return the steps as the doctor's checks.

    A network that fails is the failure of the step that needed it: of signing in, or of asking for the sandboxes.
    """
    steps = {step.key: step for step in live.steps}
    network = steps.get(NETWORK)
    blamed = ""
    if network is not None and network.verdict is Verdict.FAILED:
        blamed = TOKEN if network.problem is None or _SIGN_IN_PATH in network.problem.call else SANDBOXES
    cause = live.failed
    made = []
    for key in STEPS:
        step = steps.get(_STEP_OF.get(key, key))
        if key == blamed and network is not None:
            made.append(_failure(key, network))
        elif step is None or step.verdict in (Verdict.SKIPPED, Verdict.WAITING, Verdict.RUNNING):
            made.append(skipped(key, _why_skipped(cause, blamed)))
        elif step.verdict is Verdict.FAILED:
            made.append(_failure(key, step))
        else:
            made.append(passed(key, _words(key, step, live.sandboxes, sandbox, named_production)))
    return made


def _why_skipped(cause: CheckStep | None, blamed: str) -> str:
    if cause is None:
        return "Not tried: no sandbox is chosen."
    return f"Not tried, since {_lower(TITLES[blamed] if blamed else TITLES[_CHECK_OF.get(cause.key, cause.key)])} failed."


def _lower(title: str) -> str:
    return title[:1].lower() + title[1:]


def _failure(key: str, step: CheckStep) -> Check:
    problem = step.problem
    reference = f" ({problem.reference()})" if problem is not None and problem.reference() else ""
    return failed(key, step.words + reference, step.remedy, _exit_code(key, step))


def _exit_code(key: str, step: CheckStep) -> ExitCode:
    status = step.problem.status if step.problem is not None else None
    if step.problem is not None and (status is None or (key == SANDBOXES and status == 200)):
        # A success that holds something else is no refusal.
        return ExitCode.UNEXPECTED
    is_about_the_account = key in (TOKEN, ORGANISATION, CHOSEN_SANDBOX) and (status is None or status < 500)
    return ExitCode.NOT_PERMITTED if is_about_the_account or status in (401, 403) else ExitCode.REFUSED


def _words(key: str, step: CheckStep, sandboxes: Sequence[SandboxInfo], chosen: str, named_production: Sequence[str]) -> str:
    if key == SANDBOXES and sandboxes:
        shown = [_sandbox_words(sandbox, named_production) for sandbox in sandboxes[:MOST_SANDBOXES]]
        more = f" and {len(sandboxes) - MOST_SANDBOXES} more" if len(sandboxes) > MOST_SANDBOXES else ""
        return f"{len(sandboxes)}: {', '.join(shown)}{more}"
    if key != CHOSEN_SANDBOX:
        return step.words
    kind = next((sandbox.type for sandbox in sandboxes if sandbox.name == chosen), "")
    if not is_production(chosen, kind, named_production):
        return f"{step.words}; not production"
    return f"{step.words}; PRODUCTION: its name has to be typed before anything is made there"


def _sandbox_words(sandbox: SandboxInfo, named_production: Sequence[str]) -> str:
    name = plain(sandbox.name, 40)
    return f"{name} (production)" if is_production(sandbox.name, sandbox.type, named_production) else name
