"""The calls that look into a source: whether it can be reached, and what is in it. All of it is made up."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route

from aep_tui.emulator.behaviour import Switch
from aep_tui.emulator.calls import FLOW_SERVICE, World, answer, caller_of, number_of, values_of
from aep_tui.emulator.connections import PATH, existing
from aep_tui.emulator.problems import Refusal, bad_request, flow, provider
from aep_tui.emulator.specs import SpecDocument, auth_specs, explore_type

SPEC_PATH = f"{FLOW_SERVICE}/connectionSpecs"

_COLUMNS: Final = (("id", "Integer"), ("name", "String"), ("email", "String"), ("createdAt", "Date"), ("total", "Double"))
_XDM: Final = {"Integer": "integer", "String": "string", "Date": "date", "Double": "number"}
_ROWS: Final = (
    (1, "Ada Lovelace", "ada@example.com", "2024-12-10", 12.5),
    (2, "Grace Hopper", "grace@example.com", "2024-12-09", 30.0),
    (3, "Karen Spärck Jones", "karen@example.com", "2024-08-26", 7.25),
)
_FOLDERS: Final[Mapping[str, tuple[tuple[str, str], ...]]] = {
    "/": (("folder", "customers"), ("folder", "orders"), ("file", "readme.csv")),
    "/customers": (("folder", "archive"), ("file", "customers.csv"), ("file", "customers.json")),
    "/customers/archive": (("file", "customers-2023.parquet"),),
    "/orders": (("file", "orders.csv"),),
}
_WITH_COLUMNS: Final = ("FileSystem", "Tabular", "Resource")
_MOST_CONFIGS: Final = 100
_TABLES: Final = ("public.customers", "public.orders", "public.products")


class Explore:
    """``/test``, ``/explore`` and ``/configs`` of a connection, and the last two of a spec that needs no connection."""

    def __init__(self, world: World) -> None:
        """Take what the calls work on."""
        self._world = world

    def routes(self) -> list[BaseRoute]:
        """Return the routes of these calls."""
        return [
            Route(f"{PATH}/{{id}}/test", self.test, methods=["GET"]),
            Route(f"{PATH}/{{id}}/explore", self.explore, methods=["GET"]),
            Route(f"{PATH}/{{id}}/configs", self.configs, methods=["GET"]),
            Route(f"{SPEC_PATH}/{{id}}/explore", self.explore_spec, methods=["GET"]),
            Route(f"{SPEC_PATH}/{{id}}/configs", self.configs_of_spec, methods=["GET"]),
        ]

    async def test(self, request: Request) -> Response:
        """Tell whether the source can be reached; a failed check is 200 too, and says no more."""
        row = await existing(self._world, request)
        return answer({"result": bool(row.reachable)})

    async def explore(self, request: Request) -> Response:
        """Return what is in the source of a connection."""
        row = await existing(self._world, request)
        spec = await self._world.spec(row.org, row.spec_id) or {}
        if not row.reachable:
            raise provider("The source cannot be reached. Check its address and that Experience Platform may connect to it.")
        return answer(self._explored(request, spec))

    async def explore_spec(self, request: Request) -> Response:
        """Return what is in a source that needs no connection, as the Data Landing Zone."""
        return answer(self._explored(request, await self._spec_alone(request)))

    async def configs_of_spec(self, request: Request) -> Response:
        """Return the columns that a source without connections can be set up with, from ``start`` on, ``limit`` at most."""
        spec = await self._spec_alone(request)
        if explore_type(spec) not in _WITH_COLUMNS:
            raise _not_explorable(spec)
        start, limit = (number_of(request, name, default) for name, default in (("start", 0), ("limit", _MOST_CONFIGS)))
        if not 1 <= limit <= _MOST_CONFIGS:
            raise bad_request(f"The query parameter limit has to be a whole number from 1 to {_MOST_CONFIGS}.")
        shown = _configs()[start : start + limit]
        return answer({"items": shown, "pageInfo": {"hasNext": start + limit < len(_COLUMNS)}})

    async def _spec_alone(self, request: Request) -> SpecDocument:
        """Return the spec that the path names, if it can be looked into without a connection.

        Raises:
            Refusal: There is no such spec, or it needs a connection.
        """
        org, _, _ = caller_of(request)
        spec = await self._world.spec(org, request.path_params["id"])
        if spec is None:
            raise self._world.unknown_spec(request.path_params["id"])
        if auth_specs(spec) or not explore_type(spec):
            raise flow(
                "1372-400", f"Exploring by the connection spec {spec['id']} is not allowed. Make a connection and explore that."
            )
        return spec

    async def configs(self, request: Request) -> Response:
        """Return the columns that a connection can be set up with, under the names that the OpenAPI's example has."""
        row = await existing(self._world, request)
        spec = await self._world.spec(row.org, row.spec_id) or {}
        if explore_type(spec) not in _WITH_COLUMNS:
            raise _not_explorable(spec)
        return answer({"items": _configs()})

    def _explored(self, request: Request, spec: SpecDocument) -> Mapping[str, object] | list[object]:
        kind = explore_type(spec)
        wanted = next((value.strip().lower() for value in values_of(request, "objectType")), "")
        path = next(iter(values_of(request, "object")), "")
        preview = next((value.strip().lower() for value in values_of(request, "preview")), "") == "true"
        if kind not in _LOOKS:
            raise _not_explorable(spec)
        if not wanted:
            raise flow("1337-400", "The query parameter objectType is missing. Add it and try again.")
        if wanted not in _LOOKS[kind]:
            raise flow("1358-400", f"The objectType {wanted[:100]!r} is invalid here. Use one of {', '.join(_LOOKS[kind])}.")
        if wanted not in ("root", "rest") and not path:
            raise flow("1359-400", "The query parameter object is missing. Add the path of what to look into.")
        if wanted in ("root", "folder"):
            return _listed(kind, "/" if wanted == "root" else path)
        if wanted in ("file", "table"):
            _check_exists(kind, path)
        return self._content(preview=preview)

    def _content(self, *, preview: bool) -> Mapping[str, object] | list[object]:
        if self._world.behaviour.has(Switch.OLD_FILE_SCHEMA):
            return [{"name": name, "type": kind} for name, kind in _COLUMNS]
        columns = [
            {"name": name, "type": kind, "meta:xdmType": _XDM[kind], "xdm": {"type": _XDM[kind]}} for name, kind in _COLUMNS
        ]
        content: dict[str, object] = {"format": "flat", "schema": {"columns": columns}}
        if preview:
            content["data"] = [dict(zip((name for name, _ in _COLUMNS), row, strict=True)) for row in _ROWS]
        return content


