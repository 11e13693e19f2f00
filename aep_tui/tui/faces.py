"""How an answer looks while nobody edits it: lines of text, drawn without a widget."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import NamedTuple

from textual.content import Content

from aep_tui.forms.fields import Answer, Choice, Chosen, Entries, FieldKind, FieldSpec, Picked
from aep_tui.json_text import dump_json
from aep_tui.secret import MASK, Secret
from aep_tui.text import plain
from aep_tui.tui.form_rows import Row, RowKind
from aep_tui.tui.widgets.quiet_input import plain_in_place
from aep_tui.wizard.draft import AUTH

SHORT_LIST = 4
"""Up to so many variants stand one a line; more are gone through in one line."""
MOST_LINES = 8
LEAST_AREA_LINES = 3
MOST_CHARACTERS = 20_000
"""A longer text is held but not edited: a terminal would wait for it at every key."""
BREAKS = re.compile("[\r\x0b\x0c\x1c-\x1e\x85\u2028\u2029]")
"""What a text area takes for the end of a line and would write as another one; a text that has it is held, too."""
QUIET, STRONG, MARK = "dim", "bold", "$primary"


class Option(NamedTuple):
    """One value to choose: its label, and a few words about it."""

    label: str
    remark: str = ""


def options_of(choices: Sequence[Choice]) -> list[Option]:
    """Return the options of a choice."""
    return [Option(choice.label, choice.help) for choice in choices]


def is_list(field: FieldSpec) -> bool:
    """Tell whether a choice shows all its options, one a line."""
    return field.kind is FieldKind.VARIANTS and (len(field.choices) <= SHORT_LIST or field.id == AUTH)


def is_area(field: FieldSpec, answer: Answer | None) -> bool:
    """Tell whether a text is edited in several lines: it may well have them, or it has them."""
    if field.kind not in {FieldKind.TEXT, FieldKind.JSON, FieldKind.LINES, FieldKind.INTEGER, FieldKind.NUMBER}:
        return False
    if field.kind is FieldKind.LINES or field.multiline or (field.kind is FieldKind.JSON and not field.secret):
        return True
    return "\n" in text_of(answer)


def text_of(answer: Answer | None) -> str:
    """Return the text of an answer, of a secret one too."""
    if isinstance(answer, Secret):
        return answer.reveal()
    return answer if isinstance(answer, str) else ""


def is_long(answer: Answer | None) -> bool:
    """Tell whether a text is held but not edited here: it is very long, or has line ends that an editor would change."""
    text = text_of(answer)
    return len(text) > MOST_CHARACTERS or ("\n" in text and BREAKS.search(text) is not None)


def pasted_text(text: str) -> str:
    """Return a paste as it is taken: line breaks as one sign, none at the end."""
    return text.replace("\r\n", "\n").replace("\r", "\n").rstrip("\n")


def long_face(answer: Answer | None) -> Content:
    """Return how long a text is that is not shown."""
    text = text_of(answer)
    return Content.styled(f"{len(text):,} characters in {text.count(chr(10)) + 1:,} lines", STRONG)


def area_height(line_count: int) -> int:
    """Return how many lines a text of so many takes on the page."""
    return min(max(LEAST_AREA_LINES, line_count), MOST_LINES)


def height_of(row: Row) -> int:
    """Return how many lines a row's answer takes."""
    field = row.field
    if row.kind is not RowKind.FIELD or field is None:
        return 1
    if is_long(row.answer):
        return 1
    if is_area(field, row.answer):
        height = area_height(text_of(row.answer).count("\n") + 1)
        return min(height, LEAST_AREA_LINES) if field.secret else height
    if field.kind is FieldKind.MULTI:
        return max(1, len(_multi(field, row.answer)))
    return max(1, len(field.choices)) if is_list(field) else 1


def placeholder_of(field: FieldSpec) -> str:
    """Return what stands in an empty field: the service's default, an example, or what is expected."""
    if field.default_text and not field.required:
        return f"default: {field.default_text}"
    if field.example:
        return f"{'one a line, ' if field.kind is FieldKind.LINES else ''}for example {field.example}"
    return {FieldKind.LINES: "one a line", FieldKind.JSON: "JSON"}.get(field.kind, "")


