"""Origins, tokens and header values are checked before anything is sent."""

from __future__ import annotations

import re
from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aep_tui.errors import ExitCode, UsageError
from aep_tui.flow_service.account import Account, check_origin, clean_token, is_loopback, shown_address
from aep_tui.secret import MASK, Secret


@pytest.mark.parametrize(
    ("text", "origin"),
    [
        ("https://platform.adobe.io", "https://platform.adobe.io"),
        (" HTTPS://Platform.Adobe.IO/ ", "https://platform.adobe.io"),
        ("https://platform.adobe.io:443", "https://platform.adobe.io"),
        ("https://platform.adobe.io:8443/", "https://platform.adobe.io:8443"),
        ("http://127.0.0.1:8641", "http://127.0.0.1:8641"),
        ("http://127.8.9.10", "http://127.8.9.10"),
        ("http://localhost:80", "http://localhost"),
        ("http://[::1]:8641", "http://[::1]:8641"),
        ("https://[2001:db8::1]", "https://[2001:db8::1]"),
        ("https://stage_1.example.com", "https://stage_1.example.com"),
    ],
)
def test_an_origin_in_its_normal_form(text, origin):
    assert check_origin(text) == origin
    assert check_origin(origin) == origin


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", "empty"),
        ("platform.adobe.io", "https://"),
        ("ftp://platform.adobe.io", "https://"),
        ("https://", "https://"),
        ("https://platform.adobe.io/data", "more than an origin"),
        ("https://platform.adobe.io?x=1", "more than an origin"),
        ("https://platform.adobe.io#x", "more than an origin"),
        ("https://platform.adobe.io\\@evil.example", "user name"),
        ("https://platform.adobe.io\\evil", "no host name"),
        ("https://plätform.adobe.io", "xn--"),
        ("https://platform.adobe.io:0", "port"),
        ("https://platform.adobe.io:70000", "port"),
        ("https://platform.adobe.io:x", "no host name"),
        ("https://[::g]", "no host name"),
        ("https://[1:2]", "port"),
        ("https://-x", "no host name"),
        ("https://a b", "no host name"),
        ("https://a\nb", "no host name"),
        ("https://a\x1b[31mb", "no host name"),
        ("http://platform.adobe.io", "plain http"),
        ("http://0.0.0.0:80", "plain http"),
        ("http://127.0.0.1.evil.example", "plain http"),
        ("http://127.1", "plain http"),
        ("http://[::ffff:127.0.0.1]", "plain http"),
        ("http://localhost.evil.example", "plain http"),
        ("http://192.168.0.1", "plain http"),
    ],
)
def test_what_is_no_origin_is_explained(text, words):
    with pytest.raises(UsageError) as caught:
        check_origin(text)
    assert words in caught.value.detail
    assert "AEP_PLATFORM_URL" in caught.value.title
    assert caught.value.remedy
    assert caught.value.exit_code is ExitCode.USAGE
    assert caught.value.sentence().isprintable()


def test_a_password_in_an_origin_is_not_repeated():
    with pytest.raises(UsageError) as caught:
        check_origin("https://me:canary@platform.adobe.io", "platform in settings.toml")
    assert "canary" not in caught.value.sentence()
    assert "platform in settings.toml" in caught.value.title


@pytest.mark.parametrize(
    "text",
    [
        "p8e-canary",
        "eyJhbGciOiJSUzI1NiJ9.eyJpZCI6IjEifQ.canary",
        "https://host.example/canary",
        "https://host.example?canary",
        "https://canary@host.example",
        "p8e-canary://host.example",
    ],
)
def test_what_may_be_a_secret_in_the_place_of_an_origin_is_not_repeated(text):
    with pytest.raises(UsageError) as caught:
        check_origin(text)
    assert "canary" not in caught.value.sentence()
    assert "canary" not in shown_address(text)


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("", ""),
        ("https://platform.adobe.io", "https://platform.adobe.io"),
        (" HTTP://127.0.0.1:8080/ ", "HTTP://127.0.0.1:8080"),
        ("https://[::1]:80", "https://[::1]:80"),
        ("platform.adobe.io", "platform.adobe.io"),
        ("https://platform.adobe.io/data", f"https://platform.adobe.io/{MASK}"),
        ("https://platform.adobe.io:123456", f"https://platform.adobe.io/{MASK}"),
        ("https://me:password@platform.adobe.io", f"https://{MASK}"),
        ("https://", "https://"),
    ],
)
def test_an_address_is_shown_as_scheme_host_and_port(text, shown):
    assert shown_address(text) == shown


