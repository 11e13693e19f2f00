"""What the wizard proposes, so that a newcomer can go on and an expert can type over it."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date
from typing import Final

from aep_tui.forms.fields import Answer, FieldKind
from aep_tui.wizard.source import AuthOption, Source

STREAMING_PROVIDER: Final = "521eee4d-8cbe-4906-bb48-fb6bd4450033"
"""Provider of the HTTP API source (tutorial "Create a streaming connection")."""

_NAMED_LIKE_THE_CONNECTION: Final = ("sourceId", "name")
"""Params of the HTTP API that the tutorial fills with the connection's name; ``sourceId`` has to be unique."""


def connection_name(source_name: str, today: date, taken: Collection[str] = ()) -> str:
    """Return a connection name that says what and when: ``IBM DB2 2026-11-21``.

    Args:
        source_name: The shown name of the source.
        today: The local date.
        taken: Names already used in this sandbox from this machine; a number is added to avoid them.
    """
    return free_name(f"{source_name} {today.isoformat()}", taken)


def free_name(proposed: str, taken: Collection[str]) -> str:
    """Return a proposed name, or the next one with a number, such that nothing has it.

    Args:
        proposed: As :func:`connection_name` gives it, perhaps with a number.
        taken: Names that something has.
    """
    base, _, last = proposed.rpartition(" ")
    base, number = (base, int(last)) if base and last.isdecimal() else (proposed, 1)
    folded = {name.strip().casefold() for name in taken}
    candidate = proposed
    while candidate.strip().casefold() in folded:
        number += 1
        candidate = f"{base} {number}"
    return candidate


def suggested_answers(source: Source, option: AuthOption, name: str) -> dict[str, Answer]:
    """Return answers that follow from the connection's name.

    For the HTTP API, ``sourceId`` and ``name`` are suggested from it. A suggestion left standing counts as set.
    """
    if source.provider_id != STREAMING_PROVIDER or not name.strip():
        return {}
    return {
        field.id: name.strip()
        for field in option.form.fields
        if field.key in _NAMED_LIKE_THE_CONNECTION and field.kind is FieldKind.TEXT and not field.secret
    }
