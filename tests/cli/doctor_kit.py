"""A run of ``aep-tui doctor``, what it says of each check, and the keyring and tokens that it finds."""

from __future__ import annotations

import base64
import json
import socket
import sys
import time

from aep_tui.storage.secret_store import SecretStore, StoreStatus

SECRET, TOKEN, CLIENT_ID = "p8e-canary-secret", "eyJ-canary-token", "canary-client-0123456789"
PROGRAM = [sys.executable, "-m", "aep_tui"]
LIVE = ("token", "organisation", "sandboxes", "chosen_sandbox", "specs")


class Store(SecretStore):
    """A keyring in memory that is there."""

    def __init__(self) -> None:
        super().__init__()
        self.kept: dict[tuple[str, str], object] = {}

    def get(self, profile, kind, _detail=""):
        return self.kept.get((profile, str(kind)))

    def status(self) -> StoreStatus:
        return StoreStatus(usable=True, name="The tests' keyring", reason="")


class Examination:
    """How one run ended."""

    def __init__(self, code: int, out: str, err: str) -> None:
        self.code, self.out, self.err = code, out, err
        self.checks = {check["check"]: check for check in json.loads(out)}

    def verdicts(self, *keys: str) -> list[str]:
        return [self.checks[key]["verdict"] for key in keys]

    @property
    def failed(self) -> list[str]:
        return [key for key, check in self.checks.items() if check["verdict"] == "failed"]

    def words(self, key: str) -> str:
        return f"{self.checks[key]['words']} {self.checks[key]['remedy'] or ''}"


def closed_port() -> str:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        return f"http://127.0.0.1:{listener.getsockname()[1]}"


def pasted(ended_seconds_ago: float) -> str:
    """A token as Adobe gives them."""
    claims = {"created_at": str(round((time.time() - 3_600 - ended_seconds_ago) * 1000)), "expires_in": "3600000"}
    parts = [base64.urlsafe_b64encode(json.dumps(part).encode()).decode().rstrip("=") for part in ({"alg": "none"}, claims)]
    return ".".join([*parts, "canary"])