def face_of(row: Row) -> list[Content]:
    """Return the lines of a row's answer; a secret is masked."""
    field, answer = row.field, row.answer
    if row.kind is RowKind.KEY:
        return [Content(plain_in_place(text_of(answer)))]
    if row.kind is not RowKind.FIELD or field is None:
        return [Content("")]
    match field.kind:
        case FieldKind.BOOLEAN:
            return [boolean_face(answer, field.default_text, masked=field.secret)]
        case FieldKind.OBJECT:
            return [include_face(answer)]
        case FieldKind.CHOICE | FieldKind.VARIANTS:
            index = answer.index if isinstance(answer, Chosen) else None
            options = options_of(field.choices)
            if is_list(field):
                return [option_face(option, number == index) for number, option in enumerate(options)]
            return [choice_face(options, index, required=field.required, masked=field.secret)]
        case FieldKind.CONST:
            return [const_face(const_text(field), masked=field.secret)]
        case FieldKind.MULTI:
            return _multi(field, answer)
        case FieldKind.LIST | FieldKind.MAP:
            return [entries_face(answer)]
        case _:
            return _text(field, answer)


def boolean_face(answer: Answer | None, default: str, *, masked: bool) -> Content:
    """Return yes, no or not set."""
    if not isinstance(answer, bool):
        return Content.styled(f"▢ not set · default: {default}" if default else "▢ not set", QUIET)
    if masked:
        return Content.styled(MASK, STRONG)
    return Content.styled("▣ yes" if answer else "▢ no", STRONG)


def include_face(answer: Answer | None) -> Content:
    """Return whether an optional section is there."""
    return Content.styled("▣ included", STRONG) if answer is True else Content.styled("▢ left out", QUIET)


def choice_face(options: Sequence[Option], index: int | None, *, required: bool, masked: bool) -> Content:
    """Return the chosen option."""
    if index is None or index >= len(options):
        return Content.styled("choose one" if required else "not set", QUIET)
    return Content.styled(MASK if masked else options[index].label, STRONG)


def option_face(option: Option, chosen: bool) -> Content:
    """Return one option of a choice that shows all of them."""
    mark = Content.styled("● " if chosen else "○ ", MARK if chosen else QUIET)
    label = Content.styled(option.label, STRONG) if chosen else Content(option.label)
    return mark + label + (Content.styled(f"  {option.remark}", QUIET) if option.remark else Content(""))


def tick_face(option: Option, ticked: bool) -> Content:
    """Return one option of which any number can be taken."""
    return Content.styled(("▣ " if ticked else "▢ ") + option.label, STRONG if ticked else QUIET)


def const_text(field: FieldSpec) -> str:
    """Return a fixed value in words."""
    return plain(field.const if isinstance(field.const, str) else dump_json(field.const), 300)


def const_face(shown: str, *, masked: bool) -> Content:
    """Return a fixed value."""
    return Content.styled(f"{MASK if masked else shown}  (fixed)", QUIET)


def entries_face(answer: Answer | None) -> Content:
    """Return how many entries a list or a map has."""
    count = len(answer.rows) if isinstance(answer, Entries) else 0
    words = "none" if count == 0 else f"{count} {'entry' if count == 1 else 'entries'}"
    return Content.styled(words, STRONG if count else QUIET)


def _multi(field: FieldSpec, answer: Answer | None) -> list[Content]:
    ticked = answer.indices if isinstance(answer, Picked) else ()
    if field.secret and ticked:
        return [Content.styled(MASK, STRONG)]
    options = options_of(field.choices)
    if len(options) <= MOST_LINES:
        return [tick_face(option, number in ticked) for number, option in enumerate(options)]
    shown = ticked[: MOST_LINES - 1]
    lines = [tick_face(options[index], ticked=True) for index in shown if index < len(options)]
    rest = f", {len(ticked) - len(shown)} of them not shown" if len(ticked) > len(shown) else ""
    return [*lines, Content.styled(f"{len(ticked)} of {len(options)} taken{rest}", QUIET)]


def _text(field: FieldSpec, answer: Answer | None) -> list[Content]:
    text = text_of(answer)
    if not text:
        return [Content.styled(plain(placeholder_of(field), 200), QUIET)]
    if is_long(answer):
        return [long_face(answer)]
    lines = text.split("\n") if is_area(field, answer) else [text]
    most = min(area_height(len(lines)), LEAST_AREA_LINES) if field.secret else area_height(len(lines))
    shown = lines if len(lines) <= most else lines[: most - 1]
    drawn = [Content("•" * min(len(line), 400) if field.secret else plain_in_place(line[:400])) for line in shown]
    if len(shown) < len(lines):
        drawn.append(Content.styled(f"… and {len(lines) - len(shown)} more lines", QUIET))
    return drawn
