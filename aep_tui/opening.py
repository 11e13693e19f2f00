"""Sessions and clients put together of their parts, for the composition root."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING

from aep_tui.errors import AepTuiError
from aep_tui.secret import Secret
from aep_tui.text import plain

if TYPE_CHECKING:
    from pathlib import Path

    from aep_tui.flow_service.account import Account
    from aep_tui.flow_service.client import FlowServiceClient
    from aep_tui.flow_service.retries import OnWait
    from aep_tui.flow_service.sign_in import HeldTokens
    from aep_tui.storage.call_log import CallLog
    from aep_tui.storage.history import History
    from aep_tui.storage.paths import Directories
    from aep_tui.storage.spec_cache import SpecCache
    from aep_tui.wizard.account_values import AccountValues, FindCredential
    from aep_tui.wizard.credential import Credential
    from aep_tui.wizard.place import Place
    from aep_tui.wizard.session import Clock, Session

DEMO_ORG = "DEMO@AdobeOrg"
DEMO_SANDBOX = "dev"
DEMO_ORIGIN = "http://localhost"
DEMO_INLET_ORIGIN = "https://dcs.aep.invalid"
"""A host that cannot exist (RFC 2606), so that nobody's events leave for it."""
DEMO_API_KEY = "demo-api-key"
DEMO_TOKEN = "demo-access-token"  # noqa: S105 - the emulator takes any token


class Opener:
    """Builds sessions; what they share, such as fetched access tokens, lives here."""

    def __init__(
        self, directories: Callable[[], Directories], clock: Clock, timeout_seconds: Callable[[], float], log: str = ""
    ) -> None:
        """Keep what is needed; nothing is read or made yet.

        Args:
            directories: Where the files of this program live.
            clock: The clocks of this machine.
            timeout_seconds: How long an answer is waited for.
            log: Path of a file that gets a line for each call; empty for none.
        """
        self._directories = directories
        self._clock = clock
        self._timeout_seconds = timeout_seconds
        self._log_path = log
        self._log: CallLog | None = None
        self._tokens: HeldTokens | None = None
        self._client: FlowServiceClient | None = None

    def session(self, values: AccountValues, find: FindCredential) -> Session:
        """Return a session; nothing is asked yet.

        Raises:
            UsageError: A value cannot be used.
        """
        from aep_tui.flow_service.account import (
            API_KEY_VARIABLE,
            BASE_PATH,
            IMS_VARIABLE,
            ORG_VARIABLE,
            SANDBOX_VARIABLE,
            check_header_value,
            check_origin,
            check_scopes,
        )
        from aep_tui.wizard.effective import is_production
        from aep_tui.wizard.place import Place

        platform = check_origin(values.platform_url)
        org, sandbox = check_header_value(values.org_id, ORG_VARIABLE), check_header_value(values.sandbox, SANDBOX_VARIABLE)
        client_id = check_header_value(values.client_id, API_KEY_VARIABLE)
        check_origin(values.ims_url, IMS_VARIABLE)
        check_scopes(values.scopes)
        production = is_production(sandbox, "", values.production_sandboxes)
        place = Place(platform, platform + BASE_PATH, org, sandbox, profile=values.profile, is_production=production)
        # Asked for here, so that a value that cannot be used is said before the first frame.
        self._timeout_seconds()
        self.open_log()
        session = self._session(place, lambda: self._found_client(values, find, session.note_wait))
        session.production_sandboxes, session.client_id = values.production_sandboxes, client_id
        session.made_of = values
        return session

    def client(self, values: AccountValues, credential: Credential, on_wait: OnWait | None = None) -> FlowServiceClient:
        """Return a client by itself.

        Args:
            values: Whose service, and where it is.
            credential: What it signs in with.
            on_wait: Is told when a read waits to be tried again.

        Raises:
            UsageError: A value cannot be used.
            AepTuiError: The log of calls cannot be written.
        """
        leave_out_what_is_not_used()
        self.open_log()
        return self._network_client(_account(values, credential), on_wait)

    def check(self, values: AccountValues, credential: Credential) -> None:
        """Look whether values and secrets can be sent as they are.

        Raises:
            UsageError: One of them cannot.
        """
        _account(values, credential)

    def demo(self, sandbox: str = "") -> Session:
        """Return a session with the built-in emulator."""
        from aep_tui.flow_service.account import Account
        from aep_tui.wizard.effective import is_production
        from aep_tui.wizard.place import Place

        account = Account(DEMO_ORIGIN, DEMO_ORG, DEMO_API_KEY, sandbox or DEMO_SANDBOX, Secret(DEMO_TOKEN))
        place = Place(account.platform_origin, account.base_url, account.org_id, account.sandbox, is_demo=True)
        place = place._replace(is_production=is_production(account.sandbox, "", ()))
        session = self._session(place, lambda: _demo_client(account, self._directories().demo_service))
        session.client_id, session.made_of = DEMO_API_KEY, place
        return session

    def history(self, *, demo: bool) -> History:
        """Return the history of real organisations, or of the demo."""
        from aep_tui.storage.history import History

        return History(self._directories().history(demo=demo))

    def _session(self, place: Place, make_client: Callable[[], FlowServiceClient]) -> Session:
        from aep_tui.wizard.session import Session

        history, cache = partial(self.history, demo=place.is_demo), partial(self._cache, place)
        return Session(place, make_client, history, cache, self._clock)

    def _cache(self, place: Place) -> SpecCache:
        from aep_tui.storage.spec_cache import SpecCache

        return SpecCache(self._directories().cache(demo=place.is_demo), place.platform, place.org, place.sandbox)

    def _found_client(self, values: AccountValues, find: FindCredential, on_wait: OnWait) -> FlowServiceClient:
        from aep_tui.wizard.credential import missing_credential

        credential = find()
        if not credential:
            raise missing_credential(values.profile, credential.trouble)
        return self.client(values, credential, on_wait)

    def _network_client(self, account: Account, on_wait: OnWait | None) -> FlowServiceClient:
        from aep_tui.flow_service.client import FlowServiceClient
        from aep_tui.flow_service.sign_in import HeldTokens

        if self._tokens is None:
            self._tokens = HeldTokens()
        on_call = self._log.write if self._log is not None else None
        timeout_seconds = self._timeout_seconds()
        self._client = FlowServiceClient(
            account, answer_timeout_seconds=timeout_seconds, tokens=self._tokens, on_call=on_call, on_wait=on_wait
        )
        return self._client

    @property
    def clock_ahead_seconds(self) -> float | None:
        """How far this machine's clock is ahead of the service's, by the last client's answers; ``None`` if nobody said."""
        return self._client.clock_ahead_seconds if self._client is not None else None

    def close_log(self) -> str:
        """Finish the log of calls, and return why it ended early, as a sentence; empty if it did not."""
        if self._log is None:
            return ""
        self._log.close()
        return self._log.trouble

    def open_log(self) -> None:
        """Open the log of calls, so that a file that cannot be written is said before anything is sent.

        Raises:
            AepTuiError: It cannot be written.
        """
        if self._log_path and self._log is None:
            from pathlib import Path

            from aep_tui.storage.call_log import CallLog

            self._log = CallLog(Path(self._log_path))


