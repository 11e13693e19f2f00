"""``aep-tui form`` as a shell and a connector's CI run it: exit codes, pipes, and any locale."""

from __future__ import annotations

import json
import os
import pty
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

COMMAND = [sys.executable, "-m", "aep_tui"]
ROOT = str(Path(__file__).parents[2])
LIMIT_SECONDS = 60
USAGE, FELL_BACK, INVALID_PARAMS, NEEDS_TERMINAL = 2, 3, 4, 9
Environment = dict[str, str]
SCHEMA = {
    "type": "object",
    "required": ["hôte"],
    "properties": {"hôte": {"type": "string", "title": "Hôte 連線"}, "port": {"type": "integer"}},
}
REMOTE = {"properties": {"a": {"$ref": "https://example.com/schema.json"}}}
DRAWING = """
import sys
from aep_tui.launch import main
try:
    main()
finally:
    sys.stdout.flush()
    print(*[name for name in {heavy!r} if name in sys.modules], file=sys.stderr)
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Return a folder with a schema, one that falls back to JSON, good params and bad ones."""
    files = {"schema": SCHEMA, "remote": REMOTE, "good": {"hôte": "a"}, "bad": {"port": "22"}}
    for name, content in files.items():
        (tmp_path / f"{name}.json").write_text(json.dumps(content, ensure_ascii=False), encoding="utf-8")
    return tmp_path


def run(folder: Path, environment: Environment, *arguments: str, **options: Any) -> subprocess.CompletedProcess[bytes]:
    return subprocess.run(
        [*COMMAND, "form", *arguments],
        check=False,
        cwd=folder,
        env=environment | {"PYTHONPATH": ROOT},
        timeout=LIMIT_SECONDS,
        **{"stdin": subprocess.DEVNULL, "capture_output": True, **options},
    )


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        (["schema.json", "--check"], 0),
        (["remote.json", "--check"], FELL_BACK),
        (["schema.json", "--validate", "good.json"], 0),
        (["schema.json", "--validate", "bad.json"], INVALID_PARAMS),
        (["no-such.json", "--check"], USAGE),
        (["schema.json", "--validate", "no-such.json"], USAGE),
        (["schema.json", "--check", "--auth", "Basic"], USAGE),
        (["schema.json"], NEEDS_TERMINAL),
    ],
)
def test_the_exit_code_says_how_it_went(arguments: list[str], code: int, folder: Path, environment: Environment) -> None:
    ended = run(folder, environment, *arguments)
    assert ended.returncode == code
    assert (ended.stdout == b"") == (code in {USAGE, NEEDS_TERMINAL})
    assert ended.stderr.count(b"\n") == (1 if code in {USAGE, NEEDS_TERMINAL} else 0)
    assert b"Traceback" not in ended.stderr


