"""What the tests of an account's secrets work with: a service that repeats what it was sent, tokens, files, and faults."""

from __future__ import annotations

import base64
import json
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import raw_service as raw
from canaries import CLIPBOARD, World, quoted
from canary_walk import CanaryService

F3, F12 = "\x1bOR", "\x1b[24~"
ROOT = Path(__file__).parents[2]
ORG, CLIENT_ID = "ACME@AdobeOrg", "a-client-id"
Making = Callable[["AccountService"], bytes]


def jwt(canary: str) -> str:
    """Return a token of Adobe's form, with the secret in what it says of itself and in its signature."""
    said = {"id": canary, "created_at": str(int(time.time() * 1000)), "expires_in": "86400000"}
    head, body = (base64.urlsafe_b64encode(json.dumps(part).encode()).decode().rstrip("=") for part in ({"alg": "RS256"}, said))
    return f"{head}.{body}.{canary}"


class AccountService(CanaryService):
    """Signs in, and fails in the way that :attr:`trouble` says: by the beginning of a path, what is answered in its place."""

    def __init__(self, token: str) -> None:
        super().__init__()
        self.token = token
        self.trouble: dict[str, Making] = {}

    @property
    def received(self) -> str:
        """Everything that came that may hold a secret."""
        return json.dumps([self.sign_ins, self.authorizations, [post.body for post in self.posts]])

    def repeated(self) -> str:
        """Everything that the last caller sent, in every form in which a service may repeat it."""
        form, header = self.sign_ins[-1] if self.sign_ins else {}, self.authorizations[-1]
        secrets = [text for text in (form.get("client_secret", ""), header.partition(" ")[2]) if text]
        coded = [
            way(text) for text in secrets for way in (quoted, lambda text: base64.b64encode(f"me:{text}".encode()).decode())
        ]
        return " ".join([*secrets, json.dumps(form), header, *coded])

    def refuse_token(self, post: raw.Post) -> bytes:
        """Answer a POST as the gateway does whose token has ended, with all of the request in it."""
        document = {"error_code": "401013", "message": f"Oauth token is not valid: {self.repeated()} {json.dumps(post.body)}"}
        return raw.as_json(401, "Unauthorized", document, x_request_id=f"request-{post.headers['authorization']}")

    def _sign_in(self, form: dict[str, str]) -> bytes:  # noqa: ARG002 - it is in sign_ins
        made = self.trouble.get("/ims")
        return made(self) if made else raw.as_json(200, "OK", {"access_token": self.token, "expires_in": 86_399})

    def _read_call(self, path: str) -> bytes:
        made = next((made for start, made in self.trouble.items() if start in path), None)
        return made(self) if made else super()._read_call(path)


# Steps


def diagnose(world: World) -> None:
    """Let the doctor look, where there is one."""
    if (ROOT / "aep_tui" / "cli" / "doctor.py").exists():
        assert world.command("doctor")[1]
        assert world.command("doctor", "--json")[1].startswith(("{", "["))


def environment_of(world: World, **more: str) -> None:
    """Name the whole account in the environment."""
    origin = world.service.origin
    values = {"AEP_PLATFORM_URL": origin, "AEP_IMS_URL": origin, "AEP_IMS_ORG": ORG, "AEP_API_KEY": CLIENT_ID}
    world.environment |= values | {"AEP_SANDBOX_NAME": "dev"} | more


def add_profile(world: World, place: str = "") -> None:
    """Make a profile with the command, with a secret on stdin or without one."""
    origin, how = world.service.origin, "--secret-stdin" if place else "--no-secret"
    values = ("--org-id", ORG, "--client-id", CLIENT_ID, "--sandbox", "dev", "--platform-url", origin, "--ims-url", origin)
    secret = world.canary(place) if place else ""
    assert world.command("profile", "add", "acme", *values, how, text=f"{secret}\n")[0] == 0


def copied(terminal: Any) -> int:
    return len(CLIPBOARD.findall(bytes(terminal.raw)))


