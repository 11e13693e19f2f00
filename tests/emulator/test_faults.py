"""Trouble on demand, in process and on a port, and the emulator's own calls."""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from typing import Any

import httpx
import pytest

from aep_tui.emulator.behaviour import Behaviour
from aep_tui.emulator.errors import EmulatorError
from aep_tui.emulator.faults import NAMES, Fault, read_fault

FAULTS = "http://emulator.test/_emulator/faults"
REQUESTS = "http://emulator.test/_emulator/requests"
AFTER = {"drop-after", "cut-answer", "504-after", "not-json", "huge", "wrong-charset", "slow"}
"""The faults that let the call do its work."""


async def count(client: httpx.AsyncClient) -> int:
    return int((await client.get("/connections?count=true")).json()["count"])


async def hit(client: httpx.AsyncClient, name: str, body: dict[str, Any]) -> httpx.Response | str:
    """Send a POST that a fault hits; return the answer, or what happened instead."""
    try:
        return await client.post("/connections", json=body, headers={"x-emulator-fault": name})
    except ConnectionResetError:
        return "dropped"


def test_the_names_are_those_of_the_documentation() -> None:
    expected = (
        "drop-before drop-after cut-answer slow empty-503 html-503 504-after 429 expired-token not-json huge wrong-charset"
    )
    assert list(NAMES) == expected.split()


