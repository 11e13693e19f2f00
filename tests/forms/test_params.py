"""What a form begins with, and what goes on the wire."""

from __future__ import annotations

import json
from decimal import Decimal

from aep_tui.forms.answers import answers_from_params, initial_answers, not_taken
from aep_tui.forms.build import build
from aep_tui.forms.fields import Chosen, Entries
from aep_tui.forms.params import params
from aep_tui.forms.placeholders import placeholder_params
from aep_tui.forms.summary import summary
from aep_tui.secret import Secret

PROPERTIES = {
    "server": {"type": "string"},
    "port": {"type": "integer", "default": 22},
    "timeout": {"type": "integer", "default": 30},
    "password": {"type": "string", "format": "password"},
    "dataType": {"const": "xdm"},
    "mode": {"enum": ["only"]},
    "level": {"enum": [1, 2], "default": 2},
    "secure": {"type": "boolean", "default": False},
    "sure": {"type": "boolean"},
    "extra": {"type": "anything", "default": {"a": [1]}},
}
REQUIRED = ("server", "port", "password", "mode", "level", "secure", "sure", "extra")


def test_required_defaults_and_single_choices_are_filled_in_and_optional_ones_are_not(form_of):
    answers = initial_answers(form_of(PROPERTIES, *REQUIRED))
    assert answers == {
        "/port": "22",
        "/mode": Chosen(0),
        "/level": Chosen(1),
        "/secure": False,
        "/extra": '{\n  "a": [\n    1\n  ]\n}',
    }


def test_an_optional_choice_of_one_is_not_chosen(form_of):
    assert initial_answers(form_of({"mode": {"enum": ["only"]}})) == {}


def test_a_required_secret_default_is_filled_in_as_a_secret(form_of):
    form = form_of({"key": {"type": "integer", "writeOnly": True, "default": 5}}, "key")
    assert initial_answers(form) == {"/key": Secret("5")}
    assert params(form, initial_answers(form)) == {"key": Secret(5)}


def test_a_hidden_required_default_is_sent(form_of):
    form = form_of({"a": {"type": "string", "default": "x", "airbyte_hidden": True}}, "a")
    assert params(form, initial_answers(form)) == {"a": "x"}


def test_sent_is_what_is_required_constant_or_set_in_the_order_of_the_schema(form_of):
    form = form_of(PROPERTIES, *REQUIRED)
    answers = {**initial_answers(form), "/sure": False, "/password": Secret("hunter2"), "/server": "db"}
    sent = params(form, answers)
    assert list(sent) == ["server", "port", "password", "dataType", "mode", "level", "secure", "sure", "extra"]
    assert sent == {
        "server": "db",
        "port": 22,
        "password": Secret("hunter2"),
        "dataType": "xdm",
        "mode": "only",
        "level": 2,
        "secure": False,
        "sure": False,
        "extra": {"a": [1]},
    }
    assert "timeout" not in sent


def test_an_optional_default_is_sent_once_it_is_set(form_of):
    form = form_of({"port": {"type": "integer", "default": 22}})
    assert params(form, {}) == {}
    assert params(form, {"/port": "22"}) == {"port": 22}
    assert params(form, {"/port": ""}) == {}


def test_clearing_a_required_default_does_not_bring_it_back(form_of):
    form = form_of({"port": {"type": "integer", "default": 22}}, "port")
    assert params(form, {"/port": ""}) == {}
    assert params(form, {}) == {}


def test_zero_no_and_null_are_values(form_of):
    form = form_of({"a": {"type": "integer"}, "b": {"type": "boolean"}, "c": {"enum": ["", None]}})
    assert params(form, {"/a": "0", "/b": False, "/c": Chosen(1)}) == {"a": 0, "b": False, "c": None}
    assert params(form, {"/c": Chosen(0)}) == {"c": ""}


def test_unreadable_and_unknown_answers_are_left_out(form_of):
    form = form_of({"a": {"type": "integer"}, "b": {"type": "object"}})
    assert params(form, {"/a": "many", "/b": "{", "/c": "x"}) == {}


