"""One call of the service: signed in, sent, and for a read repeated where that helps."""

from __future__ import annotations

import asyncio
from functools import partial
from typing import Final

import httpx

from aep_tui.flow_service.account import BASE_PATH, Account
from aep_tui.flow_service.answers import Answer, NoAnswer
from aep_tui.flow_service.call_record import OnCall
from aep_tui.flow_service.outcome import Sending
from aep_tui.flow_service.problem import answer_code
from aep_tui.flow_service.remedies import TOKEN_NUMBERS, code_number
from aep_tui.flow_service.retries import NO_RETRIES, OnWait, Retries
from aep_tui.flow_service.sign_in import HeldToken, HeldTokens, ServiceAuth, TokenSource
from aep_tui.flow_service.wire import Limits, Request, Wire

RENEWED: Final = (
    "A new access token has been fetched. The service had refused the request before it did anything, so the main action sends "
    "it again."
)
NOT_RENEWED: Final = (
    "Signing in again failed, too. Check client id (profile, or AEP_API_KEY) and client secret (profile, or AEP_CLIENT_SECRET)."
)
IN_VAIN: Final = (
    "A new access token has been fetched and is not accepted either, so it is not the token's age: an administrator of your "
    "organisation has to check that the credential belongs to the organisation (profile, or AEP_IMS_ORG) and to a product "
    "profile of Experience Platform."
)


class Caller:
    """Sends calls as an account.

    A read may renew the access token and be repeated, once, and be tried again where the service or the network stumbled. What
    writes is sent once, whatever happens to it.
    """

    def __init__(
        self,
        account: Account,
        transport: httpx.AsyncBaseTransport | None,
        limits: Limits,
        tokens: HeldTokens,
        retries: Retries,
        on_wait: OnWait | None = None,
        on_call: OnCall | None = None,
    ) -> None:
        """Build the ways to the service and to the sign-in; nothing is sent."""
        self._account = account
        self._retries = retries
        self._on_wait = on_wait
        self.tokens = TokenSource(account, transport, limits, tokens, on_call)
        self._wire = Wire(account.platform_origin, transport, limits, on_call=on_call, hide=self.tokens.hide)

    @property
    def clock_ahead_seconds(self) -> float | None:
        """How far this machine's clock is ahead of the service's or the sign-in's; ``None`` if that is not known."""
        ahead = self._wire.clock_ahead_seconds
        return self.tokens.clock_ahead_seconds if ahead is None else ahead

    async def aclose(self) -> None:
        """Close every connection, and the transport if one was given."""
        await self.tokens.aclose()
        await self._wire.aclose()

    async def call(
        self, method: str, path: str, *, content: bytes | None = None, sending: Sending | None = None, once: bool = False
    ) -> Answer | NoAnswer:
        """Send a call of the Flow Service.

        Args:
            method: HTTP method; all but GET count as writing.
            path: What follows the base URL, query included.
            content: A JSON body.
            sending: Is told when the first byte may leave.
            once: Whether a read is not tried again after a stumble.

        Raises:
            asyncio.CancelledError: The caller stopped waiting; ``sending`` tells whether something may have left.
        """
        headers = self._account.headers(with_body=content is not None)
        request = Request(method, BASE_PATH + path, headers, content, f"{method} {path.partition('?')[0]}")
        if request.writes:
            return await self._written(request, sending)
        return await self._read(request, NO_RETRIES if once else self._retries)

    async def call_platform(self, path: str) -> Answer | NoAnswer:
        """Read from another part of the platform, which does not depend on the sandbox.

        Args:
            path: What follows the origin, query included.
        """
        headers = self._account.headers(with_body=False, in_sandbox=False) | {"Accept": "application/json"}
        return await self._read(Request("GET", path, headers, None, f"GET {path.partition('?')[0]}"), self._retries)

    async def _read(self, request: Request, retries: Retries) -> Answer | NoAnswer:
        return await retries.run(partial(self._read_once, request, _Renewal()), self._on_wait)

    async def _read_once(self, request: Request, renewal: _Renewal) -> Answer | NoAnswer:
        held = await self.tokens.token()
        if isinstance(held, NoAnswer):
            return held
        # A token that was refused, and that a stumble of the sign-in left in its place, is not sent again.
        answer = None if held is renewal.refused else await self._send(request, held)
        if answer is not None and (not _refuses_token(answer) or not self.tokens.renewable):
            return answer
        renewed = None if renewal.is_used else await self.tokens.renew(held)
        if isinstance(renewed, NoAnswer):
            renewal.refused = held
            return renewed
        if renewed is not None or answer is None:
            renewal.is_used = True
            answer = await self._send(request, renewed or held)
        return answer._replace(remedy=IN_VAIN) if isinstance(answer, Answer) and _refuses_token(answer) else answer

    async def _written(self, request: Request, sending: Sending | None) -> Answer | NoAnswer:
        held = await self.tokens.token()
        if isinstance(held, NoAnswer):
            return held
        answer = await self._send(request, held, sending)
        if not isinstance(answer, Answer) or not _refuses_token(answer) or not self.tokens.renewable:
            return answer
        try:
            renewed = await self.tokens.renew(held)
        except asyncio.CancelledError:
            # What became of the request is known, and worth more than the wish to stop waiting for it.
            return answer
        if renewed is None:
            return answer._replace(remedy=IN_VAIN)
        return answer._replace(remedy=NOT_RENEWED if isinstance(renewed, NoAnswer) else RENEWED)

    async def _send(self, request: Request, held: HeldToken, sending: Sending | None = None) -> Answer | NoAnswer:
        answer = await self._wire.send(request, sending, ServiceAuth(self._account, held.token))
        if isinstance(answer, Answer) and answer.status < 500 and not _refuses_token(answer):
            held.accepted = True
        return answer


class _Renewal:
    """Whether a call has renewed its token, which it does once, and a refused one that could not be replaced so far."""

    def __init__(self) -> None:
        self.is_used = False
        self.refused: HeldToken | None = None


def _refuses_token(answer: Answer | NoAnswer) -> bool:
    if not isinstance(answer, Answer):
        return False
    if answer.status == 401:
        return True
    return answer.status == 400 and code_number(answer_code(answer.body)) in TOKEN_NUMBERS
