"""One field made from what is said about it and the place where it stands."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from dataclasses import field as member
from typing import Final

from aep_tui.forms.choices import position_of
from aep_tui.forms.defaults import default_text, read_default
from aep_tui.forms.fields import NOT_GIVEN, Choice, Fault, FieldKind, FieldSpec, JsonValue, NotGiven
from aep_tui.forms.hints import MAX_HINT, example_of, hint_of
from aep_tui.forms.json_values import is_json_value
from aep_tui.forms.kinds import constant_of, holds_secret, is_marked_secret
from aep_tui.forms.layers import Merged, Merger
from aep_tui.forms.matching import alone
from aep_tui.forms.oddities import oddities
from aep_tui.forms.place import Place
from aep_tui.forms.readable import help_of, label_of
from aep_tui.forms.shapes import Shape
from aep_tui.forms.texts import content_encoding, is_multiline
from aep_tui.text import in_words, plain

_WITH_INSIDE: Final = frozenset({FieldKind.OBJECT, FieldKind.LIST, FieldKind.MAP, FieldKind.VARIANTS})
_OF_LIST: Final = frozenset({FieldKind.LIST, FieldKind.LINES, FieldKind.MULTI})


class Faults:
    """What was odd about a schema, each thing once, in the order it was met."""

    def __init__(self) -> None:
        """Begin without any."""
        self._known: dict[tuple[str, str], Fault] = {}

    def add(self, pointer: str, message: str) -> None:
        """Take one."""
        self._known.setdefault((pointer, message), Fault(pointer, message))

    def all(self) -> tuple[Fault, ...]:
        """Return them."""
        return tuple(self._known.values())


@dataclass(slots=True, eq=False)
class Leaves:
    """Makes fields; of a field with others inside, what it is by itself.

    Attributes:
        document: The whole schema.
        merger: Looks into it.
        faults: Takes what is odd.
        groups: Titles of groups by their id.
    """

    document: Mapping[str, object]
    merger: Merger
    faults: Faults
    groups: Mapping[str, str]
    _secrets: dict[tuple[int, ...], tuple[Merged, bool]] = member(default_factory=dict, repr=False)

    def make(self, shape: Shape, place: Place) -> FieldSpec:
        """Return the field that stands in a place."""
        merged, schema = shape.merged, self._usable(shape.merged.schema, place)
        kind = FieldKind.JSON if shape.kind in _WITH_INSIDE and is_hidden(schema) and not place.required else shape.kind
        item = self._item(shape, place) if kind is FieldKind.LINES else None
        secret = place.secret or (item is not None and item.secret) or self._is_secret(kind, shape)
        default, odd = _default(schema, shape, place)
        if odd:
            self.faults.add(place.pointer, odd)
        const = _constant(schema)
        settled = not place.required or const is not NOT_GIVEN or default is not NOT_GIVEN or len(shape.choices) == 1
        hidden = is_hidden(schema)
        self._report(schema, place, unsettled=hidden and not settled)
        masked = secret or (kind in _WITH_INSIDE and default is not NOT_GIVEN and self._holds_secret(shape))
        least, most = _entries(schema, kind)
        return FieldSpec(
            pointer=place.pointer,
            key=place.key,
            kind=FieldKind.CONST if const is not NOT_GIVEN else kind,
            label=place.label or label_of(schema.get("title"), place.key),
            id=place.id,
            help=help_of(schema.get("description")),
            required=place.required and not (place.blank and kind is FieldKind.TEXT),
            secret=secret,
            default=default,
            default_text=_default_text(kind, default if const is NOT_GIVEN else const, shape.choices, secret=masked),
            example=example_of(schema),
            hint=_hint(kind, schema, item),
            choices=shape.choices,
            const=const,
            hidden=hidden and settled,
            reason="" if hidden and settled else reason_of(shape.reason, secret=secret),
            schema=schema,
            document=schema if kind in _WITH_INSIDE else self._document_of(merged, schema),
            min_entries=least,
            max_entries=most,
            unique=schema.get("uniqueItems") is True,
            row=place.row,
            multiline=kind is FieldKind.LINES or (kind is FieldKind.TEXT and is_multiline(schema, place.key)),
            content_encoding=content_encoding(schema) if kind is FieldKind.TEXT else "",
            format=schema["format"] if isinstance(schema.get("format"), str) else "",  # type: ignore[arg-type]  # a text
            group=self._group(schema),
            always_show=schema.get("always_show") is True,
            entry_label=self._entry_label(shape),
            blank=place.blank and kind is FieldKind.TEXT,
            prefilled=place.given is not NOT_GIVEN or (place.required and default is not NOT_GIVEN),
            union=shape.taken,
            item=item,
        )

    def _usable(self, schema: Mapping[str, object], place: Place) -> Mapping[str, object]:
        """Return a schema without an ``enum`` or a ``const`` that no value could ever be."""
        unusable = []
        if "enum" in schema and not (
            isinstance(schema["enum"], list | tuple) and any(is_json_value(value) for value in schema["enum"])
        ):
            unusable.append("enum")
        if "const" in schema and not is_json_value(schema["const"]):
            unusable.append("const")
        for keyword in unusable:
            self.faults.add(place.pointer, f"The {keyword} names no value that can be sent and was left out.")
        return {name: value for name, value in schema.items() if name not in unusable} if unusable else schema

    def _report(self, schema: Mapping[str, object], place: Place, *, unsettled: bool) -> None:
        if unsettled:
            self.faults.add(place.pointer, "This is marked as hidden, but required and without a value; it is shown.")
        for oddity in oddities(schema):
            self.faults.add(place.pointer, oddity)

    def _holds_secret(self, shape: Shape) -> bool:
        layers = [layer.schema for layer in shape.merged.layers]
        key = tuple(id(schema) for schema in layers)
        if key not in self._secrets:
            self._secrets[key] = (shape.merged, holds_secret(layers, self.document))
        return self._secrets[key][1]

    def _is_secret(self, kind: FieldKind, shape: Shape) -> bool:
        if kind is FieldKind.JSON:
            return self._holds_secret(shape)
        marked = says_secret(shape.merged)
        if kind is FieldKind.MULTI and shape.item:
            marked = marked or is_marked_secret(self.merger.merge(shape.item).schema)
        return marked

    def _item(self, shape: Shape, place: Place) -> FieldSpec:
        """Return one entry of lines as a field."""
        said = self.merger.merge(shape.item)
        entry = Place(f"{place.id}/~r0", place.pointer, "", place.label or label_of(said.schema.get("title"), place.key))
        return self.make(Shape(shape.item_kind, said), entry)

    def _entry_label(self, shape: Shape) -> str:
        if shape.kind is FieldKind.MAP:
            return "Entry"
        title = self.merger.merge(shape.item).schema.get("title") if shape.item else None
        return plain(title, 60) if isinstance(title, str) and plain(title, 60) else "Entry"

    def _document_of(self, merged: Merged, schema: Mapping[str, object]) -> Mapping[str, object]:
        layers = [layer.schema for layer in merged.layers if not {"$ref", "allOf"}.issuperset(layer.schema)]
        return alone(self.document, layers) if len(layers) > 1 else alone(self.document, (schema,))

    def _group(self, schema: Mapping[str, object]) -> str:
        group = schema.get("group")
        if not isinstance(group, str):
            return ""
        return self.groups.get(group) or plain(in_words(group[:200]), 80)


def says_secret(merged: Merged) -> bool:
    """Tell whether any schema that describes a value marks it as a secret."""
    return any(is_marked_secret(layer.schema) for layer in merged.layers)


def reason_of(reason: str, *, secret: bool) -> str:
    """Return why a field is typed as JSON; one that may hold a secret, as far as can be seen, says so."""
    return f"{reason.removesuffix('.')}, and masked, since it may hold a secret." if reason and secret else reason


def is_hidden(schema: Mapping[str, object]) -> bool:
    """Tell whether a schema says that its field is not shown."""
    attributes = schema.get("uiAttributes")
    return schema.get("airbyte_hidden") is True or (isinstance(attributes, Mapping) and attributes.get("hidden") is True)


def _constant(schema: Mapping[str, object]) -> JsonValue | NotGiven:
    """Return the value that is sent as given: a constant, or the default of what is only read."""
    const = constant_of(schema)
    if const is NOT_GIVEN and schema.get("readOnly") is True and is_json_value(schema.get("default", NOT_GIVEN)):
        return schema["default"]  # type: ignore[return-value]  # a JSON value, as was asked
    return const


def _default(schema: Mapping[str, object], shape: Shape, place: Place) -> tuple[JsonValue | NotGiven, str]:
    """Return the default of a field, that of a field around it before its own, and what is odd about it."""
    if place.given is None and shape.kind is FieldKind.VARIANTS:
        return None, ""
    if place.given is not NOT_GIVEN:
        inherited, odd = read_default({"default": place.given}, shape.kind, shape.choices)
        if not odd:
            return inherited, ""
    return read_default(schema, shape.kind, shape.choices)


def _default_text(kind: FieldKind, value: JsonValue | NotGiven, choices: tuple[Choice, ...], *, secret: bool) -> str:
    if kind is FieldKind.MULTI and isinstance(value, list | tuple) and not secret:
        positions = [position_of(choices, one) for one in value]
        return plain(", ".join(choices[position].label for position in positions if position is not None))
    if kind is FieldKind.LINES and isinstance(value, list | tuple) and value and all(isinstance(one, str) for one in value):
        return default_text(kind, ", ".join(str(one) for one in value), (), secret=secret)
    return default_text(kind, value, () if kind is FieldKind.VARIANTS else choices, secret=secret)


def _hint(kind: FieldKind, schema: Mapping[str, object], item: FieldSpec | None) -> str:
    if kind in {FieldKind.OBJECT, FieldKind.VARIANTS}:
        return ""
    pieces = [hint_of(schema) or (item.hint if item else ""), _amount(schema, kind)]
    return plain("; ".join(piece for piece in pieces if piece), MAX_HINT)


def _entries(schema: Mapping[str, object], kind: FieldKind) -> tuple[int, int | None]:
    words = ("minItems", "maxItems") if kind in _OF_LIST else ("minProperties", "maxProperties")
    least, most = (_count(schema.get(word)) for word in words)
    return least or 0, most


def _count(value: object) -> int | None:
    return value if isinstance(value, int) and not isinstance(value, bool) and 0 <= value < 1_000_000 else None


def _amount(schema: Mapping[str, object], kind: FieldKind) -> str:
    """Return how many entries there must be, in words."""
    if kind not in {*_OF_LIST, FieldKind.MAP}:
        return ""
    least, most = _entries(schema, kind)
    if least and most is not None:
        return f"{least} entries" if least == most else f"{least} to {most} entries"
    if least:
        return f"at least {least} {'entry' if least == 1 else 'entries'}"
    return "" if most is None else f"at most {most} {'entry' if most == 1 else 'entries'}"