@given(st.text(max_size=60) | st.from_regex(r"https?://[a-z0-9:@/?#.\[\]-]{0,30}", fullmatch=True))
def test_whatever_is_given_an_origin_is_safe_or_refused(text):
    origin = None
    with suppress(UsageError):
        origin = check_origin(text)
    if origin is not None:
        scheme, _, host = origin.partition("://")
        assert origin.isascii()
        assert not set("@/?#") & set(host)
        assert scheme == "https" or is_loopback(re.sub(r":\d+$", "", host))


@pytest.mark.parametrize(
    ("text", "token"),
    [
        ("abc", "abc"),
        ("  Bearer abc\n", "abc"),
        ("bearer   abc", "abc"),
        ("BEARER\tabc", "abc"),
        ("Bearer", ""),
        ("Bearer ", ""),
        ("bearerabc", "bearerabc"),
        ("", ""),
    ],
)
def test_what_copying_brings_along_is_dropped(text, token):
    assert clean_token(text) == token


GOOD = {
    "platform_origin": "https://platform.adobe.io/",
    "org_id": " ACME@AdobeOrg ",
    "api_key": "key",
    "sandbox": "dev\n",
    "token": Secret("Bearer abc"),
}


def test_an_account_is_trimmed():
    account = Account(**GOOD)
    assert account.platform_origin == "https://platform.adobe.io"
    assert account.base_url == "https://platform.adobe.io/data/foundation/flowservice"
    assert (account.org_id, account.sandbox, account.token.reveal()) == ("ACME@AdobeOrg", "dev", "abc")


def test_the_headers_of_a_call():
    headers = Account(**GOOD).headers(with_body=True)
    assert list(headers.items()) == [
        ("x-gw-ims-org-id", "ACME@AdobeOrg"),
        ("x-sandbox-name", "dev"),
        ("Content-Type", "application/json"),
    ]
    assert "Content-Type" not in Account(**GOOD).headers(with_body=False)
    assert Account(**GOOD).headers(with_body=False, in_sandbox=False) == {"x-gw-ims-org-id": "ACME@AdobeOrg"}


def test_an_account_does_not_show_its_credentials():
    account = Account(**{**GOOD, "api_key": "canary-key", "token": Secret("canary-token")})
    assert "canary" not in repr(account) + str(account)


@pytest.mark.parametrize("bad", ["", "   ", "a\nb", "a\r\nX: y", "a\x00b", "tökén", "a\u202eb", "a\x7fb", "a\tb", "\ud800"])
@pytest.mark.parametrize(
    ("member", "variable"),
    [("org_id", "AEP_IMS_ORG"), ("api_key", "AEP_API_KEY"), ("sandbox", "AEP_SANDBOX_NAME"), ("token", "AEP_ACCESS_TOKEN")],
)
def test_a_value_that_cannot_be_a_header_names_its_variable(member, variable, bad):
    with pytest.raises(UsageError) as caught:
        Account(**{**GOOD, member: Secret(bad) if member == "token" else bad})
    assert variable in caught.value.title
    assert caught.value.remedy
    if bad.strip():
        assert bad not in caught.value.sentence()


@pytest.mark.parametrize(
    ("origin", "here"),
    [
        ("https://platform.adobe.io", False),
        ("https://platform.adobe.io:8443", False),
        ("http://127.0.0.1:8641", True),
        ("http://localhost", True),
        ("https://localhost:1", True),
        ("http://[::1]", True),
        ("http://[::1]:8641", True),
        ("https://[2001:db8::1]:1", False),
        ("https://127.0.0.1", True),
    ],
)
def test_this_machine_is_told_apart(origin, here):
    assert Account(**{**GOOD, "platform_origin": origin}).is_on_this_machine is here
