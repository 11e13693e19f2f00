"""What a form is made of: the field specs, and what a person answers.

A form is read off a schema and never changes; which fields it has depends on the answers, which are kept apart from it, by the
id of their field.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from dataclasses import field as member
from decimal import Decimal
from enum import Enum, StrEnum
from operator import attrgetter
from typing import Final, Protocol, TypeAlias

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
    OBJECT = "object"
    """A section of fields."""
    LIST = "list"
    """Entries, each of which is a child."""
    LINES = "lines"
    """A list of texts or numbers, typed one a line."""
    MULTI = "multi"
    """A list of choices: any number of them."""
    MAP = "map"
    """Rows of a key and a value; each row is a child."""
    VARIANTS = "variants"
    """One of several forms: a choice, and then the children of the chosen one."""


@dataclass(frozen=True, slots=True, eq=False)
class Choice:
    """One entry of a choice.

    Attributes:
        label: What to show, unlike the label of every other entry.
        value: What is sent, in its JSON type; for a variant the value that tells it apart, if there is one.
        help: What the entry is for; may be empty.
    """

    label: str
    value: JsonValue
    help: str = ""


@dataclass(frozen=True, slots=True)
class Chosen:
    """The answer to a choice, and to variants: which entry, counted from 0."""

    index: int


@dataclass(frozen=True, slots=True)
class Picked:
    """The answer to a list of choices: which entries, counted from 0, in the order they are sent."""

    indices: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Entries:
    """The answer to a list or a map: which rows there are.

    Attributes:
        rows: Ids of the rows in the order shown. An id is never used twice, so whatever hangs on a row moves with it.
        keys: For a map the typed key of each row.
    """

    rows: tuple[int, ...] = ()
    keys: tuple[str, ...] = ()


Answer: TypeAlias = str | Secret[str] | bool | Chosen | Picked | Entries
"""What a person gave.

