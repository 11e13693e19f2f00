"""What the first frame needs of this room loads no heavy library."""

from __future__ import annotations

import subprocess
import sys

import pytest

LIGHT = ["access_token", "account", "call_record", "outcome", "problem", "remedies", "naming", "redaction", "answers"]
HEAVY = {
    "httpx",
    "httpcore",
    "pydantic",
    "jsonschema_rs",
    "starlette",
    "anyio",
    "truststore",
    "textual",
    "rich",
    "asyncio",
}


def loaded_by(module: str) -> set[str]:
    code = f"import sys, {module}; print(*sys.modules)"
    return set(subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True).stdout.split())


@pytest.mark.parametrize("name", LIGHT)
def test_a_light_module_is_light(name):
    loaded = loaded_by(f"aep_tui.flow_service.{name}")
    assert f"aep_tui.flow_service.{name}" in loaded
    assert not loaded & HEAVY


def test_the_client_leaves_to_later_what_it_can():
    loaded = loaded_by("aep_tui.flow_service.client")
    assert "httpx" in loaded
    assert not loaded & {"pydantic", "truststore", "starlette", "textual"}
