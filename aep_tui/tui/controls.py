"""Which widget edits which row."""

from __future__ import annotations

from aep_tui.forms.fields import Answer, FieldKind, FieldSpec
from aep_tui.tui.faces import const_text, is_area, is_list, is_long, options_of, placeholder_of, text_of
from aep_tui.tui.form_rows import Row, RowKind
from aep_tui.tui.widgets.fields.boolean_field import BooleanField
from aep_tui.tui.widgets.fields.choice_field import ChoiceField
from aep_tui.tui.widgets.fields.const_field import ConstField
from aep_tui.tui.widgets.fields.control import FieldControl
from aep_tui.tui.widgets.fields.text_field import KeyField, TextField


def control_of(row: Row) -> FieldControl:
    """Return a widget that edits a row, showing its answer.

    Raises:
        ValueError: The row is a heading.
    """
    if row.kind is RowKind.KEY:
        return KeyField(row.row_id, row.owner_id, row.entry, text_of(row.answer))
    if row.kind is RowKind.ENTRY:
        from aep_tui.tui.widgets.fields.entries_field import EntryField

        return EntryField(row.row_id, row.owner_id, row.entry)
    if row.field is None:
        raise ValueError("a heading is not edited")
    return _of_field(row.field, row.answer)


def _of_field(field: FieldSpec, answer: Answer | None) -> FieldControl:
    match field.kind:
        case FieldKind.BOOLEAN:
            return BooleanField(field.id, answer, required=field.required, default=field.default_text, secret=field.secret)
        case FieldKind.CHOICE | FieldKind.VARIANTS:
            options = options_of(field.choices)
            as_list = is_list(field)
            return ChoiceField(field.id, options, answer, required=field.required, as_list=as_list, secret=field.secret)
        case FieldKind.CONST:
            return ConstField(field.id, const_text(field), secret=field.secret)
        case FieldKind.OBJECT | FieldKind.LIST | FieldKind.MAP | FieldKind.MULTI:
            return _of_many(field, answer)
        case _:
            return _text(field, answer)


def _of_many(field: FieldSpec, answer: Answer | None) -> FieldControl:
    # What few forms have is loaded when a form has it.
    if field.kind is FieldKind.OBJECT:
        from aep_tui.tui.widgets.fields.include_field import IncludeField

        return IncludeField(field.id, answer)
    if field.kind is FieldKind.MULTI:
        from aep_tui.tui.widgets.fields.multi_field import MultiField

        return MultiField(field.id, options_of(field.choices), answer, secret=field.secret)
    from aep_tui.tui.widgets.fields.entries_field import EntriesField

    return EntriesField(field.id, answer, field.entry_label)


def _text(field: FieldSpec, answer: Answer | None) -> FieldControl:
    placeholder = placeholder_of(field)
    if is_long(answer):
        from aep_tui.tui.widgets.fields.long_field import LongField

        return LongField(field.id, answer, secret=field.secret)
    if not is_area(field, answer):
        from aep_tui.wizard.draft import NAME

        return TextField(field.id, answer, placeholder=placeholder, secret=field.secret, preselect=field.id == NAME)
    if field.kind is FieldKind.JSON:
        from aep_tui.tui.widgets.fields.json_field import JsonField

        return JsonField(field.id, answer, placeholder=placeholder, secret=field.secret)
    from aep_tui.tui.widgets.fields.area_field import AreaField

    return AreaField(field.id, answer, placeholder=placeholder, secret=field.secret)
