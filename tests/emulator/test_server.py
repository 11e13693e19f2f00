"""The emulator on a port: its options, and clients that nobody here wrote."""

from __future__ import annotations

import contextlib
import json
import re
import signal
import socket
import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import httpx
import pytest

from aep_tui.emulator.server import is_loopback

BASE = "/data/foundation/flowservice"
GREENPLUM = "37b6bf40-d318-4655-90be-5cd6f65d334b"
BODY = json.dumps(
    {
        "name": "raw",
        "connectionSpec": {"id": GREENPLUM, "version": "1.0"},
        "auth": {"specName": "Basic Authentication", "params": {"connectionString": "HOST=a"}},
    }
).encode()
HEADERS = (
    b"aUTHORIZATION: bEARER t\r\nX-API-KEY: k\r\nx-Gw-Ims-Org-Id: A@AdobeOrg\r\n"
    b"X-SANDBOX-NAME: dev\r\nContent-TYPE: application/JSON\r\n"
)


def request(method: str, path: str, body: bytes = b"", version: str = "1.1", more: bytes = b"") -> bytes:
    length = f"Content-Length: {len(body)}\r\n" if body else ""
    return f"{method} {BASE}{path} HTTP/{version}\r\nHost: emulator\r\n{length}".encode() + HEADERS + more + b"\r\n" + body


def receive_all(connection: socket.socket) -> bytes:
    received = b""
    while chunk := connection.recv(65536):
        received += chunk
    return received


def receive_answer(connection: socket.socket) -> tuple[int, bytes]:
    """Read one answer and leave the connection open."""
    received = b""
    while b"\r\n\r\n" not in received:
        received += connection.recv(65536)
    head, _, body = received.partition(b"\r\n\r\n")
    length = int(re.search(rb"content-length: (\d+)", head, re.IGNORECASE).group(1))  # type: ignore[union-attr]
    while len(body) < length:
        body += connection.recv(65536)
    return int(head.split()[1]), body


def status_of(received: bytes) -> int:
    return int(received.split()[1])


def test_the_first_line_is_the_origin_of_a_free_port(serve: Any) -> None:
    emulator = serve()
    assert re.fullmatch(r"http://127\.0\.0\.1:\d+", emulator.origin)
    with emulator.client() as client:
        assert len(client.get("/connectionSpecs").json()["items"]) == 65


def test_inlets_are_on_its_own_origin_whatever_host_the_caller_names(serve: Any) -> None:
    emulator = serve(provisioning_seconds=0)
    auth = {"specName": "Streaming Connection", "params": {"dataType": "raw"}}
    spec = {"id": "bc7b00d6-623a-4dfc-9fdb-f1240aeadaeb", "version": "1.0"}
    with emulator.client() as client:
        made = client.post("/connections", json={"name": "s", "connectionSpec": spec, "auth": auth}).json()
        item = client.get(f"/connections/{made['id']}", headers={"host": "platform.adobe.io"}).json()["items"][0]
        url = item["auth"]["params"]["inletUrl"]
        assert url.startswith(emulator.origin + "/collection/")
        assert client.post(url, json={}, headers={"x-adobe-flow-id": "f"}).status_code == 200


def test_specs_files_of_every_form_join_the_catalogue(serve: Any, tmp_path: Path) -> None:
    forms = [[{"id": "a"}, {"id": "b"}], {"items": [{"id": "c"}]}, {"id": "d", "name": "one"}]
    paths = []
    for index, content in enumerate(forms):
        paths.append(str(tmp_path / f"{index}.json"))
        Path(paths[-1]).write_text(json.dumps(content))
    with serve(specs=paths).client() as client:
        ids = {item["id"] for item in client.get("/connectionSpecs").json()["items"]}
    assert len(ids) == 69
    assert {"a", "b", "c", "d"} <= ids


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        ("{", "not valid JSON"),
        ("5", "neither"),
        ('{"items": 5}', "neither"),
        ("[5]", "Item 1"),
        ('[{"id": "a"}, {"name": "b"}]', "Item 2"),
        ("\xff", "not valid UTF-8"),
        ('[{"id": "a", "name": "\\ud800"}]', "surrogate"),
        ('[{"id": "a", "size": NaN}]', "number"),
        ('[{"id": "a", "size": 1e999}]', "number"),
        ("[" * 200 + "]" * 200, "64 levels"),
        ('[{"id": "a"}, {"id": "b", "version": 1.0}]', "Item 2"),
        ('[{"id": "a", "version": null}]', "version"),
    ],
)
def test_a_specs_file_that_cannot_be_used_is_named(
    refused_options: Callable[..., tuple[int, str]], tmp_path: Path, content: str, reason: str
) -> None:
    path = tmp_path / "specs.json"
    path.write_bytes(content.encode("latin-1"))
    code, sentence = refused_options(specs=[str(path)])
    assert code == 2
    assert str(path) in sentence
    assert reason in sentence


