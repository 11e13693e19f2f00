"""What may be set about the emulator: who is let in, how it answers, and the switches for what the documents disagree on."""

from __future__ import annotations

import uuid
from dataclasses import dataclass, field
from enum import StrEnum
from functools import lru_cache
from typing import Final, Literal, NamedTuple

SecretsMode = Literal["mask", "drop", "echo"]
"""How a secret param reads back: starred, left out, or as it was sent."""

SECRETS_MODES: Final[tuple[SecretsMode, ...]] = ("mask", "drop", "echo")


class Switch(StrEnum):
    """A choice between two documented behaviours; the stricter one holds unless the switch is on."""

    ACCEPT_MISSING_VERSION = "accept-missing-version"
    """A connection spec without a version means its newest one (OpenAPI prose), instead of 422."""

    ACCEPT_MISSING_NAME = "accept-missing-name"
    """Only connectionSpec is required (OpenAPI schema), instead of name and auth as well (OpenAPI prose)."""

    ACCEPT_UNQUOTED_ETAG = "accept-unquoted-etag"
    """If-Match may come without its double quotes (one update tutorial), instead of 412."""

    ACCEPT_ANY_SANDBOX = "accept-any-sandbox"
    """A sandbox name that is not listed is taken as a sandbox of its own, instead of 404."""

    DEFAULT_SANDBOX = "default-sandbox"
    """A call without x-sandbox-name goes to the production sandbox, instead of FLOW-2105-400."""

    CLAMP_LIMIT = "clamp-limit"
    """A limit over 100 is taken as 100, instead of 400; what the service does is not published."""

    DELETE_202 = "delete-202"
    """DELETE answers 202 (destinations API), instead of 204 (OpenAPI)."""

    OLD_ERRORS = "old-errors"
    """404 and 412 have the older, bare shape (destinations API), instead of the problem document."""

    OLD_SPEC_ERROR = "old-spec-error"
    """An unknown spec id answers a bare message (destinations API), instead of FLOW-1413-400."""

    NUMERIC_GATEWAY_CODES = "numeric-gateway-codes"
    """The gateway writes error_code as a number (one destinations example), instead of a string."""

    PROFILE_403023 = "profile-403023"
    """An organisation that does not fit the token answers 403023 (one page), instead of 403025 (another)."""

    PATCH_OBJECT = "patch-object"
    """PATCH takes a single operation too (OpenAPI schema), instead of a list only (every example)."""

    SPEC_CREATED_AS_ITEMS = "spec-created-as-items"
    """POST /connectionSpecs answers in the list wrapper (streaming SDK page), instead of the bare spec (OpenAPI)."""

    OLD_FILE_SCHEMA = "old-file-schema"
    """Exploring a file or a table answers the bare list of columns (older pages), instead of format, schema and data."""

    NO_SYNC_VALIDATION = "no-sync-validation"
    """syncValidation=true answers 501, as outside the region VA7."""


class Sandbox(NamedTuple):
    """One sandbox of the organisation.

    Attributes:
        name: What goes into ``x-sandbox-name``; lower-case.
        title: What people call it.
        type: ``production`` or ``development``.
        is_default: Whether it is the sandbox every organisation starts with.
    """

    name: str
    title: str
    type: Literal["production", "development"]
    is_default: bool = False

    @property
    def id(self) -> str:
        """A UUID that stays the same from run to run."""
        return _sandbox_id(self.name)


@lru_cache(maxsize=256)
def _sandbox_id(name: str) -> str:
    return str(uuid.uuid5(uuid.NAMESPACE_DNS, f"{name}.sandbox.invalid"))


SANDBOXES: Final = (
    Sandbox("prod", "Production", "production", is_default=True),
    Sandbox("stage", "Staging", "development"),
    Sandbox("dev", "Development", "development"),
)


@dataclass(frozen=True, slots=True)
class Behaviour:
    """How one emulator answers.

    Attributes:
        token: The only access token that is let in; empty lets in every token that has not expired.
        api_key: The only ``x-api-key`` that is let in; empty lets in any.
        org_id: The only organisation the token belongs to; empty lets in any well-formed one.
        client_secret: The only client secret the token call accepts; empty accepts any that does not contain ``wrong``.
        secrets: How secret params read back.
        switches: The documented alternatives that are on.
        provisioning_seconds: How long a streaming connection stays ``initializing``.
        latency_ms: How long every call waits before it is handled.
        inlet_origin: Origin of inlet URLs; empty takes the origin that the request was sent to.
        sandboxes: The sandboxes of every organisation.
    """

    token: str = ""
    api_key: str = ""
    org_id: str = ""
    client_secret: str = ""
    secrets: SecretsMode = "mask"
    switches: frozenset[Switch] = field(default_factory=frozenset)
    provisioning_seconds: float = 1.5
    latency_ms: int = 0
    inlet_origin: str = ""
    sandboxes: tuple[Sandbox, ...] = SANDBOXES

    def has(self, switch: Switch) -> bool:
        """Tell whether a switch is on."""
        return switch in self.switches

    def sandbox(self, name: str) -> Sandbox | None:
        """Return the sandbox of that name, or nothing if there is none."""
        for sandbox in self.sandboxes:
            if sandbox.name == name:
                return sandbox
        return Sandbox(name, name, "development") if self.has(Switch.ACCEPT_ANY_SANDBOX) else None
