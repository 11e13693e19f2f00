"""``aep-tui form``: what a schema asks for, what is wrong with params, and the params of a form that was filled in."""

from __future__ import annotations

import io
import json
import sys
from collections.abc import Callable, Mapping
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from aep_tui.cli.main import command
from aep_tui.errors import ExitCode
from aep_tui.exchange import json_file
from aep_tui.exchange.form_document import FormDocument
from aep_tui.forms.fields import FieldKind
from aep_tui.launch import Launcher
from aep_tui.secret import Secret

Ended = tuple[int, str, str]
SCHEMA = {
    "title": "A store",
    "type": "object",
    "required": ["host", "password"],
    "additionalProperties": False,
    "properties": {
        "host": {"type": "string", "order": 0},
        "port": {"type": "integer", "maximum": 65535, "default": 22, "order": 1},
        "password": {"type": "string", "airbyte_secret": True, "minLength": 10, "order": 2},
        "sign_in": {
            "title": "Sign in",
            "order": 3,
            "oneOf": [
                {
                    "title": "Key",
                    "properties": {"kind": {"const": "key"}, "key": {"type": "string"}},
                    "required": ["kind", "key"],
                },
                {"title": "None", "properties": {"kind": {"const": "none"}}, "required": ["kind"]},
            ],
        },
    },
}
GOOD = {"host": "a", "password": "long enough it is"}
PLAIN = {"properties": {"a": {"type": "string"}}}


def auth_spec(name: str, *params: str) -> dict[str, Any]:
    return {"name": name, "type": "any", "spec": {"type": "object", "properties": {key: {"type": "string"} for key in params}}}


def spec_of(*auth: object, **further: object) -> dict[str, Any]:
    return {"id": "4f63aa36", "name": "made-up", "providerId": "p", "version": "1.0", "authSpec": list(auth), **further}


class FakeLauncher(Launcher):
    """A launcher whose form is filled in by nobody."""

    def __init__(self, params: Mapping[str, object] | None = None, refusal: str = "") -> None:
        super().__init__({})
        self.params, self.refusal = params, refusal
        self.shown: list[FormDocument] = []

    def why_no_terminal(self) -> str:
        return self.refusal

    def fill_in_form(self, document: FormDocument) -> Mapping[str, object] | None:
        self.shown.append(document)
        return self.params


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]) -> Callable[..., Ended]:
    """Return a function that runs the command; a value is written to a file first, and what is typed goes to stdin."""
    monkeypatch.chdir(tmp_path)

    def in_process(document: object, *arguments: str, typed: bytes = b"", launcher: Launcher | None = None) -> Ended:
        if isinstance(document, str):
            words = [document]
        else:
            Path("document.json").write_text(json.dumps(document))
            words = ["document.json"]
        monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(typed)))
        code = command(launcher or FakeLauncher(), ["form", *words, *arguments])
        sys.stdout.flush()
        out, err = capfd.readouterr()
        return code, out, err

    return in_process


def paths(ended: Ended) -> list[str]:
    code, out, err = ended
    assert (code, err) == (0, "")
    return [field["path"] for field in json.loads(out)["fields"]]


def told(ended: Ended) -> list[tuple[str, str]]:
    code, out, err = ended
    errors = json.loads(out)
    assert (code, err) == (4 if errors else 0, "")
    assert all(list(error) == ["path", "label", "keyword", "message"] for error in errors)
    return [(error["path"], error["keyword"]) for error in errors]


# --check


def test_check_prints_fields_fallbacks_and_faults(run: Callable[..., Ended]) -> None:
    code, out, err = run(SCHEMA, "--check")
    shown = json.loads(out)
    assert (code, err) == (0, "")
    assert list(shown) == ["fields", "fallbacks", "faults"]
    assert [(field["path"], field["kind"], field["secret"], field["default"]) for field in shown["fields"]] == [
        ("/host", "text", False, None),
        ("/port", "integer", False, 22),
        ("/password", "text", True, None),
        ("/sign_in", "variants", False, None),
    ]
    assert [variant["label"] for variant in shown["fields"][3]["variants"]] == ["Key", "None"]
    assert list(shown["fields"][0]) == ["path", "kind", "label", "required", "secret", "default", "children", "variants"]


def test_check_exits_with_3_where_json_has_to_be_typed_and_lists_what_is_odd(run: Callable[..., Ended]) -> None:
    remote = {"properties": {"a": {"$ref": "https://example.com/schema.json"}, "b": {"type": "string", "examples": 5}}}
    code, out, err = run(remote, "--check")
    shown = json.loads(out)
    assert (code, err) == (3, "")
    assert [(one["path"], bool(one["reason"])) for one in shown["fallbacks"]] == [("/a", True)]
    assert [one["path"] for one in shown["faults"]] == ["/b"]


