"""A service on a socket that signs in and answers, with switches for a test."""

from __future__ import annotations

import asyncio
import json
import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from urllib.parse import parse_qs

import pytest

from aep_tui.errors import ExitCode
from aep_tui.flow_service.account import Account
from aep_tui.flow_service.outcome import ServiceError
from aep_tui.secret import Secret

CLIENT_SECRET = "p8e-canary-client-secret"
CLIENT_ID = "canary-client-id"


def answer(status: int, document: object, **headers: str) -> bytes:
    body = document if isinstance(document, bytes) else json.dumps(document).encode()
    names = {"Content-Type": "application/json", "Content-Length": str(len(body)), "X-Request-Id": "r-1"}
    names |= {name.replace("_", "-"): value for name, value in headers.items()}
    head = f"HTTP/1.1 {status} Because\r\n" + "".join(f"{name}: {value}\r\n" for name, value in names.items())
    return head.encode() + b"\r\n" + body


REFUSED_TOKEN = answer(401, {"error_code": "401013", "message": "Oauth token is not valid"})


@dataclass
class Platform:
    """Sign-in and Flow Service behind one action of the raw service.

    Attributes:
        expires_in: What the sign-in says about its tokens.
        rejects: How many calls of the Flow Service are refused for their token.
        token_answers: What the sign-in answers first, in place of a token.
        answers: What the Flow Service answers first.
        created: What a POST comes to.
    """

    expires_in: object = 86_399
    rejects: int = 0
    refusal: bytes = REFUSED_TOKEN
    token_answers: list[bytes | Callable] = field(default_factory=list)
    answers: list[bytes | Callable] = field(default_factory=list)
    tokens: int = 0
    forms: list[dict[str, str]] = field(default_factory=list)
    used: list[str] = field(default_factory=list)
    posts: int = 0
    lock: threading.Lock = field(default_factory=threading.Lock)
    may_sign_in: threading.Event = field(default_factory=threading.Event)

    def __post_init__(self) -> None:
        self.may_sign_in.set()

    def __call__(self, peer) -> None:
        while True:
            try:
                request = peer.read()
            except ConnectionError:
                return
            given = self.signed_in(request) if request.target == "/ims/token/v3" else self.served(request)
            if callable(given):
                given(peer)
                return
            peer.send(given)

    def signed_in(self, request) -> bytes | Callable:
        assert "authorization" not in request.headers
        assert "x-gw-ims-org-id" not in request.headers
        self.forms.append({name: values[0] for name, values in parse_qs(request.body.decode()).items()})
        self.may_sign_in.wait(20)
        with self.lock:
            if self.token_answers:
                return self.token_answers.pop(0)
            self.tokens += 1
            return answer(
                200, {"access_token": f"eyJ-canary-{self.tokens}", "token_type": "bearer", "expires_in": self.expires_in}
            )

    def served(self, request) -> bytes | Callable:
        with self.lock:
            self.used.append(request.headers.get("authorization", ""))
            self.posts += request.method == "POST"
            if self.rejects:
                self.rejects -= 1
                return self.refusal
            if self.answers:
                return self.answers.pop(0)
        if request.method == "POST":
            return answer(201, {"id": "c-1", "etag": '"e"'})
        return answer(200, {"items": []})


def account_of(origin: str, ims_origin: str = "", secret: str = CLIENT_SECRET, token: str = "") -> Account:
    return Account(
        origin,
        "ACME@AdobeOrg",
        CLIENT_ID,
        "dev",
        Secret(token),
        client_secret=Secret(secret),
        ims_origin=ims_origin or origin,
    )


class StillClock:
    def __init__(self) -> None:
        self.monotonic = 1_000.0
        self.wall = 1_800_000_000.0

    def move(self, seconds: float) -> None:
        self.monotonic += seconds
        self.wall += seconds


BODY = {"name": "x"}
TOKEN_CALL = "/ims/token/v3"
WRONG_SECRET = answer(400, {"error": "invalid_client", "error_description": "invalid client_secret parameter"})
WRONG_CLIENT = answer(400, {"error": "invalid_client", "error_description": "invalid client_id parameter"})


async def until(holds) -> None:
    for _ in range(1_000):
        if holds():
            return
        await asyncio.sleep(0.01)
    raise AssertionError("it never held")


def chain(error: BaseException | None):
    seen: list[BaseException] = []
    waiting = [error]
    while waiting:
        current = waiting.pop()
        if current is not None and current not in seen:
            seen.append(current)
            waiting += [current.__cause__, current.__context__]
    return seen


async def fails(call, *, code: ExitCode | None = ExitCode.NOT_PERMITTED) -> ServiceError:
    with pytest.raises(ServiceError) as caught:
        await call
    error = caught.value
    if code is not None:
        assert error.exit_code is code
    assert error.problem.remedy
    assert len(chain(error)) == 1, "an HTTP library's exception holds the request"
    assert "canary" not in repr(error) + error.sentence() + repr(error.problem) + repr(error.__dict__)
    return error


def drops(peer) -> None:
    peer.reset()


def breaks_off(peer) -> None:
    peer.send(b'HTTP/1.1 200 OK\r\nContent-Length: 900\r\n\r\n{"access_token": "eyJ-canary')


def waits(peer) -> None:
    peer.service.released.wait(20)
