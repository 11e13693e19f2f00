"""Error answers of every shape become sentences a person can act on."""

from __future__ import annotations

import json
import re
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aep_tui.flow_service.problem import MAX_DETAIL, read_problem, retry_after_seconds, unreadable_answer
from aep_tui.flow_service.redaction import Redactor
from aep_tui.flow_service.remedies import BY_NUMBER, advice, code_number, wait_words
from aep_tui.secret import MASK, Secret


def read(status: int, document: object, **headers: str):
    return read_problem(
        status, {name.replace("_", "-"): value for name, value in headers.items()}, json.dumps(document).encode()
    )


def test_the_gateway():
    problem = read(401, {"error_code": "401013", "message": "Oauth token is not valid"}, x_request_id="r-1")
    assert (problem.code, problem.detail, problem.request_id, problem.status) == (
        "401013",
        "Oauth token is not valid",
        "r-1",
        401,
    )
    assert "expired" in problem.title
    assert "AEP_ACCESS_TOKEN" in problem.remedy
    assert problem.reference() == "401013 · request id r-1"


def test_the_gateway_with_a_number_as_its_code():
    assert read(401, {"error_code": 401013, "message": "x"}).code == "401013"


def test_the_gateway_about_the_content_type():
    problem = read(
        400, {"type": "/placeholder/type/uri", "status": 400, "title": "BadRequestError", "detail": "A valid content-type"}
    )
    assert (problem.code, problem.detail) == ("", "A valid content-type")


def test_the_flow_service():
    problem = read(
        404,
        {
            "type": "https://ns.adobe.com/aep/errors/FLOW-1439-404",
            "title": "Resource not found",
            "status": 404,
            "report": {"detailed-message": "The requested x is not found.", "id": "1", "request-id": "r-2", "type": "flows"},
            "errorMessage": "another text",
            "errorDetails": "another text",
        },
        x_request_id="header",
    )
    assert (problem.code, problem.detail, problem.request_id) == ("FLOW-1439-404", "The requested x is not found.", "r-2")


def test_the_older_flow_service():
    problem = read(404, {"errorMessage": "connections not found with id = [X]", "errorDetails": "same"})
    assert (problem.code, problem.detail) == ("", "connections not found with id = [X]")


def test_a_bare_message():
    assert read(400, {"message": "Please provide a valid spec id"}).detail == "Please provide a valid spec id"


def test_the_token_service():
    problem = read(400, {"error": "invalid_client", "error_description": "invalid client_secret parameter"})
    assert (problem.code, problem.detail) == ("invalid_client", "invalid client_secret parameter")


def test_the_streaming_inlet_has_a_type_that_is_no_code():
    problem = read(
        401, {"type": "https://ns.adobe.com/x/data-collection-service-authorization", "status": "401", "title": "Authorization"}
    )
    assert (problem.code, problem.detail) == ("", "Authorization")


def test_what_the_provider_said_is_taken_out_of_its_wrapper():
    inner = json.dumps({"errorCode": "1308", "message": "Error message: Rest call failed, status code 401 Unauthorized"})
    problem = read(
        400,
        {
            "type": "https://ns.adobe.com/aep/errors/FLOW-1100-400",
            "report": {"detailed-message": f"The request could not be processed. Error from flow provider: {inner}."},
        },
    )
    assert problem.detail == "Error message: Rest call failed, status code 401 Unauthorized"
    assert problem.code == "FLOW-1100-400"
    assert "credentials" in problem.remedy


@pytest.mark.parametrize("wrapped", ["plain words", "{not json}", "{}", '{"x": 1}', "{"])
def test_a_wrapper_without_a_message_is_left_as_it_is(wrapped):
    text = f"Error from flow provider: {wrapped}"
    assert read(400, {"errorMessage": text}).detail == text