A text (secret fields: a :class:`Secret` of it; numbers, JSON and lines too), yes or no (for an optional section: whether it is
included), a choice, several choices, or the rows of a list or a map.
"""

Answers: TypeAlias = Mapping[str, Answer]
"""Answers by the id of their field; a field without an entry is not set."""


@dataclass(frozen=True, slots=True)
class UnionTaken:
    """Which branch of a ``oneOf`` or an ``anyOf`` stands for a value.

    Attributes:
        keyword: ``oneOf`` or ``anyOf``.
        size: How many branches the schema has.
        branch: Position of the branch in the schema, or ``None`` if none is chosen.
    """

    keyword: str
    size: int
    branch: int | None


@dataclass(frozen=True, slots=True, eq=False)
class FieldSpec:
    """One field of a form, ready to be drawn; every text in it is printable.

    Attributes:
        pointer: JSON Pointer into the params as they stand, positions in lists counted. The empty pointer stands for the
            params as a whole.
        key: Name of the param as it goes on the wire; the typed key of a row of a map; empty for an entry of a list.
        kind: How the field is asked for.
        label: Name to show.
        id: The key of its answer. It is the JSON Pointer, with a segment such as ``~v2`` for being inside the third variant
            and ``~r5`` for being inside row 5 of a list or a map; no JSON Pointer has such segments.
        help: What the field is for, with line breaks; may be empty.
        required: Whether the params are incomplete without it.
        secret: Whether the value must not be shown.
        default: The schema's default in its JSON type.
        default_text: The default as text to show; a secret one is masked. Empty if there is none.
        example: An example as text; may be empty.
        hint: What the value must look like, in words; of a map, what its keys must look like. May be empty.
        choices: The entries of a choice and of a list of choices, the variants of variants.
        const: The one value that is always sent.
        hidden: Whether the field is not shown; a hidden field can be left unanswered.
        reason: Why a field is asked for as JSON, as a sentence; empty for every other field.
        schema: The schema of this field, its references followed and its combinations merged.
        document: The schema that this field is checked with by itself; references lead into it.
        children: The fields inside this one, as it stands: of a list or a map its rows, of variants the fields of the chosen
            one, of an optional section nothing unless it is included.
        optional_part: Whether this is a section that can be left out as a whole; its answer is yes or no.
        included: Whether a section is there.
        min_entries: Fewest entries of a list or a map.
        max_entries: Most entries of a list or a map, if there is a limit.
        unique: Whether no two entries of a list may be the same.
        key_choices: The keys that a map allows, if they are listed.
        row: The id of the row that this is, in a list or a map.
        multiline: Whether the text may well have several lines.
        content_encoding: How a loaded file is encoded: ``base64``, or empty for not at all.
        format: The schema's format of a text; may be empty.
        group: Title of the group that the field stands in; may be empty.
        always_show: Whether the field is shown where optional ones are folded away.
        entry_label: What one entry of a list or a map is called.
        blank: Whether an empty text is a value here, since the row it stands in is there.
        prefilled: Whether the default is filled in at first.
        fixed: What is sent along with the children: the members that tell variants apart.
        union: Which branch of a ``oneOf`` or an ``anyOf`` this field stands for.
        item: For lines, one entry as a field.
        pick: For variants, tells which of them a value is of.
    """

    pointer: str
    key: str
    kind: FieldKind
    label: str
    id: str = ""
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
    optional_part: bool = False
    included: bool = True
    min_entries: int = 0
    max_entries: int | None = None
    unique: bool = False
    key_choices: tuple[str, ...] = ()
    row: int | None = None
    multiline: bool = False
    content_encoding: str = ""
    format: str = ""
    group: str = ""
    always_show: bool = False
    entry_label: str = ""
    blank: bool = False
    prefilled: bool = False
    fixed: Mapping[str, JsonValue] = member(default_factory=dict, repr=False)
    union: UnionTaken | None = None
    item: FieldSpec | None = None
    pick: Callable[[JsonValue], int | None] | None = member(default=None, repr=False)

    @property
    def asked(self) -> bool:
        """Whether a person answers this field: it is neither hidden nor a constant."""
        return not self.hidden and self.kind is not FieldKind.CONST


_ALL_MEMBERS: Final = attrgetter(*FieldSpec.__slots__)
_SETTERS: Final = {name: getattr(FieldSpec, name).__set__ for name in FieldSpec.__slots__}


def altered(spec: FieldSpec, **changes: object) -> FieldSpec:
    """Return a field that differs in some attributes; several times as quick as :func:`dataclasses.replace`."""
    other = object.__new__(FieldSpec)
    for put, value in zip(_SETTERS.values(), _ALL_MEMBERS(spec), strict=True):
        put(other, value)
    for name, value in changes.items():
        _SETTERS[name](other, value)
    return other


@dataclass(frozen=True, slots=True)
class Fault:
    """Something odd in a schema that was put right or left out.

    Attributes:
        pointer: JSON Pointer into the params; the empty pointer stands for the schema as a whole.
        message: What is odd and what was done about it, as a sentence.
    """

    pointer: str
    message: str


class Expanded(Protocol):
    """Everything that any answers to a form could show."""

    @property
    def top(self) -> tuple[FieldSpec, ...]:
        """The fields, with sections included, one entry in each list, and every condition holding."""

    def contents(self, field_id: str) -> tuple[tuple[FieldSpec, ...], ...]:
        """Return the fields inside each variant of a field."""


InForce: TypeAlias = tuple[Mapping[str, "Answer | None"], Answers, Mapping[str, Answer]]
"""What a person did, what was suggested, and the answers that are in force because of both."""


class Form:
    """A schema as fields; which fields there are depends on the answers.

    Attributes:
        schema: The schema as it was given.
        document: The schema that the params are checked with: the one given, less what no answer could ever satisfy.
        expand: Works out the fields that any answers could show.
        in_force: The answers that were last in force, with what they were worked out from.
    """

    __slots__ = ("_faults", "_grow", "_known", "document", "expand", "in_force", "schema")

    def __init__(
        self,
        schema: object,
        document: Mapping[str, object],
        grow: Callable[[Answers], tuple[FieldSpec, ...]],
        faults: Callable[[], tuple[Fault, ...]],
        expand: Callable[[], Expanded],
    ) -> None:
        """Take what a schema was read into.

        Args:
            schema: The schema as it was given.
            document: The schema that the params are checked with.
            grow: Works out the fields for some answers.
            faults: Returns what was odd about the schema, as far as it was reached.
            expand: Works out the fields that any answers could show.
        """
        self.schema = schema
        self.document = document
        self._grow = grow
        self._faults = faults
        self.expand = expand
        self._known: tuple[dict[str, Answer], tuple[FieldSpec, ...]] | None = None
        self.in_force: InForce | None = None

    @property
    def fields(self) -> tuple[FieldSpec, ...]:
        """The fields as they stand before anything is answered, hidden ones and constants included."""
        return self.tree({})

    @property
    def faults(self) -> tuple[Fault, ...]:
        """What was odd about the schema, as far as it was reached."""
        return self._faults()

    def tree(self, answers: Answers) -> tuple[FieldSpec, ...]:
        """Return the fields as they stand for these answers; the last result is remembered."""
        if self._known is None or self._known[0] != answers:
            self._known = (dict(answers), self._grow(answers))
        return self._known[1]

    def walk(self, answers: Answers | None = None) -> Iterator[FieldSpec]:
        """Yield every field that is there for these answers, each before its children."""
        waiting = list(reversed(self.tree(answers or {})))
        while waiting:
            spec = waiting.pop()
            yield spec
            waiting.extend(reversed(spec.children))

    def field(self, field_id: str, answers: Answers | None = None) -> FieldSpec | None:
        """Return the field with this id, or ``None`` if it is not there for these answers."""
        return next((spec for spec in self.walk(answers) if spec.id == field_id), None)
