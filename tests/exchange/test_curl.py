"""The curl command, run by a real shell in which curl is a script that gives its arguments back."""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from aep_tui.exchange.curl import curl
from aep_tui.json_text import json_lines, parse_json
from aep_tui.wizard.request import ShownRequest

BASH = shutil.which("bash")
HEADERS = (("Authorization", "Bearer {ACCESS_TOKEN}"), ("x-sandbox-name", "dev"), ("Content-Type", "application/json"))
URL = "https://platform.adobe.io/data/foundation/flowservice/connections"


@pytest.fixture(scope="module")
def scripts() -> Iterator[Path]:
    """Return a directory whose only program is a curl that prints its arguments, each followed by NUL."""
    if BASH is None:
        pytest.skip("there is no bash here")
    with TemporaryDirectory() as directory:
        program = Path(directory) / "curl"
        program.write_text(f"#!{BASH}\nprintf '%s\\0' \"$@\"\n")
        program.chmod(0o755)
        yield Path(directory)


def arguments(command: str, scripts: Path) -> list[str]:
    """Return what curl is given when a shell runs a command."""
    environment = {"PATH": str(scripts), "HOME": "/nonexistent", "PASSWORD": "from the environment"}
    done = subprocess.run([str(BASH), "-c", command], env=environment, capture_output=True, check=True, cwd=scripts)
    assert done.stderr == b""
    return done.stdout.decode().split("\0")[:-1]


def given_back(request: ShownRequest, scripts: Path) -> tuple[str, str, list[str], list[str]]:
    """Return method, URL, headers and bodies that reach curl."""
    words = arguments(curl(request), scripts)
    assert words[0] == "-X"
    options = words[3:]
    assert set(options[::2]) <= {"-H", "-d"}
    pairs = list(zip(options[::2], options[1::2], strict=True))
    return (
        words[1],
        words[2],
        [value for flag, value in pairs if flag == "-H"],
        [value for flag, value in pairs if flag == "-d"],
    )


TRAPS = [
    "it's",
    'say "x"',
    "$(touch made) `touch made` $HOME ${PASSWORD}",
    "a\nb\r\nc",
    "back\\slash\\",
    "!! !$ ~ * ? [a-z]",
    "-d",
    "@file",
    "' -o /tmp/x '",
    "{PASSWORD}",
    "é ünï 日本語 👩‍👩‍👧 \u202e",
    "\x1b[31m\x07",
    " ; & | > < ",
    "#",
    "%20 \t",
    "",
]
TEXTS = st.text(st.characters(exclude_categories=["Cs"]), max_size=30) | st.sampled_from(TRAPS)
LINES = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=30) | st.sampled_from(TRAPS)
BODIES = st.recursive(
    TEXTS | st.none() | st.booleans() | st.integers(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(TEXTS, inner, max_size=4),
    max_leaves=10,
)


@settings(max_examples=60, deadline=None, derandomize=True)
@given(url=LINES, headers=st.lists(st.tuples(LINES, LINES), max_size=3), body=BODIES)
def test_a_shell_hands_url_headers_and_body_over_to_the_letter(
    scripts: Path, url: str, headers: list[tuple[str, str]], body: Any
) -> None:
    method, given_url, given_headers, given_bodies = given_back(ShownRequest("POST", url, tuple(headers), body), scripts)
    assert (method, given_url) == ("POST", url)
    assert given_headers == [f"{name}: {value}" for name, value in headers]
    assert [parse_json(text) for text in given_bodies] == ([] if body is None else [body])
    assert [path.name for path in scripts.iterdir()] == ["curl"]


@pytest.mark.parametrize("trap", TRAPS)
def test_no_name_is_obeyed_by_the_shell(scripts: Path, trap: str) -> None:
    body = {"name": trap, "auth": {"specName": trap, "params": {trap: trap}}}
    request = ShownRequest("POST", f"https://example.com/{trap}", ((trap, trap),), body)
    method, url, headers, bodies = given_back(request, scripts)
    assert (method, url, headers) == ("POST", f"https://example.com/{trap}", [f"{trap}: {trap}"])
    assert [parse_json(text) for text in bodies] == [body]
    assert [path.name for path in scripts.iterdir()] == ["curl"]


def test_the_body_is_the_one_that_is_shown(scripts: Path) -> None:
    body = {"name": "mine", "auth": {"params": {"password": "{PASSWORD}", "tags": ["a", 1]}}}
    assert given_back(ShownRequest("POST", URL, HEADERS, body), scripts)[3] == [
        "\n".join(line.text for line in json_lines(body))
    ]


def test_placeholders_stay_for_a_person_to_fill_in(scripts: Path) -> None:
    _, _, headers, bodies = given_back(ShownRequest("POST", URL, HEADERS, {"password": "{PASSWORD}"}), scripts)
    assert headers[0] == "Authorization: Bearer {ACCESS_TOKEN}"
    assert parse_json(bodies[0]) == {"password": "{PASSWORD}"}


def test_it_reads_like_the_tutorials() -> None:
    request = ShownRequest("POST", URL, HEADERS, {"name": "mine"})
    assert curl(request).splitlines() == [
        f"curl -X POST {URL} \\",
        "  -H 'Authorization: Bearer {ACCESS_TOKEN}' \\",
        "  -H 'x-sandbox-name: dev' \\",
        "  -H 'Content-Type: application/json' \\",
        "  -d '{",
        '  "name": "mine"',
        "}'",
    ]


@pytest.mark.parametrize("method", ["GET", "DELETE"])
def test_a_call_without_a_body_sends_none(scripts: Path, method: str) -> None:
    assert given_back(ShownRequest(method, URL, HEADERS[:1]), scripts) == (
        method,
        URL,
        ["Authorization: Bearer {ACCESS_TOKEN}"],
        [],
    )
