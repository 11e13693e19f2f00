"""A schema becomes a form: which fields there are, and what is known about each."""

from __future__ import annotations

from decimal import Decimal

import pytest

from aep_tui.exchange.given_params import check_params
from aep_tui.forms.answers import answers_from_params
from aep_tui.forms.build import build
from aep_tui.forms.check import check
from aep_tui.forms.describe import describe
from aep_tui.forms.fields import NOT_GIVEN, FieldKind
from aep_tui.secret import MASK


@pytest.mark.parametrize(
    ("schema", "kind"),
    [
        ({"type": "string"}, FieldKind.TEXT),
        ({"type": "string", "format": "password"}, FieldKind.TEXT),
        ({"type": ["string"]}, FieldKind.TEXT),
        ({"type": "integer"}, FieldKind.INTEGER),
        ({"type": "number"}, FieldKind.NUMBER),
        ({"type": "boolean"}, FieldKind.BOOLEAN),
        ({"type": "string", "enum": ["a", "b"]}, FieldKind.CHOICE),
        ({"enum": [1, None]}, FieldKind.CHOICE),
        ({"oneOf": [{"const": 1, "title": "One"}, {"const": 2}]}, FieldKind.CHOICE),
        ({"const": "xdm"}, FieldKind.CONST),
        ({"const": None}, FieldKind.CONST),
        ({}, FieldKind.TEXT),
        (True, FieldKind.TEXT),
        ({"minLength": 3}, FieldKind.TEXT),
        ({"minimum": 3}, FieldKind.NUMBER),
        ({"default": 22}, FieldKind.NUMBER),
        ({"default": False}, FieldKind.BOOLEAN),
        ({"default": "x"}, FieldKind.TEXT),
        ({"type": ["string", "null"]}, FieldKind.TEXT),
        ({"type": ["null", "integer"]}, FieldKind.INTEGER),
        ({"type": "null"}, FieldKind.CHOICE),
        ({"allOf": [{"type": "string"}]}, FieldKind.TEXT),
        ({"if": {}, "then": {"minLength": 3}}, FieldKind.TEXT),
        ({"not": {"type": "string"}}, FieldKind.TEXT),
        ({"anyOf": [{"type": "integer"}, {"type": "null"}]}, FieldKind.INTEGER),
        ({"oneOf": [{"format": "ipv4"}, {"format": "hostname"}]}, FieldKind.TEXT),
        ({"type": ["integer", "number"]}, FieldKind.NUMBER),
    ],
)
def test_a_flat_param_has_a_field_of_its_kind(field_of, schema, kind):
    field = field_of(schema)
    assert field.kind is kind
    assert field.reason == ""


@pytest.mark.parametrize(
    "schema",
    [
        {"type": "anything"},
        {"type": 5},
        {"type": []},
        {"$ref": "#/definitions/port"},
        {"$ref": "https://example.com/port.json"},
        {"$ref": 5},
    ],
)
def test_everything_else_is_asked_for_as_json_with_the_reason(field_of, schema):
    field = field_of(schema)
    assert field.kind is FieldKind.JSON
    assert field.reason.endswith("typed as JSON, and masked, since it may hold a secret." if field.secret else "typed as JSON.")


def test_fields_stand_in_the_order_of_properties_and_know_their_pointers(form_of):
    form = form_of({"b/c": {}, "a~b": {}, "": {}, "Z": {}}, "Z", "a~b")
    assert [field.key for field in form.fields] == ["b/c", "a~b", "", "Z"]
    assert [field.pointer for field in form.fields] == ["/b~1c", "/a~0b", "/", "/Z"]
    assert [field.required for field in form.fields] == [False, True, False, True]
    assert form.field("/a~0b") is form.fields[1]
    assert form.field("/nothing") is None


@pytest.mark.parametrize("key", ["", "__proto__", "a/b", "a~b", "$ref", "type", "properties", "a.b", "[red]x[/]", "ключ"])
def test_any_key_is_a_param(form_of, key):
    (field,) = form_of({key: {"type": "string"}}, key).fields
    assert (field.key, field.kind, field.required) == (key, FieldKind.TEXT, True)
    assert field.label


