"""A draft: which answers are in force, which body they make, and that a secret is shown nowhere."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from made_up import PLACE, basic_source, draft_of, http_api, option, source

from aep_tui.forms.build import build
from aep_tui.forms.fields import Answer, Chosen
from aep_tui.json_text import dump_json
from aep_tui.secret import Secret, reveal_all
from aep_tui.wizard.draft import Draft
from aep_tui.wizard.request import connection_body, shown_body, shown_headers, shown_request
from aep_tui.wizard.source import AuthOption, Source
from aep_tui.wizard.suggest import STREAMING_PROVIDER

DEFAULTS = {
    "port": {"type": "integer", "default": 22},
    "schema": {"type": "string", "default": "public"},
    "tls": {"type": "boolean", "default": False},
    "mode": {"enum": ["fast", "safe"], "default": "safe"},
    "only": {"enum": ["this"]},
    "region": {"type": "string", "default": "us"},
    "fixed": {"const": "v1"},
}


def with_defaults() -> Source:
    return source(option("Basic", DEFAULTS, "schema", "tls", "mode", "only"))


def sent_params(draft: Draft) -> object:
    auth = reveal_all(connection_body(draft))
    assert isinstance(auth, dict)
    return auth["auth"]["params"]


# Which answers are in force


def test_a_required_default_is_filled_in_and_an_optional_one_is_left_to_the_service() -> None:
    draft = draft_of(with_defaults())
    assert draft.answers() == {"/schema": "public", "/tls": False, "/mode": Chosen(1), "/only": Chosen(0)}
    assert sent_params(draft) == {"schema": "public", "tls": False, "mode": "safe", "only": "this", "fixed": "v1"}


def test_an_optional_default_is_sent_once_it_is_set_even_to_the_same_value() -> None:
    draft = draft_of(with_defaults(), {"/port": "22", "/region": "eu"})
    assert sent_params(draft) == {
        "port": 22, "schema": "public", "tls": False, "mode": "safe", "only": "this", "region": "eu", "fixed": "v1",
    }  # fmt: skip


def test_a_cleared_default_does_not_come_back() -> None:
    draft = draft_of(with_defaults(), {"/schema": None})
    for later in (draft, replace(draft, name="another"), draft.answered("/port", "1"), draft.with_source(with_defaults())):
        assert "/schema" not in later.answers()
    assert [error.pointer for error in draft.errors()] == ["/schema"]


def test_an_answer_can_be_set_again_after_it_was_cleared() -> None:
    assert draft_of(with_defaults(), {"/schema": None}).answered("/schema", "mine").answers()["/schema"] == "mine"


def test_the_answers_of_one_way_to_authenticate_are_not_those_of_another() -> None:
    made = source(option("First", {"user": {"type": "string"}}), option("Second", {"user": {"type": "string"}}))
    draft = draft_of(made, {"/user": "me"})
    assert replace(draft, auth_name="Second").answers() == {}
    assert replace(draft, auth_name="Second").answered("/user", "you").touched == {
        "First": {"/user": "me"},
        "Second": {"/user": "you"},
    }


def test_an_answer_changes_nothing_in_the_draft_it_was_given_to() -> None:
    draft = draft_of(basic_source(), {"/user": "me"})
    draft.answered("/user", "you")
    assert draft.answers() == {"/user": "me"}


# Suggestions for the HTTP API


def test_the_names_of_the_http_api_follow_the_connection_name() -> None:
    draft = draft_of(http_api())
    assert draft.answers() == {"/sourceId": "mine", "/name": "mine"}
    assert replace(draft, name="  web events ").answers() == {"/sourceId": "web events", "/name": "web events"}
    assert replace(draft, name=" ").answers() == {}


@pytest.mark.parametrize("answer", ["own", None])
def test_a_suggestion_no_longer_follows_once_it_was_touched(answer: str | None) -> None:
    draft = replace(draft_of(http_api(), {"/sourceId": answer}), name="later")
    assert draft.answers() == {"/name": "later"} | ({"/sourceId": answer} if answer else {})


def test_a_suggestion_left_standing_counts_as_set() -> None:
    draft = draft_of(http_api())
    assert draft.errors() == []
    assert sent_params(draft) == {"sourceId": "mine", "dataType": "xdm", "name": "mine"}


def test_other_sources_get_no_suggestions() -> None:
    assert draft_of(replace(http_api(), provider_id="p")).answers() == {}


# What the body looks like


def test_a_body_is_the_one_of_the_tutorials() -> None:
    draft = draft_of(basic_source(), {"/user": "me", "/password": Secret("pw")}, description=" who to ask ", name=" mine ")
    assert reveal_all(connection_body(draft)) == {
        "name": "mine",
        "description": "who to ask",
        "auth": {"specName": "Basic", "params": {"user": "me", "password": "pw"}},
        "connectionSpec": {"id": "spec-1", "version": "1.0"},
    }


@pytest.mark.parametrize("description", ["", "  ", "\n"])
def test_an_empty_description_is_left_out(description: str) -> None:
    assert "description" not in connection_body(draft_of(basic_source(), description=description))


def test_a_source_without_auth_sends_no_auth_at_all() -> None:
    assert connection_body(draft_of(source())) == {"name": "mine", "connectionSpec": {"id": "spec-1", "version": "1.0"}}


def test_a_way_to_authenticate_without_params_is_still_named() -> None:
    draft = replace(draft_of(basic_source()), auth_name="Anonymous")
    assert connection_body(draft)["auth"] == {"specName": "Anonymous", "params": {}}


def test_only_streaming_sources_send_their_provider() -> None:
    assert STREAMING_PROVIDER == "521eee4d-8cbe-4906-bb48-fb6bd4450033"
    assert connection_body(draft_of(http_api()))["providerId"] == STREAMING_PROVIDER
    assert "providerId" not in connection_body(draft_of(basic_source()))


def test_the_members_stand_in_the_order_of_the_tutorials() -> None:
    body = connection_body(draft_of(http_api(), description="why"))
    assert list(body) == ["name", "description", "providerId", "auth", "connectionSpec"]


def test_values_keep_their_json_type_and_every_digit() -> None:
    mixed = [1, "1", None, True]
    properties = {
        "whole": {"type": "integer"},
        "exact": {"type": "number"},
        "on": {"type": "boolean"},
        "off": {"type": "boolean"},
        "choice": {"enum": mixed},
        "text": {"enum": mixed},
        "null": {"enum": mixed},
        "list": {"type": "anything"},
        "lines": {"type": "array"},
    }
    answers: dict[str, Answer | None] = {
        "/whole": "12345678901234567890",
        "/exact": "1.50",
        "/on": True,
        "/off": False,
        "/choice": Chosen(3),
        "/text": Chosen(1),
        "/null": Chosen(2),
        "/list": '[1, "a", null, 2.0]',
        "/lines": "1\na",
    }
    assert dump_json(sent_params(draft_of(source(option("Basic", properties)), answers))) == (
        '{"whole":12345678901234567890,"exact":1.50,"on":true,"off":false,"choice":true,"text":"1","null":null,"list":[1,"a",null,2.0],"lines":["1","a"]}'
    )


def test_what_goes_on_the_wire_is_spelt_as_the_service_spelt_it() -> None:
    odd = "[b]Basic\x1b[0m \u202eAuth"
    made = replace(source(option(odd, {"a/b~ \u202e": {"type": "string"}})), id="[id]\x1b", version="1.0-\x1b")
    (pointer,) = (field.pointer for field in made.auth_options[0].form.fields)
    body = connection_body(draft_of(made, {pointer: "x"}))
    assert body["auth"] == {"specName": odd, "params": {"a/b~ \u202e": "x"}}
    assert body["connectionSpec"] == {"id": "[id]\x1b", "version": "1.0-\x1b"}


# What is shown


def test_the_shown_request_is_the_sent_one_with_names_in_place_of_secrets() -> None:
    draft = draft_of(basic_source(), {"/user": "me", "/password": Secret("pw")})
    shown = shown_request(draft, PLACE)
    assert (shown.method, shown.url) == ("POST", "https://platform.example.com/data/foundation/flowservice/connections")
    assert shown.body == {
        **connection_body(draft),
        "auth": {"specName": "Basic", "params": {"user": "me", "password": "{PASSWORD}"}},
    }


def test_the_shown_headers_are_those_of_a_create_call_without_the_token() -> None:
    assert shown_headers(PLACE) == (
        ("Authorization", "Bearer {ACCESS_TOKEN}"),
        ("x-api-key", "{API_KEY}"),
        ("x-gw-ims-org-id", "ACME@AdobeOrg"),
        ("x-sandbox-name", "dev"),
        ("Content-Type", "application/json"),
    )


@pytest.mark.parametrize(
    ("key", "placeholder"),
    [
        ("password", "{PASSWORD}"),
        ("servicePrincipalKey", "{SERVICE_PRINCIPAL_KEY}"),
        ("s3-secret.key", "{S3_SECRET_KEY}"),
        ("", "{VALUE}"),
    ],
)
def test_a_placeholder_is_named_like_those_of_the_tutorials(key: str, placeholder: str) -> None:
    made = source(option("Basic", {key: {"type": "string", "format": "password"}}))
    (field,) = made.auth_options[0].form.fields
    assert shown_body(draft_of(made, {field.pointer: Secret("pw")}))["auth"] == {
        "specName": "Basic",
        "params": {key: placeholder},
    }


def test_an_answer_that_cannot_be_read_is_neither_sent_nor_shown() -> None:
    made = source(
        option(
            "Basic", {"port": {"type": "integer"}, "key": {"type": "array", "items": {"type": "integer"}, "writeOnly": True}}
        )
    )
    draft = draft_of(made, {"/port": "canary", "/key": Secret("[canary")})
    assert sent_params(draft) == {}
    assert "canary" not in dump_json(shown_body(draft)) + repr(draft.errors())


CANARY = 74126835
KINDS = st.sampled_from(
    [{"type": "string"}, {"type": "integer"}, {"type": "number"}, {"type": "array"}, {"type": "object"}, {}]
)
MARKS = st.sampled_from([{"format": "password"}, {"writeOnly": True}, {"airbyte_secret": True}])
SECRET_FIELDS = st.dictionaries(st.text(max_size=8), st.builds(lambda kind, mark: {**kind, **mark}, KINDS, MARKS), max_size=5)
SCHEMAS = st.builds(
    lambda properties, extra: {"type": "object", "properties": properties, **extra},
    SECRET_FIELDS,
    st.sampled_from([{}, {"additionalProperties": True}, {"oneOf": [{"required": ["other"]}, {"required": ["another"]}]}]),
) | st.sampled_from([None, True, {"oneOf": [{"properties": {"key": {"type": "string"}}}]}, {"$ref": "#"}, "no schema"])
WRITTEN = st.sampled_from(
    ["{n}", "x{n}", "{n}.5", '["{n}"]', '{{"a": "{n}"}}', '{{"other": {{"b": [{n}]}}}}', " {n} ", '"{n}', "\\u0037{n}\x1b"]
)


@settings(max_examples=150, deadline=None, derandomize=True)
@given(SCHEMAS, WRITTEN)
def test_no_answer_of_a_secret_field_is_shown_whatever_the_schema_and_the_answer_are(schema: object, written: str) -> None:
    made = source(AuthOption("Basic", build(schema)))
    fields = [field for field in made.auth_options[0].form.fields if field.secret]
    draft = draft_of(made, {field.pointer: Secret(written.format(n=CANARY)) for field in fields})
    body = connection_body(draft)
    shown = [dump_json(shown_body(draft)), str(shown_request(draft, PLACE)), repr(draft), repr(body), repr(draft.errors())]
    assert str(CANARY) not in "\n".join(shown)
    readable = reveal_all(body["auth"])["params"]  # type: ignore[index]
    assert str(CANARY) in dump_json(readable) or not readable


def test_a_sent_secret_is_the_one_that_was_typed() -> None:
    draft = draft_of(basic_source(), {"/password": Secret(" \u202epw\x1b")})
    assert json.loads(dump_json(sent_params(draft))) == {"password": " \u202epw\x1b"}


def test_the_password_of_a_url_is_neither_shown_nor_kept() -> None:
    typed = {"/url": "https://bob:hunter22@example.com/x?y=1", "/more": "amqp://bob:hunter22@h/\na:b@c"}
    draft = draft_of(source(option("Basic", {"url": {"type": "string"}, "more": {"type": "array"}}, "url")), typed)
    shown = shown_body(draft)["auth"]["params"]
    assert shown == {"url": "https://bob:{PASSWORD}@example.com/x?y=1", "more": ["amqp://bob:{PASSWORD}@h/", "a:b@c"]}
    assert "hunter22" in str(reveal_all(connection_body(draft)))
