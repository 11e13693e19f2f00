"""The builder of a text made of named parts: what it shows, reads, writes and refuses."""

from __future__ import annotations

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from aep_tui.forms.build import build
from aep_tui.forms.check import check_field
from aep_tui.forms.connection_string import builder_of, has_builder

SPELT = r"^([hH]ost=)(.*)( ?;[pP]ort=)(.*)(; ?[pP]wd=)(.*)(;)"
STORAGE = "DefaultEndpointsProtocol=https;AccountName=<account name>;AccountKey=<account key>"
SIGNED = "https://<account>.files.example.com/?sv=<storage version>&sig=<signature>"
QUOTING = {
    "pattern": "^(Data Source=)(.*)(;Integrated Security=)(.*)(;User ID=)(.*)(;Password=)(.*)(;)",
    "examples": ["Data Source=<server>\\<instance>;Integrated Security=False;User ID=<user name>;Password=<password>;"],
}
SCHEMAS = [
    {"pattern": SPELT, "examples": ["Host=db.example.com; Port=1; Pwd=word; Mode=Strict;"]},
    {"pattern": SPELT},
    {"pattern": "(KEY=)(.*)"},
    {"pattern": "^Server=[^;]+;Port=\\d+;$", "example": "server={SERVER};port={PORT};"},
    {"pattern": "^(Endpoint=sb://)(.*)(;EntityPath=live;SharedAccessKey=)(.*)$"},
    QUOTING,
    {"examples": [STORAGE]},
    {"examples": [SIGNED]},
    {"examples": ["jdbc:db://{HOST}:{PORT};database={DATABASE};password={PASSWORD}"]},
    {"examples": ['Server=<server>;Mode=1;CredString=[{"user": "<user>", "pass": "<password>"}];'], "maxLength": 60},
]  # fmt: skip


def _field(schema):
    spec = build({"properties": {"value": {"type": "string", "format": "password", **schema}}}).field("/value")
    assert spec is not None
    return spec


def _builder(schema):
    builder = builder_of(_field(schema))
    assert builder is not None
    return builder


def _rows(schema):
    return [(part.key, part.label, part.example, part.secret, part.preset) for part in _builder(schema).parts]


def test_a_pattern_and_its_example_give_the_parts():
    assert _rows(SCHEMAS[0]) == [
        ("Host", "Host", "db.example.com", False, ""),
        ("Port", "Port", "1", False, ""),
        ("Pwd", "Pwd", "word", True, ""),
        ("Mode", "Mode", "Strict", False, ""),
    ]
    assert [part.key for part in _builder(SCHEMAS[1]).parts] == ["host", "port", "pwd"]
    assert [part.key for part in _builder(SCHEMAS[2]).parts] == ["KEY"]
    assert [part.preset for part in _builder(QUOTING).parts] == ["", "False", "", ""]


def test_an_example_gives_the_parts_and_what_is_preset():
    assert _rows({"examples": [STORAGE]}) == [
        ("DefaultEndpointsProtocol", "Default endpoints protocol", "", False, "https"),
        ("AccountName", "Account name", "account name", False, ""),
        ("AccountKey", "Account key", "account key", True, ""),
    ]
    assert _builder({"examples": [STORAGE]}).presets == {"DefaultEndpointsProtocol": "https"}
    assert _rows({"example": "KEY={MY_NAME};PWD={PASSWORD}"}) == [
        ("KEY", "My name", "My name", True, ""),
        ("PWD", "Password", "Password", True, ""),
    ]
    assert [part[:2] for part in _rows({"examples": [SIGNED]})] == [
        ("account", "Account"),
        ("sv", "Storage version"),
        ("sig", "Signature"),
    ]