@pytest.mark.parametrize(
    ("schema", "key", "label"),
    [
        ({"title": "Host name"}, "host", "Host name"),
        ({}, "connectionString", "Connection string"),
        ({"title": ""}, "servicePrincipalId", "Service principal ID"),
        ({"title": 5}, "url", "URL"),
        ({"title": "\x1b[31m\u202eevil[/]\n[@click=x]"}, "a", "[31mevil[/] [@click=x]"),
        ({}, "", "Param without a name"),
        ({}, "\u202e", "Param without a name"),
    ],
)
def test_the_label_is_the_title_or_else_the_key_in_words(form_of, schema, key, label):
    assert form_of({key: schema}).fields[0].label == label


def test_a_long_title_is_cut_and_a_description_of_5000_characters_is_not(field_of):
    field = field_of({"title": "t" * 5000, "description": "d" * 5000})
    assert len(field.label) == 120
    assert field.help == "d" * 5000


@pytest.mark.parametrize(
    "marker",
    [{"format": "password"}, {"format": "Password"}, {"writeOnly": True}, {"airbyte_secret": True}],
)
def test_a_marked_param_is_a_secret(field_of, marker):
    assert field_of({"type": "string", **marker}).secret
    assert field_of({"type": "integer", **marker}).secret
    assert field_of({"type": "anything", "properties": {"key": {"type": "string", **marker}}}).secret
    assert field_of({"type": "array", "items": {"type": "string", **marker}}).secret
    assert field_of({"type": ["string", "null"], **marker}).secret


def test_an_unmarked_param_is_no_secret(field_of):
    assert not field_of({"type": "string", "format": "date"}).secret
    assert not field_of({"type": "object", "properties": {"airbyte_secret": {"type": "boolean"}}}).secret


def test_a_secret_behind_a_reference_is_found_and_an_unknown_reference_counts_as_one(form_of):
    definitions = {"key": {"type": "string", "format": "password"}, "loop": {"$ref": "#/definitions/loop"}}
    form = form_of(
        {
            "hidden": {"$ref": "#/definitions/key"},
            "loop": {"$ref": "#/definitions/loop"},
            "far": {"$ref": "https://example.com/schema"},
            "nowhere": {"$ref": "#/definitions/none"},
        },
        definitions=definitions,
    )
    assert {field.key: field.secret for field in form.fields} == {"hidden": True, "loop": False, "far": True, "nowhere": True}
    reasons = {field.key: field.reason for field in form.fields}
    assert reasons["far"] == (
        "The schema describes this by a reference to another document, and none is ever fetched. "
        "It is typed as JSON, and masked, since it may hold a secret."
    )
    assert reasons["nowhere"].startswith("The schema describes this by a reference that leads nowhere in it.")
    assert describe(form)["fallbacks"][0] == {"path": "/far", "reason": reasons["far"]}


def test_defaults_keep_their_type_and_are_shown_as_text(form_of):
    form = form_of(
        {
            "port": {"type": "integer", "default": 22},
            "ratio": {"type": "number", "default": Decimal("1.50")},
            "active": {"type": "boolean", "default": False},
            "mode": {"enum": [1, 2], "enumNames": ["fast", "safe"], "default": 2},
            "key": {"type": "string", "format": "password", "default": "public"},
            "tags": {"type": "array", "default": ["a"]},
            "none": {"type": "string", "default": None},
            "empty": {"type": "string", "default": ""},
        }
    )
    assert {field.key: field.default_text for field in form.fields} == {
        "port": "22",
        "ratio": "1.50",
        "active": "no",
        "mode": "safe",
        "key": MASK,
        "tags": "a",
        "none": "",
        "empty": "",
    }
    assert [field.default for field in form.fields][:4] == [22, Decimal("1.50"), False, 2]
    assert form.fields[6].default is NOT_GIVEN
    assert form.faults == ()


@pytest.mark.parametrize(
    ("schema", "default"),
    [
        ({"type": "integer", "default": "22"}, 22),
        ({"type": "integer", "default": 22.0}, 22),
        ({"type": "string", "default": 1000}, "1000"),
        ({"type": "boolean", "default": "true"}, True),
        ({"type": "integer", "default": "many"}, NOT_GIVEN),
        ({"type": "integer", "default": 1.5}, NOT_GIVEN),
        ({"type": "integer", "default": True}, NOT_GIVEN),
        ({"type": "boolean", "default": 1}, NOT_GIVEN),
        ({"type": "string", "default": ["a"]}, NOT_GIVEN),
        ({"type": "number", "default": float("nan")}, NOT_GIVEN),
        ({"enum": ["a"], "default": "b"}, NOT_GIVEN),
    ],
)
def test_a_default_of_a_wrong_type_is_put_right_where_that_is_certain(form_of, schema, default):
    form = form_of({"value": schema}, "value")
    assert form.fields[0].default == default
    assert type(form.fields[0].default) is type(default)
    assert bool(form.faults) == (schema["default"] != 22.0)