@pytest.mark.parametrize(
    ("options", "reason"),
    [
        ({"host": "0.0.0.0"}, "--i-know-it-is-open"),
        ({"host": "no.such.host.invalid", "i_know_it_is_open": True}, "cannot be used"),
        ({"port": 70000}, "out of range"),
        ({"port": -1}, "out of range"),
        ({"faults": ["earthquake"]}, "no fault 'earthquake'"),
        ({"faults": ["slow:0"]}, "whole number"),
        ({"latency_ms": -5}, "latency"),
        ({"secrets": "shout"}, "'shout'"),
        ({"switches": ["off"]}, "no switch 'off'"),
        ({"provisioning_seconds": -1}, "seconds"),
        ({"specs": ["/no/such/file.json"]}, "/no/such/file.json"),
        ({"state": "/proc/no/such/place.sqlite3"}, "/proc/no/such/place.sqlite3"),
    ],
)
def test_options_that_cannot_be_used_end_in_a_sentence(
    refused_options: Callable[..., tuple[int, str]], options: dict[str, Any], reason: str
) -> None:
    code, sentence = refused_options(**options)
    assert code == 2
    assert reason in sentence
    assert len(sentence.splitlines()) == 1


def test_a_port_in_use_is_named(refused_options: Callable[..., tuple[int, str]], on_a_port: Any) -> None:
    code, sentence = refused_options(port=on_a_port.port)
    assert code == 2
    assert f"Port {on_a_port.port} of 127.0.0.1 is in use" in sentence


@pytest.mark.parametrize(
    ("host", "expected"),
    [
        ("127.0.0.1", True),
        ("127.9.9.9", True),
        ("::1", True),
        ("localhost", True),
        ("0.0.0.0", False),
        ("::", False),
        ("192.168.0.1", False),
        ("example.com", False),
    ],
)
def test_which_addresses_only_this_machine_can_reach(host: str, expected: bool) -> None:
    assert is_loopback(host) is expected


# ── clients ──────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("version", ["1.0", "1.1"])
def test_header_names_in_any_case_and_http_1_0(on_a_port: Any, version: str) -> None:
    with on_a_port.connect() as connection:
        connection.sendall(request("POST", "/connections", BODY, version, b"Connection: close\r\n"))
        received = receive_all(connection)
    assert status_of(received) == 201
    assert b"location: /data/foundation/flowservice/connections/" in received.lower()


def test_http_1_0_without_a_host(on_a_port: Any) -> None:
    with on_a_port.connect() as connection:
        connection.sendall(f"GET {BASE}/connections HTTP/1.0\r\n".encode() + HEADERS + b"\r\n")
        assert status_of(receive_all(connection)) == 200


def test_a_caller_who_waits_for_leave_to_send_the_body_gets_it(on_a_port: Any) -> None:
    whole = request("POST", "/connections", BODY, more=b"Expect: 100-continue\r\n")
    head, _, body = whole.partition(b"\r\n\r\n")
    with on_a_port.connect() as connection:
        connection.sendall(head + b"\r\n\r\n")
        assert connection.recv(65536).startswith(b"HTTP/1.1 100 ")
        connection.sendall(body)
        assert receive_answer(connection)[0] == 201


def test_a_caller_who_waits_for_leave_and_is_refused_need_not_send_the_body(on_a_port: Any) -> None:
    head = request("POST", "/connections", BODY, more=b"Expect: 100-continue\r\n").partition(b"\r\n\r\n")[0]
    with on_a_port.connect() as connection:
        connection.sendall(head.replace(b"aUTHORIZATION", b"x-nothing") + b"\r\n\r\n")
        assert receive_answer(connection)[0] == 403


