"""Signing in with a client secret, over a real socket: once for many, in time, and never in place of a decision."""

from __future__ import annotations

import asyncio
import time

import httpx
import pytest
from sign_in_service import (
    BODY,
    CLIENT_ID,
    CLIENT_SECRET,
    TOKEN_CALL,
    account_of,
    answer,
    fails,
    until,
)

from aep_tui.emulator.app import create_app
from aep_tui.emulator.behaviour import Behaviour
from aep_tui.emulator.faults import Fault
from aep_tui.errors import ExitCode, UsageError
from aep_tui.flow_service.account import DEFAULT_SCOPES, Account
from aep_tui.flow_service.caller import IN_VAIN, NOT_RENEWED, RENEWED
from aep_tui.flow_service.client import FlowServiceClient
from aep_tui.flow_service.outcome import SendFailed
from aep_tui.flow_service.retries import NO_RETRIES, Retries
from aep_tui.flow_service.sign_in import HeldTokens, SignedIn
from aep_tui.outcome import Outcome
from aep_tui.secret import Secret


class TestFetching:
    async def test_the_token_call_is_the_documented_one(self, service, platform, signing_in):
        await signing_in().connection_specs()
        token_call, read = service.requests
        assert (token_call.method, token_call.target) == ("POST", TOKEN_CALL)
        assert token_call.headers["content-type"] == "application/x-www-form-urlencoded"
        assert platform.forms == [
            {
                "grant_type": "client_credentials",
                "client_id": CLIENT_ID,
                "client_secret": CLIENT_SECRET,
                "scope": DEFAULT_SCOPES,
            }
        ]
        assert read.headers["authorization"] == "Bearer eyJ-canary-1"
        assert read.headers["x-api-key"] == CLIENT_ID
        assert CLIENT_SECRET.encode() not in read.body
        assert CLIENT_SECRET not in repr(read.headers) + token_call.target

    async def test_each_credential_goes_where_it_belongs(self, service, platform, signing_in, another_service):
        ims = another_service()
        ims.does(platform)
        await signing_in(account_of(service.origin, ims.origin)).create_connection(BODY)
        assert [request.target for request in ims.requests] == [TOKEN_CALL]
        assert [request.method for request in service.requests] == ["POST"]
        assert "canary-client-secret" not in repr(service.requests)
        assert "Bearer" not in repr(ims.requests)

    async def test_many_callers_wait_for_one_fetch(self, platform, signing_in):
        platform.may_sign_in.clear()
        client = signing_in()
        calls = [asyncio.create_task(client.connection_specs()) for _ in range(50)]
        await asyncio.sleep(0.2)
        platform.may_sign_in.set()
        assert await asyncio.gather(*calls) == [[]] * 50
        assert platform.tokens == 1
        assert set(platform.used) == {"Bearer eyJ-canary-1"}

    async def test_one_who_stops_waiting_leaves_the_fetch_to_the_others(self, platform, signing_in):
        platform.may_sign_in.clear()
        client = signing_in()
        first, second = (asyncio.create_task(client.connection_specs()) for _ in range(2))
        await asyncio.sleep(0.1)
        first.cancel()
        with pytest.raises(asyncio.CancelledError):
            await first
        platform.may_sign_in.set()
        assert await second == []
        assert platform.tokens == 1

    async def test_clients_that_share_their_tokens_fetch_one(self, platform, signing_in, clock):
        tokens = HeldTokens(lambda: clock.wall, lambda: clock.monotonic)
        await asyncio.gather(*(signing_in(tokens=tokens).connection_specs() for _ in range(3)))
        assert platform.tokens == 1
        assert "canary" not in repr(tokens)

    async def test_another_secret_is_another_token(self, service, platform, signing_in):
        tokens = HeldTokens()
        await signing_in(tokens=tokens).connection_specs()
        await signing_in(account_of(service.origin, secret="another"), tokens=tokens).connection_specs()
        assert platform.tokens == 2

    async def test_the_client_that_began_a_fetch_may_be_closed(self, platform, signing_in):
        platform.may_sign_in.clear()
        tokens = HeldTokens()
        first, second = signing_in(tokens=tokens), signing_in(tokens=tokens)
        begun = asyncio.create_task(first.connection_specs())
        await asyncio.sleep(0.1)
        waiting = asyncio.create_task(second.connection_specs())
        await asyncio.sleep(0.1)
        await first.aclose()
        platform.may_sign_in.set()
        assert await waiting == []
        assert "stopped" in (await fails(begun)).title

    async def test_signing_in_says_how_long_it_lasts(self, platform, signing_in, clock):
        client = signing_in()
        assert client.token_expires_at is None
        assert await client.sign_in() == SignedIn(clock.wall + 86_399, renewable=True)
        assert client.token_expires_at == clock.wall + 86_399
        assert platform.used == []

    async def test_a_pasted_token_wins(self, service, platform, signing_in):
        client = signing_in(account_of(service.origin, token="Bearer eyJ-canary-pasted"))
        assert await client.sign_in() == SignedIn(None, renewable=False)
        await client.connection_specs()
        assert platform.forms == []
        assert platform.used == ["Bearer eyJ-canary-pasted"]

    async def test_neither_token_nor_secret(self, service):
        with pytest.raises(UsageError) as caught:
            account_of(service.origin, secret="")
        assert "AEP_ACCESS_TOKEN" in caught.value.title

    @pytest.mark.parametrize("ims", ["http://ims.example.com", "https://me:canary@ims.example.com", "ims", "https://ims/token"])
    def test_an_origin_of_the_sign_in_is_checked(self, ims):
        with pytest.raises(UsageError) as caught:
            account_of("https://platform.adobe.io", ims)
        assert "AEP_IMS_URL" in caught.value.title
        assert "canary" not in caught.value.sentence()

    @pytest.mark.parametrize(
        ("scopes", "sent"), [("", DEFAULT_SCOPES), (" a, b ,c\n", "a,b,c"), ("a b a", "a,b"), (",", DEFAULT_SCOPES)]
    )
    def test_scopes_in_any_writing(self, scopes, sent):
        account = Account("https://x.example", "A@AdobeOrg", "k", "dev", Secret("t"), scopes=scopes)
        assert account.scopes == sent

    @pytest.mark.parametrize("scopes", ['a"b', "a\\b", "ä"])
    def test_what_is_no_scope(self, scopes):
        with pytest.raises(UsageError, match="AEP_SCOPES"):
            Account("https://x.example", "A@AdobeOrg", "k", "dev", Secret("t"), scopes=scopes)

    @pytest.mark.parametrize("secret", ["a\nb", "sécret"])
    def test_what_cannot_be_a_secret(self, secret):
        with pytest.raises(UsageError, match="AEP_CLIENT_SECRET") as caught:
            account_of("https://x.example", secret=secret)
        assert secret not in caught.value.sentence()


