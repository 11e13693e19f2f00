"""Names, proxies and certificates: what fails before the first byte of a request leaves, and what must never get it."""

from __future__ import annotations

import asyncio
import shutil
import socket
import ssl
import subprocess
import sys
from pathlib import Path

import httpx
import pytest

from aep_tui.flow_service.client import FlowServiceClient
from aep_tui.flow_service.failures import Circumstances, problem_after_sending, problem_before_sending, problem_of_setup
from aep_tui.flow_service.outcome import SendFailed, Sending, ServiceError
from aep_tui.outcome import Outcome

BODY = {"name": "x"}
FAR = "https://platform.invalid"
CALL = Circumstances(FAR, 10.0, 60.0)


async def not_sent(client: FlowServiceClient) -> SendFailed:
    sending = Sending()
    with pytest.raises(SendFailed) as caught:
        await client.create_connection(BODY, sending)
    error = caught.value
    assert error.outcome is Outcome.NOT_SENT
    assert not sending.started
    assert error.remedy
    assert error.__context__ is None
    assert "canary" not in error.sentence()
    return error


async def test_a_host_that_is_not_found(account_at, monkeypatch):
    def nobody(*args: object, **options: object) -> None:
        raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")

    monkeypatch.setattr(socket, "getaddrinfo", nobody)
    async with FlowServiceClient(account_at(FAR)) as client:
        error = await not_sent(client)
    assert error.title == "The host was not found."
    assert FAR in error.detail


@pytest.mark.parametrize("origin", ["https://xn--zz.example", "https://xn--a"])
async def test_a_host_that_stands_for_no_characters(account_at, origin):
    async with FlowServiceClient(account_at(origin)) as client:
        error = await not_sent(client)
        assert error.title == "The address cannot be called."
        assert origin in error.detail
        assert "AEP_PLATFORM_URL" in error.remedy
        with pytest.raises(ServiceError, match="cannot be called"):
            await client.sandboxes()


class TestProxy:
    @pytest.fixture
    def behind_proxy(self, service, account_at, monkeypatch):
        monkeypatch.setenv("HTTPS_PROXY", f"http://user:canary-proxy@127.0.0.1:{service.port}")

        def make(**options: float) -> FlowServiceClient:
            return FlowServiceClient(account_at(FAR), **options)

        return make

    async def test_it_sees_the_host_alone_and_may_refuse(self, service, respond, behind_proxy):
        service.does(respond(407, "", reason="Proxy Authentication Required"))
        async with behind_proxy() as client:
            error = await not_sent(client)
        assert "407" in error.detail
        assert "HTTPS_PROXY" in error.remedy
        (request,) = service.requests
        assert (request.method, request.target) == ("CONNECT", "platform.invalid:443")
        assert "authorization" not in request.headers
        assert "x-api-key" not in request.headers

    async def test_it_may_be_silent(self, service, behind_proxy):
        service.does(lambda peer: peer.service.released.wait(30))
        async with behind_proxy(connect_timeout_seconds=0.2) as client:
            assert "in time" in (await not_sent(client)).title

    async def test_it_may_hang_up(self, service, behind_proxy):
        service.does(lambda peer: peer.read_head())
        async with behind_proxy() as client:
            await not_sent(client)

    async def test_it_may_answer_something_that_is_no_tls(self, service, behind_proxy):
        service.does(
            lambda peer: (peer.read_head(), peer.send(b"HTTP/1.1 200 OK\r\n\r\n"), peer.send(b"this is not TLS at all"))
        )
        async with behind_proxy() as client:
            assert "protected" in (await not_sent(client)).title

    async def test_it_may_be_away(self, service, behind_proxy):
        service.stop()
        async with behind_proxy() as client:
            assert "refused" in (await not_sent(client)).title

    @pytest.mark.parametrize("wrong", ["nonsense://canary:1", "http://canary:port", "http://\x00canary"])
    async def test_a_setting_that_cannot_be_used(self, account_at, monkeypatch, wrong):
        if "\x00" in wrong:
            monkeypatch.setattr("urllib.request.getproxies_environment", lambda: {"https": wrong})
            monkeypatch.setattr("httpx._utils.getproxies", lambda: {"https": wrong})
        else:
            monkeypatch.setenv("HTTPS_PROXY", wrong)
        async with FlowServiceClient(account_at(FAR)) as client:
            error = await not_sent(client)
            assert error.title == "The proxy cannot be used."
            with pytest.raises(ServiceError):
                await client.connection_specs()

    async def test_a_socks_proxy_without_its_library(self, account_at, monkeypatch):
        monkeypatch.setitem(sys.modules, "socksio", None)
        monkeypatch.setenv("ALL_PROXY", "socks5://canary:pw@127.0.0.1:1")
        async with FlowServiceClient(account_at(FAR)) as client:
            assert "httpx[socks]" in (await not_sent(client)).remedy