_LOOKS: Final = {"FileSystem": ("root", "folder", "file"), "Tabular": ("root", "table"), "Resource": ("rest",)}


def _configs() -> list[dict[str, str]]:
    return [{"columnName": name, "columnType": kind.lower()} for name, kind in _COLUMNS]


def _not_explorable(spec: SpecDocument) -> Refusal:
    return flow("1336-400", f"The connection spec {spec.get('id', '')} does not support exploring.")


def _listed(kind: str, path: str) -> list[object]:
    if kind == "Tabular":
        return [_entry("table", name.partition(".")[2], name) for name in _TABLES]
    folder = _clean(path)
    if folder not in _FOLDERS:
        raise provider(f"There is no folder {path[:200]!r}.")
    return [
        _entry(entry, name, f"{folder.rstrip('/')}/{name}" + ("/" if entry == "folder" else ""))
        for entry, name in _FOLDERS[folder]
    ]


def _entry(kind: str, name: str, path: str) -> dict[str, Any]:
    has_content = kind != "folder"
    return {"type": kind, "name": name, "path": path, "canPreview": has_content, "canFetchSchema": has_content}


def _check_exists(kind: str, path: str) -> None:
    if kind == "Tabular":
        exists = path in _TABLES
    else:
        folder, _, name = _clean(path).rpartition("/")
        exists = ("file", name) in _FOLDERS.get(folder or "/", ())
    if not exists:
        raise provider(f"There is no {'table' if kind == 'Tabular' else 'file'} {path[:200]!r}.")


def _clean(path: str) -> str:
    return "/" + path.strip("/")
