"""Profiles in a directory of the test's own, a keyring in memory, and the emulator, or a made-up service, behind them."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx
import keyring
from keyring import errors
from keyring.backend import KeyringBackend
from keyring.backends import fail
from still_app import NOW, StillClock

from aep_tui.emulator.app import create_app
from aep_tui.emulator.behaviour import Behaviour
from aep_tui.flow_service.account import Account
from aep_tui.flow_service.client import FlowServiceClient
from aep_tui.flow_service.retries import NO_RETRIES, Retries
from aep_tui.flow_service.sign_in import HeldTokens
from aep_tui.opening import Opener
from aep_tui.secret import Secret
from aep_tui.storage.paths import Directories
from aep_tui.storage.profiles import Profile
from aep_tui.storage.secret_store import SecretKind, SecretStore
from aep_tui.storage.settings import SettingsFile
from aep_tui.wizard.accounts import Accounts

SECRET = "p8e-quiet-otter"
ORG, CLIENT = "0123456789ABCDEF@AdobeOrg", "client-1"
ACME = Profile("acme", ORG, CLIENT, sandbox="dev")
ENVIRONMENT = {
    "AEP_IMS_ORG": "ENV@AdobeOrg",
    "AEP_API_KEY": "env-client",
    "AEP_SANDBOX_NAME": "stage",
    "AEP_ACCESS_TOKEN": "env-token",
}


class Memory(KeyringBackend):
    """A keyring in memory."""

    priority = 5  # type: ignore[assignment]

    def __init__(self) -> None:
        super().__init__()
        self.kept: dict[tuple[str, str], str] = {}
        self.error: BaseException | None = None

    def _meet(self) -> None:
        if self.error is not None:
            raise self.error

    def get_password(self, service: str, username: str) -> str | None:
        self._meet()
        return self.kept.get((service, username))

    def set_password(self, service: str, username: str, password: str) -> None:
        self._meet()
        self.kept[service, username] = password

    def delete_password(self, service: str, username: str) -> None:
        self._meet()
        if self.kept.pop((service, username), None) is None:
            raise errors.PasswordDeleteError("not there")


@contextmanager
def keyring_in_memory() -> Iterator[Memory]:
    """Make a keyring in memory the system's."""
    memory = Memory()
    keyring.set_keyring(memory)
    try:
        yield memory
    finally:
        keyring.set_keyring(fail.Keyring())


class InProcessOpener(Opener):
    """Builds what the program builds, but for the network."""

    def __init__(self, root: Path, clock: StillClock, transport: httpx.AsyncBaseTransport, retries: Retries) -> None:
        super().__init__(lambda: Directories(root), clock.clock(), lambda: 60.0)
        self.transport, self.retries = transport, retries
        self.opened: list[Any] = []
        """The values of every session, in order."""
        self._held = HeldTokens(lambda: clock.seconds, lambda: clock.passed)

    def session(self, values: Any, find: Any) -> Any:
        self.opened.append(values)
        session = super().session(values, find)
        session.sleep = _at_once
        return session

    def _network_client(self, account: Account, on_wait: Any) -> FlowServiceClient:
        return FlowServiceClient(account, transport=self.transport, tokens=self._held, retries=self.retries, on_wait=on_wait)


async def _at_once(_seconds: float) -> None:
    return


class Service:
    """The emulator, with answers of the test's own for some calls, and a list of the calls."""

    def __init__(self, behaviour: Behaviour | None = None) -> None:
        self.emulator = httpx.ASGITransport(create_app(behaviour=behaviour or Behaviour(), now=lambda: NOW))
        self.answers: dict[str, Any] = {}
        """Answers or errors by a part of ``METHOD host/path``; a list is taken from its front."""
        self.calls: list[str] = []
        self.requests: list[httpx.Request] = []

    async def __call__(self, request: httpx.Request) -> httpx.Response:
        call = f"{request.method} {request.url.host}{request.url.path}"
        self.calls.append(call)
        self.requests.append(request)
        for part, answer in self.answers.items():
            if part in call:
                one = (answer.pop(0) if answer else None) if isinstance(answer, list) else answer
                if callable(one):
                    one = await one(request)
                if isinstance(one, Exception):
                    raise one
                if one is not None:
                    return httpx.Response(one.status_code, headers=one.headers, content=one.content)
        return await self.emulator.handle_async_request(request)

    def count(self, part: str) -> int:
        return sum(part in call for call in self.calls)


class Kit:
    """Everything that belongs to the profiles of one made-up machine."""

    def __init__(self, root: Path, clock: StillClock, memory: Memory, service: Service | None = None) -> None:
        self.root, self.clock, self.memory = root, clock, memory
        self.service = service or Service()
        self.environment: dict[str, str] = {}
        self.flags: dict[str, str] = {}
        self.retries = NO_RETRIES
        self.has_expired: Callable[[str], bool] = lambda token: "expired" in token
        self.file = SettingsFile(Directories(root).settings)
        self.store = SecretStore(limit_seconds=3.0)
        self.opener: InProcessOpener | None = None

    def saved(self, *profiles: Profile, used: str = "acme", secret: str = SECRET) -> Kit:
        """Write profiles, with a client secret each, unless it is empty."""
        for profile in profiles or (ACME,):
            self.file.save(profile)
            if secret:
                self.store.set(profile.name, SecretKind.CLIENT_SECRET, Secret(secret))
        if used:
            self.file.use(used)
        return self

    def given(self, environment: Mapping[str, str], **flags: str) -> Kit:
        """Let the environment and the command line say something."""
        self.environment.update(environment)
        self.flags.update({f"--{name}": text for name, text in flags.items()})
        return self

    def accounts(self) -> Accounts:
        """Return the profiles as the program has them."""
        self.opener = InProcessOpener(self.root, self.clock, httpx.MockTransport(self.service), self.retries)
        return Accounts(self.flags, self.environment, self.file, self.store, self.opener, self.has_expired)
