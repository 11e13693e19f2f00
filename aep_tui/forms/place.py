"""Where a field stands in a form, which is all that it takes from what is around it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Final

from aep_tui.forms.fields import NOT_GIVEN, JsonValue, NotGiven
from aep_tui.json_text import pointer_join

MAX_DEPTH: Final = 30
"""Deepest nesting of fields that is drawn; what lies deeper is typed as JSON."""

_NOTHING_HIDDEN: Final[frozenset[str]] = frozenset()


@dataclass(frozen=True, slots=True)
class Place:
    """A place for a field.

    Attributes:
        id: The field's id.
        pointer: JSON Pointer into the params as they stand.
        key: Its name; empty for the params as a whole and for an entry of a list.
        label: Its name to show, where that does not follow from the schema.
        required: Whether the value has to be there.
        secret: Whether it stands inside a secret.
        depth: How many fields it stands in.
        chain: The schemas of the fields it stands in.
        given: What the default of a field around it says about it.
        row: The id of its row.
        blank: Whether an empty text is a value.
        hide: Members that are not shown here, since a choice stands for them.
    """

    id: str = ""
    pointer: str = ""
    key: str = ""
    label: str = ""
    required: bool = True
    secret: bool = False
    depth: int = 0
    chain: frozenset[int] = frozenset()
    given: JsonValue | NotGiven = NOT_GIVEN
    row: int | None = None
    blank: bool = False
    hide: frozenset[str] = frozenset()

    def inside(self, ids: frozenset[int], *, secret: bool, given: JsonValue | NotGiven) -> Place:
        """Return the same place as the children of the field in it see it."""
        return replace(
            self,
            secret=self.secret or secret,
            depth=self.depth + 1,
            chain=self.chain | ids,
            given=given,
            row=None,
            blank=False,
            hide=frozenset(),
        )

    def member(self, key: str, *, required: bool) -> Place:
        """Return the place of a member."""
        given = self.given.get(key, NOT_GIVEN) if isinstance(self.given, Mapping) else NOT_GIVEN
        own_id = pointer_join(self.id, key)
        pointer = own_id if self.pointer == self.id else pointer_join(self.pointer, key)
        # spelt out, since this is where most of the time for a form goes
        return Place(
            own_id,
            pointer,
            key,
            "",
            required,
            self.secret,
            self.depth,
            self.chain,
            given,
            self.row,
            self.blank,
            _NOTHING_HIDDEN,
        )

    def entry(self, row: int, position: int, label: str) -> Place:
        """Return the place of an entry of a list."""
        return replace(
            self,
            id=f"{self.id}/~r{row}",
            pointer=pointer_join(self.pointer, position),
            key="",
            label=label,
            required=True,
            given=self._given_at(row),
            row=row,
        )

    def map_row(self, row: int, key: str, label: str) -> Place:
        """Return the place of a value in a map."""
        return replace(
            self,
            id=f"{self.id}/~r{row}",
            pointer=pointer_join(self.pointer, key),
            key=key,
            label=label,
            required=True,
            given=self._given_at(row),
            row=row,
            blank=True,
        )

    def variant(self, index: int) -> Place:
        """Return the place of the content of a variant."""
        return replace(self, id=f"{self.id}/~v{index}", required=True)

    def aside(self, segment: str, label: str, *, required: bool) -> Place:
        """Return a place beside the members, whose content counts as members too."""
        return replace(self, id=f"{self.id}/~{segment}", key="", label=label, required=required, row=None)

    def _given_at(self, row: int) -> JsonValue | NotGiven:
        if isinstance(self.given, Mapping):
            values = list(self.given.values())
            return values[row] if 0 <= row < len(values) else NOT_GIVEN
        if isinstance(self.given, list | tuple) and 0 <= row < len(self.given):
            entry: JsonValue = self.given[row]
            return entry
        return NOT_GIVEN