@pytest.fixture(scope="session")
def certificate(tmp_path_factory) -> Path:
    """A certificate for 127.0.0.1 that no system trusts, with its key in the same file."""
    openssl = shutil.which("openssl")
    if openssl is None:
        pytest.skip("no openssl here to make a certificate with")
    directory = tmp_path_factory.mktemp("tls")
    key, certificate = directory / "key.pem", directory / "certificate.pem"
    what = "req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 30 -subj /CN=127.0.0.1"
    where = ["-addext", "subjectAltName=IP:127.0.0.1", "-keyout", str(key), "-out", str(certificate)]
    subprocess.run([openssl, *what.split(), *where], check=True, capture_output=True)
    both = directory / "both.pem"
    both.write_text(key.read_text() + certificate.read_text())
    return both


class TestTls:
    @pytest.fixture
    def protected(self, service, respond, certificate):
        service.tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        service.tls.load_cert_chain(certificate)
        service.does(respond(201, '{"id": "c-1"}'))
        return service

    async def test_an_unknown_certificate_gets_nothing(self, protected, client_of):
        error = await not_sent(client_of(protected))
        assert "certificate" in error.title
        assert "certificate store" in error.remedy
        assert protected.requests == []

    async def test_a_certificate_of_the_systems_store_is_taken(self, protected, client_of, certificate, monkeypatch):
        if sys.platform != "linux":
            pytest.skip("only OpenSSL takes its store from the environment")
        monkeypatch.setenv("SSL_CERT_FILE", str(certificate))
        assert (await client_of(protected).create_connection(BODY)).id == "c-1"

    async def test_a_server_without_tls(self, service, account_at):
        service.does(lambda peer: (peer.sock.recv(1), peer.send(b"HTTP/1.1 400 This is no TLS\r\n\r\n")))
        async with FlowServiceClient(account_at(service.origin.replace("http:", "https:"))) as client:
            failed = await not_sent(client)
            assert "protected" in failed.title
            assert f"If it speaks plain http, give {service.origin}" in failed.remedy


class TestWords:
    @pytest.mark.parametrize(
        ("error", "title"),
        [
            (httpx.ConnectError("canary"), "No connection came about."),
            (httpx.ConnectTimeout("canary"), "No connection came about in time."),
            (httpx.PoolTimeout("canary"), "No connection came about in time."),
            (TimeoutError(), "No connection came about in time."),
            (httpx.InvalidURL("canary"), "The address cannot be called."),
            (httpx.LocalProtocolError("canary"), "No connection came about."),
            (OSError(101, "Network is unreachable"), "No connection came about."),
            (ExceptionGroup("all failed", [ConnectionRefusedError(), OSError(101, "x")]), "The connection was refused."),
        ],
    )
    def test_before_sending(self, error, title):
        problem = problem_before_sending(error, CALL)
        assert problem.title == title
        assert problem.remedy
        assert "canary" not in problem.detail

    def test_the_systems_own_words_are_told(self):
        assert "Network is unreachable" in problem_before_sending(OSError(101, "Network is unreachable"), CALL).detail

    def test_a_chain_of_causes_that_bites_its_tail(self):
        first, second = httpx.ConnectError("x"), OSError(1, "y")
        first.__cause__, second.__cause__ = second, first
        assert problem_before_sending(first, CALL).detail

    @pytest.mark.parametrize(
        "error", [httpx.ReadError(""), httpx.RemoteProtocolError("canary"), ssl.SSLError("canary"), OSError()]
    )
    def test_after_sending(self, error):
        problem = problem_after_sending(error, CALL)
        assert "broke off" in problem.title
        assert "canary" not in problem.detail

    def test_after_sending_too_late(self):
        assert "60 seconds" in problem_after_sending(TimeoutError(), CALL).detail

    @pytest.mark.parametrize("error", [ImportError("needs the system's store"), OSError(2, "canary")])
    def test_a_certificate_store_that_cannot_be_opened(self, error):
        assert "certificate store" in problem_of_setup(error).detail


async def test_a_transport_that_fails_before_it_sends(account_at):
    def refuses(request: httpx.Request) -> httpx.Response:
        raise httpx.ConnectError("canary", request=request)

    async with FlowServiceClient(account_at(FAR), transport=httpx.MockTransport(refuses)) as client:
        with pytest.raises(SendFailed) as caught:
            await client.create_connection(BODY)
    assert caught.value.outcome is Outcome.NOT_SENT


async def test_a_transport_that_fails_while_it_sends(account_at):
    def breaks(request: httpx.Request) -> httpx.Response:
        raise httpx.WriteError("canary", request=request)

    async with FlowServiceClient(account_at(FAR), transport=httpx.MockTransport(breaks)) as client:
        with pytest.raises(SendFailed) as caught:
            await client.create_connection(BODY)
    assert caught.value.outcome is Outcome.UNKNOWN


async def test_a_real_transport_of_its_own_still_tells_when_it_sends(service, respond, account_at):
    service.does(respond(201, '{"id": "c-1"}'))
    sending = Sending()
    async with FlowServiceClient(account_at(service.origin), transport=httpx.AsyncHTTPTransport()) as client:
        await client.create_connection(BODY, sending)
    assert sending.started
    service.stop()
    async with FlowServiceClient(account_at(service.origin), transport=httpx.AsyncHTTPTransport()) as client:
        await not_sent(client)


async def test_many_calls_at_once(service, respond, client_of):
    service.does(respond(201, '{"id": "c-1"}'))
    client = client_of(service)
    created = await asyncio.gather(*(client.create_connection(BODY) for _ in range(20)))
    assert len(created) == len(service.requests) == 20
