"""Answers are checked, and what is wrong is said in sentences."""

from __future__ import annotations

import pytest

from aep_tui.forms.answers import initial_answers
from aep_tui.forms.build import build
from aep_tui.forms.check import FieldError, check, check_field, not_checked, prepare
from aep_tui.forms.fields import Chosen, Entries
from aep_tui.secret import Secret

CONNECTION_STRING = "^(Server=)(.*)(;Port=)(.*)(;Database=)(.*)(;UID=)(.*)(;PWD=)(.*)"


@pytest.mark.parametrize(
    ("schema", "answer", "message"),
    [
        ({"type": "integer"}, "1.5", "Port must be a whole number."),
        ({"type": "integer", "maximum": 65535}, "70000", "Port must be at most 65535."),
        ({"type": "integer", "minimum": 1}, "0", "Port must be at least 1."),
        ({"type": "number", "exclusiveMinimum": 0}, "0", "Port must be more than 0."),
        ({"type": "number", "exclusiveMaximum": 1}, "1.0", "Port must be less than 1."),
        ({"type": "number", "multipleOf": 0.1}, "0.35", "Port must be a multiple of 0.1."),
        ({"type": "string", "minLength": 2}, "a", "Port must have at least 2 characters."),
        ({"type": "string", "maxLength": 1}, "ab", "Port must have at most 1 character."),
        ({"type": "string", "format": "date"}, "tomorrow", "Port must be a date such as 2026-01-31."),
        ({"type": "string", "format": "email"}, "x", "Port must be an email address such as name@example.com."),
        (
            {"type": "string", "contentEncoding": "base64"},
            "-----BEGIN",
            "Port must be base64 text; what is loaded from a file becomes it.",
        ),
        (
            {"type": "string", "pattern": "^[A-Z2-7]{20}$"},
            "abc",
            "Port does not have the expected form: 20 characters, A to Z and 2 to 7.",
        ),
        (
            {"type": "string", "pattern": "^a+b?$", "examples": ["aaab"]},
            "c",
            "Port does not have the expected form, for example aaab.",
        ),
        ({"type": "string", "pattern": "^(a|b)*x$"}, "c", "Port does not have the expected form."),
        (
            {"type": "string", "pattern": "^(a|b)*x$", "pattern_descriptor": "letters, then x"},
            "c",
            "Port does not have the expected form: letters, then x.",
        ),
        ({"type": "string", "pattern": "^x", "patternErrorMessage": "Begin with an x."}, "c", "Port: Begin with an x."),
        (
            {"type": "string", "pattern": CONNECTION_STRING},
            "Server=a",
            "Port does not have the expected form: Server=…;Port=…;Database=…;UID=…;PWD=….",
        ),
        (
            {"type": "array", "items": {"type": "integer"}},
            "1\na",
            "Port has a line, number 2, that must be a whole number.",
        ),
        ({"type": "array", "items": {"type": "integer", "maximum": 5}}, "1\n\n6", "In Port, entry 2 must be at most 5."),
        ({"type": "array", "maxItems": 1}, "1\n2", "Port must have at most 1 entry."),
        ({"type": "array", "uniqueItems": True}, "1\n1", "Port must not have the same entry twice."),
        (
            {"type": "anything", "properties": {"a": {"type": "object", "required": ["b"]}}},
            '{"a": {}}',
            "In Port, a, b is required.",
        ),
        ({"type": "anything", "additionalProperties": False}, '{"z": 1}', "Port holds a name that is not allowed."),
        ({"anyOf": [{"type": "string", "maxLength": 2}, {"type": "null"}]}, "abc", "Port must have at most 2 characters."),
        ({"allOf": [{"type": "string"}, {"maxLength": 2}]}, "abc", "Port must have at most 2 characters."),
        ({"anyOf": [{"format": "ipv4"}, {"format": "ipv6"}]}, "abc", "Port does not have the expected form."),
    ],
)
def test_an_answer_that_does_not_fit_is_explained(form_of, schema, answer, message):
    form = form_of({"port": schema, "other": {"type": "string"}}, "other")
    field = form.fields[0]
    error = check_field(field, Secret(answer) if field.secret else answer)
    assert error is not None
    assert (error.pointer, error.label, error.message) == ("/port", "Port", message)
    assert check(form, {"/port": answer, "/other": "x"}) == [error]


