"""Each system of the tutorials goes through the wizard, and the body that arrives is the tutorial's, its mistakes put right."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import pytest

NAME = "A connection of mine"


@dataclass(frozen=True)
class System:
    """What somebody types for a system of the tutorials, and what has to arrive.

    ``typed`` are the answers after name and description, Enter after each; an empty one leaves the field alone, and
    ``SPACE`` turns a yes or no.
    """

    search: str
    heading: str
    typed: tuple[str, ...]
    body: Mapping[str, Any]
    inlet: bool = False


SPACE = "SPACE"
STREAMING_PARAMS = {"sourceId": NAME, "dataType": "xdm", "name": NAME}


def spec(spec_id: str) -> dict[str, str]:
    return {"id": spec_id, "version": "1.0"}


SYSTEMS = {
    "Generic OData": System(
        "generic odata",
        "Anonymous Authentication",
        ("https://services.example.org/odata",),
        {
            "auth": {"specName": "Anonymous Authentication", "params": {"url": "https://services.example.org/odata"}},
            "connectionSpec": spec("8e6b41a8-d998-4545-ad7d-c6a9fff406c3"),
        },
    ),
    "Dataset base connection": System(
        "dataset base",
        "This source takes no credentials.",
        (),
        {"connectionSpec": spec("c604ff05-7f1a-43c0-8e18-33bf874cb11c")},
    ),
    "ADLS Gen2": System(
        "data lake storage gen2",
        "Basic Authentication for adls-gen2",
        ("https://acme.dfs.core.windows.net", "an-app-id", "an-app-key", "a-tenant"),
        {
            "auth": {
                "specName": "Basic Authentication for adls-gen2",
                "params": {
                    "url": "https://acme.dfs.core.windows.net",
                    "servicePrincipalId": "an-app-id",
                    "servicePrincipalKey": "an-app-key",
                    "tenant": "a-tenant",
                },
            },
            "connectionSpec": spec("b3ba5556-48be-44b7-8b85-ff2b69b46dc4"),
        },
    ),
    "Streaming, not authenticated": System(
        "http api",
        "Streaming Connection",
        (),
        {
            "providerId": "521eee4d-8cbe-4906-bb48-fb6bd4450033",
            "auth": {"specName": "Streaming Connection", "params": STREAMING_PARAMS},
            "connectionSpec": spec("bc7b00d6-623a-4dfc-9fdb-f1240aeadaeb"),
        },
        inlet=True,
    ),
    "Streaming, authenticated": System(
        "http api",
        "Streaming Connection",
        ("", "", "", SPACE),
        {
            "providerId": "521eee4d-8cbe-4906-bb48-fb6bd4450033",
            "auth": {"specName": "Streaming Connection", "params": {**STREAMING_PARAMS, "authenticationRequired": True}},
            "connectionSpec": spec("bc7b00d6-623a-4dfc-9fdb-f1240aeadaeb"),
        },
        inlet=True,
    ),
    "GreenPlum": System(
        "greenplum",
        "Basic Authentication",
        ("Host=gp.example.com;Port=5432;Database=shop;UID=reader;PWD=made-up",),
        {
            "auth": {
                "specName": "Basic Authentication",
                "params": {"connectionString": "Host=gp.example.com;Port=5432;Database=shop;UID=reader;PWD=made-up"},
            },
            "connectionSpec": spec("37b6bf40-d318-4655-90be-5cd6f65d334b"),
        },
    ),
    "IBM DB2": System(
        "ibm db2",
        "Basic Authentication",
        ("db2.example.com", "SHOP", "Basic", "reader", "made-up"),
        {
            "auth": {
                "specName": "Basic Authentication",
                "params": {
                    "server": "db2.example.com",
                    "database": "SHOP",
                    "authenticationType": "Basic",
                    "username": "reader",
                    "password": "made-up",
                },
            },
            "connectionSpec": spec("09182899-b429-40c9-a15a-bf3ddbc8ced7"),
        },
    ),
}


@pytest.mark.parametrize("name", SYSTEMS)
def test_the_wizard_sends_the_body_of_the_tutorial(
    name: str, terminals: Callable[..., Any], account: dict[str, str], service: Any
) -> None:
    system = SYSTEMS[name]
    terminal = terminals([], account)
    terminal.wait_for("Step 1 of 4: Source", "sources · fresh")
    terminal.type(system.search)
    terminal.wait_for("1 of 65 match")
    terminal.press("enter")
    terminal.wait_for("Step 2 of 4: Credentials", system.heading)
    terminal.type(NAME)
    terminal.press("enter")
    terminal.type("Made by a test")
    terminal.press("enter")
    for answer in system.typed:
        terminal.press("space") if answer == SPACE else terminal.type(answer)
        terminal.press("enter")
    terminal.press("ctrl+n")
    terminal.wait_for("Step 3 of 4: Review", "ACME@AdobeOrg", "Create connection in dev")
    terminal.pause_for_the_guard()
    terminal.press("ctrl+n")
    shown = terminal.wait_for("Step 4 of 4: Done", "was created in dev")
    if system.inlet:
        shown = terminal.wait_until(lambda text: f"{service.origin}/" in text, "the inlet URL")
    terminal.press("ctrl+q")
    code, out = terminal.end()

    assert service.bodies == [{"name": NAME, "description": "Made by a test", **system.body}]
    headers = service.headers[0]
    assert headers["authorization"] == "Bearer a-token"
    assert headers["content-type"] == "application/json"
    assert (headers["x-api-key"], headers["x-gw-ims-org-id"], headers["x-sandbox-name"]) == (
        "an-api-key",
        "ACME@AdobeOrg",
        "dev",
    )
    assert code == 0
    assert out.strip() in shown
    assert len(out.split()) == 1
    assert terminal.is_clean()
    assert b"made-up" not in terminal.raw
