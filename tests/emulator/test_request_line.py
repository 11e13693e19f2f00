"""The first line of a request in the form that clients behind a proxy write it, and how the emulator ends."""

from __future__ import annotations

import json
import select
import signal
import time
import urllib.request
from collections.abc import Callable
from typing import Any

import httpx
import pytest

BASE = "/data/foundation/flowservice"
SECONDS = 20


def asked(emulator: Any, line: str, host: str = "somebody.example.com") -> tuple[int, Any]:
    headers = "".join(f"{name}: {value}\r\n" for name, value in emulator.headers.items())
    with emulator.connect() as connection:
        connection.sendall(f"{line} HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n{headers}\r\n".encode())
        received = b"".join(iter(lambda: connection.recv(65536), b""))
    head, _, content = received.partition(b"\r\n\r\n")
    return int(head.split()[1]), json.loads(content) if content else None


@pytest.mark.parametrize("origin", ["http://127.0.0.1:{port}", "HTTP://platform.adobe.io", "https://u:p@[::1]:8641"])
def test_a_line_with_the_whole_address_is_the_same_call(on_a_port: Any, origin: str) -> None:
    origin = origin.format(port=on_a_port.port)
    plain = asked(on_a_port, f"GET {BASE}/connectionSpecs?property=name==sftp")
    assert asked(on_a_port, f"GET {origin}{BASE}/connectionSpecs?property=name==sftp") == plain
    assert plain[1]["items"][0]["name"] == "sftp"
    assert asked(on_a_port, f"GET {origin}{BASE}/connections/")[0] == 200
    assert asked(on_a_port, f"GET {origin}/_emulator/faults") == (200, {"faults": []})
    assert asked(on_a_port, f"GET {origin}")[0] == asked(on_a_port, f"GET {origin}?a=b")[0] == 404
    entries = httpx.get(on_a_port.origin + "/_emulator/requests", trust_env=False).json()["requests"]
    assert {entry["path"].partition(":")[0] for entry in entries} & {"http", "https", "HTTP"} == set()


def test_the_host_of_the_line_counts_more_than_that_of_the_header(on_a_port: Any) -> None:
    path = "/data/foundation/sandbox-management/"
    answer = asked(on_a_port, f"GET http://named.example.com:99{path}", host="other.example.com")[1]
    assert answer["_links"]["page"]["href"].startswith(f"http://named.example.com:99{path}")


def test_a_client_behind_a_proxy_is_answered(on_a_port: Any) -> None:
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({"http": on_a_port.origin}))
    address = f"http://platform.adobe.io{BASE}/connections?count=true"
    request = urllib.request.Request(address, headers=dict(on_a_port.headers))
    with opener.open(request, timeout=SECONDS) as answer:
        assert set(json.loads(answer.read())) == {"count"}


async def test_only_the_beginning_of_a_path_is_taken_for_an_address(flow: httpx.AsyncClient) -> None:
    response = await flow.get("/connections/http://x")
    assert response.status_code == 404


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_it_ends_quietly_although_a_call_takes_longer_than_it_waits(serve: Callable[..., Any], number: signal.Signals) -> None:
    emulator = serve(latency_ms=60_000)
    with emulator.connect() as waiting:
        waiting.sendall(f"GET {BASE}/connections HTTP/1.1\r\nHost: x\r\n\r\n".encode())
        time.sleep(0.3)
        began = time.monotonic()
        assert emulator.stop(number) == (0, "")
        assert time.monotonic() - began < 10
        readable, _, _ = select.select([waiting], [], [], SECONDS)
        assert readable
