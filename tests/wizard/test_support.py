"""What goes to support tells where to look, and nothing that was typed."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone

from aep_tui import __version__
from aep_tui.outcome import Problem
from aep_tui.wizard.place import Place
from aep_tui.wizard.support import support_text

PLACE = Place("https://platform.adobe.io", "https://platform.adobe.io/data/foundation/flowservice", "ACME@AdobeOrg", "dev")
AT = datetime(2026, 11, 21, 10, 30, 5, tzinfo=timezone(timedelta(hours=1)))


def test_everything_that_support_asks_for():
    problem = Problem("It failed.", "said: canary", "FLOW-1100-400", "r-1", 400, "password", "Do x.", "POST /connections")
    assert support_text(problem, PLACE, AT).splitlines() == [
        "Problem:      It failed.",
        "Code:         FLOW-1100-400",
        "HTTP status:  400",
        "Request id:   r-1",
        "Time:         2026-11-21 09:30:05 UTC",
        "Call:         POST /connections",
        "Sandbox:      dev",
        "Organisation: ACME@AdobeOrg",
        "Platform:     https://platform.adobe.io",
        f"Program:      aep-tui {__version__}",
    ]


def test_what_is_not_known_is_said():
    text = support_text(Problem("No answer."), PLACE._replace(is_demo=True), AT)
    assert "Code:         none was given" in text
    assert "HTTP status" not in text
    assert "Call:         not known" in text
    assert "the demo" in text


def test_foreign_text_stays_on_its_line():
    problem = Problem("x", code="1\n2", request_id="r\x1b[31m\nTime: now", call="GET /\u202e")
    text = support_text(problem, PLACE._replace(sandbox="d\nx"), datetime(2026, 1, 1, tzinfo=UTC))
    assert len(text.splitlines()) == 9
    assert "\x1b" not in text