@pytest.mark.parametrize(
    ("schema", "answer"),
    [
        ({"type": "integer", "minimum": 1, "maximum": 65535}, "22"),
        ({"type": "number", "multipleOf": 0.01}, "4.35"),
        ({"type": "number", "multipleOf": 0.1}, "0.3"),
        ({"type": "string", "pattern": "b"}, "abc"),
        ({"type": "string", "pattern": CONNECTION_STRING}, "Server=h;Port=1;Database=d;UID=u;PWD=p;SSL=yes"),
        ({"type": "string", "pattern": r"^(?=.*\d)(?=.*[a-z]).{4,}$"}, "abc1"),
        ({"type": "string", "format": "password"}, "anything"),
        ({"type": "string", "format": "no such format"}, "anything"),
        ({"enum": ["", None]}, Chosen(0)),
        ({"type": "boolean"}, False),
        ({"$ref": "#/definitions/port"}, "22"),
        ({"type": "anything"}, '{"a": 1}'),
    ],
)
def test_an_answer_that_fits_is_left_alone(form_of, schema, answer):
    form = form_of({"port": schema}, "port", definitions={"port": {"type": "integer"}})
    assert check_field(form.fields[0], answer) is None
    assert check(form, {"/port": answer}) == []


def test_a_look_ahead_is_checked(field_of):
    field = field_of({"type": "string", "pattern": r"^(?!goog)[a-z]+$"})
    assert check_field(field, "google") is not None
    assert check_field(field, "bucket") is None


def test_patterns_follow_ecma_262(field_of):
    assert check_field(field_of({"pattern": r"^\d+$"}), "١") is not None
    assert check_field(field_of({"pattern": "^a$"}), "a\n") is not None
    assert check_field(field_of({"pattern": r"^\/a\cA$"}), "/a\x01") is None


@pytest.mark.parametrize(
    "schema", [{"type": "string"}, {"type": "integer"}, {"type": "boolean"}, {"enum": ["a", "b"]}, {"type": "object"}]
)
def test_a_required_field_without_a_value_is_required_and_an_optional_one_is_not(form_of, schema):
    form = form_of({"server": schema, "other": schema}, "server")
    expected = FieldError("/server", "Server", "required", "Server is required.")
    assert check_field(form.fields[0], None) == expected
    assert check_field(form.fields[1], None) is None
    assert check(form, {}) == [expected]


def test_a_cleared_optional_text_breaks_no_rule_of_its_own(form_of):
    form = form_of({"a": {"type": "string", "minLength": 3, "pattern": "^x", "format": "date"}})
    assert check(form, {"/a": ""}) == []


def test_a_form_can_be_prepared_and_is_checked_the_same(form_of):
    for form in (form_of({"a": {"type": "integer"}}, "a"), build(None), build({"type": "object", "properties": {}})):
        before = check(form, {})
        prepare(form)
        assert check(form, {}) == before


def test_a_long_answer_is_checked_like_a_short_one(form_of):
    form = form_of(
        {"a": {"type": "string", "maxLength": 5_000, "pattern": "z$"}, "b": {"type": "array", "maxItems": 3}}, "a", "b", "c"
    )
    assert check(form, {"/a": "x" * 4_999 + "z", "/b": "1\n2\n" + "3" * 5_000}) == []
    long_list = "\n".join(["x" * 900] * 4)
    errors = check(form, {"/a": "x" * 5_000, "/b": long_list})
    assert [(error.pointer, error.keyword) for error in errors] == [("/a", "pattern"), ("/b", "maxItems")]


