"""Rows are added, removed, moved and renamed, and an id is never used twice."""

from __future__ import annotations

from aep_tui.forms.entries import fresh_row, renamed, with_row, with_row_moved, without_row
from aep_tui.forms.fields import Entries


def test_a_fresh_row_is_none_that_was_ever_there(form_of):
    item = {"type": "object", "properties": {"b": {}}}
    (field,) = form_of({"a": {"type": "array", "items": item}}).fields
    assert fresh_row(field, None, ()) == 0
    assert fresh_row(field, Entries((4, 1)), ()) == 5
    assert fresh_row(field, Entries((0,)), ("/a/~r7/b", "/a", "/a/~r3", "/aa/~r9", "/b/~r8")) == 8
    (prefilled,) = form_of({"a": {"type": "array", "items": item, "default": [{}, {}]}}).fields
    assert fresh_row(prefilled, None, ()) == 2


def test_rows_keep_their_keys():
    answer = with_row(with_row(with_row(None, 3, "x"), 1, "y"), 2, "z")
    assert answer == Entries((3, 1, 2), ("x", "y", "z"))
    assert without_row(answer, 1) == Entries((3, 2), ("x", "z"))
    assert with_row_moved(answer, 2, -1) == Entries((3, 2, 1), ("x", "z", "y"))
    assert with_row_moved(answer, 3, -1) == answer
    assert with_row_moved(answer, 3, 9) == Entries((1, 2, 3), ("y", "z", "x"))
    assert renamed(answer, 1, "") == Entries((3, 1, 2), ("x", "", "z"))
    assert with_row(Entries((0,)), 1) == Entries((0, 1))
    assert without_row(Entries((0, 1)), 0) == Entries((1,))
