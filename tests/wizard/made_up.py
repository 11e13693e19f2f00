"""Made-up sources and drafts, shared by the tests of the wizard."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from aep_tui.forms.build import build
from aep_tui.forms.fields import Answer
from aep_tui.wizard.draft import Draft
from aep_tui.wizard.place import Place
from aep_tui.wizard.source import AuthOption, Source
from aep_tui.wizard.suggest import STREAMING_PROVIDER

Properties = Mapping[str, object]

PLACE = Place(
    "https://platform.example.com", "https://platform.example.com/data/foundation/flowservice", "ACME@AdobeOrg", "dev"
)

BASIC: Properties = {"user": {"type": "string"}, "password": {"type": "string", "format": "password"}}


def option(name: str, properties: Properties, *required: str) -> AuthOption:
    """Return an auth option whose form has these properties."""
    return AuthOption(name, build({"type": "object", "properties": properties, "required": list(required)}))


def source(*options: AuthOption, spec_id: str = "spec-1", name: str = "IBM DB2", provider_id: str = "p") -> Source:
    """Return a source."""
    return Source(spec_id, "1.0", name, provider_id, options)


def basic_source(spec_id: str = "spec-1") -> Source:
    """Return a source with two ways to authenticate: by user and password, or with nothing at all."""
    return source(option("Basic", BASIC, "user"), option("Anonymous", {}), spec_id=spec_id)


def http_api() -> Source:
    """Return a source as the HTTP API's connection spec makes one."""
    streaming = {
        "sourceId": {"type": "string"},
        "dataType": {"const": "xdm"},
        "name": {"type": "string"},
        "authenticationRequired": {"type": "boolean"},
    }
    return source(
        option("Streaming Connection", streaming, "sourceId", "dataType", "name"),
        spec_id="bc7b00d6",
        name="HTTP API",
        provider_id=STREAMING_PROVIDER,
    )


def draft_of(made: Source, answers: Mapping[str, Answer | None] | None = None, **values: str) -> Draft:
    """Return a draft of a source with answers of its first auth option."""
    draft = replace(Draft.begin(made, "mine"), **values)  # type: ignore[arg-type]
    for pointer, answer in (answers or {}).items():
        draft = draft.answered(pointer, answer)
    return draft
