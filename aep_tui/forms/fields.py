"""What a form is made of: the field specs, and what a person answers.

A form is worked out once from a schema and never changes; answers are kept apart from it, by the JSON Pointer of their field.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from dataclasses import field as member
from decimal import Decimal
from enum import Enum, StrEnum
from typing import Final, TypeAlias

from aep_tui.secret import Secret

JsonValue: TypeAlias = "str | int | float | Decimal | bool | Sequence[JsonValue] | Mapping[str, JsonValue] | None"
"""What a JSON text can say; numbers with a fraction are ``Decimal`` where a person wrote them."""


class NotGiven(Enum):
    """The type of :data:`NOT_GIVEN`, so that a type checker can tell it from ``None``, which is a JSON value."""

    NOT_GIVEN = "not given"


NOT_GIVEN: Final = NotGiven.NOT_GIVEN
"""Stands where a schema or a person gave no value at all."""


class FieldKind(StrEnum):
    """How a field is asked for."""

    TEXT = "text"
    INTEGER = "integer"
    NUMBER = "number"
    BOOLEAN = "boolean"
    CHOICE = "choice"
    CONST = "const"
    JSON = "json"


@dataclass(frozen=True, slots=True, eq=False)
class Choice:
    """One entry of a choice.

    Attributes:
        label: What to show, unlike the label of every other entry.
        value: What is sent, in its JSON type.
    """

    label: str
    value: JsonValue


@dataclass(frozen=True, slots=True)
class Chosen:
    """The answer to a choice: which entry, counted from 0."""

    index: int


Answer: TypeAlias = str | Secret[str] | bool | Chosen
"""What a person gave: a text (secret fields: a :class:`Secret` of it, numbers and JSON too), yes or no, or a choice."""

Answers: TypeAlias = Mapping[str, Answer]
"""Answers by the JSON Pointer of their field; a field without an entry is not set."""


@dataclass(frozen=True, slots=True, eq=False)
class FieldSpec:
    """One field of a form, ready to be drawn; every text in it is printable.

    Attributes:
        pointer: JSON Pointer into the params. The empty pointer stands for the params as a whole: its JSON object holds
            every param that has no field of its own.
        key: Name of the param as it goes on the wire; empty for the params as a whole.
        kind: How the field is asked for.
        label: Name to show.
        help: What the field is for, with line breaks; may be empty.
        required: Whether the params are incomplete without it.
        secret: Whether the value must not be shown.
        default: The schema's default in its JSON type.
        default_text: The default as text to show; a secret one is masked. Empty if there is none.
        example: An example as text; may be empty.
        hint: What the value must look like, in words; may be empty.
        choices: The entries of a choice.
        const: The one value that is always sent.
        hidden: Whether the field is not shown; a hidden field can be left unanswered.
        reason: Why a field is asked for as JSON, as a sentence; empty for every other field.
        schema: The schema of this param as it was given.
        document: The schema that this param is checked with by itself; references lead into it.
        children: Fields inside this one.
    """

    pointer: str
    key: str
    kind: FieldKind
    label: str
    help: str = ""
    required: bool = False
    secret: bool = False
    default: JsonValue | NotGiven = NOT_GIVEN
    default_text: str = ""
    example: str = ""
    hint: str = ""
    choices: tuple[Choice, ...] = ()
    const: JsonValue | NotGiven = NOT_GIVEN
    hidden: bool = False
    reason: str = ""
    schema: Mapping[str, object] = member(default_factory=dict, repr=False)
    document: Mapping[str, object] = member(default_factory=dict, repr=False)
    children: tuple[FieldSpec, ...] = ()

    @property
    def asked(self) -> bool:
        """Whether a person answers this field: it is neither hidden nor a constant."""
        return not self.hidden and self.kind is not FieldKind.CONST


@dataclass(frozen=True, slots=True)
class Fault:
    """Something odd in a schema that was put right or left out.

    Attributes:
        pointer: JSON Pointer into the params; the empty pointer stands for the schema as a whole.
        message: What is odd and what was done about it, as a sentence.
    """

    pointer: str
    message: str


@dataclass(frozen=True, slots=True, eq=False)
class Form:
    """A schema as fields.

    Attributes:
        fields: The fields in the schema's order, hidden ones and constants included.
        faults: What was odd about the schema.
        schema: The schema as it was given.
        document: The schema that the params are checked with: the one given, less what no answer could ever satisfy.
    """

    fields: tuple[FieldSpec, ...]
    faults: tuple[Fault, ...]
    schema: object = member(repr=False)
    document: Mapping[str, object] = member(repr=False)

    def field(self, pointer: str) -> FieldSpec | None:
        """Return the field with this pointer, or ``None``."""
        return next((spec for spec in self.walk() if spec.pointer == pointer), None)

    def walk(self) -> Iterator[FieldSpec]:
        """Yield every field, each before its children."""
        waiting = list(reversed(self.fields))
        while waiting:
            spec = waiting.pop()
            yield spec
            waiting.extend(reversed(spec.children))
