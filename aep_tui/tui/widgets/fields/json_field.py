"""A value of a shape that has no form of its own, written as JSON."""

from __future__ import annotations

import re

from aep_tui.forms.fields import Answer
from aep_tui.tui.widgets.fields.area_field import AreaField

_UNSEEN = re.compile("[\x7f-\x9f\u061c\u200b\u200e\u200f\u2028-\u202e\u2060\u2066-\u2069\ufeff]")


class JsonField(AreaField):
    """A few lines of JSON."""

    def text_of(self, answer: Answer | None) -> str:
        """Return a JSON text with what cannot be seen in its escaped form: a text area would also break lines at some of it."""
        return _UNSEEN.sub(lambda sign: f"\\u{ord(sign[0]):04x}", super().text_of(answer))