def test_numbers_keep_their_digits(run: Callable[..., Ended]) -> None:
    Path("exact.json").write_text(
        '{"properties": {"a": {"type": "number", "default": 1.50}, "b": {"type": "integer", "default": 123456789012345678901}}}'
    )
    assert '"default": 1.50' in run("exact.json", "--check")[1]
    assert '"default": 123456789012345678901' in run("exact.json", "--check")[1]


def test_what_a_terminal_would_obey_is_escaped_and_reads_back_the_same(run: Callable[..., Ended]) -> None:
    key = "\x1b[31m\x9b5m\u202eé連"
    code, out, _ = run({"properties": {key: {"type": "string"}}}, "--check")
    assert code == 0
    assert json.loads(out)["fields"][0]["path"] == f"/{key}"
    assert "é連" in out
    assert [sign for sign in out if not sign.isprintable() and sign != "\n"] == []
    half = '{"\\ud800": 1}'
    assert json.loads(run(PLAIN, "--validate", "-", typed=half.encode())[1])[0]["path"] == "/\ud800"


@pytest.mark.parametrize(
    "document",
    [
        PLAIN,
        {"connectionSpecification": PLAIN, "documentationUrl": "https://example.com"},
        spec_of({"name": "Only", "spec": PLAIN}),
        {"items": [spec_of({"name": "Only", "spec": PLAIN})]},
        {"items": [{"id": "1", "authSpec": {"name": "Only", "spec": PLAIN}}]},
        {"name": "made-up", "authSpec": [{"name": "Only", "spec": PLAIN}]},
        {"name": "Only", "type": "KeyBased", "spec": PLAIN},
    ],
    ids=["schema", "airbyte", "spec", "answer", "no list", "not registered", "auth spec"],
)
def test_every_kind_of_document_has_its_form(document: object, run: Callable[..., Ended]) -> None:
    assert paths(run(document, "--check")) == ["/a"]
    typed = b"\xef\xbb\xbf" + json.dumps(document).encode()
    assert paths(run("-", "--check", typed=typed)) == ["/a"]


def test_a_schema_may_have_properties_that_a_spec_has_too(run: Callable[..., Ended]) -> None:
    keys = ("authSpec", "items", "id", "providerId", "connectionSpecification", "name", "spec")
    schema = {"properties": {key: {"type": "string"} for key in keys}}
    assert paths(run(schema, "--check")) == [f"/{key}" for key in keys]


def test_what_was_left_out_of_a_spec_is_a_fault(run: Callable[..., Ended]) -> None:
    code, out, _ = run(spec_of(auth_spec("Only", "a"), {"spec": PLAIN}), "--check")
    assert code == 0
    assert [(fault["path"], "no name" in fault["message"]) for fault in json.loads(out)["faults"]] == [("", True)]
    assert "called Twice" in run(spec_of(auth_spec("Twice", "a"), auth_spec("Twice", "b")), "--check")[1]


def test_an_auth_spec_without_a_schema_is_one_field_of_json(run: Callable[..., Ended]) -> None:
    assert run(spec_of({"name": "Only", "spec": None}), "--check")[0] == 3


# --auth


def test_auth_takes_the_exact_name_before_one_in_other_letters(run: Callable[..., Ended]) -> None:
    spec = spec_of(auth_spec("Basic", "a"), auth_spec("BASIC", "b"), auth_spec("OAuth 2", "c"))
    assert paths(run(spec, "--check", "--auth", "BASIC")) == ["/b"]
    assert paths(run(spec, "--check", "--auth", "oauth 2 ")) == ["/c"]
    code, out, err = run(spec, "--check", "--auth", "basic")
    assert (code, out) == (2, "")
    assert "can be several" in err


@pytest.mark.parametrize("option", [["--check"], ["--validate", "-"], []])
@pytest.mark.parametrize("auth", [[], ["--auth", "Digest"]])
def test_without_a_name_that_is_there_the_names_are_listed(
    auth: list[str], option: list[str], run: Callable[..., Ended]
) -> None:
    launcher = FakeLauncher({})
    code, out, err = run(spec_of(auth_spec("Basic"), auth_spec("OAuth 2")), *auth, *option, launcher=launcher)
    assert (code, out, launcher.shown) == (2, "", [])
    assert '"Basic", "OAuth 2"' in err
    assert err.count("\n") == 1


# Files that cannot be used


