"""A form as plain JSON, for whoever maintains a connector: what is asked for, what is typed as JSON, what is odd."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from aep_tui.forms.fields import NOT_GIVEN, Expanded, FieldKind, FieldSpec, Form


def describe(form: Form) -> dict[str, object]:
    """Return everything that a form could ask for.

    All variants are expanded and every condition is taken to hold; what contains itself is cut where it would begin again.

    Returns:
        ``fields`` as objects of ``path``, ``kind``, ``label``, ``required``, ``secret``, ``default``, ``children`` and
        ``variants``; ``fallbacks`` as objects of ``path`` and ``reason``; ``faults`` as objects of ``path`` and ``message``.
        Paths are JSON Pointers into the params, with ``*`` for the key of a map's row. The default of a secret is ``null``.
    """
    told = _Told(form.expand())
    fields = told.all(told.expanded.top)
    return {
        "fields": fields,
        "fallbacks": [{"path": path, "reason": reason} for path, reason in told.fallbacks.items()],
        "faults": [{"path": fault.pointer, "message": fault.message} for fault in form.faults],
    }


@dataclass(slots=True)
class _Told:
    """Tells of fields, and remembers which are typed as JSON, and the paths of those that are secret or have one inside."""

    expanded: Expanded
    fallbacks: dict[str, str] = field(default_factory=dict)
    secret: set[str] = field(default_factory=set)

    def all(self, fields: Iterable[FieldSpec]) -> list[dict[str, object]]:
        return [self._one(spec) for spec in fields]

    def _one(self, spec: FieldSpec) -> dict[str, object]:
        if spec.kind is FieldKind.JSON and not spec.hidden:
            self.fallbacks.setdefault(spec.pointer, spec.reason)
        contents = self.expanded.contents(spec.id) if spec.kind is FieldKind.VARIANTS else ()
        labels = [choice.label for choice in spec.choices] if contents else []
        children = self.all(spec.children)
        told = [(label, self.all(inside)) for label, inside in zip(labels, contents, strict=True)]
        secret = spec.secret or any(
            one["path"] in self.secret for one in [*children, *(one for _, part in told for one in part)]
        )
        if secret:
            self.secret.add(spec.pointer)
        return {
            "path": spec.pointer,
            "kind": spec.kind.value,
            "label": spec.label,
            "required": spec.required,
            "secret": spec.secret,
            "default": None if secret or spec.default is NOT_GIVEN else _plain(spec.default),
            "children": children,
            "variants": [{"label": label, "children": part} for label, part in told],
        }


def _plain(value: object) -> object:
    """Return a value of the dictionaries and lists that JSON is written from."""
    if isinstance(value, Mapping):
        return {key: _plain(member) for key, member in value.items()}
    return [_plain(member) for member in value] if isinstance(value, list | tuple) else value
