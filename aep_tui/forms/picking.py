"""Which branch of a union a value is of."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from aep_tui.forms.fields import NOT_GIVEN, JsonValue
from aep_tui.forms.json_values import is_json_value, same
from aep_tui.forms.layers import Merger
from aep_tui.forms.matching import Matcher, fits_type
from aep_tui.forms.unions import Branch, constant_member


def pick_branch(
    value: JsonValue, branches: Sequence[Branch], keys: Sequence[str], merger: Merger, matcher: Matcher
) -> int | None:
    """Return the position of the branch that a value is of, or ``None`` if it can be of none.

    The members that tell branches apart decide; else which branches the value fits; and where it fits none or several, how
    much of it they describe, the first of the best.
    """
    told = _by_constant(value, branches, keys, merger)
    if told is not None:
        return told
    fitting = [index for index, branch in enumerate(branches) if matcher.matches(branch.schema, value)]
    if len(fitting) == 1:
        return fitting[0]
    scored = [(_score(value, branches[index], merger), -index) for index in fitting or range(len(branches))]
    best, position = max(scored, default=(-1, 0))
    return None if best < 0 else -position


def _by_constant(value: JsonValue, branches: Sequence[Branch], keys: Sequence[str], merger: Merger) -> int | None:
    if not isinstance(value, Mapping):
        return None
    for key in keys:
        for index, branch in enumerate(branches):
            constant = constant_member(branch, key, merger)
            if key in value and constant is not NOT_GIVEN and same(constant, value[key]):
                return index
    return None


def _score(value: JsonValue, branch: Branch, merger: Merger) -> int:
    """Return how much of a value a branch describes; less than 0 if the value is of another type."""
    said = branch.merged
    if not fits_type(said.schema.get("type"), value):
        return -1
    if not isinstance(value, Mapping):
        return 0 if not said.properties else -1
    points = 0
    for key, member in value.items():
        parts = said.properties.get(key)
        if parts:
            described = merger.merge(parts).schema
            points += 1 + fits_type(described.get("type"), member)
            if is_json_value(described.get("const", NOT_GIVEN)):
                points += 2 if same(described["const"], member) else -2  # type: ignore[arg-type]  # a JSON value, as was asked
    return max(points, 0)
