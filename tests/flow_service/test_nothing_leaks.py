"""No secret, token or client id in a log, a repr, an error or a frame; and the clock that answers tell."""

from __future__ import annotations

import asyncio
import time
from email.utils import formatdate

import httpx
import pytest
from sign_in_service import (
    CLIENT_ID,
    CLIENT_SECRET,
    account_of,
    answer,
    chain,
    drops,
    fails,
    until,
    waits,
)

from aep_tui.flow_service.outcome import ServiceError
from aep_tui.flow_service.sign_in import QuietHeaders, ServiceAuth
from aep_tui.secret import Secret


class TestNothingLeaks:
    async def test_into_logs_reprs_and_errors(self, platform, signing_in, caplog):
        client = signing_in()
        with caplog.at_level("DEBUG"):
            await client.connection_specs()
            platform.rejects = 2
            echoed = f"{CLIENT_SECRET} eyJ-canary-1 eyJ-canary-2 {CLIENT_ID}"
            platform.refusal = answer(401, {"error_code": "401013", "message": echoed})
            error = await fails(client.connection_specs())
            await client.create_connection({"password": Secret("canary-password")})
            platform.answers = [drops]
            await fails(client.connection_specs(), code=None)
        assert caplog.records
        assert "•" in error.detail
        shown = repr(vars(client)) + repr(vars(client._caller)) + repr(vars(client._caller.tokens)) + repr(client._account)
        assert "canary" not in caplog.text + shown

    async def test_into_the_frames_of_a_traceback(self, platform, signing_in):
        platform.answers = [drops]
        with pytest.raises(ServiceError) as caught:
            await signing_in().connection_specs()
        locals_of_ours = [entry.frame.f_locals for entry in caught.traceback if "aep_tui/" in str(entry.path)]
        assert locals_of_ours
        assert "canary" not in repr(locals_of_ours)

    async def test_when_it_is_cancelled(self, platform, signing_in):
        platform.answers = [waits]
        call = asyncio.create_task(signing_in().connection_specs())
        await until(lambda: platform.used)
        call.cancel()
        with pytest.raises(asyncio.CancelledError) as caught:
            await call
        for error in chain(caught.value):
            assert not hasattr(error, "request")
            assert not hasattr(error, "_request")

    def test_into_the_repr_of_headers(self):
        headers = QuietHeaders({"X-Api-Key": "canary", "Authorization": "Bearer canary", "Cookie": "canary", "Accept": "*/*"})
        assert "canary" not in repr(headers) + str(headers)
        assert "*/*" in repr(headers)
        assert headers["x-api-key"] == "canary"

    @pytest.mark.parametrize(
        "elsewhere", ["http://127.0.0.2:8641", "http://127.0.0.1:8641.evil.example", "http://127.0.0.1:86411"]
    )
    def test_into_another_origin(self, elsewhere):
        auth = ServiceAuth(account_of("http://127.0.0.1:8641"), Secret("t"))
        assert next(auth.auth_flow(httpx.Request("GET", "http://127.0.0.1:8641/x"))).headers["authorization"] == "Bearer t"
        with pytest.raises((httpx.InvalidURL, ValueError)):
            next(auth.auth_flow(httpx.Request("GET", f"{elsewhere}/x")))


class TestClock:
    async def test_it_is_held_against_the_last_answer(self, platform, signing_in):
        client = signing_in()
        assert client.clock_ahead_seconds is None
        behind = formatdate(time.time() - 3_600, usegmt=True)
        platform.token_answers = [answer(200, {"access_token": "eyJ-canary-t"}, Date=behind)]
        await client.sign_in()
        assert client.clock_ahead_seconds == pytest.approx(3_600, abs=30)
        platform.answers = [answer(200, {"items": []}, Date=formatdate(time.time() + 600, usegmt=True))]
        await client.connection_specs()
        assert client.clock_ahead_seconds == pytest.approx(-600, abs=30)

    async def test_a_date_that_is_none(self, platform, signing_in):
        client = signing_in()
        platform.answers = [answer(200, {"items": []}, Date="yesterday")]
        await client.connection_specs()
        assert client.clock_ahead_seconds is None