@pytest.mark.parametrize(
    ("document", "field"),
    [
        ({"error_code": "1304", "message": "The mandatory field connectionString is not provided"}, "connectionString"),
        ({"type": "x/1304-400", "message": "mandatory field 'auth.params.host' not provided"}, "host"),
        (
            {"type": "https://ns.adobe.com/aep/errors/FLOW-1304-400", "errorMessage": 'Field "user-name" is missing.'},
            "user-name",
        ),
        ({"message": "Missing required param: s3SecretKey."}, "s3SecretKey"),
        ({"message": "property `port` is invalid"}, "port"),
        ({"error_code": "1312", "message": "Parameter value of the field {port} is wrong"}, "port"),
        ({"message": "A required field is missing"}, ""),
        ({"message": "The field trip was nice: host"}, ""),
        ({"message": "required"}, ""),
    ],
)
def test_the_param_that_is_meant(document, field):
    assert read(400, document).field == field


def test_every_code_of_the_catalogue_has_words():
    for number in BY_NUMBER:
        known = advice(f"FLOW-{number}-400" if len(number) == 4 else number, 400)
        assert known is BY_NUMBER[number]
        assert known.title.endswith(".")
        assert known.remedy.endswith(".")


@pytest.mark.parametrize(
    "code",
    [
        *("403010", "401013", "403000", "403003", "400003", "403025", "403027"),
        *("2114", "2115", "429050", "1300", "1404", "1416", "1418", "1102", "1103", "1104", "1400"),
        *("1100", "1304", "1308", "1413", "1415", "1439", "2000", "2100", "2101", "2103", "2105", "2118", "2120", "2121"),
    ],
)
def test_the_codes_people_meet_are_in_the_catalogue(code):
    assert code in BY_NUMBER


@pytest.mark.parametrize("number", ["1100", "1308"])
@pytest.mark.parametrize(
    ("said", "title", "remedy"),
    [
        (
            "Rest call failed with client error, status code 401 Unauthorized, check it",
            "accept the credentials.",
            "Whoever runs it",
        ),
        ("The password of this account has expired", "accept the credentials.", "expired"),
        ("Connection Timeout Expired.", "could not be reached.", "firewall"),
        ("Login failed for user 'bob'.", "accept the credentials.", "turned them down"),
        ("403 Forbidden", "accept the credentials.", "turned them down"),
        ("Connection attempt timed out", "could not be reached.", "firewall"),
        ("No such host is known", "could not be reached.", "firewall"),
        ("Something odd", "or could not be reached", "Correct the credentials"),
    ],
)
def test_what_the_source_itself_said_decides(number, said, title, remedy):
    problem = read(400, {"type": f"https://ns.adobe.com/aep/errors/FLOW-{number}-400", "errorMessage": said})
    assert title in problem.title
    assert remedy in problem.remedy
    if "accept the credentials." in problem.title:
        assert "firewall" not in problem.remedy, "what was reached is not asked to be reachable"


def test_remedies_name_profile_and_variable_together():
    for known in BY_NUMBER.values():
        for variable in re.findall(r"AEP_\w+", known.remedy):
            assert f"(profile, or {variable})" in known.remedy


@pytest.mark.parametrize("number", ["401013", "403003", "403025", "403027", "2100", "2105", "2118", "2120", "1100", "1308"])
def test_a_remedy_says_who_can_help(number):
    words = ("dministrator", "hoever", "Generate a new access token", "fetched for you")
    assert any(word in BY_NUMBER[number].remedy for word in words)


@pytest.mark.parametrize(
    "status", [100, 200, 302, 400, 401, 403, 404, 405, 407, 409, 412, 413, 418, 422, 429, 500, 502, 503, 504, 599, 999]
)
def test_every_status_has_words(status):
    problem = read_problem(status, {}, b"")
    assert problem.title.endswith(".")
    assert problem.remedy.endswith(".")
    assert str(status) in problem.detail


@pytest.mark.parametrize(
    ("code", "number"), [("FLOW-1415-400", "1415"), ("401013", "401013"), ("1304", "1304"), ("", ""), ("invalid_client", "")]
)
def test_the_number_of_a_code(code, number):
    assert code_number(code) == number


def test_an_empty_answer():
    assert "nothing in the answer" in read_problem(503, {}, b"  \n").detail