def write_bytes(content: bytes) -> str:
    Path("file.json").write_bytes(content)
    return "file.json"


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "empty"),
        (b" \n", "empty"),
        (b'{"a": 1,\n "b" 2}', "line 2, column 6"),
        (b'{"a": NaN}', "NaN"),
        (b'{"a": "caf\xe9"}', "not UTF-8: look at byte 11"),
        (b"[" * 100_000, "nested too deeply"),
        (b'{"a": ' + b"1" * 5_000 + b"}", "too many digits"),
        (b'{"a": 1e99999999999999999999}', "too many digits"),
        (b'["a"]', "neither a JSON Schema nor a connection spec"),
        (b"null", "neither a JSON Schema nor a connection spec"),
        (b'{"items": []}', "no connection spec"),
        (b'{"items": [{"id": "1"}, {"id": "2"}]}', "2 connection specs"),
        (b'{"id": "1", "providerId": "p"}', "no auth spec"),
        (b'{"id": "1", "authSpec": [{"spec": {}}]}', "Auth spec 1 was left out"),
    ],
)
def test_a_file_that_cannot_be_used_is_one_sentence(content: bytes, said: str, run: Callable[..., Ended]) -> None:
    for name, typed in ((write_bytes(content), b""), ("-", content)):
        code, out, err = run(name, "--check", typed=typed)
        assert (code, out) == (2, "")
        assert err.startswith("aep-tui: ")
        assert err.count("\n") == 1
        assert said in err
        assert ("Standard input" if name == "-" else "file.json") in err


def test_a_file_that_cannot_be_read_says_why(run: Callable[..., Ended], monkeypatch: pytest.MonkeyPatch) -> None:
    assert "There is no file nowhere.json" in run("nowhere.json", "--check")[2]
    assert "it is a directory" in run(".", "--check")[2]
    assert "it is a directory" in run("", "--check")[2]
    assert "a part of its path is a file" in run(f"{write_bytes(b'{}')}/inside", "--check")[2]
    assert "its name is too long" in run("x" * 300, "--check")[2]
    monkeypatch.setattr(json_file, "MAX_BYTES", 2 * 1024**2)
    large = write_bytes(b"{}" + b" " * 2 * 1024**2)
    assert "larger than 2 MB" in run(large, "--check")[2]
    assert paths(run(write_bytes(json.dumps(PLAIN).encode().ljust(2 * 1024**2)), "--check")) == ["/a"]


def test_control_signs_in_a_name_are_not_printed(run: Callable[..., Ended]) -> None:
    code, _, err = run("\x1b[31mred", "--check")
    assert code == 2
    assert "\x1b" not in err


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["--check", "--validate", "x"], "--check and --validate"),
        (["--auth", "Basic", "--check"], "Leave --auth out"),
    ],
)
def test_options_that_do_not_go_together_are_refused(arguments: list[str], said: str, run: Callable[..., Ended]) -> None:
    code, out, err = run(PLAIN, *arguments)
    assert (code, out) == (2, "")
    assert said in err
    code, out, err = run("-", "--validate", "-")
    assert (code, out) == (2, "")
    assert "cannot both be standard input" in err


def test_without_standard_input_it_says_so(run: Callable[..., Ended], monkeypatch: pytest.MonkeyPatch) -> None:
    Path("schema.json").write_text(json.dumps(PLAIN))
    monkeypatch.setattr(sys, "stdin", None)
    assert command(FakeLauncher(), ["form", "schema.json", "--check"]) == 0
    assert command(FakeLauncher(), ["form", "schema.json", "--validate", "-"]) == ExitCode.USAGE


# --validate


@pytest.mark.parametrize(
    ("params", "errors"),
    [
        (GOOD, []),
        ({**GOOD, "sign_in": {"kind": "none"}}, []),
        ({}, [("/host", "required"), ("/password", "required")]),
        ({**GOOD, "port": "22"}, [("/port", "type")]),
        ({"port": "22"}, [("/host", "required"), ("/port", "type"), ("/password", "required")]),
        ({**GOOD, "port": 70_000, "host": 5}, [("/host", "type"), ("/port", "maximum")]),
        ({"portt": 1, **GOOD}, [("/portt", "additionalProperties")]),
        ({**GOOD, "sign_in": {"kind": "magic"}}, [("/sign_in/kind", "oneOf")]),
        ({**GOOD, "sign_in": {"kind": "key"}}, [("/sign_in/key", "required")]),
        ({**GOOD, "sign_in": 5}, [("/sign_in", "oneOf")]),
        ([GOOD], [("", "type")]),
        (None, [("", "type")]),
    ],
)
def test_what_is_wrong_is_told_at_its_path(params: object, errors: list[tuple[str, str]], run: Callable[..., Ended]) -> None:
    assert told(run(SCHEMA, "--validate", "-", typed=json.dumps(params).encode())) == errors
    Path("params.json").write_text(json.dumps(params))
    assert told(run(SCHEMA, "--validate", "params.json")) == errors


