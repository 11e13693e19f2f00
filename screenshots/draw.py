"""Draws the README's pictures from the running app: ``python screenshots/draw.py``.

The app runs headless at 120x36 against the built-in emulator, on a still clock and with made-up ids, so that a picture
changes only when the app does. A test draws them again and compares.
"""

from __future__ import annotations

import asyncio
import sys
import tempfile
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

HERE = Path(__file__).parent
sys.path.insert(0, str(HERE.parent / "tests" / "tui"))

from accounts_kit import Kit, keyring_in_memory  # noqa: E402
from still_app import StillClock, made_up_ids, make_session, settled, type_keys  # noqa: E402
from textual import events  # noqa: E402
from textual.app import App  # noqa: E402
from textual.pilot import Pilot  # noqa: E402

from aep_tui.forms.build import build  # noqa: E402
from aep_tui.storage.profiles import Profile  # noqa: E402
from aep_tui.tui.app import AepTuiApp  # noqa: E402
from aep_tui.tui.form_app import FormApp  # noqa: E402
from aep_tui.tui.screens.type_name import TypeNameScreen  # noqa: E402
from aep_tui.tui.widgets.form_lines import FormLines  # noqa: E402
from aep_tui.wizard.lone_form import LoneForm  # noqa: E402

SIZE = (120, 36)
Scene = Callable[[Pilot[Any], StillClock], Awaitable[None]]


async def source(pilot: Pilot[Any], _clock: StillClock) -> None:
    """Search for a source."""
    await type_keys(pilot, "s3")


async def credentials(pilot: Pilot[Any], _clock: StillClock) -> None:
    """Fill in a form."""
    await type_keys(pilot, "db2", "<enter>")
    await settled(pilot)
    await type_keys(pilot, "Warehouse of the shop", "<enter>", "Sales per day", "<enter>", "db2.example.com", "<enter>", "SHOP")
    await type_keys(pilot, "<enter>", "<enter>", "reader", "<enter>", "made-up")
    await settled(pilot)


async def review(pilot: Pilot[Any], clock: StillClock) -> None:
    """Look at the request."""
    await credentials(pilot, clock)
    await type_keys(pilot, "<ctrl+n>")
    await settled(pilot)


async def done(pilot: Pilot[Any], _clock: StillClock) -> None:
    """Make a streaming connection."""
    await type_keys(pilot, "http api", "<enter>")
    await settled(pilot)
    await type_keys(pilot, "Web events", "<ctrl+n>")
    await settled(pilot)
    await type_keys(pilot, "<ctrl+n>")
    await settled(pilot)


async def history(pilot: Pilot[Any], clock: StillClock) -> None:
    """Look at what was made: one refused, then created, then a streaming one."""
    await type_keys(pilot, "db2", "<enter>")
    await settled(pilot)
    await type_keys(pilot, "Warehouse of the shop", "<enter>", "<enter>", "db2.example.com", "<enter>", "SHOP")
    await type_keys(pilot, "<enter>", "<enter>", "reader", "<enter>", "wrong", "<ctrl+n>")
    await settled(pilot)
    await type_keys(pilot, "<ctrl+n>")
    await settled(pilot)
    clock.move(95)
    await type_keys(pilot, "<escape>")
    await settled(pilot)
    password = next(row for row in pilot.app.screen.query_one(FormLines).rows if row.label == "Password")
    await pilot.app.screen.go_to(password.row_id)  # type: ignore[attr-defined]
    await type_keys(pilot, "<ctrl+u>", "made-up", "<ctrl+n>")
    await settled(pilot)
    await type_keys(pilot, "<ctrl+n>")
    await settled(pilot)
    clock.move(610)
    await type_keys(pilot, "<ctrl+n>")
    await settled(pilot)
    await done(pilot, clock)
    await type_keys(pilot, "<f2>")
    await settled(pilot)
    await type_keys(pilot, "<down>")
    await settled(pilot)