@pytest.mark.parametrize("lead", [b"", b"\n  ", b"\xef\xbb\xbf"])
def test_a_web_page(lead):
    body = lead + b"<!DOCTYPE html><html><head><title>\n 502 [red]Bad\x1b[31m Gateway</title>"
    problem = read_problem(502, {"content-type": "text/html"}, body)
    assert "web page called “502 [red]Bad[31m Gateway”" in problem.detail


def test_a_cut_answer_is_shown_in_part():
    assert '{"error_code": "4' in read_problem(400, {}, b'{"error_code": "4').detail


def test_text_in_another_encoding():
    assert (
        "Schlüssel"
        in read_problem(400, {"content-type": "text/plain; charset=iso-8859-1"}, "Schlüssel".encode("latin-1")).detail
    )
    assert "Schl" in read_problem(400, {"content-type": "text/plain; charset=nonsense"}, "Schlüssel".encode("latin-1")).detail
    assert "Schl" in read_problem(400, {"content-type": "x; charset=base64"}, "Schlüssel".encode("latin-1")).detail


def test_a_redirect_says_where_to_without_its_query():
    problem = read_problem(302, {"location": "https://login.example/\x1b[31m?token=abc"}, b"")
    assert "https://login.example/[31m" in problem.detail
    assert "abc" not in problem.detail
    assert "nowhere" in read_problem(302, {}, b"").detail


def test_long_and_hostile_texts_are_made_plain():
    problem = read(400, {"message": "[@click=x]\x1b[31m\u202e" + "a" * 5_000, "request-id": "r\x1b"}, x_request_id="h")
    assert problem.detail.startswith("[@click=x][31maaa")
    assert len(problem.detail) == MAX_DETAIL
    assert problem.request_id == "r"


def test_an_endless_answer_is_read_in_part():
    assert '{"message": "aaa' in read(400, {"message": "a" * 3_000_000}).detail


@pytest.mark.parametrize(
    ("headers", "seconds"),
    [
        ({}, None),
        ({"retry-after": "30"}, 30.0),
        ({"retry-after": " 0 "}, 0.0),
        ({"retry-after": "-1"}, None),
        ({"retry-after": "soon"}, None),
        ({"retry-after": "9" * 20}, 1e9),
        ({"retry-after": "٣"}, None),
        ({"retry-after": "Wed, 21 Oct 2015 07:28:30 GMT", "date": "Wed, 21 Oct 2015 07:28:00 GMT"}, 30.0),
        ({"retry-after": "Wed, 21 Oct 2015 07:27:00 GMT", "date": "Wed, 21 Oct 2015 07:28:00 GMT"}, 0.0),
        ({"retry-after": "Wed, 21 Oct 2015 07:28:00 GMT"}, None),
        ({"retry-after": "Wed, 21 Oct 2015 07:28:00 GMT", "date": "x"}, None),
        ({"retry-after": "Wed, 21 Oct 2015 07:28:00 +99999999999999999999", "date": "Wed, 21 Oct 2015 07:28:00 GMT"}, None),
        ({"retry-after": "Wed, 21 Oct 99999999999999999999 07:28:00 GMT", "date": "Wed, 21 Oct 2015 07:28:00 GMT"}, None),
        ({"retry-after": "Wed, 21 Oct 2015 07:28:00", "date": "Wed, 21 Oct 2015 07:28:00 GMT"}, None),
    ],
)
def test_how_long_to_wait(headers, seconds):
    assert retry_after_seconds(headers) == seconds


def test_waiting_in_words():
    assert wait_words(0) == "Wait 1 second, then try again."
    assert wait_words(30) == "Wait 30 seconds, then try again."
    assert wait_words(600) == "Wait 10 minutes, then try again."
    assert wait_words(7_200) == "Wait 2 hours, then try again."
    assert "some days" in wait_words(1e9)
    assert "30 seconds" in read(503, {}, retry_after="30").remedy


