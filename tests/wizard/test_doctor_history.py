"""What the doctor warns of in the history: outcomes that nobody has asked about, or that a person has to settle."""

from __future__ import annotations

from pathlib import Path

import pytest

from aep_tui.storage.history import Attempt, History
from aep_tui.wizard.doctor_check import Verdict
from aep_tui.wizard.doctor_machine import history

ATTEMPT = Attempt("mine", "Made up", "made-up", "ACME@AdobeOrg", "dev", "https://platform.adobe.io", "{}")


@pytest.mark.parametrize(
    ("settled", "verdict"),
    [("", Verdict.WARNING), ("several", Verdict.WARNING), ("unsure", Verdict.WARNING), ("none", Verdict.OK)],
)
def test_an_attempt_of_which_the_service_has_none_is_no_warning(tmp_path: Path, settled: str, verdict: Verdict) -> None:
    kept = History(tmp_path / "history.sqlite3")
    row_id = kept.begin(ATTEMPT)
    kept.finish(row_id, "unknown")
    kept.set_settled(row_id, settled)
    found = history(kept)
    assert found.verdict is verdict
    assert ("1 attempt; the outcome of 1 is unknown" in found.words) == (verdict is Verdict.WARNING)
