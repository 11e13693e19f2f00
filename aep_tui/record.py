"""Records as named tuples: a start defines one in a seventh of a dataclass's time."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any, Final, Protocol

NONE: Final[Mapping[str, Any]] = MappingProxyType({})
"""Nothing by name, as a field's default."""


class Record(Protocol):
    """A named tuple."""

    def _asdict(self) -> dict[str, Any]: ...


def repr_without(record: Record, *hidden: str) -> str:
    """Return the ``repr`` of a named tuple without some of its fields."""
    shown = [f"{name}={value!r}" for name, value in record._asdict().items() if name not in hidden]
    return f"{type(record).__name__}({', '.join(shown)})"