def _account(values: AccountValues, credential: Credential) -> Account:
    from aep_tui.flow_service.account import Account

    return Account(
        values.platform_url,
        values.org_id,
        values.client_id,
        values.sandbox,
        credential.access_token,
        credential.client_secret,
        values.ims_url,
        values.scopes,
    )


def leave_out_what_is_not_used() -> None:
    """Spare the first list a tenth of its time: httpx brings a command line of its own, pydantic looks for plugins."""
    if "httpx" not in sys.modules:
        sys.modules["httpx._main"] = None  # type: ignore[assignment]
    os.environ.setdefault("PYDANTIC_DISABLE_PLUGINS", "__all__")


def _demo_client(account: Account, state_path: Path) -> FlowServiceClient:
    """Return a client whose calls end in the emulator, in this process."""
    leave_out_what_is_not_used()
    from httpx import ASGITransport

    from aep_tui.emulator.app import create_app
    from aep_tui.emulator.behaviour import Behaviour
    from aep_tui.emulator.errors import EmulatorError
    from aep_tui.flow_service.client import FlowServiceClient
    from aep_tui.storage.files import make_private_directory, reason_of

    try:
        make_private_directory(state_path.parent)
        emulator = create_app(state_path=state_path, behaviour=Behaviour(inlet_origin=DEMO_INLET_ORIGIN))
    except (EmulatorError, OSError) as error:
        reason = f"{reason_of(error)}." if isinstance(error, OSError) else error.sentence
        raise AepTuiError(
            "The demo cannot keep its connections.",
            f"{plain(state_path, 300)}: {plain(reason, 300)}",
            "Set AEP_TUI_CONFIG_DIR to a directory that you may write in.",
        ) from None
    return FlowServiceClient(account, transport=ASGITransport(emulator, raise_app_exceptions=False))
