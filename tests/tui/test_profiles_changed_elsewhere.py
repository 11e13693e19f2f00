"""Settings that a hand wrote, or another process changes meanwhile: what a change costs, and what it leaves alone."""

from __future__ import annotations

from typing import Any

import pytest
from accounts_kit import ACME, SECRET

from aep_tui.errors import AepTuiError
from aep_tui.secret import Secret
from aep_tui.storage.secret_store import SecretKind
from aep_tui.wizard.credential import Credential

NOTHING = Credential()
INLINE = f'profiles = {{acme = {{org_id = "{ACME.org_id}", client_id = "{ACME.client_id}", sandbox = "dev"}}}}\n'
"""A way to write profiles in which none can be added, and so none be renamed."""


def kept(kit: Any) -> str | None:
    secret = kit.store.get("acme", SecretKind.CLIENT_SECRET)
    return None if secret is None else secret.reveal()


def test_a_change_that_would_damage_the_settings_costs_no_secret(kit: Any) -> None:
    kit.file.path.parent.mkdir(exist_ok=True)
    kit.file.path.write_text(INLINE)
    kit.store.set("acme", SecretKind.CLIENT_SECRET, Secret(SECRET))
    with pytest.raises(AepTuiError, match="cannot be changed"):
        kit.accounts().save(ACME._replace(name="shop", client_id="client-2"), NOTHING, keep=True, replaced="acme")
    assert kept(kit) == SECRET
    assert kit.file.path.read_text() == INLINE


def test_a_removal_that_would_damage_the_settings_costs_no_secret(kit: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    kit.saved()
    monkeypatch.setattr("aep_tui.storage.settings_edit.without_profile", lambda text, _name: text)
    with pytest.raises(AepTuiError, match="cannot be changed"):
        kit.accounts().remove("acme")
    assert kept(kit) == SECRET
