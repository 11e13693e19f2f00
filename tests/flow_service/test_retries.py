"""Reads that are tried again, and writes that never are; the service is on a real socket."""

from __future__ import annotations

import asyncio
import json

import httpx
import pytest
from sign_in_service import Platform, account_of, answer

from aep_tui.emulator.app import create_app
from aep_tui.emulator.faults import Fault
from aep_tui.flow_service.client import FlowServiceClient
from aep_tui.flow_service.outcome import SendFailed, ServiceError
from aep_tui.flow_service.retries import Retries, Waiting


class Told:
    """Notes what is told of waits, and waits no time."""

    def __init__(self) -> None:
        self.slept: list[float] = []
        self.waits: list[Waiting | None] = []

    async def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)

    def retries(self, fraction: float = 1.0) -> Retries:
        return Retries(sleep=self.sleep, fraction=lambda: fraction)


@pytest.fixture
def told() -> Told:
    return Told()


@pytest.fixture
def platform(service) -> Platform:
    made = Platform()
    service.does(made)
    return made


@pytest.fixture
async def retrying(service, told):
    made: list[FlowServiceClient] = []

    def make(account=None, **options: object) -> FlowServiceClient:
        options.setdefault("retries", told.retries())
        pasted = account_of(service.origin, token="eyJ-canary-pasted")
        made.append(FlowServiceClient(account or pasted, on_wait=told.waits.append, **options))  # type: ignore[arg-type]
        return made[-1]

    yield make
    for client in made:
        await client.aclose()


def drops(peer) -> None:
    peer.reset()


def breaks_off(peer) -> None:
    peer.send(b'HTTP/1.1 200 OK\r\nContent-Length: 900\r\n\r\n{"items": [')


def garbage(peer) -> None:
    peer.send(b"\x00\x01 this is not HTTP\r\n\r\n")


def waits(peer) -> None:
    peer.service.released.wait(20)


STUMBLES = [answer(status, b"") for status in (429, 500, 502, 503, 504)] + [drops, breaks_off, garbage]
FALLS = [answer(status, b"") for status in (302, 400, 403, 404, 409, 422, 501)] + [answer(200, b"<html>"), answer(200, b"{}")]


@pytest.mark.parametrize("stumble", STUMBLES)
async def test_a_read_is_tried_again_at_most_twice(platform, retrying, told, stumble):
    platform.answers = [stumble, stumble]
    assert await retrying().connection_specs() == []
    assert len(platform.used) == 3
    assert told.slept == [1.0, 2.0]
    first, over, second, over_again = told.waits
    assert over is over_again is None
    assert (first.seconds, first.attempt, first.of) == (1.0, 1, 2)
    assert (second.seconds, second.attempt, second.of) == (2.0, 2, 2)
    assert first.reason.endswith(".")
    platform.answers = [stumble] * 3
    with pytest.raises(ServiceError):
        await retrying().connection_specs()
    assert len(platform.used) == 6


@pytest.mark.parametrize("fall", FALLS)
async def test_what_will_not_pass_is_not_tried_again(platform, retrying, told, fall):
    platform.answers = [fall]
    with pytest.raises(ServiceError):
        await retrying().connection_specs()
    assert (len(platform.used), told.waits) == (1, [])


@pytest.mark.parametrize("trouble", [*STUMBLES, *FALLS, waits])
async def test_a_write_is_sent_once_whatever_happens(platform, retrying, told, trouble):
    platform.answers = [trouble] * 3
    with pytest.raises(SendFailed):
        await retrying(answer_timeout_seconds=0.3).create_connection({"name": "x"})
    assert (platform.posts, told.waits, told.slept) == (1, [], [])


@pytest.mark.parametrize(("fraction", "pauses"), [(0.0, [0.5, 1.0]), (0.5, [0.75, 1.5]), (1.0, [1.0, 2.0])])
async def test_pauses_differ_from_one_client_to_the_next(platform, retrying, told, fraction, pauses):
    platform.answers = [drops, drops]
    await retrying(retries=told.retries(fraction)).connection_specs()
    assert told.slept == pauses


DATE = "Wed, 21 Oct 2015 07:28:00 GMT"


@pytest.mark.parametrize(
    ("headers", "pause"),
    [
        ({"Retry_After": "7"}, 7.0),
        ({"Retry_After": "0"}, 0.0),
        ({"Retry_After": "60"}, 60.0),
        ({"Retry_After": "Wed, 21 Oct 2015 07:28:09 GMT", "Date": DATE}, 9.0),
        ({"Retry_After": "Wed, 21 Oct 2015 07:27:00 GMT", "Date": DATE}, 0.0),
        ({"Retry_After": "Wed, 21 Oct 2015 07:28:09 GMT"}, 0.5),
        ({"Retry_After": "soon"}, 0.5),
        ({"Retry_After": "-3"}, 0.5),
        ({}, 0.5),
    ],
)
async def test_what_the_service_asks_for_is_kept_to(platform, retrying, told, headers, pause):
    platform.answers = [answer(429, b"", **headers)]
    await retrying(retries=told.retries(0.0)).connection_specs()
    assert told.slept == [pause]
    assert told.waits[0].reason == "Too many requests came in a short time."


