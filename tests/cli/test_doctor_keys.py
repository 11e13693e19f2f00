"""``aep-tui doctor`` says which keys of the settings cannot be followed."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from aep_tui.cli.main import command
from aep_tui.launch import Launcher


@pytest.fixture
def keys_of(isolated: Path, capfd: pytest.CaptureFixture[str]) -> Any:
    """Return a function that writes settings, runs the doctor, and returns what it says of keys."""

    def examine(settings: str) -> dict[str, str]:
        root = isolated / "aep-tui"
        root.mkdir(mode=0o700)
        file = root / "settings.toml"
        file.write_text(settings)
        file.chmod(0o600)
        command(Launcher({"AEP_TUI_CONFIG_DIR": str(root)}), ["doctor", "--json"])
        found: dict[str, str] = next(check for check in json.loads(capfd.readouterr().out) if check["check"] == "keys")
        return found

    return examine


@pytest.mark.parametrize(
    ("settings", "verdict", "words"),
    [
        ("", "ok", ["as they were from the start"]),
        ('[keys]\nmain = "f14"\n', "ok", ["1 of the settings' own"]),
        ('[keys]\nmian = "f14"\n', "warning", ["There is no key called mian; did you mean main?"]),
        ('[keys]\nmain = "f2"\nprofiles = "?!"\n', "warning", ["F2 is the key of history", "profiles stays F3: ?! is no key."]),
        ("[keys\n", "skipped", ["the profile is not"]),
    ],
    ids=["none", "followed", "unknown", "clash", "unreadable"],
)
def test_keys_that_clash_or_are_unknown_are_a_warning(keys_of: Any, settings: str, verdict: str, words: list[str]) -> None:
    found = keys_of(settings)
    assert found["verdict"] == verdict, found
    for part in words:
        assert part in found["words"], found
    assert ("settings.toml, below [keys]" in (found["remedy"] or "")) is (verdict == "warning")


def test_keys_of_the_profile_are_looked_at_too(keys_of: Any) -> None:
    text = 'profile = "acme"\n[profiles.acme]\nsandbox = "dev"\n[profiles.acme.keys]\nquit = "nonsense"\n'
    found = keys_of(text)
    assert (found["verdict"], "quit stays ctrl+q: nonsense is no key." in found["words"]) == ("warning", True), found
    assert "[profiles.acme.keys] or [keys]" in found["remedy"]
