"""The values of an account as lines: label, value, and where it comes from."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from textual.content import Content

from aep_tui.text import plain
from aep_tui.wizard.effective import ACCESS_TOKEN, CLIENT_SECRET

if TYPE_CHECKING:
    from aep_tui.wizard.effective import Effective

LABEL_CELLS: Final = 16
NARROWEST_CELLS: Final = 12
"""Beside a label; with less, and where the width is not known yet, nothing is broken into lines."""


def value_lines(known: Effective, width: int) -> list[Content]:
    """Return the lines for all values but the secrets.

    Args:
        known: The values.
        width: Of the whole lines, in cells.
    """
    lines: list[Content] = []
    for value in known.values.values():
        if value.key in (CLIENT_SECRET, ACCESS_TOKEN):
            continue
        # With blanks, so that a line ends between two scopes.
        text = plain(value.shown, 200).replace(",", ", ") if value.text else "missing"
        told = Content(text) if value.text else Content.styled(text, "$text-error")
        lines += labelled(value.label, told + Content.styled(f"  {value.source}", "dim italic"), width)
        if not value.text:
            lines += labelled("", Content.styled(value.where, "dim"), width)
    return lines


def labelled(label: str, told: Content, width: int) -> list[Content]:
    """Return a label and what is told beside it as lines; what needs several stays beside the label.

    Args:
        label: The label; empty where it stands above already.
        told: What is told.
        width: Of the whole lines, in cells.
    """
    room = width - LABEL_CELLS
    lines = told.wrap(room) if room >= NARROWEST_CELLS else [told]
    heads = [label, *([""] * (len(lines) - 1))]
    return [Content.styled(f"{head:{LABEL_CELLS}}", "dim") + line for head, line in zip(heads, lines, strict=True)]
