"""A made-up source with a field of every flat kind, and its rows on the page."""

from __future__ import annotations

from typing import Any

import httpx
from textual.widgets import Button

from aep_tui.tui.widgets.field_row import FieldRow

EVERY_KIND = {
    "type": "object",
    "properties": {
        "host": {"type": "string", "description": "Where it lives.", "examples": ["db.example.com"]},
        "port": {"type": "integer", "default": 22, "maximum": 65535},
        "ratio": {"type": "number"},
        "mode": {"type": "string", "enum": ["fast", "safe", "slow"]},
        "only": {"type": "string", "enum": ["this"]},
        "tls": {"type": "boolean"},
        "sure": {"type": "boolean"},
        "fixed": {"const": "v1"},
        "password": {"type": "string", "format": "password"},
        "tags": {"type": "array", "items": {"type": "string"}},
        "started": {"type": "string", "default": "now"},
    },
    "required": ["host", "only", "sure", "password", "started"],
}


def serving(schema: dict[str, Any], *more: dict[str, Any]) -> httpx.MockTransport:
    auths = [{"name": "First way", "spec": schema}, *({"name": f"Way {n}", "spec": s} for n, s in enumerate(more, start=2))]
    item = {
        "id": "made-up",
        "name": "made-up",
        "version": "1.0",
        "providerId": "p",
        "authSpec": auths,
        "attributes": {"connectorName": "Made up"},
    }
    return httpx.MockTransport(lambda request: httpx.Response(200, json={"items": [item]}))


def row(app: Any, label: str) -> FieldRow:
    return next(row for row in app.screen.query(FieldRow) if row.label == label)


def focused_label(app: Any) -> str:
    if isinstance(app.focused, Button):
        return "BUTTON"
    return next(node.label for node in app.focused.ancestors_with_self if isinstance(node, FieldRow))
