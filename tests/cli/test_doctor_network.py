"""``aep-tui doctor`` on the way to the service: addresses, proxies, certificates, clocks and strange answers."""

from __future__ import annotations

import re
import shutil
import ssl
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from email.utils import formatdate
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
from doctor_kit import closed_port, pasted

from aep_tui.errors import ExitCode


class TestTheWay:
    def test_a_host_that_does_not_accept_connections(self, run, account):
        nobody = closed_port()
        found = run({**account, "AEP_PLATFORM_URL": nobody, "AEP_IMS_URL": nobody})
        assert (found.code, found.failed) == (ExitCode.UNEXPECTED, ["tls", "token"])
        alone = run({**account, "AEP_PLATFORM_URL": nobody})
        assert alone.failed == ["tls"], "the same is not said twice"
        assert "cannot be reached" in alone.words("sandboxes")

    def test_a_proxy_that_cannot_be_one(self, run, account):
        found = run({**account, "HTTPS_PROXY": "http://canary:canary@proxy.example:99999"})
        assert (found.code, found.failed) == (ExitCode.UNEXPECTED, ["proxy"])
        assert "HTTPS_PROXY" in found.words("proxy")
        assert found.checks["proxy"]["words"] == "HTTPS_PROXY cannot be read as the address of a proxy."

    def test_a_proxy_that_is_not_asked_for_this_machine(self, run, account):
        found = run({**account, "HTTPS_PROXY": "http://canary:canary@proxy.example:3128", "HTTP_PROXY": closed_port()})
        assert found.code == 0
        assert "HTTPS_PROXY=http://proxy.example:3128 (with credentials)" in found.words("proxy")
        assert "which is this machine" in found.words("proxy")

    def test_a_proxy_that_refuses(self, run, account):
        far = {"AEP_PLATFORM_URL": "https://platform.example", "HTTPS_PROXY": closed_port()}
        found = run({**account, **far})
        assert found.failed == ["tls"]
        assert "is asked through http://127.0.0.1" in found.words("proxy")

    @pytest.mark.parametrize(("ahead", "verdict"), [(3_600, "warning"), (-3_600, "warning"), (-100, "ok")])
    def test_a_clock_that_is_wrong(self, run, account, ahead, verdict):
        class Handler(BaseHTTPRequestHandler):
            def do_GET(self):
                self.send_response_only(200)
                self.send_header("Date", formatdate(time.time() - ahead, usegmt=True))
                self.send_header("Content-Length", "2")
                self.end_headers()
                self.wfile.write(b"{}")

            def log_message(self, *_: object) -> None:
                return

        server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        serving = threading.Thread(target=server.serve_forever, daemon=True)
        serving.start()
        try:
            here = {**account, "AEP_PLATFORM_URL": f"http://127.0.0.1:{server.server_port}"}
            found = run({**here, "AEP_ACCESS_TOKEN": pasted(ahead - 1_800), "AEP_CLIENT_SECRET": ""})
        finally:
            server.shutdown()
            server.server_close()
            serving.join(10)
        assert found.verdicts("clock") == [verdict]
        wanted = {3_600: "1 hour ahead of", -3_600: "1 hour behind", -100: "seconds behind"}[ahead]
        assert wanted in found.words("clock")
        assert re.search(r"it ends in (30|29) minutes", found.words("access_token")), "by the service's clock"
        assert found.failed == ["sandboxes"]
        assert found.code == ExitCode.UNEXPECTED, "a 200 that is no list of sandboxes is no refusal"


@pytest.fixture
def protected(tmp_path: Path) -> Iterator[tuple[str, Path]]:
    """A service behind a certificate that no system trusts."""
    openssl = shutil.which("openssl")
    if openssl is None:
        pytest.skip("no openssl here to make a certificate with")
    key, certificate = tmp_path / "key.pem", tmp_path / "certificate.pem"
    what = "req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 30 -subj /O=Example/CN=127.0.0.1"
    where = ["-addext", "subjectAltName=IP:127.0.0.1", "-keyout", str(key), "-out", str(certificate)]
    subprocess.run([openssl, *what.split(), *where], check=True, capture_output=True)

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self):
            self.send_response(404)
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, *_: object) -> None:
            return

    class Server(ThreadingHTTPServer):
        def handle_error(self, *_: object) -> None:
            return

    server = Server(("127.0.0.1", 0), Handler)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate, key)
    server.socket = context.wrap_socket(server.socket, server_side=True)
    serving = threading.Thread(target=server.serve_forever, daemon=True)
    serving.start()
    yield f"https://127.0.0.1:{server.server_port}", certificate
    server.shutdown()
    server.server_close()
    serving.join(10)


class TestCertificates:
    def test_one_that_is_not_trusted(self, run, account, protected):
        found = run({**account, "AEP_PLATFORM_URL": protected[0]})
        assert found.failed == ["tls"]
        assert "certificate could not be checked" in found.words("tls")

    def test_one_that_is(self, run, account, protected):
        if sys.platform != "linux":
            pytest.skip("only OpenSSL takes its store from the environment")
        found = run({**account, "AEP_PLATFORM_URL": protected[0], "SSL_CERT_FILE": str(protected[1])})
        assert found.verdicts("tls") == ["ok"]
        assert "issued by Example" in found.words("tls")