def test_several_requests_on_one_connection_one_after_the_other_and_at_once(on_a_port: Any) -> None:
    with on_a_port.connect() as connection:
        for _ in range(3):
            connection.sendall(request("GET", "/connections?limit=1"))
            assert receive_answer(connection)[0] == 200
        connection.sendall(
            request("GET", "/connections?limit=1") * 3 + request("GET", "/nothing", more=b"Connection: close\r\n")
        )
        received = receive_all(connection)
    assert received.count(b"HTTP/1.1 200 OK") == 3
    assert received.count(b"HTTP/1.1 404 Not Found") == 1


def test_a_body_in_chunks(on_a_port: Any) -> None:
    chunks = b"".join(f"{len(part):x}\r\n".encode() + part + b"\r\n" for part in (BODY[:10], BODY[10:11], BODY[11:]))
    with on_a_port.connect() as connection:
        connection.sendall(request("POST", "/connections", more=b"Transfer-Encoding: chunked\r\n") + chunks + b"0\r\n\r\n")
        assert receive_answer(connection)[0] == 201


def test_a_caller_who_sends_byte_by_byte_is_heard_out_and_keeps_nobody_waiting(on_a_port: Any) -> None:
    whole = request("POST", "/connections", BODY)
    with on_a_port.connect() as slow, on_a_port.client() as other:
        for index, byte in enumerate(whole):
            slow.sendall(bytes([byte]))
            if index == len(whole) // 2:
                assert other.get("/connections").status_code == 200
        assert receive_answer(slow)[0] == 201


def test_a_caller_who_has_closed_its_own_side_still_gets_its_answers(on_a_port: Any) -> None:
    with on_a_port.connect() as connection:
        connection.sendall(request("POST", "/connections", BODY) + request("GET", "/connections?limit=1"))
        connection.shutdown(socket.SHUT_WR)
        received = receive_all(connection)
    assert received.count(b"HTTP/1.1 201 Created") == 1
    assert received.count(b"HTTP/1.1 200 OK") == 1


def test_a_body_that_ends_early_makes_nothing(on_a_port: Any) -> None:
    head = (
        request("POST", "/connections", BODY)
        .partition(b"\r\n\r\n")[0]
        .replace(f"{len(BODY)}".encode(), f"{len(BODY) + 5}".encode())
    )
    with on_a_port.client() as client:
        before = client.get("/connections?count=true", headers={"x-gw-ims-org-id": "A@AdobeOrg"}).json()
        with on_a_port.connect() as connection:
            connection.sendall(head + b"\r\n\r\n" + BODY)
            connection.shutdown(socket.SHUT_WR)
            received = receive_all(connection)
        assert status_of(received) == 400
        assert b"before its body was complete" in received
        assert client.get("/connections?count=true", headers={"x-gw-ims-org-id": "A@AdobeOrg"}).json() == before


@pytest.mark.parametrize(
    "sent",
    [
        b"BLAH\r\n\r\n",
        b"\x16\x03\x01\x02\x00\x01\x00\x01\r\n\r\n",
        b"GET / HTTP/1.1\r\nno colon\r\n\r\n",
        b"GET /\xff HTTP/1.1\r\n\r\n",
    ],
)
def test_what_is_no_http_is_a_400_with_an_id(on_a_port: Any, sent: bytes) -> None:
    with on_a_port.connect() as connection:
        connection.sendall(sent)
        status, body = receive_answer(connection)
    assert (status, json.loads(body)["status"]) == (400, 400)
    with on_a_port.client() as client:
        assert client.get("/connections").status_code == 200


def test_a_request_line_without_an_end_harms_nobody(on_a_port: Any) -> None:
    with on_a_port.connect() as connection, contextlib.suppress(ConnectionError):
        connection.sendall(b"GET /" + b"a" * 200_000)
        assert receive_all(connection).startswith(b"HTTP/1.1 400")
    with on_a_port.client() as client:
        assert client.get("/connections").status_code == 200


