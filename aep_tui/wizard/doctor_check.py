"""A check as data, and work that is waited for no longer than a limit."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Awaitable, Callable, Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Final, TypeVar

from aep_tui.errors import AepTuiError, ExitCode
from aep_tui.wizard import live_check

Result = TypeVar("Result")

VERSIONS, DIRECTORY, PERMISSIONS, SETTINGS = "versions", "directory", "permissions", "settings"
HISTORY, CACHE, REPORTS, KEYRING = "history", "cache", "reports", "keyring"
PROFILE, KEYS, TIME_LIMIT, PROXY, TLS, CLOCK = "profile", "keys", "time_limit", "proxy", "tls", "clock"
TOKEN, ORGANISATION, SANDBOXES = "token", "organisation", "sandboxes"
CHOSEN_SANDBOX, SPECS = "chosen_sandbox", "specs"
VALUES: Final = {
    "org_id": "Organisation ID",
    "client_id": "Client ID",
    "sandbox": "Sandbox",
    "platform_url": "Platform origin",
    "ims_url": "IMS origin",
    "scopes": "Scopes",
    "client_secret": "Client secret",
    "access_token": "Access token",
}
TITLES: Final = {
    VERSIONS: "Versions",
    DIRECTORY: "Directory",
    PERMISSIONS: "Permissions of files",
    SETTINGS: "Settings",
    HISTORY: "History",
    CACHE: "Cache",
    REPORTS: "Crash reports",
    KEYRING: "Keyring",
    PROFILE: "Profile",
    KEYS: "Keys",
    **VALUES,
    TIME_LIMIT: "Time limit",
    PROXY: "Proxy",
    TLS: "TLS",
    CLOCK: "Clock",
    TOKEN: live_check.TITLES[live_check.TOKEN],
    ORGANISATION: live_check.TITLES[live_check.ORGANISATION],
    SANDBOXES: live_check.TITLES[live_check.SANDBOXES],
    CHOSEN_SANDBOX: live_check.TITLES[live_check.SANDBOX],
    SPECS: live_check.TITLES[live_check.SPECS],
}
"""Every check by its key, in the order in which they are shown."""


class Verdict(StrEnum):
    """How a check ended. A warning is something to know of, that stops nothing."""

    OK = "ok"
    WARNING = "warning"
    FAILED = "failed"
    SKIPPED = "skipped"


@dataclass(frozen=True, slots=True)
class Check:
    """One thing that was looked at.

    Attributes:
        key: What it is, one of :data:`TITLES`.
        title: The same in words.
        verdict: How it ended.
        words: What was found; never a secret.
        remedy: What to do; empty if nothing is to be done.
        exit_code: How a run ends if this failed.
    """

    key: str
    title: str
    verdict: Verdict
    words: str
    remedy: str = ""
    exit_code: ExitCode = ExitCode.UNEXPECTED


def passed(key: str, words: str) -> Check:
    """Return a check that found nothing wrong."""
    return Check(key, TITLES[key], Verdict.OK, words)


def warned(key: str, words: str, remedy: str) -> Check:
    """Return a check that found something to know of."""
    return Check(key, TITLES[key], Verdict.WARNING, words, remedy)


def failed(key: str, words: str, remedy: str, exit_code: ExitCode = ExitCode.UNEXPECTED) -> Check:
    """Return a check that found what has to be put right."""
    return Check(key, TITLES[key], Verdict.FAILED, words, remedy, exit_code)


def skipped(key: str, words: str) -> Check:
    """Return a check that could not be made, or has nothing to look at."""
    return Check(key, TITLES[key], Verdict.SKIPPED, words)


def failed_with(key: str, error: AepTuiError) -> Check:
    """Return a check that ended in an error."""
    words = " ".join(part for part in (error.title, error.detail) if part)
    return failed(key, words, error.remedy, _told(error.exit_code))


def _told(code: ExitCode) -> ExitCode:
    return code if code in (ExitCode.NOT_PERMITTED, ExitCode.REFUSED) else ExitCode.UNEXPECTED


def exit_code_of(checks: Iterable[Check]) -> ExitCode:
    """Return how a run ends: 0 if nothing failed; else what is wrong with the account counts for more than all the rest."""
    codes = {check.exit_code for check in checks if check.verdict is Verdict.FAILED}
    if not codes:
        return ExitCode.DONE
    return next((code for code in (ExitCode.NOT_PERMITTED, ExitCode.REFUSED) if code in codes), ExitCode.UNEXPECTED)


async def bounded(work: Callable[[], Result], seconds: float) -> Result:
    """Run something that blocks, on a daemon thread, so that neither this nor the program's end waits longer than a limit.

    Raises:
        TimeoutError: It did not end in time; it goes on by itself, and nobody learns what it comes to.
    """
    loop = asyncio.get_running_loop()
    ended: asyncio.Future[Result] = loop.create_future()

    def settle(result: Result | None, error: BaseException | None) -> None:
        if ended.done():
            return
        if error is not None:
            ended.set_exception(error)
        else:
            ended.set_result(result)  # type: ignore[arg-type]

    def run() -> None:
        result, error = None, None
        try:
            result = work()
        except Exception as raised:  # noqa: BLE001 - it is raised again where it is waited for
            error = raised
        try:
            loop.call_soon_threadsafe(settle, result, error)
        except RuntimeError:
            # Nobody waits any more: the loop was closed.
            return

    threading.Thread(target=run, name="aep-tui doctor", daemon=True).start()
    async with asyncio.timeout(seconds):
        return await ended


async def checked(keys: Sequence[str], work: Awaitable[Sequence[Check]], seconds: float) -> list[Check]:
    """Return what some checks come to; whatever goes wrong with them is the first one's failure.

    Args:
        keys: What is being checked.
        work: Makes the checks.
        seconds: How long it may take.
    """
    try:
        async with asyncio.timeout(seconds):
            return list(await work)
    except TimeoutError:
        first = failed(
            keys[0],
            f"It did not end within {seconds:g} seconds.",
            "Try again. A disk of another machine may be gone, or a network take too long.",
        )
    except AepTuiError as error:
        first = failed_with(keys[0], error)
    except Exception as error:  # noqa: BLE001 - the other checks go on, and its text may hold anything
        words = f"It could not be checked, by a fault of aep-tui's own: {type(error).__name__}."
        first = failed(keys[0], words, "Please report it, with the versions above.")
    return [first, *(skipped(key, f"Not tried, since {first.title} could not be checked.") for key in keys[1:])]
