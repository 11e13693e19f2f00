"""A connection from the request that makes it to the item that is answered."""

from __future__ import annotations

import json
import os
import secrets
import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from aep_tui.emulator.behaviour import Behaviour, Sandbox
from aep_tui.emulator.params import Pointer, is_reachable, masked, secret_pointers
from aep_tui.emulator.specs import SpecDocument, auth_specs, has_inlet, is_streaming
from aep_tui.emulator.store import Row, Shown

INLET_PATH = "/collection/"


@dataclass(frozen=True, slots=True)
class Draft:
    """What a caller wants a connection to be, checked.

    Attributes:
        name: Its name.
        description: What it is for, or the empty string.
        spec: Its connection spec.
        auth_name: The name of the auth spec, or the empty string for a spec without one.
        params: The params, secrets in clear.
    """

    name: str
    description: str
    spec: SpecDocument
    auth_name: str
    params: Mapping[str, Any]


def new_etag(now_ms: int) -> str:
    """Return a new revision in the form of the service's own: four groups, the last one the time, within double quotes."""
    return f'"{secrets.token_hex(4)}-0000-0200-0000-{now_ms // 1000:08x}0000"'


def new_row(draft: Draft, org: str, sandbox: Sandbox, client: str, now_ms: int, behaviour: Behaviour) -> Row:
    """Return a new connection."""
    connection_id, etag = str(uuid.uuid4()), new_etag(now_ms)
    wait_ms = int(behaviour.provisioning_seconds * 1000) if is_streaming(draft.spec) else 0
    pointers = secret_pointers(_schema_of(draft), draft.params)
    item: dict[str, Any] = {
        "id": connection_id,
        "createdAt": now_ms,
        "updatedAt": now_ms,
        "createdBy": client,
        "updatedBy": client,
        "createdClient": client,
        "updatedClient": client,
        "sandboxId": sandbox.id,
        "sandboxName": sandbox.name,
        "imsOrgId": org,
        "name": draft.name,
        **_optional("description", draft.description),
        "connectionSpec": {"id": draft.spec["id"], "version": str(draft.spec.get("version", "1.0"))},
        "state": "enabled",
        **_optional(
            "auth", draft.auth_name and {"specName": draft.auth_name, "params": masked(_with_defaults(draft), pointers)}
        ),
        "version": etag,
        "etag": etag,
    }
    row = Row(
        seq=0,
        id=connection_id,
        org=org,
        sandbox=sandbox.name,
        name=draft.name,
        description=draft.description,
        spec_id=str(draft.spec["id"]),
        state="enabled",
        ready_at=now_ms + wait_ms,
        created_at=now_ms,
        updated_at=now_ms,
        etag=etag,
        inlet_id=secrets.token_hex(32) if has_inlet(draft.spec) and draft.auth_name else None,
        reachable=int(is_reachable(_schema_of(draft), draft.params)),
        document=json.dumps(item),
        secrets=json.dumps(kept_secrets(draft.params, pointers, behaviour)),
    )
    return with_texts(row, behaviour)


def changed_row(row: Row, draft: Draft, client: str, now_ms: int, behaviour: Behaviour, *, new_params: bool) -> Row:
    """Return a connection with another name and description, a new revision, and new params if there are any."""
    etag = new_etag(now_ms)
    before: dict[str, Any] = json.loads(row.document)
    auth, kept, reachable = before.get("auth"), row.secrets, row.reachable
    if new_params:
        pointers = secret_pointers(_schema_of(draft), draft.params)
        auth = {"specName": draft.auth_name, "params": masked(_with_defaults(draft), pointers)}
        kept = json.dumps(kept_secrets(draft.params, pointers, behaviour))
        reachable = int(is_reachable(_schema_of(draft), draft.params))
    item: dict[str, Any] = {
        **{name: before[name] for name in ("id", "createdAt")},
        "updatedAt": now_ms,
        "createdBy": before["createdBy"],
        "updatedBy": client,
        "createdClient": before["createdClient"],
        "updatedClient": client,
        **{name: before[name] for name in ("sandboxId", "sandboxName", "imsOrgId")},
        "name": draft.name,
        **_optional("description", draft.description),
        **{name: before[name] for name in ("connectionSpec", "state")},
        **_optional("auth", auth),
        "version": etag,
        "etag": etag,
    }
    changed = row._replace(
        name=draft.name,
        description=draft.description,
        updated_at=now_ms,
        etag=etag,
        reachable=reachable,
        document=json.dumps(item),
        secrets=kept,
    )
    return with_texts(changed, behaviour)


