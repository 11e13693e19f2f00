"""One answer is read into the value that is sent."""

from __future__ import annotations

from decimal import Decimal

import pytest

from aep_tui.forms.build import build
from aep_tui.forms.fields import NOT_GIVEN, Chosen
from aep_tui.forms.values import MAX_JSON, Unreadable, read_answer
from aep_tui.secret import Secret

INTEGER = {"type": "integer", "title": "Port"}
NUMBER = {"type": "number", "title": "Ratio"}
JSON = {"type": "anything", "title": "Options"}


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("3", 3),
        ("-7", -7),
        ("+5", 5),
        (" 7 ", 7),
        ("007", 7),
        ("3.0", 3),
        ("1e5", 100_000),
        ("2.50e1", 25),
        ("0", 0),
        ("1" + "0" * 30, 10**30),
        ("9" * 900, int("9" * 900)),
        ("9" * 60 + ".0", int("9" * 60)),
    ],
)
def test_whole_numbers_are_exact(field_of, text, value):
    read = read_answer(field_of(INTEGER), text)
    assert read == value
    assert type(read) is int


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("3", 3),
        ("1.50", Decimal("1.50")),
        ("3.0", Decimal("3.0")),
        ("-.5", Decimal("-0.5")),
        ("1e5", Decimal("1E+5")),
        ("1e400", Decimal("1E+400")),
        ("0." + "1" * 80, Decimal("0." + "1" * 80)),
    ],
)
def test_numbers_keep_every_digit(field_of, text, value):
    read = read_answer(field_of(NUMBER), text)
    assert str(read) == str(value)
    assert type(read) is type(value)


@pytest.mark.parametrize(
    "text", ["3.", "-", ".", "1,5", "0x10", "NaN", "Infinity", "١", "３", "1_000", "1 000", "e5", "--1", "1e", "five"]
)
@pytest.mark.parametrize("schema", [INTEGER, NUMBER])
def test_what_is_no_number_is_refused_in_a_sentence(field_of, schema, text):
    read = read_answer(field_of(schema), text)
    assert isinstance(read, Unreadable)
    assert read.message.startswith(f"{schema['title']} must be a ")
    assert text not in read.message.split()


@pytest.mark.parametrize("text", ["3.5", "1e-1", "0.1", "9" * 60 + ".5"])
def test_a_fraction_is_no_whole_number(field_of, text):
    assert read_answer(field_of(INTEGER), text) == Unreadable("Port must be a whole number.")


def test_a_comma_is_explained(field_of):
    read = read_answer(field_of(NUMBER), "1,5")
    assert isinstance(read, Unreadable)
    assert "write a point, not a comma" in read.message


@pytest.mark.parametrize("text", ["9" * 1001, "1e9999", "1e-999999", "1e999999999", "9" * 1_000_000])
@pytest.mark.parametrize("schema", [INTEGER, NUMBER])
def test_a_number_too_long_to_send_is_refused(field_of, schema, text):
    read = read_answer(field_of(schema), text)
    assert isinstance(read, Unreadable)


@pytest.mark.parametrize("schema", [{"type": "string"}, INTEGER, NUMBER, {"type": "boolean"}, {"enum": ["", "a"]}, JSON])
def test_nothing_and_an_empty_text_are_no_value(field_of, schema):
    assert read_answer(field_of(schema), None) is NOT_GIVEN
    assert read_answer(field_of(schema), "") is NOT_GIVEN
    assert read_answer(field_of(schema), Secret("")) is NOT_GIVEN


def test_blanks_are_no_number_and_no_json_but_a_text(field_of):
    assert read_answer(field_of(INTEGER), "  ") is NOT_GIVEN
    assert read_answer(field_of(JSON), " \n") is NOT_GIVEN
    assert read_answer(field_of({"type": "string"}), "  ") == "  "


def test_a_text_goes_as_it_was_typed(field_of):
    text = "  line one\r\nline two\t\x00 é 漢 \U0001f600 "
    assert read_answer(field_of({"type": "string"}), text) == text
    assert read_answer(field_of({"type": "string", "format": "password"}), Secret(text)) == text


