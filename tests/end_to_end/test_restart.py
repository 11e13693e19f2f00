"""What survives a restart, and what of the demo stays apart from real organisations."""

from __future__ import annotations

import stat
from collections.abc import Callable
from pathlib import Path
from typing import Any

import httpx

from aep_tui.emulator.app import create_app

Environment = dict[str, str]
Terminals = Callable[..., Any]

DEMO_HEADERS = {
    "Authorization": "Bearer any",
    "x-api-key": "any",
    "x-gw-ims-org-id": "DEMO@AdobeOrg",
    "x-sandbox-name": "dev",
}


def create(terminals: Terminals, environment: Environment, *arguments: str) -> str:
    """Create a connection of a source without credentials, leave, and return the id."""
    terminal = terminals([*arguments], environment)
    terminal.wait_for("Step 2 of 4: Credentials", "This source takes no credentials.")
    terminal.press("ctrl+n")
    terminal.wait_for("Step 3 of 4: Review", "Create connection in dev")
    terminal.pause_for_the_guard()
    terminal.press("ctrl+n")
    terminal.wait_for("Step 4 of 4: Done", "Connection id")
    terminal.press("ctrl+q")
    code, out = terminal.end()
    assert code == 0
    return str(out.strip())


def first_rows(shown: str) -> list[str]:
    """Return the lines of the source list."""
    lines = [line.strip(" ▌│") for line in shown.splitlines()]
    return [line for line in lines[lines.index("Used last") :] if line]


def files_below(root: Path) -> dict[Path, int]:
    """Return everything below a directory with its mode."""
    return {path: stat.S_IMODE(path.stat().st_mode) for path in (root, *root.rglob("*"))}


async def test_what_the_demo_made_survives_a_restart_apart_from_real_organisations(
    terminals: Terminals, environment: Environment, raw_account: Environment, history: Any
) -> None:
    demo_id = create(terminals, environment, "demo", "dataset", "base")
    assert [row["id"] for row in history("--demo")] == [demo_id]
    assert history() == []
    root = Path(environment["AEP_TUI_CONFIG_DIR"])
    assert not [path for path in files_below(root) if path != root and root / "demo" not in (path, *path.parents)]

    real_id = create(terminals, raw_account, "open")
    assert [row["id"] for row in history()] == [real_id]
    assert [row["id"] for row in history("--demo")] == [demo_id]
    assert {mode & 0o077 for mode in files_below(root).values()} == {0}, "somebody else can read what is kept"

    terminal = terminals(["demo"], environment)
    shown = terminal.wait_for("nothing leaves this machine", "Used last", "All sources", "65 sources · fresh")
    assert first_rows(shown)[1].startswith("Dataset base connection")
    assert first_rows(shown)[2] == "All sources"
    terminal.press("f2")
    terminal.wait_for("History", "Dataset base connection", "created", "nothing leaves this machine")
    assert "Open source" not in terminal.text
    terminal.press("ctrl+q")
    assert terminal.end() == (0, "")

    transport = httpx.ASGITransport(create_app(state_path=root / "demo" / "service.sqlite3"))
    async with httpx.AsyncClient(transport=transport, base_url="http://localhost", headers=DEMO_HEADERS) as client:
        answer = await client.get(f"/data/foundation/flowservice/connections/{demo_id}")
    assert answer.status_code == 200
    assert demo_id in answer.text


def test_the_next_start_shows_the_kept_list_without_a_network_and_the_source_used_last_on_top(
    terminals: Terminals, raw_account: Environment, raw_service: Any
) -> None:
    create(terminals, raw_account, "open")
    raw_service.stop_listening()
    terminal = terminals([], raw_account)
    shown = terminal.wait_for(
        "Used last", "All sources", "Guarded source", "Double source", "The connection was refused.", "ctrl+r"
    )
    assert first_rows(shown)[:3] == ["Used last", "Open source", "All sources"]
    assert raw_service.gets == 1, "the list of sources"
    raw_service.listen()
    terminal.type("\x12")
    terminal.wait_for("3 sources · fresh", "Used last")
    raw_service.stop_listening()
    terminal.type("guarded\r")
    terminal.wait_for("Step 2 of 4: Credentials", "Server *", "Encrypted")
    terminal.press("ctrl+q")
    assert terminal.end() == (0, "")