def test_a_secret_is_in_no_message_and_no_path(run: Callable[..., Ended]) -> None:
    secret_map = {"type": "object", "airbyte_secret": True, "additionalProperties": {"type": "integer"}}
    closed = {"writeOnly": True, "properties": {"a": {"type": "integer"}}, "additionalProperties": False}
    schema = {**SCHEMA, "properties": {**SCHEMA["properties"], "map": secret_map, "closed": closed}}
    params = {"host": "a", "password": "hunter2", "map": {"hunter2": "hunter2"}, "closed": {"a": "hunter2", "hunter2": 1}}
    ended = run(schema, "--validate", "-", typed=json.dumps(params).encode())
    assert sorted(told(ended)) == sorted(
        [("/password", "minLength"), ("/map", "type"), ("/closed", "additionalProperties"), ("/closed/a", "type")]
    )
    assert "hunter2" not in ended[1]


def test_what_can_be_neither_checked_nor_sent_is_an_error_of_its_param(run: Callable[..., Ended]) -> None:
    deep = "[" * 500 + "]" * 500
    typed = f'{{"host": {deep}, "port": 1e5000, "password": "\\ud800"}}'
    expected = [("/host", "json"), ("/port", "json"), ("/password", "json")]
    assert told(run(SCHEMA, "--validate", "-", typed=typed.encode())) == expected


def test_what_cannot_be_checked_is_said_on_stderr(run: Callable[..., Ended]) -> None:
    schema = {"properties": {"a": {"type": "string", "pattern": "(unclosed"}, "b": {"type": "integer"}}}
    code, out, err = run(schema, "--validate", "-", typed=b'{"a": "x"}')
    assert (code, json.loads(out)) == (0, [])
    assert err == "aep-tui: Not everything is checked: the schema has parts that cannot be applied here.\n"
    code, out, _ = run(schema, "--validate", "-", typed=b'{"a": 5, "b": "x"}')
    assert (code, [error["path"] for error in json.loads(out)]) == (4, ["/a", "/b"])


def test_params_are_checked_as_they_are_and_not_with_defaults_filled_in(run: Callable[..., Ended]) -> None:
    schema = {"properties": {"a": {"type": "integer", "default": "x"}, "b": {}}, "dependencies": {"a": ["b"]}}
    assert told(run(schema, "--validate", "-", typed=b"{}")) == []
    assert told(run({**schema, "minProperties": 1}, "--validate", "-", typed=b"{}")) == [("", "minProperties")]


# Filling it in


def test_a_filled_in_form_is_printed_with_its_secrets(run: Callable[..., Ended]) -> None:
    launcher = FakeLauncher({"host": "é", "port": Decimal("1.50"), "password": Secret("hunter2"), "in": {"b": [Secret(1)]}})
    code, out, err = run(SCHEMA, launcher=launcher)
    assert (code, err) == (0, "")
    assert json.loads(out) == {"host": "é", "port": 1.5, "password": "hunter2", "in": {"b": [1]}}
    assert "1.50" in out
    (document,) = launcher.shown
    assert document.title == "A store"
    assert [field.key for field in document.form.fields if field.kind is FieldKind.TEXT] == ["host", "password"]


def test_the_page_is_called_after_source_and_auth_spec(run: Callable[..., Ended]) -> None:
    launcher = FakeLauncher({})
    run(spec_of(auth_spec("Basic", "a"), auth_spec("OAuth", "b")), "--auth", "oauth", launcher=launcher)
    assert launcher.shown[0].title == "Made Up: OAuth"


def test_a_form_that_was_left_prints_nothing(run: Callable[..., Ended]) -> None:
    assert run(PLAIN, launcher=FakeLauncher(None)) == (ExitCode.INTERRUPTED, "", "")


def test_without_a_terminal_it_names_what_works_without_one(run: Callable[..., Ended]) -> None:
    launcher = FakeLauncher({}, refusal="This needs a terminal.")
    code, out, err = run(PLAIN, launcher=launcher)
    assert (code, out, launcher.shown) == (ExitCode.NEEDS_TERMINAL, "", [])
    assert err == "aep-tui: This needs a terminal. Without one, aep-tui form has --check and --validate.\n"


def test_the_help_says_what_is_printed_and_every_exit_code(run: Callable[..., Ended]) -> None:
    code, out, _ = run("--help")
    assert code == 0
    assert "real values, secrets too" in " ".join(out.split())
    assert all(f"{number} " in out.partition("Exit codes")[2] for number in (0, 2, 3, 4, 9, 130))
    assert max(map(len, out.splitlines())) <= 80
