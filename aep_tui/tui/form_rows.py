"""A form as rows: one for every answer, one for each entry of a list, and headings between them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import Enum

from aep_tui.forms.fields import Answer, FieldKind, FieldSpec
from aep_tui.text import plain

GROUP = "#group"
"""Before the id of the first field of a group: no field's id begins so."""
DEEPEST = 6
"""Deeper sections are not indented any further: their labels need the room."""
ENTRY_HELP = "Delete removes this entry, at the second press if something is in it; alt with up or down moves it."
KEY_HELP = "What this entry is called; no two may be called the same."


class RowKind(Enum):
    """What a row is for."""

    FIELD = "field"
    """An answer."""
    ENTRY = "entry"
    """The handle of one entry of a list or a map."""
    KEY = "key"
    """The key of one entry of a map."""
    HEADING = "heading"
    """A title, which is no stop."""


@dataclass(frozen=True, slots=True)
class Row:
    """One row of a form.

    Attributes:
        row_id: Its name among the rows of the page: the id of its field, or that with a sign behind it.
        label: What it is called, as plain text.
        kind: What it is for.
        indent: How deep inside sections it stands.
        field: The field; ``None`` for a heading.
        answer: What is answered.
        required: Whether the form is incomplete without it.
        help_text: What it is for, and what to know.
        owner_id: For an entry and its key, the id of the list or the map.
        entry: For an entry and its key, the id of the row there.
    """

    row_id: str
    label: str
    kind: RowKind = RowKind.FIELD
    indent: int = 0
    field: FieldSpec | None = None
    answer: Answer | None = None
    required: bool = False
    help_text: str = ""
    owner_id: str = ""
    entry: int = 0

    @property
    def is_stop(self) -> bool:
        """Whether Tab stops here."""
        return self.kind is not RowKind.HEADING

    @property
    def secret(self) -> bool:
        """Whether what it holds must not be shown."""
        return self.kind is RowKind.FIELD and self.field is not None and self.field.secret

    @property
    def is_asked(self) -> bool:
        """Whether somebody can answer it: a fixed value is only shown."""
        return self.kind is not RowKind.FIELD or self.field is None or self.field.asked

    @property
    def filled(self) -> bool:
        """Whether nothing is left to do where it is required."""
        return self.answer is not None or (self.field is not None and not self.field.asked)

    @property
    def optional(self) -> bool:
        """Whether it can be folded away: nobody has to answer it, nobody has, and nobody wants it always seen."""
        answered = self.answer is not None and self.answer is not False
        return (
            self.kind is RowKind.FIELD
            and self.field is not None
            and not self.required
            and not answered
            and not self.field.always_show
        )

    def facts(self) -> str:
        """Return "required", "secret" and what is expected in one line."""
        if self.kind is RowKind.ENTRY:
            return "one entry"
        field = self.field if self.kind is RowKind.FIELD else None
        facts = ["required" if self.required else "optional"]
        facts += ["secret"] if self.secret else []
        return " · ".join([*facts, *_remarks(field)])


def rows_of(fields: Sequence[FieldSpec], answers: Mapping[str, Answer]) -> Iterator[Row]:
    """Yield the rows of a tree of fields as it stands, in order.

    Args:
        fields: The top of the tree.
        answers: By the id of the field.
    """
    return _Rows(answers).of(fields, 0)


