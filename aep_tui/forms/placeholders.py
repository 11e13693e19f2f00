"""Params to look at: as they go on the wire, with a name in the place of each secret."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Final

from aep_tui.forms.assembly import Assembly
from aep_tui.forms.fields import Answers, FieldSpec, Form, JsonValue
from aep_tui.text import constant_case, plain

_USER_INFO: Final = re.compile(r"(://[^/\s:@]*:)[^/\s@]+@")


def placeholder_params(form: Form, answers: Answers) -> dict[str, object]:
    """Return the params with every secret replaced by a placeholder such as ``{SERVICE_PRINCIPAL_KEY}``.

    Adobe's tutorials write placeholders this way.
    """
    return dict(_Named(answers).members(form.tree(answers)))


class _Named(Assembly):
    """Puts params together with placeholders for secrets."""

    def leaf(self, field: FieldSpec, value: JsonValue, key: str) -> JsonValue:
        """Return the placeholder of a secret."""
        return placeholder(key) if field.secret else without_password(value)


def without_password(value: JsonValue) -> JsonValue:
    """Return a value with the password of every URL in it replaced: ``https://user:{PASSWORD}@host``."""
    if isinstance(value, str):
        return _USER_INFO.sub(r"\1{PASSWORD}@", value) if "://" in value else value
    if isinstance(value, Mapping):
        return {key: without_password(member) for key, member in value.items()}
    if isinstance(value, list | tuple):
        return [without_password(member) for member in value]
    return value


def placeholder(key: str) -> str:
    """Return the placeholder of a param: its name in capitals, in braces."""
    return f"{{{plain(constant_case(key[:200]), 80)}}}"