def test_errors_stand_in_the_order_of_the_fields_one_for_each(form_of):
    form = form_of({"a": {"type": "string", "minLength": 9, "pattern": "^x"}, "b": {"type": "integer"}, "c": {}}, "c")
    errors = check(form, {"/b": "x", "/a": "short"})
    assert [error.pointer for error in errors] == ["/a", "/b", "/c"]


def test_a_field_of_an_odd_key_is_found(form_of):
    form = form_of({"a/b~c": {"type": "integer", "maximum": 1}, "": {"type": "integer", "maximum": 1}})
    assert [error.pointer for error in check(form, {"/a~1b~0c": "2", "/": "2"})] == ["/a~1b~0c", "/"]


BOTH = {
    "a": {"type": "string", "title": "Key"},
    "b": {"type": "string", "title": "User"},
    "c": {"type": "string", "title": "Password"},
}


@pytest.mark.parametrize(
    ("root", "answers", "pointer", "message"),
    [
        (
            {"anyOf": [{"required": ["a"]}, {"required": ["b", "c"]}]},
            {"/b": "x"},
            "",
            "Fill in Key, or Password.",
        ),
        ({"anyOf": [{"required": ["a"]}, {"required": ["b", "c"]}]}, {}, "", "Fill in Key, or User and Password."),
        (
            {"oneOf": [{"required": ["a"]}, {"required": ["b"]}]},
            {"/a": "x", "/b": "x"},
            "",
            "Only one of several sets of fields may be filled in; these answers are more than one.",
        ),
        ({"allOf": [{"required": ["a"]}]}, {}, "/a", "Key is required."),
        ({"dependencies": {"b": ["c"]}}, {"/b": "x"}, "/c", "Password is required."),
        (
            {"if": {"properties": {"a": {"const": "x"}}, "required": ["a"]}, "then": {"required": ["b"]}},
            {"/a": "x"},
            "/b",
            "User is required.",
        ),
        (
            {"if": {"required": ["a"]}, "then": {"properties": {"b": {"minLength": 3}}}},
            {"/a": "x", "/b": "y"},
            "/b",
            "User must have at least 3 characters.",
        ),
        ({"minProperties": 2}, {"/a": "x"}, "", "Fill in at least 2 fields."),
        ({"maxProperties": 1}, {"/a": "x", "/b": "y"}, "", "Fill in at most 1 field."),
        (
            {"not": {"required": ["a", "b"]}},
            {"/a": "x", "/b": "y"},
            "",
            "These answers do not go together: this combination is not allowed.",
        ),
        (
            {"anyOf": [{"properties": {"a": {"const": "1"}}}, {"required": ["b"]}]},
            {"/a": "x"},
            "",
            "These answers do not go together: they fit none of the allowed combinations.",
        ),
    ],
)
def test_rules_about_all_params_belong_to_a_field_or_to_the_page(form_of, root, answers, pointer, message):
    (error,) = check(form_of(BOTH, **root), answers)
    assert (error.pointer, error.message) == (pointer, message)


def test_rules_about_all_params_are_not_checked_when_one_field_is_left(form_of):
    form = form_of(BOTH, anyOf=[{"required": ["a"]}, {"required": ["b"]}])
    assert check_field(form.fields[0], "") is None


def test_optional_defaults_count_when_conditions_are_worked_out(form_of):
    root = {"if": {"properties": {"mode": {"const": "on"}}, "required": ["mode"]}, "then": {"required": ["key"]}}
    form = form_of({"mode": {"type": "string", "default": "on"}, "key": {"type": "string"}}, **root)
    assert [error.pointer for error in check(form, {})] == ["/key"]
    assert check(form, {"/mode": "off"}) == []


def test_a_default_that_breaks_its_own_rules_is_no_error_while_it_is_not_sent(form_of):
    form = form_of({"port": {"type": "integer", "default": 0, "minimum": 1}})
    assert check(form, {}) == []
    assert [error.pointer for error in check(form, {"/port": "0"})] == ["/port"]


