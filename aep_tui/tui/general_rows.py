"""The rows that every connection has, and those of its form, on the Credentials page."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from aep_tui.forms.fields import Choice, Chosen, FieldKind, FieldSpec
from aep_tui.text import plain
from aep_tui.tui.form_rows import Row, field_row, heading, rows_of
from aep_tui.wizard.draft import AUTH, DESCRIPTION, NAME, Draft
from aep_tui.wizard.source import AuthOption

SECTION = "#section"
GENERAL_LABELS = ("Name", "Description")
NAME_HELP = "How people will find this connection in Experience Platform. Names need not be unique, but it helps."
DESCRIPTION_HELP = "What this connection is for, and who to ask. Shown beside the name."
AUTH_HELP = "This source can be reached in several ways. Take the one whose credentials you have."
AUTHENTICATION_REQUIRED_HELP = (
    "Yes: whoever sends data has to show an access token, so that records of trusted and of untrusted senders can be "
    "told apart. Choose it for personal data. No, or not set: anybody who knows the inlet URL can send."
)
_NAME = FieldSpec(NAME, "name", FieldKind.TEXT, "Name", NAME, NAME_HELP, required=True)
_DESCRIPTION = FieldSpec(DESCRIPTION, "description", FieldKind.TEXT, "Description", DESCRIPTION, DESCRIPTION_HELP)


def draft_rows(draft: Draft) -> list[Row]:
    """Return every row of a draft: the auth spec if there are several, name, description, then the params as they stand."""
    options = draft.source.auth_options
    rows = [_auth_row(draft, options)] if len(options) > 1 else []
    rows += [field_row(_NAME, draft.name or None), field_row(_DESCRIPTION, draft.description or None)]
    has_auth = draft.option is not None
    rows.append(heading(SECTION, plain(draft.auth_name, 80) if has_auth else "This source takes no credentials."))
    return [*rows, *_param_rows(draft)]


def _auth_row(draft: Draft, options: tuple[AuthOption, ...]) -> Row:
    choices = tuple(Choice(plain(option.name, 80), option.name, _what_it_needs(option)) for option in options)
    needs = "\n".join(f"{choice.label}: {choice.help}." for choice in choices)
    help_text = f"{AUTH_HELP}\n{needs}"
    field = FieldSpec(
        AUTH,
        "specName",
        FieldKind.VARIANTS,
        "Authentication",
        AUTH,
        help_text,
        required=True,
        choices=choices,
        always_show=True,
    )
    chosen = next((index for index, option in enumerate(options) if option.name == draft.auth_name), 0)
    return field_row(field, Chosen(chosen))


def _what_it_needs(option: AuthOption) -> str:
    asked = [field for field in option.form.fields if field.asked]
    needed = [field.label for field in asked if field.required]
    if needed:
        return "needs " + ", ".join(needed)
    return "needs nothing" if not asked else "everything is optional"


def _param_rows(draft: Draft) -> Iterator[Row]:
    form = draft.form
    if form is None:
        return
    answers = draft.answers()
    for row in rows_of(form.tree(answers), answers):
        if row.field is not None and row.field.key == "authenticationRequired":
            yield replace(row, help_text=AUTHENTICATION_REQUIRED_HELP)
        elif row.indent == 0 and row.label in GENERAL_LABELS:
            yield replace(row, label=f"{row.label} (param)")
        else:
            yield row
