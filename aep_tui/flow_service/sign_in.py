"""Access tokens: one that was pasted, or ones that are fetched with a client secret (OAuth server-to-server).

The token call, its answer and its lifetime are those of Adobe's page on authentication. A token lives in memory alone.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Generator
from dataclasses import dataclass
from typing import Final, NamedTuple

import httpx

from aep_tui.errors import UsageError
from aep_tui.flow_service.access_token import expiry_of, lifetime_of, number_in
from aep_tui.flow_service.account import IMS_VARIABLE, Account, check_header_value, clean_token
from aep_tui.flow_service.answers import Answer, NoAnswer
from aep_tui.flow_service.call_record import OnCall
from aep_tui.flow_service.outcome import Sending
from aep_tui.flow_service.redaction import Redactor
from aep_tui.flow_service.sign_in_problems import no_token, refused, stopped, unreachable
from aep_tui.flow_service.wire import Limits, Request, Wire
from aep_tui.json_text import parse_json
from aep_tui.secret import MASK, Secret

TOKEN_PATH: Final = "/ims/token/v3"  # noqa: S105 - a path
TOKEN_CALL: Final = f"POST {TOKEN_PATH}"
DOCUMENTED_LIFETIME_SECONDS: Final = 86_399.0
EARLY_SECONDS: Final = 300.0
"""A token is renewed this long before it ends, a short-lived one after nine tenths of its time."""
AGAIN_SECONDS: Final = 60.0
"""After this long a token that was renewed in vain may be renewed once more."""
_LONGEST_SECONDS: Final = 30 * 86_400.0
"""A lifetime over this is in milliseconds, as the old sign-in gave it."""
ANSWER_SECONDS: Final = 30.0
_MAX_ANSWER_BYTES: Final = 1024 * 1024
_SHORTEST_TO_HIDE: Final = 8
_CLOSED_HEADERS: Final = frozenset({"authorization", "proxy-authorization", "x-api-key", "cookie"})


class SignedIn(NamedTuple):
    """That there is an access token.

    Attributes:
        expires_at: When it ends, in Unix seconds; ``None`` if that is not known.
        renewable: Whether another is fetched when it ends.
    """

    expires_at: float | None
    renewable: bool


@dataclass(slots=True)
class HeldToken:
    """One access token and what is known of it.

    Attributes:
        token: The token.
        monotonic: When it came, by a clock that never goes back.
        wall: When it came, in Unix seconds.
        lifetime_seconds: How long it lives.
        expires_at: When it ends, in Unix seconds; ``None`` if nobody said.
        after_refusal: Whether it was fetched because the service had refused another.
        accepted: Whether the service has taken it.
    """

    token: Secret[str]
    monotonic: float
    wall: float
    lifetime_seconds: float
    expires_at: float | None
    after_refusal: bool = False
    accepted: bool = False


class _Slot:
    """The tokens of one credential."""

    def __init__(self) -> None:
        self.held: HeldToken | None = None
        self.fetching: asyncio.Task[HeldToken | NoAnswer] | None = None
        self.early_try: float | None = None
        """When renewing ahead of time was last tried in vain."""
        self.ever: list[Secret[str]] = []


class HeldTokens:
    """The access tokens of this process, in memory alone, by the credential that they were fetched with.

    Clients that share it share their tokens: one that works in another sandbox fetches none of its own.
    """

    def __init__(self, now: Callable[[], float] = time.time, monotonic: Callable[[], float] = time.monotonic) -> None:
        """Begin with none.

        Args:
            now: Unix seconds.
            monotonic: Seconds that never go back.
        """
        self.now = now
        self.monotonic = monotonic
        self._slots: dict[tuple[object, ...], _Slot] = {}

    def __repr__(self) -> str:
        """Tell how many there are."""
        return f"HeldTokens({len(self._slots)})"

    def slot(self, account: Account) -> _Slot:
        """Return the place of an account's token."""
        key = (account.ims_origin, account.api_key, account.client_secret, account.scopes)
        return self._slots.setdefault(key, _Slot())