def test_params_without_a_field_of_their_own_are_sent_too():
    form = build({"properties": {"a": {"type": "string"}}, "additionalProperties": {"type": "string"}})
    assert params(form, {"/a": "x", "/~more": Entries((0,), ("b",)), "/~more/~r0": "y"}) == {"a": "x", "b": "y"}
    assert params(build(None), {"": Secret('{"a": {"b": 1}}')}) == {"a": Secret({"b": 1})}
    assert params(build(None), {}) == {}


def test_secrets_are_masked_wherever_params_are_written_out(form_of):
    form = form_of(
        {"password": {"format": "password"}, "config": {"type": "object", "properties": {"key": {"writeOnly": True}}}}
    )
    answers = {"/password": Secret("hunter2"), "/config": True, "/config/key": Secret("hunter2")}
    assert params(form, answers) == {"password": Secret("hunter2"), "config": {"key": Secret("hunter2")}}
    assert "hunter2" not in repr(params(form, answers)) + repr(answers)


def test_placeholders_stand_for_secrets_and_are_named_as_in_the_tutorials(form_of):
    form = form_of(
        {
            "url": {"type": "string"},
            "servicePrincipalKey": {"type": "string", "format": "password"},
            "pin": {"type": "integer", "writeOnly": True},
            "s3SecretKey": {"type": "array", "airbyte_secret": True},
            "unset": {"type": "string", "format": "password"},
        }
    )
    answers = {
        "/url": "https://x",
        "/servicePrincipalKey": Secret("hunter2"),
        "/pin": Secret("1234"),
        "/s3SecretKey": Secret("a"),
    }
    assert placeholder_params(form, answers) == {
        "url": "https://x",
        "servicePrincipalKey": "{SERVICE_PRINCIPAL_KEY}",
        "pin": "{PIN}",
        "s3SecretKey": "{S3_SECRET_KEY}",
    }
    assert list(placeholder_params(form, answers)) == list(params(form, answers))


def test_params_become_answers_again(form_of):
    form = form_of(PROPERTIES, *REQUIRED)
    given = {
        "server": "db",
        "port": 10**30,
        "password": Secret("hunter2"),
        "dataType": "xdm",
        "mode": "only",
        "level": 1,
        "secure": True,
        "extra": {"b": [Decimal("1.50"), None]},
    }
    answers = answers_from_params(form, given)
    assert answers["/password"] == Secret("hunter2")
    assert params(form, answers) == given
    assert not_taken(form, given) == ()


def test_params_that_fit_no_field_are_named_and_not_quoted(form_of):
    form = form_of(PROPERTIES, *REQUIRED)
    given = {"server": 5, "port": "22", "dataType": "raw", "level": 3, "sure": 1, "unknown": "hunter2", "extra": float("nan")}
    assert answers_from_params(form, given) == {}
    left_out = not_taken(form, given)
    assert [fault.pointer for fault in left_out] == ["/server", "/port", "/dataType", "/level", "/sure", "/unknown", "/extra"]
    assert "hunter2" not in repr(left_out)


def test_params_without_a_field_go_into_the_field_for_the_others():
    form = build({"properties": {"a": {"type": "string"}}, "patternProperties": {"^x": {"writeOnly": True}}})
    assert params(form, answers_from_params(form, {"a": "1", "x/y": "z"})) == {"a": "1", "x/y": Secret("z")}


def test_the_summary_says_what_will_be_asked_for(form_of):
    form = form_of({**PROPERTIES, "gone": {"airbyte_hidden": True}}, *REQUIRED)
    entries = summary(form)
    assert [entry["key"] for entry in entries] == [key for key in PROPERTIES if key != "dataType"]
    assert entries[0] == {"key": "server", "label": "Server", "required": True, "secret": False, "default": ""}
    assert entries[2]["default"] == "30"
    assert entries[3]["secret"] is True
    assert json.loads(json.dumps(entries)) == entries
