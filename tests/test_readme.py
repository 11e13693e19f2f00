"""What the README says of settings, variables, keys, commands and exit codes is so."""

from __future__ import annotations

import os
import re
import shlex
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from aep_tui.errors import ExitCode
from aep_tui.storage.settings_text import parse_settings
from aep_tui.tui.key_table import APP, FIELDS, PAGES, WIZARD
from aep_tui.tui.keymap import Keymap
from aep_tui.wizard.effective import VARIABLES

ROOT = Path(__file__).parents[1]
README = (ROOT / "README.md").read_text()
OWN = README.partition("## Your own organisation")[2].partition("\n## ")[0]
SOURCES = "\n".join(path.read_text() for path in sorted((ROOT / "aep_tui").rglob("*.py")))


def blocks(kind: str, text: str = README) -> list[str]:
    return re.findall(rf"^```{kind}\n(.*?)^```", text, re.MULTILINE | re.DOTALL)


def test_the_example_of_settings_parses_and_its_keys_can_be_followed() -> None:
    (example,) = blocks("toml")
    settings = parse_settings(example, "settings.toml")
    assert settings.used in settings.profiles
    assert settings.profiles["acme"].production_sandboxes == ("live",)
    assert settings.keys
    assert Keymap(settings.keys).remarks == []


def test_every_name_of_a_key_exists() -> None:
    names = re.findall(r"`([a-z-]+)`", README.partition("The names: ")[2].partition("and those of the dialogs")[0])
    known = {**APP, **WIZARD, **FIELDS}
    for page in PAGES.values():
        known |= page
    assert len(names) > 10
    assert [name for name in names if name not in known] == []


def test_every_variable_named_is_read_and_every_one_of_an_account_is_named() -> None:
    named = set(re.findall(r"\bAEP_[A-Z_]+\b", README))
    assert [name for name in sorted(named) if f'"{name}"' not in SOURCES] == []
    listed = re.findall(r"^\| `(AEP_[A-Z_]+)` \|", OWN, re.MULTILINE)
    assert set(VARIABLES) <= set(listed)
    assert len(listed) == len(set(listed))


def test_the_exit_codes_are_those_of_the_program() -> None:
    table = README.partition("## Exit codes")[2].partition("\n## ")[0]
    codes = [int(code) for code in re.findall(r"^\| (\d+) \|", table, re.MULTILINE)]
    assert codes == sorted(ExitCode)


@pytest.fixture(scope="module")
def origin() -> Iterator[str]:
    process = subprocess.Popen([sys.executable, "-m", "aep_tui", "emulator", "--port", "0"], stdout=subprocess.PIPE, text=True)
    assert process.stdout is not None
    yield process.stdout.readline().strip()
    process.terminate()
    process.communicate(timeout=30)


def test_the_commands_of_ones_own_organisation_do_what_is_said(origin: str, tmp_path: Path) -> None:
    """Run them in their order, with the emulator as the organisation."""
    credential = '{"ORG_ID": "ACME@AdobeOrg", "CLIENT_ID": "c-1", "CLIENT_SECRETS": ["p8e"], "SCOPES": ["openid"]}'
    (tmp_path / "credential.json").write_text(credential)
    environment = {**os.environ, "PYTHONPATH": str(ROOT), "AEP_PLATFORM_URL": origin, "AEP_IMS_URL": origin}
    environment |= {"AEP_CLIENT_SECRET": "p8e", "PYTHON_KEYRING_BACKEND": "memory.Keyring"}
    environment["PYTHONPATH"] += os.pathsep + str(tmp_path)
    (tmp_path / "memory.py").write_text(
        "from keyring.backend import KeyringBackend\n"
        "class Keyring(KeyringBackend):\n"
        "    priority = 1\n"
        "    def get_password(self, *arguments): return None\n"
        "    def set_password(self, *arguments): pass\n"
        "    def delete_password(self, *arguments): pass\n"
    )
    (own,) = blocks("bash", OWN)
    (wrong,) = blocks("bash", README.partition("## When something is wrong")[2].partition("\n## ")[0])
    outputs = []
    for line in [*own.splitlines(), wrong.splitlines()[0]]:
        words = shlex.split(line, comments=True)
        assert words[0] == "aep-tui"
        ended = subprocess.run(
            [sys.executable, "-m", "aep_tui", *words[1:]],
            cwd=tmp_path,
            env=environment,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )
        assert ended.returncode == 0, (line, ended.stderr)
        outputs.append(ended.stdout)
    assert "acme" in outputs[2]
    assert "BETA@AdobeOrg" in outputs[2]
    assert "ACME@AdobeOrg" in outputs[4]
    assert "✓ Permission to list sources" in outputs[-1]


def test_every_option_named_exists() -> None:
    helps = ""
    for arguments in ([], ["doctor"], ["form"], ["emulator"], ["history", "list"], *([["profile", name] for name in COMMANDS])):
        command = [sys.executable, "-m", "aep_tui", *arguments, "--help"]
        helps += subprocess.run(command, capture_output=True, text=True, timeout=60, check=True).stdout
    options = {option for option in re.findall(r"(?<![\w-])(--[a-z][a-z-]+)", README) if option not in OTHERS}
    assert [option for option in sorted(options) if option not in helps] == []


COMMANDS = ("list", "show", "add", "import", "use", "remove")
OTHERS = ("--help",)
