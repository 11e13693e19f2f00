"""A sign-in that fails is a problem somebody can act on, and nothing was sent."""

from __future__ import annotations

import time

import pytest
from sign_in_service import (
    BODY,
    CLIENT_ID,
    CLIENT_SECRET,
    TOKEN_CALL,
    WRONG_CLIENT,
    WRONG_SECRET,
    account_of,
    answer,
    breaks_off,
    drops,
    fails,
    waits,
)

from aep_tui.flow_service.outcome import SendFailed, Sending
from aep_tui.outcome import Outcome


class TestFailing:
    @pytest.mark.parametrize(
        ("given", "title", "remedy"),
        [
            (WRONG_SECRET, "client secret", "AEP_CLIENT_SECRET"),
            (WRONG_CLIENT, "client id", "AEP_API_KEY"),
            (answer(400, {"error": "invalid_client"}), "client id and client secret", "AEP_CLIENT_SECRET"),
            (answer(400, {"error": "unauthorized_client"}), "may not sign in", "JWT"),
            (answer(400, {"error": "invalid_scope", "error_description": "x"}), "scopes", "AEP_SCOPES"),
            (answer(400, {"error": "access_denied"}), "denied", "administrator"),
            (answer(400, {"error": "odd"}), "refused the credential", "AEP_API_KEY"),
            (answer(401, b""), "refused the credential", "AEP_API_KEY"),
            (answer(403, b""), "refused the credential", "AEP_API_KEY"),
            (answer(404, b""), "no sign-in", "AEP_IMS_URL"),
            (answer(405, b"<html><title>Hm</title></html>"), "no sign-in", "proxy"),
            (answer(302, b"", Location="https://login.example/?secret=canary"), "redirect", "AEP_IMS_URL"),
            (answer(429, b"", Retry_After="120"), "not available", "2 minutes"),
            (answer(500, b""), "not available", "status.adobe.com"),
            (answer(503, b"<html>busy</html>"), "not available", "proxy"),
            (answer(200, b"<!doctype html><title>Sign in</title>"), "something else", "AEP_IMS_URL"),
            (answer(200, b""), "something else", "AEP_IMS_URL"),
            (answer(200, {}), "something else", "AEP_IMS_URL"),
            (answer(200, []), "something else", "AEP_IMS_URL"),
            (answer(200, {"access_token": 7}), "something else", "AEP_IMS_URL"),
            (answer(200, {"access_token": ""}), "something else", "AEP_IMS_URL"),
            (answer(200, {"access_token": "canary\r\nX-Evil: 1"}), "something else", "AEP_IMS_URL"),
            (answer(200, b"x" * 2_000_000), "something else", "AEP_IMS_URL"),
            (answer(201, {"access_token": "canary"}), "something else", "AEP_IMS_URL"),
            (breaks_off, "something else", "AEP_IMS_URL"),
            (drops, "gave no answer", "network"),
            (waits, "gave no answer", "Try again"),
        ],
    )
    async def test_a_problem_and_nothing_sent(self, platform, signing_in, given, title, remedy):
        platform.token_answers = [given, given]
        client = signing_in(answer_timeout_seconds=0.5)
        error = await fails(client.connection_specs())
        assert title in error.title
        assert remedy in error.remedy
        assert "Nothing was sent" in error.detail
        assert error.problem.call == f"POST {TOKEN_CALL}"
        sending = Sending()
        error = await fails(client.create_connection(BODY, sending))
        assert isinstance(error, SendFailed)
        assert error.outcome is Outcome.NOT_SENT
        assert not sending.started
        assert platform.used == []

    async def test_nobody_listens(self, service, signing_in):
        client = signing_in(account_of(service.origin, "http://127.0.0.1:1"))
        service.does(lambda peer: None)
        error = await fails(client.sign_in())
        assert error.title == "The sign-in could not be reached."
        assert "http://127.0.0.1:1" in error.detail
        assert "AEP_IMS_URL" in error.remedy

    async def test_a_wait_that_is_asked_for_is_passed_on(self, platform, signing_in):
        platform.token_answers = [answer(429, b"", Retry_After="7")]
        assert (await fails(signing_in().sign_in())).retry_after_seconds == 7

    async def test_what_the_sign_in_repeats_is_masked(self, platform, signing_in):
        told = f"invalid client_secret parameter {CLIENT_SECRET} of {CLIENT_ID}"
        platform.token_answers = [answer(400, {"error": "invalid_client", "error_description": told})]
        assert "••" in (await fails(signing_in().sign_in())).detail

    async def test_after_a_failure_the_next_call_signs_in(self, platform, signing_in):
        platform.token_answers = [drops]
        client = signing_in()
        await fails(client.sign_in())
        assert (await client.create_connection(BODY)).id == "c-1"

    async def test_signing_in_has_a_limit_of_its_own(self, platform, signing_in):
        platform.token_answers = [waits]
        started = time.monotonic()
        await fails(signing_in(answer_timeout_seconds=0.2, connect_timeout_seconds=0.2).create_connection(BODY))
        assert time.monotonic() - started < 5

    async def test_a_slow_sign_in_takes_nothing_of_the_calls_own_time(self, platform, signing_in):
        def slow(peer) -> None:
            time.sleep(0.4)
            peer.send(answer(200, {"access_token": "eyJ-canary-slow", "expires_in": 100}))
            platform(peer)

        platform.token_answers = [slow]
        assert (await signing_in(connect_timeout_seconds=0.2).create_connection(BODY)).id == "c-1"

    async def test_a_certificate_that_does_not_check(self, service, signing_in):
        service.does(lambda peer: (peer.sock.recv(1), peer.send(b"HTTP/1.1 400 This is no TLS\r\n\r\n")))
        error = await fails(signing_in(account_of(service.origin, service.origin.replace("http:", "https:"))).sign_in())
        assert "TLS" in error.detail
        assert error.detail.count("Nothing was sent") == 1
        assert service.requests == []


async def test_a_sign_in_whose_host_stands_for_no_characters(service, signing_in):
    error = await fails(signing_in(account_of(service.origin, "https://xn--zz.example")).connection_specs())
    assert error.title == "The sign-in could not be reached."
    assert "https://xn--zz.example" in error.detail
    assert "AEP_IMS_URL" in error.remedy
    assert service.requests == []