class TestRenewing:
    async def test_before_it_ends_and_not_earlier(self, platform, signing_in, clock):
        client = signing_in()
        await client.connection_specs()
        clock.move(86_399 - 301)
        await client.connection_specs()
        assert platform.tokens == 1
        clock.move(2)
        await asyncio.gather(*(client.connection_specs() for _ in range(5)))
        assert platform.tokens == 2
        assert platform.used[-1] == "Bearer eyJ-canary-2"

    async def test_a_machine_that_slept_and_a_clock_that_was_set_back(self, platform, signing_in, clock):
        client = signing_in()
        await client.connection_specs()
        clock.wall -= 7_200
        await client.connection_specs()
        assert platform.tokens == 1
        clock.wall += 7_200 + 90_000
        await client.connection_specs()
        assert platform.tokens == 2

    @pytest.mark.parametrize(
        ("expires_in", "lives"),
        [
            ("86399", 86_399),
            (86_399_992, 86_399.992),
            (None, 86_399),
            ("soon", 86_399),
            (0, 86_399),
            (-5, 86_399),
            (True, 86_399),
            (600, 600),
            (10**30, 86_399),
        ],
    )
    async def test_lifetimes_of_all_kinds(self, platform, signing_in, clock, expires_in, lives):
        platform.expires_in = expires_in
        client = signing_in()
        await client.connection_specs()
        early = min(300, lives / 10)
        clock.move(lives - early - 1)
        await client.connection_specs()
        assert platform.tokens == 1
        clock.move(2)
        await client.connection_specs()
        assert platform.tokens == 2

    async def test_a_sign_in_that_is_out_of_order_stops_nobody_before_the_end(self, platform, signing_in, clock):
        client = signing_in()
        await client.connection_specs()
        clock.move(86_399 - 100)
        platform.token_answers = [answer(503, b"")] * 2
        await client.connection_specs()
        await client.connection_specs()
        assert len(platform.forms) == 2, "tried once, then not for a minute"
        clock.move(200)
        await fails(client.connection_specs())

    async def test_a_read_that_meets_401_is_repeated_with_another_token(self, platform, signing_in):
        platform.rejects = 1
        assert await signing_in().connection_specs() == []
        assert platform.used == ["Bearer eyJ-canary-1", "Bearer eyJ-canary-2"]

    @pytest.mark.parametrize("code", ["FLOW-2114-400", "FLOW-2115-400"])
    async def test_the_services_own_word_for_it_is_a_400(self, platform, signing_in, code):
        platform.rejects, platform.refusal = 1, answer(400, {"type": f"https://ns.adobe.com/aep/errors/{code}"})
        assert await signing_in().connection_specs() == []
        assert platform.tokens == 2

    async def test_another_400_renews_nothing(self, platform, signing_in):
        platform.rejects, platform.refusal = 1, answer(400, {"type": "https://ns.adobe.com/aep/errors/FLOW-1434-400"})
        await fails(signing_in().connection_specs(), code=ExitCode.REFUSED)
        assert platform.tokens == 1

    async def test_once_and_not_twice(self, platform, signing_in, clock):
        platform.rejects = 99
        client = signing_in()
        error = await fails(client.connection_specs())
        assert error.problem.status == 401
        assert error.remedy == IN_VAIN
        assert (len(platform.used), platform.tokens) == (2, 2)
        await fails(client.connection_specs())
        assert (len(platform.used), platform.tokens) == (3, 2), "a new token is not refused for its age"
        clock.move(61)
        await fails(client.connection_specs())
        assert (len(platform.used), platform.tokens) == (5, 3)

    async def test_many_reads_that_meet_401_share_one_renewal(self, platform, signing_in):
        client = signing_in()
        await client.sign_in()
        platform.rejects = 20
        assert await asyncio.gather(*(client.connection_specs() for _ in range(20))) == [[]] * 20
        assert platform.tokens == 2

    async def test_a_renewal_that_fails_is_what_is_told(self, platform, signing_in):
        client = signing_in()
        await client.sign_in()
        platform.rejects = 1
        platform.token_answers = [
            answer(400, {"error": "invalid_client", "error_description": "invalid client_secret parameter"})
        ]
        error = await fails(client.connection_specs())
        assert "client secret" in error.title

    @pytest.mark.parametrize("stumbles", [1, 2])
    async def test_a_sign_in_that_stumbles_over_a_renewal_is_asked_again(self, platform, signing_in, stumbles):
        client = signing_in(retries=Retries(sleep=lambda _: asyncio.sleep(0)))
        await client.sign_in()
        platform.rejects, platform.token_answers = 1, [answer(503, b"")] * stumbles
        assert await client.connection_specs() == []
        assert platform.used == ["Bearer eyJ-canary-1", "Bearer eyJ-canary-2"], "the refused one is sent once"

    async def test_a_sign_in_that_keeps_stumbling_is_what_is_told(self, platform, signing_in):
        client = signing_in(retries=Retries(sleep=lambda _: asyncio.sleep(0)))
        await client.sign_in()
        platform.rejects, platform.token_answers = 9, [answer(503, b"")] * 3
        error = await fails(client.connection_specs())
        assert "not available" in error.title
        assert error.remedy != IN_VAIN
        assert platform.used == ["Bearer eyJ-canary-1"]

    async def test_a_pasted_token_is_not_renewed(self, service, platform, signing_in):
        platform.rejects = 1
        error = await fails(signing_in(account_of(service.origin, token="pasted")).connection_specs())
        assert len(platform.used) == 1
        assert platform.forms == []
        assert "AEP_ACCESS_TOKEN" in error.remedy

    async def test_a_post_that_meets_401_is_refused_and_sent_once(self, platform, signing_in):
        platform.rejects = 1
        client = signing_in()
        with pytest.raises(SendFailed) as caught:
            await client.create_connection(BODY)
        error = caught.value
        assert (error.outcome, error.remedy, error.exit_code) == (Outcome.REFUSED, RENEWED, ExitCode.NOT_PERMITTED)
        assert (platform.posts, platform.tokens) == (1, 2)
        assert (await client.create_connection(BODY)).id == "c-1"
        assert (platform.posts, platform.tokens) == (2, 2)

    async def test_a_post_whose_renewal_fails_is_refused_all_the_same(self, platform, signing_in):
        client = signing_in()
        await client.sign_in()
        platform.rejects, platform.token_answers = 1, [answer(500, b"")]
        with pytest.raises(SendFailed) as caught:
            await client.create_connection(BODY)
        assert (caught.value.outcome, caught.value.remedy) == (Outcome.REFUSED, NOT_RENEWED)
        assert platform.posts == 1

    async def test_stopping_while_a_post_renews_does_not_make_its_outcome_unknown(self, platform, signing_in):
        client = signing_in()
        await client.sign_in()
        platform.rejects = 1
        platform.may_sign_in.clear()
        call = asyncio.create_task(client.create_connection(BODY))
        await until(lambda: len(platform.forms) == 2)
        call.cancel()
        with pytest.raises(SendFailed) as caught:
            await call
        assert caught.value.outcome is Outcome.REFUSED
        platform.may_sign_in.set()

    async def test_a_post_with_a_pasted_token(self, service, platform, signing_in):
        platform.rejects = 1
        with pytest.raises(SendFailed) as caught:
            await signing_in(account_of(service.origin, token="pasted")).create_connection(BODY)
        assert caught.value.outcome is Outcome.REFUSED
        assert platform.posts == 1


async def test_with_the_emulator():
    behaviour = Behaviour(client_secret=CLIENT_SECRET, api_key=CLIENT_ID)
    app = create_app(behaviour=behaviour, faults=[Fault("expired-token", 1, "GET")])
    account = account_of("http://127.0.0.1")
    async with FlowServiceClient(account, transport=httpx.ASGITransport(app), retries=NO_RETRIES) as client:
        assert await client.connection_specs()
        assert (await client.sign_in()).expires_at == pytest.approx(time.time() + 86_399, abs=60)
    wrong = account_of("http://127.0.0.1", secret="wrong-canary")
    async with FlowServiceClient(wrong, transport=httpx.ASGITransport(app), retries=NO_RETRIES) as client:
        assert "client secret" in (await fails(client.sign_in())).title
    app.state.world.store.close()
