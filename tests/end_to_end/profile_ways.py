"""Ways in which an account gets into the program: set up there, or imported; with a secret in every place."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import accounts
import file_keyring
import raw_service as raw
from accounts import CLIENT_ID, ORG, copied, copy_for_support, to_profiles
from canaries import World
from canary_walk import COPY, CUT, SELECT_ALL_LEFT, leave, paste, send, to_step, wait_for_row

CTRL_G = "\x07"


def typed_in(world: World, terminal: Any) -> None:
    """A profile from nothing, and a connection whose secrets are kept, with a 401 on the way."""
    origin = world.service.origin
    terminal.wait_for("Set it up")
    to_profiles(terminal)
    terminal.type("n")
    to_step(terminal, "Profile name")
    terminal.type(f"acme\t{ORG}\t{CLIENT_ID}\t")
    to_step(terminal, "Client secret")
    terminal.type(world.canary("typed client secret"))
    wait_for_row(terminal, "Client secret", "•" * 20)
    terminal.type(f"{SELECT_ALL_LEFT}{COPY}{CUT}")
    terminal.wait_for("A secret is not copied")
    terminal.type("\t\t\tdev\t")
    to_step(terminal, "Production sandboxes")
    terminal.type("\t\t")
    to_step(terminal, "Platform origin")
    terminal.type(f"\x15{origin}\t")
    to_step(terminal, "IMS origin")
    terminal.type(f"\x15{origin}")
    terminal.press("ctrl+n")
    terminal.wait_for("1 connection specs")
    terminal.press("ctrl+n")
    terminal.wait_for("Canary source")
    terminal.press("enter")
    terminal.wait_for("Step 2 of 4: Credentials", "Password *")
    terminal.type("mine\t\tme\t")
    to_step(terminal, "Password")
    terminal.type(world.canary("kept param"))
    wait_for_row(terminal, "Password", "•" * 20)
    terminal.press("ctrl+n")
    terminal.wait_for("Step 3 of 4: Review", "{PASSWORD}")
    terminal.type("k")
    terminal.wait_for("keeps its secret params")
    send(terminal)
    terminal.wait_for("Refused:")
    copy_for_support(terminal)
    send(terminal)
    terminal.wait_for("Its secrets are in the keyring")
    leave(terminal)


def filled_in_again(terminal: Any) -> None:
    """A second connection, with what was kept."""
    terminal.wait_for("Step 2 of 4: Credentials", "kept secrets")
    terminal.type(f"mine\t\tme\t{CTRL_G}")
    wait_for_row(terminal, "Password", "•" * 20)
    terminal.press("ctrl+n")
    terminal.wait_for("Step 3 of 4: Review", "{PASSWORD}")
    terminal.type("c")
    terminal.wait_until(lambda _: copied(terminal) > 0, "a copy")
    send(terminal)
    terminal.wait_for("Step 4 of 4: Done")
    to_profiles(terminal)
    terminal.wait_for("keyring, profile")
    leave(terminal)


def set_up(world: World) -> None:
    """A profile and a connection, made, kept, filled in again; all of it taken out at last."""
    log = world.home / "calls.log"
    world.service.answers = [world.service.echo(world.service.refuse_token), raw.saying(raw.created())]
    assert world.run(["--log", str(log)], lambda terminal: typed_in(world, terminal))[0] == 0
    assert log.read_text().count("/ims/token/v3") == 2, "a 401 renews"
    world.service.answers = [raw.saying(raw.created())]
    world.service.posts.clear()
    assert world.run(["--log", str(log), "canary"], filled_in_again)[0] == 0
    assert world.service.posts[-1].body["auth"]["params"]["password"] == world.canary("kept param")
    accounts.diagnose(world)
    for arguments in (("show", "--json"), ("show",), ("list", "--json")):
        code, out, _ = world.command("profile", *arguments)
        assert code == 0
        assert ORG in out
    assert world.command("profile", "remove", "acme", "--yes")[0] == 0
    left = json.loads(Path(world.environment[file_keyring.PATH]).read_text())
    assert set(left) == {file_keyring.EVER}, "remove takes all secrets out"


def imported(world: World) -> None:
    """Every kind of file, by the command, with a broken one of each, and in the program; the last is saved there."""
    paths = accounts.import_files(world, world.service.origin)
    for path in paths[:3]:
        assert world.command("profile", "import", str(path), "--name", path.stem)[0] == 0
    assert world.command("profile", "import", "-", "--name", "again", text=paths[0].read_text())[0] == 0
    for path in paths[1:3]:
        text = path.read_text()
        assert world.command("profile", "import", "-", text=text[: text.index("c4n4ry") + 20])[0] == 2

    def walk(terminal: Any) -> None:
        terminal.wait_for("Step 1 of 4: Source")
        for path in paths:
            to_profiles(terminal)
            terminal.type("i")
            terminal.wait_for("Import a profile")
            paste(terminal, str(path))
            terminal.wait_for("1 name")
            terminal.press("enter")
            terminal.wait_for("From the file", "A new profile")
            if path != paths[-1]:
                terminal.press("escape", "escape")
                terminal.wait_for("Step 1 of 4: Source")
        wait_for_row(terminal, "Access token", "•" * 20)
        terminal.press("ctrl+n")
        terminal.wait_for("1 connection specs")
        terminal.press("ctrl+n")
        terminal.wait_for("postman ·", "Canary source")
        leave(terminal)

    assert world.run(["--log", str(world.home / "calls.log"), "--profile", "secret"], walk)[0] == 0
