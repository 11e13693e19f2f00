"""What is told of each call: enough to follow a run by, and nothing that was in it."""

from __future__ import annotations

import asyncio
import time

import pytest
from sign_in_service import CLIENT_SECRET, Platform, account_of, answer

from aep_tui.flow_service.call_record import CallRecord
from aep_tui.flow_service.client import FlowServiceClient
from aep_tui.flow_service.outcome import SendFailed, ServiceError
from aep_tui.flow_service.retries import Retries
from aep_tui.secret import Secret

BASE = "/data/foundation/flowservice"


@pytest.fixture
def platform(service) -> Platform:
    made = Platform()
    service.does(made)
    return made


async def no_time(seconds: float) -> None:
    assert seconds >= 0


@pytest.fixture
async def recording(service, platform):
    records: list[CallRecord] = []
    client = FlowServiceClient(account_of(service.origin), on_call=records.append, retries=Retries(sleep=no_time))
    yield client, records
    await client.aclose()


async def test_every_exchange_is_told_the_sign_in_and_repetitions_too(recording, platform):
    client, records = recording
    platform.answers = [answer(503, b""), answer(401, b"")]
    before = time.time()
    await client.connection_specs()
    await client.create_connection({"password": Secret("canary-password")})
    assert [(record.method, record.path, record.status) for record in records] == [
        ("POST", "/ims/token/v3", 200),
        ("GET", f"{BASE}/connectionSpecs", 503),
        ("GET", f"{BASE}/connectionSpecs", 401),
        ("POST", "/ims/token/v3", 200),
        ("GET", f"{BASE}/connectionSpecs", 200),
        ("POST", f"{BASE}/connections", 201),
    ]
    assert all(before - 1 <= record.started_at <= time.time() for record in records)
    assert all(0 <= record.duration_seconds < 60 for record in records)
    assert {record.request_id for record in records} == {"r-1"}
    assert "canary" not in repr(records)


async def test_a_call_without_an_answer_has_no_status(recording, platform):
    client, records = recording
    await client.sign_in()
    platform.answers = [lambda peer: peer.reset()]
    with pytest.raises(SendFailed):
        await client.create_connection({})
    assert (records[-1].status, records[-1].request_id) == (None, "")


async def test_a_call_that_is_given_up_is_told_too(recording, platform):
    client, records = recording
    await client.sign_in()
    platform.answers = [lambda peer: peer.service.released.wait(20)]
    call = asyncio.create_task(client.connection("c-1"))
    for _ in range(500):
        await asyncio.sleep(0.01)
        if platform.used:
            break
    call.cancel()
    with pytest.raises(asyncio.CancelledError):
        await call
    assert (records[-1].path, records[-1].status) == (f"{BASE}/connections/c-1", None)


async def test_no_query_and_no_secret(recording, platform):
    client, records = recording
    next_page = {"items": [], "_links": {"next": {"href": "/connectionSpecs?continuationToken=canary"}}}
    platform.answers = [answer(200, next_page, X_Request_Id=CLIENT_SECRET)]
    await client.connection_specs()
    with pytest.raises(ServiceError):
        await client.connection(CLIENT_SECRET)
    assert len(records) == 4
    assert "canary" not in repr(records)


async def test_a_listener_that_fails_costs_no_answer(service, platform):
    def fails(record: CallRecord) -> None:
        raise RuntimeError("the disk is full")

    async with FlowServiceClient(account_of(service.origin), on_call=fails) as client:
        assert (await client.create_connection({})).id == "c-1"
    assert platform.posts == 1
