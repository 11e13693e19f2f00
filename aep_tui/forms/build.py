"""A JSON Schema read into a form; whatever the schema is, there is a form."""

from __future__ import annotations

from collections.abc import Mapping

from aep_tui.forms.fields import Answers, FieldKind, FieldSpec, Form
from aep_tui.forms.growth import Growth
from aep_tui.forms.hints import example_of
from aep_tui.forms.kinds import holds_secret
from aep_tui.forms.leaves import Faults, reason_of
from aep_tui.forms.oddities import oddities
from aep_tui.forms.readable import help_of, label_of
from aep_tui.forms.reader import Reader
from aep_tui.forms.root import checked_document, group_titles, lists_params
from aep_tui.forms.shapes import has_members


def build(schema: object) -> Form:
    """Return the form of a schema; it never raises, and it reads nothing but the schema.

    The fields stand in the order that the schema asks for, else in that of ``properties``. Only what the answers reach is
    looked at. What cannot be drawn becomes a JSON field with the reason, and a schema that says nothing about its params
    becomes one JSON field for all of them.

    Args:
        schema: The JSON Schema (draft-07) of the params as it came; anything else is read as a schema that says nothing.
    """
    known: Mapping[str, object] = schema if isinstance(schema, Mapping) else {}
    faults = Faults()
    if not isinstance(schema, Mapping) and schema is not True:
        faults.add("", "This is no schema, so nothing is known about the params.")
    for oddity in oddities({keyword: value for keyword, value in known.items() if keyword != "type"}):  # told below
        faults.add("", oddity)
    document = checked_document(known, faults)
    reader = Reader(document, group_titles(known.get("groups")), faults)

    def grow(answers: Answers) -> tuple[FieldSpec, ...]:
        return root_fields(reader, Growth(reader, answers))

    form = Form(schema, document, grow, faults.all, lambda: expanded(reader))
    form.tree({})  # meets what is odd about the fields that are there at first
    return form


def expanded(reader: Reader) -> Growth:
    """Return a growth of everything that any answers could show."""
    growth = Growth(reader, {}, everything=True)
    growth.top = root_fields(reader, growth)
    return growth


def root_fields(reader: Reader, growth: Growth) -> tuple[FieldSpec, ...]:
    """Return the fields of the params as they stand in a growth."""
    merged = reader.merger.of(reader.document)
    if merged.problem:
        return (_whole(reader),)
    shape = reader.shapes.shape(merged, required=False)  # params are never null
    inner = reader.root_place(shape.merged.ids | merged.ids)
    described = any(isinstance(layer.schema.get("properties"), Mapping) for layer in merged.layers)
    if shape.kind is FieldKind.OBJECT and (has_members(shape.merged) or described):
        return growth.members_of(shape.merged.parts, inner)
    if shape.kind is FieldKind.MAP and has_members(shape.merged):
        return (growth.map_beside(reader.more_shape(shape.merged), inner.aside("more", "Entries", required=False)),)
    fields = growth.members_of(merged.parts, inner) if shape.kind in {FieldKind.VARIANTS, FieldKind.MAP} else ()
    return fields if fields or described else (_whole(reader),)


def _whole(reader: Reader) -> FieldSpec:
    """Return a JSON field for all params."""
    document = reader.document
    secret = not lists_params(document) or holds_secret(document, document)
    return FieldSpec(
        pointer="",
        key="",
        kind=FieldKind.JSON,
        label=label_of(document.get("title"), "Params"),
        help=help_of(document.get("description")),
        secret=secret,
        example=example_of(document),
        reason=reason_of("The schema does not list its params one by one. They are typed as one JSON object.", secret=secret),
        schema=document,
        document=document,
    )