def copy_for_support(terminal: Any) -> None:
    before = copied(terminal)
    terminal.type(F12)
    terminal.wait_until(lambda _: copied(terminal) > before, "a copy for support")
    # What was copied is shown, until it is closed.
    terminal.wait_for("For support, without secrets")
    terminal.press("escape")
    terminal.wait_until(lambda text: "For support, without secrets" not in text, "the page below")


def to_profiles(terminal: Any) -> None:
    terminal.type(F3)
    terminal.wait_for("Where each value comes from", "the demo")


# What a service may answer, with what it was sent in it


def said(status: int, code: str, **more: str) -> Making:
    def made(service: AccountService) -> bytes:
        document = {"error_code": code, "message": f"no: {service.repeated()}", "report": {"x": service.repeated()}}
        return raw.as_json(status, "No", document, x_request_id=service.repeated(), **more)

    return made


def refused(service: AccountService) -> bytes:
    document = {"error": "invalid_client", "error_description": f"invalid client_secret {service.repeated()}"}
    return raw.as_json(400, "Bad Request", document)


def page(service: AccountService) -> bytes:
    title = f"<html><title>{service.sign_ins[-1]['client_secret']} {service.authorizations[-1]}</title>{service.repeated()}"
    return raw.http(403, "Forbidden", title.encode(), Content_Type="text/html")


def redirect(service: AccountService) -> bytes:
    secret = service.sign_ins[-1]["client_secret"]
    return raw.http(302, "Found", Location=f"https://{secret}.example.com/{secret}?{service.repeated()}")


def no_token(service: AccountService) -> bytes:
    return raw.as_json(200, "OK", {"access_token": 5, "token": service.token, "x": service.repeated()})


def no_json(service: AccountService) -> bytes:
    return raw.http(200, "OK", f"ok {service.repeated()}".encode(), Content_Type="text/plain")


def refused_token(service: AccountService) -> bytes:
    return said(401, "401013")(service)


# Files that people have


def import_files(world: World, origin: str) -> list[Path]:
    """Write a file of each kind that people have."""
    postman = {"API_KEY": CLIENT_ID, "PLATFORM_GATEWAY": origin, "IMS": origin, "IMS_ORG": ORG, "SANDBOX_NAME": "dev"}
    aepp = {"org_id": ORG, "client_id": CLIENT_ID, "secret": "{}", "sandbox-name": "dev", "environment": "prod"}
    console = {"CLIENT_SECRETS": ["{}"], "ORG_ID": ORG, "API_KEY": CLIENT_ID, "SCOPES": ["openid"]}

    def listed(values: dict[str, str]) -> dict[str, object]:
        return {"name": "postman", "values": [{"key": key, "value": text} for key, text in values.items()]}

    made = (
        ("credential file", "console.json", console),
        ("Postman client secret", "secret.json", listed({**postman, "CLIENT_SECRET": "{}"})),
        ("aepp config", "aepp.json", aepp),
        ("Postman token", "token.json", listed({**postman, "ACCESS_TOKEN": "{}"})),
    )
    return [world.plant(place, name, json.dumps(document)) for place, name, document in made]


# Programs that fail

CRASHING_DIALOG = """
import os
for name in ("TEXTUAL", "TEXTUAL_DEBUG", "TEXTUAL_LOG", "TEXTUAL_SCREENSHOT"):
    del os.environ[name]  # as the program does it before it loads Textual, which this script has to load first
from aep_tui.tui.screens.ask_secret import AskSecretScreen
from textual.widgets import Input

def boom(page):
    typed = page.query_one("#secret", Input).value
    try:
        raise ValueError(typed)
    except ValueError as error:
        error.add_note(typed)
        raise RuntimeError(typed, page.app.accounts, error)

AskSecretScreen.action_other_kind = boom
from aep_tui.launch import main
main()
"""
CRASHING_SIGN_IN = """
import httpx
real = httpx.AsyncHTTPTransport.handle_async_request
async def handle(self, request):
    if request.method == "POST":
        raise RuntimeError(request.content, request.headers.raw)
    return await real(self, request)
httpx.AsyncHTTPTransport.handle_async_request = handle
from aep_tui.launch import main
main()
"""
