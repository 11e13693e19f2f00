"""The keys that a sentence of trouble leads to."""

from __future__ import annotations

import pytest

from aep_tui.errors import AepTuiError
from aep_tui.flow_service.outcome import ServiceError
from aep_tui.outcome import Problem
from aep_tui.tui.words import listing_trouble, way_out


@pytest.mark.parametrize(
    ("code", "detail", "keys"),
    [
        ("invalid_client", "invalid client_secret parameter", "{profiles}, then {profile-secret}, takes another one · "),
        ("invalid_client", "invalid client_id parameter", ""),
        ("401013", "", "{profiles}, then {profile-secret}, takes another one · "),
        ("FLOW-2114-400", "", "{profiles}, then {profile-secret}, takes another one · "),
        ("FLOW-2100-400", "", "{profiles}, then {profile-sandbox}, picks another one · "),
        ("FLOW-1100-400", "", ""),
    ],
)
def test_only_what_a_page_can_mend_leads_there(code: str, detail: str, keys: str) -> None:
    error = ServiceError(Problem("It failed.", detail, code))
    assert way_out(error) == keys
    reason, way = listing_trouble(error)
    assert reason == "It failed."
    assert way == (keys.removesuffix(" · ") or "{reload} tries again")


def test_trouble_of_another_kind_is_asked_about_again() -> None:
    assert listing_trouble(AepTuiError("No network.")) == ("No network.", "{reload} tries again")