CONNECTOR = {
    "title": "File drop",
    "properties": {
        "host": {"type": "string", "title": "Host", "format": "hostname", "description": "The <b>server</b> to read from."},
        "credentials": {
            "title": "Sign in",
            "oneOf": [
                {"title": "Password", "properties": {"kind": {"const": "password"}, "password": {"type": "string"}}},
                {
                    "title": "Private key",
                    "properties": {
                        "kind": {"const": "key"},
                        "user": {"type": "string", "title": "User name"},
                        "key": {"type": "string", "title": "RSA key", "multiline": True, "airbyte_secret": True},
                    },
                    "required": ["kind", "user", "key"],
                },
            ],
        },
        "streams": {
            "type": "array",
            "title": "Streams",
            "minItems": 1,
            "items": {
                "title": "Stream",
                "type": "object",
                "properties": {
                    "name": {"type": "string"},
                    "days": {"type": "array", "items": {"enum": ["Mon", "Wed", "Fri"]}},
                    "pattern": {"type": "string", "title": "Files", "examples": ["*.csv"]},
                },
                "required": ["name"],
            },
        },
        "labels": {"type": "object", "title": "Labels", "additionalProperties": {"type": "string"}},
        "tunnel": {"type": "object", "title": "SSH tunnel", "properties": {"port": {"type": "integer"}}, "required": ["port"]},
    },
    "required": ["host", "credentials", "streams"],
}


async def form(pilot: Pilot[Any], _clock: StillClock) -> None:
    """Fill in a connector's own form: a variant, a list of sections, a map."""
    pilot.app.post_message(events.Paste("files.example.com"))
    await type_keys(pilot, "<tab>", "<down>", "<down>", "<tab>", "reader", "<tab>")
    pilot.app.post_message(events.Paste("-----BEGIN KEY-----\nmade up\n-----END KEY-----"))
    await settled(pilot)
    await type_keys(pilot, "<tab>", "<space>")
    await settled(pilot)
    await type_keys(pilot, "sales", "<tab>", "<down>", "<space>", "<tab>", "<tab>", "<space>")
    await settled(pilot)
    await type_keys(pilot, "team", "<tab>", "shop", *["<shift+tab>"] * 5)
    await settled(pilot)


async def profiles(pilot: Pilot[Any], _clock: StillClock) -> None:
    """Look where each value comes from."""
    await type_keys(pilot, "<f3>")
    await settled(pilot)


async def production(pilot: Pilot[Any], clock: StillClock) -> None:
    """Be about to create something in production."""
    await review(pilot, clock)
    pilot.app.post_message(events.Key("ctrl+n", None))
    for _ in range(400):
        if isinstance(pilot.app.screen, TypeNameScreen):
            break
        await pilot.pause(0.01)
    await pilot.pause()


SCENES: dict[str, Scene] = {
    "source": source,
    "credentials": credentials,
    "review": review,
    "form": form,
    "done": done,
    "history": history,
    "profiles": profiles,
    "production": production,
}
SANDBOXES = {"profiles": "dev", "production": "prod"}
"""Of the scenes in an organisation."""


@contextmanager
def _app(name: str, root: Path, clock: StillClock) -> Iterator[App[None]]:
    if name == "form":
        yield FormApp(LoneForm(str(CONNECTOR["title"]), build(CONNECTOR)), clock.clock())
    elif name not in SANDBOXES:
        yield AepTuiApp(make_session(root, clock), clock.clock(), quiet_seconds=0.0)
    else:
        with keyring_in_memory() as memory:
            acme = Profile("acme", "ACME@AdobeOrg", "0123456789", sandbox=SANDBOXES[name], production_sandboxes=("live",))
            beta = Profile("beta", "BETA@AdobeOrg", "9876543210", sandbox="stage")
            accounts = Kit(root, clock, memory).saved(acme, beta).accounts()
            yield AepTuiApp(accounts.session(), clock.clock(), accounts=accounts, quiet_seconds=0.0)


async def draw(name: str) -> str:
    """Return the picture of a scene as SVG."""
    clock = StillClock()
    with tempfile.TemporaryDirectory() as root, made_up_ids(), _app(name, Path(root), clock) as app:
        async with app.run_test(size=SIZE) as pilot:
            await settled(pilot)
            await SCENES[name](pilot, clock)
            await pilot.pause()
            return app.export_screenshot(title="aep-tui")


def main() -> None:
    """Write every picture."""
    for name in SCENES:
        (HERE / f"{name}.svg").write_text(asyncio.run(draw(name)), encoding="utf-8")
        sys.stdout.write(f"screenshots/{name}.svg\n")


if __name__ == "__main__":
    main()
