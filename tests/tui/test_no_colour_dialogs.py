"""With NO_COLOR a dialog leaves the page behind it readable, and is told from it by its frame."""

from __future__ import annotations

from typing import Any

import pytest


def shown(app: Any) -> list[str]:
    return [strip.text.rstrip() for strip in app.screen._compositor.render_strips()]


@pytest.mark.parametrize("no_color", [False, True])
async def test_what_lies_behind_a_dialog_stays_readable(running: Any, no_color: bool) -> None:
    async with running(size=(80, 24), no_color=no_color) as (app, pilot):
        page = shown(app)
        await pilot.press("f1")
        await pilot.pause()
        behind = shown(app)
        assert behind[0] == page[0]
        assert behind[1] == page[1]
        assert any("╭" in line for line in behind)
        await pilot.press("escape")
        await pilot.pause()
        assert shown(app) == page
