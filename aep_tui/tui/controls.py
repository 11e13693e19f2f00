"""Which widget edits which kind of field."""

from __future__ import annotations

from aep_tui.forms.fields import Answer, FieldKind, FieldSpec
from aep_tui.json_text import dump_json
from aep_tui.tui.widgets.fields.boolean_field import BooleanField
from aep_tui.tui.widgets.fields.choice_field import ChoiceField, Option
from aep_tui.tui.widgets.fields.const_field import ConstField
from aep_tui.tui.widgets.fields.control import FieldControl
from aep_tui.tui.widgets.fields.text_field import TextField

SHORT_LIST = 4
"""Up to so many variants stand one a line; more are gone through in one line."""


def control_of(field: FieldSpec, answer: Answer | None) -> FieldControl:
    """Return a widget that edits a field, showing an answer."""
    match field.kind:
        case FieldKind.BOOLEAN:
            return BooleanField(field.id, answer, required=field.required, default=field.default_text, secret=field.secret)
        case FieldKind.CHOICE:
            options = [Option(choice.label, choice.help) for choice in field.choices]
            return ChoiceField(field.id, options, answer, required=field.required, secret=field.secret)
        case FieldKind.VARIANTS:
            options = [Option(choice.label, choice.help) for choice in field.choices]
            return ChoiceField(field.id, options, answer, required=field.required, as_list=len(options) <= SHORT_LIST)
        case FieldKind.CONST:
            shown = field.const if isinstance(field.const, str) else dump_json(field.const)
            return ConstField(field.id, shown, secret=field.secret)
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

        options = [Option(choice.label, choice.help) for choice in field.choices]
        return MultiField(field.id, options, answer, secret=field.secret)
    from aep_tui.tui.widgets.fields.entries_field import EntriesField

    return EntriesField(field.id, answer, field.entry_label)


def _text(field: FieldSpec, answer: Answer | None) -> FieldControl:
    placeholder = _placeholder(field)
    if field.kind is FieldKind.JSON and not field.secret:
        from aep_tui.tui.widgets.fields.json_field import JsonField

        return JsonField(field.id, answer, placeholder=placeholder or "JSON")
    if field.kind is FieldKind.LINES or field.multiline:
        from aep_tui.tui.widgets.fields.area_field import AreaField

        hint = "one a line" if field.kind is FieldKind.LINES else ""
        return AreaField(field.id, answer, placeholder=placeholder or hint, secret=field.secret)
    return TextField(field.id, answer, placeholder=placeholder, secret=field.secret)


def _placeholder(field: FieldSpec) -> str:
    if field.default_text and not field.required:
        return f"default: {field.default_text}"
    return f"for example {field.example}" if field.example else ""
