"""Where each value comes from: flag, environment, profile, keyring, default."""

from __future__ import annotations

import subprocess
import sys
from itertools import product

import pytest

from aep_tui.errors import UsageError
from aep_tui.secret import Secret
from aep_tui.storage.profiles import Profile, Settings
from aep_tui.storage.secret_store import SecretKind, SecretStoreUnusable
from aep_tui.wizard.effective import VARIABLES, Effective, Origin, effective, is_production, with_keyring, with_secrets

ACME = Profile(
    "acme", "P@AdobeOrg", "p-client", ("p1", "p2"), "p-box", "https://p", "https://p-ims", ("live",), {"quit": "f10"}
)
SETTINGS = Settings({"acme": ACME, "other": Profile("other")}, "acme", {"quit": "q", "help": "h"})
SECRETS = {SecretKind.CLIENT_SECRET: "kept-secret", SecretKind.ACCESS_TOKEN: "kept-token"}


class Store:
    """A keyring that counts."""

    def __init__(self, kept: dict[SecretKind, str] | None = None, error: Exception | None = None) -> None:
        self.kept, self.error, self.asked = kept or {}, error, 0

    def get(self, _profile: str, kind: SecretKind) -> Secret[str] | None:
        self.asked += 1
        if self.error is not None:
            raise self.error
        return Secret(self.kept[kind]) if kind in self.kept else None


def value(found: Effective, key: str) -> tuple[str, Origin, str]:
    one = found.values[key]
    return one.text, one.origin, one.source


@pytest.mark.parametrize(("flag", "variable", "kept"), list(product([False, True], repeat=3)))
def test_a_flag_wins_over_the_environment_and_that_over_the_profile(flag, variable, kept):
    found = effective(
        {"--sandbox": "f-box"} if flag else {"--sandbox": ""},
        {"AEP_SANDBOX_NAME": " e-box "} if variable else {"AEP_SANDBOX_NAME": "  "},
        SETTINGS if kept else Settings(),
    )
    if flag:
        wanted = ("f-box", Origin.FLAG, "--sandbox")
    elif variable:
        wanted = ("e-box", Origin.ENVIRONMENT, "AEP_SANDBOX_NAME")
    else:
        wanted = ("p-box", Origin.PROFILE, "profile acme") if kept else ("", Origin.MISSING, "")
    assert value(found, "sandbox") == wanted


@pytest.mark.parametrize(
    ("key", "variable", "kept"),
    [
        ("org_id", "AEP_IMS_ORG", "P@AdobeOrg"),
        ("client_id", "AEP_API_KEY", "p-client"),
        ("platform_url", "AEP_PLATFORM_URL", "https://p"),
        ("ims_url", "AEP_IMS_URL", "https://p-ims"),
        ("scopes", "AEP_SCOPES", "p1,p2"),
    ],
)
def test_each_value_has_its_variable_and_its_place_in_the_profile(key, variable, kept):
    assert value(effective({}, {variable: "e"}, SETTINGS), key) == ("e", Origin.ENVIRONMENT, variable)
    assert value(effective({}, {}, SETTINGS), key) == (kept, Origin.PROFILE, "profile acme")
    assert variable in VARIABLES


def test_without_anything_there_are_the_defaults_and_what_is_missing():
    found = effective({}, {}, Settings())
    assert value(found, "platform_url") == ("https://platform.adobe.io", Origin.DEFAULT, "default")
    assert value(found, "ims_url") == ("https://ims-na1.adobelogin.com", Origin.DEFAULT, "default")
    assert found.values["scopes"].origin is Origin.DEFAULT
    assert [one.key for one in found.missing] == ["org_id", "client_id", "sandbox", "client_secret", "access_token"]
    assert all(one.where.endswith(".") for one in found.values.values())
    assert (found.profile, found.profile_source) == ("", "")


@pytest.mark.parametrize(
    ("flags", "environment", "used", "wanted"),
    [
        ({"--profile": "other"}, {"AEP_PROFILE": "acme"}, "acme", ("other", "--profile")),
        ({}, {"AEP_PROFILE": "other"}, "acme", ("other", "AEP_PROFILE")),
        ({}, {}, "acme", ("acme", "settings.toml")),
        ({}, {}, "", ("", "")),
    ],
)
def test_which_profile_and_who_said_so(flags, environment, used, wanted):
    found = effective(flags, environment, Settings(SETTINGS.profiles, used))
    assert (found.profile, found.profile_source) == wanted


@pytest.mark.parametrize(
    ("flags", "environment", "used", "words"),
    [
        ({"--profile": "amce"}, {}, "", "amce, which --profile names. Did you mean acme?"),
        ({}, {"AEP_PROFILE": "zzz"}, "", "zzz, which AEP_PROFILE names. There are acme, other."),
        ({}, {}, "gone", "gone, which settings.toml names."),
        ({"profile": "zzz"}, {"AEP_PROFILE": "acme"}, "", "There is no profile zzz. There are acme, other."),
    ],
)
def test_a_profile_that_is_not_there(flags, environment, used, words):
    with pytest.raises(UsageError) as caught:
        effective(flags, environment, Settings(SETTINGS.profiles, used))
    assert words in caught.value.sentence()


