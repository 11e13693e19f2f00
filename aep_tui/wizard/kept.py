"""What the history kept, as a person or a script reads it."""

from __future__ import annotations

from datetime import UTC, datetime

from aep_tui.flow_service.account import BASE_PATH
from aep_tui.json_text import parse_json
from aep_tui.storage.history import HistoryRow
from aep_tui.wizard.place import Place
from aep_tui.wizard.request import ShownRequest, shown_headers
from aep_tui.wizard.suggest import STREAMING_PROVIDER


def body_of(row: HistoryRow) -> object:
    """Return the kept body, its numbers to the last digit; a damaged one as its text."""
    try:
        return parse_json(row.request_json)
    except ValueError:
        return row.request_json


def is_streaming(row: HistoryRow) -> bool:
    """Tell whether a kept connection streams, and so gets an inlet URL: its request names the provider and authenticates."""
    body = body_of(row)
    return isinstance(body, dict) and body.get("providerId") == STREAMING_PROVIDER and "auth" in body


def request_of(row: HistoryRow) -> ShownRequest:
    """Return a kept request as a call that can be copied; the account's values are placeholders."""
    base = f"{row.platform}{BASE_PATH}"
    place = Place(row.platform, base, row.org, row.sandbox)
    return ShownRequest(row.method, base + row.path, shown_headers(place), body_of(row))


def row_as_dict(row: HistoryRow) -> dict[str, object]:
    """Return a row as ``aep-tui history list --json`` prints it; the time is ISO 8601 in UTC."""
    return {
        "time": datetime.fromtimestamp(row.time_ms / 1000, UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z"),
        "outcome": row.outcome,
        "id": row.connection_id or None,
        "etag": row.etag or None,
        "name": row.name,
        "source": row.source,
        "connectionSpecId": row.connection_spec_id,
        "org": row.org,
        "sandbox": row.sandbox,
        "request": body_of(row),
    }
