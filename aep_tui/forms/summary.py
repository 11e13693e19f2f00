"""What a form will ask for, short enough for a details pane."""

from __future__ import annotations

from aep_tui.forms.fields import Form


def summary(form: Form) -> list[dict[str, object]]:
    """Return one entry for each field that a person answers at first, in order, as plain JSON.

    Returns:
        Objects of ``key`` (as on the wire), ``label``, ``required``, ``secret`` and ``default`` (as text to show, empty
        without one).
    """
    return [
        {
            "key": field.key,
            "label": field.label,
            "required": field.required,
            "secret": field.secret,
            "default": field.default_text,
        }
        for field in form.walk()
        if field.asked
    ]
