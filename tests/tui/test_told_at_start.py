"""What of this machine is said on the first page: that nothing can be written, and who else can read the settings."""

from __future__ import annotations

from typing import Any

import pytest
from accounts_kit import ENVIRONMENT
from posts import until


def notices(app: Any) -> dict[str, str]:
    return {note.title: note.message for note in app._notifications}


async def test_that_nothing_can_be_written_is_said_before_a_form_is_filled_in(
    kit: Any, started: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("aep_tui.storage.private_files.why_unwritable", lambda _directory: "the disk is read-only")
    kit.saved()
    kit.root.chmod(0o755)
    async with started(kit, size=(80, 24)) as (app, _):
        await until(lambda: len(app._notifications) == 2)
        said = notices(app)["No connection can be made"]
        assert f"{kit.root} before it is sent, and that cannot be written: the disk is read-only." in said
        assert "AEP_TUI_CONFIG_DIR" in said
        assert notices(app)["Permissions"].endswith("F3 says which, and what to do."), "nothing can be mended there"


async def test_where_it_can_be_written_the_profiles_mend_the_permissions(kit: Any, started: Any) -> None:
    kit.saved()
    kit.root.chmod(0o755)
    async with started(kit) as (app, _):
        await until(lambda: bool(app._notifications))
        assert notices(app) == {"Permissions": "Others can look into the directory. F3 says which, and mends it."}


async def test_with_nothing_wrong_nothing_is_said(kit: Any, started: Any) -> None:
    kit.given(ENVIRONMENT)
    async with started(kit) as (app, _):
        assert notices(app) == {}