@pytest.mark.parametrize(
    "schema",
    [
        {}, {"pattern": "^https://"}, {"pattern": "^[a-z]+$"}, {"pattern": "^.*=.*$"}, {"pattern": "^(a"},
        {"pattern": 5, "examples": 5}, {"examples": ["text", None, 7]}, {"examples": ["https://example.com/?a=b&c=d"]},
        {"examples": ["a=b"]}, {"examples": ["a=<b>;a=<c>"]}, {"examples": ["a=<b>;;c=<d>"]}, {"examples": ["a=<b>;" * 900]},
        {"examples": ["x://<a><b>/?c=<d>"]}, {"examples": [";".join(f"k{number}=<v>" for number in range(99))]},
        {"examples": ["-----BEGIN KEY-----\nab=;cd==\n"]},
    ],
)  # fmt: skip
def test_any_other_text_has_no_builder(schema):
    assert builder_of(_field(schema)) is None
    assert not has_builder(_field(schema))


def test_no_other_kind_has_a_builder():
    spec = build({"properties": {"value": {"type": "integer", "pattern": SPELT}}}).field("/value")
    assert spec is not None
    assert builder_of(spec) is None


@pytest.mark.parametrize("schema", SCHEMAS)
def test_the_parts_are_written_as_the_pattern_wants_them(schema):
    builder = _builder(schema)
    open_parts = [part for part in builder.parts if not part.preset]
    values = builder.presets | {part.key: part.example.replace("…", "1") if "…" in part.example else "1" for part in open_parts}
    written = builder.write(values)
    assert written.reasons == {}
    assert check_field(_field(schema), written.text) is None


def test_what_is_written_ends_and_is_spelt_as_asked():
    values = {"Host": "h", "Port": "1", "Pwd": "a=b"}
    assert _builder(SCHEMAS[0]).write(values).text == "Host=h;Port=1;Pwd=a=b;"
    assert _builder(SCHEMAS[3]).write({"server": "h", "port": "1"}).text == "Server=h;Port=1;"
    assert _builder(SCHEMAS[4]).write({"Endpoint": "sb://n", "SharedAccessKey": "k=="}).text == (
        "Endpoint=sb://n;EntityPath=live;SharedAccessKey=k=="
    )
    assert _builder({"examples": [STORAGE]}).write({"AccountName": "a"}).text == "AccountName=a"
    assert _builder({"examples": [SIGNED]}).write({"account": "a", "sig": "b%3D"}).text == (
        "https://a.files.example.com/?sig=b%3D"
    )
    assert _builder(SCHEMAS[1]).write({"host": "", "port": ""}).text == ""


def test_a_value_is_put_between_quotes_where_that_is_known_to_work():
    written = _builder(QUOTING).write({"Data Source": "=h", "Password": " a;\"b' "})
    assert written.text == 'Data Source="=h";Integrated Security=;User ID=;Password=" a;""b\' ";'
    values = _builder(QUOTING).read("data source = 'it''s;x' ; Password=\"\"\"\";Extra=a'b").values
    assert values == {"Data Source": "it's;x", "Password": '"', "Extra": "a'b"}
    assert "quote" in _builder(QUOTING).read('Password="a').reason
    assert "quote" in _builder(QUOTING).read('Password="a"b;').reason


@pytest.mark.parametrize(
    ("value", "words"),
    [
        ("s3;cret", "semicolon"),
        (" s3cret", "blank"),
        ("'s3cret", "quote"),
        ("s3\ncret", "line breaks"),
        ("s3\ud800", "control"),
    ],
)
def test_a_value_that_cannot_be_written_is_refused_by_name(value, words):
    written = _builder({"examples": [STORAGE]}).write({"AccountKey": value})
    assert written.text == ""
    assert list(written.reasons) == ["AccountKey"]
    assert written.reasons["AccountKey"].startswith("Account key ")
    assert words in written.reasons["AccountKey"]
    assert "s3" not in written.reasons["AccountKey"]


def test_a_text_that_does_not_fit_the_field_is_refused_as_a_whole():
    written = _builder(SCHEMAS[3]).write({"server": "h", "port": "none"})
    assert written.text == ""
    assert list(written.reasons) == [""]
    assert "none" not in written.reasons[""]


