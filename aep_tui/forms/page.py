"""What is wrong with the params as a whole, as sentences: which fields to fill in, and which not together."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

from aep_tui.forms.paths import Path
from aep_tui.forms.sentences import sentence
from aep_tui.text import plain

if TYPE_CHECKING:
    from aep_tui.forms.validator import Finding

_SUBJECT = "This form"


class Named(Protocol):
    """Knows the names of what paths lead to."""

    def label(self, path: Path) -> str:
        """Return the name of what a path leads to, as sentences use it."""


def page_sentence(form: Named, found: Finding) -> str:
    """Return a finding that belongs to no single field as a sentence."""
    if found.keyword == "required" and isinstance(found.detail, str):
        return f"{form.label((*found.path, found.detail))} is required."
    if found.keyword in {"anyOf", "oneOf"}:
        return _of_branches(form, found)
    if found.keyword in {"minProperties", "maxProperties"}:
        return _of_amount(found)
    if found.keyword in {"not", "falseSchema"}:
        return "These answers do not go together: this combination is not allowed."
    if found.keyword == "type" and not found.path:
        return sentence("By the schema, the params", found) + " But params are always an object, so none fit it."
    if found.path and isinstance(found.path[0], str):
        return sentence(form.label(found.path[:1]), found)
    return sentence(_SUBJECT, found)


def _of_amount(found: Finding) -> str:
    limit = plain(found.detail, 20)
    fields = "field" if limit == "1" else "fields"
    return f"Fill in at least {limit} {fields}." if found.keyword == "minProperties" else f"Fill in at most {limit} {fields}."


def _of_branches(form: Named, found: Finding) -> str:
    """Return which fields to fill in, if that is all that the branches ask for."""
    missing = [_missing(form, found.path, branch) for branch in found.branches]
    if any(not names for names in missing):
        fits = sum(not branch for branch in found.branches)
        if found.keyword == "oneOf" and fits > 1:
            return "Only one of several sets of fields may be filled in; these answers are more than one."
        return "These answers do not go together: they fit none of the allowed combinations."
    sets = list(dict.fromkeys(" and ".join(names) for names in missing))
    return f"Fill in {', or '.join(sets)}." if sets else "These answers fit none of the allowed combinations."


def _missing(form: Named, path: Path, branch: tuple[Finding, ...]) -> list[str]:
    """Return the fields that a branch lacks, or nothing if it lacks something else."""
    if any(one.keyword != "required" or one.path != path or not isinstance(one.detail, str) for one in branch):
        return []
    return [form.label((*path, str(one.detail))) for one in branch]