def test_it_reads_a_pipe_and_writes_utf_8_in_the_locale_of_a_bare_container(folder: Path, environment: Environment) -> None:
    for locale in ({"LC_ALL": "C", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0"}, {"PYTHONIOENCODING": "latin-1"}):
        content = (folder / "schema.json").read_bytes()
        ended = run(folder, environment | locale, "-", "--check", stdin=None, input=content)
        assert (ended.returncode, ended.stderr) == (0, b"")
        assert json.loads(ended.stdout.decode("utf-8"))["fields"][0]["label"] == "Hôte 連線"
        ended = run(folder, environment | locale, "schema.json", "--validate", "-", stdin=None, input=b"{}")
        assert (ended.returncode, ended.stderr) == (INVALID_PARAMS, b"")
        assert json.loads(ended.stdout.decode("utf-8"))[0]["path"] == "/hôte"


@pytest.mark.parametrize(("arguments", "code"), [(["--check"], FELL_BACK), (["--validate", "bad.json"], INVALID_PARAMS)])
def test_a_reader_that_has_had_enough_changes_no_exit_code(
    arguments: list[str], code: int, folder: Path, environment: Environment
) -> None:
    many = {f"field {number}": {"type": "integer"} for number in range(2_000)}
    further = REMOTE["properties"] if code == FELL_BACK else SCHEMA["properties"]
    (folder / "many.json").write_text(json.dumps({"properties": {**many, **further}}))
    (folder / "bad.json").write_text(json.dumps(dict.fromkeys(many, "x" * 200)))
    reading, writing = os.pipe()
    os.close(reading)
    ended = run(folder, environment, "many.json", *arguments, capture_output=False, stdout=writing, stderr=subprocess.PIPE)
    os.close(writing)
    assert ended.returncode == code
    assert b"Traceback" not in ended.stderr
    assert b"Exception ignored" not in ended.stderr


@pytest.mark.parametrize("closing", [">&-", ">&- 2>&-", "<&-"])
def test_closed_standard_streams_are_no_crash(closing: str, folder: Path, environment: Environment) -> None:
    script = f'"$@" {closing}'
    ended = subprocess.run(
        ["sh", "-c", script, "sh", *COMMAND, "form", "remote.json", "--check"],
        check=False,
        cwd=folder,
        env=environment | {"PYTHONPATH": ROOT},
        capture_output=True,
        timeout=LIMIT_SECONDS,
    )
    assert (ended.returncode, ended.stderr) == (FELL_BACK, b"")


def test_a_disk_that_is_full_is_one_sentence(folder: Path, environment: Environment) -> None:
    with Path("/dev/full").open("wb") as full:
        ended = run(folder, environment, "schema.json", "--check", capture_output=False, stdout=full, stderr=subprocess.PIPE)
    assert ended.returncode == 1
    assert ended.stderr.startswith(b"aep-tui: The output could not be written.")


def test_a_file_that_may_not_be_read_or_never_ends_is_said(folder: Path, environment: Environment) -> None:
    ended = run(folder, environment, "/dev/zero", "--check")
    assert (ended.returncode, ended.stdout) == (USAGE, b"")
    assert ended.stderr == b"aep-tui: /dev/zero is larger than 16 MB. Give a smaller file.\n"
    (folder / "locked.json").touch(0o000)
    if not os.access(folder / "locked.json", os.R_OK):
        assert b"access is denied" in run(folder, environment, "locked.json", "--check").stderr


@pytest.mark.parametrize("arguments", [["--check"], ["--validate", "good.json"]])
def test_neither_screens_nor_the_network_are_loaded(arguments: list[str], folder: Path, environment: Environment) -> None:
    spec = {"id": "1", "providerId": "p", "name": "made-up", "authSpec": [{"name": "Only", "spec": SCHEMA}]}
    (folder / "spec.json").write_text(json.dumps(spec))
    for name, heavy in (
        ("schema.json", ("textual", "rich", "httpx", "pydantic", "starlette", "sqlite3", "aep_tui.tui")),
        ("spec.json", ("textual", "rich", "httpx", "starlette", "sqlite3", "aep_tui.tui")),
    ):
        ended = subprocess.run(
            [sys.executable, "-c", DRAWING.format(heavy=heavy), "form", name, *arguments],
            check=False,
            cwd=folder,
            env=environment | {"PYTHONPATH": ROOT},
            stdin=subprocess.DEVNULL,
            capture_output=True,
            timeout=LIMIT_SECONDS,
        )
        assert (ended.returncode, ended.stderr.strip()) == (0, b"")
        assert json.loads(ended.stdout) == [] or json.loads(ended.stdout)["fallbacks"] == []


def test_a_schema_from_a_pipe_leaves_no_keyboard_for_the_form(folder: Path, environment: Environment) -> None:
    master, slave = pty.openpty()
    ended = run(folder, environment, "-", stdin=None, input=b"{}", capture_output=False, stdout=subprocess.PIPE, stderr=slave)
    said = os.read(master, 4_096)
    os.close(slave)
    os.close(master)
    assert (ended.returncode, ended.stdout) == (NEEDS_TERMINAL, b"")
    assert b"--check and --validate" in said