@pytest.mark.parametrize(
    ("schema", "value"),
    [({"examples": [SIGNED]}, {"sig": "a&b"}), ({"examples": [SIGNED]}, {"account": "a/b"}), (SCHEMAS[0], {"no;name": "a"})],
)
def test_what_would_change_the_parts_is_refused(schema, value):
    assert list(_builder(schema).write(value).reasons) == list(value)


def test_names_that_no_part_has_are_kept():
    builder = _builder({"examples": [STORAGE]})
    values = builder.read("accountname=a; EndpointSuffix=example.com ;AccountKey=k==;").values
    assert values == {"AccountName": "a", "EndpointSuffix": "example.com", "AccountKey": "k=="}
    assert [part.label for part in builder.rows(values)][3:] == ["Endpoint suffix"]
    assert builder.write(values).text == "AccountName=a;AccountKey=k==;EndpointSuffix=example.com"


def test_values_can_be_looked_at_as_text_with_something_in_their_place():
    builder = _builder(SCHEMAS[0])
    assert builder.shown({}) == builder.shown({"Host": "", "Pwd": ""}) == ""
    assert builder.shown({"Host": "db", "Pwd": "•••"}) == "Host=db;Port=;Pwd=•••;"
    assert builder.shown({"Pwd": "•••", "Timeout": "5"}, as_asked=True) == "host=;port=;pwd=•••;Timeout=5;"
    values = {"Host": "db", "Port": "1", "Pwd": "x"}
    assert builder.write(values).text in {builder.shown(values), builder.shown(values, as_asked=True)}


@pytest.mark.parametrize("text", ["s3cret", "AccountName=a;s3cret", "AccountName=a;AccountNAME=s3cret", "a=s3\ncret"])
def test_a_text_that_cannot_be_read_is_refused_with_a_reason(text):
    reading = _builder({"examples": [STORAGE]}).read(text)
    assert reading.values == {}
    assert reading.reason.endswith(".")
    assert "s3" not in reading.reason
    assert _builder({"examples": [SIGNED]}).read("http://a/?sv=1").reason.startswith("This text does not begin")
    assert _builder({"examples": [SIGNED]}).read("https://a/?sv=1").reason.startswith("Account cannot be told apart")


def test_values_are_in_no_repr():
    builder = _builder({"examples": [STORAGE]})
    assert "s3cret" not in repr(builder.read("AccountKey=s3cret")) + repr(builder.write({"AccountKey": "s3cret"}))


_VALUES = st.text(alphabet="ab1;='\"{}&?/.\\<> \t\n%é\ud800", max_size=8) | st.text(max_size=6)


@settings(max_examples=300, deadline=None)
@given(st.sampled_from(SCHEMAS), st.data())
def test_what_is_written_is_read_again(schema, data):
    builder = _builder(schema)
    keys = [part.key for part in builder.parts if not part.fixed] + ["Extra", "a b"]
    values = data.draw(st.dictionaries(st.sampled_from(keys), _VALUES))
    written = builder.write(values)
    if written.reasons:
        assert written.text == ""
        return
    given_values = {key: value for key, value in values.items() if value}
    assume(given_values)
    assert builder.read(written.text).values == given_values
    assert check_field(_field(schema), written.text) is None


@settings(deadline=None)
@given(st.sampled_from(SCHEMAS), st.text(alphabet="AcHhostPwdsv=;&?'\" /:\n", max_size=60) | st.text())
def test_reading_any_text_gives_values_or_a_reason(schema, text):
    reading = _builder(schema).read(text)
    assert not (reading.values and reading.reason)


@settings(deadline=None)
@given(st.text(alphabet="ab=;<>{}&?….", max_size=40), st.text(alphabet="^$(.*)ab=;[]+?", max_size=40))
def test_taking_any_example_and_pattern_apart_never_fails(example, pattern):
    has_builder(_field({"examples": [example], "pattern": pattern}))