def test_choices_keep_type_and_order_and_lose_doubles(field_of):
    field = field_of({"enum": ["b", 1, True, None, "b", 1.0, {"a": [1]}, "", "1"]})
    assert [choice.value for choice in field.choices] == ["b", 1, True, None, {"a": [1]}, "", "1"]
    assert [choice.label for choice in field.choices] == ["b", "1 (1)", "true", "null", '{"a":[1]}', "(empty text)", '1 ("1")']


def test_choices_have_titles(field_of):
    field = field_of(
        {"type": "string", "oneOf": [{"const": "a", "title": "Apple"}, {"const": "b"}, {"const": "c", "title": ""}]}
    )
    assert [(choice.value, choice.label) for choice in field.choices] == [("a", "Apple"), ("b", "b"), ("c", "c")]


def test_labels_of_choices_are_printable_and_unlike_each_other(field_of):
    field = field_of({"enum": ["\u202e", "\u200b", "[b]x[/b]", "a\nb", "x" * 500]})
    labels = [choice.label for choice in field.choices]
    assert len(set(labels)) == 5
    assert all(label.isprintable() and len(label) <= 500 for label in labels)


def test_an_enum_without_a_usable_value_is_left_out(form_of):
    form = form_of(
        {"a": {"type": "integer", "enum": []}, "b": {"enum": {"x": 1}}, "c": {"enum": ["\ud800"]}, "d": {"const": float("inf")}}
    )
    assert [field.kind for field in form.fields] == [FieldKind.INTEGER, FieldKind.TEXT, FieldKind.TEXT, FieldKind.TEXT]
    assert [fault.pointer for fault in form.faults] == ["/a", "/b", "/c", "/d"]


def test_a_constant_is_known_and_shown(field_of):
    field = field_of({"const": {"a": 1}, "enum": [5]})
    assert (field.kind, field.const, field.default_text, field.asked) == (FieldKind.CONST, {"a": 1}, '{"a":1}', False)
    assert field_of({"const": "s", "writeOnly": True}).default_text == MASK


def test_examples_are_shown_as_text(field_of):
    assert field_of({"examples": [None, "\x1b", "Server=<host>;PWD=<password>"]}).example == "Server=<host>;PWD=<password>"
    assert field_of({"type": "integer", "examples": [443]}).example == "443"
    assert field_of({"example": "abc"}).example == "abc"
    assert field_of({"examples": {}}).example == "{}"
    assert field_of({"examples": []}).example == ""


def test_hidden_fields_are_kept_unless_somebody_must_fill_them_in(form_of):
    hidden = {"uiAttributes": {"hidden": True}}
    form = form_of(
        {
            "optional": {"type": "string", **hidden},
            "settled": {"type": "string", "default": "a", "airbyte_hidden": True},
            "only": {"enum": ["a"], **hidden},
            "needed": {"type": "string", **hidden},
        },
        "settled",
        "only",
        "needed",
    )
    assert [field.hidden for field in form.fields] == [True, True, True, False]
    assert [fault.pointer for fault in form.faults] == ["/needed"]


@pytest.mark.parametrize("required", ["a", {"a": True}, 5, None])
def test_a_required_that_is_no_list_is_left_out(required):
    form = build({"properties": {"a": {"type": "string"}}, "required": required})
    assert not form.fields[0].required
    assert len(form.faults) == 1


def test_required_names_that_name_nothing_are_dropped_with_a_fault():
    form = build({"properties": {"a": {}, "b": {}}, "required": ["b", "accessKeyId", "b", 7, None, "\ud800"]})
    assert [field.required for field in form.fields] == [False, True]
    assert len(form.faults) == 3
    assert "accessKeyId" in form.faults[-1].message


