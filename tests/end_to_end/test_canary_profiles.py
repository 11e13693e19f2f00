"""Secrets of accounts, entered in every way: found in the sign-in, the requests and the keyring, and nowhere else."""

from __future__ import annotations

import sys
import uuid
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import accounts
import file_keyring
import pytest
from accounts import CLIENT_ID, ROOT, AccountService, add_profile, copy_for_support, jwt, said, to_profiles
from canaries import OF_ACCOUNTS, Scenario, World, canary_for, hostile
from canary_walk import COPY, CRASH, CUT, SELECT_ALL_LEFT, end_or_leave, leave, paste
from profile_ways import imported, set_up

CTRL_R, CTRL_T = "\x12", "\x14"
SETTINGS_FILE = "aep-tui/settings.toml"


@pytest.fixture
def world(isolated: Path, environment: dict[str, str], terminals: Any, tmp_path_factory: Any) -> Iterator[World]:
    (isolated / "tmp").mkdir()
    seed = uuid.uuid4().hex
    service = AccountService(jwt(canary_for("answered token", seed)))
    outside = tmp_path_factory.mktemp("planted")
    variables = {
        "TMPDIR": str(isolated / "tmp"),
        "PYTHONPATH": f"{ROOT}:{Path(__file__).parent}",
        "PYTHON_KEYRING_BACKEND": "file_keyring.FileKeyring",
        file_keyring.PATH: str(outside / "keyring.json"),
    }
    yield World(seed, isolated, outside, {**environment, **hostile(isolated), **variables}, service, terminals)
    service.stop()


# Ways


def check_failing(world: World) -> None:
    """A check that fails at every step, each time repeating what was sent."""
    add_profile(world, "client secret on stdin")
    service: AccountService = world.service

    # Two that follow each other are told differently, so that what is copied belongs to the second.
    ways = (
        ({"/ims": accounts.refused}, "did not accept the client secret"),
        ({"/ims": accounts.page}, "refused the credential"),
        ({"/ims": accounts.no_token}, "answered something else"),
        ({"/ims": accounts.redirect}, "which is not followed"),
        ({"/ims": accounts.no_json}, "answered something else"),
        ({"/sandbox": said(401, "401013")}, "401013"),
        ({"/sandbox": said(403, "403025")}, "✗ Organisation"),
        ({"/sandbox": said(400, "2105-400")}, "✗ Sandboxes"),
        ({"/sandbox": accounts.page}, "a web page"),
        ({"connectionSpecs": said(403, "403003")}, "403003"),
        ({"connectionSpecs": accounts.redirect}, "which is not followed"),
    )

    def walk(terminal: Any) -> None:
        service.trouble = ways[0][0]
        to_profiles(terminal)
        terminal.type("c")
        for trouble, shown in ways:
            if trouble is not service.trouble:
                service.trouble = trouble
                terminal.type(CTRL_R)
            terminal.wait_for(shown)
            copy_for_support(terminal)
        service.stop_listening()
        terminal.type(CTRL_R)
        terminal.wait_for("✗ Network")
        copy_for_support(terminal)
        leave(terminal)

    assert world.run([], walk)[0] == 0


def signed_in_by_the_environment(world: World) -> None:
    """A sign-in that is refused, then not; values that cannot be sent."""
    canary = world.canary("environment client secret")
    accounts.environment_of(world, AEP_CLIENT_SECRET=canary)
    service: AccountService = world.service
    service.trouble = {"/ims": accounts.refused}

    def walk(terminal: Any) -> None:
        terminal.wait_for("invalid_client")
        copy_for_support(terminal)
        service.trouble = {}
        terminal.type(CTRL_R)
        terminal.wait_for("Canary source")
        to_profiles(terminal)
        terminal.wait_for("AEP_CLIENT_SECRET")
        leave(terminal)

    assert world.run(["--log", str(world.home / "calls.log")], walk)[0] == 0
    assert "AEP_CLIENT_SECRET" in world.command("profile", "show", "--json")[1]
    accounts.diagnose(world)
    for variable, text in (
        ("AEP_CLIENT_SECRET", f"{canary}\nX-Evil: 1"),
        ("AEP_CLIENT_SECRET", f"é{canary}"),
        ("AEP_IMS_URL", f"https://me:{canary}@ims.example.com"),
        ("AEP_IMS_URL", f"http://ims.example.com/?secret={canary}"),
        ("AEP_IMS_URL", canary),
        ("AEP_IMS_URL", f"https://ims.example.com/{canary}"),
        ("AEP_PLATFORM_URL", jwt(canary)),
    ):
        before = dict(world.environment)
        world.environment[variable] = text
        world.command()
        world.command("profile", "show", "--json")
        if "@" in text:
            accounts.diagnose(world)
        world.environment.update(before)


