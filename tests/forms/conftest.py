"""What the tests of the form engine share."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

import pytest

from aep_tui.forms.build import build
from aep_tui.forms.fields import FieldSpec, Form

REFERENCE = Path(__file__).parents[2].parent / "shared" / "reference"


def _form(properties: Mapping[str, object], *required: str, **root: object) -> Form:
    return build({"type": "object", "properties": properties, "required": list(required), **root})


@pytest.fixture(name="form_of")
def form_of_fixture() -> Callable[..., Form]:
    """Return a function that builds a form of properties, names of required ones, and further keywords of the root."""
    return _form


@pytest.fixture(name="field_of")
def field_of_fixture() -> Callable[..., FieldSpec]:
    """Return a function that builds the one field of a property ``value``."""

    def field_of(schema: object, *, required: bool = False) -> FieldSpec:
        field = _form({"value": schema}, *(["value"] if required else [])).field("/value")
        assert field is not None
        return field

    return field_of


def auth_schemas() -> Iterator[tuple[str, object]]:
    """Yield a name and the schema of every auth spec among the published connection specs."""
    for path in sorted((REFERENCE / "connection-specs").glob("*.json")):
        document = json.loads(path.read_text(encoding="utf-8"))
        for item in document.get("items", [document]):
            specs = [item] if "spec" in item else item.get("authSpec") or []
            yield from ((f"{path.name}: {spec['name']}", spec["spec"]) for spec in specs)


def connector_schemas() -> Iterator[tuple[str, object]]:
    """Yield a name and the schema of every connector among the reference schemas."""
    for path in sorted((REFERENCE / "schemas").glob("*.json")):
        document = json.loads(path.read_text(encoding="utf-8"))
        yield path.name, document.get("connectionSpecification", document)


@pytest.fixture(name="auth_schemas")
def auth_schemas_fixture() -> list[tuple[str, object]]:
    """Return the published auth specs' schemas, or skip."""
    found = list(auth_schemas())
    if not found:
        pytest.skip("the published connection specs (../shared/reference/connection-specs) are not here")
    return found


@pytest.fixture(name="connector_schemas")
def connector_schemas_fixture() -> list[tuple[str, object]]:
    """Return the reference connectors' schemas, or skip."""
    found = list(connector_schemas())
    if not found:
        pytest.skip("the reference schemas (../shared/reference/schemas) are not here")
    return found
