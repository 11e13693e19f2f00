"""A JSON Schema read into a form; whatever the schema is, there is a form."""

from __future__ import annotations

from collections.abc import Mapping

from aep_tui.forms.choices import choices_of
from aep_tui.forms.defaults import default_text, read_default
from aep_tui.forms.fields import NOT_GIVEN, Fault, FieldKind, FieldSpec, Form
from aep_tui.forms.hints import example_of, hint_of
from aep_tui.forms.json_values import is_json_value, is_sendable_text
from aep_tui.forms.kinds import constant_of, holds_secret, kind_of
from aep_tui.forms.readable import help_of, label_of
from aep_tui.forms.root import checked_document, lists_params, members_document, required_names, why_more_params
from aep_tui.json_text import pointer_join


def build(schema: object) -> Form:
    """Return the form of a schema; it never raises, and it reads nothing but the schema.

    Fields stand in the order of ``properties``. A param that is no flat text, number, yes or no, choice or constant becomes
    a JSON field with the reason; a schema that describes no object becomes one JSON field for all params; and params that
    only a combination at the root speaks of (``oneOf`` and its like) go into a JSON field beside the others.

    Args:
        schema: The JSON Schema (draft-07) of the params as it came; anything else is read as a schema that says nothing.
    """
    properties = schema.get("properties") if isinstance(schema, Mapping) else None
    if not isinstance(schema, Mapping) or not isinstance(properties, Mapping):
        return _whole_form(schema, broken=properties is not None)
    faults: list[Fault] = []
    named = _named(properties, faults)
    document = checked_document(schema, named, faults)
    required = required_names(document)
    members = members_document(document)
    fields = [_field(key, part, members, key in required, faults) for key, part in named.items() if part is not False]
    rest = _rest_field(document, members, named)
    return Form((*fields, rest) if rest else tuple(fields), tuple(faults), schema, document)


def _named(properties: Mapping[object, object], faults: list[Fault]) -> dict[str, Mapping[str, object] | bool]:
    """Return the properties that can be params, each with a schema."""
    named: dict[str, Mapping[str, object] | bool] = {}
    for key, part in properties.items():
        if not isinstance(key, str) or not is_sendable_text(key):
            faults.append(Fault("", "A param whose name cannot be sent was left out."))
        elif isinstance(part, Mapping):
            named[key] = _usable(part, pointer_join("", key), faults)
        elif part is False:
            faults.append(Fault(pointer_join("", key), f"{label_of(None, key)} is never allowed and was left out."))
            named[key] = False
        else:
            if part is not True:
                faults.append(Fault(pointer_join("", key), f"{label_of(None, key)} has no schema and is taken as text."))
            named[key] = {}
    return named


def _usable(part: Mapping[str, object], pointer: str, faults: list[Fault]) -> Mapping[str, object]:
    """Return the schema of a param without an ``enum`` or a ``const`` that no value could ever be."""
    unusable = []
    if "enum" in part and not (isinstance(part["enum"], list | tuple) and any(is_json_value(value) for value in part["enum"])):
        unusable.append("enum")
    if "const" in part and not is_json_value(part["const"]):
        unusable.append("const")
    if not unusable:
        return part
    faults.extend(Fault(pointer, f"The {keyword} names no value that can be sent and was left out.") for keyword in unusable)
    return {keyword: value for keyword, value in part.items() if keyword not in unusable}


def _field(
    key: str, part: Mapping[str, object] | bool, document: Mapping[str, object], required: bool, faults: list[Fault]
) -> FieldSpec:
    schema: Mapping[str, object] = part if isinstance(part, Mapping) else {}
    pointer = pointer_join("", key)
    kind, reason = kind_of(schema)
    choices = () if kind is FieldKind.CONST else choices_of(schema)
    if choices:
        kind, reason = FieldKind.CHOICE, ""
    secret = holds_secret(schema, document)
    default, odd = read_default(schema, kind, choices)
    if odd:
        faults.append(Fault(pointer, odd))
    const = constant_of(schema)
    settled = not required or const is not NOT_GIVEN or default is not NOT_GIVEN or len(choices) == 1
    hidden = _is_hidden(schema)
    if hidden and not settled:
        faults.append(Fault(pointer, "This is marked as hidden, but required and without a value; it is shown."))
    if "examples" in schema and not isinstance(schema["examples"], list | tuple):
        faults.append(Fault(pointer, "The examples are no list."))
    return FieldSpec(
        pointer=pointer,
        key=key,
        kind=kind,
        label=label_of(schema.get("title"), key),
        help=help_of(schema.get("description")),
        required=required,
        secret=secret,
        default=default,
        default_text=default_text(kind, default if const is NOT_GIVEN else const, choices, secret=secret),
        example=example_of(schema),
        hint=hint_of(schema),
        choices=choices,
        const=const,
        hidden=hidden and settled,
        reason=reason,
        schema=schema,
        document=document,
    )


def _is_hidden(schema: Mapping[str, object]) -> bool:
    attributes = schema.get("uiAttributes")
    return schema.get("airbyte_hidden") is True or (isinstance(attributes, Mapping) and attributes.get("hidden") is True)


def _whole_form(schema: object, *, broken: bool) -> Form:
    """Return a form with one JSON field for all params."""
    known: Mapping[str, object] = schema if isinstance(schema, Mapping) else {}
    faults: list[Fault] = []
    if broken:
        faults.append(Fault("", "The properties of this schema are no object."))
    elif not isinstance(schema, Mapping) and schema is not True:
        faults.append(Fault("", "This is no schema, so nothing is known about the params."))
    document = checked_document(known, {}, faults)
    field = FieldSpec(
        pointer="",
        key="",
        kind=FieldKind.JSON,
        label=label_of(known.get("title"), "Params"),
        help=help_of(known.get("description")),
        secret=not lists_params(document) or holds_secret(document, document),
        example=example_of(known),
        reason="The schema does not list its params one by one. They are typed as one JSON object.",
        schema=known,
        document=document,
    )
    return Form((field,), tuple(faults), schema, document)


def _rest_field(document: Mapping[str, object], members: Mapping[str, object], named: Mapping[str, object]) -> FieldSpec | None:
    """Return a JSON field for params that the schema allows without listing them, or ``None`` if it allows none."""
    reason = why_more_params(document, frozenset(named))
    if not reason:
        return None
    return FieldSpec(
        pointer="",
        key="",
        kind=FieldKind.JSON,
        label="Other params",
        secret=True,
        reason=f"{reason} They are typed as one JSON object.",
        document=members,
    )