async def test_nobody_comes_back_before_the_time_that_was_asked_for(platform, retrying, told):
    platform.answers = [answer(503, b"", Retry_After="10")]
    await retrying(retries=told.retries(1.0)).connection_specs()
    assert told.slept == [10.5]


@pytest.mark.parametrize(
    ("asked", "words"),
    [
        ("61", "61 seconds"),
        ("600", "10 minutes"),
        ("20000", "6 hours"),
        ("9" * 9, "some days"),
        ("9" * 400, "some days"),
        ("Wed, 21 Oct 2015 09:28:00 GMT", "2 hours"),
        ("Wed, 21 Oct 9999 09:28:00 GMT", "some days"),
    ],
)
async def test_a_long_wait_is_told_and_not_waited_for(platform, retrying, told, asked, words):
    platform.answers = [answer(429, b"", Retry_After=asked, Date=DATE)]
    with pytest.raises(ServiceError) as caught:
        await retrying().connection_specs()
    assert words in caught.value.remedy
    assert told.waits == []
    assert len(platform.used) == 1


async def test_nobody_listens(service, retrying, told):
    client = retrying()
    service.stop()
    with pytest.raises(ServiceError) as caught:
        await client.connection_specs()
    assert "refused" in caught.value.title
    assert len(told.slept) == 2
    with pytest.raises(SendFailed):
        await client.create_connection({})
    assert len(told.slept) == 2


async def test_a_time_out_has_waited_already(platform, retrying, told):
    platform.answers = [waits]
    with pytest.raises(ServiceError):
        await retrying(answer_timeout_seconds=0.2).connection_specs()
    assert told.slept == []


async def test_a_certificate_stays_as_it_is(service, retrying, told):
    service.does(lambda peer: (peer.sock.recv(1), peer.send(b"HTTP/1.1 400 This is no TLS\r\n\r\n")))
    account = account_of(service.origin.replace("http:", "https:"), token="t")
    with pytest.raises(ServiceError):
        await retrying(account).connection_specs()
    assert told.slept == []


async def test_stopping_while_it_waits(platform, service, told):
    platform.answers = [answer(503, b"", Retry_After="50")]
    waiting = asyncio.Event()

    def tell(news: Waiting | None) -> None:
        told.waits.append(news)
        waiting.set()

    async with FlowServiceClient(account_of(service.origin, token="t"), on_wait=tell) as client:
        call = asyncio.create_task(client.connection_specs())
        await asyncio.wait_for(waiting.wait(), 10)
        call.cancel()
        with pytest.raises(asyncio.CancelledError):
            await asyncio.wait_for(call, 10)
    assert told.waits[-1] is None
    assert len(told.waits) == 2
    assert len(platform.used) == 1


async def test_a_sign_in_that_stumbles_is_tried_again_for_a_read_alone(service, platform, retrying, told):
    platform.token_answers = [drops, answer(503, b"", Retry_After="3")]
    client = retrying(account_of(service.origin), retries=told.retries(0.0))
    assert await client.connection_specs() == []
    assert told.slept == [0.5, 3.0]
    platform.token_answers = [drops]
    another = retrying(account_of(service.origin))
    with pytest.raises(SendFailed):
        await another.create_connection({})
    assert platform.posts == 0
    assert len(told.slept) == 2


async def test_a_sign_in_that_refuses_is_not(service, platform, retrying, told):
    platform.token_answers = [answer(400, {"error": "invalid_client"})]
    with pytest.raises(ServiceError):
        await retrying(account_of(service.origin)).connection_specs()
    assert told.slept == []


async def test_a_token_is_renewed_once_however_often_a_read_is_tried(service, platform, retrying):
    client = retrying(account_of(service.origin))
    await client.sign_in()
    refusal = answer(401, {"error_code": "401013"})
    platform.answers = [answer(503, b""), refusal, answer(503, b""), refusal]
    with pytest.raises(ServiceError) as caught:
        await client.connection_specs()
    assert caught.value.problem.status == 401
    assert platform.tokens == 2


@pytest.mark.parametrize("name", ["drop-before", "drop-after", "cut-answer", "empty-503", "html-503", "504-after", "429"])
async def test_the_emulators_faults(name, told):
    app = create_app(faults=[Fault(name, 1, "GET"), Fault(name, 3, "POST", "/connections")])
    transport = httpx.ASGITransport(app, raise_app_exceptions=False)
    account = account_of("http://127.0.0.1", token="t")
    posts = 0
    async with FlowServiceClient(account, transport=transport, retries=told.retries()) as client:
        if name in ("empty-503", "html-503", "504-after", "429"):
            assert await client.connection_specs()
        with pytest.raises(SendFailed):
            await client.create_connection({"name": "x"})
    async with httpx.AsyncClient(transport=transport, base_url="http://127.0.0.1") as other:
        requests = (await other.get("/_emulator/requests")).json()["requests"]
        posts = sum(entry["method"] == "POST" for entry in requests)
    assert posts == 1, json.dumps(requests)
    app.state.world.store.close()
