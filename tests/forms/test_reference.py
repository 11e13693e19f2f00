"""The published schemas: every one has a form, and the flat ones need no JSON."""

from __future__ import annotations

from aep_tui.forms.answers import answers_from_params, initial_answers
from aep_tui.forms.build import build
from aep_tui.forms.check import check, not_checked
from aep_tui.forms.fields import FieldKind
from aep_tui.forms.params import params
from aep_tui.secret import Secret, reveal_all


def test_no_published_auth_spec_falls_back_to_json(auth_schemas):
    assert len(auth_schemas) > 15
    for name, schema in auth_schemas:
        form = build(schema)
        assert form.fields, name
        assert [field.reason for field in form.fields] == [""] * len(form.fields), name
        assert any(field.secret for field in form.fields), name
        assert [field.key for field in form.fields] == list(schema["properties"]), name


def test_a_published_auth_spec_filled_in_is_accepted_and_sent_whole(auth_schemas):
    for name, schema in auth_schemas:
        form = build(schema)
        filled = {field.key: field.example or "A" * 20 for field in form.fields if field.key != "s3SecretKey"}
        if form.field("/s3SecretKey"):
            filled["s3SecretKey"] = "a" * 40
        if "examples" in str(schema):
            filled = {key: value.replace("; ", ";") for key, value in filled.items()}
        answers = answers_from_params(form, filled)
        assert check(form, answers) == [], name
        assert not_checked(form, answers) == [], name
        assert reveal_all(params(form, answers)) == {field.key: filled[field.key] for field in form.fields}, name


def test_the_sample_that_requires_what_it_does_not_describe_can_be_filled_in(auth_schemas):
    schema = next(schema for name, schema in auth_schemas if name.startswith("source-amazon-s3-2019"))
    form = build(schema)
    assert len(form.faults) == 2
    assert check(form, {"/s3AccessKey": "a", "/s3SecretKey": Secret("b")}) == []


def test_connection_strings_are_explained_by_their_example(auth_schemas):
    schema = next(schema for name, schema in auth_schemas if name.startswith("source-maria-db"))
    form = build(schema)
    (error,) = check(form, {"/connectionString": Secret("hunter2" * 2_000)})
    assert error.message.startswith("Connection string does not have the expected form, for example Server=<host>;")
    assert "hunter2" not in error.message


def test_every_reference_connector_has_a_form_and_a_verdict(connector_schemas):
    assert len(connector_schemas) > 10
    for name, schema in connector_schemas:
        form = build(schema)
        assert {field.key for field in form.fields} == set(schema.get("properties", {})), name
        assert [field.id for field in form.walk() if field.kind is FieldKind.JSON and not field.hidden] == [], name
        errors = check(form, initial_answers(form))
        unanswered = [field for field in form.fields if field.required and field.id not in initial_answers(form)]
        assert [error.field_id for error in errors] == [field.id for field in unanswered if field.asked], name
        assert not_checked(form, initial_answers(form)) == [], name
