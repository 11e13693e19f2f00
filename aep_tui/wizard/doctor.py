"""The doctor: looks at everything that a run needs, goes on after whatever fails, and says for each what to do.

Nothing is changed and nothing is sent but questions. No check waits longer than its limit, and none of them says a secret.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Final, Protocol

from aep_tui.errors import AepTuiError, ExitCode, UsageError
from aep_tui.flow_service.account import check_origin
from aep_tui.flow_service.redaction import Redactor
from aep_tui.secret import Secret
from aep_tui.text import plain
from aep_tui.wizard.account_values import NO_SANDBOX, AccountValues, values_of
from aep_tui.wizard.credential import Credential, credential_of
from aep_tui.wizard.doctor_account import find_values, keys, values, why_untried
from aep_tui.wizard.doctor_check import (
    CACHE,
    CHOSEN_SANDBOX,
    DIRECTORY,
    HISTORY,
    KEYRING,
    KEYS,
    PERMISSIONS,
    PROFILE,
    REPORTS,
    SANDBOXES,
    SETTINGS,
    TIME_LIMIT,
    TITLES,
    TLS,
    TOKEN,
    VALUES,
    VERSIONS,
    Check,
    Verdict,
    bounded,
    checked,
    exit_code_of,
    failed_with,
    passed,
    skipped,
)
from aep_tui.wizard.doctor_machine import ASK_SERVICE, files, keyring, versions
from aep_tui.wizard.doctor_network import Reached, clock, in_words, proxy, reach
from aep_tui.wizard.doctor_service import STEPS, AskedClient, ask
from aep_tui.wizard.effective import Effective, with_keyring

if TYPE_CHECKING:
    from aep_tui.storage.history import History
    from aep_tui.storage.paths import Directories
    from aep_tui.wizard.accounts import Accounts

__all__ = ["Check", "Doctor", "Limits", "Patient", "Verdict", "exit_code_of"]

SHORTEST_HIDDEN: Final = 8
"""In characters."""

FILES: Final = (DIRECTORY, PERMISSIONS, SETTINGS, HISTORY, CACHE, REPORTS)

Tell = Callable[[str], None]


class ClientMaker(Protocol):
    """What builds a client of the service."""

    def client(self, values: AccountValues, credential: Credential) -> AskedClient:
        """Return a client.

        Raises:
            UsageError: A value cannot be used.
        """


@dataclass(frozen=True, slots=True)
class Patient:
    """What is looked at.

    Attributes:
        accounts: Profiles and their secrets.
        flags: ``--profile`` and ``--sandbox``.
        environment: Of the process.
        directories: Where the files are.
        history: The history.
        clients: Builds clients of the service.
        expiry: Tells of an access token when it ends, in Unix seconds.
        now: Unix seconds.
        time_limit: Returns how long an answer is waited for, or says why what is set cannot be used.
        home: The home directory, which is shown as ``~``; empty if there is none.
        key_remarks: Tells of keys by binding id which cannot be followed, and why, in sentences.
        with_keys: Returns a text with keys in the place of binding ids, by the keys that the settings give.
    """

    accounts: Accounts
    flags: Mapping[str, str]
    environment: Mapping[str, str] = field(repr=False)
    directories: Directories
    history: History
    clients: ClientMaker
    expiry: Callable[[str], float | None]
    now: Callable[[], float]
    time_limit: Callable[[], float]
    home: str = ""
    key_remarks: Callable[[Mapping[str, str]], Sequence[str]] = lambda _keys: ()
    with_keys: Callable[[str, Mapping[str, str]], str] = lambda text, _keys: text


@dataclass(frozen=True, slots=True)
class Limits:
    """How long each kind of check may take, in seconds."""

    files: float = 10.0
    keyring: float = 10.0
    network: float = 30.0
    service: float = 60.0


class Doctor:
    """One examination."""

    def __init__(self, patient: Patient, limits: Limits | None = None) -> None:
        """Keep what is looked at; nothing is looked at yet."""
        self._patient = patient
        self._limits = limits or Limits()
        self._known: Effective | None = None
        self._credential = Credential()
        self._ahead_seconds: float | None = None

    async def examine(self, tell: Tell) -> list[Check]:
        """Make all checks, and return them in the order of :data:`~aep_tui.wizard.doctor_check.TITLES`.

        Args:
            tell: Is given the title of what is being looked at.
        """
        limits = self._limits
        tell("Files")
        found = await _blocking((VERSIONS,), lambda: [versions()], limits.files)
        found += await _blocking(FILES, self._files, limits.files)
        tell(TITLES[PROFILE])
        found += await _blocking((PROFILE, KEYS), self._profile, limits.files)
        tell(TITLES[KEYRING])
        found += await _blocking((KEYRING,), self._keyring, limits.keyring)
        found += [self._time_limit(), self._proxy()]
        found += await self._beyond_this_machine([*self._values(), *found], tell)
        # Only now is it known how wrong this machine's clock is, by which a token's time is told.
        found += self._values()
        order = list(TITLES)
        return [self._shown(check) for check in sorted(found, key=lambda check: order.index(check.key))]

    def _files(self) -> Sequence[Check]:
        return files(self._patient.directories, self._patient.accounts.settings_file, self._patient.history)

    def _profile(self) -> list[Check]:
        patient = self._patient
        self._known, check = find_values(patient.accounts, patient.flags, patient.environment)
        return [check, keys(self._known, patient.key_remarks)]

    def _keyring(self) -> list[Check]:
        store = self._patient.accounts.store
        check = keyring(store)
        if self._known is not None:
            self._known = with_keyring(self._known, store, self._has_expired)
            self._credential = credential_of(self._known, self._has_expired)
        return [check]

    def _has_expired(self, token: str) -> bool:
        ends = self._patient.expiry(token)
        return ends is not None and ends <= self._patient.now()

    def _values(self) -> list[Check]:
        return values(self._known, self._credential, self._left_of)

    def _left_of(self, token: str) -> float | None:
        ends = self._patient.expiry(token)
        return None if ends is None else self._left_seconds(ends)

    def _left_seconds(self, ends: float) -> float:
        """Return how long it is until a pasted token ends, by the service's clock where that is known."""
        return ends - self._patient.now() + (self._ahead_seconds or 0.0)

    def _time_limit(self) -> Check:
        try:
            seconds = self._patient.time_limit()
        except AepTuiError as error:
            return failed_with(TIME_LIMIT, error)
        source = "AEP_TIMEOUT_SECONDS" if self._patient.environment.get("AEP_TIMEOUT_SECONDS", "").strip() else "default"
        return passed(TIME_LIMIT, f"an answer is waited for {seconds:g} seconds ({source})")

    @property
    def _origin(self) -> str:
        return self._known.text("platform_url") if self._known is not None else ""

    def _proxy(self) -> Check:
        try:
            return proxy(self._patient.environment, check_origin(self._origin))
        except UsageError:
            return proxy(self._patient.environment, "")

    # Beyond this machine

    async def _beyond_this_machine(self, so_far: Sequence[Check], tell: Tell) -> list[Check]:
        tell(TITLES[TLS])
        wrong = [check for check in so_far if check.key in (*VALUES, TIME_LIMIT)]
        untried = why_untried(self._known, wrong)
        reaching = asyncio.ensure_future(self._reach())
        asking = asyncio.ensure_future(self._ask(untried, tell))
        try:
            (tls,), asked = await asyncio.gather(reaching, asking)
        finally:
            reaching.cancel()
            asking.cancel()
        if tls.verdict is Verdict.FAILED:
            asked = [_without_twin(check) for check in asked]
        return [tls, clock(self._ahead_seconds), *asked]

    async def _reach(self) -> list[Check]:
        async def look() -> Sequence[Check]:
            found: Reached = await reach(self._patient.environment, self._origin)
            if found.clock_ahead_seconds is not None:
                self._ahead_seconds = found.clock_ahead_seconds
            return [found.tls]

        if self._known is None:
            return [skipped(TLS, "Not tried, since the platform's address is not known.")]
        return await checked((TLS,), look(), self._limits.network)

    async def _ask(self, untried: str, tell: Tell) -> list[Check]:
        if untried or self._known is None:
            return [skipped(key, untried) for key in STEPS]
        # The whole time is the limit of what is asked; this one is for what holds on to it.
        return await checked(STEPS, self._asked(self._known, tell), self._limits.service + 10)

    async def _asked(self, known: Effective, tell: Tell) -> Sequence[Check]:
        account = values_of(known)
        client = self._patient.clients.client(account._replace(sandbox=account.sandbox or NO_SANDBOX), self._credential)
        tell("The service")
        try:
            found = await ask(client, account.org_id, account.sandbox, account.production_sandboxes, self._limits.service)
            if self._ahead_seconds is None:
                self._ahead_seconds = client.clock_ahead_seconds
            return [_with_source(self._with_expiry(check, client.token_expires_at), known) for check in found]
        finally:
            await client.aclose()

    def _with_expiry(self, check: Check, ends: float | None) -> Check:
        if check.key != TOKEN or check.verdict is not Verdict.OK or ends is None:
            return check
        # What the sign-in says of a fetched token is counted from the moment it came, by this machine's clock.
        left = self._left_seconds(ends) if self._credential.access_token else ends - self._patient.now()
        return replace(check, words=f"{check.words}; the token holds for {in_words(left)}") if left > 0 else check

    # What is said

    def _shown(self, check: Check) -> Check:
        """Return a check as it may be shown: no secret that is known, and no home directory."""
        known, used = self._known, self._credential
        secrets = [used.client_secret, used.access_token, *(known.secrets.values() if known is not None else ())]
        secrets.append(Secret(known.text("client_id") if known is not None else ""))
        # What the service says is masked already, and a short one would be found in ordinary words.
        hidden = [secret for secret in secrets if len(secret.reveal()) >= SHORTEST_HIDDEN]
        hide = Redactor(hidden).hide
        told = check.remedy
        if told == ASK_SERVICE:
            told = self._patient.with_keys(told, known.keys if known is not None else {})
        words, remedy = (self._without_home(hide(plain(text, 2_000))) for text in (check.words, told))
        return replace(check, words=words, remedy=remedy)

    def _without_home(self, text: str) -> str:
        home = self._patient.home.rstrip("/\\")
        return text.replace(home, "~") if len(home) > 1 else text


async def _blocking(keys: Sequence[str], work: Callable[[], Sequence[Check]], seconds: float) -> list[Check]:
    return await checked(keys, bounded(work, seconds), seconds)


def _with_source(check: Check, known: Effective) -> Check:
    """Return a check that says of a sandbox that is not the account's who named it."""
    if check.key != CHOSEN_SANDBOX or check.verdict is not Verdict.FAILED:
        return check
    return replace(check, words=f"{check.words} It comes from {plain(known.values['sandbox'].source, 100)}.")


def _without_twin(check: Check) -> Check:
    """Return a check that does not say once more that the platform cannot be reached."""
    if check.key == SANDBOXES and check.verdict is Verdict.FAILED and check.exit_code is ExitCode.UNEXPECTED:
        return skipped(check.key, "Not tried, since the platform cannot be reached.")
    return check
