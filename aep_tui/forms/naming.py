"""The field that a service means when it names a param."""

from __future__ import annotations

from aep_tui.forms.fields import Answers, FieldSpec, Form
from aep_tui.json_text import pointer_join


def field_named(form: Form, answers: Answers, name: str) -> FieldSpec | None:
    """Return the field that is there for these answers and that a name stands for, or ``None``.

    A name may be that of a param, a JSON Pointer, or a path such as ``credentials.user`` or ``streams[0].name``; a name that
    several nested fields share stands for none of them.
    """
    fields = [field for field in form.walk(answers) if not field.hidden]
    for pointer in (pointer_join("", name), name, _pointer_of_path(name)):
        exact = [field for field in fields if field.pointer == pointer and field.id]
        if exact:
            return exact[-1]
    same = [field for field in fields if field.key == name and name]
    return same[0] if len(same) == 1 else None


def _pointer_of_path(path: str) -> str:
    pointer = ""
    for step in path.removeprefix("$").replace("[", ".").replace("]", "").split("."):
        if step:
            pointer = pointer_join(pointer, step.strip("\"'"))
    return pointer