@pytest.mark.parametrize(
    "schema",
    [
        {"oneOf": [{"type": "string", "minLength": 1}], "default": ""},
        {"anyOf": [{"type": "string", "minLength": 1, "default": ""}, {"type": "null"}]},
        {"allOf": [{"$ref": "#/definitions/name"}], "default": ""},
    ],
)
def test_a_default_that_breaks_rules_of_its_own_branches_is_no_error_either(form_of, schema):
    definitions = {"name": {"type": "string", "minLength": 1}}
    form = form_of({"a": schema, "b": {"type": "string"}}, definitions=definitions)
    assert (check(form, {}), check(form, {"/b": "x"})) == ([], [])
    rule = {"if": {"required": ["b"]}, "then": {"properties": {"a": {"minLength": 2}}}}
    form = form_of({"a": schema, "b": {"type": "string"}}, definitions=definitions, **rule)
    assert [error.pointer for error in check(form, {"/b": "x"})] == ["/a"]


def test_additional_names_are_refused_where_the_schema_refuses_them():
    form = build({"properties": {"a": {}}, "patternProperties": {"^x": {"type": "integer"}}, "additionalProperties": False})
    (error,) = check(form, {"/~more": Entries((3,), ("y",)), "/~more/~r3": "1"})
    assert (error.pointer, error.field_id, error.message) == ("", "/~more", "Other entries must not hold y.")
    (error,) = check(form, {"/~more": Entries((3,), ("x",)), "/~more/~r3": "a"})
    assert (error.pointer, error.field_id, error.message) == ("/x", "/~more/~r3", "x must be a whole number.")


def test_the_params_as_a_whole_are_checked_too():
    form = build(
        {"$ref": "#/definitions/all", "definitions": {"all": {"required": ["a"], "properties": {"b": {"type": "integer"}}}}}
    )
    assert check(form, {}) == []
    assert [fault.message for fault in form.faults] == ["The schema requires a, which it does not describe; that was left out."]
    assert [error.field_id for error in check(form, {"/b": "x"})] == ["/b"]
    assert check(form, {"/b": "2"}) == []


def test_a_hidden_field_that_must_be_filled_in_because_of_other_answers_is_shown(form_of):
    form = form_of({"a": {"type": "string"}, "b": {"type": "string", "airbyte_hidden": True}}, dependencies={"a": ["b"]})
    assert form.field("/b", {}).hidden
    assert not form.field("/b", {"/a": "x"}).hidden
    (error,) = check(form, {"/a": "x"})
    assert (error.pointer, error.message) == ("/b", "B is required.")


def test_a_field_is_told_behind_hundreds_of_assumed_defaults_that_break_their_own_rules(form_of):
    odd = {f"p{number}": {"type": "string", "default": "", "minLength": 1} for number in range(250)}
    form = form_of({**odd, "z": {"type": "integer", "minimum": 5}})
    assert [error.pointer for error in check(form, {"/z": "1"})] == ["/z"]
    assert not_checked(form, {"/z": "1"}) == []


def test_required_that_names_nothing_does_not_block(form_of):
    assert check(form_of({"a": {"type": "string"}}, "accessKeyId"), {"/a": "x"}) == []


def test_an_endless_reference_does_not_block():
    form = build({"$ref": "#", "properties": {"a": {"$ref": "#"}, "b": {"type": "integer"}}, "required": ["b"]})
    assert [error.pointer for error in check(form, {"/a": True, "/a/b": "x", "/b": "1"})] == ["/a/b"]
    assert [error.pointer for error in check(form, {"/a": True, "/b": "1"})] == ["/a/b"]
    assert check(form, {"/b": "1"}) == []


