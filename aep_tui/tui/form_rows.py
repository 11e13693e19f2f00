"""A draft as the rows of its page: auth spec, name, description, then one row for every param."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from functools import partial

from aep_tui.forms.fields import Answer, Chosen, FieldKind, FieldSpec
from aep_tui.text import plain
from aep_tui.tui.controls import control_of
from aep_tui.tui.widgets.field_row import FieldRow, Heading
from aep_tui.tui.widgets.fields.choice_field import ChoiceField, Option
from aep_tui.tui.widgets.fields.entries_field import EntryField
from aep_tui.tui.widgets.fields.text_field import KeyField, TextField
from aep_tui.tui.widgets.form_body import Part
from aep_tui.wizard.draft import AUTH, DESCRIPTION, NAME, Draft
from aep_tui.wizard.source import AuthOption

GENERAL_LABELS = ("Name", "Description")
NAME_HELP = "How people will find this connection in Experience Platform. Names need not be unique, but it helps."
DESCRIPTION_HELP = "What this connection is for, and who to ask. Shown beside the name."
AUTH_HELP = "This source can be reached in several ways. Take the one whose credentials you have."
ENTRY_HELP = "Delete removes this entry; alt with up or down moves it. What is in it goes along."
KEY_HELP = "What this entry is called; no two may be called the same."
AUTHENTICATION_REQUIRED_HELP = (
    "Yes: whoever sends data has to show an access token, so that records of trusted and of untrusted senders can be "
    "told apart. Choose it for personal data. No, or not set: anybody who knows the inlet URL can send."
)


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


def param_parts(draft: Draft) -> Iterator[Part]:
    """Return what is shown for the params as they stand, in order: rows, and the headings of sections and groups."""
    form = draft.form
    if form is not None:
        answers = draft.answers()
        yield from _Parts(answers).of(form.tree(answers), 0)


class _Parts:
    """Lays a tree of fields out as lines."""

    def __init__(self, answers: Mapping[str, Answer]) -> None:
        self._answers = answers

    def of(self, fields: Sequence[FieldSpec], indent: int) -> Iterator[Part]:
        """Yield the parts of some fields, each group under its title."""
        group = ""
        for field in fields:
            if field.hidden:
                continue
            if field.group != group and field.group:
                yield _heading(f"{field.id}#group", field.group, indent)
            group = field.group
            yield from self._field(field, indent)

    def _field(self, field: FieldSpec, indent: int) -> Iterator[Part]:
        match field.kind:
            case FieldKind.OBJECT if not field.optional_part:
                yield _heading(field.id, field.label, indent)
                yield from self.of(field.children, indent + 1)
            case FieldKind.OBJECT | FieldKind.VARIANTS:
                yield self._part(field, indent)
                yield from self.of(field.children, indent + 1)
            case FieldKind.LIST | FieldKind.MAP:
                yield self._part(field, indent)
                for child in field.children:
                    yield from self._entry(field, child, indent + 1)
            case _:
                yield self._part(field, indent)

    def _entry(self, owner: FieldSpec, child: FieldSpec, indent: int) -> Iterator[Part]:
        """Yield one entry: its handle, for a map its key, and what is in it."""
        row = child.row if child.row is not None else 0
        yield Part(f"{child.id}#entry", child.label, partial(_handle, owner, child, row, indent))
        if owner.kind is FieldKind.MAP:
            yield Part(f"{child.id}#key", "Key", partial(_key, owner, child, row, indent + 1))
        if child.kind is FieldKind.OBJECT and not child.optional_part:
            yield from self.of(child.children, indent + 1)
        else:
            yield from self._field(replace(child, label="Value"), indent + 1)

    def _part(self, field: FieldSpec, indent: int) -> Part:
        return Part(field.id, field.label, partial(self._row, field, indent))

    def _row(self, field: FieldSpec, indent: int) -> FieldRow:
        remark = " · ".join(part for part in (_default_remark(field), field.hint, field.reason) if part)
        help_text = AUTHENTICATION_REQUIRED_HELP if field.key == "authenticationRequired" else field.help
        label = f"{field.label} (param)" if indent == 0 and field.label in GENERAL_LABELS else field.label
        control = control_of(field, self._answers.get(field.id))
        return FieldRow(control, label, help_text, required=field.required, secret=field.secret, remark=remark, indent=indent)


def _heading(part_id: str, label: str, indent: int) -> Part:
    return Part(part_id, label, partial(Heading, part_id, label, indent))


def _handle(owner: FieldSpec, child: FieldSpec, row: int, indent: int) -> FieldRow:
    control = EntryField(f"{child.id}#entry", owner.id, row)
    return FieldRow(control, child.label, ENTRY_HELP, required=False, indent=indent)


def _key(owner: FieldSpec, child: FieldSpec, row: int, indent: int) -> FieldRow:
    control = KeyField(f"{child.id}#key", owner.id, row, child.key)
    return FieldRow(control, "Key", owner.hint or KEY_HELP, required=True, indent=indent)


def _default_remark(field: FieldSpec) -> str:
    return f"default: {field.default_text}" if field.default_text and not field.required else ""
