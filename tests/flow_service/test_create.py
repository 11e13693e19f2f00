"""Creating a connection: sent once, and every way it can end told apart."""

from __future__ import annotations

import asyncio
import json
from decimal import Decimal

import pytest

from aep_tui.errors import ExitCode
from aep_tui.flow_service.outcome import Created, SendFailed, Sending
from aep_tui.outcome import Outcome
from aep_tui.secret import Secret

BODY = {
    "name": "A",
    "auth": {
        "specName": "Basic [b]x[/b]",
        "params": {"password": Secret("canary-pass-word"), "port": Decimal("1.50"), "on": True},
    },
    "connectionSpec": {"id": "1", "version": "1.0"},
}
ETAG = '"6802064a-0000-0200-0000-6387c6b90000"'


async def fails(client, outcome: Outcome, sending: Sending | None = None) -> SendFailed:
    with pytest.raises(SendFailed) as caught:
        await client.create_connection(BODY, sending)
    error = caught.value
    assert error.outcome is outcome
    assert error.title
    assert error.remedy, error.title
    assert error.__cause__ is None
    assert error.__context__ is None, "an HTTP library's exception holds the request with its headers"
    assert "canary" not in repr(error) + error.sentence() + repr(error.problem)
    return error


async def test_a_created_connection_has_its_id_and_its_quoted_etag(service, respond, client_of):
    service.does(respond(201, json.dumps({"id": "c-1", "etag": ETAG}), Location="/connections/c-1"))
    sending = Sending()
    created = await client_of(service).create_connection(BODY, sending)
    assert created == Created("c-1", ETAG)
    assert sending.started


async def test_the_request_is_the_one_of_the_tutorials(service, respond, client_of):
    service.does(respond(201, '{"id": "c-1"}'))
    await client_of(service).create_connection(BODY)
    (request,) = service.requests
    assert (request.method, request.target) == ("POST", "/data/foundation/flowservice/connections")
    assert request.headers["authorization"] == "Bearer eyJ-canary-token-5f1e"
    assert request.headers["x-api-key"] == "canary-client-id"
    assert request.headers["x-gw-ims-org-id"] == "ACME@AdobeOrg"
    assert request.headers["x-sandbox-name"] == "dev"
    assert request.headers["content-type"] == "application/json"
    assert b'"port":1.50' in request.body, "numbers go out as they were given"
    assert json.loads(request.body) == {
        "name": "A",
        "auth": {"specName": "Basic [b]x[/b]", "params": {"password": "canary-pass-word", "port": 1.5, "on": True}},
        "connectionSpec": {"id": "1", "version": "1.0"},
    }


async def test_text_beyond_ascii_and_a_lone_surrogate_can_be_sent(service, respond, client_of):
    service.does(respond(201, '{"id": "c-1"}'))
    await client_of(service).create_connection({"name": "Zürich \ud800 日本"})
    assert json.loads(service.requests[0].body) == {"name": "Zürich \ud800 日本"}


@pytest.mark.parametrize("answer", ['{"items":[{"id":"c-1","etag":"e"}]}', '{"id":"c-1","etag":"e","more":null}'])
async def test_an_id_is_found_with_and_without_a_wrapper(service, respond, client_of, answer):
    service.does(respond(200, answer))
    assert await client_of(service).create_connection(BODY) == Created("c-1", "e")


async def test_an_etag_may_stand_in_the_header_or_be_missing(service, respond, client_of):
    service.does(respond(201, '{"id":"c-1","etag":null}', ETag='"h"'), respond(201, '{"id":"c-1"}'))
    client = client_of(service)
    assert (await client.create_connection(BODY)).etag == '"h"'
    assert (await client.create_connection(BODY)).etag == ""


@pytest.mark.parametrize("status", [301, 302, 307, 308, 400, 401, 403, 404, 409, 412, 415, 422, 429, 499])
async def test_redirects_and_refusals_leave_nothing_behind(service, respond, client_of, status):
    service.does(respond(status, '{"message": "no"}', Location=f"{service.origin}/elsewhere"))
    error = await fails(client_of(service), Outcome.REFUSED)
    assert error.problem.status == status
    assert len(service.requests) == 1, "nothing is followed and nothing repeated"


@pytest.mark.parametrize(
    ("status", "code"), [(401, ExitCode.NOT_PERMITTED), (403, ExitCode.NOT_PERMITTED), (400, ExitCode.REFUSED)]
)
async def test_a_refusal_knows_how_the_program_exits(service, respond, client_of, status, code):
    service.does(respond(status, "{}"))
    assert (await fails(client_of(service), Outcome.REFUSED)).exit_code is code


