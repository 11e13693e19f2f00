"""Pictures of forms: every kind of field, its dialogs, its errors, folded, and in every look."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from form_walk import Walk, properties
from still_app import StillClock, settled

from aep_tui.forms.answers import answers_from_params
from aep_tui.forms.build import build
from aep_tui.tui.base_app import BaseApp
from aep_tui.tui.form_app import FormApp
from aep_tui.wizard.lone_form import LoneForm

TEXT = {"type": "string"}
SECRET = {"type": "string", "format": "password"}
SIZES = {"80x24": (80, 24), "120x36": (120, 36)}
LOOKS = {"dark": "aep-dark", "light": "aep-light", "no-color": ""}
PEM = "-----BEGIN KEY-----\nMIIEvQIBADANBg\nkqhkiG9w0BAQE\n-----END KEY-----"

FLAT = properties(
    "host",
    "sure",
    "password",
    host={**TEXT, "description": "Where it lives, without <b>https://</b>.", "examples": ["db.example.com"]},
    port={"type": "integer", "default": 22, "maximum": 65535},
    ratio={"type": "number"},
    started={**TEXT, "format": "date-time", "title": "Start date"},
    mode={"enum": ["fast", "safe", "slow"]},
    tls={"type": "boolean", "title": "Use TLS", "default": True},
    sure={"type": "boolean"},
    fixed={"const": "v1", "title": "Version"},
    password=SECRET,
    key={**SECRET, "multiline": True, "title": "Private key"},
    tags={"type": "array", "items": TEXT},
)
WAYS = [
    properties("mode", "user", "word", mode={"const": "password"}, user=TEXT, word={**SECRET, "title": "Password"})
    | {"title": "User and password"},
    properties("mode", "token", mode={"const": "token"}, token=SECRET) | {"title": "Access token"},
]
NESTED = properties(
    "account",
    "auth",
    account={**properties("id", id={**TEXT, "title": "Account id"}, region={"enum": ["eu", "us"]}), "title": "Account"},
    auth={"oneOf": WAYS, "title": "Authentication"},
    tunnel={**properties("host", host=TEXT, port={"type": "integer", "default": 22}), "title": "SSH tunnel"},
    note=TEXT,
)
STREAM = {**properties("name", name=TEXT, format={"enum": ["csv", "parquet"]}), "title": "Stream"}
MANY = properties(
    "streams",
    streams={"type": "array", "items": STREAM, "minItems": 1, "title": "Streams"},
    labels={"type": "object", "additionalProperties": TEXT, "title": "Labels"},
    scopes={"type": "array", "items": {"enum": ["read", "write", "delete", "admin"]}, "uniqueItems": True, "title": "Scopes"},
)
CHOICE = properties("region", region={"enum": [f"{area}-{n}" for area in ("eu", "us", "ap") for n in range(1, 9)]})
BUS = properties(
    "connection",
    connection={
        **SECRET,
        "title": "Connection string",
        "pattern": "^(DefaultEndpointsProtocol=)(.*)(;AccountName=)(.*)(;AccountKey=)(.*)(;)",
        "examples": ["DefaultEndpointsProtocol=https;AccountName=<account name>;AccountKey=<account key>"],
    },
)
ODD = properties(
    "settings",
    name=TEXT,
    settings={"$ref": "https://example.com/s.json", "title": "Settings", "description": "What the driver starts with."},
    after=TEXT,
)


async def nothing(it: Walk) -> None:
    """Leave the form as it comes."""


async def wrong_flat(it: Walk) -> None:
    await it.press("<ctrl+n>")
    await it.press("<f6>")


async def chosen(it: Walk) -> None:
    await it.press("<ctrl+n>")


async def in_scopes(it: Walk) -> None:
    await it.go("Scopes")
    await it.press("<down>")


async def in_entry(it: Walk) -> None:
    await it.go("Stream 2")


async def in_key(it: Walk) -> None:
    await it.go("Key#2")


async def in_area(it: Walk) -> None:
    await it.fill("Private key", "<f8>")


async def picking(it: Walk) -> None:
    await it.press("us")


async def loading(it: Walk) -> None:
    await it.fill("Private key", "<f4>")


async def parts(it: Walk) -> None:
    await it.press("<f7>")
    await settled(it.pilot)
    await it.press("<tab>", "acme", "<tab>", "s3cret")


async def folded(it: Walk) -> None:
    await it.press("<ctrl+o>")


async def in_settings(it: Walk) -> None:
    await it.fill("Settings", '{"retries": [1,')
    await it.press("<tab>", "<shift+tab>")


FILLED = {
    "host": "db.example.com",
    "mode": "safe",
    "sure": False,
    "password": "pw",
    "key": PEM,
    "tags": ["a", "b"],
    "ratio": 1.5,
}
ENTRIES = {
    "streams": [{"name": "orders", "format": "csv"}, {"name": "people"}],
    "labels": {"team": "shop", "stage": "test"},
    "scopes": ["read", "delete"],
}


@dataclass(frozen=True)
class Scene:
    """What a picture shows."""

    schema: dict[str, Any]
    act: Callable[[Walk], Awaitable[None]] = nothing
    params: Mapping[str, object] = field(default_factory=dict)
    looks: tuple[str, ...] = ("dark",)


SCENES = {
    "empty": Scene(FLAT),
    "filled": Scene(FLAT, params=FILLED, looks=("dark", "light", "no-color")),
    "area": Scene(FLAT, in_area, FILLED),
    "error-list": Scene(FLAT, wrong_flat),
    "load-file": Scene(FLAT, loading),
    "nested": Scene(
        NESTED,
        chosen,
        {"account": {"id": "a-1"}, "auth": {"mode": "password", "user": "me"}, "tunnel": {}, "note": "n"},
        ("dark", "light", "no-color"),
    ),
    "objects": Scene(MANY, in_entry, ENTRIES),
    "map": Scene(MANY, in_key, ENTRIES),
    "multi-select": Scene(MANY, in_scopes, ENTRIES),
    "long-choice": Scene(CHOICE, picking),
    "parts": Scene(BUS, parts),
    "folded": Scene(FLAT, folded, {"ratio": 1.5}),
    "json": Scene(ODD, in_settings, {"name": "n"}),
}


def pictures() -> Iterator[Any]:
    for name, scene in SCENES.items():
        for look in scene.looks:
            for size in SIZES:
                yield pytest.param(name, look, size, id=f"{name}-{look}-{size}")


@pytest.mark.parametrize(("name", "look", "size"), pictures())
def test_form(name: str, look: str, size: str, snap_compare: Any, isolated: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    if look == "no-color":
        monkeypatch.setenv("NO_COLOR", "1")
    for path in ("keys/id_rsa", "keys/id_rsa.pub", "keys/old/id_dsa", "notes.txt"):
        (isolated / path).parent.mkdir(parents=True, exist_ok=True)
        (isolated / path).touch()
    monkeypatch.chdir(isolated)
    # A picture of the program's own masks what is shown; these are to show what a person sees.
    monkeypatch.delattr(BaseApp, "export_screenshot")
    scene = SCENES[name]
    form = build(scene.schema)
    app = FormApp(
        LoneForm("Made-up connector", form, answers_from_params(form, scene.params) if scene.params else {}),
        StillClock().clock(),
        no_color=look == "no-color",
    )
    if LOOKS[look]:
        app.theme = LOOKS[look]

    async def run_before(pilot: Any) -> None:
        await settled(pilot)
        await scene.act(Walk(app, pilot))
        await settled(pilot)

    assert snap_compare(app, run_before=run_before, terminal_size=SIZES[size])