def test_the_profile_brings_its_production_sandboxes_and_its_keys():
    found = effective({}, {}, SETTINGS)
    assert found.production_sandboxes == ("live",)
    assert found.keys == {"quit": "f10", "help": "h"}
    assert effective({"--profile": "other"}, {}, SETTINGS).keys == {"quit": "q", "help": "h"}


class TestSecrets:
    def test_those_of_the_environment_are_there_and_not_shown(self):
        found = effective({}, {"AEP_CLIENT_SECRET": " p8e-1 ", "AEP_ACCESS_TOKEN": "eyJ-2"}, SETTINGS)
        assert value(found, "client_secret") == ("", Origin.ENVIRONMENT, "AEP_CLIENT_SECRET")
        assert value(found, "access_token") == ("", Origin.ENVIRONMENT, "AEP_ACCESS_TOKEN")
        assert found.secret("client_secret").reveal() == "p8e-1"
        assert found.missing == ()
        assert not any(text in repr((found, found.values)) for text in ("p8e-1", "eyJ-2"))

    @pytest.mark.parametrize("text", ["https://me:p8e-1@a.example", "https://a.example/?t=p8e-1", "p8e-1"])
    def test_what_may_be_one_in_an_address_is_not_shown(self, text):
        found = effective({}, {"AEP_IMS_URL": text, "AEP_PLATFORM_URL": "https://a.example:8443"}, SETTINGS)
        assert "p8e-1" not in found.values["ims_url"].shown
        assert found.values["platform_url"].shown == "https://a.example:8443"
        assert found.text("ims_url") == text

    def test_a_token_that_is_only_its_scheme_is_none(self):
        found = effective({}, {"AEP_ACCESS_TOKEN": "Bearer "}, SETTINGS)
        assert found.values["access_token"].origin is Origin.MISSING
        assert not found.secret("access_token")

    def test_the_keyring_is_asked_where_the_environment_says_nothing(self):
        found = with_keyring(effective({}, {}, SETTINGS), Store(SECRETS))
        assert value(found, "client_secret") == ("", Origin.KEYRING, "keyring, profile acme")
        assert found.secret("client_secret").reveal() == "kept-secret"
        assert found.secret("access_token").reveal() == "kept-token"
        assert found.missing == ()

    def test_one_of_the_environment_leaves_the_keyring_in_peace(self):
        store = Store(SECRETS)
        found = with_keyring(effective({}, {"AEP_CLIENT_SECRET": "e"}, SETTINGS), store)
        assert (found.secret("client_secret").reveal(), store.asked) == ("e", 0)
        assert not found.secret("access_token"), "a token that was kept would win over the secret that was given"

    def test_a_kept_secret_is_not_sent_with_another_client(self):
        store = Store(SECRETS)
        found = with_keyring(effective({}, {"AEP_API_KEY": "another"}, SETTINGS), store)
        assert (found.secrets, store.asked) == ({}, 0)

    @pytest.mark.parametrize(("kept", "given"), [("p-client", "p-client"), ("", "another"), ("", "")])
    def test_a_kept_secret_is_sent_with_its_own_client_whoever_names_it(self, kept, given):
        settings = Settings({"acme": Profile("acme", client_id=kept)}, "acme")
        found = with_keyring(effective({}, {"AEP_API_KEY": given}, settings), Store(SECRETS))
        assert found.secret("client_secret").reveal() == "kept-secret"

    def test_without_a_profile_the_keyring_is_not_asked(self):
        store = Store(SECRETS)
        assert with_keyring(effective({}, {}, Settings()), store).secrets == {}
        assert store.asked == 0

    def test_a_keyring_that_is_locked_is_told_and_one_that_is_missing_is_not(self):
        from aep_tui.storage.keyring_access import Trouble

        locked = SecretStoreUnusable(Trouble.LOCKED, "It is locked.", "Unlock it.")
        assert "locked" in with_keyring(effective({}, {}, SETTINGS), Store(error=locked)).keyring_trouble
        missing = SecretStoreUnusable(Trouble.MISSING, "There is none.", "Type it.")
        assert with_keyring(effective({}, {}, SETTINGS), Store(error=missing)).keyring_trouble == ""

    def test_a_typed_one(self):
        found = with_secrets(effective({}, {}, SETTINGS), {"client_secret": Secret("t")}, Origin.TYPED, "typed")
        assert value(found, "client_secret") == ("", Origin.TYPED, "typed")
        assert found.secret("client_secret").reveal() == "t"


@pytest.mark.parametrize(
    ("name", "kind", "named", "wanted"),
    [
        ("prod", "", (), True),
        ("PROD", "development", (), True),
        (" prod ", "", (), True),
        ("dev", "production", (), True),
        ("dev", "PRODUCTION", (), True),
        ("live", "development", ("Live",), True),
        ("dev", "development", ("live",), False),
        ("prod-copy", "development", (), False),
        ("dev", " Development ", (), False),
        ("dev", "staging", (), True),
        ("dev", "", (), False),
    ],
)
def test_what_counts_as_production(name, kind, named, wanted):
    assert is_production(name, kind, named) is wanted


def test_it_is_light():
    code = "import sys, aep_tui.wizard.effective; print(*sys.modules)"
    loaded = set(subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True).stdout.split())
    assert not loaded & {"httpx", "pydantic", "tomlkit", "keyring", "tomllib", "textual", "sqlite3", "difflib"}
