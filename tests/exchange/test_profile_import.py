"""The files that people have: what is read of each, and what they are told."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from aep_tui.errors import UsageError
from aep_tui.exchange.profile_import import AEPP, CREDENTIAL, POSTMAN, PROJECT, ImportedProfile, read_profile_file
from aep_tui.storage.profiles import why_no_name

ORG = "0123456789@AdobeOrg"
SCOPES = ["openid", "AdobeID", "read_organizations"]
DOWNLOADED = {
    "ORG_ID": ORG,
    "CLIENT_ID": "client-1",
    "CLIENT_SECRETS": ["p8e-1"],
    "SCOPES": SCOPES,
    "TECHNICAL_ACCOUNT_ID": "t@techacct.adobe.com",
    "TECHNICAL_ACCOUNT_EMAIL": "t@techacct.adobe.com",
}


def console_project(*credentials: dict[str, Any]) -> dict[str, Any]:
    return {
        "project": {
            "name": "977BlueTurtle",
            "title": "Shop loads",
            "org": {"name": "ACME", "ims_org_id": ORG},
            "workspace": {"details": {"credentials": list(credentials)}},
        }
    }


def server_credential(client: str = "client-1", *secrets: str) -> dict[str, Any]:
    return {
        "integration_type": "oauth_server_to_server",
        "oauth_server_to_server": {"client_id": client, "client_secrets": list(secrets or ["p8e-1"]), "scopes": SCOPES},
    }


def postman(enabled: bool = True, **values: object) -> dict[str, Any]:
    listed = [{"type": "text", "key": key, "value": value, "enabled": enabled} for key, value in values.items()]
    return {"name": "ACME dev", "values": listed}


def said(imported: ImportedProfile) -> str:
    return " ".join(imported.remarks)


JWT_CREDENTIAL = {"integration_type": "service", "jwt": {"client_id": "old"}}
FULL_POSTMAN = {
    "CLIENT_SECRET": "p8e-1",
    "API_KEY": "client-1",
    "SCOPES": "openid, AdobeID,read_organizations",
    "ACCESS_TOKEN": "Bearer eyJ-1",
    "IMS": "ims-na1.adobelogin.com",
    "IMS_ORG": ORG,
    "SANDBOX_NAME": "dev",
}
AEPP_CONFIG = {
    "org_id": ORG,
    "client_id": "client-1",
    "tech_id": "t@techacct.adobe.com",
    "secret": "p8e-1",
    "scopes": "openid, AdobeID, read_organizations",
    "sandbox-name": "dev",
    "environment": "prod",
}


@pytest.mark.parametrize(
    ("document", "kind", "name", "sandbox"),
    [
        (DOWNLOADED, CREDENTIAL, "my file", ""),
        ({**DOWNLOADED, "CLIENT_ID": "", "API_KEY": "client-1"}, CREDENTIAL, "my file", ""),
        (console_project(server_credential()), PROJECT, "Shop loads", ""),
        (console_project(JWT_CREDENTIAL, server_credential()), PROJECT, "Shop loads", ""),
        (AEPP_CONFIG, AEPP, "my file", "dev"),
        ({key.upper(): value for key, value in AEPP_CONFIG.items()}, AEPP, "my file", "dev"),
        ({**AEPP_CONFIG, "scopes": SCOPES}, AEPP, "my file", "dev"),
        (postman(**FULL_POSTMAN), POSTMAN, "ACME dev", "dev"),
        (postman(**{**FULL_POSTMAN, "SCOPES": SCOPES}), POSTMAN, "ACME dev", "dev"),
    ],
)
def test_each_kind_of_file(document, kind, name, sandbox):
    imported = read_profile_file(document, "my file")
    profile = imported.profile
    assert (imported.kind, profile.name, profile.sandbox) == (kind, name, sandbox)
    assert imported.a_kind == f"{'an' if kind == AEPP else 'a'} {kind}"
    assert (profile.org_id, profile.client_id, profile.scopes) == (ORG, "client-1", tuple(SCOPES))
    assert (profile.platform_url, profile.ims_url) == ("", "")
    assert imported.client_secret is not None
    assert imported.client_secret.reveal() == "p8e-1"
    assert "p8e-1" not in repr(imported)


def test_a_token_of_postman_comes_along_without_its_scheme():
    imported = read_profile_file(postman(**FULL_POSTMAN), "x")
    assert imported.access_token is not None
    assert imported.access_token.reveal() == "eyJ-1"
    assert "access token" in said(imported)
    assert "eyJ-1" not in repr(imported) + said(imported)


def test_what_is_switched_off_in_postman_does_not_count():
    document = postman(**FULL_POSTMAN)
    document["values"] += postman(enabled=False, SANDBOX_NAME="no", PRIVATE_KEY="old")["values"]
    document["values"][-3]["enabled"] = False
    imported = read_profile_file(document, "x")
    assert imported.profile.sandbox == ""


@pytest.mark.parametrize("empty", ["", "{{SANDBOX}}", "<sandbox>", "  ", None, 3, "a\nb", "{SANDBOX}"])
def test_a_placeholder_is_no_value(empty):
    imported = read_profile_file({**AEPP_CONFIG, "sandbox-name": empty}, "x")
    assert imported.profile.sandbox == ""
    assert "names no sandbox" in said(imported)


def test_the_template_of_aepp_holds_nothing():
    template = {"org_id": "<orgID>", "client_id": "<client_id>", "secret": "<YourSecret>", "scopes": "scope"}
    with pytest.raises(UsageError, match="no profile in this file"):
        read_profile_file(template, "x")


@pytest.mark.parametrize(
    "document",
    [
        {"API_KEY": "a", "CLIENT_SECRET": "b", "ORG_ID": ORG, "PUBLIC_KEYS_WITH_EXPIRY": {"k": "d"}},
        {"API_KEY": "a", "CLIENT_SECRET": "b", "ORG_ID": ORG, "PUBLIC_KEYS_WITH_EXPIRY": ["k"]},
        console_project(JWT_CREDENTIAL),
        {"org_id": ORG, "client_id": "a", "secret": "b", "pathToKey": "./private.key", "tech_id": "t"},
        postman(API_KEY="a", CLIENT_SECRET="b", IMS_ORG=ORG, META_SCOPE="ent_dataservices_sdk", PRIVATE_KEY="k"),
    ],
)
def test_an_old_jwt_credential_is_explained(document):
    with pytest.raises(UsageError) as caught:
        read_profile_file(document, "x")
    assert "JWT" in caught.value.title
    assert "2025" in caught.value.detail
    assert "OAuth Server-to-Server" in caught.value.remedy


def test_leftovers_of_jwt_beside_scopes_are_left_out():
    imported = read_profile_file(postman(**FULL_POSTMAN, PRIVATE_KEY="k"), "x")
    assert "JWT" in said(imported)


@pytest.mark.parametrize(
    "document",
    [None, [], "text", 3, {}, {"values": []}, {"hello": "world"}, {"values": [1, None]}, {"ORG_ID": 5}, {"project": {}}],
)
def test_any_other_file_is_refused(document):
    with pytest.raises(UsageError) as caught:
        read_profile_file(document, "x")
    assert caught.value.remedy


def test_a_project_without_a_credential_for_servers():
    with pytest.raises(UsageError, match="without a person"):
        read_profile_file(console_project({"integration_type": "apikey", "api_key": {"client_id": "x"}}), "x")


def test_of_several_the_first_is_taken_and_that_is_said():
    imported = read_profile_file(console_project(server_credential("one", "s1", "s2"), server_credential("two")), "x")
    assert imported.profile.client_id == "one"
    assert imported.client_secret is not None
    assert imported.client_secret.reveal() == "s1"
    assert "2 OAuth Server-to-Server credentials" in said(imported)
    assert "2 client secrets" in said(imported)


@pytest.mark.parametrize(
    ("more", "platform", "ims", "words"),
    [
        ({"environment": "stage"}, "https://platform-stage.adobe.io", "https://ims-na1-stg1.adobelogin.com", "sent there"),
        ({"environment": "int"}, "https://platform-int.adobe.io", "", "sent there"),
        ({"environment": "https://evil.example/"}, "", "", ""),
        ({"IMS": "evil.example"}, "", "https://evil.example", "credentials will be sent there"),
        ({"IMS": "http://evil.example"}, "", "", "plain http"),
        ({"IMS": "http://127.0.0.1:8080"}, "", "http://127.0.0.1:8080", "sent there"),
        ({"PLATFORM_GATEWAY": "https://platform.adobe.io/"}, "", "", ""),
        ({"PLATFORM_GATEWAY": "https://user:pw@platform.adobe.io"}, "", "", "user name or a password"),
    ],
)
def test_where_credentials_would_go_is_said(more, platform, ims, words):
    imported = read_profile_file({**AEPP_CONFIG, **more}, "x")
    assert (imported.profile.platform_url, imported.profile.ims_url) == (platform, ims)
    assert words in said(imported)
    assert "pw" not in said(imported)


@pytest.mark.parametrize(
    ("missing", "words"), [("org_id", "organisation id"), ("client_id", "client id"), ("secret", "secret")]
)
def test_what_is_missing_is_said(missing, words):
    imported = read_profile_file({key: value for key, value in AEPP_CONFIG.items() if key != missing}, "x")
    assert words in said(imported)


def test_prod_and_a_cut_organisation_are_said():
    imported = read_profile_file({**AEPP_CONFIG, "sandbox-name": "prod", "org_id": "0123"}, "x")
    assert "production sandbox" in said(imported)
    assert "@AdobeOrg" in said(imported)


@pytest.mark.parametrize("name", ["", "--", "\x1b[31m", "x" * 200, "a\nb", "  a  b "])
def test_a_name_is_always_one(name):
    assert not why_no_name(read_profile_file(AEPP_CONFIG, name).profile.name)
    assert not why_no_name(read_profile_file({**postman(**FULL_POSTMAN), "name": name}, name).profile.name)


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=8),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(
                ["project", "values", "org", "workspace", "details", "credentials", "key", "value", "enabled", "name"]
            )
            | st.sampled_from([*DOWNLOADED, *AEPP_CONFIG, "oauth_server_to_server", "jwt", "IMS", "PLATFORM_GATEWAY", "title"]),
            inner,
            max_size=4,
        )
    ),
    max_leaves=20,
)


@settings(max_examples=200, deadline=None)
@given(document=json_values)
def test_any_json_is_read_or_refused(document):
    try:
        imported = read_profile_file(document, "x")
    except UsageError:
        return
    assert not why_no_name(imported.profile.name)
    assert imported.profile.org_id or imported.profile.client_id
