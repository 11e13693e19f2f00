"""What a service calls a param is found in the form, and answers follow to a newer form."""

from __future__ import annotations

import pytest

from aep_tui.forms.fields import Chosen, Entries, Picked
from aep_tui.forms.following import follow
from aep_tui.forms.naming import field_named

USER = {"type": "object", "properties": {"user": {"type": "string"}, "a.b": {"type": "string"}}, "required": ["user"]}
PROPERTIES = {
    "auth": {"oneOf": [{"title": "Key", "properties": {"key": {"type": "string"}}}, {"title": "User", **USER}]},
    "streams": {"type": "array", "items": {"type": "object", "properties": {"name": {"type": "string"}}}},
    "x.y": {"type": "string"},
}
ANSWERS = {"/auth": Chosen(1), "/streams": Entries((3, 5))}


@pytest.mark.parametrize(
    ("name", "field_id"),
    [
        ("x.y", "/x.y"),
        ("user", "/auth/~v1/user"),
        ("auth.user", "/auth/~v1/user"),
        ("/auth/user", "/auth/~v1/user"),
        ("$.streams[1].name", "/streams/~r5/name"),
        ("streams/1", None),
        ("name", None),
        ("key", None),
        ("", None),
    ],
)
def test_a_param_is_found_by_its_name_or_path(form_of, name, field_id):
    found = field_named(form_of(PROPERTIES), ANSWERS, name)
    assert (found.id if found else None) == field_id


def test_choices_follow_their_values_to_a_newer_form(form_of):
    def form(values, titles):
        branches = [{"title": title, "properties": {title.lower(): {"type": "string"}}} for title in titles]
        return form_of({"a": {"enum": values}, "b": {"type": "array", "items": {"enum": values}}, "c": {"oneOf": branches}})

    before, now = form(["x", "y", "z"], ["One", "Two"]), form(["z", "x"], ["Two", "Three"])
    touched = {"/a": Chosen(2), "/b": Picked((0, 1)), "/c": Chosen(1), "/d": "kept", "/e": None}
    assert follow(touched, before, now) == {"/a": Chosen(0), "/b": Picked((1,)), "/c": Chosen(0), "/d": "kept", "/e": None}
    assert follow({"/a": Chosen(1), "/c": Chosen(0)}, before, now) == {}