def test_odd_properties_are_tolerated():
    form = build({"properties": {"a": 5, "b": None, "never": False, "\ud800": {}, 7: {}, "c": {"type": "string"}}})
    assert [field.key for field in form.fields] == ["a", "b", "c"]
    assert len(form.faults) == 4


@pytest.mark.parametrize(
    "schema",
    [
        None,
        True,
        False,
        5,
        "text",
        [],
        {},
        {"type": "object"},
        {"properties": []},
        {"$ref": "#"},
        {"type": "string"},
        {"oneOf": []},
    ],
)
def test_a_schema_that_lists_no_params_gives_one_field_for_all_of_them(schema):
    (field,) = build(schema).fields
    assert (field.pointer, field.key, field.kind, field.secret, field.required) == ("", "", FieldKind.JSON, True, False)
    assert field.reason


def test_a_schema_without_params_has_no_fields():
    assert build({"type": "object", "properties": {}}).fields == ()


def test_a_root_of_a_wrong_type_still_shows_its_properties():
    form = build({"type": 5, "properties": {"a": {"type": "string"}}})
    assert [field.key for field in form.fields] == ["a"]
    assert len(form.faults) == 1


@pytest.mark.parametrize(
    ("declared", "words"),
    [("string", "text"), ("array", "a list"), (["integer"], "a whole number"), ("null", "null")],
)
def test_a_root_of_another_type_is_fitted_by_no_params_and_says_so(declared, words):
    form = build({"type": declared})
    assert [(field.id, field.kind) for field in form.fields] == [("", FieldKind.JSON)]
    assert [fault.pointer for fault in form.faults] == [""]
    message = f"By the schema, the params must be {words}. But params are always an object, so none fit it."
    for params in ({}, {"a": 1}):
        assert [error.message for error in check_params(form, params).errors] == [message]
        assert [error.message for error in check(form, answers_from_params(form, params))] == [message]


@pytest.mark.parametrize("declared", ["Object", "map", 5, None, [], ["array", "object"]])
@pytest.mark.parametrize("more", [{}, {"properties": {"a": {}}}, {"additionalProperties": {"type": "integer"}}])
def test_a_root_whose_type_is_a_slip_is_an_object(declared, more):
    form = build({"type": declared, **more})
    assert check_params(form, {"a": 1}).errors == ()
    assert check(form, answers_from_params(form, {"a": 1})) == []


def test_a_string_that_has_properties_is_an_object():
    form = build({"type": "string", "properties": {"a": {"type": "integer"}}})
    assert check_params(form, {"a": 1}).errors == ()
    assert len(form.faults) == 1


@pytest.mark.parametrize(
    ("root", "ids"),
    [
        ({"additionalProperties": {"type": "string"}}, ["/a", "/~more"]),
        ({"patternProperties": {"^x": {}}}, ["/a", "/~more"]),
        ({"oneOf": [{"properties": {"b": {"type": "string"}}}, {"required": ["a"]}]}, ["/a", "/~one"]),
        ({"allOf": [{"$ref": "#/definitions/more"}], "definitions": {"more": {"properties": {"b": {}}}}}, ["/a", "/b"]),
        ({"dependencies": {"a": {"properties": {"b": {}}}}}, ["/a"]),
    ],
)
def test_params_that_only_the_root_speaks_of_have_fields_beside_the_others(root, ids):
    form = build({"properties": {"a": {"type": "string"}}, **root})
    assert [field.id for field in form.fields] == ids


@pytest.mark.parametrize(
    "root",
    [
        {"additionalProperties": True},
        {"additionalProperties": False},
        {"additionalProperties": {}},
        {"anyOf": [{"required": ["a"]}, {"required": ["b"]}]},
        {"dependencies": {"a": ["b"]}},
        {"$ref": "#"},
        {"minProperties": 1},
    ],
)
def test_keywords_about_listed_params_add_no_field(root):
    form = build({"properties": {"a": {"type": "string"}, "b": {"type": "string"}}, **root})
    assert [field.pointer for field in form.fields] == ["/a", "/b"]


def test_building_changes_nothing_in_the_schema(form_of):
    schema = {
        "$ref": "#/definitions/x",
        "definitions": {"x": {}},
        "properties": {"a": {"enum": []}},
        "required": ["b"],
        "type": 5,
    }
    before = repr(schema)
    assert build(schema).schema is schema
    assert repr(schema) == before
