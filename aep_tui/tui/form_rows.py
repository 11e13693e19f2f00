"""A draft as the rows of its page: auth spec, name, description, then one row for every param."""

from __future__ import annotations

from collections.abc import Iterator

from aep_tui.forms.fields import Answer, Chosen, FieldKind, FieldSpec
from aep_tui.json_text import dump_json
from aep_tui.text import plain
from aep_tui.tui.widgets.field_row import FieldRow
from aep_tui.tui.widgets.fields.boolean_field import BooleanField
from aep_tui.tui.widgets.fields.choice_field import ChoiceField, Option
from aep_tui.tui.widgets.fields.const_field import ConstField
from aep_tui.tui.widgets.fields.control import FieldControl
from aep_tui.tui.widgets.fields.text_field import TextField
from aep_tui.wizard.draft import AUTH, DESCRIPTION, NAME, Draft
from aep_tui.wizard.source import AuthOption

GENERAL_LABELS = ("Name", "Description")
NAME_HELP = "How people will find this connection in Experience Platform. Names need not be unique, but it helps."
DESCRIPTION_HELP = "What this connection is for, and who to ask. Shown beside the name."
AUTH_HELP = "This source can be reached in several ways. Take the one whose credentials you have."
AUTHENTICATION_REQUIRED_HELP = (
    "Yes: whoever sends data has to show an access token, so that records of trusted and of untrusted senders can be "
    "told apart. Choose it for personal data. No, or not set: anybody who knows the inlet URL can send."
)


_NOT_DRAWN = frozenset({FieldKind.OBJECT, FieldKind.LIST, FieldKind.MAP, FieldKind.MULTI})


def general_rows(draft: Draft) -> Iterator[FieldRow]:
    """Return the rows that every connection has: the auth spec if there are several, name, description."""
    options = draft.source.auth_options
    if len(options) > 1:
        chosen = next((index for index, option in enumerate(options) if option.name == draft.auth_name), 0)
        labels = [Option(plain(option.name, 80), _what_it_needs(option)) for option in options]
        control = ChoiceField(AUTH, labels, Chosen(chosen), required=True, as_list=True)
        needs = "\n".join(f"{label.label}: {label.remark}." for label in labels)
        yield FieldRow(control, "Authentication", f"{AUTH_HELP}\n{needs}", required=True)
    yield FieldRow(TextField(NAME, draft.name, preselect=True), "Name", NAME_HELP, required=True)
    yield FieldRow(TextField(DESCRIPTION, draft.description), "Description", DESCRIPTION_HELP, required=False)


def _what_it_needs(option: AuthOption) -> str:
    asked = [field for field in option.form.fields if field.asked]
    needed = [field.label for field in asked if field.required]
    if needed:
        return "needs " + ", ".join(needed)
    return "needs nothing" if not asked else "everything is optional"


def param_rows(draft: Draft) -> Iterator[FieldRow]:
    """Return one row for every param that is shown, in the schema's order."""
    form = draft.form
    answers = draft.answers()
    for field in form.walk(answers) if form else ():
        if not field.hidden and field.kind not in _NOT_DRAWN:
            yield _param_row(field, answers.get(field.id))


def _param_row(field: FieldSpec, answer: Answer | None) -> FieldRow:
    remark = " · ".join(part for part in (_default_remark(field), field.hint, field.reason) if part)
    help_text = AUTHENTICATION_REQUIRED_HELP if field.key == "authenticationRequired" else field.help
    label = f"{field.label} (param)" if field.label in GENERAL_LABELS else field.label
    return FieldRow(_control(field, answer), label, help_text, required=field.required, secret=field.secret, remark=remark)


def _default_remark(field: FieldSpec) -> str:
    return f"default: {field.default_text}" if field.default_text and not field.required else ""


def _placeholder(field: FieldSpec) -> str:
    if field.default_text and not field.required:
        return f"default: {field.default_text}"
    return f"for example {field.example}" if field.example else ""


def _control(field: FieldSpec, answer: Answer | None) -> FieldControl:
    match field.kind:
        case FieldKind.BOOLEAN:
            return BooleanField(field.id, answer, required=field.required, default=field.default_text, secret=field.secret)
        case FieldKind.CHOICE | FieldKind.VARIANTS:
            options = [Option(choice.label) for choice in field.choices]
            return ChoiceField(field.id, options, answer, required=field.required, secret=field.secret)
        case FieldKind.CONST:
            shown = field.const if isinstance(field.const, str) else dump_json(field.const)
            return ConstField(field.id, shown, secret=field.secret)
        case FieldKind.JSON if not field.secret:
            # Loading the text area's modules costs more than a form without one should pay.
            from aep_tui.tui.widgets.fields.json_field import JsonField

            return JsonField(field.id, answer, placeholder=_placeholder(field) or "JSON")
        case _:
            return TextField(field.id, answer, placeholder=_placeholder(field), secret=field.secret)