class TokenSource:
    """Where the access token of an account comes from: it was pasted, or is fetched when one is needed."""

    def __init__(
        self,
        account: Account,
        transport: httpx.AsyncBaseTransport | None,
        limits: Limits,
        tokens: HeldTokens,
        on_call: OnCall | None = None,
    ) -> None:
        """Build the way to the sign-in where there will be need of it; nothing is fetched yet.

        Args:
            account: Whose token.
            transport: Takes the place of the network; closed together with this.
            limits: Those of other calls; signing in has shorter ones.
            tokens: Holds what was fetched.
            on_call: Is told of each token call when it has ended.
        """
        self._account = account
        self._wire: Wire | None = None
        if not account.token:
            seconds = min(ANSWER_SECONDS, limits.answer_timeout_seconds)
            own_limits = Limits(limits.connect_timeout_seconds, seconds, _MAX_ANSWER_BYTES)
            self._wire = Wire(account.ims_origin, transport, own_limits, variable=IMS_VARIABLE, on_call=on_call, hide=self.hide)
        self._tokens = tokens
        self._slot = _Slot() if account.token else tokens.slot(account)
        self._own_task: asyncio.Task[HeldToken | NoAnswer] | None = None
        self._is_closed = False
        self._redactor = (-1, Redactor())
        if account.token:
            expires_at = expiry_of(account.token.reveal())
            self._slot.held = HeldToken(account.token, tokens.monotonic(), tokens.now(), 0.0, expires_at)
            self._slot.ever.append(account.token)

    def __repr__(self) -> str:
        """Tell the kind alone."""
        return f"TokenSource(renewable={self.renewable})"

    @property
    def renewable(self) -> bool:
        """Whether tokens are fetched here, and not pasted."""
        return not self._account.token

    @property
    def expires_at(self) -> float | None:
        """When the token ends, in Unix seconds; ``None`` if that is not known or there is none yet."""
        return self._slot.held.expires_at if self._slot.held is not None else None

    @property
    def clock_ahead_seconds(self) -> float | None:
        """How far this machine's clock is ahead of the sign-in's; ``None`` if that is not known."""
        return self._wire.clock_ahead_seconds if self._wire is not None else None

    def secrets(self) -> list[Secret[str]]:
        """Return what must not come back in an answer: client secret, client id, and every token so far."""
        client_id = self._account.api_key
        always = [self._account.client_secret, Secret(client_id if len(client_id) >= _SHORTEST_TO_HIDE else "")]
        return [*always, *self._slot.ever]

    def hide(self, text: str) -> str:
        """Return a text with every secret of the account masked."""
        count = len(self._slot.ever)
        if self._redactor[0] != count:
            self._redactor = (count, Redactor(self.secrets()))
        return self._redactor[1].hide(text)

    async def aclose(self) -> None:
        """Give up a fetch that is under way, and close the connections."""
        self._is_closed = True
        if self._own_task is not None and not self._own_task.done():
            self._own_task.cancel()
            await asyncio.wait([self._own_task])
        if self._wire is not None:
            await self._wire.aclose()

    async def token(self) -> HeldToken | NoAnswer:
        """Return the token, fetched first where there is none or its time is nearly over.

        Many callers wait for one fetch, and one that is cancelled leaves it to the others.
        """
        held = self._slot.held
        if held is not None and (not self.renewable or self._left_seconds(held) > _early(held)):
            return held
        if held is None or self._left_seconds(held) <= 0:
            return await self._fetched(after_refusal=False)
        # It still holds for a while, so that a sign-in that is out of order stops nobody yet.
        tried = self._slot.early_try
        if tried is not None and self._tokens.monotonic() - tried < AGAIN_SECONDS:
            return held
        fetched = await self._fetched(after_refusal=False)
        if isinstance(fetched, HeldToken):
            return fetched
        self._slot.early_try = self._tokens.monotonic()
        return held

    async def renew(self, rejected: HeldToken) -> HeldToken | NoAnswer | None:
        """Return another token in place of one that the service refused; ``None`` if there is nothing to do about it.

        Nothing is done about a pasted token, nor about one that itself took the place of a refused one moments ago and was
        never accepted: then it is not the token that is wrong.
        """
        held = self._slot.held
        if not self.renewable:
            return None
        if held is not None and held is not rejected:
            return held
        is_fresh = self._tokens.monotonic() - rejected.monotonic < AGAIN_SECONDS
        if rejected.after_refusal and not rejected.accepted and is_fresh:
            return None
        return await self._fetched(after_refusal=True)

    def _left_seconds(self, held: HeldToken) -> float:
        # The monotonic clock stands still while the machine sleeps, the other one may be set back.
        elapsed = max(self._tokens.monotonic() - held.monotonic, self._tokens.now() - held.wall)
        return held.lifetime_seconds - elapsed

    async def _fetched(self, *, after_refusal: bool) -> HeldToken | NoAnswer:
        loop = asyncio.get_running_loop()
        while not self._is_closed:
            task = self._slot.fetching
            if task is None or task.done() or task.get_loop() is not loop:
                task = self._slot.fetching = self._own_task = loop.create_task(self._fetch(after_refusal=after_refusal))
            await asyncio.wait([task])
            # The client that began it may have been closed meanwhile; then it is begun anew.
            if not task.cancelled():
                return task.result()
        return stopped(TOKEN_CALL)

    async def _fetch(self, *, after_refusal: bool) -> HeldToken | NoAnswer:
        assert self._wire is not None
        answer = await self._wire.send(self._request(), Sending())
        if isinstance(answer, NoAnswer):
            return unreachable(answer)
        if answer.status != 200 or answer.broken_off:
            return refused(answer, self._account, self.hide)
        held = self._read(answer, after_refusal=after_refusal)
        if held is None:
            return no_token(answer, self._account, self.hide)
        self._slot.held = held
        self._slot.early_try = None
        self._slot.ever.append(held.token)
        return held

    def _request(self) -> Request:
        from urllib.parse import urlencode

        form = {
            "grant_type": "client_credentials",
            "client_id": self._account.api_key,
            "client_secret": self._account.client_secret.reveal(),
            "scope": self._account.scopes,
        }
        headers = {"Content-Type": "application/x-www-form-urlencoded", "Accept": "application/json"}
        return Request("POST", TOKEN_PATH, headers, urlencode(form).encode("ascii"), TOKEN_CALL)

    def _read(self, answer: Answer, *, after_refusal: bool) -> HeldToken | None:
        try:
            document = parse_json(answer.body)
        except ValueError:
            return None
        text = document.get("access_token") if isinstance(document, dict) else None
        if not isinstance(document, dict) or not isinstance(text, str):
            return None
        try:
            token = check_header_value(clean_token(text), "")
        except UsageError:
            return None
        seconds = _lifetime(document.get("expires_in"), token)
        now = self._tokens.now()
        expires_at = expiry_of(token) if seconds is None else now + seconds
        lifetime = DOCUMENTED_LIFETIME_SECONDS if seconds is None else seconds
        return HeldToken(Secret(token), self._tokens.monotonic(), now, lifetime, expires_at, after_refusal)


