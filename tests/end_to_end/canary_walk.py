"""The way through the program on which a secret is entered in every kind of field, and the service it talks to."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import raw_service as raw
from canaries import CLIPBOARD, World

CRASH, INTERRUPTED, UNKNOWN, INVALID_PARAMS = 70, 130, 6, 4
CONNECTION_STRING = "Server=db.example.com;User Id=me;Password=secret"
SECRET = {"type": "string", "format": "password"}
SCHEMA = {
    "type": "object",
    "properties": {
        "user": {"type": "string", "title": "User"},
        "password": {**SECRET, "title": "Password"},
        "key": {**SECRET, "title": "Key"},
        # No schema is fetched, so that this is typed as JSON.
        "settings": {"title": "Settings", "format": "password", "allOf": [{"$ref": "https://example.com/schema.json"}]},
        "connectionString": {**SECRET, "title": "Connection string", "examples": [CONNECTION_STRING]},
        "pem": {**SECRET, "title": "Pem"},
        "certificate": {**SECRET, "title": "Certificate", "contentEncoding": "base64"},
    },
    "required": ["password"],
}
SPEC = {
    "id": "spec-canary",
    "name": "canary",
    "version": "1.0",
    "authSpec": [{"name": "All", "spec": SCHEMA}],
    "attributes": {"connectorName": "Canary source"},
}
ENTERED = ("password", "pasted key", "JSON member", "connection string part", "text file", "binary file")
"""What :func:`fill_in` enters."""
F4, F6, F7, F8 = "\x1bOS", "\x1b[17~", "\x1b[18~", "\x1b[19~"
COPY, CUT, SELECT_ALL_LEFT, SELECT_WORD = "\x03", "\x18", "\x1b[1;2H", "\x1b[1;2D"


class CanaryService(raw.RawService):
    """Lists one source, and answers what a test wants, with what it was sent at hand."""

    def _read_call(self, path: str) -> bytes:
        return raw.as_json(200, "OK", {"items": [SPEC]}) if "connectionSpecs" in path else super()._read_call(path)

    def echo(self, make: Callable[[raw.Post], bytes]) -> raw.Answer:
        """Answer with something made of the last POST."""
        return lambda connection: connection.sendall(make(self.posts[-1]))


def paste(terminal: Any, text: str) -> None:
    terminal.type(f"\x1b[200~{text}\x1b[201~")


def wait_for_row(terminal: Any, label: str, shown: str) -> None:
    def is_there(screen: str) -> bool:
        return any(line.split("│")[0].strip().startswith(label) and shown in line for line in screen.splitlines())

    terminal.wait_until(is_there, f"{shown} in the row {label}")


def to_step(terminal: Any, label: str) -> None:
    """Wait until the help beside the form is that of a field."""
    terminal.wait_until(lambda screen: f"─ {label} ─" in screen, f"the help of {label}")


def load(world: World, terminal: Any, place: str, name: str, content: str) -> None:
    path = world.plant(place, name, content)
    terminal.type(F4)
    terminal.wait_for("Load from a file")
    paste(terminal, str(path))
    terminal.wait_for("1 name")
    terminal.press("enter")
    terminal.wait_for("Loaded")


def fill_in(world: World, terminal: Any) -> None:
    """Enter a secret in every kind of field; try to copy and to cut each."""
    terminal.wait_for("Step 2 of 4: Credentials", "Password *")
    terminal.type("mine\t\tme\t")
    to_step(terminal, "Password")
    terminal.type(world.canary("password"))
    wait_for_row(terminal, "Password", "•" * 20)
    terminal.type(f"{SELECT_ALL_LEFT}{COPY}{CUT}")
    terminal.wait_for("A secret is not copied")
    terminal.press("tab")
    to_step(terminal, "Key")
    paste(terminal, world.canary("pasted key"))
    terminal.press("tab")
    to_step(terminal, "Settings")
    paste(terminal, json.dumps({"deep": [{"member": world.canary("JSON member")}]}))
    terminal.type(f"{SELECT_WORD * 3}{COPY}{CUT}")
    terminal.press("tab")
    to_step(terminal, "Connection string")
    terminal.type(F7)
    terminal.wait_for("part by part")
    terminal.type(f"db\rme\r{world.canary('connection string part')}")
    terminal.wait_for("As it will be written", "Server=db")
    terminal.type(f"{SELECT_ALL_LEFT}{COPY}{CUT}")
    terminal.press("ctrl+n")
    wait_for_row(terminal, "Connection string", "•" * 20)
    terminal.press("tab")
    to_step(terminal, "Pem")
    load(world, terminal, "text file", "key.pem", "-----BEGIN-----\n{}\n-----END-----\n")
    terminal.press("tab")
    to_step(terminal, "Certificate")
    load(world, terminal, "binary file", "client.p12", "\x01{}\x02")
    terminal.press("tab")


def to_review(world: World, terminal: Any) -> None:
    fill_in(world, terminal)
    terminal.press("f5")
    terminal.wait_for("The request so far", "{CONNECTION_STRING}")
    terminal.type("ctc")
    terminal.press("escape")
    terminal.wait_until(lambda shown: "The request so far" not in shown, "the form again")
    terminal.press("f1")
    terminal.wait_for("Help · ")
    terminal.press("escape")
    terminal.wait_until(lambda shown: "Help · " not in shown, "the form again")
    terminal.press("ctrl+n")
    terminal.wait_for("Step 3 of 4: Review", "{PASSWORD}")
    terminal.type("ct")
    terminal.wait_for("curl -")
    terminal.type("c")


def send(terminal: Any) -> None:
    terminal.pause_for_the_guard()
    terminal.press("ctrl+n")


def leave(terminal: Any) -> None:
    terminal.press("ctrl+q")
    terminal.wait_until(
        lambda shown: terminal.process.poll() is not None or "Not yet" in shown, "the end, or what would be lost"
    )
    if terminal.process.poll() is None:
        terminal.press("ctrl+q")


def look_at_the_history(terminal: Any) -> None:
    terminal.press("f2")
    terminal.wait_for("History", "mine", "{PASSWORD}")
    terminal.type(F6)
    terminal.wait_until(lambda _: len(CLIPBOARD.findall(terminal.raw)) > 0, "a copy")


def end_or_leave(terminal: Any) -> None:
    """Wait for the end; leave where a page is shown instead."""
    terminal.wait_until(lambda shown: terminal.process.poll() is not None or "Quit" in shown, "an end or a page")
    if terminal.process.poll() is None:
        terminal.pause_for_the_guard()
        leave(terminal)
