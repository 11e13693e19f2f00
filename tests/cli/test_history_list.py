"""``aep-tui history list``: what scripts read, and what a person reads, of everything that was made or tried here."""

from __future__ import annotations

import json
import os
import sqlite3
import subprocess
import sys
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from aep_tui.cli.main import command
from aep_tui.launch import Launcher
from aep_tui.storage.history import Attempt, History

KEYS = ["time", "outcome", "id", "etag", "name", "source", "connectionSpecId", "org", "sandbox", "request"]
BODY = {"name": "mine", "auth": {"specName": "Basic", "params": {"password": "{PASSWORD}", "port": 1}}}
UNEXPECTED, USAGE = 1, 2

Ended = tuple[int, str, str]


@pytest.fixture
def root(isolated: Path) -> Path:
    return isolated / "aep-tui"


@pytest.fixture
def run(root: Path, capfd: pytest.CaptureFixture[str]) -> Callable[..., Ended]:
    """Return a function that runs the command line in this process; it gives exit code, stdout and stderr."""

    def in_process(*arguments: str) -> Ended:
        code = command(Launcher({"AEP_TUI_CONFIG_DIR": str(root)}), arguments)
        sys.stdout.flush()
        out, err = capfd.readouterr()
        return code, out, err

    return in_process


@pytest.fixture
def add(root: Path) -> Callable[..., int]:
    """Return a function that writes an attempt as the wizard does; seconds go up by one each."""
    clock = iter(range(1_700_000_000, 1_700_100_000))

    def write(name: str, outcome: str = "", *, demo: bool = False, body: object = BODY, **known: str) -> int:
        moment = next(clock)
        history = History(root / "demo" / "history.sqlite3" if demo else root / "history.sqlite3", now=lambda: moment)
        text = body if isinstance(body, str) else json.dumps(body)
        row = history.begin(Attempt(name, "Made up", "spec-1", "ACME@AdobeOrg", "dev", "https://platform.adobe.io", text))
        if outcome:
            history.finish(row, outcome, **known)
        history.release(row)
        return row

    return write


def names(ended: Ended) -> Sequence[Any]:
    code, out, err = ended
    assert (code, err) == (0, "")
    return [row["name"] for row in json.loads(out)]


def test_a_row_has_exactly_the_documented_members_newest_first(run: Callable[..., Ended], add: Callable[..., int]) -> None:
    add("refused one", "refused", problem_text="no", code="FLOW-1100-400", request_id="r1")
    add("left in the middle")
    add("made", "created", connection_id="an-id", etag='"an-etag"')
    code, out, err = run("history", "list", "--json")
    assert (code, err) == (0, "")
    newest, middle, oldest = json.loads(out)
    assert [list(row) for row in (newest, middle, oldest)] == [KEYS] * 3
    assert newest == {
        "time": "2023-11-14T22:13:22.000Z",
        "outcome": "created",
        "id": "an-id",
        "etag": '"an-etag"',
        "name": "made",
        "source": "Made up",
        "connectionSpecId": "spec-1",
        "org": "ACME@AdobeOrg",
        "sandbox": "dev",
        "request": BODY,
    }
    assert datetime.fromisoformat(newest["time"]) == datetime.fromtimestamp(1_700_000_002, UTC)
    assert (middle["outcome"], middle["id"], middle["etag"]) == ("unknown", None, None)
    assert (oldest["outcome"], oldest["name"]) == ("refused", "refused one")


def test_an_empty_history_is_an_empty_list_and_makes_no_file(run: Callable[..., Ended], isolated: Path) -> None:
    code, out, err = run("history", "list", "--json")
    assert (code, json.loads(out), err) == (0, [], "")
    empty = "is empty: no connection was made or tried.\n"
    assert run("history", "list") == (0, "", f"aep-tui: The history of this machine {empty}")
    assert run("history", "list", "--demo") == (0, "", f"aep-tui: The demo's history {empty}")
    code, out, err = run("history", "list", "--search", "a\nb")
    assert (code, out) == (0, "")
    assert err == "aep-tui: The history of this machine has nothing in which a b occurs.\n"
    assert run("history", "list", "--json", "--demo")[0] == 0
    assert list(isolated.iterdir()) == []


def test_the_demo_has_a_history_of_its_own(run: Callable[..., Ended], add: Callable[..., int]) -> None:
    add("real", "created", connection_id="1")
    add("played", "created", connection_id="2", demo=True)
    assert names(run("history", "list", "--json")) == ["real"]
    assert names(run("history", "list", "--json", "--demo")) == ["played"]
    assert names(run("history", "list", "--demo", "--json", "--search", "real")) == []


@pytest.mark.parametrize(
    ("search", "found"),
    [
        ("", ["Straße am Meer", "beta", "alpha"]),
        ("ALPHA", ["alpha"]),
        ("STRASSE", ["Straße am Meer"]),
        ("created dev", ["Straße am Meer", "alpha"]),
        ("beta created", []),
        ("made-up-id", ["alpha"]),
        ("%", []),
    ],
)
def test_search_takes_rows_in_which_every_word_occurs(
    search: str, found: list[str], run: Callable[..., Ended], add: Callable[..., int]
) -> None:
    add("alpha", "created", connection_id="made-up-id")
    add("beta", "refused")
    add("Straße am Meer", "created", connection_id="3")
    assert names(run("history", "list", "--json", "--search", search)) == found


def test_all_of_a_long_history_is_printed(run: Callable[..., Ended], add: Callable[..., int], root: Path) -> None:
    add("first", "created", connection_id="1")
    columns = "time_ms, outcome, name, source, connection_spec_id, org, sandbox, platform, method, path, request_json"
    many = ((number, f"name {number}") for number in range(1_200))
    with sqlite3.connect(root / "history.sqlite3") as database:
        database.executemany(
            f"INSERT INTO attempts ({columns}) VALUES (?, 'refused', ?, '', '', '', '', '', 'POST', '/', '{{}}')", many
        )
    database.close()
    found = names(run("history", "list", "--json"))
    assert len(found) == 1_201
    assert found[-1] == "first"