def test_an_answer_of_success_that_cannot_be_used():
    problem = unreadable_answer(200, {"x-request-id": "r-1"}, b"<html><title>Log in</title>", "The answer is not JSON.")
    assert problem.detail.startswith("The answer is not JSON. HTTP 200, with a web page")
    assert (problem.status, problem.request_id) == (200, "r-1")


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=8,
)
KEYS = ("type", "title", "report", "errorMessage", "error_code", "message", "detail", "error", "request-id")


@given(st.integers(100, 999), st.dictionaries(st.sampled_from(KEYS), JSON) | JSON)
def test_whatever_json_comes_it_is_read(status, document):
    problem = read_problem(status, {}, json.dumps(document).encode())
    assert problem.title
    assert problem.remedy
    assert "\n" not in problem.detail
    assert len(problem.detail) <= MAX_DETAIL


@given(
    st.integers(100, 999),
    st.binary(max_size=200),
    st.dictionaries(st.sampled_from(["content-type", "location", "retry-after", "date"]), st.text()),
)
def test_whatever_bytes_come_they_are_read(status, body, headers):
    assert read_problem(status, headers, body).title


class TestRedaction:
    def hide(self, text: str, *secrets: object) -> str:
        return Redactor({"params": [Secret(secret) for secret in secrets], "name": "shop"}).hide(text)

    def test_a_secret_is_masked_wherever_it_stands(self):
        assert self.hide("user bob, password hunter22!", "hunter22") == f"user bob, password {MASK}!"

    def test_a_secret_written_as_json_or_in_a_url(self):
        secret = 'pa"ss wörd/1'
        assert self.hide(f"<{json.dumps(secret)}>", secret) == f'<"{MASK}">'
        assert self.hide("<pa%22ss%20w%C3%B6rd%2F1> <pa%22ss+w%C3%B6rd%2F1>", secret) == f"<{MASK}> <{MASK}>"

    def test_the_passwords_within_a_connection_string(self):
        secret = "Server=db.example;Port=5432;UID=reader;PWD=hunter22;"
        assert (
            self.hide("Cannot log in to db.example as reader with hunter22.", secret)
            == f"Cannot log in to db.example as reader with {MASK}."
        )
        assert self.hide("failed: geheim1", "amqp://user:geheim1@host/") == f"failed: {MASK}"

    def test_a_secret_that_is_cut_off(self):
        assert self.hide("the value hunter", "hunter22") == f"the value {MASK}"

    def test_what_is_no_secret_stays(self):
        assert self.hide("shop ab true 12", "ab", True, 12, None, "", {"x": "y"}) == "shop ab true 12"

    def test_numbers_and_nested_values(self):
        assert self.hide("pin 123456 and inner-secret", 123456, {"a": ["inner-secret"]}) == f"pin {MASK} and {MASK}"

    def test_the_password_of_a_url_that_is_no_secret_param(self):
        assert Redactor({"url": "https://bob:hunter22@example.com/"}).hide("hunter22 is wrong") == f"{MASK} is wrong"

    @pytest.mark.parametrize("letters", ["k", "ab", "key", "sig ", "pass=;"])
    def test_the_time_it_takes_grows_with_the_length_of_a_secret_and_not_faster(self, letters):
        def seconds(length: int) -> float:
            secret = (letters * length)[:length]
            text = f"no: {secret[: length // 2]}x {secret[:-1]}"
            took = []
            for _ in range(3):
                began = time.process_time()
                Redactor({"p": Secret(secret)}).hide(text)
                took.append(time.process_time() - began)
            return min(took)

        assert seconds(64_000) < 40 * seconds(8_000) + 0.05

    def test_a_long_secret_is_masked_before_the_text_is_shortened(self):
        secret = "k" * (MAX_DETAIL + 500)
        problem = read_problem(
            400, {}, json.dumps({"message": f"bad key {secret}"}).encode(), Redactor({"p": Secret(secret)}).hide
        )
        assert problem.detail == f"bad key {MASK}"

    @given(st.text(min_size=3), st.text(), st.text())
    def test_no_secret_survives(self, secret, before, after):
        hidden = Redactor(Secret(secret)).hide(before + secret + after)
        assert secret.strip() not in hidden.replace(MASK, "") or len(secret.strip()) < 3 or secret.strip() in before + after