@pytest.mark.parametrize("name", NAMES)
async def test_a_fault_hits_one_request_and_does_its_work_or_does_not(
    start: Callable[..., Any], body: Callable[..., dict[str, Any]], monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    async def at_once(_: float) -> None:
        """Take no time."""

    monkeypatch.setattr("aep_tui.emulator.faults.asyncio.sleep", at_once)
    client = await start(check_answers=False)
    answer = await hit(client, name, body())
    assert await count(client) == (1 if name in AFTER else 0)
    check_answer(name, answer)
    assert (await client.post("/connections", json=body())).status_code == 201


def check_answer(name: str, answer: httpx.Response | str) -> None:
    if name in ("drop-before", "drop-after", "cut-answer"):
        assert answer == "dropped"
        return
    assert isinstance(answer, httpx.Response)
    assert answer.headers["x-request-id"]
    expected: dict[str, tuple[int, Callable[[httpx.Response], bool]]] = {
        "slow": (201, lambda response: set(response.json()) == {"id", "etag"}),
        "empty-503": (503, lambda response: response.content == b""),
        "html-503": (
            503,
            lambda response: response.text.startswith("<html>") and "text/html" in response.headers["content-type"],
        ),
        "504-after": (504, lambda response: str(response.json()["type"]).endswith("FLOW-1104-504")),
        "429": (429, lambda response: response.headers["retry-after"] == "1" and response.json()["error_code"] == "429050"),
        "expired-token": (
            401,
            lambda response: response.json() == {"error_code": "401013", "message": "Oauth token is not valid"},
        ),
        "not-json": (201, lambda response: not is_json(response.content)),
        "huge": (201, lambda response: len(response.content) > 64 * 1024 * 1024 and is_json(response.content)),
        "wrong-charset": (201, is_latin_1),
    }
    status, holds = expected[name]
    assert answer.status_code == status
    assert holds(answer), answer.content[:200]


def is_json(content: bytes) -> bool:
    try:
        json.loads(content)
    except ValueError:
        return False
    return True


def is_latin_1(response: httpx.Response) -> bool:
    assert "charset=utf-8" in response.headers["content-type"]
    with pytest.raises(UnicodeDecodeError):
        response.content.decode("utf-8")
    return {"id", "etag"} < set(json.loads(response.content.decode("latin-1")))


async def test_faults_wait_in_line_with_their_counts(start: Callable[..., Any]) -> None:
    client = await start(faults=[read_fault("empty-503:2")])
    added = await client.post(FAULTS, json=[{"name": "429", "count": 1, "seconds": 7}, "html-503"])
    assert added.status_code == 201
    assert [(fault["name"], fault["count"]) for fault in added.json()["faults"]] == [
        ("empty-503", 2),
        ("429", 1),
        ("html-503", 1),
    ]
    client.event_hooks = {}
    answers = [await client.get("/connections") for _ in range(5)]
    assert [answer.status_code for answer in answers] == [503, 503, 429, 503, 200]
    assert answers[2].headers["retry-after"] == "7"
    assert (await client.get(FAULTS)).json() == {"faults": []}


async def test_a_fault_may_wait_for_certain_requests(start: Callable[..., Any], body: Callable[..., dict[str, Any]]) -> None:
    client = await start(check_answers=False)
    await client.post(FAULTS, json={"name": "empty-503", "method": "POST", "path": "/connections"})
    assert (await client.get("/connections")).status_code == 200
    assert (await client.post("/connections", json=body())).status_code == 503
    assert (await client.post("/connections", json=body())).status_code == 201


async def test_a_header_with_a_count_hits_the_requests_after_it_too(start: Callable[..., Any]) -> None:
    client = await start(check_answers=False)
    assert (await client.get("/connections", headers={"X-Emulator-Fault": "empty-503:3"})).status_code == 503
    assert [(await client.get("/connections")).status_code for _ in range(3)] == [503, 503, 200]


async def test_faults_can_be_called_off(start: Callable[..., Any]) -> None:
    client = await start(faults=[Fault("empty-503", 100)])
    assert (await client.delete(FAULTS)).status_code == 204
    assert (await client.get("/connections")).status_code == 200


@pytest.mark.parametrize(
    "text", ["", "nonsense", "slow:", "slow:0", "slow:-1", "slow:x", "slow:1:2", "slow:٣", "slow:99999999"]
)
async def test_a_fault_that_cannot_be_read_is_refused(flow: httpx.AsyncClient, text: str) -> None:
    with pytest.raises(EmulatorError):
        read_fault(text)
    assert (await flow.post(FAULTS, json=text)).status_code == 400
    if text.isascii() and text:
        assert (await flow.get("/connections", headers={"x-emulator-fault": text})).status_code == 400


@pytest.mark.parametrize(
    "body",
    [
        5,
        [5],
        {},
        {"name": 5},
        {"name": "nonsense"},
        {"name": "slow", "count": 0},
        {"name": "slow", "count": True},
        {"name": "slow", "count": "1"},
        {"name": "slow", "seconds": -1},
        {"name": "slow", "seconds": 1e9},
        {"name": "huge", "megabytes": 100_000},
        {"name": "slow", "colour": "red"},
    ],
)
async def test_a_fault_with_odd_members_is_refused(flow: httpx.AsyncClient, body: Any) -> None:
    assert (await flow.post(FAULTS, json=body)).status_code == 400
    assert (await flow.get(FAULTS)).json() == {"faults": []}


@pytest.mark.parametrize("mark", ["origin", "sec-fetch-site"])
@pytest.mark.parametrize("content_type", ["text/plain", "application/x-www-form-urlencoded"])
async def test_a_page_in_a_browser_cannot_add_a_fault(flow: httpx.AsyncClient, mark: str, content_type: str) -> None:
    headers = {"content-type": content_type, mark: "https://example.com"}
    assert (await flow.post(FAULTS, content=b'{"name": "slow"}', headers=headers)).status_code == 400
    assert (await flow.get(FAULTS)).json() == {"faults": []}
    asked = {**headers, "content-type": "application/json; charset=utf-8"}
    assert (await flow.post(FAULTS, content=b'{"name": "slow"}', headers=asked)).status_code == 201


@pytest.mark.parametrize("body", ['{"name": "429", "count": 2}', "429:2", ' "429:2" ', '["429", {"name": "429"}]'])
@pytest.mark.parametrize("headers", [{}, {"content-type": "application/x-www-form-urlencoded"}])
async def test_curl_adds_a_fault_as_it_sends_by_default(start: Callable[..., Any], body: str, headers: dict[str, str]) -> None:
    client = await start(check_answers=False)
    added = await client.post(FAULTS, content=body.encode(), headers=headers)
    assert added.status_code == 201, added.text
    assert [(await client.get("/connections")).status_code for _ in range(3)] == [429, 429, 200]


async def test_the_method_of_a_fault_may_be_written_in_any_case(
    start: Callable[..., Any], body: Callable[..., dict[str, Any]]
) -> None:
    client = await start(check_answers=False)
    await client.post(FAULTS, json={"name": "429", "method": "post"})
    assert (await client.get(FAULTS)).json()["faults"][0]["method"] == "POST"
    assert (await client.post("/connections", json=body())).status_code == 429


async def test_the_journal_shows_what_came_in_without_its_secrets(
    start: Callable[..., Any], body: Callable[..., dict[str, Any]]
) -> None:
    client = await start(check_answers=False)
    await client.post("/connections", json=body("shown", description="d"))
    await client.post("/connections", json=body(connectionSpec={"id": "unknown", "version": "1.0"}))
    await client.patch(
        "/connections/x", json=[{"op": "replace", "path": "/auth/params", "value": {"connectionString": "SECRET"}}]
    )
    form = {"grant_type": "client_credentials", "client_id": "c", "client_secret": "SECRET", "scope": "s"}
    await client.post("http://emulator.test/ims/token/v3", data=form)
    await client.post("http://emulator.test/ims/token/v2", params=form)
    await client.post("/connections", content=b"{SECRET", headers={"content-type": "application/json"})
    entries = (await client.get(REQUESTS)).json()["requests"]
    text = json.dumps(entries)
    assert "SECRET" not in text
    assert "token-of-a-test" not in text
    assert "HOST=" not in text
    first = entries[0]
    assert (first["method"], first["path"], first["status"]) == ("POST", "/data/foundation/flowservice/connections", 201)
    assert first["body"]["auth"] == {"specName": "Basic Authentication", "params": {"connectionString": "********"}}
    assert (first["body"]["name"], first["body"]["description"]) == ("shown", "d")
    assert ["authorization", "********"] in first["headers"]
    assert ["x-sandbox-name", "dev"] in first["headers"]
    assert first["bodyBytes"] > 100
    assert entries[1]["body"]["auth"]["params"] == {"connectionString": "********"}
    assert entries[3]["body"] == {
        "grant_type": "client_credentials",
        "client_id": "c",
        "client_secret": "********",
        "scope": "s",
    }
    assert ["client_secret", "********"] in entries[4]["query"]
    assert entries[5]["body"] is None


async def test_the_journal_keeps_the_last_thousand_and_can_be_emptied(
    start: Callable[..., Any], body: Callable[..., dict[str, Any]]
) -> None:
    client = await start(check_answers=False)
    for _ in range(1005):
        await client.get("/nothing")
    await client.post("/connections", json=body(description="x" * 20_000), headers={"x-emulator-fault": "empty-503"})
    entries = (await client.get(REQUESTS)).json()["requests"]
    assert len(entries) == 1000
    assert (entries[-1]["fault"], entries[-1]["status"]) == ("empty-503", 503)
    await client.post("/connections", json=body(description="x" * 20_000))
    last = (await client.get(REQUESTS)).json()["requests"][-1]
    assert last["body"] is None
    assert last["bodyBytes"] > 20_000
    assert (await client.delete(REQUESTS)).status_code == 204
    assert (await client.get(REQUESTS)).json() == {"requests": []}


async def test_the_state_can_be_emptied(flow: httpx.AsyncClient, make: Any) -> None:
    await make(flow)
    await flow.post("/connectionSpecs", json={"name": "own", "providerId": "p"})
    assert (await flow.delete("http://emulator.test/_emulator/state")).status_code == 204
    assert await count(flow) == 0
    assert len((await flow.get("/connectionSpecs")).json()["items"]) == 65


# ── on a port ────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("name", ["drop-before", "drop-after", "cut-answer"])
def test_a_dropped_connection_is_dropped_on_the_wire(on_a_port: Any, body: Callable[..., dict[str, Any]], name: str) -> None:
    with on_a_port.client() as client:
        before = client.get("/connections?count=true").json()["count"]
        with pytest.raises((httpx.RemoteProtocolError, httpx.ReadError)):
            client.post("/connections", json=body(), headers={"x-emulator-fault": name})
        assert client.get("/connections?count=true").json()["count"] == before + (name != "drop-before")
        entries = client.get(on_a_port.origin + "/_emulator/requests").json()["requests"]
        assert [entry["status"] for entry in entries if entry["fault"] == name][-1] == (201 if name == "cut-answer" else None)


def test_a_cut_answer_promises_more_than_it_sends(on_a_port: Any) -> None:
    with on_a_port.connect() as connection:
        headers = "".join(f"{name}: {value}\r\n" for name, value in on_a_port.headers.items())
        headers += "host: x\r\nx-emulator-fault: cut-answer\r\n"
        connection.sendall(f"GET /data/foundation/flowservice/connectionSpecs HTTP/1.1\r\n{headers}\r\n".encode())
        received = b"".join(iter(lambda: connection.recv(65536), b""))
    head, _, content = received.partition(b"\r\n\r\n")
    promised = int(next(line.split(b":")[1] for line in head.split(b"\r\n") if line.startswith(b"content-length")))
    assert 0 < len(content) == promised // 2


@pytest.mark.parametrize(("method", "path"), [("DELETE", "/connections/{id}"), ("HEAD", "/connectionSpecs")])
def test_an_answer_without_a_body_is_cut_within_its_head(
    on_a_port: Any, body: Callable[..., dict[str, Any]], method: str, path: str
) -> None:
    with on_a_port.client() as client:
        made = client.post("/connections", json=body()).json()
        with pytest.raises((httpx.RemoteProtocolError, httpx.ReadError)):
            client.request(method, path.format(**made), headers={"x-emulator-fault": "cut-answer"})
        assert client.get(f"/connections/{made['id']}").status_code == (404 if method == "DELETE" else 200)


def test_a_slow_answer_keeps_nobody_else_waiting(on_a_port: Any) -> None:
    with on_a_port.client() as client:
        client.post(
            on_a_port.origin + "/_emulator/faults", json={"name": "slow", "seconds": 30, "path": "/connectionSpecs/slow-one"}
        )
        with pytest.raises(httpx.ReadTimeout):
            client.get("/connectionSpecs/slow-one", timeout=0.2)
        began = time.monotonic()
        assert client.get("/connections").status_code == 200
        assert time.monotonic() - began < 10


def test_a_caller_who_hangs_up_in_the_middle_of_a_huge_answer_harms_nobody(on_a_port: Any) -> None:
    with on_a_port.client() as client:
        with client.stream("GET", "/connections", headers={"x-emulator-fault": "huge"}) as response:
            assert next(response.iter_raw(1000))
        assert client.get("/connections").status_code == 200


def test_faults_latency_and_token_are_options(serve: Any) -> None:
    emulator = serve(faults=["empty-503:1", "429"], latency_ms=30, token="the-only-one", api_key="client-of-a-test")
    with emulator.client() as client:
        client.headers["authorization"] = "Bearer the-only-one"
        began = time.monotonic()
        assert [client.get("/connections").status_code for _ in range(3)] == [503, 429, 200]
        assert time.monotonic() - began >= 0.09
        client.headers["x-api-key"] = "another"
        assert client.get("/connections").json()["error_code"] == "403003"
        client.headers["authorization"] = "Bearer another"
        assert client.get("/connections").status_code == 401


def test_the_defaults_are_strict() -> None:
    assert Behaviour().switches == frozenset()
    assert Behaviour().secrets == "mask"
