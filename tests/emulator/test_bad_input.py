"""Input that nobody should send, and what every answer has in common."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import httpx
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from aep_tui.emulator.calls import parse_json
from aep_tui.emulator.problems import Refusal

JSON = {"content-type": "application/json"}
BODIES = [
    (b"", 400),
    (b"   \n", 400),
    (b"{", 400),
    (b"nonsense", 400),
    (b"[]", 400),
    (b'"text"', 400),
    (b"null", 400),
    (b"\xff\xfe{}", 400),
    (b"\xef\xbb\xbf{}", 400),
    ('{"name": "ä"}'.encode("latin-1"), 400),
    ('{"name": "a"}'.encode("utf-16"), 400),
    (b"[" * 100_000 + b"]" * 100_000, 400),
    (b'{"a":' * 100 + b"1" + b"}" * 100, 400),
    (b'{"name": "\\ud800"}', 400),
    (b'{"\\udc00": 1}', 400),
    (b'{"a": NaN}', 400),
    (b'{"a": -Infinity}', 400),
    (b'{"a": 1e999}', 400),
    (b'{"a": ' + b"9" * 5000 + b"}", 400),
    (b"[" + b" " * 1_000_001 + b"]", 413),
]
CALLS = [("POST", "/connections"), ("POST", "/connectionSpecs"), ("POST", "/connections/search")]


@pytest.mark.parametrize(("method", "path"), CALLS)
@pytest.mark.parametrize(("content", "status"), BODIES, ids=range(len(BODIES)))
async def test_a_body_that_cannot_be_read_is_a_problem(
    flow: httpx.AsyncClient, method: str, path: str, content: bytes, status: int
) -> None:
    response = await flow.request(method, path, content=content, headers=JSON)
    assert response.status_code == status, response.text
    assert "Traceback" not in response.text
    assert response.headers["content-type"] == "application/json"
    problem = response.json()
    assert problem["status"] == status
    assert problem.get("detail") or problem["errorMessage"]


async def test_a_patch_reads_its_body_as_strictly(flow: httpx.AsyncClient, make: Any) -> None:
    made = await make(flow)
    for content, status in BODIES:
        response = await flow.patch(f"/connections/{made['id']}", content=content, headers={**JSON, "if-match": made["etag"]})
        assert response.status_code == status


@pytest.mark.parametrize(
    "path",
    [
        "/connections/%00",
        "/connections/..%2f..%2fetc%2fpasswd",
        "/connections/" + "x" * 5000,
        "/connections/%ff%fe",
        "/connections/<script>",
        "/connections/'%20OR%201=1--",
        "/connectionSpecs/%00",
        "/connectionSpecs/..%2f..%2fhttp-api.json",
    ],
    ids=range(8),
)
async def test_an_odd_id_is_nobodys(flow: httpx.AsyncClient, path: str) -> None:
    response = await flow.get(path)
    assert response.status_code == 404
    assert len(response.content) < 2000


VALUES = st.recursive(
    st.one_of(st.none(), st.booleans(), st.integers(), st.floats(), st.text(max_size=10)),
    lambda inner: st.one_of(st.lists(inner, max_size=4), st.dictionaries(st.text(max_size=10), inner, max_size=4)),
    max_leaves=10,
)
MEMBERS = st.dictionaries(
    st.sampled_from(["name", "description", "auth", "connectionSpec", "id", "providerId"]), VALUES, max_size=6
)


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(body=MEMBERS, known=st.booleans())
async def test_any_json_object_is_answered(flow: httpx.AsyncClient, body: dict[str, Any], known: bool) -> None:
    if known:
        body["connectionSpec"] = {"id": "37b6bf40-d318-4655-90be-5cd6f65d334b", "version": "1.0"}
        body["auth"] = {"specName": "Basic Authentication", "params": body.get("auth", {})}
    response = await flow.post("/connections", content=json.dumps(body), headers=JSON)
    assert response.status_code in (400, 422)


@given(st.binary(max_size=60))
def test_any_bytes_are_read_or_refused(content: bytes) -> None:
    assert status_of(content) in (200, 400)


def status_of(content: bytes) -> int:
    try:
        parse_json(content)
    except Refusal as refusal:
        return refusal.status
    return 200


@given(VALUES)
def test_what_is_read_can_be_written(value: Any) -> None:
    try:
        content = json.dumps(value).encode()
        read = parse_json(content)
    except Refusal:
        return
    assert json.dumps(read, ensure_ascii=False).encode()


async def test_a_failure_of_the_emulator_itself_shows_no_traceback(
    start: Callable[..., Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    client = await start(check_answers=False)
    client._transport.raise_app_exceptions = False

    def broken(*_: object) -> None:
        raise RuntimeError("with details")

    monkeypatch.setattr("aep_tui.emulator.connections.find", broken)
    response = await client.get("/connections/any")
    assert response.status_code == 500
    assert response.json()["type"].endswith("FLOW-1400-500")
    assert response.headers["x-request-id"] == response.json()["report"]["request-id"]
    assert "details" not in response.text