def typed_when_asked(world: World) -> None:
    """The dialog of the sign-in: a token that is no JWT, not kept; a JWT that is; each refused by the service at last."""
    add_profile(world)
    service: AccountService = world.service

    def walk(terminal: Any) -> None:
        terminal.wait_for("Sign in: acme")
        terminal.type(world.canary("token that is no JWT"))
        terminal.wait_for("Taken as a client secret")
        terminal.type(f"{SELECT_ALL_LEFT}{COPY}{CUT}")
        terminal.wait_for("A secret is not copied")
        terminal.type(CTRL_T)
        terminal.wait_for("Taken as an access token")
        terminal.press("enter")
        terminal.wait_for("Canary source")
        to_profiles(terminal)
        terminal.wait_for("(typed)")
        service.trouble = {"/sandbox": accounts.refused_token, "connectionSpecs": accounts.refused_token}
        terminal.type("k")
        terminal.wait_for("Sign in: acme")
        paste(terminal, f"Bearer {jwt(world.canary('JWT'))}")
        terminal.wait_for("Taken as an access token")
        terminal.type("\t ")
        terminal.press("ctrl+n")
        terminal.wait_for("It is used from the next call on")
        terminal.type("c")
        terminal.wait_for("✗ Sign-in")
        copy_for_support(terminal)
        leave(terminal)

    assert world.run(["--log", str(world.home / "calls.log")], walk)[0] == 0


def crashed(world: World) -> None:
    """A fault while a token stands in the dialog, and one in the sign-in itself."""
    add_profile(world)

    def in_the_dialog(terminal: Any) -> None:
        terminal.wait_for("Sign in: acme")
        paste(terminal, jwt(world.canary("JWT")))
        terminal.wait_for("Taken as an access token")
        terminal.type(CTRL_T)

    assert world.run([], in_the_dialog, program=(sys.executable, "-c", accounts.CRASHING_DIALOG))[0] == CRASH
    (report,) = (world.home / "aep-tui" / "reports").iterdir()
    assert "RuntimeError" in report.read_text(encoding="utf-8")
    accounts.environment_of(world, AEP_CLIENT_SECRET=world.canary("environment client secret"))
    assert world.run([], end_or_leave, program=(sys.executable, "-c", accounts.CRASHING_SIGN_IN))[0] == CRASH
    assert len(list((world.home / "aep-tui" / "reports").iterdir())) == 2


def failing_keyring(world: World) -> None:
    """A keyring that repeats the secret in what it raises, logs and warns of."""
    accounts.environment_of(world)
    world.environment[file_keyring.TROUBLE] = "set"
    secret = world.canary("client secret on stdin")
    origin = world.environment["AEP_PLATFORM_URL"]
    add = ("profile", "add", "acme", "--platform-url", origin, "--ims-url", origin, "--secret-stdin")
    assert world.command(*add, "--client-id", CLIENT_ID, text=secret)[0] == 1

    def walk(terminal: Any) -> None:
        terminal.wait_for("Sign in: acme")
        terminal.type(f"{world.canary('typed client secret')}\t ")
        terminal.press("ctrl+n")
        terminal.wait_for("It is used until the program ends", "failed")
        terminal.wait_for("Canary source")
        leave(terminal)

    assert world.run([], walk)[0] == 0
    world.environment.pop(file_keyring.TROUBLE)
    assert world.command(*add, "--replace", text=secret)[0] == 0
    world.environment[file_keyring.TROUBLE] = "get"
    for arguments in (("show",), ("show", "--json"), ("remove", "acme", "--yes")):
        assert "failed" in world.command("profile", *arguments)[2]


