"""Secrets in the system's keyring, named by profile; a keyring that hangs holds up neither the program nor its exit.

The keyring is imported and called on a daemon thread alone. Each call is waited for so long and no longer; what a keyring
that asks to be unlocked does later is its own affair. No sentence repeats what a keyring says: that may hold a secret.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from enum import StrEnum
from typing import Final, Generic, NamedTuple, TypeVar

from aep_tui.errors import AepTuiError
from aep_tui.secret import Secret
from aep_tui.storage.keyring_access import KeyringAccess, KeyringTrouble, Trouble

LIMIT_SECONDS: Final = 3.0
"""How long an answer of the keyring is waited for."""

_INDEX: Final = "index"

Result = TypeVar("Result")


class SecretKind(StrEnum):
    """What a secret is for."""

    CLIENT_SECRET = "client-secret"  # noqa: S105 - the name of an entry
    ACCESS_TOKEN = "access-token"  # noqa: S105 - the name of an entry
    CONNECTION_PARAMS = "connection-params"


class SecretStoreUnusable(AepTuiError):
    """The keyring is missing, locked, does not answer or fails.

    Attributes:
        trouble: Which of these.
    """

    def __init__(self, trouble: Trouble, reason: str, remedy: str) -> None:
        """Keep the sentences."""
        super().__init__("The system's keyring cannot be used.", reason, remedy)
        self.trouble = trouble

    @property
    def is_missing(self) -> bool:
        """Whether there is no keyring at all, so that no secret can be in it either."""
        return self.trouble is Trouble.MISSING


class StoreStatus(NamedTuple):
    """Whether secrets can be kept.

    Attributes:
        usable: Whether they can.
        name: What the keyring is called; empty if there is none.
        reason: Why they cannot, as a sentence; empty if they can.
    """

    usable: bool
    name: str
    reason: str


class SecretStore:
    """The secrets of all profiles. Every method blocks until the keyring ends or stops answering, and is safe in any thread."""

    def __init__(self, limit_seconds: float = LIMIT_SECONDS) -> None:
        """Remember the limit; nothing is loaded or asked.

        Args:
            limit_seconds: How long to wait for each answer of the keyring.
        """
        self._limit_seconds = limit_seconds
        self._access = KeyringAccess()
        self._turn = threading.Lock()
        self._hung: threading.Event | None = None

    def get(self, profile: str, kind: SecretKind, detail: str = "") -> Secret[str] | None:
        """Return a secret; ``None`` if none is kept.

        Args:
            profile: Name of the profile.
            kind: What it is for.
            detail: Which one, where there may be several, such as a connection's id.

        Raises:
            SecretStoreUnusable: The keyring is missing, locked, does not answer or fails.
        """
        text = self._call(lambda: self._access.get(profile, _entry(kind, detail)))
        return Secret(text) if text else None

    def set(self, profile: str, kind: SecretKind, secret: Secret[str], detail: str = "") -> None:
        """Keep a secret in the place of the one before; an empty one is taken out.

        Raises:
            SecretStoreUnusable: The keyring is missing, locked, does not answer or fails. If it does not answer, the secret
                may be kept all the same once it does.
        """
        entry = _entry(kind, detail)
        if not secret:
            self._call(lambda: self._access.delete(profile, entry))
            return

        def keep() -> None:
            # First, so that whatever is kept can be found and taken out again, even by another process.
            self._note(profile, entry)
            self._access.set(profile, entry, secret)
            self._note(profile, entry)

        self._call(keep)

    def remove_all(self, profile: str, kind: SecretKind | None = None) -> int:
        """Take all secrets of a profile out, or all of one kind, and return how many there were.

        Raises:
            SecretStoreUnusable: The keyring is missing, locked, does not answer or fails.
        """

        def remove() -> int:
            noted = [entry for entry in self._noted(profile) if kind is None or entry.partition(":")[0] == kind]
            count = sum(self._access.delete(profile, entry) for entry in noted)
            if kind is None:
                self._access.delete(profile, _INDEX)
            return count

        return self._call(remove)

    def rename(self, profile: str, new: str) -> int:
        """Give all secrets of a profile another profile's name, and return how many there were.

        Raises:
            SecretStoreUnusable: The keyring is missing, locked, does not answer or fails; nothing is taken out before
                everything is kept under the new name.
        """

        def rename() -> int:
            entries = self._noted(profile)
            found = {entry: text for entry in entries if (text := self._access.get(profile, entry))}
            for entry, text in found.items():
                self._note(new, entry)
                self._access.set(new, entry, Secret(text))
            for entry in entries:
                self._access.delete(profile, entry)
            self._access.delete(profile, _INDEX)
            return len(found)

        return self._call(rename) if profile != new else 0

    def count(self, profile: str) -> int:
        """Return how many secrets are kept for a profile.

        Raises:
            SecretStoreUnusable: The keyring is missing, locked, does not answer or fails.
        """
        return self._call(lambda: sum(bool(self._access.get(profile, entry)) for entry in self._noted(profile)))

    def status(self) -> StoreStatus:
        """Return whether secrets can be kept; the keyring is asked for an entry that does not exist, and nothing is written."""
        try:
            self._call(lambda: self._access.get("aep-tui", "status"))
        except SecretStoreUnusable as error:
            return StoreStatus(usable=False, name=self._access.name, reason=error.detail)
        return StoreStatus(usable=True, name=self._access.name, reason="")

    # The index: what is kept for a profile, in the keyring itself, since no keyring can list its entries

    def _noted(self, profile: str) -> list[str]:
        import json

        try:
            entries = json.loads(self._access.get(profile, _INDEX) or "[]")
        except ValueError:
            entries = []
        known = [_entry(kind, "") for kind in SecretKind]
        noted = [entry for entry in entries if isinstance(entry, str)] if isinstance(entries, list) else []
        return list(dict.fromkeys([*known, *noted]))

    def _note(self, profile: str, entry: str) -> None:
        import json

        noted = self._noted(profile)
        if entry not in noted:
            self._access.set(profile, _INDEX, Secret(json.dumps([*noted, entry])))

    # Waiting

    def _call(self, work: Callable[[], Result]) -> Result:
        """Run something on a daemon thread and wait for it while the keyring answers, each time within the limit."""
        self._take_turn()
        try:
            job = _Job(work)
            threading.Thread(target=job.run, name="aep-tui keyring", daemon=True).start()
            answers = self._access.answers
            while not job.ended.wait(self._limit_seconds):
                if self._access.answers == answers:
                    self._hung = job.ended
                    raise self._unusable(Trouble.HANGS)
                answers = self._access.answers
        finally:
            self._turn.release()
        if job.trouble is not None:
            raise self._unusable(job.trouble)
        return job.results[0]

    def _take_turn(self) -> None:
        """Wait for one's turn while the keyring answers whoever has it."""
        answers = -1
        while True:
            hung = self._hung
            if (hung is not None and not hung.is_set()) or answers == self._access.answers:
                raise self._unusable(Trouble.HANGS)
            answers = self._access.answers
            if self._turn.acquire(timeout=self._limit_seconds):
                return

    def _unusable(self, trouble: Trouble) -> SecretStoreUnusable:
        name = self._access.name or "The keyring"
        seconds = f"{self._limit_seconds:g} seconds"
        elsewhere = "Or give the secret for one run: type it when you are asked, or set AEP_CLIENT_SECRET or AEP_ACCESS_TOKEN."
        reason, remedy = {
            Trouble.MISSING: ("This system has no keyring.", "Type the secret in each run, or set AEP_CLIENT_SECRET."),
            Trouble.PLAIN_FILE: (
                f"{name} would write secrets into a file or ask for a password in this terminal.",
                "Type the secret in each run, or set AEP_CLIENT_SECRET; or set up the system's own keyring.",
            ),
            Trouble.LOCKED: (f"{name} is locked.", f"Unlock it and try again. {elsewhere}"),
            Trouble.HANGS: (
                f"{name} did not answer within {seconds}.",
                f"Perhaps it asks in another window to be unlocked: do that and try again. {elsewhere}",
            ),
            Trouble.FAILED: (f"{name} failed.", elsewhere),
        }[trouble]
        return SecretStoreUnusable(trouble, reason, remedy)


class _Job(Generic[Result]):
    """Something to do on another thread, with how it ended."""

    def __init__(self, work: Callable[[], Result]) -> None:
        self._work = work
        self.results: list[Result] = []
        self.trouble: Trouble | None = None
        self.ended = threading.Event()

    def run(self) -> None:
        try:
            self.results.append(self._work())
        except KeyringTrouble as error:
            self.trouble = error.trouble
        except BaseException:  # noqa: BLE001 - a keyring's fault of any kind, whose text may hold a secret
            self.trouble = Trouble.FAILED
        finally:
            self.ended.set()


def _entry(kind: SecretKind, detail: str) -> str:
    return f"{kind}:{detail}" if detail else str(kind)