def test_an_empty_text_is_the_default_of_a_required_param_that_says_so(field_of):
    field = field_of({"type": "string", "default": ""}, required=True)
    assert read_answer(field, None) == ""
    assert read_answer(field, "") == ""
    assert read_answer(field_of({"type": "string", "default": ""}), "") is NOT_GIVEN


def test_an_empty_text_among_choices_is_a_value(field_of):
    field = field_of({"enum": ["a", "", None, 0, False, {"b": [1]}]})
    assert [read_answer(field, Chosen(index)) for index in range(6)] == ["a", "", None, 0, False, {"b": [1]}]


@pytest.mark.parametrize("index", [-1, 2, 10**9])
def test_a_choice_that_is_none_is_refused(field_of, index):
    assert read_answer(field_of({"enum": ["a", "b"], "title": "Mode"}), Chosen(index)) == Unreadable(
        "Mode must be one of the choices.", "enum"
    )


def test_yes_and_no_are_values_and_a_constant_needs_no_answer(field_of):
    assert read_answer(field_of({"type": "boolean"}), False) is False
    assert read_answer(field_of({"type": "boolean"}), True) is True
    assert read_answer(field_of({"const": "xdm"}), None) == "xdm"
    assert read_answer(field_of({"const": "xdm"}), "raw") == "xdm"


@pytest.mark.parametrize(
    ("schema", "answer"),
    [
        ({"type": "string"}, True),
        ({"type": "string"}, Chosen(0)),
        ({"type": "boolean"}, "true"),
        ({"type": "boolean"}, Chosen(0)),
        ({"enum": ["a"]}, "a"),
        ({"enum": ["a"]}, False),
        (INTEGER, True),
        (JSON, False),
    ],
)
def test_an_answer_of_another_kind_is_refused(field_of, schema, answer):
    assert isinstance(read_answer(field_of(schema), answer), Unreadable)


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ('{"a": [1, 1.50, null, true]}', {"a": [1, Decimal("1.50"), None, True]}),
        (' "text" ', "text"),
        ("12345678901234567890123", 12345678901234567890123),
        ("[]", []),
    ],
)
def test_json_is_read_exactly(field_of, text, value):
    assert read_answer(field_of(JSON), text) == value


@pytest.mark.parametrize(
    "text",
    [
        "{",
        "{'a': 1}",
        "nope",
        "[1,]",
        "NaN",
        '{"a": -Infinity}',
        "[" * 100_000,
        "[" * 150 + "]" * 150,
        '"\\ud800"',
        '{"\\udfff": 1}',
        "1e99999",
        "9" * 5000,
        "[" + "1," * 20_000 + "1]",
        '"' + "x" * MAX_JSON + '"',
        "x" * 1_000_000,
    ],
)
def test_what_is_no_json_that_can_be_sent_is_refused_in_a_sentence(field_of, text):
    read = read_answer(field_of(JSON), text)
    assert isinstance(read, Unreadable)
    assert read.keyword == "json"
    assert read.message.startswith("Options ")
    assert read.message.endswith(".")
    assert len(read.message) < 200


def test_a_fault_in_json_is_located_and_not_quoted(field_of):
    read = read_answer(field_of({**JSON, "writeOnly": True}), Secret('{"a": 1,\n "hunter2" 5}'))
    assert isinstance(read, Unreadable)
    assert "line 2, column 12" in read.message
    assert "hunter2" not in read.message


@pytest.mark.parametrize("text", ["\ud800", "a\udc00b", "x" * 1_000_000 + "\ud83d"])
def test_half_a_surrogate_pair_cannot_be_sent(field_of, text):
    read = read_answer(field_of({"type": "string", "title": "Name"}), text)
    assert read == Unreadable("Name holds a character that cannot be sent (half of a surrogate pair).")


def test_the_params_as_a_whole_are_an_object():
    whole = build(None).field("")
    assert whole is not None
    assert read_answer(whole, '{"b": "x"}') == {"b": "x"}
    assert isinstance(read_answer(whole, "[1]"), Unreadable)
