"""Which of a secret and a pasted token signs in, also where this machine's clock is wrong."""

from __future__ import annotations

import base64
import json
import time

import pytest

from aep_tui.launch import Launcher
from aep_tui.secret import Secret
from aep_tui.storage.profiles import Settings
from aep_tui.wizard.credential import credential_of
from aep_tui.wizard.effective import effective

HOUR = 3_600.0


class Client:
    """A client that has heard what time it is elsewhere."""

    def __init__(self, clock_ahead_seconds: float | None) -> None:
        self.clock_ahead_seconds = clock_ahead_seconds


def ended(seconds_ago: float) -> str:
    claims = {"exp": round(time.time() - seconds_ago)}
    parts = [base64.urlsafe_b64encode(json.dumps(part).encode()).decode().rstrip("=") for part in ({"alg": "none"}, claims)]
    return ".".join([*parts, "x"])


@pytest.mark.parametrize(
    ("ahead", "with_secret", "is_used"),
    [
        (None, True, False),
        (HOUR, True, True),
        (60.0, True, False),
        (None, False, True),
        (0.0, False, True),
    ],
    ids=["not known", "an hour off", "about right", "not known, and alone", "right, and alone"],
)
def test_a_token_that_seems_to_have_ended_half_an_hour_ago(ahead: float | None, with_secret: bool, is_used: bool) -> None:
    launcher = Launcher({})
    launcher.opener()._client = None if ahead is None else Client(ahead)
    token = ended(HOUR / 2)
    given = {"AEP_ACCESS_TOKEN": token} | ({"AEP_CLIENT_SECRET": "a-secret"} if with_secret else {})
    found = credential_of(effective({}, given, Settings()), launcher.has_expired)
    assert found.access_token == Secret(token if is_used else "")
    assert found.client_secret == Secret("" if is_used else "a-secret")
