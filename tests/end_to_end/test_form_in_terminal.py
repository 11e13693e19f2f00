"""``aep-tui form FILE`` in a real terminal: filled in by keyboard, its params in a file, its secrets nowhere else."""

from __future__ import annotations

import json
import signal
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

Environment = dict[str, str]
Terminals = Callable[..., Any]
CANARY = "c4n4ry-of-a-secret"
WAYS = [
    {
        "title": "Password",
        "properties": {"mode": {"const": "password"}, "word": {"type": "string", "format": "password"}},
        "required": ["mode", "word"],
    },
    {"title": "Nothing", "properties": {"mode": {"const": "none"}}, "required": ["mode"]},
]
SCHEMA = {
    "type": "object",
    "required": ["hôte", "auth"],
    "properties": {
        "hôte": {"type": "string", "title": "Hôte"},
        "price": {"type": "number"},
        "auth": {"title": "Auth", "oneOf": WAYS},
        "streams": {
            "type": "array",
            "title": "Streams",
            "items": {"type": "object", "properties": {"name": {"type": "string"}}, "required": ["name"]},
        },
        "key": {"type": "string", "title": "Key", "airbyte_secret": True},
    },
}
BASIC = {"properties": {"user": {"type": "string"}}, "required": ["user"]}
TOKEN = {"properties": {"token": {"type": "string", "format": "password"}}, "required": ["token"]}
SPEC = {
    "id": "1",
    "name": "made-up",
    "providerId": "p",
    "version": "1.0",
    "authSpec": [{"name": "Basic", "type": "Basic", "spec": BASIC}, {"name": "By token", "type": "OAuth2", "spec": TOKEN}],
}
INTERRUPTED = 130


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Return a folder with a schema and a connection spec."""
    for name, content in {"schema": SCHEMA, "spec": SPEC}.items():
        (tmp_path / f"{name}.json").write_text(json.dumps(content, ensure_ascii=False), encoding="utf-8")
    return tmp_path


def test_a_form_is_filled_in_and_stdout_alone_gets_the_params(
    folder: Path, environment: Environment, terminals: Terminals
) -> None:
    terminal = terminals(["form", str(folder / "schema.json")], environment)
    terminal.wait_for("A form", "Hôte *", "0 of 2 required fields filled")
    terminal.type("数据-é\t1.50\t")
    terminal.press("down", "tab")
    terminal.wait_for("● Password", "Word *")
    terminal.type(f"{CANARY}\t orders\t")
    terminal.wait_for("1 entry", "orders")
    # a bracketed paste, as a terminal sends it
    terminal.type(f"\x1b[200~-----BEGIN-----\r{CANARY}\r-----END-----\x1b[201~")
    terminal.wait_until(lambda shown: shown.count("•••") >= 4, "a masked key of three lines beside the masked password")
    terminal.press("ctrl+n")
    code, out = terminal.end()
    assert code == 0
    assert json.loads(out) == {
        "hôte": "数据-é",
        "price": 1.5,
        "auth": {"mode": "password", "word": CANARY},
        "streams": [{"name": "orders"}],
        "key": f"-----BEGIN-----\n{CANARY}\n-----END-----",
    }
    assert '"price": 1.50' in out, "a number keeps its digits"
    assert CANARY.encode() not in terminal.raw
    assert terminal.is_clean()


def test_leaving_asks_once_and_prints_nothing(folder: Path, environment: Environment, terminals: Terminals) -> None:
    terminal = terminals(["form", str(folder / "schema.json")], environment)
    terminal.wait_for("Hôte *")
    terminal.type("typed")
    terminal.press("escape")
    terminal.wait_for("Not yet", "kept nowhere")
    terminal.press("escape")
    assert terminal.end() == (INTERRUPTED, "")
    assert terminal.is_clean()


def test_a_signal_ends_the_form_and_leaves_the_terminal_clean(
    folder: Path, environment: Environment, terminals: Terminals
) -> None:
    terminal = terminals(["form", str(folder / "schema.json")], environment)
    terminal.wait_for("Hôte *")
    terminal.type("typed\t\t")
    terminal.wait_for("typed")
    terminal.signal(signal.SIGTERM)
    assert terminal.end() == (128 + signal.SIGTERM, "")
    assert terminal.is_clean()
    assert b"Traceback" not in terminal.raw


def test_one_auth_spec_of_a_connection_spec_is_asked_for_by_its_name(
    folder: Path, environment: Environment, terminals: Terminals
) -> None:
    into_file = ("sh", "-c", 'exec "$@" > "$HOME/params.json"', "sh", sys.executable, "-m", "aep_tui")
    terminal = terminals(["form", str(folder / "spec.json"), "--auth", "By token"], environment, program=into_file)
    shown = terminal.wait_for("Token *")
    assert "User" not in shown
    terminal.press("ctrl+n")
    terminal.wait_for("Token is required.")
    terminal.type(CANARY)
    terminal.wait_for("•••")
    terminal.press("ctrl+n")
    assert terminal.end() == (0, "")
    assert json.loads(Path(environment["HOME"], "params.json").read_text(encoding="utf-8")) == {"token": CANARY}
    assert CANARY.encode() not in terminal.raw
    assert terminal.is_clean()