class _Rows:
    """Lays a tree of fields out as rows."""

    def __init__(self, answers: Mapping[str, Answer]) -> None:
        self._answers = answers

    def of(self, fields: Sequence[FieldSpec], indent: int) -> Iterator[Row]:
        """Yield the rows of some fields, each group under its title."""
        group = ""
        for field in fields:
            if field.hidden:
                continue
            if field.group != group and field.group:
                yield heading(f"{GROUP}{field.id}", field.group, indent)
            group = field.group
            # What is in no group stands further left, lest it seem to belong to the group above.
            yield from self._field(field, indent + 1 if group else indent)

    def _field(self, field: FieldSpec, indent: int, label: str = "") -> Iterator[Row]:
        match field.kind:
            case FieldKind.OBJECT if not field.optional_part:
                yield heading(field.id, label or field.label, indent)
                yield from self.of(field.children, indent + 1)
            case FieldKind.OBJECT | FieldKind.VARIANTS:
                yield self._row(field, indent, label)
                yield from self.of(field.children, indent + 1)
            case FieldKind.LIST | FieldKind.MAP:
                yield self._row(field, indent, label)
                for child in field.children:
                    yield from self._entry(field, child, indent + 1)
            case _:
                yield self._row(field, indent, label)

    def _entry(self, owner: FieldSpec, child: FieldSpec, indent: int) -> Iterator[Row]:
        """Yield one entry: its handle, for a map its key, and what is in it."""
        entry = child.row if child.row is not None else 0
        label = plain(child.label, 120)
        at = {"owner_id": owner.id, "entry": entry}
        yield Row(f"{child.id}#entry", label, RowKind.ENTRY, min(indent, DEEPEST), child, None, False, ENTRY_HELP, **at)  # type: ignore[arg-type]
        if owner.kind is FieldKind.MAP:
            help_text = owner.hint or KEY_HELP
            yield Row(f"{child.id}#key", "Key", RowKind.KEY, min(indent + 1, DEEPEST), child, child.key, True, help_text, **at)  # type: ignore[arg-type]
        if child.kind is FieldKind.OBJECT and (not child.optional_part or self._answers.get(child.id) is True):
            yield from self.of(child.children, indent + 1)
        else:
            yield from self._field(child, indent + 1, "Value")

    def _row(self, field: FieldSpec, indent: int, label: str) -> Row:
        shown = plain(label or field.label, 120)
        return field_row(field, self._answers.get(field.id), shown, indent=indent)


def field_row(field: FieldSpec, answer: Answer | None, label: str = "", *, indent: int = 0) -> Row:
    """Return the row of one field.

    Args:
        field: The field.
        answer: What is answered.
        label: Another label than its own.
        indent: How deep inside sections it stands.
    """
    return Row(
        field.id,
        label or plain(field.label, 120),
        RowKind.FIELD,
        min(indent, DEEPEST),
        field,
        answer,
        field.required,
        field.help,
    )


def heading(row_id: str, label: str, indent: int = 0) -> Row:
    """Return a row with nothing but a title.

    Args:
        row_id: Its name among the rows of the page.
        label: The title.
        indent: How deep inside sections it stands.
    """
    return Row(row_id, plain(label, 120), RowKind.HEADING, min(indent, DEEPEST))


def section_of(rows: Sequence[Row], row_id: str) -> str:
    """Return the label of what a row stands in: a section, an entry, a variant; empty at the top of the form."""
    place = next((place for place, row in enumerate(rows) if row.row_id == row_id), None)
    if place is None:
        return ""
    outer = (row for row in reversed(rows[:place]) if row.indent < rows[place].indent)
    return next((row.label for row in outer if not row.row_id.startswith(GROUP)), "")


def folded(rows: Sequence[Row], keep: frozenset[str]) -> list[Row]:
    """Return the rows without those that can be folded away, and without headings that nothing follows.

    Args:
        rows: All of them.
        keep: Ids of rows that stay all the same, such as one with an error.
    """
    left = [row for row in rows if not row.optional or row.row_id in keep]
    shown: list[Row] = []
    for row in left:
        while shown and shown[-1].kind is RowKind.HEADING and shown[-1].indent >= row.indent and row.kind is RowKind.HEADING:
            shown.pop()
        shown.append(row)
    while shown and shown[-1].kind is RowKind.HEADING:
        shown.pop()
    return shown


def _remarks(field: FieldSpec | None) -> list[str]:
    """Return what is expected of an answer, in a few words each."""
    if field is None:
        return []
    default = f"default: {_default_label(field)}" if field.default_text and not field.required else ""
    lines = "one a line" if field.kind is FieldKind.LINES else ""
    return [part for part in (default, lines, field.hint, field.reason) if part]


def _default_label(field: FieldSpec) -> str:
    """Return the default as it is shown: of a choice the label of its entry."""
    labels = (choice.label for choice in field.choices if str(choice.value) == field.default_text)
    return next(labels, field.default_text)
