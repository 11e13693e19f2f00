"""Which findings tell a person something: of a union only those of the branch that was chosen."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from aep_tui.forms.fields import FieldKind, FieldSpec
from aep_tui.forms.looking import Looking
from aep_tui.forms.validator import Finding

_MAX_DEPTH = 60


def telling(found: Finding, looking: Looking, depth: int = 0) -> Iterator[tuple[FieldSpec | None, Finding]]:
    """Yield what to tell of a finding.

    Yields:
        Findings about values, each with ``None``; and findings about the choice itself, with the field that makes it.
    """
    if found.keyword not in {"oneOf", "anyOf"} or not found.branches or depth > _MAX_DEPTH:
        yield None, found
        return
    field = _choosing(found, looking)
    branch = field.union.branch if field is not None and field.union is not None else _evident(found)
    if field is not None and branch is None:
        yield field, found
    elif branch is None:
        yield None, found
    elif found.branches[branch]:
        for inner in found.branches[branch]:
            yield from telling(inner, looking, depth + 1)
    else:
        yield (field if field is not None and field.kind is FieldKind.VARIANTS else None), found


def _choosing(found: Finding, looking: Looking) -> FieldSpec | None:
    """Return the field that stands for a union."""
    size = len(found.branches)
    for field in looking.fields_at(found.path):
        taken = field.union
        if taken is not None and taken.keyword == found.keyword and taken.size == size:
            return field
    return None


def _evident(found: Finding) -> int | None:
    """Return the branch that is meant where nobody chose: the only one of the value's type, or with its value of a member."""
    fitting = [index for index, branch in enumerate(found.branches) if not any(_rules_out(one, found) for one in branch)]
    if len(fitting) != 1 or len(found.branches) < 2:
        return None
    index = fitting[0]
    members = {one.path[-1] for branch in found.branches for one in branch if _rules_out(one, found) and one.path != found.path}
    return index if all(_describes(found, index, name) for name in members) else None


def _rules_out(one: Finding, found: Finding) -> bool:
    if one.path == found.path:
        return one.keyword == "type"
    return one.keyword in {"const", "enum"} and len(one.path) == len(found.path) + 1


def _describes(found: Finding, index: int, name: object) -> bool:
    branches = found.node.get(found.keyword)
    branch = branches[index] if isinstance(branches, list | tuple) and index < len(branches) else None
    properties = branch.get("properties") if isinstance(branch, Mapping) else None
    return isinstance(properties, Mapping) and name in properties