def revised_row(row: Row, now_ms: int, behaviour: Behaviour) -> Row:
    """Return a connection with a new revision and nothing else changed."""
    etag = new_etag(now_ms)
    item = {**json.loads(row.document), "updatedAt": now_ms, "version": etag, "etag": etag}
    return with_texts(row._replace(updated_at=now_ms, etag=etag, document=json.dumps(item)), behaviour)


def _optional(name: str, value: object) -> dict[str, object]:
    return {name: value} if value else {}


def auth_schema(spec: SpecDocument, auth_name: str) -> Mapping[str, Any] | None:
    """Return the schema of an auth spec, or nothing if the connection spec has none of that name."""
    for auth in auth_specs(spec):
        if auth.get("name") == auth_name:
            schema = auth.get("spec")
            return schema if isinstance(schema, dict) else {}
    return None


def _schema_of(draft: Draft) -> Mapping[str, Any]:
    return auth_schema(draft.spec, draft.auth_name) or {}


def _with_defaults(draft: Draft) -> dict[str, Any]:
    """Return the params as an inlet keeps them: with its own defaults, and the ID taken from the name if there is none."""
    params = dict(draft.params)
    if has_inlet(draft.spec) and draft.auth_name:
        params.setdefault("name", draft.name)
        params.setdefault("sourceId", params["name"])
        params.setdefault("authenticationRequired", False)
    return params


def kept_secrets(params: Mapping[str, Any], pointers: list[Pointer], behaviour: Behaviour) -> list[list[object]]:
    """Return which params are secret, and their values only if they are to read back."""
    return [[list(pointer), _at(params, pointer) if behaviour.secrets == "echo" else None] for pointer in pointers]


def _at(params: Mapping[str, Any], pointer: Pointer) -> object:
    value: Any = params
    for key in pointer:
        value = value[key]
    return value


ORIGIN: Final = "\x01"
"""Stands for the origin of an inlet in a text that is kept. JSON has this character only in escaped form, so nothing that a
caller sends can look like it."""


def with_texts(row: Row, behaviour: Behaviour) -> Row:
    """Return a row with the texts of its answers, so that a list need not put them together."""
    marker = os.urandom(16).hex()

    def text(at_ms: int) -> str:
        return rendered(row.shown(), at_ms, behaviour, marker).replace(marker, ORIGIN)

    differs = row.inlet_id is not None or (behaviour.secrets != "mask" and row.secrets != "[]")
    waiting = text(row.ready_at - 1) if row.ready_at > row.updated_at else None
    return row._replace(mode=behaviour.secrets, waiting=waiting, ready=text(row.ready_at) if differs else None)


def kept_sql(now_ms: int, behaviour: Behaviour) -> str:
    """Return the text that is kept of a connection's answer, as SQL; null if it was kept in another mode."""
    fits = f"(mode = '{behaviour.secrets}' OR (mode <> '' AND secrets = '[]'))"
    text = f"CASE WHEN ready_at > {int(now_ms)} THEN waiting ELSE coalesce(ready, document) END"
    return f"CASE WHEN {fits} THEN {text} END"


def with_origin(text: str, origin: str) -> str:
    """Return a text that was kept, with the origin of the inlets in it."""
    return text.replace(ORIGIN, json.dumps(origin)[1:-1]) if ORIGIN in text else text


def rendered(shown: Shown, now_ms: int, behaviour: Behaviour, inlet_origin: str) -> str:
    """Return the item as it is answered now, as JSON.

    An inlet shows only once the connection is ready, and on the emulator's own origin.
    """
    item: dict[str, Any] = json.loads(shown.document)
    item["state"] = "initializing" if shown.ready_at > now_ms else shown.state
    params = item.get("auth", {}).get("params", {})
    if behaviour.secrets != "mask":
        _uncover(params, json.loads(shown.secrets), behaviour)
    if shown.inlet_id is not None and item["state"] == "enabled":
        item["auth"]["params"] = _with_inlet(params, shown.inlet_id, inlet_origin)
    return json.dumps(item)


def _with_inlet(params: Mapping[str, Any], inlet_id: str, origin: str) -> dict[str, Any]:
    """Return the params in the order that Adobe prints them in."""
    first = {"sourceId": params.get("sourceId", ""), "inletUrl": f"{origin}{INLET_PATH}{inlet_id}"}
    first |= {name: params[name] for name in ("authenticationRequired",) if name in params}
    return {**first, "inletId": inlet_id, **{name: value for name, value in params.items() if name not in first}}


def _uncover(params: dict[str, Any], kept: list[tuple[list[str], object]], behaviour: Behaviour) -> None:
    for pointer, value in kept:
        target: Any = params
        for key in pointer[:-1]:
            target = target[key]
        if behaviour.secrets == "drop":
            target.pop(pointer[-1], None)
        elif value is not None:
            target[pointer[-1]] = value
