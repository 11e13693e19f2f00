"""Formats are asserted, explained by an example, and ignored where nobody knows them."""

from __future__ import annotations

import pytest

from aep_tui.forms.check import check, check_field
from aep_tui.forms.hints import FORMATS

EXAMPLES = {
    "date": ("2026-01-31", "2026-02-30"),
    "time": ("08:30:00Z", "25:00:00Z"),
    "date-time": ("2026-01-31T08:30:00Z", "2026-01-31 08:30"),
    "email": ("name@example.com", "nobody at"),
    "idn-email": ("n\u00e4me@example.com", "nobody at"),
    "hostname": ("db.example.com", "-db"),
    "idn-hostname": ("d\u00fc.example.com", "a b"),
    "ipv4": ("192.0.2.1", "192.0.2.256"),
    "ipv6": ("2001:db8::1", "2001:db8::1::1"),
    "uri": ("https://example.com/a", "no address"),
    "iri": ("https://example.com/\u00e4", "no address"),
    "uuid": ("123E4567-e89b-12d3-a456-426614174000", "123e4567e89b12d3a456426614174000"),
    "json-pointer": ("/a/b", "no slash"),
    "regex": ("^a+$", "("),
}


def test_every_format_that_is_explained_is_looked_at_here():
    assert EXAMPLES.keys() == FORMATS.keys()


@pytest.mark.parametrize("name", FORMATS)
def test_a_format_is_asserted_and_explained(form_of, name):
    right, wrong = EXAMPLES[name]
    form = form_of({"value": {"type": "string", "format": name}})
    (field,) = form.fields
    assert field.hint == FORMATS[name]
    assert check_field(field, right) is None
    assert check(form, {"/value": right}) == []
    for error in (check_field(field, wrong), *check(form, {"/value": wrong})):
        assert error is not None
        assert (error.field_id, error.keyword) == ("/value", "format")
        assert wrong not in error.message


@pytest.mark.parametrize("name", FORMATS)
def test_the_example_in_a_hint_fits_its_format(field_of, name):
    _, found, example = FORMATS[name].rpartition("such as ")
    assert check_field(field_of({"type": "string", "format": name}), example if found else "a") is None


@pytest.mark.parametrize("name", ["int64", "byte", "slug", "x", ""])
def test_an_unknown_format_is_ignored(field_of, name):
    field = field_of({"type": "string", "format": name})
    assert field.hint == ""
    assert check_field(field, "anything") is None
