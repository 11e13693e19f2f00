"""This room is loaded before the first frame: it brings no heavy library along."""

from __future__ import annotations

import subprocess
import sys

import pytest

HEAVY = {
    "httpx",
    "pydantic",
    "jsonschema_rs",
    "starlette",
    "textual",
    "rich",
    "platformdirs",
    "sqlite3",
    "hashlib",
    "asyncio",
    "tomlkit",
    "keyring",
}


@pytest.mark.parametrize(
    "name",
    ["paths", "files", "database", "history", "spec_cache", "settings", "settings_text", "secret_store", "private_files"],
)
def test_a_light_module_is_light(name):
    code = f"import sys, aep_tui.storage.{name}; print(*sys.modules)"
    loaded = set(subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True).stdout.split())
    assert f"aep_tui.storage.{name}" in loaded
    assert not loaded & HEAVY