SECRET = "hunter2-{}[]\\"
SECRET_SCHEMAS = [
    {"type": "string", "pattern": "^x+$"},
    {"type": "string", "minLength": 99},
    {"type": "string", "maxLength": 1},
    {"type": "string", "format": "date"},
    {"type": "string", "enum": ["a"]},
    {"type": "string", "contentEncoding": "base64"},
    {"type": "integer"},
    {"type": "number"},
    {"type": "string", "not": {"type": "string"}},
    {"type": "string", "oneOf": [{"const": 5}, {"const": 6}]},
    {"type": "string", "anyOf": [{"minLength": 99}, {"pattern": "^x"}]},
    {"type": "array", "items": {"type": "integer"}},
    {"type": "anything"},
]


@pytest.mark.parametrize("schema", SECRET_SCHEMAS)
def test_no_message_holds_a_secret(form_of, schema):
    form = form_of({"key": {**schema, "writeOnly": True}, "b": {"type": "string"}}, "b", anyOf=[{"required": ["b"]}])
    answers = {"/key": Secret(SECRET)}
    errors = [*check(form, answers), check_field(form.fields[0], Secret(SECRET)), *not_checked(form, answers)]
    assert any(error and error.pointer == "/key" for error in errors)
    assert "hunter2" not in repr(errors)


def test_no_message_holds_a_name_from_inside_a_secret(form_of):
    schema = {
        "type": "anything",
        "writeOnly": True,
        "properties": {"known": {"type": "integer"}},
        "additionalProperties": {"type": "integer"},
    }
    form = form_of({"key": schema})
    (error,) = check(form, {"/key": Secret('{"hunter2": "x"}')})
    assert error.message == "A part of Key must be a whole number."
    (error,) = check(form, {"/key": Secret('{"known": "x"}')})
    assert error.message == "In Key, known must be a whole number."
    strict = {**schema, "additionalProperties": False}
    closed = form_of({"key": strict, "open": {**strict, "writeOnly": False}})
    secret = Secret('{"hunter2": 1}')
    for errors in (check(closed, {"/key": secret}), [check_field(closed.fields[0], secret)]):
        assert [error.message for error in errors if error] == ["Key holds a name that is not allowed."]
    (error,) = check(closed, {"/open": '{"extra": 1}'})
    assert error.message == "Open must not hold extra."


def test_a_missing_member_without_a_name_is_told(form_of):
    form = form_of({"a": {"type": "anything", "required": [""]}})
    (error,) = check(form, {"/a": "{}"})
    assert error.message == 'In A, "" is required.'
    rules = form_of({"a": {"type": "string"}}, anyOf=[{"required": [""]}, {"required": ["b"]}])
    assert [error.message for error in check(rules, {})] == ['Fill in "", or b.']


def test_what_cannot_be_checked_is_said_and_does_not_block(form_of):
    form = form_of({"key": {"type": "string", "pattern": "((a{1,100}){1,100}){1,100}"}, "other": {"type": "string"}})
    answers = {"/key": "b"}
    assert check(form, answers) == []
    assert not_checked(form, answers) == [
        FieldError("/key", "Key", "pattern", "Key is not checked: its pattern cannot be tried here.")
    ]
    assert not_checked(form, {"/other": "b"}) == []


def test_a_broken_part_of_a_schema_does_not_stop_the_rest_from_being_checked(form_of):
    form = form_of(
        {
            "a": {"type": "integer", "minimum": "low", "maximum": 5, "title": 7, "examples": 5},
            "b": {"type": "string", "pattern": "((", "maxLength": 1},
            "c": {"$ref": "https://example.com/none"},
        },
        "a", "a",
    )  # fmt: skip
    assert [error.pointer for error in check(form, {"/a": "6", "/b": "xx", "/c": Secret("1")})] == ["/a", "/b"]
    assert [remark.pointer for remark in not_checked(form, {"/a": "6"})] == [""]


def test_a_secret_default_is_checked_as_sent(form_of):
    form = form_of({"key": {"type": "string", "writeOnly": True, "default": "ab", "minLength": 3}}, "key")
    assert [error.pointer for error in check(form, initial_answers(form))] == ["/key"]