def test_a_caller_who_hangs_up_in_the_middle_harms_nobody(on_a_port: Any) -> None:
    whole = request("POST", "/connections", BODY)
    for length in (5, len(whole) // 2, len(whole) - 1):
        with on_a_port.connect() as connection:
            connection.sendall(whole[:length])
    with on_a_port.client() as client:
        assert client.get("/connections").status_code == 200


def test_a_body_of_10_megabytes_is_refused_on_a_connection_that_goes_on(on_a_port: Any) -> None:
    with on_a_port.client() as client:
        response = client.post(
            "/connections", content=b"[" + b" " * 10_000_000 + b"]", headers={"content-type": "application/json"}
        )
        assert response.status_code == 413
        assert response.headers["x-request-id"]
        assert client.get("/connections").status_code == 200


def test_200_clients_at_once_lose_nothing(serve: Any, tmp_path: Path) -> None:
    emulator = serve(state=str(tmp_path / "state.sqlite3"))
    gate = threading.Barrier(200)

    def work(index: int) -> str:
        with socket.create_connection(("127.0.0.1", emulator.port), timeout=60) as connection:
            gate.wait(60)
            connection.sendall(request("POST", "/connections", BODY.replace(b'"raw"', f'"c{index}"'.encode())))
            status, body = receive_answer(connection)
        assert status == 201
        return str(json.loads(body)["id"])

    with ThreadPoolExecutor(200) as pool:
        ids = set(pool.map(work, range(200)))
    assert len(ids) == 200
    found = set[str]()
    with httpx.Client(
        base_url=emulator.origin + BASE, headers=dict(line.split(": ") for line in HEADERS.decode().split("\r\n") if line)
    ) as client:
        path = "/connections?limit=100"
        while path:
            content = client.get(path).json()
            found |= {item["id"] for item in content["items"]}
            path = content["_links"].get("next", {}).get("href", "")
    assert found == ids


def wait_until(holds: Callable[[], bool]) -> None:
    for _ in range(1000):
        if holds():
            return
        time.sleep(0.01)
    raise AssertionError("it never held")


def has_been_hit(emulator: Any) -> bool:
    """Tell whether the fault that an emulator began with has met its request."""
    with emulator.client() as client:
        return bool(client.get(emulator.origin + "/_emulator/faults").json() == {"faults": []})


def is_closed(emulator: Any) -> bool:
    """Tell whether an emulator takes no more connections."""
    try:
        emulator.connect().close()
    except ConnectionError:
        return True
    return False


def test_it_stops_in_time_although_callers_hold_connections_open(serve: Any) -> None:
    emulator = serve(faults=["slow"])
    with emulator.connect() as idle, emulator.connect() as half, emulator.connect() as waiting:
        half.sendall(request("POST", "/connections", BODY)[:40])
        waiting.sendall(request("GET", "/connections"))
        wait_until(lambda: has_been_hit(emulator))
        began = time.monotonic()
        code, errors = emulator.stop(signal.SIGTERM)
        assert time.monotonic() - began < 15
        assert idle.recv(1) == b""
    assert code == 0
    assert "Traceback" not in errors


def test_a_second_interrupt_does_not_wait(serve: Any) -> None:
    emulator = serve(faults=["slow"])
    with emulator.connect() as waiting:
        waiting.sendall(request("GET", "/connections"))
        wait_until(lambda: has_been_hit(emulator))
        emulator.process.send_signal(signal.SIGINT)
        wait_until(lambda: is_closed(emulator))
        emulator.process.send_signal(signal.SIGINT)
        assert emulator.process.wait(timeout=20) == 0


def test_nobody_reads_its_output(serve: Any) -> None:
    emulator = serve()
    emulator.process.stdout.close()
    with emulator.client() as client:
        assert client.get("/connections").status_code == 200
    emulator.process.send_signal(signal.SIGTERM)
    assert emulator.process.wait(timeout=20) == 0
    emulator.process.stdout = None


@pytest.mark.parametrize("host", [b"", b"[", b"a:b:c", b"x\xff", b"evil.example.com/path?"], ids=range(5))
def test_an_odd_host_harms_nobody(on_a_port: Any, host: bytes) -> None:
    head = b"GET /data/foundation/sandbox-management/ HTTP/1.1\r\nConnection: close\r\n"
    with on_a_port.connect() as connection:
        connection.sendall(head + b"Host: " + host + b"\r\n" + HEADERS + b"\r\n")
        assert status_of(receive_all(connection)) in (200, 400)