@pytest.mark.parametrize(
    ("status", "body"),
    [
        (500, '{"title": "x"}'),
        (502, "<html><title>Bad Gateway</title></html>"),
        (503, ""),
        (504, '{"message": "late"}'),
        (201, ""),
        (201, "{}"),
        (201, '{"id": null}'),
        (201, '{"id": 12}'),
        (201, '{"id": "  "}'),
        (201, "[]"),
        (201, '{"items": []}'),
        (201, '{"id": "c-1"'),
        (200, "<html>log in</html>"),
        (204, ""),
        (201, b'{"id": "\xff"}'),
    ],
)
async def test_an_answer_that_proves_nothing_leaves_the_outcome_unknown(service, respond, client_of, status, body):
    service.does(respond(status, body))
    error = await fails(client_of(service), Outcome.UNKNOWN)
    assert error.exit_code is ExitCode.UNKNOWN_OUTCOME
    assert "not known" in error.detail
    assert "history" in error.remedy
    assert len(service.requests) == 1


async def test_a_connection_dropped_before_the_request_was_read(service, client_of):
    service.does(lambda peer: (peer.read_head(), peer.reset()))
    await fails(client_of(service), Outcome.UNKNOWN)
    assert service.connections == 1


async def test_a_connection_dropped_at_once(service, client_of):
    """Whether the drop is noticed before or after the first byte is the kernel's doing; the outcome follows what is known."""
    service.does(lambda peer: peer.reset())
    sending = Sending()
    with pytest.raises(SendFailed) as caught:
        await client_of(service).create_connection(BODY, sending)
    assert caught.value.outcome is (Outcome.UNKNOWN if sending.started else Outcome.NOT_SENT)
    assert service.connections == 1


async def test_a_connection_dropped_after_the_request(service, client_of):
    service.does(lambda peer: (peer.read(), peer.reset()))
    error = await fails(client_of(service), Outcome.UNKNOWN)
    assert "broke off" in error.title
    assert len(service.requests) == 1
    assert service.connections == 1


async def test_an_orderly_close_without_an_answer(service, client_of):
    service.does(lambda peer: peer.read())
    await fails(client_of(service), Outcome.UNKNOWN)
    assert service.connections == 1


@pytest.mark.parametrize(
    "part", [b"HTT", b"HTTP/1.1 201 Cre", b"HTTP/1.1 201 Created\r\nContent-Le", b"\x00\x01garbage\r\n\r\n"]
)
async def test_an_answer_cut_within_its_head(service, client_of, part):
    service.does(lambda peer: (peer.read(), peer.send(part)))
    await fails(client_of(service), Outcome.UNKNOWN)


async def test_a_success_cut_within_its_body(service, client_of):
    service.does(lambda peer: (peer.read(), peer.send(b'HTTP/1.1 201 Created\r\nContent-Length: 90\r\n\r\n{"id": "c-')))
    error = await fails(client_of(service), Outcome.UNKNOWN)
    assert "broke off" in error.detail


async def test_a_success_cut_behind_its_id_is_a_success(service, client_of):
    service.does(lambda peer: (peer.read(), peer.send(b'HTTP/1.1 201 Created\r\nContent-Length: 90\r\n\r\n{"id": "c-1"}\n')))
    assert (await client_of(service).create_connection(BODY)).id == "c-1"


async def test_a_refusal_cut_within_its_body_is_a_refusal(service, client_of):
    service.does(lambda peer: (peer.read(), peer.send(b'HTTP/1.1 400 Bad\r\nContent-Length: 90\r\n\r\n{"message": "no')))
    error = await fails(client_of(service), Outcome.REFUSED)
    assert error.problem.status == 400


async def test_nobody_listens(service, client_of):
    client = client_of(service)
    service.stop()
    sending = Sending()
    error = await fails(client, Outcome.NOT_SENT, sending)
    assert not sending.started
    assert "refused" in error.title
    assert service.origin in error.detail


def waits(peer) -> None:
    peer.read()
    peer.service.reached.set()
    peer.service.released.wait(30)


async def test_no_answer_in_time(service, client_of):
    service.does(waits)
    sending = Sending()
    error = await fails(client_of(service, answer_timeout_seconds=0.2), Outcome.UNKNOWN, sending)
    assert sending.started
    assert "0.2 seconds" in error.detail


async def test_the_limit_counts_for_the_whole_answer_and_not_for_each_packet(service, client_of):
    def drips(peer) -> None:
        peer.read()
        peer.send(b"HTTP/1.1 201 Created\r\nContent-Length: 100000\r\n\r\n")
        while not peer.service.released.wait(0.02):
            peer.send(b" ")

    service.does(drips)
    error = await fails(client_of(service, answer_timeout_seconds=0.4), Outcome.UNKNOWN)
    assert "time limit" in error.detail


async def test_a_refusal_that_never_ends_is_a_refusal(service, client_of):
    def stalls(peer) -> None:
        peer.read()
        peer.send(b"HTTP/1.1 403 Forbidden\r\nContent-Length: 100\r\n\r\n")
        peer.service.released.wait(30)

    service.does(stalls)
    error = await fails(client_of(service, answer_timeout_seconds=0.3), Outcome.REFUSED)
    assert error.problem.status == 403


async def test_an_answer_larger_than_the_limit(service, respond, client_of):
    service.does(respond(201, b'{"id": "c-1", "filler": "' + b"x" * 300_000 + b'"}'))
    error = await fails(client_of(service, max_answer_bytes=100_000), Outcome.UNKNOWN)
    assert "larger than" in error.detail


