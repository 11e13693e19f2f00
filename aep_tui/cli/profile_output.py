"""Profiles and their values as ``aep-tui profile`` prints them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from aep_tui.text import plain

if TYPE_CHECKING:
    from aep_tui.storage.profiles import Profile, Settings
    from aep_tui.wizard.effective import Value


def star(one: Profile, settings: Settings) -> str:
    """Return what marks a profile: a star if it is the one in use."""
    return "*" if one.name == settings.used else "-"


def as_dict(one: Profile, settings: Settings) -> dict[str, object]:
    """Return a profile as ``profile list --json`` prints it."""
    return {
        "name": one.name,
        "used": one.name == settings.used,
        "orgId": one.org_id or None,
        "clientId": one.client_id or None,
        "scopes": list(one.scopes),
        "sandbox": one.sandbox or None,
        "platformUrl": one.platform_url or None,
        "imsUrl": one.ims_url or None,
        "productionSandboxes": list(one.production_sandboxes),
        "keys": dict(one.keys),
    }


def value_as_dict(value: Value) -> dict[str, object]:
    """Return a value as ``profile show --json`` prints it, of a secret not the text."""
    return {
        "key": value.key,
        "label": value.label,
        "value": value.shown or None,
        "origin": str(value.origin),
        "source": value.source or None,
        "where": value.where,
    }


def value_line(value: Value) -> str:
    """Return a value as ``profile show`` prints it, of a secret not the text."""
    text = value.shown if value.text else "there" if value.is_there else "-"
    return f"{value.label}\t{text}\t{plain(value.source) or value.origin}"