def _early(held: HeldToken) -> float:
    return min(EARLY_SECONDS, held.lifetime_seconds / 10)


def _lifetime(expires_in: object, token: str) -> float | None:
    """Return a token's lifetime in seconds from what the sign-in or the token says; ``None`` if neither does."""
    said = number_in(expires_in) or lifetime_of(token)
    if said is None:
        return None
    seconds = said / 1000 if said > _LONGEST_SECONDS else said
    return min(seconds, _LONGEST_SECONDS)


class QuietHeaders(httpx.Headers):
    """Headers whose ``repr`` masks what must not be shown; httpx masks the access token alone."""

    def __repr__(self) -> str:
        """Return the headers, credentials masked."""
        shown = [(name, MASK if name.lower() in _CLOSED_HEADERS else value) for name, value in self.multi_items()]
        return f"Headers({shown!r})"


class ServiceAuth(httpx.Auth):
    """Adds access token and client id to a request that goes to the account's own service, and to no other.

    Nothing is repeated here: what happens after a 401 is the caller's business, who knows what the call does.
    """

    def __init__(self, account: Account, token: Secret[str]) -> None:
        """Keep the credentials."""
        self._account = account
        self._token = token

    def auth_flow(self, request: httpx.Request) -> Generator[httpx.Request, httpx.Response, None]:
        """Add the credentials.

        Raises:
            httpx.InvalidURL: The request goes elsewhere.
        """
        if not str(request.url).startswith(self._account.platform_origin + "/"):
            raise httpx.InvalidURL("not the account's service")
        headers = QuietHeaders(request.headers)
        headers["Authorization"] = f"Bearer {self._token.reveal()}"
        headers["x-api-key"] = self._account.api_key
        request.headers = headers
        yield request