async def test_an_answer_that_claims_to_be_compressed(service, respond, client_of):
    service.does(respond(201, b'{"id": "c-1"}', Content_Encoding="gzip"))
    error = await fails(client_of(service), Outcome.UNKNOWN)
    assert "compressed" in error.detail


async def test_an_interim_answer_is_passed_over(service, client_of):
    body = b'{"id": "c-1"}'
    service.does(
        lambda peer: (
            peer.read(),
            peer.send(b"HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 201 Created\r\nContent-Length: %d\r\n\r\n%s" % (len(body), body)),
        )
    )
    assert (await client_of(service).create_connection(BODY)).id == "c-1"


async def test_stopping_while_the_answer_is_awaited(service, client_of):
    service.does(waits)
    sending = Sending()
    task = asyncio.create_task(client_of(service).create_connection(BODY, sending))
    assert await asyncio.to_thread(service.reached.wait, 10)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert sending.started
    assert len(service.requests) == 1


async def test_stopping_while_still_connecting(service, account_at):
    """A TLS handshake that never ends: not one byte of the request has left."""
    from aep_tui.flow_service.client import FlowServiceClient

    def handshake_never_ends(peer) -> None:
        peer.sock.recv(10)
        peer.service.reached.set()
        peer.service.released.wait(30)

    service.does(handshake_never_ends)
    async with FlowServiceClient(account_at(service.origin.replace("http:", "https:"))) as client:
        sending = Sending()
        task = asyncio.create_task(client.create_connection(BODY, sending))
        assert await asyncio.to_thread(service.reached.wait, 10)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
        assert not sending.started


async def test_connecting_has_a_limit_of_its_own(service, account_at):
    from aep_tui.flow_service.client import FlowServiceClient

    service.does(lambda peer: peer.service.released.wait(30))
    account = account_at(service.origin.replace("http:", "https:"))
    async with FlowServiceClient(account, connect_timeout_seconds=0.2) as client:
        error = await fails(client, Outcome.NOT_SENT)
        assert "0.2 seconds" in error.detail


async def test_a_write_never_rides_on_a_kept_connection(service, respond, client_of):
    service.does(respond(200, '{"items": [], "id": "c-1"}'))
    client = client_of(service)
    await client.connection_specs()
    await client.connection_specs()
    assert service.connections == 1, "reads share a connection"
    await client.create_connection(BODY)
    await client.create_connection(BODY)
    assert service.connections == 3, "each write has its own"


@pytest.mark.parametrize("value", [float("nan"), Decimal("Infinity"), object(), {1, 2}])
async def test_a_body_without_a_json_form_is_not_sent(service, respond, client_of, value):
    service.does(respond(201, '{"id": "c-1"}'))
    with pytest.raises(SendFailed) as caught:
        await client_of(service).create_connection({"name": "x", "auth": {"params": {"p": Secret(value)}}})
    assert caught.value.outcome is Outcome.NOT_SENT
    assert service.connections == 0


async def test_a_body_nested_too_deeply_is_not_sent(service, respond, client_of):
    deep: object = 1
    for _ in range(5_000):
        deep = [deep]
    service.does(respond(201, '{"id": "c-1"}'))
    with pytest.raises(SendFailed) as caught:
        await client_of(service).create_connection({"params": deep})
    assert caught.value.outcome is Outcome.NOT_SENT


async def test_what_a_service_repeats_of_the_secrets_is_masked(service, respond, client_of):
    detail = "Login of 'bob' with canary-pass-word failed; token eyJ-canary-token-5f1e; see https://x/?p=canary-pass-word"
    service.does(respond(400, json.dumps({"message": detail, "request-id": "r-1"})))
    error = await fails(client_of(service), Outcome.REFUSED)
    assert "Login of 'bob' with •" in error.detail


async def test_a_transport_of_its_own_counts_as_sending_once_it_is_entered(account_at):
    import httpx

    from aep_tui.flow_service.client import FlowServiceClient

    entered = asyncio.Event()

    async def app(scope, receive, send) -> None:
        entered.set()
        await asyncio.Event().wait()

    sending = Sending()
    async with FlowServiceClient(account_at("http://127.0.0.1"), transport=httpx.ASGITransport(app)) as client:
        task = asyncio.create_task(client.create_connection(BODY, sending))
        await asyncio.wait_for(entered.wait(), 10)
        assert sending.started
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task


async def test_an_application_in_the_same_process_can_be_the_service(account_at):
    import httpx

    from aep_tui.flow_service.client import FlowServiceClient

    seen: list[tuple[str, bytes]] = []

    async def app(scope, receive, send) -> None:
        seen.append((scope["path"], (await receive())["body"]))
        await send({"type": "http.response.start", "status": 201, "headers": [(b"content-type", b"application/json")]})
        await send({"type": "http.response.body", "body": b'{"id": "c-1"}'})

    async with FlowServiceClient(account_at("http://127.0.0.1"), transport=httpx.ASGITransport(app)) as client:
        assert (await client.create_connection({"name": "x"})).id == "c-1"
    assert seen == [("/data/foundation/flowservice/connections", b'{"name":"x"}')]