def test_numbers_come_out_to_the_last_digit(run: Callable[..., Ended], add: Callable[..., int]) -> None:
    add("exact", body='{"big":123456789012345678901234567890,"small":1.50}')
    code, out, _ = run("history", "list", "--json")
    assert code == 0
    assert '"big": 123456789012345678901234567890' in out
    assert '"small": 1.50' in out


def test_plain_text_shows_foreign_text_without_what_a_terminal_would_obey(
    run: Callable[..., Ended], add: Callable[..., int]
) -> None:
    add("\x1b]0;owned\x07\x1b[31mred\u202etxt.exe\ttab\nline\x9b5m [bold]x[/]", "refused")
    code, out, err = run("history", "list")
    assert (code, err) == (0, "")
    assert out.count("\n") == 1
    assert not [sign for sign in out.removesuffix("\n") if (not sign.isprintable() and sign != "\t") or sign == "\u202e"]
    time, outcome, connection_id, name, source, org, sandbox = out.removesuffix("\n").split("\t")
    assert (time, outcome, connection_id) == ("2023-11-14T22:13:20.000Z", "refused", "-")
    assert (source, org, sandbox) == ("Made up", "ACME@AdobeOrg", "dev")
    assert "[bold]x[/]" in name


def test_json_keeps_foreign_text_to_the_letter(run: Callable[..., Ended], add: Callable[..., int]) -> None:
    name = "\x1b[31mred\x07 \u202e \x9b5m \u2028 \x00 🎈"
    add(name, "refused", body={"name": name})
    code, out, _ = run("history", "list", "--json")
    assert code == 0
    (row,) = json.loads(out)
    assert (row["name"], row["request"]) == (name, {"name": name})


def damage_header(path: Path) -> None:
    path.write_bytes(b"no database at all, but a text" * 50)


def damage_page(path: Path) -> None:
    content = bytearray(path.read_bytes())
    content[4096:8192] = b"\xff" * 4096
    path.write_bytes(bytes(content))


def make_newer(path: Path) -> None:
    with sqlite3.connect(path) as database:
        database.execute("PRAGMA user_version = 99")
    database.close()


def make_other(path: Path) -> None:
    path.unlink()
    with sqlite3.connect(path) as database:
        database.execute("CREATE TABLE recipes (dish TEXT)")
    database.close()


def make_directory(path: Path) -> None:
    path.unlink()
    path.mkdir()


@pytest.mark.parametrize(
    ("spoil", "part"),
    [
        (damage_header, "damaged"),
        (damage_page, "damaged"),
        (make_newer, "newer aep-tui"),
        (make_other, "something else"),
        (make_directory, "history.sqlite3"),
    ],
)
def test_a_history_that_cannot_be_read_is_one_sentence_on_stderr_and_left_alone(
    spoil: Callable[[Path], None], part: str, run: Callable[..., Ended], add: Callable[..., int], root: Path
) -> None:
    add("made", "created", connection_id="1")
    path = root / "history.sqlite3"
    spoil(path)
    before = path.read_bytes() if path.is_file() else b""
    code, out, err = run("history", "list", "--json")
    assert (code, out) == (UNEXPECTED, "")
    assert err.startswith("aep-tui: ")
    assert err.count("\n") == 1
    assert "Traceback" not in err
    assert part in err
    assert (path.read_bytes() if path.is_file() else b"") == before


def test_rows_that_a_hand_has_edited_are_still_printed(run: Callable[..., Ended], add: Callable[..., int], root: Path) -> None:
    add("edited", "created", connection_id="1")
    with sqlite3.connect(root / "history.sqlite3") as database:
        database.execute("UPDATE attempts SET time_ms = 9223372036854775807, outcome = 'splendid', request_json = '{'")
    database.close()
    code, out, err = run("history", "list", "--json")
    assert (code, err) == (0, "")
    (row,) = json.loads(out)
    assert (row["name"], row["outcome"], row["request"]) == ("edited", "unknown", "{")


@pytest.mark.parametrize("arguments", [("history", "list", "--jsn"), ("history", "lst"), ("history", "list", "extra")])
def test_what_is_no_option_or_command_is_a_usage_error(arguments: tuple[str, ...], run: Callable[..., Ended]) -> None:
    code, out, err = run(*arguments)
    assert (code, out) == (USAGE, "")
    assert "Error" in err
    assert "Traceback" not in err


def test_a_config_directory_that_cannot_be_one_is_named(capfd: pytest.CaptureFixture[str]) -> None:
    code = command(Launcher({"AEP_TUI_CONFIG_DIR": "~nobody-of-that-name/x"}), ["history", "list"])
    out, err = capfd.readouterr()
    assert (code, out) == (USAGE, "")
    assert "AEP_TUI_CONFIG_DIR" in err


def test_as_a_process_its_json_is_utf_8_even_where_the_locale_is_not(add: Callable[..., int], root: Path) -> None:
    add("Straße 🎈", "created", connection_id="1")
    environment = {"PATH": os.environ["PATH"], "AEP_TUI_CONFIG_DIR": str(root), "PYTHONIOENCODING": "ascii"}
    ended = subprocess.run(
        [sys.executable, "-m", "aep_tui", "history", "list", "--json"],
        check=False,
        env=environment,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        timeout=60,
    )
    assert (ended.returncode, ended.stderr) == (0, b"")
    assert json.loads(ended.stdout.decode("utf-8"))[0]["name"] == "Straße 🎈"