def pasted_into_the_settings(world: World) -> None:
    """Settings with a secret at a wrong place: no sentence repeats it."""
    canary, path = world.canary("settings file"), world.home / SETTINGS_FILE
    path.parent.mkdir(mode=0o700, exist_ok=True)
    texts = (
        f'client_secret = "{canary}"',
        f'[profiles.acme]\nclient_secrets = ["{canary}"]',
        f'[profiles.acme]\nclient_idd = "{canary}"',
        f"[profiles.acme]\nclient_id = {canary}",
        f'[profiles.acme]\norg_id = "{canary}',
        f'[profiles.acme]\nscopes = "{canary}"',
        f'[profiles.acme]\nscopes = ["a", {{x = "{canary}"}}]',
        f"[profiles.acme]\n{canary}",
        f'profiles = "{canary}"',
        f'[profiles.acme]\nims_url = "https://me:{canary}@ims.example.com"',
        f'[profiles.acme]\nplatform_url = "https://example.com/?token={canary}"',
    )
    for text in texts:
        path.write_text(f"profile = 'acme'\n{text}\n")
        path.chmod(0o600)
        assert world.command("profile", "list", "--json")[0] in {0, 2}

    assert world.run([], end_or_leave)[0] in {0, 2}


SCENARIOS = (
    Scenario(
        "set up in the program, kept, and taken out",
        set_up,
        sent=("typed client secret", "kept param", "answered token"),
        kept=("typed client secret", "kept param"),
    ),
    Scenario(
        "a check that fails at each step",
        check_failing,
        sent=("client secret on stdin", "answered token"),
        kept=("client secret on stdin",),
    ),
    Scenario(
        "signed in by the environment",
        signed_in_by_the_environment,
        sent=("environment client secret", "answered token"),
    ),
    Scenario(
        "imported",
        imported,
        sent=("Postman client secret", "Postman token", "answered token"),
        kept=("credential file", "Postman client secret", "Postman token", "aepp config"),
    ),
    Scenario("a crash", crashed),
    Scenario(
        "a keyring that fails",
        failing_keyring,
        sent=("typed client secret", "answered token"),
        kept=("client secret on stdin",),
    ),
    Scenario("pasted into the settings", pasted_into_the_settings, allowed={"settings file": (f"file: {SETTINGS_FILE}",)}),
    Scenario("typed when asked", typed_when_asked, sent=("token that is no JWT", "JWT"), kept=("JWT",)),
)


@pytest.mark.parametrize("scenario", SCENARIOS, ids=lambda scenario: scenario.name)
def test_no_secret_of_an_account_is_found_where_it_may_not_be(
    scenario: Scenario, world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(world.home)
    scenario.drive(world)
    world.search_files()
    assert scenario.leaks(world.hits) == []
    keyring = Path(world.environment[file_keyring.PATH])
    kept = keyring.read_text(encoding="utf-8") if keyring.exists() else ""
    assert [place for place in scenario.sent if world.canary(place) not in world.service.received] == [], "not gone to the end"
    assert [place for place in OF_ACCOUNTS if world.canary(place) in kept] == sorted(scenario.kept, key=OF_ACCOUNTS.index)
    assert {hit.canary for hit in world.hits} == set(scenario.allowed), "the search finds nothing at all"


def test_every_place_of_an_account_is_in_some_scenario() -> None:
    covered = {place for scenario in SCENARIOS for place in (*scenario.sent, *scenario.kept, *scenario.allowed)}
    assert covered == set(OF_ACCOUNTS)


@pytest.mark.parametrize("trouble", ["get", "set"])
def test_the_keyring_that_fails_repeats_the_secret(trouble: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(file_keyring.PATH, str(tmp_path / "keyring.json"))
    keyring = file_keyring.FileKeyring()
    keyring.set_password("a", "b", "hunter1")
    monkeypatch.setenv(file_keyring.TROUBLE, trouble)
    with pytest.warns(UserWarning, match="hunter"), pytest.raises(RuntimeError, match="hunter"):
        _ = keyring.get_password("a", "b") if trouble == "get" else keyring.set_password("a", "b", "hunter2")
