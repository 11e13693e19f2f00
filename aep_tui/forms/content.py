"""What is inside a variant, and the choices between forms that stand beside the members of an object."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from aep_tui.forms.fields import NOT_GIVEN, FieldSpec, JsonValue, NotGiven
from aep_tui.forms.layers import Merged, Union
from aep_tui.forms.unions import Branch


@dataclass(frozen=True, slots=True, eq=False)
class Content:
    """What is inside a variant.

    Attributes:
        children: Its fields.
        fixed: What is sent along with them.
        const: The value itself, if it is always the same.
        secret: Whether the variant as a whole is marked as a secret.
    """

    children: tuple[FieldSpec, ...] = ()
    fixed: Mapping[str, JsonValue] = field(default_factory=dict)
    const: JsonValue | NotGiven = NOT_GIVEN
    secret: bool = False


@dataclass(frozen=True, slots=True, eq=False)
class Beside:
    """A choice between forms beside the members of an object.

    Attributes:
        union: The union.
        branches: Its branches.
        keys: The members that tell them apart.
        segment: The last segment of its id.
        own: The object's own member that the choice stands for; empty if there is none.
        content: What the chosen branch says, its conditions worked out.
    """

    union: Union
    branches: tuple[Branch, ...]
    keys: tuple[str, ...]
    segment: str
    own: str
    content: Merged | None
